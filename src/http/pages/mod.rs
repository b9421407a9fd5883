//! Pages: log in with a key, see what it allows, log out.
//!
//! Templates stand in `templates/`, the style in `essaim.css` beside this file; both are in
//! the binary. No script runs, nothing is asked elsewhere, and every form carries a token
//! that only a page of ours can know.

mod account;
mod cookies;
mod login;

use askama::Template;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::domain::lang::Lang;

use super::error::DoorError;
use super::state::AppState;

pub use cookies::{forget_session, session_secret, signing_key};

/// Paths of pages: who asks is read there, and never refused before they answer.
pub const PATHS: [&str; 4] = ["/login", "/logout", "/account", STYLE];
/// The style sheet.
const STYLE: &str = "/assets/essaim.css";
/// Heaviest form, bytes.
const FORM_MAX: usize = 8 * 1024;
/// Our style, our forms, nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// Every page.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/login", get(login::show).post(login::log_in))
        .route("/logout", post(account::log_out))
        .route("/account", get(account::show))
        .route(STYLE, get(style))
        .layer(DefaultBodyLimit::max(FORM_MAX))
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, include_str!("essaim.css")).into_response()
}

/// The words of a page in its language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) Lang);

impl Words {
    /// The words of the language.
    pub(super) fn say<'a>(&self, fr: &'a str, en: &'a str) -> &'a str {
        super::error::pick(self.0, fr, en)
    }

    /// The code of the language.
    fn code(&self) -> &'static str {
        self.say("fr", "en")
    }

    fn english(&self) -> bool {
        self.0 == Lang::En
    }

    /// What keeps the language in an address.
    fn query(&self) -> &'static str {
        self.say("", "?lang=en")
    }
}

/// A form that no page of ours gave.
#[derive(Template)]
#[template(path = "refused.html")]
struct Refused {
    w: Words,
}

/// The answer to a form without its token: nothing was done.
fn refused(lang: Lang) -> Response {
    page(StatusCode::FORBIDDEN, &Refused { w: Words(lang) })
}

/// A page, with its policy; nobody keeps a copy.
fn page(status: StatusCode, template: &impl Template) -> Response {
    let text = match template.render() {
        Ok(text) => text,
        Err(cause) => return DoorError::internal(cause).response(Lang::Fr),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    (status, headers, text).into_response()
}

/// To another page of ours, in the same language.
fn go(path: &str, lang: Lang) -> Response {
    Redirect::to(&format!("{path}{}", Words(lang).query())).into_response()
}

/// Where a reader who must log in is sent, in the language of the page.
#[must_use]
pub fn to_login(lang: Lang) -> Response {
    go("/login", lang)
}
