//! A context given whole in a request: read here, answered like any other, never saved.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;

use crate::annotation::Purpose;
use crate::catalogue::record::actor;
use crate::catalogue::record::priority::rank_order_centroid;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::lang::Lang;
use crate::domain::observation::Observation;
use crate::domain::priority::{Priority, PriorityKind};
use crate::domain::provenance::Source;

use super::ask::CandidatesAsk;
use super::body::{
    bad, check_fields, date_of, number, object_of, present, rank_by, rows, strings, territory_of,
    text, weights_of,
};
use super::context::Overlay;
use super::error::ScoutingError;
use super::scene::Scene;
use super::vocabulary;
use super::world::World;

/// Every field of the body; another one is refused with the nearest of these.
const FIELDS: [&str; 17] = [
    "territory",
    "as_of",
    "q",
    "limit",
    "weights",
    "priorities",
    "observations",
    "actors",
    "replace_actors",
    "enterprises",
    "theme",
    "need",
    "cursor",
    "profile",
    "rank_by",
    "lang",
    "seq",
];
/// Those that choose what a page shows: they mean nothing where no page is shown.
const PAGE_FIELDS: [&str; 4] = ["limit", "theme", "need", "cursor"];
/// Confidence of an observation that does not say its own (design §7).
const CONFIDENCE_UNSAID: f64 = 0.7;
/// Severity of an observation that only says that something lacks.
const SEVERITY_UNSAID: f64 = 0.7;
/// An observation's second need counts when it is nearly as sure as the first.
const SECOND_NEED: f64 = 0.9;

/// The `seq` asked by a body, if any.
#[must_use]
pub fn seq_of(body: &Value) -> Option<u64> {
    body.get("seq").and_then(Value::as_u64)
}

/// Reads the body of `POST /matches`.
///
/// `today` stands for `as_of` when the body gives none.
///
/// # Errors
/// [`ScoutingError::BadRecord`] with the path of what cannot be read, and the errors of
/// the parts (unknown theme, bad date, weights…).
pub fn read(
    scene: &Scene,
    body: &Value,
    today: Date,
    lang: Lang,
) -> Result<CandidatesAsk, ScoutingError> {
    read_fields(scene, body, today, lang, &FIELDS)
}

/// Reads the body of `POST /comparisons`: the same context, without what makes a page.
///
/// # Errors
/// Those of [`read`]; a field of a page (`limit`, `theme`, `need`, `cursor`) is unknown here.
pub fn read_comparison(
    scene: &Scene,
    body: &Value,
    today: Date,
    lang: Lang,
) -> Result<CandidatesAsk, ScoutingError> {
    let known: Vec<&str> =
        FIELDS.iter().copied().filter(|field| !PAGE_FIELDS.contains(field)).collect();
    read_fields(scene, body, today, lang, &known)
}

fn read_fields(
    scene: &Scene,
    body: &Value,
    today: Date,
    lang: Lang,
    fields: &[&str],
) -> Result<CandidatesAsk, ScoutingError> {
    let Some(body) = body.as_object() else {
        return Err(bad("", "le corps doit être un objet JSON", "the body must be a JSON object"));
    };
    check_fields(body, fields)?;
    let as_of = match body.get("as_of") {
        None | Some(Value::Null) => today,
        Some(value) => date_of(value)?,
    };
    let lang = text(body, "lang")?.and_then(|word| Lang::parse(&word)).unwrap_or(lang);
    let mut ask = CandidatesAsk::new(String::new(), as_of);
    ask.lang = lang;
    ask.territory = territory_of(body.get("territory"))?;
    ask.q = text(body, "q")?;
    ask.theme = text(body, "theme")?;
    ask.need = text(body, "need")?;
    ask.cursor = text(body, "cursor")?;
    ask.profile = text(body, "profile")?;
    if let Some(limit) = present(body, "limit") {
        ask.limit = limit.as_u64().and_then(|n| usize::try_from(n).ok()).ok_or_else(|| {
            ScoutingError::OutOfBounds {
                field: "limit".to_owned(),
                value: limit.to_string(),
                bounds: format!("1–{}", super::ask::LIMIT_MAX),
            }
        })?;
    }
    if let Some(word) = text(body, "rank_by")? {
        ask.rank_by = rank_by(&word)?;
    }
    ask.weights = weights_of(body.get("weights"))?;
    ask.enterprises = match present(body, "enterprises") {
        None => None,
        Some(value) => Some(strings("enterprises", value)?),
    };
    let place = super::candidates::territory(scene, &ask.territory)?;
    ask.overlay = Overlay {
        priorities: match present(body, "priorities") {
            None => None,
            Some(value) => Some(priorities_of(scene, rows("priorities", value)?, &place.id)?),
        },
        observations: match present(body, "observations") {
            None => Vec::new(),
            Some(value) => observations_of(scene, rows("observations", value)?, &place.id, as_of)?,
        },
        actors: match present(body, "actors") {
            None => Vec::new(),
            Some(value) => actors_of(scene, rows("actors", value)?)?,
        },
        replace_actors: match present(body, "replace_actors") {
            None => false,
            Some(value) => value.as_bool().ok_or_else(|| {
                bad("replace_actors", "attendu : true ou false", "expected true or false")
            })?,
        },
        ..Overlay::default()
    };
    Ok(ask)
}

fn priorities_of(
    scene: &Scene,
    rows: &[Value],
    territory: &str,
) -> Result<Vec<Priority>, ScoutingError> {
    let mut weights = Vec::new();
    let mut orders = Vec::new();
    let mut read = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let path = format!("priorities[{at}]");
        let object = object_of(&path, row)?;
        let concept = match (text(object, "theme")?, text(object, "need")?) {
            (_, Some(need)) => vocabulary::concept(scene, ConceptKind::Need, &need)?,
            (Some(theme), None) => vocabulary::concept(scene, ConceptKind::Theme, &theme)?,
            (None, None) => {
                return Err(bad(&path, "donnez `theme` ou `need`", "give `theme` or `need`"));
            }
        };
        if let Some(weight) = number(object, &path, "weight")? {
            if !(weight > 0.0 && weight.is_finite()) {
                return Err(ScoutingError::OutOfBounds {
                    field: format!("{path}.weight"),
                    value: weight.to_string(),
                    bounds: "> 0".to_owned(),
                });
            }
            weights.push(weight);
        }
        if let Some(order) = number(object, &path, "order")? {
            orders.push(order);
        }
        read.push((
            concept,
            text(object, "document")?,
            text(object, "submitted_by")?,
            text(object, "source")?,
        ));
    }
    let weights = if orders.is_empty() && weights.is_empty() {
        vec![1.0; read.len()]
    } else if orders.len() == read.len() && weights.is_empty() {
        rank_order_centroid(&orders)
    } else if weights.len() == read.len() && orders.is_empty() {
        weights
    } else {
        return Err(ScoutingError::MixedPriorities);
    };
    Ok(read
        .into_iter()
        .zip(weights)
        .enumerate()
        .map(|(at, ((concept, document, submitted_by, source), weight))| Priority {
            id: format!("request-{at}"),
            territory: territory.to_owned(),
            kind: PriorityKind::Submission,
            concept,
            weight,
            submitted_by,
            source: Source::named(
                source.or_else(|| document.clone()).unwrap_or_else(|| "requête".to_owned()),
            ),
            document,
            start: None,
            end: None,
        })
        .collect())
}

fn observations_of(
    scene: &Scene,
    rows: &[Value],
    territory: &str,
    as_of: Date,
) -> Result<Vec<Observation>, ScoutingError> {
    let mut observations = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let path = format!("observations[{at}]");
        let object = object_of(&path, row)?;
        let words = text(object, "text")?.unwrap_or_default();
        let named = |kind, field: &str| -> Result<Option<Concept>, ScoutingError> {
            text(object, field)?
                .map(|word| named_concept(scene, kind, &word, &format!("{path}.{field}")))
                .transpose()
        };
        let share = |field: &str, unsaid: f64| -> Result<f64, ScoutingError> {
            let value = number(object, &path, field)?.unwrap_or(unsaid);
            if (0.0..=1.0).contains(&value) {
                return Ok(value);
            }
            Err(ScoutingError::OutOfBounds {
                field: format!("{path}.{field}"),
                value: value.to_string(),
                bounds: "0–1".to_owned(),
            })
        };
        let date = match present(object, "date") {
            None => as_of,
            Some(value) => date_of(value)?,
        };
        let given = Observation {
            id: format!("request-{at}"),
            territory: territory.to_owned(),
            need: named(ConceptKind::Need, "need")?,
            public: named(ConceptKind::Public, "public")?,
            step: named(ConceptKind::Step, "step")?,
            theme: named(ConceptKind::Theme, "theme")?,
            severity: share("severity", SEVERITY_UNSAID)?,
            confidence: share("confidence", CONFIDENCE_UNSAID)?,
            date,
            by: text(object, "by")?,
            trend: text(object, "trend")?,
            source: Source {
                source: text(object, "source")?.unwrap_or_else(|| "requête".to_owned()),
                year: Some(date.year()),
                licence: None,
            },
            text: words,
        };
        if given.text.is_empty() && given.need.is_none() && given.theme.is_none() {
            return Err(bad(&path, "donnez `text` ou `need`", "give `text` or `need`"));
        }
        observations.extend(understood(&scene.world, given));
    }
    Ok(observations)
}

/// An observation in words becomes one per need it names (two at most).
#[must_use]
pub fn understood(world: &World, given: Observation) -> Vec<Observation> {
    if given.need.is_some() || given.text.is_empty() {
        return vec![given];
    }
    let annotation = world.annotator.annotate(&given.text, Purpose::Observation);
    let best = |kind: ConceptKind| -> Vec<(Concept, f64)> {
        let mut found: Vec<(Concept, f64)> = annotation
            .concepts
            .iter()
            .filter(|found| found.concept.kind == kind)
            .map(|found| (found.concept, found.weight))
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    };
    let needs = best(ConceptKind::Need);
    let first = needs.first().map_or(0.0, |(_, weight)| *weight);
    let absent_step = annotation
        .absent
        .iter()
        .map(|found| found.concept)
        .find(|concept| concept.kind == ConceptKind::Step);
    let mut read = given;
    read.public = read.public.or_else(|| best(ConceptKind::Public).first().map(|(c, _)| *c));
    read.step = read.step.or(absent_step);
    read.theme = read.theme.or_else(|| best(ConceptKind::Theme).first().map(|(c, _)| *c));
    let kept: Vec<Concept> = needs
        .iter()
        .take(2)
        .filter(|(_, weight)| *weight >= SECOND_NEED * first)
        .map(|(concept, _)| *concept)
        .collect();
    if kept.is_empty() {
        return vec![read];
    }
    kept.into_iter().map(|need| Observation { need: Some(need), ..read.clone() }).collect()
}

fn actors_of(
    scene: &Scene,
    rows: &[Value],
) -> Result<Vec<Arc<crate::domain::actor::Actor>>, ScoutingError> {
    let mut actors = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let path = format!("actors[{at}]");
        let read = actor::read(row).map_err(|problem| {
            bad(&format!("{path}.{}", problem.field), &problem.reason_fr, &problem.reason_en)
        })?;
        actors.push(Arc::new(scene.world.prepared_actor(read.value.actor)));
    }
    Ok(actors)
}

fn named_concept(
    scene: &Scene,
    kind: ConceptKind,
    word: &str,
    path: &str,
) -> Result<Concept, ScoutingError> {
    match kind {
        ConceptKind::Theme | ConceptKind::Need => {
            if let Ok(concept) = vocabulary::concept(scene, kind, word) {
                return Ok(concept);
            }
        }
        _ => {}
    }
    let found = scene.world.annotator.concept_of_phrase(kind, word);
    found.first().map(|(concept, _)| *concept).ok_or_else(|| {
        bad(
            path,
            &format!("`{word}` n’est pas compris ; donnez un identifiant de la taxonomie"),
            &format!("`{word}` is not understood; give an id of the taxonomy"),
        )
    })
}
