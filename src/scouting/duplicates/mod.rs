//! One organisation told twice: proposed with reasons, merged, undone.
//!
//! [`find`] compares the rows of a scene (or of a territory) and says which pairs are or may
//! be one organisation; what people already said of a pair is not proposed again.
//! [`write::merge`] records what a pair is, [`write::apply`] every pair above the declared
//! threshold, [`write::unmerge`] takes it back: nothing is lost, rows stay in the log.

pub mod write;

use std::collections::BTreeSet;

use crate::catalogue::record::merge::{RowKey, pair_id};
use crate::catalogue::revision::Kind;
use crate::domain::lang::Lang;
use crate::imports::resolve::{self, Organisation, Settings, TooLarge, Verdict};

use super::error::ScoutingError;
use super::scene::Scene;

/// What is asked of the duplicates.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Id or name of a territory; everywhere if absent. A pair is of a territory when one of
    /// its rows is there.
    pub territory: Option<String>,
    /// Smallest probability shown, in 0..=1; that of the settings if absent.
    pub threshold: Option<f64>,
    /// Whether networks and their branches are shown too.
    pub sisters: bool,
    /// Language of the reasons.
    pub lang: Lang,
}

/// A row of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its kind and id.
    pub key: RowKey,
    /// Its name.
    pub name: String,
    /// Its commune.
    pub commune: Option<String>,
    /// Its SIRET or SIREN.
    pub number: Option<String>,
}

/// Two rows that are or may be one organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicate {
    /// The row that would be kept.
    pub kept: Row,
    /// The other.
    pub other: Row,
    /// What they are.
    pub verdict: Verdict,
    /// P(same), in 0..=1.
    pub probability: f64,
    /// Weight of the evidence, bits.
    pub weight: f64,
    /// Whether `--apply` merges it: the verdict is `same`, above the threshold of merging.
    pub mergeable: bool,
    /// Why, in sentences of the language asked.
    pub reasons: Vec<String>,
}

/// The pairs found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Duplicates {
    /// Most probable first, ties by ids.
    pub pairs: Vec<Duplicate>,
    /// Pairs of rows compared.
    pub compared: u64,
    /// Keys that too many rows bear to be compared under them.
    pub too_large: Vec<TooLarge>,
    /// The threshold of merging, in 0..=1.
    pub merge_from: f64,
}

/// The organisations of a scene as they are compared: those shown, each with what the rows
/// merged into it told, its identifiers among them.
#[must_use]
pub fn organisations(scene: &Scene) -> Vec<Organisation> {
    let enterprises = scene.rows.enterprises.iter().map(|one| Organisation::of_enterprise(one));
    let actors = scene.rows.actors.iter().map(|one| Organisation::of_actor(one));
    let atlas = &scene.world.data.atlas;
    let placed = |mut one: Organisation| {
        if one.commune.is_none() {
            let at = one.insee.as_deref().and_then(|insee| atlas.commune(insee));
            one.commune = at.map(|at| atlas.at(at).name.clone());
        }
        one
    };
    enterprises.chain(actors).map(placed).collect()
}

/// Finds the pairs of a scene.
///
/// # Errors
/// An unknown territory, with the nearest; a threshold outside 0..=1.
pub fn find(scene: &Scene, ask: &Ask) -> Result<Duplicates, ScoutingError> {
    let settings = Settings::shipped();
    let threshold = ask.threshold.unwrap_or(settings.propose);
    if !(0.0..=1.0).contains(&threshold) {
        return Err(ScoutingError::OutOfBounds {
            field: "threshold".to_owned(),
            value: threshold.to_string(),
            bounds: "0–1".to_owned(),
        });
    }
    let atlas = &scene.world.data.atlas;
    let inside: Option<BTreeSet<String>> = match &ask.territory {
        None => None,
        Some(asked) => {
            let territory = scene.world.places.territory(asked)?;
            Some(territory.communes.iter().map(|&at| atlas.at(at).insee.clone()).collect())
        }
    };
    let rows = organisations(scene);
    let said: BTreeSet<String> = scene.rows.merges.iter().map(|merge| merge.id()).collect();
    let found = resolve::propose(&rows, settings);
    let is_inside = |one: &Organisation| match &inside {
        None => true,
        Some(communes) => one.insee.iter().chain(&one.sites).any(|insee| communes.contains(insee)),
    };
    let data = &scene.world.data;
    let mut pairs: Vec<Duplicate> = found
        .links
        .into_iter()
        .filter(|link| {
            let shown = match link.verdict {
                Verdict::Sister => ask.sisters,
                _ => link.probability >= threshold,
            };
            let (one, other) = (&rows[link.a], &rows[link.b]);
            shown
                && (is_inside(one) || is_inside(other))
                && !said.contains(&pair_id(&row_key(one), &row_key(other)))
        })
        .map(|link| {
            let (kept, other) = kept_first(scene, &rows[link.a], &rows[link.b]);
            let reasons = link.reasons.iter();
            Duplicate {
                kept: row_of(kept),
                other: row_of(other),
                verdict: link.verdict,
                probability: link.probability,
                weight: link.score.weight,
                mergeable: link.verdict == Verdict::Same && link.probability >= settings.merge,
                reasons: reasons
                    .map(|fact| data.templates.render(fact, &data.taxonomy, ask.lang))
                    .collect(),
            }
        })
        .collect();
    pairs.sort_by(|x, y| {
        let by_ids = (&x.kept.key, &x.other.key).cmp(&(&y.kept.key, &y.other.key));
        x.verdict.cmp(&y.verdict).then(y.probability.total_cmp(&x.probability)).then(by_ids)
    });
    Ok(Duplicates {
        pairs,
        compared: found.compared,
        too_large: found.too_large,
        merge_from: settings.merge,
    })
}

/// The kind and id of an organisation.
pub(super) fn row_key(one: &Organisation) -> RowKey {
    RowKey { kind: one.kind, id: one.id.clone() }
}

fn row_of(one: &Organisation) -> Row {
    Row {
        key: row_key(one),
        name: one.name.clone(),
        commune: one.commune.clone(),
        number: one.siret.clone().or_else(|| one.siren.clone()),
    }
}

/// Which of two rows is kept: an enterprise, then one that people described, then one with
/// an identifier, then the first by id.
fn kept_first<'a>(
    scene: &Scene,
    a: &'a Organisation,
    b: &'a Organisation,
) -> (&'a Organisation, &'a Organisation) {
    let rank = |one: &Organisation| {
        let register = one.kind == Kind::Actor && {
            let at = scene.rows.actors.binary_search_by(|actor| actor.id.as_str().cmp(&one.id));
            at.is_ok_and(|at| scene.rows.actors[at].register)
        };
        (one.kind != Kind::Enterprise, register, one.siret.is_none(), one.id.clone())
    };
    if rank(a) <= rank(b) { (a, b) } else { (b, a) }
}
