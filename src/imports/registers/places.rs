//! Where a row is: codes that lost zeros, districts, communes that merged, names.

use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::folding::fold_label;
use crate::domain::territory::{Atlas, CodeKind};

use crate::imports::records::{Changes, Record, values};

/// The fields under which a register writes a place.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlaceFields<'a> {
    /// INSEE code of the commune.
    pub code: &'a [&'a str],
    /// Name of the commune.
    pub name: &'a [&'a str],
    /// Postcode.
    pub postcode: &'a [&'a str],
}

/// A place as a row writes it; each text with the column that holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenPlace {
    /// Codes of the commune, the first that is known wins.
    pub codes: Vec<(String, String)>,
    /// Name of the commune.
    pub name: Option<String>,
    /// Postcodes.
    pub postcodes: Vec<(String, String)>,
    /// Code of the département.
    pub departement: Option<String>,
}

/// The commune of a row.
///
/// # Errors
/// As [`WrittenPlace::find`].
pub fn commune(
    row: &Record<'_>,
    fields: PlaceFields<'_>,
    atlas: &Atlas,
    changes: &mut Changes,
) -> Result<Option<u32>, RecordProblem> {
    let texts = |fields: &[&str]| {
        let texts = fields.iter().filter_map(|field| {
            let text = row.text(field).and_then(values::known)?;
            Some(((*field).to_owned(), text.into_owned()))
        });
        texts.collect()
    };
    let place = WrittenPlace {
        codes: texts(fields.code),
        name: row.first(fields.name).map(std::borrow::Cow::into_owned),
        postcodes: texts(fields.postcode),
        departement: None,
    };
    place.find(row.line, atlas, changes)
}

impl WrittenPlace {
    /// The commune.
    ///
    /// In order: its code (zeros restored, districts and former communes brought to the
    /// commune of today); its postcode, where it has one commune or one of that name; its
    /// name, where one commune of the département has it.
    ///
    /// # Errors
    /// When a code or a postcode is written and no commune of France has or had it;
    /// `Ok(None)` when nothing is written that says a commune.
    pub fn find(
        &self,
        line: u64,
        atlas: &Atlas,
        changes: &mut Changes,
    ) -> Result<Option<u32>, RecordProblem> {
        for (_, text) in &self.codes {
            if let Some(at) = of_code(text, line, atlas, changes) {
                return Ok(Some(at));
            }
        }
        let name = self.name.as_deref().map(folded_commune);
        let named = |at: &u32| Some(folded_commune(&atlas.at(*at).name)) == name;
        let mut unknown_postcode = None;
        for (field, text) in &self.postcodes {
            let read = values::code(text, 5);
            let found =
                read.as_ref().map_or(Vec::new(), |(code, _)| atlas.communes_of_postcode(code));
            let at = match found[..] {
                [] => {
                    unknown_postcode = unknown_postcode.or(Some((field, text)));
                    continue;
                }
                [one] => Some(one),
                _ => found.iter().copied().find(named),
            };
            if let Some(at) = at {
                let said = ("commune trouvée par le code postal", "commune found by its postcode");
                changes.count("by_postcode", line, said);
                if read.is_some_and(|(_, restored)| restored) {
                    zeros(changes, line);
                }
                return Ok(Some(at));
            }
        }
        let said = self.departement.as_deref().and_then(|code| atlas.departement(code));
        // A postcode of companies has no commune of its own, and still its département.
        let of_postcode = || {
            let (_, text) = self.postcodes.first()?;
            let (code, _) = values::code(text, 5)?;
            atlas.departement(&code[..2]).or_else(|| atlas.departement(&code[..3]))
        };
        if let Some(departement) = said.or_else(of_postcode).filter(|_| name.is_some()) {
            let communes = atlas.departements[departement].communes.iter().copied();
            let mut same = communes.filter(named);
            if let (Some(at), None) = (same.next(), same.next()) {
                let said = (
                    "commune trouvée par son nom et son département",
                    "commune found by its name and its département",
                );
                changes.count("by_name", line, said);
                return Ok(Some(at));
            }
        }
        match self.codes.first().map(|(field, text)| (field, text)).or(unknown_postcode) {
            Some((field, text)) => Err(unknown(field, text)),
            None => Ok(None),
        }
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
