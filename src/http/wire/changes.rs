//! The change feed: revisions of the log, in order.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::catalogue::{Kind, Revision};

/// `GET /changes`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangesWire {
    /// Revisions after this one.
    pub since: u64,
    /// Ask again from here.
    pub next_since: u64,
    /// The last revision of the log.
    pub last: u64,
    /// The revisions, in order.
    pub changes: Vec<RevisionWire>,
}

/// One revision.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionWire {
    /// Place in the log.
    pub seq: u64,
    /// What it is about.
    pub kind: &'static str,
    /// Of which id.
    pub id: String,
    /// When it was recorded.
    pub recorded_at: String,
    /// Who wrote it.
    pub recorded_by: String,
    /// Why.
    pub note: Option<String>,
    /// The row; null for an access key, which is nobody's reading.
    #[schema(value_type = Object)]
    pub body: Value,
}

impl From<&Revision> for RevisionWire {
    fn from(revision: &Revision) -> Self {
        let secret = revision.kind == Kind::Key;
        Self {
            seq: revision.seq,
            kind: revision.kind.as_str(),
            id: if secret { String::new() } else { revision.id.clone() },
            recorded_at: revision.recorded_at.to_string(),
            recorded_by: revision.recorded_by.clone(),
            note: revision.note.clone(),
            body: if secret { Value::Null } else { revision.json().unwrap_or(Value::Null) },
        }
    }
}
