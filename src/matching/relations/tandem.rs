//! `tandem`: a named partner of the enterprise elsewhere is here (methods §3).
//!
//! Names are compared folded, on whole words, without generic words: "SINGA (Paris,
//! Lyon)" is the actor "SINGA Lyon" or a member of the network "SINGA". Another word
//! left in the actor's name makes it another organisation ("Emmaüs Connect" is not
//! "Emmaüs"), unless the partner's name is of several words and stands whole in it
//! ("Épicerie du Secours Catholique"): then only the network is shared. A network's
//! member in a place named with the partner is that partner. Partners are partners both
//! ways: an actor that names the enterprise counts too.
//!
//! A funder, a brand or a public body is no duo, unless it really is an actor here that
//! shares a need, a public or a resource with the enterprise.
//!
//! | key | arguments beside those of every relation |
//! |---|---|
//! | `relation.tandem` | `partner` Text as the enterprise names it; `how` Word (`relation.tandem.organisation`, `relation.tandem.network`, `relation.tandem.named_by`); `network` Text where only it is shared |
//! | `relation.tandem.organisation`, `relation.tandem.network`, `relation.tandem.named_by` | none: words |

use super::sides::{Local, PartnerName};
use super::telling::placed;
use super::{Claim, Ground, Told, View, names, share_something};
use crate::domain::fact::Arg;
use crate::domain::provenance::{Basis, Because};
use crate::matching::outcome::RelationKind;

/// How a partner's name meets an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    Network,
    Organisation,
}

/// The strongest meeting of the enterprise's partners with this actor.
pub(crate) fn read(view: View<'_>) -> Option<Claim> {
    let mut best: Option<(Tier, Ground)> = None;
    for (at, partner) in view.asked.partners.iter().enumerate() {
        let Some(tier) = meet(partner, view.local) else {
            continue;
        };
        if best.is_some_and(|(known, _)| known >= tier) {
            continue;
        }
        // "ESAT Croix-Rouge" holds the name of the partner; its network does not say so.
        let by_its_name = tier == Tier::Network && partner.words != view.local.network;
        let doubtful = partner.backer || view.local.funder || by_its_name;
        if doubtful && !share_something(view) {
            continue;
        }
        best = Some((tier, Ground::Partner { partner: at, network: tier == Tier::Network }));
    }
    if best.is_none_or(|(tier, _)| tier < Tier::Organisation) {
        let named = view.local.partners.iter().position(|key| view.asked.names.contains(key));
        if let Some(partner) = named {
            best = Some((Tier::Organisation, Ground::NamedBy { partner }));
        }
    }
    let (tier, ground) = best?;
    let raw = match tier {
        Tier::Organisation => view.numbers.tandem_organisation,
        Tier::Network => view.numbers.tandem_network,
    };
    let strength = view.local.standing.strength(raw, view.numbers);
    (strength > 0.0).then_some(Claim {
        kind: RelationKind::Tandem,
        strength,
        to_check: false,
        confirmed: false,
        ground,
    })
}

/// Whether the partner is this actor, or only its network.
fn meet(partner: &PartnerName, local: &Local) -> Option<Tier> {
    let name = if partner.public_body { &local.literal } else { &local.name };
    let words = &partner.words;
    if let Some(start) = names::position(name, words) {
        let rest = name[..start].iter().chain(&name[start + words.len()..]);
        let mut others = rest.filter(|word| {
            !local.places.contains(word)
                && !names::says_where(word)
                && !partner.places.iter().any(|place| place.split(' ').any(|part| part == *word))
        });
        if others.next().is_none() {
            return Some(if partner.category { Tier::Network } else { Tier::Organisation });
        }
        if words.len() > 1 {
            return Some(Tier::Network);
        }
    }
    if words.is_empty() || *words != local.network {
        return None;
    }
    let here = !local.commune.is_empty() && partner.places.contains(&local.commune);
    Some(if here { Tier::Organisation } else { Tier::Network })
}

/// The partner as named, and the actor or its network.
pub(crate) fn tell(view: View<'_>, claim: &Claim) -> Told {
    let (enterprise, actor) = (view.asked.enterprise, &view.member.actor);
    let fact = placed("relation.tandem", Basis::Stated, view);
    let named = Because::new("actor.name", actor.name.as_str());
    match claim.ground {
        Ground::Partner { partner, network } => {
            let partner = enterprise.portrait.partners.get(partner);
            let text = partner.map_or("", |partner| partner.text.as_str());
            let organisation = partner.map_or("", |partner| partner.organisation.as_str());
            let word =
                if network { "relation.tandem.network" } else { "relation.tandem.organisation" };
            let mut fact = fact
                .with("partner", Arg::Text(organisation.to_owned()))
                .with("how", Arg::Word(word));
            let mut theirs = named;
            if let Some(text) = actor.network.as_ref().filter(|_| network) {
                fact = fact.with("network", Arg::Text(text.clone()));
                theirs = Because::new("actor.network", text.as_str());
            }
            let because = vec![Because::new("enterprise.partners", text), theirs];
            Told { via: Vec::new(), because, fact }
        }
        Ground::NamedBy { partner } => {
            let text = actor.portrait.partners.get(partner).map_or("", |p| p.text.as_str());
            let fact = fact
                .with("partner", Arg::Text(enterprise.name.clone()))
                .with("how", Arg::Word("relation.tandem.named_by"));
            let because = vec![
                Because::new("enterprise.name", enterprise.name.as_str()),
                Because::new("actor.partners", text),
            ];
            Told { via: Vec::new(), because, fact }
        }
        _ => Told { via: Vec::new(), because: vec![named], fact },
    }
}
