//! Themes of data·inclusion, in force, former, or written in French: `index/data_inclusion.csv`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use super::NeedCodes;
use crate::catalogue::datasets::DatasetError;
use crate::catalogue::record::folding::fold_label;
use crate::domain::taxonomy::Taxonomy;

/// The file, in `index/`.
const FILE: &str = "data_inclusion.csv";
const TEXT: &str = include_str!("../../../index/data_inclusion.csv");

static SHIPPED: LazyLock<Table> = LazyLock::new(|| read(TEXT).expect("a test reads the table"));

/// The table, by what is written.
#[derive(Debug, Default)]
struct Table {
    current: HashSet<String>,
    /// A former theme, and the themes in force that replace it; none when no one does.
    former: HashMap<String, Vec<String>>,
    /// A theme as it is written in French, folded.
    labels: HashMap<String, String>,
    publics: HashMap<String, String>,
}

fn read(text: &str) -> Result<Table, DatasetError> {
    let fault = |cause: String| DatasetError::of_file(FILE, cause);
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let mut table = Table::default();
    for line in reader.deserialize() {
        let (kind, written, code): (String, String, String) =
            line.map_err(|cause| fault(cause.to_string()))?;
        match kind.as_str() {
            "v1" => {
                table.current.insert(written);
            }
            "v0" => {
                let replaced = table.former.entry(written).or_default();
                replaced.extend((!code.is_empty()).then_some(code));
            }
            "label" => {
                table.labels.insert(fold_label(&written), code);
            }
            "public" => {
                table.publics.insert(written, code);
            }
            other => return Err(fault(format!("unknown kind `{other}`"))),
        }
    }
    Ok(table)
}

/// Which needs a theme means.
#[derive(Debug, Default)]
pub struct Themes {
    codes: NeedCodes,
    /// Themes that the taxonomy knows, whatever their weight.
    known: HashSet<String>,
}

/// What is known of a theme.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// These needs, each with its weight, 0..=1; none where the theme is no need.
    Needs(Vec<(usize, f64)>),
    /// Nothing: nobody publishes this theme.
    Unknown,
}

impl Themes {
    /// Reads with these codes of needs (`DI_THEMATIQUE`).
    #[must_use]
    pub fn new(codes: NeedCodes, taxonomy: &Taxonomy) -> Self {
        let needs = taxonomy.concepts(crate::domain::concept::ConceptKind::Need);
        let all = needs.flat_map(|need| &taxonomy.entry(need).codes);
        let known = all.filter(|code| code.nomenclature == "DI_THEMATIQUE");
        Self { codes, known: known.map(|code| code.code.clone()).collect() }
    }

    /// The needs that a theme means: a code in force or a former one, or its French name.
    ///
    /// What the taxonomy says of a code is believed first. Else a former code means the
    /// codes that officially replace it; where they are several, any of them, so that each
    /// weighs its share.
    #[must_use]
    pub fn meaning(&self, written: &str) -> Meaning {
        let table = &*SHIPPED;
        let of_code = |code: &str| self.codes.needs(code).to_vec();
        let code = written.trim();
        let code = match table.labels.get(&fold_label(code)) {
            Some(named) if !self.published(code) => named.as_str(),
            _ => code,
        };
        if self.known.contains(code) || table.current.contains(code) {
            return Meaning::Needs(of_code(code));
        }
        let Some(replaced) = table.former.get(code) else { return Meaning::Unknown };
        let mut needs: BTreeMap<usize, f64> = BTreeMap::new();
        for code in replaced {
            for (need, weight) in of_code(code) {
                *needs.entry(need).or_default() += weight / shares(replaced.len());
            }
        }
        Meaning::Needs(needs.into_iter().collect())
    }

    fn published(&self, code: &str) -> bool {
        let table = &*SHIPPED;
        self.known.contains(code) || table.current.contains(code) || table.former.contains_key(code)
    }
}

#[allow(clippy::cast_precision_loss)] // A handful of themes.
fn shares(count: usize) -> f64 {
    count.max(1) as f64
}

/// A public in words: as the schema names it, else its code without its dashes.
#[must_use]
pub fn public(code: &str) -> String {
    let known = SHIPPED.publics.get(code).cloned();
    known.unwrap_or_else(|| code.replace('-', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::concept::ConceptKind;

    fn themes() -> (Themes, Taxonomy) {
        let taxonomy = crate::imports::registers::trials::taxonomy();
        let codes = NeedCodes::new(&taxonomy, &["DI_THEMATIQUE".to_owned()], 0.5);
        (Themes::new(codes, &taxonomy), taxonomy)
    }

    #[test]
    fn the_table_reads_and_every_replacement_is_in_force() {
        let table = read(TEXT).unwrap();
        assert_eq!((table.current.len(), table.former.len(), table.publics.len()), (69, 122, 24));
        assert!(table.former.values().flatten().all(|code| table.current.contains(code)));
        for code in table.labels.values() {
            let known = table.current.contains(code) || table.former.contains_key(code);
            // Published as a theme of v0, and officially replaced by nothing.
            assert!(known || code == "mobilite--preparer-un-permis-de-conduire", "{code}");
        }
        assert!(read("kind,written,code\nv2,a,b\n").is_err());
    }

    #[test]
    fn a_theme_is_one_whatever_the_year_of_the_file() {
        let (themes, taxonomy) = themes();
        let needs = |written: &str| match themes.meaning(written) {
            Meaning::Needs(needs) => {
                let ids = taxonomy.concepts(ConceptKind::Need);
                let ids: HashMap<usize, &str> = ids.map(|n| (n.at(), taxonomy.id(n))).collect();
                needs.iter().map(|(need, weight)| (ids[need], *weight)).collect()
            }
            Meaning::Unknown => vec![("?", 0.0)],
        };
        let computer = vec![("illectronisme", 1.0)];
        assert_eq!(needs("numerique--prendre-en-main-un-ordinateur"), computer);
        assert_eq!(needs("Prendre en main un ordinateur"), computer);
        assert_eq!(needs("Accéder à du matériel"), [("equipement_numerique", 1.0)]);
        assert_eq!(
            needs("S'équiper en matériel informatique"),
            needs("S’équiper en matériel informatique")
        );
        // In force, and no need of ours.
        assert_eq!(
            needs("trouver-un-emploi--suivre-ses-candidatures-et-relancer-les-employeurs"),
            []
        );
        // Replaced by nothing.
        assert_eq!(needs("accompagnement-social-et-professionnel-personnalise"), []);
        assert_eq!(needs("cuisine-moleculaire"), [("?", 0.0)]);
        // One of several: a share of each.
        let remobilisation = needs("remobilisation");
        assert!(!remobilisation.is_empty());
        assert!(remobilisation.iter().all(|(_, weight)| *weight < 1.0), "{remobilisation:?}");
    }

    #[test]
    fn a_public_is_told_in_words() {
        assert_eq!(public("residents-qpv-frr"), "Résidents en QPV ou FRR");
        assert_eq!(public("jeunes-16-26"), "Jeunes de 16 à 26 ans");
        assert_eq!(public("gens-du-voyage"), "gens du voyage");
    }
}
