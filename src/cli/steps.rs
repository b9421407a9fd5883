//! Steps and data to collect, as text.

use crate::http::wire::candidates::{CandidatesWire, ExplanationWire};
use crate::http::wire::steps::StepWire;

use super::config::Config;
use super::table::paragraph;
use super::text::decimal;

/// Steps shown under a candidate of a list.
const BRIEF: usize = 2;
/// Data shown under a list.
const DATA: usize = 3;

/// The data to look for first, in two or three lines, or that none would change anything.
#[must_use]
pub fn next_data(config: &Config, answer: &CandidatesWire, all: bool) -> String {
    if answer.next_data.is_empty() {
        return paragraph("", &answer.next_data_note);
    }
    let most = if all { usize::MAX } else { DATA };
    let mut out = String::new();
    for (at, datum) in answer.next_data.iter().take(most).enumerate() {
        let first = match at {
            0 => {
                config.say("La donnée à chercher d’abord\u{a0}: ", "The datum to look for first: ")
            }
            _ => config.say("Ensuite\u{a0}: ", "Then: "),
        };
        out.push_str(&paragraph(
            first,
            &format!("{} {} ({})", datum.text, datum.would_change.text, datum.effort.word),
        ));
    }
    if all {
        out.push_str(&paragraph("", &answer.next_data_note));
    }
    out
}

/// The first steps of a candidate, for a list.
#[must_use]
pub fn brief(config: &Config, explanation: &ExplanationWire) -> String {
    let steps = explanation.what_would_change.iter().take(BRIEF);
    steps.map(|step| paragraph("   ↑ ", &line(config, step))).collect()
}

/// Every step of a candidate, with what would show it, then what is to settle.
///
/// `excluded`: where it is kept out, nothing to do is said too.
#[must_use]
pub fn whole(config: &Config, explanation: &ExplanationWire, excluded: bool) -> String {
    let mut out = String::new();
    let steps = &explanation.what_would_change;
    let title = match (steps.is_empty(), excluded) {
        (true, true) => config.say(
            "Aucune démarche connue ne lèverait aujourd’hui ce qui l’écarte.",
            "No step that we know of would lift today what keeps it out.",
        ),
        (true, false) => config.say(
            "Aucune démarche connue ne changerait son rang.",
            "No step that we know of would change its rank.",
        ),
        (false, true) => config.say("Ce qui la ferait entrer", "What would let it in"),
        (false, false) => config.say("Ce qui changerait son rang", "What would change its rank"),
    };
    out.push_str(&format!("\n{title}\n"));
    for step in steps {
        out.push_str(&paragraph("   ↑ ", &line(config, step)));
        out.push_str(&paragraph(
            "     ",
            &format!("{} {}", config.say("Preuve\u{a0}:", "Proof:"), step.proof),
        ));
    }
    if !explanation.to_settle.is_empty() {
        out.push_str(config.say(
            "\nÀ éclaircir, sans effet sur la note\n",
            "\nTo settle, without effect on the score\n",
        ));
        for settle in &explanation.to_settle {
            let effort = settle.effort.as_ref().map(|effort| format!(" ({})", effort.word));
            let text = format!("{}{}", settle.step, effort.unwrap_or_default());
            out.push_str(&paragraph("   ? ", &text));
        }
    }
    out
}

/// "rang 4, note 0,712 (un appel) : Appeler…".
fn line(config: &Config, step: &StepWire) -> String {
    format!(
        "{} {}, {} {} ({}){} {}",
        config.say("rang", "rank"),
        step.new_rank,
        config.say("note", "score"),
        decimal(config, step.new_score, 3),
        step.effort.word,
        config.say("\u{a0}:", ":"),
        step.step
    )
}
