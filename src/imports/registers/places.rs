//! Where a row is: codes that lost zeros, districts, communes that merged, names.

use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::folding::fold_label;
use crate::domain::territory::{Atlas, CodeKind};

use crate::imports::records::{Changes, Record, values};

/// The fields under which a register writes a place.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlaceFields {
    /// INSEE code of the commune.
    pub code: &'static [&'static str],
    /// Name of the commune.
    pub name: &'static [&'static str],
    /// Postcode.
    pub postcode: &'static [&'static str],
}

/// The commune of a row.
///
/// In order: its code (zeros restored, districts and former communes brought to the commune
/// of today); else its postcode, where it has one commune or one of that name.
///
/// # Errors
/// When a code or a postcode is written and no commune of France has or had it; `Ok(None)`
/// when nothing is written.
pub fn commune(
    row: &Record<'_>,
    fields: PlaceFields,
    atlas: &Atlas,
    changes: &mut Changes,
) -> Result<Option<u32>, RecordProblem> {
    let mut wrong = None;
    for field in fields.code {
        let Some(text) = row.text(field).and_then(values::known) else { continue };
        match of_code(&text, row.line, atlas, changes) {
            Some(at) => return Ok(Some(at)),
            None => wrong = wrong.or(Some((*field, text.into_owned()))),
        }
    }
    let name = row.first(fields.name).map(|name| folded_commune(&name));
    for field in fields.postcode {
        let Some(text) = row.text(field).and_then(values::known) else { continue };
        let Some((postcode, restored)) = values::code(&text, 5) else {
            wrong = wrong.or(Some((*field, text.into_owned())));
            continue;
        };
        let found = atlas.communes_of_postcode(&postcode);
        let named = |at: &u32| Some(folded_commune(&atlas.at(*at).name)) == name;
        let at = match found[..] {
            [] => {
                wrong = wrong.or(Some((*field, text.into_owned())));
                continue;
            }
            [one] => Some(one),
            _ => found.iter().copied().find(named),
        };
        if let Some(at) = at {
            let said = ("commune trouvée par le code postal", "commune found by its postcode");
            changes.count("by_postcode", row.line, said);
            if restored {
                zeros(changes, row.line);
            }
            return Ok(Some(at));
        }
    }
    match wrong {
        Some((field, text)) => Err(unknown(field, &text)),
        None => Ok(None),
    }
}

/// The commune that has or had a code.
pub fn of_code(text: &str, line: u64, atlas: &Atlas, changes: &mut Changes) -> Option<u32> {
    let text = text.strip_suffix(".0").unwrap_or(text);
    let (at, kind) = atlas.commune_of(text)?;
    if text.len() < 5 {
        zeros(changes, line);
    }
    match kind {
        CodeKind::Current => {}
        CodeKind::Arrondissement => {
            let said =
                ("arrondissements ramenés à leur commune", "districts brought to their commune");
            changes.count("arrondissement", line, said);
        }
        CodeKind::Former => {
            let said = (
                "anciens codes de commune ramenés à la commune d’aujourd’hui",
                "former commune codes brought to today’s commune",
            );
            changes.count("former_commune", line, said);
        }
    }
    Some(at)
}

fn zeros(changes: &mut Changes, line: u64) {
    let said = ("zéros de tête rétablis dans un code", "leading zeros restored in a code");
    changes.count("zeros", line, said);
}

/// A name of commune without what differs from one source to another.
#[must_use]
pub fn folded_commune(name: &str) -> String {
    let folded = fold_label(name);
    let words = folded
        .split(' ')
        .filter(|word| *word != "cedex" && !word.bytes().all(|b| b.is_ascii_digit()));
    let words = words.map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

fn unknown(field: &str, text: &str) -> RecordProblem {
    RecordProblem::new(
        field,
        text,
        ("aucune commune n’a ni n’a eu ce code", "no commune has or had this code"),
        (
            "vérifiez le code de la commune (code Insee sur 5 caractères) ou le code postal",
            "check the code of the commune (INSEE code, 5 characters) or the postcode",
        ),
    )
}
