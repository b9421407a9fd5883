//! RNA, the national register of associations (ministry of the Interior, monthly).
//!
//! Two sets of files, told apart by their columns: `waldec` (declared or changed since 2009,
//! `id` is the W number) and `import` (older and not changed since, the W number stands in
//! `rup_mi`). An association taken over (`R`) is in the first set too: it is set aside in
//! the second. What it does is said by one or two codes of its object; a code without a
//! meaning of its own falls back on its family (first three digits). The seat (`adrs`) is
//! read; the management address (`adrg`), which may be somebody's home, the names and the
//! telephones never are. Départements 57, 67 and 68 have their own registers.
//!
//! Files were written in several encodings over the years and some letters are lost for
//! good (`dmocratisation`): texts are kept as they stand.

use serde_json::{Value, json};

use super::gathered::Gathered;
use super::places::{self, PlaceFields};
use super::sirene_units::is_rna;
use super::{Aside, NeedCodes, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::identifier::valid_siren_or_siret;
use crate::domain::concept::ConceptKind;
use crate::imports::records::{Columns, Record, values};

static DISSOLVED: Aside =
    Aside { code: "dissolved", fr: "association dissoute", en: "dissolved association" };
static SUPPRESSED: Aside =
    Aside { code: "suppressed", fr: "inscription supprimée", en: "suppressed registration" };
static TAKEN_OVER: Aside = Aside {
    code: "taken_over",
    fr: "reprise dans l’autre fichier (waldec)",
    en: "taken over in the other file (waldec)",
};
static NO_COMMUNE: Aside = Aside {
    code: "no_commune",
    fr: "commune non dite : comptée nulle part",
    en: "commune not said: counted nowhere",
};

const PLACE: PlaceFields = PlaceFields {
    code: &["adrs_codeinsee"],
    name: &["adrs_libcommune", "libcom"],
    postcode: &["adrs_codepostal"],
};
const POSITION: &str = "position";
const OBJECTS: [&str; 2] = ["objet_social1", "objet_social2"];
/// No association under the law of 1 July 1901 is older.
const FIRST_YEAR: i16 = 1901;

/// The register of associations, in either of its shapes.
#[derive(Debug, Default)]
pub struct Rna {
    codes: NeedCodes,
    /// The file is of the older set.
    older: bool,
    needs: Vec<(usize, f64)>,
}

impl Rna {
    /// Reads with these codes of needs (`RNA`).
    #[must_use]
    pub fn new(codes: NeedCodes) -> Self {
        Self { codes, ..Self::default() }
    }

    fn read_needs(&mut self, row: &Record<'_>, into: &mut Gathered) {
        self.needs.clear();
        for field in OBJECTS {
            let Some(text) = row.text(field).and_then(values::known) else { continue };
            let Some((code, restored)) = values::code(&text, 6) else { continue };
            if restored {
                let said =
                    ("zéros de tête rétablis dans un code", "leading zeros restored in a code");
                into.changes.count("zeros", row.line, said);
            }
            let mut found = self.codes.needs(&code);
            if found.is_empty() {
                found = self.codes.needs(&format!("{}000", &code[..3]));
            }
            self.needs.extend_from_slice(found);
        }
    }

    fn actor(
        &self,
        row: &Record<'_>,
        id: &str,
        place: u32,
        of: Reference<'_>,
        into: &Gathered,
    ) -> Value {
        let needs = ConceptKind::Need;
        let mut needs: Vec<&str> = self
            .needs
            .iter()
            .map(|&(need, _)| of.taxonomy.entries(needs)[need].id.as_str())
            .collect();
        needs.sort_unstable();
        needs.dedup();
        let mut body = json!({
            "id": id,
            "name": plain(&row.text("titre").unwrap_or_default()),
            "summary": plain(&row.text("objet").unwrap_or_default()),
            "needs": needs,
            "legal_form": "association",
            "insee": of.atlas.at(place).insee,
            "commune": of.atlas.at(place).name,
            "register": true,
            "sources": into.sources_json(),
        });
        let optional = [
            ("siret", row.text("siret").and_then(|text| valid_siren_or_siret(&text))),
            ("since", row.text("date_creat").and_then(|date| since(&date, row))),
            ("url", row.text("siteweb").and_then(|text| site(&text))),
            ("updated", row.text("maj_time").and_then(|date| values::date(&date))),
        ];
        for (field, value) in optional {
            if let Some(value) = value {
                let field = if field == "siret" && value.len() == 9 { "siren" } else { field };
                body[field] = Value::from(value);
            }
        }
        body
    }
}

impl Register for Rna {
    fn format(&self) -> &'static str {
        "rna"
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        let which = ("rna_waldec ou rna_import du RNA", "rna_waldec or rna_import of the register");
        for name in ["id", "titre", POSITION, OBJECTS[0]] {
            if columns.find(name).is_none() {
                return Err(missing_column(columns, name, which));
            }
        }
        self.older = columns.find("adrs_libcommune").is_none() && columns.find("libcom").is_some();
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let position = row.text(POSITION).unwrap_or_default();
        match position.as_ref() {
            "A" => {}
            "D" => return Verdict::Aside(&DISSOLVED),
            "S" => return Verdict::Aside(&SUPPRESSED),
            "R" => return Verdict::Aside(&TAKEN_OVER),
            other => return Verdict::Refused(wrong_position(other)),
        }
        let own = row.text("id").unwrap_or_default();
        let taken = row.text("rup_mi").filter(|_| self.older).filter(|text| is_rna(text));
        let id = taken.unwrap_or(own);
        let fits = if self.older { !id.is_empty() } else { is_rna(&id) };
        if !fits {
            return Verdict::Refused(wrong_id(&id));
        }
        let commune = match places::commune(row, PLACE, of.atlas, &mut into.changes) {
            Ok(Some(commune)) => commune,
            Ok(None) => return Verdict::Aside(&NO_COMMUNE),
            Err(problem) => return Verdict::Refused(problem),
        };
        if into.met(&id, row.line).is_some() {
            return Verdict::Merged;
        }
        self.read_needs(row, into);
        let supply = into.supply.get_or_insert_default();
        supply.seen(commune);
        if !self.needs.is_empty() {
            supply.add(commune, &self.needs);
        }
        if into.wants_actor(commune) && !self.needs.is_empty() {
            let body = self.actor(row, &id, commune, of, into);
            into.add_actor(row.line, id.into_owned(), body);
        }
        Verdict::Kept
    }
}

/// A text without the signs that the register adds: doubled spaces, `_` and `~` at an end,
/// which stand for nothing and for a text that was cut.
fn plain(text: &str) -> String {
    let single = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = single.ends_with('~');
    let kept = single.trim_matches(['_', '~', ' ']);
    if cut { format!("{kept}…") } else { kept.to_owned() }
}

/// The date of creation, where it may be one: not before the law, not after its own record.
fn since(text: &str, row: &Record<'_>) -> Option<String> {
    let date = values::date(text)?;
    let year = |date: &str| date.get(..4)?.parse::<i16>().ok();
    let recorded = row.text("maj_time").and_then(|date| values::date(&date));
    let last = recorded.and_then(|date| year(&date)).unwrap_or(i16::MAX);
    year(&date).is_some_and(|year| (FIRST_YEAR..=last).contains(&year)).then_some(date)
}

/// A web site; an e-mail address written there is none.
fn site(text: &str) -> Option<String> {
    let named = text.contains('.') && !text.contains(['@', ' ']);
    named.then(|| match text.contains("://") {
        true => text.to_owned(),
        false => format!("http://{text}"),
    })
}

fn wrong_position(value: &str) -> RecordProblem {
    RecordProblem::new(
        POSITION,
        value,
        ("`A`, `D`, `S` ou `R` sont attendus", "`A`, `D`, `S` or `R` are expected"),
        (
            "vérifiez que les colonnes ne sont pas décalées",
            "check that the columns are not shifted",
        ),
    )
}

fn wrong_id(value: &str) -> RecordProblem {
    RecordProblem::new(
        "id",
        value,
        (
            "numéro RNA impossible : `W` puis 9 signes sont attendus",
            "impossible RNA number: `W` then 9 signs are expected",
        ),
        ("recopiez le numéro tel qu’il est publié", "copy the number as it is published"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_sites_are_kept_as_far_as_they_say_something() {
        assert_eq!(plain("SECTION MAHORAISE  (A.J.O.I.) _"), "SECTION MAHORAISE (A.J.O.I.)");
        assert_eq!(plain("aider les dmunis ainsi que la c~"), "aider les dmunis ainsi que la c…");
        assert_eq!(site("www.exemple.fr").as_deref(), Some("http://www.exemple.fr"));
        assert_eq!(site("asso@exemple.fr"), None);
    }
}
