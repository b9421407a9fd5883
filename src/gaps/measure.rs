//! What the unit of an indicator allows: shrinking, averaging, or neither.

/// The nature of an indicator's values, told by its unit in words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// A share or a rate for `per` inhabitants: averaged by population, and shrunk
    /// where the population is small.
    Rate {
        /// 100 for a percentage, 1,000 for a rate per thousand…
        per: f64,
    },
    /// Another quantity that averages by population (an income, an age, a ratio).
    Intensive,
    /// A number of things: it grows with the territory, so it is neither averaged
    /// over parts nor inherited from a whole.
    Count,
}

impl Measure {
    /// Reads the unit (`%`, `nombre/10 000 hab.`, `pour 1 000 hab.`, `€/an/UC`, `projets`).
    ///
    /// A standardised accessibility per 100,000 inhabitants is intensive: it already
    /// draws on its neighbours, so the population of the commune is not its sample.
    #[must_use]
    pub fn of_unit(unit: &str) -> Self {
        let words = unit.trim().to_lowercase();
        let tight: String = words.chars().filter(|c| !c.is_whitespace()).collect();
        if tight.starts_with('%') {
            return Self::Rate { per: 100.0 };
        }
        if let Some(at) = tight.find("hab").filter(|_| !tight.contains("standardis")) {
            let before = &tight[..at];
            let digits = before.trim_start_matches(|c: char| !c.is_ascii_digit());
            if let Ok(per) = digits.parse::<f64>()
                && per > 0.0
            {
                return Self::Rate { per };
            }
        }
        let intensive = tight.contains('/')
            || tight.contains('%')
            || ["pour", "ratio", "indice", "score", "ans", "année", "minutes", "km"]
                .iter()
                .any(|word| tight.starts_with(word));
        if intensive { Self::Intensive } else { Self::Count }
    }

    /// Whether a mean over parts, weighted by population, means something.
    #[must_use]
    pub fn averages(self) -> bool {
        self != Self::Count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_in_words_tell_rates_from_counts() {
        for (unit, measure) in [
            ("%", Measure::Rate { per: 100.0 }),
            ("% (valeur d’achat)", Measure::Rate { per: 100.0 }),
            ("nombre/10 000 hab.", Measure::Rate { per: 10_000.0 }),
            ("pour 1 000 hab.", Measure::Rate { per: 1_000.0 }),
            ("pour 100 hab.", Measure::Rate { per: 100.0 }),
            ("ETP/100 000 hab. standardisés", Measure::Intensive),
            ("consultations/an/hab.", Measure::Intensive),
            ("€/hab.", Measure::Intensive),
            ("€/an/UC", Measure::Intensive),
            ("ratio", Measure::Intensive),
            ("ans", Measure::Intensive),
            ("nombre", Measure::Count),
            ("projets", Measure::Count),
        ] {
            assert_eq!(Measure::of_unit(unit), measure, "{unit}");
        }
    }
}
