//! What of an enterprise's record holds at a date: its open sites, its dated evidence.
//!
//! The date in the world rules (design §7): what is dated later is ignored; a site
//! known by its year counts from 1 January, evidence from 31 December.

use jiff::civil::Date;

use super::names::{fold, speaks_of_town};
use crate::domain::actor::Actor;
use crate::domain::enterprise::{Enterprise, Evidence, Site, Status};
use crate::domain::provenance::Source;

/// Where a site stands at a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SiteState {
    /// Open, or of unknown opening date.
    Open,
    /// Closed before the date.
    Closed,
    /// Opened after the date.
    Later,
    /// A passing presence: never one that keeps an enterprise out.
    Temporary,
}

/// The state of `site` of `enterprise` at `as_of`.
#[must_use]
pub(crate) fn site_state(enterprise: &Enterprise, site: &Site, as_of: Date) -> SiteState {
    if site.since.is_some_and(|since| since.first_day() > as_of) {
        return SiteState::Later;
    }
    if site.until.is_some_and(|until| until.last_day() < as_of)
        || closed_by(enterprise, site, as_of)
    {
        return SiteState::Closed;
    }
    if is_temporary(enterprise, site) { SiteState::Temporary } else { SiteState::Open }
}

/// The sites open at `as_of`, in the order of the record.
pub(crate) fn open_sites(enterprise: &Enterprise, as_of: Date) -> impl Iterator<Item = &Site> {
    enterprise
        .sites
        .iter()
        .filter(move |site| site_state(enterprise, site, as_of) == SiteState::Open)
}

/// A passing presence: said by its kind, or by a figure of kind `temporary_presence`
/// that names its town in the year of the site.
fn is_temporary(enterprise: &Enterprise, site: &Site) -> bool {
    if let Some(kind) = &site.kind {
        let kind = fold(kind);
        return ["temporary", "temporaire", "ephemere"].iter().any(|word| kind.contains(word));
    }
    enterprise.evidence.iter().filter(|evidence| evidence.kind == "temporary_presence").any(
        |evidence| {
            let year = site.since.map(|since| since.year);
            names_town_of(evidence, site) && (year.is_none() || year == evidence.year)
        },
    )
}

/// A figure of kind `closure` that names the site's town, not older than the site.
fn closed_by(enterprise: &Enterprise, site: &Site, as_of: Date) -> bool {
    enterprise.evidence.iter().filter(|evidence| evidence.kind == "closure").any(|evidence| {
        let not_older = match (site.since, evidence.year) {
            (Some(since), Some(year)) => since.year <= year,
            _ => true,
        };
        not_older && counts(evidence, as_of) && names_town_of(evidence, site)
    })
}

fn names_town_of(evidence: &Evidence, site: &Site) -> bool {
    match (&evidence.unit, &site.place.commune) {
        (Some(text), Some(commune)) => speaks_of_town(&fold(text), &fold(commune)),
        _ => false,
    }
}

/// Whether a figure is known at `as_of`: of year `y`, from 31 December `y`; without a
/// year, always.
#[must_use]
pub(crate) fn counts(evidence: &Evidence, as_of: Date) -> bool {
    evidence.year.is_none_or(|year| ended(year, as_of))
}

/// Whether the year is over at `as_of`: what is known by its year counts from its 31
/// December.
#[must_use]
pub(crate) fn ended(year: i16, as_of: Date) -> bool {
    let last_day = as_of.month() == 12 && as_of.day() == 31;
    year < as_of.year() || (year == as_of.year() && last_day)
}

/// The figures known at `as_of`, in the order of the record.
pub(crate) fn evidence_at(enterprise: &Enterprise, as_of: Date) -> impl Iterator<Item = &Evidence> {
    enterprise.evidence.iter().filter(move |evidence| counts(evidence, as_of))
}

/// The labels known at `as_of`: one that carries a later year is left out.
pub(crate) fn labels_at(enterprise: &Enterprise, as_of: Date) -> impl Iterator<Item = &String> {
    enterprise
        .labels
        .iter()
        .filter(move |label| year_in(label).is_none_or(|year| year <= as_of.year()))
}

/// The first year of 1990 to 2100 written in a text.
fn year_in(text: &str) -> Option<i16> {
    text.split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .find(|year| (1990..=2100).contains(year))
}

/// The earliest year of work shown by the record at `as_of`: founded, or an early site
/// (closed ones included: they were open once). `true` where a site alone shows it.
#[must_use]
pub(crate) fn first_year(enterprise: &Enterprise, as_of: Date) -> Option<(i16, bool)> {
    let site = enterprise
        .sites
        .iter()
        .filter_map(|site| site.since)
        .filter(|since| since.first_day() <= as_of)
        .map(|since| since.year)
        .min();
    match (enterprise.founded, site) {
        (Some(founded), Some(site)) if site < founded => Some((site, true)),
        (Some(founded), _) => Some((founded, false)),
        (None, site) => site.map(|year| (year, true)),
    }
}

/// Whether a local actor is at work at `as_of`; an undated one stays.
#[must_use]
pub(crate) fn at_work(actor: &Actor, as_of: Date) -> bool {
    actor.status != Status::Closed
        && actor.since.is_none_or(|since| since.first_day() <= as_of)
        && actor.until.is_none_or(|until| until.last_day() >= as_of)
}

/// The same day `years` earlier; 28 February for a leap day.
#[must_use]
pub(crate) fn years_before(day: Date, years: i16) -> Date {
    let year = day.year().saturating_sub(years);
    Date::new(year, day.month(), day.day())
        .or_else(|_| Date::new(year, day.month(), 28))
        .unwrap_or(day)
}

/// The source of a figure, with the figure's year where the source has none.
#[must_use]
pub(crate) fn source_of(evidence: &Evidence) -> Source {
    let mut source = evidence.source.clone();
    source.year = source.year.or(evidence.year);
    source
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::PartialDate;
    use crate::domain::enterprise::{EvidenceLevel, Place};

    fn site(commune: &str, since: Option<i16>) -> Site {
        Site {
            place: Place { commune: Some(commune.to_owned()), ..Place::default() },
            since: since.map(PartialDate::year),
            ..Site::default()
        }
    }

    fn figure(kind: &str, text: &str, year: Option<i16>) -> Evidence {
        Evidence {
            kind: kind.to_owned(),
            level: EvidenceLevel::None,
            proves_scale: false,
            value: None,
            unit: Some(text.to_owned()),
            year,
            source: Source::named("https://exemple.fr"),
        }
    }

    const DAY: Date = Date::constant(2024, 6, 1);

    #[test]
    fn a_site_counts_from_the_first_of_january_and_until_its_last_day() {
        let enterprise = Enterprise::default();
        assert_eq!(site_state(&enterprise, &site("Lyon", Some(2024)), DAY), SiteState::Open);
        assert_eq!(site_state(&enterprise, &site("Lyon", Some(2025)), DAY), SiteState::Later);
        assert_eq!(site_state(&enterprise, &site("Lyon", None), DAY), SiteState::Open);
        let mut closed = site("Lyon", Some(2010));
        closed.until = Some(PartialDate::year(2023));
        assert_eq!(site_state(&enterprise, &closed, DAY), SiteState::Closed);
    }

    #[test]
    fn evidence_counts_from_the_last_of_december() {
        assert!(counts(&figure("output", "repas", Some(2023)), DAY));
        assert!(!counts(&figure("output", "repas", Some(2024)), DAY));
        assert!(counts(&figure("output", "repas", None), DAY));
    }

    #[test]
    fn a_closure_or_a_passing_presence_names_its_town() {
        let enterprise = Enterprise {
            evidence: vec![
                figure("closure", "antenne de Marseille fermée après un an", Some(2018)),
                figure("closure", "franchise lyonnaise reprise", Some(2020)),
                figure("temporary_presence", "session de onze semaines à Rennes", Some(2021)),
            ],
            ..Enterprise::default()
        };
        let state = |site: &Site| site_state(&enterprise, site, DAY);
        assert_eq!(state(&site("Marseille", Some(2017))), SiteState::Closed);
        assert_eq!(state(&site("Marseille", Some(2022))), SiteState::Open);
        assert_eq!(state(&site("Lyon", None)), SiteState::Closed);
        assert_eq!(state(&site("Rennes", Some(2021))), SiteState::Temporary);
        assert_eq!(state(&site("Rennes", Some(2016))), SiteState::Open);
    }

    #[test]
    fn an_early_site_is_an_older_proof_than_the_year_founded() {
        let mut enterprise = Enterprise { founded: Some(2020), ..Enterprise::default() };
        assert_eq!(first_year(&enterprise, DAY), Some((2020, false)));
        enterprise.sites = vec![site("Lyon", Some(2012))];
        assert_eq!(first_year(&enterprise, DAY), Some((2012, true)));
        enterprise.founded = None;
        enterprise.sites = vec![site("Lyon", Some(2030))];
        assert_eq!(first_year(&enterprise, DAY), None);
    }

    #[test]
    fn a_label_of_a_later_year_is_not_known_yet() {
        let labels = ["ESUS", "La France s’engage (2023)", "finaliste 2025"];
        let enterprise =
            Enterprise { labels: labels.map(str::to_owned).to_vec(), ..Enterprise::default() };
        assert_eq!(labels_at(&enterprise, DAY).count(), 2);
    }
}
