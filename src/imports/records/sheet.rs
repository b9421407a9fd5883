//! The sheet of a workbook, given back as records.
//!
//! An office file has titles above its column names: the names are the first of the widest
//! lines among the first twenty, and the sheet is the first that has two columns and a row.

use std::io::{Error, ErrorKind, Result};

use super::{Cells, Changes, Columns, Item, Record, Records, Written};
use crate::imports::tables::workbook::{Zip, examine};
use crate::imports::tables::{Line, Sheet as Lines, ods, xlsx};

/// Lines among which the names of the columns are looked for.
const TOP_LINES: usize = 20;

/// A sheet, record by record.
#[derive(Debug)]
pub struct Sheet {
    form: &'static str,
    columns: Columns,
    header: String,
    lines: std::vec::IntoIter<Line>,
    cells: Cells,
}

impl Sheet {
    /// Opens a workbook held in memory; other sheets are left.
    ///
    /// # Errors
    /// When it is damaged, too big once unzipped, or holds no table.
    pub fn open(bytes: &[u8]) -> Result<Self> {
        let unreadable = |problem: crate::catalogue::record::RecordProblem| {
            Error::new(ErrorKind::InvalidData, problem.reason_fr.to_string())
        };
        let zip = examine(bytes).map_err(unreadable)?;
        let (form, sheets) = match zip {
            Zip::Xlsx => ("XLSX", xlsx::sheets(bytes).map_err(unreadable)?),
            Zip::Ods => ("ODS", ods::sheets(bytes).map_err(unreadable)?),
        };
        let found = sheets.into_iter().find_map(|sheet| Some((names_at(&sheet)?, sheet)));
        let Some((at, sheet)) = found else {
            let cause = "classeur sans tableau : aucune feuille n’a deux colonnes et une ligne";
            return Err(Error::new(ErrorKind::InvalidData, cause));
        };
        let width = sheet.lines.iter().flat_map(|line| &line.cells).map(|(at, _)| at + 1).max();
        let mut names = vec![String::new(); width.unwrap_or(0) as usize];
        for (column, text) in &sheet.lines[at].cells {
            names[*column as usize] = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        let mut lines = sheet.lines;
        lines.drain(..=at);
        let header = super::csv_line(names.iter().map(String::as_str));
        let columns = Columns::new(names);
        Ok(Self { form, columns, header, lines: lines.into_iter(), cells: Cells::default() })
    }
}

/// Position of the line of names, where the sheet holds a table.
fn names_at(sheet: &Lines) -> Option<usize> {
    let top = sheet.lines.iter().take(TOP_LINES).map(|line| line.cells.len());
    let widest = top.clone().max().filter(|width| *width > 1)?;
    let at = top.into_iter().position(|width| width == widest)?;
    (at + 1 < sheet.lines.len()).then_some(at)
}

impl Records for Sheet {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn next(&mut self) -> Result<Option<Item<'_>>> {
        let Some(line) = self.lines.next() else { return Ok(None) };
        self.cells.clear();
        let mut cells = line.cells.iter().peekable();
        for at in 0..self.columns.names.len() {
            let here = cells.next_if(|(column, _)| *column as usize == at);
            self.cells.push(here.map_or("", |(_, text)| text));
        }
        let record = Record::of_cells(line.number, "", &self.columns, &self.cells);
        Ok(Some(Item::Record(record)))
    }

    fn written(&self) -> Written {
        Written { form: self.form, ..Written::default() }
    }

    fn changes(&self) -> Changes {
        Changes::default()
    }

    fn header(&self) -> &str {
        &self.header
    }
}
