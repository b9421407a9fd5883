//! The backtest for a person: figures, halves, what each criterion says, events.

use crate::cli::config::Config;
use crate::cli::table::{Column, paragraph, render};
use crate::cli::text::decimal;
use crate::domain::lang::Lang;

use super::wire::{
    BacktestWire, EventWire, FIGURES, FigureWire, MethodWire, RefusedWire, SummaryWire,
};
use super::words;

/// The whole answer as text, `shown` events at most.
#[must_use]
pub fn table(config: &Config, answer: &BacktestWire, shown: usize) -> String {
    let mut out = head(config, answer);
    let halves = [
        (config.say("Ensemble", "All together"), answer.all.as_ref()),
        (config.say("Moitié «\u{a0}dev\u{a0}»", "Half “dev”"), answer.halves.get("dev")),
        (config.say("Moitié «\u{a0}held\u{a0}»", "Half “held”"), answer.halves.get("held")),
    ];
    for (name, summary) in halves {
        if let Some(summary) = summary {
            out.push('\n');
            out.push_str(&figures(config, name, summary));
        }
    }
    if let Some(all) = &answer.all {
        out.push('\n');
        out.push_str(&less(config, all));
        out.push('\n');
        out.push_str(&criteria(config, all));
        out.push_str(&gates(config, all));
        out.push('\n');
        out.push_str(&events(config, answer, shown));
    }
    out.push_str(&refused(config, &answer.unindexed, config.say("Hors catalogue", "Not indexed")));
    out.push_str(&refused(config, &answer.rejected, config.say("Lignes refusées", "Rows refused")));
    out.push('\n');
    out.push_str(config.say("Ce que ces chiffres disent\n", "What these figures say\n"));
    for limit in &answer.limits {
        out.push_str(&paragraph("• ", limit));
    }
    out
}

fn head(config: &Config, answer: &BacktestWire) -> String {
    let ceiling = answer.ceiling.map_or_else(|| "—".to_owned(), |c| decimal(config, c, 2));
    let mut text = if config.lang == Lang::Fr {
        format!(
            "{} lignes lues, {} rejouées, {} hors catalogue, {} refusées. Plafond de couverture\u{a0}: {ceiling}.",
            answer.read,
            answer.events.len(),
            answer.unindexed.len(),
            answer.rejected.len(),
        )
    } else {
        format!(
            "{} rows read, {} replayed, {} not indexed, {} refused. Ceiling of coverage: {ceiling}.",
            answer.read,
            answer.events.len(),
            answer.unindexed.len(),
            answer.rejected.len(),
        )
    };
    if let Some((place, count)) = &answer.most_frequent {
        text.push_str(&format!(
            " {} {} ({count}).",
            config.say("Territoire le plus fréquent\u{a0}:", "Most frequent territory:"),
            place.name
        ));
    }
    let mut out = paragraph("", &text);
    let draws = format!(
        "seq {} · {} · {} {} {}",
        answer.seq,
        answer.rules.chars().take(19).collect::<String>(),
        answer.bootstrap.draws,
        config.say("tirages d’entreprises, bornes à", "draws of enterprises, bounds at"),
        decimal(config, answer.bootstrap.level, 2),
    );
    out.push_str(&paragraph("", &draws));
    out
}

fn with_bounds(config: &Config, figure: &FigureWire) -> String {
    let value = decimal(config, figure.value, 2);
    match figure.interval {
        Some([low, high]) => {
            format!("{value} [{}–{}]", decimal(config, low, 2), decimal(config, high, 2))
        }
        None => value,
    }
}

fn of_methods(config: &Config, title: &'static str, rows: &[MethodWire]) -> String {
    let mut columns = vec![Column::text(title, 0)];
    columns.extend(FIGURES.map(|name| Column::text(name, 18)));
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let mut cells = vec![words::method(row.method, config.lang).to_owned()];
            let figures = [row.hit_at_5, row.hit_at_10, row.mrr, row.ndcg_at_10];
            cells.extend(figures.iter().map(|figure| with_bounds(config, figure)));
            cells
        })
        .collect();
    render(&columns, &rows)
}

fn figures(config: &Config, name: &str, summary: &SummaryWire) -> String {
    let title = format!(
        "{name} · {} {} · {} {}\n",
        config.say("implantations\u{a0}:", "implantations:"),
        summary.events,
        config.say("entreprises\u{a0}:", "enterprises:"),
        summary.enterprises,
    );
    title + &of_methods(config, config.say("classement", "ranking"), &summary.methods)
}

fn less(config: &Config, all: &SummaryWire) -> String {
    let title = config.say("Essaim moins…", "Essaim less…");
    of_methods(config, title, &all.essaim_less)
}

fn criteria(config: &Config, all: &SummaryWire) -> String {
    let columns = [
        Column::text(config.say("critère", "criterion"), 26),
        Column::text(
            config
                .say("autres mises derrière (0,50 = hasard)", "others put behind (0.50 = chance)"),
            38,
        ),
        Column::text(
            config.say("autres à égalité (1 = ne dit rien)", "others tied (1 = says nothing)"),
            0,
        ),
    ];
    let rows: Vec<Vec<String>> = all
        .criteria
        .iter()
        .map(|(name, figure)| {
            vec![
                words::criterion(name, config.lang).to_owned(),
                with_bounds(config, &figure.above),
                with_bounds(config, &figure.tied),
            ]
        })
        .collect();
    render(&columns, &rows)
}

fn gates(config: &Config, all: &SummaryWire) -> String {
    if all.gates.is_empty() {
        return String::new();
    }
    let each: Vec<String> = all
        .gates
        .iter()
        .map(|(gate, count)| format!("{} {count}", words::gate(gate, config.lang)))
        .collect();
    let title = config.say(
        "Implantations réelles que des portes auraient écartées\u{a0}: ",
        "Real implantations that gates would have kept out: ",
    );
    paragraph("", &format!("{title}{}", each.join(", ")))
}

fn rank(value: f64) -> String {
    // A rank shared by ties may fall between two places.
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("≈{value:.0}") }
}

fn events(config: &Config, answer: &BacktestWire, shown: usize) -> String {
    let columns = [
        Column::text(config.say("entreprise", "enterprise"), 20),
        Column::text(config.say("arrivée à", "came to"), 22),
        Column::number(config.say("année", "year"), 5),
        Column::number(config.say("sur", "among"), 5),
        Column::number("Essaim", 6),
        Column::number(config.say("sites", "sites"), 5),
        Column::number(config.say("thèmes", "themes"), 6),
        Column::number(config.say("texte", "text"), 5),
        Column::text(config.say("porte", "gate"), 0),
    ];
    let row = |event: &EventWire| {
        let by = |method: &str| rank(event.ranks[method]);
        let gates: Vec<&str> =
            event.gates.iter().map(|gate| words::gate(gate, config.lang)).collect();
        vec![
            event.enterprise.name.clone(),
            event.territory.name.clone(),
            event.year.to_string(),
            event.pool.to_string(),
            by("essaim"),
            by("most_sites"),
            by("theme_only"),
            by("text_only"),
            gates.join(", "),
        ]
    };
    let rows: Vec<Vec<String>> = answer.events.iter().take(shown).map(row).collect();
    let mut out = render(&columns, &rows);
    let rest = answer.events.len().saturating_sub(shown);
    if rest > 0 {
        out.push_str(&format!(
            "… {} {rest}{}\n",
            config.say("et", "and"),
            config.say(
                " de plus\u{a0}: --limit, ou --format json ou csv",
                " more: --limit, or --format json or csv"
            )
        ));
    }
    out
}

fn refused(config: &Config, rows: &[RefusedWire], title: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{title} ({})\n", rows.len());
    for row in rows {
        let typed: Vec<&str> = [&row.enterprise, &row.territory, &row.year]
            .into_iter()
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        out.push_str(&paragraph(
            &format!("{} {} · ", config.say("ligne", "line"), row.line),
            &format!("{} — {}", typed.join(" ; "), row.reason),
        ));
    }
    out
}
