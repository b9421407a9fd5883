//! Profiles of weights: weights belong to someone, who set them on a date (methods §6).
//!
//! Precedence: what the request says, the profile it asks for, the territory's own
//! profile (the latest one dated no later than the day asked), equal weights.

pub mod write;

use jiff::civil::Date;

use crate::catalogue::record::profile::{ProfileRecord, ProfileWeights};
use crate::catalogue::revision::{At, Kind, Revision};
use crate::catalogue::seed;
use crate::catalogue::store::Store;
use crate::domain::date::PartialDate;
use crate::domain::lang::Lang;
use crate::domain::provenance::Source;
use crate::matching::outcome::CriterionId;
use crate::matching::weights::{CRITERIA, Weights, WeightsAsked, WeightsError};

use super::error::ScoutingError;
use super::scene::Scene;
use super::vocabulary;

/// A profile of weights, read and known to weigh something.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Stable id: the name that is asked.
    pub id: String,
    /// Whose weights they are: an organisation.
    pub owner: String,
    /// When their owner set them.
    pub as_of: Option<PartialDate>,
    /// The territory whose own profile it is, where it is one.
    pub territory: Option<String>,
    /// Where it is published; the id of the row where nothing is said.
    pub source: Source,
    /// Revision it was read at; 0 for one that only the binary carries.
    pub seq: u64,
    names: [Option<String>; 2],
    notes: [Option<String>; 2],
    asked: WeightsAsked,
}

impl Profile {
    /// Reads a record, written in the log at `seq`.
    ///
    /// # Errors
    /// An unknown or repeated criterion, an unreadable number, or nothing that weighs
    /// without a query (`relevance` alone).
    pub fn new(record: ProfileRecord, seq: u64) -> Result<Self, WeightsError> {
        let asked = match &record.weights {
            ProfileWeights::Order(order) => WeightsAsked::parse(order)?,
            ProfileWeights::Values(values) => {
                let read = values.iter().map(|(name, &weight)| {
                    let unknown = || WeightsError::UnknownCriterion(name.clone());
                    Ok((CriterionId::parse(name).ok_or_else(unknown)?, weight))
                });
                WeightsAsked::Values(read.collect::<Result<_, WeightsError>>()?)
            }
        };
        // All tied is no order at all: every weighting is then as good (robustness).
        let asked = match asked {
            WeightsAsked::Order(groups) if groups.len() == 1 && groups[0].len() == CRITERIA => {
                WeightsAsked::Nothing
            }
            other => other,
        };
        Weights::resolve(&asked, false)?;
        let named = || Source::named(format!("{} ({})", record.owner, record.id));
        Ok(Self {
            source: record.source.clone().unwrap_or_else(named),
            id: record.id,
            owner: record.owner,
            as_of: record.as_of,
            territory: record.territory,
            seq,
            names: [record.name_fr, record.name_en],
            notes: [record.note_fr, record.note_en],
            asked,
        })
    }

    /// Its name in `lang`, in the other language where only that one is known, else its id.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        in_lang(&self.names, lang).unwrap_or(&self.id)
    }

    /// Why these weights, in `lang` or else in the other language.
    #[must_use]
    pub fn note(&self, lang: Lang) -> Option<&str> {
        in_lang(&self.notes, lang)
    }

    /// The weights with their owner and date; they sum to 1.
    ///
    /// # Errors
    /// Never without a query ([`Profile::new`] checked it), nor with one.
    pub fn weights(&self, with_query: bool) -> Result<Weights, WeightsError> {
        let weights = Weights::resolve(&self.asked, with_query)?;
        Ok(Weights {
            owner: self.owner.clone(),
            as_of: self.as_of,
            profile: Some(self.id.clone()),
            ..weights
        })
    }
}

fn in_lang(texts: &[Option<String>; 2], lang: Lang) -> Option<&str> {
    let [fr, en] = texts;
    let (first, other) = match lang {
        Lang::Fr => (fr, en),
        Lang::En => (en, fr),
    };
    first.as_deref().or(other.as_deref())
}

/// The shipped profiles that the log never held up to `at`: a directory seeded by an
/// older binary still knows them by name. One that was ended in the log stays ended.
///
/// # Errors
/// The log cannot be read.
pub(super) async fn shipped(
    store: &Store,
    at: At,
    known: &[Revision],
) -> Result<Vec<Profile>, ScoutingError> {
    let until = store.seq_at(at).await?;
    let mut profiles = Vec::new();
    for record in seed::profiles() {
        let in_state = known.iter().any(|r| r.kind == Kind::Profile && r.id == record.id);
        if in_state {
            continue;
        }
        let history = store.history(Kind::Profile, &record.id).await?;
        if history.iter().all(|revision| revision.seq > until) {
            profiles.push(Profile::new(record, 0)?);
        }
    }
    Ok(profiles)
}

/// The profile called `name`.
///
/// # Errors
/// [`ScoutingError::UnknownProfile`] with the names known and the nearest.
pub fn find<'s>(scene: &'s Scene, name: &str) -> Result<&'s Profile, ScoutingError> {
    let wanted = name.trim();
    scene.rows.profiles.iter().find(|profile| profile.id == wanted).ok_or_else(|| {
        let known: Vec<String> = scene.rows.profiles.iter().map(|p| p.id.clone()).collect();
        ScoutingError::UnknownProfile {
            asked: name.chars().take(80).collect(),
            suggestion: vocabulary::nearest(wanted, known.iter().map(String::as_str)),
            known,
        }
    })
}

/// The territory's own profile on `as_of`: the latest, then the last written. One dated
/// later is ignored; an undated one comes after every dated one.
#[must_use]
pub fn own<'s>(scene: &'s Scene, territory: &str, as_of: Date) -> Option<&'s Profile> {
    let day = |profile: &Profile| profile.as_of.map(PartialDate::first_day);
    scene
        .rows
        .profiles
        .iter()
        .filter(|profile| profile.territory.as_deref() == Some(territory))
        .filter(|profile| day(profile).is_none_or(|day| day <= as_of))
        .max_by_key(|profile| (day(profile), profile.seq))
}

/// Whose weights serve a question, by the precedence of methods §6.
///
/// `territory` is the id of a territory of the catalogue; `None` for a list of communes
/// that only the request knows, which has no profile of its own.
///
/// # Errors
/// [`ScoutingError::UnknownProfile`], [`ScoutingError::Weights`].
pub fn weights(
    scene: &Scene,
    territory: Option<&str>,
    as_of: Date,
    asked: &WeightsAsked,
    profile: Option<&str>,
    with_query: bool,
) -> Result<Weights, ScoutingError> {
    // A name that nobody knows is told even where the weights of the request win.
    let named = profile.map(|name| find(scene, name)).transpose()?;
    if *asked != WeightsAsked::Nothing {
        return Ok(Weights::resolve(asked, with_query)?);
    }
    let own = || territory.and_then(|id| own(scene, id, as_of));
    match named.or_else(own) {
        Some(profile) => Ok(profile.weights(with_query)?),
        None => Ok(Weights::equal(with_query)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::record::profile;

    fn read(weights: &serde_json::Value) -> Result<Profile, WeightsError> {
        let row = serde_json::json!({
            "id": "p", "owner": "Métropole de Lyon", "date": "2026", "name": "Nos poids",
            "weights": weights,
        });
        Profile::new(profile::read(&row).unwrap().value, 7)
    }

    #[test]
    fn every_shipped_profile_weighs_and_says_whose_it_is() {
        for record in seed::profiles() {
            let id = record.id.clone();
            let profile = Profile::new(record, 0).unwrap();
            for with_query in [false, true] {
                let weights = profile.weights(with_query).unwrap();
                assert!((weights.values.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{id}");
                assert_eq!(weights.profile.as_deref(), Some(id.as_str()));
                assert_eq!((weights.owner.as_str(), weights.as_of.is_some()), ("Essaim", true));
            }
            assert!(profile.note(Lang::En).is_some());
            assert_ne!(profile.name(Lang::Fr), profile.name(Lang::En));
        }
    }

    #[test]
    fn all_tied_is_equal_with_and_without_a_query() {
        let equal = seed::profiles().into_iter().find(|record| record.id == "equal").unwrap();
        let equal = Profile::new(equal, 0).unwrap();
        for with_query in [false, true] {
            let weights = equal.weights(with_query).unwrap();
            assert!(weights.are_equal());
            assert_eq!(weights.values, Weights::equal(with_query).values);
        }
    }

    #[test]
    fn a_name_known_in_one_language_serves_both() {
        let profile = read(&serde_json::json!({"gap": 3, "proof": 1})).unwrap();
        assert_eq!(profile.name(Lang::En), "Nos poids");
        assert_eq!(profile.source.source, "Métropole de Lyon (p)");
        assert_eq!(profile.weights(false).unwrap().of(CriterionId::Gap), 0.75);
    }

    #[test]
    fn a_profile_that_weighs_nothing_or_an_unknown_criterion_is_refused() {
        assert!(read(&serde_json::json!("relevance")).is_err());
        assert!(read(&serde_json::json!({"gaps": 1})).is_err());
        assert!(read(&serde_json::json!("gap>gap")).is_err());
    }
}
