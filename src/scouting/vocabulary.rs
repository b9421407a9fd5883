//! From typed words to known ones: themes, needs, enterprises, criteria.

use strsim::jaro_winkler;

use crate::annotation::text::fold;
use crate::catalogue::record::merge::RowKey;
use crate::catalogue::record::priority::find;
use crate::catalogue::revision::Kind;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::lang::Lang;
use crate::matching::outcome::CriterionId;

use super::error::ScoutingError;
use super::scene::Scene;

/// Likeness (Jaro-Winkler) under which a word is no suggestion.
const SUGGESTION_LIKENESS: f64 = 0.75;

/// The theme or need with this id or label (accents and case forgiven).
///
/// # Errors
/// [`ScoutingError::UnknownTheme`] or [`ScoutingError::UnknownNeed`] with the nearest.
pub fn concept(scene: &Scene, kind: ConceptKind, asked: &str) -> Result<Concept, ScoutingError> {
    let taxonomy = &scene.world.data.taxonomy;
    let wanted = fold(asked.trim());
    let mut best: Option<(f64, Concept)> = None;
    for concept in taxonomy.concepts(kind) {
        let entry = taxonomy.entry(concept);
        let names = [entry.id.clone(), fold(&entry.label_fr), fold(&entry.label_en)];
        if names.contains(&wanted) {
            return Ok(concept);
        }
        let likeness = names.iter().map(|name| jaro_winkler(name, &wanted)).fold(0.0, f64::max);
        if likeness >= SUGGESTION_LIKENESS && best.is_none_or(|(known, _)| likeness > known) {
            best = Some((likeness, concept));
        }
    }
    let asked: String = asked.chars().take(80).collect();
    let suggestion = best.map(|(_, concept)| taxonomy.id(concept).to_owned());
    Err(match kind {
        ConceptKind::Theme => ScoutingError::UnknownTheme { asked, suggestion },
        _ => ScoutingError::UnknownNeed { asked, suggestion },
    })
}

/// The concept of this kind with this id, label or alias (accents and case forgiven), typed
/// in the field `field` of a request.
///
/// # Errors
/// [`ScoutingError::UnknownTheme`], [`ScoutingError::UnknownNeed`] or
/// [`ScoutingError::UnknownConcept`], with the nearest.
pub fn stated(
    scene: &Scene,
    kind: ConceptKind,
    asked: &str,
    field: &str,
) -> Result<Concept, ScoutingError> {
    let taxonomy = &scene.world.data.taxonomy;
    if let Some(concept) = find(taxonomy, kind, asked) {
        return Ok(concept);
    }
    if matches!(kind, ConceptKind::Theme | ConceptKind::Need) {
        return concept(scene, kind, asked);
    }
    let wanted = fold(asked.trim());
    let likeness = |concept: Concept| {
        let entry = taxonomy.entry(concept);
        let names = [fold(&entry.id), fold(&entry.label_fr), fold(&entry.label_en)];
        names.iter().map(|name| jaro_winkler(name, &wanted)).fold(0.0, f64::max)
    };
    let best = taxonomy
        .concepts(kind)
        .map(|concept| (likeness(concept), concept))
        .filter(|(likeness, _)| *likeness >= SUGGESTION_LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    Err(ScoutingError::UnknownConcept {
        field: field.to_owned(),
        kind,
        asked: asked.chars().take(80).collect(),
        suggestion: best.map(|(_, concept)| taxonomy.id(concept).to_owned()),
    })
}

/// Position of the enterprise with this id.
///
/// # Errors
/// [`ScoutingError::UnknownEnterprise`] with the nearest.
pub fn position(scene: &Scene, id: &str) -> Result<usize, ScoutingError> {
    scene.enterprise(id).map(|(at, _)| at).ok_or_else(|| ScoutingError::UnknownEnterprise {
        asked: id.to_owned(),
        suggestions: near_enterprises(scene, id),
    })
}

/// The id of the enterprise typed: an id, or a name or alias (case apart) that only one has.
///
/// What is neither is given back as typed, for the use case to refuse with suggestions.
#[must_use]
pub fn enterprise_id(scene: &Scene, asked: &str) -> String {
    let asked = asked.trim();
    if scene.enterprise(asked).is_some() {
        return asked.to_owned();
    }
    // An id that was merged into another still answers.
    let row = RowKey { kind: Kind::Enterprise, id: asked.to_owned() };
    if let Some(kept) = scene.rows.merged_into(&row) {
        return kept.id;
    }
    let plain = |text: &str| text.to_lowercase().replace('’', "'");
    let wanted = plain(asked);
    let mut named = scene.rows.enterprises.iter().filter(|enterprise| {
        plain(&enterprise.id) == wanted
            || plain(&enterprise.name) == wanted
            || enterprise.aliases.iter().any(|alias| plain(alias) == wanted)
    });
    match (named.next(), named.next()) {
        (Some(only), None) => only.id.clone(),
        _ => asked.to_owned(),
    }
}

/// (id, name) of the enterprises whose id or name looks like `asked`, at most three.
#[must_use]
pub fn near_enterprises(scene: &Scene, asked: &str) -> Vec<(String, String)> {
    let wanted = fold(&asked.chars().take(80).collect::<String>());
    let mut scored: Vec<(f64, &str, &str)> = scene
        .rows
        .enterprises
        .iter()
        .map(|e| {
            let likeness = jaro_winkler(&e.id, &wanted).max(jaro_winkler(&fold(&e.name), &wanted));
            (likeness, e.id.as_str(), e.name.as_str())
        })
        .filter(|(likeness, ..)| *likeness >= SUGGESTION_LIKENESS)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, id, name)| (id.to_owned(), name.to_owned())).collect()
}

/// The word of `known` nearest to a misspelt one, where it is near enough.
#[must_use]
pub fn nearest<'a>(asked: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|word| (jaro_winkler(word, asked), word))
        .filter(|(likeness, _)| *likeness >= SUGGESTION_LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, word)| word.to_owned())
}

/// The criterion whose name is nearest to a misspelt one.
#[must_use]
pub fn near_criterion(asked: &str) -> Option<String> {
    nearest(asked, CriterionId::ALL.iter().map(|criterion| criterion.as_str()))
}

/// A name as an id: folded words joined by hyphens; `sans-nom` when nothing is left.
#[must_use]
pub fn slug(name: &str) -> String {
    let folded = fold(name);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if words.is_empty() { "sans-nom".to_owned() } else { words.join("-") }
}

/// The label of a concept in `lang`.
#[must_use]
pub fn label(scene: &Scene, concept: Concept, lang: Lang) -> String {
    scene.world.data.taxonomy.label(concept, lang).to_owned()
}
