//! What is asked for in a submission: themes and needs, with weights, with orders, or with
//! neither.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use strsim::jaro_winkler;

use crate::catalogue::record::fields::parse_number;
use crate::catalogue::record::folding::fold_label;
use crate::catalogue::record::priority::find;
use crate::catalogue::record::{RecordProblem, number};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::Taxonomy;
use crate::scouting::faults::{Fault, FaultKind};

use super::body::{LIKENESS, Reader, join};

/// The fields of one priority.
const WISH_FIELDS: [&str; 5] = ["theme", "need", "weight", "order", "document"];
/// Most priorities of one submission: a territory for which everything is a priority has none.
const WISHES_MAX: usize = 50;
/// Largest weight.
const WEIGHT_MAX: f64 = 1e9;
/// Largest order.
const ORDER_MAX: f64 = 1_000.0;

/// How a submission says what matters more.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    Weight(f64),
    Order(f64),
    Nothing,
    /// Said, and unreadable: told apart.
    Faulty,
}

impl Reader<'_> {
    /// What is asked for, as the log keeps it.
    pub(super) fn wishes(&mut self, map: &Map<String, Value>) -> Vec<Value> {
        let none = self.no_priority(map);
        let mut read: Vec<(String, Option<Concept>, Said, Option<String>)> = Vec::new();
        let list = self.list(map, "priorities");
        let short: Vec<(&str, ConceptKind, Vec<Value>)> = vec![
            ("themes", ConceptKind::Theme, self.list(map, "themes")),
            ("needs", ConceptKind::Need, self.list(map, "needs")),
        ];
        let given = list.len() + short.iter().map(|(.., list)| list.len()).sum::<usize>();
        if !list.is_empty() && given > list.len() {
            self.note(
                FaultKind::BadRecord,
                "priorities",
                "",
                ("deux façons de dire à la fois", "two ways of saying at once"),
                (
                    "donnez `priorities`, ou bien `themes` et `needs`",
                    "give `priorities`, or else `themes` and `needs`",
                ),
            );
        }
        for (at, item) in list.iter().enumerate() {
            let path = format!("priorities[{at}]");
            read.push(self.wish(&path, item));
        }
        for (name, kind, list) in &short {
            for (at, item) in list.iter().enumerate() {
                let path = format!("{name}[{at}]");
                let concept = self.concept(&path, *kind, item);
                read.push((path, concept, Said::Nothing, None));
            }
        }
        self.check_count(given, none);
        self.check_twice(&read);
        self.check_mixed(&read);
        let wish = |(_, concept, said, document): (_, Option<Concept>, Said, Option<String>)| {
            let concept = concept?;
            let mut wish = Map::new();
            let id = self.taxonomy.id(concept);
            wish.insert(concept.kind.as_str().to_owned(), Value::from(id));
            let (name, value) = match said {
                Said::Order(order) => ("order", order),
                Said::Weight(weight) => ("weight", weight),
                Said::Nothing | Said::Faulty => ("weight", 1.0),
            };
            wish.insert(name.to_owned(), number(value));
            if let Some(document) = document {
                wish.insert("document".to_owned(), Value::from(document));
            }
            Some(Value::Object(wish))
        };
        read.into_iter().filter_map(wish).collect()
    }

    fn list(&mut self, map: &Map<String, Value>, name: &str) -> Vec<Value> {
        match map.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list.clone(),
            Some(other) => {
                let problem = RecordProblem::wrong_type(name, other, ("liste", "list"));
                self.faults.push(Fault::new(FaultKind::BadRecord, problem));
                Vec::new()
            }
        }
    }

    fn no_priority(&mut self, map: &Map<String, Value>) -> bool {
        match map.get("no_priority") {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::Bool(true)) => true,
            Some(other) => {
                let expected = ("true ou false", "true or false");
                let problem = RecordProblem::wrong_type("no_priority", other, expected);
                self.faults.push(Fault::new(FaultKind::BadRecord, problem));
                false
            }
        }
    }

    /// An empty list is more often a slip than a policy, and it would silence the wider
    /// territory too: to have no priority is said in so many words.
    fn check_count(&mut self, given: usize, none: bool) {
        if given == 0 && !none && !self.faults.iter().any(|fault| is_list(&fault.problem.field)) {
            self.note(
                FaultKind::BadRecord,
                "priorities",
                "",
                ("aucune priorité donnée", "no priority given"),
                (
                    "donnez au moins un thème ou un besoin ; si le territoire n’a vraiment aucune \
                     priorité pendant cette période, envoyez `\"no_priority\": true`",
                    "give at least one theme or need; if the territory really has no priority \
                     during this period, send `\"no_priority\": true`",
                ),
            );
        }
        if given > 0 && none {
            self.note(
                FaultKind::BadRecord,
                "no_priority",
                "true",
                ("contredit les priorités données", "contradicts the priorities given"),
                ("retirez `no_priority`, ou la liste", "leave out `no_priority`, or the list"),
            );
        }
        if given > WISHES_MAX {
            self.note(
                FaultKind::OutOfBounds,
                "priorities",
                given,
                (
                    &format!("plus de {WISHES_MAX} priorités"),
                    &format!("more than {WISHES_MAX} priorities"),
                ),
                ("gardez celles qui comptent le plus", "keep those that matter most"),
            );
        }
    }

    fn check_twice(&mut self, read: &[(String, Option<Concept>, Said, Option<String>)]) {
        let mut first: BTreeMap<Concept, &str> = BTreeMap::new();
        for (path, concept, ..) in read {
            let Some(concept) = concept else { continue };
            match first.get(concept) {
                None => {
                    first.insert(*concept, path);
                }
                Some(known) => {
                    let id = self.taxonomy.id(*concept).to_owned();
                    let (fr, en) = (
                        format!("déjà donné par `{known}`"),
                        format!("already given by `{known}`"),
                    );
                    let way_out = ("gardez une seule des deux lignes", "keep one of the two");
                    self.note(FaultKind::BadRecord, path, id, (&fr, &en), way_out);
                }
            }
        }
    }

    /// All weights, all orders, or none of either.
    fn check_mixed(&mut self, read: &[(String, Option<Concept>, Said, Option<String>)]) {
        let count = |is: fn(&Said) -> bool| read.iter().filter(|(_, _, said, _)| is(said)).count();
        let weights = count(|said| matches!(said, Said::Weight(_)));
        let orders = count(|said| matches!(said, Said::Order(_)));
        let faulty = count(|said| matches!(said, Said::Faulty));
        let alone = |some: usize| some == 0 || some + faulty == read.len();
        if (weights > 0 && orders > 0) || !alone(weights) || !alone(orders) {
            let silent = read.len() - weights - orders - faulty;
            let (fr, en) = (
                format!("{weights} poids, {orders} ordres, {silent} lignes sans l’un ni l’autre"),
                format!("{weights} weights, {orders} orders, {silent} with neither"),
            );
            self.note(
                FaultKind::MixedPriorities,
                "priorities",
                "",
                (&fr, &en),
                (
                    "donnez `weight` partout, ou `order` partout, ou rien (poids égaux)",
                    "give `weight` everywhere, or `order` everywhere, or neither (equal weights)",
                ),
            );
        }
    }

    fn wish(
        &mut self,
        path: &str,
        item: &Value,
    ) -> (String, Option<Concept>, Said, Option<String>) {
        let own = path.to_owned();
        let Value::Object(map) = item else {
            self.note(
                FaultKind::BadRecord,
                path,
                item,
                ("un objet est attendu", "an object is expected"),
                (
                    "écrivez {\"theme\": \"textile\", \"weight\": 2} ; une liste de noms se donne \
                     dans `themes` ou `needs`",
                    "write {\"theme\": \"textile\", \"weight\": 2}; a list of names goes in \
                     `themes` or `needs`",
                ),
            );
            return (own, None, Said::Faulty, None);
        };
        self.check_fields(path, map, &WISH_FIELDS);
        let present = |name: &str| map.get(name).filter(|value| !value.is_null());
        let concept = match (present("theme"), present("need")) {
            (Some(theme), None) => self.concept(&join(path, "theme"), ConceptKind::Theme, theme),
            (None, Some(need)) => self.concept(&join(path, "need"), ConceptKind::Need, need),
            (both, _) => {
                let reason = match both {
                    Some(_) => ("un thème et un besoin à la fois", "a theme and a need at once"),
                    None => ("ni thème ni besoin", "neither theme nor need"),
                };
                let way_out = ("donnez `theme` ou `need`", "give `theme` or `need`");
                self.note(FaultKind::BadRecord, path, "", reason, way_out);
                None
            }
        };
        let said = match (present("weight"), present("order")) {
            (None, None) => Said::Nothing,
            (Some(weight), None) => self.weight(&join(path, "weight"), weight),
            (None, Some(order)) => self.order(&join(path, "order"), order),
            (Some(_), Some(_)) => {
                self.note(
                    FaultKind::MixedPriorities,
                    path,
                    "",
                    ("un poids et un ordre à la fois", "a weight and an order at once"),
                    ("gardez l’un des deux, le même partout", "keep one, the same everywhere"),
                );
                Said::Faulty
            }
        };
        let document = self.organisation(map, path, "document");
        (own, concept, said, document)
    }

    fn weight(&mut self, path: &str, value: &Value) -> Said {
        match numeric(value).filter(|weight| *weight > 0.0 && *weight <= WEIGHT_MAX) {
            Some(weight) => Said::Weight(weight),
            None => {
                let reason =
                    ("ce poids n’est pas un nombre positif", "this weight is no positive number");
                let way_out = (
                    "donnez un nombre plus grand que 0, ou retirez la priorité",
                    "give a number above 0, or leave the priority out",
                );
                self.note(FaultKind::OutOfBounds, path, shown(value), reason, way_out);
                Said::Faulty
            }
        }
    }

    fn order(&mut self, path: &str, value: &Value) -> Said {
        let whole = |order: &f64| (1.0..=ORDER_MAX).contains(order) && order.fract() == 0.0;
        match numeric(value).filter(whole) {
            Some(order) => Said::Order(order),
            None => {
                let reason = ("cet ordre n’est pas un rang", "this order is no rank");
                let way_out = (
                    "donnez 1 pour la première, 2 pour la suivante… ; deux ex æquo ont le même",
                    "give 1 to the first, 2 to the next…; ties have the same",
                );
                self.note(FaultKind::OutOfBounds, path, shown(value), reason, way_out);
                Said::Faulty
            }
        }
    }

    fn concept(&mut self, path: &str, kind: ConceptKind, value: &Value) -> Option<Concept> {
        let Value::String(label) = value else {
            let problem = RecordProblem::wrong_type(path, value, ("texte", "text"));
            self.faults.push(Fault::new(FaultKind::BadRecord, problem));
            return None;
        };
        if let Some(concept) = find(self.taxonomy, kind, label) {
            return Some(concept);
        }
        let (is_theme, other) = match kind {
            ConceptKind::Theme => (true, ConceptKind::Need),
            _ => (false, ConceptKind::Theme),
        };
        let kind_of_fault = if is_theme { FaultKind::UnknownTheme } else { FaultKind::UnknownNeed };
        let reason = if is_theme {
            ("thème inconnu", "unknown theme")
        } else {
            ("besoin inconnu", "unknown need")
        };
        let label_of = |concept| self.taxonomy.entry(concept).label_fr.clone();
        if let Some(elsewhere) = find(self.taxonomy, other, label) {
            let id = self.taxonomy.id(elsewhere).to_owned();
            let (fr, en) = match is_theme {
                true => (
                    format!("« {label} » est un besoin : donnez-le comme `need`"),
                    format!("“{label}” is a need: give it as `need`"),
                ),
                false => (
                    format!("« {label} » est un thème : donnez-le comme `theme`"),
                    format!("“{label}” is a theme: give it as `theme`"),
                ),
            };
            let suggestion = Some((id, label_of(elsewhere)));
            self.note(kind_of_fault, path, label, reason, (&fr, &en));
            self.suggest(suggestion);
            return None;
        }
        let near = near_concept(self.taxonomy, kind, label);
        let (fr, en) = match near {
            Some(concept) => {
                let id = self.taxonomy.id(concept);
                let entry = self.taxonomy.entry(concept);
                (
                    format!("vouliez-vous dire `{id}` ({}) ?", entry.label_fr),
                    format!("did you mean `{id}` ({})?", entry.label_en),
                )
            }
            None if is_theme => {
                let ids: Vec<&str> =
                    self.taxonomy.concepts(kind).map(|concept| self.taxonomy.id(concept)).collect();
                (
                    format!("thèmes admis : {}", ids.join(", ")),
                    format!("known themes: {}", ids.join(", ")),
                )
            }
            None => (
                "les besoins se lisent dans /api/v1/territories/{id}/gaps".to_owned(),
                "needs are listed by /api/v1/territories/{id}/gaps".to_owned(),
            ),
        };
        let suggestion =
            near.map(|concept| (self.taxonomy.id(concept).to_owned(), label_of(concept)));
        self.note(kind_of_fault, path, label, reason, (&fr, &en));
        self.suggest(suggestion);
        None
    }

    fn suggest(&mut self, suggestion: Option<(String, String)>) {
        if let Some(fault) = self.faults.last_mut() {
            fault.suggestion = suggestion;
        }
    }
}

fn is_list(field: &str) -> bool {
    ["priorities", "themes", "needs"].iter().any(|name| field.starts_with(name))
}

/// A number, or a text that is one: a spreadsheet writes `0,4`.
fn numeric(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => parse_number(text),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The concept whose name looks most like a label; the first by id of equals.
fn near_concept(taxonomy: &Taxonomy, kind: ConceptKind, label: &str) -> Option<Concept> {
    let wanted = fold_label(label);
    let mut best: Option<(f64, Concept)> = None;
    for concept in taxonomy.concepts(kind) {
        let entry = taxonomy.entry(concept);
        let names = [&entry.id, &entry.label_fr, &entry.label_en];
        let likeness = names
            .into_iter()
            .chain(&entry.aliases)
            .map(|name| jaro_winkler(&fold_label(name), &wanted))
            .fold(0.0, f64::max);
        if likeness >= LIKENESS && best.is_none_or(|(known, _)| likeness > known) {
            best = Some((likeness, concept));
        }
    }
    best.map(|(_, concept)| concept)
}
