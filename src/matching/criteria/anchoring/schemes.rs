//! What helps here: support schemes and programmes on perimeter and theme, and calls
//! from the territory.

use jiff::civil::Date;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::context::{Context, LocalProgramme};
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::priority::{Priority, PriorityKind};
use crate::domain::provenance::{Basis, Source};
use crate::domain::support::Support;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::DensityClass;
use crate::matching::criteria::membership;
use crate::matching::names::fold;
use crate::matching::presence::years_before;

/// Programmes with the themes they are of, and how old a call may be.
pub(super) struct Schemes {
    /// (position in the context, its themes).
    programmes: Vec<(usize, Vec<Concept>)>,
    call_years: i16,
}

impl Schemes {
    pub(super) fn new(context: &Context, call_years: i16) -> Self {
        let programmes = context
            .programmes
            .iter()
            .enumerate()
            .filter(|(_, programme)| is_known(programme.source.year, context.as_of))
            .map(|(at, programme)| (at, themes_of(&context.taxonomy, programme)))
            .filter(|(_, themes)| !themes.is_empty())
            .collect();
        Self { programmes, call_years }
    }

    /// A support scheme or a programme on one of these themes, the first theme that has
    /// one; a scheme for every theme says nothing of this one.
    pub(super) fn scheme(&self, context: &Context, themes: &[Concept]) -> Option<Fact> {
        themes.iter().find_map(|&theme| {
            let scheme = context
                .supports
                .iter()
                .find(|support| is_scheme(context, support) && support.themes.contains(&theme));
            scheme.map(|scheme| of_scheme(scheme, theme)).or_else(|| {
                let (at, _) = self.programmes.iter().find(|(_, of)| of.contains(&theme))?;
                Some(of_programme(&context.programmes[*at], theme))
            })
        })
    }

    /// A call for projects on one of its themes or needs, live or not older than three
    /// years; the first in the order of the context.
    pub(super) fn call(
        &self,
        context: &Context,
        enterprise: &Enterprise,
        themes: &[Concept],
    ) -> Option<Fact> {
        let on_theme = |concept: Concept| match concept.kind {
            ConceptKind::Theme => themes.contains(&concept),
            _ => membership(enterprise, concept) > 0.0,
        };
        let call = context.priorities.iter().find(|priority| {
            priority.kind == PriorityKind::Call
                && on_theme(priority.concept)
                && self.is_recent(priority, context.as_of)
        })?;
        let mut fact = Fact::new("criterion.anchoring.call.met", Basis::Stated)
            .with("concept", Arg::Concept(call.concept))
            .from_sources(vec![call.source.clone()]);
        if let Some(by) = &call.submitted_by {
            fact = fact.with("by", Arg::Text(by.clone()));
        }
        if let Some(document) = &call.document {
            fact = fact.with("document", Arg::Text(document.clone()));
        }
        if let Some(year) = call.start.map(|start| start.year()).or(call.source.year) {
            fact = fact.with("year", Arg::Year(year));
        }
        Some(fact)
    }

    /// Open, or closed less than three years ago; a call that gives no end is dated by
    /// its start or its document, and one without any date stays.
    fn is_recent(&self, call: &Priority, as_of: Date) -> bool {
        let since = years_before(as_of, self.call_years);
        if call.start.is_some_and(|start| start > as_of) {
            return false;
        }
        match (call.end, call.start, call.source.year) {
            (Some(end), ..) => end >= since,
            (None, Some(start), _) => start >= since,
            (None, None, Some(year)) => is_known(Some(year), as_of) && year >= since.year(),
            (None, None, None) => true,
        }
    }
}

/// Whether a list of this year exists at `as_of`: like a site, from 1 January.
fn is_known(year: Option<i16>, as_of: Date) -> bool {
    year.is_none_or(|year| year <= as_of.year())
}

/// A scheme, a funder or an incubator that this territory's density class may use.
fn is_scheme(context: &Context, support: &Support) -> bool {
    let kind = matches!(support.kind.as_str(), "scheme" | "funder" | "incubator");
    let class = match support.rurality.as_deref() {
        Some("rural") => context.territory.density != DensityClass::Urban,
        Some("urbain") => context.territory.density != DensityClass::Rural,
        _ => true,
    };
    kind && class && is_known(support.year, context.as_of)
}

fn of_scheme(scheme: &Support, theme: Concept) -> Fact {
    let source = Source { source: scheme.source.clone(), year: scheme.year, licence: None };
    Fact::new("criterion.anchoring.scheme.met", Basis::Stated)
        .with("scheme", Arg::Text(scheme.name.clone()))
        .with("theme", Arg::Concept(theme))
        .from_sources(vec![source])
}

fn of_programme(programme: &LocalProgramme, theme: Concept) -> Fact {
    Fact::new("criterion.anchoring.scheme.met.programme", Basis::Stated)
        .with("programme", Arg::Text(programme.label.clone()))
        .with("theme", Arg::Concept(theme))
        .with("places", Arg::List(programme.places.clone()))
        .from_sources(vec![programme.source.clone()])
}

/// The themes of a programme: those its word names (id, label or older alias of a
/// theme), and those of the few programmes whose word says nothing of the theme.
fn themes_of(taxonomy: &Taxonomy, programme: &LocalProgramme) -> Vec<Concept> {
    let ids: &[&str] = match (programme.id.as_str(), fold(&programme.theme).as_str()) {
        ("cite_emploi", _) => &["emploi"],
        ("cite_educative", _) => &["education"],
        ("habitat_inclusif", _) => &["handicap", "logement"],
        (_, "batiment") => &["batiment_durable"],
        (_, "habitat") => &["logement"],
        _ => &[],
    };
    let word = fold(&programme.theme);
    let named = taxonomy.concepts(ConceptKind::Theme).filter(|&theme| {
        let entry = taxonomy.entry(theme);
        let names = entry.aliases.iter().chain([&entry.id, &entry.label_fr]);
        !word.is_empty() && names.into_iter().any(|name| fold(name) == word)
    });
    let listed = ids.iter().filter_map(|id| taxonomy.find(ConceptKind::Theme, id));
    let mut themes: Vec<Concept> = named.chain(listed).collect();
    themes.sort_unstable();
    themes.dedup();
    themes
}
