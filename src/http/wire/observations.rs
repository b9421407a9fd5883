//! Observations: what was stated, what was understood, what it weighs.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::lang::Lang;
use crate::http::csv::{Rows, joined, or_empty};
use crate::scouting::field::standing::{Other, Seen, Understood};
use crate::scouting::scene::Scene;

use super::common::{SourceWire, rounded};

/// `GET /territories/{id}/observations`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObservationsWire {
    /// State of the log.
    pub seq: u64,
    /// Id of the territory.
    pub territory: String,
    /// The day of the weights.
    pub as_of: String,
    /// How many concern the territory.
    pub total: usize,
    /// The latest first, at most the limit.
    pub observations: Vec<ObservationRowWire>,
}

/// One observation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObservationRowWire {
    /// Stable id.
    pub id: String,
    /// Id of the territory it speaks of.
    pub territory: String,
    /// The words.
    pub text: String,
    /// The needs it counts for: stated, or read in its words.
    pub needs: Vec<ReadNeedWire>,
    /// The people it speaks of; null is everyone.
    pub public: Option<ReadConceptWire>,
    /// The step it says is lacking.
    pub step: Option<ReadConceptWire>,
    /// Its theme.
    pub theme: Option<ReadConceptWire>,
    /// 0 (supply suffices) to 1 (nothing answers it).
    pub severity: f64,
    /// 0..=1.
    pub confidence: f64,
    /// `rising`, `stable`, `falling`.
    pub trend: Option<String>,
    /// When it was seen.
    pub date: String,
    /// The organisation that saw it.
    pub by: Option<String>,
    /// Where it is said.
    pub source: SourceWire,
    /// What it weighs on the day asked: `confidence · 2^(−age / 3 years)`; 0 when it does
    /// not count.
    pub weight: f64,
    /// `counted`, `superseded`, `later` or `no_need`.
    pub standing: &'static str,
    /// The same in words.
    pub note: String,
    /// Other authors that say the same of the same need.
    pub corroborated_by: Vec<OtherWire>,
    /// Other authors that say the contrary.
    pub contradicted_by: Vec<OtherWire>,
    /// Its latest revision: also the ETag.
    pub seq: u64,
    /// When that revision was written.
    pub recorded_at: String,
    /// By whom.
    pub recorded_by: String,
    /// Why, where it was said.
    pub reason: Option<String>,
}

/// A concept as it was understood.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReadConceptWire {
    /// Id in the taxonomy.
    pub id: String,
    /// Label in the language asked.
    pub label: String,
    /// `stated`, `read` in the words, or `corrected` by a person.
    pub how: &'static str,
    /// The words it was read in, verbatim.
    pub because: Option<String>,
}

/// A need as it was understood, with its weight.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReadNeedWire {
    /// The need.
    #[serde(flatten)]
    pub concept: ReadConceptWire,
    /// Its weight in the gap of this need on the day asked; null when it does not count.
    pub weight: Option<f64>,
}

/// Another observation of the same need.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OtherWire {
    /// Its id.
    pub id: String,
    /// Its author.
    pub by: Option<String>,
    /// Its day.
    pub date: String,
    /// Its severity, 0..=1.
    pub severity: f64,
    /// Its words.
    pub text: String,
    /// The need both speak of.
    pub need: String,
}

impl ObservationRowWire {
    /// A row in `lang`.
    #[must_use]
    pub fn new(scene: &Scene, seen: &Seen, lang: Lang) -> Self {
        let stated = &seen.stated;
        let one = |understood: &Option<Understood>| {
            understood.as_ref().map(|understood| concept(scene, understood, lang))
        };
        let others = |list: &[Other]| list.iter().map(|one| other(scene, one)).collect();
        let weights = seen.needs.iter().filter_map(|(_, weight)| *weight);
        Self {
            id: stated.id.clone(),
            territory: stated.territory.clone(),
            text: stated.text.clone(),
            needs: seen
                .needs
                .iter()
                .map(|(understood, weight)| ReadNeedWire {
                    concept: concept(scene, understood, lang),
                    weight: weight.map(rounded),
                })
                .collect(),
            public: one(&seen.public),
            step: one(&seen.step),
            theme: one(&seen.theme),
            severity: rounded(stated.severity),
            confidence: rounded(stated.confidence),
            trend: stated.trend.clone(),
            date: stated.date.to_string(),
            by: stated.by.clone(),
            source: SourceWire::from(&stated.source),
            weight: rounded(weights.fold(0.0, f64::max)),
            standing: seen.standing.as_str(),
            note: seen.sentence.clone(),
            corroborated_by: others(&seen.corroborated_by),
            contradicted_by: others(&seen.contradicted_by),
            seq: seen.revision.seq,
            recorded_at: seen.revision.recorded_at.to_string(),
            recorded_by: seen.revision.recorded_by.clone(),
            reason: seen.revision.note.clone(),
        }
    }
}

impl Rows for ObservationsWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "id",
            "territory",
            "text",
            "needs",
            "public",
            "step",
            "theme",
            "severity",
            "confidence",
            "trend",
            "date",
            "by",
            "source",
            "licence",
            "weight",
            "standing",
            "corroborated_by",
            "contradicted_by",
            "seq",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |one: &ObservationRowWire| {
            let concept = |known: &Option<ReadConceptWire>| or_empty(known.as_ref().map(|k| &k.id));
            let ids = |list: &[OtherWire]| joined(list.iter().map(|other| other.id.as_str()));
            vec![
                one.id.clone(),
                one.territory.clone(),
                one.text.clone(),
                joined(one.needs.iter().map(|need| need.concept.id.as_str())),
                concept(&one.public),
                concept(&one.step),
                concept(&one.theme),
                one.severity.to_string(),
                one.confidence.to_string(),
                or_empty(one.trend.as_ref()),
                one.date.clone(),
                or_empty(one.by.as_ref()),
                one.source.source.clone(),
                or_empty(one.source.licence.as_ref()),
                one.weight.to_string(),
                one.standing.to_owned(),
                ids(&one.corroborated_by),
                ids(&one.contradicted_by),
                one.seq.to_string(),
            ]
        };
        self.observations.iter().map(row).collect()
    }
}

fn concept(scene: &Scene, understood: &Understood, lang: Lang) -> ReadConceptWire {
    let taxonomy = &scene.world.data.taxonomy;
    ReadConceptWire {
        id: taxonomy.id(understood.concept).to_owned(),
        label: taxonomy.label(understood.concept, lang).to_owned(),
        how: understood.how.as_str(),
        because: understood.because.clone(),
    }
}

fn other(scene: &Scene, one: &Other) -> OtherWire {
    OtherWire {
        id: one.id.clone(),
        by: one.by.clone(),
        date: one.date.to_string(),
        severity: rounded(one.severity),
        text: one.text.clone(),
        need: scene.world.data.taxonomy.id(one.need).to_owned(),
    }
}
