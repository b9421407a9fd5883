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
use crate::matching::relations::sides::Asked;

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
    /// `z(n)`.
    saturation: f64,
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
/// is to be checked does not compete), the largest over the answers.
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
    let low = 1.0 - most(&|standing| standing.saturation);
    let high = 1.0 - most(&|standing| standing.seen_sure * standing.saturation);
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
    for (triple, actors) in profile.inverted.same_need(answered.triple, &profile.kin) {
        let pair = profile.kin.pair(answered.triple, *triple);
        let Some(raw) = competes::raw(pair, &profile.numbers) else {
            continue;
        };
        for &actor in actors {
            let strength = profile.strength(actor, raw);
            if strength <= 0.0 || sisters.binary_search(&actor).is_ok() {
                continue;
            }
            if raw.sure {
                seen_sure = seen_sure.max(strength);
            }
            let first = rival.is_none_or(|(known, _)| actor < known);
            if strength > seen || (strength == seen && first) {
                (seen, rival) = (strength, Some((actor, *triple)));
            }
        }
    }
    let reliability = profile.context.actor_reliability.get(need.at()).copied().unwrap_or(0.0);
    let reliability = if reliability.is_finite() { reliability.clamp(0.0, 1.0) } else { 0.0 };
    let gap = profile.gap(need);
    let public = answered.triple.public.map(|public| concept(ConceptKind::Public, public));
    let field = gap.field.level(public);
    let saturation =
        gap.coverage.level.point.max(numbers.saturation_min) * (1.0 - numbers.field_share * field);
    Some(Standing {
        answer,
        need,
        seen,
        rival,
        seen_sure,
        unseen: numbers.unseen * (1.0 - reliability),
        reliability,
        saturation: saturation.clamp(0.0, 1.0),
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
    let low = 1.0 - standing.saturation;
    let high = 1.0 - standing.seen_sure * standing.saturation;
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
