//! Named partners: "SINGA (Paris, Lyon)".

use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::RecordProblem;
use super::put;
use crate::domain::portrait::Partner;

/// Reads one partner: a text, or `{organisation, places, text}`.
///
/// # Errors
/// If it is neither, or names nobody.
pub fn read(path: &str, value: &Value) -> Result<Partner, RecordProblem> {
    match value {
        Value::String(text) => Ok(parse(text)),
        Value::Object(map) => {
            let mut fields = Fields::new(map, path);
            let name = fields.text("organisation").or_else(|| fields.text("name"));
            let organisation = name.ok_or_else(|| RecordProblem::missing(path))?;
            let places = fields.list("places");
            let text = fields.text("text").unwrap_or_else(|| written(&organisation, &places));
            Ok(Partner { organisation, places, text })
        }
        other => Err(RecordProblem::wrong_type(path, other, ("nom ou objet", "name or object"))),
    }
}

/// Reads the list `name`; what cannot be read is noted and dropped.
pub fn read_list(fields: &mut Fields<'_>, name: &'static str) -> Vec<Partner> {
    let mut partners = Vec::new();
    for (path, item) in fields.items(name) {
        match read(&path, &item) {
            Ok(partner) => partners.push(partner),
            Err(problem) => fields.note(problem),
        }
    }
    partners
}

/// Parts a text into the organisation and what stands in its last parenthesis.
///
/// What is in it may be something else than places (an acronym): whoever resolves places
/// against the atlas finds none there, and nothing is lost since `text` is kept whole.
#[must_use]
pub fn parse(text: &str) -> Partner {
    let text = text.trim();
    let parted = text.strip_suffix(')').and_then(|open| open.rsplit_once('('));
    match parted {
        Some((organisation, inside)) if !organisation.trim().is_empty() => Partner {
            organisation: organisation.trim().to_owned(),
            places: inside
                .split([',', ';', '/'])
                .flat_map(|part| part.split(" et "))
                .map(str::trim)
                .filter(|part| part.chars().next().is_some_and(char::is_uppercase))
                .map(str::to_owned)
                .collect(),
            text: text.to_owned(),
        },
        _ => Partner { organisation: text.to_owned(), places: Vec::new(), text: text.to_owned() },
    }
}

/// A partner as one text: "SINGA (Paris, Lyon)".
#[must_use]
pub fn written(organisation: &str, places: &[String]) -> String {
    if places.is_empty() {
        organisation.to_owned()
    } else {
        format!("{organisation} ({})", places.join(", "))
    }
}

/// A partner as JSON.
#[must_use]
pub fn to_json(partner: &Partner) -> Value {
    let mut map = Map::new();
    put(&mut map, "organisation", partner.organisation.as_str());
    put(&mut map, "places", partner.places.clone());
    put(&mut map, "text", partner.text.as_str());
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_from_the_parenthesis() {
        let partner = parse("SINGA (Paris, Lyon et Nantes)");
        assert_eq!(partner.organisation, "SINGA");
        assert_eq!(partner.places, ["Paris", "Lyon", "Nantes"]);
        assert_eq!(parse("Fondation Raja").places, Vec::<String>::new());
        assert_eq!(parse("Emmaüs (magasin)").places, Vec::<String>::new());
    }
}
