//! What a partner sends, read whole: every fault is told, with its way out.

use jiff::civil::Date;
use serde_json::{Map, Value};
use strsim::jaro_winkler;

use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::fields::parse_date;
use crate::catalogue::record::personal;
use crate::catalogue::revision::canonical;
use crate::domain::date::PartialDate;
use crate::domain::taxonomy::Taxonomy;
use crate::scouting::ask::check_date;
use crate::scouting::faults::{Fault, FaultKind};

/// The fields of a submission.
const FIELDS: [&str; 13] = [
    "priorities",
    "themes",
    "needs",
    "no_priority",
    "submitted_by",
    "document",
    "start",
    "end",
    "contact",
    "source",
    "licence",
    "reason",
    "lang",
];
/// Longest text of a field, characters.
const TEXT_MAX: usize = 500;
/// Likeness (Jaro-Winkler) under which a name is no suggestion.
pub(super) const LIKENESS: f64 = 0.75;

/// A submission read: one period, not yet in its territory's row.
#[derive(Debug, Clone, PartialEq)]
pub struct Deposit {
    /// The period as the log keeps it, without its start.
    pub period: Map<String, Value>,
    /// Its first day, where it was said.
    pub start: Option<Date>,
    /// Its last day.
    pub end: Option<Date>,
}

impl Deposit {
    /// Its first day: the one said; else that of the period of `row` in force `today`, where
    /// it says just the same; else `today`.
    #[must_use]
    pub fn start_in(&self, row: Option<&Value>, today: Date) -> Date {
        self.start.or_else(|| same_period(row, &self.period, today)).unwrap_or(today)
    }

    /// The period as the log keeps it, from `start` on.
    #[must_use]
    pub fn period_from(&self, start: Date) -> Map<String, Value> {
        let mut period = self.period.clone();
        period.insert("start".to_owned(), Value::from(start.to_string()));
        period
    }
}

/// The start of the period in force `today` when it says just what `period` says.
fn same_period(row: Option<&Value>, period: &Map<String, Value>, today: Date) -> Option<Date> {
    let read = |text: &Value| text.as_str()?.parse::<Date>().ok();
    let periods = row?["periods"].as_array()?;
    let known = periods.iter().filter_map(|known| Some((read(&known["start"])?, known)));
    let in_force = known.filter(|(start, known)| {
        *start <= today && read(&known["end"]).is_none_or(|end| today <= end)
    });
    let (start, known) = in_force.max_by_key(|(start, _)| *start)?;
    let mut said = known.as_object()?.clone();
    said.remove("start");
    (canonical(&Value::Object(said)) == canonical(&Value::Object(period.clone()))).then_some(start)
}

/// Reads a submission.
///
/// # Errors
/// Every fault, in the order of the fields.
pub fn read(taxonomy: &Taxonomy, body: &Value) -> Result<Deposit, Vec<Fault>> {
    let Value::Object(map) = body else {
        let problem = RecordProblem::wrong_type("", "", ("objet JSON", "JSON object"));
        return Err(vec![Fault::new(FaultKind::BadRecord, problem)]);
    };
    let mut reader = Reader { taxonomy, faults: Vec::new() };
    reader.check_fields("", map, &FIELDS);
    let wishes = reader.wishes(map);
    let mut period = Map::new();
    period.insert("priorities".to_owned(), Value::Array(wishes));
    for name in ["submitted_by", "contact", "document", "source", "licence"] {
        if let Some(text) = reader.organisation(map, "", name) {
            period.insert(name.to_owned(), Value::from(text));
        }
    }
    reader.organisation(map, "", "reason");
    let start = reader.date(map, "start", PartialDate::first_day);
    let end = reader.date(map, "end", PartialDate::last_day);
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        reader.note(
            FaultKind::BadDate,
            "end",
            end,
            (
                &format!("la fin précède le début ({start})"),
                &format!("the end comes before the start ({start})"),
            ),
            (
                "échangez les deux dates, ou retirez `end` si aucune fin n’est prévue",
                "swap the two dates, or leave `end` out if no end is planned",
            ),
        );
    }
    if let Some(end) = end {
        period.insert("end".to_owned(), Value::from(end.to_string()));
    }
    match reader.faults.is_empty() {
        true => Ok(Deposit { period, start, end }),
        false => Err(reader.faults),
    }
}

pub(super) struct Reader<'a> {
    pub(super) taxonomy: &'a Taxonomy,
    pub(super) faults: Vec<Fault>,
}

impl Reader<'_> {
    pub(super) fn note(
        &mut self,
        kind: FaultKind,
        field: &str,
        value: impl std::fmt::Display,
        reason: (&str, &str),
        way_out: (&str, &str),
    ) {
        self.faults.push(Fault::new(kind, RecordProblem::new(field, value, reason, way_out)));
    }

    pub(super) fn check_fields(&mut self, path: &str, map: &Map<String, Value>, known: &[&str]) {
        for name in map.keys().filter(|name| !known.contains(&name.as_str())) {
            let short: String = name.chars().take(40).collect();
            let field = join(path, &short);
            if personal::is_personal(name) {
                // Its value is not repeated.
                let reason = ("donnée personnelle refusée", "personal data refused");
                self.note(FaultKind::PersonalData, &field, "", reason, ONLY_ORGANISATIONS);
                continue;
            }
            let near = nearest(&short, known.iter().map(|word| (*word, *word)));
            let (fr, en) = match near {
                Some(near) => {
                    (format!("vouliez-vous dire `{near}` ?"), format!("did you mean `{near}`?"))
                }
                None => {
                    let list = known.join(", ");
                    (format!("champs admis : {list}"), format!("known fields: {list}"))
                }
            };
            self.note(
                FaultKind::BadRecord,
                &field,
                "",
                ("champ inconnu", "unknown field"),
                (&fr, &en),
            );
            if let (Some(near), Some(fault)) = (near, self.faults.last_mut()) {
                fault.suggestion = Some((near.to_owned(), near.to_owned()));
            }
        }
    }

    /// A text, in which no personal data is let in.
    pub(super) fn organisation(
        &mut self,
        map: &Map<String, Value>,
        path: &str,
        name: &str,
    ) -> Option<String> {
        let field = join(path, name);
        let text = match map.get(name)? {
            Value::Null => return None,
            Value::String(text) => text.trim(),
            other => {
                let problem = RecordProblem::wrong_type(field, other, ("texte", "text"));
                self.faults.push(Fault::new(FaultKind::BadRecord, problem));
                return None;
            }
        };
        if text.chars().count() > TEXT_MAX {
            let (fr, en) = (
                format!("texte de plus de {TEXT_MAX} caractères"),
                format!("text of more than {TEXT_MAX} characters"),
            );
            let way_out = ("gardez l’essentiel", "keep the essential");
            self.note(FaultKind::OutOfBounds, &field, text, (&fr, &en), way_out);
            return None;
        }
        let person = || ("le nom d’une personne", "the name of a person");
        let found = personal::found_in(text);
        let Some(reason) = found.or_else(|| personal::names_a_person(text).then(person)) else {
            return (!text.is_empty()).then(|| text.to_owned());
        };
        let (fr, en) = (format!("contient {}", reason.0), format!("holds {}", reason.1));
        self.note(FaultKind::PersonalData, &field, "", (&fr, &en), ONLY_ORGANISATIONS);
        None
    }

    fn date(
        &mut self,
        map: &Map<String, Value>,
        name: &str,
        day: fn(PartialDate) -> Date,
    ) -> Option<Date> {
        let text = match map.get(name)? {
            Value::Null => return None,
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let read = parse_date(&text).map(day).filter(|day| check_date(*day).is_ok());
        if read.is_none() {
            self.note(
                FaultKind::BadDate,
                name,
                text,
                ("date illisible", "unreadable date"),
                ("écrivez AAAA-MM-JJ, entre 1990 et 2100", "write YYYY-MM-DD, from 1990 to 2100"),
            );
        }
        read
    }
}

const ONLY_ORGANISATIONS: (&str, &str) = (
    "ne donnez qu’une organisation : « Métropole de Lyon, mission ESS » ; aucune personne, adresse \
     ni numéro n’est gardé",
    "name an organisation only: “Métropole de Lyon, mission ESS”; no person, address or number is \
     kept",
);

pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn nearest<'a>(asked: &str, known: impl Iterator<Item = (&'a str, &'a str)>) -> Option<&'a str> {
    let asked = asked.to_lowercase();
    known
        .map(|(name, given)| (jaro_winkler(name, &asked), given))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, given)| given)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn taxonomy() -> Taxonomy {
        crate::catalogue::datasets::taxonomy::tests::small()
    }

    #[test]
    fn labels_are_read_as_people_write_them_and_kept_as_ids() {
        let body = json!({"priorities": [{"theme": "TEXTILES", "weight": "0,4"},
            {"theme": "mobilité", "weight": 2, "document": "PV"}], "end": "2027",
            "submitted_by": " Métropole ", "reason": "vote"});
        let deposit = read(&taxonomy(), &body).unwrap();
        assert_eq!(deposit.start, None);
        assert_eq!(
            Value::Object(deposit.period),
            json!({"priorities": [{"theme": "textile", "weight": 0.4},
                {"theme": "mobilites", "weight": 2, "document": "PV"}],
                "end": "2027-12-31", "submitted_by": "Métropole"})
        );
    }

    #[test]
    fn a_body_without_a_start_keeps_that_of_the_same_period_in_force() {
        let today = jiff::civil::date(2026, 11, 28);
        let deposit = read(&taxonomy(), &json!({"themes": ["textile"]})).unwrap();
        let row = |theme: &str| {
            json!({"periods": [
                {"start": "2026-02-01", "priorities": [{"theme": theme, "weight": 1}]},
                {"start": "2027-01-01", "priorities": []}]})
        };
        assert_eq!(deposit.start_in(Some(&row("textile")), today), jiff::civil::date(2026, 2, 1));
        assert_eq!(deposit.start_in(Some(&row("sante")), today), today);
        assert_eq!(deposit.start_in(None, today), today);
    }

    #[test]
    fn an_empty_list_is_refused_and_no_priority_is_said() {
        assert_eq!(read(&taxonomy(), &json!({"themes": []})).unwrap_err().len(), 1);
        let none = read(&taxonomy(), &json!({"no_priority": true})).unwrap();
        assert_eq!(none.period["priorities"], json!([]));
        let both = json!({"no_priority": true, "themes": ["textile"]});
        assert_eq!(read(&taxonomy(), &both).unwrap_err()[0].problem.field, "no_priority");
    }
}
