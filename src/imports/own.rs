//! What people say of the field, in a table or as it was exported: observations,
//! confirmations, corrections, follow-ups, profiles, zones, merges.

use super::header::Vocabulary;
use super::rows::{self, Format, Rows};
use crate::catalogue::export::columns;
use crate::catalogue::revision::Kind;

const OBSERVATIONS: Vocabulary = &[
    ("id", &["identifiant"]),
    ("territory", &["territoire", "collectivite", "code territoire", "commune", "lieu"]),
    ("text", &["texte", "constat", "observation", "ce qui a ete vu", "description"]),
    ("need", &["besoin", "besoin social"]),
    ("public", &["beneficiaires", "personnes concernees"]),
    ("step", &["etape", "maillon"]),
    ("theme", &["thematique", "domaine"]),
    ("severity", &["gravite", "intensite"]),
    ("confidence", &["confiance", "certitude"]),
    ("date", &["vu le", "jour", "date du constat"]),
    ("by", &["par", "organisation", "observe par", "auteur", "structure"]),
    ("trend", &["tendance", "evolution"]),
    ("source", &["source url", "lien", "url", "document"]),
    ("year", &["annee de la source"]),
    ("licence", &["license"]),
    ("rests_on", &["extrait"]),
];

const CONFIRMATIONS: Vocabulary = &[
    ("id", &["identifiant"]),
    ("territory", &["territoire"]),
    ("enterprise", &["entreprise"]),
    ("actor", &["acteur"]),
    ("item", &["objet", "condition", "critere"]),
    ("state", &["etat"]),
    ("note", &["remarque"]),
    ("by", &["par", "organisation"]),
    ("source", &["lien", "document"]),
    ("date", &["jour"]),
];

const ANNOTATIONS: Vocabulary = &[
    ("id", &["identifiant"]),
    ("enterprise", &["entreprise"]),
    ("actor", &["acteur"]),
    ("observation", &[]),
    ("add", &["ajouter"]),
    ("remove", &["retirer"]),
    ("answers", &["reponses"]),
    ("source", &[]),
    ("note", &["remarque"]),
];

const DECISIONS: Vocabulary = &[
    ("id", &["identifiant"]),
    ("territory", &["territoire"]),
    ("enterprise", &["entreprise"]),
    ("state", &["etat", "etape"]),
    ("reason", &["raison", "motif"]),
    ("note", &["remarque"]),
    ("date", &["jour"]),
    ("season", &["saison"]),
    ("source", &[]),
    ("by", &["par", "organisation"]),
    ("said", &[]),
    ("written", &[]),
    ("earlier", &[]),
    ("undone", &[]),
];

const PROFILES: Vocabulary = &[
    ("id", &["identifiant", "profil"]),
    ("owner", &["proprietaire", "organisation"]),
    ("date", &["depuis", "as_of"]),
    ("territory", &["territoire"]),
    ("name_fr", &["nom", "name"]),
    ("name_en", &["nom anglais"]),
    ("weights", &["poids"]),
    ("note_fr", &["note", "remarque"]),
    ("note_en", &["note anglaise"]),
    ("source", &[]),
    ("licence", &[]),
];

const ZONES: Vocabulary = &[
    ("id", &["identifiant", "zone"]),
    ("name", &["nom"]),
    ("communes", &["codes insee", "liste des communes"]),
];

const MERGES: Vocabulary = &[("id", &["identifiant"])];

/// Reads a file of rows of `kind`, whose cells get the type that they had.
#[must_use]
pub fn read_own(kind: Kind, bytes: &[u8], format: Format) -> Rows {
    let vocabulary = match kind {
        Kind::Observation => OBSERVATIONS,
        Kind::Confirmation => CONFIRMATIONS,
        Kind::Annotation => ANNOTATIONS,
        Kind::Decision => DECISIONS,
        Kind::Profile => PROFILES,
        Kind::Zone => ZONES,
        _ => MERGES,
    };
    rows::read_typed(bytes, format, vocabulary, columns::of(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_written_is_a_column_read() {
        for (kind, vocabulary) in [
            (Kind::Observation, OBSERVATIONS),
            (Kind::Confirmation, CONFIRMATIONS),
            (Kind::Annotation, ANNOTATIONS),
            (Kind::Decision, DECISIONS),
            (Kind::Profile, PROFILES),
            (Kind::Zone, ZONES),
            (Kind::Merge, MERGES),
        ] {
            let known: Vec<&str> = vocabulary.iter().map(|(path, _)| *path).collect();
            for column in columns::of(kind) {
                assert!(known.contains(&column.path), "{kind:?} {}", column.path);
            }
        }
    }
}
