//! What a format cannot hold.

/// Why rows were not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// A spreadsheet cell holds at most [`super::xlsx::CELL_CHARS_MAX`] characters.
    #[error("`{column}` of `{id}` has {length} characters, a cell holds {limit}")]
    CellTooLong {
        /// The row.
        id: String,
        /// The column.
        column: String,
        /// Length of the text, characters.
        length: usize,
        /// The limit, characters.
        limit: usize,
    },
    /// A spreadsheet holds at most [`super::xlsx::ROWS_MAX`] rows.
    #[error("{rows} rows, a sheet holds {limit}")]
    TooManyRows {
        /// Rows to write.
        rows: usize,
        /// The limit, rows.
        limit: usize,
    },
    /// Ours: a library refuses what we give it.
    #[error("cannot write: {0}")]
    Unwritten(String),
}

impl ExportError {
    /// A refusal of a library.
    pub(super) fn unwritten(cause: impl std::fmt::Display) -> Self {
        Self::Unwritten(cause.to_string())
    }
}
