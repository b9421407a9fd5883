//! One text read once: every concept found, sentence by sentence, with how it was found.

use std::collections::BTreeSet;

use crate::domain::concept::{Concept, ConceptKind};

use super::Annotator;
use super::learned::{Hints, Proposal};
use super::lexicon::{Class, Hit, UNKNOWN};
use super::polarity::{Polarity, Purpose, polarity};
use super::sentence::{Gap, Token, sentences, tokens};

/// How sure a way of finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// A wording that proves, a code.
    Proven,
    /// A weak wording, or the learned part.
    Suggested,
}

/// What the text says of a concept found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// It is there.
    Carried,
    /// It is lacking, or denied.
    Lacking,
    /// The need is met.
    Met,
}

/// A concept found in a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub concept: Concept,
    pub weight: f64,
    pub origin: Origin,
    pub said: Said,
    /// First token: what stands near what.
    pub at: usize,
    /// Bytes of the proof, in the text.
    pub proof: Vec<(usize, usize)>,
}

/// A sentence with what was found in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sentence {
    /// Bytes of the sentence in the text.
    pub bytes: (usize, usize),
    pub found: Vec<Found>,
}

impl Sentence {
    /// What it carries of one kind.
    pub fn carried(&self, kind: ConceptKind) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(move |f| f.concept.kind == kind && f.said == Said::Carried)
    }
}

/// How to read a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub purpose: Purpose,
    /// A field that lists needs: a negation there tells a lack, never a refusal.
    pub of_needs: bool,
    /// Kinds for which a single weak word is enough: those that a list is about.
    pub own: &'static [ConceptKind],
    /// Whether the learned part may speak.
    pub learned: bool,
}

impl Reading {
    /// A free text read for `purpose`.
    pub fn text(purpose: Purpose) -> Self {
        Self { purpose, of_needs: false, own: &[], learned: true }
    }

    /// An item of a list about `own`.
    pub fn item(own: &'static [ConceptKind]) -> Self {
        let of_needs = own.first() == Some(&ConceptKind::Need);
        Self { purpose: Purpose::Record, of_needs, own, learned: of_needs }
    }
}

/// A wording that covers more than one word, or a corrected one, weighs a little less.
const BRIDGED: f64 = 0.9;
const CORRECTED: f64 = 0.9;
/// Two different weak wordings of one concept.
const TWICE_WEAK: f64 = 0.75;
/// A weak wording that the learned part agrees with.
const AGREED: f64 = 0.7;
/// Words of the needs that are troubles: to deny one is to say that all is well.
const TROUBLES: [&str; 26] = [
    "precarite",
    "isolement",
    "solitude",
    "gaspillage",
    "gachis",
    "penurie",
    "manque",
    "desert",
    "illettrisme",
    "illectronisme",
    "insalubrite",
    "indigne",
    "indignes",
    "insalubre",
    "insalubres",
    "chomage",
    "exclusion",
    "discrimination",
    "discriminations",
    "dechets",
    "expulsion",
    "expulsions",
    "violences",
    "echec",
    "decrochage",
    "recidive",
];
/// Up to this many content words a text is a phrase, not a sentence.
const PHRASE_WORDS: usize = 3;

impl Annotator {
    /// Reads a text, sentence by sentence.
    pub(crate) fn read(&self, text: &str, reading: Reading) -> Vec<Sentence> {
        let tokens = tokens(text);
        let (stems, corrected) = self.stems(&tokens);
        let mut read: Vec<Sentence> = sentences(&tokens)
            .into_iter()
            .map(|range| self.read_sentence(&tokens, &stems, &corrected, range, reading))
            .collect();
        for hit in self.codes.scan(text) {
            let start = text.find(&hit.text).unwrap_or(0);
            let proof = vec![(start, start + hit.text.len())];
            let home = read
                .iter_mut()
                .find(|sentence| sentence.bytes.0 <= start && start < sentence.bytes.1);
            if let Some(sentence) = home {
                sentence.found.push(Found {
                    concept: hit.need,
                    weight: hit.weight,
                    origin: Origin::Proven,
                    said: Said::Carried,
                    at: 0,
                    proof,
                });
            }
        }
        read
    }

    /// The stem number of each token, unknown words corrected, and which were.
    fn stems(&self, tokens: &[Token<'_>]) -> (Vec<u32>, Vec<bool>) {
        let mut stems = Vec::with_capacity(tokens.len());
        let mut corrected = vec![false; tokens.len()];
        for (at, token) in tokens.iter().enumerate() {
            let mut stem = if token.stop { UNKNOWN } else { self.lexicon.number(&token.word) };
            if stem == UNKNOWN
                && !token.stop
                && !self.ordinary.contains(&token.word.stem)
                && let Some(right) = self.typos.correct(&token.word.folded)
            {
                stem = right;
                corrected[at] = true;
            }
            stems.push(stem);
        }
        (stems, corrected)
    }

    fn read_sentence(
        &self,
        tokens: &[Token<'_>],
        stems: &[u32],
        corrected: &[bool],
        range: (usize, usize),
        reading: Reading,
    ) -> Sentence {
        let query = reading.purpose == Purpose::Query;
        let english = query || is_english(tokens, range);
        let mut hits = self.lexicon.find(tokens, stems, range, english);
        hits.retain(|hit| {
            let changed = (hit.from..=hit.to).filter(|&at| corrected[at]).count();
            // A correction is trusted in a question, inside a wording of several words,
            // or in a long word: a record is full of names that look like something.
            changed == 0
                || query
                || (hit.words > 1 && changed < hit.words)
                || (hit.class != Class::Weak && tokens[hit.from].word.folded.len() >= 9)
        });
        if reading.own.is_empty() {
            demote_shared(&mut hits);
        }
        let states = self.states(tokens, range, &hits, reading);
        let mut found = Vec::new();
        let content = (range.0..range.1).filter(|&at| !tokens[at].stop).count();
        for hit in &hits {
            // "plus de couturière", "besoin d’un lieu": what is asked for, right after the cue.
            // A word that several things share says none of them.
            let shared = |other: &Hit| {
                other.from == hit.from
                    && other.concept != hit.concept
                    && other.concept.kind == hit.concept.kind
            };
            let lamented = reading.purpose == Purpose::Observation
                && hit.concept.kind != ConceptKind::Public
                && matches!(states[hit.from - range.0], Polarity::Lament(cue)
                    if cue < hit.from && tokens[cue + 1..hit.from].iter().all(|t| t.stop))
                && !hits.iter().any(shared);
            if hit.class == Class::Weak && !lamented && !self.trusted(hit, &hits, reading, content)
            {
                continue;
            }
            let fixed = (hit.from..=hit.to).any(|at| corrected[at]);
            found.extend(judged(hit, fixed, tokens, range, &states, reading));
        }
        join_weak(&mut found);
        let proven =
            found.iter().any(|f| f.concept.kind == ConceptKind::Need && f.origin == Origin::Proven);
        let met = found.iter().any(|f| f.said == Said::Met);
        let enough = states.iter().any(|state| matches!(state, Polarity::Enough(_)));
        if reading.learned && !proven && !met && !enough {
            let hints = self.hints(&found, &hits);
            for proposal in self.learned.propose(tokens, range, &hints) {
                add_learned(&mut found, &proposal, tokens);
            }
        }
        let bytes = (tokens[range.0].word.start, tokens[range.1 - 1].word.end);
        Sentence { bytes, found }
    }

    /// What was seen of needs without being proven: themes named, weak wordings.
    fn hints(&self, found: &[Found], hits: &[Hit]) -> Hints {
        let themes: Vec<Concept> = found
            .iter()
            .map(|f| f.concept)
            .filter(|concept| concept.kind == ConceptKind::Theme)
            .collect();
        let of_theme = |need: &Concept| {
            self.taxonomy.themes_of(*need).iter().any(|theme| themes.contains(theme))
        };
        let weak = |hit: &&Hit| hit.class == Class::Weak && hit.concept.kind == ConceptKind::Need;
        Hints {
            of_theme: match themes.is_empty() {
                true => BTreeSet::new(),
                false => self.taxonomy.concepts(ConceptKind::Need).filter(of_theme).collect(),
            },
            weak: hits.iter().filter(weak).map(|hit| hit.concept).collect(),
        }
    }

    /// Whether a weak wording may be believed.
    ///
    /// In a list about its kind, always. In a question, when nothing is proven (a need:
    /// when no need is). Elsewhere: a second wording of it; several words that are not
    /// proven to be something else; a short phrase in which nothing is proven; and for a
    /// theme, any other proven wording, or a weak one of the same theme. A need that one
    /// word suggests is left to the learned part, to which it is a hint.
    fn trusted(&self, hit: &Hit, hits: &[Hit], reading: Reading, content: usize) -> bool {
        let kind = hit.concept.kind;
        if reading.own.contains(&kind) {
            return true;
        }
        let proven = |other: &&Hit| other.class <= Class::English;
        let needs = |other: &Hit| other.concept.kind == ConceptKind::Need;
        if reading.purpose == Purpose::Query {
            return !hits.iter().filter(proven).any(|o| kind != ConceptKind::Need || needs(o));
        }
        if kind == ConceptKind::Need && hits.iter().filter(proven).any(needs) {
            return false;
        }
        let apart = |other: &&Hit| other.to < hit.from || other.from > hit.to;
        let again = hits
            .iter()
            .filter(apart)
            .any(|other| other.concept == hit.concept && other.class.carries());
        // A resource is what an organisation offers or seeks: half a word is not enough.
        if kind == ConceptKind::Resource && hit.words == 1 {
            return false;
        }
        let something_else = hits.iter().filter(proven).any(|other| !apart(&other));
        let short = reading.own.is_empty()
            && kind != ConceptKind::Need
            && content <= PHRASE_WORDS
            && !hits.iter().any(|other| proven(&other));
        let about = kind == ConceptKind::Theme
            && reading.own.is_empty()
            && hits
                .iter()
                .filter(apart)
                .any(|other| proven(&other) || self.same_theme(hit.concept, other.concept));
        (hit.words > 1 && (!something_else || kind == ConceptKind::Need)) || again || short || about
    }

    /// Whether two needs or themes are of one theme.
    fn same_theme(&self, a: Concept, b: Concept) -> bool {
        let themes = |concept: Concept| match concept.kind {
            ConceptKind::Theme => vec![concept],
            ConceptKind::Need => self.taxonomy.themes_of(concept).to_vec(),
            _ => Vec::new(),
        };
        let theirs = themes(b);
        themes(a).iter().any(|theme| theirs.contains(theme))
    }

    fn states(
        &self,
        tokens: &[Token<'_>],
        range: (usize, usize),
        hits: &[Hit],
        reading: Reading,
    ) -> Vec<Polarity> {
        if reading.purpose == Purpose::Query {
            return vec![Polarity::Plain; range.1 - range.0];
        }
        let consumed = |at: usize| {
            hits.iter().any(|h| {
                // A need told by its lack still leaves the lack to be read.
                h.words > 1
                    && !h.bridged
                    && h.class.carries()
                    && h.concept.kind != ConceptKind::Need
                    && h.from <= at
                    && at <= h.to
            })
        };
        let person =
            |at: usize| hits.iter().any(|h| h.concept.kind == ConceptKind::Public && h.to == at);
        polarity(tokens, range, reading.purpose, &consumed, &person)
    }
}

/// In a free text, a word that is a resource and something else too ("école", "foyer",
/// "camion") only suggests the resource.
fn demote_shared(hits: &mut [Hit]) {
    let shared: Vec<bool> = hits
        .iter()
        .map(|hit| {
            hit.concept.kind == ConceptKind::Resource
                && hit.words == 1
                && hits.iter().any(|other| {
                    other.concept.kind != ConceptKind::Resource
                        && other.class.carries()
                        && other.from <= hit.from
                        && hit.to <= other.to
                })
        })
        .collect();
    for (hit, shared) in hits.iter_mut().zip(shared) {
        if shared && hit.class.carries() {
            hit.class = Class::Weak;
        }
    }
}

/// What one wording found says, once the polarity of its words is known.
fn judged(
    hit: &Hit,
    fixed: bool,
    tokens: &[Token<'_>],
    range: (usize, usize),
    states: &[Polarity],
    reading: Reading,
) -> Option<Found> {
    let mut from = hit.from;
    let said = match hit.class {
        Class::Mask => return None,
        Class::Antonym => Said::Met,
        Class::Denial => Said::Lacking,
        _ => {
            let state = states[hit.from - range.0];
            let kind = hit.concept.kind;
            let own = matches!(kind, ConceptKind::Step | ConceptKind::Resource);
            match state {
                Polarity::Plain => Said::Carried,
                Polarity::Enough(cue) if kind == ConceptKind::Need && hit.class.carries() => {
                    from = from.min(cue);
                    Said::Met
                }
                Polarity::Enough(_) => Said::Carried,
                Polarity::Excluded if hit.from == hit.to || hit.words == 1 => return None,
                Polarity::Excluded => Said::Carried,
                // "pas de précarité énergétique ici": the trouble itself is denied.
                Polarity::Lament(cue) | Polarity::Denial(cue)
                    if kind == ConceptKind::Need
                        && cue < hit.from
                        && tokens[cue].is(&["pas", "aucun", "aucune", "jamais"])
                        && tokens[hit.from..=hit.to].iter().any(|t| t.is(&TROUBLES)) =>
                {
                    from = cue;
                    Said::Met
                }
                // The cue stands inside the wording: it is part of the name.
                Polarity::Lament(cue) | Polarity::Denial(cue)
                    if hit.from <= cue && cue <= hit.to =>
                {
                    Said::Carried
                }
                Polarity::Lament(cue) if own => {
                    from = from.min(cue);
                    Said::Lacking
                }
                Polarity::Denial(cue) if own => {
                    from = from.min(cue);
                    Said::Lacking
                }
                Polarity::Denial(_) if reading.purpose == Purpose::Record && !reading.of_needs => {
                    return None;
                }
                Polarity::Lament(_) | Polarity::Denial(_) => Said::Carried,
            }
        }
    };
    let mut weight = match hit.class {
        Class::Antonym | Class::Denial => 1.0,
        class => class.weight(),
    };
    if hit.bridged {
        weight *= BRIDGED;
    }
    if fixed {
        weight *= CORRECTED;
    }
    Some(Found {
        concept: hit.concept,
        weight,
        origin: if hit.class == Class::Weak { Origin::Suggested } else { Origin::Proven },
        said,
        at: hit.from,
        proof: vec![(tokens[from].word.start, tokens[hit.to].word.end)],
    })
}

/// Two different weak wordings of one concept support each other.
fn join_weak(found: &mut Vec<Found>) {
    found.sort_by(|a, b| {
        a.concept
            .cmp(&b.concept)
            .then((a.said as u8).cmp(&(b.said as u8)))
            .then(b.weight.total_cmp(&a.weight))
            .then(a.at.cmp(&b.at))
    });
    let mut joined: Vec<Found> = Vec::with_capacity(found.len());
    for item in found.drain(..) {
        match joined.last_mut() {
            Some(last) if last.concept == item.concept && last.said == item.said => {
                let both_weak =
                    last.origin == Origin::Suggested && item.origin == Origin::Suggested;
                if both_weak && last.weight < TWICE_WEAK && last.proof != item.proof {
                    last.weight = TWICE_WEAK;
                    last.proof.extend(item.proof);
                    last.proof.sort_unstable();
                }
            }
            _ => joined.push(item),
        }
    }
    joined.sort_by(|a, b| a.at.cmp(&b.at).then(a.concept.cmp(&b.concept)));
    *found = joined;
}

fn add_learned(found: &mut Vec<Found>, proposal: &Proposal, tokens: &[Token<'_>]) {
    if let Some(weak) =
        found.iter_mut().find(|f| f.concept == proposal.concept && f.said == Said::Carried)
    {
        // Two suggestions of different nature agree.
        weak.weight = weak.weight.max(AGREED);
        return;
    }
    let mut proof: Vec<(usize, usize)> = Vec::new();
    for at in &proposal.because {
        let word = &tokens[*at].word;
        match proof.last_mut() {
            // Neighbours make one phrase, grammar words between them included.
            Some(last)
                if (1..=24).contains(&word.start.saturating_sub(last.1))
                    && tokens[..*at]
                        .iter()
                        .rev()
                        .take_while(|token| token.word.start >= last.1)
                        .all(|token| token.stop && token.gap == Gap::None) =>
            {
                last.1 = word.end;
            }
            _ => proof.push((word.start, word.end)),
        }
    }
    found.push(Found {
        concept: proposal.concept,
        weight: proposal.weight,
        origin: Origin::Suggested,
        said: Said::Carried,
        at: proposal.because.first().copied().unwrap_or(0),
        proof,
    });
}

/// Whether a sentence is in English: two of its grammar words are English only.
fn is_english(tokens: &[Token<'_>], range: (usize, usize)) -> bool {
    const ENGLISH: [&str; 16] = [
        "the", "of", "and", "for", "with", "from", "by", "are", "is", "that", "their", "who",
        "which", "to", "this", "it",
    ];
    (range.0..range.1).filter(|&at| tokens[at].stop && tokens[at].is(&ENGLISH)).count() >= 2
}
