//! The two sides of a relation, prepared once: what is asked (an enterprise) and what
//! is local (an actor), as numbers and folded names.

use jiff::civil::Date;

use super::answered::{Answered, answers, themes};
use super::names;
use super::numbers::Numbers;
use crate::domain::actor::Actor;
use crate::domain::context::{Confirmation, Context, ContextActor};
use crate::domain::enterprise::{Enterprise, Status};
use crate::matching::confirmable::{CARRIER, is_about};

/// A named partner of the enterprise, ready to be compared.
#[derive(Debug, Clone)]
pub(crate) struct PartnerName {
    /// Its words: the distinctive ones, or all but the articles for a public body.
    pub words: Vec<String>,
    /// A public body: compared with its generic words.
    pub public_body: bool,
    /// A funder, a brand or a public body: a tandem only when something is shared.
    pub backer: bool,
    /// A kind of partner rather than one ("missions locales").
    pub category: bool,
    /// Keys of the places named with it.
    pub places: Vec<String>,
}

impl PartnerName {
    fn new(organisation: &str, places: &[String]) -> Self {
        let literal = names::literal(organisation);
        let public_body = names::is_public_body(&literal);
        let backer = public_body || names::is_backer(&literal);
        let words = if public_body { literal } else { names::distinctive(organisation) };
        let places = places.iter().map(|place| names::words(place).join(" ")).collect();
        // "missions locales" names a kind of organisation; a name has a capital or a figure.
        let named = |word: &str| word.chars().next().is_some_and(|c| !c.is_lowercase());
        let category = !organisation.split([' ', '’', '\'']).any(named);
        Self { words, public_body, backer, category, places }
    }
}

/// An enterprise prepared for the reading of many actors.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'a> {
    pub enterprise: &'a Enterprise,
    pub answers: Vec<Answered>,
    pub themes: Vec<u16>,
    /// Keys of its name and aliases.
    pub names: Vec<String>,
    /// Key of its network.
    pub network: Option<String>,
    pub partners: Vec<PartnerName>,
    /// What people said of an actor as its carrier, the latest first.
    pub carriers: Vec<&'a Confirmation>,
}

impl<'a> Asked<'a> {
    /// Prepares `enterprise` for `context`; `confirmations` are those that are read there,
    /// the latest first.
    pub(crate) fn new(
        enterprise: &'a Enterprise,
        context: &Context,
        confirmations: impl Iterator<Item = &'a Confirmation>,
    ) -> Self {
        let answers = answers(&enterprise.portrait);
        let themes = themes(&enterprise.portrait, &answers, &context.taxonomy);
        let mut own: Vec<String> = std::iter::once(&enterprise.name)
            .chain(&enterprise.aliases)
            .map(|name| names::key(name))
            .filter(|key| !key.is_empty())
            .collect();
        own.sort_unstable();
        own.dedup();
        let network = enterprise.network.as_deref().map(names::key).filter(|key| !key.is_empty());
        let partners = enterprise
            .portrait
            .partners
            .iter()
            .map(|partner| PartnerName::new(&partner.organisation, &partner.places))
            .collect();
        let carriers = confirmations
            .filter(|said| said.enterprise == enterprise.id)
            .filter(|said| said.date.first_day() <= context.as_of)
            .filter(|said| is_about(said, CARRIER))
            .filter(|said| said.actor.is_some())
            .collect();
        Self { enterprise, answers, themes, names: own, network, partners, carriers }
    }

    /// What a person last said of this actor as carrier.
    pub(crate) fn carrier_said(&self, actor: &str) -> Option<&'a Confirmation> {
        self.carriers.iter().copied().find(|said| said.actor.as_deref() == Some(actor))
    }
}

/// What multiplies and bounds every strength of one actor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    /// Active 1, ending 0.5; 0 when it is not there at this date.
    pub status: f64,
    /// A row of a register without description.
    pub register: bool,
    /// Factor of distance.
    pub factor: f64,
}

impl Standing {
    /// How an actor stands on `as_of`.
    pub(crate) fn new(member: &ContextActor, as_of: Date, numbers: &Numbers) -> Self {
        let actor = &member.actor;
        Self {
            status: status(actor, as_of, numbers),
            register: actor.register,
            factor: member.proximity.factor(),
        }
    }

    /// The strength said of a raw reading: status, ceiling of registers and threshold
    /// first, then the distance (methods §3); 0 is nothing said.
    pub(crate) fn strength(self, raw: f64, numbers: &Numbers) -> f64 {
        let ceiling = if self.register { numbers.register_ceiling } else { 1.0 };
        let value = (raw * self.status).min(ceiling);
        // The margin forgives the last bit of products such as 0.5 · 0.5.
        if value <= 0.0 || value + 1e-9 < numbers.threshold { 0.0 } else { value * self.factor }
    }
}

/// Factor of an actor's status on `as_of`: known by its year, it begins on 1 January
/// and ends on 31 December; one closed at a later date was still at work.
fn status(actor: &Actor, as_of: Date, numbers: &Numbers) -> f64 {
    if actor.since.is_some_and(|since| since.first_day() > as_of)
        || actor.until.is_some_and(|until| until.last_day() < as_of)
    {
        return 0.0;
    }
    match actor.status {
        Status::Active => 1.0,
        Status::Ending => numbers.status_ending,
        Status::Closed if actor.until.is_some_and(|until| until.first_day() > as_of) => 1.0,
        Status::Closed => 0.0,
    }
}

/// Roles that make an actor a possible carrier (folded, singular).
const CARRYING: [&str; 12] = [
    "carrier",
    "host",
    "operator",
    "franchisee",
    "porteur",
    "portage",
    "hote",
    "operateur",
    "franchise",
    "hebergeur",
    "structure porteuse",
    "gestionnaire",
];

/// An actor prepared for the reading of many enterprises.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    pub standing: Standing,
    pub answers: Vec<Answered>,
    pub themes: Vec<u16>,
    /// Its name without articles.
    pub literal: Vec<String>,
    /// Its name without articles and generic words.
    pub name: Vec<String>,
    /// Key of its name.
    pub key: String,
    /// Key of its name without the words of its own place; equal to `key` when that
    /// leaves nothing.
    pub key_without_place: String,
    /// Its network: distinctive words and key.
    pub network: Vec<String>,
    pub network_key: Option<String>,
    /// Words of its commune, département and région.
    pub places: Vec<String>,
    /// Folded name of its commune.
    pub commune: String,
    /// Keys of the partners it names.
    pub partners: Vec<String>,
    /// The role that makes it a possible carrier, as written.
    pub carrying: Option<usize>,
    /// It is a funder by its role.
    pub funder: bool,
}

impl Local {
    /// Prepares an actor of `context`.
    pub(crate) fn new(member: &ContextActor, context: &Context, numbers: &Numbers) -> Self {
        let actor = &member.actor;
        let portrait = &actor.portrait;
        let answers = answers(portrait);
        let commune = member.commune.as_deref().or(actor.place.commune.as_deref());
        let places = places(member, context);
        let literal = names::literal(&actor.name);
        let name = names::distinctive(&actor.name);
        let key = names::key(&actor.name);
        let bare: Vec<&str> = name
            .iter()
            .filter(|word| !places.contains(word) && !names::says_where(word))
            .map(String::as_str)
            .collect();
        let key_without_place = if bare.is_empty() { key.clone() } else { bare.join(" ") };
        let network = actor.network.as_deref();
        let role = |text: &String| names::literal(&text.replace('_', " ")).join(" ");
        Self {
            standing: Standing::new(member, context.as_of, numbers),
            themes: themes(portrait, &answers, &context.taxonomy),
            answers,
            literal,
            name,
            key,
            key_without_place,
            network: network.map(names::distinctive).unwrap_or_default(),
            network_key: network.map(names::key).filter(|key| !key.is_empty()),
            places,
            commune: commune.map(|text| names::words(text).join(" ")).unwrap_or_default(),
            partners: portrait
                .partners
                .iter()
                .map(|partner| names::key(&partner.organisation))
                .filter(|key| !key.is_empty())
                .collect(),
            carrying: actor.roles.iter().position(|text| CARRYING.contains(&role(text).as_str())),
            funder: actor
                .roles
                .iter()
                .any(|text| ["funder", "financeur"].contains(&role(text).as_str())),
        }
    }
}

/// The words of the places an actor may put in its name.
fn places(member: &ContextActor, context: &Context) -> Vec<String> {
    let place = &member.actor.place;
    let departement = place
        .departement_code
        .as_deref()
        .and_then(|code| context.atlas.departement(code))
        .map(|at| context.atlas.departements[at].name.as_str());
    let region = place
        .region_code
        .as_deref()
        .and_then(|code| context.atlas.region(code))
        .map(|at| context.atlas.regions[at].name.as_str());
    let mut list: Vec<String> = [
        member.commune.as_deref(),
        place.commune.as_deref(),
        place.departement.as_deref(),
        place.region.as_deref(),
        departement,
        region,
        Some(context.territory.name.as_str()),
    ]
    .into_iter()
    .flatten()
    .flat_map(names::literal)
    .collect();
    list.sort_unstable();
    list.dedup();
    list
}
