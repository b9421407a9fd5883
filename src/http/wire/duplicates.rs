//! Duplicates and merges as JSON and as CSV.

use serde::Serialize;
use utoipa::ToSchema;

use super::common::rounded;
use crate::catalogue::record::merge::MergeRecord;
use crate::catalogue::revision::Revision;
use crate::http::csv::{Rows, joined, or_empty};
use crate::scouting::duplicates::{Duplicate, Duplicates, Row};

/// A row of a pair.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PairRowWire {
    /// `enterprise` or `actor`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its commune.
    pub commune: Option<String>,
    /// Its SIRET or SIREN.
    pub number: Option<String>,
}

impl From<&Row> for PairRowWire {
    fn from(row: &Row) -> Self {
        Self {
            kind: row.key.kind.as_str(),
            id: row.key.id.clone(),
            name: row.name.clone(),
            commune: row.commune.clone(),
            number: row.number.clone(),
        }
    }
}

/// Two rows that are or may be one organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DuplicateWire {
    /// The row that would be kept.
    pub kept: PairRowWire,
    /// The other.
    pub other: PairRowWire,
    /// `same`, `possible` or `sister`.
    pub verdict: &'static str,
    /// Probability that they are one, 0..=1.
    pub probability: f64,
    /// Weight of the evidence, bits.
    pub weight: f64,
    /// Whether it may be merged without a person.
    pub mergeable: bool,
    /// Why, in words.
    pub reasons: Vec<String>,
}

impl From<&Duplicate> for DuplicateWire {
    fn from(pair: &Duplicate) -> Self {
        Self {
            kept: PairRowWire::from(&pair.kept),
            other: PairRowWire::from(&pair.other),
            verdict: pair.verdict.as_str(),
            probability: rounded(pair.probability),
            weight: rounded(pair.weight),
            mergeable: pair.mergeable,
            reasons: pair.reasons.clone(),
        }
    }
}

/// A key that too many rows bear.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TooLargeWire {
    /// What the key is made of.
    pub key: &'static str,
    /// One of the rows that bear it.
    pub example: String,
    /// How many bear it.
    pub size: usize,
}

/// The pairs found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DuplicatesWire {
    /// State of the log.
    pub seq: u64,
    /// Pairs found.
    pub total: usize,
    /// Those that may be merged without a person.
    pub mergeable: usize,
    /// Probability from which a pair may be, 0..=1.
    pub merge_from: f64,
    /// Pairs of rows compared.
    pub compared: u64,
    /// Keys under which nothing was compared: too many rows bear them.
    pub too_large: Vec<TooLargeWire>,
    /// The first pairs.
    pub duplicates: Vec<DuplicateWire>,
}

impl DuplicatesWire {
    /// The first `limit` pairs of what was found at `seq`.
    #[must_use]
    pub fn new(seq: u64, found: &Duplicates, limit: usize) -> Self {
        let too_large = found.too_large.iter().map(|one| TooLargeWire {
            key: one.key,
            example: one.example.clone(),
            size: one.size,
        });
        Self {
            seq,
            total: found.pairs.len(),
            mergeable: found.pairs.iter().filter(|pair| pair.mergeable).count(),
            merge_from: found.merge_from,
            compared: found.compared,
            too_large: too_large.collect(),
            duplicates: found.pairs.iter().take(limit).map(DuplicateWire::from).collect(),
        }
    }
}

impl Rows for DuplicatesWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "verdict",
            "probability",
            "kept",
            "kept_name",
            "kept_commune",
            "kept_number",
            "other",
            "other_name",
            "other_commune",
            "other_number",
            "reasons",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |one: &DuplicateWire| {
            let cells = |row: &PairRowWire| {
                [
                    format!("{}/{}", row.kind, row.id),
                    row.name.clone(),
                    or_empty(row.commune.as_ref()),
                    or_empty(row.number.as_ref()),
                ]
            };
            let mut line = vec![one.verdict.to_owned(), one.probability.to_string()];
            line.extend(cells(&one.kept));
            line.extend(cells(&one.other));
            line.push(joined(one.reasons.iter().map(String::as_str)));
            line
        };
        self.duplicates.iter().map(row).collect()
    }
}

/// What was said of a pair.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MergeWire {
    /// Id of the pair.
    pub id: String,
    /// The row that is shown: `enterprise/<id>` or `actor/<id>`.
    pub kept: String,
    /// The other.
    pub other: String,
    /// `same`, `sister` or `different`.
    pub verdict: &'static str,
    /// `rule` or `person`.
    pub basis: &'static str,
    /// Probability that they are one, 0..=1, where it was computed.
    pub probability: Option<f64>,
    /// Why, in words.
    pub reasons: Vec<String>,
    /// The day it was said.
    pub date: String,
    /// The revision that says it.
    pub seq: u64,
    /// By whom.
    pub recorded_by: String,
}

impl MergeWire {
    /// A merge and the revision it was read from.
    #[must_use]
    pub fn new(merge: &MergeRecord, revision: &Revision) -> Self {
        Self {
            id: merge.id(),
            kept: merge.kept.to_string(),
            other: merge.other.to_string(),
            verdict: merge.said.as_str(),
            basis: if merge.by_rule { "rule" } else { "person" },
            probability: merge.probability,
            reasons: merge.reasons.clone(),
            date: merge.date.to_string(),
            seq: revision.seq,
            recorded_by: revision.recorded_by.clone(),
        }
    }
}
