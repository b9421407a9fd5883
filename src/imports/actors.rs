//! Local actors: JSON lines in the shape of design §7, or a table.

use super::header::Vocabulary;
use super::parsed::{Parsed, check};
use super::rows::{self, Format};
use crate::catalogue::record::{Read, actor};
use crate::catalogue::revision::Kind;

/// The columns of a table of actors; names are folded.
const COLUMNS: Vocabulary = &[
    ("id", &["identifiant", "code"]),
    (
        "name",
        &["nom", "acteur", "actor", "structure", "organisation", "denomination", "raison sociale"],
    ),
    ("siret", &["siret siren", "numero siret"]),
    ("siren", &["numero siren"]),
    ("network", &["reseau", "enseigne"]),
    ("commune", &["ville", "localite", "city", "town", "nom commune"]),
    ("departement", &["dep", "dept", "department", "code departement"]),
    ("region", &["nom region"]),
    ("country", &["pays"]),
    ("insee", &["code insee", "code commune", "codgeo", "commune insee"]),
    ("lat", &["latitude"]),
    ("lon", &["longitude", "lng"]),
    ("geo", &["precision geographique"]),
    ("summary", &["resume", "description", "presentation", "objet"]),
    ("themes", &["theme", "thematique", "thematiques", "secteur", "secteurs"]),
    ("needs", &["besoins", "besoin", "need", "besoins adresses"]),
    ("publics", &["public", "beneficiaires", "publics accueillis", "publics servis"]),
    ("steps", &["etapes", "etape", "maillons", "step"]),
    ("activities", &["activites", "activite", "activity"]),
    ("offers", &["offre", "offres", "apports", "propose", "offer"]),
    ("seeks", &["recherche", "cherche", "attentes", "recherches", "seek"]),
    ("partners", &["partenaires", "partenaire", "partner"]),
    ("roles", &["role"]),
    ("legal_form", &["forme juridique", "statut juridique", "forme"]),
    ("licences", &["agrements", "agrement", "licence", "licenses"]),
    ("capacity", &["capacite"]),
    ("capacity.value", &[]),
    ("capacity.unit", &["unite de capacite"]),
    ("status", &["statut", "etat"]),
    ("since", &["depuis", "ouverture", "date d ouverture", "creation"]),
    ("until", &["jusqu a", "fermeture", "fin"]),
    ("url", &["site web", "site internet", "website", "lien", "web"]),
    ("sources", &["source", "source url", "url source"]),
    ("register", &["registre"]),
    ("enterprise", &["entreprise d origine"]),
    ("updated", &["mise a jour", "date de mise a jour", "maj"]),
];

/// Reads a file of actors: good rows, and the account of the others.
#[must_use]
pub fn parse_actors(bytes: &[u8], format: Format) -> Parsed {
    let rows = rows::read(bytes, format, COLUMNS);
    check(Kind::Actor, "actors", rows, "commune", |value| {
        let Read { value, warnings } = actor::read(value)?;
        let body = actor::to_json(&value);
        Ok(Read { value: (value.actor.id, body), warnings })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Real rows of the key actors of Auvergne-Rhône-Alpes, as collected.
    const REAL: &str = "actor,commune,departement,themes,offers,seeks,partners,source_url\n\
        VRAC Lyon Métropole,Lyon,69,alimentation; quartiers prioritaires,groupements d'achat de produits bio/locaux à prix coûtant dans les quartiers populaires,,bailleurs sociaux; centres sociaux; réseau Cocagne,https://www.solidarum.org/vrac-epicerie-solidaire-avec-habitants-des-quartiers\n\
        Entourage Lyon,Lyon,69,grande précarité; lien social,\"rencontres nomades, réseau de voisins solidaires, application de mise en relation\",\"produits et services de base demandés par les personnes à la rue (duvets, vêtements, croquettes, vélo)\",,https://www.lyonpremiere.fr/societe/une-main-tendue-avec-lassociation-lentourage/\n";

    #[test]
    fn real_rows_are_read_by_the_names_of_their_columns() {
        let parsed = parse_actors(REAL.as_bytes(), Format::Auto);
        assert_eq!(parsed.ledger.rejected, Vec::new());
        assert_eq!(parsed.ledger.ignored_columns, Vec::<String>::new());
        assert_eq!(parsed.rows[0].id, "vrac-lyon-metropole");
        assert_eq!(parsed.rows[0].body["partners"].as_array().unwrap().len(), 3);
        assert_eq!(parsed.rows[1].body["seeks"].as_array().unwrap().len(), 1);
        assert!(
            parsed.rows[1].body["sources"][0].as_str().unwrap().starts_with("https://www.lyon")
        );
    }

    #[test]
    fn every_way_of_writing_a_table_gives_the_same_rows() {
        let expected = parse_actors(REAL.as_bytes(), Format::Auto).rows;
        let records: Vec<csv::StringRecord> =
            csv::Reader::from_reader(REAL.as_bytes()).records().map(Result::unwrap).collect();
        for sign in [b';', b'\t'] {
            let mut writer = csv::WriterBuilder::new()
                .delimiter(sign)
                .terminator(csv::Terminator::CRLF)
                .from_writer(Vec::new());
            let header = [
                "ACTEUR",
                "Commune",
                "Département",
                "Thèmes",
                "Offres",
                "Recherche",
                "Partenaires",
                "Source",
            ];
            writer.write_record(header).unwrap();
            for record in &records {
                writer.write_record(record).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
            // Every letter of these rows exists in Windows-1252 at its Unicode number.
            let old: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
            for bytes in [marked, old] {
                let parsed = parse_actors(&bytes, Format::Auto);
                let bodies = |rows: &[super::super::ParsedRow]| {
                    rows.iter().map(|row| row.body.clone()).collect::<Vec<_>>()
                };
                assert_eq!(bodies(&parsed.rows), bodies(&expected));
            }
        }
    }

    #[test]
    fn homonyms_of_two_communes_are_two_actors() {
        let parsed = parse_actors(b"nom;ville\nEnvie;Lyon\nEnvie;Saint-Etienne\n", Format::Auto);
        let ids: Vec<&str> = parsed.rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["envie-lyon", "envie-saint-etienne"]);
    }

    #[test]
    fn a_row_with_too_many_cells_is_refused_with_its_line() {
        let parsed = parse_actors(b"nom;ville\nA;Lyon;x\nB;Bron\n", Format::Auto);
        assert_eq!(parsed.rows.len(), 1);
        assert_eq!(parsed.ledger.rejected[0].line, 2);
    }
}
