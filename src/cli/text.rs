//! Explanations as text: every sentence with its source.

use crate::domain::lang::Lang;
use crate::http::wire::candidates::{
    CandidatesWire, ContributionWire, EnterpriseBrief, ExplanationWire, WeightsWire,
};
use crate::http::wire::common::SentenceWire;
use crate::http::wire::decisions::FollowUpWire;
use crate::http::wire::territory::TerritoryBrief;

use super::config::Config;
use super::table::{Column, paragraph, render};

/// A number with the decimal mark of the language.
#[must_use]
pub fn decimal(config: &Config, value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match config.lang {
        Lang::Fr => text.replace('.', ","),
        Lang::En => text,
    }
}

/// A share 0..=1 in percent with at most `digits` decimals: `12,5 %`.
#[must_use]
pub fn percent(config: &Config, share: f64, digits: usize) -> String {
    let text = decimal(config, share * 100.0, digits);
    let text = match text.contains([',', '.']) {
        true => text.trim_end_matches('0').trim_end_matches([',', '.']),
        false => &text,
    };
    format!("{text}{}", config.say("\u{a0}%", "%"))
}

/// A score with its bounds: `0,742 [0,52–0,88]`.
#[must_use]
pub fn score(config: &Config, score: f64, interval: [f64; 2]) -> String {
    format!(
        "{} [{}–{}]",
        decimal(config, score, 3),
        decimal(config, interval[0], 2),
        decimal(config, interval[1], 2)
    )
}

/// How the column of shares reads, and the neighbours that are not told apart.
#[must_use]
pub fn robustness_key(config: &Config, answer: &CandidatesWire) -> String {
    let mut out = String::from("\n");
    out.push_str(&paragraph(
        config.say("« Dans les 3 » : ", "“In the top 3”: "),
        config.say(
            "part des pondérations essayées où la candidate est parmi les trois premières.",
            "share of the weightings tried in which the candidate is among the first three.",
        ),
    ));
    for zone in &answer.tie_zones {
        out.push_str(&paragraph("   ≈ ", &zone.text));
    }
    out
}

/// The top of an answer: territory, date, state, rules, weights, live themes.
#[must_use]
pub fn context(config: &Config, answer: &CandidatesWire) -> String {
    let label = |name: &str| -> Option<String> {
        let terms = answer.candidates.iter().flat_map(|candidate| &candidate.contributions);
        terms.filter(|term| term.criterion == name).map(|term| term.label.clone()).next()
    };
    let mut out = heading(config, &answer.territory, &answer.as_of, answer.seq, &answer.rules);
    let weights = weights(config, &answer.weights, label);
    out.push_str(&paragraph(config.say("Poids : ", "Weights: "), &weights));
    let themes: Vec<String> = answer
        .themes
        .iter()
        .map(|theme| {
            let by = theme.submitted_by.as_deref().or(theme.document.as_deref());
            match by {
                Some(by) => format!("{} {} ({by})", theme.label, decimal(config, theme.weight, 2)),
                None => format!("{} {}", theme.label, decimal(config, theme.weight, 2)),
            }
        })
        .collect();
    let wider = answer.themes.iter().find(|theme| theme.inherited).map(|theme| &theme.from.name);
    let themes = match (themes.is_empty(), wider) {
        (true, _) => config.say("aucune priorité en vigueur", "no priority in force").to_owned(),
        (_, None) => themes.join(", "),
        (_, Some(wider)) => {
            let said = config.say("du territoire plus large", "of the wider territory");
            format!("{} · {said} {wider}", themes.join(", "))
        }
    };
    out.push_str(&paragraph(config.say("Priorités : ", "Priorities: "), &themes));
    out.push('\n');
    out
}

/// Where, when, in which state of the log and under which rules.
#[must_use]
pub fn heading(
    config: &Config,
    territory: &TerritoryBrief,
    as_of: &str,
    seq: u64,
    rules: &str,
) -> String {
    let mut out = paragraph(
        "",
        &format!(
            "{} ({}, {} {}) · {} {as_of} · seq {seq}",
            territory.name,
            territory.id,
            thousands(territory.population),
            config.say("habitants", "inhabitants"),
            config.say("au", "as of"),
        ),
    );
    out.push_str(&paragraph(config.say("Règles : ", "Rules: "), rules));
    out
}

/// The plural name of a type of relation, as a scout says it.
#[must_use]
pub fn relation_label<'a>(config: &Config, kind: &'a str) -> &'a str {
    match kind {
        "competes" => config.say("même offre", "same offer"),
        "completes" => config.say("complète", "completes"),
        "supplies" => config.say("apporte à", "supplies"),
        "supplied_by" => config.say("reçoit de", "supplied by"),
        "tandem" => config.say("duo connu", "known duo"),
        "refers" => config.say("même public", "same public"),
        "could_carry" => config.say("pourrait porter", "could carry"),
        "sister" => config.say("même réseau", "same network"),
        other => other,
    }
}

/// Who it is, in a few lines.
#[must_use]
pub fn identity(enterprise: &EnterpriseBrief) -> String {
    let mut title = format!("{} ({})", enterprise.name, enterprise.id);
    for part in [&enterprise.home, &enterprise.website].into_iter().flatten() {
        title.push_str(" · ");
        title.push_str(part);
    }
    let mut out = paragraph("", &title);
    out.push_str(&paragraph("  ", &enterprise.summary));
    out
}

/// The terms of the score, which sum to it.
#[must_use]
pub fn contributions(config: &Config, terms: &[ContributionWire]) -> String {
    let columns = [
        Column::text(config.say("critère", "criterion"), 22),
        Column::number(config.say("poids", "weight"), 6),
        Column::text(config.say("utilité [bornes]", "utility [bounds]"), 18),
        Column::number(config.say("apport", "term"), 6),
        Column::text(config.say("le plus faible", "weakest"), 0),
    ];
    let rows: Vec<Vec<String>> = terms
        .iter()
        .map(|term| {
            vec![
                term.label.clone(),
                decimal(config, term.weight, 3),
                score(config, term.utility, term.interval),
                decimal(config, term.contribution, 3),
                term.weakest.as_ref().map(|w| w.sentence.text.clone()).unwrap_or_default(),
            ]
        })
        .collect();
    format!("\n{}", render(&columns, &rows))
}

/// The first reasons of a candidate, for a list.
#[must_use]
pub fn brief(config: &Config, explanation: &ExplanationWire) -> String {
    let mut out = String::new();
    for answer in explanation.answers.iter().take(3) {
        out.push_str(&answer_line(config, answer, 1));
    }
    for relation in explanation.relations.iter().filter(|relation| relation.main).take(3) {
        out.push_str(&paragraph("   ↔ ", &relation.sentence.text));
    }
    let unknown: Vec<&str> = explanation
        .gates
        .iter()
        .filter(|gate| gate.state == "unknown")
        .map(|gate| gate.label.as_str())
        .collect();
    if !unknown.is_empty() {
        let first = config.say("   ? à vérifier : ", "   ? to check: ");
        out.push_str(&paragraph(first, &unknown.join(", ")));
    }
    for question in explanation.questions.iter().take(2) {
        out.push_str(&paragraph("   ? ", &question.text));
    }
    let sources = sources(explanation);
    out.push_str(&format!(
        "   {} {}\n",
        sources,
        match (config.lang, sources) {
            (Lang::Fr, 0 | 1) => "source citée",
            (Lang::Fr, _) => "sources citées",
            (Lang::En, 1) => "source cited",
            (Lang::En, _) => "sources cited",
        }
    ));
    out
}

/// The whole explanation, part by part.
#[must_use]
pub fn whole(config: &Config, explanation: &ExplanationWire) -> String {
    let mut out = format!("\n{}", paragraph("", &explanation.headline));
    if !explanation.answers.is_empty() {
        title(&mut out, config.say("Besoins servis", "Needs answered"));
        for answer in &explanation.answers {
            out.push_str(&answer_line(config, answer, usize::MAX));
            for because in &answer.because {
                out.push_str(&paragraph(
                    "     ",
                    &format!("« {} » ({})", because.text, because.field),
                ));
            }
        }
    }
    if !explanation.relations.is_empty() {
        title(
            &mut out,
            config.say("Relations avec les acteurs d’ici", "Relations with actors here"),
        );
        for relation in &explanation.relations {
            let first = if relation.main { "   ↔ " } else { "   · " };
            let check =
                if relation.to_check { config.say(" (à vérifier)", " (to check)") } else { "" };
            out.push_str(&paragraph(
                first,
                &format!(
                    "{} {}{check} : {}{}",
                    relation.kind,
                    decimal(config, relation.strength, 2),
                    relation.sentence.text,
                    source_of(&relation.sentence)
                ),
            ));
        }
    }
    if !explanation.gates.is_empty() {
        title(&mut out, config.say("Conditions", "Gates"));
        for gate in &explanation.gates {
            let first = match (gate.state, gate.lifted) {
                ("met", _) => "   ✓ ",
                ("unmet", false) => "   ✗ ",
                ("unmet", true) => "   ✗ (levée) ",
                _ => "   ? ",
            };
            let text = format!("{} : {} [{}]", gate.label, gate.fact, gate.source);
            out.push_str(&paragraph(first, &text));
        }
    }
    for (name, sentences) in [
        (config.say("Preuves", "Proof"), &explanation.proof),
        (config.say("Appuis", "Supports"), &explanation.supports),
        (config.say("Porteurs possibles", "Possible carriers"), &explanation.carriers),
        (config.say("Points de vigilance", "To watch"), &explanation.watch_points),
        (config.say("À demander d’abord", "To ask first"), &explanation.questions),
    ] {
        if sentences.is_empty() {
            continue;
        }
        title(&mut out, name);
        for sentence in sentences {
            let text = format!("{}{}", sentence.text, source_of(sentence));
            out.push_str(&paragraph("   · ", &text));
        }
    }
    out
}

/// The weights by the labels of the criteria, or that they are equal; and whose they are.
#[must_use]
pub fn weights(
    config: &Config,
    weights: &WeightsWire,
    label: impl Fn(&str) -> Option<String>,
) -> String {
    let (values, whose) = (&weights.values, whose(config, weights));
    if let Some(weight) =
        values.values().next().filter(|first| values.values().all(|w| w == *first))
    {
        let count = values.len();
        let each = decimal(config, *weight, 3);
        return match config.lang {
            Lang::Fr => format!("égaux, {each} pour chacun des {count} critères{whose}"),
            Lang::En => format!("equal, {each} for each of the {count} criteria{whose}"),
        };
    }
    let parts: Vec<String> = values
        .iter()
        .filter(|(_, weight)| **weight > 0.0)
        .map(|(name, weight)| {
            let label = label(name).unwrap_or_else(|| (*name).to_owned());
            format!("{label} {}", decimal(config, *weight, 3))
        })
        .collect();
    format!("{}{whose}", parts.join(", "))
}

/// Whose weights they are, between brackets; nothing where they are nobody's.
#[must_use]
pub fn whose(config: &Config, weights: &WeightsWire) -> String {
    let Some(profile) = &weights.profile else {
        return match weights.owner.as_str() {
            "equal" => String::new(),
            "request" => config.say(" (ceux de la demande)", " (those of the request)").to_owned(),
            owner => format!(" ({owner})"),
        };
    };
    let since = weights.as_of.as_ref().map(|date| format!(", {date}")).unwrap_or_default();
    format!(" ({} {profile}, {}{since})", config.say("profil", "profile"), weights.owner)
}

/// How many are excluded, by gate, and the best of them.
#[must_use]
pub fn excluded(config: &Config, answer: &CandidatesWire) -> String {
    let label = |name: &str| -> String {
        let gates = answer.excluded.iter().flat_map(|excluded| &excluded.gates);
        gates
            .filter(|gate| gate.gate == name)
            .map(|gate| format!("« {} »", gate.label))
            .next()
            .unwrap_or_else(|| name.to_owned())
    };
    let by_gate: Vec<String> = answer
        .excluded_by_gate
        .iter()
        .map(|(gate, count)| format!("{} {count}", label(gate)))
        .collect();
    let mut out = paragraph(
        "",
        &format!(
            "{} {} · {} {}{}",
            answer.total,
            config.say("candidates en tout", "candidates in all"),
            answer.excluded_total,
            config.say("écartées", "excluded"),
            if by_gate.is_empty() { String::new() } else { format!(" ({})", by_gate.join(", ")) }
        ),
    );
    for excluded in answer.excluded.iter().take(3) {
        let unmet: Vec<&str> = excluded
            .gates
            .iter()
            .filter(|gate| gate.state == "unmet" && !gate.lifted)
            .map(|gate| gate.fact.as_str())
            .collect();
        out.push_str(&paragraph(
            "   ✗ ",
            &format!("{} : {}", excluded.enterprise.name, unmet.join(" ; ")),
        ));
        out.push_str(&follow_up(excluded.follow_up.as_ref()));
    }
    out
}

/// Where a follow-up stands, with its note; nothing where nobody follows.
#[must_use]
pub fn follow_up(follow_up: Option<&FollowUpWire>) -> String {
    let Some(follow_up) = follow_up else { return String::new() };
    let note = follow_up.note.as_ref().map(|note| format!(" — {note}")).unwrap_or_default();
    paragraph("   → ", &format!("{}{note}", follow_up.sentence))
}

/// A title with a blank line before it.
pub fn title(out: &mut String, name: &str) {
    out.push('\n');
    out.push_str(name);
    out.push('\n');
}

/// A need answered with its gap and the first `evidence` sentences.
#[must_use]
pub fn answer_line(
    config: &Config,
    answer: &crate::http::wire::candidates::AnswerWire,
    evidence: usize,
) -> String {
    let gap = match answer.gap.level {
        Some(level) => format!("{} {}", config.say("écart", "gap"), decimal(config, level, 2)),
        None => config.say("écart non mesuré", "gap not measured").to_owned(),
    };
    let mut out = paragraph("   • ", &format!("{} : {gap}", answer.label));
    for sentence in answer.gap.evidence.iter().take(evidence) {
        let year = match sentence.year {
            Some(year) if !sentence.text.contains(&year.to_string()) => format!(" ({year})"),
            _ => String::new(),
        };
        let source = if evidence > 1 { source_of(sentence) } else { String::new() };
        out.push_str(&paragraph("     ", &format!("{}{year}{source}", sentence.text)));
    }
    out
}

fn source_of(sentence: &SentenceWire) -> String {
    if sentence.source.is_empty() { String::new() } else { format!(" [{}]", sentence.source) }
}

/// Distinct sources cited.
fn sources(explanation: &ExplanationWire) -> usize {
    let mut found: Vec<&str> = explanation
        .proof
        .iter()
        .chain(&explanation.supports)
        .chain(&explanation.carriers)
        .chain(&explanation.watch_points)
        .chain(&explanation.questions)
        .chain(explanation.relations.iter().map(|relation| &relation.sentence))
        .chain(explanation.answers.iter().flat_map(|answer| &answer.gap.evidence))
        .flat_map(|sentence| &sentence.sources)
        .chain(explanation.gates.iter().flat_map(|gate| &gate.sources))
        .map(|source| source.source.as_str())
        .collect();
    found.sort_unstable();
    found.dedup();
    found.len()
}

/// A whole number with a narrow space between thousands.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_spaced() {
        assert_eq!(thousands(1_424_069), "1\u{202f}424\u{202f}069");
        assert_eq!(thousands(12), "12");
    }
}
