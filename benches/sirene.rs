//! Reading Sirene at full size: how many rows a second, in how much memory.
//!
//! Measured: opening, reading and counting a file of establishments, as an import does,
//! without the log. Corpus: made-up establishments in the true communes, seed 2026, a third
//! of them active as in the true stock; `narrow` has the columns that are counted (about 50
//! bytes a row), `wide` the 48 published ones, in CSV and in Parquet (zstd). Each case runs
//! in a process of its own, so that peaks do not mix.
//!
//! `cargo bench --bench sirene -- rows=40000000 wide=5000000 dir=/somewhere`; small unless
//! asked, so that it never rots.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use essaim::catalogue::datasets::{DatasetFiles, taxonomy, territories};
use essaim::catalogue::embedded;
use essaim::domain::concept::ConceptKind;
use essaim::domain::taxonomy::Taxonomy;
use essaim::domain::territory::Atlas;
use essaim::imports::ledger::Ledger;
use essaim::imports::records::{Opened, Origin};
use essaim::imports::registers::list::{self, Importable};
use essaim::imports::registers::{Gathered, Reference, declared, read};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

const SEED: u64 = 2026;
const WORD: &str = "sirene-etablissements";
/// One establishment in so many is active.
const ACTIVE_ONE_IN: u64 = 3;
const NARROW: [&str; 6] = [
    "siren",
    "siret",
    "etatAdministratifEtablissement",
    "codeCommuneEtablissement",
    "activitePrincipaleEtablissement",
    "nomenclatureActivitePrincipaleEtablissement",
];
const HEADER: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/samples/sirene_stock/StockEtablissement_geo_anonymise_exemple.csv"
));

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| asked.iter().find_map(|one| one.strip_prefix(name)?.strip_prefix('='));
    if let Some(path) = value("read") {
        measure(Path::new(path));
        return;
    }
    let rows = |name, default| value(name).map_or(default, |n| n.parse().expect("a number"));
    let (narrow, wide): (u64, u64) = (rows("rows", 20_000), rows("wide", 5_000));
    let own = std::env::temp_dir().join(format!("essaim-sirene-{}", std::process::id()));
    let dir = value("dir").map_or(own.clone(), PathBuf::from);
    std::fs::create_dir_all(&dir).expect("a folder");
    let world = World::new();
    let columns: Vec<&str> = HEADER.lines().next().expect("a header").split(',').take(48).collect();
    for (name, rows) in [("narrow.csv", narrow), ("wide.csv", wide), ("wide.parquet", wide)] {
        let path = dir.join(name);
        let active = match name {
            "narrow.csv" => csv(&path, &NARROW, rows, &world),
            "wide.csv" => csv(&path, &columns, rows, &world),
            _ => parquet(&path, &columns, rows, &world),
        };
        let me = std::env::current_exe().expect("this program");
        let out = Command::new(me).arg(format!("read={}", path.display())).output().expect("runs");
        let text = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        assert!(text.contains(&format!("rows {rows} kept {active} ")), "{text}");
        print!("{name}: {text}");
    }
    if own == dir {
        std::fs::remove_dir_all(own).expect("our own folder");
    }
}

/// Reads a file as an import does, and says how it went.
fn measure(path: &Path) {
    let world = World::new();
    let of = Reference { atlas: &world.atlas, taxonomy: &world.taxonomy };
    let texts = embedded::index_texts();
    let text = texts.iter().find(|(name, _)| name == declared::FILE).expect("declared");
    let registers = declared::read(&text.1).expect("sound");
    let importable = Importable::parse(WORD).expect("a register");
    let before = peak_mb();
    let started = Instant::now();
    let mut register = list::open(importable, &registers, &world.taxonomy);
    let opened = Opened::new(Origin::Path(path.to_owned())).expect("opens");
    let mut gathered = Gathered::default();
    let mut ledger = Ledger::default();
    for part in &opened.parts {
        let mut records = opened.records(part, &register.wanted()).expect("is read");
        read(&mut *register, &mut *records, of, &mut gathered, &mut ledger, &mut ())
            .expect("nobody follows");
    }
    register.end(of, &mut gathered);
    let seconds = started.elapsed().as_secs_f64();
    let megabytes = std::fs::metadata(path).expect("a file").len() as f64 / 1e6;
    println!(
        "rows {} kept {} in {seconds:.2} s, {:.0} rows/s, {:.0} MB/s of {megabytes:.0} MB, \
         peak {} MB (before reading {before} MB)",
        ledger.read,
        ledger.kept,
        ledger.read as f64 / seconds,
        megabytes / seconds,
        peak_mb(),
    );
}

/// Peak resident memory so far, MB; 0 where the system does not say.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1_024
}

struct World {
    atlas: Atlas,
    taxonomy: Taxonomy,
    activities: Vec<String>,
}

impl World {
    fn new() -> Self {
        let of = |folder: &'static str| {
            embedded::seed_files().into_iter().filter_map(move |(path, content)| {
                Some((path.strip_prefix(folder)?.to_owned(), content.to_vec()))
            })
        };
        let places: DatasetFiles =
            of("territories/").filter(|(name, _)| !name.contains(".geojson")).collect();
        let texts =
            of("taxonomy/").map(|(name, bytes)| (name, String::from_utf8(bytes).expect("text")));
        let taxonomy = taxonomy::parse(&texts.collect::<Vec<_>>()).expect("the taxonomy");
        let codes = taxonomy.entries(ConceptKind::Need).iter().flat_map(|need| &need.codes);
        let naf = codes.filter(|one| one.nomenclature == "NAF2");
        let mut activities: Vec<String> = naf.map(|one| one.code.clone()).collect();
        activities.sort_unstable();
        activities.dedup();
        // As many codes that mean no need: letting, trade, consulting.
        let others = 0..activities.len();
        activities.extend(others.map(|at| format!("{:02}.{:02}Z", 60 + at % 15, at % 80)));
        Self { atlas: territories::atlas(&places).expect("territories"), taxonomy, activities }
    }

    /// Fills the six columns of row `at`; whether it is active.
    fn row(&self, at: u64, row: &mut [String; 6]) -> bool {
        let chance = split_mix(SEED ^ at);
        let active = chance.is_multiple_of(ACTIVE_ONE_IN);
        let siren = with_key(500_000 + at / 2, 8);
        let place = (chance >> 8) as usize % self.atlas.communes.len();
        let activity = (chance >> 40) as usize % self.activities.len();
        for cell in row.iter_mut() {
            cell.clear();
        }
        write!(row[0], "{siren:09}").expect("memory");
        write!(row[1], "{:014}", with_key(siren * 10_000 + at % 2 + 1, 13)).expect("memory");
        row[2].push(if active { 'A' } else { 'F' });
        row[3].push_str(&self.atlas.communes[place].insee);
        row[4].push_str(&self.activities[activity]);
        row[5].push_str("NAFRev2");
        active
    }
}

/// A number that looks random (Steele, Lea and Flood, OOPSLA 2014).
fn split_mix(state: u64) -> u64 {
    let mixed = state.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A number of `digits` digits followed by its Luhn key.
fn with_key(number: u64, digits: u32) -> u64 {
    let mut sum = 0;
    for at in 0..digits {
        let digit = number / 10_u64.pow(at) % 10;
        let doubled = if at % 2 == 0 { digit * 2 } else { digit };
        sum += if doubled > 9 { doubled - 9 } else { doubled };
    }
    number * 10 + (10 - sum % 10) % 10
}

/// What stands in the columns that are not counted.
fn filler(name: &str, at: u64) -> &'static str {
    match name {
        "dateCreationEtablissement" | "dateDebut" => "2014-06-17",
        "dateDernierTraitementEtablissement" => "2024-03-22T14:51:06.000",
        "statutDiffusionEtablissement" => "O",
        "etablissementSiege" => "true",
        "typeVoieEtablissement" => "RUE",
        "libelleVoieEtablissement" => {
            ["DE LA REPUBLIQUE", "PASTEUR", "DES TILLEULS"][(at % 3) as usize]
        }
        "libelleCommuneEtablissement" => "VILLENEUVE",
        "caractereEmployeurEtablissement" => "N",
        _ => "",
    }
}

fn csv(path: &Path, columns: &[&str], rows: u64, world: &World) -> u64 {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).expect("a file"));
    writeln!(out, "{}", columns.join(",")).expect("room");
    let places: Vec<Option<usize>> =
        columns.iter().map(|name| NARROW.iter().position(|one| one == name)).collect();
    let (mut row, mut line, mut active) = (Default::default(), String::new(), 0);
    for at in 0..rows {
        active += u64::from(world.row(at, &mut row));
        line.clear();
        for (position, (name, place)) in columns.iter().zip(&places).enumerate() {
            if position > 0 {
                line.push(',');
            }
            line.push_str(place.map_or_else(|| filler(name, at), |place| row[place].as_str()));
        }
        line.push('\n');
        out.write_all(line.as_bytes()).expect("room");
    }
    out.flush().expect("room");
    active
}

fn parquet(path: &Path, columns: &[&str], rows: u64, world: &World) -> u64 {
    let fields: Vec<Field> =
        columns.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let level = ZstdLevel::try_new(3).expect("a level");
    let how = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
    let file = File::create(path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(how)).expect("writes");
    let (mut row, mut active, mut at) = (Default::default(), 0, 0);
    while at < rows {
        let mut builders: Vec<StringBuilder> =
            columns.iter().map(|_| StringBuilder::new()).collect();
        for _ in 0..(rows - at).min(8_192) {
            active += u64::from(world.row(at, &mut row));
            for (name, builder) in columns.iter().zip(&mut builders) {
                let place = NARROW.iter().position(|one| one == name);
                let text = place.map_or_else(|| filler(name, at), |place| row[place].as_str());
                builder.append_option((!text.is_empty()).then_some(text));
            }
            at += 1;
        }
        let arrays = builders.iter_mut().map(|one| Arc::new(one.finish()) as ArrayRef).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).expect("a batch");
        writer.write(&batch).expect("room");
    }
    writer.close().expect("room");
    active
}
