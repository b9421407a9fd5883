//! Roles and what each may do; where is the affair of [`super::Identity::reaches`].

/// What a key lets its holder be (design §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Reader,
    /// Reads, and writes what the field says and what was decided, everywhere.
    Scout,
    /// Reads, and writes for its own territories.
    Partner,
    /// Everything.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Reader, Self::Scout, Self::Partner, Self::Admin];

    /// The word typed and stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Scout => "scout",
            Self::Partner => "partner",
            Self::Admin => "admin",
        }
    }

    /// Reads the word typed or stored.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Its name for a person, in French and in English.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Reader => ("lecture", "reader"),
            Self::Scout => ("éclaireur", "scout"),
            Self::Partner => ("partenaire", "partner"),
            Self::Admin => ("administration", "admin"),
        }
    }

    /// Whether the role may ever do this; a partner, only in its territories.
    #[must_use]
    pub fn may(self, action: Action) -> bool {
        match action {
            Action::Read => true,
            Action::Submit
            | Action::Observe
            | Action::Confirm
            | Action::Decide
            | Action::DrawZone
            | Action::SetProfile => self != Self::Reader,
            // What an organisation does is the same everywhere: no territory owns it.
            Action::Annotate | Action::Import => matches!(self, Self::Scout | Self::Admin),
            Action::Manage => self == Self::Admin,
        }
    }
}

/// What can be asked of the service, in the terms that rights are given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Any answer, and what saves nothing.
    Read,
    /// Priority themes of a territory.
    Submit,
    /// What the field says of a territory.
    Observe,
    /// What a person knows of an enterprise in a territory.
    Confirm,
    /// A correction of what the annotator read.
    Annotate,
    /// The follow-up of an enterprise in a territory.
    Decide,
    /// A named list of communes.
    DrawZone,
    /// A profile of weights.
    SetProfile,
    /// A file of enterprises, actors…
    Import,
    /// Keys, and everything else.
    Manage,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 10] = [
        Self::Read,
        Self::Submit,
        Self::Observe,
        Self::Confirm,
        Self::Annotate,
        Self::Decide,
        Self::DrawZone,
        Self::SetProfile,
        Self::Import,
        Self::Manage,
    ];

    /// What it does, in French and in English, to follow "may" in a message.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Read => ("lire", "read"),
            Self::Submit => ("déposer des priorités", "submit priorities"),
            Self::Observe => ("consigner une observation", "record an observation"),
            Self::Confirm => ("consigner une confirmation", "record a confirmation"),
            Self::Annotate => ("corriger une annotation", "correct an annotation"),
            Self::Decide => ("consigner une décision", "record a decision"),
            Self::DrawZone => ("tracer une zone", "draw a zone"),
            Self::SetProfile => ("enregistrer un profil de poids", "save a profile of weights"),
            Self::Import => ("importer un fichier", "import a file"),
            Self::Manage => ("administrer", "administer"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_grow_from_reader_to_admin() {
        for action in Action::ALL {
            let may = Role::ALL.map(|role| role.may(action));
            let expected = match action {
                Action::Read => [true; 4],
                Action::Annotate | Action::Import => [false, true, false, true],
                Action::Manage => [false, false, false, true],
                _ => [false, true, true, true],
            };
            assert_eq!(may, expected, "{action:?}");
        }
    }

    #[test]
    fn every_role_reads_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
    }
}
