//! `essaim profiles`: whose weights can be asked for with `--profile`.

use crate::http::api::profiles::answer_list;
use crate::http::wire::profiles::{ProfileWire, ProfilesWire};
use crate::matching::outcome::CriterionId;
use crate::scouting::scene::Scene;

use super::Outcome;
use super::config::Config;
use super::output::print_list;
use super::table::{Column, paragraph, render};
use super::text::percent;

/// Lists and prints.
///
/// # Errors
/// When the catalogue cannot be opened.
pub async fn run(config: &Config) -> anyhow::Result<Outcome> {
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let answer = answer_list(&scene, config.lang)?;
    print_list(config, &answer, |answer| table(config, &scene, answer))?;
    Ok(if answer.total == 0 { Outcome::Nothing } else { Outcome::Found })
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
