//! `essaim gaps`: the needs that are furthest from being met in a territory.

use crate::http::api::gaps::{GapsAsk, answer_with_demand};
use crate::http::wire::gap::{GapWire, GapsWire};
use crate::scouting::ask::LIMIT_MAX;

use super::Outcome;
use super::args::Gaps;
use super::config::{Config, Shape};
use super::output::print_list;
use super::table::{Column, paragraph, render};
use super::text::decimal;

/// Gaps of the table when `--limit` says nothing.
const SHOWN: usize = 15;

/// Reads and prints.
///
/// # Errors
/// Those of the question.
pub async fn run(config: &Config, asked: Gaps) -> anyhow::Result<Outcome> {
    let unsaid = if config.shape == Shape::Table { SHOWN } else { LIMIT_MAX };
    let ask = GapsAsk {
        territory: asked.territory,
        theme: asked.theme,
        need: asked.need,
        as_of: config.as_of()?,
        limit: config.limit(unsaid)?,
        lang: config.lang,
    };
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let answer = answer_with_demand(&state, scene, ask).await?;
    print_list(config, &answer, |answer| table(config, answer))?;
    Ok(if answer.gaps.is_empty() { Outcome::Nothing } else { Outcome::Found })
}

fn table(config: &Config, answer: &GapsWire) -> String {
    let mut out = paragraph(
        "",
        &format!(
            "{} ({}) · {} {} · seq {} · {} {}",
            answer.territory.name,
            answer.territory.id,
            config.say("au", "as of"),
            answer.as_of,
            answer.seq,
            answer.total,
            config.say("besoins", "needs")
        ),
    );
    out.push('\n');
    let columns = [
        Column::text(config.say("besoin", "need"), 24),
        Column::text(config.say("écart [bornes]", "gap [bounds]"), 16),
        Column::number(config.say("gravité", "severity"), 8),
        Column::number(config.say("couvert", "covered"), 8),
        Column::number(config.say("terrain", "field"), 7),
        Column::text(config.say("sur quoi", "on what"), 0),
    ];
    let rows: Vec<Vec<String>> = answer.gaps.iter().map(|gap| row(config, gap)).collect();
    out.push_str(&render(&columns, &rows));
    out.push('\n');
    out.push_str(&demand(config, answer));
    out.push_str(&paragraph(
        "",
        config.say(
            "« — » : non mesuré. Une absence dans un registre n’est pas une absence sur le terrain.",
            "“—”: not measured. An absence in a register is not an absence on the ground.",
        ),
    ));
    out
}

/// What people asked for here and found little of: beside the gaps, never in them.
fn demand(config: &Config, answer: &GapsWire) -> String {
    let asked: Vec<String> = answer
        .gaps
        .iter()
        .filter_map(|gap| {
            let demand = gap.demand.as_ref()?;
            let times = config.say("fois", "times");
            let most = config.say("trouvé au plus", "found at most");
            Some(format!(
                "{} ({} {times}, {most} {}, {})",
                gap.label,
                demand.asked,
                demand.found_at_most,
                demand.months.join(", ")
            ))
        })
        .collect();
    if asked.is_empty() {
        return String::new();
    }
    let first = config.say("Demandé ici et peu trouvé : ", "Asked for here and little found: ");
    paragraph(first, &asked.join(" ; "))
}

fn row(config: &Config, gap: &GapWire) -> Vec<String> {
    let measured = |value: f64, empty: bool| {
        if empty { "—".to_owned() } else { decimal(config, value, 2) }
    };
    let contradicted = if gap.field.contradicted { " ≠" } else { "" };
    vec![
        gap.label.clone(),
        format!(
            "{} [{}–{}]",
            decimal(config, gap.level, 2),
            decimal(config, gap.interval[0], 2),
            decimal(config, gap.interval[1], 2)
        ),
        measured(gap.severity.level, gap.severity.evidence.is_empty()),
        measured(gap.coverage.level, gap.coverage.evidence.is_empty()),
        format!("{}{contradicted}", measured(gap.field.level, gap.field.evidence.is_empty())),
        on_what(config, gap),
    ]
}

fn on_what(config: &Config, gap: &GapWire) -> String {
    let mut parts = Vec::new();
    if let Some(item) = gap.severity.evidence.first() {
        let year = item.year.map(|year| format!(", {year}")).unwrap_or_default();
        parts.push(format!(
            "{} {} {}{year}",
            item.label,
            decimal(config, item.value, 1),
            item.unit
        ));
    }
    if let Some(item) = gap.coverage.evidence.first() {
        parts.push(format!(
            "{} : {} {} {}",
            item.label,
            decimal(config, item.counted, 0),
            config.say("pour", "for"),
            format_args!(
                "{} {}",
                decimal(config, item.expected, 1),
                config.say("attendus", "expected")
            )
        ));
    }
    if parts.is_empty()
        && let Some(datum) = &gap.best_datum
    {
        parts.push(format!("{} {datum}", config.say("à recueillir :", "to collect:")));
    }
    parts.join(" ; ")
}
