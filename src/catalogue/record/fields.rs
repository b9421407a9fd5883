//! Reading the fields of a JSON object leniently, remembering which were read.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::personal;
use super::problem::RecordProblem;
use crate::domain::date::PartialDate;

/// An object being read: what is asked for is marked, what is bad is noted.
#[derive(Debug)]
pub struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
    seen: BTreeSet<&'static str>,
    problems: Vec<RecordProblem>,
}

impl<'a> Fields<'a> {
    /// Starts reading `map`, found at `path` (empty for the row itself).
    #[must_use]
    pub fn new(map: &'a Map<String, Value>, path: impl Into<String>) -> Self {
        Self { map, path: path.into(), seen: BTreeSet::new(), problems: Vec::new() }
    }

    /// Starts reading a row.
    ///
    /// # Errors
    /// If `value` is no JSON object.
    pub fn of_row(value: &'a Value) -> Result<Self, RecordProblem> {
        match value {
            Value::Object(map) => Ok(Self::new(map, "")),
            other => Err(RecordProblem::wrong_type("", other, ("objet JSON", "JSON object"))),
        }
    }

    /// The full path of `name`.
    #[must_use]
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Notes a problem.
    pub fn note(&mut self, problem: RecordProblem) {
        self.problems.push(problem);
    }

    /// The value of `name`, unless absent or null.
    pub fn value(&mut self, name: &'static str) -> Option<&'a Value> {
        self.seen.insert(name);
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// A text, trimmed; a number is taken as its digits; empty is absent.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        let text = match self.value(name)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            other => {
                let problem =
                    RecordProblem::wrong_type(self.path_of(name), other, ("texte", "text"));
                self.note(problem);
                return None;
            }
        };
        (!text.is_empty()).then_some(text)
    }

    /// A text that the row cannot do without.
    ///
    /// # Errors
    /// If it is absent, empty or no text.
    pub fn required(&mut self, name: &'static str) -> Result<String, RecordProblem> {
        let path = self.path_of(name);
        self.text(name).ok_or_else(|| RecordProblem::missing(path))
    }

    /// A list of texts: a JSON list, or one text separated by `;` or `|`.
    pub fn list(&mut self, name: &'static str) -> Vec<String> {
        match self.value(name) {
            None => Vec::new(),
            Some(Value::String(text)) => split_list(text),
            Some(Value::Array(items)) => {
                let mut list = Vec::with_capacity(items.len());
                for (at, item) in items.iter().enumerate() {
                    match item {
                        Value::String(text) if text.trim().is_empty() => {}
                        Value::String(text) => list.push(text.trim().to_owned()),
                        Value::Number(number) => list.push(number.to_string()),
                        other => {
                            let path = format!("{}[{at}]", self.path_of(name));
                            self.note(RecordProblem::wrong_type(path, other, ("texte", "text")));
                        }
                    }
                }
                list
            }
            Some(other) => {
                let path = self.path_of(name);
                self.note(RecordProblem::wrong_type(
                    path,
                    other,
                    ("liste de textes", "list of texts"),
                ));
                Vec::new()
            }
        }
    }

    /// A list whose items are texts or objects: each with its path.
    pub fn items(&mut self, name: &'static str) -> Vec<(String, Value)> {
        let path = self.path_of(name);
        match self.value(name) {
            None => Vec::new(),
            Some(Value::String(text)) => split_list(text)
                .into_iter()
                .enumerate()
                .map(|(at, text)| (format!("{path}[{at}]"), Value::from(text)))
                .collect(),
            Some(Value::Array(items)) => items
                .iter()
                .enumerate()
                .filter(|(_, item)| !item.is_null() && item.as_str() != Some(""))
                .map(|(at, item)| (format!("{path}[{at}]"), item.clone()))
                .collect(),
            Some(object @ Value::Object(_)) => vec![(format!("{path}[0]"), object.clone())],
            Some(other) => {
                self.note(RecordProblem::wrong_type(path, other, ("liste", "list")));
                Vec::new()
            }
        }
    }

    /// A finite number; texts such as `1 234,5` are read too.
    pub fn number(&mut self, name: &'static str) -> Option<f64> {
        let value = self.value(name)?;
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => parse_number(text),
            _ => None,
        };
        if number.is_none_or(|n| !n.is_finite()) {
            let path = self.path_of(name);
            self.note(RecordProblem::wrong_type(path, value, ("nombre", "number")));
            return None;
        }
        number
    }

    /// A number within `[low, high]`; one outside is dropped.
    pub fn number_within(&mut self, name: &'static str, low: f64, high: f64) -> Option<f64> {
        let number = self.number(name)?;
        if (low..=high).contains(&number) {
            return Some(number);
        }
        let path = self.path_of(name);
        self.note(RecordProblem::new(
            path,
            number,
            (
                &format!("hors des bornes {low} à {high}"),
                &format!("outside the bounds {low} to {high}"),
            ),
            ("corrigez la valeur ou videz le champ", "correct the value or empty the field"),
        ));
        None
    }

    /// A year of 1800 to 2200.
    pub fn year(&mut self, name: &'static str) -> Option<i16> {
        self.date(name).map(|date| date.year)
    }

    /// A date: `2019`, `2019-05` or `2019-05-17`, also `17/05/2019`.
    pub fn date(&mut self, name: &'static str) -> Option<PartialDate> {
        let text = self.text(name)?;
        let date = parse_date(&text);
        if date.is_none() {
            let path = self.path_of(name);
            self.note(RecordProblem::wrong_type(
                path,
                text,
                ("date AAAA, AAAA-MM ou AAAA-MM-JJ", "date YYYY, YYYY-MM or YYYY-MM-DD"),
            ));
        }
        date
    }

    /// The first day a date may mean.
    pub fn first_day(&mut self, name: &'static str) -> Option<Date> {
        self.date(name).map(PartialDate::first_day)
    }

    /// The last day a date may mean.
    pub fn last_day(&mut self, name: &'static str) -> Option<Date> {
        self.date(name).map(PartialDate::last_day)
    }

    /// A yes or a no: JSON booleans, oui/non, vrai/faux, true/false, 1/0, O/N.
    pub fn boolean(&mut self, name: &'static str) -> Option<bool> {
        let value = self.value(name)?;
        let said = match value {
            Value::Bool(said) => Some(*said),
            Value::Number(number) => match number.as_i64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Value::String(text) => match text.trim().to_lowercase().as_str() {
                "" | "inconnu" | "unknown" | "?" => return None,
                "oui" | "vrai" | "true" | "yes" | "1" | "o" | "y" | "x" => Some(true),
                "non" | "faux" | "false" | "no" | "0" | "n" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if said.is_none() {
            let path = self.path_of(name);
            self.note(RecordProblem::wrong_type(path, value, ("oui ou non", "yes or no")));
        }
        said
    }

    /// An object read by `read`, its problems joined to these.
    pub fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> Option<T> {
        let path = self.path_of(name);
        match self.value(name)? {
            Value::Object(map) => {
                let mut inner = Fields::new(map, path);
                let value = read(&mut inner);
                self.absorb(inner);
                Some(value)
            }
            other => {
                self.note(RecordProblem::wrong_type(path, other, ("objet", "object")));
                None
            }
        }
    }

    /// Joins the problems of an inner object, its unknown fields included.
    pub fn absorb(&mut self, inner: Fields<'_>) {
        let (_, problems) = inner.finish();
        self.problems.extend(problems);
    }

    /// Ends the reading: the fields nobody asked for, and every problem noted.
    #[must_use]
    pub fn finish(mut self) -> (Map<String, Value>, Vec<RecordProblem>) {
        let mut unknown = Map::new();
        for (name, value) in self.map {
            if self.seen.contains(name.as_str()) || value.is_null() {
                continue;
            }
            match personal::without_personal(name, value) {
                Some(kept) => {
                    unknown.insert(name.clone(), kept);
                }
                None => {
                    let path = self.path_of(name);
                    self.problems.push(personal::dropped(path));
                }
            }
        }
        for (name, value) in &unknown {
            let path = self.path_of(name);
            self.problems.push(RecordProblem::unknown_field(path, value));
        }
        (unknown, self.problems)
    }
}

/// Splits an inner list on `;` or `|`.
#[must_use]
pub fn split_list(text: &str) -> Vec<String> {
    text.split([';', '|'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Reads `1 234,5`, `1234.5`, `12 %`; spaces of every width are thousands separators.
#[must_use]
pub fn parse_number(text: &str) -> Option<f64> {
    let bare: String = text
        .trim()
        .trim_end_matches(['%', '€'])
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{202f}' && *c != '\u{a0}')
        .map(|c| if c == ',' { '.' } else { c })
        .collect();
    bare.parse().ok()
}

/// Reads an ISO date, whole or partial, or a French one (`17/05/2019`, `05/2019`).
#[must_use]
pub fn parse_date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    if let Some(date) = PartialDate::parse(text) {
        return Some(date);
    }
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    match parts.as_slice() {
        [month, year] => PartialDate::parse(&format!("{year}-{month:0>2}")),
        [day, month, year] => PartialDate::parse(&format!("{year}-{month:0>2}-{day:0>2}")),
        _ => text.strip_suffix(".0").and_then(PartialDate::parse),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_numbers_and_dates_are_read() {
        assert_eq!(parse_number("1\u{202f}234,5"), Some(1234.5));
        assert_eq!(parse_number("12 %"), Some(12.0));
        assert_eq!(parse_number("douze"), None);
        assert_eq!(parse_date("17/05/2019").unwrap().to_string(), "2019-05-17");
        assert_eq!(parse_date("5/2019").unwrap().to_string(), "2019-05");
        assert_eq!(parse_date("31/02/2019"), None);
    }

    #[test]
    fn what_nobody_asked_for_is_reported_and_kept() {
        let value = serde_json::json!({"id": "a", "couleur": "bleu", "vide": null});
        let mut fields = Fields::of_row(&value).unwrap();
        assert_eq!(fields.required("id").unwrap(), "a");
        let (unknown, problems) = fields.finish();
        assert_eq!(unknown.len(), 1);
        assert_eq!(problems[0].field, "couleur");
    }
}
