//! Gathers everything known of one territory at one date into a [`Context`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::annotation::partner::parse_partner;
use crate::annotation::text::fold;
use crate::domain::actor::Actor;
use crate::domain::context::{Context, ContextActor, LocalProgramme, Proximity};
use crate::domain::enterprise::Status;
use crate::domain::geography::{Point, distance_km};
use crate::domain::observation::Observation;
use crate::domain::priority::{Priority, PriorityKind};
use crate::domain::provenance::Source;
use crate::domain::support::Support;
use crate::domain::territory::{Territory, TerritoryKind};

use super::scene::{Scene, point_of};
use super::submissions::applies::levels;

/// Stored actors further than this from the territory are not read (methods §3).
pub const REACH_KM: f64 = 50.0;
/// Degrees of latitude in [`REACH_KM`], with a margin: a cheap first sieve.
const REACH_DEGREES: f64 = 0.5;

/// What a request adds to, or puts in place of, the catalogue's own context.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// In place of the territory's submissions, when given.
    pub priorities: Option<Vec<Priority>>,
    /// Added to the catalogue's.
    pub observations: Vec<Observation>,
    /// Added to the catalogue's, wherever they are.
    pub actors: Vec<Arc<Actor>>,
    /// Only the actors given count.
    pub replace_actors: bool,
    /// Left out of the catalogue's, for a replay.
    pub hidden: Hidden,
}

/// What a replay of the past does not let the territory know (see [`super::replay`]).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hidden {
    /// Ids of the actors, priorities and observations left out.
    pub rows: BTreeSet<String>,
    /// An enterprise of which nothing confirmed is read.
    pub enterprise: Option<String>,
    /// Actor id → names that it no longer gives as its partners, folded.
    pub partners: BTreeMap<String, BTreeSet<String>>,
}

impl Hidden {
    /// Whether it hides nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.enterprise.is_none() && self.partners.is_empty()
    }

    /// The actor without the partners it should not name.
    fn seen(&self, actor: &Arc<Actor>) -> Arc<Actor> {
        let Some(names) = self.partners.get(&actor.id) else { return Arc::clone(actor) };
        let mut seen = Actor::clone(actor);
        seen.portrait.partners.retain(|partner| !names.contains(&fold(&partner.organisation)));
        seen.partners.retain(|text| !names.contains(&fold(&parse_partner(text).organisation)));
        Arc::new(seen)
    }
}

impl Overlay {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.priorities.is_none()
            && self.observations.is_empty()
            && self.actors.is_empty()
            && !self.replace_actors
            && self.hidden.is_empty()
    }
}

/// Builds the context of `territory` on `as_of`.
#[must_use]
pub fn build(scene: &Scene, territory: Territory, as_of: Date, overlay: &Overlay) -> Context {
    let world = &scene.world;
    let around = Surroundings::of(scene, &territory);
    let observations = observations_of(scene, &around, overlay);
    let gaps = world.gaps.gaps(&territory, &observations, as_of);
    let (features, features_raw) = world.gaps.features(&territory);
    let programmes = programmes_of(scene, &territory, as_of);
    let main_departement = around.departements_by_weight.first().cloned().unwrap_or_default();
    Context {
        taxonomy: Arc::clone(&world.data.taxonomy),
        atlas: Arc::clone(&world.data.atlas),
        places: Arc::clone(&world.place_table),
        features,
        features_raw,
        severity: world.gaps.severity_z(&territory, as_of),
        gaps,
        priorities: priorities_of(scene, &around, overlay, as_of),
        actors: actors_of(scene, &territory, &around, overlay, as_of),
        actor_reliability: world.actor_reliability(&main_departement),
        supports: supports_of(scene, &around, &programmes, as_of),
        programmes,
        confirmations: scene
            .rows
            .confirmations
            .iter()
            .filter(|(id, confirmation)| {
                *id == territory.id
                    && confirmation.date.first_day() <= as_of
                    && overlay.hidden.enterprise.as_ref() != Some(&confirmation.enterprise)
            })
            .map(|(_, confirmation)| confirmation.clone())
            .collect(),
        territory,
        as_of,
    }
}

/// The ids of the territories that hold this one, or that it holds.
#[derive(Debug)]
pub struct Surroundings {
    own: String,
    /// Wider territories, the nearest first.
    pub wider: Vec<String>,
    inside: BTreeSet<String>,
    departements_by_weight: Vec<String>,
}

impl Surroundings {
    /// Looks around `territory`.
    #[must_use]
    pub fn of(scene: &Scene, territory: &Territory) -> Self {
        let atlas = &scene.world.data.atlas;
        let mut inside = BTreeSet::new();
        let mut departements: BTreeMap<String, f64> = BTreeMap::new();
        let mut regions: BTreeMap<String, f64> = BTreeMap::new();
        let mut epcis: BTreeMap<u32, f64> = BTreeMap::new();
        for &at in &territory.communes {
            let commune = atlas.at(at);
            inside.insert(format!("com-{}", commune.insee));
            *departements.entry(commune.departement.clone()).or_default() += commune.population;
            *regions.entry(commune.region.clone()).or_default() += commune.population;
            if let Some(epci) = commune.epci {
                *epcis.entry(epci).or_default() += commune.population;
            }
        }
        let by_weight = |table: BTreeMap<String, f64>| -> Vec<String> {
            let mut list: Vec<(String, f64)> = table.into_iter().collect();
            list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            list.into_iter().map(|(code, _)| code).collect()
        };
        let departements_by_weight = by_weight(departements);
        let mut wider = Vec::new();
        match territory.kind {
            TerritoryKind::Commune | TerritoryKind::Zone => {
                if let [epci] = epcis.keys().copied().collect::<Vec<_>>()[..] {
                    wider.push(format!("epci-{}", atlas.epcis[epci as usize].siren));
                }
            }
            TerritoryKind::Departement | TerritoryKind::Region => {
                inside.extend(
                    epcis.keys().map(|&e| format!("epci-{}", atlas.epcis[e as usize].siren)),
                );
            }
            TerritoryKind::Epci => {}
        }
        if !matches!(territory.kind, TerritoryKind::Departement | TerritoryKind::Region) {
            wider.extend(departements_by_weight.iter().take(1).map(|code| format!("dep-{code}")));
        }
        if territory.kind == TerritoryKind::Region {
            inside.extend(departements_by_weight.iter().map(|code| format!("dep-{code}")));
        } else {
            wider.extend(by_weight(regions).iter().take(1).map(|code| format!("reg-{code}")));
        }
        Self { own: territory.id.clone(), wider, inside, departements_by_weight }
    }

    /// The territory itself.
    #[must_use]
    pub fn own(&self) -> &str {
        &self.own
    }

    /// Whether what is said of `id` concerns this territory.
    #[must_use]
    pub fn concerns(&self, id: &str) -> bool {
        id == self.own || self.wider.iter().any(|wider| wider == id) || self.inside.contains(id)
    }
}

/// Whether a stored actor is read for `territory`, wherever it is at work on `as_of`.
#[must_use]
pub fn is_within_reach(scene: &Scene, territory: &Territory, actor: &Actor) -> bool {
    let around = Surroundings::of(scene, territory);
    let proximity = Reach::of(scene, territory, &around).proximity(scene, actor);
    proximity.is_some_and(|proximity| !matches!(proximity, Proximity::Far { .. }))
}

pub(super) fn observations_of(
    scene: &Scene,
    around: &Surroundings,
    overlay: &Overlay,
) -> Vec<Observation> {
    scene
        .rows
        .observations
        .iter()
        .filter(|observation| around.concerns(&observation.territory))
        .filter(|observation| !overlay.hidden.rows.contains(&observation.id))
        .cloned()
        .chain(overlay.observations.iter().cloned())
        .collect()
}

/// The submissions in force here ([`levels`]); calls, programmes and findings around stay as
/// context.
fn priorities_of(
    scene: &Scene,
    around: &Surroundings,
    overlay: &Overlay,
    as_of: Date,
) -> Vec<Priority> {
    let rows: Vec<&Priority> =
        scene.rows.priorities.iter().filter(|p| !overlay.hidden.rows.contains(&p.id)).collect();
    let is_context = |p: &&&Priority| {
        !matches!(p.kind, PriorityKind::Submission | PriorityKind::NoPriority)
            && around.concerns(&p.territory)
    };
    let mut kept: Vec<Priority> = rows.iter().filter(is_context).copied().cloned().collect();
    kept.extend(match &overlay.priorities {
        Some(given) => given.clone(),
        None => {
            let applying = levels(&rows, around, as_of).into_iter().next();
            applying.map(|level| level.priorities).unwrap_or_default()
        }
    });
    kept
}

fn actors_of(
    scene: &Scene,
    territory: &Territory,
    around: &Surroundings,
    overlay: &Overlay,
    as_of: Date,
) -> Vec<ContextActor> {
    let reach = Reach::of(scene, territory, around);
    let mut actors: Vec<ContextActor> = Vec::new();
    if !overlay.replace_actors {
        let given: BTreeSet<&str> = overlay.actors.iter().map(|a| a.id.as_str()).collect();
        for actor in scene.rows.actors.iter().chain(&scene.site_actors) {
            if given.contains(actor.id.as_str())
                || overlay.hidden.rows.contains(&actor.id)
                || !is_at_work(actor, as_of)
            {
                continue;
            }
            let proximity = reach.proximity(scene, actor);
            if let Some(proximity) = proximity.filter(|p| !matches!(p, Proximity::Far { .. })) {
                actors.push(context_actor(scene, &overlay.hidden.seen(actor), proximity));
            }
        }
    }
    for actor in overlay.actors.iter().filter(|actor| is_at_work(actor, as_of)) {
        // A request's actor without a place is understood to be in the territory asked.
        let placed = actor.point.is_some()
            || actor.place.insee.is_some()
            || actor.place.departement_code.is_some()
            || actor.place.commune.is_some();
        let proximity = if placed {
            reach.proximity(scene, actor).unwrap_or(Proximity::Far { distance_km: None })
        } else {
            Proximity::Inside
        };
        actors.push(context_actor(scene, actor, proximity));
    }
    actors.sort_by(|a, b| a.actor.id.cmp(&b.actor.id));
    actors
}

fn context_actor(scene: &Scene, actor: &Arc<Actor>, proximity: Proximity) -> ContextActor {
    let commune = actor
        .place
        .insee
        .as_deref()
        .and_then(|insee| scene.world.data.atlas.commune(insee))
        .map(|at| scene.world.data.atlas.at(at).name.clone())
        .or_else(|| actor.place.commune.clone());
    ContextActor { actor: Arc::clone(actor), proximity, commune }
}

/// What is dated later than `as_of` is ignored; undated actors stay.
fn is_at_work(actor: &Actor, as_of: Date) -> bool {
    actor.since.is_none_or(|since| since.first_day() <= as_of)
        && actor.until.is_none_or(|until| until.last_day() >= as_of)
        && actor.status != Status::Closed
}

/// Distances from a territory, computed once.
struct Reach<'a> {
    territory: &'a Territory,
    departements: &'a [String],
    inside: BTreeSet<&'a str>,
    centroids: Vec<Point>,
    north: f64,
    south: f64,
    east: f64,
    west: f64,
}

impl<'a> Reach<'a> {
    fn of(scene: &'a Scene, territory: &'a Territory, around: &'a Surroundings) -> Self {
        let atlas = &scene.world.data.atlas;
        let centroids: Vec<Point> =
            territory.communes.iter().map(|&at| atlas.at(at).point).collect();
        let fold = |init: f64, pick: fn(f64, f64) -> f64, of: fn(&Point) -> f64| {
            centroids.iter().map(of).fold(init, pick)
        };
        let north = fold(f64::MIN, f64::max, |p| p.lat);
        let south = fold(f64::MAX, f64::min, |p| p.lat);
        let east = fold(f64::MIN, f64::max, |p| p.lon);
        let west = fold(f64::MAX, f64::min, |p| p.lon);
        Self {
            territory,
            departements: &around.departements_by_weight,
            inside: territory.communes.iter().map(|&at| atlas.at(at).insee.as_str()).collect(),
            centroids,
            north,
            south,
            east,
            west,
        }
    }

    /// `None` when the actor's place is unknown.
    fn proximity(&self, scene: &Scene, actor: &Actor) -> Option<Proximity> {
        let insee = actor.place.insee.as_deref();
        if insee.is_some_and(|insee| self.inside.contains(insee)) {
            return Some(Proximity::Inside);
        }
        let departement = actor.place.departement_code.as_deref();
        if matches!(self.territory.kind, TerritoryKind::Departement)
            && insee.is_none()
            && departement.is_some_and(|code| self.territory.id == format!("dep-{code}"))
        {
            return Some(Proximity::Inside);
        }
        let same_departement =
            departement.is_some_and(|code| self.departements.iter().any(|known| known == code));
        let Some(point) = point_of(&scene.world, actor) else {
            return same_departement.then_some(Proximity::Near { distance_km: None });
        };
        let margin_lon = REACH_DEGREES / point.lat.to_radians().cos().max(0.2);
        let in_box = point.lat <= self.north + REACH_DEGREES
            && point.lat >= self.south - REACH_DEGREES
            && point.lon <= self.east + margin_lon
            && point.lon >= self.west - margin_lon;
        if !in_box && !same_departement {
            let distance = distance_km(point, self.territory.point);
            return Some(Proximity::Far { distance_km: Some(distance) });
        }
        let distance = self
            .centroids
            .iter()
            .map(|&centroid| distance_km(point, centroid))
            .fold(f64::MAX, f64::min);
        if distance <= REACH_KM || same_departement {
            Some(Proximity::Near { distance_km: Some(distance) })
        } else {
            Some(Proximity::Far { distance_km: Some(distance) })
        }
    }
}

fn programmes_of(scene: &Scene, territory: &Territory, as_of: Date) -> Vec<LocalProgramme> {
    let world = &scene.world;
    let atlas = &world.data.atlas;
    let (programmes, presences) = &*world.data.programmes;
    let mut ids: BTreeSet<String> =
        territory.communes.iter().map(|&at| format!("com-{}", atlas.at(at).insee)).collect();
    ids.extend(
        territory
            .communes
            .iter()
            .filter_map(|&at| atlas.at(at).epci)
            .map(|epci| format!("epci-{}", atlas.epcis[epci as usize].siren)),
    );
    let mut found: BTreeMap<usize, LocalProgramme> = BTreeMap::new();
    for id in &ids {
        for &at in world.programmes_of.get(id).map_or(&[][..], Vec::as_slice) {
            let presence = &presences[at];
            if presence.since.is_some_and(|since| since.first_day() > as_of) {
                continue;
            }
            let programme = &programmes[presence.programme];
            let entry = found.entry(presence.programme).or_insert_with(|| LocalProgramme {
                id: programme.id.clone(),
                label: programme.label.clone(),
                theme: programme.theme.clone(),
                places: Vec::new(),
                count: 0,
                source: Source {
                    source: programme.source.clone(),
                    year: programme.year,
                    licence: None,
                },
            });
            entry.count += presence.count;
            if !presence.label.is_empty() && !entry.places.contains(&presence.label) {
                entry.places.push(presence.label.clone());
            }
        }
    }
    found.into_values().collect()
}

/// The schemes that serve the territory on `as_of`; one tied to a public programme only
/// where the territory holds that programme.
fn supports_of(
    scene: &Scene,
    around: &Surroundings,
    programmes: &[LocalProgramme],
    as_of: Date,
) -> Vec<Support> {
    scene
        .world
        .data
        .supports
        .iter()
        .filter(|support| support.perimeter == "france" || around.concerns(&support.perimeter))
        .filter(|support| {
            support
                .programme
                .as_ref()
                .is_none_or(|id| programmes.iter().any(|programme| programme.id == *id))
        })
        .filter(|support| support.year.is_none_or(|year| year <= as_of.year()))
        .filter(|support| support.end.is_none_or(|end| end.last_day() >= as_of))
        .cloned()
        .collect()
}
