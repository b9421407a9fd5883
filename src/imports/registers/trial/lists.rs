//! Lists and older files of SIRENE tried: true samples, their traps, damaged copies.

use super::{reason, siren, siret, survives, try_on, unzipped};
use crate::imports::registers::marks::{ESS_LISTED, ESUS};

const LISTED: &[u8] =
    include_bytes!("../../../../tests/samples/ess_france/entreprisesess_tete.csv");
const LISTED_NAF: &[u8] =
    include_bytes!("../../../../tests/samples/ess_france/ess_x_naf_derive.csv.gz");
const DAILY: &[u8] = include_bytes!(
    "../../../../tests/samples/sirene_2017_quotidien/sirene_2017_E_Q_extrait.csv.gz"
);
const PERIODS: &[u8] =
    include_bytes!("../../../../tests/samples/sirene_periodes_parquet/periodes_sample.parquet");

#[test]
fn the_national_list_gets_its_zeros_back_and_its_communes() {
    let communes = ["80001", "80549", "97103", "44190", "67482"];
    let (gathered, ledger) = try_on("ess-france", "e.csv", LISTED, &communes);
    assert_eq!((ledger.read, ledger.kept), (5, 5), "{ledger:?}");
    assert_eq!(gathered.changes.0["zeros"].count, 1);
    assert!(gathered.marks.contains_key(&(5_720_610, ESS_LISTED)) && gathered.supply.is_none());
    let parsed = gathered.into_actors();
    let of = |siren: &str| parsed.rows.iter().find(|row| row.id == format!("siren-{siren}"));
    assert_eq!(of("005720610").unwrap().body["insee"], "80001");
    assert_eq!(of("379422934").unwrap().body["licences"][0], "ESS");
    let (gathered, ledger) = try_on("ess-france", "e.csv.gz", LISTED_NAF, &[]);
    assert_eq!((ledger.read, gathered.marks.len()), (2061, ledger.kept));
    assert_eq!(ledger.kept + ledger.rejected.len(), 2061);
    let header = String::from_utf8_lossy(LISTED).lines().next().unwrap().to_owned();
    let rows = (0..6)
        .map(|at| format!("{},ATELIER,Associations,69100,VILLEURBANNE,69,RHONE,A\n", siren(at)));
    survives("ess-france", format!("{header}\n{}", rows.collect::<String>()).as_bytes());
}

#[test]
fn an_office_list_of_approvals_is_read_under_its_titles() {
    let [a, b, c] = [31, 32, 33].map(siren);
    let file = format!(
        "Liste nationale des agréments ESUS;;;\nau 31/01/2025;;;\n\
         Dénomination;N° SIREN;Date de décision;Fin de l’agrément\n\
         Atelier;{a};01/03/2022;28/02/2027\nFCP Solidaire Plus;;01/01/2024;\n\
         Épicerie;{b};01/01/2024;à préciser\nAtelier;{a};01/03/2023;28/02/2028\nPerdu;123456789;;\n"
    );
    let (gathered, ledger) = try_on("esus", "esus.csv", file.as_bytes(), &[]);
    assert_eq!((ledger.kept, ledger.merged, ledger.rejected.len()), (2, 1, 1), "{ledger:?}");
    assert_eq!((reason(&ledger, "title"), reason(&ledger, "fund")), (2, 1));
    let mark = |siren: &str| gathered.marks[&(siren.parse().unwrap(), ESUS)].clone();
    assert_eq!(mark(&a).until.as_deref(), Some("2028-02-28"));
    assert_eq!(mark(&b).until, None);
    assert_eq!(gathered.changes.0["until"].count, 1);
    // A workbook: titles above, the SIREN as a number, a true date.
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Liste nationale des agréments").unwrap();
    for (column, name) in (0..).zip(["Structure", "SIREN", "Date de fin"]) {
        sheet.write(2, column, name).unwrap();
    }
    let date = rust_xlsxwriter::ExcelDateTime::parse_from_str("2027-03-01").unwrap();
    let format = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    sheet.write(3, 0, "Atelier").unwrap();
    sheet.write(3, 1, c.parse::<f64>().unwrap()).unwrap();
    sheet.write_datetime_with_format(3, 2, &date, &format).unwrap();
    let (gathered, ledger) = try_on("esus", "esus.xlsx", &book.save_to_buffer().unwrap(), &[]);
    assert_eq!((ledger.read, ledger.kept, ledger.form), (1, 1, "XLSX"), "{ledger:?}");
    let mark = &gathered.marks[&(c.parse().unwrap(), ESUS)];
    assert_eq!(mark.until.as_deref(), Some("2027-03-01"));
    let rows = (0..6).map(|at| format!("Atelier;{};2027-03-01\n", siren(at)));
    survives("esus", format!("Nom;SIREN;Fin\n{}", rows.collect::<String>()).as_bytes());
}

#[test]
fn of_the_daily_lines_of_an_establishment_the_last_stands() {
    let (gathered, ledger) = try_on("sirene-quotidien", "q.csv.gz", DAILY, &[]);
    let plain: String = unzipped(DAILY).iter().map(|&byte| char::from(byte)).collect();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(plain.as_bytes());
    let names = reader.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|one| one == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let gone = rows.iter().filter(|row| matches!(&row[at("VMAJ")], "E" | "D")).count();
    let mut last = std::collections::BTreeMap::new();
    for row in &rows {
        last.insert(
            format!("{}{}", &row[at("SIREN")], &row[at("NIC")]),
            row[at("VMAJ")].to_owned(),
        );
    }
    let alive = last.values().filter(|change| !matches!(change.as_str(), "E" | "D")).count();
    assert_eq!(ledger.read, rows.len());
    assert_eq!(reason(&ledger, "suppressed") + reason(&ledger, "left"), gone);
    assert_eq!(
        gathered.supply.unwrap().rows() as usize + ledger.rejected.len(),
        alive,
        "{ledger:?}"
    );
    assert!(ledger.encoding.contains("1252") && ledger.line_ends == "CRLF", "{ledger:?}");
}

#[test]
fn only_the_present_period_of_an_establishment_counts() {
    let (gathered, ledger) = try_on("sirene-periodes", "p.parquet", PERIODS, &[]);
    assert_eq!((ledger.read, ledger.form), (400, "Parquet"));
    assert!(reason(&ledger, "past") > 100 && ledger.rejected.is_empty(), "{ledger:?}");
    assert_eq!(gathered.supply.map_or(0, |supply| supply.rows()) as usize, ledger.kept);
    // A code of the former shape means nothing here, whatever its letters.
    let number = siret(1, 1);
    let row = |code: &str| {
        format!("siret,dateFin,etat,code_ape,code_commune\n{number},,A,{code},69384\n")
    };
    let counted = |code: &str| {
        let (gathered, _) = try_on("sirene-periodes", "p.csv", row(code).as_bytes(), &[]);
        gathered.supply.unwrap().needs().count()
    };
    assert!(counted("88.10A") > 0);
    assert_eq!((counted("88.1A"), counted("8810A")), (0, 0));
    let cut = &PERIODS[..PERIODS.len() / 2];
    let opened = crate::imports::records::Opened::new(crate::imports::records::Origin::Bytes(
        "p.parquet".into(),
        cut.into(),
    ))
    .unwrap();
    assert!(opened.records(&opened.parts[0], &[]).is_err());
}
