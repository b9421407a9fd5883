//! `essaim board`: where each follow-up of a territory stands, how far they go, why they end.

use crate::domain::lang::Lang;
use crate::http::api::board::answer;
use crate::http::wire::board::{BoardWire, CardWire, ColumnWire, PassageWire};
use crate::scouting::decisions::season;
use serde_json::Value;

use super::Outcome;
use super::args::Board;
use super::config::Config;
use super::decide::then;
use super::output::print_list;
use super::table::{Column, paragraph, render};
use super::text::{decimal, title};

/// Reads and prints.
///
/// # Errors
/// Unknown territory, bad season or date.
pub async fn run(config: &Config, asked: Board) -> anyhow::Result<Outcome> {
    let year = asked.season.map(|text| season(&Value::from(text))).transpose();
    let year = year.map_err(crate::http::error::DoorError::from)?;
    let as_of = config.as_of()?;
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let board = answer(&scene, &asked.territory, year, as_of, config.lang)?;
    print_list(config, &board, |board| table(config, board))?;
    Ok(if board.total == 0 { Outcome::Nothing } else { Outcome::Found })
}

fn table(config: &Config, board: &BoardWire) -> String {
    let season = match (board.season, config.lang) {
        (None, _) => String::new(),
        (Some(year), Lang::Fr) => format!(" · saison {year}"),
        (Some(year), Lang::En) => format!(" · season {year}"),
    };
    let mut out = paragraph(
        "",
        &format!(
            "{} ({}){season} · {} {} · seq {} · {} {}",
            board.territory.name,
            board.territory.id,
            config.say("au", "as of"),
            board.as_of,
            board.seq,
            board.total,
            if board.total == 1 {
                config.say("suivi", "follow-up")
            } else {
                config.say("suivis", "follow-ups")
            }
        ),
    );
    if board.total == 0 {
        out.push_str(config.say(
            "Personne n’est suivi ici ; commencez par essaim decide.\n",
            "Nobody is followed here; begin with essaim decide.\n",
        ));
        return out;
    }
    for column in board.columns.iter().filter(|column| column.count > 0) {
        out.push_str(&cards(config, column));
    }
    title(&mut out, config.say("Jusqu’où vont les suivis", "How far follow-ups go"));
    out.push_str(&passages(config, &board.passages));
    title(&mut out, config.say("Comment ils finissent", "How they end"));
    let colon = config.say("\u{a0}: ", ": ");
    for end in &board.ends {
        out.push_str(&paragraph("  ", &format!("{}{colon}{}", end.label, end.of_all.sentence)));
        for cause in board.reasons.iter().filter(|cause| cause.state == end.state) {
            let said = format!("{}{colon}{}", cause.label, cause.of_these.text);
            out.push_str(&paragraph("    – ", &said));
        }
    }
    out.push('\n');
    out.push_str(&paragraph("", &board.note));
    out
}

fn cards(config: &Config, column: &ColumnWire) -> String {
    let mut out = String::new();
    title(&mut out, &format!("{} ({})", column.label, column.count));
    for card in &column.cards {
        out.push_str(&one(config, card));
    }
    out
}

fn one(config: &Config, card: &CardWire) -> String {
    let days = match config.lang {
        Lang::Fr => format!("{} j", card.days),
        Lang::En => format!("{} d", card.days),
    };
    let said = format!("{} — {} ({days})", card.enterprise.name, card.follow_up.sentence);
    let mut out = paragraph("  • ", &said);
    if let Some(note) = &card.follow_up.note {
        out.push_str(&paragraph("      ", note));
    }
    let colon = config.say("\u{a0}: ", ": ");
    if let Some(said) = &card.then {
        let words =
            format!("{}{colon}{}", config.say("disait alors", "said then"), then(config, said));
        out.push_str(&paragraph("      ≈ ", &words));
    }
    if let Some(said) = &card.now {
        let words =
            format!("{}{colon}{}", config.say("dit maintenant", "says now"), then(config, said));
        out.push_str(&paragraph("      ≈ ", &words));
    }
    out
}

fn passages(config: &Config, passages: &[PassageWire]) -> String {
    let columns = [
        Column::text(config.say("de", "from"), 12),
        Column::text(config.say("à", "to"), 12),
        Column::text(config.say("ont continué", "went on"), 0),
        Column::number(config.say("attendent", "waiting"), 9),
        Column::number(config.say("finis ici", "ended here"), 10),
        Column::text(config.say("jours (médiane)", "days (median)"), 16),
    ];
    let rows: Vec<Vec<String>> = passages
        .iter()
        .map(|one| {
            let days = one.median_days.map_or_else(
                || "—".to_owned(),
                |days| {
                    format!(
                        "{} ({} {})",
                        decimal(config, days, 0),
                        config.say("sur", "of"),
                        one.left
                    )
                },
            );
            vec![
                one.from_label.clone(),
                one.to_label.clone(),
                one.went_on.sentence.clone(),
                one.waiting.to_string(),
                one.ended.to_string(),
                days,
            ]
        })
        .collect();
    render(&columns, &rows)
}
