//! The quality of records: of one, and the list of those worth a visit first.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::lang::Lang;
use crate::http::csv::{Rows, joined, or_empty};
use crate::scouting::quality::{Listed, Quality, Record, Told};
use crate::scouting::world::World;

use super::common::rounded;
use super::territory::TerritoryBrief;

/// What a record is worth: its score, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QualityWire {
    /// Sum of weight × value of the parts, 0..=1, higher is better; it enters no ranking.
    pub score: f64,
    /// Complete, recent, sure.
    pub parts: Vec<QualityPartWire>,
    /// Fields of which nothing is known, the heaviest first.
    pub missing: Vec<FieldWire>,
    /// Fields deduced from the activity described, to be confirmed.
    pub deduced: Vec<FieldWire>,
    /// How old.
    pub age: AgeWire,
    /// How sure.
    pub sureness: SurenessWire,
}

/// One part of the score.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QualityPartWire {
    /// `completeness`, `age` or `sureness`.
    pub part: &'static str,
    /// In words.
    pub label: String,
    /// 0..=1, higher is better.
    pub value: f64,
    /// Its weight; the three sum to 1.
    pub weight: f64,
    /// Why.
    pub reasons: Vec<String>,
}

/// A field of a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldWire {
    /// Stable id.
    pub field: &'static str,
    /// In words.
    pub label: String,
}

/// How old a record is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgeWire {
    /// The latest dated fact; null: no date at all, so the age is unknown.
    pub latest: Option<String>,
    /// Years since then.
    pub years: Option<f64>,
    /// In words.
    pub text: String,
}

/// How sure a record is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SurenessWire {
    /// `sure`, `to_confirm` or `doubtful`.
    pub word: &'static str,
    /// In words.
    pub label: String,
    /// Why.
    pub reasons: Vec<String>,
    /// Independent sources, blocked ones left out.
    pub independent_sources: usize,
    /// Blocked sources, with the reason.
    pub blocked: Vec<BlockedWire>,
}

/// A source that makes nothing sure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BlockedWire {
    /// The source.
    pub source: String,
    /// Why.
    pub reason: String,
}

/// `GET /records/quality`: the records worth a visit first.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordsWire {
    /// State of the log.
    pub seq: u64,
    /// The date in the world.
    pub as_of: String,
    /// Language of the words.
    pub lang: &'static str,
    /// The territory asked; null for the whole catalogue.
    pub territory: Option<TerritoryBrief>,
    /// Records in all.
    pub total: usize,
    /// How many are called sure.
    pub sure: usize,
    /// How many are to confirm.
    pub to_confirm: usize,
    /// How many are doubtful.
    pub doubtful: usize,
    /// Where the next page starts.
    pub next_cursor: Option<String>,
    /// How the list is ordered.
    pub order: String,
    /// The page, the most worth a visit first.
    pub records: Vec<RecordWire>,
}

/// A record, its quality, and why to go there.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordWire {
    /// `enterprise` or `actor`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its commune, else the place as written.
    pub place: Option<String>,
    /// Its quality.
    pub quality: QualityWire,
    /// What a visit would bring.
    pub visit: VisitWire,
}

/// What a visit would bring.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitWire {
    /// Importance × lack, 0..=1, higher comes first.
    pub worth: f64,
    /// How much the record matters, 0..=1.
    pub importance: f64,
    /// One minus the score of its quality, 0..=1.
    pub lack: f64,
    /// Why it matters, the heaviest reason first.
    pub reasons: Vec<String>,
}

impl QualityWire {
    /// A quality in `lang`.
    #[must_use]
    pub fn new(quality: &Quality, world: &World, lang: Lang) -> Self {
        let told = quality.told(world, lang);
        let weights = quality.weights;
        let figures = [
            ("completeness", quality.completeness.value, weights.completeness),
            ("age", quality.age.value, weights.age),
            ("sureness", quality.sureness.value, weights.sureness),
        ];
        let reasons = [told.completeness, vec![told.age.clone()], told.sureness.clone()];
        let parts = figures.into_iter().zip(told.parts).zip(reasons).map(
            |(((part, value, weight), label), reasons)| QualityPartWire {
                part,
                label,
                value: rounded(value),
                weight,
                reasons,
            },
        );
        let fields = |fields: Vec<Told>| -> Vec<FieldWire> {
            let wire = |told: Told| FieldWire { field: told.id, label: told.text };
            fields.into_iter().map(wire).collect()
        };
        let blocked = quality.sureness.blocked.iter().map(|blocked| {
            let (fr, en) = &blocked.reason;
            let reason = if lang == Lang::Fr { fr } else { en };
            BlockedWire { source: blocked.source.clone(), reason: reason.clone() }
        });
        Self {
            score: rounded(quality.score),
            parts: parts.collect(),
            missing: fields(told.missing),
            deduced: fields(told.deduced),
            age: AgeWire {
                latest: quality.age.latest.map(|date| date.to_string()),
                years: quality.age.years.map(rounded),
                text: told.age,
            },
            sureness: SurenessWire {
                word: quality.sureness.word.as_str(),
                label: told.word,
                reasons: told.sureness,
                independent_sources: quality.sureness.publishers.len(),
                blocked: blocked.collect(),
            },
        }
    }
}

impl RecordsWire {
    /// A page of records at `seq`, in `lang`.
    #[must_use]
    pub fn new(
        world: &World,
        seq: u64,
        as_of: Date,
        listed: &Listed,
        next_cursor: Option<String>,
        lang: Lang,
    ) -> Self {
        let [sure, to_confirm, doubtful] = listed.words;
        Self {
            seq,
            as_of: as_of.to_string(),
            lang: lang.as_str(),
            territory: listed.territory.as_ref().map(TerritoryBrief::from),
            total: listed.total,
            sure,
            to_confirm,
            doubtful,
            next_cursor,
            order: Record::order_told(world, lang),
            records: listed.records.iter().map(|r| RecordWire::new(r, world, lang)).collect(),
        }
    }
}

impl RecordWire {
    fn new(record: &Record, world: &World, lang: Lang) -> Self {
        let visit = &record.visit;
        Self {
            kind: record.kind.as_str(),
            id: record.id.clone(),
            name: record.name.clone(),
            place: record.place.clone(),
            quality: QualityWire::new(&record.quality, world, lang),
            visit: VisitWire {
                worth: rounded(visit.worth),
                importance: rounded(visit.importance),
                lack: rounded(visit.lack),
                reasons: record.visit_told(world, lang).reasons,
            },
        }
    }
}

impl Rows for RecordsWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "kind",
            "id",
            "name",
            "place",
            "worth",
            "importance",
            "score",
            "completeness",
            "age",
            "sureness",
            "word",
            "latest",
            "years",
            "independent_sources",
            "missing",
            "deduced",
            "why_unsure",
            "why_visit",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let labels = |fields: &[FieldWire]| joined(fields.iter().map(|f| f.label.as_str()));
        let row = |record: &RecordWire| {
            let quality = &record.quality;
            let mut row = vec![
                record.kind.to_owned(),
                record.id.clone(),
                record.name.clone(),
                or_empty(record.place.as_ref()),
                record.visit.worth.to_string(),
                record.visit.importance.to_string(),
                quality.score.to_string(),
            ];
            row.extend(quality.parts.iter().map(|part| part.value.to_string()));
            row.extend([
                quality.sureness.word.to_owned(),
                or_empty(quality.age.latest.as_ref()),
                or_empty(quality.age.years.as_ref()),
                quality.sureness.independent_sources.to_string(),
                labels(&quality.missing),
                labels(&quality.deduced),
                joined(quality.sureness.reasons.iter().map(String::as_str)),
                joined(record.visit.reasons.iter().map(String::as_str)),
            ]);
            row
        };
        self.records.iter().map(row).collect()
    }
}
