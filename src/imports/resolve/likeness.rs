//! What two names have in common: words, kinds of place, acronyms, the places they tell.

use super::comparison::NameLevel;
use super::corpus::{Corpus, Pieces, Prepared};
use super::settings::Settings;
use crate::catalogue::revision::Kind;

/// What two names have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common {
    pub level: NameLevel,
    pub bits: f64,
    pub unshared: f64,
    pub only_sort: bool,
    pub only_one: bool,
    pub places: Places,
    pub sorts_apart: bool,
    pub marks_apart: bool,
}

/// The places that two names bear.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Places {
    /// None, or on one side that of the other's commune.
    Silent,
    /// The same, with its bits.
    Same(f64),
    /// One bears a place where the other is not.
    OneOnly,
    /// Two different ones.
    Two,
}

/// What the names `one` of `a` and `other` of `b` have in common.
pub(super) fn names(
    one: &Pieces,
    other: &Pieces,
    (a, b): (&Prepared, &Prepared),
    corpus: &Corpus,
    s: &Settings,
) -> Common {
    let is_here = |word: u32| a.commune.contains(&word) || b.commune.contains(&word);
    let split = |pieces: &Pieces| -> (Vec<u32>, Vec<u32>) {
        let (mut place, mut core): (Vec<u32>, Vec<u32>) = pieces
            .core
            .iter()
            .map(|&word| commune_meant(word, (a, b), corpus, s))
            .partition(|&word| is_here(word));
        if core.is_empty() && pieces.sorts.is_empty() {
            std::mem::swap(&mut core, &mut place);
        }
        place.extend(&pieces.place);
        (core, place)
    };
    let ((core_a, place_a), (core_b, place_b)) = (split(one), split(other));
    let weight = |word: u32| {
        let bits = corpus.bits[word as usize];
        if corpus.filler[word as usize] { bits * s.number("name.filler") } else { bits }
    };
    let mut left: Vec<u32> = core_b.clone();
    let (mut common, mut unshared_a, mut soft) = (0.0, 0.0, false);
    let mut bare = true;
    let (mut alone, mut initials_only): (Vec<u32>, bool) = (Vec::new(), true);
    for &word in &core_a {
        match left.iter().position(|&other| other == word) {
            Some(at) => {
                left.swap_remove(at);
                common += weight(word);
            }
            None => alone.push(word),
        }
    }
    for word in alone {
        let text = &corpus.words[word as usize];
        match left.iter().position(|&other| near(text, &corpus.words[other as usize], s)) {
            Some(at) => {
                let other = left.swap_remove(at);
                common += weight(word).min(weight(other)) * s.number("typo.kept");
                soft = true;
            }
            None => {
                bare &= corpus.filler[word as usize];
                initials_only &= is_short(word, corpus);
                unshared_a += weight(word);
            }
        }
    }
    bare &= left.iter().all(|&word| corpus.filler[word as usize]);
    // "DTN Habitat" and "DTS Habitat": two initials are no typo.
    initials_only &= unshared_a > 0.0 && left.iter().all(|&word| is_short(word, corpus));
    let unshared_b: f64 = left.iter().map(|&word| weight(word)).sum();
    let shared_sorts: Vec<usize> =
        one.sorts.iter().copied().filter(|sort| other.sorts.contains(sort)).collect();
    let sort_bits: f64 = shared_sorts.iter().map(|&sort| corpus.sort_bits[sort]).sum();
    let sorts_apart = !one.sorts.is_empty() && !other.sorts.is_empty() && shared_sorts.is_empty();
    let only_one = shared_sorts.iter().any(|&sort| s.sorts[sort].only_one);
    let joined = one.joined == other.joined;
    let (has_a, has_b) = (
        core_a.iter().any(|&word| !corpus.filler[word as usize]),
        core_b.iter().any(|&word| !corpus.filler[word as usize]),
    );
    let only_sort = common == 0.0 && !shared_sorts.is_empty();
    let total = common + unshared_a + unshared_b;
    let ratio = if total > 0.0 { common / total } else { 0.0 };
    let edits = || {
        let (x, y) = (&corpus.words[one.joined as usize], &corpus.words[other.joined as usize]);
        let allowed = x.len().min(y.len()) / 8;
        allowed > 0
            && x.len().abs_diff(y.len()) <= 2
            && strsim::damerau_levenshtein(x, y) <= allowed.min(2)
    };
    let acronym = || {
        let met =
            |x: &Pieces, y: &[u32]| x.acronyms.iter().copied().find(|acronym| y.contains(acronym));
        let drawn = |x: &[u32], y: &[u32]| {
            x.iter().copied().find(|&word| {
                let words = y.iter().map(|&word| corpus.words[word as usize].as_str());
                is_contraction(&corpus.words[word as usize], &words.collect::<Vec<_>>())
            })
        };
        met(one, &core_b)
            .or_else(|| met(other, &core_a))
            .or_else(|| drawn(&core_a, &other.words))
            .or_else(|| drawn(&core_b, &one.words))
    };
    let acronym = if one.joined == other.joined { None } else { acronym() };
    // A service and its host: "France services de Créon" and what houses it.
    let told = |sorts: &[usize]| sorts.iter().any(|&sort| s.sorts[sort].only_one);
    let one_sided = told(&one.sorts) != told(&other.sorts);
    if one_sided && has_a && has_b {
        unshared_a += s.number("name.one_sided_bits");
        bare = false;
    }
    let numbers_apart = marks(one, a, corpus) != marks(other, b, corpus);
    let level = if joined {
        NameLevel::Exact
    } else if !has_a && !has_b {
        match () {
            () if shared_sorts.is_empty() && common == 0.0 => NameLevel::None,
            () if one.sorts == other.sorts => NameLevel::Exact,
            () => NameLevel::Contained,
        }
    } else if unshared_a + unshared_b == 0.0 {
        if soft { NameLevel::Typo } else { NameLevel::Exact }
    } else if bare && common > 0.0 && !soft {
        NameLevel::Exact
    } else if (bare && common > 0.0) || (!numbers_apart && !initials_only && edits()) {
        NameLevel::Typo
    } else if common > 0.0 && (one_sided || unshared_a == 0.0 || unshared_b == 0.0) {
        NameLevel::Contained
    } else if acronym.is_some() {
        NameLevel::Acronym
    } else if only_sort && (!has_a || !has_b) {
        NameLevel::Contained
    } else if ratio >= s.number("name.likely_from") {
        NameLevel::Likely
    } else if ratio >= s.number("name.weak_from") {
        NameLevel::Weak
    } else {
        NameLevel::None
    };
    // The whole of one is a part of the other: that part is not all it is.
    let level = if one.part != other.part { level.max(NameLevel::Contained) } else { level };
    let mut bits = common + sort_bits;
    if joined || (level == NameLevel::Typo && common < one.rarity) {
        bits = bits.max(one.rarity.min(other.rarity));
    }
    if level == NameLevel::Acronym
        && let Some(word) = acronym
    {
        #[allow(clippy::cast_precision_loss)] // A few letters.
        let letters = corpus.words[word as usize].chars().count() as f64;
        bits = bits.max(letters * s.number("name.acronym_bits_per_letter"));
    }
    if level <= NameLevel::Typo && !only_sort {
        bits = bits.min(one.rarity.max(other.rarity));
    }
    // "Atelier Transition" and "Atelier Chatenoy": one bears its place, the other its own word.
    let own = |core: &[u32], rest: &[u32]| {
        core.iter().any(|word| !rest.contains(word) && !corpus.filler[*word as usize])
    };
    let each_its_own = level == NameLevel::Contained
        && one.part == other.part
        && common > 0.0
        && ((place_a.is_empty() && !place_b.is_empty() && own(&core_a, &core_b))
            || (place_b.is_empty() && !place_a.is_empty() && own(&core_b, &core_a)));
    let places = match named_places(&place_a, &place_b, (a, b), corpus) {
        Places::Silent if each_its_own => Places::OneOnly,
        places => places,
    };
    Common {
        level,
        bits: bits.min(s.number("name.bits_max")),
        unshared: if level <= NameLevel::Acronym { 0.0 } else { unshared_a + unshared_b },
        only_sort,
        only_one,
        places,
        sorts_apart: sorts_apart && !joined,
        marks_apart: numbers_apart && !joined,
    }
}

/// Whether a word has so few letters that another of one letter's difference is no typo.
fn is_short(word: u32, corpus: &Corpus) -> bool {
    corpus.words[word as usize].len() <= 3
}

/// The marks of a name, but the number of its own département: "CD 72" in the Sarthe.
fn marks<'p>(name: &'p Pieces, of: &Prepared, corpus: &Corpus) -> Vec<&'p u32> {
    let own = of.of.departement();
    let tells = |word: &&u32| own != Some(corpus.words[**word as usize].as_str());
    name.marks.iter().filter(tells).collect()
}

/// The word of one of the communes that `word` means but for a typo, or itself.
fn commune_meant(word: u32, (a, b): (&Prepared, &Prepared), corpus: &Corpus, s: &Settings) -> u32 {
    let text = corpus.words[word as usize].as_str();
    let communes = || a.commune.iter().chain(&b.commune).copied();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A declared count.
    let long = text.len() >= s.number("typo.commune_letters_min") as usize;
    if !long || communes().any(|other| other == word) {
        return word;
    }
    let meant = |other: &u32| {
        let other = corpus.words[*other as usize].as_str();
        other.len().abs_diff(text.len()) <= 1
            && other.as_bytes()[..2] == text.as_bytes()[..2]
            && strsim::damerau_levenshtein(text, other) == 1
    };
    communes().filter(|other| corpus.words[*other as usize].len() > 4).find(meant).unwrap_or(word)
}

/// Whether `word` is drawn from the beginnings of these words, in their order: `caplab` from
/// centre Ardèche Privas lab. Three words at least, and all its letters.
fn is_contraction(word: &str, words: &[&str]) -> bool {
    fn rest(word: &str, words: &[&str], used: usize) -> bool {
        if word.is_empty() {
            return used >= 3;
        }
        let Some((first, others)) = words.split_first() else { return false };
        let common = word.bytes().zip(first.bytes()).take(4).take_while(|(a, b)| a == b).count();
        (1..=common)
            .rev()
            .any(|cut| word.is_char_boundary(cut) && rest(&word[cut..], others, used + 1))
            || (used > 0 && rest(word, others, used))
    }
    // "centre" is a word of the other, not drawn from "Centre Réadaptation Escale".
    let told = words.iter().any(|other| word.starts_with(other) || other.starts_with(word));
    (5..=12).contains(&word.len()) && words.len() >= 3 && !told && rest(word, words, 0)
}

/// Whether two words are one but for a typo, or one is the beginning of the other.
fn near(a: &str, b: &str, s: &Settings) -> bool {
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Declared counts.
    let (least, two_from) =
        (s.number("typo.letters_min") as usize, s.number("typo.two_edits_from") as usize);
    if shorter.len() < least {
        return false;
    }
    if longer.starts_with(shorter) {
        return true;
    }
    let allowed = if shorter.len() >= two_from { 2 } else { 1 };
    // The cheap questions first: millions of pairs of words are asked.
    longer.len() - shorter.len() <= allowed
        && strsim::jaro_winkler(a, b) >= s.number("typo.likeness")
        && strsim::damerau_levenshtein(a, b) <= allowed
}

fn named_places(
    one: &[u32],
    other: &[u32],
    (a, b): (&Prepared, &Prepared),
    corpus: &Corpus,
) -> Places {
    let shared: Vec<u32> = one.iter().copied().filter(|word| other.contains(word)).collect();
    // A commune that both names tell although a row stands in another: one was read wrong.
    // Where each name tells its own commune, they are two.
    let tells = |place: &[u32], commune: &[u32]| {
        let head = commune.iter().take(2).find(|&&word| !is_saint(word, corpus));
        head.is_some_and(|head| place.contains(head))
    };
    let strays = |place: &[u32], own: &Prepared, there: &Prepared| {
        !tells(place, &own.commune) && tells(place, &there.commune)
    };
    let unknown = a.of.insee.is_none() || b.of.insee.is_none();
    let told = unknown || a.of.insee == b.of.insee || strays(one, a, b) || strays(other, b, a);
    if !shared.is_empty() && !told {
        // What only one adds is where it is: "Accorderie du Genevois - Chênex".
        let more = one.iter().chain(other).any(|word| !shared.contains(word));
        return if more { Places::OneOnly } else { Places::Silent };
    }
    if !shared.is_empty() {
        let bits = shared.iter().map(|&word| corpus.bits[word as usize]);
        return Places::Same(bits.fold(0.0, f64::max));
    }
    // Of two actors of one commune, one may say where it is and the other not; an
    // enterprise without a place beside an actor with one is a network and its branch.
    let same_commune = a.of.insee.is_some() && a.of.insee == b.of.insee;
    let alike = same_commune && a.of.kind == b.of.kind;
    let here = |place: &[u32]| same_commune && place.iter().all(|word| a.commune.contains(word));
    match (one.is_empty(), other.is_empty()) {
        (true, true) => Places::Silent,
        (false, false) => Places::Two,
        (false, true) if alike || (here(one) && a.of.kind != Kind::Actor) => Places::Silent,
        (true, false) if alike || (here(other) && b.of.kind != Kind::Actor) => Places::Silent,
        _ => Places::OneOnly,
    }
}

fn is_saint(word: u32, corpus: &Corpus) -> bool {
    matches!(corpus.words[word as usize].as_str(), "saint" | "sainte")
}
