//! `essaim territory`: what is known of a territory, or the territories of a name.

use crate::http::api::territories::{answer, answer_list};
use crate::http::page::Page;
use crate::http::wire::territory::{PriorityWire, TerritoriesWire, TerritoryWire};

use super::Outcome;
use super::args::Territory;
use super::config::Config;
use super::output::{print_list, print_one};
use super::table::{Column, paragraph, render};
use super::text::{decimal, thousands};

/// Reads and prints.
///
/// # Errors
/// Those of the question.
pub async fn run(config: &Config, asked: &Territory) -> anyhow::Result<Outcome> {
    let (limit, as_of) = (config.limit(20)?, config.as_of()?);
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    if asked.search {
        let page = Page::read(None, &["territories"])?;
        let found = answer_list(&scene, Some(&asked.territory), &page, limit)?;
        print_list(config, &found, |found| table(config, found))?;
        return Ok(if found.territories.is_empty() { Outcome::Nothing } else { Outcome::Found });
    }
    let territory = answer(&scene, &asked.territory, as_of, config.lang)?;
    print_one(config, &territory, |territory| whole(config, territory))?;
    Ok(Outcome::Found)
}

fn table(config: &Config, found: &TerritoriesWire) -> String {
    let columns = [
        Column::text("id", 18),
        Column::text(config.say("sorte", "kind"), 12),
        Column::number(config.say("habitants", "inhabitants"), 12),
        Column::text(config.say("nom", "name"), 0),
    ];
    let rows: Vec<Vec<String>> = found
        .territories
        .iter()
        .map(|t| vec![t.id.clone(), t.kind.to_owned(), thousands(t.population), t.name.clone()])
        .collect();
    render(&columns, &rows)
}

fn whole(config: &Config, territory: &TerritoryWire) -> String {
    let mut out = paragraph(
        "",
        &format!(
            "{} ({}, {}) · {} {} · {} km² · {} · {} {} · seq {}",
            territory.name,
            territory.id,
            territory.kind,
            thousands(territory.population),
            config.say("habitants", "inhabitants"),
            decimal(config, territory.area_km2, 0),
            territory.density,
            config.say("au", "as of"),
            territory.as_of,
            territory.seq
        ),
    );
    let named = |list: &[crate::http::wire::territory::NamedWire]| -> String {
        let mut names: Vec<String> =
            list.iter().take(8).map(|named| format!("{} ({})", named.name, named.id)).collect();
        if list.len() > 8 {
            names.push(format!("… {}", list.len()));
        }
        names.join(", ")
    };
    for (title, list) in [
        ("EPCI : ", &territory.epcis),
        (config.say("Départements : ", "Départements: "), &territory.departements),
        (config.say("Régions : ", "Régions: "), &territory.regions),
    ] {
        if !list.is_empty() {
            out.push_str(&paragraph(title, &named(list)));
        }
    }
    let counts = &territory.counts;
    out.push_str(&paragraph(
        config.say("On sait : ", "Known: "),
        &format!(
            "{} {} ({} {}), {} {}, {} {}, {} {}",
            counts.actors_inside,
            config.say("acteurs ici", "actors here"),
            counts.actors_described,
            config.say("décrits", "described"),
            counts.needs_measured,
            config.say("besoins mesurés", "needs measured"),
            counts.observations,
            config.say("observations", "observations"),
            counts.supports,
            config.say("appuis", "supports")
        ),
    ));
    section(&mut out, config.say("Priorités en vigueur", "Priorities in force"));
    if territory.priorities.is_empty() {
        out.push_str(config.say("   aucune\n", "   none\n"));
    }
    for priority in &territory.priorities {
        let weight = decimal(config, priority.weight, 2);
        out.push_str(&priority_line(priority, &format!("{} {weight}", priority.label)));
    }
    if !territory.context.is_empty() {
        section(
            &mut out,
            config.say("Contexte publié (ne pèse rien)", "Published context (weighs nothing)"),
        );
        for priority in &territory.context {
            let text = format!("{} : {}", priority.kind, priority.label);
            out.push_str(&priority_line(priority, &text));
        }
    }
    if !territory.programmes.is_empty() {
        section(&mut out, config.say("Programmes présents", "Programmes present"));
        for programme in &territory.programmes {
            let text =
                format!("{} : {} [{}]", programme.label, programme.count, programme.source.source);
            out.push_str(&paragraph("   · ", &text));
        }
    }
    out
}

fn section(out: &mut String, title: &str) {
    out.push('\n');
    out.push_str(title);
    out.push('\n');
}

fn priority_line(priority: &PriorityWire, text: &str) -> String {
    let mut line = text.to_owned();
    for part in [&priority.submitted_by, &priority.document].into_iter().flatten() {
        line.push_str(" · ");
        line.push_str(part);
    }
    if priority.inherited && priority.kind == "submission" {
        line.push_str(&format!(" · {}", priority.from.name));
    }
    if let (Some(start), end) = (&priority.start, &priority.end) {
        line.push_str(&format!(" · {start} → {}", end.as_deref().unwrap_or("…")));
    }
    paragraph("   · ", &format!("{line} [{}]", priority.source.source))
}
