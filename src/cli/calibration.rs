//! `essaim calibration`: outcomes against what the engine had said at the first step.

use serde_json::Value;

use crate::http::api::board::answer_calibration;
use crate::http::wire::calibration::{BrierWire, CalibrationWire};
use crate::scouting::decisions::season;

use super::Outcome;
use super::args::Calibration;
use super::config::Config;
use super::output::print_list;
use super::table::{Column, paragraph, render};
use super::text::{decimal, percent, title};

/// Reads and prints.
///
/// # Errors
/// Unknown territory, bad season or date.
pub async fn run(config: &Config, asked: Calibration) -> anyhow::Result<Outcome> {
    let year = asked.season.map(|text| season(&Value::from(text))).transpose();
    let year = year.map_err(crate::http::error::DoorError::from)?;
    let as_of = config.as_of()?;
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let found = answer_calibration(&scene, asked.territory.as_deref(), year, as_of, config.lang)?;
    print_list(config, &found, |found| table(config, found))?;
    Ok(if found.count == 0 { Outcome::Nothing } else { Outcome::Found })
}

fn table(config: &Config, found: &CalibrationWire) -> String {
    let mut out = paragraph(
        "",
        &format!(
            "{} {} · {} {} · {} {}",
            config.say("au", "as of"),
            found.as_of,
            found.followed,
            config.say("suivis", "follow-ups"),
            found.count,
            config.say(
                "issues connues d’entreprises listées",
                "known outcomes of listed enterprises"
            )
        ),
    );
    title(&mut out, config.say("Ce qui est arrivé, par note", "What happened, by score"));
    let columns = [
        Column::text(config.say("note", "score"), 12),
        Column::number(config.say("issues", "outcomes"), 8),
        Column::number(config.say("réussites", "successes"), 9),
        Column::number(config.say("note moyenne", "mean score"), 12),
        Column::text(config.say("taux [intervalle]", "rate [interval]"), 0),
    ];
    let rows: Vec<Vec<String>> = found
        .bins
        .iter()
        .map(|bin| {
            let rate = bin.rate.map_or_else(
                || "—".to_owned(),
                |rate| {
                    let [low, high] = bin.interval.map(|bound| percent(config, bound, 0));
                    format!("{} [{low}–{high}]", percent(config, rate, 0))
                },
            );
            let mean = bin.mean_score.map(|mean| decimal(config, mean, 2));
            vec![
                format!("{}–{}", decimal(config, bin.low, 1), decimal(config, bin.high, 1)),
                bin.count.to_string(),
                bin.successes.to_string(),
                mean.unwrap_or_else(|| "—".to_owned()),
                rate,
            ]
        })
        .collect();
    out.push_str(&render(&columns, &rows));
    if let Some(brier) = &found.brier {
        out.push('\n');
        out.push_str(&scores(config, brier));
    }
    out.push('\n');
    for note in &found.notes {
        out.push_str(&paragraph("• ", note));
    }
    out
}

fn scores(config: &Config, brier: &BrierWire) -> String {
    let three = |value: f64| decimal(config, value, 3);
    let bounds = |of: Option<[f64; 2]>| {
        of.map(|[low, high]| format!(" [{}–{}]", three(low), three(high))).unwrap_or_default()
    };
    let colon = config.say("\u{a0}: ", ": ");
    let lines = [
        format!(
            "{}{colon}{}{} ; {}{colon}{}",
            config.say("score de Brier (0 est le mieux)", "Brier score (0 is best)"),
            three(brier.brier),
            bounds(brier.interval),
            config.say("celui du taux moyen", "that of the mean rate"),
            three(brier.base_rate_brier)
        ),
        format!(
            "{} {} − {} {} + {} {} + {} {}",
            config.say("= fiabilité", "= reliability"),
            three(brier.reliability),
            config.say("résolution", "resolution"),
            three(brier.resolution),
            config.say("incertitude", "uncertainty"),
            three(brier.uncertainty),
            config.say("dans les classes", "within bins"),
            three(brier.within)
        ),
        format!(
            "{}{colon}{}{}",
            config.say("écart avec le taux moyen", "difference with the mean rate"),
            three(brier.difference),
            bounds(brier.difference_interval)
        ),
    ];
    lines.iter().map(|line| paragraph("", line)).collect()
}
