//! The past played again: the same ranking, with the world as it was and one enterprise
//! whose later traces were taken out.
//!
//! A [`stage`] ranks every enterprise for a territory at a date; [`run`] evaluates one more
//! record on it by the same criteria and gates (a score does not depend on which candidates
//! exist). [`traces`] says what of the territory's own context would betray an enterprise:
//! its branch among the local actors, whoever names it. What to mask in its record is the
//! affair of the evaluation that plays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::annotation::text::fold;
use crate::catalogue::record::enterprise;
use crate::domain::actor::Actor;
use crate::domain::context::{Context, Proximity};
use crate::domain::date::PartialDate;
use crate::domain::enterprise::{Enterprise, Place};
use crate::domain::fact::Arg;
use crate::domain::portrait::Answer;
use crate::domain::territory::{Atlas, Territory};
use crate::matching::outcome::{Alternative, RelationKind};
use crate::matching::presence::{SiteState, first_year, open_sites, site_state};
use crate::matching::profile::TerritoryProfile;
use crate::matching::weights::Weights;
use crate::matching::{Options, RankBy, evaluate, rank};

pub use super::context::Hidden;
use super::context::{self, Overlay};
use super::corrections;
use super::error::ScoutingError;
use super::scene::Scene;
use super::vocabulary;

/// The gate that an implantation must have met the year before.
const NOT_ALREADY_THERE: &str = "not_already_there";
/// The gate that tells a closure.
const ACTIVE: &str = "active";

/// A record ready to be masked: the enterprise, and what it states to answer.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The enterprise, places resolved; its portrait is read again by [`prepared`].
    pub enterprise: Enterprise,
    /// The answers its record states.
    pub stated: Vec<Answer>,
}

/// The record of an enterprise, ready to be masked.
///
/// # Errors
/// [`ScoutingError::UnknownEnterprise`]; the index cannot be read.
pub fn dossier(scene: &Scene, id: &str) -> Result<Dossier, ScoutingError> {
    let unknown = || ScoutingError::UnknownEnterprise {
        asked: id.to_owned(),
        suggestions: vocabulary::near_enterprises(scene, id),
    };
    let (_, enterprise) = scene.enterprise(id).ok_or_else(unknown)?;
    let body = scene.searcher.body(id)?.unwrap_or_default();
    let value = serde_json::from_str(&body).unwrap_or_default();
    // A record the log can no longer read states nothing: its texts are read as ever.
    let stated = enterprise::read(&value, &scene.world.data.evidence_levels)
        .map(|read| scene.world.stated_answers(&read.value))
        .unwrap_or_default();
    Ok(Dossier { enterprise: Enterprise::clone(enterprise), stated })
}

/// The enterprise of a masked dossier with its texts read again, so that no phrase that was
/// taken out is left in its portrait; what people corrected still wins.
#[must_use]
pub fn prepared(scene: &Scene, dossier: Dossier) -> Enterprise {
    let Dossier { mut enterprise, stated } = dossier;
    let world = &scene.world;
    enterprise.portrait = world.annotator.portrait_of_enterprise(&enterprise, &stated);
    let corrected = scene
        .rows
        .corrections
        .iter()
        .find(|known| known.row == "enterprise" && known.row_id == enterprise.id);
    if let Some(correction) = corrected {
        corrections::apply(&mut enterprise.portrait, correction, &world.data.taxonomy);
    }
    enterprise
}

/// One enterprise evaluated on a stage.
#[derive(Debug, Clone)]
pub struct Runner {
    /// The record evaluated.
    pub enterprise: Arc<Enterprise>,
    /// Its score at equal weights, 0..=1, higher is better.
    pub score: f64,
    /// Utility of each criterion, 0..=1, in the order of the design.
    pub utilities: Vec<(&'static str, f64)>,
    /// The gates that keep it out.
    pub unmet: Vec<&'static str>,
    /// Whether, as far as known, it was at work at the date: not founded later (a missing
    /// year refutes nothing), not closed before.
    pub existed: bool,
    /// Distinct communes (or départements) of its open sites at the date.
    pub sites: usize,
}

impl Runner {
    /// Whether it could have come: at work, and not in the territory already.
    #[must_use]
    pub fn could_come(&self) -> bool {
        self.existed && !self.unmet.contains(&NOT_ALREADY_THERE)
    }
}

/// A territory at a date, with every enterprise evaluated there.
#[derive(Debug, Clone)]
pub struct Stage {
    /// What was known of the territory.
    pub context: Arc<Context>,
    /// One runner per enterprise of the scene, in the same order.
    pub runners: Vec<Runner>,
    profile: Arc<TerritoryProfile>,
}

/// Evaluates every enterprise for `territory` on `as_of`, `hidden` left out of the context.
#[must_use]
pub fn stage(scene: &Scene, territory: &Territory, as_of: Date, hidden: &Hidden) -> Stage {
    let overlay = Overlay { hidden: hidden.clone(), ..Overlay::default() };
    let context = Arc::new(context::build(scene, territory.clone(), as_of, &overlay));
    let rules = Arc::clone(&scene.world.data.rules);
    let profile = Arc::new(TerritoryProfile::new(Arc::clone(&context), rules));
    let enterprises = &scene.rows.enterprises;
    let ranking = rank(&profile, enterprises, &equal());
    let mut all: Vec<Alternative> =
        ranking.candidates.into_iter().chain(ranking.excluded).collect();
    all.sort_by_key(|alternative| alternative.enterprise);
    let runners = all
        .iter()
        .map(|found| runner(Arc::clone(&enterprises[found.enterprise]), found, as_of))
        .collect();
    Stage { context, runners, profile }
}

/// Evaluates one more record on a stage: the same numbers as in [`stage`].
#[must_use]
pub fn run(stage: &Stage, enterprise: Enterprise) -> Runner {
    let found = evaluate(&stage.profile, &enterprise, &equal());
    runner(Arc::new(enterprise), &found, stage.context.as_of)
}

fn equal() -> Options {
    Options { weights: Weights::equal(false), rank_by: RankBy::Expected, relevance: None }
}

fn runner(enterprise: Arc<Enterprise>, found: &Alternative, as_of: Date) -> Runner {
    let unmet: Vec<&'static str> =
        found.gates.iter().filter(|gate| gate.excludes()).map(|gate| gate.gate).collect();
    let founded = first_year(&enterprise, as_of).is_none_or(|(year, _)| year <= as_of.year());
    let places: BTreeSet<String> = open_sites(&enterprise, as_of)
        .filter_map(|site| {
            let place = &site.place;
            place.commune.as_deref().or(place.departement.as_deref()).map(fold)
        })
        .collect();
    Runner {
        score: found.score,
        utilities: found
            .contributions
            .iter()
            .map(|term| (term.value.criterion.as_str(), term.value.utility.point))
            .collect(),
        existed: founded && !unmet.contains(&ACTIVE),
        sites: places.len(),
        unmet,
        enterprise,
    }
}

/// What of the territory's context would betray that `enterprise` came there.
///
/// Actors inside the territory that are the enterprise itself (a site of it, its SIREN, its
/// name), or of its network unless they are known to be older than the date asked; the
/// priorities and observations that name it; what people confirmed of it; its name among
/// the partners of local actors.
#[must_use]
pub fn traces(scene: &Scene, stage: &Stage, enterprise: &Enterprise) -> Hidden {
    let mut hidden = Hidden::default();
    let context = &stage.context;
    for at in stage.profile.sisters(&stage.profile.ask(enterprise)) {
        let local = &context.actors[at as usize];
        let older = local.actor.since.is_some_and(|since| since.last_day() <= context.as_of);
        let itself = stage
            .profile
            .relations_with(enterprise, at as usize)
            .iter()
            .filter(|relation| relation.kind == RelationKind::Sister)
            .any(|r| r.fact.args.get("how") == Some(&Arg::Word("relation.sister.organisation")));
        if local.proximity == Proximity::Inside && (itself || !older) {
            hidden.rows.insert(local.actor.id.clone());
        }
    }
    let names: Vec<String> = std::iter::once(&enterprise.name)
        .chain(&enterprise.aliases)
        .map(|name| spaced(name))
        .collect();
    let names_it = |text: &str| {
        let text = spaced(text);
        names.iter().any(|name| !name.trim().is_empty() && text.contains(name.as_str()))
    };
    for priority in &scene.rows.priorities {
        let texts = [&priority.submitted_by, &priority.document];
        if texts.into_iter().flatten().any(|text| names_it(text)) {
            hidden.rows.insert(priority.id.clone());
        }
    }
    for observation in &scene.rows.observations {
        if names_it(&observation.text) || observation.by.as_deref().is_some_and(names_it) {
            hidden.rows.insert(observation.id.clone());
        }
    }
    if scene.rows.confirmations.iter().any(|(_, said)| said.enterprise == enterprise.id) {
        hidden.enterprise = Some(enterprise.id.clone());
    }
    hidden.partners = context
        .actors
        .iter()
        .filter_map(|local| {
            Some((local.actor.id.clone(), partners_named(&local.actor, &names_it)?))
        })
        .collect::<BTreeMap<_, _>>();
    hidden
}

/// The partners of an actor that are the enterprise, folded; `None` when there is none.
fn partners_named(actor: &Actor, names_it: &dyn Fn(&str) -> bool) -> Option<BTreeSet<String>> {
    let named: BTreeSet<String> = actor
        .portrait
        .partners
        .iter()
        .filter(|partner| names_it(&partner.organisation))
        .map(|partner| fold(&partner.organisation))
        .collect();
    (!named.is_empty()).then_some(named)
}

/// Folded words between single spaces, one before and one after: whole words are then found
/// by looking for the text.
fn spaced(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// A known implantation: an enterprise that came to a territory in a year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Implantation {
    /// Enterprise id.
    pub enterprise: String,
    /// Territory id.
    pub territory: String,
    /// The year of its first dated site there.
    pub year: i16,
}

/// The implantations that the records of the scene date, sorted by enterprise, year and
/// territory.
///
/// One per enterprise and EPCI of France: the year of its first dated, lasting site there.
/// Left out: the EPCI of its home, or, where the home is not known, that of its first dated
/// sites (it was born there, it did not come); what came in the year of its first sign of
/// life or before; sites abroad, in no EPCI, or known by their département only; years
/// before `first`.
#[must_use]
pub fn implantations(scene: &Scene, first: i16) -> Vec<Implantation> {
    let atlas = &scene.world.data.atlas;
    let mut found = Vec::new();
    for enterprise in &scene.rows.enterprises {
        let dated: Vec<(PartialDate, Option<u32>)> = enterprise
            .sites
            .iter()
            .filter_map(|site| {
                let since = site.since?;
                let lasting = site_state(enterprise, site, since.first_day()) == SiteState::Open;
                lasting.then(|| (since, epci(atlas, &site.place)))
            })
            .collect();
        let Some(earliest) = dated.iter().map(|(since, _)| since.year).min() else { continue };
        let born = enterprise.founded.map_or(earliest, |founded| founded.min(earliest));
        let origins: BTreeSet<u32> = match epci(atlas, &enterprise.home) {
            Some(home) => BTreeSet::from([home]),
            None if enterprise.home.is_abroad() => BTreeSet::new(),
            None => dated.iter().filter(|d| d.0.year == earliest).filter_map(|d| d.1).collect(),
        };
        let mut years: BTreeMap<u32, i16> = BTreeMap::new();
        for (since, epci) in &dated {
            if let Some(epci) = epci.filter(|epci| !origins.contains(epci)) {
                let year = years.entry(epci).or_insert(since.year);
                *year = (*year).min(since.year);
            }
        }
        found.extend(years.into_iter().filter(|&(_, year)| year > born && year >= first).map(
            |(epci, year)| Implantation {
                enterprise: enterprise.id.clone(),
                territory: format!("epci-{}", atlas.epcis[epci as usize].siren),
                year,
            },
        ));
    }
    found.sort_by(|a, b| {
        (&a.enterprise, a.year, &a.territory).cmp(&(&b.enterprise, b.year, &b.territory))
    });
    found
}

/// The EPCI of a place of France, where its commune is known and has one.
fn epci(atlas: &Atlas, place: &Place) -> Option<u32> {
    if place.is_abroad() {
        return None;
    }
    atlas.at(atlas.commune(place.insee.as_deref()?)?).epci
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_found_and_parts_of_words_are_not() {
        assert!(spaced("programme L’Entourage-pro").contains(&spaced("Entourage")));
        assert!(!spaced("des entourages").contains(&spaced("Entourage")));
    }

    #[test]
    fn an_actor_loses_only_the_partners_it_should_not_name() {
        let mut actor = Actor { id: "a".to_owned(), ..Actor::default() };
        actor.partners = vec!["Linkee (Lyon)".to_owned(), "SINGA".to_owned()];
        actor.portrait.partners =
            actor.partners.iter().map(|p| crate::annotation::partner::parse_partner(p)).collect();
        let named = partners_named(&actor, &|text| text == "Linkee").unwrap();
        assert_eq!(named, BTreeSet::from(["linkee".to_owned()]));
        assert_eq!(partners_named(&actor, &|text| text == "Emmaüs"), None);
    }
}
