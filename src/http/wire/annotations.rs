//! Corrections of annotations, with what each changes.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::concept::Concept;
use crate::domain::lang::Lang;
use crate::domain::portrait::Answer;
use crate::http::csv::{Rows, joined, or_empty};
use crate::scouting::field::annotations::{Carrying, Corrected};
use crate::scouting::scene::Scene;

use super::common::{SourceWire, rounded};

/// `GET /annotations`.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnotationsWire {
    /// State of the log.
    pub seq: u64,
    /// How many there are.
    pub total: usize,
    /// By row.
    pub annotations: Vec<AnnotationWire>,
}

/// One correction.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnnotationWire {
    /// `<row>/<id of the row>`: one correction per row, the later one wins.
    pub id: String,
    /// `enterprise`, `actor` or `observation`.
    pub row: String,
    /// Id of the row.
    pub row_id: String,
    /// Its name, or its words; null when it is no longer there.
    pub name: Option<String>,
    /// Concepts added, or whose weight is set.
    pub add: Vec<CarriedWire>,
    /// Concepts taken away.
    pub remove: Vec<ConceptWire>,
    /// Whether the answers were stated in place of those read.
    pub answers_stated: bool,
    /// What the row carries without the correction.
    pub before: CarryingWire,
    /// What it carries with it.
    pub after: CarryingWire,
    /// Why.
    pub note: Option<String>,
    /// Where it is said.
    pub source: Option<SourceWire>,
    /// Its latest revision: also the ETag.
    pub seq: u64,
    /// When that revision was written.
    pub recorded_at: String,
    /// By whom.
    pub recorded_by: String,
    /// Why it was written, where it was said.
    pub reason: Option<String>,
}

/// A concept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConceptWire {
    /// `theme`, `need`, `public`, `resource` or `step`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its label; null for one that the taxonomy no longer has.
    pub label: Option<String>,
}

/// A concept that a row carries.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CarriedWire {
    /// The concept.
    #[serde(flatten)]
    pub concept: ConceptWire,
    /// For a resource: sought rather than offered.
    pub sought: bool,
    /// 0..=1.
    pub weight: f64,
    /// The words it rests on.
    pub because: String,
}

/// What a row carries.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CarryingWire {
    /// By kind, then id.
    pub concepts: Vec<CarriedWire>,
    /// What it answers.
    pub answers: Vec<CarriedAnswerWire>,
}

/// An answer that a row carries.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CarriedAnswerWire {
    /// The need.
    pub need: Option<String>,
    /// The people served.
    pub public: Option<String>,
    /// The step.
    pub step: Option<String>,
    /// 1 for its main activity, 0.5 for a secondary one.
    pub weight: f64,
    /// The words it rests on.
    pub because: String,
}

impl AnnotationWire {
    /// A correction in `lang`.
    #[must_use]
    pub fn new(scene: &Scene, corrected: &Corrected, lang: Lang) -> Self {
        let taxonomy = &scene.world.data.taxonomy;
        let correction = &corrected.correction;
        let named = |kind, id: &String| ConceptWire {
            kind: crate::domain::concept::ConceptKind::as_str(kind),
            id: id.clone(),
            label: taxonomy.find(kind, id).map(|known| taxonomy.label(known, lang).to_owned()),
        };
        Self {
            id: correction.id.clone(),
            row: correction.row.clone(),
            row_id: correction.row_id.clone(),
            name: corrected.name.clone(),
            add: correction
                .add
                .iter()
                .map(|mark| CarriedWire {
                    concept: named(mark.kind, &mark.concept),
                    sought: mark.sought,
                    weight: rounded(mark.weight),
                    because: mark.because.clone(),
                })
                .collect(),
            remove: correction.remove.iter().map(|(kind, id)| named(*kind, id)).collect(),
            answers_stated: correction.answers.is_some(),
            before: carrying(scene, &corrected.before, lang),
            after: carrying(scene, &corrected.after, lang),
            note: correction.note.clone(),
            source: correction.source.as_ref().map(SourceWire::from),
            seq: corrected.revision.seq,
            recorded_at: corrected.revision.recorded_at.to_string(),
            recorded_by: corrected.revision.recorded_by.clone(),
            reason: corrected.revision.note.clone(),
        }
    }
}

fn carrying(scene: &Scene, carrying: &Carrying, lang: Lang) -> CarryingWire {
    let taxonomy = &scene.world.data.taxonomy;
    let id = |concept: Option<Concept>| concept.map(|known| taxonomy.id(known).to_owned());
    CarryingWire {
        concepts: carrying
            .concepts
            .iter()
            .map(|one| CarriedWire {
                concept: ConceptWire {
                    kind: one.concept.kind.as_str(),
                    id: taxonomy.id(one.concept).to_owned(),
                    label: Some(taxonomy.label(one.concept, lang).to_owned()),
                },
                sought: one.sought,
                weight: rounded(one.weight),
                because: one.because.clone(),
            })
            .collect(),
        answers: carrying
            .answers
            .iter()
            .map(|answer: &Answer| CarriedAnswerWire {
                need: id(answer.need),
                public: id(answer.public),
                step: id(answer.step),
                weight: rounded(answer.weight),
                because: answer.because.text.clone(),
            })
            .collect(),
    }
}

impl Rows for AnnotationsWire {
    fn header(&self) -> Vec<&'static str> {
        vec!["row", "row_id", "name", "add", "remove", "note", "source", "recorded_by", "seq"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |one: &AnnotationWire| {
            vec![
                one.row.clone(),
                one.row_id.clone(),
                or_empty(one.name.as_ref()),
                joined(one.add.iter().map(|added| added.concept.id.as_str())),
                joined(one.remove.iter().map(|removed| removed.id.as_str())),
                or_empty(one.note.as_ref()),
                or_empty(one.source.as_ref().map(|source| &source.source)),
                one.recorded_by.clone(),
                one.seq.to_string(),
            ]
        };
        self.annotations.iter().map(row).collect()
    }
}
