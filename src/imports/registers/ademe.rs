//! « Longue vie aux objets » (ADEME, weekly): who repairs, lends, resells, collects.
//!
//! Two shapes: the published table (a column per action, holding sub-categories of objects)
//! and the records of the site's own database. Drop-off points and health establishments are
//! places, not organisations; what is online or given at the client's belongs to no commune.
//! The publisher asks that every contributor of a row be named: they are, in its sources.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ademe_rules::{AdemeNeeds, Deeds, shipped};
use super::gathered::Gathered;
use super::organisation::{self, Organisation, Said, identifier, page, plain, unwrapped};
use super::places::{self, PlaceFields};
use super::{Aside, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::folding::fold_label;
use crate::domain::geography::Point;
use crate::imports::parsed::slug;
use crate::imports::records::{Columns, Record, values};

static NO_ACTOR: Aside = Aside {
    code: "place",
    fr: "point d’apport ou établissement de santé : un lieu, pas un acteur",
    en: "drop-off point or health establishment: a place, not an actor",
};
static ONLINE: Aside =
    Aside {
        code: "online", fr: "acteur en ligne : d’aucune commune", en: "online: of no commune"
    };
static AT_HOME: Aside = Aside {
    code: "at_home",
    fr: "service à domicile sans lieu propre : d’aucune commune",
    en: "service given at home, without a place of its own: of no commune",
};
static UNPLACED: Aside = Aside {
    code: "unplaced",
    fr: "lieu non dit : compté nulle part",
    en: "place not said: counted nowhere",
};
static CLOSED: Aside = Aside {
    code: "closed",
    fr: "acteur fermé ou retiré de la base",
    en: "actor closed or withdrawn from the base",
};

const PLACE: PlaceFields<'_> =
    PlaceFields { code: &["code_commune"], name: &["ville"], postcode: &["code_postal"] };
const PUBLISHER: &str = "ADEME, Longue vie aux objets";
const LICENCE: &str = "Licence ouverte, contributeurs nommés";
/// Weight from which a need stands on the record of an organisation.
const SURE: f64 = 0.5;

/// The actors of reuse and repair.
#[derive(Debug, Default)]
pub struct Ademe {
    needs: AdemeNeeds,
}

impl Ademe {
    /// Reads with these codes of needs.
    #[must_use]
    pub fn new(needs: AdemeNeeds) -> Self {
        Self { needs }
    }
}

/// Words of a field: a list, a list of lists, or a text cut at `|`.
fn words(row: &Record<'_>, name: &str) -> Vec<String> {
    fn gather(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| gather(item, into)),
            Value::String(text) => into.extend(cut(text)),
            _ => {}
        }
    }
    fn cut(text: &str) -> impl Iterator<Item = String> + '_ {
        text.split('|').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned)
    }
    let mut found = Vec::new();
    match row.json(name) {
        Some(value) => gather(&value, &mut found),
        None => found.extend(row.text(name).iter().flat_map(|text| cut(text))),
    }
    found
}

/// What the actor says that it does; former words are said in `into.changes`.
fn deeds(row: &Record<'_>, into: &mut Gathered) -> Deeds {
    let rules = shipped();
    let mut deeds = Deeds::default();
    for field in ["type_de_services", "acteur_services"] {
        deeds.services.extend(words(row, field));
    }
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for action in rules.actions.iter().chain(rules.groups.keys()).chain(&rules.wide) {
        let objects = words(row, action);
        if !objects.is_empty() {
            found.push((action.clone(), objects));
        }
    }
    for field in ["propositions_de_services", "propositions"] {
        let Some(list) = row.json(field) else { continue };
        for one in list.as_array().into_iter().flatten() {
            let held = Record::of_json(row.line, "", one);
            let action = words(&held, "action").into_iter().next();
            let objects = ["sous_categories", "sous_categorie"];
            let objects = objects.iter().flat_map(|field| words(&held, field)).collect();
            found.extend(action.map(|action| (action, objects)));
        }
    }
    for (action, objects) in found {
        let meant = match rules.groups.get(&action) {
            Some(group) => {
                let said = (
                    "anciens groupes d’actions ramenés à leurs actions",
                    "former groups of actions brought to their actions",
                );
                into.changes.count("grouped_action", row.line, said);
                group.clone()
            }
            None if rules.wide.contains(&action) => {
                let said = (
                    "`jai` et `jecherche` ne disent pas une action : ignorés",
                    "`jai` and `jecherche` say no action: ignored",
                );
                into.changes.count("wide_action", row.line, said);
                continue;
            }
            None if !rules.actions.contains(&action) => {
                let said = ("actions inconnues : ignorées", "unknown actions: ignored");
                into.changes.count("unknown_action", row.line, said);
                continue;
            }
            None => vec![action],
        };
        for action in meant {
            deeds.actions.entry(action).or_default().extend(objects.iter().cloned());
        }
    }
    deeds
}

/// Whether a name is that of a person who works alone.
fn is_person(name: &str) -> bool {
    let folded = fold_label(name);
    let begins = ["entreprise individuelle", "ei", "monsieur", "madame", "mme", "mlle", "m", "mr"];
    begins.iter().any(|word| folded.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')))
}

/// The name that may be kept: of a person who works alone, only the name of the shop.
fn name_of(row: &Record<'_>) -> Option<String> {
    let names = ["nom", "nom_commercial", "nom_officiel"];
    let mut names = names.iter().filter_map(|field| row.text(field).and_then(values::known));
    names.find(|name| !is_person(name)).map(std::borrow::Cow::into_owned)
}

fn point_of(row: &Record<'_>) -> Option<Point> {
    if let Some(text) = row.text("location") {
        let inside = text.rsplit_once('(').map_or("", |(_, rest)| rest).trim_end_matches(')');
        let mut parts = inside.split_whitespace();
        let (lon, lat) = (parts.next()?, parts.next()?);
        return organisation::point(lat, lon);
    }
    organisation::point(&row.text("latitude")?, &row.text("longitude")?)
}

impl Ademe {
    fn actor(
        &self,
        row: &Record<'_>,
        id: &str,
        commune: u32,
        needs: &[(usize, f64)],
        of: Reference<'_>,
        into: &mut Gathered,
    ) {
        let Some(name) = name_of(row) else {
            let said = (
                "personnes seules sans nom d’enseigne : comptées, jamais nommées",
                "people working alone without a shop name: counted, never named",
            );
            into.changes.count("person", row.line, said);
            return;
        };
        let updated = row.first(&["date_de_derniere_modification", "modifie_le"]);
        let updated = updated.and_then(|text| values::date(&text));
        let year = updated.as_deref().and_then(|date| date.get(..4)?.parse().ok());
        let said = |source: String| Said { source, year, licence: LICENCE.to_owned() };
        let contributors: BTreeSet<String> =
            ["paternite", "sources"].iter().flat_map(|field| words(row, field)).collect();
        let others = contributors.into_iter().filter(|name| name != PUBLISHER);
        let sources = [PUBLISHER.to_owned()].into_iter().chain(others).map(said).collect();
        let needs = needs.iter().filter(|(_, weight)| *weight >= SURE);
        let needs = needs.filter_map(|(need, _)| self.needs.id(*need)).map(str::to_owned);
        let organisation = Organisation {
            id: format!("ademe-{id}"),
            name,
            identifier: identifier(row, &["siret"], &["siren"], &mut into.changes),
            summary: row.text("description").map(|text| plain(&text)).unwrap_or_default(),
            needs: needs.collect(),
            point: point_of(row),
            url: row.first(&["site_web", "url"]).and_then(|text| page(&text)),
            updated,
            sources,
            ..Organisation::default()
        };
        organisation.found_in(commune, row.line, of.atlas, into);
    }
}

impl Register for Ademe {
    fn format(&self) -> &'static str {
        "ademe-acteurs"
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        let mut wanted = ["identifiant", "type_dacteur"].into_iter();
        let absent = wanted.find(|name| columns.find(name).is_none());
        let which = (
            "« Longue vie aux objets, acteurs de l’économie circulaire » de l’ADEME",
            "“Longue vie aux objets, acteurs de l’économie circulaire” of ADEME",
        );
        match absent {
            // JSON has no columns: each record is looked at by itself.
            Some(name) if !columns.names.is_empty() => Err(missing_column(columns, name, which)),
            _ => Ok(()),
        }
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let flat = unwrapped(row, "fields");
        let row = match &flat {
            Some(value) => &Record::of_json(row.line, row.raw, value),
            None => row,
        };
        let rules = shipped();
        let Some(id) = row.first(&["identifiant", "uuid", "identifiant_unique"]) else {
            return Verdict::Refused(RecordProblem::missing("identifiant".to_owned()));
        };
        if into.met(&format!("ademe|{id}"), row.line).is_some() {
            return Verdict::Merged;
        }
        let status = row.text("statut");
        if status.is_some_and(|word| !word.eq_ignore_ascii_case("actif"))
            || row.text("siret_is_closed").as_deref() == Some("true")
        {
            return Verdict::Aside(&CLOSED);
        }
        let kinds = ["type_dacteur", "acteur_type"].map(|field| words(row, field)).concat();
        if kinds.is_empty() {
            return Verdict::Refused(RecordProblem::missing("type_dacteur".to_owned()));
        }
        if kinds.iter().any(|kind| rules.online.contains(kind)) {
            return Verdict::Aside(&ONLINE);
        }
        let commune = match places::commune(row, PLACE, of.atlas, &mut into.changes) {
            Ok(Some(commune)) => commune,
            Ok(None) => {
                let given = row.text("lieu_prestation").unwrap_or_default();
                let at_home = rules.at_home.contains(given.as_ref());
                return Verdict::Aside(if at_home { &AT_HOME } else { &UNPLACED });
            }
            Err(problem) => return Verdict::Refused(problem),
        };
        // The whole file says where it is whole, drop-off points included.
        into.supply.get_or_insert_default().seen(commune);
        if kinds.iter().any(|kind| rules.places.contains(kind)) {
            return Verdict::Aside(&NO_ACTOR);
        }
        let siret = row.text("siret").and_then(values::known);
        let name = row.text("nom").map(|name| fold_label(&name)).unwrap_or_default();
        if let Some(siret) = siret
            && into.met(&format!("ademe|{siret}|{commune}|{name}"), row.line).is_some()
        {
            return Verdict::Merged;
        }
        let needs = self.needs.of(&deeds(row, into));
        into.supply.get_or_insert_default().add(commune, &needs);
        if into.wants_actor(commune) {
            self.actor(row, &slug_of(&id), commune, &needs, of, into);
        }
        Verdict::Kept
    }
}

/// An id in base 57 tells capitals: they stay.
fn slug_of(id: &str) -> String {
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { id.to_owned() } else { slug(id) }
}

#[cfg(test)]
#[path = "ademe_tests.rs"]
mod tests;
