//! The table kind of figure → level of evidence (methods §4, proof).

use std::collections::BTreeMap;

use super::DatasetError;
use super::table::Table;
use crate::domain::enterprise::EvidenceLevel;

/// For each kind of figure, its level and whether it proves scale.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EvidenceLevels {
    of: BTreeMap<String, (EvidenceLevel, bool)>,
}

impl EvidenceLevels {
    /// Reads `evidence_levels.csv` (`kind,level,level_value,proves_scale`).
    ///
    /// # Errors
    /// If a column is missing or a level is unknown.
    pub fn parse(content: &[u8]) -> Result<Self, DatasetError> {
        let wanted = ["kind", "level", "proves_scale"];
        let table = Table::parse("evidence_levels.csv", content, &wanted)?;
        let mut of = BTreeMap::new();
        for line in table.lines() {
            let level = match line.text("level") {
                "none" => EvidenceLevel::None,
                "outputs" => EvidenceLevel::Outputs,
                "outcome" => EvidenceLevel::Outcome,
                "evaluation" => EvidenceLevel::Evaluation,
                other => return Err(line.fault(format!("unknown level `{other}`"))),
            };
            let scale = line.text("proves_scale") == "true";
            of.insert(line.text("kind").to_owned(), (level, scale));
        }
        Ok(Self { of })
    }

    /// The level of a kind of figure, and whether it proves scale rather than effect;
    /// `None` for a kind the table does not know.
    #[must_use]
    pub fn of(&self, kind: &str) -> Option<(EvidenceLevel, bool)> {
        self.of.get(kind).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_level_is_refused_with_its_line() {
        let fault = EvidenceLevels::parse(b"kind,level,proves_scale\njobs,miracle,true\n");
        assert_eq!(fault.unwrap_err().line, 2);
    }
}
