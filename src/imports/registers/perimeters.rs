//! Territories by the names people give them: régions, départements, EPCI, communes.
//!
//! A portal writes where an aid holds in words. A name that no territory bears, or that
//! several bear, gives nothing: the reader is told, and the aid is shown nowhere.

use std::collections::HashMap;

use crate::catalogue::record::folding::fold_label;
use crate::domain::territory::{Atlas, TerritoryKind};

/// Names of territories.
#[derive(Debug, Clone, Default)]
pub struct TerritoryNames {
    by_name: HashMap<String, Vec<(TerritoryKind, String)>>,
}

/// The order in which levels that share a name are tried, where no level is said.
/// Communes are not: too many bear the name of something else.
const UNSAID: [TerritoryKind; 3] =
    [TerritoryKind::Region, TerritoryKind::Departement, TerritoryKind::Epci];

impl TerritoryNames {
    /// Every name of the atlas.
    #[must_use]
    pub fn new(atlas: &Atlas) -> Self {
        let mut names = Self::default();
        for commune in &atlas.communes {
            names.add(&commune.name, TerritoryKind::Commune, format!("com-{}", commune.insee));
        }
        for epci in &atlas.epcis {
            names.add(&epci.name, TerritoryKind::Epci, format!("epci-{}", epci.siren));
        }
        for one in &atlas.departements {
            names.add(&one.name, TerritoryKind::Departement, format!("dep-{}", one.code));
        }
        for one in &atlas.regions {
            names.add(&one.name, TerritoryKind::Region, format!("reg-{}", one.code));
        }
        names
    }

    fn add(&mut self, name: &str, kind: TerritoryKind, id: String) {
        self.by_name.entry(plain(name)).or_default().push((kind, id));
    }

    /// The id of the territory that bears a name, of this level where it is said.
    ///
    /// `None` where none does, or several of one level.
    #[must_use]
    pub fn find(&self, name: &str, level: Option<TerritoryKind>) -> Option<&str> {
        let plain = plain(name);
        let found = self.by_name.get(&plain).or_else(|| self.by_name.get(bare(&plain)))?;
        let levels = level.map_or_else(|| UNSAID.to_vec(), |level| vec![level]);
        levels.into_iter().find_map(|level| {
            let mut of_level = found.iter().filter(|(kind, _)| *kind == level);
            let first = of_level.next()?;
            of_level.next().is_none().then_some(first.1.as_str())
        })
    }

    /// The territory of a council: `Conseil départemental de la Drôme`, the name of an EPCI.
    #[must_use]
    pub fn of_council(&self, name: &str) -> Option<&str> {
        let plain = plain(name);
        let council = |words: &[&str]| words.iter().any(|word| plain.starts_with(word));
        if council(&["conseil departemental ", "departement "]) {
            self.find(bare(&plain), Some(TerritoryKind::Departement))
        } else if council(&["conseil regional ", "region "]) {
            self.find(bare(&plain), Some(TerritoryKind::Region))
        } else {
            self.find(&plain, Some(TerritoryKind::Epci))
        }
    }
}

/// A name folded, without what stands between brackets, its abbreviations written out.
fn plain(name: &str) -> String {
    let head = name.split('(').next().unwrap_or(name);
    let folded = fold_label(head);
    let written = [
        ("cc ", "communaute de communes "),
        ("ca ", "communaute d agglomeration "),
        ("cu ", "communaute urbaine "),
    ];
    for (short, long) in written {
        if let Some(rest) = folded.strip_prefix(short) {
            return format!("{long}{rest}");
        }
    }
    folded
}

/// A plain name without the words of a council and the article.
fn bare(plain: &str) -> &str {
    let mut rest = plain;
    for word in ["conseil departemental ", "conseil regional ", "departement ", "region "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    for article in ["de la ", "de l ", "du ", "des ", "de ", "d ", "la ", "le ", "les ", "l "] {
        if let Some(name) = rest.strip_prefix(article) {
            return name;
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::datasets::{DatasetFiles, territories};
    use crate::catalogue::embedded;

    fn names() -> TerritoryNames {
        let files: DatasetFiles = embedded::seed_files()
            .into_iter()
            .filter_map(|(path, content)| {
                Some((path.strip_prefix("territories/")?.to_owned(), content.to_vec()))
            })
            .collect();
        TerritoryNames::new(&territories::atlas(&files).unwrap())
    }

    #[test]
    fn a_name_finds_the_one_territory_that_bears_it() {
        let names = names();
        let of = |name| names.find(name, None);
        assert_eq!(of("Auvergne-Rhône-Alpes"), Some("reg-84"));
        assert_eq!(of("Région Bretagne"), Some("reg-53"));
        assert_eq!(of("Rhône (69)"), Some("dep-69"));
        assert_eq!(of("Département de l’Hérault"), Some("dep-34"));
        assert_eq!(of("Métropole de Lyon"), Some("epci-200046977"));
        assert_eq!(of("Parc naturel régional du Pilat"), None);
        assert_eq!(of("Lyon"), None, "a commune only where the level is said");
        assert_eq!(names.find("Lyon", Some(TerritoryKind::Commune)), Some("com-69123"));
        assert_eq!(names.find("Saint-Denis", Some(TerritoryKind::Commune)), None, "several");
        assert_eq!(of("La Réunion"), Some("reg-04"));
        assert_eq!(names.find("La Réunion", Some(TerritoryKind::Departement)), Some("dep-974"));
        assert_eq!(of(""), None);
    }

    #[test]
    fn a_council_stands_for_its_territory() {
        let names = names();
        assert_eq!(names.of_council("Conseil départemental de la Drôme"), Some("dep-26"));
        assert_eq!(names.of_council("Conseil départemental de l'Aube"), Some("dep-10"));
        assert_eq!(names.of_council("Conseil régional d'Ile de France"), Some("reg-11"));
        assert_eq!(names.of_council("Conseil régional du Grand Est"), Some("reg-44"));
        assert_eq!(names.of_council("Banque des Territoires"), None);
        assert_eq!(names.of_council("Rhône"), None);
    }
}
