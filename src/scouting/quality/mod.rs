//! The quality of a record: which fields lack, how old it is, how sure, and which record is
//! worth a visit first.
//!
//! `score = Σ weight(part) × part`, over three parts of 0..=1, higher is better, with the
//! weights of `index/quality.toml`:
//!
//! - [`completeness`]: weight of what is known over the weight of all that matching reads;
//! - [`age`]: halves with the years since the latest dated fact, down to a floor, which is
//!   also what a record without any date has;
//! - [`sureness`]: how many independent sources, whether the place is doubtful, how much was
//!   deduced.
//!
//! Each lack counts once: sources and dates weigh nothing in completeness, a missing field
//! is not a deduced one, and an undated record is not called old. A fact added never lowers
//! the score (a test draws records and facts). It enters no score of a match.

pub mod age;
pub mod completeness;
mod numbers;
mod records;
pub mod sureness;
pub mod visit;
mod words;

use jiff::civil::Date;

use crate::domain::actor::Actor;
use crate::domain::enterprise::Enterprise;
use crate::domain::rules::Rules;
use crate::domain::source_book::SourceBook;

use age::Age;
use completeness::Completeness;
use numbers::QualityNumbers;
use sureness::{Spoken, Sureness};

use super::rows::Rows;
use super::world::World;

pub use numbers::Parts;
pub use records::{Listed, Record, RecordKind, RecordsAsk, of_store, records};
pub use words::{QualityTold, Told, VisitTold};

/// What a record is worth, with its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// Weighted sum of the parts, 0..=1, higher is better.
    pub score: f64,
    /// Weights of the parts; they sum to 1.
    pub weights: Parts,
    /// What is known and what lacks.
    pub completeness: Completeness,
    /// How old it is.
    pub age: Age,
    /// How sure it is.
    pub sureness: Sureness,
}

/// Judges records of one state of the catalogue at one date.
#[derive(Debug)]
pub struct Judge<'a> {
    numbers: QualityNumbers,
    book: &'a SourceBook,
    spoken: Spoken,
    as_of: Date,
}

impl<'a> Judge<'a> {
    /// A judge of the records of `rows` at `as_of`.
    #[must_use]
    pub fn new(world: &'a World, rows: &Rows, as_of: Date) -> Self {
        let spoken = Spoken::read(&rows.confirmations, as_of);
        Self::with(&world.data.rules, &world.data.sources, spoken, as_of)
    }

    /// A judge from its parts.
    #[must_use]
    pub fn with(rules: &Rules, book: &'a SourceBook, spoken: Spoken, as_of: Date) -> Self {
        Self { numbers: QualityNumbers::read(rules), book, spoken, as_of }
    }

    /// The quality of an enterprise's record.
    #[must_use]
    pub fn enterprise(&self, enterprise: &Enterprise) -> Quality {
        let completeness = Completeness::of_enterprise(enterprise, &self.numbers.enterprise);
        let confirmed = self.spoken.enterprises.get(&enterprise.id).copied();
        let sources = sureness::Read {
            sources: &enterprise.sources,
            own_site: enterprise.website.as_deref(),
            doubtful_place: false,
            confirmed,
        };
        let dates = age::of_enterprise(enterprise, self.book).chain(confirmed);
        self.quality(completeness, &sources, dates)
    }

    /// The quality of a local actor's record.
    #[must_use]
    pub fn actor(&self, actor: &Actor) -> Quality {
        let completeness = Completeness::of_actor(actor, &self.numbers.actor);
        let confirmed = self.spoken.actors.get(&actor.id).copied();
        let sources = sureness::Read {
            sources: &actor.sources,
            // The page of an actor is often that of somebody who speaks of it.
            own_site: None,
            doubtful_place: actor.doubtful_place,
            confirmed,
        };
        let dates = age::of_actor(actor, self.book).chain(confirmed);
        self.quality(completeness, &sources, dates)
    }

    fn quality(
        &self,
        completeness: Completeness,
        sources: &sureness::Read<'_>,
        dates: impl Iterator<Item = crate::domain::date::PartialDate>,
    ) -> Quality {
        let age = Age::new(dates, self.as_of, &self.numbers.age);
        let sureness =
            Sureness::new(sources, completeness.deduced_share, self.book, &self.numbers.sureness);
        let weights = self.numbers.parts;
        let score = weights.completeness * completeness.value
            + weights.age * age.value
            + weights.sureness * sureness.value;
        Quality { score: score.clamp(0.0, 1.0), weights, completeness, age, sureness }
    }
}

#[cfg(test)]
mod tests;
