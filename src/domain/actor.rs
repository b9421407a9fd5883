//! A local actor: an organisation at work in a territory.

use super::date::PartialDate;
use super::enterprise::{Place, Status};
use super::geography::Point;
use super::portrait::Portrait;
use super::provenance::Source;

/// A recorded stance of a local actor about the arrival of an enterprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stance {
    /// It welcomes the arrival.
    Welcomes,
    /// It opposes it.
    Opposes,
    /// It was confirmed as carrier.
    Carries,
}

/// A local actor, with its portrait.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Actor {
    /// Stable id.
    pub id: String,
    /// Public name.
    pub name: String,
    /// SIRET or SIREN, where the key is valid.
    pub siret: Option<String>,
    /// Network it belongs to.
    pub network: Option<String>,
    /// Where, as written and as resolved.
    pub place: Place,
    /// A point of its own, where known.
    pub point: Option<Point>,
    /// What it does, in French.
    pub summary: String,
    /// Themes, as written.
    pub themes: Vec<String>,
    /// Needs, as written.
    pub needs: Vec<String>,
    /// People served, as written.
    pub publics: Vec<String>,
    /// Steps, as written.
    pub steps: Vec<String>,
    /// Activities, as written.
    pub activities: Vec<String>,
    /// Offers, as written.
    pub offers: Vec<String>,
    /// What it seeks, as written.
    pub seeks: Vec<String>,
    /// Partners, as written.
    pub partners: Vec<String>,
    /// Roles: `key_actor`, `funder`, `incubator`, `carrier`, `host`… as written.
    pub roles: Vec<String>,
    /// Legal form, as written.
    pub legal_form: Option<String>,
    /// Licences or approvals it holds.
    pub licences: Vec<String>,
    /// Capacity with its unit.
    pub capacity: Option<(f64, String)>,
    /// Whether it is at work.
    pub status: Status,
    /// At work since.
    pub since: Option<PartialDate>,
    /// Until.
    pub until: Option<PartialDate>,
    /// Address of its page.
    pub url: Option<String>,
    /// Sources.
    pub sources: Vec<Source>,
    /// A row of a register without a description of its own (strength at most 0.4).
    pub register: bool,
    /// Its place is uncertain: point and commune disagree, or only pages known to place
    /// actors wrongly tell it.
    pub doubtful_place: bool,
    /// The day the log first told it.
    pub recorded: Option<jiff::civil::Date>,
    /// The enterprise of the catalogue that this actor is a site of.
    pub enterprise: Option<String>,
    /// What it carries, in the words of the taxonomy.
    pub portrait: Portrait,
}
