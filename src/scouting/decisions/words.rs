//! What boards and calibrations say in words.

use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::provenance::Basis;
use crate::scouting::demand::DemandNumbers;
use crate::scouting::scene::Scene;

use super::board::Share;

/// "3 sur 7"; "aucun cas" of nothing.
#[must_use]
pub fn rate(scene: &Scene, share: &Share, lang: Lang) -> String {
    let key = if share.of == 0 { "decision.board.nothing" } else { "decision.board.rate" };
    say(scene, &share_of(key, share), lang)
}

/// "3 sur 7, soit une part entre 16 % et 75 % (intervalle à 95 %)"; "aucun cas" of nothing.
#[must_use]
pub fn between(scene: &Scene, share: &Share, lang: Lang) -> String {
    if share.of == 0 {
        return rate(scene, share, lang);
    }
    let level = scene.world.data.rules.number("decisions.calibration.level");
    let fact = share_of("decision.board.between", share)
        .with("low", Arg::Share(share.interval.0))
        .with("high", Arg::Share(share.interval.1))
        .with("level", Arg::Share(level));
    say(scene, &fact, lang)
}

/// How a board is read.
#[must_use]
pub fn board_note(scene: &Scene, lang: Lang) -> String {
    capital(&say(scene, &Fact::new("decision.note.board", Basis::Stated), lang))
}

/// What is concluded of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// Nothing: too few.
    TooFew,
    /// Better than the base rate.
    Better,
    /// Worse.
    Worse,
    /// Not told apart.
    Undecided,
}

/// The figures that the notes of a comparison tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Known outcomes of those listed.
    pub count: usize,
    /// Successes among them.
    pub successes: usize,
    /// Known outcomes of those kept out, and successes among them.
    pub kept_out: (usize, usize),
    /// Under way.
    pub censored: usize,
    /// Begun when already launched.
    pub after_the_fact: usize,
}

/// The notes of a comparison: what a score is, what can be concluded, what is left aside.
#[must_use]
pub fn calibration_notes(
    scene: &Scene,
    told: &Told,
    conclusion: Conclusion,
    lang: Lang,
) -> Vec<String> {
    let rules = &scene.world.data.rules;
    let number = |name: &str| Arg::Number(rules.number(name));
    let count = |n: usize| Arg::Count(n as u64);
    let level = Arg::Share(rules.number("decisions.calibration.level"));
    let key = match conclusion {
        Conclusion::TooFew => "decision.note.few",
        Conclusion::Better => "decision.note.better",
        Conclusion::Worse => "decision.note.worse",
        Conclusion::Undecided => "decision.note.undecided",
    };
    let concluded = Fact::new(key, Basis::Measured)
        .with("count", count(told.count))
        .with("successes", count(told.successes))
        .with("failures", count(told.count - told.successes))
        .with("minimum", number("decisions.calibration.minimum"))
        .with("minimum_each", number("decisions.calibration.minimum_each"))
        .with("level", level);
    let mut facts = vec![Fact::new("decision.note.score", Basis::Stated), concluded];
    if told.kept_out.0 > 0 {
        facts.push(
            Fact::new("decision.note.kept_out", Basis::Measured)
                .with("count", count(told.kept_out.0))
                .with("successes", count(told.kept_out.1)),
        );
    }
    if told.censored > 0 {
        let fact = Fact::new("decision.note.censored", Basis::Measured);
        facts.push(fact.with("censored", count(told.censored)));
    }
    if told.after_the_fact > 0 {
        let fact = Fact::new("decision.note.after", Basis::Measured);
        facts.push(fact.with("after", count(told.after_the_fact)));
    }
    facts.iter().map(|fact| capital(&say(scene, fact, lang))).collect()
}

/// How demand is counted and shown.
#[must_use]
pub fn demand_note(scene: &Scene, lang: Lang) -> String {
    let numbers = DemandNumbers::read(&scene.world.data.rules);
    let fact = Fact::new("decision.note.demand", Basis::Stated)
        .with("few", Arg::Count(numbers.few as u64))
        .with("floor", Arg::Count(numbers.floor));
    say(scene, &fact, lang)
}

/// A question that nothing was understood of.
#[must_use]
pub fn unread(scene: &Scene, lang: Lang) -> String {
    say(scene, &Fact::new("decision.note.unread", Basis::Stated), lang)
}

fn share_of(key: &'static str, share: &Share) -> Fact {
    Fact::new(key, Basis::Measured)
        .with("count", Arg::Count(share.count as u64))
        .with("of", Arg::Count(share.of as u64))
}

fn say(scene: &Scene, fact: &Fact, lang: Lang) -> String {
    scene.world.data.templates.phrase(fact, &scene.world.data.taxonomy, lang)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
