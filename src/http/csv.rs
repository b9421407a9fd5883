//! Lists as CSV: one row per item, UTF-8, comma, RFC 4180 quoting.

use crate::catalogue::export::ExportError;
use crate::catalogue::export::cell::Cell;
use crate::catalogue::export::columns::Form;
use crate::catalogue::export::grid::{Grid, GridColumn};
use crate::catalogue::export::xlsx::{self, Notes};
use crate::catalogue::seed;
use crate::matching::outcome::CriterionId;

use super::wire::actor::ActorsWire;
use super::wire::candidates::{CandidatesWire, ExplanationWire};
use super::wire::directions::DirectionsWire;
use super::wire::gap::GapsWire;
use super::wire::profiles::{ProfileWire, ProfilesWire};
use super::wire::search::EnterprisesWire;
use super::wire::territory::TerritoriesWire;

/// A list that can be written as rows.
pub trait Rows {
    /// The names of the columns.
    fn header(&self) -> Vec<&'static str>;
    /// The rows, each as long as the header.
    fn rows(&self) -> Vec<Vec<String>>;
    /// The rows as places (GeoJSON), where they have some.
    fn places(&self) -> Option<serde_json::Value> {
        None
    }
}

/// The list as a workbook of one sheet: its numbers are numbers, its codes texts.
///
/// # Errors
/// [`ExportError`] when a cell is too long for a spreadsheet.
pub fn workbook(list: &dyn Rows) -> Result<Vec<u8>, ExportError> {
    let named = |name: &&str| GridColumn { name: (*name).to_owned(), form: Form::Text };
    let cell = |text: &String| match text.parse::<f64>() {
        // What a number would not give back as it is written (`01053`) is a code.
        Ok(number) if number.is_finite() && number.to_string() == *text => Cell::Number(number),
        _ => Cell::text(text),
    };
    let grid = Grid {
        columns: list.header().iter().map(named).collect(),
        rows: list.rows().iter().map(|row| row.iter().map(cell).collect()).collect(),
    };
    // The same list gives the same bytes: no date of today.
    let day = seed::COLLECTED.to_zoned(jiff::tz::TimeZone::UTC);
    let day = day.map_or(jiff::Timestamp::UNIX_EPOCH, |day| day.timestamp());
    xlsx::write(&grid, "essaim", &Notes::default(), day)
}

/// The list as CSV text, header first.
///
/// A text that a spreadsheet would run as a formula (`=`, `+`, `-`, `@` first, and not a
/// number) is preceded by an apostrophe.
#[must_use]
pub fn write(list: &dyn Rows) -> String {
    let mut text = String::new();
    line(&mut text, list.header().iter().map(|name| (*name).to_owned()));
    for row in list.rows() {
        line(&mut text, row.into_iter());
    }
    text
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        let formula =
            cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
        let cell = if formula { format!("'{cell}") } else { cell };
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

pub(super) fn or_empty<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

pub(super) fn joined<'a>(items: impl Iterator<Item = &'a str>) -> String {
    items.collect::<Vec<_>>().join(" | ")
}

fn reasons(explanation: &ExplanationWire) -> [String; 6] {
    [
        explanation.headline.clone(),
        joined(explanation.answers.iter().map(|answer| answer.label.as_str())),
        joined(explanation.relations.iter().filter(|r| r.main).map(|r| r.sentence.text.as_str())),
        joined(explanation.gates.iter().filter(|g| g.state == "unknown").map(|g| g.gate)),
        joined(explanation.questions.iter().map(|question| question.text.as_str())),
        joined(explanation.proof.iter().map(|proof| proof.source.as_str())),
    ]
}

impl Rows for CandidatesWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "rank",
            "state",
            "id",
            "name",
            "home",
            "score",
            "low",
            "high",
            "headline",
            "answers",
            "relations",
            "gates_unknown",
            "questions",
            "proof_sources",
            "gates_unmet",
            "website",
            "likely_low",
            "likely_high",
            "expected_rank",
            "first_3",
            "first_10",
            "confidence_factor",
            "first_3_all",
            "first_10_all",
            "tied_with",
            "robustness",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let listed = self.candidates.iter().map(|candidate| {
            let mut row = vec![
                candidate.rank.to_string(),
                "candidate".to_owned(),
                candidate.enterprise.id.clone(),
                candidate.enterprise.name.clone(),
                or_empty(candidate.enterprise.home.as_ref()),
                candidate.score.to_string(),
                candidate.interval[0].to_string(),
                candidate.interval[1].to_string(),
            ];
            row.extend(reasons(&candidate.explanation));
            row.push(String::new());
            row.push(or_empty(candidate.enterprise.website.as_ref()));
            row.extend(candidate.likely.map(|bound| bound.to_string()));
            let (weights, all) = (&candidate.robustness.weights, &candidate.robustness.all);
            let shares = [
                weights.expected_rank,
                weights.first_3,
                weights.first_10,
                weights.confidence_factor,
                all.first_3,
                all.first_10,
            ];
            row.extend(shares.map(|share| share.to_string()));
            row.push(joined(weights.tied_with.iter().map(String::as_str)));
            row.push(candidate.robustness.text.clone());
            row
        });
        let excluded = self.excluded.iter().map(|excluded| {
            let mut row = vec![
                excluded.would_rank.to_string(),
                "excluded".to_owned(),
                excluded.enterprise.id.clone(),
                excluded.enterprise.name.clone(),
                or_empty(excluded.enterprise.home.as_ref()),
                excluded.would_score.to_string(),
                String::new(),
                String::new(),
            ];
            row.extend(excluded.explanation.as_ref().map(reasons).unwrap_or_default());
            row.push(joined(excluded.gates.iter().filter(|g| g.state == "unmet").map(|g| g.gate)));
            row.push(or_empty(excluded.enterprise.website.as_ref()));
            row.resize(self.header().len(), String::new());
            row
        });
        listed.chain(excluded).collect()
    }
}

impl Rows for GapsWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "need",
            "label",
            "themes",
            "level",
            "low",
            "high",
            "severity",
            "severity_basis",
            "coverage",
            "coverage_basis",
            "field",
            "contradicted",
            "indicators",
            "supply",
            "sources",
            "best_datum",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.gaps
            .iter()
            .map(|gap| {
                let indicators = gap.severity.evidence.iter().map(|item| {
                    format!(
                        "{} : {} {} ({})",
                        item.label,
                        item.value,
                        item.unit,
                        or_empty(item.year.as_ref())
                    )
                });
                let supply =
                    gap.coverage.evidence.iter().map(|item| {
                        format!("{} : {} / {}", item.label, item.counted, item.expected)
                    });
                let sources = gap
                    .severity
                    .evidence
                    .iter()
                    .map(|item| item.source.as_str())
                    .chain(gap.coverage.evidence.iter().map(|item| item.source.as_str()));
                vec![
                    gap.need.clone(),
                    gap.label.clone(),
                    joined(gap.themes.iter().map(String::as_str)),
                    gap.level.to_string(),
                    gap.interval[0].to_string(),
                    gap.interval[1].to_string(),
                    gap.severity.level.to_string(),
                    gap.severity.basis.to_owned(),
                    gap.coverage.level.to_string(),
                    gap.coverage.basis.to_owned(),
                    gap.field.level.to_string(),
                    gap.field.contradicted.to_string(),
                    indicators.collect::<Vec<_>>().join(" | "),
                    supply.collect::<Vec<_>>().join(" | "),
                    joined(sources),
                    or_empty(gap.best_datum.as_ref()),
                ]
            })
            .collect()
    }
}

impl Rows for ActorsWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "id",
            "name",
            "network",
            "commune",
            "inside",
            "distance_km",
            "themes",
            "needs",
            "roles",
            "status",
            "register",
            "url",
            "sources",
            "summary",
            "quality",
            "sureness",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.actors
            .iter()
            .map(|actor| {
                vec![
                    actor.id.clone(),
                    actor.name.clone(),
                    or_empty(actor.network.as_ref()),
                    or_empty(actor.commune.as_ref()),
                    actor.inside.to_string(),
                    or_empty(actor.distance_km.as_ref()),
                    joined(actor.themes.iter().map(String::as_str)),
                    joined(actor.needs.iter().map(String::as_str)),
                    joined(actor.roles.iter().map(String::as_str)),
                    actor.status.to_owned(),
                    actor.register.to_string(),
                    or_empty(actor.url.as_ref()),
                    joined(actor.sources.iter().map(|source| source.source.as_str())),
                    actor.summary.clone(),
                    actor.quality.score.to_string(),
                    actor.quality.sureness.word.to_owned(),
                ]
            })
            .collect()
    }

    fn places(&self) -> Option<serde_json::Value> {
        let features = self.actors.iter().map(|actor| {
            // An actor without a point of its own is listed all the same.
            let place = actor.point.map(|point| {
                serde_json::json!({"type": "Point", "coordinates": [point.lon, point.lat]})
            });
            serde_json::json!({"type": "Feature", "id": actor.id, "geometry": place, "properties": actor})
        });
        let features: Vec<serde_json::Value> = features.collect();
        Some(serde_json::json!({"type": "FeatureCollection", "features": features}))
    }
}

impl Rows for TerritoriesWire {
    fn header(&self) -> Vec<&'static str> {
        vec!["id", "name", "kind", "population"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.territories
            .iter()
            .map(|t| {
                vec![t.id.clone(), t.name.clone(), t.kind.to_owned(), t.population.to_string()]
            })
            .collect()
    }
}

impl Rows for EnterprisesWire {
    fn header(&self) -> Vec<&'static str> {
        vec!["id", "name", "home", "score", "themes", "snippet", "website", "summary"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.enterprises
            .iter()
            .map(|found| {
                vec![
                    found.enterprise.id.clone(),
                    found.enterprise.name.clone(),
                    or_empty(found.enterprise.home.as_ref()),
                    or_empty(found.score.as_ref()),
                    joined(found.themes.iter().map(String::as_str)),
                    found.snippet.as_ref().map(|s| s.text.clone()).unwrap_or_default(),
                    or_empty(found.enterprise.website.as_ref()),
                    found.enterprise.summary.clone(),
                ]
            })
            .collect()
    }
}

impl Rows for DirectionsWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "rank",
            "id",
            "name",
            "population",
            "score",
            "low",
            "high",
            "headline",
            "answers",
            "relations",
            "gates_unknown",
            "questions",
            "proof_sources",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.territories
            .iter()
            .map(|direction| {
                let mut row = vec![
                    direction.rank.to_string(),
                    direction.territory.id.clone(),
                    direction.territory.name.clone(),
                    direction.territory.population.to_string(),
                    direction.score.to_string(),
                    direction.interval[0].to_string(),
                    direction.interval[1].to_string(),
                ];
                row.extend(reasons(&direction.explanation));
                row
            })
            .collect()
    }
}

impl Rows for ProfilesWire {
    fn header(&self) -> Vec<&'static str> {
        let mut names = vec!["id", "name", "owner", "as_of", "territory", "order"];
        let criteria = &CriterionId::ALL[..CriterionId::WITHOUT_QUERY];
        names.extend(criteria.iter().map(|criterion| criterion.as_str()));
        names.extend(["source", "note"]);
        names
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |profile: &ProfileWire| {
            let mut row = vec![
                profile.id.clone(),
                profile.name.clone(),
                profile.owner.clone(),
                or_empty(profile.as_of.as_ref()),
                or_empty(profile.territory.as_ref()),
                or_empty(profile.order.as_ref()),
            ];
            let criteria = &CriterionId::ALL[..CriterionId::WITHOUT_QUERY];
            row.extend(criteria.iter().map(|c| or_empty(profile.weights.get(c.as_str()))));
            row.push(profile.source.source.clone());
            row.push(or_empty(profile.note.as_ref()));
            row
        };
        self.profiles.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Two;

    impl Rows for Two {
        fn header(&self) -> Vec<&'static str> {
            vec!["a", "b"]
        }

        fn rows(&self) -> Vec<Vec<String>> {
            vec![
                vec!["un, deux".to_owned(), "dit \"oui\"".to_owned()],
                vec!["=SOMME(A1)".to_owned(), "-0.5".to_owned()],
            ]
        }
    }

    #[test]
    fn cells_are_quoted_and_formulas_are_disarmed() {
        assert_eq!(write(&Two), "a,b\r\n\"un, deux\",\"dit \"\"oui\"\"\"\r\n'=SOMME(A1),-0.5\r\n");
    }
}
