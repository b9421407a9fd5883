//! The reader of every declared list ([`super::lists`]).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::gathered::Gathered;
use super::lists::{self, DeclaredList, ListKind, Lists};
use super::places::WrittenPlace;
use super::{Aside, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::identifier::valid_siren_or_siret;
use crate::domain::geography::{Point, distance_km};
use crate::imports::parsed::slug;
use crate::imports::records::{Columns, Record, values};

/// Farther from the middle of its commune, a point is doubted, km.
const DOUBT_KM: f64 = 30.0;
/// Longest summary made from columns, characters.
const SUMMARY_CHARS_MAX: usize = 600;

static UNPLACED: Aside = Aside {
    code: "unplaced",
    fr: "lieu non dit : compté nulle part",
    en: "place not said: counted nowhere",
};

/// The lists that ship with the program.
static SHIPPED: LazyLock<Lists> = LazyLock::new(|| {
    lists::read(include_str!("../../../index/lists.toml")).expect("a test reads the shipped lists")
});

/// Why rows of each list are set aside, in the order of its tests.
static ASIDES: LazyLock<BTreeMap<&'static str, Vec<Aside>>> = LazyLock::new(|| {
    let of = |list: &'static DeclaredList| {
        let aside = |test: &'static lists::CellTest| Aside {
            code: test.column.as_str(),
            fr: test.why_fr.as_str(),
            en: test.why_en.as_str(),
        };
        (list.id.as_str(), list.keep.iter().map(aside).collect())
    };
    SHIPPED.values().map(of).collect()
});

/// The lists that ship with the program, by id.
#[must_use]
pub fn shipped() -> &'static Lists {
    &SHIPPED
}

/// One declared list, read.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    list: &'static DeclaredList,
    asides: &'static [Aside],
}

impl Listed {
    /// The reader of a list that ships with the program.
    #[must_use]
    pub fn new(list: &'static DeclaredList) -> Self {
        Self { list, asides: ASIDES.get(list.id.as_str()).map_or(&[], Vec::as_slice) }
    }

    fn place(
        &self,
        row: &Record<'_>,
        of: Reference<'_>,
        into: &mut Gathered,
    ) -> Result<Option<u32>, RecordProblem> {
        let list = self.list;
        let texts = |columns: &[String]| -> Vec<(String, String)> {
            let written = columns.iter().filter_map(|column| {
                Some((column.clone(), row.text(column).and_then(values::known)?.into_owned()))
            });
            written.collect()
        };
        let first = |columns: &[String]| texts(columns).into_iter().next().map(|(_, text)| text);
        let mut codes = texts(&list.commune_code);
        for (_, code) in &mut codes {
            *code = list.rewritten(code);
        }
        let place = WrittenPlace {
            codes,
            name: first(&list.commune_name),
            postcodes: texts(&list.postcode),
            departement: first(&list.departement).map(|code| {
                let code = list.rewritten(code.trim_end_matches(".0"));
                // `1` and `001` are the Ain.
                match code.parse::<u32>() {
                    Ok(number) => format!("{number:0>2}"),
                    Err(_) => code,
                }
            }),
        };
        place.find(row.line, of.atlas, &mut into.changes)
    }

    /// The row as an actor.
    fn actor(&self, row: &Record<'_>, place: u32, of: Reference<'_>, into: &mut Gathered) {
        let list = self.list;
        let Some(name) = first(row, &list.name).and_then(values::known) else { return };
        let commune = of.atlas.at(place);
        let own: Vec<String> = list
            .key_columns()
            .iter()
            .filter_map(|column| row.text(column))
            .map(|text| slug(&text))
            .collect();
        let own = if own.is_empty() { vec![slug(&name), commune.insee.clone()] } else { own };
        let id = format!("{}-{}", slug(&list.id), own.join("-"));
        let mut body = Map::new();
        let mut put = |field: &str, value: Value| body.insert(field.to_owned(), value);
        put("id", id.clone().into());
        put("name", name.split_whitespace().collect::<Vec<_>>().join(" ").into());
        put("insee", commune.insee.clone().into());
        if let Some((field, digits)) = self.identifier(row, into) {
            put(field, digits.into());
        }
        if let Some(point) = self.point(row) {
            put("lat", json!(point.lat));
            put("lon", json!(point.lon));
            if distance_km(point, commune.point) > DOUBT_KM {
                put("geo", "doute".into());
                let said = (
                    "point à plus de 30 km de sa commune : lieu à vérifier",
                    "point more than 30 km from its commune: place to check",
                );
                into.changes.count("far_point", row.line, said);
            }
        }
        let words = list.summary_columns.iter().filter_map(|column| row.text(column));
        let words: Vec<String> = words.map(|text| values::without_html(&text)).collect();
        let said = [&list.summary].into_iter().chain(&words).filter(|text| !text.is_empty());
        let summary = said.map(String::as_str).collect::<Vec<_>>().join(" ; ");
        put("summary", values::shortened(&summary, SUMMARY_CHARS_MAX).into());
        put("themes", list.themes.clone().into());
        put("register", true.into());
        if let Some(url) = first(row, &list.url_column).filter(|url| url.starts_with("http")) {
            put("url", url.into_owned().into());
        }
        let date = first(row, &list.updated).and_then(|text| values::date(&text));
        let year = date.as_ref().and_then(|date| date.get(..4)?.parse::<i16>().ok()).or(into.year);
        if let Some(date) = date {
            put("updated", date.into());
        }
        let source = json!({ "source": list.publisher, "licence": list.licence, "year": year });
        put("sources", Value::from(vec![source]));
        into.add_actor(row.line, id, Value::Object(body));
    }

    fn identifier(&self, row: &Record<'_>, into: &mut Gathered) -> Option<(&'static str, String)> {
        for (name, columns, length) in
            [("siret", &self.list.siret, 14), ("siren", &self.list.siren, 9)]
        {
            let Some(text) = first(row, columns).and_then(values::known) else { continue };
            let read = values::code(&text, length);
            match read.filter(|(digits, _)| valid_siren_or_siret(digits).is_some()) {
                Some((digits, restored)) => {
                    if restored {
                        let said = (
                            "zéros de tête rétablis dans un code",
                            "leading zeros restored in a code",
                        );
                        into.changes.count("zeros", row.line, said);
                    }
                    return Some((name, digits));
                }
                None => {
                    let said = (
                        "SIRET ou SIREN à la clé fausse : laissé de côté",
                        "SIRET or SIREN with a wrong key: left out",
                    );
                    into.changes.count("wrong_key", row.line, said);
                }
            }
        }
        None
    }

    fn point(&self, row: &Record<'_>) -> Option<Point> {
        let list = self.list;
        let numbers = |text: &str| {
            let parts = text.split([',', ';', ' ', '(', ')']);
            parts.filter_map(values::number).collect::<Vec<f64>>()
        };
        let geometry = list.geojson.iter().find_map(|field| row.json(field));
        let (lat, lon) = if let Some(text) = first(row, &list.latlon) {
            match numbers(&text)[..] {
                [lat, lon, ..] => (lat, lon),
                _ => return None,
            }
        } else if let Some(text) = first(row, &list.ewkt) {
            match numbers(text.rsplit_once(';').map_or(&text, |(_, point)| point))[..] {
                [lon, lat, ..] => (lat, lon),
                _ => return None,
            }
        } else if let Some(geometry) = geometry {
            let pair = geometry.get("coordinates")?;
            (pair.get(1)?.as_f64()?, pair.get(0)?.as_f64()?)
        } else {
            let of = |columns: &[String]| values::number(&first(row, columns)?);
            (of(&list.lat)?, of(&list.lon)?)
        };
        let somewhere = lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat != 0.0 || lon != 0.0);
        somewhere.then_some(Point { lat, lon })
    }
}

/// The first of several columns that is filled.
fn first<'a>(row: &Record<'a>, columns: &[String]) -> Option<std::borrow::Cow<'a, str>> {
    columns.iter().find_map(|column| row.text(column))
}

impl Register for Listed {
    fn format(&self) -> &'static str {
        &self.list.id
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        // JSON has no columns: each record is looked at by itself.
        let table = !columns.names.is_empty();
        let absent = self.list.required.iter().find(|name| table && columns.find(name).is_none());
        let hint = self.list.file_hint.as_str();
        absent.map_or(Ok(()), |name| Err(missing_column(columns, name, (hint, hint))))
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let list = self.list;
        if let Some(absent) = list.required.iter().find(|name| !row.has(name)) {
            return Verdict::Refused(RecordProblem::missing(absent.clone()));
        }
        let cell = |column: &str| row.text(column).unwrap_or_default();
        if let Some(at) = list.keep.iter().position(|test| !test.passes(&cell(&test.column))) {
            return Verdict::Aside(&self.asides[at]);
        }
        let key: Vec<String> = list.key_columns().iter().map(|name| slug(&cell(name))).collect();
        let named = key.iter().any(|part| !part.is_empty());
        let key = format!("{}|{}", list.id, key.join("|"));
        let merged = named && into.met(&key, row.line).is_some();
        let verdict = if merged { Verdict::Merged } else { Verdict::Kept };
        if list.kind == ListKind::Reference {
            return verdict;
        }
        let place = match self.place(row, of, into) {
            Ok(Some(place)) => place,
            Ok(None) => return Verdict::Aside(&UNPLACED),
            Err(problem) => return Verdict::Refused(problem),
        };
        if !merged {
            into.supply.get_or_insert_default().seen(place);
        }
        let mut counted: Vec<&str> = Vec::new();
        for supply in &list.supply {
            let source = supply.source_id.as_str();
            let counts = supply.when.as_ref().is_none_or(|test| test.passes(&cell(&test.column)));
            // One source has one count whatever the needs that it serves, and counts an
            // organisation once, on whichever of its lines says what is counted.
            if !counts || counted.contains(&source) {
                continue;
            }
            counted.push(source);
            if !named || into.met(&format!("{key}|{source}"), row.line).is_none() {
                let of_source = into.listed.entry(source.to_owned()).or_default();
                *of_source.entry(place).or_default() += 1.0;
            }
        }
        if !merged && list.kind == ListKind::Actor && into.wants_actor(place) {
            self.actor(row, place, of, into);
        }
        verdict
    }
}
