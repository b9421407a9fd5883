//! Registers of lines tried on bytes, for the tests: with the territories of the seed.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use super::{Reference, Register, gathered::Gathered, read};
use crate::catalogue::datasets::{DatasetFiles, taxonomy, territories, unzipped};
use crate::catalogue::embedded;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::Atlas;
use crate::imports::ledger::Ledger;
use crate::imports::records::{Opened, Origin};

/// The files of a dataset of the seed.
pub fn seed(prefix: &str) -> DatasetFiles {
    let files = embedded::seed_files().into_iter();
    files
        .filter_map(|(path, content)| {
            Some((path.strip_prefix(prefix)?.to_owned(), content.to_vec()))
        })
        .collect()
}

static WORLD: LazyLock<(Atlas, Taxonomy)> = LazyLock::new(|| {
    let texts = seed("taxonomy/").into_iter();
    let texts = texts.map(|(name, text)| (name, String::from_utf8_lossy(&text).into_owned()));
    (
        territories::atlas(&seed("territories/")).expect("the territories of the seed"),
        taxonomy::parse(&texts.collect::<Vec<_>>()).expect("the taxonomy of the seed"),
    )
});

/// The territories and the needs of the seed.
pub fn reference() -> Reference<'static> {
    Reference { atlas: &WORLD.0, taxonomy: &WORLD.1 }
}

/// A file of `tests/samples`, unzipped.
pub fn sample(path: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let bytes = std::fs::read(folder.join(path)).expect("the sample is shipped");
    unzipped(path, &bytes).expect("the sample is sound")
}

/// What a register says of bytes, and the account, which adds up.
pub fn probe(register: &mut dyn Register, bytes: &[u8]) -> (Gathered, Ledger) {
    let opened = Opened::new(Origin::Bytes("essai".to_owned(), Arc::from(bytes))).expect("opens");
    let (mut gathered, mut ledger) = (Gathered::default(), Ledger::default());
    for part in &opened.parts {
        let mut records = opened.records(part, &register.wanted()).expect("is read");
        read(register, &mut *records, reference(), &mut gathered, &mut ledger, &mut ())
            .expect("nobody follows");
    }
    register.end(reference(), &mut gathered);
    // A file without its columns has no row read, and one refusal: its own.
    let rows = ledger.read.max(usize::from(ledger.read == 0 && ledger.refused() == 1));
    assert_eq!(rows, ledger.kept + ledger.merged + ledger.refused(), "{ledger:?}");
    (gathered, ledger)
}

/// The reasons told one by one, in French.
pub fn reasons(ledger: &Ledger) -> Vec<(u64, String)> {
    ledger.rejected.iter().map(|one| (one.line, one.problem.reason_fr.to_string())).collect()
}

/// Damaged copies of a table of one line for each row, with what was done.
pub fn damaged(table: &str) -> Vec<(&'static str, Vec<u8>)> {
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines.len() > 3, "three rows at least");
    let with = |row: String| {
        let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        lines[2] = row;
        lines.join("\n").into_bytes()
    };
    let sign = if lines[0].contains(';') { ';' } else { ',' };
    let old: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    let shifted = lines[2].split_once(sign).map_or("", |(_, rest)| rest).to_owned();
    vec![
        ("truncated", table.as_bytes()[..table.len() - lines[lines.len() - 1].len() / 2].to_vec()),
        ("wrong encoding", old),
        ("shifted", with(shifted)),
        ("twice", with(format!("{}\n{}", lines[2], lines[2]))),
        ("nul", with(lines[2].replacen(sign, &format!("\0{sign}"), 1))),
        ("huge", with(format!("{}{}", "x".repeat(10_000_000), lines[2]))),
        ("open quote", with(format!("\"{}", lines[2]))),
    ]
}
