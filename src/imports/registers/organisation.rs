//! An organisation found in a register, as the file of actors that the log keeps.
//!
//! What registers of organisations would do alike stands here: the identifier with its key,
//! the point that must agree with its commune, texts without the addresses of people.

use serde_json::{Map, Value, json};

use super::gathered::Gathered;
use crate::catalogue::record::identifier::valid_siren_or_siret;
use crate::domain::geography::{Point, distance_km};
use crate::domain::territory::Atlas;
use crate::imports::records::{Changes, Record, values};

/// Farther from the middle of its commune, a point is doubted, km.
pub const DOUBT_KM: f64 = 30.0;
/// Longest summary, characters.
const SUMMARY_CHARS_MAX: usize = 600;

/// An organisation as a register tells it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Organisation {
    /// Its id in the catalogue.
    pub id: String,
    /// Its name.
    pub name: String,
    /// SIREN or SIRET, its key right.
    pub identifier: Option<String>,
    /// What it says of itself; empty where it says nothing.
    pub summary: String,
    /// Themes as written.
    pub themes: Vec<String>,
    /// Needs: ids of the taxonomy.
    pub needs: Vec<String>,
    /// Publics, as words.
    pub publics: Vec<String>,
    /// Where it is.
    pub point: Option<Point>,
    /// Its page.
    pub url: Option<String>,
    /// When its row was last changed, `AAAA-MM-JJ`.
    pub updated: Option<String>,
    /// Who says so.
    pub sources: Vec<Said>,
}

/// A source of what is said of an organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// Publisher or page.
    pub source: String,
    /// Year of what it says.
    pub year: Option<i16>,
    /// Under which licence.
    pub licence: String,
}

impl Organisation {
    /// Adds it to the actors, in the commune where it stands.
    pub fn found_in(self, commune: u32, line: u64, atlas: &Atlas, into: &mut Gathered) {
        let place = atlas.at(commune);
        let mut body = Map::new();
        let mut put = |field: &str, value: Value| body.insert(field.to_owned(), value);
        put("id", self.id.clone().into());
        put("name", self.name.split_whitespace().collect::<Vec<_>>().join(" ").into());
        put("insee", place.insee.clone().into());
        if let Some(digits) = self.identifier {
            put(if digits.len() == 9 { "siren" } else { "siret" }, digits.into());
        }
        if let Some(point) = self.point {
            let (point, far) = agreed(point, place.point);
            if point != self.point.unwrap_or(point) {
                let said = (
                    "latitude et longitude échangées : remises en ordre",
                    "latitude and longitude swapped: put back in order",
                );
                into.changes.count("swapped_point", line, said);
            }
            put("lat", json!(point.lat));
            put("lon", json!(point.lon));
            if far {
                put("geo", "doute".into());
                let said = (
                    "point à plus de 30 km de sa commune : lieu à vérifier",
                    "point more than 30 km from its commune: place to check",
                );
                into.changes.count("far_point", line, said);
            }
        }
        put("register", self.summary.is_empty().into());
        put("summary", values::shortened(&self.summary, SUMMARY_CHARS_MAX).into());
        put("themes", self.themes.into());
        put("needs", self.needs.into());
        put("publics", self.publics.into());
        if let Some(url) = self.url {
            put("url", url.into());
        }
        if let Some(date) = self.updated {
            put("updated", date.into());
        }
        let sources = self.sources.into_iter().map(
            |said| json!({ "source": said.source, "licence": said.licence, "year": said.year }),
        );
        put("sources", sources.collect::<Vec<_>>().into());
        into.add_actor(line, self.id, Value::Object(body));
    }
}

/// The point, put back in order where its two numbers were swapped, and whether it is still
/// too far from the middle of its commune.
fn agreed(point: Point, middle: Point) -> (Point, bool) {
    if distance_km(point, middle) <= DOUBT_KM {
        return (point, false);
    }
    let swapped = Point { lat: point.lon, lon: point.lat };
    let sound = swapped.lat.abs() <= 90.0 && distance_km(swapped, middle) <= DOUBT_KM;
    if sound { (swapped, false) } else { (point, true) }
}

/// A point read from two texts; `0, 0` and what is no place on Earth are no point.
#[must_use]
pub fn point(lat: &str, lon: &str) -> Option<Point> {
    let (lat, lon) = (values::number(lat)?, values::number(lon)?);
    let somewhere = lat.abs() <= 180.0 && lon.abs() <= 180.0 && (lat != 0.0 || lon != 0.0);
    somewhere.then_some(Point { lat, lon })
}

/// The SIRET, else the SIREN, of a row, with a right key.
///
/// Lost zeros are restored and a wrong key is left out; both are said in `changes`.
pub fn identifier(
    row: &Record<'_>,
    siret: &[&str],
    siren: &[&str],
    changes: &mut Changes,
) -> Option<String> {
    for (names, length) in [(siret, 14), (siren, 9)] {
        let Some(text) = row.first(names).and_then(values::known) else { continue };
        let read = values::code(&text, length);
        match read.filter(|(digits, _)| valid_siren_or_siret(digits).is_some()) {
            Some((digits, restored)) => {
                if restored {
                    let said =
                        ("zéros de tête rétablis dans un code", "leading zeros restored in a code");
                    changes.count("zeros", row.line, said);
                }
                return Some(digits);
            }
            None => {
                let said = (
                    "SIRET ou SIREN à la clé fausse : laissé de côté",
                    "SIRET or SIREN with a wrong key: left out",
                );
                changes.count("wrong_key", row.line, said);
            }
        }
    }
    None
}

/// A text of an organisation: no tag, no e-mail address, no telephone number.
#[must_use]
pub fn plain(text: &str) -> String {
    let text = values::without_html(text);
    let words: Vec<&str> = text.split(' ').collect();
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        match telephone(&words[at..]) {
            0 if words[at].contains('@') => at += 1,
            0 => {
                kept.push(words[at]);
                at += 1;
            }
            length => at += length,
        }
    }
    kept.join(" ")
}

/// How many words, from the first, write a French telephone number; 0: none.
fn telephone(words: &[&str]) -> usize {
    /// Digits of a number, its country left out.
    const DIGITS: usize = 10;
    let trim = |word: &str| -> String {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '+');
        word.replace("+33", "0").replace("(0)", "")
    };
    let mut digits = String::new();
    for (at, word) in words.iter().enumerate() {
        let word = trim(word);
        let signs = |c: char| matches!(c, '.' | '-' | '/' | '\u{a0}');
        let own: String = word.chars().filter(|&c| !signs(c)).collect();
        if own.is_empty() || !own.bytes().all(|byte| byte.is_ascii_digit()) {
            return 0;
        }
        digits.push_str(&own);
        // A number begins with 0; `+33 6 …` wrote its own.
        if !digits.starts_with('0') || digits.len() > DIGITS {
            return 0;
        }
        if digits.len() == DIGITS {
            return at + 1;
        }
    }
    0
}

/// The first address of a page in a text; what is no address is none.
#[must_use]
pub fn page(text: &str) -> Option<String> {
    let first = text.split([';', ' ', '|']).map(str::trim).find(|part| part.contains('.'))?;
    if first.contains('@') {
        return None;
    }
    let plain = first.replace("\\/", "/");
    Some(if plain.starts_with("http") { plain } else { format!("https://{plain}") })
}

/// The fields of a record that holds them in an inner object (`fields` of a dump of Django,
/// `properties` of GeoJSON), with the geometry and the id that stand beside.
///
/// `None` where the record holds its own fields.
#[must_use]
pub fn unwrapped(row: &Record<'_>, inner: &str) -> Option<Value> {
    let held = row.json(inner)?;
    let mut fields = held.as_object()?.clone();
    for (name, from) in [("geometry", "geometry"), ("id", "id"), ("id", "pk")] {
        if let Some(value) = row.json(from).filter(|_| !fields.contains_key(name)) {
            fields.insert(name.to_owned(), value.into_owned());
        }
    }
    Some(Value::Object(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_no_way_to_reach_a_person() {
        assert_eq!(
            plain("<p>Ouvert le 01/02/2024.</p> Appeler le 06 12 34 56 78, ou a.b@exemple.org."),
            "Ouvert le 01/02/2024. Appeler le ou"
        );
        assert_eq!(plain("Tél. 0612345678 ou +33 6 12 34 56 78 !"), "Tél. ou !");
        assert_eq!(plain("04.78.00.00.00 et 06-12-34-56-78"), "et");
        assert_eq!(plain("05 places, 2024 et 69003 Lyon"), "05 places, 2024 et 69003 Lyon");
    }

    #[test]
    fn a_swapped_point_is_put_back_and_a_far_one_doubted() {
        let lyon = Point { lat: 45.76, lon: 4.84 };
        assert_eq!(agreed(Point { lat: 4.85, lon: 45.75 }, lyon).0.lat, 45.75);
        assert!(!agreed(Point { lat: 4.85, lon: 45.75 }, lyon).1);
        assert!(agreed(Point { lat: 48.85, lon: 2.35 }, lyon).1);
        assert_eq!(point("0", "0.0"), None);
        assert_eq!(point("45,76", "4.84"), Some(lyon));
        assert_eq!(point("450", "4.84"), None);
    }

    #[test]
    fn a_page_is_the_first_address_of_a_text() {
        assert_eq!(page("http:\\/\\/a.org\\/b").as_deref(), Some("http://a.org/b"));
        assert_eq!(page("www.a.org;www.b.org").as_deref(), Some("https://www.a.org"));
        assert_eq!(page("NULL"), None);
        assert_eq!(page("contact@a.org"), None);
    }
}
