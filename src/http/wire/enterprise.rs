//! One enterprise whole: its record and its portrait in the words of the taxonomy.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::condition::Condition;
use crate::domain::enterprise::{Enterprise, Evidence, EvidenceLevel, Place, Scaling, Site};
use crate::domain::lang::Lang;
use crate::domain::portrait::{Answer, Mark, Portrait};
use crate::domain::taxonomy::Taxonomy;

use super::actor::status;
use super::common::{BecauseWire, SourceWire, rounded};
use super::quality::QualityWire;

/// `GET /enterprises/{id}`. What is unknown is null or empty.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnterpriseWire {
    /// Stable id.
    pub id: String,
    /// Usual name.
    pub name: String,
    /// State of the log.
    pub seq: u64,
    /// Language of the labels.
    pub lang: &'static str,
    /// Former names, brands.
    pub aliases: Vec<String>,
    /// SIREN.
    pub siren: Option<String>,
    /// Network.
    pub network: Option<String>,
    /// Legal form.
    pub legal_form: Option<String>,
    /// Year founded.
    pub founded: Option<i16>,
    /// Seat, or main place seen.
    pub home: PlaceWire,
    /// What it does and how.
    pub summary: String,
    /// Activities.
    pub activities: Vec<String>,
    /// People served, as written.
    pub beneficiaries: Vec<String>,
    /// Themes, as written.
    pub themes: Vec<String>,
    /// Needs, as written.
    pub needs_addressed: Vec<String>,
    /// Offers, as written.
    pub offers: Vec<String>,
    /// What it seeks, as written.
    pub seeks: Vec<String>,
    /// Places of activity.
    pub sites: Vec<SiteWire>,
    /// Published figures.
    pub evidence: Vec<EvidenceWire>,
    /// Labels and prizes.
    pub labels: Vec<String>,
    /// How it spreads.
    pub scaling: ScalingWire,
    /// What it asks of a territory.
    pub conditions: Vec<ConditionWire>,
    /// Website.
    pub website: Option<String>,
    /// Fields deduced, not read.
    pub inferred: Vec<String>,
    /// `active` (no closure seen), `ending` or `closed`.
    pub status: &'static str,
    /// Since which year.
    pub status_year: Option<i16>,
    /// Where it was read.
    pub status_source: Option<String>,
    /// Pages read.
    pub sources: Vec<SourceWire>,
    /// What it carries.
    pub portrait: PortraitWire,
    /// What lacks, how old, how sure.
    pub quality: QualityWire,
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceWire {
    /// Commune.
    pub commune: Option<String>,
    /// Département.
    pub departement: Option<String>,
    /// Région.
    pub region: Option<String>,
    /// Country; null reads as France.
    pub country: Option<String>,
    /// Commune code.
    pub insee: Option<String>,
}

/// A place of activity.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteWire {
    /// Where.
    #[serde(flatten)]
    pub place: PlaceWire,
    /// Since.
    pub since: Option<String>,
    /// Until.
    pub until: Option<String>,
    /// `headquarters`, `branch`, `partner`, `temporary`…
    pub kind: Option<String>,
}

/// A published figure.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceWire {
    /// What it counts.
    pub kind: String,
    /// `none`, `outputs`, `outcome` or `evaluation`.
    pub level: &'static str,
    /// Value.
    pub value: Option<f64>,
    /// Unit.
    pub unit: Option<String>,
    /// Year.
    pub year: Option<i16>,
    /// Where it was read.
    pub source: SourceWire,
}

/// How the model spreads.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScalingWire {
    /// `integrated`, `federation`, `social_franchise`, `licence`, `open_source`, `undecided`.
    pub model: Option<String>,
    /// Null is unknown.
    pub seeking_to_scale: Option<bool>,
    /// Territories aimed at.
    pub target_territories: Vec<String>,
    /// Openings under way.
    pub openings_under_way: Vec<String>,
    /// Earliest start.
    pub earliest_start: Option<String>,
    /// Openings a year.
    pub openings_per_year: Option<f64>,
    /// Cost of a branch, euros.
    pub branch_cost_eur: Option<f64>,
    /// Who pays.
    pub payer: Option<String>,
    /// Last checked with the enterprise.
    pub checked_at: Option<String>,
}

/// A condition.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionWire {
    /// Kind.
    pub kind: String,
    /// Operator.
    pub operator: String,
    /// Value.
    pub value: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// The record's phrase.
    pub text: String,
    /// How it is known.
    pub basis: &'static str,
    /// Where it is said.
    pub source: Option<SourceWire>,
}

/// Concepts carried, each with its proof.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortraitWire {
    /// Themes.
    pub themes: Vec<MarkWire>,
    /// Needs.
    pub needs: Vec<MarkWire>,
    /// Publics.
    pub publics: Vec<MarkWire>,
    /// Steps.
    pub steps: Vec<MarkWire>,
    /// Resources offered.
    pub offers: Vec<MarkWire>,
    /// Resources sought.
    pub seeks: Vec<MarkWire>,
    /// Explicit answers, the main ones first.
    pub answers: Vec<AnswerTripleWire>,
    /// Named partners and their places.
    pub partners: Vec<PartnerWire>,
}

/// One concept carried.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarkWire {
    /// Id.
    pub id: String,
    /// Label.
    pub label: String,
    /// 0..=1.
    pub weight: f64,
    /// The phrase that caused it.
    pub because: BecauseWire,
    /// `stated` or `inferred`.
    pub basis: &'static str,
}

/// What it answers: need, public, step; null is a known unknown.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerTripleWire {
    /// Need id.
    pub need: Option<String>,
    /// Public id.
    pub public: Option<String>,
    /// Step id.
    pub step: Option<String>,
    /// 0..=1.
    pub weight: f64,
    /// The phrase that caused it.
    pub because: BecauseWire,
    /// `stated` or `inferred`.
    pub basis: &'static str,
}

/// A named partner.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerWire {
    /// Its name.
    pub organisation: String,
    /// Places named with it.
    pub places: Vec<String>,
    /// As written.
    pub text: String,
}

impl EnterpriseWire {
    /// The record of `enterprise` at `seq` with its quality, labelled in `lang`.
    #[must_use]
    pub fn new(
        enterprise: &Enterprise,
        quality: QualityWire,
        taxonomy: &Taxonomy,
        seq: u64,
        lang: Lang,
    ) -> Self {
        Self {
            id: enterprise.id.clone(),
            name: enterprise.name.clone(),
            seq,
            lang: lang.as_str(),
            aliases: enterprise.aliases.clone(),
            siren: enterprise.siren.clone(),
            network: enterprise.network.clone(),
            legal_form: enterprise.legal_form.clone(),
            founded: enterprise.founded,
            home: PlaceWire::from(&enterprise.home),
            summary: enterprise.summary.clone(),
            activities: enterprise.activities.clone(),
            beneficiaries: enterprise.beneficiaries.clone(),
            themes: enterprise.themes.clone(),
            needs_addressed: enterprise.needs_addressed.clone(),
            offers: enterprise.offers.clone(),
            seeks: enterprise.seeks.clone(),
            sites: enterprise.sites.iter().map(SiteWire::from).collect(),
            evidence: enterprise.evidence.iter().map(EvidenceWire::from).collect(),
            labels: enterprise.labels.clone(),
            scaling: ScalingWire::from(&enterprise.scaling),
            conditions: enterprise.conditions.iter().map(ConditionWire::from).collect(),
            website: enterprise.website.clone(),
            inferred: enterprise.inferred.clone(),
            status: status(enterprise.status),
            status_year: enterprise.status_year,
            status_source: enterprise.status_source.clone(),
            sources: enterprise.sources.iter().map(SourceWire::from).collect(),
            portrait: PortraitWire::new(&enterprise.portrait, taxonomy, lang),
            quality,
        }
    }
}

impl PortraitWire {
    /// The portrait, labelled in `lang`.
    #[must_use]
    pub fn new(portrait: &Portrait, taxonomy: &Taxonomy, lang: Lang) -> Self {
        let marks = |marks: &[Mark]| -> Vec<MarkWire> {
            marks
                .iter()
                .map(|mark| MarkWire {
                    id: taxonomy.id(mark.concept).to_owned(),
                    label: taxonomy.label(mark.concept, lang).to_owned(),
                    weight: rounded(mark.weight),
                    because: BecauseWire::from(&mark.because),
                    basis: mark.basis.as_str(),
                })
                .collect()
        };
        let id = |concept| taxonomy.id(concept).to_owned();
        let answer = |answer: &Answer| AnswerTripleWire {
            need: answer.need.map(id),
            public: answer.public.map(id),
            step: answer.step.map(id),
            weight: rounded(answer.weight),
            because: BecauseWire::from(&answer.because),
            basis: answer.basis.as_str(),
        };
        Self {
            themes: marks(&portrait.themes),
            needs: marks(&portrait.needs),
            publics: marks(&portrait.publics),
            steps: marks(&portrait.steps),
            offers: marks(&portrait.offers),
            seeks: marks(&portrait.seeks),
            answers: portrait.answers.iter().map(answer).collect(),
            partners: portrait
                .partners
                .iter()
                .map(|partner| PartnerWire {
                    organisation: partner.organisation.clone(),
                    places: partner.places.clone(),
                    text: partner.text.clone(),
                })
                .collect(),
        }
    }
}

impl From<&Place> for PlaceWire {
    fn from(place: &Place) -> Self {
        Self {
            commune: place.commune.clone(),
            departement: place.departement.clone(),
            region: place.region.clone(),
            country: place.country.clone(),
            insee: place.insee.clone(),
        }
    }
}

impl From<&Site> for SiteWire {
    fn from(site: &Site) -> Self {
        Self {
            place: PlaceWire::from(&site.place),
            since: site.since.map(|date| date.to_string()),
            until: site.until.map(|date| date.to_string()),
            kind: site.kind.clone(),
        }
    }
}

impl From<&Evidence> for EvidenceWire {
    fn from(evidence: &Evidence) -> Self {
        Self {
            kind: evidence.kind.clone(),
            level: match evidence.level {
                EvidenceLevel::None => "none",
                EvidenceLevel::Outputs => "outputs",
                EvidenceLevel::Outcome => "outcome",
                EvidenceLevel::Evaluation => "evaluation",
            },
            value: evidence.value,
            unit: evidence.unit.clone(),
            year: evidence.year,
            source: SourceWire::from(&evidence.source),
        }
    }
}

impl From<&Scaling> for ScalingWire {
    fn from(scaling: &Scaling) -> Self {
        Self {
            model: scaling.model.clone(),
            seeking_to_scale: scaling.seeking_to_scale,
            target_territories: scaling.target_territories.clone(),
            openings_under_way: scaling.openings_under_way.clone(),
            earliest_start: scaling.earliest_start.map(|date| date.to_string()),
            openings_per_year: scaling.openings_per_year,
            branch_cost_eur: scaling.branch_cost_eur,
            payer: scaling.payer.clone(),
            checked_at: scaling.checked_at.map(|date| date.to_string()),
        }
    }
}

impl From<&Condition> for ConditionWire {
    fn from(condition: &Condition) -> Self {
        Self {
            kind: condition.kind.clone(),
            operator: condition.operator.clone(),
            value: condition.value.clone(),
            unit: condition.unit.clone(),
            text: condition.text.clone(),
            basis: condition.basis.as_str(),
            source: condition.source.as_ref().map(SourceWire::from),
        }
    }
}
