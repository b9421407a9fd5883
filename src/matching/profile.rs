//! A territory as small concept tables: which actor stands where, for what.
//!
//! Built once per territory and date, then read by every enterprise: an enterprise is a
//! short list of concepts, and only the actors that share one of them are read. What is
//! scored and what is told come from the same readings; the tables cut nothing, so the
//! best witness of each type is found however many rivals stand before it.
//!
//! What it cannot see: an actor that no source names. `context.actor_reliability` says
//! how likely that is.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::context::{Confirmation, Context};
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::domain::fact::Fact;
use crate::domain::gap::{Coverage, FieldReport, Gap, Severity, combine};
use crate::domain::provenance::Basis;
use crate::domain::rules::Rules;
use crate::matching::outcome::{Relation, RelationKind};
use crate::matching::relations::inverted::Inverted;
use crate::matching::relations::kin::{Kin, Triple};
use crate::matching::relations::numbers::Numbers;
use crate::matching::relations::sides::{Asked, Local, Standing};
use crate::matching::relations::{self, Claim, Ground, Raw, View};

/// Expected severity and coverage where nothing is measured (methods §1 and §2).
const BARE_SEVERITY: f64 = 0.4;
const BARE_COVERAGE: f64 = 0.73;

/// A territory ready to be matched with any number of enterprises; immutable.
#[derive(Debug, Clone)]
pub struct TerritoryProfile {
    /// What is known of the territory.
    pub context: Arc<Context>,
    /// The declared numbers.
    pub rules: Arc<Rules>,
    pub(crate) numbers: Numbers,
    pub(crate) kin: Arc<Kin>,
    pub(crate) inverted: Arc<Inverted>,
    pub(super) locals: Arc<Vec<Local>>,
    standings: Arc<Vec<Standing>>,
    unmeasured: Gap,
    supposed: Arc<Supposition>,
}

/// What is supposed of a territory beside what is known: to see what a step, or a datum,
/// would change.
///
/// Nothing of it enters the tables of a profile, so that supposing costs nothing.
#[derive(Debug, Clone, Default)]
pub struct Supposition {
    /// Said last: they win over those of the context on a same date.
    pub confirmations: Vec<Confirmation>,
    /// In place of those of the context, by the index of the need.
    pub gaps: BTreeMap<u16, Gap>,
}

impl TerritoryProfile {
    /// Builds the tables of a territory.
    ///
    /// # Panics
    /// If `rules` lacks a number of `index/relations.toml`.
    #[must_use]
    pub fn new(context: Arc<Context>, rules: Arc<Rules>) -> Self {
        let numbers = Numbers::read(&rules);
        let kin = Kin::new(&context.taxonomy);
        let locals: Vec<Local> =
            context.actors.iter().map(|member| Local::new(member, &context, &numbers)).collect();
        let standings = locals.iter().map(|local| local.standing).collect();
        let inverted = Inverted::new(&context, &kin, &locals);
        Self {
            numbers,
            kin: Arc::new(kin),
            inverted: Arc::new(inverted),
            locals: Arc::new(locals),
            standings: Arc::new(standings),
            unmeasured: unmeasured(),
            supposed: Arc::default(),
            context,
            rules,
        }
    }

    /// The same territory, where this is supposed beside what is known; it shares the
    /// tables of this one and replaces what this one supposed.
    #[must_use]
    pub fn supposing(&self, supposed: Supposition) -> Self {
        Self { supposed: Arc::new(supposed), ..self.clone() }
    }

    /// What people confirmed, what is supposed first.
    pub(crate) fn confirmations(&self) -> impl Iterator<Item = &Confirmation> {
        self.supposed.confirmations.iter().chain(&self.context.confirmations)
    }

    /// Every relation of `e` with every actor in reach, at least the declared threshold
    /// before the factor of distance; the main one of each actor is flagged.
    ///
    /// Sorted by strength, the strongest first, then kind, then actor id.
    #[must_use]
    pub fn relations(&self, e: &Enterprise) -> Vec<Relation> {
        let asked = self.ask(e);
        let told = self
            .related(&asked)
            .into_iter()
            .flat_map(|actor| relations::tell_all(self.view(&asked, actor), actor as usize));
        let mut list: Vec<Relation> = told.collect();
        self.sort(&mut list);
        list
    }

    /// The `most` strongest relations of each kind, in the order of
    /// [`TerritoryProfile::relations`], and how many there are of each kind in all.
    ///
    /// The same relations as that list holds; only those kept are told, so that a page
    /// of candidates in a large city stays quick.
    #[must_use]
    pub fn strongest(
        &self,
        e: &Enterprise,
        most: usize,
    ) -> (Vec<Relation>, Vec<(RelationKind, usize)>) {
        let asked = self.ask(e);
        let mut claims: Vec<(RelationKind, f64, u32)> = Vec::new();
        for actor in self.related(&asked) {
            let found = relations::claims(self.view(&asked, actor)).into_iter();
            claims.extend(found.map(|claim| (claim.kind, claim.strength, actor)));
        }
        claims.sort_by(|a, b| {
            a.0.cmp(&b.0)
                .then(b.1.total_cmp(&a.1))
                .then_with(|| self.actor_id(a.2 as usize).cmp(self.actor_id(b.2 as usize)))
        });
        let (mut list, mut counts) = (Vec::new(), Vec::new());
        for group in claims.chunk_by(|a, b| a.0 == b.0) {
            counts.push((group[0].0, group.len()));
            for &(kind, _, actor) in group.iter().take(most) {
                let told = relations::tell_all(self.view(&asked, actor), actor as usize);
                list.extend(told.into_iter().filter(|relation| relation.kind == kind));
            }
        }
        self.sort(&mut list);
        (list, counts)
    }

    /// The actors that may have a relation with the enterprise, ascending.
    fn related(&self, asked: &Asked<'_>) -> Vec<u32> {
        let mut actors: Vec<u32> = self.read(asked).iter().map(|slot| slot.actor).collect();
        actors.extend(self.inverted.carriers());
        actors.sort_unstable();
        actors.dedup();
        actors
    }

    fn sort(&self, list: &mut [Relation]) {
        list.sort_by(|a, b| {
            b.strength
                .total_cmp(&a.strength)
                .then(a.kind.cmp(&b.kind))
                .then_with(|| self.actor_id(a.actor).cmp(self.actor_id(b.actor)))
        });
    }

    /// Every relation of `e` with the actor at this position, the strongest first; empty
    /// when there is none, when the actor is absent at the date or when the position is
    /// out of range.
    #[must_use]
    pub fn relations_with(&self, e: &Enterprise, actor: usize) -> Vec<Relation> {
        let Ok(position) = u32::try_from(actor) else {
            return Vec::new();
        };
        if actor >= self.locals.len() {
            return Vec::new();
        }
        let asked = self.ask(e);
        relations::tell_all(self.view(&asked, position), actor)
    }

    /// The gap of a need; that of a need nobody measured when the context has none.
    #[must_use]
    pub fn gap(&self, need: Concept) -> &Gap {
        let supposed = self.supposed.gaps.get(&need.index);
        supposed.or_else(|| self.context.gaps.get(need.at())).unwrap_or(&self.unmeasured)
    }

    /// Prepares an enterprise.
    pub(crate) fn ask<'a>(&'a self, e: &'a Enterprise) -> Asked<'a> {
        Asked::new(e, &self.context, self.confirmations())
    }

    /// An enterprise facing the actor at this position.
    pub(crate) fn view<'a>(&'a self, asked: &'a Asked<'a>, actor: u32) -> View<'a> {
        View {
            context: &self.context,
            numbers: &self.numbers,
            kin: &self.kin,
            asked,
            local: &self.locals[actor as usize],
            member: &self.context.actors[actor as usize],
        }
    }

    /// How many actors are in reach.
    pub(crate) fn actors(&self) -> usize {
        self.locals.len()
    }

    /// The strength said of a raw reading of this actor.
    pub(crate) fn strength(&self, actor: u32, raw: Raw) -> f64 {
        self.standings[actor as usize].strength(raw.value, &self.numbers)
    }

    fn actor_id(&self, actor: usize) -> &str {
        self.context.actors.get(actor).map_or("", |member| member.actor.id.as_str())
    }

    /// One claim of one actor as a fact under another key, with its strength.
    pub(crate) fn witness(
        &self,
        asked: &Asked<'_>,
        actor: u32,
        kind: RelationKind,
        key: &'static str,
    ) -> Option<Fact> {
        let view = self.view(asked, actor);
        let claim = relations::claims(view).into_iter().find(|claim| claim.kind == kind)?;
        let mut fact = relations::tell(view, &claim).fact;
        fact.key = key;
        Some(fact)
    }

    /// The rivalry of one answer (by position) with one local answer of an actor, as a
    /// fact under another key; `None` when the actor does not give that answer.
    pub(crate) fn rival(
        &self,
        asked: &Asked<'_>,
        (answer, actor, triple): (usize, u32, Triple),
        (strength, sure): (f64, bool),
        key: &'static str,
    ) -> Option<Fact> {
        let view = self.view(asked, actor);
        let local = view.local.answers.iter().position(|local| local.triple == triple)?;
        let claim = Claim {
            kind: RelationKind::Competes,
            strength,
            to_check: !sure,
            confirmed: false,
            ground: Ground::Answers { asked: answer, local },
        };
        let mut fact = relations::tell(view, &claim).fact;
        fact.key = key;
        Some(fact)
    }
}

/// The gap of a need of which nothing is known.
fn unmeasured() -> Gap {
    let severity = Estimate::unknown(BARE_SEVERITY);
    let coverage = Estimate::unknown(BARE_COVERAGE);
    let measured = Estimate::within(BARE_SEVERITY * (1.0 - BARE_COVERAGE), 0.0, 1.0, Basis::Prior);
    Gap {
        need: Concept { kind: ConceptKind::Need, index: 0 },
        severity: Severity { level: severity, evidence: Vec::new() },
        coverage: Coverage { level: coverage, evidence: Vec::new(), quantiles: None },
        measured,
        field: FieldReport::default(),
        level: combine(measured, 0.0),
        best_datum: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::gap::Gap;
    use crate::matching::fixtures::{Case, need, theme};
    use crate::matching::weights::Weights;
    use crate::matching::{Evaluator, Options, RankBy};

    fn options() -> Options {
        let weights = Weights::equal(false);
        Options { weights, rank_by: RankBy::Expected, relevance: None }
    }

    #[test]
    fn what_is_supposed_reads_as_if_it_were_known() {
        let mut case = Case::new();
        case.add_actor("La Halle", "Lyon", &[theme("mobilites")]);
        let profile = case.profile();
        let evaluator = Evaluator::new(&profile);
        case.confirm("anchoring.carrier", "met").confirm("wants_to_spread", "unmet");
        let confirmations = case.context.confirmations.clone();
        let supposed = profile.supposing(Supposition { confirmations, ..Supposition::default() });
        let real = case.profile();
        let expected = Evaluator::new(&real).supposing(&real, &case.enterprise, 0, &options());
        let found = evaluator.supposing(&supposed, &case.enterprise, 0, &options());
        assert_eq!(found, expected);
        let before = evaluator.supposing(&profile, &case.enterprise, 0, &options());
        assert_ne!(found.score, before.score);
    }

    #[test]
    fn a_supposed_gap_is_read_by_whoever_reads_gaps_and_by_nobody_else() {
        let mut case = Case::new();
        let profile = case.profile();
        let evaluator = Evaluator::new(&profile);
        let known = evaluator.supposing(&profile, &case.enterprise, 0, &options());
        let repair = need("reparation_velo");
        for level in [0.0, 0.3, 1.0] {
            case.measure(repair, level);
            let gap: Gap = case.context.gaps[repair.at()].clone();
            let gaps = BTreeMap::from([(repair.index, gap)]);
            let supposed = profile.supposing(Supposition { gaps, ..Supposition::default() });
            let real = case.profile();
            let expected = Evaluator::new(&real).supposing(&real, &case.enterprise, 0, &options());
            let whole = evaluator.supposing(&supposed, &case.enterprise, 0, &options());
            let some = evaluator.supposing_gaps(&supposed, &case.enterprise, &known, &options());
            assert_eq!(whole, expected, "{level}");
            assert_eq!(some, expected, "{level}");
        }
    }
}
