//! What each chosen enterprise adds, why the others are not there, how good the set is.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::shown::Sentence;
use crate::matching::outcome::RelationKind;
use crate::planning::cohort::{BoundKind, Guarantee, Placed, Solution, Stop, near_miss};
use crate::scouting::scene::Scene;

use super::gather::{Gathered, Ranked};
use super::numbers::Numbers;
use super::{Chosen, CohortAsk, LeftOut, NeedAdded, Place, TopOfList};

/// The relations through which an enterprise works with a local actor.
const PARTNERS: [RelationKind; 4] = [
    RelationKind::Tandem,
    RelationKind::Supplies,
    RelationKind::SuppliedBy,
    RelationKind::Completes,
];

/// A difference of values under which two sets are the same.
const SAME: f64 = 1e-9;

/// Writes one answer.
pub struct Teller<'a> {
    pub scene: &'a Scene,
    pub ask: &'a CohortAsk,
    pub gathered: &'a Gathered,
    pub numbers: &'a Numbers,
}

impl Teller<'_> {
    /// The chosen ones, in the order of the solution.
    pub fn chosen(&self, solution: &Solution) -> Vec<Chosen> {
        let each = solution.chosen.iter().enumerate();
        each.map(|(at, placed)| self.one(solution, at, placed)).collect()
    }

    fn one(&self, solution: &Solution, at: usize, placed: &Placed) -> Chosen {
        let problem = &self.gathered.problem;
        let parts = problem.parts(&solution.chosen[..at], placed);
        let adds_score = parts.iter().map(|part| part.score).sum();
        let answered = parts.iter().flat_map(|part| &part.answers);
        let needs = self.needs(answered.copied().collect());
        let enterprise = Arc::clone(&self.scene.rows.enterprises[placed.candidate]);
        let places: Vec<Place> = problem
            .placements(placed)
            .filter_map(|placement| {
                let one = &self.gathered.ranked[placement.territory];
                let found = one.candidate(placed.candidate)?;
                Some(Place { territory: placement.territory, rank: found.rank, score: found.score })
            })
            .collect();
        let share = if solution.value > 0.0 { solution.gains[at] / solution.value } else { 0.0 };
        let named = self.labels(&needs, self.numbers.needs_shown);
        let fact = match named.is_empty() {
            true => self.fact("cohort.chosen.score"),
            false => self.fact("cohort.chosen.needs").with("needs", Arg::List(named)),
        };
        let fact = fact.with("share", Arg::Share(share));
        let prudent = self.prudent_share(&needs, solution.gains[at]);
        let fact = match prudent >= self.numbers.prudent_from {
            true => fact.with("prudent", Arg::Share(prudent)),
            false => fact,
        };
        let partner = places.iter().find_map(|place| self.partner(place.territory, &enterprise));
        Chosen {
            sentence: self.sentence(&fact.from_sources(enterprise.sources.clone())),
            enterprise,
            places,
            adds: solution.gains[at],
            adds_score,
            needs,
            partner,
        }
    }

    /// The share of what it adds that rests on needs nothing measures nor reports here, 0..=1:
    /// their gap stands at its prior.
    fn prudent_share(&self, needs: &[NeedAdded], adds: f64) -> f64 {
        let unknown = needs.iter().filter(|added| {
            let gap = self.gathered.ranked[added.territory].profile.gap(added.need);
            gap.severity.evidence.is_empty()
                && gap.coverage.evidence.is_empty()
                && gap.field.evidence.is_empty()
        });
        let value: f64 = unknown.map(|added| added.value).sum();
        if adds > 0.0 { value / adds } else { 0.0 }
    }

    /// The local actor it would work with: its strongest relation of alliance.
    fn partner(
        &self,
        territory: usize,
        enterprise: &crate::domain::enterprise::Enterprise,
    ) -> Option<Sentence> {
        let profile = &self.gathered.ranked[territory].profile;
        let relations = profile.relations(enterprise);
        let found =
            relations.iter().find(|relation| relation.main && PARTNERS.contains(&relation.kind))?;
        let templates = &self.scene.world.data.templates;
        Some(Explainer::new(profile, templates, self.ask.lang).sentence(&found.fact))
    }

    /// The nearest of those left out, the one that would add most first.
    pub fn near_misses(&self, solution: &Solution) -> Vec<LeftOut> {
        let (problem, limits) = (&self.gathered.problem, &self.gathered.limits);
        let chosen = |at: usize| solution.chosen.iter().any(|placed| placed.candidate == at);
        let mut left: Vec<(f64, usize)> = (0..problem.candidates.len())
            .filter(|&at| !chosen(at) && !problem.candidates[at].placements.is_empty())
            .map(|at| {
                let parts = problem.parts(&solution.chosen, &problem.everywhere(at));
                (parts.iter().map(|part| part.total()).sum(), at)
            })
            .collect();
        left.sort_by(|a: &(f64, usize), b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        left.truncate(self.numbers.near_shown);
        let found = left.into_iter().filter_map(|(adds, at)| {
            let near = near_miss(problem, limits, &solution.chosen, at).ok()?;
            let share = |value: f64| Arg::Share((value / solution.value).max(0.0));
            let lacks = near.exchange.map(|exchange| (-exchange.change).max(0.0));
            let fact = match (near.stop, near.exchange) {
                (Some(Stop::PerTheme), _) => self.fact("cohort.near.per_theme"),
                (Some(Stop::RuralShare), _) => self.fact("cohort.near.rural_share"),
                (Some(Stop::Capacity), _) => self.fact("cohort.near.capacity"),
                (Some(Stop::Excluded), _) => self.fact("cohort.near.excluded"),
                (Some(Stop::Nowhere), _) | (None, None) => self.fact("cohort.near.no_place"),
                (None, Some(exchange)) => {
                    let out = solution.chosen[exchange.out].candidate;
                    let name = self.scene.rows.enterprises[out].name.clone();
                    self.fact("cohort.near.lacks")
                        .with("out", Arg::Text(name))
                        .with("lacks", share(-exchange.change))
                }
            };
            let enterprise = Arc::clone(&self.scene.rows.enterprises[at]);
            let fact = fact.with("adds", share(adds)).from_sources(enterprise.sources.clone());
            Some(LeftOut {
                sentence: self.sentence(&fact),
                enterprise,
                adds,
                limit: near.stop.map(Stop::as_str),
                lacks: near.stop.is_none().then_some(lacks).flatten(),
            })
        });
        found.collect()
    }

    /// The first ones of the list beside the set.
    pub fn top(&self, solution: &Solution, first: &[Placed]) -> TopOfList {
        let problem = &self.gathered.problem;
        let value = problem.value(first);
        let (ours, theirs) = (self.answered(&solution.chosen), self.answered(first));
        let missing = |of: &BTreeMap<usize, usize>, other: &BTreeMap<usize, usize>| {
            let list = of.keys().filter(|demand| !other.contains_key(demand));
            self.needs(list.map(|&demand| (demand, problem.worth[demand])).collect())
        };
        let only_cohort = missing(&ours, &theirs);
        let only_list = missing(&theirs, &ours);
        let several = theirs.iter().filter(|(_, count)| **count > 1);
        let repeated =
            self.needs(several.map(|(&demand, _)| (demand, problem.worth[demand])).collect());
        let same = only_cohort.is_empty()
            && only_list.is_empty()
            && (value - solution.value).abs() <= SAME;
        let mut sentences = Vec::new();
        let key = if same { "cohort.list.same" } else { "cohort.list.value" };
        let better = if value > 0.0 { solution.value / value - 1.0 } else { 0.0 };
        let fact = self.fact(key).with("count", Arg::Count(first.len() as u64));
        sentences.push(self.sentence(&match same {
            true => fact,
            false => fact.with("better", Arg::Share(better.max(0.0))),
        }));
        for (key, needs) in [
            ("cohort.list.only_cohort", &only_cohort),
            ("cohort.list.only_list", &only_list),
            ("cohort.list.repeated", &repeated),
        ] {
            let named = self.labels(needs, self.numbers.beside_the_list);
            if named.is_empty() {
                continue;
            }
            let others = needs.len() - named.len();
            let mut fact = self.fact(key).with("needs", Arg::List(named));
            if others > 0 {
                fact = fact.with("others", Arg::Count(others as u64));
            }
            sentences.push(self.sentence(&fact));
        }
        let enterprises = first
            .iter()
            .map(|placed| Arc::clone(&self.scene.rows.enterprises[placed.candidate]))
            .collect();
        TopOfList { enterprises, value, only_cohort, only_list, repeated, sentences }
    }

    /// How good the set is, and what is declared.
    pub fn notes(&self, solution: &Solution) -> Vec<Sentence> {
        let mut notes = Vec::new();
        let asked = self.gathered.limits.size;
        if solution.chosen.len() < asked {
            notes.push(
                self.fact("cohort.note.short")
                    .with("count", Arg::Count(solution.chosen.len() as u64))
                    .with("size", Arg::Count(asked as u64)),
            );
        }
        // Said of the set that is shown, not of the bound.
        let more = (solution.bound.value / solution.value.max(f64::MIN_POSITIVE) - 1.0).max(0.0);
        let said = |key| self.fact(key).with("more", Arg::Share(more));
        notes.push(match solution.bound.kind {
            BoundKind::Optimum => self.fact("cohort.note.optimum"),
            _ if more < self.numbers.tight => {
                self.fact("cohort.note.tight").with("more", Arg::Share(self.numbers.tight))
            }
            BoundKind::Relaxation => said("cohort.note.relaxation"),
            BoundKind::Marginals => said("cohort.note.marginals"),
        });
        let promised = match solution.guarantee {
            Guarantee::Optimum => None,
            Guarantee::Cardinality => Some("cohort.note.promised.size"),
            Guarantee::Partition => Some("cohort.note.promised.theme"),
            Guarantee::NoneRural => Some("cohort.note.unpromised.rural"),
            Guarantee::NoneCapacity => Some("cohort.note.unpromised.capacity"),
            Guarantee::NoneOpenings => Some("cohort.note.unpromised.openings"),
        };
        if let Some(key) = promised {
            let share = solution.guarantee.share().unwrap_or(0.0);
            let fact = self.fact(key);
            notes.push(match solution.guarantee.share() {
                Some(_) => fact.with("share", Arg::Share(share)),
                None => fact,
            });
        }
        let objective = match self.ask.never_two {
            true => self.fact("cohort.note.never_two"),
            false => self
                .fact("cohort.note.objective")
                .with("discount", Arg::Share(self.numbers.discount)),
        };
        notes.push(objective.with("score_share", Arg::Share(self.numbers.score_share)));
        if self.gathered.ranked.len() > 1 {
            notes.push(self.fact("cohort.note.population"));
        }
        notes.iter().map(|fact| self.sentence(fact)).collect()
    }

    /// How many of a set answer each demand, where one does so enough.
    fn answered(&self, set: &[Placed]) -> BTreeMap<usize, usize> {
        let problem = &self.gathered.problem;
        let mut counts = BTreeMap::new();
        for placement in set.iter().flat_map(|placed| problem.placements(placed)) {
            for &(demand, strength) in &placement.answers {
                if strength >= self.numbers.answered_from && problem.worth[demand] > 0.0 {
                    *counts.entry(demand).or_default() += 1;
                }
            }
        }
        counts
    }

    /// Demands with their values, as needs, the largest first; those worth nothing left out.
    fn needs(&self, mut list: Vec<(usize, f64)>) -> Vec<NeedAdded> {
        list.retain(|(_, value)| *value > SAME);
        list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let taxonomy = &self.scene.world.data.taxonomy;
        let need = |(demand, value): (usize, f64)| {
            let (territory, need) = self.gathered.demand(demand);
            let label = taxonomy.label(need, self.ask.lang).to_owned();
            NeedAdded { territory, need, id: taxonomy.id(need).to_owned(), label, value }
        };
        list.into_iter().map(need).collect()
    }

    /// The labels of the first `most` needs, each once.
    fn labels(&self, needs: &[NeedAdded], most: usize) -> Vec<String> {
        let mut named: Vec<String> = Vec::new();
        for need in needs {
            if named.len() == most {
                break;
            }
            if !named.contains(&need.label) {
                named.push(need.label.clone());
            }
        }
        named
    }

    fn fact(&self, key: &'static str) -> Fact {
        Fact::new(key, Basis::Inferred)
    }

    fn sentence(&self, fact: &Fact) -> Sentence {
        let any: &Ranked = &self.gathered.ranked[0];
        let templates = &self.scene.world.data.templates;
        Explainer::new(&any.profile, templates, self.ask.lang).sentence(fact)
    }
}
