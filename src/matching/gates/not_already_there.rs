//! `not_already_there`: does it already work here? (methods §5)
//!
//! For a commune, an EPCI or a zone: unmet if an open site, the home, or a sister lies
//! in the territory; unknown if the only trace is a place known by its département (or
//! a home by its région), if the sites it declares exceed the listed ones, or if an
//! undated site was recorded after the date asked; else met, said as what our sources
//! show and with a question, for about one absence in six was wrong when checked. For a
//! département or a région: never unmet, in how many EPCI it is. Passing presences do
//! not count; a sister elsewhere is good news.
//!
//! | key | args |
//! |---|---|
//! | `gate.not_already_there.unmet.site` | `commune` Text, `since` Text? (date) |
//! | `gate.not_already_there.unmet.home` | `commune` Text |
//! | `gate.not_already_there.unmet.sister` | `actor` Text, `commune` Text?, `network` Text? |
//! | `gate.not_already_there.unknown.departement_only` | `departement` Text as written |
//! | `gate.not_already_there.unknown.region_only` | `region` Text as written |
//! | `gate.not_already_there.unknown.commune_unresolved` | `commune` Text as written |
//! | `gate.not_already_there.unknown.recorded_later` | `commune` Text, `recorded` Text (date) |
//! | `gate.not_already_there.unknown.closed` | `commune` Text: it was here, closed since |
//! | `gate.not_already_there.unknown.doubtful_actor` | `actor` Text, `commune` Text?, `network` Text?: a sister of uncertain place |
//! | `gate.not_already_there.unknown.same_name` | same: an actor of the same name, perhaps another organisation |
//! | `gate.not_already_there.unknown.more_declared` | `known` Count, `declared` Count, `year` Year? |
//! | `gate.not_already_there.met.none_seen` | `as_of` Text (date), `known` Count of sites known elsewhere |
//! | `gate.not_already_there.met.in_epcis` | `count` Count of EPCI of the territory where it is, `total` Count of its EPCI, `names` List |
//! | `question.not_already_there.confirm` | none |

use std::collections::BTreeSet;

use super::location::{Lies, lies};
use super::{Gate, Verdict};
use crate::domain::actor::Actor;
use crate::domain::context::{Context, ContextActor, Proximity};
use crate::domain::enterprise::{Enterprise, Place, Site};
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::domain::territory::TerritoryKind;
use crate::matching::criteria::distinct;
use crate::matching::criteria::proof::declared_sites;
use crate::matching::names::same;
use crate::matching::outcome::{GateState, Relation, RelationKind};
use crate::matching::presence::{SiteState, at_work, open_sites, site_state};
use crate::matching::profile::TerritoryProfile;

/// The gate.
pub struct NotAlreadyThere;

impl Gate for NotAlreadyThere {
    fn id(&self) -> &'static str {
        "not_already_there"
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict {
        let context = &profile.context;
        let wide =
            matches!(context.territory.kind, TerritoryKind::Departement | TerritoryKind::Region);
        if wide {
            return in_epcis(context, enterprise);
        }
        let trace = present_site(context, enterprise)
            .or_else(|| home(context, enterprise))
            .or_else(|| sister(profile, enterprise))
            .or_else(|| doubt(context, enterprise));
        trace.unwrap_or_else(|| {
            let fact = seen("gate.not_already_there.met.none_seen", Basis::Inferred, enterprise)
                .with("as_of", Arg::Text(context.as_of.to_string()))
                .with("known", Arg::Count(open_sites(enterprise, context.as_of).count() as u64));
            Verdict::met(fact).asking(question())
        })
    }
}

fn question() -> Fact {
    Fact::new("question.not_already_there.confirm", Basis::Prior)
}

fn seen(key: &'static str, basis: Basis, enterprise: &Enterprise) -> Fact {
    Fact::new(key, basis).from_sources(enterprise.sources.clone())
}

fn commune_of(place: &Place) -> Arg {
    let name = place.commune.as_ref().or(place.insee.as_ref()).or(place.departement.as_ref());
    Arg::Text(name.cloned().unwrap_or_default())
}

/// Whether an undated site was recorded after the date asked: was it there by then?
fn recorded_later(context: &Context, site: &Site) -> bool {
    site.since.is_none() && site.recorded.is_some_and(|recorded| recorded > context.as_of)
}

/// An open site in the territory.
fn present_site(context: &Context, enterprise: &Enterprise) -> Option<Verdict> {
    let site = open_sites(enterprise, context.as_of).find(|site| {
        lies(context, &site.place) == Lies::Inside && !recorded_later(context, site)
    })?;
    let mut fact = seen("gate.not_already_there.unmet.site", Basis::Stated, enterprise)
        .with("commune", commune_of(&site.place));
    if let Some(since) = site.since {
        fact = fact.with("since", Arg::Text(since.to_string()));
    }
    Some(Verdict::unmet(fact))
}

/// Its seat, or main place seen, in the territory.
fn home(context: &Context, enterprise: &Enterprise) -> Option<Verdict> {
    if lies(context, &enterprise.home) != Lies::Inside {
        return None;
    }
    let basis = if enterprise.is_inferred("home") { Basis::Inferred } else { Basis::Stated };
    let fact = seen("gate.not_already_there.unmet.home", basis, enterprise)
        .with("commune", commune_of(&enterprise.home));
    Some(Verdict::unmet(fact))
}

/// A local actor inside that is one of its sites or of its network. An actor that only
/// repeats a site of the record is left to what the record says of that site; one of
/// which we know only the same name, or an uncertain place, is a question.
fn sister(profile: &TerritoryProfile, enterprise: &Enterprise) -> Option<Verdict> {
    let context = &profile.context;
    let known_site = |actor: &Actor| {
        actor.enterprise.as_deref() == Some(enterprise.id.as_str())
            && enterprise.sites.iter().any(|site| same_commune(&site.place, &actor.place))
    };
    let verdicts = profile.sisters(&profile.ask(enterprise)).into_iter().filter_map(|at| {
        let local = &context.actors[at as usize];
        let inside = local.proximity == Proximity::Inside && at_work(&local.actor, context.as_of);
        if !inside || known_site(&local.actor) {
            return None;
        }
        let relations = profile.relations_with(enterprise, at as usize);
        let relation = relations.into_iter().find(|r| r.kind == RelationKind::Sister)?;
        Some(of_sister(local, &relation, enterprise))
    });
    // The first that excludes, else the first.
    verdicts.reduce(|kept, other| {
        let surer = kept.state == GateState::Unknown && other.state == GateState::Unmet;
        if surer { other } else { kept }
    })
}

fn of_sister(local: &ContextActor, relation: &Relation, enterprise: &Enterprise) -> Verdict {
    let actor = &local.actor;
    let key = if actor.doubtful_place {
        "gate.not_already_there.unknown.doubtful_actor"
    } else if relation.fact.basis == Basis::Inferred {
        "gate.not_already_there.unknown.same_name"
    } else {
        "gate.not_already_there.unmet.sister"
    };
    let from = relation.fact.sources.iter().chain(&actor.sources).chain(&enterprise.sources);
    let mut fact = Fact::new(key, relation.fact.basis)
        .with("actor", Arg::Text(actor.name.clone()))
        .from_sources(distinct(from));
    if let Some(commune) = &local.commune {
        fact = fact.with("commune", Arg::Text(commune.clone()));
    }
    if let Some(network) = &actor.network {
        fact = fact.with("network", Arg::Text(network.clone()));
    }
    if key == "gate.not_already_there.unmet.sister" {
        Verdict::unmet(fact)
    } else {
        Verdict::unknown(fact, question())
    }
}

fn same_commune(a: &Place, b: &Place) -> bool {
    match (&a.insee, &b.insee) {
        (Some(a), Some(b)) => a == b,
        _ => match (&a.commune, &b.commune) {
            (Some(a), Some(b)) => same(a, b),
            _ => false,
        },
    }
}

/// What leaves its absence in doubt, the strongest trace first.
fn doubt(context: &Context, enterprise: &Enterprise) -> Option<Verdict> {
    let unknown = |fact| Some(Verdict::unknown(fact, question()));
    let of = |key| seen(key, Basis::Prior, enterprise);
    let open: Vec<&Site> = open_sites(enterprise, context.as_of).collect();
    let later =
        |site: &&&Site| lies(context, &site.place) == Lies::Inside && recorded_later(context, site);
    if let Some(site) = open.iter().find(later) {
        let recorded = site.recorded.map(|day| day.to_string()).unwrap_or_default();
        return unknown(
            of("gate.not_already_there.unknown.recorded_later")
                .with("commune", commune_of(&site.place))
                .with("recorded", Arg::Text(recorded)),
        );
    }
    let places = || open.iter().map(|site| &site.place).chain([&enterprise.home]);
    let trace = |wanted: Lies| places().find(|place| lies(context, place) == wanted);
    if let Some(place) = trace(Lies::MaybeInside) {
        let key = "gate.not_already_there.unknown.commune_unresolved";
        return unknown(of(key).with("commune", commune_of(place)));
    }
    if let Some(place) = trace(Lies::DepartementOnly) {
        let name = place.departement.as_ref().or(place.departement_code.as_ref());
        let key = "gate.not_already_there.unknown.departement_only";
        let name = Arg::Text(name.cloned().unwrap_or_default());
        return unknown(of(key).with("departement", name));
    }
    if lies(context, &enterprise.home) == Lies::RegionOnly {
        let name = enterprise.home.region.clone().unwrap_or_default();
        let key = "gate.not_already_there.unknown.region_only";
        return unknown(of(key).with("region", Arg::Text(name)));
    }
    let closed = enterprise.sites.iter().find(|site| {
        site_state(enterprise, site, context.as_of) == SiteState::Closed
            && lies(context, &site.place) == Lies::Inside
    });
    if let Some(site) = closed {
        let key = "gate.not_already_there.unknown.closed";
        return unknown(of(key).with("commune", commune_of(&site.place)));
    }
    let (declared, year) = declared_sites(enterprise, context.as_of)?;
    let known = open.len() as u64;
    if u64::from(declared) <= known {
        return None;
    }
    let mut fact = of("gate.not_already_there.unknown.more_declared")
        .with("known", Arg::Count(known))
        .with("declared", Arg::Count(u64::from(declared)));
    if let Some(year) = year {
        fact = fact.with("year", Arg::Year(year));
    }
    unknown(fact)
}

/// For a département or a région: in how many of its EPCI it works.
fn in_epcis(context: &Context, enterprise: &Enterprise) -> Verdict {
    let atlas = &context.atlas;
    let epci = |insee: &str| {
        let at = atlas.commune(insee)?;
        context.territory.communes.binary_search(&at).ok()?;
        atlas.at(at).epci
    };
    let places = open_sites(enterprise, context.as_of)
        .filter(|site| !recorded_later(context, site))
        .map(|site| &site.place)
        .chain([&enterprise.home]);
    let there: BTreeSet<u32> = places
        .filter(|place| !place.is_abroad())
        .filter_map(|place| epci(place.insee.as_deref()?))
        .collect();
    if there.is_empty() {
        let known = open_sites(enterprise, context.as_of).count() as u64;
        let fact = seen("gate.not_already_there.met.none_seen", Basis::Inferred, enterprise)
            .with("as_of", Arg::Text(context.as_of.to_string()))
            .with("known", Arg::Count(known));
        return Verdict::met(fact).asking(question());
    }
    let all: BTreeSet<u32> =
        context.territory.communes.iter().filter_map(|&at| atlas.at(at).epci).collect();
    let names = there.iter().map(|&epci| atlas.epcis[epci as usize].name.clone()).collect();
    Verdict::met(
        seen("gate.not_already_there.met.in_epcis", Basis::Stated, enterprise)
            .with("count", Arg::Count(there.len() as u64))
            .with("total", Arg::Count(all.len() as u64))
            .with("names", Arg::List(names)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::PartialDate;
    use crate::matching::fixtures::Case;
    use crate::matching::outcome::GateState::{Met, Unknown, Unmet};

    fn verdict(case: &Case) -> Verdict {
        NotAlreadyThere.evaluate(&case.profile(), &case.enterprise)
    }

    fn check(case: &Case, state: GateState, key: &str) {
        let verdict = verdict(case);
        assert_eq!((verdict.state, verdict.fact.key), (state, key));
        assert!(!verdict.fact.sources.is_empty());
    }

    #[test]
    fn an_open_site_dated_or_not_is_a_presence() {
        let mut case = Case::bare();
        case.add_site("Villeurbanne", None);
        check(&case, Unmet, "gate.not_already_there.unmet.site");
        case.enterprise.sites[0].since = Some(PartialDate::year(2026));
        check(&case, Unmet, "gate.not_already_there.unmet.site");
        case.enterprise.sites[0].since = Some(PartialDate::year(2027));
        check(&case, Met, "gate.not_already_there.met.none_seen");
        assert!(verdict(&case).question.is_some());
    }

    #[test]
    fn a_closed_site_leaves_a_question_and_a_passing_one_nothing() {
        let mut case = Case::bare();
        case.add_site("Lyon", Some(2010));
        case.enterprise.sites[0].until = Some(PartialDate::year(2020));
        check(&case, Unknown, "gate.not_already_there.unknown.closed");
        case.enterprise.sites[0].until = None;
        case.enterprise.sites[0].kind = Some("temporary".to_owned());
        check(&case, Met, "gate.not_already_there.met.none_seen");
    }

    #[test]
    fn the_home_counts_even_of_an_arrondissement() {
        let mut case = Case::bare();
        case.enterprise.home.insee = Some("69383".to_owned());
        check(&case, Unmet, "gate.not_already_there.unmet.home");
    }

    #[test]
    fn a_place_known_by_its_departement_or_region_is_a_question() {
        let mut case = Case::bare();
        case.enterprise.home =
            Place { region: Some("Auvergne-Rhône-Alpes".into()), ..Place::default() };
        check(&case, Unknown, "gate.not_already_there.unknown.region_only");
        let place = Place { departement: Some("Rhône".to_owned()), ..Place::default() };
        case.enterprise.sites = vec![Site { place, ..Site::default() }];
        check(&case, Unknown, "gate.not_already_there.unknown.departement_only");
        case.enterprise.home = Place::default();
        case.enterprise.sites[0].place.departement = Some("Drôme".to_owned());
        check(&case, Met, "gate.not_already_there.met.none_seen");
    }

    #[test]
    fn an_unresolved_commune_counts_by_its_name_and_departement() {
        let mut case = Case::bare();
        let place = Place { commune: Some("villeurbanne".to_owned()), ..Place::default() };
        case.enterprise.sites = vec![Site { place, ..Site::default() }];
        check(&case, Unknown, "gate.not_already_there.unknown.commune_unresolved");
        case.enterprise.sites[0].place.departement = Some("69".to_owned());
        check(&case, Unmet, "gate.not_already_there.unmet.site");
        case.enterprise.sites[0].place.departement = Some("Drôme".to_owned());
        check(&case, Met, "gate.not_already_there.met.none_seen");
    }

    #[test]
    fn more_sites_declared_than_listed_is_a_question() {
        let mut case = Case::bare();
        case.add_site("Rennes", None);
        case.enterprise.sites_declared = Some((25, Some(2020)));
        check(&case, Unknown, "gate.not_already_there.unknown.more_declared");
        let args = verdict(&case).fact.args;
        assert_eq!((&args["known"], &args["declared"]), (&Arg::Count(1), &Arg::Count(25)));
        case.enterprise.sites_declared = Some((25, Some(2027)));
        check(&case, Met, "gate.not_already_there.met.none_seen");
    }

    #[test]
    fn an_undated_site_recorded_later_is_a_question() {
        let mut case = Case::bare();
        case.add_site("Lyon", None);
        case.enterprise.sites[0].recorded = Some(jiff::civil::date(2026, 11, 20));
        check(&case, Unmet, "gate.not_already_there.unmet.site");
        case.context.as_of = jiff::civil::date(2023, 1, 1);
        check(&case, Unknown, "gate.not_already_there.unknown.recorded_later");
    }

    #[test]
    fn a_sister_here_is_a_presence_and_one_elsewhere_is_not() {
        let mut case = Case::bare();
        case.enterprise.network = Some("Envie".to_owned());
        case.add_actor("Envie Rhône", "Lyon", &[]);
        check(&case, Met, "gate.not_already_there.met.none_seen");
        case.edit_actor(0, |actor| actor.network = Some("ENVIE".to_owned()));
        check(&case, Unmet, "gate.not_already_there.unmet.sister");
        case.context.actors[0].proximity = Proximity::Near { distance_km: Some(12.0) };
        check(&case, Met, "gate.not_already_there.met.none_seen");
    }

    #[test]
    fn a_departement_is_never_unmet_and_says_in_how_many_epci() {
        let mut case = Case::bare();
        case.go_to("dep-69");
        case.add_site("Lyon", None).add_site("Villeurbanne", None);
        check(&case, Met, "gate.not_already_there.met.in_epcis");
        assert_eq!(verdict(&case).fact.args["count"], Arg::Count(1));
    }
}
