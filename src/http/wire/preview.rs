//! What a submission of priorities would change, enterprise by enterprise.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::lang::Lang;
use crate::domain::taxonomy::Taxonomy;
use crate::matching::RankBy;
use crate::matching::outcome::{Alternative, CriterionId};
use crate::scouting::submissions::moves::{GateMove, Move, TermMove, WishMove};
use crate::scouting::submissions::preview::Preview;

use crate::http::csv::Rows;

use super::candidates::WeightsWire;
use super::priorities::{RowWire, ids, row};
use super::territory::TerritoryBrief;

/// `PUT /territories/{id}/priorities?dry_run=true`.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewWire {
    /// Always true: nothing was written.
    pub dry_run: bool,
    /// The territory asked.
    pub territory: TerritoryBrief,
    /// State of the log compared with.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Language of the sentences.
    pub lang: &'static str,
    /// Whose weights, and which.
    pub weights: WeightsWire,
    /// What the order follows: `expected` or `low`.
    pub rank_by: &'static str,
    /// First day of the period submitted.
    pub start: String,
    /// Last day of the period submitted.
    pub end: Option<String>,
    /// The territory's own row as it stands: what to send as `If-Match` to save.
    pub row: Option<RowWire>,
    /// Which day is shown, and why nothing would change then, where nothing does.
    pub notes: Vec<String>,
    /// The share of each theme and need in what applies, before and after.
    pub priorities: Vec<WishMoveWire>,
    /// How many move.
    pub totals: TotalsWire,
    /// The first `limit` enterprises, those that move most first.
    pub enterprises: Vec<MoveWire>,
}

/// How many enterprises move, and how.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalsWire {
    /// A better rank.
    pub rises: usize,
    /// A worse rank.
    pub falls: usize,
    /// No gate keeps them out any more.
    pub enters: usize,
    /// A gate keeps them out now.
    pub leaves: usize,
    /// The same rank.
    pub stays: usize,
    /// Kept out before and after.
    pub out: usize,
    /// All of them.
    pub enterprises: usize,
    /// In one sentence.
    pub text: String,
}

/// A theme or a need before and after.
#[derive(Debug, Serialize, ToSchema)]
pub struct WishMoveWire {
    /// Theme id.
    pub theme: Option<String>,
    /// Need id.
    pub need: Option<String>,
    /// Label in the language asked.
    pub label: String,
    /// Before, 0..=1.
    pub before: f64,
    /// After, 0..=1.
    pub after: f64,
    /// After less before.
    pub difference: f64,
}

/// One enterprise before and after.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveWire {
    /// The enterprise.
    pub enterprise: NameWire,
    /// `rises`, `falls`, `enters`, `leaves`, `stays` or `out`.
    #[serde(rename = "move")]
    pub way: &'static str,
    /// The move in one sentence.
    pub text: String,
    /// As it is.
    pub before: PlaceWire,
    /// As it would be.
    pub after: PlaceWire,
    /// Score after less score before.
    pub difference: f64,
    /// One per criterion; the differences sum to `difference`.
    pub contributions: Vec<TermWire>,
    /// What each priority counts for in the criterion `priority`, which keeps the best one:
    /// its share of the heaviest priority times the link of the enterprise with it.
    pub priorities: Vec<WishMoveWire>,
    /// The gates whose state changes.
    pub gates: Vec<GateMoveWire>,
}

/// An enterprise by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct NameWire {
    /// Stable id.
    pub id: String,
    /// Usual name.
    pub name: String,
}

/// Where an enterprise stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceWire {
    /// Whether it is in the list.
    pub listed: bool,
    /// Its rank; out of the list, the rank it would have.
    pub rank: usize,
    /// Its score, 0..=1.
    pub score: f64,
    /// Bounds of the score.
    pub interval: [f64; 2],
    /// The gates that keep it out.
    pub kept_out_by: Vec<&'static str>,
}

/// One term of the score before and after.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermWire {
    /// Which criterion.
    pub criterion: &'static str,
    /// Its label in the language asked.
    pub label: String,
    /// Its weight.
    pub weight: f64,
    /// Expected utility before and after, 0..=1.
    pub utility: [f64; 2],
    /// Contribution before.
    pub before: f64,
    /// Contribution after.
    pub after: f64,
    /// After less before.
    pub difference: f64,
}

/// A gate whose state changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct GateMoveWire {
    /// Stable name.
    pub gate: &'static str,
    /// Label.
    pub label: String,
    /// `met`, `unmet` or `unknown`.
    pub before: &'static str,
    /// The same after.
    pub after: &'static str,
    /// Why, after.
    pub text: String,
}

impl PreviewWire {
    /// The preview with its first `limit` enterprises.
    #[must_use]
    pub fn new(preview: &Preview, limit: usize) -> Self {
        let taxonomy = &preview.taxonomy;
        let totals = preview.totals;
        Self {
            dry_run: true,
            territory: TerritoryBrief::from(&preview.territory),
            seq: preview.seq,
            rules: preview.rules.clone(),
            as_of: preview.as_of.to_string(),
            lang: preview.lang.as_str(),
            weights: WeightsWire::from(&preview.weights),
            rank_by: match preview.rank_by {
                RankBy::Expected => "expected",
                RankBy::Low => "low",
            },
            start: preview.start.to_string(),
            end: preview.end.map(|end| end.to_string()),
            row: row(&preview.territory.id, preview.row),
            notes: preview.notes.clone(),
            priorities: wish_moves(taxonomy, &preview.wishes, preview.lang),
            totals: TotalsWire {
                rises: totals.rises,
                falls: totals.falls,
                enters: totals.enters,
                leaves: totals.leaves,
                stays: totals.stays,
                out: totals.out,
                enterprises: preview.moves.len(),
                text: preview.totals_text.clone(),
            },
            enterprises: preview
                .moves
                .iter()
                .take(limit)
                .map(|moved| move_wire(taxonomy, moved, preview.lang))
                .collect(),
        }
    }
}

fn wish_moves(taxonomy: &Taxonomy, moves: &[WishMove], lang: Lang) -> Vec<WishMoveWire> {
    let each = moves.iter().map(|moved| {
        let (theme, need) = ids(taxonomy, moved.concept);
        WishMoveWire {
            theme,
            need,
            label: taxonomy.label(moved.concept, lang).to_owned(),
            before: moved.before,
            after: moved.after,
            difference: moved.after - moved.before,
        }
    });
    each.collect()
}

fn move_wire(taxonomy: &Taxonomy, moved: &Move, lang: Lang) -> MoveWire {
    let term = |term: &TermMove| TermWire {
        criterion: term.criterion.as_str(),
        label: term.label.clone(),
        weight: term.weight,
        utility: [term.utility_before, term.utility_after],
        before: term.before,
        after: term.after,
        difference: term.difference(),
    };
    let gate = |gate: &GateMove| GateMoveWire {
        gate: gate.gate,
        label: gate.label.clone(),
        before: gate.before.as_str(),
        after: gate.after.as_str(),
        text: gate.text.clone(),
    };
    MoveWire {
        enterprise: NameWire {
            id: moved.enterprise.id.clone(),
            name: moved.enterprise.name.clone(),
        },
        way: moved.way.as_str(),
        text: moved.text.clone(),
        before: place(&moved.before),
        after: place(&moved.after),
        difference: moved.difference,
        contributions: moved.terms.iter().map(term).collect(),
        priorities: wish_moves(taxonomy, &moved.priorities, lang),
        gates: moved.gates.iter().map(gate).collect(),
    }
}

fn place(alternative: &Alternative) -> PlaceWire {
    let kept_out = alternative.gates.iter().filter(|gate| gate.excludes());
    PlaceWire {
        listed: !alternative.is_excluded(),
        rank: alternative.rank,
        score: alternative.score,
        interval: [alternative.interval.0, alternative.interval.1],
        kept_out_by: kept_out.map(|gate| gate.gate).collect(),
    }
}

impl Rows for PreviewWire {
    fn header(&self) -> Vec<&'static str> {
        let mut names = vec![
            "id",
            "name",
            "move",
            "listed_before",
            "rank_before",
            "score_before",
            "listed_after",
            "rank_after",
            "score_after",
            "difference",
        ];
        let criteria = &CriterionId::ALL[..CriterionId::WITHOUT_QUERY];
        names.extend(criteria.iter().map(|criterion| criterion.as_str()));
        names.push("text");
        names
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |moved: &MoveWire| {
            let place = |place: &PlaceWire| {
                [place.listed.to_string(), place.rank.to_string(), place.score.to_string()]
            };
            let mut row = vec![
                moved.enterprise.id.clone(),
                moved.enterprise.name.clone(),
                moved.way.to_owned(),
            ];
            row.extend(place(&moved.before));
            row.extend(place(&moved.after));
            row.push(moved.difference.to_string());
            let criteria = &CriterionId::ALL[..CriterionId::WITHOUT_QUERY];
            row.extend(criteria.iter().map(|criterion| {
                let term = moved.contributions.iter().find(|t| t.criterion == criterion.as_str());
                term.map(|term| term.difference.to_string()).unwrap_or_default()
            }));
            row.push(moved.text.clone());
            row
        };
        self.enterprises.iter().map(row).collect()
    }
}
