//! A catalogue that opens in a moment: the seed's datasets cut down to four départements
//! around Lyon, and the rows that a test wants.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::LazyLock;

use essaim::catalogue::record::dataset::DatasetRecord;
use essaim::catalogue::store::digest;
use essaim::catalogue::{At, Kind, NewRevision, Store, StoreAddress, embedded, seed};

/// The départements kept.
const DEPARTEMENTS: [&str; 4] = ["01", "26", "38", "69"];

/// Lines for a log, and the contents that they name.
struct Cut {
    lines: Vec<NewRevision>,
    contents: Vec<Vec<u8>>,
}

static CUT: LazyLock<Cut> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let read = async {
        let store = Store::open(&StoreAddress::Sqlite(folder.path().join("log.sqlite"))).await?;
        seed::load_seed(&store, jiff::Timestamp::now()).await?;
        let mut datasets = Vec::new();
        for dataset in store.datasets(At::Latest).await? {
            let mut files = Vec::new();
            for file in &dataset.files {
                files.push(store.get_blob(&file.digest).await?);
            }
            datasets.push((dataset, files));
        }
        store.close().await;
        Ok::<_, essaim::catalogue::CatalogueError>(datasets)
    };
    // In a thread of its own: a runtime never starts inside another one.
    let run = || tokio::runtime::Runtime::new().expect("a runtime").block_on(read);
    let datasets = std::thread::scope(|s| s.spawn(run).join()).expect("no panic");
    cut(datasets.expect("the seed is read"))
});

/// Fills an empty catalogue with the datasets cut down and these rows.
pub async fn small_catalogue(data: &Path, database: Option<&str>, rows: Vec<NewRevision>) {
    let address = match database {
        Some(url) => StoreAddress::parse(url),
        None => StoreAddress::Sqlite(data.join("catalogue.sqlite")),
    };
    let store = Store::open(&address).await.expect("an empty catalogue opens");
    for content in &CUT.contents {
        store.put_blob(content).await.expect("contents are kept");
    }
    let batch = CUT.lines.iter().cloned().chain(rows).collect();
    store.append(batch, seed::AUTHOR, jiff::Timestamp::now()).await.expect("a batch");
    store.close().await;
}

/// Rows of the seed for a test that ranks: enterprises, key actors, what the field says,
/// what was submitted; few enough to be ranked in a moment.
pub fn seed_rows() -> Vec<NewRevision> {
    let files = [
        (Kind::Enterprise, "enterprises/enterprises.jsonl", 120),
        (Kind::Actor, "actors/key_actors.jsonl", 40),
        (Kind::Observation, "observations.jsonl", 40),
        (Kind::Priority, "priorities.jsonl", 40),
    ];
    let of = |(kind, path, most): (Kind, &str, usize)| {
        let text = embedded::seed_file(path).expect("a file of the seed");
        let text = std::str::from_utf8(text).expect("the seed is text");
        let rows = text.lines().take(most).map(move |line| {
            let row: serde_json::Value = serde_json::from_str(line).expect("a row");
            let id = row["id"].as_str().expect("its id").to_owned();
            NewRevision::new(kind, id, &row)
        });
        rows.collect::<Vec<_>>()
    };
    files.into_iter().flat_map(of).collect()
}

fn cut(datasets: Vec<(DatasetRecord, Vec<Vec<u8>>)>) -> Cut {
    let mut cut = Cut { lines: Vec::new(), contents: Vec::new() };
    let mut sirens: BTreeSet<String> = BTreeSet::new();
    let mut communes: BTreeSet<String> = BTreeSet::new();
    let mut datasets = datasets;
    // Territories first: the communes kept say which EPCI are.
    datasets.sort_by_key(|(dataset, _)| dataset.name != "territories");
    for (mut dataset, contents) in datasets {
        let territories = dataset.name == "territories";
        if territories {
            for (file, content) in dataset.files.iter().zip(&contents) {
                if file.path == "communes.csv.gz" {
                    let text = text_of(&file.path, content);
                    for line in text.lines().filter(|line| is_kept(cells(line)[2])) {
                        communes.insert(cells(line)[0].to_owned());
                        sirens.insert(cells(line)[4].to_owned());
                    }
                }
            }
        }
        for (file, content) in dataset.files.iter_mut().zip(contents) {
            let content = match (dataset.name.as_str(), file.path.as_str()) {
                ("territories", "communes.csv.gz") => {
                    lines(&file.path, &content, &|c| is_kept(c[2]))
                }
                ("territories", "epci.csv") => {
                    lines(&file.path, &content, &|c| sirens.contains(c[0]))
                }
                ("territories", "departements.csv") => {
                    lines(&file.path, &content, &|c| is_kept(c[0]))
                }
                ("territories", "regions.csv") => lines(&file.path, &content, &|c| c[0] == "84"),
                ("territories", "arrondissements.csv") => {
                    lines(&file.path, &content, &|c| c[1] == "69123")
                }
                ("territories", "former_communes.csv" | "postcodes.csv.gz") => {
                    lines(&file.path, &content, &|c| communes.contains(c[1]))
                }
                ("indicators", "values.csv.gz") => lines(&file.path, &content, &|c| match c[0] {
                    "epci" => sirens.contains(c[1]),
                    _ => is_kept(c[1].get(..2).unwrap_or_default()),
                }),
                ("outlines", _) => Vec::new(),
                _ => content,
            };
            file.digest = digest(&content);
            file.bytes = content.len() as u64;
            cut.contents.push(content);
        }
        dataset.digest = seed::whole_digest(&dataset.files);
        cut.lines.push(NewRevision::new(Kind::Dataset, &dataset.name, &dataset.to_json()));
    }
    cut
}

fn is_kept(departement: &str) -> bool {
    DEPARTEMENTS.contains(&departement)
}

/// The first cells of a line; none of those looked at is ever quoted.
fn cells(line: &str) -> Vec<&str> {
    line.splitn(6, ',').collect()
}

fn text_of(path: &str, content: &[u8]) -> String {
    let mut text = String::new();
    if path.ends_with(".gz") {
        let mut unzipped = flate2::read::GzDecoder::new(content);
        unzipped.read_to_string(&mut text).expect("UTF-8 under gzip");
    } else {
        text.push_str(std::str::from_utf8(content).expect("UTF-8"));
    }
    text
}

/// The header of a file, and the lines that are kept.
fn lines(path: &str, content: &[u8], keep: &dyn Fn(&[&str]) -> bool) -> Vec<u8> {
    let text = text_of(path, content);
    let mut kept = String::new();
    for (number, line) in text.lines().enumerate() {
        if number == 0 || keep(&cells(line)) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    if !path.ends_with(".gz") {
        return kept.into_bytes();
    }
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(kept.as_bytes()).expect("memory is written");
    zip.finish().expect("memory is written")
}
