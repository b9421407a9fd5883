//! The quality of a record in words, in the language of the reader.

use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::provenance::Basis;
use crate::domain::source_book::SourceBook;
use crate::scouting::world::World;

use super::age::Age;
use super::completeness::{Completeness, Named};
use super::sureness::Sureness;
use super::visit::Visit;
use super::{Quality, Record};

/// A field or a reason: its id and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Stable id, where it has one.
    pub id: &'static str,
    /// The words.
    pub text: String,
}

/// The quality of a record in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityTold {
    /// Names of the parts: completeness, age, sureness.
    pub parts: [String; 3],
    /// Reasons of the part of completeness.
    pub completeness: Vec<String>,
    /// Fields that lack.
    pub missing: Vec<Told>,
    /// Fields deduced, not read.
    pub deduced: Vec<Told>,
    /// How old.
    pub age: String,
    /// How sure, in one word.
    pub word: String,
    /// Why that word.
    pub sureness: Vec<String>,
}

/// Why to go there, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitTold {
    /// The reasons, the heaviest first.
    pub reasons: Vec<String>,
}

impl Quality {
    /// In words.
    #[must_use]
    pub fn told(&self, world: &World, lang: Lang) -> QualityTold {
        let voice = Voice { world, lang };
        QualityTold {
            parts: ["record.part.completeness", "record.part.age", "record.part.sureness"]
                .map(|key| voice.word(key)),
            completeness: voice.completeness(&self.completeness),
            missing: voice.fields(&self.completeness.missing),
            deduced: voice.fields(&self.completeness.deduced),
            age: voice.age(&self.age),
            word: voice.word(self.sureness.word.label()),
            sureness: voice.sureness(&self.sureness),
        }
    }
}

impl Record {
    /// Why to go there, in words.
    #[must_use]
    pub fn visit_told(&self, world: &World, lang: Lang) -> VisitTold {
        let voice = Voice { world, lang };
        VisitTold { reasons: voice.visit(&self.visit) }
    }

    /// How the list is ordered, in words.
    #[must_use]
    pub fn order_told(world: &World, lang: Lang) -> String {
        Voice { world, lang }.word("record.visit.note")
    }
}

struct Voice<'a> {
    world: &'a World,
    lang: Lang,
}

impl Voice<'_> {
    fn say(&self, fact: &Fact) -> String {
        self.world.data.templates.phrase(fact, &self.world.data.taxonomy, self.lang)
    }

    fn word(&self, key: &'static str) -> String {
        self.say(&Fact::new(key, Basis::Stated))
    }

    fn fields(&self, fields: &[Named]) -> Vec<Told> {
        let told = |field: &Named| Told { id: field.id, text: self.word(field.label) };
        fields.iter().map(told).collect()
    }

    fn completeness(&self, found: &Completeness) -> Vec<String> {
        let count = |n: usize| Arg::Count(n as u64);
        let share = Fact::new("record.complete.share", Basis::Measured)
            .with("known", count(found.known))
            .with("all", count(found.all));
        let mut told = vec![self.say(&share)];
        if !found.deduced.is_empty() {
            let fields = self.fields(&found.deduced).into_iter().map(|field| field.text);
            let fact = Fact::new("record.complete.deduced", Basis::Inferred);
            told.push(self.say(&fact.with("fields", Arg::List(fields.collect()))));
        }
        told
    }

    fn age(&self, age: &Age) -> String {
        let (Some(latest), Some(years)) = (age.latest, age.years) else {
            return self.word("record.age.undated");
        };
        let key = if years < 1.0 { "record.age.recent" } else { "record.age.dated" };
        let fact = Fact::new(key, Basis::Measured)
            .with("year", Arg::Year(latest.year))
            .with("years", Arg::Count(years.round() as u64));
        self.say(&fact)
    }

    fn sureness(&self, sure: &Sureness) -> Vec<String> {
        let count = |n: usize| Arg::Count(n as u64);
        let mut told = Vec::new();
        if let Some(date) = sure.confirmed {
            let fact = Fact::new("record.sure.confirmed", Basis::Stated);
            told.push(self.say(&fact.with("on", Arg::Text(date.to_string()))));
        }
        match (sure.publishers.len(), &sure.first_publisher) {
            (1, Some((fr, en))) => {
                let name = if self.lang == Lang::Fr { fr } else { en };
                let publisher = match name.as_str() {
                    "" => Arg::Word("record.sure.own"),
                    name => Arg::Text(name.to_owned()),
                };
                let fact = Fact::new("record.sure.one", Basis::Stated);
                told.push(self.say(&fact.with("publisher", publisher)));
            }
            (0, _) if sure.blocked.is_empty() => told.push(self.word("record.sure.none")),
            (0, _) => {}
            (several, _) => {
                let fact = Fact::new("record.sure.sources", Basis::Stated);
                told.push(self.say(&fact.with("count", count(several))));
            }
        }
        if sure.addresses > sure.publishers.len() {
            let fact = Fact::new("record.sure.same", Basis::Measured)
                .with("count", count(sure.addresses))
                .with("voices", count(sure.publishers.len()));
            told.push(self.say(&fact));
        }
        for blocked in &sure.blocked {
            let (fr, en) = &blocked.reason;
            let reason = if self.lang == Lang::Fr { fr } else { en };
            let fact = Fact::new("record.sure.blocked", Basis::Stated)
                .with("source", Arg::Text(SourceBook::short(&blocked.source)))
                .with("reason", Arg::Text(reason.clone()));
            told.push(self.say(&fact));
        }
        if sure.doubtful_place {
            told.push(self.word("record.sure.place"));
        }
        told
    }

    fn visit(&self, visit: &Visit) -> Vec<String> {
        visit.reasons.iter().map(|fact| self.say(fact)).collect()
    }
}
