//! Reading a log as an auditor does: every revision against its seal and the one before.
//!
//! The same reader serves `check`, backups while they are written, and restores before
//! they are acknowledged.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::chain::{GENESIS, Link, chained, content_digest};
use super::db::RawRow;
use crate::catalogue::record::dataset::DatasetRecord;
use crate::catalogue::revision::{ERASED, Kind};

/// Faults kept with their words; more are counted.
const FAULTS_KEPT: usize = 1_000;

/// What is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Revisions that should be there are not.
    Missing {
        /// The last one missing; the first is the fault's `seq`.
        last: u64,
    },
    /// Body, note or address are not what was acknowledged.
    Content,
    /// Kind, id, date, author, digest or chain are not what was acknowledged.
    Chain,
    /// The date cannot be read, or is before the one of the revision before.
    Date,
    /// A kind that this version does not know.
    Kind,
    /// A body that is no JSON, or a dataset that cannot be read.
    Body,
    /// The body is erased and no later erasure says so.
    ErasedUnsaid,
    /// The database cannot read the revision.
    Unreadable {
        /// What it says.
        cause: String,
    },
    /// The content of a dataset is missing or changed.
    Blob {
        /// Its sha256.
        digest: String,
    },
    /// The file of the database is damaged.
    File {
        /// What SQLite says.
        finding: String,
    },
}

impl Fault {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Content => "content",
            Self::Chain => "chain",
            Self::Date => "date",
            Self::Kind => "kind",
            Self::Body => "body",
            Self::ErasedUnsaid => "erased_unsaid",
            Self::Unreadable { .. } => "unreadable",
            Self::Blob { .. } => "blob",
            Self::File { .. } => "file",
        }
    }

    /// What is wrong, in French and in English.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        let both = |fr: &str, en: &str| (fr.to_owned(), en.to_owned());
        match self {
            Self::Missing { last } => (
                format!("révision absente (jusqu’à la {last} comprise)"),
                format!("missing revision (up to {last} included)"),
            ),
            Self::Content => both(
                "le contenu, la note ou l’adresse ont été changés",
                "the body, the note or the address was changed",
            ),
            Self::Chain => both(
                "la sorte, l’identifiant, la date, l’auteur ou le sceau ont été changés",
                "the kind, the id, the date, the author or the seal was changed",
            ),
            Self::Date => {
                both("la date est illisible ou recule", "the date cannot be read, or goes back")
            }
            Self::Kind => both("sorte inconnue", "unknown kind"),
            Self::Body => both("le contenu est illisible", "the body cannot be read"),
            Self::ErasedUnsaid => both(
                "le contenu a disparu sans qu’aucun effacement ne le dise",
                "the body is gone and no erasure says so",
            ),
            Self::Unreadable { cause } => (
                format!("la base ne peut pas lire cette révision ({cause})"),
                format!("the database cannot read this revision ({cause})"),
            ),
            Self::Blob { digest } => (
                format!("le fichier de données `{digest}` manque ou a changé"),
                format!("the dataset file `{digest}` is missing or changed"),
            ),
            Self::File { finding } => (
                format!("le fichier de la base est abîmé ({finding})"),
                format!("the database file is damaged ({finding})"),
            ),
        }
    }
}

/// One fault, and the revision it is found at, where it is found at one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The revision.
    pub seq: Option<u64>,
    /// What is wrong.
    pub fault: Fault,
}

/// What a reading of a whole log found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Last revision; 0 for an empty log.
    pub last: u64,
    /// Chain at the last revision: the number to note elsewhere.
    pub head: String,
    /// Revisions read.
    pub revisions: u64,
    /// Revisions read, by kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Revisions whose content was erased, as a later one says.
    pub erased: u64,
    /// Contents of datasets read.
    pub blobs: u64,
    /// Faults, in the order of the log; the first thousand.
    pub faults: Vec<Found>,
    /// Faults beyond.
    pub more: u64,
}

impl CheckReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn push(&mut self, seq: Option<u64>, fault: Fault) {
        if self.faults.len() < FAULTS_KEPT {
            self.faults.push(Found { seq, fault });
        } else {
            self.more += 1;
        }
    }
}

/// Reads revisions in order.
#[derive(Debug)]
pub(super) struct Verifier {
    next: u64,
    /// Chain of the revision before as it is stored; `None` when that one is missing.
    stored: Option<Vec<u8>>,
    /// The same as it should be: a seal that was changed is then one fault, not two.
    computed: Vec<u8>,
    date: Option<Timestamp>,
    erased: BTreeSet<u64>,
    /// Contents that datasets name, with the revision that named each first.
    pub(super) blobs: BTreeMap<String, u64>,
    pub(super) report: CheckReport,
}

impl Verifier {
    /// From the first revision.
    pub(super) fn new() -> Self {
        Self::after(0, GENESIS.as_bytes().to_vec())
    }

    /// From the one after `seq`, whose chain is taken as it is.
    pub(super) fn after(seq: u64, chain: Vec<u8>) -> Self {
        Self {
            next: seq + 1,
            computed: chain.clone(),
            stored: Some(chain),
            date: None,
            erased: BTreeSet::new(),
            blobs: BTreeMap::new(),
            report: CheckReport { head: GENESIS.to_owned(), ..CheckReport::default() },
        }
    }

    /// Says that revision `seq` cannot be read.
    pub(super) fn unreadable(&mut self, seq: u64, cause: String) {
        self.reach(seq);
        self.report.push(Some(seq), Fault::Unreadable { cause });
        self.next = seq + 1;
        self.stored = None;
    }

    fn reach(&mut self, seq: u64) {
        if seq > self.next {
            self.report.push(Some(self.next), Fault::Missing { last: seq - 1 });
            self.stored = None;
        }
    }

    /// Reads the next revision.
    pub(super) fn see(&mut self, row: &RawRow) {
        let seq = row.seq.unsigned_abs();
        self.reach(seq);
        self.next = seq + 1;
        self.report.revisions += 1;
        self.report.last = seq;
        self.report.head = String::from_utf8_lossy(&row.chain).into_owned();
        let erased = row.body == ERASED.as_bytes() && row.note.is_none() && row.address.is_none();
        let digest = content_digest(&row.body, row.note.as_deref(), row.address.as_deref());
        if digest.as_bytes() != row.digest {
            if erased {
                self.erased.insert(seq);
            } else {
                self.report.push(Some(seq), Fault::Content);
            }
        }
        self.see_chain(seq, row);
        self.see_date(seq, row);
        let kind = std::str::from_utf8(&row.kind).ok().and_then(Kind::parse);
        match kind {
            Some(kind) => {
                *self.report.by_kind.entry(kind.as_str().to_owned()).or_insert(0) += 1;
                self.see_body(seq, kind, row);
            }
            None => self.report.push(Some(seq), Fault::Kind),
        }
    }

    fn see_chain(&mut self, seq: u64, row: &RawRow) {
        let link = Link {
            seq,
            kind: &row.kind,
            id: &row.id,
            recorded_at: &row.recorded_at,
            recorded_by: &row.recorded_by,
            digest: &row.digest,
        };
        // After a missing revision nothing can be said of this one: its own fault is told.
        if let Some(stored) = &self.stored {
            let mut expected = chained(stored, &link);
            if expected.as_bytes() != row.chain && *stored != self.computed {
                expected = chained(&self.computed, &link);
            }
            if expected.as_bytes() != row.chain {
                self.report.push(Some(seq), Fault::Chain);
            }
            self.computed = expected.into_bytes();
        } else {
            self.computed.clone_from(&row.chain);
        }
        self.stored = Some(row.chain.clone());
    }

    fn see_date(&mut self, seq: u64, row: &RawRow) {
        let date: Option<Timestamp> =
            std::str::from_utf8(&row.recorded_at).ok().and_then(|text| text.parse().ok());
        match date {
            Some(date) if self.date.is_none_or(|before| before <= date) => self.date = Some(date),
            _ => self.report.push(Some(seq), Fault::Date),
        }
    }

    fn see_body(&mut self, seq: u64, kind: Kind, row: &RawRow) {
        let Ok(body) = serde_json::from_slice::<Value>(&row.body) else {
            return self.report.push(Some(seq), Fault::Body);
        };
        match kind {
            Kind::Tombstone => {
                let seqs = body.get("erased").and_then(Value::as_array).into_iter().flatten();
                for erased in seqs.filter_map(Value::as_u64).filter(|&erased| erased < seq) {
                    self.report.erased += u64::from(self.erased.remove(&erased));
                }
            }
            Kind::Dataset if !body.is_null() => {
                let id = String::from_utf8_lossy(&row.id);
                match DatasetRecord::read(&id, &body) {
                    Ok(record) => {
                        for file in record.files {
                            self.blobs.entry(file.digest).or_insert(seq);
                        }
                    }
                    Err(_) => self.report.push(Some(seq), Fault::Body),
                }
            }
            _ => {}
        }
    }

    /// Ends the reading at revision `last`: what is erased must have been said by then.
    pub(super) fn finish(&mut self, last: u64) {
        self.reach(last + 1);
        self.next = last + 1;
        for seq in std::mem::take(&mut self.erased) {
            self.report.push(Some(seq), Fault::ErasedUnsaid);
        }
        self.report.faults.sort_by_key(|found| found.seq);
    }
}
