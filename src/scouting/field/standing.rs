//! What each observation weighs today, in which words it was understood, and what the others
//! say of the same need.
//!
//! Nothing is computed twice: the weights are those of the gaps of the territory, which the
//! ranking reads (methods §2.4).

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::annotation::Purpose;
use crate::catalogue::record::annotation::Correction;
use crate::catalogue::record::observation;
use crate::catalogue::revision::Revision;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::fact::{Arg, Fact};
use crate::domain::gap::{FieldEvidence, Gap};
use crate::domain::lang::Lang;
use crate::domain::observation::Observation;
use crate::domain::provenance::Basis;
use crate::domain::territory::Territory;
use crate::scouting::ask::check_date;
use crate::scouting::context::{Overlay, Surroundings, observations_of};
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

/// How a concept came to an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Its author stated it.
    Stated,
    /// It was read in its words.
    Read,
    /// A person corrected what was read.
    Corrected,
}

impl How {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Read => "read",
            Self::Corrected => "corrected",
        }
    }
}

/// A concept that an observation was understood to name.
#[derive(Debug, Clone, PartialEq)]
pub struct Understood {
    /// The concept.
    pub concept: Concept,
    /// How it came there.
    pub how: How,
    /// The words it was read in, verbatim.
    pub because: Option<String>,
}

/// Another observation of the same need.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// Its id.
    pub id: String,
    /// Its author.
    pub by: Option<String>,
    /// Its day.
    pub date: Date,
    /// Its severity, 0..=1.
    pub severity: f64,
    /// Its words.
    pub text: String,
    /// The need both speak of.
    pub need: Concept,
}

/// Whether an observation counts, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It weighs in the gap of a need.
    Counted,
    /// Its author said something more recent of the same need within a year.
    Superseded,
    /// It is dated after the day asked.
    Later,
    /// It names no need.
    NoNeed,
}

impl Standing {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Superseded => "superseded",
            Self::Later => "later",
            Self::NoNeed => "no_need",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Counted => "field.standing.counted",
            Self::Superseded => "field.standing.superseded",
            Self::Later => "field.standing.later",
            Self::NoNeed => "field.standing.no_need",
        }
    }
}

/// An observation as it was stated, as it is understood, and as it stands.
#[derive(Debug, Clone)]
pub struct Seen {
    /// As stated.
    pub stated: Observation,
    /// Its latest revision.
    pub revision: Revision,
    /// The needs it counts for, with its weight today (0..=1; `None`: it does not count).
    pub needs: Vec<(Understood, Option<f64>)>,
    /// The people it speaks of.
    pub public: Option<Understood>,
    /// The step it says is lacking.
    pub step: Option<Understood>,
    /// Its theme.
    pub theme: Option<Understood>,
    /// Whether it counts.
    pub standing: Standing,
    /// The same in words.
    pub sentence: String,
    /// Other authors that say the same of the same need.
    pub corroborated_by: Vec<Other>,
    /// Those that say the contrary.
    pub contradicted_by: Vec<Other>,
}

/// The observations that a territory reads, and the gaps they make.
#[derive(Debug)]
pub struct Field<'s> {
    scene: &'s Scene,
    around: Surroundings,
    gaps: BTreeMap<Concept, Gap>,
    as_of: Date,
    lang: Lang,
    suffices_at_most: f64,
    lacks_from: f64,
}

impl<'s> Field<'s> {
    /// Reads the gaps of `territory` on `as_of`.
    ///
    /// # Errors
    /// [`ScoutingError::BadDate`].
    pub fn of(
        scene: &'s Scene,
        territory: &Territory,
        as_of: Date,
        lang: Lang,
    ) -> Result<Self, ScoutingError> {
        check_date(as_of)?;
        let around = Surroundings::of(scene, territory);
        let observations = observations_of(scene, &around, &Overlay::default());
        let gaps = scene.world.gaps.gaps(territory, &observations, as_of);
        let rules = &scene.world.data.rules;
        Ok(Self {
            scene,
            around,
            gaps: gaps.into_iter().map(|gap| (gap.need, gap)).collect(),
            as_of,
            lang,
            suffices_at_most: rules.number("gaps.field.suffices_at_most"),
            lacks_from: rules.number("gaps.field.lacks_from"),
        })
    }

    /// The observations among `revisions` that concern the territory, the latest first, then
    /// by id. One that can no longer be read is left out.
    #[must_use]
    pub fn list(&self, revisions: &[Revision]) -> Vec<Seen> {
        let mut seen: Vec<Seen> = revisions
            .iter()
            .filter_map(|revision| self.one(revision))
            .filter(|seen| self.around.concerns(&seen.stated.territory))
            .collect();
        seen.sort_by(|a, b| {
            b.stated.date.cmp(&a.stated.date).then_with(|| a.stated.id.cmp(&b.stated.id))
        });
        seen
    }

    /// One observation; `None` when its row can no longer be read.
    #[must_use]
    pub fn one(&self, revision: &Revision) -> Option<Seen> {
        let taxonomy = &self.scene.world.data.taxonomy;
        let stated = observation::read(&revision.json().ok()?, taxonomy).ok()?.value;
        let rows: Vec<&Observation> =
            self.scene.rows.observations.iter().filter(|one| one.id == stated.id).collect();
        let first = rows.first()?;
        let reader = Reader::new(self.scene, &stated);
        let needs: Vec<(Understood, Option<f64>)> = rows
            .iter()
            .filter_map(|row| row.need)
            .map(|need| {
                let weight = self.evidence(need, &stated.id).map(|one| one.weight);
                (reader.understood(need, stated.need), weight)
            })
            .collect();
        let standing = if stated.date > self.as_of {
            Standing::Later
        } else if needs.is_empty() {
            Standing::NoNeed
        } else if needs.iter().any(|(_, weight)| weight.is_some()) {
            Standing::Counted
        } else {
            Standing::Superseded
        };
        let one = |concept: Option<Concept>, said| concept.map(|c| reader.understood(c, said));
        Some(Seen {
            public: one(first.public, stated.public),
            step: one(first.step, stated.step),
            theme: one(first.theme, stated.theme),
            sentence: self.sentence(&stated, standing, &needs),
            corroborated_by: self.others(&stated, &needs, true),
            contradicted_by: self.others(&stated, &needs, false),
            needs,
            standing,
            revision: revision.clone(),
            stated,
        })
    }

    fn evidence(&self, need: Concept, id: &str) -> Option<&FieldEvidence> {
        self.gaps.get(&need)?.field.evidence.iter().find(|one| one.id == id)
    }

    /// The other authors that count for the same needs and say the same (`same`), or the
    /// contrary: that it suffices against that it lacks.
    fn others(
        &self,
        stated: &Observation,
        needs: &[(Understood, Option<f64>)],
        same: bool,
    ) -> Vec<Other> {
        let side = |severity: f64| {
            let lacks = severity >= self.lacks_from;
            (lacks || severity <= self.suffices_at_most).then_some(lacks)
        };
        let Some(own) = side(stated.severity) else { return Vec::new() };
        let counted = needs.iter().filter(|(_, weight)| weight.is_some());
        let mut others = Vec::new();
        for need in counted.map(|(understood, _)| understood.concept) {
            let Some(gap) = self.gaps.get(&need) else { continue };
            others.extend(
                gap.field
                    .evidence
                    .iter()
                    .filter(|one| one.id != stated.id && one.by.is_some() && one.by != stated.by)
                    .filter(|one| side(one.severity).is_some_and(|other| (other == own) == same))
                    .map(|one| Other {
                        id: one.id.clone(),
                        by: one.by.clone(),
                        date: one.date,
                        severity: one.severity,
                        text: one.text.clone(),
                        need,
                    }),
            );
        }
        others
    }

    fn sentence(
        &self,
        stated: &Observation,
        standing: Standing,
        needs: &[(Understood, Option<f64>)],
    ) -> String {
        let data = &self.scene.world.data;
        let weight = needs.iter().filter_map(|(_, weight)| *weight).fold(0.0, f64::max);
        let mut fact = Fact::new(standing.key(), Basis::Measured)
            .with("weight", Arg::Number(weight))
            .with("confidence", Arg::Number(stated.confidence))
            .with("years", Arg::Number(data.rules.number("gaps.field.half_life_years")));
        if let Some(by) = &stated.by {
            fact = fact.with("by", Arg::Text(by.clone()));
        }
        data.templates.render(&fact, &data.taxonomy, self.lang)
    }
}

/// Finds again how each concept came to an observation.
struct Reader<'s> {
    read: BTreeMap<Concept, String>,
    correction: Option<&'s Correction>,
    scene: &'s Scene,
}

impl<'s> Reader<'s> {
    fn new(scene: &'s Scene, stated: &Observation) -> Self {
        let annotation = scene.world.annotator.annotate(&stated.text, Purpose::Observation);
        let found = annotation.concepts.into_iter().chain(annotation.absent);
        let of = |c: &&Correction| c.row == "observation" && c.row_id == stated.id;
        Self {
            read: found.map(|found| (found.concept, found.because.text)).collect(),
            correction: scene.rows.corrections.iter().find(of),
            scene,
        }
    }

    fn understood(&self, concept: Concept, stated: Option<Concept>) -> Understood {
        let taxonomy = &self.scene.world.data.taxonomy;
        let added = |kind: ConceptKind, id: &str| taxonomy.find(kind, id) == Some(concept);
        let correction = self
            .correction
            .and_then(|correction| correction.add.iter().find(|a| added(a.kind, &a.concept)));
        if let Some(mark) = correction {
            let because = (!mark.because.is_empty()).then(|| mark.because.clone());
            return Understood { concept, how: How::Corrected, because };
        }
        if stated == Some(concept) {
            return Understood { concept, how: How::Stated, because: None };
        }
        Understood { concept, how: How::Read, because: self.read.get(&concept).cloned() }
    }
}
