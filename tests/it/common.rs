//! The seed, opened once for every test of this binary.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use essaim::catalogue::{At, Kind, NewRevision, Store, StoreAddress, seed};
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

/// The datasets of the seed, without its rows: lines for a log, and the contents they name.
static DATASETS: LazyLock<(Vec<NewRevision>, Vec<Vec<u8>>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let read = async {
        let store = Store::open(&StoreAddress::Sqlite(folder.path().join("log.sqlite"))).await?;
        seed::load_seed(&store, jiff::Timestamp::now()).await?;
        let mut lines = Vec::new();
        for revision in store.state_at(At::Latest, &[Kind::Dataset]).await? {
            lines.push(NewRevision::new(Kind::Dataset, &revision.id, &revision.json()?));
        }
        let mut contents = Vec::new();
        for dataset in store.datasets(At::Latest).await? {
            for file in dataset.files {
                contents.push(store.get_blob(&file.digest).await?);
            }
        }
        store.close().await;
        Ok::<_, essaim::catalogue::CatalogueError>((lines, contents))
    };
    // In a thread of its own: a runtime never starts inside another one.
    let run = || tokio::runtime::Runtime::new().expect("a runtime").block_on(read);
    std::thread::scope(|s| s.spawn(run).join()).expect("no panic").expect("the seed is read")
});

/// Fills an empty catalogue with the datasets of the seed and these rows only: it then
/// opens without the thousands of actors of the seed.
pub async fn small_catalogue(data: &Path, database: Option<&str>, rows: Vec<NewRevision>) {
    let address = match database {
        Some(url) => StoreAddress::parse(url),
        None => StoreAddress::Sqlite(data.join("catalogue.sqlite")),
    };
    let store = Store::open(&address).await.expect("an empty catalogue opens");
    let (lines, contents) = &*DATASETS;
    for content in contents {
        store.put_blob(content).await.expect("contents are kept");
    }
    let batch = lines.iter().cloned().chain(rows).collect();
    store.append(batch, seed::AUTHOR, jiff::Timestamp::now()).await.expect("a batch");
    store.close().await;
}
