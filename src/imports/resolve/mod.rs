//! One organisation is one organisation: rows that tell the same one are found.
//!
//! Names are taken to pieces ([`name`]), rows that share a rare key are compared
//! ([`comparison`]) and scored in the manner of Fellegi and Sunter ([`score`]); identifiers
//! speak first, and a branch is never its network ([`verdict`]). Numbers and words are
//! those of `index/resolution.toml` ([`settings`]). Pure: rows in, links out.
//!
//! ```
//! use essaim::catalogue::Kind;
//! use essaim::imports::resolve::{Organisation, Settings, Verdict, link};
//!
//! let known = [Organisation::named(Kind::Enterprise, "singa", "SINGA")];
//! let mut branch = Organisation::named(Kind::Actor, "x1", "Asso. SINGA Lyon");
//! branch.insee = Some("69123".to_owned());
//! branch.commune = Some("Lyon".to_owned());
//! let found = link(&known, &[branch], Settings::shipped());
//! assert_eq!(found.links[0].verdict, Verdict::Sister);
//! ```

pub mod blocking;
pub mod comparison;
mod corpus;
pub mod domain;
mod likeness;
pub mod name;
pub mod organisation;
pub mod reasons;
pub mod score;
pub mod settings;
pub mod verdict;

use rayon::prelude::*;

pub use blocking::TooLarge;
pub use comparison::Comparison;
pub use organisation::Organisation;
pub use score::Score;
pub use settings::Settings;
pub use verdict::Verdict;

use crate::domain::fact::Fact;
use blocking::Blocks;
use corpus::Corpus;

/// Two rows and what they are to one another.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The existing row, or the first of two new ones: its place in the lists given,
    /// existing rows first.
    pub a: usize,
    /// The new row: its place in the lists given, existing rows first.
    pub b: usize,
    /// What they are; never [`Verdict::Different`].
    pub verdict: Verdict,
    /// P(same), in 0..=1.
    pub probability: f64,
    /// The levels of the fields.
    pub compared: Comparison,
    /// The weight with its parts.
    pub score: Score,
    /// Why, in the order of weight: sentences of `index/sentences.resolution.*.toml`.
    pub reasons: Vec<Fact>,
}

/// The links found, and what was done to find them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Links {
    /// Most probable first; ties by the places of the rows.
    pub links: Vec<Link>,
    /// Pairs compared.
    pub compared: u64,
    /// Keys that too many rows bear: their pairs were not compared under them.
    pub too_large: Vec<TooLarge>,
}

/// Links each of `new` to the `existing` rows and to the other new ones.
///
/// Call it at the end of an import: a link whose verdict is [`Verdict::Same`] reached the
/// threshold `merge` and may be applied; [`Verdict::Possible`] and [`Verdict::Sister`] are
/// to be proposed. Places in the links count the existing rows, then the new ones. The same
/// rows give the same links in the same order, whatever the number of threads.
#[must_use]
pub fn link(existing: &[Organisation], new: &[Organisation], settings: &Settings) -> Links {
    pairs(existing, new, settings)
}

/// Links rows among themselves, as [`link`] does with no existing row.
#[must_use]
pub fn propose(rows: &[Organisation], settings: &Settings) -> Links {
    pairs(&[], rows, settings)
}

/// Compares one pair, with the words of the reference alone for frequencies.
#[must_use]
pub fn compare(a: &Organisation, b: &Organisation, settings: &Settings) -> Link {
    let corpus = Corpus::new([a, b], settings);
    judged(&corpus, 0, 1, settings)
}

/// The levels of chosen pairs of `rows` (by their places), compared as [`propose`] would.
///
/// What an estimation of m and u counts.
///
/// # Panics
/// If a place is not one of `rows`.
#[must_use]
pub fn compare_many(
    rows: &[&Organisation],
    chosen: &[(usize, usize)],
    settings: &Settings,
) -> Vec<Comparison> {
    let corpus = Corpus::new(rows.iter().copied(), settings);
    chosen
        .par_iter()
        .map(|&(a, b)| comparison::compare(&corpus.all[a], &corpus.all[b], &corpus, settings))
        .collect()
}

fn pairs(existing: &[Organisation], new: &[Organisation], settings: &Settings) -> Links {
    let corpus = Corpus::new(existing.iter().chain(new), settings);
    let blocks = Blocks::new(&corpus, settings);
    let known = existing.len();
    let found: Vec<(u64, Vec<Link>)> = blocks
        .runs
        .par_iter()
        .map(|(key, run)| {
            let (mut compared, mut links) = (0, Vec::new());
            for (at, &b) in run.iter().enumerate() {
                // Places are sorted within a run: the later of two existing rows ends it.
                if (b as usize) < known {
                    continue;
                }
                for &a in &run[..at] {
                    if !blocks.first_shared(a, b, *key) {
                        continue;
                    }
                    compared += 1;
                    let link = judged(&corpus, a as usize, b as usize, settings);
                    if link.verdict != Verdict::Different {
                        links.push(link);
                    }
                }
            }
            (compared, links)
        })
        .collect();
    let mut all = Links { too_large: blocks.too_large, ..Links::default() };
    for (compared, links) in found {
        all.compared += compared;
        all.links.extend(links);
    }
    all.links
        .sort_by(|x, y| y.probability.total_cmp(&x.probability).then((x.a, x.b).cmp(&(y.a, y.b))));
    all
}

fn judged(corpus: &Corpus, a: usize, b: usize, settings: &Settings) -> Link {
    let (one, other) = (&corpus.all[a], &corpus.all[b]);
    let compared = comparison::compare(one, other, corpus, settings);
    let score = score::score(&compared, settings);
    let verdict = verdict::verdict(&compared, &score, settings);
    let reasons = match verdict {
        Verdict::Different => Vec::new(),
        _ => reasons::reasons(one.of, other.of, &compared, settings),
    };
    Link { a, b, verdict, probability: score.probability, compared, score, reasons }
}
