//! Counters of requests, as the plain text that monitoring tools read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Method, route and status.
type Key = (&'static str, String, u16);

/// Requests counted by method, route and status, with the time they took.
#[derive(Debug, Default)]
pub struct Metrics {
    counts: Mutex<BTreeMap<Key, (u64, Duration)>>,
    /// By family and by outcome: words of ours, never of the asker.
    events: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
}

/// Families of events, with the name of what tells them apart; each is a counter.
const FAMILIES: [(&str, &str); 4] = [
    ("essaim_key_checks_total", "outcome"),
    ("essaim_logins_total", "outcome"),
    ("essaim_rate_limited_total", "limit"),
    ("essaim_refused_total", "code"),
];

impl Metrics {
    /// Counts one request. `route` is the pattern, never the address: patterns are few.
    pub fn count(&self, method: &str, route: &str, status: u16, took: Duration) {
        let method = match method {
            "GET" => "GET",
            "HEAD" => "HEAD",
            "POST" => "POST",
            "PUT" => "PUT",
            "DELETE" => "DELETE",
            "OPTIONS" => "OPTIONS",
            _ => "OTHER",
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = counts.entry((method, route.to_owned(), status)).or_default();
        entry.0 += 1;
        entry.1 += took;
    }

    /// Counts a key presented: `good`, or why it was refused.
    pub fn key_checked(&self, outcome: &'static str) {
        self.event("essaim_key_checks_total", outcome);
    }

    /// Counts a log in tried: `good`, or why it was refused.
    pub fn login(&self, outcome: &'static str) {
        self.event("essaim_logins_total", outcome);
    }

    /// Counts a request refused for its number: `rate`, `at_once` or `logins`.
    pub fn rate_limited(&self, limit: &'static str) {
        self.event("essaim_rate_limited_total", limit);
    }

    /// Counts a refusal by the stable code of its problem.
    pub fn refused(&self, code: &'static str) {
        self.event("essaim_refused_total", code);
    }

    fn event(&self, family: &'static str, outcome: &'static str) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        *events.entry((family, outcome)).or_default() += 1;
    }

    /// The counters in the text format of Prometheus 0.0.4, with the states of log and scene.
    #[must_use]
    pub fn text(&self, log_seq: Option<u64>, scene_seq: u64) -> String {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# TYPE essaim_requests_total counter");
        for ((method, route, status), (count, _)) in counts.iter() {
            let _ = writeln!(
                text,
                "essaim_requests_total{{method=\"{method}\",path=\"{route}\",status=\"{status}\"}} {count}"
            );
        }
        let _ = writeln!(text, "# TYPE essaim_request_seconds_total counter");
        for ((method, route, status), (_, took)) in counts.iter() {
            let _ = writeln!(
                text,
                "essaim_request_seconds_total{{method=\"{method}\",path=\"{route}\",status=\"{status}\"}} {:.6}",
                took.as_secs_f64()
            );
        }
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        for (family, label) in FAMILIES {
            let _ = writeln!(text, "# TYPE {family} counter");
            for ((_, outcome), count) in events.iter().filter(|((of, _), _)| *of == family) {
                let _ = writeln!(text, "{family}{{{label}=\"{outcome}\"}} {count}");
            }
        }
        drop(events);
        if let Some(seq) = log_seq {
            let _ = writeln!(text, "# TYPE essaim_log_seq gauge\nessaim_log_seq {seq}");
        }
        let _ = writeln!(text, "# TYPE essaim_scene_seq gauge\nessaim_scene_seq {scene_seq}");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_counted_by_family_and_outcome() {
        let metrics = Metrics::default();
        metrics.key_checked("good");
        metrics.key_checked("expired");
        metrics.key_checked("good");
        metrics.login("good");
        metrics.rate_limited("rate");
        metrics.refused("bad_key");
        let text = metrics.text(None, 1);
        for line in [
            "# TYPE essaim_key_checks_total counter",
            "essaim_key_checks_total{outcome=\"good\"} 2",
            "essaim_key_checks_total{outcome=\"expired\"} 1",
            "essaim_logins_total{outcome=\"good\"} 1",
            "essaim_rate_limited_total{limit=\"rate\"} 1",
            "essaim_refused_total{code=\"bad_key\"} 1",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}\n{text}");
        }
    }

    #[test]
    fn requests_are_counted_by_route_and_status() {
        let metrics = Metrics::default();
        for _ in 0..2 {
            metrics.count("GET", "/healthz", 200, Duration::from_millis(5));
        }
        metrics.count("BREW", "other", 405, Duration::ZERO);
        let text = metrics.text(Some(9), 8);
        assert!(
            text.contains(
                "essaim_requests_total{method=\"GET\",path=\"/healthz\",status=\"200\"} 2"
            )
        );
        assert!(text.contains("method=\"OTHER\""));
        assert!(text.contains("essaim_log_seq 9") && text.contains("essaim_scene_seq 8"));
    }
}
