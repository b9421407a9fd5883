//! How sure a record is: how many independent sources tell it, and whether a person does.
//!
//! Three words. A record is *sure* with two independent sources that are not blocked, or
//! once a person confirmed it, unless its place is doubtful; *doubtful* when every source
//! is blocked; *to confirm* otherwise. Sources of one publisher are one
//! ([`crate::domain::source_book`]). It cannot see that two newspapers copied one release.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::domain::context::Confirmation;
use crate::domain::date::PartialDate;
use crate::domain::provenance::Source;
use crate::domain::source_book::{Publisher, SourceBook};

use super::numbers::SurenessNumbers;

/// How sure a record is, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Only blocked sources tell it.
    Doubtful,
    /// One source, none, or a doubtful place.
    ToConfirm,
    /// Two independent sources, or a person.
    Sure,
}

impl Word {
    /// The word of JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Doubtful => "doubtful",
            Self::ToConfirm => "to_confirm",
            Self::Sure => "sure",
        }
    }

    /// The key of the word shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Doubtful => "record.word.doubtful",
            Self::ToConfirm => "record.word.to_confirm",
            Self::Sure => "record.word.sure",
        }
    }
}

/// A source that makes nothing sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedSource {
    /// The source.
    pub source: String,
    /// Why, in French and in English.
    pub reason: (String, String),
}

/// How sure a record is.
#[derive(Debug, Clone, PartialEq)]
pub struct Sureness {
    /// 0..=1, higher is surer.
    pub value: f64,
    /// In one word.
    pub word: Word,
    /// Sources that are not blocked, as many as listed.
    pub addresses: usize,
    /// The independent ones.
    pub publishers: Vec<Publisher>,
    /// The name of the first publisher as a reader knows it: French, English; empty for the
    /// organisation itself.
    pub first_publisher: Option<(String, String)>,
    /// The blocked ones.
    pub blocked: Vec<BlockedSource>,
    /// When a person confirmed it.
    pub confirmed: Option<PartialDate>,
    /// Its place is doubtful.
    pub doubtful_place: bool,
}

/// What is read to say how sure a record is.
#[derive(Debug, Clone, Copy)]
pub struct Read<'a> {
    /// Its sources.
    pub sources: &'a [Source],
    /// Its own website, where known.
    pub own_site: Option<&'a str>,
    /// Its place is doubtful.
    pub doubtful_place: bool,
    /// When a person confirmed it.
    pub confirmed: Option<PartialDate>,
}

/// What people confirmed, by id: the latest day of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spoken {
    /// Enterprises that a person says are at work.
    pub enterprises: BTreeMap<String, PartialDate>,
    /// Actors of which a person confirmed something, as the robustness analysis reads it.
    pub actors: BTreeMap<String, PartialDate>,
}

/// The item by which a person says that an enterprise is at work.
const AT_WORK: &str = "active";

impl Spoken {
    /// Reads confirmations (the latest first) with the territory of each, known at `as_of`.
    #[must_use]
    pub fn read(confirmations: &[(String, Confirmation)], as_of: Date) -> Self {
        let mut spoken = Self::default();
        let mut judged = BTreeSet::new();
        for (_, said) in confirmations {
            if said.date.first_day() > as_of {
                continue;
            }
            if let Some(actor) = &said.actor {
                if said.state == "met" {
                    spoken.actors.entry(actor.clone()).or_insert(said.date);
                }
            } else if said.item == AT_WORK && judged.insert(said.enterprise.clone()) {
                // The last word on its being at work is the one that counts.
                if said.state == "met" {
                    spoken.enterprises.insert(said.enterprise.clone(), said.date);
                }
            }
        }
        spoken
    }
}

impl Sureness {
    /// How sure a record is; `deduced_share` of its weight was deduced and not read.
    #[must_use]
    pub fn new(
        read: &Read<'_>,
        deduced_share: f64,
        book: &SourceBook,
        numbers: &SurenessNumbers,
    ) -> Self {
        let mut blocked = Vec::new();
        let mut publishers: BTreeSet<Publisher> = BTreeSet::new();
        let mut first_publisher = None;
        let mut addresses = 0;
        for source in read.sources {
            if let Some(why) = book.blocked(&source.source) {
                let reason = (why.fr.clone(), why.en.clone());
                blocked.push(BlockedSource { source: source.source.clone(), reason });
                continue;
            }
            addresses += 1;
            let publisher = book.publisher(&source.source, read.own_site);
            if first_publisher.is_none() {
                first_publisher = Some(name_of(&publisher, source, book));
            }
            publishers.insert(publisher);
        }
        let independent = publishers.len();
        let base = match (read.confirmed.is_some(), independent) {
            (true, _) => numbers.confirmed,
            (false, 0) if blocked.is_empty() => numbers.none,
            (false, 0) => numbers.blocked_only,
            (false, 1) => numbers.one,
            (false, 2) => numbers.two,
            (false, _) => numbers.three,
        };
        let word = if read.confirmed.is_some()
            || (independent >= numbers.sure_from && !read.doubtful_place)
        {
            Word::Sure
        } else if independent == 0 && !blocked.is_empty() {
            Word::Doubtful
        } else {
            Word::ToConfirm
        };
        let place = if read.doubtful_place && read.confirmed.is_none() {
            numbers.doubtful_place
        } else {
            1.0
        };
        let value = base * place * (1.0 - numbers.deduced * deduced_share);
        Self {
            value: value.clamp(0.0, 1.0),
            word,
            addresses,
            publishers: publishers.into_iter().collect(),
            first_publisher,
            blocked,
            confirmed: read.confirmed,
            doubtful_place: read.doubtful_place,
        }
    }
}

fn name_of(publisher: &Publisher, source: &Source, book: &SourceBook) -> (String, String) {
    let both = |text: &str| (text.to_owned(), text.to_owned());
    match publisher {
        Publisher::Family(id) => {
            let family = book.families.iter().find(|family| family.id == *id);
            family.map_or_else(|| both(id), |family| (family.fr.clone(), family.en.clone()))
        }
        Publisher::Site(site) => both(site),
        Publisher::Named(_) => both(source.source.trim()),
        Publisher::Itself => (String::new(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::datasets::sources::book;
    use jiff::civil::date;

    const NUMBERS: SurenessNumbers = SurenessNumbers {
        none: 0.0,
        blocked_only: 0.1,
        one: 0.5,
        two: 0.8,
        three: 1.0,
        confirmed: 1.0,
        doubtful_place: 0.5,
        deduced: 0.4,
        sure_from: 2,
    };

    const PAGE: &str = "https://assos.example/annuaire/repair-cafe-lyon-69003";

    fn sure(sources: &[&str], change: impl Fn(&mut Read<'_>), deduced: f64) -> Sureness {
        let sources: Vec<Source> = sources.iter().map(|&s| Source::named(s)).collect();
        let mut read =
            Read { sources: &sources, own_site: None, doubtful_place: false, confirmed: None };
        change(&mut read);
        Sureness::new(&read, deduced, book(), &NUMBERS)
    }

    #[test]
    fn one_source_is_to_confirm_and_two_are_sure() {
        let none = sure(&[], |_| {}, 0.0);
        assert_eq!((none.value, none.word), (0.0, Word::ToConfirm));
        let one = sure(&["https://avise.org/a", "https://www.avise.org/b"], |_| {}, 0.0);
        assert_eq!((one.value, one.word, one.addresses), (0.5, Word::ToConfirm, 2));
        assert_eq!(one.first_publisher.unwrap().0, "avise.org");
        let two = sure(&["https://avise.org/a", "https://www.ronalpia.fr/b"], |_| {}, 0.25);
        // 0.8 × (1 − 0.4 × 0.25)
        assert!((two.value - 0.72).abs() < 1e-12);
        assert_eq!(two.word, Word::Sure);
        let registers = sure(&["mednum_cnfs", "data_inclusion_2022"], |_| {}, 0.0);
        assert_eq!(registers.word, Word::ToConfirm);
        let apart = sure(&["sirene_2017", "esat"], |_| {}, 0.0);
        assert_eq!(apart.word, Word::Sure);
    }

    #[test]
    fn a_blocked_source_makes_nothing_sure() {
        let alone = sure(&[PAGE], |_| {}, 0.0);
        assert_eq!((alone.value, alone.word), (0.1, Word::Doubtful));
        assert!(alone.blocked[0].reason.0.contains("ville par ville"));
        let with_one = sure(&[PAGE, "https://avise.org/a"], |_| {}, 0.0);
        assert_eq!((with_one.value, with_one.word), (0.5, Word::ToConfirm));
        let with_two = sure(&[PAGE, "https://avise.org/a", "https://b.org/a"], |_| {}, 0.0);
        assert_eq!(with_two.word, Word::Sure);
    }

    #[test]
    fn a_doubtful_place_is_to_confirm_until_a_person_does() {
        let sources = ["https://avise.org/a", "https://b.org/a"];
        let doubtful = sure(&sources, |read| read.doubtful_place = true, 0.0);
        assert_eq!((doubtful.value, doubtful.word), (0.4, Word::ToConfirm));
        let confirmed = |read: &mut Read<'_>| {
            read.doubtful_place = true;
            read.confirmed = Some(PartialDate::year(2026));
        };
        assert_eq!(sure(&[PAGE], confirmed, 0.0).word, Word::Sure);
        assert_eq!(sure(&[PAGE], confirmed, 0.0).value, 1.0);
    }

    #[test]
    fn the_last_word_of_a_person_counts_once_it_is_said() {
        let said = |item: &str, actor: Option<&str>, state: &str, day: &str| {
            let confirmation = Confirmation {
                enterprise: "e".to_owned(),
                actor: actor.map(str::to_owned),
                item: item.to_owned(),
                state: state.to_owned(),
                note: None,
                by: None,
                source: Source::named("appel"),
                date: PartialDate::parse(day).unwrap(),
            };
            ("dep-69".to_owned(), confirmation)
        };
        let list = [
            said("active", None, "unmet", "2026-10-01"),
            said("welcomes", Some("a"), "met", "2026-09-01"),
            said("active", None, "met", "2026-05-01"),
            said("conditions.premises", None, "met", "2026-04-01"),
        ];
        let late = Spoken::read(&list, date(2026, 11, 28));
        assert!(late.enterprises.is_empty() && late.actors.contains_key("a"));
        let early = Spoken::read(&list, date(2026, 6, 1));
        assert!(early.enterprises.contains_key("e") && early.actors.is_empty());
        assert!(Spoken::read(&list, date(2026, 4, 15)).enterprises.is_empty());
    }
}
