//! **anchoring**: who would carry it here? (methods §4)
//!
//! Mean of six items: a key actor for the theme; a carrier that is not a rival, or that
//! a person confirmed; a shared venue; a live scheme or programme on perimeter and
//! theme; trust between actors; a call from the territory. Met 1, unmet 0, unknown 0.3.
//! Lists and registers may say met, never unmet: an absence from our lists is no absence
//! on the ground, so only a person's confirmation says unmet. It cannot see a network
//! nobody described.
//!
//! | key | args |
//! |---|---|
//! | `criterion.anchoring.key_actor.met` | `actor` Text, `commune` Text?, `theme` Concept |
//! | `criterion.anchoring.carrier.met` | those of `relation.could_carry`, plus `strength` Number |
//! | `criterion.anchoring.carrier.unknown.rival` | same: the only carrier seen is a rival, to be confirmed by a person |
//! | `criterion.anchoring.venue.met` | `actor` Text, `commune` Text? |
//! | `criterion.anchoring.venue.met.programme` | `programme` Text, `places` List |
//! | `criterion.anchoring.scheme.met` | `scheme` Text, `theme` Concept |
//! | `criterion.anchoring.scheme.met.programme` | `programme` Text, `theme` Concept, `places` List |
//! | `criterion.anchoring.trust.met` | `actor` Text, `other` Text: they name each other |
//! | `criterion.anchoring.trust.met.one_way` | same: the first names the second |
//! | `criterion.anchoring.trust.met.pole` | `actor` Text |
//! | `criterion.anchoring.call.met` | `concept` Concept (theme or need), `by` Text?, `document` Text?, `year` Year? |
//! | `criterion.anchoring.<item>.unknown` | none, for each of the six items |
//! | `criterion.anchoring.trust.met.welcomed` | `actors` List, `count` Count: they recorded that they welcome it |
//! | `criterion.anchoring.<item>.confirmed.met`, `.unmet`, `.unknown` | `actor` Text?, `by` Text?, `note` Text?, `on` Text (date): what a person confirmed |

mod networks;
mod schemes;

use self::networks::Networks;
use self::schemes::Schemes;
use super::{Criterion, distinct, mean};
use crate::domain::concept::Concept;
use crate::domain::context::{Confirmation, ContextActor};
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::portrait::Mark;
use crate::domain::provenance::Basis;
use crate::matching::confirmable::{PREMISES, signed};
use crate::matching::gates::confirmation;
use crate::matching::gates::not_opposed::{self, Stance};
use crate::matching::outcome::{CriterionId, CriterionValue, Item, RelationKind};
use crate::matching::profile::TerritoryProfile;
use crate::matching::relations;
use crate::matching::relations::sides::Asked;
use crate::matching::robustness::model::{Items, Model};

/// The criterion, with its numbers and the tables of one territory.
pub struct Anchoring {
    membership: f64,
    themes_full: f64,
    welcomes_min: usize,
    prior: f64,
    networks: Networks,
    schemes: Schemes,
}

/// One of the six items: its names and keys.
struct Names {
    item: &'static str,
    confirmation: &'static str,
    /// What else, once met, is as good as this one met.
    also: Option<&'static str>,
    unknown: &'static str,
    confirmed: [&'static str; 3],
}

macro_rules! names {
    ($item:literal) => {
        Names {
            item: $item,
            confirmation: concat!("anchoring.", $item),
            also: None,
            unknown: concat!("criterion.anchoring.", $item, ".unknown"),
            confirmed: [
                concat!("criterion.anchoring.", $item, ".confirmed.met"),
                concat!("criterion.anchoring.", $item, ".confirmed.unmet"),
                concat!("criterion.anchoring.", $item, ".confirmed.unknown"),
            ],
        }
    };
}

const KEY_ACTOR: Names = names!("key_actor");
const CARRIER: Names = names!("carrier");
const VENUE: Names = Names { also: Some(PREMISES), ..names!("venue") };
const SCHEME: Names = names!("scheme");
const TRUST: Names = names!("trust");
const CALL: Names = names!("call");

impl Anchoring {
    /// Ready to evaluate for one territory.
    #[must_use]
    pub fn new(profile: &TerritoryProfile) -> Self {
        let number = |name: &str| profile.rules.number(&format!("criteria.anchoring.{name}"));
        let membership = number("theme_membership");
        Self {
            membership,
            themes_full: number("themes_full"),
            welcomes_min: number("welcomes_min") as usize,
            prior: profile.rules.number("priors.anchoring.item"),
            networks: Networks::new(&profile.context, membership),
            schemes: Schemes::new(&profile.context, number("call_years") as i16),
        }
    }

    /// The themes it truly is of, the heaviest first: beyond three at full weight,
    /// memberships are diluted, so that declaring more themes anchors nobody better.
    fn themes(&self, enterprise: &Enterprise) -> Vec<Concept> {
        let marks = &enterprise.portrait.themes;
        let total: f64 = marks.iter().map(|mark| mark.weight).sum();
        let dilution = (total / self.themes_full).max(1.0);
        let mut kept: Vec<&Mark> =
            marks.iter().filter(|mark| mark.weight / dilution >= self.membership).collect();
        kept.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        kept.into_iter().map(|mark| mark.concept).collect()
    }

    /// An item: what a person confirmed wins over what our lists say.
    fn item(
        &self,
        profile: &TerritoryProfile,
        enterprise: &Enterprise,
        names: &Names,
        found: Result<Fact, Option<Fact>>,
    ) -> Item {
        // What is said of one actor says nothing against the others: a carrier refused is
        // read by the relations.
        let said = confirmation(profile, enterprise, &[names.confirmation])
            .filter(|said| said.actor.is_none() || said.state == "met");
        let also = names.also.and_then(|also| confirmation(profile, enterprise, &[also]));
        let said = said.or_else(|| also.filter(|said| said.state == "met"));
        let confirmed = |said| confirmed(profile, said, names);
        let (met, fact) = match (said, found) {
            (Some(said), Err(_)) => confirmed(said),
            (Some(said), Ok(_)) if said.actor.is_none() => confirmed(said),
            (_, Ok(fact)) => (Some(true), fact),
            (None, Err(cause)) => {
                (None, cause.unwrap_or_else(|| Fact::new(names.unknown, Basis::Prior)))
            }
        };
        let estimate = match met {
            Some(true) => Estimate::exact(1.0, fact.basis),
            Some(false) => Estimate::exact(0.0, fact.basis),
            None => Estimate::unknown(self.prior),
        };
        Item { name: names.item, estimate, fact }
    }
}

impl Anchoring {
    /// Enough local actors recorded that they welcome it: they speak for it together.
    fn welcomed(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Option<Fact> {
        let taking = not_opposed::taking(profile, enterprise, Stance::Welcomes);
        let actors = &profile.context.actors;
        let known = |said: &&&Confirmation| {
            let id = said.actor.as_deref();
            actors.iter().find(|actor| Some(actor.actor.id.as_str()) == id)
        };
        let welcoming: Vec<&Confirmation> =
            taking.iter().filter(|said| known(said).is_some()).copied().collect();
        if welcoming.len() < self.welcomes_min {
            return None;
        }
        let names = welcoming.iter().filter_map(|said| known(&said));
        let names: Vec<String> = names.map(|actor| actor.actor.name.clone()).collect();
        let fact = Fact::new("criterion.anchoring.trust.met.welcomed", Basis::Stated)
            .with("count", Arg::Count(names.len() as u64))
            .with("actors", Arg::List(names))
            .from_sources(distinct(welcoming.iter().map(|said| &said.source)));
        Some(fact)
    }
}

impl Criterion for Anchoring {
    fn id(&self) -> CriterionId {
        CriterionId::Anchoring
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> CriterionValue {
        let context = &profile.context;
        let themes = self.themes(enterprise);
        let asked = profile.ask(enterprise);
        let own = profile.sisters(&asked);
        let unseen = |found: Option<Fact>| found.ok_or(None);
        let item = |names: &Names, found| self.item(profile, enterprise, names, found);
        let trust = self
            .networks
            .trust(context, &own, &themes)
            .or_else(|| self.welcomed(profile, enterprise));
        let items = vec![
            item(&KEY_ACTOR, unseen(self.networks.key_actor(context, &own, &themes))),
            item(&CARRIER, carrier(profile, &asked)),
            item(&VENUE, unseen(self.networks.venue(context, &own))),
            item(&SCHEME, unseen(self.schemes.scheme(context, &themes))),
            item(&TRUST, unseen(trust)),
            item(&CALL, unseen(self.schemes.call(context, enterprise, &themes))),
        ];
        mean(CriterionId::Anchoring, items)
    }

    fn model(
        &self,
        _: &TerritoryProfile,
        enterprise: &Enterprise,
        value: &CriterionValue,
    ) -> Box<dyn Model> {
        Box::new(Items::mean(self.id(), enterprise, &value.items, &[1.0; 6]))
    }
}

/// The strongest actor that could carry it and is no rival, or that a person confirmed;
/// else, as a reason to ask, the strongest rival that could.
///
/// Only numbers are read of each actor; the one that counts is told.
fn carrier(profile: &TerritoryProfile, asked: &Asked<'_>) -> Result<Fact, Option<Fact>> {
    let confirmed = asked.carriers.iter().filter_map(|said| {
        let id = said.actor.as_deref()?;
        let at = profile.context.actors.iter().position(|actor| actor.actor.id == id)?;
        u32::try_from(at).ok()
    });
    let mut actors: Vec<u32> =
        profile.inverted.carriers().iter().copied().chain(confirmed).collect();
    actors.sort_unstable();
    actors.dedup();
    let (mut free, mut rival) = (None::<(u32, f64)>, None::<(u32, f64)>);
    for at in actors {
        let claims = relations::claims(profile.view(asked, at));
        let kind = |kind| claims.iter().find(|claim| claim.kind == kind);
        let Some(carries) = kind(RelationKind::CouldCarry) else {
            continue;
        };
        let competes = kind(RelationKind::Competes).is_some() && !carries.confirmed;
        let best = if competes { &mut rival } else { &mut free };
        if best.is_none_or(|(_, strength)| carries.strength > strength) {
            *best = Some((at, carries.strength));
        }
    }
    let fact = |key: &'static str, (at, strength): (u32, f64)| {
        let actor = &profile.context.actors[at as usize];
        let relation = profile.witness(asked, at, RelationKind::CouldCarry, key);
        let mut fact = relation.unwrap_or_else(|| naming(key, "actor", actor));
        fact.sources = distinct(fact.sources.iter().chain(&actor.actor.sources));
        fact.with("strength", Arg::Number(strength))
    };
    match (free, rival) {
        (Some(free), _) => Ok(fact("criterion.anchoring.carrier.met", free)),
        (None, Some(rival)) => {
            let mut fact = fact("criterion.anchoring.carrier.unknown.rival", rival);
            fact.basis = Basis::Prior;
            Err(Some(fact))
        }
        (None, None) => Err(None),
    }
}

/// A fact that names an actor and its commune, with the actor's sources.
fn naming(key: &'static str, arg: &'static str, actor: &ContextActor) -> Fact {
    let mut fact = Fact::new(key, Basis::Stated)
        .with(arg, Arg::Text(actor.actor.name.clone()))
        .from_sources(actor.actor.sources.clone());
    if let Some(commune) = &actor.commune {
        fact = fact.with("commune", Arg::Text(commune.clone()));
    }
    fact
}

/// What a person said of an item.
fn confirmed(
    profile: &TerritoryProfile,
    confirmation: &Confirmation,
    names: &Names,
) -> (Option<bool>, Fact) {
    let [met, unmet, unknown] = names.confirmed;
    let (state, key, basis) = match confirmation.state.as_str() {
        "met" | "lifted" => (Some(true), met, Basis::Stated),
        "unmet" => (Some(false), unmet, Basis::Stated),
        _ => (None, unknown, Basis::Prior),
    };
    let mut fact = signed(Fact::new(key, basis), confirmation);
    if let Some(id) = &confirmation.actor {
        let known = profile.context.actors.iter().find(|actor| actor.actor.id == *id);
        let name = known.map_or(id, |actor| &actor.actor.name);
        fact = fact.with("actor", Arg::Text(name.clone()));
    }
    (state, fact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::{Case, theme};

    fn value(case: &Case) -> CriterionValue {
        let profile = case.profile();
        Anchoring::new(&profile).evaluate(&profile, &case.enterprise)
    }

    fn item(case: &Case, name: &str) -> Item {
        value(case).items.into_iter().find(|item| item.name == name).unwrap()
    }

    fn of_textile() -> Case {
        let mut case = Case::bare();
        case.enterprise.portrait.themes = case.marks(&[(theme("textile"), 1.0)]);
        case
    }

    #[test]
    fn nobody_known_is_unknown_and_never_unmet() {
        let value = value(&of_textile());
        assert!((value.utility.point - 0.3).abs() < 1e-12);
        assert!(value.utility.is_unknown());
        assert_eq!((value.utility.low, value.utility.high), (0.0, 1.0));
    }

    #[test]
    fn a_described_actor_of_the_theme_is_a_key_actor_and_a_register_row_is_not() {
        let mut case = of_textile();
        case.add_actor("Tissons ici", "Lyon", &[theme("textile")]);
        assert_eq!(item(&case, "key_actor").estimate.point, 1.0);
        assert!(!item(&case, "key_actor").fact.sources.is_empty());
        case.edit_actor(0, |actor| actor.register = true);
        assert!(item(&case, "key_actor").estimate.is_unknown());
    }

    #[test]
    fn a_person_says_unmet_and_wins() {
        let mut case = of_textile();
        case.add_actor("Tissons ici", "Lyon", &[theme("textile")]);
        case.confirm("anchoring.key_actor", "unmet");
        let item = item(&case, "key_actor");
        assert_eq!((item.estimate.low, item.estimate.high), (0.0, 0.0));
        assert_eq!(item.fact.key, "criterion.anchoring.key_actor.confirmed.unmet");
        assert_eq!(item.fact.sources.len(), 1);
    }

    #[test]
    fn declaring_every_theme_anchors_nobody_better() {
        let mut case = of_textile();
        case.add_actor("Tissons ici", "Lyon", &[theme("textile")]);
        let specialist = value(&case).utility.point;
        let all: Vec<(Concept, f64)> = case
            .context
            .taxonomy
            .concepts(crate::domain::concept::ConceptKind::Theme)
            .map(|theme| (theme, 1.0))
            .collect();
        assert!(all.len() > 6);
        case.enterprise.portrait.themes = case.marks(&all);
        assert!(value(&case).utility.point < specialist);
    }

    #[test]
    fn actors_that_name_each_other_trust_each_other() {
        let mut case = of_textile();
        case.add_actor("Tissons ici", "Lyon", &[theme("textile")]);
        case.add_actor("La Boutique du fil", "Lyon", &[theme("textile")]);
        case.add_actor("Le Jardin", "Lyon", &[]);
        case.edit_actor(2, |actor| actor.partners = vec!["Tissons ici".to_owned()]);
        // Partners of other trades say nothing of trust on this theme.
        assert!(item(&case, "trust").estimate.is_unknown());
        case.edit_actor(0, |actor| {
            actor.partners = vec!["La boutique du Fil (Lyon)".to_owned()];
        });
        assert_eq!(item(&case, "trust").fact.key, "criterion.anchoring.trust.met.one_way");
        case.edit_actor(1, |actor| actor.partners = vec!["Tissons ici".to_owned()]);
        assert_eq!(item(&case, "trust").fact.key, "criterion.anchoring.trust.met");
    }

    #[test]
    fn two_local_actors_that_welcome_it_are_trust_and_one_is_not() {
        let mut case = of_textile();
        for (at, name) in ["Tissons ici", "La Boutique du fil"].into_iter().enumerate() {
            case.add_actor(name, "Lyon", &[]);
            assert!(item(&case, "trust").estimate.is_unknown());
            case.confirm("welcomes", "met");
            case.context.confirmations[at].actor = Some(case.context.actors[at].actor.id.clone());
        }
        let trust = item(&case, "trust");
        assert_eq!(trust.estimate.point, 1.0);
        assert_eq!(trust.fact.key, "criterion.anchoring.trust.met.welcomed");
        case.context.confirmations[1].item = "opposed".to_owned();
        assert!(item(&case, "trust").estimate.is_unknown());
    }

    #[test]
    fn premises_secured_are_a_venue_and_none_found_says_nothing_of_the_others() {
        let mut case = of_textile();
        case.confirm("premises", "unmet");
        assert!(item(&case, "venue").estimate.is_unknown());
        case.context.confirmations[0].state = "met".to_owned();
        assert_eq!(item(&case, "venue").estimate.point, 1.0);
    }

    #[test]
    fn a_venue_is_a_host_or_a_programme_of_venues() {
        let mut case = of_textile();
        case.add_programme("fabrique_territoire", "tiers-lieux");
        assert_eq!(item(&case, "venue").fact.key, "criterion.anchoring.venue.met.programme");
        case.add_actor("La Halle", "Lyon", &[]);
        case.edit_actor(0, |actor| actor.roles = vec!["Tiers-lieu".to_owned()]);
        assert_eq!(item(&case, "venue").fact.key, "criterion.anchoring.venue.met");
    }

    #[test]
    fn a_programme_and_a_call_count_on_their_theme_only() {
        let mut case = of_textile();
        case.add_programme("zfe", "mobilités");
        case.submit(theme("mobilites"), 1.0);
        case.context.priorities[0].kind = crate::domain::priority::PriorityKind::Call;
        assert!(item(&case, "scheme").estimate.is_unknown());
        assert!(item(&case, "call").estimate.is_unknown());
        case.enterprise.portrait.themes = case.marks(&[(theme("mobilites"), 1.0)]);
        assert_eq!(item(&case, "scheme").estimate.point, 1.0);
        assert_eq!(item(&case, "call").estimate.point, 1.0);
        case.context.priorities[0].end = Some(jiff::civil::date(2024, 6, 1));
        assert_eq!(item(&case, "call").estimate.point, 1.0);
        case.context.priorities[0].end = Some(jiff::civil::date(2021, 6, 1));
        assert!(item(&case, "call").estimate.is_unknown());
    }
}
