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
        // One establishment, however its commune was read, unless two points say that they
        // are two places; but a town hall and its library may share one number.
        Identifiers::SameSiret => {
            let misread = !matches!(compared.point, PointLevel::Apart | PointLevel::Far);
            let only_communes = misread && compared.obstacles == [Obstacle::TwoCommunes];
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
    // With one number, what a longer name adds is a site or a service of the house, unless
    // they stand in one building and would be one without that number.
    let one_building = compared.point == PointLevel::Same;
    let service = one_person
        && !(one_building
            && (compared.bare_sort_in_one_building()
                || compared.aside_bits < s.number("thresholds.far_aside_bits"))
            && score.without_identifiers() >= s.merge)
        && compared.name >= NameLevel::Contained
        && compared.aside_bits >= s.number("thresholds.service_bits");
    if service {
        return Verdict::Sister;
    }
    // In one building, what a bracket adds to one name is the group it belongs to.
    let allowed = if one_building {
        s.number("thresholds.far_aside_bits")
    } else {
        let share = s.number("thresholds.aside_share");
        s.number("thresholds.aside_bits").max(share * compared.common_bits)
    };
    let whole = one_building && compared.name <= NameLevel::Typo;
    let within = !one_person
        && !whole
        && !compared.bare_sort_in_one_building()
        && compared.aside_bits >= allowed;
    // A network and what bears more than its name: a branch or a service, whatever the score.
    if compared.network == Agreement::Same && compared.name > NameLevel::Typo {
        return Verdict::Sister;
    }
    // A register that lists two in one large town has seen two, unless it wrote one rare
    // name twice.
    let written_twice = compared.name == NameLevel::Exact
        && compared.common_bits >= s.number("thresholds.written_twice_bits")
        && !matches!(compared.point, PointLevel::Apart | PointLevel::Far);
    // One that lists a name many times in a commune has seen many sites of one house: which of
    // them another row tells, names do not say.
    let many = f64::from(compared.listed) >= s.number("thresholds.many_sites")
        && !one_person
        && !one_building;
    let listed_twice = compared.one_register
        && !written_twice
        && !one_person
        && !one_building
        && compared.place_bits < s.number("thresholds.large_town_bits");
    if score.probability >= s.merge
        && compared.name != NameLevel::None
        && !within
        && !listed_twice
        && !many
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

#[cfg(test)]
mod tests {
    use super::super::{Organisation, compare, propose};
    use super::*;
    use crate::catalogue::revision::Kind;
    use crate::domain::geography::Point;

    fn actor(name: &str, insee: &str, commune: &str) -> Organisation {
        let mut one = Organisation::named(Kind::Actor, name, name);
        one.insee = Some(insee.to_owned());
        one.commune = Some(commune.to_owned());
        one
    }

    fn said(a: &Organisation, b: &Organisation) -> Verdict {
        compare(a, b, Settings::shipped()).verdict
    }

    #[test]
    fn a_branch_is_never_its_network_even_with_one_siren() {
        let mut network = Organisation::named(Kind::Enterprise, "singa", "SINGA");
        network.siren = Some("123456782".to_owned());
        let mut branch = actor("SINGA Lyon", "69123", "Lyon");
        assert_eq!(said(&network, &branch), Verdict::Sister);
        branch.siren = Some("123456782".to_owned());
        assert_eq!(said(&network, &branch), Verdict::Sister);
    }

    #[test]
    fn an_antenna_is_a_branch_although_its_first_words_are_the_whole_name() {
        let house = actor("Les Ateliers du Zeppelin", "69123", "Lyon");
        let antenna = actor("Les Ateliers du Zeppelin - Antenne Gerland", "69123", "Lyon");
        assert_eq!(said(&house, &house.clone()), Verdict::Same);
        assert_eq!(said(&house, &antenna), Verdict::Sister);
    }

    #[test]
    fn one_siret_at_two_distant_points_is_two_sites() {
        let mut one = actor("Recyclerie du Zeppelin", "69123", "Lyon");
        let mut other = actor("Recyclerie du Zeppelin", "69266", "Villeurbanne");
        for row in [&mut one, &mut other] {
            row.siret = Some("12345678200010".to_owned());
        }
        assert_eq!(said(&one, &other), Verdict::Same);
        one.point = Some(Point { lat: 45.75, lon: 4.83 });
        other.point = Some(Point { lat: 45.77, lon: 4.88 });
        assert_eq!(said(&one, &other), Verdict::Sister);
    }

    #[test]
    fn the_point_speaks_before_the_commune() {
        let mut one = actor("Recyclerie du Zeppelin", "69123", "Lyon");
        let mut other = actor("Recyclerie du Zeppelin", "69266", "Villeurbanne");
        assert_ne!(said(&one, &other), Verdict::Same);
        one.point = Some(Point { lat: 45.75, lon: 4.83 });
        other.point = Some(Point { lat: 45.7501, lon: 4.8301 });
        assert_eq!(said(&one, &other), Verdict::Same);
    }

    #[test]
    fn a_name_listed_many_times_in_a_commune_has_many_sites() {
        let mut rows = vec![actor("Cantine du Zeppelin", "69123", "Lyon")];
        for id in ["a", "b", "c"] {
            let mut row = actor("Cantine du Zeppelin", "69123", "Lyon");
            row.id = id.to_owned();
            row.registers = vec!["places".to_owned()];
            rows.push(row);
        }
        let two = propose(&rows[..2], Settings::shipped());
        assert_eq!(two.links[0].verdict, Verdict::Same);
        let all = propose(&rows, Settings::shipped());
        assert!(all.links.iter().all(|link| link.verdict != Verdict::Same), "{:?}", all.links);
    }

    #[test]
    fn two_initials_are_no_typo_and_a_word_is_no_acronym() {
        let two = [actor("DTN Zeppelin", "69123", "Lyon"), actor("DTS Zeppelin", "69123", "Lyon")];
        assert_ne!(said(&two[0], &two[1]), Verdict::Same);
        let centre = actor("Centre Rivage Escale Zeppelin", "69123", "Lyon");
        let other = actor("Centre de soins", "69123", "Lyon");
        assert_ne!(said(&centre, &other), Verdict::Same);
    }
}
