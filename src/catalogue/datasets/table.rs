//! Small CSV tables of datasets, read by the names of their columns.

use std::collections::BTreeMap;

use super::{DatasetError, DatasetFiles};

/// A CSV file in memory, with its columns by name.
#[derive(Debug, Clone)]
pub struct Table {
    file: String,
    columns: BTreeMap<String, usize>,
    rows: Vec<(u64, csv::StringRecord)>,
}

/// One line of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    table: &'a Table,
    number: u64,
    record: &'a csv::StringRecord,
}

impl Table {
    /// Reads the file at `path` of a dataset (comma, quotes, UTF-8, header).
    ///
    /// # Errors
    /// If it is absent, is no CSV, or lacks one of the columns `wanted`.
    pub fn read(files: &DatasetFiles, path: &str, wanted: &[&str]) -> Result<Self, DatasetError> {
        Self::parse(path, &super::file(files, path)?, wanted)
    }

    /// Reads the content of a file, already unzipped.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn parse(path: &str, content: &[u8], wanted: &[&str]) -> Result<Self, DatasetError> {
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        let mut reader = csv::Reader::from_reader(content);
        let of_csv = |cause: csv::Error| {
            let line = cause.position().map_or(0, csv::Position::line);
            DatasetError::at(path, line, cause.to_string())
        };
        let header = reader.headers().map_err(of_csv)?;
        let columns: BTreeMap<String, usize> =
            header.iter().enumerate().map(|(at, name)| (name.trim().to_owned(), at)).collect();
        if let Some(absent) = wanted.iter().find(|name| !columns.contains_key(**name)) {
            return Err(DatasetError::at(path, 1, format!("column `{absent}` is missing")));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(of_csv)?;
            rows.push((record.position().map_or(0, csv::Position::line), record));
        }
        Ok(Self { file: path.to_owned(), columns, rows })
    }

    /// Its lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.rows.iter().map(|(number, record)| Line { table: self, number: *number, record })
    }
}

impl<'a> Line<'a> {
    /// The text of `column`, trimmed; empty where the column is absent.
    #[must_use]
    pub fn text(&self, column: &str) -> &'a str {
        let at = self.table.columns.get(column);
        at.and_then(|&at| self.record.get(at)).unwrap_or_default().trim()
    }

    /// The text of `column`; `None` where it is empty.
    #[must_use]
    pub fn optional(&self, column: &str) -> Option<&'a str> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    /// The number of `column`; `None` where it is empty.
    ///
    /// # Errors
    /// If it is no finite number.
    pub fn number(&self, column: &str) -> Result<Option<f64>, DatasetError> {
        let Some(text) = self.optional(column) else {
            return Ok(None);
        };
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(self.fault(format!("`{text}` in column `{column}` is no number"))),
        }
    }

    /// The number of `column`, which must be there.
    ///
    /// # Errors
    /// If it is empty or no finite number.
    pub fn required(&self, column: &str) -> Result<f64, DatasetError> {
        self.number(column)?.ok_or_else(|| self.fault(format!("column `{column}` is empty")))
    }

    /// The year that `column` begins with (`2024`, `2024-08`).
    #[must_use]
    pub fn year(&self, column: &str) -> Option<i16> {
        crate::domain::date::PartialDate::parse(self.text(column)).map(|date| date.year)
    }

    /// A fault at this line.
    #[must_use]
    pub fn fault(&self, reason: impl Into<String>) -> DatasetError {
        DatasetError::at(&self.table.file, self.number, reason)
    }
}
