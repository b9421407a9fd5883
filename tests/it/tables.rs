//! Tables of people, in the files that people have.
//!
//! 1. A workbook is understood with titles above its columns, names on two lines, dates,
//!    numbers and codes that lost a zero; its lines are those of the sheet.
//! 2. XLSX, ODS, Parquet and GeoJSON are known by their content, whatever their name.
//! 3. A damaged file, a bomb, an old or locked workbook is refused with its way out.
//! 4. A template is empty until it is filled, and what is filled in is imported.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use essaim::catalogue::datasets::columns;
use essaim::domain::lang::Lang;
use essaim::imports::actors::parse_actors;
use essaim::imports::{Format, Parsed};
use essaim::scouting::export::Written;
use essaim::scouting::templates;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Workbook};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn actors(bytes: &[u8]) -> Parsed {
    parse_actors(bytes, Format::Auto)
}

fn bodies(parsed: &Parsed) -> Vec<(u64, Value)> {
    parsed.rows.iter().map(|row| (row.line, row.body.clone())).collect()
}

/// A workbook as a town hall keeps one.
fn town_hall() -> Vec<u8> {
    let mut book = Workbook::new();
    let notes = book.add_worksheet();
    notes.set_name("Notes").unwrap();
    notes.write_string(0, 0, "Mis à jour par le service économie").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Acteurs 2026").unwrap();
    let style = Style::new();
    sheet.merge_range(0, 0, 0, 5, "Acteurs du Diois", &style).unwrap();
    sheet.merge_range(2, 0, 3, 0, "Nom", &style).unwrap();
    sheet.merge_range(2, 1, 2, 2, "Localisation", &style).unwrap();
    sheet.write_string(2, 3, "Thématiques").unwrap();
    sheet.write_string(3, 1, "Ville").unwrap();
    sheet.write_string(3, 2, "Code INSEE").unwrap();
    sheet.write_string(3, 4, "Depuis").unwrap();
    sheet.write_string(3, 5, "SIREN").unwrap();
    sheet.write_string(5, 0, "Atelier Fictif").unwrap();
    sheet.write_string(5, 1, "Bourg-en-Bresse").unwrap();
    sheet.write_number(5, 2, 1053).unwrap();
    sheet.write_string(5, 3, "réemploi; vélo").unwrap();
    let date = Style::new().set_num_format("dd/mm/yyyy");
    let day = ExcelDateTime::from_ymd(2019, 5, 17).unwrap();
    sheet.write_datetime_with_format(5, 4, &day, &date).unwrap();
    sheet.write_number(5, 5, 5_520_135).unwrap();
    sheet.write_string(7, 0, "Sans lieu").unwrap();
    sheet.write_number(7, 4, 2020).unwrap();
    sheet.write_string(7, 7, "à rappeler").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_of_a_town_hall_is_understood() {
    let parsed = actors(&town_hall());
    assert_eq!(parsed.ledger.rejected, []);
    assert_eq!(
        (parsed.ledger.form, parsed.ledger.sheet.as_deref()),
        ("XLSX", Some("Acteurs 2026"))
    );
    assert_eq!(parsed.ledger.read, 2);
    assert_eq!(
        bodies(&parsed),
        [
            (
                6,
                json!({"id": "atelier-fictif", "name": "Atelier Fictif", "commune": "Bourg-en-Bresse",
                "insee": "01053", "themes": ["réemploi", "vélo"], "since": "2019-05-17"})
            ),
            (8, json!({"id": "sans-lieu", "name": "Sans lieu", "since": "2020"})),
        ]
    );
    // What is written again of a sheet is a table that is read as it was.
    let place = (parsed.ledger.sheet.as_deref(), parsed.ledger.names_line);
    let again =
        essaim::imports::tables::again::lines(&town_hall(), "XLSX", place, &|line| line == 6)
            .unwrap();
    let table = format!("{}\n{}\n", again.header, again.lines[0].1);
    assert_eq!(again.lines.len(), 1);
    assert_eq!(actors(table.as_bytes()).rows[0].body, parsed.rows[0].body, "{table}");
    // The cell under no name is told by its letter; so is each zero that was given back.
    assert_eq!(parsed.ledger.ignored_columns, ["H"]);
    let told: Vec<&str> = parsed.ledger.warnings.iter().map(|w| w.problem.field.as_str()).collect();
    assert!(told.contains(&"insee"), "{told:?}");
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn document(rows: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\">\
         <office:body><office:spreadsheet><table:table table:name=\"Feuille1\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let manifest = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest \
        xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

fn text_cell(text: &str) -> String {
    format!(
        "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
    )
}

#[test]
fn an_open_document_is_read_whatever_its_name() {
    let rows = format!(
        "<table:table-row>{}{}{}</table:table-row>\
         <table:table-row table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>\
         <table:table-row>{}{}<table:table-cell office:value-type=\"date\" office:date-value=\"2019-05-17\">\
         <text:p>17/05/19</text:p></table:table-cell></table:table-row>",
        text_cell("Nom"),
        text_cell("Ville"),
        text_cell("Depuis"),
        text_cell("Atelier Fictif"),
        text_cell("Die")
    );
    let parsed = parse_actors(&document(&rows), Format::of_name("acteurs.csv"));
    assert_eq!((parsed.ledger.form, parsed.ledger.sheet.as_deref()), ("ODS", Some("Feuille1")));
    let expected = json!({"id": "atelier-fictif", "name": "Atelier Fictif", "commune": "Die", "since": "2019-05-17"});
    assert_eq!(bodies(&parsed), [(4, expected)]);
}

#[test]
fn a_parquet_file_of_others_is_read_by_the_names_of_its_columns() {
    use arrow_array::{ArrayRef, Float32Array, Int32Array, RecordBatch, StringArray};
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("Nom", Arc::new(StringArray::from(vec![Some("Atelier Fictif"), None]))),
        ("Latitude", Arc::new(Float32Array::from(vec![Some(44.75), None]))),
        ("lng", Arc::new(Float32Array::from(vec![Some(5.25), None]))),
        ("Depuis", Arc::new(Int32Array::from(vec![Some(2019), None]))),
        ("couleur", Arc::new(StringArray::from(vec![Some("bleu"), None]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    let parsed = actors(&writer.into_inner().unwrap());
    assert_eq!((parsed.ledger.form, parsed.ledger.read), ("Parquet", 1));
    assert_eq!(parsed.ledger.ignored_columns, ["couleur"]);
    let expected = json!({"id": "atelier-fictif", "name": "Atelier Fictif", "lat": 44.75,
        "lon": 5.25, "since": "2019"});
    assert_eq!(bodies(&parsed), [(1, expected)]);
}

#[test]
fn the_places_of_a_map_are_actors_with_their_point() {
    let map = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [5.37, 44.75]},
            "properties": {"Nom": "Atelier Fictif", "ville": "Die", "couleur": "bleu"}},
        {"type": "Feature", "geometry": null, "properties": null}]});
    let parsed = actors(map.to_string().as_bytes());
    let expected = json!({"id": "atelier-fictif", "name": "Atelier Fictif", "commune": "Die",
        "lat": 44.75, "lon": 5.37});
    assert_eq!(bodies(&parsed), [(1, expected)]);
    assert_eq!(parsed.ledger.form, "GeoJSON");
    assert_eq!((parsed.ledger.read, parsed.ledger.rejected.len()), (2, 1));
    assert_eq!(parsed.ledger.ignored_columns, ["couleur"]);
}

/// The one refusal of a file that cannot be read.
fn refusal(bytes: &[u8]) -> (String, String) {
    let parsed = actors(bytes);
    assert_eq!((parsed.rows.len(), parsed.ledger.rejected.len()), (0, 1));
    let problem = &parsed.ledger.rejected[0].problem;
    (problem.reason_fr.to_string(), problem.way_out_fr.to_string())
}

#[test]
fn a_damaged_file_is_refused_with_its_way_out() {
    let whole = town_hall();
    let (why, way_out) = refusal(&whole[..whole.len() / 2]);
    assert!(why.contains("abîmé") && way_out.contains("CSV"), "{why} ; {way_out}");
    // The first half of the middle of the file is overwritten.
    let mut burnt = whole.clone();
    let middle = whole.len() / 3;
    burnt[middle..middle + 200].fill(0);
    assert!(refusal(&burnt).0.contains("abîmé"));
    let old = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 600]].concat();
    assert!(refusal(&old).1.contains(".xlsx"));
    assert!(refusal(b"PAR1 and nothing else PAR1").0.contains("Parquet"));
    assert!(refusal(&zipped(&[("acteurs.csv", b"nom\nA\n")])).0.contains("zip"));
}

#[test]
fn a_bomb_is_refused_before_it_is_laid_out() {
    let zeros = vec![b' '; 300 << 20];
    let (why, _) = refusal(&zipped(&[("xl/workbook.xml", &zeros)]));
    assert!(why.contains("trop gros"), "{why}");
    let rows = "<table:table-row table:number-rows-repeated=\"1000000\">\
         <table:table-cell table:number-columns-repeated=\"9000\" office:value-type=\"string\">\
         <text:p>x</text:p></table:table-cell></table:table-row>";
    assert!(refusal(&document(rows)).0.contains("trop gros"));
}

/// The template of the actors with one row filled in.
fn filled(written: Written, lang: Lang) -> Vec<u8> {
    let columns = columns::of("actors");
    let name = |column: &columns::TemplateColumn| {
        columns::TemplateColumn::said(&column.name, lang).to_owned()
    };
    let at = |path: &str| columns.iter().position(|column| column.path == path).unwrap();
    if written == Written::Csv {
        let template = templates::template("actors", written, lang).unwrap().unwrap();
        let mut text = String::from_utf8(template.bytes).unwrap();
        let mut row = vec![""; columns.len()];
        (row[at("name")], row[at("commune")]) = ("Vrai Atelier", "Die");
        text.push_str(&row.join(";"));
        return text.into_bytes();
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0u16..).zip(columns) {
        sheet.write_string(0, column, name(head)).unwrap();
    }
    sheet.write_string(1, u16::try_from(at("name")).unwrap(), "Vrai Atelier").unwrap();
    sheet.write_string(1, u16::try_from(at("commune")).unwrap(), "Die").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_template_says_nothing_until_it_is_filled() {
    for lang in [Lang::Fr, Lang::En] {
        for written in [Written::Csv, Written::Xlsx] {
            for word in templates::WORDS {
                let file = templates::template(word, written, lang).unwrap().unwrap();
                let ledger = match *word {
                    "enterprises" => {
                        essaim::imports::enterprises::parse_enterprises(
                            &file.bytes,
                            Format::Auto,
                            &Default::default(),
                        )
                        .ledger
                    }
                    "priorities" => {
                        essaim::imports::priorities::parse_priorities(&file.bytes, Format::Auto)
                            .ledger
                    }
                    "observations" => {
                        let rows = essaim::imports::own::read_own(
                            essaim::catalogue::Kind::Observation,
                            &file.bytes,
                            Format::Auto,
                        );
                        assert_eq!(rows.ignored, Vec::<String>::new(), "{word} {lang:?}");
                        assert_eq!(rows.guessed, [], "{word} {lang:?}");
                        assert_eq!((rows.read, rows.rejected.len()), (0, 0), "{word} {lang:?}");
                        continue;
                    }
                    _ => actors(&file.bytes).ledger,
                };
                assert_eq!(
                    ledger.ignored_columns,
                    Vec::<String>::new(),
                    "{word} {written:?} {lang:?}"
                );
                assert_eq!(ledger.guessed_columns, [], "{word} {written:?} {lang:?}");
                assert_eq!(
                    (ledger.read, ledger.rejected.len()),
                    (0, 0),
                    "{word} {written:?} {lang:?}"
                );
            }
            let parsed = actors(&filled(written, lang));
            let expected = json!({"id": "vrai-atelier", "name": "Vrai Atelier", "commune": "Die"});
            assert_eq!(
                bodies(&parsed).into_iter().map(|row| row.1).collect::<Vec<_>>(),
                [expected]
            );
        }
    }
}
