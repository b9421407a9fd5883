//! The judged phrases of `tests/golden/annotation.tsv`, and how well they are read.
//!
//! Precision, recall and F1 of the concepts found, summed over the phrases of a split
//! (micro-average), for each kind and for what is said to be lacking. Every concept given
//! counts, whatever its weight: the measure is of what a reader would see.
//!
//! Conventions of the set, all of them "neither right nor wrong" when found unlisted:
//! a parent of a listed concept; the main theme of a listed need; the resource that is the
//! twin of a listed step ([`TWINS`]).

use std::collections::{BTreeMap, BTreeSet};

use crate::annotation::{Annotator, Purpose};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::Taxonomy;

use super::judged::JudgedError;

/// Resources that are the same thing as a step, seen as a service: (resource, step).
///
/// A phrase naming the activity lists the step alone.
pub const TWINS: [(&str, &str); 14] = [
    ("service_collecte", "collecte"),
    ("service_tri", "tri"),
    ("service_livraison", "logistique"),
    ("service_transport", "transport_personnes"),
    ("service_reparation", "reparation"),
    ("service_lavage", "nettoyage"),
    ("places_hebergement", "hebergement"),
    ("places_garde", "garde"),
    ("soins", "soin"),
    ("ateliers_pedagogiques", "animation"),
    ("formation_linguistique", "formation"),
    ("formation_professionnelle", "formation"),
    ("accompagnement_social", "accompagnement"),
    ("postes_insertion", "insertion_emploi"),
];

/// One phrase of the judged set.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedPhrase {
    /// Its id in the set.
    pub id: String,
    /// `dev`, where one may tune, or `held`, the figure one publishes.
    pub split: String,
    /// How it is to be read.
    pub purpose: Purpose,
    /// The phrase.
    pub text: String,
    /// What a careful person finds in it, as `(kind, id)`.
    pub expected: BTreeSet<(ConceptKind, String)>,
    /// The steps and resources it says are lacking or not done, as `(kind, id)`.
    pub absent: BTreeSet<(ConceptKind, String)>,
}

/// What is measured apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// Concepts of one kind that the phrase carries.
    Carried(ConceptKind),
    /// Steps and resources that it says are lacking.
    Absent,
}

impl Facet {
    /// Every facet, in the order of the tables.
    pub const ALL: [Self; 6] = [
        Self::Carried(ConceptKind::Theme),
        Self::Carried(ConceptKind::Need),
        Self::Carried(ConceptKind::Public),
        Self::Carried(ConceptKind::Resource),
        Self::Carried(ConceptKind::Step),
        Self::Absent,
    ];

    /// Its name in a table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Carried(kind) => kind.as_str(),
            Self::Absent => "absent",
        }
    }
}

/// Counts of right, wrong and missed concepts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Listed and found.
    pub right: usize,
    /// Found, not listed, not neutral.
    pub wrong: usize,
    /// Listed, not found.
    pub missed: usize,
}

impl Tally {
    /// Share of what was found that is right, 0..=1, higher is better; 1 when nothing was
    /// found: silence is never wrong.
    #[must_use]
    pub fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// Share of what is listed that was found, 0..=1, higher is better; 1 when nothing is
    /// listed.
    #[must_use]
    pub fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    /// Harmonic mean of precision and recall, `2·right / (2·right + wrong + missed)`,
    /// 0..=1, higher is better; 1 when nothing is listed nor found. Source: van Rijsbergen,
    /// *Information Retrieval*, 1979, chapter 7.
    #[must_use]
    pub fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }

    /// The sum of two counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            missed: self.missed + other.missed,
        }
    }
}

#[allow(clippy::cast_precision_loss)] // counts of concepts, far below 2^52
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// How one phrase was read: what is right, wrong and missed, by facet, as ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Listed and found.
    pub right: BTreeSet<(Facet, String)>,
    /// Found, not listed, not neutral.
    pub wrong: BTreeSet<(Facet, String)>,
    /// Listed, not found.
    pub missed: BTreeSet<(Facet, String)>,
}

const COLUMNS: &str = "id split purpose text expected absent";

/// Reads the judged phrases: a table `id, split, purpose, text, expected, absent` with a
/// header, the last two being `kind:id` joined by `;`.
///
/// Shape: one item per phrase, in the order of the table.
///
/// # Errors
/// The first line that has not its columns, a known purpose and known kinds.
pub fn read(table: &str) -> Result<Vec<JudgedPhrase>, JudgedError> {
    let mut phrases = Vec::new();
    for (at, line) in table.lines().enumerate().skip(1) {
        if line.trim().is_empty() {
            continue;
        }
        phrases.push(phrase(line).ok_or(JudgedError {
            file: "annotation",
            line: at + 1,
            columns: COLUMNS,
        })?);
    }
    Ok(phrases)
}

fn phrase(line: &str) -> Option<JudgedPhrase> {
    let parts: Vec<&str> = line.split('\t').collect();
    let &[id, split, purpose, text, expected, absent] = parts.as_slice() else {
        return None;
    };
    let purpose = match purpose {
        "record" => Purpose::Record,
        "observation" => Purpose::Observation,
        "query" => Purpose::Query,
        _ => return None,
    };
    Some(JudgedPhrase {
        id: id.to_owned(),
        split: split.to_owned(),
        purpose,
        text: text.to_owned(),
        expected: concepts(expected)?,
        absent: concepts(absent)?,
    })
}

fn concepts(list: &str) -> Option<BTreeSet<(ConceptKind, String)>> {
    list.trim()
        .split(';')
        .filter(|item| !item.is_empty())
        .map(|item| {
            let (kind, id) = item.split_once(':')?;
            Some((ConceptKind::parse(kind.trim())?, id.trim().to_owned()))
        })
        .collect()
}

/// The counts of one split, by facet; every facet is there.
#[must_use]
pub fn measure(
    annotator: &Annotator,
    phrases: &[JudgedPhrase],
    split: &str,
) -> BTreeMap<Facet, Tally> {
    let mut tallies: BTreeMap<Facet, Tally> =
        Facet::ALL.into_iter().map(|facet| (facet, Tally::default())).collect();
    for phrase in phrases.iter().filter(|phrase| phrase.split == split) {
        let reading = compare(annotator, phrase);
        for (facet, tally) in &mut tallies {
            let of = |set: &BTreeSet<(Facet, String)>| set.iter().filter(|x| x.0 == *facet).count();
            tally.right += of(&reading.right);
            tally.wrong += of(&reading.wrong);
            tally.missed += of(&reading.missed);
        }
    }
    tallies
}

/// What the annotator finds in one phrase, against what is listed.
#[must_use]
pub fn compare(annotator: &Annotator, phrase: &JudgedPhrase) -> Reading {
    let taxonomy = annotator.taxonomy();
    let annotation = annotator.annotate(&phrase.text, phrase.purpose);
    let mut listed: BTreeSet<(Facet, String)> = BTreeSet::new();
    for (kind, id) in &phrase.expected {
        listed.insert((Facet::Carried(*kind), id.clone()));
    }
    for (_, id) in &phrase.absent {
        listed.insert((Facet::Absent, id.clone()));
    }
    let found: BTreeSet<(Facet, String)> = annotation
        .concepts
        .iter()
        .map(|found| (Facet::Carried(found.concept.kind), found.concept))
        .chain(annotation.absent.iter().map(|found| (Facet::Absent, found.concept)))
        .map(|(facet, concept)| (facet, taxonomy.id(concept).to_owned()))
        .collect();
    let neutral = neutral(taxonomy, phrase);
    Reading {
        right: listed.intersection(&found).cloned().collect(),
        wrong: found.difference(&listed).filter(|(_, id)| !neutral.contains(id)).cloned().collect(),
        missed: listed.difference(&found).cloned().collect(),
    }
}

/// Ids that count neither way when found unlisted.
fn neutral(taxonomy: &Taxonomy, phrase: &JudgedPhrase) -> BTreeSet<String> {
    let mut neutral = BTreeSet::new();
    for (kind, id) in phrase.expected.iter().chain(&phrase.absent) {
        let Some(concept) = taxonomy.find(*kind, id) else {
            continue;
        };
        neutral.extend(parents(taxonomy, concept));
        if *kind == ConceptKind::Need
            && let Some(&theme) = taxonomy.themes_of(concept).first()
        {
            neutral.insert(taxonomy.id(theme).to_owned());
        }
        if *kind == ConceptKind::Step {
            let twins = TWINS.iter().filter(|(_, step)| step == id);
            neutral.extend(twins.map(|(resource, _)| (*resource).to_owned()));
        }
    }
    neutral
}

fn parents(taxonomy: &Taxonomy, concept: Concept) -> Vec<String> {
    let mut ids = Vec::new();
    let mut at = taxonomy.entry(concept).parent;
    while let Some(parent) = at.filter(|_| ids.len() < 8) {
        ids.push(taxonomy.id(parent).to_owned());
        at = taxonomy.entry(parent).parent;
    }
    ids
}

/// A table of counts as text: one line per facet, then all of them together.
#[must_use]
pub fn table(title: &str, tallies: &BTreeMap<Facet, Tally>) -> String {
    let mut lines = format!(
        "{title:<10} {:>9} {:>7} {:>7} {:>6} {:>6} {:>7}\n",
        "precision", "recall", "F1", "right", "wrong", "missed"
    );
    let all = tallies.values().fold(Tally::default(), |sum, tally| sum.plus(*tally));
    let rows = tallies.iter().map(|(facet, tally)| (facet.as_str(), *tally));
    for (name, tally) in rows.chain([("all", all)]) {
        let (p, r, f1) = (tally.precision(), tally.recall(), tally.f1());
        lines += &format!(
            "{name:<10} {p:>9.3} {r:>7.3} {f1:>7.3} {:>6} {:>6} {:>7}\n",
            tally.right, tally.wrong, tally.missed
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_and_a_bad_line_is_told() {
        let header = "id\tsplit\tpurpose\ttext\texpected\tabsent\n";
        let line = "a1\tdev\tobservation\tplus de tri\tneed:x;step:vente\tstep:tri\n";
        let phrases = read(&format!("{header}{line}")).unwrap();
        assert_eq!(phrases[0].purpose, Purpose::Observation);
        assert_eq!(phrases[0].expected.len(), 2);
        assert!(phrases[0].absent.contains(&(ConceptKind::Step, "tri".to_owned())));
        assert_eq!(read(&format!("{header}{line}a2\tdev\n")).unwrap_err().line, 3);
        assert_eq!(read(&line.replace("step", "pas").repeat(2)).unwrap_err().line, 2);
    }

    #[test]
    fn figures_follow_their_formulas_and_silence_is_not_wrong() {
        let tally = Tally { right: 3, wrong: 1, missed: 2 };
        assert!((tally.precision() - 0.75).abs() < 1e-12);
        assert!((tally.recall() - 0.6).abs() < 1e-12);
        assert!((tally.f1() - 6.0 / 9.0).abs() < 1e-12);
        let (p, r) = (tally.precision(), tally.recall());
        assert!((tally.f1() - 2.0 * p * r / (p + r)).abs() < 1e-12);
        assert!((Tally::default().precision() - 1.0).abs() < 1e-12);
    }
}
