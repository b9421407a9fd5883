//! `essaim why-not`: why an enterprise is not in the list of a territory.

use crate::http::api::comparisons::answer_why;
use crate::http::wire::comparisons::{SeparationWire, WhyNotWire};

use super::args::WhyNot;
use super::config::{Config, Shape};
use super::output::print_one;
use super::table::{Column, paragraph, render};
use super::{Outcome, matching, text};

/// Answers and prints.
///
/// # Errors
/// Those of the question.
pub async fn run(config: &Config, asked: WhyNot) -> anyhow::Result<Outcome> {
    let mut params = matching::params(config, &asked.weighing);
    params.theme = asked.theme;
    params.need = asked.need;
    let ask = matching::question(config, &params, &asked.territory)?;
    if !matches!(config.shape, Shape::Table | Shape::Json) {
        return Err(config.shape.refused(&["table", "json"]).into());
    }
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let answer = state.heavy(move || answer_why(&scene, &ask, &asked.enterprise)).await?;
    print_one(config, &answer, |answer| whole(config, answer))?;
    Ok(Outcome::Found)
}

fn whole(config: &Config, answer: &WhyNotWire) -> String {
    let terms = &answer.enterprise.contributions;
    let label = |name: &str| -> Option<String> {
        terms.iter().find(|term| term.criterion == name).map(|term| term.label.clone())
    };
    let mut out =
        text::heading(config, &answer.territory, &answer.as_of, answer.seq, &answer.rules);
    let weights = text::weights(config, &answer.weights, label);
    out.push_str(&paragraph(config.say("Poids\u{a0}: ", "Weights: "), &weights));
    out.push('\n');
    out.push_str(&text::identity(&answer.enterprise.enterprise));
    out.push('\n');
    out.push_str(&paragraph("", &answer.summary.text));
    let colon = config.say("\u{a0}: ", ": ");
    for cause in &answer.causes {
        let said = format!("{}{colon}{} [{}]", cause.label, cause.fact, cause.source);
        out.push_str(&paragraph("   ✗ ", &said));
    }
    for separation in &answer.separations {
        out.push_str(&separated(config, separation));
    }
    out
}

fn separated(config: &Config, one: &SeparationWire) -> String {
    let place = match one.against {
        "first" => config.say("Face à la première", "Against the first"),
        "last_shown" => config.say("Face à la dernière de la liste", "Against the last one listed"),
        "next_above" => config.say("Face à celle qui la précède", "Against the one just above"),
        _ => config.say("Face à celle qui la suit", "Against the one just below"),
    };
    let mut out = String::new();
    let colon = config.say("\u{a0}: ", ": ");
    text::title(&mut out, &format!("{place}{colon}{}", one.enterprise.name));
    out.push_str(&paragraph("   ", &one.sentence.text));
    if let Some(flip) = &one.flip {
        out.push_str(&paragraph("   ", &flip.sentence.text));
    }
    // What shows as 0.0 point holds nobody back.
    for holding in one.holding_back.iter().filter(|h| h.missing >= 0.000_5).take(2) {
        if let Some(because) = &holding.because {
            out.push_str(&paragraph("   · ", &format!("{}{colon}{}", holding.label, because.text)));
        }
    }
    let columns = [
        Column::text(config.say("critère", "criterion"), 0),
        Column::number(config.say("poids", "weight"), 8),
        Column::number(config.say("l’autre", "other"), 8),
        Column::number(config.say("elle", "this one"), 8),
        Column::number(config.say("points sur 100", "points of 100"), 14),
    ];
    let row = |term: &crate::http::wire::comparisons::TermWire| {
        vec![
            term.label.clone(),
            text::percent(config, term.weight, 1),
            text::decimal(config, term.first, 2),
            text::decimal(config, term.second, 2),
            signed(config, -term.difference),
        ]
    };
    let mut rows: Vec<Vec<String>> = one.terms.iter().map(row).collect();
    let blank = String::new;
    let total = config.say("en tout", "in all").to_owned();
    rows.push(vec![total, blank(), blank(), blank(), signed(config, -one.missing)]);
    out.push_str(&render(&columns, &rows));
    out
}

/// What the enterprise asked has more (+) or less (−), in points on a hundred.
fn signed(config: &Config, difference: f64) -> String {
    let points = (difference * 1_000.0).round() / 10.0;
    let sign = if points > 0.0 {
        "+"
    } else if points < 0.0 {
        "−"
    } else {
        ""
    };
    format!("{sign}{}", text::decimal(config, points.abs(), 1))
}
