//! `/login`: a key opens a session.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;

use crate::access::{Secret, Session, session};
use crate::domain::lang::Lang;
use crate::http::access::check;
use crate::http::client::Client;
use crate::http::error::DoorError;
use crate::http::extract::lang_of;
use crate::http::state::AppState;
use crate::scouting::error::ScoutingError;

use super::cookies::{before_secret, give_before, give_session, session_secret};
use super::{Words, go, page, refused};

#[derive(Template)]
#[template(path = "login.html")]
struct Login<'a> {
    w: Words,
    csrf: &'a str,
    notice: &'a str,
    error: &'a str,
}

/// The form, as it is sent.
#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    key: String,
    #[serde(default)]
    csrf: String,
}

/// The form, or the account of who is logged in already.
pub(super) async fn show(
    State(state): State<AppState>,
    client: Option<Extension<Client>>,
    session: Option<Extension<Session>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let lang = lang_of(&uri);
    if session.is_some() {
        return go("/account", lang);
    }
    let w = Words(lang);
    let notice = if state.settings.without_keys {
        w.say(
            "Ce service est en lecture seule : aucune clé n’y ouvre de session.",
            "This service is read-only: no key opens a session here.",
        )
    } else if uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "out=1")) {
        w.say("Vous êtes déconnecté.", "You are logged out.")
    } else {
        ""
    };
    let form = Shown { status: StatusCode::OK, notice, error: "" };
    form.answer(&state, client.as_deref(), &headers, lang)
}

/// What the form says this time.
struct Shown<'a> {
    status: StatusCode,
    notice: &'a str,
    error: &'a str,
}

impl Shown<'_> {
    fn answer(
        &self,
        state: &AppState,
        client: Option<&Client>,
        headers: &HeaderMap,
        lang: Lang,
    ) -> Response {
        // The same secret for every tab: opening a second one breaks no form.
        let known = before_secret(state, headers);
        let secret = match known {
            Some(secret) => secret,
            None => match Secret::bare() {
                Ok(secret) => secret.reveal().to_owned(),
                Err(error) => return DoorError::from(ScoutingError::from(error)).response(lang),
            },
        };
        let csrf = session::csrf_token(&secret);
        let template =
            Login { w: Words(lang), csrf: &csrf, notice: self.notice, error: self.error };
        let mut response = page(self.status, &template);
        give_before(state, client, &secret, &mut response);
        response
    }
}

/// Opens a session under a new secret, whatever session there was before.
pub(super) async fn log_in(
    State(state): State<AppState>,
    client: Option<Extension<Client>>,
    uri: Uri,
    headers: HeaderMap,
    sent: Result<Form<Sent>, FormRejection>,
) -> Response {
    let lang = lang_of(&uri);
    let client = client.as_deref();
    let w = Words(lang);
    let again = |status, error: &str| {
        Shown { status, notice: "", error }.answer(&state, client, &headers, lang)
    };
    if let Err(error) = state.limiter.login(client) {
        state.metrics.rate_limited("logins");
        state.metrics.login("too_many");
        let problem = error.response(lang);
        let wait = problem.headers().get(header::RETRY_AFTER).cloned();
        let mut response = again(
            StatusCode::TOO_MANY_REQUESTS,
            w.say(
                "Trop d’essais depuis votre réseau. Attendez une minute, puis recommencez.",
                "Too many tries from your network. Wait a minute, then try again.",
            ),
        );
        let wait = wait.unwrap_or(HeaderValue::from_static("60"));
        response.headers_mut().insert(header::RETRY_AFTER, wait);
        return response;
    }
    let Ok(Form(sent)) = sent else {
        state.metrics.login("bad_form");
        return refused(lang);
    };
    let bound = before_secret(&state, &headers);
    if !bound.is_some_and(|secret| session::is_csrf(&sent.csrf, &secret)) {
        state.metrics.login("bad_csrf");
        return refused(lang);
    }
    let address = client.and_then(Client::shown);
    let key = match check(&state, Some(sent.key.trim()), address.as_deref()).await {
        Ok(key) => key,
        Err(ScoutingError::BadKey) => {
            state.metrics.login("bad_key");
            return again(
                StatusCode::UNAUTHORIZED,
                w.say(
                    "Cette clé n’ouvre rien ici. Vérifiez qu’elle est entière, ou demandez-en une autre à l’administration.",
                    "This key opens nothing here. Check that it is whole, or ask the administrators for another one.",
                ),
            );
        }
        Err(error) => return DoorError::from(error).response(lang),
    };
    let store = state.scouting.store();
    let opened = async {
        if let Some(Some(old)) = session_secret(&state, &headers) {
            session::end(store, &old).await?;
        }
        session::open(store, &key, &state.settings.session_life(), Timestamp::now()).await
    };
    match opened.await {
        Ok(secret) => {
            state.metrics.login("good");
            tracing::info!(key = key.id, address, "session opened");
            let mut response = go("/account", lang);
            give_session(&state, client, secret.reveal(), &mut response);
            response
        }
        Err(error) => DoorError::from(ScoutingError::from(error)).response(lang),
    }
}
