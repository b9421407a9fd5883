//! A remark on rows that only blocked sources tell: they are kept, and stay to be confirmed.

use crate::catalogue::datasets::sources::book;
use crate::catalogue::record::RecordProblem;
use crate::domain::provenance::Source;

/// The remark on a row whose every source is blocked; `None` where one is not, or there is
/// none at all.
#[must_use]
pub fn remark(sources: &[Source]) -> Option<RecordProblem> {
    let (first, others) = sources.split_first()?;
    let why = book().blocked(&first.source)?;
    if others.iter().any(|source| book().blocked(&source.source).is_none()) {
        return None;
    }
    Some(RecordProblem::new(
        "sources",
        &first.source,
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

    #[test]
    fn only_rows_without_any_good_source_get_a_remark() {
        let of = |list: &[&str]| {
            let sources: Vec<Source> = list.iter().map(|&source| Source::named(source)).collect();
            remark(&sources)
        };
        let page = "https://assos.example/annuaire/repair-cafe-lyon-69003";
        let found = of(&[page, "https://news.dayfr.com/x"]).unwrap();
        assert_eq!((found.field.as_str(), found.value.as_str()), ("sources", page));
        assert!(found.reason_fr.contains("ville par ville"), "{}", found.reason_fr);
        assert_eq!(of(&[page, "sirene_2017"]), None);
        assert_eq!(of(&["sirene_2017", page]), None);
        assert_eq!(of(&[]), None);
    }
}
