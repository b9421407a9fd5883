//! Who asks.

use crate::domain::territory::Atlas;

use super::role::{Action, Role};

/// Who stands behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Nobody said.
    Anonymous,
    /// The holder of a key.
    Key {
        /// Id of the key: what the log names as author.
        id: String,
        /// What it lets its holder be.
        role: Role,
        /// For a partner, the territories it may write for.
        territories: Vec<String>,
    },
    /// A person at the machine, on the command line: an admin.
    Operator {
        /// The name given, else `local`.
        name: String,
    },
}

/// Who asks, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who.
    pub who: Who,
    /// Address that the request came from; none on the command line.
    pub address: Option<String>,
}

impl Identity {
    /// Somebody without a key.
    #[must_use]
    pub fn anonymous(address: Option<String>) -> Self {
        Self { who: Who::Anonymous, address }
    }

    /// A person at the machine.
    #[must_use]
    pub fn operator(name: impl Into<String>) -> Self {
        Self { who: Who::Operator { name: name.into() }, address: None }
    }

    /// The name that revisions are signed with.
    #[must_use]
    pub fn author(&self) -> &str {
        match &self.who {
            Who::Anonymous => "anonymous",
            Who::Key { id, .. } => id,
            Who::Operator { name } => name,
        }
    }

    /// The role; none without a key.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match &self.who {
            Who::Anonymous => None,
            Who::Key { role, .. } => Some(*role),
            Who::Operator { .. } => Some(Role::Admin),
        }
    }

    /// Whether its role lets it do this somewhere; where is [`Self::reaches`].
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.role().map_or(action == Action::Read, |role| role.may(action))
    }

    /// Whether what it writes may speak of `territory` (an id of `atlas`).
    ///
    /// A partner reaches its own territories and what lies wholly inside one of them; every
    /// other role that writes reaches all of them.
    #[must_use]
    pub fn reaches(&self, atlas: &Atlas, territory: &str) -> bool {
        let Who::Key { role: Role::Partner, territories, .. } = &self.who else {
            return self.role().is_some();
        };
        if territories.iter().any(|own| own == territory) {
            return true;
        }
        let Some(asked) = atlas.territory(territory) else { return false };
        !asked.communes.is_empty()
            && territories
                .iter()
                .filter_map(|own| atlas.territory(own))
                .any(|own| asked.communes.iter().all(|commune| own.communes.contains(commune)))
    }
}
