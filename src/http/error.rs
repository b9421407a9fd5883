//! One table: what is refused, with its stable code, its status and its words.
//!
//! Answers are RFC 9457 problems in the language asked. Causes of our own failures are
//! logged once, here, and never sent.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::CatalogueError;
use crate::catalogue::export::ExportError;
use crate::domain::lang::Lang;
use crate::matching::weights::WeightsError;
use crate::scouting::error::ScoutingError;
use crate::scouting::faults::{Fault, FaultKind};

use super::wording::{Said, scouting_said};

/// One line of the table: code, status, French title, English title.
type Row = (&'static str, u16, &'static str, &'static str);

/// Every refusal: a code never changes meaning, programs rely on it.
pub const TABLE: &[Row] = &[
    ("unknown_territory", 404, "territoire inconnu", "unknown territory"),
    ("ambiguous_territory", 422, "plusieurs territoires portent ce nom", "ambiguous territory"),
    ("unknown_commune", 422, "commune inconnue", "unknown commune"),
    ("empty_zone", 422, "zone sans commune", "zone without communes"),
    ("unknown_theme", 422, "thème inconnu", "unknown theme"),
    ("unknown_need", 422, "besoin inconnu", "unknown need"),
    ("unknown_enterprise", 404, "entreprise inconnue", "unknown enterprise"),
    ("bad_weights", 422, "poids illisibles", "unreadable weights"),
    ("unknown_criterion", 422, "critère inconnu", "unknown criterion"),
    ("unknown_profile", 422, "profil de poids inconnu", "unknown profile of weights"),
    ("bad_date", 422, "date refusée", "bad date"),
    ("out_of_bounds", 422, "valeur hors bornes", "value out of bounds"),
    ("query_too_long", 422, "recherche trop longue", "query too long"),
    ("empty_query", 422, "recherche vide", "empty query"),
    ("bad_cursor", 400, "curseur refusé", "bad cursor"),
    ("mixed_priorities", 422, "poids et ordres mêlés", "weights and orders mixed"),
    ("bad_record", 422, "donnée illisible dans la requête", "unreadable data in the request"),
    ("forbidden_transition", 422, "étape impossible d’ici", "step not allowed from here"),
    ("unknown_reason", 422, "raison inconnue", "unknown reason"),
    ("unknown_decision", 404, "aucun suivi", "no follow-up"),
    ("unknown_row", 404, "fiche inconnue", "unknown row"),
    ("unknown_actor", 422, "acteur local inconnu", "unknown local actor"),
    ("unknown_item", 422, "objet de confirmation inconnu", "nothing to confirm by this name"),
    ("unknown_concept", 422, "mot inconnu de la taxonomie", "unknown word of the taxonomy"),
    ("already_recorded", 409, "déjà consigné", "already recorded"),
    ("personal_data", 422, "donnée personnelle refusée", "personal data refused"),
    ("shipped_profile", 409, "profil livré avec Essaim", "shipped profile"),
    ("still_used", 409, "encore utilisé", "still used"),
    ("future_date", 422, "date à venir", "date in the future"),
    ("unreadable_file", 422, "fichier illisible", "unreadable file"),
    ("not_exportable", 422, "ce format ne peut pas tout contenir", "the format cannot hold it all"),
    ("nothing_to_undo", 404, "rien à annuler", "nothing to undo"),
    ("unauthenticated", 401, "clé demandée", "key needed"),
    ("bad_key", 401, "clé refusée", "key refused"),
    ("session_over", 401, "session terminée", "session over"),
    ("bad_csrf", 403, "jeton de formulaire refusé", "form token refused"),
    ("forbidden", 403, "droit insuffisant", "not allowed"),
    ("conflict", 412, "fiche modifiée entre-temps", "changed meanwhile"),
    ("idempotency_reused", 422, "clé d’idempotence déjà servie", "idempotency key reused"),
    ("bad_condition", 400, "en-tête de condition illisible", "unreadable precondition"),
    ("behind", 503, "état pas encore lu", "state not read yet"),
    ("too_many_requests", 429, "trop de requêtes", "too many requests"),
    ("unknown_seq", 404, "état du journal inconnu", "unknown state of the log"),
    ("unknown_parameter", 400, "paramètre inconnu", "unknown parameter"),
    ("repeated_parameter", 400, "paramètre répété", "repeated parameter"),
    ("malformed_json", 400, "JSON illisible", "malformed JSON"),
    ("payload_too_large", 413, "corps trop lourd", "body too large"),
    ("unknown_format", 422, "format inconnu", "unknown format"),
    ("bad_path", 400, "adresse illisible", "unreadable path"),
    ("not_found", 404, "adresse inconnue", "not found"),
    ("method_not_allowed", 405, "méthode refusée", "method not allowed"),
    ("timeout", 504, "délai dépassé", "time out"),
    ("database_gone", 503, "base de données injoignable", "database unreachable"),
    ("disk_full", 507, "disque plein", "disk full"),
    ("log_damaged", 503, "journal abîmé", "damaged log"),
    ("read_only", 503, "catalogue en lecture seule", "read-only catalogue"),
    ("unavailable", 503, "service indisponible", "service unavailable"),
    ("internal_error", 500, "erreur interne", "internal error"),
];

/// Why the door does not answer.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// A use case refuses.
    #[error(transparent)]
    Scouting(#[from] ScoutingError),
    /// A query parameter nobody knows.
    #[error("unknown parameter `{asked}`")]
    UnknownParameter {
        /// As written.
        asked: String,
        /// The nearest one.
        suggestion: Option<String>,
        /// Those known here.
        known: Vec<String>,
    },
    /// A query parameter given twice.
    #[error("repeated parameter `{asked}`")]
    RepeatedParameter {
        /// Its name.
        asked: String,
    },
    /// A body that is no JSON.
    #[error("malformed JSON: {reason}")]
    MalformedJson {
        /// `line:column` of the first fault.
        reason: String,
    },
    /// A body over the limit.
    #[error("body over {limit_mb} MB")]
    PayloadTooLarge {
        /// The limit, megabytes.
        limit_mb: usize,
    },
    /// A `format` that is not served here.
    #[error("unknown format `{asked}`")]
    UnknownFormat {
        /// As written.
        asked: String,
        /// Those served.
        known: &'static [&'static str],
    },
    /// A path segment that is not UTF-8.
    #[error("unreadable path")]
    BadPath,
    /// No such path.
    #[error("not found `{path}`")]
    NotFound {
        /// The path asked.
        path: String,
    },
    /// The path exists, not with this method.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// A header that conditions a write and cannot be read.
    #[error("unreadable header `{header}`")]
    BadCondition {
        /// Its name.
        header: &'static str,
    },
    /// An `Essaim-Min-Seq` that is no number.
    #[error("unreadable header `Essaim-Min-Seq`")]
    BadMinSeq,
    /// A row that moved since its writer read it.
    #[error("stale: {row}")]
    Stale {
        /// Its kind and id.
        row: String,
        /// The row as it now stands, with its latest revision; `None` when it is not alive.
        current: Option<(serde_json::Value, u64)>,
    },
    /// Ours: this server has not read the state asked yet.
    #[error("behind: asked {asked}, shows {shown}")]
    Behind {
        /// The seq asked.
        asked: u64,
        /// The one shown.
        shown: u64,
    },
    /// A cookie whose session is over, or that this service did not sign.
    #[error("session over")]
    SessionOver,
    /// A write with a session, without the token that only a page of ours knows.
    #[error("bad csrf token")]
    BadCsrf,
    /// Too many requests from one key or one address.
    #[error("too many requests")]
    TooManyRequests {
        /// When to come back, seconds.
        retry_after_s: u64,
    },
    /// Ours: too long.
    #[error("timeout")]
    Timeout,
    /// Ours: a bug.
    #[error("internal: {0}")]
    Internal(String),
}

/// The code of a refusal, left on its answer for the counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(pub &'static str);

/// A name that was perhaps meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Suggestion {
    /// What to write instead.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
}

/// An RFC 9457 problem.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:essaim:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong, in a few words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What is wrong here and the way out.
    pub detail: String,
    /// Stable code of the table.
    pub code: &'static str,
    /// What was perhaps meant, best first.
    pub suggestions: Vec<Suggestion>,
    /// Path of the field at fault, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Every fault of what was sent, where there may be several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultWire>,
    /// The row as it now stands, when it moved since it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub current: Option<serde_json::Value>,
}

/// One fault of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FaultWire {
    /// Path of the field.
    pub field: String,
    /// The value as written, shortened; never that of personal data.
    pub value: String,
    /// Stable code of the table.
    pub code: &'static str,
    /// Why it is refused.
    pub reason: String,
    /// The way out.
    pub way_out: String,
    /// What was perhaps meant.
    pub suggestion: Option<Suggestion>,
}

impl FaultWire {
    /// A fault in `lang`.
    #[must_use]
    pub fn new(fault: &Fault, lang: Lang) -> Self {
        let problem = &fault.problem;
        let suggestion = fault.suggestion.clone();
        Self {
            field: problem.field.clone(),
            value: problem.value.clone(),
            code: fault_code(fault.kind),
            reason: pick(lang, &problem.reason_fr, &problem.reason_en).to_owned(),
            way_out: pick(lang, &problem.way_out_fr, &problem.way_out_en).to_owned(),
            suggestion: suggestion.map(|(id, name)| Suggestion { id, name: Some(name) }),
        }
    }
}

impl From<CatalogueError> for DoorError {
    fn from(error: CatalogueError) -> Self {
        Self::Scouting(ScoutingError::from(error))
    }
}

impl DoorError {
    /// A failure of ours, for the log only.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Scouting(error) => scouting_code(error),
            Self::UnknownParameter { .. } => "unknown_parameter",
            Self::RepeatedParameter { .. } => "repeated_parameter",
            Self::MalformedJson { .. } => "malformed_json",
            Self::PayloadTooLarge { .. } => "payload_too_large",
            Self::UnknownFormat { .. } => "unknown_format",
            Self::BadPath => "bad_path",
            Self::NotFound { .. } => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::BadCondition { .. } | Self::BadMinSeq => "bad_condition",
            Self::Stale { .. } => "conflict",
            Self::Behind { .. } => "behind",
            Self::SessionOver => "session_over",
            Self::BadCsrf => "bad_csrf",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Timeout => "timeout",
            Self::Internal(_) => "internal_error",
        }
    }

    /// The problem in `lang`.
    #[must_use]
    pub fn problem(&self, lang: Lang) -> Problem {
        let code = self.code();
        let (_, status, fr, en) = TABLE.iter().find(|row| row.0 == code).copied().unwrap_or((
            "internal_error",
            500,
            "erreur interne",
            "internal error",
        ));
        let said = self.said();
        Problem {
            kind: format!("urn:essaim:problem:{code}"),
            title: pick(lang, fr, en).to_owned(),
            status,
            detail: pick(lang, &said.fr, &said.en).to_owned(),
            code,
            suggestions: said.suggestions,
            field: said.field,
            faults: match self {
                Self::Scouting(ScoutingError::Faults(faults)) => {
                    faults.iter().map(|fault| FaultWire::new(fault, lang)).collect()
                }
                _ => Vec::new(),
            },
            current: match self {
                Self::Stale { current, .. } => current.as_ref().map(|(row, _)| row.clone()),
                _ => None,
            },
        }
    }

    /// The answer in `lang`; failures of ours are logged here, once.
    #[must_use]
    pub fn response(&self, lang: Lang) -> Response {
        let problem = self.problem(lang);
        if problem.status >= 500 {
            tracing::error!(code = problem.code, cause = ?self, "request failed");
        }
        let mut response = problem.into_response();
        match self {
            Self::SessionOver => super::pages::forget_session(&mut response),
            Self::Stale { current: Some((_, seq)), .. } => {
                super::writing::tag(&mut response, *seq);
            }
            Self::Scouting(ScoutingError::Unauthenticated { .. }) => {
                let scheme = HeaderValue::from_static("Bearer realm=\"essaim\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
            }
            Self::Scouting(ScoutingError::BadKey) => {
                let scheme = "Bearer realm=\"essaim\", error=\"invalid_token\"";
                let scheme = HeaderValue::from_static(scheme);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
            }
            Self::TooManyRequests { retry_after_s } => {
                response.headers_mut().insert(header::RETRY_AFTER, (*retry_after_s).into());
            }
            Self::Behind { .. } => {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(1));
            }
            _ => {}
        }
        response
    }

    fn said(&self) -> Said {
        match self {
            Self::Scouting(error) => scouting_said(error),
            Self::UnknownParameter { asked, suggestion, known } => Said::named(
                &format!("paramètre inconnu `{asked}`"),
                &format!("unknown parameter `{asked}`"),
                suggestion.iter().map(|id| (id.clone(), None)).collect(),
                (&format!("admis : {}", known.join(", ")), &format!("known: {}", known.join(", "))),
            )
            .at(asked),
            Self::RepeatedParameter { asked } => Said::plain(
                format!("paramètre répété `{asked}` ; ne le donnez qu’une fois"),
                format!("repeated parameter `{asked}`; give it once"),
            )
            .at(asked),
            Self::MalformedJson { reason } => Said::plain(
                format!(
                    "le corps n’est pas du JSON (ligne:colonne {reason}) ; vérifiez guillemets et virgules"
                ),
                format!("the body is not JSON (line:column {reason}); check quotes and commas"),
            ),
            Self::PayloadTooLarge { limit_mb } => Said::plain(
                format!("corps de plus de {limit_mb} Mo ; envoyez moins de lignes à la fois"),
                format!("body over {limit_mb} MB; send fewer rows at once"),
            ),
            Self::UnknownFormat { asked, known } => Said::named(
                &format!("format inconnu `{asked}`"),
                &format!("unknown format `{asked}`"),
                known.iter().map(|id| ((*id).to_owned(), None)).collect(),
                ("", ""),
            )
            .at("format"),
            Self::BadPath => Said::plain(
                "l’adresse n’est pas de l’UTF-8 encodé en pourcents ; encodez le nom du territoire",
                "the path is not percent-encoded UTF-8; encode the territory’s name",
            ),
            Self::NotFound { path } => Said::plain(
                format!("aucune ressource à `{path}` ; voyez /api/v1/openapi.json"),
                format!("no resource at `{path}`; see /api/v1/openapi.json"),
            ),
            Self::MethodNotAllowed => Said::plain(
                "cette adresse ne se demande pas ainsi ; voyez /api/v1/openapi.json",
                "this path is not asked this way; see /api/v1/openapi.json",
            ),
            Self::BadCondition { header } => Said::plain(
                format!(
                    "en-tête `{header}` illisible ; recopiez l’ETag reçu, guillemets compris, ou `*`"
                ),
                format!(
                    "unreadable header `{header}`; copy the ETag received, quotes included, or `*`"
                ),
            ),
            Self::BadMinSeq => Said::plain(
                "en-tête `Essaim-Min-Seq` illisible ; recopiez le nombre de l’en-tête `Essaim-Seq` reçu",
                "unreadable header `Essaim-Min-Seq`; copy the number of the `Essaim-Seq` received",
            ),
            Self::Stale { row, .. } => Said::plain(
                format!(
                    "`{row}` a changé depuis que vous l’avez lue ; comparez avec `current`, puis renvoyez avec son ETag"
                ),
                format!(
                    "`{row}` changed since you read it; compare with `current`, then send again with its ETag"
                ),
            ),
            Self::Behind { asked, shown } => Said::plain(
                format!(
                    "ce serveur lit encore l’état {shown}, vous demandez {asked} ; réessayez dans une seconde"
                ),
                format!(
                    "this server still reads state {shown}, you ask for {asked}; try again in a second"
                ),
            ),
            Self::SessionOver => Said::plain(
                "votre session est terminée ; reconnectez-vous à /login, ou envoyez une clé",
                "your session is over; log in again at /login, or send a key",
            ),
            Self::BadCsrf => Said::plain(
                "avec une session, une écriture porte l’en-tête `X-CSRF-Token` donné par la page ; rechargez-la",
                "with a session, a write carries the header `X-CSRF-Token` given by the page; reload it",
            ),
            Self::TooManyRequests { retry_after_s } => Said::plain(
                format!("trop de requêtes à la fois ; réessayez dans {retry_after_s} s"),
                format!("too many requests at once; try again in {retry_after_s} s"),
            ),
            Self::Timeout => Said::plain(
                "la réponse demande plus de temps que ce serveur n’en donne ; réessayez, ou demandez une page plus courte",
                "the answer takes more time than this server gives; try again, or ask for a shorter page",
            ),
            Self::Internal(_) => Said::plain(
                "la faute est de notre côté ; réessayez, et signalez l’identifiant de requête",
                "the fault is ours; try again, and report the request’s id",
            ),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).expect("a problem holds only text and numbers");
        let mut response = (status, body).into_response();
        response.extensions_mut().insert(Code(self.code));
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json; charset=utf-8"),
        );
        response
    }
}

fn scouting_code(error: &ScoutingError) -> &'static str {
    match error {
        ScoutingError::UnknownTerritory { .. } => "unknown_territory",
        ScoutingError::AmbiguousTerritory { .. } => "ambiguous_territory",
        ScoutingError::UnknownCommune { .. } => "unknown_commune",
        ScoutingError::EmptyZone => "empty_zone",
        ScoutingError::UnknownTheme { .. } => "unknown_theme",
        ScoutingError::UnknownNeed { .. } => "unknown_need",
        ScoutingError::UnknownEnterprise { .. } => "unknown_enterprise",
        ScoutingError::Weights(WeightsError::UnknownCriterion { .. }) => "unknown_criterion",
        ScoutingError::Weights(_) => "bad_weights",
        ScoutingError::UnknownProfile { .. } => "unknown_profile",
        ScoutingError::BadDate { .. } => "bad_date",
        ScoutingError::OutOfBounds { .. } => "out_of_bounds",
        ScoutingError::QueryTooLong { .. } => "query_too_long",
        ScoutingError::EmptyQuery => "empty_query",
        ScoutingError::BadCursor => "bad_cursor",
        ScoutingError::MixedPriorities => "mixed_priorities",
        ScoutingError::BadRecord { .. } => "bad_record",
        ScoutingError::ForbiddenTransition { .. } => "forbidden_transition",
        ScoutingError::UnknownReason { .. } => "unknown_reason",
        ScoutingError::UnknownDecision { .. } => "unknown_decision",
        ScoutingError::UnknownRow { .. } => "unknown_row",
        ScoutingError::UnknownActor { .. } => "unknown_actor",
        ScoutingError::UnknownItem { .. } => "unknown_item",
        ScoutingError::UnknownConcept { .. } => "unknown_concept",
        ScoutingError::AlreadyRecorded { .. } => "already_recorded",
        ScoutingError::PersonalData { .. } => "personal_data",
        ScoutingError::ShippedProfile { .. } => "shipped_profile",
        ScoutingError::StillUsed { .. } => "still_used",
        ScoutingError::FutureDate { .. } => "future_date",
        ScoutingError::UnreadableFile { .. } => "unreadable_file",
        ScoutingError::Faults(faults) => {
            // One code where all agree; the code of each stands beside it.
            let first = faults.first().map_or("bad_record", |fault| fault_code(fault.kind));
            let agree = faults.iter().all(|fault| fault_code(fault.kind) == first);
            if agree { first } else { "bad_record" }
        }
        ScoutingError::Export(ExportError::Unwritten(_)) => "internal_error",
        ScoutingError::Export(_) => "not_exportable",
        ScoutingError::NothingToUndo { .. } => "nothing_to_undo",
        ScoutingError::Unauthenticated { .. } => "unauthenticated",
        ScoutingError::BadKey => "bad_key",
        ScoutingError::Forbidden { .. } => "forbidden",
        ScoutingError::Catalogue(CatalogueError::Conflict { .. }) => "conflict",
        ScoutingError::Catalogue(CatalogueError::IdempotencyReused) => "idempotency_reused",
        ScoutingError::UnknownSeq { .. }
        | ScoutingError::Catalogue(CatalogueError::NoSuchState { .. }) => "unknown_seq",
        ScoutingError::Catalogue(CatalogueError::Damaged { .. }) => "log_damaged",
        ScoutingError::Catalogue(CatalogueError::Full { .. }) => "disk_full",
        ScoutingError::Catalogue(CatalogueError::Gone { .. }) => "database_gone",
        ScoutingError::Catalogue(CatalogueError::ReadOnly { .. }) => "read_only",
        ScoutingError::Catalogue(_) => "unavailable",
        ScoutingError::Retrieval(_)
        | ScoutingError::Dataset(_)
        | ScoutingError::NoRandomness(_) => "internal_error",
    }
}

fn fault_code(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::UnknownTheme => "unknown_theme",
        FaultKind::UnknownNeed => "unknown_need",
        FaultKind::MixedPriorities => "mixed_priorities",
        FaultKind::BadDate => "bad_date",
        FaultKind::OutOfBounds => "out_of_bounds",
        FaultKind::PersonalData => "personal_data",
        FaultKind::BadRecord => "bad_record",
    }
}

/// The words of the language asked.
#[must_use]
pub fn pick<'a>(lang: Lang, fr: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once_in_the_table_with_an_error_status() {
        for (at, row) in TABLE.iter().enumerate() {
            assert!(TABLE[at + 1..].iter().all(|other| other.0 != row.0), "{}", row.0);
            assert!((400..600).contains(&row.1), "{}", row.0);
        }
    }

    #[test]
    fn a_misspelt_theme_is_refused_in_french_with_a_suggestion() {
        let error = DoorError::from(ScoutingError::UnknownTheme {
            asked: "mobilite".to_owned(),
            suggestion: Some("mobilites".to_owned()),
        });
        let problem = error.problem(Lang::Fr);
        assert_eq!((problem.status, problem.code), (422, "unknown_theme"));
        assert_eq!(problem.detail, "thème inconnu `mobilite` ; vouliez-vous dire `mobilites` ?");
        assert_eq!(problem.suggestions[0].id, "mobilites");
        assert!(error.problem(Lang::En).detail.starts_with("unknown theme"));
    }

    #[test]
    fn what_was_typed_is_shortened_and_kept_on_one_line() {
        let error = DoorError::from(ScoutingError::UnknownTerritory {
            asked: format!("a\nb{}", "x".repeat(10_000)),
            suggestions: Vec::new(),
        });
        let detail = error.problem(Lang::Fr).detail;
        assert!(detail.len() < 300 && !detail.contains('\n'));
    }

    #[test]
    fn failures_of_ours_never_send_their_cause() {
        let problem = DoorError::internal("password=hunter2").problem(Lang::En);
        assert_eq!(problem.status, 500);
        assert!(!serde_json::to_string(&problem).unwrap().contains("hunter2"));
    }
}
