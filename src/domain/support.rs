//! Programmes, support schemes and peer organisations.

use super::concept::Concept;
use super::enterprise::Place;

/// A public programme present in a territory (Petites villes de demain, QPV…).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// Programme id.
    pub id: String,
    /// French label.
    pub label: String,
    /// The theme of the programme, in words.
    pub theme: String,
    /// Year of the list.
    pub year: Option<i16>,
    /// Where the list comes from.
    pub source: String,
    /// Until when it ran, where it is over (the revitalisation zones ended on 2024-06-30).
    pub ended: Option<super::date::PartialDate>,
}

/// A programme's presence: a commune or an EPCI holds `count` of its objects.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgrammePresence {
    /// Position in the list of programmes.
    pub programme: usize,
    /// Territory id (`com-…`, `epci-…`).
    pub territory: String,
    /// What it is called there.
    pub label: String,
    /// Number of objects.
    pub count: u32,
    /// Since when, where known.
    pub since: Option<super::date::PartialDate>,
}

/// A support scheme, a funder or a peer organisation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Support {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `scheme`, `funder`, `incubator`, `peer`, `network`.
    pub kind: String,
    /// `france` or a territory id.
    pub perimeter: String,
    /// Where it stands, where the source says so: commune and code as written.
    pub place: Place,
    /// Themes; empty is every theme, unless [`Self::themes_untold`].
    pub themes: Vec<Concept>,
    /// Its source does not say its themes.
    pub themes_untold: bool,
    /// For whom, in words.
    pub audience: Option<String>,
    /// `rural`, `urbain` or everywhere.
    pub rurality: Option<String>,
    /// What it is.
    pub description: String,
    /// Address, where known.
    pub url: Option<String>,
    /// Where this was read.
    pub source: String,
    /// Year, where known.
    pub year: Option<i16>,
    /// The public programme whose territories alone it serves.
    pub programme: Option<String>,
    /// Last day, where it closes.
    pub end: Option<super::date::PartialDate>,
}
