//! Remarks on rows that only blocked sources tell: they are kept, and stay doubtful.

use super::ledger::LedgerEntry;
use super::parsed::Parsed;
use crate::catalogue::record::RecordProblem;
use crate::domain::source_book::SourceBook;

/// Adds to the account of `parsed` a remark for each row whose every source is blocked.
///
/// A row without any source gets none: it is to be confirmed for another reason.
pub fn remarks(parsed: &mut Parsed, book: &SourceBook) {
    for row in &parsed.rows {
        let sources: Vec<&str> = row.body["sources"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|source| source.as_str().or_else(|| source["source"].as_str()))
            .collect();
        if let Some(problem) = remark(&sources, book) {
            let entry = LedgerEntry { line: row.line, id: Some(row.id.clone()), problem };
            parsed.ledger.warnings.push(entry);
        }
    }
    parsed.ledger.warnings.sort_by_key(|entry| entry.line);
}

fn remark(sources: &[&str], book: &SourceBook) -> Option<RecordProblem> {
    let (first, others) = sources.split_first()?;
    let why = book.blocked(first)?;
    if others.iter().any(|source| book.blocked(source).is_none()) {
        return None;
    }
    Some(RecordProblem::new(
        "sources",
        first,
        (
            &format!("source écartée ({}) : la fiche est gardée, douteuse", why.fr),
            &format!("source set aside ({}): the row is kept, as doubtful", why.en),
        ),
        (
            "ajoutez deux sources indépendantes, ou faites confirmer sur place",
            "add two independent sources, or have it confirmed on the ground",
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::datasets::sources::book;
    use crate::imports::actors::parse_actors;
    use crate::imports::rows::Format;

    #[test]
    fn only_rows_without_any_good_source_get_a_remark() {
        let page = "https://assos.example/annuaire/repair-cafe-lyon-69003";
        let found = remark(&[page, "https://news.dayfr.com/x"], book()).unwrap();
        assert_eq!((found.field.as_str(), found.value.as_str()), ("sources", page));
        assert!(found.reason_fr.contains("ville par ville"), "{}", found.reason_fr);
        assert_eq!(remark(&[page, "sirene_2017"], book()), None);
        assert_eq!(remark(&["sirene_2017", page], book()), None);
        assert_eq!(remark(&[], book()), None);
    }

    #[test]
    fn the_row_is_kept_and_the_remark_stands_at_its_line() {
        let file = "nom;ville;source\n\
            Repair café;Lyon;https://assos.example/annuaire/repair-cafe-lyon-69003\n\
            Vélo;Lyon;https://avise.org/velo\n";
        let mut parsed = parse_actors(file.as_bytes(), Format::Auto);
        remarks(&mut parsed, book());
        assert_eq!((parsed.ledger.kept, parsed.ledger.rejected.len()), (2, 0));
        let remarks = &parsed.ledger.warnings;
        assert_eq!((remarks.len(), remarks[0].line), (1, 2));
        assert_eq!(remarks[0].problem.field, "sources");
    }
}
