//! Lines that a register gives to datasets: written with it, or not at all.

use crate::catalogue::datasets::{DatasetError, DatasetFiles, indicators, support};
use crate::catalogue::revision::{At, NewRevision};
use crate::imports::ledger::Gain;
use crate::imports::registers::indicators::{ValuesAccount, into_indicators};
use crate::imports::registers::supports::{Lines, SchemesAccount, into_supports};
use crate::imports::registers::{Gathered, aides_territoires, indicators_long};

use super::error::ScoutingError;
use super::front::Scouting;
use super::registers::dataset_row;
use super::scene::Scene;

/// Names given as examples in a sentence.
const EXAMPLES: usize = 3;

/// The revisions of the datasets whose lines a register gave, and what they say; the lines
/// are taken from `gathered`, whose year is that of the data where a line says none.
///
/// Each dataset is read back before it may enter the log.
///
/// # Errors
/// When a dataset of the catalogue cannot be read, or would not be read back.
pub(super) async fn lines_rows(
    scouting: &Scouting,
    scene: &Scene,
    gathered: &mut Gathered,
    note: &str,
) -> Result<(Vec<NewRevision>, Vec<Gain>), ScoutingError> {
    let year = gathered.year;
    let mut lines = std::mem::take(&mut gathered.lines);
    let mut taken = |name: &str| lines.remove(name).unwrap_or_default();
    let schemes = taken(aides_territoires::DATASET);
    let values = taken(indicators_long::DATASET);
    let described = taken(indicators_long::DESCRIBED);
    let (mut rows, mut gains) = (Vec::new(), Vec::new());
    if !schemes.is_empty() {
        let (row, gain) = schemes_row(scouting, scene, &schemes, year, note).await?;
        rows.extend(row);
        gains.extend(gain);
    }
    if !values.is_empty() {
        let (row, gain) = values_row(scouting, scene, &values, &described, note).await?;
        rows.extend(row);
        gains.extend(gain);
    }
    Ok((rows, gains))
}

type Written = Result<(Option<NewRevision>, Vec<Gain>), ScoutingError>;

async fn schemes_row(
    scouting: &Scouting,
    scene: &Scene,
    lines: &Lines,
    year: Option<i16>,
    note: &str,
) -> Written {
    let files = files_of(scouting, aides_territoires::DATASET).await?;
    let (changed, account) = into_supports(&files, lines, year).map_err(broken)?;
    support::parse(&changed, &scene.world.data.taxonomy).map_err(broken)?;
    let row = dataset_row(scouting, aides_territoires::DATASET, &files, &changed, note).await?;
    Ok((row, schemes_gains(&account)))
}

async fn values_row(
    scouting: &Scouting,
    scene: &Scene,
    values: &Lines,
    described: &Lines,
    note: &str,
) -> Written {
    let files = files_of(scouting, indicators_long::DATASET).await?;
    let atlas = &scene.world.data.atlas;
    let (changed, account) = into_indicators(&files, values, described, atlas).map_err(broken)?;
    indicators::parse(&changed, atlas).map_err(broken)?;
    let row = dataset_row(scouting, indicators_long::DATASET, &files, &changed, note).await?;
    Ok((row, values_gains(&account)))
}

async fn files_of(scouting: &Scouting, name: &str) -> Result<DatasetFiles, ScoutingError> {
    Ok(scouting.store().dataset_files(name, At::Latest).await?)
}

#[allow(clippy::needless_pass_by_value)]
fn broken(fault: DatasetError) -> ScoutingError {
    ScoutingError::Dataset(fault.to_string())
}

fn schemes_gains(account: &SchemesAccount) -> Vec<Gain> {
    let SchemesAccount { added, changed, unchanged, replaced, unplaced } = account;
    let mut gains = vec![Gain {
        code: "schemes",
        fr: format!("dispositifs : {added} ajoutés, {changed} changés, {unchanged} inchangés"),
        en: format!("schemes: {added} added, {changed} changed, {unchanged} unchanged"),
    }];
    if !replaced.is_empty() {
        let list = replaced.iter().map(|(old, new)| format!("{old} → {new}"));
        let list = list.collect::<Vec<_>>().join(", ");
        gains.push(Gain {
            code: "schemes_replaced",
            fr: format!(
                "déjà dans le catalogue sous un autre identifiant, et remplacés (ce que le fichier ne dit pas est gardé) : {list}"
            ),
            en: format!(
                "already in the catalogue under another id, and replaced (what the file does not say is kept): {list}"
            ),
        });
    }
    if !unplaced.is_empty() {
        let count = unplaced.len();
        let some = |open: &str, close: &str| {
            let named = unplaced.iter().take(EXAMPLES).map(|name| format!("{open}{name}{close}"));
            named.collect::<Vec<_>>().join(", ")
        };
        let (some_fr, some_en) = (some("« ", " »"), some("“", "”"));
        gains.push(Gain {
            code: "schemes_unplaced",
            fr: format!(
                "{count} dispositifs sans périmètre connu, gardés et proposés nulle part, par exemple {some_fr}"
            ),
            en: format!(
                "{count} schemes without a known perimeter, kept and offered nowhere, for instance {some_en}"
            ),
        });
    }
    gains
}

fn values_gains(account: &ValuesAccount) -> Vec<Gain> {
    let ValuesAccount { added, changed, unchanged, new } = account;
    let mut gains = vec![Gain {
        code: "values",
        fr: format!(
            "valeurs d’indicateurs : {added} ajoutées, {changed} changées, {unchanged} inchangées"
        ),
        en: format!(
            "values of indicators: {added} added, {changed} changed, {unchanged} unchanged"
        ),
    }];
    if !new.is_empty() {
        let list = new.join(", ");
        gains.push(Gain {
            code: "indicators_new",
            fr: format!("indicateurs nouveaux, qu’aucun besoin ne lit encore : {list}"),
            en: format!("new indicators, which no need reads yet: {list}"),
        });
    }
    gains
}
