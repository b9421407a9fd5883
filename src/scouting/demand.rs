//! Unmet demand: what people ask for and find little of, counted and never written down.
//!
//! A question leaves a month, a territory where it names one, the concept understood and
//! how many answered: no word of it, no address, no key. Counts stay in memory for a few
//! seconds, then are added to those of the database, where several servers add theirs; a
//! server that is killed loses those few seconds. They are shown beside gaps and never enter
//! a score.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::Date;

use crate::annotation::Purpose;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::demand::{Count, Disclosed, Entry, Key, disclosed};
use crate::domain::enterprise::Enterprise;
use crate::domain::portrait::weight_of;
use crate::domain::rules::Rules;
use crate::domain::territory::Atlas;

use super::error::ScoutingError;
use super::front::Scouting;
use super::scene::Scene;

/// The kind under which questions that nothing was understood of are counted.
pub const UNREAD: &str = "unread";

/// The declared numbers of `index/demand.toml`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemandNumbers {
    /// A question found little when fewer answered it.
    pub few: usize,
    /// How strongly an enterprise must carry a concept to answer it, 0..=1.
    pub carries: f64,
    /// How surely a concept must be understood to be counted, 0..=1.
    pub understood: f64,
    /// Counts below are never shown alone.
    pub floor: u64,
    /// Time between two flushes.
    pub every: Duration,
    /// Different counts kept in memory at most.
    pub kept_most: usize,
}

impl DemandNumbers {
    /// Reads them.
    ///
    /// # Panics
    /// If `index/demand.toml` lacks one.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    #[must_use]
    pub fn read(rules: &Rules) -> Self {
        let number = |name: &str| rules.number(&format!("demand.{name}"));
        Self {
            few: number("few") as usize,
            carries: number("carries"),
            understood: number("understood"),
            floor: number("floor") as u64,
            every: Duration::from_secs_f64(number("flush_s")),
            kept_most: number("kept_most") as usize,
        }
    }
}

/// Something asked, and how many answered it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// What; `None` where nothing was understood.
    pub concept: Option<Concept>,
    /// How many answered.
    pub found: usize,
}

/// The needs and themes understood in the words of a question, the surest of each kind.
#[must_use]
pub fn concepts_in(scene: &Scene, q: &str) -> Vec<Concept> {
    let least = DemandNumbers::read(&scene.world.data.rules).understood;
    let read = scene.world.annotator.annotate(q, Purpose::Query);
    let mut concepts = Vec::new();
    for kind in [ConceptKind::Need, ConceptKind::Theme] {
        let known = read.concepts.iter().filter(|found| found.concept.kind == kind);
        let surest = known
            .filter(|found| found.weight >= least)
            .max_by(|a, b| a.weight.total_cmp(&b.weight).then(b.concept.cmp(&a.concept)));
        concepts.extend(surest.map(|found| found.concept));
        // A need says more than its theme: one question is counted once.
        if !concepts.is_empty() {
            break;
        }
    }
    concepts
}

/// Whether an enterprise answers a need or a theme.
#[must_use]
pub fn answers(enterprise: &Enterprise, concept: Concept, carries: f64) -> bool {
    let portrait = &enterprise.portrait;
    let weight = match concept.kind {
        ConceptKind::Theme => weight_of(&portrait.themes, concept),
        ConceptKind::Need => weight_of(&portrait.needs, concept),
        _ => 0.0,
    };
    weight >= carries
}

/// What a search by words asked of the whole catalogue; `total` is what it found.
#[must_use]
pub fn of_search(scene: &Scene, q: &str, total: usize) -> Vec<Asked> {
    let carries = DemandNumbers::read(&scene.world.data.rules).carries;
    let concepts = concepts_in(scene, q);
    if concepts.is_empty() {
        return vec![Asked { concept: None, found: total }];
    }
    let found = |concept| {
        scene.rows.enterprises.iter().filter(|one| answers(one, concept, carries)).count()
    };
    concepts.into_iter().map(|c| Asked { concept: Some(c), found: found(c) }).collect()
}

/// Counts waiting for the database.
#[derive(Debug, Default)]
pub struct Counter {
    waiting: Mutex<BTreeMap<Key, Count>>,
}

impl Counter {
    /// Counts what found little among `asked`, on `day`, for a territory (id) where one was
    /// named.
    pub fn note(&self, scene: &Scene, territory: Option<&str>, asked: &[Asked], day: Date) {
        let numbers = DemandNumbers::read(&scene.world.data.rules);
        let taxonomy = &scene.world.data.taxonomy;
        for one in asked.iter().filter(|one| one.found < numbers.few) {
            let (kind, concept) = match one.concept {
                Some(concept) => (concept.kind.as_str(), taxonomy.id(concept)),
                None => (UNREAD, ""),
            };
            let key = Key {
                month: month(day),
                territory: territory.unwrap_or_default().to_owned(),
                kind: kind.to_owned(),
                concept: concept.to_owned(),
            };
            let count = Count { asked: 1, best: one.found as u64 };
            self.add(BTreeMap::from([(key, count)]), numbers.kept_most);
        }
    }

    /// Adds counts; a new one beyond `most` is left out: memory is bounded, whoever asks.
    fn add(&self, counts: BTreeMap<Key, Count>, most: usize) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, count) in counts {
            let full = waiting.len() >= most;
            match waiting.get_mut(&key) {
                Some(known) => known.add(count),
                None if full => {}
                None => {
                    waiting.insert(key, count);
                }
            }
        }
    }

    fn take(&self) -> BTreeMap<Key, Count> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// `2026-11`.
fn month(day: Date) -> String {
    day.to_string().chars().take(7).collect()
}

impl Scouting {
    /// Adds the counts in memory to those of the database; on a failure they stay in
    /// memory for the next time.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn flush_demand(&self) -> Result<(), ScoutingError> {
        let counts = self.demand().take();
        if let Err(error) = self.store().add_demand(&counts).await {
            let most = DemandNumbers::read(&self.scene().world.data.rules).kept_most;
            self.demand().add(counts, most);
            return Err(error.into());
        }
        Ok(())
    }

    /// What may be shown of the demand of a territory (id), or of all of them, up to
    /// `as_of`'s month, as the database has it.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn unmet(
        &self,
        scene: &Scene,
        territory: Option<&str>,
        as_of: Date,
    ) -> Result<Disclosed, ScoutingError> {
        // All of them even for one territory: its small counts go into its département's.
        let counts = self.store().demand(&month(as_of), None).await?;
        let atlas = &scene.world.data.atlas;
        let floor = DemandNumbers::read(&scene.world.data.rules).floor;
        let mut found = disclosed(&counts, floor, |id| home(atlas, id));
        if let Some(asked) = territory {
            let wider = home(atlas, asked);
            found.entries.retain(|entry| {
                entry.territory == asked
                    || entry.territory.is_empty()
                    || Some(&entry.territory) == wider.as_ref()
            });
        }
        Ok(found)
    }

    /// What may be shown of what was asked of a territory (id) itself, by need id.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn unmet_needs(
        &self,
        scene: &Scene,
        territory: &str,
        as_of: Date,
    ) -> Result<BTreeMap<String, Vec<Entry>>, ScoutingError> {
        let counts = self.store().demand(&month(as_of), Some(territory)).await?;
        let floor = DemandNumbers::read(&scene.world.data.rules).floor;
        let mut needs: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for entry in disclosed(&counts, floor, |_| None).entries {
            if entry.kind == ConceptKind::Need.as_str() && entry.territory == territory {
                needs.entry(entry.concept.clone()).or_default().push(entry);
            }
        }
        Ok(needs)
    }
}

/// The département that a territory's small counts go into: that of most of its
/// inhabitants; none for a département, a région or an unknown territory.
fn home(atlas: &Atlas, id: &str) -> Option<String> {
    if id.starts_with("dep-") || id.starts_with("reg-") {
        return None;
    }
    let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
    for &at in &atlas.territory(id)?.communes {
        let commune = atlas.at(at);
        *weights.entry(&commune.departement).or_default() += commune.population;
    }
    let main = weights.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(a.0)));
    main.map(|(code, _)| format!("dep-{code}"))
}

/// Flushes every few seconds until `stop` resolves, then once more; a failure is told once
/// until the next success.
pub async fn keep_flushing(scouting: Arc<Scouting>, stop: impl Future<Output = ()>) {
    let every = DemandNumbers::read(&scouting.scene().world.data.rules).every;
    let mut stop = std::pin::pin!(stop);
    let (mut told, mut last) = (false, false);
    while !last {
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = &mut stop => last = true,
        }
        match scouting.flush_demand().await {
            Ok(()) => told = false,
            Err(cause) if !told || last => {
                tracing::warn!(%cause, "the counts of demand are not written");
                told = true;
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn memory_is_bounded_and_known_counts_still_grow() {
        let counter = Counter::default();
        let key = |concept: &str| Key {
            month: month(date(2026, 11, 28)),
            territory: String::new(),
            kind: "need".to_owned(),
            concept: concept.to_owned(),
        };
        let one = Count { asked: 1, best: 0 };
        for concept in ["a", "b", "a", "c"] {
            counter.add(BTreeMap::from([(key(concept), one)]), 2);
        }
        let taken = counter.take();
        assert_eq!(taken.len(), 2);
        assert_eq!(taken[&key("a")].asked, 2);
        assert_eq!(key("a").month, "2026-11");
        assert!(counter.take().is_empty());
    }
}
