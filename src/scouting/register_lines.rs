//! Lines that a register gives to datasets: written with it, or not at all.

use std::collections::BTreeMap;

use crate::catalogue::datasets::{DatasetError, DatasetFiles, indicators, support, territories};
use crate::catalogue::revision::{At, NewRevision};
use crate::imports::ledger::Gain;
use crate::imports::registers::former_codes::{CodesAccount, into_territories};
use crate::imports::registers::indicators::{ValuesAccount, into_indicators};
use crate::imports::registers::supports::{Lines, SchemesAccount, into_supports};
use crate::imports::registers::{
    Gathered, aides_territoires, communes, indicators_long, nomenclature,
};

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
    if let Some(codes) = lines.remove(communes::DATASET) {
        let (row, gain) = codes_row(scouting, &codes, note).await?;
        rows.extend(row);
        gains.extend(gain);
    }
    gains.extend(lines.remove(nomenclature::ACCOUNT).iter().flatten().map(nomenclature_gain));
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

async fn codes_row(scouting: &Scouting, codes: &Lines, note: &str) -> Written {
    let files = files_of(scouting, communes::DATASET).await?;
    let (changed, account) = into_territories(&files, codes).map_err(broken)?;
    territories::atlas(&changed).map_err(broken)?;
    let row = dataset_row(scouting, communes::DATASET, &files, &changed, note).await?;
    let CodesAccount { added, changed, unchanged } = account;
    let gain = Gain {
        code: "former_codes",
        fr: format!(
            "anciens codes de commune : {added} ajoutés, {changed} changés, {unchanged} inchangés ; populations, EPCI et surfaces demandent d’autres fichiers et n’ont pas changé"
        ),
        en: format!(
            "former codes of communes: {added} added, {changed} changed, {unchanged} unchanged; populations, EPCI and areas need other files and did not change"
        ),
    };
    Ok((row, vec![gain]))
}

fn nomenclature_gain((name, line): (&String, &BTreeMap<&'static str, String>)) -> Gain {
    let text = |column: &str| line.get(column).map_or("", String::as_str);
    let (found, used, absent) = (text("found"), text("used"), text("absent"));
    let (fr, en) = match absent {
        "" => (String::new(), String::new()),
        list => {
            (format!(" ; absents de la liste : {list}"), format!("; absent from the list: {list}"))
        }
    };
    Gain {
        code: "nomenclature",
        fr: format!(
            "{name} : {found} des {used} codes de la taxonomie sont dans la liste{fr} ; rien n’a été écrit"
        ),
        en: format!(
            "{name}: {found} of the {used} codes of the taxonomy are in the list{en}; nothing was written"
        ),
    }
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
