//! What can go wrong with the index.

use std::path::PathBuf;

/// A failure of the index: never the asker's fault, any text is a valid query.
#[derive(Debug, thiserror::Error)]
pub enum RetrievalError {
    /// The folder of the index cannot be made, read or emptied.
    #[error("the folder `{}` of the index cannot be used; check its rights and free space", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// Another process writes the index.
    #[error("another process is writing the index; stop it or give another data folder")]
    Busy,
    /// A reading or writing of the index failed.
    #[error("the index cannot be read or written; it is rebuilt from the log when opened again")]
    Engine(#[source] tantivy::TantivyError),
}

impl From<tantivy::TantivyError> for RetrievalError {
    fn from(cause: tantivy::TantivyError) -> Self {
        match cause {
            tantivy::TantivyError::LockFailure(..) => Self::Busy,
            other => Self::Engine(other),
        }
    }
}

impl From<std::io::Error> for RetrievalError {
    fn from(cause: std::io::Error) -> Self {
        Self::Engine(cause.into())
    }
}
