//! The declared numbers of the relations (`index/relations.toml`), read once.

use crate::domain::rules::Rules;

/// Every number of `index/relations.toml` that the relations use; all in 0..=1 but
/// [`Numbers::generalist_min`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Numbers {
    pub threshold: f64,
    pub register_ceiling: f64,
    pub status_ending: f64,
    pub prior_public: f64,
    pub prior_step: f64,
    pub sister_organisation: f64,
    pub sister_network: f64,
    pub tandem_organisation: f64,
    pub tandem_network: f64,
    /// Factor of a resource between organisations that share no theme.
    pub other_theme: f64,
    pub competes_likeness_min: f64,
    pub completes_ceiling: f64,
    pub completes_by_need: f64,
    pub completes_by_public: f64,
    pub refers_ceiling: f64,
    pub carry_confirmed: f64,
    pub carry_role: f64,
    pub carry_form: f64,
    pub carry_generalist: f64,
    /// How many needs or themes make a generalist.
    pub generalist_min: f64,
    pub complementarity: ComplementarityNumbers,
    pub non_duplication: NonDuplicationNumbers,
}

/// The numbers of the criterion complementarity (methods §4).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ComplementarityNumbers {
    pub tandem: f64,
    pub supplies: f64,
    pub completes: f64,
    pub supplied_by: f64,
    pub refers: f64,
    pub diminishing: f64,
    pub unseen_ceiling: f64,
}

/// The numbers of the criterion non-duplication (methods §4).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NonDuplicationNumbers {
    pub unseen: f64,
    pub saturation_min: f64,
    pub field_share: f64,
    pub prior: f64,
}

impl Numbers {
    /// Reads them.
    ///
    /// # Panics
    /// If `index/relations.toml` lacks one of them: a bug, not data.
    pub(crate) fn read(rules: &Rules) -> Self {
        let n = |name: &str| rules.number(&format!("relations.{name}"));
        Self {
            threshold: n("threshold"),
            register_ceiling: n("register_ceiling"),
            status_ending: n("status.ending"),
            prior_public: n("prior.public"),
            prior_step: n("prior.step"),
            sister_organisation: n("sister.organisation"),
            sister_network: n("sister.network"),
            tandem_organisation: n("tandem.organisation"),
            tandem_network: n("tandem.network"),
            other_theme: n("supplies.other_theme"),
            competes_likeness_min: n("competes.likeness_min"),
            completes_ceiling: n("completes.ceiling"),
            completes_by_need: n("completes.by_need"),
            completes_by_public: n("completes.by_public"),
            refers_ceiling: n("refers.ceiling"),
            carry_confirmed: n("could_carry.confirmed"),
            carry_role: n("could_carry.role"),
            carry_form: n("could_carry.form"),
            carry_generalist: n("could_carry.generalist"),
            generalist_min: n("could_carry.generalist_min"),
            complementarity: ComplementarityNumbers {
                tandem: n("complementarity.tandem"),
                supplies: n("complementarity.supplies"),
                completes: n("complementarity.completes"),
                supplied_by: n("complementarity.supplied_by"),
                refers: n("complementarity.refers"),
                diminishing: n("complementarity.diminishing"),
                unseen_ceiling: n("complementarity.unseen_ceiling"),
            },
            non_duplication: NonDuplicationNumbers {
                unseen: n("non_duplication.unseen"),
                saturation_min: n("non_duplication.saturation_min"),
                field_share: n("non_duplication.field_share"),
                prior: n("non_duplication.prior"),
            },
        }
    }
}
