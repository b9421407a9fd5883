//! `POST /imports/{format}`: a file into the log, with the account of each line.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::ledger::LedgerWire;
use crate::http::writing::{FileAsked, SEQ, number};
use crate::scouting::export::Written;
use crate::scouting::imports::{Format, Import, ImportAsk, import};
use crate::scouting::registers::{
    Covered, Importable, Origin, RegisterAsk, import_register, importables,
};
use crate::scouting::templates;

use super::export::attachment;
use super::reply;

/// Parameters of an import.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// `true`: compare, and write nothing.
    #[param(value_type = Option<bool>)]
    pub dry_run: Option<String>,
    /// Name of the file, kept as the note of the revisions.
    pub file: Option<String>,
    /// Of a register: the year of its data; read in `file` otherwise.
    #[param(value_type = Option<i16>)]
    pub year: Option<String>,
    /// Of a register: where it is whole (`france`, `none`, `69,38`); measured otherwise.
    pub perimeter: Option<String>,
    /// Of a register: the territory whose organisations become local actors.
    pub actors_in: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Imports a table (CSV) or rows (JSON): good rows in, bad rows reported.
///
/// Importing twice changes nothing. A partner's rows about other territories are refused in
/// the account, its own are kept.
#[utoipa::path(
    post,
    path = "/api/v1/imports/{format}",
    tag = "log",
    operation_id = "import_file",
    params(
        ("format" = String, Path, description = "`enterprises`, `actors`, `priorities`, `observations`, another kind of rows as exported, or the word of a public register"),
        Params
    ),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, body = LedgerWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn ask(
    State(state): State<AppState>,
    Segments(format): Segments<String>,
    asked: FileAsked<Params>,
) -> Response {
    let FileAsked { query, lang, who, manner, bytes } = asked;
    let answered = async {
        let file = query.file.unwrap_or_default();
        let dry_run = extract::yes("dry_run", query.dry_run.as_deref(), false)?;
        if let Some(register) = Importable::parse(&format) {
            let ask = RegisterAsk {
                register,
                origins: vec![Origin::Bytes(file.clone(), bytes.to_vec().into())],
                year: extract::whole("year", query.year.as_deref())?
                    .and_then(|year| i16::try_from(year).ok()),
                perimeter: query.perimeter.as_deref().map(Covered::parse),
                actors_in: query.actors_in,
                note: None,
                dry_run,
                idempotent: manner.idempotent,
            };
            let account = import_register(&state.scouting, &who, ask, Box::new(())).await?;
            return Ok(LedgerWire::new(&account.whole(), file, lang));
        }
        let Some(kind) = Import::parse(&format) else {
            let asked = format.chars().take(40).collect();
            return Err(DoorError::UnknownFormat { asked, known: known_words() });
        };
        let ask = ImportAsk {
            import: kind,
            bytes: &bytes,
            format: Format::of_name(&file),
            note: Some(file.clone()).filter(|file| !file.is_empty()),
            dry_run,
            idempotent: manner.idempotent,
        };
        let ledger = import(&state.scouting, &who, ask, extract::today()).await?;
        Ok(LedgerWire::new(&ledger, file, lang))
    };
    let answered = answered.await;
    let last = answered.as_ref().ok().and_then(|ledger| ledger.seq);
    let mut response = reply(lang, answered);
    if let Some([_, last]) = last {
        response.headers_mut().insert(SEQ, number(last));
    }
    response
}

/// Parameters of a template.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TemplateParams {
    /// `csv` (the default) or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`: the names of the columns.
    pub lang: Option<String>,
}

/// A table to fill and to import: names of columns, an example that is skipped, explanations.
#[utoipa::path(
    get,
    path = "/api/v1/imports/{format}/template",
    tag = "log",
    operation_id = "import_template",
    params(
        ("format" = String, Path, description = "`enterprises`, `actors`, `priorities` or `observations`"),
        TemplateParams
    ),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn template(
    Segments(format): Segments<String>,
    asked: Asked<TemplateParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = || {
        let written = match query.format.as_deref().map(str::trim) {
            None | Some("csv") => Written::Csv,
            Some("xlsx") => Written::Xlsx,
            Some(other) => {
                let asked = other.chars().take(40).collect();
                return Err(DoorError::UnknownFormat { asked, known: &["csv", "xlsx"] });
            }
        };
        let unknown = || DoorError::UnknownFormat {
            asked: format.chars().take(40).collect(),
            known: templates::WORDS,
        };
        templates::template(&format, written, lang)?.ok_or_else(unknown)
    };
    match answered() {
        Ok(file) => {
            let kind = HeaderValue::from_static(file.media);
            let name = attachment(&file.path);
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], file.bytes)
                .into_response()
        }
        Err(error) => error.response(lang),
    }
}

/// The words known after `/imports/`.
fn known_words() -> &'static [&'static str] {
    static WORDS: std::sync::LazyLock<Vec<&'static str>> = std::sync::LazyLock::new(|| {
        let registers = importables().iter().map(|one| one.word);
        Import::WORDS.iter().copied().chain(registers).collect()
    });
    &WORDS
}
