//! A record's phrases turned into its concept lists.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::domain::actor::Actor;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::enterprise::Enterprise;
use crate::domain::portrait::{Answer, Mark, Partner, Portrait};
use crate::domain::provenance::{Basis, Because};

use super::answers::{Stock, combined, derived, joined};
use super::marks::{Lists, Phrase, Record, Slot, keep};
use super::partner::parse_partner;
use super::reading::{Origin, Reading, Sentence};
use super::{Annotator, Purpose};

/// Resources read in `seeks` only (`index/sought_only.txt`).
static SOUGHT_ONLY: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("../../index/sought_only.txt")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// Weight of the main theme of a need, times the need's own.
const THEME_OF_NEED: f64 = 0.5;
impl Annotator {
    /// The portrait of an enterprise.
    ///
    /// `stated_answers` are triples that somebody stated for it: they come first, and their
    /// concepts enter the lists with their weights. At least four of the eight answers are
    /// kept for those derived from the record's phrases, when there are that many, so that
    /// an actor described by the same phrases overlaps wholly. What a record marks as
    /// inferred has that basis. Structured partners already in the portrait are kept, and
    /// those given by their text alone are parsed.
    #[must_use]
    pub fn portrait_of_enterprise(
        &self,
        enterprise: &Enterprise,
        stated_answers: &[Answer],
    ) -> Portrait {
        let record = Record {
            name: &enterprise.name,
            themes: &enterprise.themes,
            needs: &enterprise.needs_addressed,
            needs_field: "needs_addressed",
            publics: &enterprise.beneficiaries,
            publics_field: "beneficiaries",
            steps: &[],
            activities: &enterprise.activities,
            offers: &enterprise.offers,
            seeks: &enterprise.seeks,
            summary: &enterprise.summary,
        };
        let basis = |field: &str| {
            if enterprise.is_inferred(field) { Basis::Inferred } else { Basis::Stated }
        };
        let mut portrait = self.portrait(&record, stated_answers, &basis);
        portrait.partners = enterprise.portrait.partners.iter().map(completed).collect();
        portrait
    }

    /// The portrait of a local actor.
    ///
    /// As for an enterprise; explicit `steps` give the triples (first need × first public ×
    /// each step, then the other needs) first.
    #[must_use]
    pub fn portrait_of_actor(&self, actor: &Actor) -> Portrait {
        let record = Record {
            name: &actor.name,
            themes: &actor.themes,
            needs: &actor.needs,
            needs_field: "needs",
            publics: &actor.publics,
            publics_field: "publics",
            steps: &actor.steps,
            activities: &actor.activities,
            offers: &actor.offers,
            seeks: &actor.seeks,
            summary: &actor.summary,
        };
        let mut portrait = self.portrait(&record, &[], &|_| Basis::Stated);
        portrait.partners = actor.partners.iter().map(|text| parse_partner(text)).collect();
        portrait
    }

    fn portrait(
        &self,
        record: &Record<'_>,
        stated: &[Answer],
        basis: &dyn Fn(&str) -> Basis,
    ) -> Portrait {
        let mut read = self.read_record(record, false);
        let none = |phrase: &Phrase<'_>| {
            phrase.sentences.iter().all(|s| s.carried(ConceptKind::Need).next().is_none())
        };
        if read.iter().all(none) {
            // No wording names a need anywhere: the learned part may speak of the text.
            read = self.read_record(record, true);
        }
        let mut lists = Lists { basis, lists: BTreeMap::new() };
        let mut clauses = Vec::new();
        // What is offered tells the activity of those who describe none.
        let quiet = record.activities.is_empty() && record.summary.trim().is_empty();
        for phrase in &read {
            lists.add(phrase, record);
            let told = matches!(phrase.field, "activities" | "summary" | "name")
                || (phrase.field == "offers" && quiet);
            if told {
                clauses.extend(phrase.clauses(basis(phrase.field)));
            }
        }
        let stock = Stock {
            needs: lists.in_order(ConceptKind::Need, &[record.needs_field]),
            publics: lists.in_order(ConceptKind::Public, &[record.publics_field]),
            steps: lists.in_order(ConceptKind::Step, &["steps"]),
            ..Stock::default()
        };
        let stock = Stock {
            needs_stated: !stock.needs.is_empty(),
            publics_stated: !stock.publics.is_empty(),
            ..stock
        };
        let stock = stock.or(Stock {
            needs: lists.in_order(ConceptKind::Need, &[]),
            publics: lists.in_order(ConceptKind::Public, &[]),
            ..Stock::default()
        });
        let explicit = combined(&stock);
        let derived = derived(self, &clauses, &stock);
        for answer in stated {
            lists.add_stated(answer);
        }
        let needs = lists.marks(Slot::Needs);
        let mut themes: BTreeMap<Concept, Mark> =
            self.stated_themes(record.themes, basis("themes"));
        for need in &needs {
            if let Some(&theme) = self.taxonomy().themes_of(need.concept).first() {
                keep(
                    &mut themes,
                    Mark { concept: theme, weight: THEME_OF_NEED * need.weight, ..need.clone() },
                );
            }
        }
        let answers = if explicit.is_empty() {
            joined(stated, &derived)
        } else {
            // Explicit steps say more than a need whose step is unknown.
            let told: Vec<Answer> =
                derived.into_iter().filter(|answer| answer.step.is_some()).collect();
            joined(&explicit, &told)
        };
        Portrait {
            themes: themes.into_values().collect(),
            needs,
            publics: lists.marks(Slot::Publics),
            steps: lists.marks(Slot::Steps),
            offers: self.offered(lists.marks(Slot::Offers)),
            seeks: lists.marks(Slot::Seeks),
            answers,
            partners: Vec::new(),
        }
    }

    /// What is really offered: naming a community in an offer does not offer one, unless
    /// the list gives its id.
    fn offered(&self, mut marks: Vec<Mark>) -> Vec<Mark> {
        marks.retain(|mark| {
            let id = self.taxonomy().id(mark.concept);
            mark.because.text == id || !SOUGHT_ONLY.contains(&id)
        });
        marks
    }

    fn read_record<'a>(&self, record: &Record<'a>, learned: bool) -> Vec<Phrase<'a>> {
        let mut read = Vec::new();
        let lists: [(&'static str, &'a [String]); 7] = [
            (record.needs_field, record.needs),
            (record.publics_field, record.publics),
            ("steps", record.steps),
            ("activities", record.activities),
            ("offers", record.offers),
            ("seeks", record.seeks),
            ("themes", record.themes),
        ];
        for (field, items) in lists {
            for (rank, text) in items.iter().enumerate() {
                let reading = Reading::item(kinds_of(field, record.needs.is_empty()));
                let sentences = self.read_item(text, reading);
                read.push(Phrase { field, rank, text, sentences });
            }
        }
        let reading = Reading { learned, ..Reading::text(Purpose::Record) };
        let text = record.summary;
        read.push(Phrase { field: "summary", rank: 0, text, sentences: self.read(text, reading) });
        let silent =
            read.iter().all(|phrase| phrase.field == "themes" || phrase.text.trim().is_empty());
        if silent {
            let text = record.name;
            let sentences = self.read(text, Reading { learned: false, ..reading });
            read.push(Phrase { field: "name", rank: 0, text, sentences });
        }
        read
    }

    /// A list item: a concept id of any kind, or a phrase.
    fn read_item(&self, text: &str, reading: Reading) -> Vec<Sentence> {
        let id = text.trim();
        let named: Vec<Concept> =
            ConceptKind::ALL.into_iter().filter_map(|kind| self.exact(kind, id)).collect();
        let mut sentences = if id.contains('_') && !named.is_empty() {
            vec![Sentence { bytes: (0, text.len()), found: Vec::new() }]
        } else {
            self.read(text, reading)
        };
        if let Some(first) = sentences.first_mut() {
            for concept in named {
                first.found.retain(|found| found.concept != concept);
                first.found.push(super::reading::Found {
                    concept,
                    weight: 1.0,
                    origin: Origin::Proven,
                    said: super::reading::Said::Carried,
                    at: 0,
                    proof: vec![(0, text.len())],
                });
            }
        }
        sentences
    }

    fn stated_themes(&self, themes: &[String], basis: Basis) -> BTreeMap<Concept, Mark> {
        let mut marks = BTreeMap::new();
        for label in themes {
            for (concept, weight) in self.concept_of_phrase(ConceptKind::Theme, label) {
                keep(
                    &mut marks,
                    Mark { concept, weight, because: Because::new("themes", label), basis },
                );
            }
        }
        marks
    }
}

/// What each list is about: there a single weak word is enough.
fn kinds_of(field: &str, without_needs: bool) -> &'static [ConceptKind] {
    match field {
        "needs" | "needs_addressed" => &[ConceptKind::Need],
        "publics" | "beneficiaries" => &[ConceptKind::Public],
        "offers" | "seeks" => &[ConceptKind::Resource],
        "themes" => &[ConceptKind::Theme],
        "activities" if without_needs => &[ConceptKind::Step, ConceptKind::Need],
        _ => &[ConceptKind::Step],
    }
}

/// A partner whose text alone was given, parsed; any other as it is.
fn completed(partner: &Partner) -> Partner {
    let text = if partner.text.is_empty() { &partner.organisation } else { &partner.text };
    if partner.organisation.is_empty()
        || (partner.places.is_empty() && partner.organisation == partner.text)
    {
        parse_partner(text)
    } else {
        partner.clone()
    }
}
