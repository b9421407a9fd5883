//! What each register is for counted supply: `index/registers.toml`, read and checked.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalogue::datasets::DatasetError;

/// The file, in `index/`.
pub const FILE: &str = "registers.toml";

/// Every declared register, by id.
pub type Registers = BTreeMap<String, DeclaredRegister>;

/// What a register is for counted supply.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredRegister {
    /// Its id: the name of its table.
    #[serde(skip)]
    pub id: String,
    /// What is counted, in French.
    pub label_fr: String,
    /// What is counted, in English.
    pub label_en: String,
    /// One thing counted, in French.
    pub unit_fr: String,
    /// One thing counted, in English.
    pub unit_en: String,
    /// Who publishes it.
    pub publisher: String,
    /// Its page.
    pub url: String,
    /// Its licence.
    pub licence: String,
    /// Nomenclatures of the taxonomy whose codes it carries.
    pub nomenclatures: Vec<String>,
    /// Codes of a smaller weight are not counted, 0..=1.
    pub code_weight_min: f64,
    /// Rows for 1,000 inhabitants under which a département is not said to be covered.
    pub rows_per_1000_min: f64,
    /// Sources of supply that its import supersedes.
    #[serde(default)]
    pub replaces: Vec<String>,
    /// How well its count measures the supply of each need, 0..=1.
    #[serde(default)]
    pub reliability: BTreeMap<String, f64>,
    /// What it counts besides others, in words.
    #[serde(default)]
    pub overlaps: String,
}

#[derive(Deserialize)]
struct Shape {
    register: BTreeMap<String, DeclaredRegister>,
}

/// Reads the text of [`FILE`].
///
/// # Errors
/// When it does not parse, a number is out of its bounds, or a register has no nomenclature.
pub fn read(text: &str) -> Result<Registers, DatasetError> {
    let fault = |reason: String| DatasetError::of_file(FILE, reason);
    let shape: Shape = toml::from_str(text).map_err(|cause| fault(cause.to_string()))?;
    let mut registers = shape.register;
    for (id, register) in &mut registers {
        register.id.clone_from(id);
        let shares = register.reliability.values().chain([&register.code_weight_min]);
        if shares.clone().any(|share| !(0.0..=1.0).contains(share)) {
            return Err(fault(format!("register `{id}`: a share is not in 0..=1")));
        }
        if register.rows_per_1000_min <= 0.0 {
            return Err(fault(format!("register `{id}`: rows_per_1000_min must be above 0")));
        }
    }
    Ok(registers)
}
