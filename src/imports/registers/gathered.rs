//! What a register gives, before anything is compared with the catalogue.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::marks::{KnownMarks, Marks};
use super::supply::SupplyCount;
use crate::catalogue::record::{Read, actor, source};
use crate::catalogue::revision::Kind;
use crate::domain::provenance::Source;
use crate::imports::parsed::{Parsed, check};
use crate::imports::records::Changes;
use crate::imports::rows::Rows;

/// An actor found in a register, in the shape the log keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundActor {
    /// Line in the file.
    pub line: u64,
    /// Id of the row.
    pub id: String,
    /// Its body.
    pub body: Value,
}

/// What a register gives.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Counted supply; `None` for a register that counts none.
    pub supply: Option<SupplyCount>,
    /// Counts of declared lists, by source of supply then commune.
    pub listed: BTreeMap<String, BTreeMap<u32, f64>>,
    /// Year of the data, where it is known.
    pub year: Option<i16>,
    /// Actors, in the order of lines.
    pub actors: Vec<FoundActor>,
    /// Communes whose organisations become actors; `None`: no actor is wanted.
    communes: Option<HashSet<u32>>,
    /// Actors are wanted wherever they are.
    everywhere: bool,
    /// Marks by SIREN.
    pub marks: Marks,
    /// SIREN read that bear no mark any more, though an earlier import marked them.
    pub unmarked: BTreeSet<u32>,
    /// What earlier imports marked.
    pub known: Arc<KnownMarks>,
    /// The register as a source of what it says.
    pub source: Source,
    /// Lines of datasets: dataset, then key, then the line as an object of columns.
    pub lines: BTreeMap<&'static str, BTreeMap<String, BTreeMap<&'static str, String>>>,
    /// What was changed in rows that are kept.
    pub changes: Changes,
    seen: HashMap<u64, u64>,
}

impl Gathered {
    /// Whether an organisation with this key was met before, and where; remembers it.
    pub fn met(&mut self, key: &str, line: u64) -> Option<u64> {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hash = DefaultHasher::new();
        key.hash(&mut hash);
        match self.seen.entry(hash.finish()) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(place) => {
                place.insert(line);
                None
            }
        }
    }

    /// The sources of what the register says, as a file of rows writes them.
    #[must_use]
    pub fn sources_json(&self) -> Value {
        source::list_to_json(std::slice::from_ref(&self.source))
    }

    /// Actors are wanted in these communes, and nowhere else.
    pub fn actors_in(&mut self, communes: Option<&[u32]>) {
        self.communes = communes.map(|list| list.iter().copied().collect());
    }

    /// Actors are wanted wherever they are: in a file that names actors.
    pub fn actors_everywhere(&mut self) {
        self.everywhere = true;
    }

    /// Whether the organisations of a commune become actors.
    #[must_use]
    pub fn wants_actor(&self, commune: u32) -> bool {
        self.everywhere || self.communes.as_ref().is_some_and(|list| list.contains(&commune))
    }

    /// Whether actors are wanted somewhere.
    #[must_use]
    pub fn wants_actors(&self) -> bool {
        self.everywhere || self.communes.is_some()
    }

    /// Adds an actor; `body` is in the shape of a file of actors (design §7).
    pub fn add_actor(&mut self, line: u64, id: String, body: Value) {
        self.actors.push(FoundActor { line, id, body });
    }

    /// The actors found, checked as a file of actors is; the last of one id stands.
    #[must_use]
    pub fn into_actors(self) -> Parsed {
        let rows =
            self.actors.into_iter().map(|found| (found.line, found.body)).collect::<Vec<_>>();
        let rows = Rows { read: rows.len(), rows, ..Rows::default() };
        check(Kind::Actor, "actors", rows, "commune", |value| {
            let Read { value, warnings } = actor::read(value)?;
            let body = actor::to_json(&value);
            Ok(Read { value: (value.actor.id, body), warnings })
        })
    }

    /// Adds a line to a dataset; the last of one key stands.
    pub fn add_line(
        &mut self,
        dataset: &'static str,
        key: String,
        line: BTreeMap<&'static str, String>,
    ) {
        self.lines.entry(dataset).or_default().insert(key, line);
    }
}
