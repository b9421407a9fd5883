//! Registers tried on files, for the tests: the territories and the taxonomy of the seed.

mod associations;
mod lists;
mod sirene;

use std::sync::{Arc, LazyLock};

use crate::catalogue::datasets::{DatasetFiles, taxonomy, territories};
use crate::catalogue::embedded;
use crate::catalogue::record::identifier::has_right_key;
use crate::domain::provenance::Source;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::Atlas;
use crate::imports::ledger::Ledger;
use crate::imports::records::{Opened, Origin};
use crate::imports::registers::damage::Damage;
use crate::imports::registers::declared::{self, Registers};
use crate::imports::registers::gathered::Gathered;
use crate::imports::registers::list::{self, Importable};
use crate::imports::registers::{Reference, read};

struct World {
    atlas: Atlas,
    taxonomy: Taxonomy,
    registers: Registers,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let files: DatasetFiles = embedded::seed_files()
        .into_iter()
        .filter_map(|(path, content)| {
            let name = path.strip_prefix("territories/")?;
            (!name.contains(".geojson")).then(|| (name.to_owned(), content.to_vec()))
        })
        .collect();
    let taxonomy = embedded::seed_files().into_iter().filter_map(|(path, content)| {
        let name = path.strip_prefix("taxonomy/")?.to_owned();
        Some((name, String::from_utf8(content.to_vec()).expect("text")))
    });
    let texts = embedded::index_texts();
    let text = texts.iter().find(|(name, _)| name == declared::FILE);
    World {
        atlas: territories::atlas(&files).expect("the territories of the seed"),
        taxonomy: taxonomy::parse(&taxonomy.collect::<Vec<_>>()).expect("its taxonomy"),
        registers: declared::read(&text.expect("declared registers").1).expect("sound"),
    }
});

/// The territories and needs of the seed.
pub fn reference() -> Reference<'static> {
    Reference { atlas: &WORLD.atlas, taxonomy: &WORLD.taxonomy }
}

/// The declared registers.
pub fn registers() -> &'static Registers {
    &WORLD.registers
}

/// Reads a file as the register `word`; actors are wanted in the communes `actors_in`.
pub fn try_on(word: &str, name: &str, bytes: &[u8], actors_in: &[&str]) -> (Gathered, Ledger) {
    let mut gathered = Gathered::default();
    let communes: Vec<u32> =
        actors_in.iter().map(|code| WORLD.atlas.commune(code).expect("a commune")).collect();
    gathered.actors_in(Some(communes.as_slice()).filter(|list| !list.is_empty()));
    let ledger = go_on(word, name, bytes, &mut gathered);
    (gathered, ledger)
}

/// The content of a compressed sample.
pub fn unzipped(bytes: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut content)
        .expect("a sound sample");
    content
}

/// Reads a file as the register `word`, adding to what is gathered.
pub fn go_on(word: &str, name: &str, bytes: &[u8], gathered: &mut Gathered) -> Ledger {
    let importable = Importable::parse(word).expect("a register of the list");
    let declared = &WORLD.registers[importable.register];
    gathered.source = Source {
        source: declared.publisher.clone(),
        year: Some(2026),
        licence: Some(declared.licence.clone()),
    };
    let mut register = list::open(importable, &WORLD.registers, &WORLD.taxonomy);
    let opened = Opened::new(Origin::Bytes(name.to_owned(), Arc::from(bytes))).expect("opens");
    let mut ledger = Ledger::default();
    for part in &opened.parts {
        let mut records = opened.records(part, &register.wanted()).expect("is read");
        read(&mut *register, &mut *records, reference(), gathered, &mut ledger, &mut ())
            .expect("nobody follows");
    }
    register.end(reference(), gathered);
    // A file that lacks a column is refused as a whole: nothing of it is read.
    let whole = ledger.read == 0 && ledger.rejected.len() == 1;
    let adds_up = ledger.read == ledger.kept + ledger.merged + ledger.refused();
    assert!(adds_up || whole, "{ledger:?}");
    ledger
}

/// Rows set aside or refused for the reason whose key holds `code`.
pub fn reason(ledger: &Ledger, code: &str) -> usize {
    let found = ledger.reasons.iter().filter(|(key, _)| key.contains(code));
    found.map(|(_, reason)| reason.count).sum()
}

/// A table with this header, whose rows fill the columns named.
pub fn table(header: &str, rows: &[&[(&str, &str)]]) -> Vec<u8> {
    let names: Vec<&str> = header.trim().split(',').collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&names).expect("memory");
    for row in rows {
        assert!(row.iter().all(|(name, _)| names.contains(name)), "{row:?}");
        let cell = |name: &&str| row.iter().find(|(one, _)| one == name).map_or("", |one| one.1);
        writer.write_record(names.iter().map(cell)).expect("memory");
    }
    writer.into_inner().expect("memory")
}

/// A made-up SIREN with a right key.
pub fn siren(number: u32) -> String {
    with_key(&format!("{:08}", 30_000_000 + number))
}

/// A made-up SIRET with a right key.
pub fn siret(number: u32, establishment: u32) -> String {
    with_key(&format!("{}{establishment:04}", siren(number)))
}

fn with_key(digits: &str) -> String {
    let keys = ('0'..='9').map(|key| format!("{digits}{key}"));
    keys.into_iter().find(|one| has_right_key(one)).expect("one key in ten is right")
}

/// Reads every damaged copy of a sound table of one line per row, whose rows are all kept,
/// and checks that a damage loses its own row at most.
pub fn survives(word: &str, sound: &[u8]) {
    let (_, whole) = try_on(word, "sound.csv", sound, &[]);
    let rows = whole.read;
    assert_eq!((whole.kept, whole.refused()), (rows, 0), "{word}: {:?}", whole.reasons);
    for damage in Damage::ALL {
        let (_, ledger) = try_on(word, "damaged.csv", &damage.of(sound), &[]);
        let told = format!("{word}, {damage:?}: {ledger:?}");
        let (kept, merged, refused) = match damage {
            Damage::WrongEncoding | Damage::MixedLineEnds => (rows, 0, 0),
            Damage::DuplicatedRow => (rows, 1, 0),
            _ => (rows - 1, 0, 1),
        };
        assert_eq!(
            (ledger.kept, ledger.merged, ledger.refused()),
            (kept, merged, refused),
            "{told}"
        );
        for entry in &ledger.rejected {
            let problem = &entry.problem;
            assert!(entry.line > 1 && !problem.reason_fr.is_empty(), "{told}");
            assert!(!problem.way_out_fr.is_empty() && !problem.way_out_en.is_empty(), "{told}");
        }
    }
}
