//! The organisations made ready to be compared, and how often their words are met.
//!
//! Frequencies come from the organisations at hand and from those of the reference
//! (`index/name_frequencies.tsv`) together, so that ten rows of one town are judged as
//! they would be among all: `f = (communes − 1 + known) / (n + reference)`, where a
//! word or a name counts once per commune, that of the pair itself aside.

use std::collections::HashMap;

use rayon::prelude::*;

use super::domain;
use super::name::{self, Name};
use super::organisation::Organisation;
use super::settings::Settings;
use crate::catalogue::record::folding::fold_label;

/// A name with its words as numbers of the corpus.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Pieces {
    pub core: Vec<u32>,
    pub sorts: Vec<usize>,
    pub marks: Vec<u32>,
    pub place: Vec<u32>,
    pub acronyms: Vec<u32>,
    pub words: Vec<u32>,
    pub aside: Vec<u32>,
    pub joined: u32,
    pub part: bool,
    /// Bits of the name as a whole: how rare it is.
    pub rarity: f64,
}

/// An organisation ready to be compared.
#[derive(Debug, Clone)]
pub(super) struct Prepared<'a> {
    pub of: &'a Organisation,
    pub names: Vec<Pieces>,
    pub commune: Vec<u32>,
    pub network: Option<Pieces>,
    pub domain: Option<String>,
    pub form: Option<usize>,
    /// Rows at most that one register has under its whole name in its commune.
    pub listed: u32,
}

/// Organisations and the frequencies of what they bear.
#[derive(Debug)]
pub(super) struct Corpus<'a> {
    pub all: Vec<Prepared<'a>>,
    pub words: Vec<String>,
    /// Bits of each word, by its number.
    pub bits: Vec<f64>,
    /// Whether a word is a filler.
    pub filler: Vec<bool>,
    /// Bits of each kind of place.
    pub sort_bits: Vec<f64>,
    communes: HashMap<String, f64>,
    commune_bits_max: f64,
}

/// What is read of an organisation before its words are numbered.
struct Loose {
    names: Vec<Name>,
    network: Option<Name>,
    commune: Vec<String>,
    domain: Option<String>,
    form: Option<usize>,
}

impl<'a> Corpus<'a> {
    /// Reads the organisations, in their order.
    pub fn new(organisations: impl IntoIterator<Item = &'a Organisation>, s: &Settings) -> Self {
        let all: Vec<&Organisation> = organisations.into_iter().collect();
        let loose: Vec<Loose> = all.par_iter().map(|one| loosen(one, s)).collect();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut words: Vec<String> = Vec::new();
        let mut number = |word: &str| -> u32 {
            if let Some(&known) = numbers.get(word) {
                return known;
            }
            let next = u32::try_from(words.len()).expect("fewer words than 2^32");
            numbers.insert(word.to_owned(), next);
            words.push(word.to_owned());
            next
        };
        // A name counts once per commune: ten rows of one commune are one organisation
        // told ten times more often than ten homonyms.
        let mut whole: HashMap<String, u32> = HashMap::new();
        let mut borne: Vec<(u32, u32)> = Vec::with_capacity(all.len() * 4);
        let mut named: Vec<(u32, u32)> = Vec::with_capacity(all.len());
        let mut sorts = vec![0.0; s.sorts.len()];
        let mut communes: HashMap<String, f64> = HashMap::new();
        let mut prepared = Vec::with_capacity(all.len());
        for (of, loose) in all.iter().zip(&loose) {
            let mut pieces = |name: &Name| {
                let mut of = |list: &[String]| list.iter().map(|word| number(word)).collect();
                Pieces {
                    core: of(&name.core),
                    sorts: name.sorts.clone(),
                    marks: of(&name.marks),
                    place: of(&name.place),
                    acronyms: of(&name.acronyms),
                    words: of(&name.words),
                    aside: of(&name.aside),
                    joined: number(&name.joined),
                    part: name.part,
                    rarity: 0.0,
                }
            };
            let names: Vec<Pieces> = loose.names.iter().map(&mut pieces).collect();
            let network = loose.network.as_ref().map(&mut pieces);
            let commune = loose.commune.iter().map(|word| number(word)).collect();
            if let (Some(first), Some(own)) = (names.first(), loose.names.first()) {
                let mut seen = first.core.clone();
                seen.extend(&first.place);
                seen.sort_unstable();
                seen.dedup();
                let commune = of.insee.as_deref().map(&mut number);
                borne.extend(commune.iter().flat_map(|&at| seen.iter().map(move |&w| (w, at))));
                for &sort in &first.sorts {
                    sorts[sort] += 1.0;
                }
                let next = u32::try_from(whole.len()).expect("fewer names than 2^32");
                let name = *whole.entry(key_of(own)).or_insert(next);
                named.extend(commune.map(|at| (name, at)));
            }
            if let Some(insee) = &of.insee {
                *communes.entry(insee.clone()).or_default() += 1.0;
            }
            let (domain, form) = (loose.domain.clone(), loose.form);
            prepared.push(Prepared { of, names, commune, network, domain, form, listed: 0 });
        }
        count_listed(&mut prepared);
        let counts = counted(borne, words.len());
        let name_counts = counted(named, whole.len());
        #[allow(clippy::cast_precision_loss)] // Fewer than 2^52 organisations.
        let count = all.len() as f64;
        let reference = s.number("prior.population");
        let (word_max, name_max) = (s.number("name.word_bits_max"), s.number("name.bits_max"));
        let unseen = s.number("name.unseen");
        let bits = |known: Option<&f64>, seen: f64| {
            let met = (seen - 1.0).max(0.0) + known.copied().unwrap_or(unseen);
            ((count + reference) / met).log2().min(word_max)
        };
        let known = |kind: &str, key: &str| s.known.get(&format!("{kind}\t{key}"));
        let per_word: Vec<f64> =
            words.iter().zip(&counts).map(|(w, &seen)| bits(known("word", w), seen)).collect();
        let sort_bits = s.sorts.iter().zip(&sorts);
        let sort_bits: Vec<f64> =
            sort_bits.map(|(sort, &n)| bits(known("sort", &sort.name), n)).collect();
        for (prepared, loose) in prepared.iter_mut().zip(&loose) {
            for (pieces, name) in prepared.names.iter_mut().zip(&loose.names) {
                let key = key_of(name);
                let seen = whole.get(&key).map_or(0.0, |&at| name_counts[at as usize]);
                let listed = known("name", &key);
                // A name that was never met is as rare as its words together.
                pieces.rarity = if listed.is_some() || seen > 1.0 {
                    bits(listed, seen)
                } else {
                    let words = pieces.core.iter().map(|&word| per_word[word as usize]);
                    let kinds = pieces.sorts.iter().map(|&sort| sort_bits[sort]);
                    words.chain(kinds).sum::<f64>().min(name_max)
                };
            }
        }
        Self {
            sort_bits,
            filler: words.iter().map(|word| s.filler.contains(word)).collect(),
            bits: per_word,
            all: prepared,
            words,
            communes: communes
                .into_iter()
                .map(|(insee, n)| {
                    let bits = bits(known("commune", &insee), n);
                    (insee, bits)
                })
                .collect(),
            commune_bits_max: word_max,
        }
    }

    /// The bits of a commune: how seldom an organisation is there.
    pub fn commune_bits(&self, insee: &str) -> f64 {
        self.communes.get(insee).copied().unwrap_or(self.commune_bits_max)
    }
}

/// Counts, for each organisation, the rows of one register with its name in its commune.
fn count_listed(prepared: &mut [Prepared<'_>]) {
    let name = |one: &Prepared<'_>| one.names.first().map_or(0, |name| name.joined);
    let mut rows: HashMap<(u32, &str, &str), u32> = HashMap::new();
    for one in prepared.iter() {
        if let (Some(insee), Some(register)) = (&one.of.insee, one.of.registers.first()) {
            *rows.entry((name(one), insee, register)).or_default() += 1;
        }
    }
    let mut most: HashMap<(u32, &str), u32> = HashMap::new();
    for ((name, insee, _), count) in rows {
        let known = most.entry((name, insee)).or_default();
        *known = count.max(*known);
    }
    for one in prepared.iter_mut() {
        let listed = one.of.insee.as_deref().and_then(|insee| most.get(&(name(one), insee)));
        one.listed = listed.copied().unwrap_or(0);
    }
}

/// In how many communes each number is met.
fn counted(mut met: Vec<(u32, u32)>, numbers: usize) -> Vec<f64> {
    met.par_sort_unstable();
    met.dedup();
    let mut counts = vec![0.0; numbers];
    for (number, _) in met {
        counts[number as usize] += 1.0;
    }
    counts
}

/// What a name is counted under: its words and kinds, in a fixed order.
pub(super) fn key_of(name: &Name) -> String {
    let mut words: Vec<&str> = name.core.iter().map(String::as_str).collect();
    words.sort_unstable();
    let kinds = name.sorts.iter().map(|sort| format!("§{sort}"));
    words.into_iter().map(str::to_owned).chain(kinds).collect::<Vec<_>>().join(" ")
}

fn loosen(of: &Organisation, s: &Settings) -> Loose {
    let mut names = name::variants(&of.name, s);
    names.extend(of.aliases.iter().flat_map(|alias| name::variants(alias, s)));
    let commune = of.commune.as_deref().map(fold_label).unwrap_or_default();
    let commune = commune
        .split(' ')
        .filter(|word| !word.is_empty() && !s.articles.contains(*word))
        .map(|word| match word {
            "st" => "saint".to_owned(),
            "ste" => "sainte".to_owned(),
            word => name::singular(word),
        })
        .collect();
    let website = of.website.as_deref().and_then(domain::domain);
    let domain = website.filter(|host| {
        let own = |name: &Name| {
            let words: Vec<&str> = name.core.iter().map(String::as_str).collect();
            domain::resembles(host, &words)
        };
        !domain::is_shared(host, &s.hosts) && names.iter().any(own)
    });
    let form = of.legal_form.as_deref().and_then(|form| {
        let form = format!(" {} ", fold_label(form));
        s.forms.iter().position(|words| words.iter().any(|w| form.contains(&format!(" {w} "))))
    });
    let network = of.network.as_deref().map(|network| name::read(network, s));
    Loose { names, network, commune, domain, form }
}
