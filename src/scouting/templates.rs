//! Templates that people download, fill and import: the names of the columns, an example
//! that an import skips, and a sheet that explains each column.

use crate::catalogue::datasets::columns::{self, TemplateColumn};
use crate::catalogue::export::cell::Cell;
use crate::catalogue::export::columns::Form;
use crate::catalogue::export::grid::{Grid, GridColumn};
use crate::catalogue::export::xlsx::{self, Notes};
use crate::catalogue::seed;
use crate::domain::lang::Lang;

use super::error::ScoutingError;
use super::export::{ExportFile, Written};

/// What there is a template of.
pub const WORDS: &[&str] = &["enterprises", "actors", "priorities", "observations"];

/// The template of `word`, as CSV or as a workbook; `None` where there is none.
///
/// # Errors
/// If it cannot be written.
pub fn template(
    word: &str,
    written: Written,
    lang: Lang,
) -> Result<Option<ExportFile>, ScoutingError> {
    let columns = columns::of(word);
    if columns.is_empty() || !matches!(written, Written::Csv | Written::Xlsx) {
        return Ok(None);
    }
    let say = |fr: &str, en: &str| match lang {
        Lang::Fr => fr.to_owned(),
        Lang::En => en.to_owned(),
    };
    let mark = say(
        "# Exemple, ligne ignorée à l’import\u{a0}: ",
        "# Example, row skipped when imported: ",
    );
    let example = columns.iter().enumerate().map(|(at, column)| {
        let text = TemplateColumn::said(&column.example, lang);
        Cell::text(&if at == 0 { format!("{mark}{text}") } else { text.to_owned() })
    });
    let grid = Grid {
        columns: columns
            .iter()
            .map(|column| GridColumn {
                name: TemplateColumn::said(&column.name, lang).to_owned(),
                form: Form::Text,
            })
            .collect(),
        rows: vec![example.collect()],
    };
    let name = format!("{}-{word}.{}", say("modele", "template"), written.as_str());
    let bytes = match written {
        Written::Xlsx => {
            let mut lines = vec![
                vec![
                    say("Mode d’emploi", "How to use it"),
                    say(
                        "Remplissez la première feuille, une ligne par fiche, sous les noms de colonnes. Laissez vide ce que vous ne savez pas. N’écrivez le nom, l’adresse ou le numéro d’aucune personne.",
                        "Fill the first sheet, one row each, under the names of the columns. Leave empty what you do not know. Write the name, address or number of no person.",
                    ),
                ],
                vec![say("Importer", "Import"), format!("essaim import {word} {name} --dry-run")],
                Vec::new(),
                vec![
                    say("Colonne", "Column"),
                    say("Quoi écrire", "What to write"),
                    say("Exemple", "Example"),
                ],
            ];
            lines.extend(columns.iter().map(|column| {
                let pairs = [&column.name, &column.what, &column.example];
                pairs.map(|pair| TemplateColumn::said(pair, lang).to_owned()).to_vec()
            }));
            let notes = Notes { sheet: say("Mode d’emploi", "How to"), lines };
            let day = seed::COLLECTED.to_zoned(jiff::tz::TimeZone::UTC);
            let day = day.map_or(jiff::Timestamp::UNIX_EPOCH, |day| day.timestamp());
            xlsx::write(&grid, word, &notes, day)?
        }
        // A spreadsheet in French opens a CSV with semicolons and a mark as a table.
        _ => [b"\xef\xbb\xbf".as_slice(), &grid.csv_with(';')].concat(),
    };
    Ok(Some(ExportFile { path: name, media: written.media(), rows: None, bytes }))
}
