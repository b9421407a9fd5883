//! **readiness**: is it ready to spread? (methods §4)
//!
//! Mean of five items, the weakest shown: a written model, an economic balance, the
//! will, the means for the move, a way of spreading already used. Read from how it says
//! it spreads, its figures, its legal form, its sites and labels. What was deduced from
//! the activity counts less than what was read. It cannot see accounts nobody published.
//!
//! | key | args |
//! |---|---|
//! | `criterion.readiness.written_model` | `model` Word `word.scaling_model.<model>` |
//! | `criterion.readiness.written_model.inferred` | same |
//! | `criterion.readiness.written_model.unknown` | none |
//! | `criterion.readiness.economic_balance.figure` | `value` Number?, `unit` Text?, `year` Year? |
//! | `criterion.readiness.economic_balance.legal_form` | `legal_form` Text |
//! | `criterion.readiness.economic_balance.unknown` | none |
//! | `criterion.readiness.will` | `checked` Text?: date of the last check |
//! | `criterion.readiness.will.inferred` | same |
//! | `criterion.readiness.will.refused`, `criterion.readiness.will.refused_inferred` | same: it does not seek to spread |
//! | `criterion.readiness.will.unknown` | none |
//! | `criterion.readiness.means_for_the_move` | `signs` Count, `openings_per_year` Number?, `payer` Text?, `branch_cost_eur` Number?, `funding` Text?, `label` Text? |
//! | `criterion.readiness.means_for_the_move.none` | none: it can carry no opening |
//! | `criterion.readiness.means_for_the_move.unknown` | none |
//! | `criterion.readiness.means_for_the_move.confirmed.met`, `.unmet`, `.unknown` | `by` Text?, `note` Text?, `on` Text (date): what a person said of the funding of the opening |
//! | `criterion.readiness.way_of_spreading` | `departements` Count, `sites` Count |
//! | `criterion.readiness.way_of_spreading.several_sites` | `sites` Count |
//! | `criterion.readiness.way_of_spreading.unknown` | none |
//! | `word.scaling_model.integrated`, `word.scaling_model.federation`, `word.scaling_model.social_franchise`, `word.scaling_model.licence`, `word.scaling_model.open_source`, `word.scaling_model.other` | words |

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::proof::{declared_sites, figure};
use super::{Criterion, distinct, mean};
use crate::domain::context::Confirmation;
use crate::domain::enterprise::{Enterprise, Evidence};
use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Source};
use crate::domain::rules::Rules;
use crate::matching::confirmable::{FUNDING, signed};
use crate::matching::gates::confirmation;
use crate::matching::names::{fold, mentions};
use crate::matching::outcome::{CriterionId, CriterionValue, Item};
use crate::matching::presence::{evidence_at, labels_at, open_sites, source_of, years_before};
use crate::matching::profile::TerritoryProfile;
use crate::matching::robustness::model::{Items, Model};

/// The criterion, with its numbers.
pub struct Readiness {
    stated: f64,
    inferred: (f64, f64, f64),
    checked_bonus: f64,
    checked_years: i16,
    balance: (f64, f64, f64),
    means_miss: f64,
    several_sites: (f64, f64),
    priors: [f64; 5],
}

const ITEMS: [&str; 5] =
    ["written_model", "economic_balance", "will", "means_for_the_move", "way_of_spreading"];

impl Readiness {
    /// Ready to evaluate.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        let number = |name: &str| rules.number(&format!("criteria.readiness.{name}"));
        Self {
            stated: number("stated"),
            inferred: (number("inferred"), number("inferred_low"), number("inferred_high")),
            checked_bonus: number("checked_bonus"),
            checked_years: number("checked_years") as i16,
            balance: (number("balance"), number("balance_low"), number("balance_high")),
            means_miss: number("means_miss"),
            several_sites: (number("several_sites"), number("several_sites_low")),
            priors: ITEMS.map(|name| rules.number(&format!("priors.readiness.{name}"))),
        }
    }

    fn written_model(&self, enterprise: &Enterprise) -> Item {
        let model = enterprise.scaling.model.as_deref().filter(|model| *model != "undecided");
        let Some(model) = model else {
            return self.unknown(0, "criterion.readiness.written_model.unknown", enterprise);
        };
        let (estimate, key) = if enterprise.is_inferred("scaling.model") {
            (self.deduced(0.0), "criterion.readiness.written_model.inferred")
        } else {
            (Estimate::exact(self.stated, Basis::Stated), "criterion.readiness.written_model")
        };
        let fact = Fact::new(key, estimate.basis)
            .with("model", Arg::Word(model_word(model)))
            .from_sources(enterprise.sources.clone());
        Item { name: ITEMS[0], estimate, fact }
    }

    fn economic_balance(&self, enterprise: &Enterprise, as_of: Date) -> Item {
        let (point, low, high) = self.balance;
        let estimate = Estimate::within(point, low, high, Basis::Inferred);
        let money = |evidence: &&Evidence| {
            matches!(evidence.kind.as_str(), "budget" | "growth" | "financing" | "funding")
        };
        let mut fact = match evidence_at(enterprise, as_of).find(money) {
            Some(evidence) => figure("criterion.readiness.economic_balance.figure", evidence),
            None => match enterprise.legal_form.as_ref().filter(|form| sells(form)) {
                Some(form) => {
                    Fact::new("criterion.readiness.economic_balance.legal_form", Basis::Inferred)
                        .with("legal_form", Arg::Text(form.clone()))
                        .from_sources(enterprise.sources.clone())
                }
                None => {
                    let key = "criterion.readiness.economic_balance.unknown";
                    return self.unknown(1, key, enterprise);
                }
            },
        };
        fact.basis = Basis::Inferred;
        Item { name: ITEMS[1], estimate, fact }
    }

    fn will(&self, enterprise: &Enterprise, as_of: Date) -> Item {
        let scaling = &enterprise.scaling;
        let checked = scaling.checked_at.filter(|date| date.first_day() <= as_of);
        let recent =
            checked.is_some_and(|date| date.last_day() >= years_before(as_of, self.checked_years));
        let inferred = enterprise.is_inferred("scaling.seeking_to_scale");
        let (estimate, key) = match (scaling.seeking_to_scale, inferred) {
            (None, _) => return self.unknown(2, "criterion.readiness.will.unknown", enterprise),
            (Some(true), false) => {
                (Estimate::exact(self.stated, Basis::Stated), "criterion.readiness.will")
            }
            (Some(true), true) => {
                let bonus = if recent { self.checked_bonus } else { 0.0 };
                (self.deduced(bonus), "criterion.readiness.will.inferred")
            }
            (Some(false), false) => {
                (Estimate::exact(0.0, Basis::Stated), "criterion.readiness.will.refused")
            }
            (Some(false), true) => (
                Estimate::within(0.0, 0.0, 1.0 - self.inferred.0, Basis::Inferred),
                "criterion.readiness.will.refused_inferred",
            ),
        };
        let mut fact = Fact::new(key, estimate.basis).from_sources(enterprise.sources.clone());
        if let Some(date) = checked {
            fact = fact.with("checked", Arg::Text(date.to_string()));
        }
        Item { name: ITEMS[2], estimate, fact }
    }

    /// What a person said of the money for the opening wins over what our sources say.
    fn means_confirmed(&self, said: &Confirmation) -> Item {
        const MET: &str = "criterion.readiness.means_for_the_move.confirmed.met";
        const UNMET: &str = "criterion.readiness.means_for_the_move.confirmed.unmet";
        const UNKNOWN: &str = "criterion.readiness.means_for_the_move.confirmed.unknown";
        let (estimate, key) = match said.state.as_str() {
            "met" => (Estimate::exact(1.0, Basis::Stated), MET),
            "unmet" => (Estimate::exact(0.0, Basis::Stated), UNMET),
            _ => (Estimate::unknown(self.priors[3]), UNKNOWN),
        };
        let fact = signed(Fact::new(key, estimate.basis), said);
        Item { name: ITEMS[3], estimate, fact }
    }

    fn means_for_the_move(&self, enterprise: &Enterprise, as_of: Date) -> Item {
        let scaling = &enterprise.scaling;
        let mut fact = Fact::new("criterion.readiness.means_for_the_move", Basis::Stated);
        let mut signs = 0_u64;
        let mut figures: Vec<Source> = Vec::new();
        if let Some(openings) = scaling.openings_per_year.filter(|&n| n > 0.0) {
            signs += 1;
            fact = fact.with("openings_per_year", Arg::Number(openings));
        }
        if let Some(payer) = &scaling.payer {
            signs += 1;
            fact = fact.with("payer", Arg::Text(payer.clone()));
        }
        if let Some(cost) = scaling.branch_cost_eur {
            signs += 1;
            fact = fact.with("branch_cost_eur", Arg::Number(cost));
        }
        let raised = |e: &&Evidence| matches!(e.kind.as_str(), "funding" | "fundraising");
        if let Some(raised) = evidence_at(enterprise, as_of).find(raised) {
            signs += 1;
            figures.push(source_of(raised));
            fact = fact.with("funding", Arg::Text(raised.unit.clone().unwrap_or_default()));
        }
        if let Some(label) = labels_at(enterprise, as_of).find(|label| brings_money(label)) {
            signs += 1;
            fact = fact.with("label", Arg::Text(label.clone()));
        }
        if signs == 0 {
            let none = scaling.openings_per_year.is_some();
            if none {
                let key = "criterion.readiness.means_for_the_move.none";
                let fact = Fact::new(key, Basis::Stated).from_sources(enterprise.sources.clone());
                let estimate = Estimate::exact(0.0, Basis::Stated);
                return Item { name: ITEMS[3], estimate, fact };
            }
            let key = "criterion.readiness.means_for_the_move.unknown";
            return self.unknown(3, key, enterprise);
        }
        let value = 1.0 - self.means_miss.powi(i32::try_from(signs).unwrap_or(i32::MAX));
        let fact = fact
            .with("signs", Arg::Count(signs))
            .from_sources(distinct(figures.iter().chain(&enterprise.sources)));
        // Further means may exist that nobody published.
        let estimate = Estimate::within(value, value, 1.0, Basis::Stated);
        Item { name: ITEMS[3], estimate, fact }
    }

    fn way_of_spreading(&self, enterprise: &Enterprise, as_of: Date) -> Item {
        let listed = open_sites(enterprise, as_of).count();
        let declared = declared_sites(enterprise, as_of).map_or(0, |(count, _)| count as usize);
        let sites = listed.max(declared) as u64;
        let departements = departements(enterprise, as_of).len();
        let (estimate, key) = if departements >= 2 {
            (Estimate::exact(1.0, Basis::Stated), "criterion.readiness.way_of_spreading")
        } else if sites >= 2 {
            let (point, low) = self.several_sites;
            (
                Estimate::within(point, low, 1.0, Basis::Inferred),
                "criterion.readiness.way_of_spreading.several_sites",
            )
        } else {
            return self.unknown(4, "criterion.readiness.way_of_spreading.unknown", enterprise);
        };
        let fact = Fact::new(key, estimate.basis)
            .with("departements", Arg::Count(departements as u64))
            .with("sites", Arg::Count(sites))
            .from_sources(enterprise.sources.clone());
        Item { name: ITEMS[4], estimate, fact }
    }

    /// A value deduced from the activity described, with a bonus, at most 1.
    fn deduced(&self, bonus: f64) -> Estimate {
        let (point, low, high) = self.inferred;
        let point = (point + bonus).min(1.0);
        Estimate::within(point, low, high, Basis::Inferred)
    }

    fn unknown(&self, item: usize, key: &'static str, enterprise: &Enterprise) -> Item {
        let fact = Fact::new(key, Basis::Prior).from_sources(enterprise.sources.clone());
        Item { name: ITEMS[item], estimate: Estimate::unknown(self.priors[item]), fact }
    }
}

impl Criterion for Readiness {
    fn id(&self) -> CriterionId {
        CriterionId::Readiness
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> CriterionValue {
        let as_of = profile.context.as_of;
        let items = vec![
            self.written_model(enterprise),
            self.economic_balance(enterprise, as_of),
            self.will(enterprise, as_of),
            match confirmation(profile, enterprise, &[FUNDING]) {
                Some(said) => self.means_confirmed(said),
                None => self.means_for_the_move(enterprise, as_of),
            },
            self.way_of_spreading(enterprise, as_of),
        ];
        mean(CriterionId::Readiness, items)
    }

    fn model(
        &self,
        _: &TerritoryProfile,
        enterprise: &Enterprise,
        value: &CriterionValue,
    ) -> Box<dyn Model> {
        Box::new(Items::mean(self.id(), enterprise, &value.items, &[1.0; ITEMS.len()]))
    }
}

fn model_word(model: &str) -> &'static str {
    match model {
        "integrated" => "word.scaling_model.integrated",
        "federation" => "word.scaling_model.federation",
        "social_franchise" => "word.scaling_model.social_franchise",
        "licence" => "word.scaling_model.licence",
        "open_source" => "word.scaling_model.open_source",
        _ => "word.scaling_model.other",
    }
}

/// A legal form that lives from what it sells: cooperatives and companies.
fn sells(form: &str) -> bool {
    const FORMS: [&str; 12] = [
        "scic",
        "scop",
        "cooperative",
        "sas",
        "sasu",
        "sarl",
        "sa",
        "eurl",
        "societe",
        "entreprise",
        "sca",
        "cuma",
    ];
    let form = fold(form);
    form.split(' ').any(|word| FORMS.contains(&word)) && !mentions(&form, "en projet")
}

/// A label that comes with money for the change of scale; to be a finalist brings none.
fn brings_money(label: &str) -> bool {
    let label = fold(label);
    mentions(&label, "la france s engage") && !label.starts_with("finaliste")
}

/// The distinct départements (or countries) of its open sites.
fn departements(enterprise: &Enterprise, as_of: Date) -> BTreeSet<String> {
    open_sites(enterprise, as_of)
        .filter_map(|site| {
            let place = &site.place;
            if place.is_abroad() {
                return place.country.as_deref().map(fold);
            }
            place.departement_code.clone().or_else(|| place.departement.as_deref().map(fold))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::PartialDate;
    use crate::matching::fixtures::Case;

    fn value(case: &Case) -> CriterionValue {
        Readiness::new(&case.rules()).evaluate(&case.profile(), &case.enterprise)
    }

    fn item(case: &Case, name: &str) -> Item {
        value(case).items.into_iter().find(|item| item.name == name).unwrap()
    }

    #[test]
    fn what_was_read_counts_more_than_what_was_deduced_and_both_more_than_silence() {
        let mut case = Case::bare();
        let will = |case: &Case| item(case, "will").estimate.point;
        let silence = will(&case);
        case.enterprise.scaling.seeking_to_scale = Some(true);
        assert_eq!(will(&case), 1.0);
        case.enterprise.inferred = vec!["scaling.seeking_to_scale".to_owned()];
        assert_eq!(will(&case), 0.7);
        case.enterprise.scaling.checked_at = PartialDate::parse("2026-03");
        assert!((will(&case) - 0.85).abs() < 1e-12);
        case.enterprise.scaling.seeking_to_scale = Some(false);
        assert!(will(&case) < silence);
    }

    #[test]
    fn an_undecided_model_is_an_unknown_one() {
        let mut case = Case::bare();
        case.enterprise.scaling.model = Some("undecided".to_owned());
        assert!(item(&case, "written_model").estimate.is_unknown());
        case.enterprise.scaling.model = Some("federation".to_owned());
        assert_eq!(item(&case, "written_model").estimate.point, 1.0);
    }

    #[test]
    fn a_cooperative_shows_a_little_of_its_balance_and_an_association_nothing() {
        let mut case = Case::bare();
        for (form, known) in [
            ("SCIC", true),
            ("SAS ESUS", true),
            ("association", false),
            ("SCIC (en projet)", false),
        ] {
            case.enterprise.legal_form = Some(form.to_owned());
            assert_eq!(!item(&case, "economic_balance").estimate.is_unknown(), known, "{form}");
        }
    }

    #[test]
    fn each_sign_of_means_pays_and_a_finalist_has_none() {
        let mut case = Case::bare();
        let means = |case: &Case| item(case, "means_for_the_move").estimate.point;
        let silence = means(&case);
        case.enterprise.labels = vec!["finaliste La France s’engage 2025".to_owned()];
        assert_eq!(means(&case), silence);
        case.enterprise.labels = vec!["La France s’engage (2018)".to_owned()];
        let one = means(&case);
        case.enterprise.scaling.payer = Some("la métropole".to_owned());
        assert!(silence < one && one < means(&case));
    }

    #[test]
    fn sites_in_two_departements_are_a_way_of_spreading_and_the_weakest_is_shown() {
        let mut case = Case::bare();
        case.add_site("Rennes", None);
        assert!(item(&case, "way_of_spreading").estimate.is_unknown());
        case.add_site("Paris", None);
        assert_eq!(item(&case, "way_of_spreading").estimate.point, 1.0);
        let value = value(&case);
        assert_eq!(value.items[value.weakest.unwrap()].name, "means_for_the_move");
    }
}
