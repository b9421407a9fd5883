//! The truth file, row by row: known implantations, what cannot be read, whom we do not have.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::annotation::text::fold;
use crate::domain::territory::Territory;
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;
use crate::scouting::vocabulary::near_enterprises;

/// One row as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Line in the file, from 1.
    pub line: u64,
    /// Id or name of the enterprise.
    pub enterprise: String,
    /// Id or name of the territory.
    pub territory: String,
    /// Year of the implantation.
    pub year: String,
}

/// Why a row cannot be replayed.
#[derive(Debug)]
pub enum Fault {
    /// A cell is empty: the name of its column.
    Missing(&'static str),
    /// The year is no year.
    BadYear,
    /// The year is out of those that can be replayed.
    OutOfYears {
        /// First year replayed.
        first: i16,
        /// Last year replayed.
        last: i16,
    },
    /// The territory is unknown or ambiguous.
    Territory(ScoutingError),
    /// Several enterprises bear this name: their ids.
    Ambiguous(Vec<String>),
    /// The same enterprise and territory stand on an earlier line.
    Duplicate(u64),
}

/// A row that cannot be replayed.
#[derive(Debug)]
pub struct Rejected {
    /// The row as typed.
    pub row: Row,
    /// Why.
    pub fault: Fault,
}

/// A row whose enterprise the catalogue does not hold: no ranking can find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unindexed {
    /// The row as typed.
    pub row: Row,
    /// (id, name) of the nearest enterprises.
    pub suggestions: Vec<(String, String)>,
}

/// Half of the events, shared out by enterprise: one to look at, one to believe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Half {
    /// Where one may look and mend.
    Dev,
    /// The figure one publishes.
    Held,
}

impl Half {
    /// The half of an enterprise: the parity of the first byte of the SHA-256 of its id, so
    /// that all its events are in one half and nobody chooses which.
    #[must_use]
    pub fn of(enterprise: &str) -> Self {
        if Sha256::digest(enterprise.as_bytes())[0] % 2 == 0 { Self::Dev } else { Self::Held }
    }

    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Held => "held",
        }
    }
}

/// A known implantation that can be replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Line in the file, from 1.
    pub line: u64,
    /// Enterprise id.
    pub enterprise: String,
    /// Where it came.
    pub territory: Territory,
    /// When.
    pub year: i16,
    /// Its half.
    pub half: Half,
}

/// A truth file, resolved on a scene.
#[derive(Debug, Default)]
pub struct Truth {
    /// What can be replayed, in the order of lines.
    pub events: Vec<Event>,
    /// Good rows whose enterprise is not in the catalogue.
    pub unindexed: Vec<Unindexed>,
    /// Rows that cannot be replayed.
    pub rejected: Vec<Rejected>,
}

impl Truth {
    /// Share of the good rows whose enterprise is indexed: no hit can be above it. 0..=1,
    /// higher is better; `None` without any good row.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // rows of a file
    pub fn ceiling(&self) -> Option<f64> {
        let all = self.events.len() + self.unindexed.len();
        (all > 0).then(|| self.events.len() as f64 / all as f64)
    }
}

/// Resolves the rows of a truth file; `last_year` is the last one that can be replayed.
///
/// A bad row stops nothing: it is given back with its reason.
#[must_use]
pub fn resolve(scene: &Scene, rows: Vec<Row>, last_year: i16) -> Truth {
    #[allow(clippy::cast_possible_truncation)] // a year
    let first = scene.world.data.rules.number("backtest.first_year") as i16;
    let mut truth = Truth::default();
    let mut seen: BTreeMap<(String, String), u64> = BTreeMap::new();
    for row in rows {
        match read(scene, &row, (first, last_year)) {
            Err(fault) => truth.rejected.push(Rejected { row, fault }),
            Ok((None, ..)) => {
                let suggestions = near_enterprises(scene, &row.enterprise);
                truth.unindexed.push(Unindexed { row, suggestions });
            }
            Ok((Some(enterprise), territory, year)) => {
                let line = row.line;
                match seen.get(&(enterprise.clone(), territory.id.clone())) {
                    Some(&first) => {
                        truth.rejected.push(Rejected { row, fault: Fault::Duplicate(first) });
                    }
                    None => {
                        seen.insert((enterprise.clone(), territory.id.clone()), line);
                        let half = Half::of(&enterprise);
                        truth.events.push(Event { line, enterprise, territory, year, half });
                    }
                }
            }
        }
    }
    truth
}

fn read(
    scene: &Scene,
    row: &Row,
    (first, last): (i16, i16),
) -> Result<(Option<String>, Territory, i16), Fault> {
    let cells =
        [("enterprise", &row.enterprise), ("territory", &row.territory), ("year", &row.year)];
    if let Some((column, _)) = cells.into_iter().find(|(_, cell)| cell.trim().is_empty()) {
        return Err(Fault::Missing(column));
    }
    let year = year_of(&row.year).ok_or(Fault::BadYear)?;
    if !(first..=last).contains(&year) {
        return Err(Fault::OutOfYears { first, last });
    }
    let territory = scene.world.places.territory(&row.territory).map_err(Fault::Territory)?;
    Ok((enterprise_of(scene, &row.enterprise)?, territory, year))
}

/// A year alone, or the year of a date (`2019-03-01`, `01/03/2019`, `2019.0`).
fn year_of(text: &str) -> Option<i16> {
    let parts: Vec<&str> = text.trim().split(['-', '/', '.']).map(str::trim).collect();
    let year = parts.iter().find(|part| part.len() == 4)?;
    let digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !digits || parts.len() > 3 {
        return None;
    }
    year.parse().ok()
}

/// The id of an enterprise by its id, its name or an alias; `None` when nobody bears it.
fn enterprise_of(scene: &Scene, asked: &str) -> Result<Option<String>, Fault> {
    let asked = asked.trim();
    for id in [asked.to_owned(), asked.to_lowercase()] {
        if scene.enterprise(&id).is_some() {
            return Ok(Some(id));
        }
    }
    let wanted = key(asked);
    let bearing = |alias: bool| -> Vec<String> {
        let bears = |e: &crate::domain::enterprise::Enterprise| {
            if alias {
                e.aliases.iter().any(|name| key(name) == wanted)
            } else {
                key(&e.name) == wanted
            }
        };
        scene.rows.enterprises.iter().filter(|e| bears(e)).map(|e| e.id.clone()).collect()
    };
    let named = bearing(false);
    let found = if named.is_empty() { bearing(true) } else { named };
    match found.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only.clone())),
        _ => Err(Fault::Ambiguous(found)),
    }
}

/// A name reduced to its folded words.
fn key(name: &str) -> String {
    let folded = fold(name);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_read_alone_or_in_a_date() {
        for text in ["2019", " 2019 ", "2019-03-01", "01/03/2019", "2019.0"] {
            assert_eq!(year_of(text), Some(2019), "{text}");
        }
        for text in ["", "19", "vers 2019", "2019 ?", "20191", "1/2/3/2019"] {
            assert_eq!(year_of(text), None, "{text}");
        }
    }

    #[test]
    fn the_halves_are_about_as_large_and_never_move() {
        let dev = (0..1_000).filter(|n| Half::of(&format!("e{n}")) == Half::Dev).count();
        assert!((400..600).contains(&dev), "{dev}");
        assert_eq!((Half::of("unis-cite"), Half::of("ecov")), (Half::Held, Half::Dev));
    }

    #[test]
    fn names_meet_whatever_their_accents_and_signs() {
        assert_eq!(key("L’Îlot – Café"), key("l'ilot cafe"));
    }
}
