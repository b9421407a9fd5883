//! What the document is, the summary, and the need here.

use std::collections::BTreeSet;

use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Because};
use crate::matching::explanation::shown::{AnswerShown, Sentence};
use crate::matching::outcome::GateState;
use crate::scouting::feasibility::facts::Drawn;
use crate::scouting::feasibility::writer::Writer;
use crate::scouting::feasibility::{Feasibility, NeedHere, Standing, UnknownShown};

/// The document, its date, its state and its rules.
pub(in crate::scouting::feasibility) fn state(
    writer: &Writer<'_>,
    file: &Feasibility,
) -> Vec<Sentence> {
    let mut weights = Fact::new("feasibility.weights.equal", Basis::Stated);
    if file.weights.owner != "equal" {
        weights = Fact::new("feasibility.weights.of", Basis::Stated)
            .with("owner", Arg::Text(file.weights.owner.clone()));
    }
    vec![
        writer.about("feasibility.prepared", "on", &file.as_of.to_string()),
        writer.say(
            &Fact::new("feasibility.state", Basis::Stated)
                .with("seq", Arg::Text(file.seq.to_string()))
                .with("rules", Arg::Text(file.rules.clone())),
        ),
        writer.say(&weights),
        writer.say(&Fact::new("feasibility.reading", Basis::Stated)),
    ]
}

/// Where it stands.
pub(super) fn standing(drawn: &Drawn<'_>) -> Standing {
    let alternative = drawn.alternative;
    let excluded_by = drawn
        .explanation
        .gates
        .iter()
        .filter(|gate| gate.state == GateState::Unmet && !gate.lifted)
        .map(|gate| (gate.gate, gate.label.clone()))
        .collect();
    Standing {
        listed: !alternative.is_excluded(),
        rank: alternative.rank,
        total: drawn.total,
        score: alternative.score,
        interval: alternative.interval,
        excluded_by,
    }
}

/// The headline, the rank or the gates that keep it out, and what is not known.
pub(super) fn summary(
    drawn: &Drawn<'_>,
    writer: &Writer<'_>,
    unknowns: &[UnknownShown],
) -> Vec<Sentence> {
    let alternative = drawn.alternative;
    let enterprise = drawn.enterprise;
    let what = Fact::new("feasibility.summary.what", Basis::Stated)
        .with("enterprise", Arg::Text(enterprise.name.clone()))
        .with("summary", Arg::Text(enterprise.summary.trim_end_matches('.').to_owned()))
        .from_sources(enterprise.sources.clone());
    let headline = Sentence {
        text: drawn.explanation.headline.clone(),
        basis: Basis::Inferred,
        sources: Vec::new(),
    };
    let mut sentences = vec![writer.say(&what), headline];
    let scored = |key| {
        Fact::new(key, Basis::Inferred)
            .with("rank", Arg::Count(alternative.rank as u64))
            .with("total", Arg::Count(drawn.total as u64))
            .with("score", Arg::Number(alternative.score))
            .with("low", Arg::Number(alternative.interval.0))
            .with("high", Arg::Number(alternative.interval.1))
    };
    if alternative.is_excluded() {
        let gates: Vec<_> = drawn
            .explanation
            .gates
            .iter()
            .filter(|gate| gate.state == GateState::Unmet && !gate.lifted)
            .collect();
        for gate in &gates {
            sentences.push(Sentence {
                text: writer.about("feasibility.summary.excluded", "fact", &gate.fact.text).text,
                basis: gate.fact.basis,
                sources: gate.fact.sources.clone(),
            });
        }
        sentences.push(writer.say(&scored("feasibility.summary.would_rank")));
    } else {
        sentences.push(writer.say(&scored("feasibility.summary.rank")));
    }
    let open = drawn.conditions.iter().filter(|one| one.state == GateState::Unknown).count();
    sentences.push(
        writer.say(
            &Fact::new("feasibility.summary.unknown", Basis::Inferred)
                .with("questions", Arg::Count(unknowns.len() as u64))
                .with("conditions", Arg::Count(open as u64)),
        ),
    );
    sentences
}

/// The needs answered, the widest first. A figure is told once: a need that has none of
/// its own is said in one line, unless it is the first.
pub(super) fn needs(drawn: &Drawn<'_>, writer: &Writer<'_>) -> Vec<NeedHere> {
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut list: Vec<NeedHere> = Vec::new();
    for answer in drawn.explanation.answers.iter().take(writer.most("needs")) {
        let evidence: Vec<Sentence> = answer
            .evidence
            .iter()
            .filter(|sentence| sentence.basis != Basis::Prior)
            .filter(|sentence| told.insert(sentence.text.clone()))
            .take(writer.most("evidence"))
            .cloned()
            .collect();
        let brief = evidence.is_empty() && answer.need.is_some() && !list.is_empty();
        list.push(NeedHere {
            need: answer.need,
            label: answer.label.clone(),
            level: if brief { in_brief(answer, writer) } else { level(drawn, answer, writer) },
            because: if brief { Vec::new() } else { phrases(answer, writer.most("phrases")) },
            evidence,
            brief,
        });
    }
    list
}

fn in_brief(answer: &AnswerShown, writer: &Writer<'_>) -> Sentence {
    let mut fact = Fact::new("feasibility.need.brief", Basis::Inferred)
        .with("need", Arg::Text(answer.label.clone()));
    if let Some(level) = answer.level {
        fact = fact
            .with("level", Arg::Number(level.point))
            .with("low", Arg::Number(level.low))
            .with("high", Arg::Number(level.high));
    }
    writer.say(&fact)
}

/// How wide the gap is and what it is made of: what is not measured is said so.
fn level(drawn: &Drawn<'_>, answer: &AnswerShown, writer: &Writer<'_>) -> Sentence {
    let (Some(need), Some(level)) = (answer.need, answer.level) else {
        return writer.say(&Fact::new("feasibility.need.priority", Basis::Stated));
    };
    let gap = drawn.profile.gap(need);
    let severity = !gap.severity.evidence.is_empty();
    let coverage = !gap.coverage.evidence.is_empty();
    let reported = !gap.field.evidence.is_empty();
    let mut fact = Fact::new("feasibility.need.level", level.basis)
        .with("level", Arg::Number(level.point))
        .with("low", Arg::Number(level.low))
        .with("high", Arg::Number(level.high))
        .with(
            "how",
            Arg::Word(match (severity, coverage) {
                (false, false) if reported => "feasibility.need.reported",
                (true, true) => "feasibility.need.measured",
                (true, false) => "feasibility.need.severity_only",
                (false, true) => "feasibility.need.coverage_only",
                (false, false) => "feasibility.need.unmeasured",
            }),
        );
    if let (true, Some(severity)) = (severity, answer.severity) {
        fact = fact.with("severity", Arg::Number(severity.point));
    }
    if let (true, Some(coverage)) = (coverage, answer.coverage) {
        fact = fact.with("coverage", Arg::Share(coverage.point));
    }
    writer.say(&fact)
}

/// The enterprise's own phrases, what it says of the need before what it does.
fn phrases(answer: &AnswerShown, most: usize) -> Vec<Because> {
    let order = |because: &Because| match because.field.as_str() {
        "needs_addressed" => 0,
        "activities" => 1,
        "offers" => 2,
        "answers" => 3,
        _ => 4,
    };
    let mut list: Vec<Because> = answer.because.clone();
    list.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.text.cmp(&b.text)));
    list.dedup_by(|a, b| a.text == b.text);
    list.truncate(most);
    list
}
