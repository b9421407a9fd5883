//! A cohort, as JSON and as rows.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::csv::Rows;
use crate::scouting::cohorts::{Chosen, Cohort, ForTerritory, LeftOut, NeedAdded, TopOfList};

use super::candidates::{EnterpriseBrief, WeightsWire};
use super::common::{SentenceWire, rounded};
use super::territory::TerritoryBrief;

/// The body of `POST /cohorts`; only `territories` is required.
#[derive(Debug, Serialize, ToSchema)]
pub struct CohortRequest {
    /// Ids, names, or `{"name", "communes": []}`.
    #[schema(value_type = Vec<Object>)]
    pub territories: Vec<serde_json::Value>,
    /// Enterprises chosen, at most, 1 to 40; 8 when absent.
    pub size: Option<u32>,
    /// Enterprises of one main theme, at most.
    pub per_theme: Option<u32>,
    /// Share of the chosen that go to a rural territory, at least, 0 to 1.
    pub rural_share: Option<f64>,
    /// Enterprises in a territory, at most: `{"epci-200046977": 3}`.
    #[schema(value_type = Object)]
    pub capacity: Option<BTreeMap<String, u32>>,
    /// Enterprises chosen whatever they add: ids or names.
    pub include: Option<Vec<String>>,
    /// Enterprises never chosen: ids or names.
    pub exclude: Option<Vec<String>>,
    /// A second answer to the same need counts for nothing.
    pub never_two: Option<bool>,
    /// The best set there is, proven, where the question is small enough.
    pub exact: Option<bool>,
    /// `gap:3,proof:1`, `gap>priority`, or `{"gap": 3}`.
    #[schema(value_type = Object)]
    pub weights: Option<serde_json::Value>,
    /// A named profile of weights.
    pub profile: Option<String>,
    /// `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    pub seq: Option<u64>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// `POST /cohorts`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CohortWire {
    /// For whom.
    pub territories: Vec<CohortTerritoryWire>,
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Language of the sentences.
    pub lang: &'static str,
    /// Enterprises asked, at most.
    pub size: usize,
    /// `greedy+swap` or `exact`.
    pub method: &'static str,
    /// The objective, higher is better.
    pub value: f64,
    /// What no set that keeps the limits can pass.
    pub bound: CohortBoundWire,
    /// How far the optimum can be, as a share of the bound, 0 to 1.
    pub gap: f64,
    /// Share of the optimum that theory promises under these limits; null where none.
    pub guarantee: Option<f64>,
    /// The chosen, the one that adds most first; `adds` sum to `value`.
    pub chosen: Vec<ChosenWire>,
    /// The nearest of those left out, and why.
    pub near_misses: Vec<NearMissWire>,
    /// The first ones of the list, taken as a set.
    pub list: TopOfListWire,
    /// How good the set is, and what is declared.
    pub notes: Vec<SentenceWire>,
}

/// A territory asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct CohortTerritoryWire {
    /// The territory.
    pub territory: TerritoryBrief,
    /// Whose weights ranked, and which.
    pub weights: WeightsWire,
    /// Candidates that no gate keeps out.
    pub total: usize,
    /// Its share of the inhabitants of the territories asked.
    pub share: f64,
}

/// An upper bound.
#[derive(Debug, Serialize, ToSchema)]
pub struct CohortBoundWire {
    /// Its value.
    pub value: f64,
    /// `optimum`, `relaxation` or `marginals`.
    pub kind: &'static str,
}

/// A chosen enterprise.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChosenWire {
    /// 1 adds most.
    pub order: usize,
    /// The enterprise.
    pub enterprise: EnterpriseBrief,
    /// Where it goes.
    pub places: Vec<PlaceWire>,
    /// What it adds to the value of those before it.
    pub adds: f64,
    /// The part of it that comes from its scores.
    pub adds_score: f64,
    /// The part of it that comes from needs, the largest first.
    pub needs: Vec<NeedAddedWire>,
    /// The same in words.
    #[serde(flatten)]
    pub sentence: SentenceWire,
    /// The local actor it would work with; null where none is known.
    pub partner: Option<SentenceWire>,
}

/// Where a chosen enterprise goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceWire {
    /// Territory id.
    pub territory: String,
    /// Its name.
    pub name: String,
    /// Rank in the list of that territory.
    pub rank: usize,
    /// Score there, 0..=1.
    pub score: f64,
}

/// A need that a set answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeedAddedWire {
    /// Territory id.
    pub territory: String,
    /// Need id.
    pub need: String,
    /// Its label.
    pub label: String,
    /// What it brings to the value.
    pub value: f64,
}

/// One left out by little.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearMissWire {
    /// The enterprise.
    pub enterprise: EnterpriseBrief,
    /// What it would add as one more.
    pub adds: f64,
    /// The limit that keeps it out: `per_theme`, `rural_share`, `capacity`, `exclude`; null
    /// where only its worth does.
    pub limit: Option<&'static str>,
    /// What it lacks to take the place of the nearest chosen one.
    pub lacks: Option<f64>,
    /// Why, in words.
    #[serde(flatten)]
    pub sentence: SentenceWire,
}

/// The first ones of the list, taken as a set.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopOfListWire {
    /// Enterprise ids.
    pub enterprises: Vec<String>,
    /// Their value as a set.
    pub value: f64,
    /// Needs that the cohort answers and they do not.
    pub only_cohort: Vec<NeedAddedWire>,
    /// Needs that they answer and the cohort does not.
    pub only_list: Vec<NeedAddedWire>,
    /// Needs that several of them answer.
    pub repeated: Vec<NeedAddedWire>,
    /// The comparison in words.
    pub said: Vec<SentenceWire>,
}

impl From<&Cohort> for CohortWire {
    fn from(cohort: &Cohort) -> Self {
        let writer = Writer { cohort };
        Self {
            territories: cohort.territories.iter().map(territory).collect(),
            seq: cohort.seq,
            rules: cohort.rules.clone(),
            as_of: cohort.as_of.to_string(),
            lang: cohort.lang.as_str(),
            size: cohort.ask.size,
            method: cohort.method.as_str(),
            value: cohort.value,
            bound: CohortBoundWire { value: cohort.bound.value, kind: cohort.bound.kind.as_str() },
            gap: rounded(cohort.gap),
            guarantee: cohort.guarantee.map(rounded),
            chosen: cohort
                .chosen
                .iter()
                .enumerate()
                .map(|(at, chosen)| writer.chosen(at + 1, chosen))
                .collect(),
            near_misses: cohort.near_misses.iter().map(near_miss).collect(),
            list: writer.top(&cohort.top),
            notes: cohort.notes.iter().map(SentenceWire::from).collect(),
        }
    }
}

fn territory(one: &ForTerritory) -> CohortTerritoryWire {
    CohortTerritoryWire {
        territory: TerritoryBrief::from(&one.territory),
        weights: WeightsWire::from(&one.weights),
        total: one.total,
        share: rounded(one.share),
    }
}

fn near_miss(left: &LeftOut) -> NearMissWire {
    NearMissWire {
        enterprise: EnterpriseBrief::from(left.enterprise.as_ref()),
        adds: rounded(left.adds),
        limit: left.limit,
        lacks: left.lacks.map(rounded),
        sentence: SentenceWire::from(&left.sentence),
    }
}

/// Writes what names a territory by its position.
struct Writer<'c> {
    cohort: &'c Cohort,
}

impl Writer<'_> {
    fn chosen(&self, order: usize, chosen: &Chosen) -> ChosenWire {
        let place = |place: &crate::scouting::cohorts::Place| {
            let territory = &self.cohort.territories[place.territory].territory;
            PlaceWire {
                territory: territory.id.clone(),
                name: territory.name.clone(),
                rank: place.rank,
                score: place.score,
            }
        };
        ChosenWire {
            order,
            enterprise: EnterpriseBrief::from(chosen.enterprise.as_ref()),
            places: chosen.places.iter().map(place).collect(),
            adds: chosen.adds,
            adds_score: chosen.adds_score,
            needs: self.needs(&chosen.needs),
            sentence: SentenceWire::from(&chosen.sentence),
            partner: chosen.partner.as_ref().map(SentenceWire::from),
        }
    }

    fn needs(&self, needs: &[NeedAdded]) -> Vec<NeedAddedWire> {
        let one = |need: &NeedAdded| NeedAddedWire {
            territory: self.cohort.territories[need.territory].territory.id.clone(),
            need: need.id.clone(),
            label: need.label.clone(),
            value: need.value,
        };
        needs.iter().map(one).collect()
    }

    fn top(&self, top: &TopOfList) -> TopOfListWire {
        TopOfListWire {
            enterprises: top.enterprises.iter().map(|one| one.id.clone()).collect(),
            value: top.value,
            only_cohort: self.needs(&top.only_cohort),
            only_list: self.needs(&top.only_list),
            repeated: self.needs(&top.repeated),
            said: top.sentences.iter().map(SentenceWire::from).collect(),
        }
    }
}

impl Rows for CohortWire {
    fn header(&self) -> Vec<&'static str> {
        vec!["order", "id", "name", "territories", "ranks", "scores", "adds", "needs", "why"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |one: &ChosenWire| {
            let places = |of: &dyn Fn(&PlaceWire) -> String| {
                one.places.iter().map(of).collect::<Vec<_>>().join("; ")
            };
            let needs: Vec<&str> = one.needs.iter().map(|need| need.need.as_str()).collect();
            vec![
                one.order.to_string(),
                one.enterprise.id.clone(),
                one.enterprise.name.clone(),
                places(&|place| place.territory.clone()),
                places(&|place| place.rank.to_string()),
                places(&|place| rounded(place.score).to_string()),
                rounded(one.adds).to_string(),
                needs.join("; "),
                one.sentence.text.clone(),
            ]
        };
        self.chosen.iter().map(row).collect()
    }
}
