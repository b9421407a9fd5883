//! The follow-up of an enterprise in a territory: recorded step by step, kept whole, shown
//! beside what the engine had said.
//!
//! [`prepare`] reads a step and checks who may write it, [`said::of`] asks the engine, and
//! [`Scouting::decide`] checks what may follow what against the log itself, so that two
//! people who write at once never break a path.

pub mod board;
pub mod list;
pub mod outcomes;
pub mod said;
pub mod shown;
pub mod words;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::Value;

use crate::access::{Action, Identity};
use crate::catalogue::CatalogueError;
use crate::catalogue::datasets::decisions::book;
use crate::catalogue::record::{decision, personal};
use crate::catalogue::revision::{At, Kind, NewRevision, Revision};
use crate::catalogue::store::Expected;
use crate::domain::decision::{FollowUp, Said, State, Step, Undone, row_id};
use crate::domain::provenance::Source;

use super::ask::{TerritoryAsked, check_date};
use super::body::{bad, check_fields, date_of, present, text};
use super::candidates;
use super::error::ScoutingError;
use super::field::label;
use super::front::Scouting;
use super::scene::Scene;
use super::vocabulary;
use super::writing::{Condition, Draft, Manner, Written, authorise};

/// Every field of the body of a step.
const FIELDS: [&str; 10] = [
    "territory",
    "enterprise",
    "state",
    "reason",
    "note",
    "date",
    "season",
    "source",
    "by",
    "lang",
];
/// Longest note, characters.
const NOTE_MAX: usize = 2_000;
/// Longest name of an organisation or of a source, characters.
const NAME_MAX: usize = 300;
/// Times a step is tried again when somebody else wrote one meanwhile.
const TRIES: usize = 8;

/// A step as asked, by somebody who may write it.
#[derive(Debug, Clone)]
pub struct Asked {
    territory: String,
    enterprise: String,
    state: State,
    reason: Option<String>,
    note: Option<String>,
    date: Date,
    season: Option<i16>,
    source: Option<Source>,
    by: Option<String>,
}

impl Asked {
    /// Id of the territory.
    #[must_use]
    pub fn territory(&self) -> &str {
        &self.territory
    }

    /// Id of the enterprise.
    #[must_use]
    pub fn enterprise(&self) -> &str {
        &self.enterprise
    }

    /// The day it happened.
    #[must_use]
    pub fn date(&self) -> Date {
        self.date
    }
}

/// Reads a step: `{territory, enterprise, state, reason, note, date, season, source, by}`,
/// territory and enterprise by id or by name, `date` today when absent.
///
/// # Errors
/// [`ScoutingError::Unauthenticated`] or [`ScoutingError::Forbidden`]; unknown territory,
/// enterprise, state or reason; a date to come; personal data in a text;
/// [`ScoutingError::BadRecord`] for anything else that cannot be read.
pub fn prepare(
    scene: &Scene,
    who: &Identity,
    body: &Value,
    today: Date,
) -> Result<Asked, ScoutingError> {
    // Rights first: nobody learns from a refusal what they may not write.
    authorise(who, Action::Decide, scene, None)?;
    let Some(body) = body.as_object() else {
        return Err(bad("", "le corps doit être un objet JSON", "the body must be a JSON object"));
    };
    check_fields(body, &FIELDS)?;
    let territory = text(body, "territory")?.unwrap_or_default();
    let enterprise = text(body, "enterprise")?.unwrap_or_default();
    for (field, given) in [("territory", &territory), ("enterprise", &enterprise)] {
        if given.trim().is_empty() {
            return Err(bad(
                field,
                "manquant : donnez un identifiant ou un nom",
                "missing: give an id or a name",
            ));
        }
    }
    let (territory, enterprise) = pair(scene, &territory, &enterprise)?;
    authorise(who, Action::Decide, scene, Some(&territory))?;
    vocabulary::position(scene, &enterprise)?;
    let word = text(body, "state")?.unwrap_or_default();
    let state = state(&word)?;
    let reason = filled(text(body, "reason")?);
    if let Some(id) = &reason {
        let known = book().reason(id).is_some_and(|reason| reason.states.contains(&state));
        if !known {
            let asked = id.chars().take(80).collect();
            return Err(ScoutingError::UnknownReason { asked, state });
        }
    }
    let note = checked("note", text(body, "note")?, NOTE_MAX)?;
    if reason.as_deref() == Some("other") && note.is_none() {
        return Err(bad(
            "note",
            "« autre raison » demande une note qui la dise",
            "“another reason” needs a note that tells it",
        ));
    }
    let date = match present(body, "date") {
        None => today,
        Some(value) => date_of(value)?,
    };
    check_date(date)?;
    // A clock may be a day behind that of the person who types.
    if date > today.saturating_add(1.day()) {
        return Err(ScoutingError::OutOfBounds {
            field: "date".to_owned(),
            value: date.to_string(),
            bounds: format!("≤ {today}"),
        });
    }
    let season = match present(body, "season") {
        None => None,
        Some(value) => Some(season(value)?),
    };
    let source = checked("source", text(body, "source")?, NAME_MAX)?.map(Source::named);
    let by = checked("by", text(body, "by")?, NAME_MAX)?;
    Ok(Asked { territory, enterprise, state, reason, note, date, season, source, by })
}

/// Refuses at once what cannot follow what the scene shows, before anything long is
/// computed; a write with a condition or a key of idempotency is judged on the log alone.
///
/// # Errors
/// Those of [`Scouting::decide`] on the path itself.
pub fn foresee(scene: &Scene, asked: &Asked, manner: &Manner) -> Result<(), ScoutingError> {
    if manner.condition != Condition::None || manner.idempotent.is_some() {
        return Ok(());
    }
    let before = scene.follow_up(&asked.territory, &asked.enterprise);
    next_step(before.map(AsRef::as_ref), asked, None, "").map(|_| ())
}

/// Ids of a territory and of an enterprise given by id or by name; the enterprise as typed
/// where the catalogue has none of that name.
///
/// # Errors
/// Unknown or ambiguous territory.
pub fn pair(
    scene: &Scene,
    territory: &str,
    enterprise: &str,
) -> Result<(String, String), ScoutingError> {
    let named = TerritoryAsked::Named(territory.to_owned());
    let territory = candidates::territory(scene, &named)?.id;
    Ok((territory, vocabulary::enterprise_id(scene, enterprise)))
}

/// Reads a state by its word.
///
/// # Errors
/// [`ScoutingError::OutOfBounds`] with the nine of them.
pub fn state(word: &str) -> Result<State, ScoutingError> {
    State::parse(word.trim()).ok_or_else(|| ScoutingError::OutOfBounds {
        field: "state".to_owned(),
        value: word.chars().take(40).collect(),
        bounds: State::ALL.map(State::as_str).join(" | "),
    })
}

/// Reads a season: a year of 1990 to 2100.
///
/// # Errors
/// [`ScoutingError::OutOfBounds`].
pub fn season(value: &Value) -> Result<i16, ScoutingError> {
    let year = match value {
        Value::String(text) => text.trim().parse::<i16>().ok(),
        other => other.as_i64().and_then(|year| i16::try_from(year).ok()),
    };
    year.filter(|year| (1990..=2100).contains(year)).ok_or_else(|| ScoutingError::OutOfBounds {
        field: "season".to_owned(),
        value: value.to_string().trim_matches('"').chars().take(40).collect(),
        bounds: "1990–2100".to_owned(),
    })
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A text short enough and without personal data.
fn checked(
    field: &str,
    text: Option<String>,
    most: usize,
) -> Result<Option<String>, ScoutingError> {
    let Some(text) = filled(text) else { return Ok(None) };
    let length = text.chars().count();
    if length > most {
        return Err(ScoutingError::OutOfBounds {
            field: field.to_owned(),
            value: format!("{length} caractères"),
            bounds: format!("≤ {most}"),
        });
    }
    match personal::found_in(&text) {
        Some(found) => Err(ScoutingError::PersonalData { field: field.to_owned(), found }),
        None => Ok(Some(text)),
    }
}

/// The follow-up that a revision shows.
///
/// # Errors
/// A row that can no longer be read.
pub fn read(revision: &Revision) -> Result<FollowUp, ScoutingError> {
    let value = revision.json()?;
    let read = decision::read(&value).map_err(|problem| CatalogueError::Unreadable {
        seq: revision.seq,
        cause: problem.to_string(),
    })?;
    Ok(decision::signed(read.value, revision))
}

impl Scouting {
    /// The follow-up in the log at `at`, where there is one.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn follow_up(
        &self,
        at: At,
        territory: &str,
        enterprise: &str,
    ) -> Result<Option<FollowUp>, ScoutingError> {
        let row = self.row(at, Kind::Decision, &row_id(territory, enterprise)).await?;
        row.as_ref().map(read).transpose()
    }

    /// Whether this write was acknowledged before: what it asks is then not checked again.
    async fn acknowledged(&self, manner: &Manner) -> Result<bool, ScoutingError> {
        match &manner.idempotent {
            Some(asked) => Ok(self.store().remembers(&asked.key).await?),
            None => Ok(false),
        }
    }

    /// Records a step with what the engine says of it.
    ///
    /// What may follow what is checked against the latest revision of the row, which must
    /// still be the latest when the step enters the log; when somebody else wrote meanwhile
    /// and no condition was given, it is checked and tried again.
    ///
    /// # Errors
    /// [`ScoutingError::ForbiddenTransition`], [`ScoutingError::UnknownReason`] where a
    /// reason is needed, [`ScoutingError::OutOfBounds`] for a date before the last step;
    /// those of [`Scouting::write`].
    pub async fn decide(
        &self,
        who: &Identity,
        asked: &Asked,
        said: Said,
        manner: &Manner,
    ) -> Result<Written, ScoutingError> {
        if self.acknowledged(manner).await? {
            return self.write(who, again(manner)).await;
        }
        let mut asked = asked.clone();
        if asked.by.is_none() {
            // A committee reads the name of an organisation, not the id of its key.
            asked.by = label(self, who).await?;
        }
        for tried in 1.. {
            let before = self.follow_up(At::Latest, &asked.territory, &asked.enterprise).await?;
            let step = next_step(before.as_ref(), &asked, Some(&said), who.author())?;
            let mut follow_up = before.clone().unwrap_or_else(|| FollowUp {
                territory: asked.territory.clone(),
                enterprise: asked.enterprise.clone(),
                seq: 0,
                steps: Vec::new(),
                undone: Vec::new(),
            });
            follow_up.steps.push(step);
            let mut row =
                NewRevision::new(Kind::Decision, follow_up.id(), &decision::to_json(&follow_up));
            row.note = asked.note.clone().or_else(|| asked.reason.clone());
            match self.write(who, draft(row, before.as_ref(), manner)?).await {
                Err(error) if moved(&error, manner) && tried < TRIES => {}
                written => return written,
            }
        }
        unreachable!("the loop ends at its last try")
    }

    /// Takes the last step back: a new revision without it; the first one taken back ends
    /// the follow-up.
    ///
    /// # Errors
    /// [`ScoutingError::Unauthenticated`] or [`ScoutingError::Forbidden`];
    /// [`ScoutingError::UnknownDecision`] where nothing is followed;
    /// [`ScoutingError::PersonalData`] in the reason; those of [`Scouting::write`].
    pub async fn undo_step(
        &self,
        who: &Identity,
        territory: &str,
        enterprise: &str,
        manner: &Manner,
    ) -> Result<Written, ScoutingError> {
        authorise(who, Action::Decide, &self.scene(), Some(territory))?;
        let reason = checked("reason", manner.reason.clone(), NOTE_MAX)?;
        if self.acknowledged(manner).await? {
            return self.write(who, again(manner)).await;
        }
        let before = self.follow_up(At::Latest, territory, enterprise).await?;
        let before = before.ok_or_else(|| ScoutingError::UnknownDecision {
            territory: territory.to_owned(),
            enterprise: enterprise.to_owned(),
        })?;
        let mut follow_up = before.clone();
        let step = follow_up.steps.pop().expect("a follow-up has a step");
        follow_up.undone.push(Undone { step, reason: reason.clone(), written: None });
        let mut row = if follow_up.steps.is_empty() {
            NewRevision::tombstone(Kind::Decision, &before.id())
        } else {
            NewRevision::new(Kind::Decision, before.id(), &decision::to_json(&follow_up))
        };
        row.note = reason;
        // Never tried again when somebody wrote meanwhile: the last step is then another.
        self.write(who, draft(row, Some(&before), manner)?).await
    }
}

/// A write that only asks for the acknowledgement given before.
fn again(manner: &Manner) -> Draft {
    Draft { idempotent: manner.idempotent.clone(), ..Draft::default() }
}

/// Whether somebody else wrote meanwhile, and the writer set no condition on that.
fn moved(error: &ScoutingError, manner: &Manner) -> bool {
    matches!(error, ScoutingError::Catalogue(CatalogueError::Conflict { .. }))
        && matches!(manner.condition, Condition::None | Condition::Exists)
}

/// The row with its condition: the latest revision must be the one that was read.
fn draft(
    row: NewRevision,
    before: Option<&FollowUp>,
    manner: &Manner,
) -> Result<Draft, ScoutingError> {
    let seq = before.map(|before| before.seq);
    let kept = match manner.condition {
        Condition::None => true,
        Condition::Match(asked) => seq == Some(asked),
        Condition::Exists => seq.is_some(),
        Condition::Absent => seq.is_none(),
    };
    let id = match row.kind {
        Kind::Decision => row.id.clone(),
        _ => before.map(FollowUp::id).unwrap_or_default(),
    };
    if !kept {
        return Err(CatalogueError::Conflict { kind: Kind::Decision, id, found: seq }.into());
    }
    let expected = vec![Expected { kind: Kind::Decision, id, seq }];
    Ok(Draft { rows: vec![row], expected, idempotent: manner.idempotent.clone() })
}

/// The step asked, after the last one.
fn next_step(
    before: Option<&FollowUp>,
    asked: &Asked,
    said: Option<&Said>,
    author: &str,
) -> Result<Step, ScoutingError> {
    let last = before.and_then(|before| before.steps.last());
    let from = last.map(|step| step.state);
    let to = asked.state;
    if !book().next(from).contains(&to) {
        return Err(ScoutingError::ForbiddenTransition { from, to });
    }
    let needed = book().needs_reason(from, to);
    if needed != asked.reason.is_some() {
        let asked = asked.reason.clone().unwrap_or_default();
        return Err(ScoutingError::UnknownReason { asked, state: to });
    }
    if let Some(last) = last.filter(|last| asked.date < last.date) {
        return Err(ScoutingError::OutOfBounds {
            field: "date".to_owned(),
            value: asked.date.to_string(),
            bounds: format!("≥ {}", last.date),
        });
    }
    // A follow-up keeps its season; a new one, or a reopened one, takes that of its date.
    let kept = last.filter(|last| !last.state.is_end()).map(|last| last.season);
    Ok(Step {
        state: to,
        reason: asked.reason.clone(),
        note: asked.note.clone(),
        date: asked.date,
        season: asked.season.or(kept).unwrap_or_else(|| asked.date.year()),
        source: asked.source.clone(),
        by: asked.by.clone().unwrap_or_else(|| author.to_owned()),
        said: said.cloned(),
        written: None,
    })
}

#[cfg(test)]
mod tests;
