//! Tables of text: CSV and its cousins, streamed.
//!
//! Cells are cut by `csv-core`. Ours is what a published file of millions of rows needs
//! around it: where a record ends when a quote was never closed, which line a person would
//! look at, and an encoding that changes from line to line.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

use csv_core::ReadRecordResult;

use super::{Cells, Changes, Columns, Item, RECORD_BYTES_MAX, Record, Records, Written};
use crate::catalogue::record::RecordProblem;
use crate::imports::clean::{self, Encoding};
use crate::imports::ledger::LedgerEntry;

/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 20;
/// Bytes looked at to find the separator and the line ends.
const HEAD_BYTES: usize = 1 << 16;
/// Most lines of one record; beyond, its quote was never closed.
const RECORD_LINES_MAX: usize = 500;

/// A table of text, record by record.
pub struct Delimited {
    input: BufReader<Box<dyn Read + Send>>,
    end: u8,
    separator: u8,
    columns: Columns,
    header: String,
    /// Lines given back, to be read again before the input.
    given_back: VecDeque<Vec<u8>>,
    /// Line of the next line read, from 1.
    next_line: u64,
    /// The record under way: its bytes, and where each of its lines begins.
    bytes: Vec<u8>,
    begins: Vec<usize>,
    raw: String,
    cells: Cells,
    core: csv_core::Reader,
    out: Vec<u8>,
    ends: Vec<usize>,
    seen: Seen,
}

/// What was met so far.
#[derive(Debug, Default)]
struct Seen {
    changes: Changes,
    modern: bool,
    old: bool,
    lf: bool,
    crlf: bool,
    cr: bool,
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Whole,
    /// Its head only: the rest passed the longest record.
    TooLong,
    None,
}

impl Delimited {
    /// Reads the header of a table.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open(mut input: Box<dyn Read + Send>) -> std::io::Result<Self> {
        let mut head = Vec::with_capacity(HEAD_BYTES);
        input.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        let end = if !head.contains(&b'\n') && head.contains(&b'\r') { b'\r' } else { b'\n' };
        let first =
            head.split(|&byte| byte == b'\n' || byte == b'\r').find(|line| !line.is_empty());
        let separator = clean::separator(&String::from_utf8_lossy(first.unwrap_or_default()));
        let whole: Box<dyn Read + Send> = Box::new(std::io::Cursor::new(head).chain(input));
        let mut table = Self {
            input: BufReader::with_capacity(BUFFER_BYTES, whole),
            end,
            separator,
            columns: Columns::default(),
            header: String::new(),
            given_back: VecDeque::new(),
            next_line: 1,
            bytes: Vec::new(),
            begins: Vec::new(),
            raw: String::new(),
            cells: Cells::default(),
            core: csv_core::ReaderBuilder::new().delimiter(separator).build(),
            out: Vec::new(),
            ends: Vec::new(),
            seen: Seen::default(),
        };
        while table.take_line()? != Line::None {
            if table.bytes.iter().all(u8::is_ascii_whitespace) {
                table.bytes.clear();
                continue;
            }
            while quotes(&table.bytes, separator) == Quotes::Open
                && table.begins.len() < RECORD_LINES_MAX
                && table.take_line()? == Line::Whole
            {}
            table.decode(1);
            table.cut();
            table.header = table.raw.clone();
            table.columns = Columns::new(table.cells.iter().map(|n| n.trim().to_owned()).collect());
            break;
        }
        Ok(table)
    }

    /// Adds the next line to the record under way, without its end.
    fn take_line(&mut self) -> std::io::Result<Line> {
        if !self.bytes.is_empty() {
            self.bytes.push(b'\n');
        } else {
            self.begins.clear();
        }
        let begin = self.bytes.len();
        let mut taken = Line::Whole;
        if let Some(line) = self.given_back.pop_front() {
            self.bytes.extend_from_slice(&line);
        } else {
            let mut any = false;
            loop {
                let buffer = self.input.fill_buf()?;
                if buffer.is_empty() {
                    break;
                }
                any = true;
                let found = memchr::memchr(self.end, buffer);
                let used = found.unwrap_or(buffer.len());
                let room = RECORD_BYTES_MAX.saturating_sub(self.bytes.len() - begin);
                self.bytes.extend_from_slice(&buffer[..used.min(room)]);
                if used > room {
                    taken = Line::TooLong;
                }
                let consumed = used + usize::from(found.is_some());
                self.input.consume(consumed);
                if found.is_some() {
                    match (self.end, self.bytes.len() > begin && self.bytes.ends_with(b"\r")) {
                        (b'\r', _) => self.seen.cr = true,
                        (_, true) => self.seen.crlf = true,
                        (_, false) => self.seen.lf = true,
                    }
                    break;
                }
            }
            if !any {
                if begin > 0 {
                    self.bytes.truncate(begin - 1);
                }
                return Ok(Line::None);
            }
        }
        if self.bytes.len() > begin && self.bytes.last() == Some(&b'\r') {
            self.bytes.pop();
        }
        self.begins.push(begin);
        self.next_line += 1;
        Ok(taken)
    }

    /// Keeps the first line of the record under way, and gives the others back.
    fn keep_first(&mut self) {
        let begins = std::mem::take(&mut self.begins);
        for at in (1..begins.len()).rev() {
            let end = begins.get(at + 1).map_or(self.bytes.len(), |next| next - 1);
            self.given_back.push_front(self.bytes[begins[at]..end].to_vec());
        }
        self.next_line -= begins.len().saturating_sub(1) as u64;
        if let Some(second) = begins.get(1) {
            self.bytes.truncate(second - 1);
        }
    }

    /// The record under way as text.
    fn decode(&mut self, line: u64) {
        self.raw.clear();
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => {
                if !self.seen.modern && !text.is_ascii() {
                    self.seen.modern = true;
                }
                self.raw.push_str(text);
            }
            Err(_) => {
                self.seen.old = true;
                self.raw.extend(self.bytes.iter().map(|&byte| clean::windows_1252(byte)));
                let said = (
                    "lignes lues en Windows-1252 (le reste est en UTF-8)",
                    "lines read as Windows-1252 (the rest is UTF-8)",
                );
                self.seen.changes.count("windows_1252", line, said);
            }
        }
    }

    /// Cuts the text of the record under way into cells.
    fn cut(&mut self) {
        if memchr::memchr(b'"', self.raw.as_bytes()).is_none() {
            self.cells.cut(&self.raw, self.separator);
            return;
        }
        self.core.reset();
        self.out.resize(self.raw.len() + 16, 0);
        self.ends.resize(self.raw.len() + 16, 0);
        let (mut read, mut written, mut count) = (0, 0, 0);
        loop {
            let (result, used, filled, ended) = self.core.read_record(
                &self.raw.as_bytes()[read..],
                &mut self.out[written..],
                &mut self.ends[count..],
            );
            read += used;
            written += filled;
            count += ended;
            match result {
                ReadRecordResult::InputEmpty if read >= self.raw.len() => {
                    // The end of the text ends the record: an empty input says so.
                    let (_, _, filled, ended) = self.core.read_record(
                        &[],
                        &mut self.out[written..],
                        &mut self.ends[count..],
                    );
                    written += filled;
                    count += ended;
                    break;
                }
                ReadRecordResult::InputEmpty => {}
                _ => break,
            }
        }
        // Unquoting takes bytes away and never cuts a letter.
        let text = String::from_utf8_lossy(&self.out[..written]);
        self.cells.clear();
        let mut begin = 0;
        for &end in &self.ends[..count] {
            self.cells.push(text.get(begin..end).unwrap_or_default());
            begin = end;
        }
    }

    fn refuse(&self, line: u64, problem: RecordProblem) -> Item<'_> {
        Item::Refused(LedgerEntry { line, id: None, problem }, &self.raw)
    }
}

impl Records for Delimited {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn next(&mut self) -> std::io::Result<Option<Item<'_>>> {
        loop {
            let line = self.next_line;
            self.bytes.clear();
            match self.take_line()? {
                Line::None => return Ok(None),
                Line::TooLong => {
                    self.decode(line);
                    self.raw.clear();
                    return Ok(Some(self.refuse(line, too_long())));
                }
                Line::Whole => {}
            }
            if self.bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if memchr::memchr(0, &self.bytes).is_some() {
                self.bytes.retain(|&byte| byte != 0);
                self.decode(line);
                return Ok(Some(self.refuse(line, nul_bytes())));
            }
            let mut stand = quotes(&self.bytes, self.separator);
            while stand == Quotes::Open
                && self.begins.len() < RECORD_LINES_MAX
                && self.bytes.len() < RECORD_BYTES_MAX
                && self.take_line()? == Line::Whole
            {
                stand = quotes(&self.bytes, self.separator);
            }
            // Odd over several lines: closed by chance by the quote of another row.
            if stand == Quotes::Open || stand == Quotes::Odd && self.begins.len() > 1 {
                self.keep_first();
                self.decode(line);
                return Ok(Some(self.refuse(line, never_closed())));
            }
            self.decode(line);
            self.cut();
            let (cells, columns) = (self.cells.len(), self.columns.names.len());
            let extra = (columns..cells).any(|at| !self.cells.get(at).is_empty());
            if cells < columns || extra {
                if self.begins.len() > 1 {
                    // A quote closed by chance: the lines it swallowed are rows.
                    self.keep_first();
                    self.decode(line);
                    return Ok(Some(self.refuse(line, never_closed())));
                }
                return Ok(Some(self.refuse(line, shifted(cells, columns))));
            }
            if self.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let record = Record::of_cells(line, &self.raw, &self.columns, &self.cells);
            return Ok(Some(Item::Record(record)));
        }
    }

    fn written(&self) -> Written {
        let Seen { modern, old, lf, crlf, cr, .. } = self.seen;
        let encoding = match (modern, old) {
            (_, false) => Encoding::Utf8,
            (true, true) => Encoding::Mixed,
            (false, true) => Encoding::Windows1252,
        };
        let ends = [(lf, "LF"), (crlf, "CRLF"), (cr, "CR")];
        let ends: Vec<&str> = ends.iter().filter(|(met, _)| *met).map(|(_, name)| *name).collect();
        Written {
            form: "CSV",
            encoding: encoding.as_str(),
            separator: Some(char::from(self.separator)),
            line_ends: ends.join(" + "),
        }
    }

    fn changes(&self) -> Changes {
        // A file that is wholly of the old encoding was not mixed: its name says enough.
        if self.seen.modern { self.seen.changes.clone() } else { Changes::default() }
    }

    fn header(&self) -> &str {
        &self.header
    }
}

/// How the quotes of a text stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// Every quoted cell is closed.
    Closed,
    /// The text ends inside a quoted cell.
    Open,
    /// A quoted cell is followed by something else than a separator.
    Odd,
}

/// Looks at the quotes of a record. A quote only opens at the head of a cell.
fn quotes(text: &[u8], separator: u8) -> Quotes {
    if memchr::memchr(b'"', text).is_none() {
        return Quotes::Closed;
    }
    let (mut at, mut odd) = (0, false);
    loop {
        if text.get(at) == Some(&b'"') {
            at += 1;
            loop {
                match memchr::memchr(b'"', &text[at..]) {
                    None => return Quotes::Open,
                    Some(found) if text.get(at + found + 1) == Some(&b'"') => at += found + 2,
                    Some(found) => {
                        at += found + 1;
                        break;
                    }
                }
            }
            odd |= text.get(at).is_some_and(|&byte| byte != separator);
        }
        match memchr::memchr(separator, &text[at..]) {
            None => return if odd { Quotes::Odd } else { Quotes::Closed },
            Some(found) => at += found + 1,
        }
    }
}

fn too_long() -> RecordProblem {
    RecordProblem::new(
        "",
        "",
        (
            "ligne de plus de 1 Mo : une cellule est démesurée, ou un guillemet manque",
            "line of more than 1 MB: a cell is far too long, or a quote is missing",
        ),
        (
            "raccourcissez ce texte, ou refermez le guillemet de cette ligne",
            "shorten this text, or close the quote of this line",
        ),
    )
}

fn nul_bytes() -> RecordProblem {
    RecordProblem::new(
        "",
        "",
        (
            "octets nuls dans la ligne : le fichier est abîmé",
            "NUL bytes in the line: the file is damaged",
        ),
        (
            "téléchargez de nouveau le fichier, ou corrigez cette ligne",
            "download the file again, or correct this line",
        ),
    )
}

fn never_closed() -> RecordProblem {
    RecordProblem::new(
        "",
        "",
        ("guillemet ouvert et jamais refermé", "quote opened and never closed"),
        (
            "refermez le guillemet, ou doublez-le s’il fait partie du texte",
            "close the quote, or double it if it belongs to the text",
        ),
    )
}

fn shifted(cells: usize, columns: usize) -> RecordProblem {
    RecordProblem::new(
        "",
        cells,
        (
            &format!("{cells} cellules pour {columns} colonnes : la ligne est tronquée ou décalée"),
            &format!("{cells} cells for {columns} columns: the line is cut short or shifted"),
        ),
        (
            "mettez entre guillemets les textes qui contiennent le séparateur, ou complétez la ligne",
            "quote the texts that contain the separator, or complete the line",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and cells of each row.
    type Rows = Vec<(u64, Vec<String>)>;

    fn read(bytes: &[u8]) -> (Rows, Vec<(u64, String)>, Written) {
        let mut table = Delimited::open(Box::new(std::io::Cursor::new(bytes.to_vec()))).unwrap();
        let (mut rows, mut refused) = (Vec::new(), Vec::new());
        let columns = table.columns().names.len();
        while let Some(item) = table.next().unwrap() {
            match item {
                Item::Record(record) => {
                    let cells = (0..columns).map(|at| record.cell(at).to_owned()).collect();
                    rows.push((record.line, cells));
                }
                Item::Refused(entry, _) => {
                    refused.push((entry.line, entry.problem.reason_fr.to_string()));
                }
            }
        }
        (rows, refused, table.written())
    }

    fn names(rows: &[(u64, Vec<String>)]) -> Vec<(u64, &str)> {
        rows.iter().map(|(line, cells)| (*line, cells[0].as_str())).collect()
    }

    #[test]
    fn a_table_is_read_whatever_its_signs() {
        let (rows, refused, written) =
            read(b"\xef\xbb\xbfnom;ville\r\n\"A \"\"x\"\"\";\"Lyon;\r\nNord\"\r\n\r\nB;\r\n");
        assert_eq!(refused, []);
        assert_eq!(rows[0], (2, vec!["A \"x\"".into(), "Lyon;\nNord".into()]));
        assert_eq!(rows[1], (5, vec!["B".into(), String::new()]));
        assert_eq!((written.separator, written.line_ends.as_str()), (Some(';'), "CRLF"));
        let (rows, _, written) = read(b"nom\tville\rA\tLyon\rB\tBron");
        assert_eq!(names(&rows), [(2, "A"), (3, "B")]);
        assert_eq!((written.separator, written.line_ends.as_str()), (Some('\t'), "CR"));
    }

    #[test]
    fn encodings_may_change_from_line_to_line() {
        let mixed = [b"nom,v\n".as_slice(), "théâtre,1\n".as_bytes(), b"caf\xe9,2\n"].concat();
        let (rows, _, written) = read(&mixed);
        assert_eq!(names(&rows), [(2, "théâtre"), (3, "café")]);
        assert_eq!(written.encoding, "UTF-8 + Windows-1252");
        assert_eq!(read(b"nom,v\ncaf\xe9,2\n").2.encoding, "Windows-1252");
    }

    #[test]
    fn a_quote_never_closed_loses_its_own_line_only() {
        let (rows, refused, _) = read(b"nom,v\nA,1\n\"B,2\nC,3\nD,4\n");
        assert_eq!(names(&rows), [(2, "A"), (4, "C"), (5, "D")]);
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].0, 3);
        // Closed by chance by another quote, two lines below.
        let (rows, refused, _) = read(b"nom,v\n\"B,2\nC,3\n\"D\",4\nE,5\n");
        assert_eq!(names(&rows), [(3, "C"), (4, "D"), (5, "E")]);
        assert_eq!(refused[0].0, 2);
        // A sign of inches inside a cell opens nothing.
        assert_eq!(names(&read(b"nom,v\nEcran 5\" plat,2\nC,3\n").0).len(), 2);
    }

    #[test]
    fn damaged_lines_are_refused_and_the_next_ones_kept() {
        let mut file = b"nom,v\nA,1\nB\nC,1,2\n\0\0\0,\0\n".to_vec();
        file.extend_from_slice(b"D,");
        file.extend(std::iter::repeat_n(b'x', 10 << 20));
        file.extend_from_slice(b"\nE,5\nF");
        let (rows, refused, _) = read(&file);
        assert_eq!(names(&rows), [(2, "A"), (7, "E")]);
        let lines: Vec<u64> = refused.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 8]);
        assert!(refused[3].1.contains("1 Mo"), "{:?}", refused[3]);
    }
}
