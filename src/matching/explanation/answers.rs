//! Which needs a candidate answers here, and how wide each gap is.

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::context::Context;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::gap::Gap;
use crate::domain::portrait::weight_of;
use crate::domain::priority::PriorityKind;
use crate::domain::provenance::{Basis, Because};
use crate::domain::taxonomy::IndicatorRole;
use crate::domain::territory::TerritoryKind;
use crate::matching::outcome::Alternative;

use super::Explainer;
use super::shown::{AnswerShown, Sentence};

/// Needs shown for one candidate.
const ANSWERS_SHOWN: usize = 4;
/// Figures, supplies and observations shown for one need.
const EVIDENCE_SHOWN: usize = 3;

/// The needs answered, by weight × gap; then the live priority themes that no shown need
/// belongs to. Never empty for an enterprise that carries a need or a priority theme.
pub fn of(
    explainer: &Explainer<'_>,
    enterprise: &Enterprise,
    _alternative: &Alternative,
) -> Vec<AnswerShown> {
    let context = &explainer.profile.context;
    let mut needs: Vec<(f64, Concept, f64)> = enterprise
        .portrait
        .needs
        .iter()
        .map(|mark| {
            let gap = explainer.profile.gap(mark.concept);
            let level = gap.level_for(public_of(enterprise, mark.concept)).point;
            (mark.weight * level, mark.concept, mark.weight)
        })
        .collect();
    needs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut shown: Vec<AnswerShown> = needs
        .iter()
        .take(ANSWERS_SHOWN)
        .map(|&(_, need, weight)| need_shown(explainer, enterprise, need, weight))
        .collect();
    for theme in uncovered_priority_themes(context, enterprise, &shown) {
        shown.push(theme_shown(explainer, enterprise, theme));
    }
    shown
}

/// The public of the strongest answer of the enterprise to this need.
pub fn public_of(enterprise: &Enterprise, need: Concept) -> Option<Concept> {
    enterprise
        .portrait
        .answers
        .iter()
        .filter(|answer| answer.need == Some(need))
        .max_by(|a, b| a.weight.total_cmp(&b.weight))
        .and_then(|answer| answer.public)
}

fn uncovered_priority_themes(
    context: &Context,
    enterprise: &Enterprise,
    shown: &[AnswerShown],
) -> Vec<Concept> {
    let mut themes: Vec<Concept> = context
        .priorities
        .iter()
        .filter(|p| {
            p.kind == PriorityKind::Submission
                && p.is_live(context.as_of)
                && p.concept.kind == ConceptKind::Theme
                && weight_of(&enterprise.portrait.themes, p.concept) > 0.0
        })
        .map(|p| p.concept)
        .filter(|theme| {
            shown.iter().all(|answer| {
                answer.need.is_none_or(|need| !context.taxonomy.themes_of(need).contains(theme))
            })
        })
        .collect();
    themes.sort_unstable();
    themes.dedup();
    themes
}

fn need_shown(
    explainer: &Explainer<'_>,
    enterprise: &Enterprise,
    need: Concept,
    weight: f64,
) -> AnswerShown {
    let context = &explainer.profile.context;
    let gap = explainer.profile.gap(need);
    let mut because: Vec<Because> = enterprise
        .portrait
        .answers
        .iter()
        .filter(|answer| answer.need == Some(need))
        .map(|answer| answer.because.clone())
        .chain(
            enterprise
                .portrait
                .needs
                .iter()
                .filter(|mark| mark.concept == need)
                .map(|mark| mark.because.clone()),
        )
        .collect();
    because.sort();
    because.dedup();
    AnswerShown {
        need: Some(need),
        theme: context.taxonomy.themes_of(need).first().copied(),
        label: context.taxonomy.label(need, explainer.lang).to_owned(),
        weight,
        level: Some(gap.level_for(public_of(enterprise, need))),
        severity: Some(gap.severity.level),
        coverage: Some(gap.coverage.level),
        evidence: evidence(explainer, gap),
        because,
    }
}

fn theme_shown(explainer: &Explainer<'_>, enterprise: &Enterprise, theme: Concept) -> AnswerShown {
    let marks = enterprise.portrait.themes.iter().filter(|mark| mark.concept == theme);
    AnswerShown {
        need: None,
        theme: Some(theme),
        label: explainer.profile.context.taxonomy.label(theme, explainer.lang).to_owned(),
        weight: weight_of(&enterprise.portrait.themes, theme),
        level: None,
        severity: None,
        coverage: None,
        evidence: vec![
            explainer.sentence(
                &Fact::new("answer.priority_only", Basis::Stated)
                    .with("theme", Arg::Concept(theme))
                    .from_sources(
                        explainer
                            .profile
                            .context
                            .priorities
                            .iter()
                            .filter(|p| p.concept == theme && p.kind == PriorityKind::Submission)
                            .map(|p| p.source.clone())
                            .collect(),
                    ),
            ),
        ],
        because: marks.map(|mark| mark.because.clone()).collect(),
    }
}

/// The figures, supplies and observations behind a gap, as sentences with sources.
pub fn evidence(explainer: &Explainer<'_>, gap: &Gap) -> Vec<Sentence> {
    let mut facts: Vec<Fact> = Vec::new();
    let mut indicators: Vec<_> = gap.severity.evidence.iter().collect();
    indicators
        .sort_by(|a, b| b.weight.total_cmp(&a.weight).then(b.percentile.total_cmp(&a.percentile)));
    for item in indicators.into_iter().take(EVIDENCE_SHOWN) {
        facts.push(indicator_fact(item));
    }
    for item in gap.coverage.evidence.iter().take(EVIDENCE_SHOWN) {
        let key = if item.counted > 0.0 { "evidence.supply" } else { "evidence.supply.none" };
        facts.push(
            Fact::new(key, Basis::Measured)
                .with("label", Arg::Text(item.label.clone()))
                .with("counted", Arg::Number(item.counted))
                .with("catchment_km", Arg::Number(item.catchment_km))
                .with("ratio", Arg::Share(item.ratio))
                .with("reliability", Arg::Share(item.reliability))
                .from_sources(vec![item.source.clone()]),
        );
    }
    for item in gap.field.evidence.iter().take(EVIDENCE_SHOWN) {
        let mut fact = Fact::new("evidence.observation", Basis::Stated)
            .with("text", Arg::Text(item.text.trim_end_matches('.').to_owned()))
            .with("year", Arg::Year(item.date.year()))
            .from_sources(vec![item.source.clone()]);
        if let Some(by) = &item.by {
            fact = fact.with("by", Arg::Text(by.clone()));
        }
        facts.push(fact);
    }
    if gap.field.contradicted {
        facts.push(
            Fact::new("evidence.contradicted", Basis::Stated)
                .from_sources(gap.field.evidence.iter().map(|item| item.source.clone()).collect()),
        );
    }
    if gap.severity.evidence.is_empty() {
        facts.push(Fact::new("evidence.severity.unmeasured", Basis::Prior));
    }
    if gap.coverage.evidence.is_empty() {
        facts.push(Fact::new("evidence.coverage.unmeasured", Basis::Prior));
    }
    facts.iter().map(|fact| explainer.sentence(fact)).collect()
}

fn indicator_fact(item: &crate::domain::gap::IndicatorEvidence) -> Fact {
    let key = match (item.inherited_from.is_some(), item.role) {
        (true, _) => "evidence.indicator.inherited",
        (false, IndicatorRole::Direct) => "evidence.indicator.direct",
        (false, IndicatorRole::Proxy) => "evidence.indicator.proxy",
    };
    let kind = match item.reference_kind {
        TerritoryKind::Commune => "reference.communes",
        TerritoryKind::Epci | TerritoryKind::Zone => "reference.epcis",
        TerritoryKind::Departement => "reference.departements",
        TerritoryKind::Region => "reference.regions",
    };
    let class = match item.reference_density {
        Some(crate::domain::territory::DensityClass::Urban) => "reference.urban",
        Some(crate::domain::territory::DensityClass::Intermediate) => "reference.intermediate",
        Some(crate::domain::territory::DensityClass::Rural) => "reference.rural",
        None => "reference.all",
    };
    let mut fact = Fact::new(key, Basis::Measured)
        .with("label", Arg::Text(item.label.clone()))
        .with("value", Arg::Number(item.value))
        .with("unit", Arg::Text(item.unit.clone()))
        .with("percentile", Arg::Share(item.percentile))
        .with("size", Arg::Count(item.reference_size as u64))
        .with("kind", Arg::Word(kind))
        .with("class", Arg::Word(class))
        .from_sources(vec![item.source.clone()]);
    if let Some(year) = item.year {
        fact = fact.with("year", Arg::Year(year));
    }
    let differs = |shrunk: &f64| (shrunk - item.value).abs() >= 0.05 * item.value.abs().max(1e-9);
    if let Some(shrunk) = item.shrunk.filter(differs) {
        fact = fact.with("shrunk", Arg::Number(shrunk));
    }
    if let Some(from) = &item.inherited_from {
        fact = fact.with("from", Arg::Text(from.clone()));
    }
    fact
}
