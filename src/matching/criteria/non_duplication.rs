//! Complement, second half: whom the enterprise does not repeat (methods §4).
//!
//! `1 − max over answers of d · z(n)`: `d` is the larger of the best overlap seen with an
//! incumbent and `0.4 (1 − h_T(n))` for the one that no source shows, `h_T` the
//! reliability of the actor sources for the need; `z(n) = max(0.3, c(n)) · (1 − 0.8 o(n))`
//! is how saturated the field is. A rival in an unmet field is shown and still possible.
//!
//! From: answers of the enterprise and of the actors, coverage and field report of the
//! gaps. Cannot see: the size of a rival. A sister is no rival; an enterprise whose
//! answers are unknown stands at a declared prior, below honest weak proof.
//!
//! | key | arguments |
//! |---|---|
//! | `criterion.non_duplication.rival` | those of `relation.competes` (`actor` Text, `need`, `public`, `step`…), and `overlap`, `saturation` or `saturation_prior`, `reliability` Share |
//! | `criterion.non_duplication.unseen` | `need` Concept, `reliability`, `saturation` Share; `rival` Text and `overlap` Share where a weaker one is seen |
//! | `criterion.non_duplication.none` | `need` Concept, `saturation` Share: the sources are complete and show nobody |
//! | `criterion.non_duplication.unknown` | none: the enterprise's answers are not known |

use super::Criterion;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Source};
use crate::matching::outcome::{CriterionId, CriterionValue, Item};
use crate::matching::profile::TerritoryProfile;
use crate::matching::relations::answered::Answered;
use crate::matching::relations::competes;
use crate::matching::relations::kin::{Triple, concept};
use crate::matching::relations::numbers::NonDuplicationNumbers;
use crate::matching::relations::sides::Asked;
use crate::matching::robustness::model::{Items, Model};
use crate::matching::robustness::unknowns::{Check, Draws, NeedDraws};

/// The criterion; its numbers are those of the profile's relations.
pub struct NonDuplication;

impl Criterion for NonDuplication {
    fn id(&self) -> CriterionId {
        CriterionId::NonDuplication
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> CriterionValue {
        evaluate(profile, enterprise)
    }

    /// Per answer the rivals that are there, the unseen one of the need, and the coverage
    /// of the replicate.
    fn model(
        &self,
        profile: &TerritoryProfile,
        enterprise: &Enterprise,
        value: &CriterionValue,
    ) -> Box<dyn Model> {
        let asked = profile.ask(enterprise);
        let sisters = profile.sisters(&asked);
        let answers: Vec<DrawnAnswer> = asked
            .answers
            .iter()
            .filter_map(|answered| {
                let need = concept(ConceptKind::Need, answered.triple.need?);
                let mut rivals: Vec<Rival> = rivals(profile, &sisters, answered).collect();
                // The sort is stable: on a tie, in the order of the tables.
                rivals.sort_by(|a, b| b.strength.total_cmp(&a.strength));
                Some(DrawnAnswer { need, field: field(profile, answered, need), rivals })
            })
            .collect();
        if answers.is_empty() {
            return Box::new(Items::one(self.id(), enterprise, value.utility));
        }
        Box::new(DrawnNonDuplication { answers, numbers: profile.numbers.non_duplication.clone() })
    }
}

/// An incumbent seen for one answer.
#[derive(Debug, Clone, Copy)]
struct Rival {
    actor: u32,
    triple: Triple,
    /// Overlap, known unknowns at their prior.
    strength: f64,
    /// It rests on no known unknown.
    sure: bool,
}

/// The incumbents of the need of an answer, sisters left out.
fn rivals<'a>(
    profile: &'a TerritoryProfile,
    sisters: &'a [u32],
    answered: &'a Answered,
) -> impl Iterator<Item = Rival> + 'a {
    profile
        .inverted
        .same_need(answered.triple, &profile.kin)
        .filter_map(|(triple, actors)| {
            let pair = profile.kin.pair(answered.triple, *triple);
            Some((*triple, actors, competes::raw(pair, &profile.numbers)?))
        })
        .flat_map(move |(triple, actors, raw)| {
            actors.iter().filter_map(move |&actor| {
                let strength = profile.strength(actor, raw);
                let counts = strength > 0.0 && sisters.binary_search(&actor).is_err();
                counts.then_some(Rival { actor, triple, strength, sure: raw.sure })
            })
        })
}

/// Expected overlap with the incumbent that no source shows, 0..=1.
pub(crate) fn unseen(profile: &TerritoryProfile, need: Concept) -> f64 {
    profile.numbers.non_duplication.unseen * (1.0 - reliability(profile, need))
}

/// `h_T(n)`, 0..=1.
fn reliability(profile: &TerritoryProfile, need: Concept) -> f64 {
    let reliability = profile.context.actor_reliability.get(need.at()).copied().unwrap_or(0.0);
    if reliability.is_finite() { reliability.clamp(0.0, 1.0) } else { 0.0 }
}

/// `o(n)` for the public of an answer.
fn field(profile: &TerritoryProfile, answered: &Answered, need: Concept) -> f64 {
    let public = answered.triple.public.map(|public| concept(ConceptKind::Public, public));
    profile.gap(need).field.level(public)
}

/// `z = max(least, c) · (1 − share · o)`, 0..=1, never decreasing in `c`.
fn saturation(numbers: &NonDuplicationNumbers, coverage: f64, field: f64) -> f64 {
    (coverage.max(numbers.saturation_min) * (1.0 - numbers.field_share * field)).clamp(0.0, 1.0)
}

/// One answer with its rivals, the strongest first.
struct DrawnAnswer {
    need: Concept,
    field: f64,
    rivals: Vec<Rival>,
}

struct DrawnNonDuplication {
    answers: Vec<DrawnAnswer>,
    numbers: NonDuplicationNumbers,
}

impl Model for DrawnNonDuplication {
    fn fill(&self, draws: &Draws<'_>, out: &mut [f64]) {
        let mut losses = vec![0.0_f64; out.len()];
        for answer in &self.answers {
            let need = draws.need(answer.need);
            let overlaps = overlaps(&answer.rivals, need, draws);
            for (replicate, loss) in losses.iter_mut().enumerate() {
                let z = saturation(&self.numbers, need.coverage[replicate], answer.field);
                *loss = loss.max(overlaps[replicate] * z);
            }
        }
        out.iter_mut().zip(losses).for_each(|(cell, loss)| *cell = 1.0 - loss);
    }
}

/// `d` in each replicate: the largest overlap of the rivals that are there, or the unseen.
///
/// The rivalries to be checked hold at their strength over the likelihood of holding (at
/// most 1), or none of them: their mean is their expected strength.
fn overlaps(rivals: &[Rival], need: &NeedDraws, draws: &Draws<'_>) -> Vec<f64> {
    let mut largest = need.unseen.clone();
    let mut open: Vec<usize> = (0..largest.len()).collect();
    let held = |rival: &Rival| (rival.strength / draws.holds()).min(1.0);
    // What the rivals after each one can reach at most.
    let mut after = vec![0.0_f64; rivals.len()];
    for at in (1..rivals.len()).rev() {
        let reach = if rivals[at].sure { rivals[at].strength } else { held(&rivals[at]) };
        after[at - 1] = after[at].max(reach);
    }
    for (rival, after) in rivals.iter().zip(after) {
        if open.is_empty() {
            break;
        }
        let cells = draws.actor(rival.actor);
        open.retain(|&replicate| {
            let overlap = match (rival.sure, need.check[replicate]) {
                (true, _) | (false, Check::Expected) => rival.strength,
                (false, Check::Holds) => held(rival),
                (false, Check::Fails) => 0.0,
            };
            if cells[replicate].present {
                largest[replicate] = f64::max(largest[replicate], overlap);
            }
            largest[replicate] < after
        });
    }
    largest
}

/// One answer against the incumbents of its need.
#[derive(Debug, Clone, Copy)]
struct Standing {
    /// Position of the answer.
    answer: usize,
    need: Concept,
    /// Best overlap seen, known unknowns at their prior, and with whom and which answer
    /// of theirs.
    seen: f64,
    rival: Option<(u32, Triple)>,
    /// Best overlap that rests on no known unknown.
    seen_sure: f64,
    /// The incumbent that no source shows.
    unseen: f64,
    reliability: f64,
    /// `z(n)`, at the expected coverage and at its bounds.
    saturation: f64,
    saturation_low: f64,
    saturation_high: f64,
}

impl Standing {
    fn duplication(&self) -> f64 {
        self.seen.max(self.unseen)
    }

    fn loss(&self) -> f64 {
        self.duplication() * self.saturation
    }
}

/// The expected utility of non-duplication, 0..=1, higher is better.
///
/// Bounds: low `1 − z` (an unseen clone), high `1 − d_seen z` (nobody unseen, and what
/// is to be checked does not compete), the largest over the answers, `z` at the bound of
/// the coverage.
#[must_use]
pub fn evaluate(profile: &TerritoryProfile, e: &Enterprise) -> CriterionValue {
    let asked = profile.ask(e);
    let sisters = profile.sisters(&asked);
    let mut list: Vec<Standing> = asked
        .answers
        .iter()
        .enumerate()
        .filter_map(|(at, answered)| stand(profile, &sisters, at, answered))
        .collect();
    if list.is_empty() {
        return unknown(profile.numbers.non_duplication.prior);
    }
    // The heaviest loss first; a stable sort keeps the order of the answers on ties.
    list.sort_by(|a, b| b.loss().total_cmp(&a.loss()));
    let most = |of: &dyn Fn(&Standing) -> f64| list.iter().map(of).fold(0.0, f64::max);
    let point = 1.0 - most(&Standing::loss);
    let low = 1.0 - most(&|standing| standing.saturation_high);
    let high = 1.0 - most(&|standing| standing.seen_sure * standing.saturation_low);
    // One item per need: the heaviest answer speaks for the others.
    let mut told = std::collections::BTreeSet::new();
    let items: Vec<Item> = list
        .iter()
        .filter(|standing| told.insert(standing.need))
        .map(|standing| item(profile, &asked, standing))
        .collect();
    let basis = items.first().map_or(Basis::Inferred, |item| item.fact.basis);
    let utility = Estimate::within(point, low, high, basis);
    CriterionValue { criterion: CriterionId::NonDuplication, utility, items, weakest: Some(0) }
}

/// An answer with a known need against the incumbents; `None` without a need.
fn stand(
    profile: &TerritoryProfile,
    sisters: &[u32],
    answer: usize,
    answered: &Answered,
) -> Option<Standing> {
    let need = concept(ConceptKind::Need, answered.triple.need?);
    let numbers = &profile.numbers.non_duplication;
    let (mut seen, mut seen_sure) = (0.0, 0.0_f64);
    let mut rival: Option<(u32, Triple)> = None;
    for one in rivals(profile, sisters, answered) {
        if one.sure {
            seen_sure = seen_sure.max(one.strength);
        }
        let first = rival.is_none_or(|(known, _)| one.actor < known);
        if one.strength > seen || (one.strength == seen && first) {
            (seen, rival) = (one.strength, Some((one.actor, one.triple)));
        }
    }
    let field = field(profile, answered, need);
    let coverage = &profile.gap(need).coverage.level;
    let saturation = |coverage| saturation(numbers, coverage, field);
    Some(Standing {
        answer,
        need,
        seen,
        rival,
        seen_sure,
        unseen: unseen(profile, need),
        reliability: reliability(profile, need),
        saturation: saturation(coverage.point),
        saturation_low: saturation(coverage.low),
        saturation_high: saturation(coverage.high),
    })
}

/// What one answer meets: the rival, the unseen, or nobody.
fn item(profile: &TerritoryProfile, asked: &Asked<'_>, standing: &Standing) -> Item {
    let saturation = Arg::Share(standing.saturation);
    let rival = standing.rival;
    let named = rival.filter(|_| standing.seen >= standing.unseen).and_then(|(actor, triple)| {
        let key = "criterion.non_duplication.rival";
        let sure = standing.seen_sure >= standing.seen;
        profile.rival(asked, (standing.answer, actor, triple), (standing.seen, sure), key)
    });
    let fact = match named {
        Some(fact) => fact
            .with("overlap", Arg::Share(standing.seen))
            .with("reliability", Arg::Share(standing.reliability)),
        None => alone(profile, standing),
    };
    // What nobody counted is not said to be occupied: the prior has its own words.
    let measured = !profile.gap(standing.need).coverage.evidence.is_empty();
    let name = if measured { "saturation" } else { "saturation_prior" };
    let mut fact = fact.with("need", Arg::Concept(standing.need)).with(name, saturation);
    for source in coverage_sources(profile, standing.need) {
        if !fact.sources.contains(&source) {
            fact.sources.push(source);
        }
    }
    let low = 1.0 - standing.saturation_high;
    let high = 1.0 - standing.seen_sure * standing.saturation_low;
    let estimate = Estimate::within(1.0 - standing.loss(), low, high, fact.basis);
    Item { name: "incumbent", estimate, fact }
}

/// Nobody seen, or one weaker than the unseen.
fn alone(profile: &TerritoryProfile, standing: &Standing) -> Fact {
    let key = if standing.unseen > 0.0 {
        "criterion.non_duplication.unseen"
    } else {
        "criterion.non_duplication.none"
    };
    let mut fact =
        Fact::new(key, Basis::Inferred).with("reliability", Arg::Share(standing.reliability));
    let rival = standing.rival;
    if let Some(member) = rival.and_then(|(at, _)| profile.context.actors.get(at as usize)) {
        fact = fact
            .with("rival", Arg::Text(member.actor.name.clone()))
            .with("overlap", Arg::Share(standing.seen))
            .from_sources(member.actor.sources.clone());
    }
    fact
}

/// The sources of the coverage of a need.
fn coverage_sources(profile: &TerritoryProfile, need: Concept) -> Vec<Source> {
    profile.gap(need).coverage.evidence.iter().map(|supply| supply.source.clone()).collect()
}

/// An enterprise of which no answer is known.
fn unknown(prior: f64) -> CriterionValue {
    let utility = Estimate::unknown(prior);
    let fact = Fact::new("criterion.non_duplication.unknown", Basis::Prior);
    CriterionValue {
        criterion: CriterionId::NonDuplication,
        utility,
        items: vec![Item { name: "incumbent", estimate: utility, fact }],
        weakest: Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::context::ContextActor;
    use crate::matching::relations::fixtures::{self, actor, enterprise, gap, rules};
    use std::sync::Arc;

    /// Coverage 0.5 and reliability 1 for every need, with these actors.
    fn measured(actors: Vec<ContextActor>) -> TerritoryProfile {
        let mut context = fixtures::context(actors);
        context.actor_reliability.fill(1.0);
        TerritoryProfile::new(Arc::new(context), rules())
    }

    fn collector() -> Enterprise {
        enterprise("e").answer("collecte_textile", "habitants", "collecte", 1.0).done()
    }

    #[test]
    fn a_full_overlap_costs_the_saturation() {
        let rival = actor("rival").answer("collecte_textile", "habitants", "collecte", 1.0).done();
        let value = evaluate(&measured(vec![rival]), &collector());
        assert!((value.utility.point - 0.5).abs() < 1e-12);
        assert_eq!((value.utility.low, value.utility.high), (0.5, 0.5));
        assert_eq!(value.items[0].fact.args["actor"], Arg::Text("rival".to_owned()));
    }

    #[test]
    fn the_unseen_counts_where_no_source_is_reliable() {
        let profile = TerritoryProfile::new(Arc::new(fixtures::context(vec![])), rules());
        let value = evaluate(&profile, &collector());
        assert!((value.utility.point - (1.0 - 0.4 * 0.5)).abs() < 1e-12);
        assert_eq!((value.utility.low, value.utility.high), (0.5, 1.0));
        assert_eq!(value.items[0].fact.key, "criterion.non_duplication.unseen");
        let known = evaluate(&measured(vec![]), &collector());
        assert_eq!(known.utility.point, 1.0);
        assert_eq!(known.items[0].fact.key, "criterion.non_duplication.none");
    }

    #[test]
    fn a_rival_in_an_unmet_field_is_still_possible() {
        let rival = actor("rival").answer("collecte_textile", "habitants", "collecte", 1.0).done();
        let mut context = fixtures::context(vec![rival]);
        let need = fixtures::concept(ConceptKind::Need, "collecte_textile");
        context.gaps[need.at()] = gap(need, 0.8, 0.1, 0.9);
        let profile = TerritoryProfile::new(Arc::new(context), rules());
        let field = 0.7 * 0.9 / (0.7 + 0.5);
        let expected = 1.0 - 0.3 * (1.0 - 0.8 * field);
        assert!((evaluate(&profile, &collector()).utility.point - expected).abs() < 1e-12);
    }

    #[test]
    fn a_rival_to_be_checked_leaves_the_upper_bound() {
        let rival = actor("rival").answer("collecte_textile", "", "collecte", 1.0).done();
        let value = evaluate(&measured(vec![rival]), &collector());
        assert!((value.utility.point - 0.75).abs() < 1e-12);
        assert_eq!((value.utility.low, value.utility.high), (0.5, 1.0));
    }

    #[test]
    fn an_enterprise_without_answers_stands_at_its_prior() {
        let value = evaluate(&measured(vec![]), &enterprise("e").done());
        assert_eq!(value.utility, Estimate::unknown(0.4));
    }
}
