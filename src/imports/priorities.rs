//! Priorities of territories in a table: one row per theme or need, several territories.

use serde_json::{Map, Value};

use super::header::Vocabulary;
use super::ledger::{Ledger, LedgerEntry};
use super::rows::{self, Format};
use crate::catalogue::export::columns;
use crate::catalogue::record::RecordProblem;
use crate::catalogue::revision::Kind;

/// The columns of a table of priorities; names are folded.
const COLUMNS: Vocabulary = &[
    (
        "territory",
        &["territoire", "territoires", "collectivite", "code territoire", "nom du territoire"],
    ),
    ("theme", &["thematique", "thematiques", "theme prioritaire"]),
    ("need", &["besoin", "besoins", "besoin prioritaire"]),
    ("themes", &[]),
    ("needs", &[]),
    ("weight", &["poids", "ponderation", "importance"]),
    ("order", &["ordre", "rang", "rank", "ordre de priorite"]),
    ("no_priority", &["aucune priorite", "sans priorite"]),
    ("start", &["debut", "date de debut", "a partir du", "start date"]),
    ("end", &["fin", "date de fin", "jusqu au", "end date"]),
    (
        "submitted_by",
        &["organisation", "organization", "depose par", "deposant", "organisme", "structure"],
    ),
    ("contact", &["organisation a contacter", "service", "contact organisation"]),
    ("document", &["documents", "deliberation", "texte"]),
    ("source", &["source url", "url source", "lien", "url"]),
    ("licence", &["license"]),
    ("id", &[]),
    ("territory_label", &[]),
    ("kind", &[]),
    ("what_is_asked", &[]),
    ("year", &[]),
    ("own_document", &["document propre"]),
    ("periods", &[]),
];

/// A table of priorities, its rows not yet understood: territories and themes are known to
/// the catalogue, not to this reader.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Line and cells of each row, in the order of lines.
    pub rows: Vec<(u64, Map<String, Value>)>,
    /// The account so far.
    pub ledger: Ledger,
}

/// Reads a table of priorities: its rows, and the account of the lines that are none.
#[must_use]
pub fn parse_priorities(bytes: &[u8], format: Format) -> Sheet {
    let read = rows::read_typed(bytes, format, COLUMNS, columns::of(Kind::Priority));
    let mut ledger = Ledger {
        format: "priorities",
        form: read.form,
        encoding: read.encoding,
        separator: read.separator,
        read: read.read,
        rejected: read.rejected,
        ignored_columns: read.ignored,
        columns: read.columns,
        numbered: read.numbered,
        guessed_columns: read.guessed,
        warnings: read.warnings,
        sheet: read.sheet,
        names_line: read.names_line,
        ..Ledger::default()
    };
    let mut kept = Vec::with_capacity(read.rows.len());
    for (line, value) in read.rows {
        match value {
            Value::Object(cells) => kept.push((line, cells)),
            other => ledger.rejected.push(LedgerEntry {
                line,
                id: None,
                problem: RecordProblem::wrong_type("", other, ("objet", "object")),
            }),
        }
    }
    Sheet { rows: kept, ledger }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_in_french_and_in_english_whatever_the_encoding() {
        let french = "Territoire;Thème;Poids;Début;Fin;Organisation\n\
                      Métropole de Lyon;Textile;0,4;2026-01-01;;Métropole de Lyon\n";
        let english = "territory,theme,weight,start,end,submitted_by\n\
                       Métropole de Lyon,Textile,\"0,4\",2026-01-01,,Métropole de Lyon\n";
        let old: Vec<u8> = french.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let marked = [b"\xef\xbb\xbf".as_slice(), french.as_bytes()].concat();
        let expected = parse_priorities(french.as_bytes(), Format::Csv).rows;
        assert_eq!(expected[0].1["weight"], 0.4);
        assert_eq!(expected[0].1["submitted_by"], "Métropole de Lyon");
        assert!(!expected[0].1.contains_key("end"));
        for bytes in [english.as_bytes(), &old, &marked] {
            let sheet = parse_priorities(bytes, Format::Csv);
            assert_eq!(sheet.rows, expected);
            assert_eq!(sheet.ledger.ignored_columns, Vec::<String>::new());
        }
    }
}
