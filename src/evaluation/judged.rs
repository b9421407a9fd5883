//! Judged sets: queries, the documents judged for them, and how good a ranking is.
//!
//! Two figures. **nDCG@k** says whether what answers best comes first; **recall@k** says
//! whether what answers is there at all. Both read grades (0, 1, 2…) and know nothing of
//! how the ranking was made.

use std::collections::BTreeMap;

#[cfg(test)]
mod golden;

pub use super::metrics::{Grades, ndcg, recall};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_read_and_a_bad_line_is_told() {
        let queries = "qid\tstyle\ttext\tsplit\nq1\teveryday\tun vélo\tdev\n";
        let set = read(queries, "q1 0 a 2\nq1 0 b 1\n").unwrap();
        assert_eq!(set[0].grades["a"], 2);
        assert_eq!(read(queries, "q1 0 a\n").unwrap_err().line, 1);
        assert_eq!(read("h\nq1\tx\n", "").unwrap_err().line, 2);
    }
}
