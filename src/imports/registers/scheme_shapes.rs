//! The shapes in which portals publish their aids, read into one.

use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::folding::fold_label;
use crate::domain::territory::TerritoryKind;
use crate::imports::records::Record;

/// Between the items of a list in a cell.
const SIGNS: [char; 2] = [';', '|'];

/// How a record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An item of the API of Aides-territoires.
    Api,
    /// A row of its French export.
    Table,
    /// An item of the list of the site of ecological transition of companies.
    Companies,
}

impl Shape {
    /// The shape of a record, by the name of its title; `None` where it has none.
    #[must_use]
    pub fn of(row: &Record<'_>) -> Option<Self> {
        let has = |name| row.text(name).is_some();
        match (has("titre"), has("Nom"), has("name")) {
            (true, ..) => Some(Self::Companies),
            (_, true, _) => Some(Self::Table),
            (_, _, true) => Some(Self::Api),
            _ => None,
        }
    }

    /// Its publisher in `index/supports.toml`.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::Api | Self::Table => "aides_territoires",
            Self::Companies => "transition_entreprises",
        }
    }
}

/// One aid, as its portal writes it.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// How it was written.
    pub shape: Shape,
    /// Stable id: that of its page.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who pays.
    pub financers: Vec<String>,
    /// Where it holds, in words; empty where the file does not say.
    pub perimeters: Vec<String>,
    /// The level of the perimeter, where it is said.
    pub level: Option<TerritoryKind>,
    /// For whom.
    pub audience: Vec<String>,
    /// Categories of the portal.
    pub categories: Vec<String>,
    /// What it is, perhaps in HTML.
    pub description: String,
    /// Its page.
    pub url: Option<String>,
    /// First day, as written.
    pub start: Option<String>,
    /// Last day, as written.
    pub end: Option<String>,
    /// `Permanente`, `Ponctuelle`, `Récurrente`.
    pub recurrence: Option<String>,
    /// What it gives: subsidy, engineering…
    pub types: Vec<String>,
    /// Year of the last word about it.
    pub year: Option<String>,
    /// Licence written with it.
    pub licence: Option<String>,
}

impl Scheme {
    /// Reads a record of this shape; `site` completes relative addresses.
    ///
    /// # Errors
    /// When it has no name, or its address is none: the columns are then shifted.
    pub fn read(row: &Record<'_>, shape: Shape, site: &str) -> Result<Self, RecordProblem> {
        let text = |name: &str| row.text(name).map(|text| text.into_owned());
        let list = |name: &str| row.list(name, &SIGNS);
        let year = |name: &str| text(name).and_then(|text| text.get(..4).map(str::to_owned));
        match shape {
            Shape::Api => {
                let url = address(row, "url", site)?;
                let slug = text("slug").or_else(|| url.as_deref().and_then(page)).or(text("id"));
                let scale = text("perimeter_scale").map(|word| fold_label(&word));
                let level = scale.as_deref().and_then(level);
                // A perimeter drawn by hand bears a name that may be anything's.
                let by_hand = scale.as_deref().is_some_and(|word| word.starts_with("ad"));
                let perimeters = list_of_one(text("perimeter"));
                let name = must(text("name").or_else(|| text("short_title")), "name")?;
                Ok(Self {
                    id: id("at", slug.as_deref().unwrap_or(&name)),
                    name,
                    financers: list("financers"),
                    level: if by_hand { Some(TerritoryKind::Zone) } else { level },
                    perimeters,
                    audience: list("targeted_audiences"),
                    categories: row.list("categories", &[';']),
                    description: text("description").unwrap_or_default(),
                    url,
                    start: text("start_date"),
                    end: text("submission_deadline"),
                    recurrence: text("recurrence"),
                    types: list("aid_types"),
                    year: year("date_updated").or_else(|| year("date_created")),
                    licence: text("import_share_licence"),
                    shape,
                })
            }
            Shape::Table => {
                let url = address(row, "Lien", site)?;
                let name = must(text("Nom"), "Nom")?;
                Ok(Self {
                    id: id("at", url.as_deref().and_then(page).as_deref().unwrap_or(&name)),
                    name,
                    financers: list("Financeurs"),
                    perimeters: list_of_one(
                        text("Périmètre").or_else(|| text("Zone géographique")),
                    ),
                    level: None,
                    audience: list("Bénéficiaire"),
                    categories: row.list("Catégories", &[';']),
                    description: text("Descriptif").unwrap_or_default(),
                    url,
                    start: text("Date Ouverture"),
                    end: text("Date Clôture"),
                    recurrence: text("Récurrence"),
                    types: list("Types d'aides"),
                    year: None,
                    licence: None,
                    shape,
                })
            }
            Shape::Companies => Self::of_companies(row, shape),
        }
    }

    fn of_companies(row: &Record<'_>, shape: Shape) -> Result<Self, RecordProblem> {
        let text = |name: &str| row.text(name).map(|text| text.into_owned());
        let name = must(text("titre"), "titre")?;
        let mut financers = list_of_one(text("opérateur de contact"));
        financers.extend(row.list("autres opérateurs", &SIGNS));
        let conditions = "conditions d'éligibilité";
        let mut perimeters = row.list("eligibilityData.company.allowedRegion", &[',']);
        if perimeters.is_empty() {
            perimeters = row.list(&format!("{conditions}.secteur géographique"), &[',']);
        }
        let size = row.list(&format!("{conditions}.taille de l'entreprise"), &SIGNS);
        let mut audience = vec![match size.as_slice() {
            [] => "Entreprises".to_owned(),
            some => format!("Entreprises ({})", some.join(", ")),
        }];
        if text("ouvert aux administrations publiques").as_deref() == Some("oui") {
            audience.push("Établissements publics".to_owned());
        }
        Ok(Self {
            id: id("tee", text("id").as_deref().unwrap_or(&name)),
            name,
            financers,
            perimeters,
            level: None,
            audience,
            categories: row.list("eligibilityData.priorityObjectives", &SIGNS),
            description: text("description").or_else(|| text("promesse")).unwrap_or_default(),
            url: text("url").filter(|url| is_address(url)),
            start: text("début de validité"),
            end: text("fin de validité"),
            recurrence: None,
            types: list_of_one(text("nature de l'aide")),
            year: None,
            licence: None,
            shape,
        })
    }
}

fn list_of_one(text: Option<String>) -> Vec<String> {
    text.into_iter().collect()
}

fn must(text: Option<String>, field: &str) -> Result<String, RecordProblem> {
    text.ok_or_else(|| RecordProblem::missing(field))
}

fn level(word: &str) -> Option<TerritoryKind> {
    match word {
        "commune" => Some(TerritoryKind::Commune),
        "epci" => Some(TerritoryKind::Epci),
        "departement" | "department" => Some(TerritoryKind::Departement),
        "region" => Some(TerritoryKind::Region),
        _ => None,
    }
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// The address of a field, absolute.
fn address(row: &Record<'_>, field: &str, site: &str) -> Result<Option<String>, RecordProblem> {
    match row.text(field) {
        None => Ok(None),
        Some(text) if is_address(&text) => Ok(Some(text.into_owned())),
        Some(text) if text.starts_with('/') => Ok(Some(format!("{site}{text}"))),
        Some(text) => Err(RecordProblem::new(
            field,
            &text,
            (
                "ce n’est pas l’adresse d’une page : les colonnes de cette ligne sont décalées",
                "this is not the address of a page: the columns of this line are shifted",
            ),
            (
                "vérifiez les guillemets de la ligne, ou reprenez l’export",
                "check the quotes of the line, or take the export again",
            ),
        )),
    }
}

/// The last part of an address: the page of the aid.
fn page(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?;
    path.split('/').rev().find(|part| !part.is_empty()).map(str::to_owned)
}

/// An id of plain letters, digits and hyphens.
fn id(of: &str, text: &str) -> String {
    format!("{of}-{}", fold_label(text).replace(' ', "-"))
}
