//! `essaim decide`: records a step of a follow-up, takes the last one back, or shows the path.

use serde_json::{Map, Value};

use crate::access::Identity;
use crate::http::api::decisions::{answer, decide, take_back};
use crate::http::wire::decisions::{DecisionStepWire, PathWire, SaidWire};
use crate::scouting::writing::Manner;

use super::Outcome;
use super::args::Decide;
use super::config::Config;
use super::output::print_one;
use super::table::paragraph;
use super::text::{decimal, title};

/// Records, undoes or shows, then prints the path.
///
/// # Errors
/// Those of the step.
pub async fn run(config: &Config, asked: Decide) -> anyhow::Result<Outcome> {
    let state = config.open().await?;
    let who = Identity::operator(asked.by.clone().unwrap_or_else(|| "local".to_owned()));
    let path = if asked.undo {
        let manner = Manner { reason: asked.note.clone(), ..Manner::default() };
        let pair = (asked.territory.as_str(), asked.enterprise.as_str());
        take_back(&state, &who, &manner, pair, config.lang).await?
    } else if asked.state.is_some() {
        decide(&state, &who, &Manner::default(), body(&asked), config.lang).await?
    } else {
        let scene = state.scene(config.seq).await?;
        answer(&scene, &asked.territory, &asked.enterprise, config.lang)?
    };
    print_one(config, &path, |path| table(config, path))?;
    Ok(Outcome::Found)
}

/// The body that the API would be sent.
fn body(asked: &Decide) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Option<&String>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), Value::from(value.as_str()));
        }
    };
    put("territory", Some(&asked.territory));
    put("enterprise", Some(&asked.enterprise));
    put("state", asked.state.as_ref());
    put("reason", asked.reason.as_ref());
    put("note", asked.note.as_ref());
    put("date", asked.date.as_ref());
    put("season", asked.season.as_ref());
    put("source", asked.source.as_ref());
    put("by", asked.by.as_ref());
    Value::Object(body)
}

fn table(config: &Config, path: &PathWire) -> String {
    let mut out = paragraph(
        "",
        &format!("{} — {} · seq {}", path.enterprise.name, path.territory.name, path.seq),
    );
    match &path.follow_up {
        None => out.push_str(&paragraph(
            "",
            config.say("Plus aucun suivi ici.", "No follow-up is left here."),
        )),
        Some(follow_up) => out.push_str(&paragraph("→ ", &follow_up.sentence)),
    }
    title(&mut out, config.say("Étapes", "Steps"));
    for step in &path.steps {
        out.push_str(&one(config, step));
    }
    if !path.undone.is_empty() {
        title(&mut out, config.say("Annulées", "Taken back"));
    }
    for undone in &path.undone {
        let why = undone.reason.as_ref().map(|why| format!(" — {why}")).unwrap_or_default();
        out.push_str(&paragraph("  ✗ ", &format!("{}{why}", undone.step.sentence)));
    }
    let next: Vec<String> =
        path.next.iter().map(|next| format!("{} ({})", next.label, next.state)).collect();
    out.push('\n');
    out.push_str(&paragraph(config.say("Ensuite : ", "Next: "), &next.join(", ")));
    out
}

fn one(config: &Config, step: &DecisionStepWire) -> String {
    let mut out = paragraph("  • ", &step.sentence);
    let note = step.note.iter().cloned();
    let source = step.source.iter().map(|source| format!("[{}]", source.source));
    let more: Vec<String> = note.chain(source).collect();
    if !more.is_empty() {
        out.push_str(&paragraph("      ", &more.join(" ")));
    }
    if let Some(said) = &step.said {
        out.push_str(&paragraph("      ≈ ", &then(config, said)));
    }
    if let Some(written) = &step.written {
        let day: String = written.recorded_at.chars().take(10).collect();
        let said = match config.lang {
            crate::domain::lang::Lang::Fr => {
                format!("consigné le {day} par {} (seq {})", written.author, written.seq)
            }
            crate::domain::lang::Lang::En => {
                format!("recorded on {day} by {} (seq {})", written.author, written.seq)
            }
        };
        out.push_str(&paragraph("      ", &said));
    }
    out
}

/// What the engine said then, in one line.
pub(super) fn then(config: &Config, said: &SaidWire) -> String {
    let score = decimal(config, said.score, 3);
    let likely = said.likely.map(|[low, high]| {
        let (low, high) = (decimal(config, low, 2), decimal(config, high, 2));
        format!(" ({low}–{high})")
    });
    let likely = likely.unwrap_or_default();
    if said.listed {
        let (rank, on) = (config.say("rang", "rank"), config.say("sur", "of"));
        let say = config.say("note", "score");
        return format!("{rank} {} {on} {}, {say} {score}{likely}", said.rank, said.listed_total);
    }
    let out = config.say("écartée", "kept out");
    let would = config.say("elle aurait eu le rang", "it would have had rank");
    let say = config.say("note", "score");
    let gates: Vec<&str> = said.unmet.iter().map(|gate| gate.name.as_str()).collect();
    let gates = gates.join(", ");
    let semicolon = config.say("\u{a0};", ";");
    format!("{out} ({gates}){semicolon} {would} {}, {say} {score}", said.rank)
}
