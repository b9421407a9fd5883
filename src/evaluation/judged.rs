//! Judged sets: queries, the documents judged for them, and how good a ranking is.
//!
//! Two figures. **nDCG@k** says whether what answers best comes first; **recall@k** says
//! whether what answers is there at all. Both read grades (0, 1, 2…) and know nothing of
//! how the ranking was made.

use std::collections::BTreeMap;

#[cfg(test)]
mod golden;

/// The grades of one query: document id → grade; absent means 0.
pub type Grades = BTreeMap<String, u8>;

/// One query of a judged set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedQuery {
    /// Its id in the set.
    pub id: String,
    /// The style it is written in (`everyday`, `policy`, `keywords`, `noisy`, `english`).
    pub style: String,
    /// What is asked.
    pub text: String,
    /// `dev`, where one may tune, or `held`, the figure one publishes.
    pub split: String,
    /// The documents judged.
    pub grades: Grades,
}

/// A line of a judged set that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of `{file}` has not the columns `{columns}`")]
pub struct JudgedError {
    /// Which of the two files.
    pub file: &'static str,
    /// Line number, from 1.
    pub line: usize,
    /// What was expected.
    pub columns: &'static str,
}

/// Reads a judged set: `queries` is a table `qid, style, text, split` with a header,
/// `qrels` holds TREC judgements `qid 0 docid grade`.
///
/// Shape: one item per query, in the order of the table; a judgement of an unknown query
/// is ignored.
///
/// # Errors
/// The first line that has not its columns.
pub fn read(queries: &str, qrels: &str) -> Result<Vec<JudgedQuery>, JudgedError> {
    let mut grades: BTreeMap<&str, Grades> = BTreeMap::new();
    for (at, line) in lines(qrels) {
        let wrong = JudgedError { file: "qrels", line: at, columns: "qid 0 docid grade" };
        let parts: Vec<&str> = line.split_whitespace().collect();
        let &[query, _, document, grade] = parts.as_slice() else { return Err(wrong) };
        let grade: u8 = grade.parse().map_err(|_| wrong)?;
        grades.entry(query).or_default().insert(document.to_owned(), grade);
    }
    let mut set = Vec::new();
    for (at, line) in lines(queries).skip(1) {
        let parts: Vec<&str> = line.split('\t').collect();
        let &[id, style, text, split] = parts.as_slice() else {
            let columns = "qid style text split";
            return Err(JudgedError { file: "queries", line: at, columns });
        };
        set.push(JudgedQuery {
            id: id.to_owned(),
            style: style.to_owned(),
            text: text.to_owned(),
            split: split.trim().to_owned(),
            grades: grades.get(id).cloned().unwrap_or_default(),
        });
    }
    Ok(set)
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, l)| !l.trim().is_empty())
}

/// Normalised discounted cumulative gain of the first `k` documents, 0..=1, higher is better.
///
/// Formula: `DCG@k = Σ_(i=1..k) g_i / log2(i + 1)`, `g_i` the grade of the document at rank
/// `i` (0 when not judged), divided by the same sum for the judged documents in the best
/// order. Source: Järvelin & Kekäläinen 2002, DOI 10.1145/582415.582418, with the
/// logarithm of base 2 that discounts from the second rank on, as trec_eval does.
/// Missing: 0 when nothing relevant is judged.
#[must_use]
pub fn ndcg(ranking: &[String], grades: &Grades, k: usize) -> f64 {
    let gains = ranking.iter().map(|id| grades.get(id).copied().unwrap_or(0));
    let mut best: Vec<u8> = grades.values().copied().collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let ideal = dcg(best.into_iter().take(k));
    if ideal > 0.0 { dcg(gains.take(k)) / ideal } else { 0.0 }
}

fn dcg(gains: impl Iterator<Item = u8>) -> f64 {
    let mut sum = 0.0;
    let mut rank = 1.0_f64;
    for gain in gains {
        sum += f64::from(gain) / (rank + 1.0).log2();
        rank += 1.0;
    }
    sum
}

/// Share of the relevant documents (grade 1 or more) found in the first `k`, 0..=1, higher
/// is better.
///
/// Missing: 0 when nothing relevant is judged. With more than `k` relevant documents, 1 is
/// out of reach; that is meant.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of documents, far below 2^52
pub fn recall(ranking: &[String], grades: &Grades, k: usize) -> f64 {
    let relevant = grades.values().filter(|&&grade| grade > 0).count();
    if relevant == 0 {
        return 0.0;
    }
    let found = ranking.iter().take(k).filter(|id| grades.get(*id).is_some_and(|&g| g > 0));
    found.count() as f64 / relevant as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(list: &[&str]) -> Vec<String> {
        list.iter().map(|id| (*id).to_owned()).collect()
    }

    fn grades(list: &[(&str, u8)]) -> Grades {
        list.iter().map(|&(id, grade)| (id.to_owned(), grade)).collect()
    }

    /// Gains 3, 2, 3, 0, 1, 2: the worked example of the encyclopaedias, DCG@6 = 6.861,
    /// ideal over the six judged = 7.141 (gains 3 3 2 2 1 0), nDCG = 0.961.
    #[test]
    fn the_worked_example_is_reproduced() {
        let judged = grades(&[("a", 3), ("b", 2), ("c", 3), ("d", 0), ("e", 1), ("f", 2)]);
        let ranking = ids(&["a", "b", "c", "d", "e", "f"]);
        assert!((ndcg(&ranking, &judged, 6) - 0.961).abs() < 5e-4);
    }

    #[test]
    fn a_perfect_order_is_one_and_nothing_judged_is_zero() {
        let judged = grades(&[("a", 2), ("b", 1)]);
        assert!((ndcg(&ids(&["a", "b", "z"]), &judged, 10) - 1.0).abs() < 1e-12);
        assert!(ndcg(&ids(&["b", "a"]), &judged, 10) < 1.0);
        assert!(ndcg(&ids(&["a"]), &Grades::new(), 10).abs() < 1e-12);
        assert!(recall(&ids(&["a"]), &Grades::new(), 10).abs() < 1e-12);
    }

    #[test]
    fn recall_counts_only_the_first_k() {
        let judged = grades(&[("a", 2), ("b", 1), ("c", 1), ("d", 0)]);
        assert!((recall(&ids(&["a", "z", "b"]), &judged, 2) - 1.0 / 3.0).abs() < 1e-12);
        assert!((recall(&ids(&["a", "z", "b"]), &judged, 3) - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_set_is_read_and_a_bad_line_is_told() {
        let queries = "qid\tstyle\ttext\tsplit\nq1\teveryday\tun vélo\tdev\n";
        let set = read(queries, "q1 0 a 2\nq1 0 b 1\n").unwrap();
        assert_eq!(set[0].grades["a"], 2);
        assert_eq!(read(queries, "q1 0 a\n").unwrap_err().line, 1);
        assert_eq!(read("h\nq1\tx\n", "").unwrap_err().line, 2);
    }
}
