//! Comma-separated values, or any other separator that people use.

use super::{Reading, Row, guessed, is_example, understood};
use crate::catalogue::record::RecordProblem;
use crate::imports::clean;
use crate::imports::header::{self, Header};
use crate::imports::ledger::LedgerEntry;
use crate::imports::rows::Rows;

/// Reads a table whose first line names the columns.
#[must_use]
pub fn read(text: &str, reading: Reading) -> Rows {
    let separator = clean::separator(text);
    let mut rows =
        Rows { tabular: true, separator: Some(char::from(separator)), ..Rows::default() };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let header: Header = match reader.headers() {
        Ok(columns) => header::recognise(columns.iter(), reading.vocabulary),
        Err(_) => return rows,
    };
    let mut lines = Lines { text: text.as_bytes(), read: 0, line: 1 };
    for record in reader.records() {
        rows.read += 1;
        let record = match record {
            Ok(record) => record,
            Err(cause) => {
                let line = cause.position().map_or(0, |position| lines.of(position));
                rows.rejected.push(bad_line(line, &cause.to_string()));
                continue;
            }
        };
        let line = record.position().map_or(0, |position| lines.of(position));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            rows.read -= 1;
            continue;
        }
        if record.len() > header.fields.len() {
            let extra = record.get(header.fields.len()).unwrap_or_default();
            if !extra.trim().is_empty() {
                rows.rejected.push(too_many_cells(line, record.len(), header.fields.len()));
                continue;
            }
        }
        if record.iter().find(|cell| !cell.trim().is_empty()).is_some_and(is_example) {
            rows.read -= 1;
            continue;
        }
        let mut row = Row::default();
        for (field, cell) in header.fields.iter().zip(record.iter()) {
            if let Some(path) = field {
                row.put(path, cell);
            }
        }
        row.give(line, reading, &mut rows);
    }
    rows.columns = understood(&header);
    rows.guessed = guessed(&header);
    rows.ignored = header.ignored;
    rows
}

/// The lines of a text, counted as records come.
///
/// The reader's own count stands before the `\n` of a Windows line end and before blank
/// lines: a person who opens the file would look one line too high, or more.
struct Lines<'a> {
    text: &'a [u8],
    /// Bytes counted.
    read: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line, from 1, where the record at `position` begins; positions never go back.
    fn of(&mut self, position: &csv::Position) -> u64 {
        let begin = usize::try_from(position.byte()).unwrap_or(usize::MAX).min(self.text.len());
        let blank = self.text[begin..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let begin = begin + blank.count();
        while self.read < begin {
            let alone =
                self.text[self.read] == b'\r' && self.text.get(self.read + 1) != Some(&b'\n');
            self.line += u64::from(alone || self.text[self.read] == b'\n');
            self.read += 1;
        }
        self.line
    }
}

fn bad_line(line: u64, cause: &str) -> LedgerEntry {
    let problem = RecordProblem::new(
        "",
        cause,
        ("ligne CSV illisible", "unreadable CSV line"),
        ("vérifiez les guillemets de cette ligne", "check the quotes of this line"),
    );
    LedgerEntry { line, id: None, problem }
}

fn too_many_cells(line: u64, cells: usize, columns: usize) -> LedgerEntry {
    let problem = RecordProblem::new(
        "",
        cells,
        (
            &format!("{cells} cellules pour {columns} colonnes"),
            &format!("{cells} cells for {columns} columns"),
        ),
        (
            "mettez entre guillemets les textes qui contiennent le séparateur",
            "quote the texts that contain the separator",
        ),
    );
    LedgerEntry { line, id: None, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_line_that_a_person_sees() {
        let lines = |text: &str| -> Vec<u64> {
            let read = read(text, Reading { vocabulary: &[("name", &["nom"])], columns: &[] });
            read.rows.iter().map(|(line, _)| *line).collect()
        };
        assert_eq!(lines("nom;ville\nA;Lyon\nB;Lyon\n"), [2, 3]);
        assert_eq!(lines("nom;ville\r\nA;Lyon\r\nB;Lyon\r\n"), [2, 3]);
        assert_eq!(lines("nom;ville\r\n\r\nA;Lyon\r\n\r\n\r\nB;Lyon"), [3, 6]);
        assert_eq!(lines("nom;ville\n\"A\nbis\";Lyon\nB;Lyon\n"), [2, 4]);
        assert_eq!(lines("nom;ville\rA;Lyon\rB;Lyon\r"), [2, 3]);
    }
}
