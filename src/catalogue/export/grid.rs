//! A table ready to be written: columns, then rows of cells.

use serde_json::{Map, Value};

use super::cell::Cell;
use super::columns::{Column, Form, OTHER};
use super::flat;

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridColumn {
    /// Its name, on the first line.
    pub name: String,
    /// What its cells hold.
    pub form: Form,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grid {
    /// The columns.
    pub columns: Vec<GridColumn>,
    /// The rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// The table of rows of one kind, its columns always the same; that of
    /// [`OTHER`] stands only where a row needs it.
    #[must_use]
    pub fn of<'a>(
        columns: &[Column],
        bodies: impl Iterator<Item = &'a Map<String, Value>>,
    ) -> Self {
        let mut rows: Vec<Vec<Cell>> = bodies.map(|body| flat::cells(body, columns)).collect();
        let mut named: Vec<GridColumn> = columns
            .iter()
            .map(|column| GridColumn { name: column.path.to_owned(), form: column.form })
            .collect();
        if rows.iter().any(|row| row.last() != Some(&Cell::Empty)) {
            named.push(GridColumn { name: OTHER.to_owned(), form: Form::Json });
        } else {
            for row in &mut rows {
                row.pop();
            }
        }
        Self { columns: named, rows }
    }

    /// The table as CSV: UTF-8, comma, RFC 4180 quoting, no formula that would run.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        self.csv_with(',')
    }

    /// The same with another separator.
    #[must_use]
    pub fn csv_with(&self, separator: char) -> Vec<u8> {
        let mut out = String::new();
        line(&mut out, separator, self.columns.iter().map(|column| column.name.clone()));
        for row in &self.rows {
            line(&mut out, separator, row.iter().map(|cell| cell.written(true)));
        }
        out.into_bytes()
    }
}

fn line(out: &mut String, separator: char, cells: impl Iterator<Item = String>) {
    let start = out.len();
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(separator);
        }
        if cell.contains([',', ';', '"', '\n', '\r', '\t', '|']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    if out.len() == start {
        // A line of one empty cell would be a blank line.
        out.push_str("\"\"");
    }
    out.push_str("\r\n");
}
