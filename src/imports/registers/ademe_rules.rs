//! How the rows of « Longue vie aux objets » say what an actor does: `index/ademe.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::NeedCodes;
use crate::domain::concept::ConceptKind;
use crate::domain::taxonomy::Taxonomy;

static SHIPPED: LazyLock<AdemeRules> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../index/ademe.toml")).expect("a test reads the rules")
});

/// The definitions of `index/ademe.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdemeRules {
    /// Types that are places and no organisations.
    pub places: BTreeSet<String>,
    /// Types that belong to no territory.
    pub online: BTreeSet<String>,
    /// Words for a service given at the client’s.
    pub at_home: BTreeSet<String>,
    /// Actions, each with a column of its own in the published file.
    pub actions: BTreeSet<String>,
    /// Former words too wide to say an action.
    pub wide: BTreeSet<String>,
    /// Former groups of actions.
    pub groups: BTreeMap<String, Vec<String>>,
    /// By need, the actions with which its sub-categories count; any where it is not named.
    needs: BTreeMap<String, BTreeSet<String>>,
}

/// The rules that ship with the program.
#[must_use]
pub fn shipped() -> &'static AdemeRules {
    &SHIPPED
}

/// What an actor says that it does.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Deeds {
    /// Services.
    pub services: BTreeSet<String>,
    /// Sub-categories by action; an action may have none.
    pub actions: BTreeMap<String, BTreeSet<String>>,
}

/// The needs that the codes of ADEME mean.
#[derive(Debug, Default)]
pub struct AdemeNeeds {
    actions: NeedCodes,
    sub_categories: NeedCodes,
    services: NeedCodes,
    /// Ids of needs, by position.
    ids: BTreeMap<usize, String>,
}

impl AdemeNeeds {
    /// The codes of a taxonomy whose weight reaches `weight_min`.
    #[must_use]
    pub fn new(taxonomy: &Taxonomy, weight_min: f64) -> Self {
        let codes =
            |nomenclature: &str| NeedCodes::new(taxonomy, &[nomenclature.to_owned()], weight_min);
        let needs = taxonomy.concepts(ConceptKind::Need);
        Self {
            actions: codes("ADEME_ACTION"),
            sub_categories: codes("ADEME_SOUSCAT"),
            services: codes("ADEME_SERVICE"),
            ids: needs.map(|need| (need.at(), taxonomy.id(need).to_owned())).collect(),
        }
    }

    /// The id of a need.
    #[must_use]
    pub fn id(&self, need: usize) -> Option<&str> {
        self.ids.get(&need).map(String::as_str)
    }

    /// The needs that an actor answers, each at its largest weight, 0..=1.
    #[must_use]
    pub fn of(&self, deeds: &Deeds) -> Vec<(usize, f64)> {
        let mut needs: BTreeMap<usize, f64> = BTreeMap::new();
        let mut add = |need: usize, weight: f64| {
            let best = needs.entry(need).or_default();
            *best = best.max(weight);
        };
        for service in &deeds.services {
            self.services.needs(service).iter().for_each(|&(need, weight)| add(need, weight));
        }
        for (action, objects) in &deeds.actions {
            self.actions.needs(action).iter().for_each(|&(need, weight)| add(need, weight));
            for object in objects {
                for &(need, weight) in self.sub_categories.needs(object) {
                    let named = self.id(need).and_then(|id| SHIPPED.needs.get(id));
                    if named.is_none_or(|actions| actions.contains(action)) {
                        add(need, weight);
                    }
                }
            }
        }
        needs.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::registers::trials::taxonomy;

    #[test]
    fn the_rules_agree_with_themselves_and_with_the_taxonomy() {
        let rules = shipped();
        let taxonomy = taxonomy();
        let named = rules.groups.values().flatten().chain(rules.needs.values().flatten());
        assert!(named.into_iter().all(|action| rules.actions.contains(action)));
        for need in rules.needs.keys() {
            let need = taxonomy.find(ConceptKind::Need, need).expect(need);
            let mut codes = taxonomy.entry(need).codes.iter();
            assert!(codes.any(|code| code.nomenclature == "ADEME_SOUSCAT"));
        }
    }

    #[test]
    fn an_object_counts_with_an_action_that_answers_the_need() {
        let taxonomy = taxonomy();
        let needs = AdemeNeeds::new(&taxonomy, 0.4);
        let of = |actions: &[(&str, &[&str])], services: &[&str]| -> Vec<String> {
            let deeds = Deeds {
                services: services.iter().map(|&s| s.to_owned()).collect(),
                actions: actions
                    .iter()
                    .map(|(action, objects)| {
                        let objects = objects.iter().map(|&o| o.to_owned()).collect();
                        ((*action).to_owned(), objects)
                    })
                    .collect(),
            };
            needs.of(&deeds).iter().map(|(need, _)| needs.id(*need).unwrap().to_owned()).collect()
        };
        let has = |list: &[String], need: &str| list.iter().any(|one| one == need);
        let repaired = of(&[("reparer", &["velo"])], &[]);
        assert!(has(&repaired, "reparation_velo") && has(&repaired, "reparation_objets"));
        assert!(!has(&repaired, "velo_abordable"), "{repaired:?}");
        let sold = of(&[("acheter", &["velo"])], &[]);
        assert!(has(&sold, "velo_abordable") && !has(&sold, "reparation_velo"), "{sold:?}");
        assert!(has(&of(&[], &["recyclerie"]), "reemploi_objets"));
        assert!(has(&of(&[("trier", &["vetement"])], &[]), "collecte_textile"));
        assert!(!has(&of(&[("reparer", &["vetement"])], &[]), "collecte_textile"));
        assert!(of(&[], &["pieces_detachees"]).is_empty());
    }
}
