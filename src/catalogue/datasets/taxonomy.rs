//! The taxonomy, from its TOML files.
//!
//! One array of tables per kind, in any file: `[[theme]]`, `[[need]]`, `[[public]]`,
//! `[[resource]]`, `[[step]]`. Ids, parents, themes and adjacency are checked, so that
//! nobody checks again inside.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::DatasetError;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::{CodeUse, ConceptEntry, IndicatorRole, IndicatorUse, Taxonomy};
use crate::domain::territory::DensityClass;

/// One file: the concepts of each kind. An unknown key is refused: it would be a typo.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileShape {
    #[serde(default)]
    theme: Vec<ConceptShape>,
    #[serde(default)]
    need: Vec<ConceptShape>,
    #[serde(default)]
    public: Vec<ConceptShape>,
    #[serde(default)]
    resource: Vec<ConceptShape>,
    #[serde(default)]
    step: Vec<ConceptShape>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct ConceptShape {
    id: String,
    parent: Option<String>,
    themes: Vec<String>,
    label_fr: String,
    label_en: String,
    definition: String,
    definition_en: String,
    terms: Vec<String>,
    weak_terms: Vec<String>,
    terms_en: Vec<String>,
    lay: Vec<String>,
    not_this: Vec<String>,
    antonyms: Vec<String>,
    denials: Vec<String>,
    aliases: Vec<String>,
    indicators: Vec<IndicatorShape>,
    codes: Vec<CodeShape>,
    adjacent: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorShape {
    id: String,
    role: String,
    direction: Option<String>,
    #[serde(default)]
    classes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeShape {
    nomenclature: String,
    code: String,
    #[serde(default = "sure")]
    weight: f64,
}

fn sure() -> f64 {
    1.0
}

/// The concepts found, by kind then id, each with the file it stands in.
type Found = BTreeMap<ConceptKind, BTreeMap<String, (String, ConceptShape)>>;

/// Reads the taxonomy from its files (path, text); other files than `.toml` are ignored.
///
/// # Errors
/// If a file does not parse, an id appears twice or is malformed, a label is missing, or a
/// parent, theme, adjacent step, role, direction, class or weight is not known.
pub fn parse(files: &[(String, String)]) -> Result<Taxonomy, DatasetError> {
    let mut found: Found = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".toml")) {
        let shape: FileShape =
            toml::from_str(text).map_err(|cause| DatasetError::of_file(path, cause.to_string()))?;
        let lists = [
            (ConceptKind::Theme, shape.theme),
            (ConceptKind::Need, shape.need),
            (ConceptKind::Public, shape.public),
            (ConceptKind::Resource, shape.resource),
            (ConceptKind::Step, shape.step),
        ];
        for (kind, list) in lists {
            for concept in list {
                collect(&mut found, kind, path, concept)?;
            }
        }
    }
    let mut entries = BTreeMap::new();
    for (&kind, concepts) in &found {
        if concepts.len() > usize::from(u16::MAX) {
            let reason = format!("{} concepts of kind {}", concepts.len(), kind.as_str());
            return Err(DatasetError::of_file("taxonomy", reason));
        }
        let mut list = Vec::with_capacity(concepts.len());
        for (path, shape) in concepts.values() {
            list.push(entry(&found, kind, path, shape)?);
        }
        entries.insert(kind, list);
    }
    for (kind, list) in &entries {
        refuse_cycles(*kind, list)?;
    }
    Ok(Taxonomy::new(entries))
}

fn collect(
    found: &mut Found,
    kind: ConceptKind,
    path: &str,
    concept: ConceptShape,
) -> Result<(), DatasetError> {
    let id = concept.id.clone();
    let well_formed = !id.is_empty()
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !well_formed {
        let reason = format!("{} id `{id}`: use lower case letters, digits and `_`", kind.as_str());
        return Err(DatasetError::of_file(path, reason));
    }
    if concept.label_fr.trim().is_empty() {
        return Err(DatasetError::of_file(path, format!("`{id}` has no label_fr")));
    }
    let by_id = found.entry(kind).or_default();
    if let Some((other, _)) = by_id.get(&id) {
        let reason = format!("{} `{id}` is already declared in `{other}`", kind.as_str());
        return Err(DatasetError::of_file(path, reason));
    }
    by_id.insert(id, (path.to_owned(), concept));
    Ok(())
}

fn entry(
    found: &Found,
    kind: ConceptKind,
    path: &str,
    shape: &ConceptShape,
) -> Result<ConceptEntry, DatasetError> {
    let id = &shape.id;
    let resolve = |kind: ConceptKind, name: &str, what: &str| -> Result<Concept, DatasetError> {
        let at = found.get(&kind).and_then(|ids| ids.keys().position(|other| other == name));
        let index = at.and_then(|at| u16::try_from(at).ok());
        index.map(|index| Concept { kind, index }).ok_or_else(|| {
            DatasetError::of_file(path, format!("`{id}`: {what} `{name}` does not exist"))
        })
    };
    let all = |kind: ConceptKind, names: &[String], what: &str| {
        names.iter().map(|name| resolve(kind, name, what)).collect::<Result<Vec<_>, _>>()
    };
    if kind == ConceptKind::Need && shape.themes.is_empty() {
        return Err(DatasetError::of_file(path, format!("need `{id}` has no theme")));
    }
    let english = if shape.label_en.is_empty() { &shape.label_fr } else { &shape.label_en };
    Ok(ConceptEntry {
        id: id.clone(),
        parent: shape.parent.as_deref().map(|name| resolve(kind, name, "parent")).transpose()?,
        themes: all(ConceptKind::Theme, &shape.themes, "theme")?,
        label_fr: shape.label_fr.clone(),
        label_en: english.clone(),
        definition_fr: shape.definition.clone(),
        definition_en: shape.definition_en.clone(),
        terms: shape.terms.clone(),
        weak_terms: shape.weak_terms.clone(),
        terms_en: shape.terms_en.clone(),
        lay: shape.lay.clone(),
        not_this: shape.not_this.clone(),
        antonyms: shape.antonyms.clone(),
        denials: shape.denials.clone(),
        aliases: shape.aliases.clone(),
        indicators: shape
            .indicators
            .iter()
            .map(|one| indicator(path, id, one))
            .collect::<Result<_, _>>()?,
        codes: shape.codes.iter().map(|one| code(path, id, one)).collect::<Result<_, _>>()?,
        adjacent: all(ConceptKind::Step, &shape.adjacent, "step")?,
    })
}

fn indicator(path: &str, id: &str, shape: &IndicatorShape) -> Result<IndicatorUse, DatasetError> {
    let fault = |what: &str, word: &str| {
        DatasetError::of_file(path, format!("`{id}`, indicator `{}`: {what} `{word}`", shape.id))
    };
    let role = match shape.role.as_str() {
        "direct" => IndicatorRole::Direct,
        "proxy" => IndicatorRole::Proxy,
        other => return Err(fault("unknown role", other)),
    };
    let higher_is_worse = match shape.direction.as_deref() {
        None => None,
        Some("higher") => Some(true),
        Some("lower") => Some(false),
        Some(other) => return Err(fault("unknown direction", other)),
    };
    let classes = shape
        .classes
        .iter()
        .map(|word| DensityClass::parse(word).ok_or_else(|| fault("unknown density class", word)))
        .collect::<Result<_, _>>()?;
    Ok(IndicatorUse { id: shape.id.clone(), role, higher_is_worse, classes })
}

fn code(path: &str, id: &str, shape: &CodeShape) -> Result<CodeUse, DatasetError> {
    if !(0.0..=1.0).contains(&shape.weight) {
        let reason =
            format!("`{id}`, code `{}`: weight {} is not in 0..=1", shape.code, shape.weight);
        return Err(DatasetError::of_file(path, reason));
    }
    Ok(CodeUse {
        nomenclature: shape.nomenclature.clone(),
        code: shape.code.clone(),
        weight: shape.weight,
    })
}

/// A concept that would be its own ancestor is refused.
fn refuse_cycles(kind: ConceptKind, list: &[ConceptEntry]) -> Result<(), DatasetError> {
    for entry in list {
        let mut parent = entry.parent;
        for _ in 0..list.len() {
            let Some(concept) = parent else { break };
            parent = list[concept.at()].parent;
        }
        if parent.is_some() {
            let reason = format!("{} `{}` is its own ancestor", kind.as_str(), entry.id);
            return Err(DatasetError::of_file("taxonomy", reason));
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A taxonomy of two themes and two needs.
    pub(crate) fn small() -> Taxonomy {
        parse(&files(SMALL)).unwrap()
    }

    const SMALL: &str = r#"
        [[theme]]
        id = "textile"
        label_fr = "Textile"
        [[theme]]
        id = "mobilites"
        label_fr = "Mobilités"
        aliases = ["mobilité durable"]
        [[need]]
        id = "velo"
        themes = ["mobilites"]
        label_fr = "Pratique du vélo"
        indicators = [{ id = "mob_velo", role = "proxy", direction = "lower", classes = ["urbain"] }]
        [[need]]
        id = "velo_abordable"
        parent = "velo"
        themes = ["mobilites"]
        label_fr = "Vélo à petit prix"
        [[step]]
        id = "collecte"
        label_fr = "Collecte"
        adjacent = ["tri"]
        [[step]]
        id = "tri"
        label_fr = "Tri"
    "#;

    fn files(text: &str) -> Vec<(String, String)> {
        vec![("a.toml".to_owned(), text.to_owned())]
    }

    #[test]
    fn concepts_are_in_the_order_of_their_ids() {
        let taxonomy = small();
        let ids: Vec<&str> =
            taxonomy.entries(ConceptKind::Theme).iter().map(|e| e.id.as_str()).collect();
        assert_eq!(ids, ["mobilites", "textile"]);
        let child = taxonomy.find(ConceptKind::Need, "velo_abordable").unwrap();
        let parent = taxonomy.find(ConceptKind::Need, "velo").unwrap();
        assert_eq!(taxonomy.likeness(child, parent), 0.5);
        assert_eq!(taxonomy.entry(parent).indicators[0].higher_is_worse, Some(false));
        let tri = taxonomy.find(ConceptKind::Step, "tri").unwrap();
        assert!(taxonomy.adjacent(tri, taxonomy.find(ConceptKind::Step, "collecte").unwrap()));
    }

    #[test]
    fn what_does_not_hold_together_is_refused() {
        for (wrong, said) in [
            (
                "[[theme]]\nid = \"a\"\nlabel_fr = \"A\"\n[[theme]]\nid = \"a\"\nlabel_fr = \"A\"",
                "already",
            ),
            ("[[need]]\nid = \"a\"\nlabel_fr = \"A\"\nthemes = [\"x\"]", "does not exist"),
            ("[[need]]\nid = \"a\"\nlabel_fr = \"A\"", "no theme"),
            ("[[public]]\nid = \"a\"\nlabel_fr = \"A\"\nparent = \"a\"", "own ancestor"),
            ("[[public]]\nid = \"À\"\nlabel_fr = \"A\"", "lower case"),
            ("[[public]]\nid = \"a\"\nlabel_fr = \"A\"\ncolour = \"blue\"", "colour"),
        ] {
            let fault = parse(&files(wrong)).unwrap_err();
            assert!(fault.reason.contains(said), "{}", fault.reason);
        }
    }
}
