//! One event played: the world of the year before, and where the enterprise stood.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::evaluation::metrics::{Figure, Standing};
use crate::scouting::error::ScoutingError;
use crate::scouting::replay::{self, Runner, Stage};
use crate::scouting::scene::Scene;

use super::baselines::{Asked, Method, sites_of};
use super::destination::Destination;
use super::masking::{Removed, mask};
use super::truth::Event;

/// How one criterion placed the enterprise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CriterionStanding {
    /// Its name.
    pub criterion: &'static str,
    /// Its utility for the enterprise, 0..=1, higher is better.
    pub utility: f64,
    /// Share of the other candidates that it puts below, ties counting half: 0.5 is what
    /// chance gives, 0..=1, higher is better.
    pub above: f64,
    /// Share of the other candidates of which it says just the same, 0..=1: near 1 the
    /// criterion tells nobody apart here.
    pub tied: f64,
}

/// An event played.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    /// The event.
    pub event: Event,
    /// Name of the enterprise, as it is today.
    pub name: String,
    /// 31 December of the year before.
    pub as_of: Date,
    /// Candidates ranked: those that could have come, the enterprise included.
    pub pool: usize,
    /// Of them, how many no gate keeps out.
    pub admitted: usize,
    /// Gates that keep the enterprise out; it is then missed by
    /// [`Method::EssaimWithGates`], and its standing there is the one it would have.
    pub unmet: Vec<&'static str>,
    /// Its score, 0..=1.
    pub score: f64,
    /// Where each method puts it, in the order of [`Method::ALL`].
    pub standings: [Standing; Method::ALL.len()],
    /// What each criterion says of it.
    pub criteria: Vec<CriterionStanding>,
    /// What was taken out of its record.
    pub removed: Removed,
    /// Actors, priorities and observations taken out of the context.
    pub hidden: usize,
}

impl Played {
    /// Value of a figure for a method, 0..=1, higher is better; 0 where a gate keeps the
    /// enterprise out of the answer.
    #[must_use]
    pub fn value(&self, method: Method, figure: Figure) -> f64 {
        if method == Method::EssaimWithGates && !self.unmet.is_empty() {
            return 0.0;
        }
        self.standings[method.at()].expected(figure)
    }
}

/// Plays every event, in the order given; a territory at a date is ranked once.
///
/// `widest` is how many gaps the baselines read.
///
/// # Errors
/// The index cannot be read.
pub fn play(scene: &Scene, events: &[Event], widest: usize) -> Result<Vec<Played>, ScoutingError> {
    let mut groups: BTreeMap<(&str, i16), Vec<usize>> = BTreeMap::new();
    for (at, event) in events.iter().enumerate() {
        groups.entry((event.territory.id.as_str(), event.year)).or_default().push(at);
    }
    let groups: Vec<Vec<usize>> = groups.into_values().collect();
    let played: Vec<Vec<(usize, Played)>> = groups
        .par_iter()
        .map(|group| {
            let first = &events[group[0]];
            let as_of = Date::constant(first.year - 1, 12, 31);
            let base = replay::stage(scene, &first.territory, as_of, &replay::Hidden::default());
            let scores = Scores::of(scene, &base, first, widest)?;
            group
                .iter()
                .map(|&at| Ok((at, one(scene, &base, &scores, &events[at])?)))
                .collect::<Result<Vec<_>, ScoutingError>>()
        })
        .collect::<Result<_, ScoutingError>>()?;
    let mut in_order: Vec<(usize, Played)> = played.into_iter().flatten().collect();
    in_order.sort_by_key(|(at, _)| *at);
    Ok(in_order.into_iter().map(|(_, played)| played).collect())
}

/// What the baselines ask of a territory at a date.
struct Scores {
    asked: Asked,
    /// Relevance of each enterprise of the scene.
    relevance: Vec<f64>,
}

impl Scores {
    fn of(
        scene: &Scene,
        base: &Stage,
        event: &Event,
        widest: usize,
    ) -> Result<Self, ScoutingError> {
        let place = Destination::new(&scene.world.data.atlas, &event.territory, &[]);
        let asked = Asked::of(&base.context, &place, widest);
        let relevance = if asked.question.is_empty() {
            vec![0.0; scene.rows.enterprises.len()]
        } else {
            scene.relevance(&asked.question)?
        };
        Ok(Self { asked, relevance })
    }
}

fn one(
    scene: &Scene,
    base: &Stage,
    scores: &Scores,
    event: &Event,
) -> Result<Played, ScoutingError> {
    let mut dossier = replay::dossier(scene, &event.enterprise)?;
    let name = dossier.enterprise.name.clone();
    let hidden = replay::traces(scene, base, &dossier.enterprise);
    let atlas = &scene.world.data.atlas;
    let removed = mask(&mut dossier, atlas, &event.territory, event.year);
    let enterprise = replay::prepared(scene, dossier);
    let mut without = None;
    let stage = if hidden.is_empty() {
        base
    } else {
        without.insert(replay::stage(scene, &event.territory, base.context.as_of, &hidden))
    };
    let own = replay::run(stage, enterprise);
    let pool = Pool::of(stage, &own, scores);
    Ok(Played {
        event: event.clone(),
        name,
        as_of: base.context.as_of,
        pool: pool.others.len() + 1,
        admitted: pool.others.iter().filter(|(runner, ..)| runner.unmet.is_empty()).count()
            + usize::from(own.unmet.is_empty()),
        unmet: own.unmet.clone(),
        score: own.score,
        standings: Method::ALL.map(|method| pool.standing(method)),
        criteria: pool.criteria(),
        removed,
        hidden: hidden.rows.len() + hidden.partners.len(),
    })
}

/// The candidates of an event: those that could have come, with what the baselines say.
struct Pool<'a> {
    own: &'a Runner,
    own_relevance: f64,
    others: Vec<(&'a Runner, f64)>,
    asked: &'a Asked,
}

impl<'a> Pool<'a> {
    fn of(stage: &'a Stage, own: &'a Runner, scores: &'a Scores) -> Self {
        let mut own_relevance = 0.0;
        let mut others = Vec::new();
        for (runner, &relevance) in stage.runners.iter().zip(&scores.relevance) {
            if runner.enterprise.id == own.enterprise.id {
                own_relevance = relevance;
            } else if runner.could_come() {
                others.push((runner, relevance));
            }
        }
        Self { own, own_relevance, others, asked: &scores.asked }
    }

    fn standing(&self, method: Method) -> Standing {
        let by = |score: &dyn Fn(&Runner) -> f64| {
            Standing::among(score(self.own), self.others.iter().map(|(runner, _)| score(runner)))
        };
        match method {
            Method::Essaim => by(&|runner| runner.score),
            Method::EssaimWithGates => {
                let admitted = self.others.iter().filter(|(runner, _)| runner.unmet.is_empty());
                Standing::among(self.own.score, admitted.map(|(runner, _)| runner.score))
            }
            Method::Random => by(&|_| 0.0),
            Method::MostSites => by(&sites_of),
            Method::ThemeOnly => by(&|runner| self.asked.themes_of(runner)),
            Method::TextOnly => {
                Standing::among(self.own_relevance, self.others.iter().map(|&(_, r)| r))
            }
        }
    }

    #[allow(clippy::cast_precision_loss)] // candidates of one event
    fn criteria(&self) -> Vec<CriterionStanding> {
        let each = self.own.utilities.iter().enumerate();
        each.map(|(at, &(criterion, utility))| {
            let others = self.others.iter().map(|(runner, _)| runner.utilities[at].1);
            let standing = Standing::among(utility, others);
            let (all, ties) = (self.others.len() as f64, standing.tied as f64 - 1.0);
            let below = all - standing.before as f64 - ties;
            let (above, tied) =
                if all > 0.0 { ((below + ties / 2.0) / all, ties / all) } else { (0.5, 0.0) };
            CriterionStanding { criterion, utility, above, tied }
        })
        .collect()
    }
}

/// The record of an event as it is played, for whoever wants to read what is left of it.
///
/// # Errors
/// The enterprise is unknown; the index cannot be read.
pub fn masked(
    scene: &Scene,
    event: &Event,
) -> Result<Arc<crate::domain::enterprise::Enterprise>, ScoutingError> {
    let mut dossier = replay::dossier(scene, &event.enterprise)?;
    mask(&mut dossier, &scene.world.data.atlas, &event.territory, event.year);
    Ok(Arc::new(replay::prepared(scene, dossier)))
}
