//! `/account`: who am I, until when, what may I do; and `/logout`.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::access::secret::same;
use crate::access::{Action, Role, Session, session};
use crate::domain::lang::Lang;
use crate::http::error::DoorError;
use crate::http::extract::lang_of;
use crate::http::state::AppState;
use crate::scouting::error::ScoutingError;

use super::cookies::{forget_session, session_secret};
use super::{Words, page, refused, to_login};

/// A key is said to end soon this many days before.
const SOON_DAYS: i32 = 30;
/// Months, to write dates as people say them.
const MONTHS: [(&str, &str); 12] = [
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
];

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    w: Words,
    csrf: String,
    label: String,
    notice: String,
    key_id: String,
    role: &'static str,
    territories: Vec<Place>,
    expires: String,
    last_use: String,
    rights: Vec<Right>,
    session: String,
}

/// A territory of the key.
struct Place {
    id: String,
    name: String,
}

/// Something that a key may do, or not.
struct Right {
    words: String,
    allowed: bool,
    /// Only in the territories of the key.
    own: bool,
}

/// The account of who is logged in; the form of the log in for the others.
pub(super) async fn show(
    State(state): State<AppState>,
    session: Option<Extension<Session>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let lang = lang_of(&uri);
    let Some(Extension(session)) = session else {
        let mut response = to_login(lang);
        if session_secret(&state, &headers).is_some() {
            forget_session(&mut response);
        }
        return response;
    };
    let uses = match state.scouting.store().key_uses().await {
        Ok(uses) => uses,
        Err(error) => return DoorError::from(error).response(lang),
    };
    let now = Timestamp::now();
    let w = Words(lang);
    let key = &session.key;
    let scene = state.scouting.scene();
    let name = |id: &String| {
        let territory = scene.world.data.atlas.territory(id);
        territory.map_or_else(|| id.clone(), |territory| territory.name)
    };
    let today = now.to_zoned(TimeZone::UTC).date();
    let left = (key.expires - today).get_days();
    let notice = if left <= SOON_DAYS {
        match lang {
            Lang::Fr => format!(
                "Cette clé n’ouvrira plus dans {left} jour{}. Demandez la suivante à l’administration.",
                if left > 1 { "s" } else { "" }
            ),
            Lang::En => format!(
                "This key stops working in {left} day{}. Ask the administrators for the next one.",
                if left == 1 { "" } else { "s" }
            ),
        }
    } else {
        String::new()
    };
    let (fr, en) = key.role.words();
    let account = Account {
        csrf: session.csrf.clone(),
        label: key.label.clone(),
        notice,
        key_id: key.id.clone(),
        role: w.say(fr, en),
        territories: key
            .territories
            .iter()
            .map(|id| Place { id: id.clone(), name: name(id) })
            .collect(),
        expires: day(lang, key.expires),
        last_use: uses
            .get(&key.id)
            .map_or_else(|| w.say("à l’instant", "just now").to_owned(), |at| moment(lang, *at)),
        rights: rights(lang, key.role),
        session: opened(lang, &state, &session),
        w,
    };
    page(StatusCode::OK, &account)
}

/// The form of the log out.
#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    csrf: String,
}

/// Ends the session, on every server.
pub(super) async fn log_out(
    State(state): State<AppState>,
    session: Option<Extension<Session>>,
    uri: Uri,
    headers: HeaderMap,
    sent: Result<Form<Sent>, FormRejection>,
) -> Response {
    let lang = lang_of(&uri);
    let (Some(Extension(session)), Some(Some(secret))) =
        (session, session_secret(&state, &headers))
    else {
        let mut response = to_login(lang);
        forget_session(&mut response);
        return response;
    };
    if !sent.is_ok_and(|Form(sent)| same(&sent.csrf, &session.csrf)) {
        return refused(lang);
    }
    if let Err(error) = session::end(state.scouting.store(), &secret).await {
        return DoorError::from(ScoutingError::from(error)).response(lang);
    }
    let to = match lang {
        Lang::Fr => "/login?out=1",
        Lang::En => "/login?lang=en&out=1",
    };
    let mut response = Redirect::to(to).into_response();
    forget_session(&mut response);
    response
}

fn rights(lang: Lang, role: Role) -> Vec<Right> {
    let places = |action| !matches!(action, Action::Read | Action::Annotate | Action::Import);
    Action::ALL
        .into_iter()
        .map(|action| {
            let (fr, en) = action.words();
            let allowed = role.may(action);
            Right {
                words: Words(lang).say(fr, en).to_owned(),
                allowed,
                own: allowed && role == Role::Partner && places(action),
            }
        })
        .collect()
}

fn opened(lang: Lang, state: &AppState, session: &Session) -> String {
    let idle = state.settings.session_idle.as_secs() / 60;
    let life = state.settings.session_life();
    let end = session.created.saturating_add(life.max).unwrap_or(session.created);
    let (from, to) = (moment(lang, session.created), moment(lang, end));
    match lang {
        Lang::Fr => format!(
            "Ouverte le {from}, elle se ferme après {idle} minutes sans rien demander, et au plus tard le {to}."
        ),
        Lang::En => format!(
            "Opened on {from}, it closes after {idle} minutes without a request, and on {to} at the latest."
        ),
    }
}

fn day(lang: Lang, date: jiff::civil::Date) -> String {
    let (fr, en) = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    let month = Words(lang).say(fr, en);
    match (lang, date.day()) {
        (Lang::Fr, 1) => format!("1er {month} {}", date.year()),
        (_, day) => format!("{day} {month} {}", date.year()),
    }
}

/// To the minute, universal time: a server does not know where its reader is.
fn moment(lang: Lang, at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    let clock = match lang {
        Lang::Fr => format!("à {}\u{a0}h\u{a0}{:02}", at.hour(), at.minute()),
        Lang::En => format!("at {:02}:{:02}", at.hour(), at.minute()),
    };
    format!("{} {clock} UTC", day(lang, at.date()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_written_as_people_say_them() {
        assert_eq!(day(Lang::Fr, date(2027, 8, 1)), "1er août 2027");
        assert_eq!(day(Lang::En, date(2027, 12, 31)), "31 December 2027");
        let at: Timestamp = "2026-11-28T09:05:40Z".parse().unwrap();
        assert_eq!(moment(Lang::Fr, at), "28 novembre 2026 à 9\u{a0}h\u{a0}05 UTC");
        assert_eq!(moment(Lang::En, at), "28 November 2026 at 09:05 UTC");
    }

    #[test]
    fn a_partner_is_told_where_its_rights_hold() {
        let rights = rights(Lang::Fr, Role::Partner);
        let of = |words: &str| rights.iter().find(|right| right.words == words).unwrap();
        assert!(of("lire").allowed && !of("lire").own);
        assert!(of("déposer des priorités").own);
        assert!(!of("administrer").allowed && !of("administrer").own);
    }
}
