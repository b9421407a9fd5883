//! Former codes of communes put into the dataset `territories`; nothing else of it changes.

use std::collections::BTreeMap;

use super::counted::csv_of;
use super::supports::Lines;
use crate::catalogue::datasets::table::Table;
use crate::catalogue::datasets::{DatasetError, DatasetFiles};

/// The file of former codes.
const FILE: &str = "former_communes.csv";
/// Its columns.
const COLUMNS: [&str; 4] = ["old", "insee", "name", "how"];

/// What became of the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CodesAccount {
    /// Codes that were not there.
    pub added: usize,
    /// Codes that lead to another commune.
    pub changed: usize,
    /// Codes that were there.
    pub unchanged: usize,
}

/// The files of the dataset with these former codes.
///
/// A code that was known keeps the name and the kind that it had where it leads to the same
/// commune: the lists that were read before say more of it.
///
/// # Errors
/// When the file of the catalogue cannot be read.
pub fn into_territories(
    files: &DatasetFiles,
    lines: &Lines,
) -> Result<(DatasetFiles, CodesAccount), DatasetError> {
    let mut rows: BTreeMap<String, [String; 4]> = BTreeMap::new();
    if files.contains_key(FILE) {
        for line in Table::read(files, FILE, &COLUMNS[..2])?.lines() {
            let row = COLUMNS.map(|name| line.text(name).to_owned());
            rows.insert(row[0].clone(), row);
        }
    }
    let mut account = CodesAccount::default();
    for (old, columns) in lines {
        let text = |name: &str| columns.get(name).cloned().unwrap_or_default();
        let row = [old.clone(), text("insee"), text("name"), text("how")];
        match rows.get(old) {
            Some(known) if known[1] == row[1] => account.unchanged += 1,
            known => {
                match known {
                    Some(_) => account.changed += 1,
                    None => account.added += 1,
                }
                rows.insert(old.clone(), row);
            }
        }
    }
    let mut out = files.clone();
    if account.added + account.changed > 0 {
        let table = csv_of(FILE, &COLUMNS, rows.values().map(<[_; 4]>::as_slice))?;
        out.insert(FILE.to_owned(), table);
    }
    Ok((out, account))
}

#[cfg(test)]
mod tests {
    use super::super::probe::seed;
    use super::*;
    use crate::catalogue::datasets::territories;

    fn line(insee: &str) -> BTreeMap<&'static str, String> {
        [("insee", insee), ("name", "Alpha"), ("how", "fused")]
            .map(|(name, text)| (name, text.to_owned()))
            .into()
    }

    #[test]
    fn a_former_code_then_finds_its_commune() {
        let files = seed("territories/");
        let lines =
            Lines::from([("38021".to_owned(), line("38225")), ("38901".to_owned(), line("38225"))]);
        let (after, account) = into_territories(&files, &lines).unwrap();
        assert_eq!(account, CodesAccount { added: 1, changed: 0, unchanged: 1 });
        let (before, atlas) =
            (territories::atlas(&files).unwrap(), territories::atlas(&after).unwrap());
        let (at, _) = atlas.commune_of("38901").unwrap();
        assert_eq!(atlas.at(at).insee, "38225");
        assert_eq!(atlas.former.len(), before.former.len() + 1);
        let (again, account) = into_territories(&after, &lines).unwrap();
        assert_eq!((again == after, account.unchanged), (true, 2));
    }
}
