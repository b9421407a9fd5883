//! `essaim tour`: the yearly journey.

use serde_json::{Value, json};

use crate::domain::lang::Lang;
use crate::http::api::tours::{Format, answer};
use crate::http::wire::tour::{
    CandidateMetWire, LeftOutWire, MissedWire, RankWire, StopWire, TourWire, UnplacedWire,
};

use super::Outcome;
use super::args::Tour;
use super::config::{Config, Shape};
use super::output::print;
use super::table::{Column, paragraph, render};
use super::text::decimal;

/// Candidates without a place shown in the table.
const WITHOUT_PLACE_SHOWN: usize = 5;

/// Plans and prints.
///
/// # Errors
/// Those of the question.
pub async fn run(config: &Config, asked: Tour) -> anyhow::Result<Outcome> {
    let format = match config.shape {
        Shape::Table => None,
        Shape::Json => Some(Format::Json),
        Shape::Csv => Some(Format::Csv),
        Shape::GeoJson => Some(Format::GeoJson),
        Shape::Ics => Some(Format::Ics),
        other => {
            return Err(other.refused(&["table", "json", "csv", "geojson", "ics"]).into());
        }
    };
    let body = body(config, &asked)?;
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let tour = answer(&scene, &body, config.lang)?;
    match format {
        Some(format) => print(&format.write(&tour)?)?,
        None => print(&table(config, &TourWire::from(&tour)))?,
    }
    Ok(if tour.stops.is_empty() { Outcome::Nothing } else { Outcome::Found })
}

/// The body of the API, from the flags: the same reading, the same refusals.
fn body(config: &Config, asked: &Tour) -> anyhow::Result<Value> {
    // A number as typed; what is none is refused by the reader of the body, with its bounds.
    let number = |text: &Option<String>| {
        text.as_ref().map(|text| {
            text.trim().parse::<u64>().map_or_else(|_| json!(text.trim()), |number| json!(number))
        })
    };
    Ok(json!({
        "territories": asked.territories,
        "stops": number(&asked.stops),
        "from": asked.from,
        "days": number(&asked.days),
        "start_date": asked.start_date,
        "weights": asked.weights,
        "profile": asked.profile,
        "theme": asked.theme,
        "as_of": config.as_of()?.to_string(),
        "lang": config.lang.as_str(),
    }))
}

fn table(config: &Config, tour: &TourWire) -> String {
    let mut out = head(config, tour);
    if tour.stops.is_empty() {
        out.push_str(config.say("Aucune étape.\n", "No stop.\n"));
    } else {
        out.push_str(&stops(config, tour));
        for stop in &tour.stops {
            out.push_str(&detail(config, stop));
        }
        if let Some(back) = &tour.back {
            out.push_str(&paragraph("\n", &format!("{} ({})", back.said.text, back.date)));
        }
    }
    section(&mut out, config.say("Laissées de côté", "Left out"), &tour.left_out, |out| {
        left_out(out)
    });
    let title = config.say("Bien classées, hors de la tournée", "Well ranked, off the tour");
    section(&mut out, title, &tour.not_met, |one| missed(config, one));
    let shown = &tour.without_place[..tour.without_place.len().min(WITHOUT_PLACE_SHOWN)];
    let title = config.say("Candidates sans ville à visiter", "Candidates without a city");
    section(&mut out, title, shown, |one| unplaced(config, one));
    section(&mut out, config.say("À savoir", "To know"), &tour.notes, |note| note.text.clone());
    out
}

fn head(config: &Config, tour: &TourWire) -> String {
    let mut out = paragraph(
        "",
        &format!(
            "{} · {} {} · seq {}",
            tour.title,
            config.say("au", "as of"),
            tour.as_of,
            tour.seq
        ),
    );
    let totals = &tour.totals;
    let start = match &tour.start {
        Some(city) => format!("{} {} · ", config.say("depuis", "from"), city.name),
        None => String::new(),
    };
    let most = match tour.limits.days {
        Some(days) => format!("/{days}"),
        None => String::new(),
    };
    let text = match config.lang {
        Lang::Fr => format!(
            "{start}étapes {}/{} · jours {}{most} · {} km et {} h de trajet (estimés) · \
             candidates {} · organisations paires {} · valeur attendue {}",
            totals.stops,
            tour.limits.stops,
            totals.days,
            decimal(config, totals.distance_km, 0),
            decimal(config, totals.travel_hours, 0),
            totals.candidates,
            totals.peers,
            decimal(config, totals.value, 2),
        ),
        Lang::En => format!(
            "{start}stops {}/{} · days {}{most} · {} km and {} h of travel (estimates) · \
             candidates {} · peer organisations {} · expected value {}",
            totals.stops,
            tour.limits.stops,
            totals.days,
            decimal(config, totals.distance_km, 0),
            decimal(config, totals.travel_hours, 0),
            totals.candidates,
            totals.peers,
            decimal(config, totals.value, 2),
        ),
    };
    out.push_str(&paragraph("", &text));
    out.push_str(&paragraph(config.say("Règles : ", "Rules: "), &tour.rules));
    out.push('\n');
    out
}

fn stops(config: &Config, tour: &TourWire) -> String {
    let columns = [
        Column::number(config.say("n°", "no"), 3),
        Column::text(config.say("jour", "day"), 14),
        Column::text(config.say("ville", "city"), 20),
        Column::number("km", 5),
        Column::text(config.say("à rencontrer", "to meet"), 0),
        Column::number(config.say("valeur", "value"), 6),
    ];
    let rows: Vec<Vec<String>> = tour
        .stops
        .iter()
        .map(|stop| {
            let names: Vec<&str> = stop
                .candidates
                .iter()
                .map(|met| met.enterprise.name.as_str())
                .chain(stop.peers.iter().map(|met| met.name.as_str()))
                .collect();
            vec![
                stop.order.to_string(),
                format!("{} · {}", stop.leg.day, stop.leg.date),
                format!("{} ({})", stop.city.name, stop.city.departement),
                stop.leg.distance_km.map_or_else(|| "—".to_owned(), |km| decimal(config, km, 0)),
                names.join(", "),
                decimal(config, stop.value, 2),
            ]
        })
        .collect();
    render(&columns, &rows)
}

fn detail(config: &Config, stop: &StopWire) -> String {
    let mut out = String::from("\n");
    out.push_str(&paragraph(
        &format!("{}. ", stop.order),
        &format!("{} ({}) · {}", stop.city.name, stop.city.departement, stop.leg.said.text),
    ));
    for met in &stop.candidates {
        out.push_str(&candidate(config, met));
    }
    for met in &stop.peers {
        let text = format!("{} : {} [{}]", met.name, met.description, met.source.source);
        out.push_str(&paragraph("   ◦ ", &text));
    }
    if !stop.also_there.is_empty() {
        let first = config.say("   + s’il reste du temps : ", "   + if time is left: ");
        out.push_str(&paragraph(first, &stop.also_there.join(", ")));
    }
    out.push_str(&paragraph("   = ", &stop.reason.text));
    out
}

fn candidate(config: &Config, met: &CandidateMetWire) -> String {
    let text = format!(
        "{} ({}), {} · {}",
        met.enterprise.name,
        met.enterprise.id,
        ranks(config, &met.ranks),
        met.place_said.text
    );
    let mut out = paragraph("   • ", &text);
    if !met.headline.is_empty() {
        out.push_str(&paragraph("     ", &met.headline));
    }
    for question in &met.questions {
        out.push_str(&paragraph("     ? ", &question.text));
    }
    out
}

fn ranks(config: &Config, ranks: &[RankWire]) -> String {
    let said: Vec<String> = ranks
        .iter()
        .map(|rank| {
            format!(
                "{} {} {} {} ({})",
                config.say("rang", "rank"),
                rank.rank,
                config.say("pour", "for"),
                rank.name,
                decimal(config, rank.score, 3)
            )
        })
        .collect();
    said.join(", ")
}

fn section<T>(out: &mut String, title: &str, items: &[T], said: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    out.push_str(&format!("\n{title}\n"));
    for item in items {
        out.push_str(&paragraph("   · ", &said(item)));
    }
}

fn left_out(out: &LeftOutWire) -> String {
    format!(
        "{} ({}), {} : {}",
        out.city.name,
        out.city.departement,
        out.names.join(", "),
        out.reason.text
    )
}

fn missed(config: &Config, one: &MissedWire) -> String {
    format!("{}, {} : {}", one.enterprise.name, ranks(config, &one.ranks), one.reason.text)
}

fn unplaced(config: &Config, one: &UnplacedWire) -> String {
    format!("{}, {} : {}", one.enterprise.name, ranks(config, &one.ranks), one.reason.text)
}
