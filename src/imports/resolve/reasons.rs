//! Why two rows are, may be or are not one organisation: facts that become sentences.

use super::comparison::{
    Agreement, Comparison, Identifiers, NameLevel, Obstacle, PlaceLevel, PointLevel,
};
use super::organisation::Organisation;
use super::settings::Settings;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;

/// The reasons of a pair: what speaks for one organisation first, identifiers before
/// names, then what sets them apart.
#[must_use]
pub fn reasons(
    a: &Organisation,
    b: &Organisation,
    compared: &Comparison,
    settings: &Settings,
) -> Vec<Fact> {
    let said = |key| Fact::new(key, Basis::Stated);
    let text = |value: Option<&str>| Arg::Text(value.unwrap_or_default().to_owned());
    let mut reasons = Vec::new();
    reasons.extend(match compared.identifiers {
        Identifiers::SameSiret => {
            Some(said("resolution.same_siret").with("number", text(a.siret.as_deref())))
        }
        Identifiers::SameRna => {
            Some(said("resolution.same_rna").with("number", text(a.rna.as_deref())))
        }
        Identifiers::SameSiren => {
            Some(said("resolution.same_siren").with("number", text(a.siren())))
        }
        Identifiers::Different | Identifiers::Unknown => None,
    });
    let name = match compared.name {
        NameLevel::Exact => Some("resolution.name.exact"),
        NameLevel::Typo => Some("resolution.name.typo"),
        NameLevel::Acronym => Some("resolution.name.acronym"),
        NameLevel::Contained => Some("resolution.name.contained"),
        NameLevel::Likely => Some("resolution.name.likely"),
        NameLevel::Weak => Some("resolution.name.weak"),
        NameLevel::None => None,
    };
    reasons.extend(name.map(|key| Fact::new(key, Basis::Inferred)));
    let common = compared.common_bits < settings.number("blocking.word_bits");
    if common && compared.name <= NameLevel::Typo && !compared.only_one {
        reasons.push(Fact::new("resolution.name.common", Basis::Measured));
    }
    reasons.extend(match compared.place {
        PlaceLevel::Commune => {
            let commune = a.commune.as_deref().or(b.commune.as_deref());
            Some(match commune {
                Some(name) => said("resolution.place.commune").with("commune", text(Some(name))),
                None => said("resolution.place.same"),
            })
        }
        PlaceLevel::Named => Some(said("resolution.place.named")),
        PlaceLevel::Near => Some(said("resolution.place.near")),
        _ => None,
    });
    if compared.point == PointLevel::Same {
        reasons.push(said("resolution.point.same"));
    }
    if compared.website == Agreement::Same {
        let domain = a.website.as_deref().and_then(super::domain::domain);
        reasons.push(said("resolution.website").with("domain", text(domain.as_deref())));
    }
    if compared.network == Agreement::Same {
        let network = a.network.as_deref().or(b.network.as_deref());
        reasons.push(said("resolution.network").with("network", text(network)));
    }
    if compared.identifiers == Identifiers::Different {
        let numbers = [a.siren(), b.siren()].map(text);
        let [one, other] = numbers;
        reasons.push(said("resolution.two_sirens").with("one", one).with("other", other));
    }
    for obstacle in &compared.obstacles {
        reasons.push(said(match obstacle {
            Obstacle::TwoPlaces => "resolution.two_places",
            Obstacle::Branch => "resolution.branch",
            Obstacle::TwoSorts => "resolution.two_sorts",
            Obstacle::TwoMarks => "resolution.two_marks",
            Obstacle::TwoCommunes => "resolution.two_communes",
        }));
    }
    reasons
}
