//! The register of associations tried: true samples, its traps, damaged copies.

use super::{reason, survives, try_on};
use crate::imports::records::values;

const WALDEC: &str = include_str!("../../../../tests/samples/rna/rna_sample_waldec.csv");
const WALDEC_2024: &str = include_str!("../../../../tests/samples/rna/rna_waldec_extrait.csv");
const IMPORT: &str = include_str!("../../../../tests/samples/rna/rna_sample_import.csv");
const REENCODED: &[u8] = include_bytes!("../../../../tests/samples/rna/reencode_test.csv");

#[test]
fn both_true_shapes_are_read_and_only_the_active_kept() {
    let (gathered, ledger) = try_on("rna", "waldec.csv", WALDEC.as_bytes(), &["69266", "69088"]);
    assert_eq!((ledger.read, ledger.kept, reason(&ledger, "dissolved")), (3, 2, 1));
    assert_eq!(gathered.supply.as_ref().unwrap().rows(), 2);
    let (_, ledger) = try_on("rna", "waldec.csv", WALDEC_2024.as_bytes(), &[]);
    assert_eq!((ledger.read, ledger.kept, reason(&ledger, "dissolved")), (2, 1, 1));
    let (_, ledger) = try_on("rna", "import.csv", IMPORT.as_bytes(), &[]);
    assert_eq!((ledger.read, reason(&ledger, "taken_over")), (3, 3));
    // Counted by another reader: the last cell but two is the position.
    let text = String::from_utf8_lossy(REENCODED);
    let positions = text.lines().skip(1).filter(|line| line.contains(";R;")).count();
    let (_, ledger) = try_on("rna", "reencode_test.csv", REENCODED, &[]);
    assert_eq!(ledger.read, text.lines().count() - 1);
    assert_eq!(reason(&ledger, "taken_over"), positions);
}

#[test]
fn an_active_association_becomes_an_actor_where_it_is_wanted() {
    // Codes that lost their zeros, a district, a private address, an e-mail for a site.
    let row = "W691000001;\"\";\"\";\"\";691P;2014-06-17;2015-01-21;2014-06-28;0001-01-01;D;S;\
        LA  RECUP;\"\";\"donner une seconde vie \"\"aux objets\"\"  ~\";20010;000000;\"\";35;;RUE;Pascal;_;\
        69383;69003;Lyon;Mme DUPONT;\"\";\"\";12 rue privee;\"\";69003;LYON;FRANCE;PP;0600000000;\
        a@exemple.fr;b@exemple.fr;0;\"\";A;2015-02-09 12:51:34";
    let header = WALDEC.lines().next().unwrap();
    let twice = format!("{header}\n{row}\n{row}\n");
    let (gathered, ledger) = try_on("rna", "w.csv", twice.as_bytes(), &["69123"]);
    assert_eq!((ledger.kept, ledger.merged), (1, 1), "{ledger:?}");
    assert_eq!(gathered.changes.0["zeros"].count, 1);
    let parsed = gathered.into_actors();
    let body = &parsed.rows[0].body;
    assert_eq!((&body["id"], &body["name"]), (&"W691000001".into(), &"LA RECUP".into()));
    assert_eq!(body["summary"], "donner une seconde vie \"aux objets\"…");
    assert_eq!((&body["insee"], &body["since"]), (&"69123".into(), &"2014-06-17".into()));
    assert!(!body["needs"].as_array().unwrap().is_empty());
    let all = body.to_string();
    for personal in ["DUPONT", "privee", "0600000000", "exemple.fr"] {
        assert!(!all.contains(personal), "{all}");
    }
    // Not wanted there: counted, and no actor.
    let (gathered, _) = try_on("rna", "w.csv", twice.as_bytes(), &["69266"]);
    assert!(gathered.actors.is_empty() && gathered.supply.is_some());
}

#[test]
fn an_older_file_gives_the_number_that_it_took_and_damaged_copies_keep_their_good_rows() {
    let header = IMPORT.lines().next().unwrap();
    let row = |id: &str, rup: &str| {
        format!(
            "{id};1;\"\";751P;1988-04-15;0001-01-01;D;S;INDIGO;danse;020010;000000;\"\";1 rue A;\"\";\
             69100;VILLEURBANNE;69266;PM;\"\";\"\";\"\";\"\";A;{rup};2013-07-10 07:33:24\n"
        )
    };
    let file = format!("{header}\n{}{}", row("751P1", "W691000001"), row("751P2", ""));
    let (gathered, ledger) = try_on("rna", "i.csv", file.as_bytes(), &["69266"]);
    assert_eq!(ledger.kept, 2);
    let ids: Vec<&str> = gathered.actors.iter().map(|found| found.id.as_str()).collect();
    assert_eq!(ids, ["W691000001", "751P2"]);
    let rows: String = (1..7).map(|at| row(&format!("751P{at}"), "")).collect();
    survives("rna", format!("{header}\n{rows}").as_bytes());
    assert_eq!(values::code("20010", 6), Some(("020010".to_owned(), true)));
}
