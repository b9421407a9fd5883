//! Corrections of what the annotator read: concepts to add, to take away, answers to state.
//!
//! One correction per row (an enterprise, an actor, an observation); it wins from its
//! revision on, and a later one takes its place. Shown with what the row says without it
//! and with it, so that whoever corrects sees what changes.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::access::{Action, Identity};
use crate::catalogue::record::annotation::{self, CorrectedMark, Correction};
use crate::catalogue::record::enterprise::StatedAnswer;
use crate::catalogue::revision::{At, Kind, NewRevision, Revision};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::observation::Observation;
use crate::domain::portrait::{ANSWERS_MAX, Answer, Mark, Portrait};
use crate::scouting::body::{bad, check_fields, number, object_of, present, rows};
use crate::scouting::error::ScoutingError;
use crate::scouting::front::Scouting;
use crate::scouting::reading::Entry;
use crate::scouting::scene::Scene;
use crate::scouting::vocabulary;
use crate::scouting::writing::{Draft, Manner, authorise};

use super::reading::{needed, object, source, words};
use super::{Recorded, Withdrawn, only};

/// Every field of the body.
const FIELDS: [&str; 11] = [
    "enterprise",
    "actor",
    "observation",
    "add",
    "remove",
    "answers",
    "note",
    "source",
    "licence",
    "reason",
    "lang",
];
/// The rows that can be corrected, by the field that names one.
const ROWS: [(&str, Kind); 3] =
    [("enterprise", Kind::Enterprise), ("actor", Kind::Actor), ("observation", Kind::Observation)];

/// A concept that a row carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// The concept.
    pub concept: Concept,
    /// For a resource: sought rather than offered.
    pub sought: bool,
    /// 0..=1.
    pub weight: f64,
    /// The words it rests on.
    pub because: String,
}

/// What a row carries.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Carrying {
    /// Its concepts, by kind then id.
    pub concepts: Vec<Carried>,
    /// Its answers; none for an observation.
    pub answers: Vec<Answer>,
}

/// A correction with what it changes.
#[derive(Debug, Clone)]
pub struct Corrected {
    /// The correction.
    pub correction: Correction,
    /// The name of the row; the words of an observation.
    pub name: Option<String>,
    /// What the row carries without it.
    pub before: Carrying,
    /// What it carries with it.
    pub after: Carrying,
    /// Its latest revision.
    pub revision: Revision,
}

/// Corrects what was read of one row; what was corrected of it before gives way.
///
/// # Errors
/// Those of rights; an unknown row or concept, with the nearest; nothing to correct; a
/// conflict when it moved.
pub async fn correct(
    scouting: &Scouting,
    who: &Identity,
    body: &Value,
    manner: Manner,
) -> Result<Recorded, ScoutingError> {
    let scene = scouting.scene();
    authorise(who, Action::Annotate, &scene, None)?;
    let correction = read(&scene, body)?;
    let id = correction.id.clone();
    let added = scouting.row(At::Latest, Kind::Annotation, &id).await?.is_none();
    let mut revision = NewRevision::new(Kind::Annotation, &id, &annotation::to_json(&correction));
    revision.note = manner.reason;
    let draft = Draft {
        rows: vec![revision],
        expected: scouting.expected(manner.condition, Kind::Annotation, &id).await?,
        idempotent: manner.idempotent,
    };
    let written = scouting.write(who, draft).await?;
    let added = added || written.replayed;
    let (revision, scene) = only(written);
    Ok(Recorded { revision, added, scene })
}

/// Takes a correction back: what the annotator reads stands again.
///
/// # Errors
/// Those of rights; no reason, no such correction, or one that moved.
pub async fn withdraw(
    scouting: &Scouting,
    who: &Identity,
    id: &str,
    manner: Manner,
) -> Result<Withdrawn, ScoutingError> {
    super::withdraw(scouting, who, (Action::Annotate, None), (Kind::Annotation, id), manner).await
}

/// A correction from its revision, with what it changes in `scene`; `None` when it can no
/// longer be read.
#[must_use]
pub fn shown(scene: &Scene, revision: &Revision) -> Option<Corrected> {
    let correction = annotation::read(&revision.json().ok()?).ok()?.value;
    let kind = Kind::parse(&correction.row)?;
    let carrying = |entry: Option<&Entry>| entry.map(carrying).unwrap_or_default();
    let without = scene.rows.uncorrected(&scene.world, kind, &correction.row_id);
    let with = scene.rows.entry(kind, &correction.row_id);
    let name = with.and_then(|entry| match entry {
        Entry::Enterprise(filed) => Some(filed.enterprise.name.clone()),
        Entry::Actor(actor) => Some(actor.name.clone()),
        Entry::Observation(seen) => Some(seen.0.text.clone()),
        _ => None,
    });
    Some(Corrected {
        before: carrying(without.as_ref()),
        after: carrying(with),
        name,
        correction,
        revision: revision.clone(),
    })
}

fn carrying(entry: &Entry) -> Carrying {
    match entry {
        Entry::Enterprise(filed) => of_portrait(&filed.enterprise.portrait),
        Entry::Actor(actor) => of_portrait(&actor.portrait),
        Entry::Observation(seen) => of_observation(&seen.1),
        _ => Carrying::default(),
    }
}

fn of_portrait(portrait: &Portrait) -> Carrying {
    let of = |sought: bool| {
        move |mark: &Mark| Carried {
            concept: mark.concept,
            sought,
            weight: mark.weight,
            because: mark.because.text.clone(),
        }
    };
    let carried = [&portrait.themes, &portrait.needs, &portrait.publics, &portrait.offers];
    let mut concepts: Vec<Carried> = carried.into_iter().flatten().map(of(false)).collect();
    concepts.extend(portrait.steps.iter().map(of(false)));
    concepts.extend(portrait.seeks.iter().map(of(true)));
    concepts.sort_by_key(|one| (one.concept, one.sought));
    Carrying { concepts, answers: portrait.answers.clone() }
}

fn of_observation(understood: &[Observation]) -> Carrying {
    let concepts: BTreeSet<Concept> = understood
        .iter()
        .flat_map(|one| [one.theme, one.need, one.public, one.step])
        .flatten()
        .collect();
    let because = understood.first().map(|one| one.text.clone()).unwrap_or_default();
    let carried =
        |concept| Carried { concept, sought: false, weight: 1.0, because: because.clone() };
    Carrying { concepts: concepts.into_iter().map(carried).collect(), answers: Vec::new() }
}

fn read(scene: &Scene, body: &Value) -> Result<Correction, ScoutingError> {
    let object = object(body, &FIELDS)?;
    let (row, kind, row_id) = row_of(scene, object)?;
    let note = needed(
        object,
        "note",
        ("dites pourquoi la lecture est corrigée", "say why the reading is corrected"),
    )?;
    let mut correction = Correction {
        id: format!("{row}/{row_id}"),
        row: row.to_owned(),
        row_id,
        add: Vec::new(),
        remove: Vec::new(),
        answers: None,
        source: present(object, "source").map(|_| source(object)).transpose()?,
        note: Some(note.clone()),
    };
    for (at, value) in list(object, "add")?.iter().enumerate() {
        let path = format!("add[{at}]");
        let one = object_of(&path, value)?;
        check_fields(one, &["kind", "id", "weight", "because", "sought"])?;
        let (kind, concept) = concept_of(scene, one, &path)?;
        let weight = number(one, &path, "weight")?.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&weight) {
            return Err(ScoutingError::OutOfBounds {
                field: format!("{path}.weight"),
                value: weight.to_string(),
                bounds: "0–1".to_owned(),
            });
        }
        correction.add.push(CorrectedMark {
            kind,
            concept,
            sought: present(one, "sought").and_then(Value::as_bool).unwrap_or(false),
            weight,
            because: words(one, "because")?.unwrap_or_else(|| note.clone()),
        });
    }
    for (at, value) in list(object, "remove")?.iter().enumerate() {
        let path = format!("remove[{at}]");
        let one = object_of(&path, value)?;
        check_fields(one, &["kind", "id"])?;
        let removed = concept_of(scene, one, &path)?;
        if correction.add.iter().any(|mark| (mark.kind, &mark.concept) == (removed.0, &removed.1)) {
            return Err(bad(
                &path,
                "ce mot est à la fois ajouté et retiré ; gardez l’un des deux",
                "this word is both added and removed; keep one of the two",
            ));
        }
        correction.remove.push(removed);
    }
    if let Some(value) = present(object, "answers") {
        correction.answers = Some(answers_of(scene, rows("answers", value)?, &note)?);
    }
    check_sense(&correction, kind)?;
    Ok(correction)
}

/// What an observation cannot carry, and a correction that corrects nothing.
fn check_sense(correction: &Correction, kind: Kind) -> Result<(), ScoutingError> {
    if correction.add.is_empty() && correction.remove.is_empty() && correction.answers.is_none() {
        return Err(bad(
            "add",
            "rien à corriger : donnez `add`, `remove` ou `answers`",
            "nothing to correct: give `add`, `remove` or `answers`",
        ));
    }
    if kind != Kind::Observation {
        return Ok(());
    }
    if correction.answers.is_some() {
        return Err(bad(
            "answers",
            "une observation ne porte pas de réponses ; retirez `answers`",
            "an observation carries no answers; leave `answers` out",
        ));
    }
    match correction.add.iter().find(|mark| mark.kind == ConceptKind::Resource) {
        None => Ok(()),
        Some(_) => Err(bad(
            "add",
            "une observation nomme un besoin, un public, une étape ou un thème, pas une ressource",
            "an observation names a need, a public, a step or a theme, not a resource",
        )),
    }
}

/// The row to correct: one and only one, alive.
fn row_of(
    scene: &Scene,
    object: &Map<String, Value>,
) -> Result<(&'static str, Kind, String), ScoutingError> {
    let named: Vec<(&'static str, Kind)> =
        ROWS.into_iter().filter(|(field, _)| present(object, field).is_some()).collect();
    let [(field, kind)] = named[..] else {
        return Err(bad(
            "enterprise",
            "dites quelle fiche corriger, et une seule : `enterprise`, `actor` ou `observation`",
            "say which row to correct, and one only: `enterprise`, `actor` or `observation`",
        ));
    };
    let asked = needed(object, field, ("donnez son identifiant", "give its id"))?;
    match kind {
        Kind::Enterprise => {
            let at = vocabulary::position(scene, &vocabulary::enterprise_id(scene, &asked))?;
            Ok((field, kind, scene.rows.enterprises[at].id.clone()))
        }
        _ if scene.rows.seq_of(kind, &asked).is_some() => Ok((field, kind, asked)),
        Kind::Actor => {
            let ids = scene.rows.actors.iter().map(|actor| actor.id.as_str());
            let near = vocabulary::nearest(&asked, ids);
            let actor = near.and_then(|id| scene.rows.actors.iter().find(|a| a.id == id));
            Err(ScoutingError::UnknownRow {
                kind,
                asked: asked.chars().take(80).collect(),
                suggestions: actor.map(|actor| actor.id.clone()).into_iter().collect(),
            })
        }
        _ => Err(ScoutingError::UnknownRow {
            kind,
            asked: asked.chars().take(80).collect(),
            suggestions: Vec::new(),
        }),
    }
}

fn list<'a>(object: &'a Map<String, Value>, field: &str) -> Result<&'a [Value], ScoutingError> {
    present(object, field).map_or(Ok(&[]), |value| rows(field, value))
}

fn concept_of(
    scene: &Scene,
    object: &Map<String, Value>,
    path: &str,
) -> Result<(ConceptKind, String), ScoutingError> {
    let kinds = ConceptKind::ALL.map(ConceptKind::as_str).join(", ");
    let word = words(object, "kind")?;
    let kind = word.as_deref().and_then(ConceptKind::parse).ok_or_else(|| {
        bad(
            &format!("{path}.kind"),
            &format!("donnez la sorte du mot : {kinds}"),
            &format!("give the kind of the word: {kinds}"),
        )
    })?;
    let asked = words(object, "id")?.ok_or_else(|| {
        let field = format!("{path}.id");
        bad(&field, "donnez un identifiant de la taxonomie", "give an id of the taxonomy")
    })?;
    Ok((kind, id_of(scene, kind, &asked, &format!("{path}.id"))?))
}

/// The id of a concept typed by its id or its label.
fn id_of(
    scene: &Scene,
    kind: ConceptKind,
    asked: &str,
    path: &str,
) -> Result<String, ScoutingError> {
    let concept = vocabulary::stated(scene, kind, asked, path)?;
    Ok(scene.world.data.taxonomy.id(concept).to_owned())
}

fn answers_of(
    scene: &Scene,
    list: &[Value],
    note: &str,
) -> Result<Vec<StatedAnswer>, ScoutingError> {
    if list.len() > ANSWERS_MAX {
        return Err(ScoutingError::OutOfBounds {
            field: "answers".to_owned(),
            value: list.len().to_string(),
            bounds: format!("0–{ANSWERS_MAX}"),
        });
    }
    let one = |(at, value): (usize, &Value)| {
        let path = format!("answers[{at}]");
        let object = object_of(&path, value)?;
        check_fields(object, &["need", "public", "step", "main", "because"])?;
        let concept = |kind: ConceptKind, field: &str| {
            words(object, field)?
                .map(|asked| id_of(scene, kind, &asked, &format!("{path}.{field}")))
                .transpose()
        };
        let answer = StatedAnswer {
            need: concept(ConceptKind::Need, "need")?,
            public: concept(ConceptKind::Public, "public")?,
            step: concept(ConceptKind::Step, "step")?,
            main: present(object, "main").and_then(Value::as_bool).unwrap_or(true),
            because: words(object, "because")?.unwrap_or_else(|| note.to_owned()),
        };
        if answer.need.is_none() && answer.public.is_none() && answer.step.is_none() {
            return Err(bad(
                &path,
                "donnez au moins `need`, `public` ou `step`",
                "give at least `need`, `public` or `step`",
            ));
        }
        Ok(answer)
    };
    list.iter().enumerate().map(one).collect()
}
