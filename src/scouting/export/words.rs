//! What an exported table says of itself.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::catalogue::export::xlsx::Notes;
use crate::catalogue::revision::Kind;
use crate::domain::lang::Lang;

use super::{Source, word};

/// Licences named at most; the others are counted.
const LICENCES_MAX: usize = 12;

/// The sheet that says what the table is, of when, under which licences, and how it is
/// imported again.
pub(super) fn notes(source: &Source, kind: Kind, bodies: &[(String, Map<String, Value>)]) -> Notes {
    let say = |fr: &str, en: &str| match source.lang {
        Lang::Fr => fr.to_owned(),
        Lang::En => en.to_owned(),
    };
    let word = word(kind);
    let (fr, en) = names(kind);
    let mut lines = vec![
        vec![
            say("Ce que c’est", "What it is"),
            say(&format!("Essaim, {fr}"), &format!("Essaim, {en}")),
        ],
        vec![say("Lignes", "Rows"), bodies.len().to_string()],
        vec![say("État du journal (seq)", "State of the log (seq)"), source.scene.seq.to_string()],
        vec![say("Date de cet état", "Date of that state"), source.date.to_string()],
        vec![say("Règles", "Rules"), source.scene.world.data.rules.digest.clone()],
    ];
    if let Some(scope) = &source.scope {
        let territory = scope.territory();
        lines.push(vec![
            say("Territoire", "Territory"),
            format!("{} ({})", territory.name, territory.id),
        ]);
    }
    let licences = licences(bodies);
    let shown: Vec<String> = licences
        .iter()
        .take(LICENCES_MAX)
        .map(|(name, count)| format!("{name} ({count})"))
        .collect();
    let more = licences.len().saturating_sub(LICENCES_MAX);
    let mut told = shown.join(" ; ");
    if more > 0 {
        told.push_str(&say(&format!(" ; et {more} autres"), &format!("; and {more} more")));
    }
    if told.is_empty() {
        told = say("aucune n’est dite par les lignes", "none is told by the rows");
    }
    lines.push(vec![say("Licences des sources", "Licences of the sources"), told]);
    lines.push(vec![
        say("Avant de republier", "Before publishing again"),
        say(
            "Chaque ligne dit ses sources et leur licence : respectez-les et citez-les.",
            "Each row tells its sources and their licence: respect and cite them.",
        ),
    ]);
    lines.push(vec![
        say("Réimporter", "Import again"),
        say(
            &format!("essaim import {word} ce-fichier.xlsx ; --dry-run montre d’abord ce qui changerait. Importer deux fois ne change rien."),
            &format!("essaim import {word} this-file.xlsx; --dry-run first shows what would change. Importing twice changes nothing."),
        ),
    ]);
    lines.push(vec![
        say("Cellules", "Cells"),
        say(
            "Les listes sont séparées par | ; ce qui n’a pas de forme simple est écrit en JSON. Les codes (INSEE, SIREN) et les dates sont du texte. Une apostrophe devant = + - @ ou [ n’est pas du texte : elle disparaît à l’import.",
            "Lists are separated by |; what has no simple form is written as JSON. Codes (INSEE, SIREN) and dates are text. An apostrophe before = + - @ or [ is no part of the text: it goes when imported.",
        ),
    ]);
    Notes { sheet: say("À lire", "Read me"), lines }
}

/// The metadata of a Parquet file.
pub(super) fn metadata(source: &Source, kind: Kind) -> Vec<(String, String)> {
    let mut pairs = vec![
        ("essaim.kind".to_owned(), word(kind).to_owned()),
        ("essaim.seq".to_owned(), source.scene.seq.to_string()),
        ("essaim.date".to_owned(), source.date.to_string()),
        ("essaim.rules".to_owned(), source.scene.world.data.rules.digest.clone()),
    ];
    if let Some(scope) = &source.scope {
        pairs.push(("essaim.territory".to_owned(), scope.territory().id.clone()));
    }
    pairs
}

/// The licences that rows name, the commonest first, with how often.
pub(super) fn licences(bodies: &[(String, Map<String, Value>)]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, body) in bodies {
        for value in body.values() {
            count(value, &mut counts);
        }
        if let Some(licence) = body.get("licence").and_then(Value::as_str) {
            *counts.entry(licence.to_owned()).or_default() += 1;
        }
    }
    let mut list: Vec<(String, usize)> = counts.into_iter().collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    list
}

fn count(value: &Value, counts: &mut BTreeMap<String, usize>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| count(item, counts)),
        Value::Object(map) => {
            if let Some(licence) = map.get("licence").and_then(Value::as_str) {
                *counts.entry(licence.to_owned()).or_default() += 1;
            }
            map.values().for_each(|value| count(value, counts));
        }
        _ => {}
    }
}

/// What rows of a kind are, in French and in English.
fn names(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Enterprise => ("entreprises sociales éprouvées", "proven social enterprises"),
        Kind::Actor => ("acteurs locaux", "local actors"),
        Kind::Priority => ("priorités des territoires", "priorities of territories"),
        Kind::Observation => ("observations du terrain", "observations of the field"),
        Kind::Confirmation => ("confirmations", "confirmations"),
        Kind::Annotation => ("corrections de ce qui a été lu", "corrections of what was read"),
        Kind::Decision => ("suivi des implantations", "follow-ups of implantations"),
        Kind::Profile => ("profils de poids", "profiles of weights"),
        Kind::Zone => ("zones", "zones"),
        Kind::Merge => ("rapprochements d’organisations", "merges of organisations"),
        Kind::Key | Kind::Tombstone | Kind::Dataset => ("", ""),
    }
}
