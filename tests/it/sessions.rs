//! Pages: logging in with a key, what a session may do, and how it ends.
//!
//! 1. A key opens a session: its cookie is signed, kept from scripts and from other sites, and
//!    sent over TLS only where there is TLS; its secret changes at each log in.
//! 2. Nothing is done for a form without its token, nor for a session's write without it.
//! 3. Logging out, a revoked key and a forged cookie end or open nothing, on every server.
//! 4. A wrong key is told the same whatever is wrong with it; tries are counted.
//! 5. Pages run no script, ask nothing elsewhere, are kept by nobody, and speak two languages.
//! 6. Limits answer with problems, and the usual headers stand on every answer.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, header};
use essaim::access::{Identity, Role};
use essaim::http::settings::Settings;
use essaim::http::{AppState, router};
use essaim::scouting::keys::{self, Issued, KeyAsk};
use essaim::scouting::{OpenOptions, Scouting};
use jiff::Timestamp;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::common::LYON;
use crate::small::small_catalogue;

struct Service {
    runtime: tokio::runtime::Runtime,
    scouting: Arc<Scouting>,
    _folder: tempfile::TempDir,
}

static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let options = OpenOptions { data: folder.path().to_owned(), database: None };
    runtime.block_on(small_catalogue(folder.path(), None, Vec::new()));
    let scouting = Arc::new(runtime.block_on(Scouting::open(options)).unwrap());
    Service { runtime, scouting, _folder: folder }
});

const SECRET: &[u8] = b"un secret de trente-deux octets au moins";

/// One server; all of them share the catalogue and the secret that signs.
fn server(set: &[(&str, &str)]) -> Router {
    let set: BTreeMap<String, String> =
        set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let settings = Settings::read(&set, true).unwrap();
    let state = AppState::with(Arc::clone(&SERVICE.scouting), settings).signed_with(SECRET);
    router(state)
}

fn make(role: Role) -> Issued {
    let territories = if role == Role::Partner { vec![LYON.to_owned()] } else { Vec::new() };
    let role = role.as_str().to_owned();
    let ask = KeyAsk { role, territories, label: "Métropole <de> Lyon".to_owned(), expires: None };
    let who = Identity::operator("local");
    let made = keys::create(SERVICE.scouting.store(), &who, &ask, Timestamp::now());
    SERVICE.runtime.block_on(made).unwrap()
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    fn goes_to(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }

    /// Whole `Set-Cookie` of a name.
    fn set_cookie(&self, name: &str) -> Option<String> {
        let all = self.headers.get_all(header::SET_COOKIE).iter();
        let mut texts = all.map(|value| value.to_str().unwrap().to_owned());
        texts.find(|text| text.starts_with(&format!("{name}=")))
    }
}

fn send(router: &Router, request: Request<Body>) -> Answer {
    SERVICE.runtime.block_on(async {
        let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    })
}

/// A browser: it keeps the cookies it is given.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<String, String>,
    from: Option<&'static str>,
}

impl Browser {
    fn ask(
        &mut self,
        router: &Router,
        builder: axum::http::request::Builder,
        body: &str,
    ) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut builder = builder;
        if !cookies.is_empty() {
            builder = builder.header(header::COOKIE, cookies.join("; "));
        }
        let mut request = builder.body(Body::from(body.to_owned())).unwrap();
        if let Some(from) = self.from {
            let peer: SocketAddr = from.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let answer = send(router, request);
        for value in answer.headers.get_all(header::SET_COOKIE) {
            let text = value.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    fn get(&mut self, router: &Router, path: &str) -> Answer {
        self.ask(router, Request::get(path), "")
    }

    fn post(&mut self, router: &Router, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let kind = "application/x-www-form-urlencoded";
        self.ask(router, Request::post(path).header(header::CONTENT_TYPE, kind), &body.join("&"))
    }

    /// The token of the form of a page.
    fn token(&mut self, router: &Router, path: &str) -> String {
        let page = self.get(router, path);
        let (_, rest) = page.text.split_once("name=\"csrf\" value=\"").expect("a form");
        rest.split('"').next().unwrap().to_owned()
    }

    fn log_in(&mut self, router: &Router, secret: &str) -> Answer {
        let csrf = self.token(router, "/login");
        self.post(router, "/login", &[("key", secret), ("csrf", &csrf)])
    }
}

const READ: &str = "/api/v1/profiles";

/// Property 1.
#[test]
fn a_key_opens_a_session_that_scripts_and_other_sites_cannot_reach() {
    let router = server(&[]);
    let issued = make(Role::Partner);
    let mut browser = Browser::default();
    let entered = browser.log_in(&router, issued.secret.reveal());
    assert_eq!((entered.status, entered.goes_to()), (303, "/account"));
    let cookie = entered.set_cookie("essaim_session").unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");
    assert!(!cookie.contains(issued.secret.reveal()) && !cookie.contains(&issued.key.id));
    let account = browser.get(&router, "/account");
    assert_eq!(account.status, 200);
    for part in ["Métropole &#60;de&#62; Lyon", "partenaire", LYON, &issued.key.id, "déposer"] {
        assert!(account.text.contains(part), "{part}\n{}", account.text);
    }
    assert_eq!(account.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(browser.get(&router, READ).headers[header::CACHE_CONTROL], "no-store");

    // Logging in again changes the secret, and ends the session before.
    let mut stolen = Browser { cookies: browser.cookies.clone(), ..Browser::default() };
    browser.cookies.retain(|name, _| name == "essaim_session");
    let mut fresh = Browser::default();
    let csrf = fresh.token(&router, "/login");
    fresh.cookies.extend(browser.cookies.clone());
    let fields = [("key", issued.secret.reveal()), ("csrf", csrf.as_str())];
    assert_eq!(fresh.post(&router, "/login", &fields).status, 303);
    assert_ne!(fresh.cookies["essaim_session"], browser.cookies["essaim_session"]);
    assert_eq!(stolen.get(&router, "/account").goes_to(), "/login");

    let tls = server(&[("tls", "true")]);
    let entered = Browser::default().log_in(&tls, issued.secret.reveal());
    assert!(entered.set_cookie("essaim_session").unwrap().contains("Secure"));
    assert!(entered.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
}

/// Property 2.
#[test]
fn nothing_is_done_for_a_form_or_a_write_without_its_token() {
    let router = server(&[]);
    let issued = make(Role::Scout);
    let secret = issued.secret.reveal();
    // No token, that of another browser, and a token without its cookie.
    let others = Browser::default().token(&router, "/login");
    for token in ["", others.as_str()] {
        let mut browser = Browser::default();
        browser.get(&router, "/login");
        let refused = browser.post(&router, "/login", &[("key", secret), ("csrf", token)]);
        assert_eq!(refused.status, 403);
        assert!(!browser.cookies.contains_key("essaim_session"));
    }
    let refused = Browser::default().post(&router, "/login", &[("key", secret), ("csrf", &others)]);
    assert_eq!(refused.status, 403);
    let mut browser = Browser::default();
    let csrf = browser.token(&router, "/login");
    let heavy = "x".repeat(20_000);
    let refused = browser.post(&router, "/login", &[("key", &heavy), ("csrf", &csrf)]);
    assert_eq!(refused.status, 403);

    assert_eq!(browser.log_in(&router, secret).status, 303);
    assert_eq!(browser.post(&router, "/logout", &[("csrf", &csrf)]).status, 403);
    assert_eq!(browser.get(&router, "/account").status, 200, "the session was ended anyway");
    let token = browser.token(&router, "/account");
    let write = |browser: &mut Browser, token: Option<&str>, key: bool| {
        let mut request = Request::post("/api/v1/matches");
        if let Some(token) = token {
            request = request.header("x-csrf-token", token);
        }
        if key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
        }
        browser.ask(&router, request, "{").code()
    };
    assert_eq!(write(&mut browser, None, false), "bad_csrf");
    assert_eq!(write(&mut browser, Some(&others), false), "bad_csrf");
    assert_eq!(write(&mut browser, Some(&token), false), "malformed_json");
    // A key in the header is no browser's doing.
    assert_eq!(write(&mut browser, None, true), "malformed_json");
    assert_eq!(write(&mut Browser::default(), None, false), "malformed_json");
}

/// Property 3.
#[test]
fn a_session_ends_on_every_server_at_once() {
    let (one, two) = (server(&[]), server(&[]));
    let issued = make(Role::Scout);
    let mut browser = Browser::default();
    browser.log_in(&one, issued.secret.reveal());
    let kept = browser.cookies["essaim_session"].clone();
    assert_eq!(browser.get(&two, "/account").status, 200);
    let token = browser.token(&two, "/account");
    let left = browser.post(&two, "/logout", &[("csrf", &token)]);
    assert_eq!((left.status, left.goes_to()), (303, "/login?out=1"));
    assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
    assert!(browser.get(&one, "/login?out=1").text.contains("déconnecté"));
    let with = |value: &str| Browser {
        cookies: BTreeMap::from([("essaim_session".to_owned(), value.to_owned())]),
        ..Browser::default()
    };
    let over = with(&kept).get(&one, READ);
    assert_eq!((over.status, over.code().as_str()), (401, "session_over"));
    assert!(over.set_cookie("essaim_session").unwrap().contains("Max-Age=0"));

    let mut browser = Browser::default();
    browser.log_in(&one, issued.secret.reveal());
    let good = browser.cookies["essaim_session"].clone();
    assert_eq!(browser.get(&two, READ).status, 200);
    let who = Identity::operator("local");
    let now = Timestamp::now();
    let end = keys::revoke(SERVICE.scouting.store(), &who, &issued.key.id, None, now);
    SERVICE.runtime.block_on(end).unwrap();
    assert_eq!(browser.get(&two, READ).code(), "session_over");
    // The secret alone, and the cookie with one character changed, are not ours.
    let bare = &good[good.len() - 64..];
    let mut forged = good.clone();
    forged.replace_range(0..1, if good.starts_with('A') { "B" } else { "A" });
    for odd in ["", "x", bare, forged.as_str()] {
        assert_eq!(with(odd).get(&one, READ).code(), "session_over", "{odd}");
        assert_eq!(with(odd).get(&one, "/account").goes_to(), "/login");
        assert_eq!(with(odd).get(&one, "/healthz").status, 200);
    }
}

/// Property 4.
#[test]
fn a_wrong_key_is_told_the_same_and_tries_are_counted() {
    let router = server(&[("logins", "4")]);
    let issued = make(Role::Reader);
    let mut browser = Browser { from: Some("192.0.2.7:999"), ..Browser::default() };
    let unknown = format!("essaim_kffffffffff_{}", "0".repeat(64));
    let wrong = format!("essaim_{}_{}", issued.key.id, "0".repeat(64));
    let mut pages = Vec::new();
    for odd in ["nonsense", unknown.as_str(), wrong.as_str()] {
        let refused = browser.log_in(&router, odd);
        assert_eq!(refused.status, 401, "{odd}");
        assert!(!refused.text.contains(odd));
        assert!(!browser.cookies.contains_key("essaim_session"));
        pages.push(refused.text);
    }
    pages.dedup();
    assert_eq!(pages.len(), 1);
    assert!(pages[0].contains("role=\"alert\""));
    assert_eq!(browser.log_in(&router, issued.secret.reveal()).status, 303);
    let mut browser = Browser { from: Some("192.0.2.7:998"), ..Browser::default() };
    let late = browser.log_in(&router, issued.secret.reveal());
    assert_eq!(late.status, 429);
    let wait: u64 = late.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let mut elsewhere = Browser { from: Some("192.0.2.8:1"), ..Browser::default() };
    assert_eq!(elsewhere.log_in(&router, issued.secret.reveal()).status, 303);
    let metrics = send(&router, Request::get("/metrics").body(Body::empty()).unwrap()).text;
    for line in [
        "essaim_logins_total{outcome=\"bad_key\"} 3",
        "essaim_logins_total{outcome=\"good\"} 2",
        "essaim_logins_total{outcome=\"too_many\"} 1",
        "essaim_key_checks_total{outcome=\"malformed\"} 1",
        "essaim_key_checks_total{outcome=\"unknown\"} 1",
        "essaim_key_checks_total{outcome=\"wrong\"} 1",
        "essaim_rate_limited_total{limit=\"logins\"} 1",
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line}\n{metrics}");
    }
}

/// Property 5.
#[test]
fn pages_run_nothing_ask_nothing_elsewhere_and_speak_two_languages() {
    let router = server(&[]);
    let issued = make(Role::Partner);
    let mut browser = Browser::default();
    browser.log_in(&router, issued.secret.reveal());
    let mut stranger = Browser::default();
    for (lang, words) in [("fr", "Se connecter"), ("en", "Log in")] {
        let login = stranger.get(&router, &format!("/login?lang={lang}"));
        let account = browser.get(&router, &format!("/account?lang={lang}"));
        assert!(login.text.contains(words), "{}", login.text);
        for page in [&login, &account] {
            assert_eq!(page.status, 200);
            assert!(page.text.contains(&format!("<html lang=\"{lang}\">")));
            let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            for part in [
                "default-src 'none'",
                "style-src 'self'",
                "form-action 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            ] {
                assert!(policy.contains(part), "{policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains("script"), "{policy}");
            for odd in ["<script", "style=", "<style", "onclick", "http://", "https://"] {
                assert!(!page.text.contains(odd), "{odd}\n{}", page.text);
            }
            assert!(page.text.matches("<form").count() == page.text.matches("csrf").count());
        }
    }
    let style = browser.get(&router, "/assets/essaim.css");
    assert!(style.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/css"));
    // Where reads need a key, a browser is sent to the form, a program is told.
    let closed = server(&[("open_reads", "false")]);
    let html = Request::get("/api/v1/docs/").header(header::ACCEPT, "text/html");
    assert_eq!(stranger.ask(&closed, html, "").goes_to(), "/login");
    assert_eq!(stranger.get(&closed, READ).code(), "unauthenticated");
    assert_eq!(stranger.get(&closed, "/login").status, 200);
    assert_eq!(browser.get(&closed, READ).status, 200);
}

/// Property 6.
#[test]
fn limits_answer_with_problems_and_headers_stand_everywhere() {
    let router = server(&[("rate", "1"), ("rate_burst", "3"), ("body_limit", "1")]);
    let ask = |from: &'static str, key: Option<&Issued>, path: &str| {
        let mut request = Request::get(path);
        if let Some(issued) = key {
            let bearer = format!("Bearer {}", issued.secret.reveal());
            request = request.header(header::AUTHORIZATION, bearer);
        }
        Browser { from: Some(from), ..Browser::default() }.ask(&router, request, "")
    };
    let heavy = "x".repeat(1_100_000);
    let mut sender = Browser { from: Some("192.0.2.30:1"), ..Browser::default() };
    let heavy = sender.ask(&router, Request::post("/api/v1/matches"), &heavy);
    assert_eq!((heavy.status, heavy.code().as_str()), (413, "payload_too_large"));
    assert!(heavy.json()["detail"].as_str().unwrap().contains("1 Mo"), "{}", heavy.text);
    let not_so = sender.ask(&router, Request::delete(READ), "");
    assert_eq!((not_so.status, not_so.code().as_str()), (405, "method_not_allowed"));

    let issued = make(Role::Reader);
    for from in ["192.0.2.31:1", "192.0.2.31:2", "192.0.2.31:3"] {
        assert_eq!(ask(from, None, READ).status, 200);
    }
    let refused = ask("192.0.2.31:4", None, READ);
    assert_eq!((refused.status, refused.code().as_str()), (429, "too_many_requests"));
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    let kind = refused.headers[header::CONTENT_TYPE].to_str().unwrap();
    assert!(kind.starts_with("application/problem+json"), "{kind}");
    // Another address, and the same with a key, are other askers; health is always told.
    assert_eq!(ask("192.0.2.32:1", None, READ).status, 200);
    assert_eq!(ask("192.0.2.31:5", None, "/healthz").status, 200);
    for _ in 0..3 {
        assert_eq!(ask("192.0.2.31:6", Some(&issued), READ).status, 200);
    }
    assert_eq!(ask("192.0.2.33:1", Some(&issued), READ).status, 429);

    let plain = server(&[]);
    for path in ["/healthz", READ, "/nowhere", "/login", "/api/v1/docs/", "/assets/essaim.css"] {
        let headers = Browser::default().get(&plain, path).headers;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(headers[name], value, "{path}");
        }
        assert!(headers.contains_key("permissions-policy"), "{path}");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "{path}");
    }
}
