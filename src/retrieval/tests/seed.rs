//! Enterprises for the tests: six made-up ones, and the seed of the repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use crate::annotation::Annotator;
use crate::annotation::testing::{annotator, taxonomy};
use crate::domain::concept::ConceptKind;
use crate::domain::enterprise::Enterprise;
use crate::domain::portrait::Answer;
use crate::domain::provenance::{Basis, Because};

fn list(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Id, name, summary, activities, themes.
type Row =
    (&'static str, &'static str, &'static str, &'static [&'static str], &'static [&'static str]);

/// Six small enterprises and the annotator of the small taxonomy.
pub(crate) fn small() -> (Vec<Enterprise>, &'static Annotator) {
    static SMALL: LazyLock<Annotator> = LazyLock::new(annotator);
    let rows: [Row; 6] = [
        (
            "atelier-velo",
            "Atelier du guidon",
            "On y répare son vélo avec des bénévoles.",
            &["réparation de vélos"],
            &["mobilités"],
        ),
        (
            "bebe",
            "Petit linge",
            "Layette et poussettes à petit prix.",
            &["vente de layette"],
            &["petite enfance"],
        ),
        (
            "couture",
            "Fil neuf",
            "Atelier de couture d’insertion.",
            &["couture", "collecte de vêtements"],
            &["textile", "emploi"],
        ),
        (
            "toit",
            "Un toit",
            "Logement abordable pour jeunes actifs.",
            &["accès au logement"],
            &["logement"],
        ),
        (
            "garage",
            "Garage du coin",
            "Réparation automobile abordable.",
            &["garage solidaire"],
            &["mobilités"],
        ),
        ("vide", "Sans rien", "", &[], &[]),
    ];
    let enterprises = rows
        .into_iter()
        .map(|(id, name, summary, activities, themes)| {
            let mut enterprise = Enterprise {
                id: id.to_owned(),
                name: name.to_owned(),
                summary: summary.to_owned(),
                activities: list(activities),
                themes: list(themes),
                ..Enterprise::default()
            };
            enterprise.portrait = SMALL.portrait_of_enterprise(&enterprise, &[]);
            enterprise
        })
        .collect();
    (enterprises, &SMALL)
}

/// The seed's enterprises and annotator; `None` when the seed is not there.
pub(crate) fn real() -> Option<(Vec<Enterprise>, Annotator)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed-data");
    let mut files = Vec::new();
    gather(&root.join("taxonomy"), &mut files);
    let texts: Vec<String> =
        files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let annotator = Annotator::new(Arc::new(taxonomy(&texts)));
    let lines = std::fs::read_to_string(root.join("enterprises/enterprises.jsonl")).ok()?;
    let mut enterprises: Vec<Enterprise> =
        lines.lines().filter(|line| !line.is_empty()).map(|line| read(line, &annotator)).collect();
    enterprises.sort_by(|a, b| a.id.cmp(&b.id));
    Some((enterprises, annotator))
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
}

/// The text fields and the answers of a record: all that retrieval looks at.
fn read(line: &str, annotator: &Annotator) -> Enterprise {
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let texts = |key: &str| -> Vec<String> {
        let list = value[key].as_array().into_iter().flatten();
        list.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let mut enterprise = Enterprise {
        id: text("id"),
        name: text("name"),
        aliases: texts("aliases"),
        summary: text("summary"),
        activities: texts("activities"),
        beneficiaries: texts("beneficiaries"),
        themes: texts("themes"),
        needs_addressed: texts("needs_addressed"),
        offers: texts("offers"),
        seeks: texts("seeks"),
        ..Enterprise::default()
    };
    let kinds: BTreeMap<&str, ConceptKind> =
        [("need", ConceptKind::Need), ("public", ConceptKind::Public), ("step", ConceptKind::Step)]
            .into();
    let answers: Vec<Answer> = value["answers"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|answer| {
            let of = |key: &str| {
                answer[key].as_str().and_then(|id| annotator.taxonomy().find(kinds[key], id))
            };
            Answer {
                need: of("need"),
                public: of("public"),
                step: of("step"),
                weight: if answer["main"].as_bool() == Some(false) { 0.5 } else { 1.0 },
                because: Because::new("summary", answer["because"].as_str().unwrap_or_default()),
                basis: Basis::Stated,
            }
        })
        .collect();
    enterprise.portrait = annotator.portrait_of_enterprise(&enterprise, &answers);
    enterprise
}
