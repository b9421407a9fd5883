//! Which support schemes fit one enterprise on one territory, and why.
//!
//! Each scheme, funder and incubator of the context is put to five tests of three states:
//! perimeter, theme, rurality, audience, and whether it is still open at the date. A test
//! nobody can answer is to be checked: it neither refuses nor promises. The tables of one
//! territory are made once; then each enterprise asks its own themes and legal form.
//!
//! It cannot see the rules of a scheme beyond these words: the amounts, the calendar of
//! its committees, the documents asked.
//!
//! | key | args |
//! |---|---|
//! | `support.test.perimeter.met.france`, `.unknown` | none |
//! | `support.test.perimeter.met.within`, `.unknown.part`, `.unmet` | `perimeter` Text |
//! | `support.test.perimeter.met.programme` | `places` List |
//! | `support.test.theme.met.any`, `.unknown`, `.unknown.source` | none |
//! | `support.test.theme.met.shared`, `.unmet` | `theme` Concept |
//! | `support.test.rurality.met.anywhere` | none |
//! | `support.test.rurality.met`, `.unknown`, `.unmet` | `asked` Text, `density` Text |
//! | `support.test.audience.met`, `.unknown.part` | `part` Text |
//! | `support.test.audience.unmet`, `.unknown.words` | `audience` Text? |
//! | `support.test.audience.unknown` | none |
//! | `support.test.open.met`, `.unmet` | `end` Text (date) |
//! | `support.test.open.unknown`, `support.test.open.met.lasting` | none |

mod audience;

use std::collections::BTreeSet;

use self::audience::Words;
use crate::domain::concept::Concept;
use crate::domain::context::Context;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Source};
use crate::domain::rules::Rules;
use crate::domain::support::Support;
use crate::domain::territory::DensityClass;
use crate::matching::outcome::GateState;
use crate::matching::profile::TerritoryProfile;

/// An audience longer than this is not repeated in a sentence.
const AUDIENCE_CHARS: usize = 60;

/// The five tests, in the order they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// Does it hold on the whole territory?
    Perimeter,
    /// Is it of a theme of the enterprise?
    Theme,
    /// Does the territory's density class give a right to it?
    Rurality,
    /// Is the enterprise's legal form among the beneficiaries?
    Audience,
    /// Is it still open at the date?
    Open,
}

impl Test {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Perimeter => "perimeter",
            Self::Theme => "theme",
            Self::Rurality => "rurality",
            Self::Audience => "audience",
            Self::Open => "open",
        }
    }
}

/// One test of one scheme: its state and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Tested {
    /// Which test.
    pub test: Test,
    /// Unknown is to be checked.
    pub state: GateState,
    /// Why, a part of a sentence, with the source of the scheme.
    pub fact: Fact,
}

/// One scheme put to its tests.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Position in [`Context::supports`].
    pub support: usize,
    /// The five tests, in the order of [`Test`].
    pub tests: [Tested; 5],
    /// How many of the enterprise's themes it names; 0 for one open to every theme.
    pub themes_shared: usize,
}

impl Fit {
    /// The state of a test.
    #[must_use]
    pub fn state(&self, test: Test) -> GateState {
        self.tests.iter().find(|t| t.test == test).map_or(GateState::Unknown, |t| t.state)
    }

    /// Whether no test refuses it.
    #[must_use]
    pub fn could_serve(&self) -> bool {
        self.tests.iter().all(|tested| tested.state != GateState::Unmet)
    }

    /// Whether only its audience refuses it: the collectivité may ask for it, not the
    /// enterprise.
    #[must_use]
    pub fn for_others_only(&self) -> bool {
        let refused = |t: &&Tested| t.state == GateState::Unmet;
        let mut refusing = self.tests.iter().filter(refused);
        refusing.next().is_some_and(|t| t.test == Test::Audience) && refusing.next().is_none()
    }

    /// Tests nobody could answer.
    #[must_use]
    pub fn to_check(&self) -> usize {
        self.tests.iter().filter(|t| t.state == GateState::Unknown).count()
    }
}

/// The tables of one territory: what does not depend on the enterprise.
#[derive(Debug, Clone)]
struct Schemes {
    words: Words,
    /// Perimeter, rurality and opening of each support of the context; `None` for what is
    /// no aid (a network, a peer).
    of_place: Vec<Option<[Tested; 3]>>,
}

/// Every scheme, funder and incubator of the context with its tests: those that could
/// serve first, the more precise before, ties by id.
#[must_use]
pub fn fits(profile: &TerritoryProfile, enterprise: &Enterprise) -> Vec<Fit> {
    let context = &profile.context;
    let schemes = Schemes::new(context, &profile.rules);
    let mut list: Vec<Fit> =
        (0..context.supports.len()).filter_map(|at| schemes.fit(context, enterprise, at)).collect();
    list.sort_by(|a, b| {
        b.could_serve()
            .cmp(&a.could_serve())
            .then(b.themes_shared.cmp(&a.themes_shared))
            .then(a.to_check().cmp(&b.to_check()))
            .then_with(|| context.supports[a.support].id.cmp(&context.supports[b.support].id))
    });
    list
}

/// Where a scheme was read.
#[must_use]
pub fn source_of(support: &Support) -> Source {
    Source {
        source: support.url.clone().unwrap_or_else(|| support.source.clone()),
        year: support.year,
        licence: None,
    }
}

impl Schemes {
    fn new(context: &Context, rules: &Rules) -> Self {
        let share = rules.number("schemes.class_share");
        let aid = |support: &Support| {
            matches!(support.kind.as_str(), "scheme" | "funder" | "incubator").then(|| {
                [
                    perimeter(context, support),
                    rurality(context, support, share),
                    open(context, support),
                ]
            })
        };
        Self { words: Words::new(rules), of_place: context.supports.iter().map(aid).collect() }
    }

    /// The tests of the support at this position; `None` for what is no aid.
    fn fit(&self, context: &Context, enterprise: &Enterprise, at: usize) -> Option<Fit> {
        let [perimeter, rurality, open] = self.of_place.get(at)?.clone()?;
        let support = &context.supports[at];
        let (theme, themes_shared) = theme(support, enterprise);
        let audience = self.audience(support, enterprise);
        Some(Fit {
            support: at,
            tests: [perimeter, theme, rurality, audience, open],
            themes_shared,
        })
    }

    fn audience(&self, support: &Support, enterprise: &Enterprise) -> Tested {
        let told = |state, fact| Tested { test: Test::Audience, state, fact };
        let Some(audience) = &support.audience else {
            return told(GateState::Unknown, fact("support.test.audience.unknown", support));
        };
        let read = self.words.read(audience, enterprise.legal_form.as_deref());
        let short = (audience.chars().count() <= AUDIENCE_CHARS).then(|| audience.clone());
        let worded = |key| match &short {
            Some(text) => fact(key, support).with("audience", Arg::Text(text.clone())),
            None => fact(key, support),
        };
        let named = |key, part: String| fact(key, support).with("part", Arg::Text(part));
        match (read.state, read.part) {
            (GateState::Met, Some(part)) => {
                told(GateState::Met, named("support.test.audience.met", part))
            }
            (GateState::Unknown, Some(part)) => {
                told(GateState::Unknown, named("support.test.audience.unknown.part", part))
            }
            (GateState::Unmet, _) => told(GateState::Unmet, worded("support.test.audience.unmet")),
            _ => told(GateState::Unknown, worded("support.test.audience.unknown.words")),
        }
    }
}

fn fact(key: &'static str, support: &Support) -> Fact {
    Fact::new(key, Basis::Stated).from_sources(vec![source_of(support)])
}

/// Does it hold on every commune of the territory? A scheme tied to a public programme
/// holds where the programme is.
fn perimeter(context: &Context, support: &Support) -> Tested {
    let told = |state, fact| Tested { test: Test::Perimeter, state, fact };
    if let Some(id) = &support.programme {
        let Some(programme) = context.programmes.iter().find(|p| p.id == *id) else {
            let elsewhere = fact("support.test.perimeter.unmet", support)
                .with("perimeter", Arg::Text(support.name.clone()));
            return told(GateState::Unmet, elsewhere);
        };
        let mut here = fact("support.test.perimeter.met.programme", support)
            .with("places", Arg::List(programme.places.clone()));
        here.sources.push(programme.source.clone());
        return told(GateState::Met, here);
    }
    if support.perimeter == "france" {
        return told(GateState::Met, fact("support.test.perimeter.met.france", support));
    }
    let Some(held) = context.atlas.territory(&support.perimeter) else {
        return told(GateState::Unknown, fact("support.test.perimeter.unknown", support));
    };
    let communes: BTreeSet<u32> = held.communes.iter().copied().collect();
    let inside = context.territory.communes.iter().filter(|at| communes.contains(at)).count();
    let named = |key| fact(key, support).with("perimeter", Arg::Text(held.name.clone()));
    match inside {
        0 => told(GateState::Unmet, named("support.test.perimeter.unmet")),
        n if n == context.territory.communes.len() => {
            told(GateState::Met, named("support.test.perimeter.met.within"))
        }
        _ => told(GateState::Unknown, named("support.test.perimeter.unknown.part")),
    }
}

fn theme(support: &Support, enterprise: &Enterprise) -> (Tested, usize) {
    let told = |state, fact| Tested { test: Test::Theme, state, fact };
    if support.themes_untold {
        return (told(GateState::Unknown, fact("support.test.theme.unknown.source", support)), 0);
    }
    let Some(&first) = support.themes.first() else {
        return (told(GateState::Met, fact("support.test.theme.met.any", support)), 0);
    };
    let own: BTreeSet<Concept> = enterprise.portrait.themes.iter().map(|m| m.concept).collect();
    let shared: Vec<Concept> =
        support.themes.iter().copied().filter(|theme| own.contains(theme)).collect();
    let of = |key, theme| fact(key, support).with("theme", Arg::Concept(theme));
    match shared.first() {
        Some(&theme) => {
            (told(GateState::Met, of("support.test.theme.met.shared", theme)), shared.len())
        }
        None if own.is_empty() => {
            (told(GateState::Unknown, fact("support.test.theme.unknown", support)), 0)
        }
        None => (told(GateState::Unmet, of("support.test.theme.unmet", first)), 0),
    }
}

/// A scheme for rural (or urban) places, against the territory's class. A territory
/// between the two, or one that holds enough communes of the class, is to be checked.
fn rurality(context: &Context, support: &Support, share: f64) -> Tested {
    let told = |state, fact| Tested { test: Test::Rurality, state, fact };
    let asked = match support.rurality.as_deref() {
        Some("rural") => DensityClass::Rural,
        Some("urbain") => DensityClass::Urban,
        _ => {
            let anywhere = fact("support.test.rurality.met.anywhere", support);
            return told(GateState::Met, anywhere);
        }
    };
    let territory = &context.territory;
    let of_class: f64 = territory
        .communes
        .iter()
        .map(|&at| context.atlas.at(at))
        .filter(|commune| commune.density == asked)
        .map(|commune| commune.population)
        .sum();
    let between = territory.density == DensityClass::Intermediate;
    let (state, key) = if territory.density == asked {
        (GateState::Met, "support.test.rurality.met")
    } else if between || of_class >= share * territory.population.max(1.0) {
        (GateState::Unknown, "support.test.rurality.unknown")
    } else {
        (GateState::Unmet, "support.test.rurality.unmet")
    };
    let fact = fact(key, support)
        .with("asked", Arg::Text(asked.as_str().to_owned()))
        .with("density", Arg::Text(territory.density.as_str().to_owned()));
    told(state, fact)
}

/// A dated scheme against the date; a funder or an incubator is there to stay, a scheme
/// without a date is to be checked.
fn open(context: &Context, support: &Support) -> Tested {
    let told = |state, fact| Tested { test: Test::Open, state, fact };
    let Some(end) = support.end else {
        return match support.kind.as_str() {
            "scheme" => told(GateState::Unknown, fact("support.test.open.unknown", support)),
            _ => told(GateState::Met, fact("support.test.open.met.lasting", support)),
        };
    };
    let (state, key) = if end.last_day() >= context.as_of {
        (GateState::Met, "support.test.open.met")
    } else {
        (GateState::Unmet, "support.test.open.unmet")
    };
    told(state, fact(key, support).with("end", Arg::Text(end.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::PartialDate;
    use crate::matching::fixtures::{Case, theme};

    fn scheme(id: &str) -> Support {
        Support {
            id: id.to_owned(),
            name: id.to_owned(),
            kind: "scheme".to_owned(),
            perimeter: "france".to_owned(),
            source: "portail des aides".to_owned(),
            ..Support::default()
        }
    }

    fn case(edit: impl FnOnce(&mut Support)) -> Case {
        let mut case = Case::new();
        let mut support = scheme("aide");
        edit(&mut support);
        case.context.supports = vec![support];
        case
    }

    fn only(case: &Case) -> Fit {
        let mut fits = fits(&case.profile(), &case.enterprise);
        assert_eq!(fits.len(), 1);
        fits.remove(0)
    }

    #[test]
    fn an_unknown_audience_is_to_be_checked_never_refused_never_promised() {
        let fit = only(&case(|_| ()));
        assert_eq!(fit.state(Test::Audience), GateState::Unknown);
        assert!(fit.could_serve());
        let mut refused = case(|aid| aid.audience = Some("Communes, Régions".to_owned()));
        refused.enterprise.legal_form = Some("association".to_owned());
        let fit = only(&refused);
        assert!(!fit.could_serve() && fit.for_others_only());
    }

    #[test]
    fn themes_that_the_source_does_not_say_are_to_be_checked() {
        let fit = only(&case(|aid| aid.themes_untold = true));
        assert_eq!(fit.state(Test::Theme), GateState::Unknown);
        assert_eq!(only(&case(|_| ())).state(Test::Theme), GateState::Met);
    }

    #[test]
    fn a_perimeter_elsewhere_or_in_part_is_said() {
        let elsewhere = only(&case(|aid| aid.perimeter = "reg-53".to_owned()));
        assert_eq!(elsewhere.state(Test::Perimeter), GateState::Unmet);
        assert!(!elsewhere.for_others_only());
        let within = only(&case(|aid| aid.perimeter = "reg-84".to_owned()));
        assert_eq!(within.state(Test::Perimeter), GateState::Met);
        let part = only(&case(|aid| aid.perimeter = "com-69123".to_owned()));
        assert_eq!(part.state(Test::Perimeter), GateState::Unknown);
        let unknown = only(&case(|aid| aid.perimeter = String::new()));
        assert_eq!(unknown.state(Test::Perimeter), GateState::Unknown);
    }

    #[test]
    fn a_rural_scheme_is_not_for_a_city() {
        let mut case = case(|aid| aid.rurality = Some("rural".to_owned()));
        assert_eq!(only(&case).state(Test::Rurality), GateState::Unmet);
        case.go_to("epci-242600534");
        assert_eq!(only(&case).state(Test::Rurality), GateState::Met);
    }

    #[test]
    fn a_closed_scheme_is_refused_and_an_undated_one_is_to_be_checked() {
        let until = |date| move |aid: &mut Support| aid.end = PartialDate::parse(date);
        assert_eq!(only(&case(until("2022-12-31"))).state(Test::Open), GateState::Unmet);
        assert_eq!(only(&case(until("2027-12-31"))).state(Test::Open), GateState::Met);
        assert_eq!(only(&case(|_| ())).state(Test::Open), GateState::Unknown);
        let funder = only(&case(|aid| aid.kind = "funder".to_owned()));
        assert_eq!(funder.state(Test::Open), GateState::Met);
    }

    #[test]
    fn what_names_the_theme_comes_before_what_is_open_to_all() {
        let mut case = case(|_| ());
        let mut precise = scheme("zz-mobilite");
        precise.themes = vec![theme("mobilites")];
        let mut other = scheme("aa-textile");
        other.themes = vec![theme("textile")];
        let mut network = scheme("ab-reseau");
        network.kind = "network".to_owned();
        case.context.supports.extend([precise, other, network]);
        let order: Vec<String> = fits(&case.profile(), &case.enterprise)
            .iter()
            .map(|fit| case.context.supports[fit.support].id.clone())
            .collect();
        assert_eq!(order, ["zz-mobilite", "aide", "aa-textile"]);
    }
}
