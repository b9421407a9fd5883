//! Counts over samples: who stands at which rank, who beats whom, who is first when.
//!
//! Samples go by batches that fit the cache: a first pass ranks them (in parallel over
//! samples), a second counts them (in parallel over alternatives), so that no thread needs a
//! table of its own and nothing has to be merged.

use rayon::prelude::*;

use super::ranks::{Ranker, values};
use super::{Problem, SmaaError};

/// Samples whose ranks stand side by side: a duel compares whole rows of them at once.
const LANES: usize = 256;
/// Samples ranked before their ranks are written lane by lane: a whole line of cache each,
/// where single ranks 512 bytes apart would push each other out of it.
const TURNED: usize = 32;
/// Chunks of [`LANES`] samples in a batch.
const CHUNKS: usize = 16;

/// Counts of samples.
pub(super) struct Counts {
    /// `m × m`: at `[i, r]`, samples where `i` has rank `r`, from 0.
    pub at_rank: Vec<u32>,
    /// `m × m`: at `[i, j]`, samples where `i` is strictly better than `j`.
    pub wins: Vec<u32>,
    /// (sample, alternative) of each first place, in the order of the samples.
    pub firsts: Vec<(u32, u32)>,
}

/// What ranking one chunk found.
struct Chunk {
    samples: usize,
    tied: bool,
    firsts: Vec<(u32, u32)>,
}

/// One row of the tables while counting.
struct Row {
    at_rank: Vec<u32>,
    /// For each `j > i`: samples won, samples lost.
    duels: Vec<(u32, u32)>,
}

pub(super) fn count(problem: &Problem<'_>) -> Result<Counts, SmaaError> {
    let m = problem.alternatives;
    let mut rows: Vec<Row> =
        (0..m).map(|i| Row { at_rank: vec![0; m], duels: vec![(0, 0); m - i - 1] }).collect();
    let mut firsts = Vec::new();
    let batch = LANES * CHUNKS;
    // At [chunk, alternative, lane].
    let mut ranks = vec![0_i16; problem.samples.div_ceil(LANES).min(CHUNKS) * m * LANES];
    for start in (0..problem.samples).step_by(batch) {
        let count = batch.min(problem.samples - start);
        let used = &mut ranks[..count.div_ceil(LANES) * m * LANES];
        let chunks = rank_batch(problem, start, count, used)?;
        rows.par_iter_mut().enumerate().for_each(|(i, row)| row.add(i, used, m, &chunks));
        firsts.extend(chunks.into_iter().flat_map(|chunk| chunk.firsts));
    }
    Ok(Counts { firsts, ..tables(&rows) })
}

fn rank_batch(
    problem: &Problem<'_>,
    start: usize,
    count: usize,
    ranks: &mut [i16],
) -> Result<Vec<Chunk>, SmaaError> {
    let size = problem.alternatives * LANES;
    ranks
        .par_chunks_mut(size)
        .enumerate()
        .map(|(at, ranks)| {
            let first = start + at * LANES;
            let samples = LANES.min(start + count - first);
            match problem.criteria {
                8 => rank_chunk::<8>(problem, first, samples, ranks),
                9 => rank_chunk::<9>(problem, first, samples, ranks),
                _ => rank_chunk::<0>(problem, first, samples, ranks),
            }
        })
        .collect::<Vec<_>>()
        .into_iter()
        .collect()
}

fn rank_chunk<const N: usize>(
    problem: &Problem<'_>,
    first: usize,
    samples: usize,
    ranks: &mut [i16],
) -> Result<Chunk, SmaaError> {
    let m = problem.alternatives;
    let mut found = vec![0.0; m];
    let mut ranker = Ranker::new(m);
    let mut chunk = Chunk { samples, tied: false, firsts: Vec::with_capacity(samples) };
    // At [lane, alternative].
    let mut turned = vec![0_i16; TURNED * m];
    for start in (0..LANES).step_by(TURNED) {
        for (lane, row) in turned.chunks_exact_mut(m).enumerate() {
            if start + lane >= samples {
                // Past the last sample: everyone at the same rank, so nobody wins there.
                row.fill(0);
                continue;
            }
            let sample = first + start + lane;
            values::<N>(problem.block(sample), problem.weights(sample), &mut found);
            if let Some(alternative) = found.iter().position(|value| !value.is_finite()) {
                return Err(SmaaError::NotFinite { sample, alternative });
            }
            chunk.tied |= ranker.rank(&found, |alternative, rank| {
                row[alternative] = rank;
                if rank == 0 {
                    chunk.firsts.push((sample as u32, alternative as u32));
                }
            });
        }
        turn(&turned, &mut ranks[start..]);
    }
    Ok(chunk)
}

/// Writes ranks read sample by sample where they stand alternative by alternative.
fn turn(turned: &[i16], ranks: &mut [i16]) {
    let m = turned.len() / TURNED;
    for (alternative, lanes) in ranks.chunks_mut(LANES).enumerate() {
        let lanes = lanes.first_chunk_mut::<TURNED>().expect("a chunk holds whole turns");
        for (lane, rank) in lanes.iter_mut().enumerate() {
            *rank = turned[lane * m + alternative];
        }
    }
}

impl Row {
    /// Adds the samples of a batch to the row of alternative `i`.
    fn add(&mut self, i: usize, ranks: &[i16], m: usize, chunks: &[Chunk]) {
        for (chunk, ranks) in chunks.iter().zip(ranks.chunks_exact(m * LANES)) {
            let (rows, _) = ranks.as_chunks::<LANES>();
            let mine = &rows[i];
            for &rank in &mine[..chunk.samples] {
                self.at_rank[rank as usize] += 1;
            }
            for ((won, lost), theirs) in self.duels.iter_mut().zip(&rows[i + 1..]) {
                let wins = smaller(mine, theirs);
                *won += wins;
                *lost += match chunk.tied {
                    true => smaller(theirs, mine),
                    false => chunk.samples as u32 - wins,
                };
            }
        }
    }
}

/// In how many lanes `a` is smaller than `b`. The plain loop over 16-bit numbers is what
/// compilers turn into eight comparisons at once; counting by hand in lanes is not.
#[inline(always)]
fn smaller(a: &[i16; LANES], b: &[i16; LANES]) -> u32 {
    let count = a.iter().zip(b).fold(0_i16, |count, (a, b)| count + i16::from(a < b));
    count as u32
}

/// The rows as square tables; `firsts` is left empty.
fn tables(rows: &[Row]) -> Counts {
    let m = rows.len();
    let mut wins = vec![0; m * m];
    for (i, row) in rows.iter().enumerate() {
        for (j, &(won, lost)) in (i + 1..).zip(&row.duels) {
            wins[i * m + j] = won;
            wins[j * m + i] = lost;
        }
    }
    let at_rank = rows.iter().flat_map(|row| row.at_rank.iter().copied()).collect();
    Counts { at_rank, wins, firsts: Vec::new() }
}
