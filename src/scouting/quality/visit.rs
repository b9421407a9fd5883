//! Which record is worth a visit first: importance × (1 − score).
//!
//! Importance is computed from the catalogue alone, cheaply, and is no score of a match. For
//! an enterprise: whether it wants to spread, how many territories submitted a theme or a
//! need that it carries, whether a partner follows it somewhere, how many needs it answers.
//! For an actor: whether it has a role, how many other records name it as a partner, whether
//! it is described beyond a register, how many needs it answers. A count `n` weighs
//! `n / (n + half)`. It cannot see whether somebody went there last week without writing it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::catalogue::record::folding::fold_label;
use crate::domain::actor::Actor;
use crate::domain::concept::Concept;
use crate::domain::enterprise::{Enterprise, Status};
use crate::domain::fact::{Arg, Fact};
use crate::domain::portrait::{Mark, Partner};
use crate::domain::priority::PriorityKind;
use crate::domain::provenance::Basis;
use crate::domain::rules::Rules;
use crate::matching::presence::at_work;

use super::numbers::{QualityNumbers, VisitNumbers};
use crate::scouting::rows::Rows;

/// Why a record matters, and how much.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Importance × lack, 0..=1, higher comes first.
    pub worth: f64,
    /// How much the record matters, 0..=1.
    pub importance: f64,
    /// One minus the score of its quality, 0..=1.
    pub lack: f64,
    /// Why it matters, the heaviest reason first.
    pub reasons: Vec<Fact>,
}

/// What the whole catalogue says of the importance of a record.
#[derive(Debug)]
pub struct Survey {
    numbers: VisitNumbers,
    as_of: Date,
    /// Territories that submitted each theme or need.
    asked: BTreeMap<Concept, BTreeSet<String>>,
    /// Territories that follow each enterprise.
    followed: BTreeMap<String, usize>,
    /// Records that name a partner of this folded name.
    named: BTreeMap<String, usize>,
}

impl Survey {
    /// Reads the catalogue once.
    #[must_use]
    pub fn new(rules: &Rules, rows: &Rows, as_of: Date) -> Self {
        let mut asked: BTreeMap<Concept, BTreeSet<String>> = BTreeMap::new();
        let live = |p: &&crate::domain::priority::Priority| {
            p.kind == PriorityKind::Submission && p.is_live(as_of)
        };
        for priority in rows.priorities.iter().filter(live) {
            asked.entry(priority.concept).or_default().insert(priority.territory.clone());
        }
        let mut followed: BTreeMap<String, usize> = BTreeMap::new();
        for one in &rows.follow_ups {
            if one.at(as_of).is_some_and(|step| !step.state.is_end()) {
                *followed.entry(one.enterprise.clone()).or_default() += 1;
            }
        }
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        let enterprises = rows.enterprises.iter().map(|e| (&e.name, &e.portrait.partners));
        let actors = rows.actors.iter().map(|a| (&a.name, &a.portrait.partners));
        for (name, partners) in enterprises.chain(actors) {
            for partner in names_of(name, partners) {
                *named.entry(partner).or_default() += 1;
            }
        }
        Self { numbers: QualityNumbers::read(rules).visit, as_of, asked, followed, named }
    }

    /// What a visit to an enterprise whose quality is `score` would bring.
    #[must_use]
    pub fn enterprise(&self, enterprise: &Enterprise, score: f64) -> Visit {
        if enterprise.status == Status::Closed {
            return Visit::nobody(score);
        }
        let [spreads, asked, followed, needs] = self.numbers.enterprise;
        let [stated, deduced, unknown, refused] = self.numbers.spreads;
        let guessed = enterprise.is_inferred("scaling.seeking_to_scale");
        let (will, word) = match enterprise.scaling.seeking_to_scale {
            Some(true) if guessed => (deduced, Some("record.visit.spreads.deduced")),
            Some(true) => (stated, Some("record.visit.spreads")),
            Some(false) => (refused, None),
            None => (unknown, None),
        };
        let carries = |marks: &[Mark]| {
            let least = self.numbers.carries;
            let strong = marks.iter().filter(|mark| mark.weight >= least);
            strong.filter_map(|mark| self.asked.get(&mark.concept)).flatten().collect::<Vec<_>>()
        };
        let portrait = &enterprise.portrait;
        let mut territories = carries(&portrait.themes);
        territories.extend(carries(&portrait.needs));
        let territories = territories.into_iter().collect::<BTreeSet<_>>().len();
        let follows = self.followed.get(&enterprise.id).copied().unwrap_or(0);
        let parts = [
            (spreads * will, word.map(|key| Fact::new(key, basis(guessed)))),
            (
                asked * saturated(territories, self.numbers.half_asked),
                counted("record.visit.asked", territories),
            ),
            (
                followed * f64::from(u8::from(follows > 0)),
                counted("record.visit.followed", follows),
            ),
            self.needs(needs, &portrait.needs),
        ];
        Visit::new(parts, score)
    }

    /// What a visit to a local actor whose quality is `score` would bring.
    #[must_use]
    pub fn actor(&self, actor: &Actor, score: f64) -> Visit {
        if !at_work(actor, self.as_of) {
            return Visit::nobody(score);
        }
        let [role, named, described, needs] = self.numbers.actor;
        let known = |given: bool| f64::from(u8::from(given));
        let by = self.named.get(&fold_label(&actor.name)).copied().unwrap_or(0);
        let roles = (!actor.roles.is_empty()).then(|| {
            Fact::new("record.visit.role", Basis::Stated)
                .with("roles", Arg::List(actor.roles.clone()))
        });
        let parts = [
            (role * known(!actor.roles.is_empty()), roles),
            (named * saturated(by, self.numbers.half_named), counted("record.visit.named", by)),
            (described * known(!actor.register), None),
            self.needs(needs, &actor.portrait.needs),
        ];
        Visit::new(parts, score)
    }

    fn needs(&self, weight: f64, needs: &[Mark]) -> (f64, Option<Fact>) {
        let value = weight * saturated(needs.len(), self.numbers.half_needs);
        (value, counted("record.visit.needs", needs.len()))
    }
}

impl Visit {
    fn new(parts: [(f64, Option<Fact>); 4], score: f64) -> Self {
        let importance = parts.iter().map(|(value, _)| value).sum::<f64>().clamp(0.0, 1.0);
        let mut told: Vec<(f64, Fact)> =
            parts.into_iter().filter_map(|(value, fact)| Some((value, fact?))).collect();
        told.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let lack = 1.0 - score;
        let reasons = told.into_iter().map(|(_, fact)| fact).collect();
        Self { worth: importance * lack, importance, lack, reasons }
    }

    /// There is nobody to visit any more.
    fn nobody(score: f64) -> Self {
        let reasons = vec![Fact::new("record.visit.closed", Basis::Stated)];
        Self { worth: 0.0, importance: 0.0, lack: 1.0 - score, reasons }
    }
}

/// `n / (n + half)`: 0 for none, a half at `half`, near 1 for many.
fn saturated(count: usize, half: f64) -> f64 {
    let count = count as f64;
    if count == 0.0 { 0.0 } else { count / (count + half) }
}

fn counted(key: &'static str, count: usize) -> Option<Fact> {
    let fact = || Fact::new(key, Basis::Measured).with("count", Arg::Count(count as u64));
    (count > 0).then(fact)
}

fn basis(deduced: bool) -> Basis {
    if deduced { Basis::Inferred } else { Basis::Stated }
}

/// The partners that a record names, folded, each once; never itself.
fn names_of(own: &str, partners: &[Partner]) -> BTreeSet<String> {
    let own = fold_label(own);
    let names = partners.iter().map(|partner| fold_label(&partner.organisation));
    names.filter(|name| !name.is_empty() && *name != own).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::rules;
    use super::*;
    use crate::domain::concept::{Concept, ConceptKind};
    use crate::domain::portrait::Portrait;
    use crate::domain::priority::Priority;
    use crate::domain::provenance::{Because, Source};
    use jiff::civil::date;
    use std::sync::Arc;

    fn mark(kind: ConceptKind, index: u16, weight: f64) -> Mark {
        let concept = Concept { kind, index };
        Mark { concept, weight, because: Because::default(), basis: Basis::Stated }
    }

    fn submitted(territory: &str, start: i16) -> Priority {
        Priority {
            id: format!("p-{territory}"),
            territory: territory.to_owned(),
            kind: PriorityKind::Submission,
            concept: Concept { kind: ConceptKind::Theme, index: 0 },
            weight: 1.0,
            submitted_by: None,
            document: None,
            start: Some(date(start, 1, 1)),
            end: None,
            source: Source::default(),
        }
    }

    fn rows(fill: impl FnOnce(&mut Rows)) -> Rows {
        let mut rows = Rows::default();
        fill(&mut rows);
        rows
    }

    fn keys(visit: &Visit) -> Vec<&'static str> {
        visit.reasons.iter().map(|fact| fact.key).collect()
    }

    #[test]
    fn an_enterprise_that_wants_to_come_where_it_is_asked_matters_most() {
        let rows = rows(|rows| {
            rows.priorities = vec![submitted("dep-69", 2020), submitted("dep-26", 2027)];
        });
        let survey = Survey::new(&rules(), &rows, date(2026, 11, 28));
        let mut enterprise = Enterprise::default();
        enterprise.portrait.themes = vec![mark(ConceptKind::Theme, 0, 1.0)];
        enterprise.portrait.needs =
            vec![mark(ConceptKind::Need, 0, 1.0), mark(ConceptKind::Need, 1, 0.5)];
        enterprise.scaling.seeking_to_scale = Some(true);
        let visit = survey.enterprise(&enterprise, 0.4);
        // 0.55 × 1 + 0.2 × 1/2 + 0.1 × 2/4: one territory asks today, two needs.
        assert!((visit.importance - 0.7).abs() < 1e-12);
        assert!((visit.worth - 0.42).abs() < 1e-12);
        assert_eq!(
            keys(&visit),
            ["record.visit.spreads", "record.visit.asked", "record.visit.needs"]
        );
        enterprise.inferred = vec!["scaling.seeking_to_scale".to_owned()];
        assert!(survey.enterprise(&enterprise, 0.4).worth < visit.worth);
        enterprise.portrait.themes[0].weight = 0.2;
        assert_eq!(
            keys(&survey.enterprise(&enterprise, 0.4)),
            ["record.visit.spreads.deduced", "record.visit.needs"]
        );
        enterprise.status = Status::Closed;
        assert_eq!(survey.enterprise(&enterprise, 0.4).worth, 0.0);
    }

    #[test]
    fn an_actor_that_others_name_matters_more_than_a_row_of_a_register() {
        let naming = |name: &str| {
            let partner =
                Partner { organisation: "La Maison du Vélo".to_owned(), ..Partner::default() };
            let portrait =
                Portrait { partners: vec![partner.clone(), partner], ..Portrait::default() };
            Arc::new(Actor { name: name.to_owned(), portrait, ..Actor::default() })
        };
        let rows = rows(|rows| {
            rows.actors = vec![naming("A"), naming("B"), naming("La Maison du vélo")];
        });
        let survey = Survey::new(&rules(), &rows, date(2026, 11, 28));
        let mut actor = Actor {
            name: "La maison du velo".to_owned(),
            roles: vec!["host".to_owned()],
            ..Actor::default()
        };
        let visit = survey.actor(&actor, 0.0);
        // Two others name it, each once: 0.35 + 0.25 × 2/3 + 0.25.
        assert!((visit.importance - (0.35 + 0.5 / 3.0 + 0.25)).abs() < 1e-12);
        assert_eq!(keys(&visit), ["record.visit.role", "record.visit.named"]);
        actor.roles.clear();
        actor.register = true;
        assert!((survey.actor(&actor, 0.0).importance - 0.5 / 3.0).abs() < 1e-12);
    }
}
