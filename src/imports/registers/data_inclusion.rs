//! data·inclusion (Plateforme de l’inclusion): structures, and the services that they give.
//!
//! One reader for both files and for every shape they had: the schema in force, the former
//! one, the dumps of 2022 (themes in French inside the structures, `pivot` for the SIRET).
//! A structure counts once for a need in each commune where it answers it. The same
//! structure comes from several producers: rows with one SIRET in one commune are one, then
//! rows with one name in one commune of which one has no SIRET. A structure without any
//! service says nothing of its theme, so that structures alone count nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::data_inclusion_themes::{Meaning, Themes, public};
use super::gathered::Gathered;
use super::organisation::{self, Organisation, Said, identifier, page, plain, unwrapped};
use super::places::{self, PlaceFields};
use super::{Aside, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::folding::fold_label;
use crate::domain::concept::ConceptKind;
use crate::imports::parsed::slug;
use crate::imports::records::{Columns, Record, values};

static UNPLACED: Aside = Aside {
    code: "unplaced",
    fr: "structure sans commune : comptée nulle part",
    en: "structure without a commune: counted nowhere",
};
static ORPHAN: Aside = Aside {
    code: "orphan",
    fr: "service sans lieu ni structure (donnez aussi le fichier des structures, en premier)",
    en: "service without a place nor a structure (give the file of structures too, first)",
};
static REMOTE: Aside = Aside {
    code: "remote",
    fr: "service rendu à distance seulement : d’aucune commune",
    en: "service given at a distance only: of no commune",
};
static NO_THEME: Aside = Aside {
    code: "no_theme",
    fr: "service sans thème : rien à compter",
    en: "service without a theme: nothing to count",
};

const PLACE: PlaceFields<'_> = PlaceFields {
    code: &["code_insee", "_di_geocodage_code_insee"],
    name: &["commune"],
    postcode: &["code_postal"],
};
const LICENCE: &str = "Licence Ouverte 2.0";
/// Signs between the items of a list written in a cell.
const SIGNS: &[char] = &[';', '|', ','];
/// As [`SIGNS`], where items hold commas.
const SEMICOLONS: &[char] = &[';', '|'];

/// What an actor needs, kept for the structures that become one.
#[derive(Debug, Default)]
struct Told {
    organisation: Organisation,
    said: BTreeSet<Said>,
    needs: BTreeSet<usize>,
    publics: BTreeSet<String>,
}

/// One structure, whatever the rows that tell it.
#[derive(Debug, Default)]
struct Structure {
    line: u64,
    /// Where it stands; `None` for one known by its services alone.
    commune: Option<u32>,
    has_siret: bool,
    /// Needs answered, by commune.
    places: BTreeMap<u32, BTreeMap<usize, f64>>,
    told: Option<Box<Told>>,
}

/// Structures and services of data·inclusion.
#[derive(Debug, Default)]
pub struct DataInclusion {
    word: &'static str,
    themes: Themes,
    structures: Vec<Structure>,
    /// Structures by source and id, as services name them.
    by_id: HashMap<(String, String), usize>,
    by_siret: HashMap<(String, u32), usize>,
    by_name: HashMap<(String, u32), usize>,
    services: HashSet<(String, String)>,
}

impl DataInclusion {
    /// Reads with these themes; `word` is the one typed.
    #[must_use]
    pub fn new(word: &'static str, themes: Themes) -> Self {
        Self { word, themes, ..Self::default() }
    }

    /// The needs of a row, each once at its largest weight; whether it has any theme.
    fn needs(&self, row: &Record<'_>, into: &mut Gathered) -> (BTreeMap<usize, f64>, bool) {
        let mut needs: BTreeMap<usize, f64> = BTreeMap::new();
        let mut written = row.list("thematiques", SIGNS);
        written.extend(row.list("services", SEMICOLONS));
        for theme in &written {
            match self.themes.meaning(theme) {
                Meaning::Needs(meant) => {
                    for (need, weight) in meant {
                        let best = needs.entry(need).or_default();
                        *best = best.max(weight);
                    }
                }
                Meaning::Unknown => {
                    let said = (
                        "thèmes qu’aucun référentiel de data·inclusion ne connaît : ignorés",
                        "themes that no list of data·inclusion knows: ignored",
                    );
                    into.changes.count("unknown_theme", row.line, said);
                }
            }
        }
        (needs, !written.is_empty())
    }

    fn structure(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let Some(id) = row.text("id") else {
            return Verdict::Refused(RecordProblem::missing("id".to_owned()));
        };
        let Some(name) = row.text("nom").and_then(values::known) else {
            return Verdict::Refused(RecordProblem::missing("nom".to_owned()));
        };
        let key = (source(row), id.into_owned());
        if self.by_id.contains_key(&key) {
            return Verdict::Merged;
        }
        let commune = match places::commune(row, PLACE, of.atlas, &mut into.changes) {
            Ok(Some(commune)) => commune,
            Ok(None) => return Verdict::Aside(&UNPLACED),
            Err(problem) => return Verdict::Refused(problem),
        };
        let siret = identifier(row, &["siret", "pivot"], &[], &mut into.changes);
        let named = (fold_label(&name), commune);
        let same_siret =
            siret.as_ref().and_then(|siret| self.by_siret.get(&(siret.clone(), commune)));
        // Two SIRETs are two places; a row without one is the row of its name.
        let same_name = self
            .by_name
            .get(&named)
            .filter(|&&at| siret.is_none() || !self.structures[at].has_siret);
        let known = same_siret.or(same_name).copied();
        let at = known.unwrap_or(self.structures.len());
        if known.is_none() {
            self.structures.push(Structure {
                line: row.line,
                commune: Some(commune),
                ..Structure::default()
            });
        }
        let (needs, _) = self.needs(row, into);
        let structure = &mut self.structures[at];
        structure.has_siret |= siret.is_some();
        answer(structure.places.entry(commune).or_default(), &needs);
        if into.wants_actor(commune) {
            let told = structure.told.get_or_insert_default();
            tell(told, row, &name, &key, siret.clone());
            told.needs.extend(sure(&needs));
        }
        self.by_id.insert(key, at);
        self.by_name.entry(named).or_insert(at);
        if let Some(siret) = siret {
            self.by_siret.entry((siret, commune)).or_insert(at);
        }
        if known.is_some() { Verdict::Merged } else { Verdict::Kept }
    }

    fn service(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let Some(owner) = row.text("structure_id") else {
            return Verdict::Refused(RecordProblem::missing("structure_id".to_owned()));
        };
        let own = (source(row), row.text("id").unwrap_or_default().into_owned());
        if !own.1.is_empty() && !self.services.insert(own) {
            return Verdict::Merged;
        }
        let (needs, any) = self.needs(row, into);
        if !any {
            return Verdict::Aside(&NO_THEME);
        }
        let modes = row.list("modes_accueil", SIGNS);
        if !modes.is_empty() && modes.iter().all(|mode| mode == "a-distance") {
            return Verdict::Aside(&REMOTE);
        }
        let key = (source(row), owner.into_owned());
        let known = self.by_id.get(&key).copied();
        let home = known.and_then(|at| self.structures[at].commune);
        let commune = match (places::commune(row, PLACE, of.atlas, &mut into.changes), home) {
            (Ok(Some(commune)), _) | (Ok(None), Some(commune)) => commune,
            (Ok(None), None) => return Verdict::Aside(&ORPHAN),
            (Err(_), Some(commune)) => {
                let said = (
                    "commune du service inconnue : celle de sa structure est prise",
                    "unknown commune of a service: that of its structure is taken",
                );
                into.changes.count("place_of_structure", row.line, said);
                commune
            }
            (Err(problem), None) => return Verdict::Refused(problem),
        };
        let at = known.unwrap_or_else(|| {
            self.structures.push(Structure { line: row.line, ..Structure::default() });
            self.by_id.insert(key, self.structures.len() - 1);
            self.structures.len() - 1
        });
        let structure = &mut self.structures[at];
        if structure.commune.is_none() {
            let said = (
                "services sans leur structure, comptés à leur propre lieu",
                "services without their structure, counted at their own place",
            );
            into.changes.count("own_place", row.line, said);
        }
        answer(structure.places.entry(commune).or_default(), &needs);
        if let Some(told) = &mut structure.told {
            told.needs.extend(sure(&needs));
            told.publics.extend(publics(row));
        }
        Verdict::Kept
    }
}

fn source(row: &Record<'_>) -> String {
    row.text("source").unwrap_or_default().into_owned()
}

/// Adds what a row answers: each need once, at its largest weight.
fn answer(place: &mut BTreeMap<usize, f64>, needs: &BTreeMap<usize, f64>) {
    for (&need, &weight) in needs {
        let best = place.entry(need).or_default();
        *best = best.max(weight);
    }
}

/// Needs said plainly enough to stand on the record of an organisation.
fn sure(needs: &BTreeMap<usize, f64>) -> impl Iterator<Item = usize> + '_ {
    /// Weight from which a theme names the need itself, not one of several.
    const SURE: f64 = 0.5;
    needs.iter().filter(|(_, weight)| **weight >= SURE).map(|(need, _)| *need)
}

fn publics(row: &Record<'_>) -> impl Iterator<Item = String> {
    let lists = ["publics", "publics_accueillis", "profils"].map(|field| row.list(field, SIGNS));
    lists.into_iter().flatten().map(|code| public(&code))
}

/// Adds what a row says of a structure that becomes an actor; the first text of each stands.
fn tell(
    told: &mut Told,
    row: &Record<'_>,
    name: &str,
    key: &(String, String),
    siret: Option<String>,
) {
    let one = &mut told.organisation;
    if one.id.is_empty() {
        one.id = format!("data-inclusion-{}-{}", slug(&key.0), slug(&key.1));
        name.clone_into(&mut one.name);
    }
    one.identifier = one.identifier.take().or(siret);
    if one.summary.is_empty() {
        let text = row.first(&["description", "presentation_resume", "presentation_detail"]);
        one.summary = text.map(|text| plain(&text)).unwrap_or_default();
    }
    let pair = row.text("latitude").zip(row.text("longitude"));
    one.point = one.point.or_else(|| pair.and_then(|(lat, lon)| organisation::point(&lat, &lon)));
    one.url = one.url.take().or_else(|| page(&row.text("site_web")?));
    let updated = row.text("date_maj").and_then(|text| values::date(&text));
    let year = updated.as_deref().and_then(|date| date.get(..4)?.parse().ok());
    one.updated = one.updated.take().max(updated);
    let producer = if key.0.is_empty() { String::new() } else { format!(" ({})", key.0) };
    told.said.insert(Said {
        source: format!("data·inclusion{producer}"),
        year,
        licence: LICENCE.to_owned(),
    });
    told.publics.extend(publics(row));
}

impl Register for DataInclusion {
    fn format(&self) -> &'static str {
        self.word
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        let absent = ["id", "source"].into_iter().find(|name| columns.find(name).is_none());
        let which = (
            "structures ou services de data·inclusion",
            "structures or services of data·inclusion",
        );
        match absent {
            // JSON has no columns: each record is looked at by itself.
            Some(name) if !columns.names.is_empty() => Err(missing_column(columns, name, which)),
            _ => Ok(()),
        }
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let flat = unwrapped(row, "properties");
        let row = match &flat {
            Some(value) => &Record::of_json(row.line, row.raw, value),
            None => row,
        };
        if row.has("structure_id") {
            self.service(row, of, into)
        } else {
            self.structure(row, of, into)
        }
    }

    fn end(&mut self, of: Reference<'_>, into: &mut Gathered) {
        let structures = std::mem::take(&mut self.structures);
        let spoken = structures.iter().flat_map(|one| one.places.values());
        if spoken.flat_map(BTreeMap::values).next().is_some() {
            let supply = into.supply.get_or_insert_default();
            for (&commune, needs) in structures.iter().flat_map(|one| &one.places) {
                supply.seen(commune);
                let needs: Vec<(usize, f64)> = needs.iter().map(|(&n, &w)| (n, w)).collect();
                supply.add(commune, &needs);
            }
        } else if !structures.is_empty() {
            let said = (
                "aucun service : ces structures ne disent pas ce qu’elles font, rien n’est compté (donnez aussi le fichier des services)",
                "no service: these structures do not say what they do, nothing is counted (give the file of services too)",
            );
            into.changes.count("silent", 1, said);
        }
        let ids: BTreeMap<usize, &str> = of
            .taxonomy
            .concepts(ConceptKind::Need)
            .map(|need| (need.at(), of.taxonomy.id(need)))
            .collect();
        for structure in structures {
            let (Some(told), Some(commune)) = (structure.told, structure.commune) else { continue };
            let mut organisation = told.organisation;
            let needs = told.needs.iter().filter_map(|need| ids.get(need));
            organisation.needs = needs.map(|&id| id.to_owned()).collect();
            organisation.publics = told.publics.into_iter().collect();
            organisation.sources = told.said.into_iter().collect();
            organisation.found_in(commune, structure.line, of.atlas, into);
        }
    }
}

#[cfg(test)]
#[path = "data_inclusion_tests.rs"]
mod tests;
