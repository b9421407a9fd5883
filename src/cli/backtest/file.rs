//! Reading a truth file: `enterprise,territory,year`, however it was written.

use anyhow::bail;

use crate::evaluation::backtest::truth::Row;
use crate::imports::clean;
use crate::imports::header::{Vocabulary, recognise};
use crate::imports::ledger::LedgerEntry;
use crate::imports::rows::{self, Format};

/// The columns, and the names people give them.
const COLUMNS: Vocabulary = &[
    ("enterprise", &["entreprise", "enterprise id", "id entreprise", "structure"]),
    ("territory", &["territoire", "territory id", "id territoire"]),
    ("year", &["annee", "an", "annee implantation"]),
];

/// A truth file as rows, and the lines that are none.
#[derive(Debug, Default)]
pub struct TruthFile {
    /// The rows, cells as typed.
    pub rows: Vec<Row>,
    /// Lines that are no row of the table.
    pub unreadable: Vec<LedgerEntry>,
}

/// Reads a truth file: `;`, `,`, tab or `|`, UTF-8 or Windows-1252, with or without a byte
/// order mark, columns in any order under a header, or in the order above without one.
///
/// # Errors
/// When there is neither such a header nor a year in the third column.
pub fn read(bytes: &[u8]) -> anyhow::Result<TruthFile> {
    let (text, _) = clean::decode(bytes);
    let separator = clean::separator(&text);
    if text.trim().is_empty() {
        bail!("fichier vide ; colonnes attendues : enterprise, territory, year");
    }
    let first = first_record(&text, separator);
    let header = recognise(first.iter().map(String::as_str), COLUMNS);
    let complete = COLUMNS.iter().all(|(name, _)| header.fields.contains(&Some(name)));
    let headed = if complete {
        text.into_owned()
    } else if first.get(2).is_some_and(|cell| is_year(cell)) {
        let names = ["enterprise", "territory", "year"].join(&char::from(separator).to_string());
        format!("{names}\n{text}")
    } else {
        bail!("colonnes attendues : enterprise, territory, year ; lues : {}", first.join(", "));
    };
    // The header that was added is no line of the file.
    let added = u64::from(!complete);
    let read = rows::read(headed.as_bytes(), Format::Csv, COLUMNS);
    let cell = |value: &serde_json::Value, name: &str| {
        value.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    let rows = read
        .rows
        .iter()
        .map(|(line, value)| Row {
            line: line - added,
            enterprise: cell(value, "enterprise"),
            territory: cell(value, "territory"),
            year: cell(value, "year"),
        })
        .collect();
    let unreadable = read.rejected.into_iter().map(|mut entry| {
        entry.line -= added.min(entry.line);
        entry
    });
    Ok(TruthFile { rows, unreadable: unreadable.collect() })
}

fn first_record(text: &str, separator: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let first = reader.records().next().and_then(Result::ok).unwrap_or_default();
    first.iter().map(|cell| cell.trim().to_owned()).collect()
}

fn is_year(cell: &str) -> bool {
    cell.len() == 4 && cell.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, enterprise: &str, territory: &str, year: &str) -> Row {
        let owned = str::to_owned;
        Row { line, enterprise: owned(enterprise), territory: owned(territory), year: owned(year) }
    }

    #[test]
    fn dirty_files_are_read_and_bad_lines_are_told() {
        let file = b"\xef\xbb\xbfAnn\xe9e;Entreprise;Commentaire;Territoire\r\n\
            2019;\"Caf\xe9 ; Joyeux\";ok;Lyon\r\n\r\n;citiz;;epci-200046977\r\n\
            2020;a;b;c;d;e\r\n";
        let read = read(file).unwrap();
        assert_eq!(
            read.rows,
            [row(2, "Café ; Joyeux", "Lyon", "2019"), row(4, "citiz", "epci-200046977", ""),]
        );
        assert_eq!(read.unreadable.len(), 1);
        assert_eq!(read.unreadable[0].line, 5);
    }

    #[test]
    fn without_a_header_the_columns_are_in_order() {
        let read = read("citiz,Lyon,2003\nafev,Albi,1993\n".as_bytes()).unwrap();
        assert_eq!(read.rows, [row(1, "citiz", "Lyon", "2003"), row(2, "afev", "Albi", "1993")]);
    }

    #[test]
    fn other_columns_are_refused_with_those_expected() {
        for file in ["a,b\n1,2\n", "", "   \n", "enterprise,year\nciti,2003\n"] {
            let error = read(file.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("enterprise, territory, year"), "{error}");
        }
        assert!(read(b"enterprise,territory,year\n").unwrap().rows.is_empty());
    }
}
