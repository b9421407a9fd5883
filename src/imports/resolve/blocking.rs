//! Which pairs are worth comparing: those that share a rare key.
//!
//! Comparing a million rows with a million others is 10^12 pairs; a key keeps those that
//! could be one organisation. A key that too many bear says nothing and is left out, and
//! said. Pairs are met once, under the first key that they share.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::corpus::{Corpus, Prepared};
use super::settings::Settings;

/// A key that too many organisations bear for its pairs to be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TooLarge {
    /// What the key is made of (`word and commune`).
    pub key: &'static str,
    /// One of the organisations that bear it, `kind/id`.
    pub example: String,
    /// How many bear it.
    pub size: usize,
}

/// Organisations by key: one sorted list of (key, place in the corpus).
#[derive(Debug)]
pub(super) struct Blocks {
    /// Sorted keys of each organisation.
    pub keys: Vec<Vec<u64>>,
    /// Runs of places in the corpus that share a key, with the key.
    pub runs: Vec<(u64, Vec<u32>)>,
    pub too_large: Vec<TooLarge>,
}

/// The kinds of keys, in the order of their numbers.
const KEYS: [&str; 10] = [
    "SIREN",
    "RNA",
    "website",
    "name and département",
    "name",
    "word and commune",
    "beginning of a word and commune",
    "word and département",
    "acronym and département",
    "point",
];

impl Blocks {
    /// The blocks of a corpus: linear in its size but for the sort.
    pub fn new(corpus: &Corpus, s: &Settings) -> Self {
        use rayon::prelude::*;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A declared count.
        let largest = s.number("blocking.largest_block") as usize;
        let keyed: Vec<Vec<(u64, u8)>> =
            corpus.all.par_iter().map(|one| keys(one, corpus, s)).collect();
        let mut list: Vec<(u64, u32, u8)> = Vec::with_capacity(keyed.len() * 8);
        for (at, keys) in keyed.iter().enumerate() {
            let at = u32::try_from(at).expect("fewer organisations than 2^32");
            list.extend(keys.iter().map(|&(key, kind)| (key, at, kind)));
        }
        drop(keyed);
        list.par_sort_unstable();
        let mut keys = vec![Vec::new(); corpus.all.len()];
        let (mut runs, mut too_large) = (Vec::new(), Vec::new());
        for run in list.chunk_by(|a, b| a.0 == b.0) {
            let (key, first, kind) = run[0];
            if run.len() < 2 {
                continue;
            }
            if run.len() > largest {
                let example = corpus.all[first as usize].of.key();
                too_large.push(TooLarge { key: KEYS[usize::from(kind)], example, size: run.len() });
                continue;
            }
            for &(key, at, _) in run {
                keys[at as usize].push(key);
            }
            runs.push((key, run.iter().map(|&(_, at, _)| at).collect()));
        }
        too_large.sort_by(|a, b| (b.size, a).cmp(&(a.size, b)));
        Self { keys, runs, too_large }
    }

    /// Whether `key` is the first that the two share: a pair is compared there only.
    pub fn first_shared(&self, a: u32, b: u32, key: u64) -> bool {
        let (one, other) = (&self.keys[a as usize], &self.keys[b as usize]);
        let (mut i, mut j) = (0, 0);
        while i < one.len() && j < other.len() {
            match one[i].cmp(&other[j]) {
                std::cmp::Ordering::Equal => return one[i] == key,
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
            }
        }
        false
    }
}

/// The keys of an organisation, sorted, once each, with their kind.
fn keys(one: &Prepared, corpus: &Corpus, s: &Settings) -> Vec<(u64, u8)> {
    let mut keys: BTreeMap<u64, u8> = BTreeMap::new();
    let mut add = |kind: u8, parts: &[&str]| {
        let mut hasher = DefaultHasher::new();
        (kind, parts).hash(&mut hasher);
        keys.entry(hasher.finish()).or_insert(kind);
    };
    let of = one.of;
    if let Some(siren) = of.siren() {
        add(0, &[siren]);
    }
    if let Some(rna) = &of.rna {
        add(1, &[rna]);
    }
    if let Some(domain) = &one.domain {
        add(2, &[domain]);
    }
    let departement = of.departement().unwrap_or("");
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Declared counts.
    let (rarest, prefix) =
        (s.number("blocking.rare_words") as usize, s.number("blocking.prefix") as usize);
    for name in &one.names {
        let mut core: Vec<u32> =
            name.core.iter().copied().filter(|word| !one.commune.contains(word)).collect();
        core.sort_unstable_by(|&a, &b| {
            let bits = |word: u32| corpus.bits[word as usize];
            bits(b)
                .total_cmp(&bits(a))
                .then(corpus.words[a as usize].cmp(&corpus.words[b as usize]))
        });
        let mut texts: Vec<&str> =
            core.iter().map(|&word| corpus.words[word as usize].as_str()).collect();
        let sorts: Vec<&str> = name.sorts.iter().map(|&sort| s.sorts[sort].name.as_str()).collect();
        let mut communes: Vec<&str> = of.insee.iter().map(String::as_str).collect();
        communes.extend(of.sites.iter().map(String::as_str));
        for commune in communes {
            for word in texts.iter().take(rarest).chain(&sorts) {
                add(5, &[word, commune]);
            }
            let joined = corpus.words[name.joined as usize].as_str();
            for word in texts.iter().take(rarest).chain([&joined]) {
                let begins: String = word.chars().take(prefix).collect();
                add(6, &[&begins, commune]);
            }
        }
        // Without a commune, or with one that was read wrong: the rarest words by
        // département, and the places that the name itself bears.
        for &word in core.iter().take(rarest) {
            if corpus.bits[word as usize] >= s.number("blocking.word_bits") {
                add(7, &[&corpus.words[word as usize], departement]);
            }
        }
        let here = one.commune.iter().filter(|word| name.core.contains(word)).chain(&name.place);
        for &place in here {
            for sort in &sorts {
                add(7, &[sort, &corpus.words[place as usize], departement]);
            }
        }
        for place in &name.core {
            for sort in &sorts {
                add(7, &[sort, &corpus.words[*place as usize], departement]);
            }
        }
        for &acronym in &name.acronyms {
            add(8, &[&corpus.words[acronym as usize], departement]);
        }
        for &word in core.iter().take(rarest) {
            let word = &corpus.words[word as usize];
            if (3..=8).contains(&word.len()) {
                add(8, &[word, departement]);
            }
        }
        texts.sort_unstable();
        if !texts.is_empty() {
            let joined = texts.join(" ");
            add(3, &[&joined, departement]);
            add(4, &[&joined]);
        }
    }
    if let Some(point) = of.point {
        // Cells of some 200 m: an acronym and its words may share nothing but a building.
        let cell = |degrees: f64| format!("{:.0}", degrees * 500.0);
        add(9, &[&cell(point.lat), &cell(point.lon)]);
    }
    if let Some(network) = &one.network {
        let mut texts: Vec<&str> =
            network.core.iter().map(|&word| corpus.words[word as usize].as_str()).collect();
        texts.sort_unstable();
        add(4, &[&texts.join(" ")]);
    }
    keys.into_iter().collect()
}
