//! What the binary carries: the facts of `seed-data/` and the definitions of `index/`.
//!
//! The files of `index/` are named one by one, because the folder also holds
//! `index/live/`, the built data, which must never enter the binary. A test reads the
//! folder and says which file is not named here.

use include_dir::{Dir, include_dir};

static SEED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/seed-data");

macro_rules! index_files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/index/", $name)))),*]
    };
}

/// The definitions of `index/`: name and text, sorted by name.
const INDEX: &[(&str, &str)] = index_files![
    "ademe.toml",
    "backtest.toml",
    "cohort.toml",
    "columns.toml",
    "common_words.txt",
    "criteria.toml",
    "data_inclusion.csv",
    "decisions.toml",
    "demand.toml",
    "elisions.txt",
    "english.txt",
    "equipment.toml",
    "everyday_words.txt",
    "feasibility.toml",
    "fields.toml",
    "gaps.toml",
    "gates.toml",
    "indicators.toml",
    "lists.toml",
    "name_frequencies.tsv",
    "priors.toml",
    "protected.txt",
    "quality.toml",
    "registers.toml",
    "relations.toml",
    "resolution.toml",
    "retrieval.toml",
    "robustness.toml",
    "schemes.toml",
    "sentences.cohort.en.toml",
    "sentences.cohort.fr.toml",
    "sentences.comparison.en.toml",
    "sentences.comparison.fr.toml",
    "sentences.decisions.en.toml",
    "sentences.decisions.fr.toml",
    "sentences.en.toml",
    "sentences.feasibility.en.toml",
    "sentences.feasibility.fr.toml",
    "sentences.field.en.toml",
    "sentences.field.fr.toml",
    "sentences.fr.toml",
    "sentences.record.en.toml",
    "sentences.record.fr.toml",
    "sentences.resolution.en.toml",
    "sentences.resolution.fr.toml",
    "sentences.robustness.en.toml",
    "sentences.robustness.fr.toml",
    "sentences.steps.en.toml",
    "sentences.steps.fr.toml",
    "sentences.submissions.en.toml",
    "sentences.submissions.fr.toml",
    "sentences.tour.en.toml",
    "sentences.tour.fr.toml",
    "sought_only.txt",
    "sources.toml",
    "steps.toml",
    "stop_words.txt",
    "supports.toml",
    "synonyms.txt",
    "tour.toml"
];

/// The frozen term statistics: compressed, so they enter the rules by their digest.
const STATISTICS: (&str, &[u8]) = (
    "term_statistics.tsv.gz",
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/index/term_statistics.tsv.gz")),
);

/// The files of `index/` as (name, text), sorted by name; a compressed one by its digest.
#[must_use]
pub fn index_texts() -> Vec<(String, String)> {
    let texts = INDEX.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let (name, content) = STATISTICS;
    texts.chain([(name.to_owned(), super::store::digest(content))]).collect()
}

/// The seed files as (path from `seed-data/`, content), sorted by path.
///
/// The scripts of `prepare/` and their inputs are not data: they are left out.
#[must_use]
pub fn seed_files() -> Vec<(String, &'static [u8])> {
    let mut files = Vec::new();
    let mut folders = vec![&SEED];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs().filter(|dir| !dir.path().starts_with("prepare")));
        for file in folder.files() {
            // Paths carry the separator of the machine that compiled.
            let path = file.path().to_string_lossy().replace('\\', "/");
            files.push((path, file.contents()));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

/// The content of one seed file, by its path from `seed-data/`.
#[must_use]
pub fn seed_file(path: &str) -> Option<&'static [u8]> {
    SEED.get_file(path).map(include_dir::File::contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_of_the_index_is_embedded() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("index");
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type().unwrap().is_file() && !name.starts_with('.') {
                assert!(
                    name == STATISTICS.0 || INDEX.iter().any(|(known, _)| *known == name),
                    "add \"{name}\" to INDEX in src/catalogue/embedded.rs"
                );
            }
        }
        assert!(INDEX.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn no_script_is_embedded() {
        assert!(seed_files().iter().all(|(path, _)| !path.starts_with("prepare/")));
    }
}
