//! `essaim compare`: two to five candidates side by side.

use crate::http::api::comparisons::answer;
use crate::http::wire::comparisons::{ComparedWire, ComparisonWire};

use super::args::Compare;
use super::config::{Config, Shape};
use super::output::print_one;
use super::table::{Column, paragraph, render};
use super::{Outcome, matching, text};

/// The letter of each enterprise: its name would not fit above a column.
const LETTERS: [&str; 5] = ["A", "B", "C", "D", "E"];

/// Compares and prints.
///
/// # Errors
/// Those of the question.
pub async fn run(config: &Config, asked: Compare) -> anyhow::Result<Outcome> {
    let params = matching::params(config, &asked.weighing);
    let mut ask = matching::question(config, &params, &asked.territory)?;
    ask.enterprises = Some(asked.enterprises);
    if !matches!(config.shape, Shape::Table | Shape::Json) {
        return Err(config.shape.refused(&["table", "json"]).into());
    }
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let answer = state.heavy(move || answer(&scene, ask)).await?;
    print_one(config, &answer, |answer| whole(config, answer))?;
    Ok(Outcome::Found)
}

fn whole(config: &Config, answer: &ComparisonWire) -> String {
    let label = |name: &str| -> Option<String> {
        let found = answer.criteria.iter().find(|criterion| criterion.criterion == name);
        found.map(|criterion| criterion.label.clone())
    };
    let mut out =
        text::heading(config, &answer.territory, &answer.as_of, answer.seq, &answer.rules);
    let weights = text::weights(config, &answer.weights, label);
    out.push_str(&paragraph(config.say("Poids\u{a0}: ", "Weights: "), &weights));
    out.push('\n');
    for (letter, one) in LETTERS.iter().zip(&answer.enterprises) {
        let title = format!("{letter}  {}", place(config, one, answer.total));
        out.push_str(&paragraph("", &title));
        out.push_str(&paragraph(
            "   ",
            &format!("{} ({})", one.enterprise.name, one.enterprise.id),
        ));
    }
    out.push('\n');
    out.push_str(&side_by_side(config, answer));
    text::title(&mut out, config.say("Ce qui les sépare", "What separates them"));
    for pair in &answer.pairs {
        out.push_str(&paragraph("   · ", &pair.sentence.text));
        out.push_str(&paragraph("     ", &pair.flip.sentence.text));
    }
    for (letter, one) in LETTERS.iter().zip(&answer.enterprises) {
        text::title(&mut out, &format!("{letter}. {}", one.enterprise.name));
        out.push_str(&in_short(config, one));
    }
    out
}

fn place(config: &Config, one: &ComparedWire, total: usize) -> String {
    let score = text::score(config, one.score, one.interval);
    let of = config.say("sur", "of");
    match (one.rank, one.would_rank) {
        (Some(rank), _) => format!("{} {rank} {of} {total} · {score}", config.say("rang", "rank")),
        (None, would) => {
            let rank = would.map(|rank| rank.to_string()).unwrap_or_default();
            let out = config.say("ÉCARTÉE ; elle serait au rang", "EXCLUDED; its rank would be");
            format!("{out} {rank} · {score}")
        }
    }
}

/// One line per criterion, one column per enterprise: its utility, a star on the best, and
/// what it has more than the next.
fn side_by_side(config: &Config, answer: &ComparisonWire) -> String {
    let mut columns = vec![
        Column::text(config.say("critère (de 0 à 1)", "criterion (0 to 1)"), 0),
        Column::number(config.say("poids", "weight"), 7),
    ];
    columns.extend(LETTERS[..answer.enterprises.len()].iter().map(|&l| Column::number(l, 7)));
    columns.push(Column::number(config.say("avance", "lead"), 6));
    columns.push(Column::number(config.say("l’ordre tient", "order holds"), 11));
    let mut rows: Vec<Vec<String>> = answer
        .criteria
        .iter()
        .map(|criterion| {
            let mut row = vec![criterion.label.clone(), text::percent(config, criterion.weight, 1)];
            let all_equal = criterion.best.len() == answer.enterprises.len();
            for (one, utility) in answer.enterprises.iter().zip(&criterion.utilities) {
                let best = !all_equal && criterion.best.contains(&one.enterprise.id);
                let star = if best { "★" } else { " " };
                row.push(format!("{} {star}", text::decimal(config, *utility, 2)));
            }
            let lead = text::decimal(config, criterion.lead, 2);
            row.push(if all_equal { String::new() } else { lead });
            row.push(criterion.order_holds.map(|range| span(config, range)).unwrap_or_default());
            row
        })
        .collect();
    let mut last = vec![config.say("note", "score").to_owned(), String::new()];
    let scores = answer.enterprises.iter();
    last.extend(scores.map(|one| format!("{} ", text::decimal(config, one.score, 3))));
    last.extend([String::new(), String::new()]);
    rows.push(last);
    render(&columns, &rows)
}

/// A range of weights in percent, rounded inwards to a tenth.
fn span(config: &Config, [low, high]: [f64; 2]) -> String {
    let low = text::decimal(config, (low * 1_000.0).ceil() / 10.0, 1);
    let high = text::decimal(config, (high * 1_000.0).floor() / 10.0, 1);
    let short = |number: &str| -> String {
        number.strip_suffix(",0").or(number.strip_suffix(".0")).unwrap_or(number).to_owned()
    };
    format!("{}–{}{}", short(&low), short(&high), config.say("\u{a0}%", "%"))
}

/// Its headline, its needs, its relations, and what is not met or not known.
fn in_short(config: &Config, one: &ComparedWire) -> String {
    let mut out = paragraph("   ", &one.headline);
    for answer in &one.answers {
        out.push_str(&text::answer_line(config, answer, 0));
    }
    for relation in &one.relations {
        let name = text::relation_label(config, relation.kind);
        let strongest = &relation.strongest;
        let colon = config.say("\u{a0}: ", ": ");
        let most = match relation.count {
            1 => String::new(),
            _ => config.say("d’abord ", "first ").to_owned(),
        };
        let said = format!(
            "{name} {}{colon}{most}{} ({}, {})",
            relation.count,
            strongest.actor.name,
            text::decimal(config, strongest.strength, 2),
            strongest.place
        );
        out.push_str(&paragraph("   ↔ ", &said));
    }
    let colon = config.say("\u{a0}: ", ": ");
    for gate in &one.gates {
        let first = match (gate.state, gate.lifted) {
            ("met", _) => continue,
            ("unmet", false) => "   ✗ ",
            ("unmet", true) => config.say("   ✗ (levée) ", "   ✗ (lifted) "),
            _ => "   ? ",
        };
        out.push_str(&paragraph(first, &format!("{}{colon}{}", gate.label, gate.fact)));
    }
    out
}
