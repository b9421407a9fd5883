//! Steps and data to collect, in words: what the doors show.

use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::provenance::Basis;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::sentences::{Templates, joined};
use crate::matching::explanation::shown::Sentence;
use crate::planning::next_datum::{Datum, NextData};
use crate::planning::what_would_change::effort::Effort;
use crate::planning::what_would_change::{Settle, Step, Steps};

pub use crate::planning::what_would_change::Changed;
pub use crate::planning::what_would_change::change::{Record, Value};

use super::scene::Scene;

/// Enterprises named in the sentence of a datum; beyond, they are counted.
const NAMED: usize = 4;

/// A step, or a set of steps, in words.
#[derive(Debug, Clone)]
pub struct StepShown {
    /// Stable key; those of a set are joined with `+`.
    pub key: String,
    /// Who does what: one sentence for each step of the set.
    pub sentences: Vec<Sentence>,
    /// What would show that each is done, in the same order.
    pub proofs: Vec<Sentence>,
    /// The effort on the printed scale, summed.
    pub effort: f64,
    /// Its words: "un appel et un document".
    pub effort_word: String,
    /// The rank it would give.
    pub new_rank: usize,
    /// The score it would give.
    pub new_score: f64,
    /// Whether it would stand in the list.
    pub listed: bool,
    /// What changes, each with its label.
    pub changes: Vec<(Changed, String)>,
    /// How it is written down once done.
    pub record: Vec<Record>,
}

/// An open question that moves no score, or a date to wait for, in words.
#[derive(Debug, Clone)]
pub struct SettleShown {
    /// The step or the date: key, gate and states.
    pub settle: Settle,
    /// Who does what.
    pub sentence: Sentence,
    /// What would show it; `None` for a date.
    pub proof: Option<Sentence>,
    /// The effort on the printed scale with its word; `None` for a date.
    pub effort: Option<(f64, String)>,
    /// The label of the gate.
    pub label: String,
}

/// What would change the place of one enterprise, in words.
#[derive(Debug, Clone, Default)]
pub struct StepsShown {
    /// What changes its rank, its score or whether it is listed.
    pub steps: Vec<StepShown>,
    /// What moves nothing but a committee will ask; only by id.
    pub to_settle: Vec<SettleShown>,
}

/// A datum worth collecting, in words.
#[derive(Debug, Clone)]
pub struct DatumShown {
    /// Its numbers.
    pub datum: Datum,
    /// Who looks for what.
    pub sentence: Sentence,
    /// What it would change.
    pub effect: String,
    /// The word of its effort.
    pub effort_word: String,
    /// Ids of the enterprises it concerns.
    pub concerns: Vec<String>,
    /// Ids of those that could enter the set.
    pub enter: Vec<String>,
    /// Ids of those that could leave it.
    pub leave: Vec<String>,
    /// Id of the need.
    pub need: Option<String>,
}

/// What is worth collecting next, in words.
#[derive(Debug, Clone, Default)]
pub struct NextShown {
    /// How many make the set that is decided on; 0 when there is nothing to choose.
    pub first: usize,
    /// The data, the first first.
    pub data: Vec<DatumShown>,
    /// What the values mean, or that no datum alone would change the set.
    pub note: String,
}

/// Writes steps and data in one language.
pub(super) struct Writer<'a> {
    scene: &'a Scene,
    explainer: &'a Explainer<'a>,
    templates: &'a Templates,
    lang: Lang,
}

impl<'a> Writer<'a> {
    pub(super) fn new(scene: &'a Scene, explainer: &'a Explainer<'a>, lang: Lang) -> Self {
        Self { scene, explainer, templates: &scene.world.data.templates, lang }
    }

    /// The steps of one enterprise.
    pub(super) fn steps(&self, steps: &Steps) -> StepsShown {
        StepsShown {
            steps: steps.steps.iter().map(|step| self.step(step)).collect(),
            to_settle: steps.to_settle.iter().map(|settle| self.settle(settle)).collect(),
        }
    }

    fn step(&self, step: &Step) -> StepShown {
        let keys: Vec<&str> = step.parts.iter().map(|part| part.key.as_str()).collect();
        let sentence = |fact: &Fact| self.explainer.sentence(fact);
        StepShown {
            key: keys.join("+"),
            sentences: step.parts.iter().map(|part| sentence(&part.fact)).collect(),
            proofs: step.parts.iter().map(|part| sentence(&part.proof)).collect(),
            effort: step.effort,
            effort_word: self.efforts(step),
            new_rank: step.new_rank,
            new_score: step.new_score,
            listed: step.listed,
            changes: step.changes.iter().map(|changed| (*changed, self.label(changed))).collect(),
            record: step.record.clone(),
        }
    }

    fn settle(&self, settle: &Settle) -> SettleShown {
        let value = |effort: Effort| {
            let name = match effort {
                Effort::Call => "steps.effort.call",
                Effort::Document => "steps.effort.document",
                Effort::Letter => "steps.effort.letter",
                Effort::Premises => "steps.effort.premises",
            };
            (self.scene.world.data.rules.number(name), self.effort(effort))
        };
        SettleShown {
            sentence: self.explainer.sentence(&settle.fact),
            proof: settle.proof.as_ref().map(|proof| self.explainer.sentence(proof)),
            effort: settle.effort.map(value),
            label: self.word(&format!("gate.{}", settle.gate)),
            settle: settle.clone(),
        }
    }

    /// What is worth collecting; `by_id` for the data of the enterprises asked.
    pub(super) fn next(&self, next: &NextData, by_id: bool) -> NextShown {
        if next.first == 0 {
            return NextShown {
                note: self.note("datum.nothing_to_choose", 0),
                ..Default::default()
            };
        }
        let key = match (next.data.is_empty(), by_id) {
            (true, true) => "datum.none.here",
            (true, false) => "datum.none",
            (false, _) => "datum.value",
        };
        NextShown {
            first: next.first,
            data: next.data.iter().map(|datum| self.datum(datum, next.first)).collect(),
            note: self.note(key, next.first),
        }
    }

    fn note(&self, key: &'static str, first: usize) -> String {
        let fact = Fact::new(key, Basis::Prior).with("first", Arg::Count(first as u64));
        self.explainer.sentence(&fact).text
    }

    fn datum(&self, datum: &Datum, first: usize) -> DatumShown {
        let enterprises = &self.scene.rows.enterprises;
        let ids = |rows: &[usize]| rows.iter().map(|&row| enterprises[row].id.clone()).collect();
        let names =
            |rows: &[usize]| rows.iter().map(|&row| enterprises[row].name.clone()).collect();
        let mut effect = Fact::new("datum.effect", Basis::Prior)
            .with("first", Arg::Count(first as u64))
            .with("probability", Arg::Share(datum.probability));
        for (name, count, rows) in
            [("enter", "enter_count", &datum.enter), ("leave", "leave_count", &datum.leave)]
        {
            effect = match rows.len() {
                0 => effect,
                1..=NAMED => effect.with(name, Arg::List(names(rows))),
                more => effect.with(count, Arg::Count(more as u64)),
            };
        }
        DatumShown {
            sentence: self.explainer.sentence(&datum.fact),
            effect: self.explainer.sentence(&effect).text,
            effort_word: self.effort(datum.effort),
            concerns: ids(&datum.concerns),
            enter: ids(&datum.enter),
            leave: ids(&datum.leave),
            need: datum.need.map(|need| self.scene.world.data.taxonomy.id(need).to_owned()),
            datum: datum.clone(),
        }
    }

    fn label(&self, changed: &Changed) -> String {
        match changed {
            Changed::Criterion { criterion, .. } => {
                self.word(&format!("criterion.{}", criterion.as_str()))
            }
            Changed::Gate { gate, .. } => self.word(&format!("gate.{gate}")),
        }
    }

    /// The efforts of a set, each said once: "un appel et 2 documents".
    fn efforts(&self, step: &Step) -> String {
        let said = |effort: Effort| {
            let count = step.parts.iter().filter(|part| part.effort == effort).count();
            match count {
                0 => None,
                1 => Some(self.effort(effort)),
                more => {
                    let fact = Fact::new(many(effort), Basis::Stated)
                        .with("count", Arg::Count(more as u64));
                    let taxonomy = &self.scene.world.data.taxonomy;
                    Some(self.templates.phrase(&fact, taxonomy, self.lang))
                }
            }
        };
        let words: Vec<String> = Effort::ALL.into_iter().filter_map(said).collect();
        joined(&words, self.lang)
    }

    fn effort(&self, effort: Effort) -> String {
        self.word(effort.key())
    }

    fn word(&self, key: &str) -> String {
        self.templates.get(key, self.lang).map_or_else(|| format!("[{key}]"), str::to_owned)
    }
}

/// The key of the word of several efforts of a kind.
fn many(effort: Effort) -> &'static str {
    match effort {
        Effort::Call => "step.effort.calls",
        Effort::Document => "step.effort.documents",
        Effort::Letter => "step.effort.letters",
        Effort::Premises => "step.effort.several_premises",
    }
}
