//! `essaim annotate`: one text in, one object out (design §3).

use std::io::{BufRead as _, Write as _};

use serde::Serialize;

use crate::annotation::{Annotated, Annotation, Purpose};
use crate::domain::concept::ConceptKind;
use crate::domain::lang::Lang;
use crate::domain::taxonomy::Taxonomy;
use crate::http::wire::common::rounded;
use crate::scouting::scene::Scene;

use super::Outcome;
use super::args::{Annotate, Reading};
use super::config::{Config, Shape};
use super::table::{Column, paragraph, render};
use super::text::decimal;

/// What was read in one text.
#[derive(Debug, Serialize)]
struct AnnotationWire<'a> {
    text: &'a str,
    concepts: Vec<ConceptWire<'a>>,
    absent: Vec<ConceptWire<'a>>,
}

/// A concept with the words that caused it.
#[derive(Debug, Serialize)]
struct ConceptWire<'a> {
    kind: &'static str,
    id: &'a str,
    label: &'a str,
    weight: f64,
    because: &'a str,
}

/// Annotates and prints; with `-`, every line of stdin, one result each.
///
/// # Errors
/// When CSV is asked; when stdin or stdout fails.
pub async fn run(config: &Config, asked: &Annotate) -> anyhow::Result<Outcome> {
    if !matches!(config.shape, Shape::Table | Shape::Json) {
        return Err(config.shape.refused(&["table", "json"]).into());
    }
    let purpose = match asked.purpose {
        Reading::Observation => Purpose::Observation,
        Reading::Record => Purpose::Record,
        Reading::Query => Purpose::Query,
    };
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if asked.text != "-" {
        let found = one(config, &scene, &asked.text, purpose, &mut out)?;
        out.flush()?;
        return Ok(if found { Outcome::Found } else { Outcome::Nothing });
    }
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        one(config, &scene, line.trim_end_matches('\r'), purpose, &mut out)?;
    }
    out.flush()?;
    Ok(Outcome::Found)
}

fn one(
    config: &Config,
    scene: &Scene,
    text: &str,
    purpose: Purpose,
    out: &mut impl std::io::Write,
) -> anyhow::Result<bool> {
    let annotation = scene.world.annotator.annotate(text, purpose);
    let wire = wire(&annotation, text, &scene.world.data.taxonomy, config.lang);
    match config.shape {
        Shape::Json => writeln!(out, "{}", serde_json::to_string(&wire)?)?,
        _ => write!(out, "{}", table(config, &wire))?,
    }
    Ok(!wire.concepts.is_empty() || !wire.absent.is_empty())
}

fn wire<'a>(
    annotation: &'a Annotation,
    text: &'a str,
    taxonomy: &'a Taxonomy,
    lang: Lang,
) -> AnnotationWire<'a> {
    let concept = |found: &'a Annotated| ConceptWire {
        kind: found.concept.kind.as_str(),
        id: taxonomy.id(found.concept),
        label: taxonomy.label(found.concept, lang),
        weight: rounded(found.weight),
        because: &found.because.text,
    };
    AnnotationWire {
        text,
        concepts: annotation.concepts.iter().map(concept).collect(),
        absent: annotation
            .absent
            .iter()
            .filter(|f| matches!(f.concept.kind, ConceptKind::Step | ConceptKind::Resource))
            .map(concept)
            .collect(),
    }
}

fn table(config: &Config, wire: &AnnotationWire<'_>) -> String {
    let mut out = paragraph("» ", wire.text);
    let columns = [
        Column::text(config.say("sorte", "kind"), 10),
        Column::text("id", 26),
        Column::number(config.say("poids", "weight"), 6),
        Column::text(config.say("à cause de", "because of"), 0),
    ];
    let row = |concept: &ConceptWire<'_>, absent: bool| {
        let kind = if absent {
            format!("{} {}", config.say("manque :", "lacks:"), concept.kind)
        } else {
            concept.kind.to_owned()
        };
        vec![
            kind,
            concept.id.to_owned(),
            decimal(config, concept.weight, 2),
            concept.because.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = wire
        .concepts
        .iter()
        .map(|concept| row(concept, false))
        .chain(wire.absent.iter().map(|concept| row(concept, true)))
        .collect();
    if rows.is_empty() {
        out.push_str(config.say("  aucun concept reconnu\n", "  no concept recognised\n"));
    } else {
        out.push_str(&render(&columns, &rows));
    }
    out.push('\n');
    out
}
