//! How well the places of a page hold, in numbers and in words.

use std::sync::Arc;

use crate::domain::enterprise::Enterprise;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::shown::Sentence;
use crate::matching::robustness::assessment::{Assessment, Reading, assess};
use crate::matching::robustness::numbers::RobustnessNumbers;
use crate::matching::robustness::{ties, words};
use crate::matching::{Options, Ranking};

/// How well the place of a candidate holds, in numbers and in words.
#[derive(Debug, Clone)]
pub struct RobustnessShown {
    /// The numbers.
    pub assessment: Assessment,
    /// Ids of those it is not told apart from: data known, then data drawn.
    pub tied_with: [Vec<String>; 2],
    /// The sentences of its place, of its equals and of its score.
    pub sentences: Vec<Sentence>,
}

/// Neighbours of the page that are not told apart.
#[derive(Debug, Clone)]
pub struct TieZone {
    /// Their ids, in the order of the page.
    pub ids: Vec<String>,
    /// The same in words.
    pub text: String,
}

/// What is said of one page.
#[derive(Debug, Clone)]
pub(super) struct PageRobustness {
    /// One per position asked, same order.
    pub(super) places: Vec<RobustnessShown>,
    /// The neighbours of the page that are not told apart.
    pub(super) tie_zones: Vec<TieZone>,
}

/// Assesses the candidates at these positions of `ranking.candidates` against all serious
/// rivals.
pub(super) fn of_page(
    explainer: &Explainer<'_>,
    enterprises: &[Arc<Enterprise>],
    ranking: &Ranking,
    options: &Options,
    page: &[usize],
) -> PageRobustness {
    let profile = explainer.profile();
    let assessed = assess(profile, enterprises, ranking, &options.weights, page);
    let list: Vec<(usize, &Assessment)> = page.iter().copied().zip(&assessed).collect();
    let numbers = RobustnessNumbers::read(&profile.rules);
    let of = |at: usize| &enterprises[ranking.candidates[at].enterprise];
    let ids = |reading: &Reading| -> Vec<String> {
        reading.tied_with.iter().map(|&at| of(at).id.clone()).collect()
    };
    let name = |at: usize| of(at).name.clone();
    let place = |&(at, assessment): &(usize, &Assessment)| RobustnessShown {
        tied_with: [ids(&assessment.weights), ids(&assessment.all)],
        sentences: words::facts(assessment, at + 1, &options.weights, &numbers, name)
            .iter()
            .map(|fact| explainer.sentence(fact))
            .collect(),
        assessment: assessment.clone(),
    };
    PageRobustness {
        places: list.iter().map(place).collect(),
        tie_zones: tie_zones(explainer, enterprises, ranking, &list),
    }
}

/// The zones of a page, each named by its enterprises.
fn tie_zones(
    explainer: &Explainer<'_>,
    enterprises: &[Arc<Enterprise>],
    ranking: &Ranking,
    list: &[(usize, &Assessment)],
) -> Vec<TieZone> {
    let zones = ties::zones(list, |assessment| &assessment.weights);
    zones
        .into_iter()
        .map(|zone| {
            let members = list[zone].iter();
            let members: Vec<&Arc<Enterprise>> =
                members.map(|&(at, _)| &enterprises[ranking.candidates[at].enterprise]).collect();
            let names = members.iter().map(|member| member.name.clone()).collect();
            TieZone {
                ids: members.iter().map(|member| member.id.clone()).collect(),
                text: explainer.sentence(&words::tied(names)).text,
            }
        })
        .collect()
}
