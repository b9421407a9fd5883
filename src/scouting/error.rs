//! What a question can be refused for, with what is needed to ask it better.

use crate::access::{AccessError, Action, Role};
use crate::catalogue::revision::Kind;
use crate::domain::concept::ConceptKind;
use crate::domain::decision::State;
use crate::matching::weights::WeightsError;

use super::faults::{Fault, told};

/// Why a use case did not answer.
#[derive(Debug, thiserror::Error)]
pub enum ScoutingError {
    /// No territory has this id or name.
    #[error("unknown territory `{asked}`")]
    UnknownTerritory {
        /// What was asked.
        asked: String,
        /// (id, name) of the nearest ones.
        suggestions: Vec<(String, String)>,
    },
    /// Several territories have this name.
    #[error("ambiguous territory `{asked}`")]
    AmbiguousTerritory {
        /// What was asked.
        asked: String,
        /// (id, name) of each.
        suggestions: Vec<(String, String)>,
    },
    /// A zone was asked with a commune code that does not exist.
    #[error("unknown commune `{asked}`")]
    UnknownCommune {
        /// The code or name asked.
        asked: String,
        /// (id, name) of the nearest ones.
        suggestions: Vec<(String, String)>,
    },
    /// A zone was asked without any commune.
    #[error("a zone without communes")]
    EmptyZone,
    /// No theme has this id or label.
    #[error("unknown theme `{asked}`")]
    UnknownTheme {
        /// What was asked.
        asked: String,
        /// Id of the nearest one.
        suggestion: Option<String>,
    },
    /// No need has this id or label.
    #[error("unknown need `{asked}`")]
    UnknownNeed {
        /// What was asked.
        asked: String,
        /// Id of the nearest one.
        suggestion: Option<String>,
    },
    /// No enterprise has this id.
    #[error("unknown enterprise `{asked}`")]
    UnknownEnterprise {
        /// What was asked.
        asked: String,
        /// (id, name) of the nearest ones.
        suggestions: Vec<(String, String)>,
    },
    /// The weights cannot be read.
    #[error("weights: {0}")]
    Weights(#[from] WeightsError),
    /// No profile of weights has this name.
    #[error("unknown profile `{asked}`")]
    UnknownProfile {
        /// What was asked.
        asked: String,
        /// The nearest one.
        suggestion: Option<String>,
        /// The names known.
        known: Vec<String>,
    },
    /// A date that is no date, or out of the years 1990 to 2100.
    #[error("bad date `{asked}`")]
    BadDate {
        /// What was asked.
        asked: String,
    },
    /// A number out of its bounds.
    #[error("`{field}` out of bounds: `{value}`")]
    OutOfBounds {
        /// The field's path.
        field: String,
        /// The value given.
        value: String,
        /// The bounds, in words.
        bounds: String,
    },
    /// The text query is too long.
    #[error("query of {length} characters, at most {limit}")]
    QueryTooLong {
        /// Its length, characters.
        length: usize,
        /// The limit, characters.
        limit: usize,
    },
    /// The text query is empty.
    #[error("empty query")]
    EmptyQuery,
    /// A cursor that this service did not give, or of another state.
    #[error("bad cursor")]
    BadCursor,
    /// Priorities in one body are all weights or all orders.
    #[error("priorities mix weights and orders")]
    MixedPriorities,
    /// A record given in a request cannot be read.
    #[error("{field}: {reason}")]
    BadRecord {
        /// Path of the field in the request.
        field: String,
        /// The reason, in French.
        reason_fr: String,
        /// The reason, in English.
        reason: String,
    },
    /// A reason that the list does not have, or not for this state.
    #[error("unknown reason `{asked}`")]
    UnknownReason {
        /// As written.
        asked: String,
        /// The state it was given for.
        state: State,
    },
    /// A step that cannot follow the one before.
    #[error("no way to `{}`", to.as_str())]
    ForbiddenTransition {
        /// Where the follow-up stands; `None` before its first step.
        from: Option<State>,
        /// The state asked.
        to: State,
    },
    /// Nobody follows this enterprise in this territory.
    #[error("no follow-up of `{enterprise}` in `{territory}`")]
    UnknownDecision {
        /// Territory id.
        territory: String,
        /// Enterprise id.
        enterprise: String,
    },
    /// A text that names a person’s address or number.
    #[error("personal data in `{field}`")]
    PersonalData {
        /// The field's path.
        field: String,
        /// What it looks like, in French and in English; never what it is.
        found: (&'static str, &'static str),
    },
    /// No row of this kind has this id here, or it was withdrawn.
    #[error("unknown {} `{asked}`", kind.as_str())]
    UnknownRow {
        /// Its kind.
        kind: Kind,
        /// What was asked.
        asked: String,
        /// Ids of the nearest ones.
        suggestions: Vec<String>,
    },
    /// No local actor within reach has this id or name.
    #[error("unknown actor `{asked}`")]
    UnknownActor {
        /// What was asked.
        asked: String,
        /// (id, name) of the nearest ones.
        suggestions: Vec<(String, String)>,
    },
    /// Nothing that a person may confirm has this name.
    #[error("unknown item `{asked}`")]
    UnknownItem {
        /// What was asked.
        asked: String,
        /// The nearest one.
        suggestion: Option<String>,
        /// The names known.
        known: Vec<String>,
    },
    /// No concept of this kind has this id or label.
    #[error("unknown {} `{asked}`", kind.as_str())]
    UnknownConcept {
        /// Path of the field in the request.
        field: String,
        /// Its kind.
        kind: ConceptKind,
        /// What was asked.
        asked: String,
        /// Id of the nearest one.
        suggestion: Option<String>,
    },
    /// The same was already recorded, and says something else.
    #[error("already recorded: {} {id}", kind.as_str())]
    AlreadyRecorded {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: String,
    },
    /// What was seen or said cannot be dated after today.
    #[error("`{field}` is dated {date}, after {today}")]
    FutureDate {
        /// Path of the field.
        field: String,
        /// As written.
        date: String,
        /// Today.
        today: String,
    },
    /// A file that cannot be opened or read: nothing of it was written.
    #[error("unreadable file `{file}`: {cause}")]
    UnreadableFile {
        /// Its name.
        file: String,
        /// Why.
        cause: String,
    },
    /// What was sent has faults: all of them, in the order of the fields.
    #[error("{}", told(.0))]
    Faults(Vec<Fault>),
    /// A territory whose submissions never changed: there is nothing to undo.
    #[error("nothing was ever submitted for `{territory}`")]
    NothingToUndo {
        /// Its id.
        territory: String,
    },
    /// The name of a profile that comes with the binary.
    #[error("`{id}` is a shipped profile")]
    ShippedProfile {
        /// Its id.
        id: String,
    },
    /// A row that others speak of cannot end.
    #[error("`{id}` is still used by {total} rows")]
    StillUsed {
        /// Its id.
        id: String,
        /// How many speak of it.
        total: usize,
        /// `kind/id` of the first of them.
        by: Vec<String>,
    },
    /// A write without a key.
    #[error("a key is needed to {}", action.words().1)]
    Unauthenticated {
        /// What was asked.
        action: Action,
    },
    /// A write that the key does not allow, or not there.
    #[error("a {} key may not {}", role.as_str(), action.words().1)]
    Forbidden {
        /// What was asked.
        action: Action,
        /// The role of the key.
        role: Role,
        /// Where, when elsewhere it would be allowed.
        territory: Option<String>,
    },
    /// A key that opens nothing: why is never told to the caller.
    #[error("bad key")]
    BadKey,
    /// Rows that a format cannot hold.
    #[error("not exported: {0}")]
    Export(#[from] crate::catalogue::export::ExportError),
    /// The log does not hold this `seq`.
    #[error("no state at seq {asked}, the last is {last}")]
    UnknownSeq {
        /// The seq asked.
        asked: u64,
        /// The last one.
        last: u64,
    },
    /// Ours: the system gives no randomness to make a key with.
    #[error("no randomness: {0}")]
    NoRandomness(String),
    /// Ours: the catalogue failed.
    #[error("the catalogue failed")]
    Catalogue(#[from] crate::catalogue::error::CatalogueError),
    /// Ours: the index failed.
    #[error("the index failed")]
    Retrieval(#[from] crate::retrieval::error::RetrievalError),
    /// Ours: a seed dataset cannot be read.
    #[error("a dataset cannot be read: {0}")]
    Dataset(String),
}

impl From<AccessError> for ScoutingError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Refused(_) => Self::BadKey,
            AccessError::NoRandomness(cause) => Self::NoRandomness(cause),
            AccessError::Catalogue(error) => Self::Catalogue(error),
        }
    }
}
