//! What a pair is: one organisation, two of one family, maybe one, or two.
//!
//! Identifiers speak first. Two SIRENs are never one organisation. One SIREN in two
//! communes, or with two kinds of place, is one legal person with several sites: sisters,
//! not a merge. A network and its branch are sisters whatever the score.

use super::comparison::{
    Agreement, Comparison, Identifiers, NameLevel, Obstacle, PlaceLevel, PointLevel,
};
use super::score::Score;
use super::settings::Settings;

/// What a pair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// One organisation.
    Same,
    /// Two of one family: network and branch, sites or services of one legal person.
    Sister,
    /// Maybe one organisation: a person should say.
    Possible,
    /// Two organisations.
    Different,
}

impl Verdict {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Sister => "sister",
            Self::Possible => "possible",
            Self::Different => "different",
        }
    }

    /// Reads the word used in JSON.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Same, Self::Sister, Self::Possible, Self::Different]
            .into_iter()
            .find(|verdict| verdict.as_str() == word)
    }
}

/// Decides.
#[must_use]
pub fn verdict(compared: &Comparison, score: &Score, s: &Settings) -> Verdict {
    let named = compared.name <= NameLevel::Likely;
    let clear = compared.obstacles.is_empty();
    let one_person = matches!(
        compared.identifiers,
        Identifiers::SameSiret | Identifiers::SameSiren | Identifiers::SameRna
    );
    match compared.identifiers {
        Identifiers::Different => return family(compared, s).unwrap_or(Verdict::Different),
        // One establishment, however its commune was read; but a town hall and its library
        // may share one number.
        Identifiers::SameSiret => {
            let only_communes = compared.obstacles == [Obstacle::TwoCommunes];
            if !named || !(clear || only_communes) {
                return Verdict::Sister;
            }
        }
        Identifiers::SameSiren | Identifiers::SameRna => {
            if compared.two_sites {
                return Verdict::Sister;
            }
            let one_place = matches!(compared.place, PlaceLevel::Commune | PlaceLevel::Unknown);
            if !named || !clear || !one_place {
                return Verdict::Sister;
            }
        }
        // One name in two communes of a département: one of them may have been read wrong.
        Identifiers::Unknown
            if compared.obstacles == [Obstacle::TwoCommunes]
                && compared.place == PlaceLevel::Departement
                && compared.name <= NameLevel::Typo
                && score.probability >= s.propose =>
        {
            return Verdict::Possible;
        }
        Identifiers::Unknown if !clear => {
            return family(compared, s).unwrap_or(Verdict::Different);
        }
        Identifiers::Unknown => {}
    }
    // A name within a longer one may be a host, a part or a customer of it: unless they
    // stand in one building, a person should say.
    // With one number, what a longer name adds is a site or a service of the house.
    let service = one_person
        && compared.name >= NameLevel::Contained
        && compared.aside_bits >= s.number("thresholds.service_bits");
    if service {
        return Verdict::Sister;
    }
    let one_building = compared.point == PointLevel::Same;
    let within = !one_person
        && compared.aside_bits
            >= s.number(if one_building {
                "thresholds.far_aside_bits"
            } else {
                "thresholds.aside_bits"
            });
    // A register that lists two in one large town has seen two.
    let listed_twice = compared.one_register
        && !one_person
        && !one_building
        && compared.place_bits < s.number("thresholds.large_town_bits");
    if score.probability >= s.merge && compared.name != NameLevel::None && !within && !listed_twice
    {
        Verdict::Same
    } else if score.probability >= s.propose {
        Verdict::Possible
    } else if one_person {
        Verdict::Sister
    } else {
        family(compared, s).unwrap_or(Verdict::Different)
    }
}

/// Whether two organisations that are not one are of one family: the same network, or a
/// name too rare to be a homonym.
fn family(compared: &Comparison, s: &Settings) -> Option<Verdict> {
    if compared.network == Agreement::Same {
        return Some(Verdict::Sister);
    }
    let near = compared.name <= NameLevel::Contained && !compared.only_sort;
    let rare = compared.common_bits >= s.number("thresholds.sister_bits");
    (near && rare && compared.identifiers != Identifiers::Different).then_some(Verdict::Sister)
}
