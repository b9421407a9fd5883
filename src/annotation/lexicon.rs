//! The lexicon: every wording of the taxonomy as a trie of stems, and what it finds.
//!
//! Built once. A wording matches when the stems of its content words stand in order and
//! adjacent, grammar words ignored on both sides, inside one clause. The walk is linear in
//! the text (about a microsecond a word): each start goes at most as deep as the longest
//! wording.

use std::collections::HashMap;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::{ConceptEntry, Taxonomy};

use super::frame::{Frame, frame, framed};
use super::sentence::{Gap, Token};
use super::text::{Word, is_stop, words};

/// What a wording says of its concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// It proves the concept (weight 1).
    Strong,
    /// It proves it in English (weight 0.9).
    English,
    /// It suggests it (weight 0.5).
    Weak,
    /// It says that the need is met.
    Antonym,
    /// It says that nobody does the step any more.
    Denial,
    /// It holds a wording but means another thing.
    Mask,
}

impl Class {
    /// The weight of a match of this class, 0..=1; 0 for those that carry no concept.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Strong => 1.0,
            Self::English => 0.9,
            Self::Weak => 0.5,
            Self::Antonym | Self::Denial | Self::Mask => 0.0,
        }
    }

    /// Whether a match of this class means that the concept is there.
    #[must_use]
    pub fn carries(self) -> bool {
        self.weight() > 0.0
    }
}

/// A wording found in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The concept.
    pub concept: Concept,
    /// What the wording says of it.
    pub class: Class,
    /// First token.
    pub from: usize,
    /// Last token, inclusive.
    pub to: usize,
    /// Number of content words matched.
    pub words: usize,
    /// A coordinated word was stepped over ("personnes âgées ou handicapées").
    pub bridged: bool,
}

#[derive(Debug, Clone)]
struct Entry {
    concept: Concept,
    class: Class,
    /// Masks only: the parts (offset, length in content words) that are the owner's wordings.
    covers: Vec<(usize, usize)>,
    /// What else must stand there: one-word wordings, and the end of those of denial.
    frame: Frame,
}

/// A word form of the wordings, for the correction of typing errors.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    /// Folded.
    pub folded: String,
    /// Its stem's number.
    pub stem: u32,
}

/// The number of a stem that no wording holds.
pub const UNKNOWN: u32 = u32::MAX;

/// The wordings of a taxonomy, ready to be found.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    stems: HashMap<String, u32>,
    forms: Vec<Form>,
    acronyms: HashMap<String, u32>,
    next: HashMap<(u32, u32), u32>,
    ends: Vec<Vec<Entry>>,
}

impl Lexicon {
    /// Builds the lexicon of a taxonomy.
    ///
    /// Terms, labels and aliases prove; weak terms suggest; English terms and labels prove
    /// a little less. A label of one word is a wording unless the taxonomy lists it as
    /// weak; that of a resource ("Local") only suggests, for it is often an adjective.
    #[must_use]
    pub fn new(taxonomy: &Taxonomy) -> Self {
        let mut lexicon = Self { ends: vec![Vec::new()], ..Self::default() };
        for kind in ConceptKind::ALL {
            for concept in taxonomy.concepts(kind) {
                lexicon.add_concept(concept, taxonomy.entry(concept));
            }
        }
        lexicon.forms.sort();
        lexicon.forms.dedup();
        lexicon
    }

    fn add_concept(&mut self, concept: Concept, entry: &ConceptEntry) {
        let mut own: Vec<Vec<u32>> = Vec::new();
        let mut add = |lexicon: &mut Self, wording: &str, class: Class| {
            let pattern = lexicon.add_wording(concept, wording, class, &[]);
            if !pattern.is_empty() {
                own.push(pattern);
            }
        };
        for term in &entry.weak_terms {
            add(self, term, Class::Weak);
        }
        for term in &entry.terms {
            add(self, term, Class::Strong);
        }
        // A one-word alias ("cuisine", "bio") names the theme in a list of themes; in a
        // sentence it only suggests it.
        for alias in &entry.aliases {
            let single = self.pattern(alias).len() == 1;
            add(self, alias, if single { Class::Weak } else { Class::Strong });
        }
        for term in &entry.terms_en {
            add(self, term, Class::English);
        }
        for (label, class) in [(&entry.label_fr, Class::Strong), (&entry.label_en, Class::English)]
        {
            let single = self.pattern(label).len() == 1;
            let class =
                if single && concept.kind == ConceptKind::Resource { Class::Weak } else { class };
            if !(single && self.is_listed(label, concept)) {
                add(self, label, class);
            }
        }
        for (list, class) in [(&entry.antonyms, Class::Antonym), (&entry.denials, Class::Denial)] {
            for wording in list {
                self.add_wording(concept, wording, class, &[]);
            }
        }
        for wording in &entry.not_this {
            self.add_wording(concept, wording, Class::Mask, &own);
        }
    }

    fn add_wording(
        &mut self,
        concept: Concept,
        wording: &str,
        class: Class,
        own: &[Vec<u32>],
    ) -> Vec<u32> {
        let pattern = self.pattern(wording);
        let frame = match (pattern.len(), class) {
            (1, _) => frame(wording),
            // "on ne sait pas où ils sont": its end is what tells it from any other.
            (_, Class::Denial) => frame(wording).end_only(),
            _ => Frame::default(),
        };
        let covers = covers(&pattern, own);
        self.add(&pattern, Entry { concept, class, covers, frame });
        pattern
    }

    /// The numbers of the stems of a wording's content words, new ones given a number.
    fn pattern(&mut self, wording: &str) -> Vec<u32> {
        let mut pattern = Vec::new();
        for word in words(wording) {
            if is_stop(&word.folded) {
                continue;
            }
            let fresh = u32::try_from(self.stems.len()).unwrap_or(UNKNOWN);
            // An acronym has a stem of its own: "MAM" is no "mamie".
            let acronym = is_acronym(word.text);
            let key = if acronym { word.folded.to_uppercase() } else { word.stem };
            let stem = *self.stems.entry(key).or_insert(fresh);
            if acronym {
                self.acronyms.insert(word.folded.clone(), stem);
            }
            self.forms.push(Form { folded: word.folded, stem });
            pattern.push(stem);
        }
        pattern
    }

    fn add(&mut self, pattern: &[u32], entry: Entry) {
        if pattern.is_empty() {
            return;
        }
        let mut node = 0;
        for &stem in pattern {
            let fresh = u32::try_from(self.ends.len()).unwrap_or(UNKNOWN);
            let next = *self.next.entry((node, stem)).or_insert(fresh);
            if next == fresh {
                self.ends.push(Vec::new());
            }
            node = next;
        }
        let ends = &mut self.ends[node as usize];
        match ends.iter_mut().find(|other| {
            other.concept == entry.concept
                && other.frame == entry.frame
                && rival(other.class, entry.class)
        }) {
            // The same wording twice under one concept keeps the stronger reading.
            Some(other) => other.class = other.class.min(entry.class),
            None => ends.push(entry),
        }
    }

    fn is_listed(&mut self, wording: &str, concept: Concept) -> bool {
        let pattern = self.pattern(wording);
        let mut node = 0;
        for stem in pattern {
            match self.next.get(&(node, stem)) {
                Some(&next) => node = next,
                None => return false,
            }
        }
        self.ends[node as usize].iter().any(|entry| entry.concept == concept)
    }

    /// The number of a stem, [`UNKNOWN`] when no wording holds it.
    #[must_use]
    pub fn stem(&self, stem: &str) -> u32 {
        self.stems.get(stem).copied().unwrap_or(UNKNOWN)
    }

    /// The number of a word: an acronym where it is written as one or is nothing else, else
    /// its stem.
    #[must_use]
    pub fn number(&self, word: &Word<'_>) -> u32 {
        let plain = self.stem(&word.stem);
        if plain != UNKNOWN && !is_acronym(word.text) {
            return plain;
        }
        let singular = word.folded.strip_suffix('s').unwrap_or(&word.folded);
        let acronym = self.acronyms.get(&word.folded).or_else(|| self.acronyms.get(singular));
        acronym.copied().unwrap_or(plain)
    }

    /// Every word form of the wordings, in alphabetical order.
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        &self.forms
    }

    /// Every wording found in `range` of the tokens, masks and shorter ones removed.
    ///
    /// `stems[i]` is the stem number of token `i` (corrected where a typing error was).
    /// Longest match wins inside a kind; a mask covers the wordings of its owner it holds,
    /// whoever else uses the same words. `english` lets one-word English terms match.
    #[must_use]
    pub fn find(
        &self,
        tokens: &[Token<'_>],
        stems: &[u32],
        range: (usize, usize),
        english: bool,
    ) -> Vec<Hit> {
        let line = Line::new(tokens, stems, range);
        // A text without any accent says nothing by leaving one out.
        let accented = tokens[range.0..range.1].iter().any(|t| !t.word.text.is_ascii());
        let mut hits = Vec::new();
        let mut masks = Vec::new();
        for start in 0..line.at.len() {
            self.walk(&line, start, &mut |entry, to, words, bridged| {
                let span = (line.at[start], line.at[to]);
                if entry.frame != Frame::default()
                    && !framed(&entry.frame, tokens, range, span, accented)
                {
                    return;
                }
                if entry.class == Class::Mask {
                    masks.push((start, words, entry));
                } else if english || entry.class != Class::English || words > 1 {
                    let hit = Hit {
                        concept: entry.concept,
                        class: entry.class,
                        from: line.at[start],
                        to: line.at[to],
                        words,
                        bridged,
                    };
                    hits.push((start, hit));
                }
            });
        }
        hits.retain(|(start, hit)| !masks.iter().any(|mask| masked(*start, hit, mask)));
        let kept: Vec<Hit> = hits
            .iter()
            .filter(|(_, hit)| !hits.iter().any(|(_, other)| outdone(hit, other)))
            .map(|&(_, hit)| hit)
            .collect();
        kept
    }

    fn walk<'a>(
        &'a self,
        line: &Line,
        start: usize,
        found: &mut dyn FnMut(&'a Entry, usize, usize, bool),
    ) {
        if !self.next.contains_key(&(0, line.stem[start])) {
            return;
        }
        let mut paths = vec![(0_u32, start, 0_usize, false)];
        while let Some((node, at, depth, bridged)) = paths.pop() {
            if at >= line.at.len() || (depth > 0 && line.cut[at]) {
                continue;
            }
            if let Some(&next) = self.next.get(&(node, line.stem[at])) {
                for entry in &self.ends[next as usize] {
                    found(entry, at, depth + 1, bridged);
                }
                paths.push((next, at + 1, depth + 1, bridged));
            }
            // "personnes âgées ou handicapées": step once over one coordinated word.
            let after = at + 1;
            if depth > 0
                && !bridged
                && after < line.at.len()
                && !line.cut[after]
                && (line.joined[at] || line.joined[after])
                && self.next.contains_key(&(node, line.stem[after]))
            {
                paths.push((node, after, depth, true));
            }
        }
    }
}

/// Two to five capitals or digits, a letter first.
fn is_acronym(written: &str) -> bool {
    (2..=5).contains(&written.len())
        && written.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && written.bytes().filter(u8::is_ascii_uppercase).count() >= 2
}

/// Two classes of which one concept needs only the stronger for the same words.
fn rival(one: Class, other: Class) -> bool {
    one == other || (one.carries() && other.carries())
}

/// Where the owner's wordings stand in a mask.
fn covers(mask: &[u32], own: &[Vec<u32>]) -> Vec<(usize, usize)> {
    let mut covers = Vec::new();
    for pattern in own {
        for (offset, window) in mask.windows(pattern.len()).enumerate() {
            if window == pattern.as_slice() {
                covers.push((offset, pattern.len()));
            }
        }
    }
    covers.sort_unstable();
    covers.dedup();
    covers
}

fn masked(start: usize, hit: &Hit, mask: &(usize, usize, &Entry)) -> bool {
    let (mask_start, mask_words, entry) = mask;
    let inside = start >= *mask_start && start + hit.words <= mask_start + mask_words;
    if !inside || hit.bridged {
        return false;
    }
    if hit.concept == entry.concept || entry.covers.contains(&(start - mask_start, hit.words)) {
        return true;
    }
    // A mask holding none of its owner's wordings speaks for its kind.
    entry.covers.is_empty() && hit.concept.kind == entry.concept.kind && hit.words < *mask_words
}

/// Whether `other` makes `hit` needless: longer, over the same words, in the same kind; or
/// French over the same single word as English.
fn outdone(hit: &Hit, other: &Hit) -> bool {
    let holds = other.from <= hit.from && other.to >= hit.to;
    if !holds || other.bridged {
        return false;
    }
    if hit.class == Class::English && other.class == Class::Strong && other.words == hit.words {
        return hit.words == 1 && hit.concept != other.concept;
    }
    let longer = other.words > hit.words;
    match other.class {
        // Words saying that the need is met, or that nobody does it, are about it alone.
        Class::Antonym | Class::Denial => hit.concept == other.concept && hit.class.carries(),
        Class::Weak => longer && hit.class == Class::Weak && hit.concept.kind == other.concept.kind,
        _ => longer && hit.class.carries() && hit.concept.kind == other.concept.kind,
    }
}

/// The content words of a range: what the trie walks along.
struct Line {
    at: Vec<usize>,
    stem: Vec<u32>,
    /// A clause begins before this word.
    cut: Vec<bool>,
    /// "et" or "ou" stands before this word.
    joined: Vec<bool>,
}

impl Line {
    fn new(tokens: &[Token<'_>], stems: &[u32], range: (usize, usize)) -> Self {
        let mut line =
            Self { at: Vec::new(), stem: Vec::new(), cut: Vec::new(), joined: Vec::new() };
        let (mut cut, mut joined) = (true, false);
        for at in range.0..range.1 {
            cut |= tokens[at].gap != Gap::None;
            if tokens[at].stop {
                joined |= tokens[at].is(&["et", "ou"]);
                continue;
            }
            line.at.push(at);
            line.stem.push(stems[at]);
            line.cut.push(cut);
            line.joined.push(joined);
            (cut, joined) = (false, false);
        }
        line
    }
}
