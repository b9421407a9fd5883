//! `essaim explain`: one enterprise on one territory, whole; `--format md` writes its
//! feasibility file.

use crate::http::api::candidates::answer_at;
use crate::http::api::feasibility;
use crate::http::error::DoorError;
use crate::http::wire::candidates::CandidatesWire;

use super::Outcome;
use super::args::Explain;
use super::config::{Config, Shape};
use super::output::{print, print_list};
use super::table::paragraph;
use super::{matching, steps, text};

/// Explains and prints.
///
/// # Errors
/// Those of the question.
pub async fn run(config: &Config, asked: Explain) -> anyhow::Result<Outcome> {
    let params = matching::params(config, &asked.weighing);
    let mut ask = matching::question(config, &params, &asked.territory)?;
    let state = config.open().await?;
    if config.shape == Shape::Md {
        let scene = state.scene(config.seq).await?;
        let enterprise = asked.enterprise;
        let written = move || -> Result<String, DoorError> {
            let file = feasibility::answer(&scene, &ask, &enterprise)?;
            Ok(feasibility::document(&scene, &file))
        };
        print(&state.heavy(written).await?)?;
        return Ok(Outcome::Found);
    }
    if matches!(config.shape, Shape::GeoJson | Shape::Ics) {
        return Err(config.shape.refused(&["table", "json", "csv", "md"]).into());
    }
    ask.enterprises = Some(vec![asked.enterprise]);
    let answer = answer_at(&state, config.seq, ask).await?;
    print_list(config, &answer, |answer| whole(config, answer))?;
    let nothing = answer.candidates.is_empty() && answer.excluded.is_empty();
    Ok(if nothing { Outcome::Nothing } else { Outcome::Found })
}

fn whole(config: &Config, answer: &CandidatesWire) -> String {
    let mut out = text::context(config, answer);
    for candidate in &answer.candidates {
        out.push_str(&text::identity(&candidate.enterprise));
        out.push_str(&format!(
            "{} {} · {} {}\n",
            config.say("rang", "rank"),
            candidate.rank,
            config.say("note", "score"),
            text::score(config, candidate.score, candidate.interval)
        ));
        out.push_str(&text::follow_up(candidate.follow_up.as_ref()));
        out.push_str(&paragraph("≈ ", &candidate.robustness.text));
        out.push_str(&text::contributions(config, &candidate.contributions));
        if let Some(change) = &candidate.to_first {
            out.push_str(&format!("\n{}", paragraph("", &change.sentence.text)));
        }
        out.push_str(&text::whole(config, &candidate.explanation));
        out.push_str(&steps::whole(config, &candidate.explanation, false));
    }
    for excluded in &answer.excluded {
        out.push_str(&text::identity(&excluded.enterprise));
        out.push_str(&format!(
            "{} {} · {} {}\n",
            config.say("ÉCARTÉE ; elle serait au rang", "EXCLUDED; its rank would be"),
            excluded.would_rank,
            config.say("note", "score"),
            text::decimal(config, excluded.would_score, 3)
        ));
        out.push_str(&text::follow_up(excluded.follow_up.as_ref()));
        for gate in excluded.gates.iter().filter(|gate| gate.state == "unmet" && !gate.lifted) {
            out.push_str(&paragraph(
                "  ✗ ",
                &format!("{} : {} [{}]", gate.label, gate.fact, gate.source),
            ));
        }
        if let Some(contributions) = &excluded.contributions {
            out.push_str(&text::contributions(config, contributions));
        }
        if let Some(change) = &excluded.to_first {
            out.push_str(&format!("\n{}", paragraph("", &change.sentence.text)));
        }
        if let Some(explanation) = &excluded.explanation {
            out.push_str(&text::whole(config, explanation));
            out.push_str(&steps::whole(config, explanation, true));
        }
    }
    out.push('\n');
    out.push_str(&steps::next_data(config, answer, true));
    out
}
