//! How far two organisations agree, field by field: a level each.

use super::corpus::{Corpus, Pieces, Prepared};
use super::settings::Settings;
use crate::catalogue::revision::Kind;
use crate::domain::geography::distance_km;

/// Agreement of two names, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameLevel {
    /// The same words.
    Exact,
    /// The same words but for a typo or a short form.
    Typo,
    /// One is the acronym of the other.
    Acronym,
    /// The words of one are all in the other.
    Contained,
    /// Most of what they say is common.
    Likely,
    /// Some of it.
    Weak,
    /// Nothing.
    None,
}

/// Agreement of two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceLevel {
    /// The same commune.
    Commune,
    /// Two communes or one unknown, and both names bear the same place.
    Named,
    /// Two communes near one another.
    Near,
    /// The same département.
    Departement,
    /// Elsewhere.
    Elsewhere,
    /// One of them is not known.
    Unknown,
}

/// Distance between two points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PointLevel {
    /// The same building.
    Same,
    /// The same neighbourhood.
    Close,
    /// The same town.
    Apart,
    /// Farther.
    Far,
    /// One of them is not known.
    Unknown,
}

/// Agreement of a value that is the same, different, or not known of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// The same.
    Same,
    /// Different.
    Different,
    /// Not known of both.
    Unknown,
}

/// What the identifiers of two organisations say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifiers {
    /// The same SIRET: one establishment.
    SameSiret,
    /// The same RNA number: one association.
    SameRna,
    /// The same SIREN: one legal person, maybe several establishments.
    SameSiren,
    /// Two SIRENs, or two RNA numbers: two legal persons.
    Different,
    /// Not known of both.
    Unknown,
}

/// What sets two organisations apart although their names are near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Obstacle {
    /// Their names bear two different places.
    TwoPlaces,
    /// Only one name bears a place, which is not where the other is: a branch.
    Branch,
    /// They are two kinds of place: a town hall and a library.
    TwoSorts,
    /// A word or a number tells two services apart.
    TwoMarks,
    /// They are in two communes, and nothing says that it is one place.
    TwoCommunes,
}

/// The levels of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Agreement of the names, the best of all variants and aliases.
    pub name: NameLevel,
    /// Bits of what the names have in common, capped by how rare the name is.
    pub common_bits: f64,
    /// Bits of what only one of them bears.
    pub unshared_bits: f64,
    /// The same with what a dash sets apart: bits of all that only one whole name bears.
    pub aside_bits: f64,
    /// The common part is only the kind of place.
    pub only_sort: bool,
    /// That kind is one that a commune has once.
    pub only_one: bool,
    /// Agreement of the places.
    pub place: PlaceLevel,
    /// Bits of the common commune, or of the place that both name.
    pub place_bits: f64,
    /// Distance of the points.
    pub point: PointLevel,
    /// Agreement of the web domains.
    pub website: Agreement,
    /// Agreement of the families of legal forms.
    pub form: Agreement,
    /// Both SIRETs are known and differ: two sites, of one legal person or not.
    pub two_sites: bool,
    /// The first register of both is one, under two ids.
    pub one_register: bool,
    /// One register lists both (`Same`), or two do (`Different`).
    pub registers: Agreement,
    /// Agreement of the networks; one may be the network of the other.
    pub network: Agreement,
    /// What the identifiers say.
    pub identifiers: Identifiers,
    /// What sets them apart, sorted.
    pub obstacles: Vec<Obstacle>,
}

/// What two names have in common.
#[derive(Debug, Clone, Copy)]
struct Common {
    level: NameLevel,
    bits: f64,
    unshared: f64,
    only_sort: bool,
    only_one: bool,
    places: Places,
    sorts_apart: bool,
    marks_apart: bool,
}

/// The places that two names bear.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Places {
    /// None, or on one side that of the other's commune.
    Silent,
    /// The same, with its bits.
    Same(f64),
    /// One bears a place where the other is not.
    OneOnly,
    /// Two different ones.
    Two,
}

/// Compares two organisations of the corpus.
pub(super) fn compare(a: &Prepared, b: &Prepared, corpus: &Corpus, s: &Settings) -> Comparison {
    let mut best: Option<Common> = None;
    let mut aside = f64::INFINITY;
    for one in &a.names {
        for other in &b.names {
            if one.part && other.part {
                continue;
            }
            let found = names(one, other, (a, b), corpus, s);
            if !one.part && !other.part {
                let brackets = [(one, other), (other, one)].map(|(x, y)| {
                    let met = |word: &&u32| !y.words.contains(word) && !y.aside.contains(word);
                    x.aside.iter().filter(met).map(|&word| corpus.bits[word as usize]).sum::<f64>()
                });
                aside = aside.min(found.unshared + brackets[0] + brackets[1]);
            }
            // A part is the whole of another name, or nothing.
            if one.part != other.part
                && (found.level > NameLevel::Contained || found.unshared > 0.0)
            {
                continue;
            }
            let better = best.is_none_or(|best| {
                let net = |common: &Common| common.bits - common.unshared;
                match found.level.cmp(&best.level) {
                    std::cmp::Ordering::Equal => net(&found) > net(&best),
                    order => order.is_lt(),
                }
            });
            if better {
                best = Some(found);
            }
        }
    }
    let common = best.unwrap_or(Common {
        level: NameLevel::None,
        bits: 0.0,
        unshared: 0.0,
        only_sort: false,
        only_one: false,
        places: Places::Silent,
        sorts_apart: false,
        marks_apart: false,
    });
    let (place, place_bits) = places(a, b, common.places, corpus, s);
    let mut obstacles = Vec::new();
    match common.places {
        Places::Two => obstacles.push(Obstacle::TwoPlaces),
        Places::OneOnly => obstacles.push(Obstacle::Branch),
        _ => {}
    }
    if common.sorts_apart {
        obstacles.push(Obstacle::TwoSorts);
    }
    if common.marks_apart {
        obstacles.push(Obstacle::TwoMarks);
    }
    if is_branch(a, b) || is_branch(b, a) {
        obstacles.push(Obstacle::Branch);
        obstacles.dedup();
    }
    let home = a.of.insee == b.of.insee;
    if place == PlaceLevel::Commune && !home && !obstacles.contains(&Obstacle::Branch) {
        obstacles.push(Obstacle::Branch);
    }
    if matches!(place, PlaceLevel::Departement | PlaceLevel::Elsewhere) {
        obstacles.push(Obstacle::TwoCommunes);
    }
    Comparison {
        name: common.level,
        common_bits: common.bits,
        unshared_bits: common.unshared,
        aside_bits: if aside.is_finite() { aside } else { 0.0 },
        only_sort: common.only_sort,
        only_one: common.only_one,
        place,
        place_bits,
        point: points(a, b, s),
        website: agreement(a.domain.as_ref(), b.domain.as_ref()),
        form: agreement(a.form.as_ref(), b.form.as_ref()),
        two_sites: agreement(a.of.siret.as_ref(), b.of.siret.as_ref()) == Agreement::Different,
        one_register: a.of.registers.first().is_some_and(|one| b.of.registers.first() == Some(one)),
        registers: registers(a, b),
        network: networks(a, b),
        identifiers: identifiers(a, b),
        obstacles,
    }
}

fn names(
    one: &Pieces,
    other: &Pieces,
    (a, b): (&Prepared, &Prepared),
    corpus: &Corpus,
    s: &Settings,
) -> Common {
    let is_here = |word: u32| a.commune.contains(&word) || b.commune.contains(&word);
    let split = |pieces: &Pieces| -> (Vec<u32>, Vec<u32>) {
        let (mut place, mut core): (Vec<u32>, Vec<u32>) =
            pieces.core.iter().partition(|&&word| is_here(word));
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
    let mut alone: Vec<u32> = Vec::new();
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
                unshared_a += weight(word);
            }
        }
    }
    bare &= left.iter().all(|&word| corpus.filler[word as usize]);
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
        allowed > 0 && strsim::damerau_levenshtein(x, y) <= allowed.min(2)
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
    let numbers_apart = one.marks != other.marks;
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
    } else if (bare && common > 0.0) || (!numbers_apart && edits()) {
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
    Common {
        level,
        bits: bits.min(s.number("name.bits_max")),
        unshared: if level <= NameLevel::Acronym { 0.0 } else { unshared_a + unshared_b },
        only_sort,
        only_one,
        places: named_places(&place_a, &place_b, (a, b), corpus),
        sorts_apart: sorts_apart && !joined,
        marks_apart: numbers_apart && !joined,
    }
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
    (5..=12).contains(&word.len()) && words.len() >= 3 && rest(word, words, 0)
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
    let edits = strsim::damerau_levenshtein(a, b);
    let allowed = if shorter.len() >= two_from { 2 } else { 1 };
    edits <= allowed && strsim::jaro_winkler(a, b) >= s.number("typo.likeness")
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
        return Places::Silent;
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

/// Whether `a` says that its network is `b`, under another name than its own.
fn is_branch(a: &Prepared, b: &Prepared) -> bool {
    let Some(network) = &a.network else { return false };
    let is = |name: &Pieces| name.core == network.core && name.sorts == network.sorts;
    let bare = |name: &Pieces| is(name) && name.place.is_empty() && name.aside.is_empty();
    b.of.kind != a.of.kind && b.names.iter().any(bare) && !a.names.iter().any(bare)
}

fn is_saint(word: u32, corpus: &Corpus) -> bool {
    matches!(corpus.words[word as usize].as_str(), "saint" | "sainte")
}

fn places(
    a: &Prepared,
    b: &Prepared,
    named: Places,
    corpus: &Corpus,
    s: &Settings,
) -> (PlaceLevel, f64) {
    let here = |x: &Prepared, y: &Prepared| {
        y.of.insee.as_ref().is_some_and(|insee| x.of.sites.contains(insee))
    };
    if let (Some(one), Some(other)) = (&a.of.insee, &b.of.insee)
        && (one == other || here(a, b) || here(b, a))
    {
        let site = if here(a, b) { other } else { one };
        return (PlaceLevel::Commune, corpus.commune_bits(site));
    }
    if let Places::Same(bits) = named {
        return (PlaceLevel::Named, bits);
    }
    if let (Some(one), Some(other)) = (a.of.point, b.of.point)
        && distance_km(one, other) <= s.number("place.near_km")
    {
        return (PlaceLevel::Near, 0.0);
    }
    match (a.of.departement(), b.of.departement()) {
        (Some(one), Some(other)) if one == other => match (&a.of.insee, &b.of.insee) {
            (Some(_), Some(_)) => (PlaceLevel::Departement, 0.0),
            _ => (PlaceLevel::Unknown, 0.0),
        },
        (Some(_), Some(_)) => (PlaceLevel::Elsewhere, 0.0),
        _ => (PlaceLevel::Unknown, 0.0),
    }
}

fn points(a: &Prepared, b: &Prepared, s: &Settings) -> PointLevel {
    let (Some(one), Some(other)) = (a.of.point, b.of.point) else { return PointLevel::Unknown };
    match distance_km(one, other) {
        km if km <= s.number("point.same_km") => PointLevel::Same,
        km if km <= s.number("point.close_km") => PointLevel::Close,
        km if km <= s.number("point.apart_km") => PointLevel::Apart,
        _ => PointLevel::Far,
    }
}

fn agreement<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> Agreement {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Agreement::Same,
        (Some(_), Some(_)) => Agreement::Different,
        _ => Agreement::Unknown,
    }
}

fn registers(a: &Prepared, b: &Prepared) -> Agreement {
    let (one, other) = (&a.of.registers, &b.of.registers);
    match () {
        () if one.is_empty() || other.is_empty() => Agreement::Unknown,
        () if one.iter().any(|register| other.contains(register)) => Agreement::Same,
        () => Agreement::Different,
    }
}

fn networks(a: &Prepared, b: &Prepared) -> Agreement {
    let bears = |network: &Pieces, names: &[Pieces]| {
        names.iter().any(|name| name.core == network.core && name.sorts == network.sorts)
    };
    match (&a.network, &b.network) {
        (Some(one), Some(other)) if one.core == other.core => Agreement::Same,
        (Some(_), Some(_)) => Agreement::Different,
        (Some(network), None) if bears(network, &b.names) => Agreement::Same,
        (None, Some(network)) if bears(network, &a.names) => Agreement::Same,
        _ => Agreement::Unknown,
    }
}

fn identifiers(a: &Prepared, b: &Prepared) -> Identifiers {
    let same = |one: Option<&str>, other: Option<&str>| Some(one? == other?);
    let (one, other) = (a.of, b.of);
    if same(one.siret.as_deref(), other.siret.as_deref()) == Some(true) {
        return Identifiers::SameSiret;
    }
    let siren = same(one.siren(), other.siren());
    let rna = same(one.rna.as_deref(), other.rna.as_deref());
    match (siren, rna) {
        (Some(false), _) | (None, Some(false)) => Identifiers::Different,
        (Some(true), _) => Identifiers::SameSiren,
        (None, Some(true)) => Identifiers::SameRna,
        (None, None) => Identifiers::Unknown,
    }
}
