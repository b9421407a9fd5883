//! A proven social enterprise that may spread: the MCDA alternative.

use super::condition::Condition;
use super::date::PartialDate;
use super::portrait::Portrait;
use super::provenance::Source;

/// A place as a record names it; `insee` and `departement_code` once resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Commune name.
    pub commune: Option<String>,
    /// Département name or code, as written.
    pub departement: Option<String>,
    /// Région name, as written.
    pub region: Option<String>,
    /// Country; `None` reads as France.
    pub country: Option<String>,
    /// The commune's code in the reference year, once resolved.
    pub insee: Option<String>,
    /// The département's code, once resolved.
    pub departement_code: Option<String>,
    /// The région's code, once resolved.
    pub region_code: Option<String>,
}

impl Place {
    /// Whether the record says it is outside France.
    #[must_use]
    pub fn is_abroad(&self) -> bool {
        self.country.as_deref().is_some_and(|country| !country.eq_ignore_ascii_case("france"))
    }
}

/// A place of activity, dated where known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Site {
    /// Where.
    pub place: Place,
    /// Open since.
    pub since: Option<PartialDate>,
    /// Closed on.
    pub until: Option<PartialDate>,
    /// `headquarters`, `branch`, `partner`, `temporary`…
    pub kind: Option<String>,
    /// The log's `recorded_at` date of the revision that first told this site.
    pub recorded: Option<jiff::civil::Date>,
}

/// Level of a piece of evidence (methods §4, proof).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceLevel {
    /// Says nothing of effect (sites, money, surface).
    None,
    /// Outputs: 0.35.
    Outputs,
    /// Outcome or survey: 0.6.
    Outcome,
    /// Independent evaluation: 0.9.
    Evaluation,
}

/// A figure published about an enterprise.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Free vocabulary of the record (`jobs`, `tonnes`, `outcome`…).
    pub kind: String,
    /// Its level, by table.
    pub level: EvidenceLevel,
    /// Whether it proves scale rather than effect.
    pub proves_scale: bool,
    /// The value.
    pub value: Option<f64>,
    /// The unit, in words.
    pub unit: Option<String>,
    /// The year.
    pub year: Option<i16>,
    /// Where it was read.
    pub source: Source,
}

/// How the model spreads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scaling {
    /// `integrated`, `federation`, `social_franchise`, `licence`, `open_source`, `undecided`.
    pub model: Option<String>,
    /// `None` is unknown.
    pub seeking_to_scale: Option<bool>,
    /// Territories aimed at, as written.
    pub target_territories: Vec<String>,
    /// Openings under way, as written.
    pub openings_under_way: Vec<String>,
    /// Earliest start.
    pub earliest_start: Option<PartialDate>,
    /// Openings a year it can carry.
    pub openings_per_year: Option<f64>,
    /// Cost of a branch, euros.
    pub branch_cost_eur: Option<f64>,
    /// Who pays for a branch.
    pub payer: Option<String>,
    /// When this was last checked with the enterprise.
    pub checked_at: Option<PartialDate>,
    /// Months of the year (1..=12) when it can come; empty is unknown.
    pub season: Vec<i8>,
}

/// Whether an organisation is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Status {
    /// At work, or no closure seen.
    #[default]
    Active,
    /// Announced its end.
    Ending,
    /// Closed.
    Closed,
}

/// An enterprise of the catalogue, with its portrait.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Enterprise {
    /// Stable id.
    pub id: String,
    /// Usual name.
    pub name: String,
    /// Former names, brands.
    pub aliases: Vec<String>,
    /// SIREN, 9 digits, where seen.
    pub siren: Option<String>,
    /// Network it belongs to.
    pub network: Option<String>,
    /// Legal form, as written.
    pub legal_form: Option<String>,
    /// Year founded.
    pub founded: Option<i16>,
    /// Seat, or main place seen.
    pub home: Place,
    /// What it does and how, in French.
    pub summary: String,
    /// Activities, short phrases.
    pub activities: Vec<String>,
    /// People served, as written.
    pub beneficiaries: Vec<String>,
    /// Themes, as written.
    pub themes: Vec<String>,
    /// Needs, as written.
    pub needs_addressed: Vec<String>,
    /// What it offers, as written.
    pub offers: Vec<String>,
    /// What it seeks, as written.
    pub seeks: Vec<String>,
    /// Places of activity.
    pub sites: Vec<Site>,
    /// Number of sites it declares, when a figure says so (25 antennes), and its year.
    pub sites_declared: Option<(u32, Option<i16>)>,
    /// Published figures.
    pub evidence: Vec<Evidence>,
    /// Labels and prizes.
    pub labels: Vec<String>,
    /// How it spreads.
    pub scaling: Scaling,
    /// Typed conditions.
    pub conditions: Vec<Condition>,
    /// Website, where seen.
    pub website: Option<String>,
    /// Paths of fields that were deduced, not read.
    pub inferred: Vec<String>,
    /// Whether it is at work.
    pub status: Status,
    /// Since which year the status holds.
    pub status_year: Option<i16>,
    /// Where the status was read.
    pub status_source: Option<String>,
    /// Pages read.
    pub sources: Vec<Source>,
    /// What it carries, in the words of the taxonomy.
    pub portrait: Portrait,
}

impl Enterprise {
    /// Whether the record marks `field` as deduced from the activity described.
    #[must_use]
    pub fn is_inferred(&self, field: &str) -> bool {
        self.inferred.iter().any(|path| path == field)
    }
}
