//! Builders for the tests of the matching: a tiny taxonomy, enterprises, actors,
//! contexts.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use crate::domain::actor::Actor;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::context::{Context, ContextActor, FEATURES, PlaceTable, Proximity};
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::domain::gap::{Coverage, FieldEvidence, FieldReport, Gap, Severity, combine};
use crate::domain::geography::Point;
use crate::domain::portrait::{Answer, Mark, Partner, Portrait};
use crate::domain::provenance::{Basis, Because, Source};
use crate::domain::rules::Rules;
use crate::domain::taxonomy::{ConceptEntry, Taxonomy};
use crate::domain::territory::{Atlas, DensityClass, Territory, TerritoryKind};

use ConceptKind::{Need, Public, Resource, Step, Theme};

/// kind, id, parent (or neighbouring steps), themes.
const ENTRIES: [(ConceptKind, &str, &str, &str); 46] = [
    (Theme, "alimentation", "", ""),
    (Theme, "emploi", "", ""),
    (Theme, "inclusion", "", ""),
    (Theme, "migrants", "", ""),
    (Theme, "reemploi", "", ""),
    (Theme, "textile", "", ""),
    (Need, "acces_alimentation_qualite", "precarite_alimentaire", "alimentation"),
    (Need, "apprentissage_francais", "", "migrants"),
    (Need, "collecte_textile", "dechets_textiles", "textile reemploi"),
    (Need, "dechets_textiles", "", "textile reemploi"),
    (Need, "emploi_eloignes", "", "emploi inclusion"),
    (Need, "gaspillage_alimentaire", "", "alimentation reemploi"),
    (Need, "invendus_alimentaires", "gaspillage_alimentaire", "alimentation reemploi"),
    (Need, "isolement", "", "inclusion"),
    (Need, "precarite_alimentaire", "", "alimentation inclusion"),
    (Need, "precarite_alimentaire_etudiante", "precarite_alimentaire", "alimentation"),
    (Need, "recyclage_textile", "dechets_textiles", "textile reemploi"),
    (Public, "entreprises", "", ""),
    (Public, "etudiants", "jeunes", ""),
    (Public, "habitants", "", ""),
    (Public, "habitants_ruraux", "habitants", ""),
    (Public, "jeunes", "", ""),
    (Public, "menages_modestes", "personnes_precaires", ""),
    (Public, "personnes_exilees", "", ""),
    (Public, "personnes_precaires", "", ""),
    (Public, "personnes_refugiees", "personnes_exilees", ""),
    (Resource, "agrement", "", ""),
    (Resource, "atelier", "local", ""),
    (Resource, "benevoles", "", ""),
    (Resource, "denrees_alimentaires", "", ""),
    (Resource, "formation_linguistique", "", ""),
    (Resource, "gisement_alimentaire", "", ""),
    (Resource, "gisement_textile", "", ""),
    (Resource, "local", "", ""),
    (Resource, "portage_local", "", ""),
    (Resource, "prescripteurs", "", ""),
    (Step, "accompagnement", "formation", ""),
    (Step, "collecte", "tri", ""),
    (Step, "diagnostic", "accompagnement", ""),
    (Step, "distribution", "", ""),
    (Step, "formation", "", ""),
    (Step, "mise_en_relation", "", ""),
    (Step, "stockage", "distribution", ""),
    (Step, "transformation", "vente distribution", ""),
    (Step, "tri", "transformation stockage vente", ""),
    (Step, "vente", "", ""),
];

/// A small part of the real taxonomy, with the real ids.
pub(crate) fn taxonomy() -> Arc<Taxonomy> {
    static TAXONOMY: OnceLock<Arc<Taxonomy>> = OnceLock::new();
    TAXONOMY.get_or_init(|| Arc::new(build())).clone()
}

fn build() -> Taxonomy {
    let find = |kind: ConceptKind, id: &str| {
        let index = ENTRIES.iter().filter(|e| e.0 == kind).position(|e| e.1 == id);
        let index = index.unwrap_or_else(|| panic!("the fixture has no {kind:?} `{id}`"));
        Concept { kind, index: u16::try_from(index).unwrap() }
    };
    let mut entries: BTreeMap<ConceptKind, Vec<ConceptEntry>> = BTreeMap::new();
    for (kind, id, link, themes) in ENTRIES {
        let mut entry = ConceptEntry {
            id: id.to_owned(),
            label_fr: id.replace('_', " "),
            label_en: id.replace('_', " "),
            themes: themes.split_whitespace().map(|theme| find(Theme, theme)).collect(),
            ..ConceptEntry::default()
        };
        if kind == Step {
            entry.adjacent = link.split_whitespace().map(|step| find(Step, step)).collect();
        } else if !link.is_empty() {
            entry.parent = Some(find(kind, link));
        }
        entries.entry(kind).or_default().push(entry);
    }
    Taxonomy::new(entries)
}

/// The concept of the fixture taxonomy with this id.
pub(crate) fn concept(kind: ConceptKind, id: &str) -> Concept {
    taxonomy().find(kind, id).unwrap_or_else(|| panic!("the fixture has no {kind:?} `{id}`"))
}

/// Rules from files of `index/`: `(file stem, content)`.
pub(crate) fn rules_from(files: &[(&str, &str)]) -> Arc<Rules> {
    fn flatten(prefix: &str, value: &toml::Value, into: &mut BTreeMap<String, f64>) {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    flatten(&format!("{prefix}.{key}"), value, into);
                }
            }
            toml::Value::Float(number) => {
                into.insert(prefix.to_owned(), *number);
            }
            toml::Value::Integer(number) => {
                into.insert(prefix.to_owned(), *number as f64);
            }
            _ => {}
        }
    }
    let mut numbers = BTreeMap::new();
    for (stem, content) in files {
        let table: toml::Table = content.parse().expect("a file of index/ is TOML");
        flatten(stem, &toml::Value::Table(table), &mut numbers);
    }
    Arc::new(Rules::new(numbers, "sha256:test".to_owned()))
}

/// The rules of the relations.
pub(crate) fn rules() -> Arc<Rules> {
    rules_from(&[("relations", include_str!("../../../index/relations.toml"))])
}

/// An optional concept: an empty id is a known unknown.
fn maybe(kind: ConceptKind, id: &str) -> Option<Concept> {
    (!id.is_empty()).then(|| concept(kind, id))
}

fn put(marks: &mut Vec<Mark>, concept: Concept, weight: f64, field: &str, text: &str) {
    if let Some(mark) = marks.iter_mut().find(|mark| mark.concept == concept) {
        mark.weight = mark.weight.max(weight);
        return;
    }
    let because = Because::new(field, text);
    marks.push(Mark { concept, weight, because, basis: Basis::Stated });
    marks.sort_by_key(|mark| mark.concept);
}

/// Adds to a portrait; an empty id is a known unknown.
pub(crate) fn answer(portrait: &mut Portrait, need: &str, public: &str, step: &str, weight: f64) {
    let (need, public, step) = (maybe(Need, need), maybe(Public, public), maybe(Step, step));
    let text = "phrase de la fiche";
    if let Some(concept) = need {
        put(&mut portrait.needs, concept, weight, "needs", text);
        for &theme in taxonomy().themes_of(concept) {
            put(&mut portrait.themes, theme, weight, "themes", text);
        }
    }
    if let Some(concept) = public {
        put(&mut portrait.publics, concept, weight, "publics", text);
    }
    if let Some(concept) = step {
        put(&mut portrait.steps, concept, weight, "steps", text);
    }
    let because = Because::new("summary", text);
    portrait.answers.push(Answer { need, public, step, weight, because, basis: Basis::Stated });
}

/// An enterprise under construction.
#[derive(Debug, Clone)]
pub(crate) struct EnterpriseMaker(pub(crate) Enterprise);

/// An enterprise with this id, named after it.
pub(crate) fn enterprise(id: &str) -> EnterpriseMaker {
    EnterpriseMaker(Enterprise {
        id: id.to_owned(),
        name: id.to_owned(),
        sources: vec![Source::named(format!("https://example.org/{id}"))],
        ..Enterprise::default()
    })
}

impl EnterpriseMaker {
    /// One more explicit answer.
    pub(crate) fn answer(mut self, need: &str, public: &str, step: &str, weight: f64) -> Self {
        answer(&mut self.0.portrait, need, public, step, weight);
        self
    }

    /// It offers a resource.
    pub(crate) fn offers(mut self, resource: &str, weight: f64) -> Self {
        put(&mut self.0.portrait.offers, concept(Resource, resource), weight, "offers", resource);
        self
    }

    /// It seeks a resource.
    pub(crate) fn seeks(mut self, resource: &str, weight: f64) -> Self {
        put(&mut self.0.portrait.seeks, concept(Resource, resource), weight, "seeks", resource);
        self
    }

    /// It names a partner.
    pub(crate) fn partner(mut self, organisation: &str, places: &[&str]) -> Self {
        self.0.portrait.partners.push(Partner {
            organisation: organisation.to_owned(),
            places: places.iter().map(|&place| place.to_owned()).collect(),
            text: format!("{organisation} ({})", places.join(", ")),
        });
        self
    }

    /// The enterprise.
    pub(crate) fn done(self) -> Enterprise {
        self.0
    }
}

/// An actor under construction.
#[derive(Debug, Clone)]
pub(crate) struct ActorMaker(pub(crate) ContextActor);

/// An actor of the territory with this id, named after it.
pub(crate) fn actor(id: &str) -> ActorMaker {
    ActorMaker(ContextActor {
        actor: Arc::new(Actor {
            id: id.to_owned(),
            name: id.to_owned(),
            sources: vec![Source::named(format!("https://example.org/{id}"))],
            ..Actor::default()
        }),
        proximity: Proximity::Inside,
        commune: Some("Lyon".to_owned()),
    })
}

impl ActorMaker {
    /// Changes any field.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Actor)) -> Self {
        change(Arc::make_mut(&mut self.0.actor));
        self
    }

    /// Its public name.
    pub(crate) fn named(self, name: &str) -> Self {
        self.with(|actor| actor.name = name.to_owned())
    }

    /// One more explicit answer.
    pub(crate) fn answer(self, need: &str, public: &str, step: &str, weight: f64) -> Self {
        self.with(|actor| answer(&mut actor.portrait, need, public, step, weight))
    }

    /// It offers a resource.
    pub(crate) fn offers(self, resource: &str, weight: f64) -> Self {
        let id = concept(Resource, resource);
        self.with(|actor| put(&mut actor.portrait.offers, id, weight, "offers", resource))
    }

    /// It seeks a resource.
    pub(crate) fn seeks(self, resource: &str, weight: f64) -> Self {
        let id = concept(Resource, resource);
        self.with(|actor| put(&mut actor.portrait.seeks, id, weight, "seeks", resource))
    }

    /// Where it stands.
    pub(crate) fn at(mut self, proximity: Proximity) -> Self {
        self.0.proximity = proximity;
        self
    }

    /// The actor.
    pub(crate) fn done(self) -> ContextActor {
        self.0
    }
}

/// The gap of a need from its severity, coverage and one observation (0 is none).
pub(crate) fn gap(need: Concept, severity: f64, coverage: f64, observed: f64) -> Gap {
    let mut field = FieldReport::default();
    if observed > 0.0 {
        field.evidence.push(FieldEvidence {
            id: String::new(),
            text: "manque vu sur le terrain".to_owned(),
            severity: observed,
            weight: 0.7,
            public: None,
            step: None,
            date: Date::constant(2026, 6, 1),
            by: None,
            source: Source::named("observation"),
        });
    }
    let g = severity * (1.0 - coverage);
    let measured = Estimate::exact(g, Basis::Measured);
    let level = combine(measured, field.level(None));
    Gap {
        need,
        severity: Severity { level: Estimate::exact(severity, Basis::Measured), evidence: vec![] },
        coverage: Coverage {
            level: Estimate::exact(coverage, Basis::Measured),
            evidence: vec![],
            quantiles: None,
        },
        measured,
        field,
        level,
        best_datum: None,
    }
}

/// A context of Lyon on 2026-11-22 with these actors: severity 0.6 and coverage 0.5
/// for every need, no observation, reliability 0.
pub(crate) fn context(mut actors: Vec<ContextActor>) -> Context {
    actors.sort_by(|a, b| a.actor.id.cmp(&b.actor.id));
    let taxonomy = taxonomy();
    let gaps: Vec<Gap> = taxonomy.concepts(Need).map(|need| gap(need, 0.6, 0.5, 0.0)).collect();
    Context {
        atlas: Arc::new(Atlas::default()),
        places: Arc::new(PlaceTable::default()),
        territory: Territory {
            id: "epci-200046977".to_owned(),
            name: "Métropole de Lyon".to_owned(),
            kind: TerritoryKind::Epci,
            communes: Vec::new(),
            population: 1_400_000.0,
            area_km2: 534.0,
            point: Point { lat: 45.75, lon: 4.85 },
            rural_share: 0.0,
            density: DensityClass::Urban,
        },
        features: [0.0; FEATURES],
        features_raw: [0.0; FEATURES],
        severity: vec![0.0; gaps.len()],
        as_of: Date::constant(2026, 11, 22),
        actor_reliability: vec![0.0; gaps.len()],
        gaps,
        priorities: Vec::new(),
        actors,
        programmes: Vec::new(),
        supports: Vec::new(),
        confirmations: Vec::new(),
        taxonomy,
    }
}
