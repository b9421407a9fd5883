//! Looking for enterprises by words, in French or in English.

use std::sync::Arc;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::enterprise::Enterprise;
use crate::domain::lang::Lang;
use crate::domain::portrait::weight_of;
use crate::retrieval::{Hit, Snippet};

use super::ask::{check_limit, check_query};
use super::error::ScoutingError;
use super::scene::Scene;
use super::vocabulary;

/// An enterprise found, with its best passage.
#[derive(Debug, Clone)]
pub struct FoundEnterprise {
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Retrieval score, higher is nearer; 0 when no words were asked.
    pub score: f64,
    /// The passage, where words were asked.
    pub snippet: Option<Snippet>,
}

/// The enterprises found and how the words were understood.
#[derive(Debug, Clone)]
pub struct FoundEnterprises {
    /// State of the log.
    pub seq: u64,
    /// How many in all.
    pub total: usize,
    /// The page, best first.
    pub enterprises: Vec<FoundEnterprise>,
    /// Concepts read in the query, with their weight.
    pub concepts: Vec<(Concept, f64)>,
    /// Words corrected: as written, as searched.
    pub corrections: Vec<(String, String)>,
}

/// Enterprises by words and theme; without words, all of them by id.
///
/// # Errors
/// Unknown theme, empty or too long query, bad limit.
pub fn search(
    scene: &Scene,
    q: Option<&str>,
    theme: Option<&str>,
    offset: usize,
    limit: usize,
    lang: Lang,
) -> Result<FoundEnterprises, ScoutingError> {
    check_limit(limit)?;
    let theme =
        theme.map(|word| vocabulary::concept(scene, ConceptKind::Theme, word)).transpose()?;
    let keeps = |enterprise: &Enterprise| {
        theme.is_none_or(|theme| weight_of(&enterprise.portrait.themes, theme) > 0.0)
    };
    let Some(q) = q else {
        let kept: Vec<&Arc<Enterprise>> =
            scene.rows.enterprises.iter().filter(|e| keeps(e)).collect();
        return Ok(FoundEnterprises {
            seq: scene.seq,
            total: kept.len(),
            enterprises: kept
                .into_iter()
                .skip(offset)
                .take(limit)
                .map(|e| FoundEnterprise { enterprise: Arc::clone(e), score: 0.0, snippet: None })
                .collect(),
            concepts: Vec::new(),
            corrections: Vec::new(),
        });
    };
    check_query(q)?;
    let found = scene.searcher.search(
        &scene.world.annotator,
        &scene.world.data.taxonomy,
        q,
        scene.rows.enterprises.len().max(1),
        lang,
    )?;
    let kept: Vec<(&Arc<Enterprise>, &Hit)> = found
        .hits
        .iter()
        .filter_map(|hit| scene.enterprise(&hit.id).map(|(_, e)| (e, hit)))
        .filter(|(e, _)| keeps(e))
        .collect();
    Ok(FoundEnterprises {
        seq: scene.seq,
        total: kept.len(),
        enterprises: kept
            .into_iter()
            .skip(offset)
            .take(limit)
            .map(|(e, hit)| FoundEnterprise {
                enterprise: Arc::clone(e),
                score: hit.score.0,
                snippet: Some(hit.snippet.clone()),
            })
            .collect(),
        concepts: found.concepts,
        corrections: found.corrections,
    })
}
