//! What a submission would change, before it is saved: the whole ranking before and after,
//! enterprise by enterprise, each difference told criterion by criterion.
//!
//! Nothing is estimated: the ranking is computed again with the submission in its place, by
//! the same code as after saving. The differences of the contributions sum to the
//! difference of the scores (Keeney & Raiffa 1976: the model is additive).

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;

use crate::access::Identity;
use crate::catalogue::record::submission;
use crate::catalogue::revision::{At, Kind, NewRevision, Revision};
use crate::domain::lang::Lang;
use crate::domain::priority::{Priority, submission_row};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::Territory;
use crate::matching::RankBy;
use crate::matching::weights::Weights;
use crate::scouting::ask::{CandidatesAsk, TerritoryAsked};
use crate::scouting::comparisons::ranked::Ranked;
use crate::scouting::context::Surroundings;
use crate::scouting::error::ScoutingError;
use crate::scouting::front::Scouting;
use crate::scouting::scene::Scene;

use super::applies::levels;
use super::body::{self, Deposit};
use super::moves::{self, Move, Totals, WishMove};
use super::{Place, row_with, words};

/// What is asked besides the submission.
#[derive(Debug, Clone)]
pub struct PreviewAsk {
    /// The question whose answer is compared: its territory and its date are set here.
    pub candidates: CandidatesAsk,
    /// The date in the world; the later of today and the start when absent.
    pub as_of: Option<Date>,
    /// Today.
    pub today: Date,
}

/// A submission, ready to be compared.
pub struct Prepared {
    place: Place,
    deposit: Deposit,
    row: Option<Revision>,
}

/// What a submission would change.
#[derive(Debug, Clone)]
pub struct Preview {
    /// State of the log compared with.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The territory.
    pub territory: Territory,
    /// The date in the world.
    pub as_of: Date,
    /// Language of the sentences.
    pub lang: Lang,
    /// Weights used, with their owner.
    pub weights: Weights,
    /// What the order follows.
    pub rank_by: RankBy,
    /// First day of the period submitted.
    pub start: Date,
    /// Last day of the period submitted.
    pub end: Option<Date>,
    /// The territory's own row, as it stands.
    pub row: Option<u64>,
    /// Which day is shown, and why nothing would change then, where nothing does.
    pub notes: Vec<String>,
    /// What applies now, then with the submission: shares of each theme and need.
    pub wishes: Vec<WishMove>,
    /// How many rise, fall, enter, leave, keep their place.
    pub totals: Totals,
    /// The same in one sentence.
    pub totals_text: String,
    /// Every enterprise, those that move most first.
    pub moves: Vec<Move>,
    /// Names of concepts.
    pub taxonomy: Arc<Taxonomy>,
}

/// Reads a submission and the row it would enter; writes nothing.
///
/// # Errors
/// Those of [`super::submit`]: the same rights, the same faults.
pub async fn prepare(
    scouting: &Scouting,
    who: &Identity,
    asked: &str,
    body: &Value,
) -> Result<Prepared, ScoutingError> {
    let place = Place::find(scouting, who, asked)?;
    let taxonomy = &place.scene.world.data.taxonomy;
    let deposit = body::read(taxonomy, body).map_err(ScoutingError::Faults)?;
    let id = submission_row(&place.territory.id);
    let row = scouting.row(At::Seq(place.scene.seq), Kind::Priority, &id).await?;
    Ok(Prepared { place, deposit, row })
}

/// Compares the ranking as it is with the ranking as the submission would make it.
///
/// # Errors
/// Weights, a profile or a date that cannot be read; an end before the start.
pub fn preview(prepared: &Prepared, ask: &PreviewAsk) -> Result<Preview, ScoutingError> {
    let Prepared { place, deposit, row } = prepared;
    let (scene, territory) = (place.scene.as_ref(), &place.territory);
    let said = row.as_ref().map(Revision::json).transpose()?;
    let body = row_with(&territory.id, said.as_ref(), deposit, ask.today)?;
    let taxonomy = &scene.world.data.taxonomy;
    let submitted = submission::read(&body, taxonomy).map(|read| read.value);
    let submitted = submitted.expect("a row that was just written is read");
    let start = deposit.start_in(said.as_ref(), ask.today);
    let as_of = ask.as_of.unwrap_or_else(|| start.max(ask.today));

    let row_then = NewRevision::new(Kind::Priority, submission_row(&territory.id), &body);
    let then = scene.with_drafts(&[row_then], "preview", jiff::Timestamp::now())?;
    let mut asked = ask.candidates.clone();
    asked.territory = TerritoryAsked::Named(territory.id.clone());
    asked.as_of = as_of;
    let before = Ranked::new(scene, &asked)?;
    let after = Ranked::new(&then, &asked)?;
    let moves = moves::moves(scene, &before, &after, asked.lang);
    let totals = moves::count(&moves);

    let templates = &scene.world.data.templates;
    let render = |fact: &_| templates.render(fact, taxonomy, asked.lang);
    let live = submitted.in_force(as_of).map(|period| period.start);
    let notes = words::notes(&words::Day {
        as_of,
        asked: ask.as_of.is_some(),
        today: ask.today,
        start,
        end: deposit.end,
        in_force: live,
    });
    Ok(Preview {
        seq: scene.seq,
        rules: scene.world.data.rules.digest.clone(),
        territory: territory.clone(),
        as_of,
        lang: asked.lang,
        weights: after.options.weights.clone(),
        rank_by: asked.rank_by,
        start,
        end: deposit.end,
        row: row.as_ref().map(|row| row.seq),
        notes: notes.iter().map(render).collect(),
        wishes: moves::wishes(
            &applying(scene, territory, as_of),
            &applying(&then, territory, as_of),
        ),
        totals_text: render(&words::totals(&totals)),
        totals,
        moves,
        taxonomy: Arc::clone(taxonomy),
    })
}

/// What applies in a territory at a date.
fn applying(scene: &Scene, territory: &Territory, as_of: Date) -> Vec<Priority> {
    let around = Surroundings::of(scene, territory);
    let rows: Vec<&Priority> = scene.rows.priorities.iter().collect();
    let first = levels(&rows, &around, as_of).into_iter().next();
    first.map(|level| level.priorities).unwrap_or_default()
}
