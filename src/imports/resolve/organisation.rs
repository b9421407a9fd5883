//! What is compared: the identity of an organisation, whatever row tells it.

use crate::catalogue::revision::Kind;
use crate::domain::actor::Actor;
use crate::domain::enterprise::Enterprise;
use crate::domain::geography::Point;

/// The identity of an organisation as one row tells it; what is unknown stays empty.
///
/// An importer fills one from its own row; only `kind`, `id` and `name` are needed.
#[derive(Debug, Clone, PartialEq)]
pub struct Organisation {
    /// `enterprise` or `actor`; a register's row is an actor.
    pub kind: Kind,
    /// Id of the row, among those of its kind.
    pub id: String,
    /// Public name.
    pub name: String,
    /// Former names, brands, acronyms.
    pub aliases: Vec<String>,
    /// SIREN, 9 digits with a valid key.
    pub siren: Option<String>,
    /// SIRET, 14 digits with a valid key; its SIREN needs not be repeated.
    pub siret: Option<String>,
    /// RNA number (`W691234567`).
    pub rna: Option<String>,
    /// Network it belongs to.
    pub network: Option<String>,
    /// INSEE code of its commune.
    pub insee: Option<String>,
    /// Name of its commune, as written; needed to tell a place inside a name.
    pub commune: Option<String>,
    /// Code of its département; read from `insee` where absent.
    pub departement: Option<String>,
    /// Its own website, or its page elsewhere: shared hosts are known and say nothing.
    pub website: Option<String>,
    /// Legal form, as written.
    pub legal_form: Option<String>,
    /// A point of its own (not the centre of its commune).
    pub point: Option<Point>,
    /// Registers that list it: two rows of one register are seldom one organisation.
    pub registers: Vec<String>,
    /// INSEE codes of the other places where it says it works.
    pub sites: Vec<String>,
}

impl Organisation {
    /// An organisation known by its name only.
    #[must_use]
    pub fn named(kind: Kind, id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            name: name.into(),
            aliases: Vec::new(),
            siren: None,
            siret: None,
            rna: None,
            network: None,
            insee: None,
            commune: None,
            departement: None,
            website: None,
            legal_form: None,
            point: None,
            registers: Vec::new(),
            sites: Vec::new(),
        }
    }

    /// The identity of an enterprise of the catalogue.
    #[must_use]
    pub fn of_enterprise(enterprise: &Enterprise) -> Self {
        let home = &enterprise.home;
        let sites = enterprise.sites.iter().filter_map(|site| site.place.insee.clone());
        Self {
            aliases: enterprise.aliases.clone(),
            siren: enterprise.siren.clone(),
            network: enterprise.network.clone(),
            insee: home.insee.clone(),
            commune: home.commune.clone(),
            departement: home.departement_code.clone(),
            website: enterprise.website.clone(),
            legal_form: enterprise.legal_form.clone(),
            sites: sites.collect(),
            ..Self::named(Kind::Enterprise, &enterprise.id, &enterprise.name)
        }
    }

    /// The identity of a local actor.
    ///
    /// A key actor's sources are pages that were read, not registers: only those of a
    /// register's row count as lists.
    #[must_use]
    pub fn of_actor(actor: &Actor) -> Self {
        let siret = actor.siret.as_deref();
        let registers = actor.sources.iter().filter(|_| actor.register);
        Self {
            siren: siret.and_then(|digits| digits.get(..9)).map(str::to_owned),
            siret: siret.filter(|digits| digits.len() == 14).map(str::to_owned),
            network: actor.network.clone(),
            insee: actor.place.insee.clone(),
            commune: actor.place.commune.clone(),
            departement: actor.place.departement_code.clone(),
            website: actor.url.clone(),
            legal_form: actor.legal_form.clone(),
            point: actor.point,
            registers: registers.map(|source| source.source.clone()).collect(),
            ..Self::named(Kind::Actor, &actor.id, &actor.name)
        }
    }

    /// `kind/id`: how a pair names it.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.kind.as_str(), self.id)
    }

    /// Its SIREN, from its SIRET where that is all there is.
    #[must_use]
    pub fn siren(&self) -> Option<&str> {
        self.siren.as_deref().or_else(|| self.siret.as_deref()?.get(..9))
    }

    /// The code of its département: two characters, three overseas.
    #[must_use]
    pub fn departement(&self) -> Option<&str> {
        let of_commune = || {
            let insee = self.insee.as_deref()?;
            insee.get(..if insee.starts_with("97") { 3 } else { 2 })
        };
        self.departement.as_deref().or_else(of_commune)
    }

    /// The same without its identifiers: what is left is its name and its place.
    #[must_use]
    pub fn without_identifiers(mut self) -> Self {
        (self.siren, self.siret, self.rna) = (None, None, None);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_siren_comes_from_the_siret_and_the_departement_from_the_commune() {
        let mut one = Organisation::named(Kind::Actor, "a", "Adapei");
        one.siret = Some("77554408300012".to_owned());
        one.insee = Some("97423".to_owned());
        assert_eq!((one.siren(), one.departement()), (Some("775544083"), Some("974")));
        assert_eq!(one.key(), "actor/a");
        assert_eq!(one.without_identifiers().siren(), None);
    }
}
