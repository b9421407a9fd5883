//! Follow-ups: one row per territory and enterprise, each revision one step further.
//!
//! A revision holds its step at its top and the earlier ones below, each with the revision
//! that wrote it, so that the latest revision alone tells the whole path, at any state of
//! the log.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::RecordProblem;
use super::{Read, ReadResult, number, put, source};
use crate::catalogue::revision::Revision;
use crate::domain::decision::{FollowUp, Said, State, Step, Undone, Written};

/// Reads one follow-up: `{territory, enterprise, state, reason, note, date, season, source,
/// by, said, earlier: [step], undone: [{step, reason, undone_by}]}`.
///
/// What the log had not given when the row was written (`written` of its last step or last
/// undoing) stays `None`: [`signed`] fills it.
///
/// # Errors
/// If it is no object, or `territory`, `enterprise`, `state`, `date` or `by` is missing or
/// unreadable in it or in one of its earlier steps.
pub fn read(value: &Value) -> ReadResult<FollowUp> {
    let mut fields = Fields::of_row(value)?;
    let territory = fields.required("territory")?;
    let enterprise = fields.required("enterprise")?;
    let mut steps = Vec::new();
    for (path, item) in fields.items("earlier") {
        steps.push(inner(&path, &item)?);
    }
    let mut undone = Vec::new();
    for (path, item) in fields.items("undone") {
        let Some(map) = item.as_object() else { continue };
        let mut one = Fields::new(map, path.as_str());
        let step = one.value("step").cloned().unwrap_or_default();
        undone.push(Undone {
            step: inner(&format!("{path}.step"), &step)?,
            reason: one.text("reason"),
            written: one.value("undone_by").and_then(written),
        });
        fields.absorb(one);
    }
    steps.push(step(&mut fields)?);
    let (_, warnings) = fields.finish();
    Ok(Read { value: FollowUp { territory, enterprise, seq: 0, steps, undone }, warnings })
}

/// The follow-up as `revision` shows it: what was not signed yet was written by it.
#[must_use]
pub fn signed(mut follow_up: FollowUp, revision: &Revision) -> FollowUp {
    let by_it = || Written {
        seq: revision.seq,
        by: revision.recorded_by.clone(),
        at: revision.recorded_at,
    };
    follow_up.seq = revision.seq;
    if let Some(last) = follow_up.steps.last_mut() {
        last.written.get_or_insert_with(by_it);
    }
    if let Some(last) = follow_up.undone.last_mut() {
        last.written.get_or_insert_with(by_it);
    }
    follow_up
}

fn inner(path: &str, value: &Value) -> Result<Step, RecordProblem> {
    let map = value
        .as_object()
        .ok_or_else(|| RecordProblem::wrong_type(path, value, ("objet JSON", "JSON object")))?;
    step(&mut Fields::new(map, path))
}

fn step(fields: &mut Fields<'_>) -> Result<Step, RecordProblem> {
    let word = fields.required("state")?;
    let state = State::parse(&word).ok_or_else(|| {
        RecordProblem::unknown_word(fields.path_of("state"), word, &State::ALL.map(State::as_str))
    })?;
    let missing = |fields: &Fields<'_>, name| RecordProblem::missing(fields.path_of(name));
    let date = fields.date("date").ok_or_else(|| missing(fields, "date"))?.first_day();
    let season = fields.year("season").unwrap_or_else(|| date.year());
    Ok(Step {
        state,
        reason: fields.text("reason"),
        note: fields.text("note"),
        date,
        season,
        source: source::read_single(fields),
        by: fields.required("by")?,
        said: fields.value("said").and_then(said),
        written: fields.value("written").and_then(written),
    })
}

fn written(value: &Value) -> Option<Written> {
    Some(Written {
        seq: value["seq"].as_u64()?,
        by: value["by"].as_str()?.to_owned(),
        at: value["at"].as_str()?.parse().ok()?,
    })
}

fn said(value: &Value) -> Option<Said> {
    let whole = |name: &str| value[name].as_u64().and_then(|n| usize::try_from(n).ok());
    let pair = |name: &str| Some((value[name][0].as_f64()?, value[name][1].as_f64()?));
    let texts = value["unmet"].as_array().map(Vec::as_slice).unwrap_or_default();
    Some(Said {
        seq: value["seq"].as_u64()?,
        rules: value["rules"].as_str()?.to_owned(),
        as_of: value["as_of"].as_str()?.parse().ok()?,
        weights: value["weights"].as_str()?.to_owned(),
        rank: whole("rank")?,
        listed: whole("listed")?,
        score: value["score"].as_f64()?,
        interval: pair("interval")?,
        likely: pair("likely"),
        unmet: texts.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}

/// The follow-up as a row.
///
/// # Panics
/// If it has no step: such a row is ended, never written.
#[must_use]
pub fn to_json(follow_up: &FollowUp) -> Value {
    let (last, earlier) = follow_up.steps.split_last().expect("a follow-up has a step");
    let mut map = step_json(last);
    put(&mut map, "territory", follow_up.territory.as_str());
    put(&mut map, "enterprise", follow_up.enterprise.as_str());
    let earlier: Vec<Value> = earlier.iter().map(|s| Value::Object(step_json(s))).collect();
    put(&mut map, "earlier", earlier);
    let undone = follow_up.undone.iter().map(|undone| {
        let mut one = Map::new();
        put(&mut one, "step", Value::Object(step_json(&undone.step)));
        put(&mut one, "reason", undone.reason.clone());
        put(&mut one, "undone_by", undone.written.as_ref().map(written_json));
        Value::Object(one)
    });
    put(&mut map, "undone", undone.collect::<Vec<_>>());
    Value::Object(map)
}

fn step_json(step: &Step) -> Map<String, Value> {
    let mut map = Map::new();
    put(&mut map, "state", step.state.as_str());
    put(&mut map, "reason", step.reason.clone());
    put(&mut map, "note", step.note.clone());
    put(&mut map, "date", step.date.to_string());
    put(&mut map, "season", step.season);
    put(&mut map, "source", step.source.as_ref().map(source::to_json));
    put(&mut map, "by", step.by.as_str());
    put(&mut map, "said", step.said.as_ref().map(said_json));
    put(&mut map, "written", step.written.as_ref().map(written_json));
    map
}

fn written_json(written: &Written) -> Value {
    serde_json::json!({ "seq": written.seq, "by": written.by, "at": written.at.to_string() })
}

fn said_json(said: &Said) -> Value {
    let pair = |(low, high): (f64, f64)| Value::Array(vec![number(low), number(high)]);
    let mut map = Map::new();
    put(&mut map, "seq", said.seq);
    put(&mut map, "rules", said.rules.as_str());
    put(&mut map, "as_of", said.as_of.to_string());
    put(&mut map, "weights", said.weights.as_str());
    put(&mut map, "rank", said.rank);
    put(&mut map, "listed", said.listed);
    map.insert("score".to_owned(), number(said.score));
    put(&mut map, "interval", pair(said.interval));
    put(&mut map, "likely", said.likely.map(pair));
    put(&mut map, "unmet", said.unmet.clone());
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::revision::Kind;
    use jiff::civil::date;

    fn written_at(seq: u64) -> Written {
        Written { seq, by: "k1".to_owned(), at: "2026-03-01T10:00:00Z".parse().unwrap() }
    }

    fn follow_up() -> FollowUp {
        let said = Said {
            seq: 12,
            rules: "sha256:0".to_owned(),
            as_of: date(2026, 3, 1),
            weights: "equal".to_owned(),
            rank: 3,
            listed: 40,
            score: 0.625,
            interval: (0.5, 0.75),
            likely: None,
            unmet: vec!["not_already_there".to_owned()],
        };
        let spotted = Step {
            state: State::Spotted,
            reason: None,
            note: Some("vue au salon".to_owned()),
            date: date(2026, 3, 1),
            season: 2026,
            source: None,
            by: "Lyon".to_owned(),
            said: Some(said),
            written: Some(written_at(13)),
        };
        let refused = Step {
            state: State::Refused,
            reason: Some("no_premises".to_owned()),
            note: None,
            date: date(2026, 5, 2),
            said: None,
            written: None,
            ..spotted.clone()
        };
        let undone = Undone {
            step: Step { written: Some(written_at(14)), ..refused.clone() },
            reason: Some("erreur de saisie".to_owned()),
            written: Some(written_at(15)),
        };
        FollowUp {
            territory: "dep-26".to_owned(),
            enterprise: "a".to_owned(),
            seq: 0,
            steps: vec![spotted, refused],
            undone: vec![undone],
        }
    }

    #[test]
    fn a_follow_up_reads_back_whole() {
        let given = follow_up();
        let read_once = read(&to_json(&given)).unwrap();
        assert_eq!(read_once.warnings, Vec::new());
        assert_eq!(read_once.value, given);
    }

    #[test]
    fn the_last_step_is_signed_by_its_revision_and_the_others_keep_theirs() {
        let revision = Revision {
            seq: 20,
            kind: Kind::Decision,
            id: "dep-26/a".to_owned(),
            body: String::new(),
            recorded_at: "2026-05-02T08:00:00Z".parse().unwrap(),
            recorded_by: "k2".to_owned(),
            note: None,
            address: None,
        };
        let seen = signed(follow_up(), &revision);
        assert_eq!(seen.seq, 20);
        let seqs: Vec<u64> = seen.steps.iter().map(|s| s.written.as_ref().unwrap().seq).collect();
        assert_eq!(seqs, [13, 20]);
        assert_eq!(seen.undone[0].written.as_ref().unwrap().seq, 15);
    }

    #[test]
    fn an_unknown_state_is_refused_with_the_known_ones() {
        let mut value = to_json(&follow_up());
        value["earlier"][0]["state"] = "vue".into();
        assert_eq!(read(&value).unwrap_err().field, "earlier[0].state");
    }
}
