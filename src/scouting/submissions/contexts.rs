//! Rows of an exported file of priorities: submissions kept whole, whose periods become
//! lines, and published contexts (calls, programmes, findings), which stay as they are.

use serde_json::{Map, Value};

use crate::access::{Action, Identity};
use crate::catalogue::export::priorities;
use crate::catalogue::record::{RecordProblem, personal, priority};
use crate::catalogue::revision::{Kind, NewRevision};
use crate::domain::priority::PriorityKind;
use crate::imports::ledger::{Ledger, LedgerEntry};
use crate::imports::load;
use crate::imports::{Parsed, ParsedRow};
use crate::scouting::error::ScoutingError;
use crate::scouting::front::Scouting;
use crate::scouting::scene::Scene;
use crate::scouting::writing::authorise;

use super::spreadsheet::SheetManner;

type Line = (u64, Map<String, Value>);
type Counts = (usize, usize, usize);

/// Parts the lines of submissions from the contexts.
pub(super) fn part(
    scene: &Scene,
    who: &Identity,
    rows: Vec<Line>,
    ledger: &mut Ledger,
) -> (Vec<Line>, Vec<ParsedRow>) {
    let (mut lines, mut published) = (Vec::new(), Vec::new());
    for (line, row) in rows {
        if row.contains_key("periods") {
            let flat = priorities::lines(&row);
            match flat.first().is_some_and(|first| first.contains_key("periods")) {
                true => ledger.rejected.push(refused(line, &row, unreadable_periods())),
                false => {
                    // Each line of a submission is accounted for.
                    ledger.read += flat.len() - 1;
                    lines.extend(flat.into_iter().map(|row| (line, row)));
                }
            }
            continue;
        }
        let kind = row.get("kind").and_then(Value::as_str).unwrap_or_default();
        if kind.is_empty() || kind == PriorityKind::Submission.as_str() {
            lines.push((line, with_theme(row)));
            continue;
        }
        match context(scene, who, &row, line, ledger) {
            Ok(row) => published.push(row),
            Err(entry) => ledger.rejected.push(*entry),
        }
    }
    (lines, published)
}

/// The rows of contexts that say something new, and how many are added, changed, as before.
pub(super) async fn compare(
    scouting: &Scouting,
    rows: Vec<ParsedRow>,
    manner: &SheetManner,
) -> Result<(Vec<NewRevision>, Counts), ScoutingError> {
    if rows.is_empty() {
        return Ok((Vec::new(), (0, 0, 0)));
    }
    let parsed = Parsed { kind: Kind::Priority, rows, ledger: Ledger::default() };
    let (rows, counted) = load::compare(scouting.store(), parsed, manner.note.as_deref()).await?;
    Ok((rows, (counted.added, counted.changed, counted.unchanged)))
}

/// One theme in a column named in the plural is a theme.
fn with_theme(mut row: Map<String, Value>) -> Map<String, Value> {
    for (one, many) in [("theme", "themes"), ("need", "needs")] {
        let list = match row.get(many) {
            Some(Value::Array(items)) if !row.contains_key(one) => {
                items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ; ")
            }
            _ => continue,
        };
        row.remove(many);
        if !list.is_empty() {
            row.insert(one.to_owned(), Value::from(list));
        }
    }
    row
}

fn context(
    scene: &Scene,
    who: &Identity,
    row: &Map<String, Value>,
    line: u64,
    ledger: &mut Ledger,
) -> Result<ParsedRow, Box<LedgerEntry>> {
    let told = |problem| Box::new(refused(line, row, problem));
    if authorise(who, Action::Import, scene, None).is_err() {
        return Err(told(RecordProblem::new(
            "kind",
            row.get("kind").and_then(Value::as_str).unwrap_or_default(),
            (
                "contexte publié, qu’un éclaireur importe",
                "published context, which a scout imports",
            ),
            (
                "laissez `kind` vide pour déposer vos priorités",
                "leave `kind` empty to submit priorities",
            ),
        )));
    }
    let kept: Map<String, Value> = row
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), personal::without_personal(name, value)?)))
        .collect();
    let body = Value::Object(kept);
    let read = priority::read(&body, &scene.world.data.taxonomy).map_err(told)?;
    let id = body.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    ledger.warnings.extend(read.warnings.into_iter().map(|problem| LedgerEntry {
        line,
        id: Some(id.clone()),
        problem,
    }));
    Ok(ParsedRow { line, id, body })
}

fn refused(line: u64, row: &Map<String, Value>, problem: RecordProblem) -> LedgerEntry {
    let id = row.get("id").and_then(Value::as_str).map(str::to_owned);
    LedgerEntry { line, id, problem }
}

fn unreadable_periods() -> RecordProblem {
    RecordProblem::new(
        "periods",
        "",
        ("périodes illisibles", "unreadable periods"),
        (
            "chaque période a `start` et `priorities` ; voyez un export de priorités",
            "each period has `start` and `priorities`; see an export of priorities",
        ),
    )
}
