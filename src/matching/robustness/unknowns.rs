//! What is not known of a territory, drawn once per replicate and shared by everyone.
//!
//! Two enterprises that answer the same need see the same gap and the same coverage in a
//! replicate; an actor that is absent is absent for all; never independent boxes (methods
//! §6). Drawn lazily, each thing from the stream of its own name:
//!
//! - per need, severity `low + (high − low) · Beta`, and coverage at one common quantile of
//!   its gamma;
//! - per need, the incumbent that no source shows, and whether the rivalries that are to be
//!   checked hold. Both rest on one silence, that of our sources about who does what here:
//!   they are high or low together for all needs. Drawn apart, the worst of many needs would
//!   be bad for sure, and whoever tells less of what it does would come out better;
//! - per local actor, whether it is there (its declared confidence) and whether what is to
//!   be checked about it holds;
//! - per item of an enterprise, `low + (high − low) · Beta`.
//!
//! The report of the field is what was said: it is not drawn. What this cannot see:
//! unknowns that depend on each other across needs or actors are drawn apart.

use std::sync::OnceLock;

use super::numbers::RobustnessNumbers;
use super::streams::{betas, key, uniforms};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::context::{Context, ContextActor};
use crate::domain::estimate::Estimate;
use crate::domain::gap::Gap;
use crate::domain::provenance::Basis;
use crate::matching::criteria::non_duplication;
use crate::matching::profile::TerritoryProfile;

/// One need in every replicate; each list has one cell per replicate, 0..=1.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedDraws {
    /// `s`.
    pub severity: Vec<f64>,
    /// `c`.
    pub coverage: Vec<f64>,
    /// `g`, before the report of the field.
    pub measured: Vec<f64>,
    /// Overlap of the incumbent that no source shows.
    pub unseen: Vec<f64>,
    /// The rivalries that are to be checked.
    pub check: Vec<Check>,
}

/// What became of a relation to be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Not drawn: it stands at its expected strength.
    Expected,
    /// It holds.
    Holds,
    /// It does not.
    Fails,
}

/// One local actor in one replicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorDraw {
    /// It is there and at work.
    pub present: bool,
    /// What is to be checked about it.
    pub check: Check,
}

/// The unknowns of one territory over some replicates; the same for every enterprise.
#[derive(Debug)]
pub struct Draws<'p> {
    profile: &'p TerritoryProfile,
    replicates: usize,
    /// `None`: everything stands at its expected value.
    drawn: Option<RobustnessNumbers>,
    needs: Vec<OnceLock<NeedDraws>>,
    actors: Vec<OnceLock<Vec<ActorDraw>>>,
}

impl<'p> Draws<'p> {
    /// Draws of `replicates` replicates.
    #[must_use]
    pub fn new(
        profile: &'p TerritoryProfile,
        numbers: &RobustnessNumbers,
        replicates: usize,
    ) -> Self {
        Self::of(profile, replicates, Some(*numbers))
    }

    /// One replicate with everything at its expected value: every actor is there, and what
    /// is to be checked stands at its expected strength.
    #[must_use]
    pub fn at_points(profile: &'p TerritoryProfile) -> Self {
        Self::of(profile, 1, None)
    }

    fn of(
        profile: &'p TerritoryProfile,
        replicates: usize,
        drawn: Option<RobustnessNumbers>,
    ) -> Self {
        let needs = profile.context.taxonomy.count(ConceptKind::Need);
        Self {
            profile,
            replicates,
            drawn,
            needs: (0..needs.max(1)).map(|_| OnceLock::new()).collect(),
            actors: (0..profile.context.actors.len()).map(|_| OnceLock::new()).collect(),
        }
    }

    /// How many replicates there are.
    #[must_use]
    pub fn replicates(&self) -> usize {
        self.replicates
    }

    /// How often a relation to be checked holds; 1 where nothing is drawn.
    #[must_use]
    pub fn holds(&self) -> f64 {
        self.drawn.map_or(1.0, |numbers| numbers.holds)
    }

    /// One need in every replicate.
    ///
    /// # Panics
    /// If `need` is no need of the taxonomy.
    #[must_use]
    pub fn need(&self, need: Concept) -> &NeedDraws {
        self.needs[need.at()].get_or_init(|| self.draw_need(need))
    }

    /// A local actor in every replicate.
    ///
    /// # Panics
    /// If the position is out of range.
    #[must_use]
    pub fn actor(&self, actor: u32) -> &[ActorDraw] {
        self.actors[actor as usize].get_or_init(|| self.draw_actor(actor))
    }

    /// An item of an enterprise in every replicate; `key` names the item.
    pub fn item(&self, key: u64, estimate: &Estimate, out: &mut [f64]) {
        match self.drawn {
            Some(numbers) => betas(numbers.seed, key, estimate, out),
            None => out.fill(estimate.point),
        }
    }

    fn draw_need(&self, need: Concept) -> NeedDraws {
        let gap = self.profile.gap(need);
        let unseen = non_duplication::unseen(self.profile, need);
        let (severity, coverage) = (gap.severity.level, gap.coverage.level);
        let Some(numbers) = self.drawn else {
            let all = |value: f64| vec![value; self.replicates];
            return NeedDraws {
                severity: all(severity.point),
                coverage: all(coverage.point),
                measured: all(gap.measured.point),
                unseen: all(unseen),
                check: vec![Check::Expected; self.replicates],
            };
        };
        let id = self.profile.context.taxonomy.id(need);
        let fill = |name: &str, estimate: &Estimate| {
            let mut out = vec![0.0; self.replicates];
            betas(numbers.seed, key(&[name, id]), estimate, &mut out);
            out
        };
        let severities = fill("severity", &severity);
        let coverages = match gap.coverage.quantiles {
            Some(quantiles) => {
                let mut out = vec![0.0; self.replicates];
                uniforms(numbers.seed, key(&["coverage", id]), &mut out);
                for cell in &mut out {
                    *cell = quantiles.at(*cell).clamp(coverage.low, coverage.high);
                }
                out
            }
            None => fill("coverage", &coverage),
        };
        let measured =
            severities.iter().zip(&coverages).map(|(&s, &c)| measured_gap(gap, s, c)).collect();
        let hidden = Estimate::within(unseen, 0.0, 1.0, Basis::Prior);
        let mut checks = vec![0.0; self.replicates];
        uniforms(numbers.seed, key(&["rivals to check"]), &mut checks);
        let mut silence = vec![0.0; self.replicates];
        uniforms(numbers.seed, key(&["rivals unseen"]), &mut silence);
        NeedDraws {
            severity: severities,
            coverage: coverages,
            measured,
            unseen: in_the_order_of(&silence, fill("unseen", &hidden)),
            check: checks.into_iter().map(|check| checked(check, &numbers)).collect(),
        }
    }

    fn draw_actor(&self, actor: u32) -> Vec<ActorDraw> {
        let Some(numbers) = self.drawn else {
            let there = ActorDraw { present: true, check: Check::Expected };
            return vec![there; self.replicates];
        };
        let context = &self.profile.context;
        let member = &context.actors[actor as usize];
        let sure = confidence(context, member, &numbers);
        let (mut there, mut checks) = (vec![0.0; self.replicates], vec![0.0; self.replicates]);
        uniforms(numbers.seed, key(&["presence", &member.actor.id]), &mut there);
        uniforms(numbers.seed, key(&["check", &member.actor.id]), &mut checks);
        let cells = there.iter().zip(checks);
        cells
            .map(|(&there, check)| ActorDraw {
                present: there < sure,
                check: checked(check, &numbers),
            })
            .collect()
    }
}

/// The same draws in the order of others, so that both are high or low together: Iman &
/// Conover 1982, *A distribution-free approach to inducing rank correlation among input
/// variables*, doi:10.1080/03610918208812265, with a correlation of 1.
fn in_the_order_of(order: &[f64], mut draws: Vec<f64>) -> Vec<f64> {
    draws.sort_by(f64::total_cmp);
    let mut places: Vec<usize> = (0..order.len()).collect();
    places.sort_by(|&a, &b| order[a].total_cmp(&order[b]));
    let mut moved = vec![0.0; draws.len()];
    places.into_iter().zip(draws).for_each(|(place, draw)| moved[place] = draw);
    moved
}

fn checked(uniform: f64, numbers: &RobustnessNumbers) -> Check {
    if uniform < numbers.holds { Check::Holds } else { Check::Fails }
}

/// How sure it is that an actor is there and at work at the date, 0..=1.
#[must_use]
pub fn confidence(context: &Context, member: &ContextActor, numbers: &RobustnessNumbers) -> f64 {
    let (actor, presence) = (&member.actor, &numbers.presence);
    let confirmed = context.confirmations.iter().any(|said| {
        said.actor.as_deref() == Some(actor.id.as_str())
            && said.state == "met"
            && said.date.first_day() <= context.as_of
    });
    if confirmed {
        return presence.confirmed;
    }
    let mut sure = if actor.register { presence.register } else { presence.described };
    if actor.doubtful_place {
        sure *= presence.doubtful_place;
    }
    if actor.since.is_none() && actor.sources.iter().all(|source| source.year.is_none()) {
        sure *= presence.undated;
    }
    sure.clamp(0.0, 1.0)
}

/// `g` of a territory whose severity and coverage are these.
///
/// For one part, `s (1 − c)`. A larger territory is the mean of its parts, which is not
/// the product of the means: the product is then carried, straight on each side of its
/// expected value, onto the interval and the expected value of that mean.
fn measured_gap(gap: &Gap, severity: f64, coverage: f64) -> f64 {
    let (s, c, g) = (&gap.severity.level, &gap.coverage.level, &gap.measured);
    let product = severity * (1.0 - coverage);
    let middle = s.point * (1.0 - c.point);
    let (from, to) = if product < middle {
        (s.low * (1.0 - c.high), g.low)
    } else {
        (s.high * (1.0 - c.low), g.high)
    };
    let width = from - middle;
    if width.abs() < 1e-12 {
        return g.point;
    }
    (g.point + (product - middle) / width * (to - g.point)).clamp(g.low, g.high)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::gap::Quantiles;
    use crate::matching::criteria;
    use crate::matching::fixtures::{Case, need, rules};
    use crate::matching::outcome::CriterionId;

    fn numbers() -> RobustnessNumbers {
        RobustnessNumbers::read(&rules())
    }

    /// Lyon where the coverage of bicycle repair lies somewhere between 0.2 and 0.8.
    fn half_known() -> Case {
        let mut case = Case::new();
        let gap = &mut case.context.gaps[need("reparation_velo").at()];
        let spread = Quantiles::probabilities(0.0, 1.0).map(|p| 0.2 + 0.6 * p);
        gap.severity.level = Estimate::exact(0.8, Basis::Measured);
        gap.coverage.level = Estimate::within(0.5, 0.2, 0.8, Basis::Measured);
        gap.coverage.quantiles = Quantiles::sum((0.0, 1.0), [(1.0, spread)]);
        gap.measured = Estimate::within(0.4, 0.16, 0.64, Basis::Measured);
        case
    }

    fn drawn(
        case: &Case,
        profile: &TerritoryProfile,
        id: CriterionId,
        draws: &Draws<'_>,
    ) -> Vec<f64> {
        let all = criteria::all(profile);
        let criterion = all.iter().find(|criterion| criterion.id() == id).unwrap();
        let value = criterion.evaluate(profile, &case.enterprise);
        let mut out = vec![0.0; draws.replicates()];
        criterion.model(profile, &case.enterprise, &value).fill(draws, &mut out);
        out
    }

    fn correlation(a: &[f64], b: &[f64]) -> f64 {
        let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
        let (ma, mb) = (mean(a), mean(b));
        let of = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
            a.iter().zip(b).map(|(x, y)| f(x - ma, y - mb)).sum()
        };
        of(&|x, y| x * y) / (of(&|x, _| x * x) * of(&|_, y| y * y)).sqrt()
    }

    #[test]
    fn one_coverage_moves_gap_and_duplication_of_two_enterprises_together() {
        let case = half_known();
        let profile = case.profile();
        let draws = Draws::new(&profile, &numbers(), 400);
        let mut other = case.clone();
        other.enterprise.id = "autre-atelier".to_owned();
        let of = |case: &Case, id| drawn(case, &profile, id, &draws);
        let (gap, theirs) = (of(&case, CriterionId::Gap), of(&other, CriterionId::Gap));
        assert_eq!(gap, theirs);
        assert!(gap.iter().any(|x| *x > 0.5) && gap.iter().any(|x| *x < 0.3));
        let duplication = of(&other, CriterionId::NonDuplication);
        // More supply: a narrower gap and a fuller field. The unseen rival blurs it.
        assert!(correlation(&gap, &duplication) > 0.2, "{}", correlation(&gap, &duplication));
        // What is theirs alone is drawn apart.
        let (a, b) = (of(&case, CriterionId::Readiness), of(&other, CriterionId::Readiness));
        assert!(correlation(&a, &b).abs() < 0.2);
    }

    #[test]
    fn an_actor_is_there_as_often_as_declared_and_for_everyone() {
        let mut case = Case::new();
        case.add_actor("Maison du vélo", "Lyon", &[]).add_actor("Registre du vélo", "Lyon", &[]);
        case.edit_actor(1, |actor| actor.register = true);
        let profile = case.profile();
        let (numbers, context) = (numbers(), &profile.context);
        let draws = Draws::new(&profile, &numbers, 4000);
        let mut last = 1.0;
        for at in 0..2 {
            let sure = confidence(context, &context.actors[at], &numbers);
            assert!(sure < last);
            last = sure;
            let cells = draws.actor(u32::try_from(at).unwrap());
            let share = cells.iter().filter(|cell| cell.present).count() as f64 / 4000.0;
            assert!((share - sure).abs() < 0.03, "{share} {sure}");
        }
        assert_eq!(draws.actor(0), Draws::new(&profile, &numbers, 4000).actor(0));
        let mut doubtful = context.actors[0].clone();
        Arc::make_mut(&mut doubtful.actor).doubtful_place = true;
        assert!(
            confidence(context, &doubtful, &numbers)
                < confidence(context, &context.actors[0], &numbers)
        );
    }

    #[test]
    fn unseen_rivals_are_high_together_and_keep_their_mean() {
        let mut case = half_known();
        let (bicycles, isolation) = (need("reparation_velo"), need("isolement"));
        case.context.actor_reliability[isolation.at()] = 0.5;
        let profile = case.profile();
        let draws = Draws::new(&profile, &numbers(), 1000);
        let (one, other) = (&draws.need(bicycles).unseen, &draws.need(isolation).unseen);
        let mean = |x: &[f64]| x.iter().sum::<f64>() / 1000.0;
        assert!((mean(one) - 0.4).abs() < 0.04 && (mean(other) - 0.2).abs() < 0.04);
        assert!(correlation(one, other) > 0.85);
        assert_eq!(draws.need(bicycles).check, draws.need(isolation).check);
        assert_eq!(in_the_order_of(&[0.3, 0.1, 0.2], vec![7.0, 9.0, 8.0]), [9.0, 7.0, 8.0]);
    }

    #[test]
    fn a_mean_of_parts_keeps_its_point_and_its_bounds() {
        let mut case = half_known();
        let gap = &mut case.context.gaps[need("reparation_velo").at()];
        // Not 0.8 · 0.5: severity and coverage go together across the parts.
        gap.measured = Estimate::within(0.35, 0.1, 0.6, Basis::Measured);
        assert_eq!(measured_gap(gap, 0.8, 0.5), 0.35);
        assert!((measured_gap(gap, 0.8, 0.8) - 0.1).abs() < 1e-12);
        assert!((measured_gap(gap, 0.8, 0.2) - 0.6).abs() < 1e-12);
        assert!(measured_gap(gap, 0.8, 0.4) > 0.35);
    }
}
