//! How alike two answers are: the kinship of concepts as flat tables.
//!
//! The same rule as [`Taxonomy::likeness`], read millions of times: parents and
//! families are kept in arrays. Two concepts that are alike always share a family (the
//! topmost declared ancestor), so a family is a bucket that loses nothing.

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::Taxonomy;

/// Likeness of declared parent and child, and of siblings (methods §3).
const RELATED: f64 = 0.5;

/// No declared parent.
const NONE: u16 = u16::MAX;

/// An answer reduced to positions in the taxonomy; `None` is a known unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Triple {
    pub need: Option<u16>,
    pub public: Option<u16>,
    pub step: Option<u16>,
}

/// Two answers compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    /// Likeness of the needs; `None` where one is unknown.
    pub need: Option<f64>,
    /// Likeness of the publics; `None` where one is unknown.
    pub public: Option<f64>,
    /// Likeness of the steps; `None` where one is unknown.
    pub step: Option<f64>,
    /// Whether one step comes just before or after the other.
    pub adjacent: bool,
}

/// Parents, families and neighbouring steps of one taxonomy.
#[derive(Debug, Clone)]
pub(crate) struct Kin {
    needs: Lineage,
    publics: Lineage,
    steps: usize,
    adjacent: Vec<bool>,
}

#[derive(Debug, Clone)]
struct Lineage {
    parent: Vec<u16>,
    family: Vec<u16>,
}

impl Lineage {
    fn new(taxonomy: &Taxonomy, kind: ConceptKind) -> Self {
        let parent: Vec<u16> = taxonomy
            .entries(kind)
            .iter()
            .map(|entry| entry.parent.map_or(NONE, |parent| parent.index))
            .collect();
        let family = taxonomy
            .concepts(kind)
            .map(|concept| {
                let mut top = concept.index;
                // A loop in the declarations would otherwise never end.
                for _ in 0..parent.len() {
                    match parent.get(usize::from(top)) {
                        Some(&above) if above != NONE => top = above,
                        _ => break,
                    }
                }
                top
            })
            .collect();
        Self { parent, family }
    }

    fn likeness(&self, a: u16, b: u16) -> f64 {
        if a == b {
            return 1.0;
        }
        let of = |at: u16| self.parent.get(usize::from(at)).copied().unwrap_or(NONE);
        let (above_a, above_b) = (of(a), of(b));
        let related = above_a == b || above_b == a || (above_a != NONE && above_a == above_b);
        if related { RELATED } else { 0.0 }
    }

    fn family(&self, at: u16) -> usize {
        usize::from(self.family.get(usize::from(at)).copied().unwrap_or(at))
    }
}

impl Kin {
    /// The tables of `taxonomy`.
    pub(crate) fn new(taxonomy: &Taxonomy) -> Self {
        let steps = taxonomy.count(ConceptKind::Step);
        let mut adjacent = vec![false; steps * steps];
        for step in taxonomy.concepts(ConceptKind::Step) {
            for next in &taxonomy.entry(step).adjacent {
                if next.at() < steps && *next != step {
                    adjacent[step.at() * steps + next.at()] = true;
                    adjacent[next.at() * steps + step.at()] = true;
                }
            }
        }
        Self {
            needs: Lineage::new(taxonomy, ConceptKind::Need),
            publics: Lineage::new(taxonomy, ConceptKind::Public),
            steps,
            adjacent,
        }
    }

    /// Likeness of two needs, 0..=1.
    pub(crate) fn needs(&self, a: u16, b: u16) -> f64 {
        self.needs.likeness(a, b)
    }

    /// Likeness of two publics, 0..=1.
    pub(crate) fn publics(&self, a: u16, b: u16) -> f64 {
        self.publics.likeness(a, b)
    }

    /// The bucket of a need: needs of two buckets are never alike.
    pub(crate) fn need_family(&self, need: u16) -> usize {
        self.needs.family(need)
    }

    /// The bucket of a public.
    pub(crate) fn public_family(&self, public: u16) -> usize {
        self.publics.family(public)
    }

    /// Compares two answers.
    pub(crate) fn pair(&self, a: Triple, b: Triple) -> Pair {
        let both = |a: Option<u16>, b: Option<u16>| a.zip(b);
        Pair {
            need: both(a.need, b.need).map(|(a, b)| self.needs(a, b)),
            public: both(a.public, b.public).map(|(a, b)| self.publics(a, b)),
            step: both(a.step, b.step).map(|(a, b)| if a == b { 1.0 } else { 0.0 }),
            adjacent: both(a.step, b.step).is_some_and(|(a, b)| {
                let at = usize::from(a) * self.steps + usize::from(b);
                usize::from(b) < self.steps && self.adjacent.get(at).copied().unwrap_or(false)
            }),
        }
    }
}

/// A concept of `kind` from its position.
pub(crate) fn concept(kind: ConceptKind, index: u16) -> Concept {
    Concept { kind, index }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::relations::fixtures;

    #[test]
    fn the_tables_say_what_the_taxonomy_says() {
        let taxonomy = fixtures::taxonomy();
        let kin = Kin::new(&taxonomy);
        for a in taxonomy.concepts(ConceptKind::Need) {
            for b in taxonomy.concepts(ConceptKind::Need) {
                let likeness = taxonomy.likeness(a, b);
                assert_eq!(kin.needs(a.index, b.index), likeness);
                if likeness > 0.0 {
                    assert_eq!(kin.need_family(a.index), kin.need_family(b.index));
                }
            }
        }
        for a in taxonomy.concepts(ConceptKind::Step) {
            for b in taxonomy.concepts(ConceptKind::Step) {
                let of =
                    |step: Concept| Triple { need: None, public: None, step: Some(step.index) };
                let pair = kin.pair(of(a), of(b));
                assert_eq!(pair.adjacent, taxonomy.adjacent(a, b));
                assert_eq!(pair.step, Some(taxonomy.likeness(a, b)));
            }
        }
    }
}
