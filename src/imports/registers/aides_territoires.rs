//! Aides-territoires and portals of the same sort: support schemes, one record each.
//!
//! Three shapes are read: the API (former and present), the French export as a table, and
//! the list of the site of ecological transition of companies. A scheme keeps its audience:
//! an aid for communes only is of no help to an enterprise, and a reader must see it.
//! Contacts are people: they are not read. An expired call is kept with its last day.

use std::collections::{BTreeMap, HashMap};

use super::gathered::Gathered;
use super::perimeters::TerritoryNames;
use super::scheme_shapes::{Scheme, Shape};
use super::scheme_words::{SchemeWords, Themes};
use super::{Aside, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::folding::fold_label;
use crate::catalogue::record::personal;
use crate::imports::records::{Columns, Record, values};

/// The dataset that the schemes enter.
pub const DATASET: &str = "supports";
/// Between the items of a list in a line of the dataset.
pub const JOIN: &str = ";";

static NOT_LIVE: Aside = Aside {
    code: "not_live",
    fr: "aide retirée ou pas encore publiée",
    en: "aid withdrawn or not published yet",
};

/// The portals of aids.
#[derive(Debug)]
pub struct AidesTerritoires {
    words: SchemeWords,
    /// Made with the first row: the atlas comes with it.
    names: Option<TerritoryNames>,
    /// The line of each id of the source, with its plain name.
    lines: HashMap<String, (u64, String)>,
    /// The id of each call, by what makes two records one call.
    calls: HashMap<String, String>,
}

impl AidesTerritoires {
    /// Reads with these words.
    #[must_use]
    pub fn new(words: SchemeWords) -> Self {
        Self { words, names: None, lines: HashMap::new(), calls: HashMap::new() }
    }

    /// Where a scheme holds: the ids of its territories; empty where no name is understood.
    fn perimeters(&self, scheme: &Scheme, line: u64, into: &mut Gathered) -> Vec<String> {
        let Some(names) = &self.names else { return Vec::new() };
        let mut found = Vec::new();
        let mut missed = false;
        for name in &scheme.perimeters {
            let plain = fold_label(name);
            if self.words.is_whole_country(&plain) {
                return vec!["france".to_owned()];
            }
            match names.find(name, scheme.level) {
                Some(id) => found.push(id.to_owned()),
                None => missed = true,
            }
        }
        if missed {
            let said = (
                "noms de périmètre qui ne sont aucun territoire connu : l’aide est gardée, sans y être proposée",
                "names of perimeter that are no territory known: the aid is kept, and not offered there",
            );
            into.changes.count("perimeter_unknown", line, said);
        }
        if scheme.perimeters.is_empty() {
            let councils: Vec<&str> =
                scheme.financers.iter().filter_map(|name| names.of_council(name)).collect();
            if let Some(&first) = councils.first()
                && councils.iter().all(|&id| id == first)
            {
                let said = (
                    "périmètre non écrit : celui de la collectivité qui finance",
                    "perimeter not written: that of the council that pays",
                );
                into.changes.count("perimeter_of_financer", line, said);
                found.push(first.to_owned());
            } else {
                let said = (
                    "périmètre non écrit : l’aide est gardée, et proposée nulle part",
                    "perimeter not written: the aid is kept, and offered nowhere",
                );
                into.changes.count("perimeter_missing", line, said);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The description as plain text, short, without the sentences that name a person.
    fn description(&self, scheme: &Scheme, line: u64, into: &mut Gathered) -> String {
        let plain = values::without_html(&scheme.description);
        let mut kept: Vec<&str> = Vec::new();
        for sentence in plain.split_inclusive(". ") {
            if personal::found_in(sentence).is_none() {
                kept.push(sentence);
            }
        }
        let text = kept.concat();
        if text.len() != plain.len() {
            let said = (
                "phrases qui donnaient le contact d’une personne, retirées de la description",
                "sentences that gave the contact of a person, taken out of the description",
            );
            into.changes.count("personal", line, said);
        }
        values::shortened(text.trim(), self.words.description_chars)
    }

    fn columns_of(
        &self,
        scheme: &Scheme,
        line: u64,
        into: &mut Gathered,
    ) -> BTreeMap<&'static str, String> {
        let mut columns = BTreeMap::new();
        let mut put = |name: &'static str, text: String| {
            if !text.is_empty() {
                columns.insert(name, text);
            }
        };
        let source = &self.words.source[scheme.shape.source()];
        put("name", scheme.name.clone());
        put("source_label", source.label.clone());
        put("licence", scheme.licence.clone().unwrap_or_else(|| source.licence.clone()));
        put("financers", scheme.financers.join(JOIN));
        put("audience", scheme.audience.join(", "));
        put("perimeter_name", scheme.perimeters.join(", "));
        put("description", self.description(scheme, line, into));
        put("url", scheme.url.clone().unwrap_or_default());
        put("start", scheme.start.as_deref().and_then(values::date).unwrap_or_default());
        put("recurrence", scheme.recurrence.clone().unwrap_or_default());
        put("types", scheme.types.join(JOIN));
        put("year", scheme.year.clone().unwrap_or_default());
        if let Some(text) = &scheme.end {
            match values::date(text) {
                Some(date) => put("end", date),
                None => {
                    let said = (
                        "date de clôture illisible : laissée vide",
                        "unreadable closing date: left empty",
                    );
                    into.changes.count("end_unreadable", line, said);
                }
            }
        }
        let (themes, unknown) = self.words.themes(&scheme.categories);
        if !unknown.is_empty() {
            let said = (
                "catégories qui ne sont dans aucune table de thèmes",
                "categories that are in no table of themes",
            );
            into.changes.count("category_unknown", line, said);
        }
        match themes {
            // An empty list is every theme; no list is a theme that the source does not say.
            Themes::Any => drop(columns.insert("themes", String::new())),
            Themes::These(list) => drop(columns.insert("themes", list.join(JOIN))),
            Themes::Untold => {}
        }
        columns
    }
}

impl Register for AidesTerritoires {
    fn format(&self) -> &'static str {
        "aides-territoires"
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        if columns.names.is_empty() {
            return Ok(());
        }
        let which = ("d’Aides-territoires", "of Aides-territoires");
        for name in ["Nom", "Lien", "Bénéficiaire"] {
            columns.find(name).ok_or_else(|| missing_column(columns, name, which))?;
        }
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let Some(shape) = Shape::of(row) else {
            return Verdict::Refused(RecordProblem::missing("name"));
        };
        if row.text("is_live").is_some_and(|text| text == "false") {
            return Verdict::Aside(&NOT_LIVE);
        }
        let site = &self.words.source[shape.source()].site;
        let scheme = match Scheme::read(row, shape, site) {
            Ok(scheme) => scheme,
            Err(problem) => return Verdict::Refused(problem),
        };
        self.names.get_or_insert_with(|| TerritoryNames::new(of.atlas));
        let plain = fold_label(&scheme.name);
        if let Some((line, known)) = self.lines.get(&scheme.id) {
            return if *known == plain {
                join_financers(into, &scheme.id, &scheme.financers);
                Verdict::Merged
            } else {
                Verdict::Refused(taken(&scheme, *line))
            };
        }
        let places = self.perimeters(&scheme, row.line, into);
        let columns = self.columns_of(&scheme, row.line, into);
        self.lines.insert(scheme.id.clone(), (row.line, plain.clone()));
        let call = [
            plain,
            places.join(JOIN),
            columns.get("end").cloned().unwrap_or_default(),
            fold_label(columns.get("description").map_or("", String::as_str)),
        ]
        .join("|");
        let id = self.calls.entry(call).or_insert_with(|| scheme.id.clone()).clone();
        if id != scheme.id {
            join_financers(into, &id, &scheme.financers);
            return Verdict::Merged;
        }
        let of_place = |place: &String| {
            let mut columns = columns.clone();
            columns.insert("perimeter", place.clone());
            columns
        };
        match places.as_slice() {
            [] => into.add_line(DATASET, id, columns),
            [one] => into.add_line(DATASET, id, of_place(one)),
            // A support holds on one territory: one line for each.
            several => {
                for place in several {
                    into.add_line(DATASET, format!("{id}--{place}"), of_place(place));
                }
            }
        }
        Verdict::Kept
    }
}

/// Adds the financers of a record to those of the scheme that it repeats.
fn join_financers(into: &mut Gathered, id: &str, financers: &[String]) {
    let lines = into.lines.entry(DATASET).or_default();
    let several = format!("{id}--");
    for (key, columns) in lines.range_mut(id.to_owned()..) {
        if key != id && !key.starts_with(&several) {
            break;
        }
        let joined = columns.entry("financers").or_default();
        for financer in financers {
            if !joined.split(JOIN).any(|known| known == financer) {
                if !joined.is_empty() {
                    joined.push_str(JOIN);
                }
                joined.push_str(financer);
            }
        }
    }
}

fn taken(scheme: &Scheme, line: u64) -> RecordProblem {
    RecordProblem::new(
        "id",
        &scheme.id,
        (
            &format!("identifiant déjà pris par une autre aide, ligne {line}"),
            &format!("id already taken by another aid, line {line}"),
        ),
        (
            "téléchargez de nouveau la liste : chaque aide y a sa propre adresse",
            "download the list again: each aid has an address of its own there",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::probe::{damaged, probe, reasons, sample};
    use super::*;
    use crate::imports::ledger::Ledger;
    use serde_json::json;

    fn register() -> AidesTerritoires {
        AidesTerritoires::new(SchemeWords::embedded())
    }

    fn read(bytes: &[u8]) -> (Gathered, Ledger) {
        probe(&mut register(), bytes)
    }

    fn item(id: u32, name: &str, financer: &str) -> serde_json::Value {
        json!({
            "id": id, "slug": format!("{id}-aide"), "url": format!("/aides/{id}-aide/"), "name": name,
            "financers": [financer], "perimeter": "Auvergne-Rhône-Alpes", "perimeter_scale": "Région",
            "categories": ["Mobilité / transports / Mobilité pour tous"],
            "targeted_audiences": ["Communes", "Associations"], "aid_types": ["Subvention"],
            "description": "<p>Pour les garages&nbsp;solidaires.</p><p>Écrire à martin@exemple.fr.</p>",
            "contact": "<p>Mme Martin, 04 72 00 00 00</p>", "recurrence": "Ponctuelle",
            "submission_deadline": "2025-03-31", "date_updated": "2025-01-12T10:00:00+01:00",
        })
    }

    #[test]
    fn the_true_export_is_read_and_an_independent_count_agrees() {
        let bytes = sample("dispositifs_soutien/aides-territoires_periurbain.csv.gz");
        let (gathered, ledger) = read(&bytes);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!((ledger.read, ledger.refused()), (rows.len(), 0));
        let lines = &gathered.lines[DATASET];
        assert_eq!(lines.len(), ledger.kept);
        // One call of the région stands twice, under two addresses.
        assert_eq!(ledger.merged, 1);
        let dated = rows.iter().filter(|row| !row[8].is_empty()).count();
        assert_eq!(lines.values().filter(|line| line.contains_key("end")).count(), dated);
        let drome =
            lines.values().filter(|line| line.get("perimeter").is_some_and(|id| id == "dep-26"));
        let of_drome = rows.iter().filter(|row| &row[2] == "Conseil départemental de la Drôme");
        assert_eq!(drome.count(), of_drome.count());
        let friches = lines.values().filter(|line| line["name"] == "Recycler une friche").count();
        assert_eq!(friches, 2, "two public bodies, two schemes of one name");
        assert!(lines.values().all(|line| !line.contains_key("themes")), "no category: untold");
    }

    #[test]
    fn an_item_of_the_api_becomes_a_scheme_without_its_contact() {
        let page = json!({"count": 3, "next": null, "results": [
            item(1, "Mobilité solidaire", "Région"),
            item(2, "Mobilité solidaire", "ADEME"),
            {"id": 3, "name": "Retirée", "url": "/aides/3/", "is_live": false},
        ]});
        let (gathered, ledger) = read(page.to_string().as_bytes());
        assert_eq!((ledger.read, ledger.kept, ledger.merged), (3, 1, 1));
        assert_eq!(ledger.reasons["not_live"].count, 1);
        let line = &gathered.lines[DATASET]["at-1-aide"];
        assert_eq!(line["financers"], "Région;ADEME", "one call, entered by two financers");
        assert_eq!(line["perimeter"], "reg-84");
        assert_eq!(line["themes"], "mobilites");
        assert_eq!(line["audience"], "Communes, Associations");
        assert_eq!(line["url"], "https://aides-territoires.beta.gouv.fr/aides/1-aide/");
        assert_eq!((line["end"].as_str(), line["year"].as_str()), ("2025-03-31", "2025"));
        assert_eq!(line["description"], "Pour les garages solidaires.");
        let all = format!("{gathered:?}");
        assert!(!all.contains("Martin") && !all.contains("exemple.fr") && !all.contains("04 72"));
    }

    #[test]
    fn a_perimeter_that_nobody_knows_keeps_the_aid_and_is_counted() {
        let mut park = item(1, "Aide du parc", "Parc");
        park["perimeter"] = json!("Parc naturel régional du Pilat");
        let mut drawn = item(2, "Aide dessinée", "Région");
        drawn["perimeter_scale"] = json!("Ad-hoc");
        let mut country = item(3, "Aide nationale", "État");
        country["perimeter"] = json!("France");
        country["categories"] = json!(["Nouvelle catégorie"]);
        let (gathered, ledger) = read(json!([park, drawn, country]).to_string().as_bytes());
        assert_eq!(ledger.kept, 3);
        let lines = &gathered.lines[DATASET];
        assert!(!lines["at-1-aide"].contains_key("perimeter"));
        assert_eq!(lines["at-1-aide"]["perimeter_name"], "Parc naturel régional du Pilat");
        assert!(!lines["at-2-aide"].contains_key("perimeter"), "drawn by hand: only its name");
        assert_eq!(lines["at-3-aide"]["perimeter"], "france");
        let changes = &gathered.changes.0;
        assert_eq!(changes["perimeter_unknown"].count, 2);
        assert_eq!(changes["category_unknown"].count, 1);
    }

    #[test]
    fn the_list_for_companies_holds_in_each_of_its_places() {
        let list = json!([{
            "titre": "Diagnostic fictif", "id": "diagnostic-fictif", "description": "Un **diagnostic**.",
            "opérateur de contact": "Agence fictive", "autres opérateurs": ["Région fictive"],
            "url": "https://exemple.fr/diagnostic", "nature de l'aide": "étude",
            "début de validité": "01/01/2026", "fin de validité": "31/12/2026",
            "conditions d'éligibilité": {"taille de l'entreprise": ["Moins de 50 salariés"]},
            "eligibilityData": {
                "company": {"allowedRegion": ["Bretagne", "Landes", "Wallis et Futuna"]},
                "priorityObjectives": ["mobility", "energy"],
            },
        }]);
        let (gathered, ledger) = read(list.to_string().as_bytes());
        assert_eq!((ledger.read, ledger.kept), (1, 1));
        let lines = &gathered.lines[DATASET];
        let ids: Vec<&String> = lines.keys().collect();
        assert_eq!(ids, ["tee-diagnostic-fictif--dep-40", "tee-diagnostic-fictif--reg-53"]);
        let line = &lines[ids[0]];
        assert_eq!(line["audience"], "Entreprises (Moins de 50 salariés)");
        assert_eq!((line["themes"].as_str(), line["end"].as_str()), ("mobilites", "2026-12-31"));
        assert_eq!(line["financers"], "Agence fictive;Région fictive");
    }

    #[test]
    fn what_is_damaged_is_refused_and_the_good_aids_are_kept() {
        let row = |n: u32| {
            format!(
                "Aide é {n},https://exemple.fr/aides/{n}-aide/,Financeur {n},Communes;Associations,Subvention,,Permanente,Un texte n° {n}.,31/12/2026"
            )
        };
        let head = "Nom,Lien,Financeurs,Bénéficiaire,Types d'aides,AAP/AMI,Récurrence,Descriptif,Date Clôture";
        let table = format!("{head}\n{}\n{}\n{}\n{}\n", row(1), row(2), row(3), row(4));
        for (how, bytes) in damaged(&table) {
            let (gathered, ledger) = read(&bytes);
            let kept = gathered.lines[DATASET].len();
            assert!(kept >= 3, "{how}: {kept} {:?}", reasons(&ledger));
            let told = ledger.refused() + ledger.merged > 0 || ledger.encoding != "UTF-8";
            let noted = !gathered.changes.0.is_empty() || !ledger.changes.0.is_empty();
            assert!(told || noted || how == "truncated", "{how}: {ledger:?}");
        }
        let twice = format!("{head}\n{}\nAutre chose{}\n", row(1), &row(1)[9..]);
        let (_, ledger) = read(twice.as_bytes());
        assert_eq!(reasons(&ledger)[0].0, 3);
        assert!(reasons(&ledger)[0].1.contains("ligne 2"), "{:?}", reasons(&ledger));
        let (_, ledger) = read(b"titre;lien\nA;B\n");
        assert!(ledger.cut.as_ref().unwrap().problem.reason_fr.contains("Nom"), "{ledger:?}");
    }
}
