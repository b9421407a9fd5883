//! Writing a file's rows to the log, only where they say something new.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::ledger::Ledger;
use super::parsed::Parsed;
use crate::catalogue::error::Result;
use crate::catalogue::revision::{At, Kind, NewRevision};
use crate::catalogue::store::Store;

/// Up to this many rows are compared one by one; more, with the whole state of their kind.
const FEW: usize = 200;

/// How an import is signed.
#[derive(Debug, Clone)]
pub struct Signature<'a> {
    /// Who imports.
    pub author: &'a str,
    /// When.
    pub now: Timestamp,
    /// Why, or the name of the file.
    pub note: Option<&'a str>,
    /// Compare, and write nothing.
    pub dry_run: bool,
}

/// Writes the rows that differ from their latest revision, in one transaction.
///
/// Importing twice equals importing once. A row that was ended comes back.
///
/// # Errors
/// If the store refuses; nothing is then written.
pub async fn import_into(
    store: &Store,
    parsed: Parsed,
    signature: &Signature<'_>,
) -> Result<Ledger> {
    let (batch, mut ledger) = compare(store, parsed, signature.note).await?;
    ledger.dry_run = signature.dry_run;
    if !signature.dry_run && !batch.is_empty() {
        ledger.seq = Some(store.append(batch, signature.author, signature.now).await?);
    }
    Ok(ledger)
}

/// The rows that differ from their latest revision, ready for the log, and the account.
///
/// # Errors
/// If the store refuses.
pub async fn compare(
    store: &Store,
    parsed: Parsed,
    note: Option<&str>,
) -> Result<(Vec<NewRevision>, Ledger)> {
    let Parsed { kind, rows, mut ledger } = parsed;
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let present = present(store, kind, &ids).await?;
    let mut batch = Vec::new();
    for row in &rows {
        let mut revision = NewRevision::new(kind, row.id.as_str(), &row.body);
        revision.note = note.map(str::to_owned);
        match present.get(&row.id) {
            Some(body) if *body == revision.body => ledger.unchanged += 1,
            Some(_) => {
                ledger.changed += 1;
                batch.push(revision);
            }
            None => {
                ledger.added += 1;
                batch.push(revision);
            }
        }
    }
    Ok((batch, ledger))
}

/// The latest body of each living row among `ids`.
async fn present(store: &Store, kind: Kind, ids: &[&str]) -> Result<BTreeMap<String, String>> {
    if ids.len() > FEW {
        let state = store.state_at(At::Latest, &[kind]).await?;
        return Ok(state.into_iter().map(|revision| (revision.id, revision.body)).collect());
    }
    let mut bodies = BTreeMap::new();
    for id in ids {
        let last = store.history(kind, id).await?.pop();
        if let Some(revision) = last.filter(|revision| revision.kind == kind) {
            bodies.insert(revision.id, revision.body);
        }
    }
    Ok(bodies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::store::StoreAddress;
    use crate::imports::actors::parse_actors;
    use crate::imports::rows::Format;

    fn signature(dry_run: bool) -> Signature<'static> {
        let now = "2026-11-22T09:00:00Z".parse().unwrap();
        Signature { author: "lea", now, note: Some("acteurs.csv"), dry_run }
    }

    #[tokio::test]
    async fn importing_twice_equals_importing_once() {
        let folder = tempfile::tempdir().unwrap();
        let address = StoreAddress::Sqlite(folder.path().join("log.sqlite"));
        let store = Store::open(&address).await.unwrap();
        // Once below and once above the bound where the whole state is read.
        for count in [3, FEW + 5] {
            let mut file = "nom;ville\n".to_owned();
            for at in 0..count {
                file.push_str(&format!("Acteur {count} {at};Lyon\n"));
            }
            let parsed = || parse_actors(file.as_bytes(), Format::Csv);
            let before = store.last_seq().await.unwrap();
            let dry = import_into(&store, parsed(), &signature(true)).await.unwrap();
            assert_eq!((dry.added, dry.seq), (count, None));
            assert_eq!(store.last_seq().await.unwrap(), before);
            let first = import_into(&store, parsed(), &signature(false)).await.unwrap();
            assert_eq!((first.added, first.unchanged), (count, 0));
            let second = import_into(&store, parsed(), &signature(false)).await.unwrap();
            assert_eq!((second.added, second.changed, second.unchanged), (0, 0, count));
            assert_eq!(second.seq, None);
            assert_eq!(store.last_seq().await.unwrap(), before + count as u64);
        }
        let changed = parse_actors(b"nom;ville\nActeur 3 1;Bron\n", Format::Csv);
        let ledger = import_into(&store, changed, &signature(false)).await.unwrap();
        assert_eq!(ledger.changed, 1);
    }

    #[tokio::test]
    async fn an_ended_row_comes_back_when_imported_again() {
        let folder = tempfile::tempdir().unwrap();
        let address = StoreAddress::Sqlite(folder.path().join("log.sqlite"));
        let store = Store::open(&address).await.unwrap();
        let parsed = || parse_actors(b"nom;ville\nA;Lyon\n", Format::Csv);
        import_into(&store, parsed(), &signature(false)).await.unwrap();
        let end = vec![NewRevision::tombstone(Kind::Actor, "a")];
        store.append(end, "lea", signature(false).now).await.unwrap();
        let again = import_into(&store, parsed(), &signature(false)).await.unwrap();
        assert_eq!(again.added, 1);
        assert_eq!(store.state_at(At::Latest, &[Kind::Actor]).await.unwrap().len(), 1);
    }
}
