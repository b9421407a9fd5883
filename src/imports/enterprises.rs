//! Enterprises: JSON lines in the catalogue's shape, or a table.

use super::header::Vocabulary;
use super::parsed::{Parsed, check};
use super::rows::{self, Format};
use crate::catalogue::datasets::evidence_levels::EvidenceLevels;
use crate::catalogue::record::{Read, enterprise, enterprise_json};
use crate::catalogue::revision::Kind;

/// The columns of a table of enterprises; names are folded.
const COLUMNS: Vocabulary = &[
    ("id", &["identifiant", "code"]),
    (
        "name",
        &[
            "nom",
            "nom usuel",
            "structure",
            "entreprise",
            "organisation",
            "denomination",
            "raison sociale",
        ],
    ),
    ("aliases", &["alias", "autres noms", "anciens noms", "marques"]),
    ("siren", &["numero siren", "siret"]),
    ("network", &["reseau", "enseigne"]),
    ("legal_form", &["forme juridique", "statut juridique", "forme"]),
    (
        "founded",
        &["creation", "annee de creation", "date de creation", "fondee en", "year founded"],
    ),
    ("home.commune", &["commune", "ville", "siege", "commune du siege", "city", "town"]),
    ("home.departement", &["departement", "dep", "dept", "department"]),
    ("home.region", &["region"]),
    ("home.country", &["pays", "country"]),
    ("home.insee", &["insee", "code insee", "code commune", "codgeo"]),
    ("summary", &["resume", "description", "presentation", "objet", "activite principale"]),
    ("activities", &["activites", "activite", "activity"]),
    ("beneficiaries", &["beneficiaires", "beneficiaire", "publics", "public", "public cible"]),
    ("themes", &["theme", "thematique", "thematiques", "secteur", "secteurs"]),
    (
        "needs_addressed",
        &["besoins", "besoin", "besoins adresses", "besoin social", "needs", "need"],
    ),
    ("offers", &["offre", "offres", "apports", "offer"]),
    ("seeks", &["recherche", "attentes", "cherche", "recherches", "seek"]),
    ("partners", &["partenaires", "partenaire", "partner"]),
    ("sites", &["lieux", "implantations", "antennes", "lieux d activite", "site"]),
    ("sites_declared", &["nombre de sites", "nombre d antennes", "number of sites"]),
    ("sites_declared.value", &[]),
    ("sites_declared.year", &["annee du nombre de sites"]),
    ("sites_declared.source", &["source du nombre de sites"]),
    ("sites_declared.licence", &[]),
    ("evidence", &["preuves", "chiffres"]),
    ("labels", &["label", "prix", "labels et prix", "agrements"]),
    ("scaling.model", &["modele", "modele d essaimage", "model", "scaling model"]),
    (
        "scaling.seeking_to_scale",
        &["souhaite essaimer", "essaimage", "veut essaimer", "seeking to scale"],
    ),
    (
        "scaling.target_territories",
        &["territoires vises", "territoires cibles", "target territories"],
    ),
    ("scaling.conditions", &["conditions", "conditions d implantation"]),
    ("scaling.openings_under_way", &["ouvertures en cours", "openings under way"]),
    ("scaling.earliest_start", &["demarrage au plus tot", "earliest start"]),
    ("scaling.openings_per_year", &["ouvertures par an", "openings per year"]),
    ("scaling.branch_cost_eur", &["cout d une antenne", "branch cost"]),
    ("scaling.payer", &["payeur", "financeur de l antenne", "payer"]),
    ("scaling.checked_at", &["verifie le", "checked at"]),
    ("scaling.season", &["saison", "mois", "season"]),
    ("website", &["site web", "site internet", "url", "web", "lien"]),
    ("inferred", &["deduits", "champs deduits"]),
    ("status", &["statut", "etat"]),
    ("status_year", &["annee du statut"]),
    ("status_source", &["source du statut"]),
    ("sources", &["source", "source url", "url source", "sources url"]),
    ("answers", &["reponses"]),
];

/// Reads a file of enterprises: good rows, and the account of the others.
///
/// Unknown fields of JSON rows are kept and reported; unknown columns of a table are
/// ignored and reported; personal data is left out.
#[must_use]
pub fn parse_enterprises(bytes: &[u8], format: Format, levels: &EvidenceLevels) -> Parsed {
    let rows = rows::read(bytes, format, COLUMNS);
    check(Kind::Enterprise, "enterprises", rows, "home.commune", |value| {
        let Read { value, warnings } = enterprise::read(value, levels)?;
        let body = enterprise_json::to_json(&value);
        Ok(Read { value: (value.enterprise.id, body), warnings })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &[u8]) -> Parsed {
        parse_enterprises(text, Format::Auto, &EvidenceLevels::default())
    }

    #[test]
    fn a_french_table_becomes_records() {
        let csv = "Nom;Ville;Département;Thématiques;Besoins;Lieux;Souhaite essaimer;Couleur\n\
            Récup & Co;Lyon;Rhône;textile|réemploi;invendus;\"Lyon (2019); Bron\";oui;bleu\n\
            ;Paris;;;;;;\n";
        let parsed = parse(csv.as_bytes());
        assert_eq!(parsed.ledger.read, 2);
        assert_eq!(parsed.rows[0].id, "recup-co");
        let body = &parsed.rows[0].body;
        assert_eq!(body["home"]["commune"], "Lyon");
        assert_eq!(body["themes"], serde_json::json!(["textile", "réemploi"]));
        assert_eq!(body["sites"][0]["since"], "2019");
        assert_eq!(body["scaling"]["seeking_to_scale"], true);
        assert_eq!(parsed.ledger.ignored_columns, ["Couleur"]);
        assert_eq!(parsed.ledger.rejected[0].line, 3);
        assert!(parsed.ledger.rejects_csv().lines().count() == 2);
    }

    #[test]
    fn the_seed_enterprises_are_read_without_reserve_and_write_the_same() {
        let levels = crate::catalogue::embedded::seed_file("evidence_levels.csv").unwrap();
        let levels = EvidenceLevels::parse(levels).unwrap();
        let file = crate::catalogue::embedded::seed_file("enterprises/enterprises.jsonl").unwrap();
        let parsed = parse_enterprises(file, Format::Auto, &levels);
        assert_eq!((parsed.ledger.read, parsed.rows.len()), (387, 387));
        assert_eq!(parsed.ledger.warnings, Vec::new());
        for row in parsed.rows {
            let again = enterprise::read(&row.body, &levels).unwrap();
            assert_eq!(enterprise_json::to_json(&again.value), row.body, "{}", row.id);
        }
    }

    #[test]
    fn a_bad_line_loses_nothing_and_the_last_of_an_id_wins() {
        let lines = b"{\"id\":\"a\",\"name\":\"A1\"}\n{oops\n{\"id\":\"b\"}\n\n{\"id\":\"a\",\"name\":\"A2\",\"email\":\"x@y\"}\n";
        let parsed = parse(lines);
        assert_eq!(parsed.ledger.read, 4);
        assert_eq!(parsed.rows.len(), 1);
        assert_eq!(parsed.rows[0].body["name"], "A2");
        assert!(parsed.rows[0].body.get("email").is_none());
        let lines: Vec<u64> = parsed.ledger.rejected.iter().map(|entry| entry.line).collect();
        assert_eq!(lines, [2, 3]);
        assert_eq!(parsed.ledger.merged, 1);
        assert_eq!(parsed.ledger.warnings[0].line, 1);
    }
}
