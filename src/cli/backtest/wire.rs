//! The answer of a backtest as JSON and as rows.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::lang::Lang;
use crate::evaluation::backtest::baselines::Method;
use crate::evaluation::backtest::bootstrap::Interval;
use crate::evaluation::backtest::play::Played;
use crate::evaluation::backtest::truth::Half;
use crate::evaluation::backtest::{Backtest, Row, Summary};
use crate::evaluation::metrics::Figure;
use crate::http::csv::Rows;

use super::words;

/// A mean with its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FigureWire {
    /// The mean.
    pub value: f64,
    /// Lower and upper bound; null when nothing can be drawn.
    pub interval: Option<[f64; 2]>,
}

impl From<Interval> for FigureWire {
    fn from(found: Interval) -> Self {
        Self { value: found.value, interval: found.bounds.map(|(low, high)| [low, high]) }
    }
}

/// The figures of a method, or of Essaim less that method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MethodWire {
    /// Its word.
    pub method: &'static str,
    /// Share of events found in the first five.
    #[serde(rename = "hit@5")]
    pub hit_at_5: FigureWire,
    /// Share of events found in the first ten.
    #[serde(rename = "hit@10")]
    pub hit_at_10: FigureWire,
    /// Mean reciprocal rank.
    pub mrr: FigureWire,
    /// nDCG of the first ten.
    #[serde(rename = "ndcg@10")]
    pub ndcg_at_10: FigureWire,
}

impl From<&Row<Method>> for MethodWire {
    fn from((method, figures): &Row<Method>) -> Self {
        let [hit_at_5, hit_at_10, mrr, ndcg_at_10] = figures.map(FigureWire::from);
        Self { method: method.as_str(), hit_at_5, hit_at_10, mrr, ndcg_at_10 }
    }
}

/// What one criterion says over some events.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CriterionFigures {
    /// Mean share of the other candidates that it puts below; 0.5 is chance.
    pub above: FigureWire,
    /// Mean share of the other candidates of which it says the same; near 1 it tells nobody
    /// apart.
    pub tied: FigureWire,
}

/// What a set of events shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SummaryWire {
    /// Events.
    pub events: usize,
    /// Enterprises they are of.
    pub enterprises: usize,
    /// Essaim, Essaim with every gate, then the baselines.
    pub methods: Vec<MethodWire>,
    /// Essaim less each baseline.
    pub essaim_less: Vec<MethodWire>,
    /// What each criterion says.
    pub criteria: BTreeMap<&'static str, CriterionFigures>,
    /// Events each gate would have kept out.
    pub gates: BTreeMap<&'static str, usize>,
}

impl From<&Summary> for SummaryWire {
    fn from(found: &Summary) -> Self {
        Self {
            events: found.events,
            enterprises: found.enterprises,
            methods: found.methods.iter().map(MethodWire::from).collect(),
            essaim_less: found.differences.iter().map(MethodWire::from).collect(),
            criteria: found
                .criteria
                .iter()
                .map(|one| {
                    let (above, tied) = (one.above.into(), one.tied.into());
                    (one.criterion, CriterionFigures { above, tied })
                })
                .collect(),
            gates: found.gates.clone(),
        }
    }
}

/// An organisation or a place by its id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedWire {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// One criterion for one event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CriterionWire {
    /// Its utility for the enterprise.
    pub utility: f64,
    /// Share of the other candidates that it puts below; 0.5 is chance.
    pub above: f64,
    /// Share of the other candidates of which it says the same.
    pub tied: f64,
}

/// What was taken out for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MaskedWire {
    /// Sites and home.
    pub sites: usize,
    /// Partners or their places.
    pub partners: usize,
    /// Figures.
    pub figures: usize,
    /// Texts.
    pub texts: usize,
    /// Rows of the territory's context.
    pub context: usize,
}

/// One event played.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventWire {
    /// Line of the file.
    pub line: u64,
    /// The enterprise.
    pub enterprise: NamedWire,
    /// The territory.
    pub territory: NamedWire,
    /// The year it came.
    pub year: i16,
    /// `dev` or `held`.
    pub half: &'static str,
    /// The date in the world.
    pub as_of: String,
    /// Candidates ranked.
    pub pool: usize,
    /// Of them, those no gate keeps out.
    pub admitted: usize,
    /// Its score.
    pub score: f64,
    /// Mean rank by each method, ties shared; of `essaim_with_gates`, the rank it has or
    /// would have.
    pub ranks: BTreeMap<&'static str, f64>,
    /// Gates that keep it out.
    pub gates: Vec<&'static str>,
    /// What each criterion says.
    pub criteria: BTreeMap<&'static str, CriterionWire>,
    /// What was taken out.
    pub masked: MaskedWire,
}

impl From<&Played> for EventWire {
    fn from(played: &Played) -> Self {
        let event = &played.event;
        let rank = |method: Method| (method.as_str(), played.standings[method.at()].mean_rank());
        Self {
            line: event.line,
            enterprise: NamedWire { id: event.enterprise.clone(), name: played.name.clone() },
            territory: NamedWire {
                id: event.territory.id.clone(),
                name: event.territory.name.clone(),
            },
            year: event.year,
            half: event.half.as_str(),
            as_of: played.as_of.to_string(),
            pool: played.pool,
            admitted: played.admitted,
            score: played.score,
            ranks: Method::ALL.map(rank).into_iter().collect(),
            gates: played.unmet.clone(),
            criteria: played
                .criteria
                .iter()
                .map(|c| {
                    (
                        c.criterion,
                        CriterionWire { utility: c.utility, above: c.above, tied: c.tied },
                    )
                })
                .collect(),
            masked: MaskedWire {
                sites: played.removed.sites,
                partners: played.removed.partners,
                figures: played.removed.figures,
                texts: played.removed.texts,
                context: played.hidden,
            },
        }
    }
}

/// A row that was not replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedWire {
    /// Line of the file.
    pub line: u64,
    /// As typed.
    pub enterprise: String,
    /// As typed.
    pub territory: String,
    /// As typed.
    pub year: String,
    /// Why, with the way out.
    pub reason: String,
}

/// How bounds were drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BootstrapWire {
    /// Draws of enterprises with replacement.
    pub draws: u64,
    /// Seed.
    pub seed: u64,
    /// Share of the draws between the bounds.
    pub level: f64,
}

/// The answer whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BacktestWire {
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// Language of the sentences.
    pub lang: &'static str,
    /// Rows read.
    pub read: usize,
    /// Events whose enterprise is indexed, over all good rows: no hit can be above it.
    pub ceiling: Option<f64>,
    /// How bounds were drawn.
    pub bootstrap: BootstrapWire,
    /// All events.
    pub all: Option<SummaryWire>,
    /// Each half.
    pub halves: BTreeMap<&'static str, SummaryWire>,
    /// The territory that most events are of, and how many.
    pub most_frequent: Option<(NamedWire, usize)>,
    /// What these figures can and cannot say.
    pub limits: Vec<String>,
    /// Good rows whose enterprise is not in the catalogue.
    pub unindexed: Vec<RefusedWire>,
    /// Rows that cannot be replayed.
    pub rejected: Vec<RefusedWire>,
    /// Every event, in the order of the file.
    pub events: Vec<EventWire>,
}

impl BacktestWire {
    /// The answer; `unreadable` are the lines that were no row of the table.
    #[must_use]
    pub fn new(found: &Backtest, unreadable: Vec<RefusedWire>, lang: Lang) -> Self {
        let truth = &found.truth;
        let refused = |row: &crate::evaluation::backtest::truth::Row, reason: String| RefusedWire {
            line: row.line,
            enterprise: row.enterprise.clone(),
            territory: row.territory.clone(),
            year: row.year.clone(),
            reason,
        };
        let mut rejected = unreadable;
        rejected
            .extend(truth.rejected.iter().map(|r| refused(&r.row, words::fault(&r.fault, lang))));
        rejected.sort_by_key(|row| row.line);
        let unindexed: Vec<RefusedWire> = truth
            .unindexed
            .iter()
            .map(|u| refused(&u.row, words::unindexed(&u.suggestions, lang)))
            .collect();
        let events: Vec<EventWire> = found.events.iter().map(EventWire::from).collect();
        let half = |half: Half| {
            let one = found.halves.iter().find(|(known, _)| *known == half)?;
            Some((half.as_str(), SummaryWire::from(&one.1)))
        };
        Self {
            seq: found.seq,
            rules: found.rules.clone(),
            lang: lang.as_str(),
            read: rejected.len() + unindexed.len() + events.len(),
            ceiling: truth.ceiling(),
            bootstrap: BootstrapWire {
                draws: found.plan.draws,
                seed: found.plan.seed,
                level: found.plan.level,
            },
            all: found.all.as_ref().map(SummaryWire::from),
            halves: [Half::Dev, Half::Held].into_iter().filter_map(half).collect(),
            most_frequent: most_frequent(&events),
            limits: words::limits(lang),
            unindexed,
            rejected,
            events,
        }
    }
}

fn most_frequent(events: &[EventWire]) -> Option<(NamedWire, usize)> {
    let mut counts: BTreeMap<&str, (&NamedWire, usize)> = BTreeMap::new();
    for event in events {
        counts.entry(&event.territory.id).or_insert((&event.territory, 0)).1 += 1;
    }
    // The last of the greatest in the order of ids: one answer whatever the file's order.
    counts.into_values().max_by_key(|(_, count)| *count).map(|(name, count)| (name.clone(), count))
}

impl Rows for BacktestWire {
    fn header(&self) -> Vec<&'static str> {
        let mut columns = vec![
            "line",
            "enterprise",
            "territory",
            "year",
            "half",
            "as_of",
            "pool",
            "admitted",
            "score",
            "gates",
        ];
        columns.extend(Method::ALL.map(Method::as_str));
        columns
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |event: &EventWire| {
            let mut cells = vec![
                event.line.to_string(),
                event.enterprise.id.clone(),
                event.territory.id.clone(),
                event.year.to_string(),
                event.half.to_owned(),
                event.as_of.clone(),
                event.pool.to_string(),
                event.admitted.to_string(),
                format!("{:.6}", event.score),
                event.gates.join(" | "),
            ];
            cells.extend(Method::ALL.map(|method| event.ranks[method.as_str()].to_string()));
            cells
        };
        self.events.iter().map(row).collect()
    }
}

/// Names of the figures, in the order of [`Figure::ALL`].
pub const FIGURES: [&str; Figure::ALL.len()] = ["hit@5", "hit@10", "MRR", "nDCG@10"];
