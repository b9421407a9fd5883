//! A person's correction of an annotation wins over the annotator.

use crate::catalogue::record::annotation::Correction;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::observation::Observation;
use crate::domain::portrait::{ANSWERS_MAX, Answer, Mark, Portrait};
use crate::domain::provenance::{Basis, Because};
use crate::domain::taxonomy::Taxonomy;

/// Applies `correction` to a portrait: adds, removes, and replaces the answers where the
/// correction gives some. Unknown concept ids are left out.
pub fn apply(portrait: &mut Portrait, correction: &Correction, taxonomy: &Taxonomy) {
    for (kind, id) in &correction.remove {
        if let Some(concept) = taxonomy.find(*kind, id) {
            for list in lists(portrait, *kind) {
                list.retain(|mark| mark.concept != concept);
            }
            portrait.answers.retain(|answer| !names(answer, concept));
        }
    }
    for added in &correction.add {
        let Some(concept) = taxonomy.find(added.kind, &added.concept) else { continue };
        let mark = Mark {
            concept,
            weight: added.weight,
            because: Because::new("annotation", added.because.clone()),
            basis: Basis::Stated,
        };
        let mut lists = lists(portrait, added.kind);
        let at = usize::from(added.kind == ConceptKind::Resource && added.sought);
        let list = &mut lists[at];
        list.retain(|known| known.concept != concept);
        list.push(mark);
        list.sort_by_key(|mark| mark.concept);
    }
    if let Some(answers) = &correction.answers {
        let find = |kind, id: &Option<String>| id.as_deref().and_then(|id| taxonomy.find(kind, id));
        portrait.answers = answers
            .iter()
            .take(ANSWERS_MAX)
            .map(|stated| Answer {
                need: find(ConceptKind::Need, &stated.need),
                public: find(ConceptKind::Public, &stated.public),
                step: find(ConceptKind::Step, &stated.step),
                weight: if stated.main { 1.0 } else { 0.5 },
                because: Because::new("annotation", stated.because.clone()),
                basis: Basis::Stated,
            })
            .collect();
    }
}

/// Applies `correction` to an observation as it was understood, one per need: removes what
/// it should not name, adds what it should. Unknown concept ids are left out.
#[must_use]
pub fn observed(
    understood: Vec<Observation>,
    correction: &Correction,
    taxonomy: &Taxonomy,
) -> Vec<Observation> {
    let Some(mut read) = understood.first().cloned() else { return understood };
    let mut needs: Vec<Concept> = understood.iter().filter_map(|one| one.need).collect();
    for (kind, id) in &correction.remove {
        let Some(concept) = taxonomy.find(*kind, id) else { continue };
        needs.retain(|need| *need != concept);
        for known in [&mut read.public, &mut read.step, &mut read.theme] {
            *known = known.filter(|known| *known != concept);
        }
    }
    for added in &correction.add {
        let Some(concept) = taxonomy.find(added.kind, &added.concept) else { continue };
        match added.kind {
            ConceptKind::Need if !needs.contains(&concept) => needs.push(concept),
            ConceptKind::Public => read.public = Some(concept),
            ConceptKind::Step => read.step = Some(concept),
            ConceptKind::Theme => read.theme = Some(concept),
            ConceptKind::Need | ConceptKind::Resource => {}
        }
    }
    if needs.is_empty() {
        return vec![Observation { need: None, ..read }];
    }
    needs.into_iter().map(|need| Observation { need: Some(need), ..read.clone() }).collect()
}

/// The lists that hold concepts of this kind: for resources, offers then seeks.
fn lists(portrait: &mut Portrait, kind: ConceptKind) -> Vec<&mut Vec<Mark>> {
    match kind {
        ConceptKind::Theme => vec![&mut portrait.themes],
        ConceptKind::Need => vec![&mut portrait.needs],
        ConceptKind::Public => vec![&mut portrait.publics],
        ConceptKind::Step => vec![&mut portrait.steps],
        ConceptKind::Resource => vec![&mut portrait.offers, &mut portrait.seeks],
    }
}

fn names(answer: &Answer, concept: Concept) -> bool {
    [answer.need, answer.public, answer.step].contains(&Some(concept))
}
