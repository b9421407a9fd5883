//! Personal data of natural persons: never stored (design §8).

use serde_json::{Map, Value};

use super::folding::fold_label;
use super::problem::RecordProblem;

/// Words of a field name that announce personal data, folded.
const PERSONAL: [&str; 26] = [
    "email",
    "mail",
    "courriel",
    "e mail",
    "mel",
    "telephone",
    "tel",
    "phone",
    "mobile",
    "portable",
    "fax",
    "contact",
    "contacts",
    "prenom",
    "prenoms",
    "first name",
    "last name",
    "firstname",
    "lastname",
    "dirigeant",
    "dirigeants",
    "president",
    "directeur",
    "directrice",
    "responsable",
    "referent",
];

/// Whether the name of a field announces personal data (`contact_email`, `Téléphone`).
#[must_use]
pub fn is_personal(name: &str) -> bool {
    let folded = fold_label(name);
    PERSONAL.iter().any(|word| {
        folded == *word
            || folded.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '))
            || folded.strip_suffix(word).is_some_and(|rest| rest.ends_with(' '))
    })
}

/// `value` of the field `name` without the personal data in it; `None` if it is all personal.
#[must_use]
pub fn without_personal(name: &str, value: &Value) -> Option<Value> {
    if is_personal(name) {
        return None;
    }
    Some(match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter_map(|(name, value)| Some((name.clone(), without_personal(name, value)?)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => {
            Value::Array(items.iter().filter_map(|item| without_personal("", item)).collect())
        }
        other => other.clone(),
    })
}

/// The notice of a field left out because it holds personal data; its value is not repeated.
#[must_use]
pub fn dropped(field: String) -> RecordProblem {
    RecordProblem::new(
        field,
        "",
        ("donnée personnelle, écartée", "personal data, left out"),
        (
            "rien à faire : seules les organisations sont gardées",
            "nothing to do: only organisations are kept",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_announce_personal_data() {
        for name in ["email", "contact_email", "Téléphone", "prenom1UniteLegale prenom", "tel_fixe"]
        {
            assert!(is_personal(name), "{name}");
        }
        for name in ["hotel", "themes", "modele", "portage"] {
            assert!(!is_personal(name), "{name}");
        }
        let kept = without_personal("extra", &serde_json::json!({"email": "a@b", "site": "x"}));
        assert_eq!(kept, Some(serde_json::json!({"site": "x"})));
    }
}
