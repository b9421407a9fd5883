//! The weight of a pair and its probability (Fellegi & Sunter).
//!
//! For levels γ over the fields f of a pair, with m_f(γ) the share of the level among pairs
//! that are one organisation and u_f(γ) among pairs that are not,
//!
//! ```text
//! weight = log2(λ / (1 − λ)) + Σ_f log2(m_f(γ) / u_f(γ))      bits
//! P(same | γ) = 1 / (1 + 2^−weight)
//! λ = duplicates per row / rows of the reference
//! ```
//!
//! A name that agrees has u = 2^−bits, bits being how rare its common words are, and a
//! commune that agrees has u = its share of the organisations: frequency-based weights.
//! A field not known of both adds nothing.
//!
//! Fellegi & Sunter (1969), A Theory for Record Linkage, JASA 64:1183-1210,
//! doi:10.1080/01621459.1969.10501049. Winkler (2006), Overview of Record Linkage and
//! Current Research Directions, US Census Bureau, RRS2006/02 (frequency-based weights).

use super::comparison::{Agreement, Comparison, Identifiers, NameLevel, PlaceLevel, PointLevel};
use super::settings::Settings;

/// What one field adds to the weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The level, as `index/resolution.toml` names it (`place.commune`).
    pub level: &'static str,
    /// log2(m/u), bits; positive speaks for one organisation.
    pub bits: f64,
}

/// The weight of a pair with its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Prior and parts summed, bits.
    pub weight: f64,
    /// P(same), in 0..=1.
    pub probability: f64,
    /// What each known field adds; the prior is the first.
    pub parts: Vec<Part>,
}

impl Score {
    /// P(same) of the names and places alone, in 0..=1.
    #[must_use]
    pub fn without_identifiers(&self) -> f64 {
        let known = self.parts.iter().filter(|part| part.level.starts_with("identifier."));
        probability(self.weight - known.map(|part| part.bits).sum::<f64>())
    }
}

/// The level of each known field, as the file names it. Identifiers are not among them.
#[must_use]
pub fn levels(compared: &Comparison) -> Vec<&'static str> {
    let mut levels = vec![match compared.name {
        NameLevel::Exact => "name.exact",
        NameLevel::Typo => "name.typo",
        NameLevel::Acronym => "name.acronym",
        NameLevel::Contained => "name.contained",
        NameLevel::Likely => "name.likely",
        NameLevel::Weak => "name.weak",
        NameLevel::None => "name.none",
    }];
    levels.extend(match compared.place {
        PlaceLevel::Commune => Some("place.commune"),
        PlaceLevel::Named => Some("place.named"),
        PlaceLevel::Near => Some("place.near"),
        PlaceLevel::Departement => Some("place.departement"),
        PlaceLevel::Elsewhere => Some("place.elsewhere"),
        PlaceLevel::Unknown => None,
    });
    levels.extend(match compared.point {
        PointLevel::Same => Some("point.same"),
        PointLevel::Close => Some("point.close"),
        PointLevel::Apart => Some("point.apart"),
        PointLevel::Far => Some("point.far"),
        PointLevel::Unknown => None,
    });
    let pick = |agreement, same, different| match agreement {
        Agreement::Same => Some(same),
        Agreement::Different => Some(different),
        Agreement::Unknown => None,
    };
    levels.extend(pick(compared.website, "website.same", "website.different"));
    levels.extend(pick(compared.form, "form.same", "form.different"));
    levels.extend(pick(compared.registers, "registers.shared", "registers.apart"));
    levels.extend(pick(compared.network, "network.same", "network.different"));
    levels
}

/// Scores a comparison.
#[must_use]
pub fn score(compared: &Comparison, s: &Settings) -> Score {
    let rate = s.number("prior.duplicates") / s.number("prior.population");
    let mut parts = vec![Part { level: "prior", bits: (rate / (1.0 - rate)).log2() }];
    for name in levels(compared) {
        let level = s.level(name);
        let bits = match name {
            "name.none" => (level.m / level.u).log2(),
            _ if name.starts_with("name.") => {
                let common = if compared.only_one
                    && matches!(compared.place, PlaceLevel::Commune | PlaceLevel::Named)
                {
                    compared.common_bits.max(s.number("name.only_one_bits"))
                } else {
                    compared.common_bits
                };
                let alone =
                    if compared.bare_sort_in_one_building() { 0.0 } else { compared.unshared_bits };
                let unshared = s.number("name.unshared") * alone;
                level.m.log2() + level.share * common - unshared
            }
            // One building is at least as rare as a village, whatever commune the rows say.
            "place.commune" | "place.near" if compared.point == PointLevel::Same => {
                let building = s.number("point.same_bits");
                s.level("place.commune").m.log2() + compared.place_bits.max(building)
            }
            "place.commune" | "place.named" => level.m.log2() + compared.place_bits,
            _ => (level.m / level.u).log2(),
        };
        parts.push(Part { level: name, bits });
    }
    if avoided(compared, s) {
        parts.push(Part { level: "name.homonym", bits: s.number("name.homonym_bits") });
    }
    let known = match compared.identifiers {
        Identifiers::SameSiret => Some(("identifier.siret", 1.0)),
        Identifiers::SameRna => Some(("identifier.rna", 1.0)),
        Identifiers::SameSiren => Some(("identifier.siren", 1.0)),
        Identifiers::Different => Some(("identifier.siret", -1.0)),
        Identifiers::Unknown => None,
    };
    if let Some((level, sign)) = known {
        parts.push(Part { level, bits: sign * s.number(level) });
    }
    let weight: f64 = parts.iter().map(|part| part.bits).sum();
    Score { weight, probability: probability(weight), parts }
}

/// Whether the two would be homonyms in one commune, told by two registers or by none: a
/// name and a commune are not independent there, for a name that is taken is avoided.
fn avoided(compared: &Comparison, s: &Settings) -> bool {
    compared.name == NameLevel::Exact
        && compared.place == PlaceLevel::Commune
        && compared.registers != Agreement::Same
        && !compared.only_sort
        && compared.obstacles.is_empty()
        && compared.common_bits >= s.number("thresholds.sister_bits")
}

/// 1 / (1 + 2^−weight): bits to a probability.
#[must_use]
pub fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_weight_is_one_chance_in_two_and_ten_bits_a_thousand_to_one() {
        assert!((probability(0.0) - 0.5).abs() < 1e-12);
        assert!((probability(10.0) - 1024.0 / 1025.0).abs() < 1e-12);
        assert!((probability(3.0) + probability(-3.0) - 1.0).abs() < 1e-12);
    }
}
