//! Which fields of a record are known, of those that matching reads.
//!
//! A field is known, deduced or missing; how well it is known is not judged here. It cannot
//! see whether a list is whole: one site known of twenty is a field known.

use crate::domain::actor::Actor;
use crate::domain::enterprise::{Enterprise, EvidenceLevel, Place};

/// A field of a record.
#[derive(Debug)]
pub struct Field<T> {
    /// Its id: the name of its weight in `index/quality.toml`.
    pub id: &'static str,
    /// The key of its name in words.
    pub label: &'static str,
    /// Whether the record says something of it.
    known: fn(&T) -> bool,
    /// The path under which a record marks it as deduced.
    deduced: Option<&'static str>,
}

/// A field by its names only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Its id.
    pub id: &'static str,
    /// The key of its name in words.
    pub label: &'static str,
}

/// A field that no record marks as deduced; its label is `record.field.<id>`, written whole
/// so that a search for the sentence finds it.
const fn field<T>(label: &'static str, known: fn(&T) -> bool) -> Field<T> {
    Field { id: id_of(label), label, known, deduced: None }
}

/// A field that a record may mark as deduced, at `path` of its `inferred`.
const fn deducible<T>(label: &'static str, known: fn(&T) -> bool, path: &'static str) -> Field<T> {
    Field { id: id_of(label), label, known, deduced: Some(path) }
}

/// The id of a field: its label without what precedes it.
const fn id_of(label: &'static str) -> &'static str {
    label.split_at(LABEL.len()).1
}

/// What precedes the ids of fields in their labels.
const LABEL: &str = "record.field.";

/// The fields of an enterprise, in the order that a scout asks for them.
pub static ENTERPRISE: [Field<Enterprise>; 21] = [
    field("record.field.summary", |e| !e.summary.is_empty() || !e.activities.is_empty()),
    deducible("record.field.home", |e| is_placed(&e.home), "home"),
    deducible("record.field.needs", |e| !e.portrait.needs.is_empty(), "needs_addressed"),
    deducible("record.field.publics", |e| !e.portrait.publics.is_empty(), "beneficiaries"),
    field("record.field.steps", |e| !e.portrait.steps.is_empty()),
    field("record.field.sites", |e| e.sites.iter().any(|site| is_located(&site.place))),
    field("record.field.site_dates", |e| e.sites.iter().any(|site| site.since.is_some())),
    field("record.field.evidence", |e| {
        e.evidence.iter().any(|found| found.level > EvidenceLevel::None)
    }),
    deducible(
        "record.field.will",
        |e| e.scaling.seeking_to_scale.is_some(),
        "scaling.seeking_to_scale",
    ),
    deducible(
        "record.field.model",
        |e| e.scaling.model.as_deref().is_some_and(|m| m != "undecided"),
        "scaling.model",
    ),
    deducible("record.field.conditions", |e| !e.conditions.is_empty(), "scaling.conditions"),
    field("record.field.targets", |e| !e.scaling.target_territories.is_empty()),
    field("record.field.branch_cost", |e| e.scaling.branch_cost_eur.is_some()),
    field("record.field.payer", |e| e.scaling.payer.is_some()),
    field("record.field.partners", |e| !e.portrait.partners.is_empty()),
    deducible(
        "record.field.offers",
        |e| !e.offers.is_empty() || !e.portrait.offers.is_empty(),
        "offers",
    ),
    deducible(
        "record.field.seeks",
        |e| !e.seeks.is_empty() || !e.portrait.seeks.is_empty(),
        "seeks",
    ),
    deducible("record.field.founded", |e| e.founded.is_some(), "founded"),
    field("record.field.identifier", |e| e.siren.is_some()),
    field("record.field.website", |e| e.website.is_some()),
    field("record.field.sources", |e| !e.sources.is_empty()),
];

/// The fields of a local actor, in the order that a scout asks for them.
pub static ACTOR: [Field<Actor>; 13] = [
    field("record.field.summary", |a| !a.summary.is_empty() || !a.activities.is_empty()),
    field("record.field.commune", |a| is_placed(&a.place)),
    field("record.field.point", |a| a.point.is_some()),
    field("record.field.needs", |a| !a.portrait.needs.is_empty()),
    field("record.field.publics", |a| !a.portrait.publics.is_empty()),
    field("record.field.steps", |a| !a.portrait.steps.is_empty()),
    field("record.field.seeks", |a| !a.seeks.is_empty() || !a.portrait.seeks.is_empty()),
    field("record.field.offers", |a| !a.offers.is_empty() || !a.portrait.offers.is_empty()),
    field("record.field.partners", |a| !a.partners.is_empty() || !a.portrait.partners.is_empty()),
    field("record.field.since", |a| a.since.is_some()),
    field("record.field.identifier", |a| a.siret.is_some()),
    field("record.field.website", |a| a.url.is_some()),
    field("record.field.sources", |a| !a.sources.is_empty()),
];

/// A commune with its code, or a named one abroad.
fn is_placed(place: &Place) -> bool {
    place.insee.is_some() || (place.is_abroad() && place.commune.is_some())
}

/// At least a département, or a place abroad.
fn is_located(place: &Place) -> bool {
    is_placed(place) || place.departement_code.is_some() || place.is_abroad()
}

/// What is known of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Completeness {
    /// Weight of what is known over the weight of all, 0..=1, higher is better.
    pub value: f64,
    /// Fields known, deduced ones among them.
    pub known: usize,
    /// Fields in all.
    pub all: usize,
    /// Fields of which nothing is known: the heaviest first, then as a scout asks for them.
    pub missing: Vec<Named>,
    /// Fields that were deduced from the activity described, not read.
    pub deduced: Vec<Named>,
    /// Weight of the deduced ones over the weight of all, 0..=1.
    pub deduced_share: f64,
}

impl Completeness {
    /// Of an enterprise, with one weight per field of [`ENTERPRISE`].
    #[must_use]
    pub fn of_enterprise(enterprise: &Enterprise, weights: &[f64]) -> Self {
        Self::of(enterprise, &ENTERPRISE, weights, |path| enterprise.is_inferred(path))
    }

    /// Of a local actor, with one weight per field of [`ACTOR`].
    #[must_use]
    pub fn of_actor(actor: &Actor, weights: &[f64]) -> Self {
        Self::of(actor, &ACTOR, weights, |_| false)
    }

    fn of<T>(
        record: &T,
        fields: &[Field<T>],
        weights: &[f64],
        is_deduced: impl Fn(&str) -> bool,
    ) -> Self {
        let all: f64 = weights.iter().sum();
        let (mut held, mut guessed) = (0.0, 0.0);
        let mut missing: Vec<(f64, Named)> = Vec::new();
        let mut deduced = Vec::new();
        for (field, &weight) in fields.iter().zip(weights) {
            let named = Named { id: field.id, label: field.label };
            if !(field.known)(record) {
                missing.push((weight, named));
                continue;
            }
            held += weight;
            if field.deduced.is_some_and(&is_deduced) {
                guessed += weight;
                deduced.push(named);
            }
        }
        // Stable: fields of one weight stay in the order declared.
        missing.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let share = |part: f64| if all > 0.0 { part / all } else { 0.0 };
        Self {
            value: share(held),
            known: fields.len() - missing.len(),
            all: fields.len(),
            missing: missing.into_iter().map(|(_, named)| named).collect(),
            deduced,
            deduced_share: share(guessed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::PartialDate;
    use crate::domain::enterprise::Site;

    /// Weight 1 everywhere.
    const EVEN: [f64; 21] = [1.0; 21];

    #[test]
    fn what_lacks_is_named_the_heaviest_first() {
        let mut weights = EVEN;
        weights[2] = 3.0;
        let mut enterprise = Enterprise { summary: "x".to_owned(), ..Enterprise::default() };
        let found = Completeness::of_enterprise(&enterprise, &weights);
        assert_eq!((found.known, found.all), (1, 21));
        assert!((found.value - 1.0 / 23.0).abs() < 1e-12);
        assert_eq!(found.missing[0].id, "needs");
        assert_eq!(found.missing[1].id, "home");
        enterprise.home.insee = Some("69123".to_owned());
        enterprise.inferred = vec!["home".to_owned(), "founded".to_owned()];
        let found = Completeness::of_enterprise(&enterprise, &weights);
        // A field marked as deduced and empty is missing, once.
        assert_eq!(found.deduced.iter().map(|f| f.id).collect::<Vec<_>>(), ["home"]);
        assert!((found.deduced_share - 1.0 / 23.0).abs() < 1e-12);
        assert!(found.missing.iter().any(|field| field.id == "founded"));
    }

    #[test]
    fn a_place_without_code_lacks_and_one_abroad_does_not() {
        let mut enterprise = Enterprise::default();
        let lacks = |e: &Enterprise, id: &str| {
            Completeness::of_enterprise(e, &EVEN).missing.iter().any(|field| field.id == id)
        };
        enterprise.home.commune = Some("Saint-Denis".to_owned());
        assert!(lacks(&enterprise, "home"));
        enterprise.home.country = Some("Belgique".to_owned());
        assert!(!lacks(&enterprise, "home"));
        let mut site = Site::default();
        site.place.region_code = Some("84".to_owned());
        enterprise.sites = vec![site.clone()];
        assert!(lacks(&enterprise, "sites") && lacks(&enterprise, "site_dates"));
        site.place.departement_code = Some("69".to_owned());
        site.since = Some(PartialDate::year(2022));
        enterprise.sites.push(site);
        assert!(!lacks(&enterprise, "sites") && !lacks(&enterprise, "site_dates"));
    }
}
