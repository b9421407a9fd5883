//! Submissions from a table: one row per theme, the rows of one territory and one start make
//! one submission.
//!
//! A bad row is refused with its line, its column and the way out; the others are kept, and
//! the account says which submission lacks some of its rows. Importing twice changes nothing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::access::{Action, Identity};
use crate::catalogue::CatalogueError;
use crate::catalogue::record::RecordProblem;
use crate::catalogue::revision::{At, Kind, NewRevision, Revision, canonical};
use crate::catalogue::store::{Expected, Idempotent};
use crate::domain::priority::submission_row;
use crate::imports::ledger::{Ledger, LedgerEntry};
use crate::imports::priorities::Sheet;
use crate::scouting::error::ScoutingError;
use crate::scouting::faults::Fault;
use crate::scouting::front::Scouting;
use crate::scouting::scene::Scene;
use crate::scouting::writing::{Draft, authorise};

use super::body::{self, Deposit};
use super::cells::{place, start, text};
use super::contexts;
use super::{ATTEMPTS, row_with};

/// What the rows of one submission must agree on.
const SHARED: [&str; 5] = ["end", "submitted_by", "contact", "source", "licence"];

/// What a line says and its submission tells otherwise.
const BY_ITSELF: [&str; 5] = ["territory", "start", "id", "kind", "territory_label"];

/// How a table is imported.
#[derive(Debug, Clone, Default)]
pub struct SheetManner {
    /// Why, or the name of the file: the note of the revisions.
    pub note: Option<String>,
    /// Compare, and write nothing.
    pub dry_run: bool,
    /// The same write may come twice.
    pub idempotent: Option<Idempotent>,
}

/// One submission of the table.
struct Group {
    territory: String,
    start: Option<Date>,
    rows: Vec<(u64, Map<String, Value>)>,
    /// Rows refused.
    lost: usize,
}

/// Imports a table of priorities.
///
/// # Errors
/// [`ScoutingError::Unauthenticated`], [`ScoutingError::Forbidden`] where `who` may submit
/// nowhere; a log that refuses: nothing is then written. A territory that `who` does not
/// reach is told in the account, its rows refused.
pub async fn import(
    scouting: &Scouting,
    who: &Identity,
    sheet: Sheet,
    manner: &SheetManner,
    today: Date,
) -> Result<Ledger, ScoutingError> {
    let scene = scouting.scene();
    authorise(who, Action::Submit, &scene, None)?;
    let Sheet { rows, mut ledger } = sheet;
    ledger.dry_run = manner.dry_run;
    let (rows, published) = contexts::part(&scene, who, rows, &mut ledger);
    let (contexts, counted) = contexts::compare(scouting, published, manner).await?;
    let groups = grouped(&scene, who, rows, &mut ledger);
    let mut deposits: BTreeMap<String, Vec<(Group, Deposit)>> = BTreeMap::new();
    for group in groups {
        if let Some((group, deposit)) = read(&scene, group, today, &mut ledger) {
            deposits.entry(group.territory.clone()).or_default().push((group, deposit));
        }
    }
    ledger.rejected.sort_by_key(|entry| entry.line);
    ledger.warnings.sort_by_key(|entry| entry.line);
    let mut attempt = 1;
    loop {
        let (mut draft, counts) = draft(scouting, &deposits, manner, today).await?;
        draft.rows.extend(contexts.iter().cloned());
        ledger.added = counts.0 + counted.0;
        ledger.changed = counts.1 + counted.1;
        ledger.unchanged = counts.2 + counted.2;
        ledger.kept = ledger.added + ledger.changed + ledger.unchanged;
        if manner.dry_run || draft.rows.is_empty() {
            return Ok(ledger);
        }
        match scouting.write(who, draft).await {
            Ok(written) => {
                ledger.seq = Some(written.range);
                return Ok(ledger);
            }
            // Somebody submitted meanwhile: their periods are read again.
            Err(ScoutingError::Catalogue(CatalogueError::Conflict { .. }))
                if attempt < ATTEMPTS =>
            {
                attempt += 1;
            }
            Err(other) => return Err(other),
        }
    }
}

/// The rows by territory and start, in the order of their first line.
fn grouped(
    scene: &Scene,
    who: &Identity,
    rows: Vec<(u64, Map<String, Value>)>,
    ledger: &mut Ledger,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (line, mut cells) in rows {
        let territory = match place(scene, who, Action::Submit, &cells) {
            Ok(territory) => territory,
            Err(problem) => {
                ledger.rejected.push(LedgerEntry { line, id: None, problem });
                continue;
            }
        };
        let start = match start(&cells) {
            Ok(start) => start,
            Err(problem) => {
                ledger.rejected.push(LedgerEntry { line, id: Some(territory), problem });
                continue;
            }
        };
        // Of an exported line, what its submission says by itself.
        cells.retain(|name, _| !BY_ITSELF.contains(&name.as_str()));
        let known = groups.iter_mut().find(|g| g.territory == territory && g.start == start);
        match known {
            Some(group) => group.rows.push((line, cells)),
            None => {
                groups.push(Group { territory, start, rows: vec![(line, cells)], lost: 0 });
            }
        }
    }
    groups
}

/// Reads the rows of a submission as its body would be: a fault of one row refuses it and
/// the rest is read again; a fault of the whole refuses it all.
fn read(
    scene: &Scene,
    mut group: Group,
    today: Date,
    ledger: &mut Ledger,
) -> Option<(Group, Deposit)> {
    agree(&mut group, ledger);
    loop {
        if group.rows.is_empty() {
            return None;
        }
        let read = body::read(&scene.world.data.taxonomy, &body_of(&group));
        let faults = match read.and_then(|deposit| over_already(deposit, today)) {
            Ok(deposit) => {
                if group.lost > 0 {
                    ledger.warnings.push(incomplete(&group));
                }
                return Some((group, deposit));
            }
            Err(faults) => faults,
        };
        let id = Some(group.territory.clone());
        let mut gone: BTreeMap<usize, RecordProblem> = BTreeMap::new();
        for fault in &faults {
            if let Some((at, field)) = row_of(&fault.problem.field) {
                let problem = RecordProblem { field, ..fault.problem.clone() };
                gone.entry(at).or_insert(problem);
            }
        }
        if gone.is_empty() {
            // Nothing that taking a row out would mend.
            let problem = faults.into_iter().next()?.problem;
            for (line, _) in &group.rows {
                let (id, problem) = (id.clone(), problem.clone());
                ledger.rejected.push(LedgerEntry { line: *line, id, problem });
            }
            return None;
        }
        group.lost += gone.len();
        for (at, problem) in gone.into_iter().rev() {
            let (line, _) = group.rows.remove(at);
            ledger.rejected.push(LedgerEntry { line, id: id.clone(), problem });
        }
    }
}

/// Refuses a submission without a start that would be over before it begins.
fn over_already(deposit: Deposit, today: Date) -> Result<Deposit, Vec<Fault>> {
    match row_with("", None, &deposit, today) {
        Err(ScoutingError::Faults(faults)) => Err(faults),
        _ => Ok(deposit),
    }
}

/// Refuses the rows that contradict the first one on what a submission says once.
fn agree(group: &mut Group, ledger: &mut Ledger) {
    let id = Some(group.territory.clone());
    let mut kept: Vec<(u64, Map<String, Value>)> = Vec::new();
    for (line, cells) in std::mem::take(&mut group.rows) {
        let differs = kept.first().and_then(|(first, model)| {
            let name = SHARED.iter().find(|name| {
                let own = text(&cells, name);
                !own.is_empty() && own != text(model, name)
            })?;
            Some((*name, *first))
        });
        let Some((name, first)) = differs else {
            kept.push((line, cells));
            continue;
        };
        group.lost += 1;
        let problem = RecordProblem::new(
            name,
            text(&cells, name),
            (
                &format!("autre valeur qu’à la ligne {first}, pour la même soumission"),
                &format!("not the value of line {first}, for the same submission"),
            ),
            (
                "donnez la même valeur aux lignes d’un même territoire et d’un même début",
                "give the same value to the rows of one territory and one start",
            ),
        );
        ledger.rejected.push(LedgerEntry { line, id: id.clone(), problem });
    }
    group.rows = kept;
}

fn body_of(group: &Group) -> Value {
    let mut body = Map::new();
    let (_, model) = &group.rows[0];
    for name in SHARED.into_iter().chain(["document"]) {
        let text = text(model, name);
        if !text.is_empty() {
            body.insert(name.to_owned(), Value::from(text));
        }
    }
    if let Some(start) = group.start {
        body.insert("start".to_owned(), Value::from(start.to_string()));
    }
    let none = |cells: &Map<String, Value>| {
        let said = text(cells, "no_priority").to_lowercase();
        ["oui", "true", "vrai", "yes", "1", "x"].contains(&said.as_str())
    };
    if group.rows.len() == 1 && none(model) {
        body.insert("no_priority".to_owned(), Value::from(true));
        if text(model, "theme").is_empty() && text(model, "need").is_empty() {
            return Value::Object(body);
        }
    }
    let wish = |(_, cells): &(u64, Map<String, Value>)| {
        let mut wish = cells.clone();
        wish.retain(|name, _| !SHARED.contains(&name.as_str()) && name != "no_priority");
        if text(cells, "document") == text(model, "document") {
            wish.remove("document");
        }
        if let Some(own) = wish.remove("own_document") {
            wish.insert("document".to_owned(), own);
        }
        Value::Object(wish)
    };
    body.insert("priorities".to_owned(), json!(group.rows.iter().map(wish).collect::<Vec<_>>()));
    Value::Object(body)
}

/// The row and the column of a path `priorities[2].theme`.
fn row_of(path: &str) -> Option<(usize, String)> {
    let rest = path.strip_prefix("priorities[")?;
    let (at, rest) = rest.split_once(']')?;
    Some((at.parse().ok()?, rest.trim_start_matches('.').to_owned()))
}

fn incomplete(group: &Group) -> LedgerEntry {
    let lost = group.lost;
    let problem = RecordProblem::new(
        "",
        "",
        (
            &format!("soumission incomplète ({lost} refusée(s) du même territoire et même début)"),
            &format!("incomplete submission ({lost} refused of the same territory and start)"),
        ),
        (
            "corrigez-les, puis importez de nouveau le fichier",
            "mend them, then import the file again",
        ),
    );
    LedgerEntry { line: group.rows[0].0, id: Some(group.territory.clone()), problem }
}

type Counts = (usize, usize, usize);

/// The rows to write, and how many lines are new, changed, and as they were.
async fn draft(
    scouting: &Scouting,
    deposits: &BTreeMap<String, Vec<(Group, Deposit)>>,
    manner: &SheetManner,
    today: Date,
) -> Result<(Draft, Counts), ScoutingError> {
    let mut draft = Draft { idempotent: manner.idempotent.clone(), ..Draft::default() };
    let (mut added, mut changed, mut unchanged) = (0, 0, 0);
    for (territory, list) in deposits {
        let id = submission_row(territory);
        let row = scouting.row(At::Latest, Kind::Priority, &id).await?;
        let mut said = row.as_ref().map(Revision::json).transpose()?;
        for (group, deposit) in list {
            let next = row_with(territory, said.as_ref(), deposit, today)?;
            let periods = |body: &Value| body["periods"].as_array().map_or(0, Vec::len);
            let lines = group.rows.len();
            match &said {
                Some(said) if canonical(said) == canonical(&next) => unchanged += lines,
                Some(said) if periods(said) == periods(&next) => changed += lines,
                _ => added += lines,
            }
            said = Some(next);
        }
        let known = row.as_ref().map(|row| row.body.as_str());
        let Some(body) = said.map(|said| canonical(&said)).filter(|b| known != Some(b)) else {
            continue;
        };
        draft.expected.push(Expected {
            kind: Kind::Priority,
            id: id.clone(),
            seq: row.as_ref().map(|row| row.seq),
        });
        let note = manner.note.clone();
        draft.rows.push(NewRevision { kind: Kind::Priority, id, body, note });
    }
    Ok((draft, (added, changed, unchanged)))
}
