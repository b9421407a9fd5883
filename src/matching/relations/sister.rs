//! `sister`: the enterprise itself or its network, already here (methods §3).
//!
//! The same organisation when the actor is recorded as one of its sites, bears its
//! SIREN, or its name or alias (followed at most by where it is: "SINGA Lyon"); the
//! same network when both name it, or when one is the network of the other. A sister
//! silences the other readings of that actor: it is neither a rival nor a complement.
//!
//! | key | arguments beside those of every relation |
//! |---|---|
//! | `relation.sister` | `how` Word (`relation.sister.organisation` or `relation.sister.network`); `network` Text where a network is named |
//! | `relation.sister.organisation`, `relation.sister.network` | none: words |

use super::telling::placed;
use super::{Claim, Ground, Told, View};
use crate::domain::fact::Arg;
use crate::domain::provenance::{Basis, Because};
use crate::matching::outcome::RelationKind;

/// What makes it a sister.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bond {
    /// Recorded as a site of the enterprise.
    Site,
    /// The same SIREN.
    Siren,
    /// The same name.
    Name,
    /// The same network.
    Network,
}

/// What makes this actor a sister of the enterprise, if anything.
pub(crate) fn bond(view: View<'_>) -> Option<Bond> {
    let (enterprise, actor) = (view.asked.enterprise, &view.member.actor);
    if actor.enterprise.as_deref() == Some(enterprise.id.as_str()) {
        return Some(Bond::Site);
    }
    let siren = actor.siret.as_deref().and_then(|siret| siret.get(..9));
    if siren.is_some() && siren == enterprise.siren.as_deref() {
        return Some(Bond::Siren);
    }
    let named = |key: &str| view.asked.names.iter().any(|name| name == key);
    if named(&view.local.key) || named(&view.local.key_without_place) {
        return Some(Bond::Name);
    }
    let theirs = view.local.network_key.as_deref();
    let ours = view.asked.network.as_deref();
    let network = (theirs.is_some() && theirs == ours)
        || theirs.is_some_and(named)
        || ours.is_some_and(|ours| ours == view.local.key);
    network.then_some(Bond::Network)
}

/// Whether this actor is there and a sister.
pub(crate) fn read(view: View<'_>) -> Option<Claim> {
    let bond = bond(view)?;
    let raw = match bond {
        Bond::Site | Bond::Siren | Bond::Name => view.numbers.sister_organisation,
        Bond::Network => view.numbers.sister_network,
    };
    let strength = view.local.standing.strength(raw, view.numbers);
    (strength > 0.0).then_some(Claim {
        kind: RelationKind::Sister,
        strength,
        to_check: false,
        confirmed: false,
        ground: Ground::Sister(bond),
    })
}

/// The names that show it.
pub(crate) fn tell(view: View<'_>, claim: &Claim) -> Told {
    let (enterprise, actor) = (view.asked.enterprise, &view.member.actor);
    let network = matches!(claim.ground, Ground::Sister(Bond::Network));
    let name = |side: &str, network: Option<&String>, name: &str| match network {
        Some(text) => Because::new(format!("{side}.network"), text.as_str()),
        None => Because::new(format!("{side}.name"), name),
    };
    let basis = match claim.ground {
        Ground::Sister(Bond::Name) => Basis::Inferred,
        _ => Basis::Stated,
    };
    let word = if network { "relation.sister.network" } else { "relation.sister.organisation" };
    let mut fact = placed("relation.sister", basis, view).with("how", Arg::Word(word));
    let because = if network {
        if let Some(text) = actor.network.as_ref().or(enterprise.network.as_ref()) {
            fact = fact.with("network", Arg::Text(text.clone()));
        }
        vec![
            name("enterprise", enterprise.network.as_ref(), &enterprise.name),
            name("actor", actor.network.as_ref(), &actor.name),
        ]
    } else {
        vec![name("enterprise", None, &enterprise.name), name("actor", None, &actor.name)]
    };
    Told { via: Vec::new(), because, fact }
}
