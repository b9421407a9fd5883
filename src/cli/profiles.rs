//! `essaim profiles`: whose weights can be asked for with `--profile`; sets one, or ends it.

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

use crate::http::api::profiles::answer_list;
use crate::http::error::DoorError;
use crate::http::wire::common::WithdrawnWire;
use crate::http::wire::profiles::{ProfileWire, ProfilesWire};
use crate::matching::outcome::CriterionId;
use crate::scouting::profiles::write;
use crate::scouting::scene::Scene;
use crate::scouting::writing::Manner;

use super::Outcome;
use super::args::Profiles;
use super::config::Config;
use super::observe::{operator, withdrawn};
use super::output::{print_list, print_one};
use super::table::{Column, paragraph, render};
use super::text::percent;

/// Sets or ends one where asked, then lists and prints.
///
/// # Errors
/// Those of the profile; when the catalogue cannot be opened.
pub async fn run(config: &Config, asked: &Profiles) -> anyhow::Result<Outcome> {
    // The file is read before anything is opened: a misspelt name loads no seed.
    let set = asked.set.as_deref().map(read).transpose()?;
    let state = config.open().await?;
    let who = operator(asked.by.as_deref());
    let manner = Manner { reason: asked.reason.clone(), ..Manner::default() };
    if let Some((id, body)) = set {
        write::set(&state.scouting, &who, &id, &body, manner).await.map_err(DoorError::from)?;
    } else if let Some(id) = &asked.end {
        let ended = write::end(&state.scouting, &who, id, manner).await;
        let ended = WithdrawnWire::from(&ended.map_err(DoorError::from)?);
        print_one(config, &ended, |ended| withdrawn(config, ended))?;
        return Ok(Outcome::Found);
    }
    let scene = state.scene(config.seq).await?;
    let answer = answer_list(&scene, config.lang)?;
    print_list(config, &answer, |answer| table(config, &scene, answer))?;
    Ok(if answer.total == 0 { Outcome::Nothing } else { Outcome::Found })
}

/// A profile as a file holds it, with its id.
fn read(path: &Path) -> anyhow::Result<(String, Value)> {
    let shown = path.display();
    let text = if path == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.with_context(|| format!("fichier illisible `{shown}`"))?;
    let body: Value =
        serde_json::from_str(&text).with_context(|| format!("`{shown}` n’est pas du JSON"))?;
    let id = body.get("id").and_then(Value::as_str).map(str::to_owned);
    let id = id.with_context(|| format!("`{shown}` : donnez `id`, le nom du profil"))?;
    Ok((id, body))
}

fn table(config: &Config, scene: &Scene, answer: &ProfilesWire) -> String {
    let columns = [
        Column::text(config.say("profil", "profile"), 18),
        Column::text(config.say("à qui, depuis", "whose, since"), 20),
        Column::text(config.say("poids", "weights"), 0),
    ];
    let rows: Vec<Vec<String>> = answer
        .profiles
        .iter()
        .map(|profile| {
            let since = profile.as_of.as_deref().unwrap_or_default();
            let place = profile.territory.as_deref().unwrap_or_default();
            vec![
                profile.id.clone(),
                [profile.owner.as_str(), since, place].join(" ").trim().to_owned(),
                weights(config, scene, profile),
            ]
        })
        .collect();
    let mut out = render(&columns, &rows);
    for profile in &answer.profiles {
        let note = profile.note.as_deref().unwrap_or_default();
        let colon = config.say("\u{a0}: ", ": ");
        out.push('\n');
        out.push_str(&paragraph("", &format!("{} ({}){colon}{note}", profile.name, profile.id)));
    }
    out
}

/// The criteria by decreasing weight, those that weigh the same together.
fn weights(config: &Config, scene: &Scene, profile: &ProfileWire) -> String {
    let templates = &scene.world.data.templates;
    let label = |name: &str| -> String {
        let label = templates.get(&format!("criterion.{name}"), config.lang);
        label.unwrap_or(name).to_owned()
    };
    let criteria = CriterionId::ALL.iter().map(|criterion| criterion.as_str());
    let mut listed: Vec<(&str, f64)> = criteria
        .filter_map(|name| Some((name, *profile.weights.get(name)?)))
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    listed.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut groups: Vec<(f64, Vec<String>)> = Vec::new();
    for (name, weight) in listed {
        match groups.last_mut() {
            Some((known, names)) if (*known - weight).abs() < 1e-12 => names.push(label(name)),
            _ => groups.push((weight, vec![label(name)])),
        }
    }
    let shown = groups.iter().map(|(weight, names)| {
        let each = if names.len() > 1 { config.say(" chacun", " each") } else { "" };
        let colon = config.say("\u{a0}: ", ": ");
        format!("{}{each}{colon}{}", percent(config, *weight, 1), names.join(", "))
    });
    shown.collect::<Vec<_>>().join(config.say("\u{a0}; ", "; "))
}
