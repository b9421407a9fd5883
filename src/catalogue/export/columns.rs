//! The columns that each kind of row is written in: the paths of its fields, in the order of
//! its record, with what a cell holds.
//!
//! The paths are those that the importers recognise. What has no column of its own goes,
//! whole, into [`OTHER`].

use crate::catalogue::revision::Kind;

/// The column of what has no column of its own: a JSON object whose fields join the row.
pub const OTHER: &str = "other_fields";

/// What a cell of a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text; codes (INSEE, SIREN) and dates are texts.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// A yes or a no.
    Yes,
    /// A list of texts, some of them objects.
    List,
    /// A list of whole numbers.
    Wholes,
    /// A list or an object without a flat form.
    Json,
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Path of its field (`home.commune`).
    pub path: &'static str,
    /// What its cells hold.
    pub form: Form,
}

const fn text(path: &'static str) -> Column {
    Column { path, form: Form::Text }
}

const fn whole(path: &'static str) -> Column {
    Column { path, form: Form::Whole }
}

const fn number(path: &'static str) -> Column {
    Column { path, form: Form::Number }
}

const fn yes(path: &'static str) -> Column {
    Column { path, form: Form::Yes }
}

const fn list(path: &'static str) -> Column {
    Column { path, form: Form::List }
}

const fn json(path: &'static str) -> Column {
    Column { path, form: Form::Json }
}

const ENTERPRISE: &[Column] = &[
    text("id"),
    text("name"),
    list("aliases"),
    text("siren"),
    text("network"),
    text("legal_form"),
    whole("founded"),
    text("home.commune"),
    text("home.departement"),
    text("home.region"),
    text("home.country"),
    text("home.insee"),
    text("summary"),
    list("activities"),
    list("beneficiaries"),
    list("themes"),
    list("needs_addressed"),
    list("offers"),
    list("seeks"),
    json("partners"),
    json("sites"),
    whole("sites_declared.value"),
    whole("sites_declared.year"),
    text("sites_declared.source"),
    text("sites_declared.licence"),
    json("evidence"),
    list("labels"),
    text("scaling.model"),
    yes("scaling.seeking_to_scale"),
    list("scaling.target_territories"),
    json("scaling.conditions"),
    list("scaling.openings_under_way"),
    text("scaling.earliest_start"),
    number("scaling.openings_per_year"),
    number("scaling.branch_cost_eur"),
    text("scaling.payer"),
    text("scaling.checked_at"),
    Column { path: "scaling.season", form: Form::Wholes },
    text("website"),
    list("inferred"),
    text("status"),
    whole("status_year"),
    text("status_source"),
    list("sources"),
    json("answers"),
];

const ACTOR: &[Column] = &[
    text("id"),
    text("name"),
    text("siret"),
    text("siren"),
    text("network"),
    text("commune"),
    text("departement"),
    text("region"),
    text("country"),
    text("insee"),
    number("lat"),
    number("lon"),
    text("geo"),
    text("summary"),
    list("themes"),
    list("needs"),
    list("publics"),
    list("steps"),
    list("activities"),
    list("offers"),
    list("seeks"),
    list("partners"),
    list("roles"),
    text("legal_form"),
    list("licences"),
    number("capacity.value"),
    text("capacity.unit"),
    text("status"),
    text("since"),
    text("until"),
    text("url"),
    list("sources"),
    yes("register"),
    text("enterprise"),
    text("updated"),
];

/// A submission has a line per theme or need of each period; a published context has one.
const PRIORITY: &[Column] = &[
    text("id"),
    text("territory"),
    text("territory_label"),
    text("kind"),
    text("start"),
    text("end"),
    text("theme"),
    text("need"),
    number("weight"),
    number("order"),
    yes("no_priority"),
    list("themes"),
    list("needs"),
    text("what_is_asked"),
    whole("year"),
    text("submitted_by"),
    text("contact"),
    text("document"),
    text("own_document"),
    text("source"),
    text("licence"),
    json("periods"),
];

const OBSERVATION: &[Column] = &[
    text("id"),
    text("territory"),
    text("text"),
    text("need"),
    text("public"),
    text("step"),
    text("theme"),
    number("severity"),
    number("confidence"),
    text("date"),
    text("by"),
    text("trend"),
    text("source"),
    whole("year"),
    text("licence"),
    text("rests_on"),
];

const CONFIRMATION: &[Column] = &[
    text("id"),
    text("territory"),
    text("enterprise"),
    text("actor"),
    text("item"),
    text("state"),
    text("note"),
    text("by"),
    text("source"),
    text("date"),
];

const ANNOTATION: &[Column] = &[
    text("id"),
    text("enterprise"),
    text("actor"),
    text("observation"),
    json("add"),
    json("remove"),
    json("answers"),
    text("source"),
    text("note"),
];

const DECISION: &[Column] = &[
    text("id"),
    text("territory"),
    text("enterprise"),
    text("state"),
    text("reason"),
    text("note"),
    text("date"),
    whole("season"),
    text("source"),
    text("by"),
    json("said"),
    json("written"),
    json("earlier"),
    json("undone"),
];

const PROFILE: &[Column] = &[
    text("id"),
    text("owner"),
    text("date"),
    text("territory"),
    text("name_fr"),
    text("name_en"),
    text("weights"),
    text("note_fr"),
    text("note_en"),
    text("source"),
    text("licence"),
];

const ZONE: &[Column] = &[text("id"), text("name"), list("communes")];

const MERGE: &[Column] = &[text("id")];

/// The columns of a kind of row; none for what is never exported.
#[must_use]
pub fn of(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::Enterprise => ENTERPRISE,
        Kind::Actor => ACTOR,
        Kind::Priority => PRIORITY,
        Kind::Observation => OBSERVATION,
        Kind::Confirmation => CONFIRMATION,
        Kind::Annotation => ANNOTATION,
        Kind::Decision => DECISION,
        Kind::Profile => PROFILE,
        Kind::Zone => ZONE,
        Kind::Merge => MERGE,
        Kind::Key | Kind::Tombstone | Kind::Dataset => &[],
    }
}
