//! What each one gains, from known facts only; the rest is to be established with them.
//!
//! | key | args |
//! |---|---|
//! | `feasibility.gain.enterprise.aims`, `.likeness` | `territory` Text |
//! | `feasibility.gain.enterprise.resource` | `actor` Text, `resource` Concept |
//! | `feasibility.gain.partner.supplied` | `actor` Text, `resource` Concept |
//! | `feasibility.gain.partner.completed` | `actor` Text, `step` Concept |
//! | `feasibility.gain.partner.tandem` | `actor` Text, `enterprise` Text |
//! | `feasibility.gain.collectivity.priority` | `concept` Concept, `by` Text?, `document` Text?, `date` Text? |
//! | `feasibility.gain.beneficiaries` | `publics` Text, `needs` Text |
//! | `feasibility.gain.funders` | `scheme` Text, `theme` Concept |

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::portrait::weight_of;
use crate::domain::priority::PriorityKind;
use crate::domain::provenance::Basis;
use crate::matching::explanation::sentences::lowered;
use crate::matching::outcome::{Alternative, CriterionId, Relation, RelationKind};
use crate::matching::profile::TerritoryProfile;
use crate::matching::schemes::{Fit, source_of};

use super::first_actor::{identity, named, with_few_sources};

/// An enterprise that carries a need at least this much answers it as a main activity.
const MAIN: f64 = 0.9;
/// A likeness with its other places from which the ground is said to be known.
const ALIKE: f64 = 0.7;

/// Who gains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stakeholder {
    /// The enterprise.
    Enterprise,
    /// Local partners and the carrier.
    Partners,
    /// The collectivité.
    Collectivity,
    /// The people served.
    Beneficiaries,
    /// Funders.
    Funders,
}

impl Stakeholder {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Partners => "partners",
            Self::Collectivity => "collectivity",
            Self::Beneficiaries => "beneficiaries",
            Self::Funders => "funders",
        }
    }
}

/// What one stakeholder gains: nothing known is to be established with them.
#[derive(Debug, Clone, PartialEq)]
pub struct Gains {
    /// Who.
    pub who: Stakeholder,
    /// Known facts; empty is to be established with them.
    pub facts: Vec<Fact>,
}

/// What the gains are read from.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The territory.
    pub profile: &'a TerritoryProfile,
    /// The enterprise.
    pub enterprise: &'a Enterprise,
    /// Its evaluation here.
    pub alternative: &'a Alternative,
    /// Its relations here, the strongest first.
    pub relations: &'a [Relation],
    /// The schemes with their tests.
    pub fits: &'a [Fit],
    /// Gains shown for each relation type.
    pub most: usize,
    /// Language of the labels listed.
    pub lang: Lang,
}

/// What each stakeholder gains, in a fixed order.
#[must_use]
pub fn gains(known: Known<'_>) -> Vec<Gains> {
    vec![
        Gains { who: Stakeholder::Enterprise, facts: enterprise(known) },
        Gains { who: Stakeholder::Partners, facts: partners(known) },
        Gains { who: Stakeholder::Collectivity, facts: collectivity(known) },
        Gains { who: Stakeholder::Beneficiaries, facts: beneficiaries(known) },
        Gains { who: Stakeholder::Funders, facts: funders(known) },
    ]
}

/// Relations of a type with described actors that are no rivals, each organisation once.
fn with_described<'a>(
    known: Known<'a>,
    kind: RelationKind,
) -> impl Iterator<Item = (&'a Relation, String)> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let actors = &known.profile.context.actors;
    let rivals: BTreeSet<String> = known
        .relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::Competes && relation.main)
        .map(|relation| identity(&actors[relation.actor]))
        .collect();
    known
        .relations
        .iter()
        .filter(move |relation| {
            let member = &actors[relation.actor];
            relation.kind == kind
                && !member.actor.register
                && !relation.to_check
                && !rivals.contains(&identity(member))
                && seen.insert(identity(member))
        })
        .map(move |relation| (relation, named(&actors[relation.actor])))
}

fn of_kind(relation: &Relation, kind: ConceptKind) -> Option<Concept> {
    relation.via.iter().copied().find(|concept| concept.kind == kind)
}

fn enterprise(known: Known<'_>) -> Vec<Fact> {
    let Known { enterprise, alternative, profile, .. } = known;
    let territory = || Arg::Text(profile.context.territory.name.clone());
    let mut facts = Vec::new();
    let aims =
        alternative.gates.iter().find(|g| g.fact.key == "gate.wants_to_spread.met.aims_here");
    if let Some(gate) = aims {
        facts.push(
            Fact::new("feasibility.gain.enterprise.aims", gate.fact.basis)
                .with("enterprise", Arg::Text(enterprise.name.clone()))
                .with("territory", territory())
                .from_sources(gate.fact.sources.clone()),
        );
    }
    let likeness = alternative.contributions.iter().find(|term| {
        term.value.criterion == CriterionId::Transferability
            && !term.value.utility.is_unknown()
            && term.value.utility.point >= ALIKE
    });
    if let Some(term) = likeness {
        let mut fact = Fact::new("feasibility.gain.enterprise.likeness", Basis::Measured)
            .with("territory", territory())
            .with("level", Arg::Number(term.value.utility.point));
        fact.sources =
            term.value.items.iter().flat_map(|i| i.fact.sources.clone()).take(2).collect();
        facts.push(fact);
    }
    for (relation, actor) in with_described(known, RelationKind::SuppliedBy).take(known.most) {
        if let Some(resource) = of_kind(relation, ConceptKind::Resource) {
            facts.push(
                Fact::new("feasibility.gain.enterprise.resource", relation.fact.basis)
                    .with("actor", Arg::Text(actor))
                    .with("resource", Arg::Concept(resource))
                    .from_sources(with_few_sources(relation).sources),
            );
        }
    }
    facts
}

fn partners(known: Known<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let fact = |key, relation: &Relation, actor: String| {
        Fact::new(key, relation.fact.basis)
            .with("actor", Arg::Text(actor))
            .with("enterprise", Arg::Text(known.enterprise.name.clone()))
            .from_sources(with_few_sources(relation).sources)
    };
    for (relation, actor) in with_described(known, RelationKind::Supplies).take(known.most) {
        if let Some(resource) = of_kind(relation, ConceptKind::Resource) {
            let said = fact("feasibility.gain.partner.supplied", relation, actor);
            facts.push(said.with("resource", Arg::Concept(resource)));
        }
    }
    for (relation, actor) in with_described(known, RelationKind::Tandem).take(known.most) {
        facts.push(fact("feasibility.gain.partner.tandem", relation, actor));
    }
    for (relation, actor) in with_described(known, RelationKind::Completes).take(known.most) {
        let Some(step) = relation.fact.args.get("step") else { continue };
        let said = fact("feasibility.gain.partner.completed", relation, actor);
        facts.push(said.with("step", step.clone()));
    }
    facts
}

fn collectivity(known: Known<'_>) -> Vec<Fact> {
    let context = &known.profile.context;
    let portrait = &known.enterprise.portrait;
    let answered = |concept: Concept| match concept.kind {
        ConceptKind::Theme => weight_of(&portrait.themes, concept) > 0.0,
        _ => weight_of(&portrait.needs, concept) > 0.0,
    };
    let mut facts = Vec::new();
    for priority in &context.priorities {
        let live = priority.kind == PriorityKind::Submission && priority.is_live(context.as_of);
        if !live || !answered(priority.concept) {
            continue;
        }
        let mut fact = Fact::new("feasibility.gain.collectivity.priority", Basis::Stated)
            .with("concept", Arg::Concept(priority.concept))
            .from_sources(vec![priority.source.clone()]);
        for (name, value) in [("by", &priority.submitted_by), ("document", &priority.document)] {
            if let Some(text) = value {
                fact = fact.with(name, Arg::Text(text.clone()));
            }
        }
        // A year alone is kept as its first of January: the day would promise too much.
        let day = |start: Date| match (start.month(), start.day()) {
            (1, 1) => start.year().to_string(),
            _ => start.to_string(),
        };
        let dated = priority.start.map(day);
        let dated = dated.or_else(|| priority.source.year.map(|year| year.to_string()));
        if let Some(date) = dated {
            fact = fact.with("date", Arg::Text(date));
        }
        facts.push(fact);
    }
    facts
}

fn beneficiaries(known: Known<'_>) -> Vec<Fact> {
    let Known { enterprise, profile, .. } = known;
    let mut needs: Vec<(f64, Concept)> = enterprise
        .portrait
        .needs
        .iter()
        .filter(|mark| mark.weight >= MAIN)
        .map(|mark| (profile.gap(mark.concept).level.point * mark.weight, mark.concept))
        .collect();
    needs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let labels: Vec<String> = needs
        .iter()
        .take(known.most)
        .map(|(_, need)| lowered(profile.context.taxonomy.label(*need, known.lang)))
        .collect();
    if enterprise.beneficiaries.is_empty() || labels.is_empty() {
        return Vec::new();
    }
    vec![
        Fact::new("feasibility.gain.beneficiaries", Basis::Stated)
            .with("publics", Arg::Text(enterprise.beneficiaries.join(", ")))
            .with("needs", Arg::Text(labels.join(", ")))
            .from_sources(enterprise.sources.clone()),
    ]
}

fn funders(known: Known<'_>) -> Vec<Fact> {
    let supports = &known.profile.context.supports;
    known
        .fits
        .iter()
        .filter(|fit| fit.could_serve() && fit.themes_shared > 0)
        .take(known.most)
        .filter_map(|fit| {
            let support = &supports[fit.support];
            let theme = fit.tests.iter().find_map(|tested| tested.fact.args.get("theme"))?;
            let fact = Fact::new("feasibility.gain.funders", Basis::Stated)
                .with("scheme", Arg::Text(support.name.clone()))
                .with("theme", theme.clone());
            Some(fact.from_sources(vec![source_of(support)]))
        })
        .collect()
}
