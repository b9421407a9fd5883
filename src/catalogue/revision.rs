//! One line of the log.

use jiff::Timestamp;
use serde_json::Value;

/// What a revision is about (design §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A proven social enterprise.
    Enterprise,
    /// A local actor.
    Actor,
    /// A submission of priority themes, or published context.
    Priority,
    /// A gap reported from the field.
    Observation,
    /// A correction of an annotation.
    Annotation,
    /// What a person confirmed.
    Confirmation,
    /// A step of an implantation: spotted, contacted, met…
    Decision,
    /// A profile of weights.
    Profile,
    /// A custom list of communes.
    Zone,
    /// Two ids that are one organisation.
    Merge,
    /// An access key, hashed.
    Key,
    /// The end of a row; its id is [`tombstone_id`] of that row.
    Tombstone,
    /// A dataset: name, vintage, digest, licence.
    Dataset,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Enterprise,
        Self::Actor,
        Self::Priority,
        Self::Observation,
        Self::Annotation,
        Self::Confirmation,
        Self::Decision,
        Self::Profile,
        Self::Zone,
        Self::Merge,
        Self::Key,
        Self::Tombstone,
        Self::Dataset,
    ];

    /// The word written in the log and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Actor => "actor",
            Self::Priority => "priority",
            Self::Observation => "observation",
            Self::Annotation => "annotation",
            Self::Confirmation => "confirmation",
            Self::Decision => "decision",
            Self::Profile => "profile",
            Self::Zone => "zone",
            Self::Merge => "merge",
            Self::Key => "key",
            Self::Tombstone => "tombstone",
            Self::Dataset => "dataset",
        }
    }

    /// Reads the word written in the log and in JSON.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What stands for a body that was erased; its note and its address are gone too.
pub const ERASED: &str = "null";

/// The id of the tombstone that ends the row (`kind`, `id`).
#[must_use]
pub fn tombstone_id(kind: Kind, id: &str) -> String {
    format!("{}/{id}", kind.as_str())
}

/// One line of the log, as it was acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// Place in the log, from 1, contiguous.
    pub seq: u64,
    /// What it is about.
    pub kind: Kind,
    /// Of which id.
    pub id: String,
    /// The row, canonical JSON text ([`canonical`]).
    pub body: String,
    /// When it was recorded; never goes back along the log.
    pub recorded_at: Timestamp,
    /// Who wrote it: a key's name, `seed`, `import`…
    pub recorded_by: String,
    /// Why, in words.
    pub note: Option<String>,
    /// The address that the request came from, where it came from the network.
    pub address: Option<String>,
}

impl Revision {
    /// Whether what it said was erased, as a later tombstone tells.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.body == ERASED
    }

    /// The body as a JSON value.
    ///
    /// # Errors
    /// [`super::CatalogueError::Unreadable`] if the text is no longer JSON.
    pub fn json(&self) -> super::error::Result<Value> {
        serde_json::from_str(&self.body).map_err(|cause| super::CatalogueError::Unreadable {
            seq: self.seq,
            cause: cause.to_string(),
        })
    }
}

/// A line to add to the log.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRevision {
    /// What it is about.
    pub kind: Kind,
    /// Of which id.
    pub id: String,
    /// The row, canonical JSON text.
    pub body: String,
    /// Why, in words.
    pub note: Option<String>,
}

impl NewRevision {
    /// A line from its JSON value.
    #[must_use]
    pub fn new(kind: Kind, id: impl Into<String>, body: &Value) -> Self {
        Self { kind, id: id.into(), body: canonical(body), note: None }
    }

    /// The line that ends a row; a later revision of the row revives it.
    #[must_use]
    pub fn tombstone(kind: Kind, id: &str) -> Self {
        let body = serde_json::json!({ "kind": kind.as_str(), "id": id });
        Self::new(Kind::Tombstone, tombstone_id(kind, id), &body)
    }

    /// The same with its reason.
    #[must_use]
    pub fn because(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

/// Which state of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum At {
    /// The present.
    #[default]
    Latest,
    /// After this revision.
    Seq(u64),
    /// After everything recorded up to this instant, included.
    Date(Timestamp),
}

/// JSON text with sorted keys and without spaces: the same row is always the same bytes.
///
/// Written by hand because a dependency may switch serde_json to insertion order.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            out.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write_canonical(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_does_not_depend_on_the_order_of_keys() {
        let a: Value = serde_json::from_str(r#"{"b":[1,{"z":null,"y":"é"}],"a":1.5}"#).unwrap();
        let b: Value = serde_json::from_str(r#"{"a":1.5,"b":[1,{"y":"é","z":null}]}"#).unwrap();
        assert_eq!(canonical(&a), canonical(&b));
        assert_eq!(canonical(&a), r#"{"a":1.5,"b":[1,{"y":"é","z":null}]}"#);
    }

    #[test]
    fn every_kind_reads_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
    }
}
