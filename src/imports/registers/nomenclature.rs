//! Lists of codes: compared with the codes that the taxonomy uses, and nothing written.
//!
//! A nomenclature is published anew from time to time, and a code that the taxonomy counts
//! on may be gone. The list is compared with the nomenclature of the taxonomy that it is
//! most like; tables, JSON lists of objects and JSON maps of a code to its label are read.

use std::collections::{BTreeMap, BTreeSet};

use super::gathered::Gathered;
use super::{Reference, Register, Verdict, folded_code};
use crate::catalogue::record::RecordProblem;
use crate::domain::concept::ConceptKind;
use crate::domain::taxonomy::Taxonomy;
use crate::imports::records::{Columns, Record};

/// Where the account stands among lines: it is no dataset and nothing of it is written.
pub const ACCOUNT: &str = "nomenclature";
/// Between codes in the account.
pub const JOIN: &str = ", ";

/// Names under which lists write a code.
const CODE: [&str; 6] = ["code", "value", "TYPEQU", "fields.code", "identifiant", "name"];

/// A list of codes.
#[derive(Debug, Default)]
pub struct Nomenclature {
    codes: BTreeSet<String>,
}

impl Register for Nomenclature {
    fn format(&self) -> &'static str {
        "nomenclature"
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        let found = CODE.iter().any(|name| columns.find(name).is_some());
        if columns.names.is_empty() || found { Ok(()) } else { Err(no_code(columns)) }
    }

    fn row(&mut self, row: &Record<'_>, _of: Reference<'_>, _into: &mut Gathered) -> Verdict {
        match row.first(&CODE) {
            None => Verdict::Refused(RecordProblem::missing(CODE[0])),
            Some(code) if self.codes.insert(folded_code(&code)) => Verdict::Kept,
            Some(_) => Verdict::Merged,
        }
    }

    fn end(&mut self, of: Reference<'_>, into: &mut Gathered) {
        let used = used(of.taxonomy);
        let found = |codes: &BTreeSet<&str>| {
            codes.iter().filter(|code| self.codes.contains(&folded_code(code))).count()
        };
        // Of two as like, the first by name.
        let best = used.iter().rev().max_by_key(|(_, codes)| found(codes));
        let Some((name, codes)) = best.filter(|(_, codes)| found(codes) > 0) else { return };
        let absent = codes.iter().filter(|code| !self.codes.contains(&folded_code(code)));
        let absent: Vec<&str> = absent.copied().collect();
        let line = BTreeMap::from([
            ("name", (*name).to_owned()),
            ("used", codes.len().to_string()),
            ("found", found(codes).to_string()),
            ("absent", absent.join(JOIN)),
        ]);
        into.add_line(ACCOUNT, (*name).to_owned(), line);
    }
}

/// The codes that the needs use, by nomenclature.
fn used(taxonomy: &Taxonomy) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for need in taxonomy.entries(ConceptKind::Need) {
        for one in &need.codes {
            used.entry(&one.nomenclature).or_default().insert(&one.code);
        }
    }
    used
}

fn no_code(columns: &Columns) -> RecordProblem {
    RecordProblem::new(
        CODE[0],
        columns.names.join(", "),
        ("aucune colonne de codes", "no column of codes"),
        (
            "nommez `code` la colonne qui porte les codes",
            "name `code` the column that holds the codes",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::probe::{damaged, probe, reference, sample};
    use super::*;

    fn account(bytes: &[u8]) -> (usize, Option<BTreeMap<&'static str, String>>) {
        let (mut gathered, ledger) = probe(&mut Nomenclature::default(), bytes);
        let lines = gathered.lines.remove(ACCOUNT).unwrap_or_default();
        (ledger.kept, lines.into_values().next())
    }

    #[test]
    fn each_published_list_is_recognised_by_its_codes() {
        let cases = [
            ("naf/codes-NAF-rev2.json", "NAF2", 732),
            ("naf/codes-naf-2025.ts", "NAF2025", 747),
            ("rna/nomenclature_objet_social.csv", "RNA", 259),
            ("bpe/bpe_2024_types_utiles.csv", "BPE", 106),
            ("data_inclusion/schema_v1_referentiel_thematiques.json", "DI_THEMATIQUE", 0),
        ];
        for (path, name, codes) in cases {
            let (kept, account) = account(&sample(path));
            let account = account.unwrap_or_else(|| panic!("{path}: not recognised"));
            assert_eq!(account["name"], name, "{path}");
            assert!(codes == 0 || kept == codes, "{path}: {kept}");
            let of = |column: &str| account[column].parse::<usize>().unwrap();
            let absent = account["absent"].split(JOIN).filter(|code| !code.is_empty()).count();
            assert_eq!(of("used"), of("found") + absent, "{path}");
        }
        // No code of rev. 2 that the taxonomy uses is missing from the published list.
        assert_eq!(account(&sample("naf/codes-NAF-rev2.json")).1.unwrap()["absent"], "");
    }

    #[test]
    fn codes_twice_or_of_nowhere_are_said_and_damage_keeps_the_good_codes() {
        let (_, ledger) =
            probe(&mut Nomenclature::default(), b"code,label\n62.01Z,A\n6201z,B\n,C\n");
        assert_eq!((ledger.kept, ledger.merged, ledger.refused()), (1, 1, 1));
        assert_eq!(account(b"code;label\nxx-yy;Rien\n").1, None);
        assert!(used(reference().taxonomy).contains_key("RNA"));
        for (how, bytes) in damaged("code;label\nD201;é\nD265;é\nD502;é\nB323;é\n") {
            assert!(account(&bytes).0 >= 3, "{how}");
        }
        let (_, ledger) = probe(&mut Nomenclature::default(), b"a;b\n1;2\n");
        assert!(ledger.cut.as_ref().unwrap().problem.reason_fr.contains("aucune colonne"));
    }
}
