//! Which way of spreading would suit, from what the record shows.
//!
//! Three questions, each answered met, unmet or unknown, with the phrase that answers it:
//! must each place decide for itself? does the name matter? do its conditions ask for an
//! organisation of the place? The rule table (`index/feasibility.toml`) says which model
//! fits which answer; the model that agrees with most of the known answers is suggested,
//! when it is alone and enough questions are answered. Signs that contradict each other
//! leave a question unknown. A model the record states is shown first, as stated.
//!
//! Sources: Dees, Anderson and Wei-Skillern, *Scaling Social Impact*, Stanford Social
//! Innovation Review 1(4), 24–32, 2004 (dissemination, affiliation, branching, from the
//! loosest to the tightest control); Bradach, *Going to Scale*, Stanford Social Innovation
//! Review, 2003 (what must stay the same everywhere); Chalencon and Pache, *Changer
//! d'échelle*, Avise, ESSEC and Caisse des dépôts, 2006; Avise, *Stratégies pour changer
//! d'échelle*, 2014. They name the models and the questions; the signs of the table are
//! our own reading of them.
//!
//! | key | args |
//! |---|---|
//! | `feasibility.scaling.stated`, `.stated.inferred` | `model` Word |
//! | `feasibility.signal.<signal>` | those of the signal |
//! | `feasibility.scaling.suggested` | `model` Word, `what` Word, `known` Count |
//! | `feasibility.scaling.between` | `first` Word, `second` Word, `question` Word, `known` Count |
//! | `feasibility.scaling.too_few` | `known` Count |
//! | `feasibility.scaling.change` | `supposed` Word, `model` Word |
//! | `feasibility.scaling.change.between` | `supposed` Word, `first` Word, `second` Word |

use crate::domain::date::PartialDate;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Source};
use crate::domain::rules::Rules;
use crate::matching::outcome::GateState;
use jiff::civil::Date;

/// The ways of spreading between which the table chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Model {
    /// Branches of the enterprise itself.
    Integrated,
    /// Local operators under contract, with its name and its rules.
    SocialFranchise,
    /// Local organisations that decide for themselves, under a common name.
    Federation,
    /// Its know-how passed on, by licence or openly, under another name.
    Open,
}

impl Model {
    /// Every model, from the tightest control to the loosest.
    pub const ALL: [Self; 4] =
        [Self::Integrated, Self::SocialFranchise, Self::Federation, Self::Open];

    /// The word used in JSON and in `index/feasibility.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Integrated => "integrated",
            Self::SocialFranchise => "social_franchise",
            Self::Federation => "federation",
            Self::Open => "open",
        }
    }

    /// The model that a record names; `None` for a model not chosen yet.
    #[must_use]
    pub fn of_record(word: &str) -> Option<Self> {
        match word {
            "integrated" => Some(Self::Integrated),
            "social_franchise" => Some(Self::SocialFranchise),
            "federation" => Some(Self::Federation),
            "licence" | "open_source" => Some(Self::Open),
            _ => None,
        }
    }

    /// The key of its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Integrated => "feasibility.model.integrated",
            Self::SocialFranchise => "feasibility.model.social_franchise",
            Self::Federation => "feasibility.model.federation",
            Self::Open => "feasibility.model.open",
        }
    }
}

/// The three questions of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// Must each place decide for itself?
    Autonomy,
    /// Does the name matter?
    Brand,
    /// Do its conditions ask for an organisation of the place?
    Conditions,
}

impl Question {
    /// Every question, in the order they are asked.
    pub const ALL: [Self; 3] = [Self::Autonomy, Self::Brand, Self::Conditions];

    /// The word used in JSON and in `index/feasibility.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Autonomy => "autonomy",
            Self::Brand => "brand",
            Self::Conditions => "conditions",
        }
    }

    /// The key of the question, as a sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Autonomy => "feasibility.ask.autonomy",
            Self::Brand => "feasibility.ask.brand",
            Self::Conditions => "feasibility.ask.conditions",
        }
    }

    fn short_key(self) -> &'static str {
        match self {
            Self::Autonomy => "feasibility.short.autonomy",
            Self::Brand => "feasibility.short.brand",
            Self::Conditions => "feasibility.short.conditions",
        }
    }

    fn supposed_key(self, yes: bool) -> &'static str {
        match (self, yes) {
            (Self::Autonomy, true) => "feasibility.supposed.autonomy.met",
            (Self::Autonomy, false) => "feasibility.supposed.autonomy.unmet",
            (Self::Brand, true) => "feasibility.supposed.brand.met",
            (Self::Brand, false) => "feasibility.supposed.brand.unmet",
            (Self::Conditions, true) => "feasibility.supposed.conditions.met",
            (Self::Conditions, false) => "feasibility.supposed.conditions.unmet",
        }
    }
}

/// A question with its answer and what answers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Which question.
    pub question: Question,
    /// Met is yes, unmet is no; unknown where nothing speaks, or the signs disagree.
    pub state: GateState,
    /// What the record shows, each a sentence with its source.
    pub signals: Vec<Fact>,
}

/// The suggestion, with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// What the record says of the model, where it says something.
    pub stated: Option<(Model, Fact)>,
    /// The three questions.
    pub questions: Vec<Answered>,
    /// The model suggested; `None` where the facts are too few or point at several.
    pub suggested: Option<Model>,
    /// Why it is suggested, or why nothing is.
    pub reason: Fact,
    /// Which answer would lead to which other model.
    pub would_change: Vec<Fact>,
}

/// The published works the table comes from.
#[must_use]
pub fn works() -> Vec<Source> {
    let work = |source: &str, year| Source { source: source.to_owned(), year, licence: None };
    vec![
        work(
            "Dees, Anderson et Wei-Skillern, « Scaling Social Impact », Stanford Social Innovation Review, vol. 1, n° 4, p. 24-32",
            Some(2004),
        ),
        work("Bradach, « Going to Scale », Stanford Social Innovation Review", Some(2003)),
        work(
            "Chalencon et Pache, « Changer d’échelle : dupliquer les réussites sur de nouveaux territoires », Avise, ESSEC et Caisse des dépôts",
            Some(2006),
        ),
        work("Avise, « Stratégies pour changer d’échelle »", Some(2014)),
    ]
}

/// Suggests a way of spreading for `enterprise` from its record at `as_of`.
#[must_use]
pub fn suggest(enterprise: &Enterprise, as_of: Date, rules: &Rules) -> Suggestion {
    let table = Table { rules };
    let signals = signals(enterprise, as_of, rules);
    let questions: Vec<Answered> =
        Question::ALL.iter().map(|&question| table.answer(question, &signals)).collect();
    let states: Vec<GateState> = questions.iter().map(|answered| answered.state).collect();
    let (suggested, reason) = table.reason(&states);
    Suggestion {
        stated: stated(enterprise),
        would_change: table.would_change(&states, suggested),
        questions,
        suggested,
        reason,
    }
}

fn stated(enterprise: &Enterprise) -> Option<(Model, Fact)> {
    let model = Model::of_record(enterprise.scaling.model.as_deref()?)?;
    let (key, basis) = if enterprise.is_inferred("scaling.model") {
        ("feasibility.scaling.stated.inferred", Basis::Inferred)
    } else {
        ("feasibility.scaling.stated", Basis::Stated)
    };
    let fact = Fact::new(key, basis)
        .with("model", Arg::Word(model.key()))
        .from_sources(enterprise.sources.clone());
    Some((model, fact))
}

/// What the record shows: the name of a signal in the table, and its sentence.
fn signals(enterprise: &Enterprise, as_of: Date, rules: &Rules) -> Vec<(&'static str, Fact)> {
    let number = |name: &str| rules.number(&format!("feasibility.scaling.{name}"));
    let fact = |key| Fact::new(key, Basis::Stated).from_sources(enterprise.sources.clone());
    let mut found = Vec::new();
    if let Some(network) = &enterprise.network {
        let named = |key| fact(key).with("network", Arg::Text(network.clone()));
        let own = network.to_lowercase();
        let (name, said) = if enterprise.name.to_lowercase().contains(&own) {
            ("own_network", named("feasibility.signal.own_network"))
        } else {
            ("network", named("feasibility.signal.network"))
        };
        found.push((name, said));
    }
    let open = |until: Option<PartialDate>| until.is_none_or(|until| until.last_day() >= as_of);
    let known = |since: Option<PartialDate>| since.is_none_or(|since| since.first_day() <= as_of);
    let sites = enterprise.sites.iter().filter(|site| {
        open(site.until) && known(site.since) && site.kind.as_deref() != Some("temporary")
    });
    let of_kind = |kinds: &[&str]| {
        let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        sites.clone().filter(|s| s.kind.as_ref().is_some_and(|kind| kinds.contains(kind))).count()
    };
    let partners = of_kind(&["partner", "franchise", "member"]);
    if partners > 0 {
        let count = Arg::Count(partners as u64);
        found
            .push(("partner_sites", fact("feasibility.signal.partner_sites").with("count", count)));
    }
    let own = of_kind(&["branch", "headquarters"]);
    if own as f64 >= number("sites_own") {
        let count = Arg::Count(own as u64);
        found.push(("own_sites", fact("feasibility.signal.own_sites").with("count", count)));
    }
    if let Some(form) = enterprise.legal_form.as_ref().filter(|form| is_cooperative(form)) {
        let said = fact("feasibility.signal.cooperative").with("form", Arg::Text(form.clone()));
        found.push(("cooperative", said));
    }
    let declared = enterprise.sites_declared.map_or(0, |(count, _)| count as usize);
    let places = declared.max(sites.count());
    if places as f64 >= number("sites_many") {
        let said = fact("feasibility.signal.many_sites").with("count", Arg::Count(places as u64));
        found.push(("many_sites", said));
    }
    if !enterprise.labels.is_empty() {
        let said =
            fact("feasibility.signal.labels").with("labels", Arg::List(enterprise.labels.clone()));
        found.push(("labels", said));
    }
    found.extend(of_conditions(enterprise, rules));
    found
}

fn of_conditions(enterprise: &Enterprise, rules: &Rules) -> Vec<(&'static str, Fact)> {
    let asks = |list: &str, kind: &str| {
        let name = format!("feasibility.scaling.{list}.{kind}");
        rules.iter().any(|(known, value)| known == name && value > 0.0)
    };
    let told = |key, list: Option<&str>| {
        let kept: Vec<_> = enterprise
            .conditions
            .iter()
            .filter(|c| list.is_none_or(|list| asks(list, &c.kind)))
            .collect();
        let basis = kept.iter().map(|c| c.basis).max().unwrap_or(Basis::Stated);
        let texts: Vec<String> = kept.iter().map(|c| c.text.clone()).collect();
        let mut sources: Vec<Source> = kept.iter().filter_map(|c| c.source.clone()).collect();
        sources.dedup();
        if sources.is_empty() {
            sources.clone_from(&enterprise.sources);
        }
        (!texts.is_empty())
            .then(|| Fact::new(key, basis).with("texts", Arg::List(texts)).from_sources(sources))
    };
    let mut found = Vec::new();
    if let Some(fact) = told("feasibility.signal.carrier_asked", Some("carrier_condition")) {
        found.push(("carrier_asked", fact));
    }
    match told("feasibility.signal.local_conditions", Some("local_condition")) {
        Some(fact) => found.push(("local_conditions", fact)),
        None => {
            if let Some(fact) = told("feasibility.signal.no_local_conditions", None) {
                found.push(("no_local_conditions", fact));
            }
        }
    }
    found
}

/// A form whose members hold the power: its places are theirs.
fn is_cooperative(form: &str) -> bool {
    let form = form.to_lowercase();
    ["scic", "coopérative", "cooperative"].iter().any(|word| form.contains(word))
}

/// The rule table of `index/feasibility.toml`.
struct Table<'a> {
    rules: &'a Rules,
}

impl Table<'_> {
    /// A number of the table that may be absent: 0 there.
    fn sign(&self, name: &str) -> f64 {
        let name = format!("feasibility.scaling.{name}");
        self.rules.iter().find(|(known, _)| *known == name).map_or(0.0, |(_, value)| value)
    }

    fn answer(&self, question: Question, signals: &[(&'static str, Fact)]) -> Answered {
        let speaks: Vec<(f64, &Fact)> = signals
            .iter()
            .map(|(name, fact)| (self.sign(&format!("signal.{name}.{}", question.as_str())), fact))
            .filter(|(sign, _)| *sign != 0.0)
            .collect();
        let yes = speaks.iter().any(|(sign, _)| *sign > 0.0);
        let no = speaks.iter().any(|(sign, _)| *sign < 0.0);
        let state = match (yes, no) {
            (true, false) => GateState::Met,
            (false, true) => GateState::Unmet,
            _ => GateState::Unknown,
        };
        let signals = speaks.into_iter().map(|(_, fact)| fact.clone()).collect();
        Answered { question, state, signals }
    }

    /// How far a model agrees with the known answers: one point for each that agrees, one
    /// less for each that does not.
    fn agreement(&self, model: Model, states: &[GateState]) -> f64 {
        Question::ALL
            .iter()
            .zip(states)
            .map(|(question, state)| {
                let fits = self.sign(&format!("model.{}.{}", model.as_str(), question.as_str()));
                match state {
                    GateState::Met => fits,
                    GateState::Unmet => -fits,
                    GateState::Unknown => 0.0,
                }
            })
            .sum()
    }

    /// The models that agree most, none where too few questions are answered.
    fn best(&self, states: &[GateState]) -> Vec<Model> {
        let known = states.iter().filter(|state| **state != GateState::Unknown).count();
        if (known as f64) < self.rules.number("feasibility.scaling.questions_min") {
            return Vec::new();
        }
        let of = |model: &Model| self.agreement(*model, states);
        let most = Model::ALL.iter().map(of).fold(f64::MIN, f64::max);
        Model::ALL.into_iter().filter(|model| of(model) >= most).collect()
    }

    fn reason(&self, states: &[GateState]) -> (Option<Model>, Fact) {
        let known = states.iter().filter(|state| **state != GateState::Unknown).count() as u64;
        let fact = |key| {
            Fact::new(key, Basis::Inferred).with("known", Arg::Count(known)).from_sources(works())
        };
        match self.best(states)[..] {
            [] => (None, fact("feasibility.scaling.too_few")),
            [model] => {
                let fact = fact("feasibility.scaling.suggested")
                    .with("model", Arg::Word(model.key()))
                    .with("what", Arg::Word(explained(model)));
                (Some(model), fact)
            }
            [first, second, ..] => {
                let open = Question::ALL
                    .iter()
                    .zip(states)
                    .find(|(_, state)| **state == GateState::Unknown)
                    .map_or(Question::Autonomy, |(question, _)| *question);
                let fact = fact("feasibility.scaling.between")
                    .with("first", Arg::Word(first.key()))
                    .with("second", Arg::Word(second.key()))
                    .with("question", Arg::Word(open.short_key()));
                (None, fact)
            }
        }
    }

    /// Each single answer, supposed or turned, that leads to another model, or that leaves
    /// the suggested one no longer alone.
    fn would_change(&self, states: &[GateState], suggested: Option<Model>) -> Vec<Fact> {
        let mut list = Vec::new();
        for (at, question) in Question::ALL.into_iter().enumerate() {
            for supposed in [GateState::Met, GateState::Unmet] {
                if states[at] == supposed {
                    continue;
                }
                let mut other = states.to_vec();
                other[at] = supposed;
                let supposed = Arg::Word(question.supposed_key(supposed == GateState::Met));
                match self.best(&other)[..] {
                    [model] if Some(model) != suggested => list.push(
                        Fact::new("feasibility.scaling.change", Basis::Inferred)
                            .with("supposed", supposed)
                            .with("model", Arg::Word(model.key())),
                    ),
                    // What was alone would no longer be.
                    [first, second, ..] if suggested.is_some() => list.push(
                        Fact::new("feasibility.scaling.change.between", Basis::Inferred)
                            .with("supposed", supposed)
                            .with("first", Arg::Word(first.key()))
                            .with("second", Arg::Word(second.key())),
                    ),
                    _ => {}
                }
            }
        }
        list
    }
}

fn explained(model: Model) -> &'static str {
    match model {
        Model::Integrated => "feasibility.explained.integrated",
        Model::SocialFranchise => "feasibility.explained.social_franchise",
        Model::Federation => "feasibility.explained.federation",
        Model::Open => "feasibility.explained.open",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::condition::Condition;
    use crate::domain::enterprise::Site;
    use crate::matching::fixtures::rules;
    use jiff::civil::date;

    fn enterprise(sites: usize, kinds: &[&str]) -> Enterprise {
        let condition = |kind: &&str| Condition {
            kind: (*kind).to_owned(),
            operator: "exists".to_owned(),
            value: None,
            unit: None,
            text: format!("un {kind}"),
            basis: Basis::Inferred,
            source: Some(Source::named("https://exemple.fr/conditions")),
        };
        Enterprise {
            name: "Bicyclette neuve".to_owned(),
            sites: vec![Site::default(); sites],
            conditions: kinds.iter().map(condition).collect(),
            sources: vec![Source::named("https://exemple.fr")],
            ..Enterprise::default()
        }
    }

    fn suggested(enterprise: &Enterprise) -> Suggestion {
        suggest(enterprise, date(2026, 11, 22), &rules())
    }

    fn states(suggestion: &Suggestion) -> Vec<&'static str> {
        suggestion.questions.iter().map(|answered| answered.state.as_str()).collect()
    }

    #[test]
    fn each_model_has_its_case() {
        let own = suggested(&enterprise(4, &["premises", "funding"]));
        assert_eq!(states(&own), ["unknown", "met", "unmet"]);
        assert_eq!(own.suggested, Some(Model::Integrated));
        let federated = suggested(&enterprise(4, &["carrier"]));
        assert_eq!(federated.suggested, Some(Model::Federation));
        let mut branches = enterprise(4, &["licence"]);
        branches.sites.iter_mut().for_each(|site| site.kind = Some("branch".to_owned()));
        assert_eq!(suggested(&branches).suggested, Some(Model::SocialFranchise));
    }

    #[test]
    fn too_few_facts_suggest_nothing_and_say_what_would() {
        let bare = suggested(&enterprise(1, &[]));
        assert_eq!(states(&bare), ["unknown", "unknown", "unknown"]);
        assert_eq!((bare.suggested, bare.reason.key), (None, "feasibility.scaling.too_few"));
        let between = suggested(&enterprise(1, &["carrier"]));
        assert_eq!(between.suggested, None);
        assert_eq!(between.reason.key, "feasibility.scaling.between");
        // Either answer about the name decides.
        let by_name = [true, false].map(|yes| Arg::Word(Question::Brand.supposed_key(yes)));
        let of_name = |fact: &&Fact| by_name.contains(&fact.args["supposed"]);
        assert_eq!(between.would_change.iter().filter(of_name).count(), 2, "{between:#?}");
    }

    #[test]
    fn signs_that_disagree_leave_the_question_open() {
        let mut both = enterprise(4, &["carrier"]);
        both.sites.iter_mut().for_each(|site| site.kind = Some("branch".to_owned()));
        let said = suggested(&both);
        assert_eq!(states(&said)[0], "unknown");
        assert_eq!(said.questions[0].signals.len(), 2);
    }

    #[test]
    fn a_stated_model_stands_beside_the_suggestion_and_does_not_make_it() {
        let mut stated = enterprise(4, &["carrier"]);
        stated.scaling.model = Some("integrated".to_owned());
        let said = suggested(&stated);
        let (model, fact) = said.stated.clone().unwrap();
        assert_eq!((model, fact.basis), (Model::Integrated, Basis::Stated));
        assert_eq!(said.suggested, Some(Model::Federation));
        stated.inferred.push("scaling.model".to_owned());
        assert_eq!(suggested(&stated).stated.unwrap().1.basis, Basis::Inferred);
        stated.scaling.model = Some("undecided".to_owned());
        assert_eq!(suggested(&stated).stated, None);
    }

    #[test]
    fn turning_an_answer_is_what_would_change_it() {
        let said = suggested(&enterprise(4, &["carrier"]));
        let keys: Vec<_> =
            said.would_change.iter().filter_map(|fact| fact.args.get("model").cloned()).collect();
        assert!(keys.contains(&Arg::Word("feasibility.model.open")), "{keys:?}");
        assert!(keys.contains(&Arg::Word("feasibility.model.social_franchise")), "{keys:?}");
    }
}
