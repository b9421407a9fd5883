//! The seed, opened once for every test of this binary.

use std::sync::{Arc, LazyLock};

use essaim::domain::lang::Lang;
use essaim::scouting::ask::CandidatesAsk;
use essaim::scouting::candidates::{Candidates, Shown, candidates};
use essaim::scouting::scene::Scene;
use essaim::scouting::{OpenOptions, Scouting, matches};
use jiff::civil::{Date, date};
use serde_json::Value;

/// The day every test asks from, unless it says otherwise.
pub const TODAY: Date = date(2026, 11, 22);
/// Métropole de Lyon.
pub const LYON: &str = "epci-200046977";

struct Opened {
    scouting: Scouting,
    _folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

static SEED: LazyLock<Opened> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = OpenOptions { data: folder.path().to_owned(), database: None };
    let scouting = runtime.block_on(Scouting::open(options)).expect("the seed opens");
    Opened { scouting, _folder: folder, _runtime: runtime }
});

/// The scene of the embedded seed.
pub fn scene() -> Arc<Scene> {
    SEED.scouting.scene()
}

/// The answer for a territory by name at a date, every candidate on one page.
pub fn all_candidates(territory: &str, as_of: Date) -> Candidates {
    let mut ask = CandidatesAsk::new(territory, as_of);
    ask.limit = 500;
    candidates(&scene(), &ask).expect("a known territory is answered")
}

/// The answer to a body of `POST /matches`.
pub fn matched(body: &Value) -> Candidates {
    let scene = scene();
    let ask = matches::read(&scene, body, TODAY, Lang::Fr).expect("a good body is read");
    candidates(&scene, &ask).expect("a good body is answered")
}

/// One enterprise of an answer, listed or excluded.
pub fn find<'a>(answer: &'a Candidates, id: &str) -> Option<&'a Shown> {
    answer.candidates.iter().chain(&answer.excluded).find(|shown| shown.enterprise.id == id)
}
