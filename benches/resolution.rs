//! How long does it take to find who is one organisation among many?
//!
//! Corpus: synthetic organisations drawn from one seed (20261128): a legal form, a kind of
//! place, one to three words of a vocabulary whose frequencies fall as 1/rank, a commune of
//! 35,000 likewise, a SIREN for two in three; one row in ten tells an earlier one again, with
//! a typo, a short form or capitals. Sizes: the first argument, or 10,000 and 100,000; the
//! case of 1,000,000 is asked by name (`cargo bench --bench resolution -- 1000000`).
//! Printed: rows, pairs compared, links, seconds, high-water mark of memory (Linux).

use std::time::Instant;

use essaim::catalogue::Kind;
use essaim::imports::resolve::{Organisation, Settings, Verdict, propose};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![10_000, 100_000] } else { asked };
    for size in sizes {
        let rows = drawn(size);
        let start = Instant::now();
        let found = propose(&rows, Settings::shipped());
        let seconds = start.elapsed().as_secs_f64();
        let same = found.links.iter().filter(|link| link.verdict == Verdict::Same).count();
        println!(
            "{size} rows: {} pairs compared, {} links ({same} same), {} keys too large, \
             {seconds:.1} s, {}",
            found.compared,
            found.links.len(),
            found.too_large.len(),
            peak()
        );
    }
}

/// The most memory this process held.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>().join(" "))
        .unwrap_or_else(|| "memory unknown".to_owned())
}

/// A rank below `n`, the first far more often than the last (1/rank).
fn ranked(random: &mut ChaCha8Rng, n: usize) -> usize {
    let most = f64::from(u32::try_from(n).expect("a small vocabulary")).ln();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let rank = (random.random_range(0.0..most)).exp() as usize;
    rank.min(n - 1)
}

/// A word that can be told from any other: its number in syllables.
fn word(mut number: usize) -> String {
    let (consonants, vowels) = (b"bcdfglmnprstv", b"aeiou");
    let mut text = String::new();
    for _ in 0..3 {
        text.push(char::from(consonants[number % 13]));
        number /= 13;
        text.push(char::from(vowels[number % 5]));
        number /= 5;
    }
    text
}

fn drawn(size: usize) -> Vec<Organisation> {
    let mut random = ChaCha8Rng::seed_from_u64(20_261_128);
    let forms = ["", "Association ", "Asso. ", "SCIC ", "SARL "];
    let kinds = ["", "", "", "Centre social ", "Médiathèque ", "ESAT ", "Espace "];
    let mut rows: Vec<Organisation> = Vec::with_capacity(size);
    for at in 0..size {
        if at > 0 && random.random_range(0..10) == 0 {
            let mut again = rows[random.random_range(0..at)].clone();
            again.id = format!("r{at}");
            again.siren = None;
            again.registers = vec!["b".to_owned()];
            again.name = match random.random_range(0..3) {
                0 => again.name.to_uppercase(),
                1 => format!("Association {}", again.name),
                _ => {
                    let cut = again.name.len() - 1;
                    again.name.get(..cut).map_or(again.name.clone(), str::to_owned)
                }
            };
            rows.push(again);
            continue;
        }
        let words: Vec<String> =
            (0..random.random_range(1..4)).map(|_| word(ranked(&mut random, 200_000))).collect();
        let form = forms[random.random_range(0..forms.len())];
        let kind = kinds[random.random_range(0..kinds.len())];
        let mut row = Organisation::named(
            Kind::Actor,
            format!("r{at}"),
            format!("{form}{kind}{}", words.join(" ")),
        );
        let commune = ranked(&mut random, 35_000);
        row.insee = Some(format!("{:02}{:03}", 1 + commune % 95, (commune / 95) % 1000));
        row.commune = Some(word(commune + 300_000));
        row.registers = vec!["a".to_owned()];
        if random.random_range(0..3) > 0 {
            row.siren = Some(format!("{:09}", 300_000_000 + at));
        }
        rows.push(row);
    }
    rows
}
