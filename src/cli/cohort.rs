//! `essaim cohort`: the set to welcome together.

use anyhow::bail;
use serde_json::{Map, Value, json};

use crate::http::api::cohorts::answer;
use crate::http::wire::cohort::{ChosenWire, CohortWire};

use super::Outcome;
use super::args::Cohort;
use super::config::Config;
use super::output::print_list;
use super::table::{Column, paragraph, render};
use super::text;

/// Chooses and prints.
///
/// # Errors
/// Those of the question.
pub async fn run(config: &Config, asked: Cohort) -> anyhow::Result<Outcome> {
    let body = body(config, &asked)?;
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let lang = config.lang;
    let answer = state.heavy(move || answer(&scene, &body, lang)).await?;
    print_list(config, &answer, |answer| table(config, answer))?;
    Ok(if answer.chosen.is_empty() { Outcome::Nothing } else { Outcome::Found })
}

/// The body of the API, from the flags: the same reading, the same refusals.
fn body(config: &Config, asked: &Cohort) -> anyhow::Result<Value> {
    // A number as typed; what is none is refused by the reader of the body, with its bounds.
    let number = |text: &str| -> Value {
        let plain = text.trim().replace(',', ".");
        let whole = plain.parse::<u64>().map(Value::from);
        whole.unwrap_or_else(|_| plain.parse::<f64>().map_or_else(|_| json!(text), |n| json!(n)))
    };
    let typed = |text: &Option<String>| text.as_deref().map(number);
    let mut capacity = Map::new();
    for pair in &asked.capacity {
        let Some((territory, most)) = pair.rsplit_once('=') else {
            bail!(
                "{}",
                config.say(
                    "`--capacity` s’écrit territoire=nombre, par exemple epci-200046977=3",
                    "`--capacity` is written territory=number, for instance epci-200046977=3"
                )
            );
        };
        capacity.insert(territory.trim().to_owned(), number(most));
    }
    let mut body = json!({
        "territories": asked.territories,
        "include": asked.include,
        "exclude": asked.exclude,
        "never_two": asked.never_two,
        "exact": asked.exact,
        "capacity": capacity,
        "as_of": config.as_of()?.to_string(),
        "lang": config.lang.as_str(),
    });
    let said = [
        ("size", typed(&asked.size)),
        ("per_theme", typed(&asked.per_theme)),
        ("rural_share", typed(&asked.rural_share)),
        ("weights", asked.weights.as_ref().map(|text| json!(text))),
        ("profile", asked.profile.as_ref().map(|text| json!(text))),
    ];
    for (name, value) in said {
        body[name] = json!(value);
    }
    Ok(body)
}

fn table(config: &Config, cohort: &CohortWire) -> String {
    let names: Vec<&str> = cohort.territories.iter().map(|t| t.territory.name.as_str()).collect();
    let title = format!(
        "{} {} · {} {} · seq {}",
        config.say("Promotion pour", "Cohort for"),
        names.join(", "),
        config.say("au", "as of"),
        cohort.as_of,
        cohort.seq
    );
    let mut out = paragraph("", &title);
    out.push_str(&paragraph(config.say("Règles\u{a0}: ", "Rules: "), &cohort.rules));
    out.push('\n');
    if cohort.chosen.is_empty() {
        out.push_str(config.say("Aucune entreprise.\n", "No enterprise.\n"));
    } else {
        out.push_str(&chosen(config, cohort));
    }
    for one in cohort.chosen.iter().filter(|one| one.partner.is_some()) {
        let partner = one.partner.as_ref().map_or("", |partner| partner.text.as_str());
        out.push_str(&paragraph("  ↔ ", &format!("{} : {partner}", one.enterprise.name)));
    }
    text::title(&mut out, config.say("À côté de la liste", "Beside the list"));
    for said in &cohort.list.said {
        out.push_str(&paragraph("   · ", &said.text));
    }
    text::title(&mut out, config.say("Presque retenues", "Near misses"));
    for near in &cohort.near_misses {
        let said = format!("{} : {}", near.enterprise.name, near.sentence.text);
        out.push_str(&paragraph("   · ", &said));
    }
    text::title(&mut out, config.say("Ce que vaut cet ensemble", "What this set is worth"));
    for note in &cohort.notes {
        out.push_str(&paragraph("   · ", &note.text));
    }
    out
}

fn chosen(config: &Config, cohort: &CohortWire) -> String {
    let columns = [
        Column::number(config.say("n°", "no."), 3),
        Column::text(config.say("entreprise", "enterprise"), 24),
        Column::text(config.say("rang et note", "rank and score"), 20),
        Column::text(config.say("ce qu’elle apporte", "what it adds"), 0),
    ];
    let several = cohort.territories.len() > 1;
    let row = |one: &ChosenWire| {
        let place = |place: &crate::http::wire::cohort::PlaceWire| {
            let score = text::decimal(config, place.score, 3);
            match several {
                true => format!("{} : {}, {score}", place.name, place.rank),
                false => format!("{}, {score}", place.rank),
            }
        };
        let places: Vec<String> = one.places.iter().map(place).collect();
        vec![
            one.order.to_string(),
            one.enterprise.name.clone(),
            places.join(" ; "),
            one.sentence.text.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = cohort.chosen.iter().map(row).collect();
    render(&columns, &rows)
}
