//! Maps filled together: true records of Transiscope; the other shapes with invented names;
//! damaged copies.

use std::io::Read as _;

use serde_json::json;

use super::*;
use crate::catalogue::revision::Kind;
use crate::imports::ledger::Ledger;
use crate::imports::parsed::Parsed;
use crate::imports::registers::trials::{atlas, import, taxonomy};

/// Lyon and Villeurbanne; Auvergne-Rhône-Alpes is a region.
fn places() -> Atlas {
    let mut atlas = atlas(&[
        ("69123", "Lyon", 69_001, 45.76, 4.83),
        ("69266", "Villeurbanne", 69_100, 45.77, 4.89),
    ]);
    let mut region = atlas.departements[0].clone();
    region.name = "Auvergne-Rhône-Alpes".to_owned();
    atlas.regions.push(region);
    atlas
}

fn read(files: &[(&str, &str)]) -> (Vec<Ledger>, Gathered) {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    import(&mut GoGoCarto::default(), &files, &places(), &taxonomy(), None)
}

fn bodies(parsed: &Parsed) -> Vec<&Value> {
    assert_eq!(parsed.kind, Kind::Actor);
    parsed.rows.iter().map(|row| &row.body).collect()
}

fn reasons(ledger: &Ledger) -> Vec<(&str, usize)> {
    ledger.reasons.iter().map(|(code, reason)| (code.as_str(), reason.count)).collect()
}

#[test]
fn the_true_records_of_transiscope_become_actors() {
    let path =
        format!("{}/tests/samples/gogocarto/transiscope_niort.js.gz", env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    let file = std::fs::File::open(path).expect("the sample");
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("a gzip");
    // Counted apart from the reader: the list that the script assigns.
    let begin = text.find('[').unwrap();
    let end = text.rfind(']').unwrap();
    let rows: Vec<Value> = serde_json::from_str(&text[begin..=end]).unwrap();
    let mut towns: BTreeMap<String, (String, u32, f64, f64)> = BTreeMap::new();
    for row in &rows {
        let address = &row["address"];
        let (Some(city), Some(postcode)) =
            (address["city"].as_str(), address["postalCode"].as_str())
        else {
            continue;
        };
        let at = &row["location"];
        if let (Ok(number), Some(lat), Some(lon)) =
            (postcode.parse(), at["lat"].as_f64(), at["lon"].as_f64())
        {
            towns.entry(folded_commune(city)).or_insert((city.to_owned(), number, lat, lon));
        }
    }
    let codes: Vec<String> = (0..towns.len()).map(|at| format!("79{at:03}")).collect();
    let list: Vec<(&str, &str, u32, f64, f64)> = codes
        .iter()
        .zip(towns.values())
        .map(|(code, (name, post, lat, lon))| (code.as_str(), name.as_str(), *post, *lat, *lon))
        .collect();
    let (ledgers, gathered) = import(
        &mut GoGoCarto::default(),
        &[("t.js", text.as_bytes())],
        &atlas(&list),
        &taxonomy(),
        None,
    );
    let ledger = &ledgers[0];
    assert_eq!((ledger.read, rows.len()), (100, 100));
    assert!(ledger.kept >= 95 && ledger.rejected.is_empty(), "{ledger:?}");
    let parsed = gathered.into_actors();
    assert_eq!(parsed.rows.len(), ledger.kept);
    let themed = bodies(&parsed).iter().filter(|body| body["themes"][0].is_string()).count();
    assert!(themed > 60, "{themed}");
    for body in bodies(&parsed) {
        assert_eq!(body["sources"][0]["licence"], UNKNOWN_LICENCE);
        assert!(!body.to_string().contains('@') || body["name"].as_str().unwrap().contains('@'));
    }
}

#[test]
fn every_shape_of_a_map_says_the_same() {
    let full = json!({"ontology": "gogofull", "licence": "ODbL", "data": [{"id": "aB1",
        "status": 1, "moderationState": 0, "name": "Recyclerie Fictive",
        "geo": {"latitude": 45.77, "longitude": 4.88},
        "address": {"addressLocality": "Villeurbanne", "postalCode": "69100"},
        "description": "<b>Dons</b> et ventes. Écrire à jean@exemple.org",
        "email": "jean@exemple.org", "telephone": "612345678",
        "contributions": [{"user": "Jean Fictif", "userMail": "jean@exemple.org"}],
        "website": "http:\\/\\/exemple.org", "categories": ["Réemploi", "Auvergne-Rhône-Alpes"]}]});
    let compact = json!({"ontology": "gogocompact", "licence": "ODbL",
        "mapping": ["id", ["name", "description", "website"], "latitude", "longitude", "categories"],
        "data": [["aB1", ["Recyclerie Fictive", "Dons et ventes.", "exemple.org"], 45.77, 4.88,
            ["Réemploi"]]]});
    let linked = json!({"@context": {"data": "x"}, "license": "ODbL", "@graph": [{"@id": "aB1",
        "name": "Recyclerie Fictive", "geo": {"latitude": "45.77", "longitude": "4.88"},
        "description": "Dons et ventes.", "website": "https://exemple.org", "tags": "Réemploi"}]});
    let geojson = json!({"type": "FeatureCollection", "licence": "ODbL", "features": [{"type": "Feature",
        "geometry": {"type": "Point", "coordinates": [4.88, 45.77]},
        "properties": {"id": "aB1", "name": "Recyclerie Fictive", "description": "Dons et ventes.",
            "website": "https://exemple.org", "categories": [{"id": 1, "name": "Réemploi"}]}}]});
    let aggregated = json!([{"id": "aB1", "title": "Recyclerie Fictive", "licence": "ODbL",
        "location": {"lat": 45.77, "lon": 4.88}, "summary": "Dons et ventes.",
        "address": {"city": "Villeurbanne", "postalCode": "69100"}, "website": "exemple.org",
        "categories": [{"id": 3, "name": "Réemploi", "parent": "1"}]}]);
    let script = format!("var elements = {full};");
    for (name, text) in [
        ("full.js", script.as_str()),
        ("compact.json", &compact.to_string()),
        ("linked.json", &linked.to_string()),
        ("points.geojson", &geojson.to_string()),
        ("aggregated.json", &aggregated.to_string()),
    ] {
        let (ledgers, gathered) = read(&[(name, text)]);
        assert_eq!((ledgers[0].read, ledgers[0].kept), (1, 1), "{name}: {:?}", ledgers[0]);
        let parsed = gathered.into_actors();
        let body = bodies(&parsed)[0];
        assert_eq!(body["id"], "gogocarto-aB1", "{name}");
        assert_eq!(body["name"], "Recyclerie Fictive", "{name}");
        assert_eq!(body["insee"], "69266", "{name}: {body}");
        assert_eq!(body["themes"], json!(["Réemploi"]), "{name}");
        assert!(body["url"].as_str().unwrap().ends_with("//exemple.org"), "{name}: {body}");
        assert!(body["summary"].as_str().unwrap().starts_with("Dons et ventes."), "{name}");
        assert_eq!(body["sources"][0]["licence"], "ODbL", "{name}");
        for lost in ["Jean", "jean", "612345678"] {
            assert!(!body.to_string().contains(lost), "{name} {lost}: {body}");
        }
    }
}

#[test]
fn categories_are_named_by_their_file_and_what_is_no_organisation_is_set_aside() {
    let categories = "var taxonomy = {\"name\": \"Catégories\", \"options\": [\n\
        {\"id\": 10427, \"name\": \"Alimentation\", \"subcategories\": [{\"name\": \"Type\",\n\
         \"options\": [{\"id\": 10428, \"name\": \"Marché\", \"color\": \"#000\"},],}],\n},\n]};";
    let row = |id: &str, more: Value| {
        let mut row = json!({"id": id, "name": format!("Nom {id}"), "optionValues": [10427, "10428"],
            "geo": {"latitude": 45.76, "longitude": 4.83}});
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    };
    let elements = json!([
        row("a", json!({})),
        row("b", json!({"status": -4})),
        row("c", json!({"moderationState": 1})),
        row("d", json!({"geoJSONFeature": {"geometry": {"type": "LineString"}}})),
        row("e", json!({"geo": {"latitude": 0, "longitude": 0}})),
        row("f", json!({"geo": {"latitude": 4.83, "longitude": 45.76}})),
        row(
            "g",
            json!({"geo": {"latitude": 40.4, "longitude": -3.7},
            "address": {"postalCode": "28001", "addressLocality": "Madrid"}})
        ),
        row("a", json!({})),
        row("h", json!({"name": "N\\u006fm A"})),
        row("i", json!({"optionValues": [{"optionId": 99_999}], "name": "I"})),
        row("j", json!({"name": ""})),
        row("k", json!({"geo": null, "address": {"postalCode": "99999"}})),
    ])
    .to_string();
    let (ledgers, gathered) = read(&[("taxonomy.js", categories), ("elements.json", &elements)]);
    assert_eq!(reasons(&ledgers[0]), [("category", 1)]);
    let ledger = &ledgers[1];
    assert_eq!((ledger.read, ledger.kept, ledger.merged), (12, 3, 2), "{ledger:?}");
    let sound: Vec<_> = ledger.reasons.iter().filter(|(_, reason)| reason.sound).collect();
    let sound: Vec<(&str, usize)> =
        sound.iter().map(|(code, reason)| (code.as_str(), reason.count)).collect();
    assert_eq!(sound, [("hidden", 2), ("line", 1), ("unplaced", 2)]);
    let fields: Vec<&str> =
        ledger.rejected.iter().map(|entry| entry.problem.field.as_str()).collect();
    assert_eq!(fields, ["name", "address.postalCode"]);
    for code in ["by_point", "swapped_point", "unnamed_category"] {
        let _ = &gathered.changes.0.get(code).unwrap_or_else(|| panic!("{code}"));
    }
    let parsed = gathered.into_actors();
    assert_eq!(bodies(&parsed)[0]["themes"], json!(["Alimentation", "Marché"]));
    let swapped = bodies(&parsed).into_iter().find(|body| body["id"] == "gogocarto-f").unwrap();
    assert_eq!((&swapped["lat"], &swapped["lon"]), (&json!(45.76), &json!(4.83)));
    assert_eq!(swapped["register"], true);
}

#[test]
fn a_territory_asked_for_leaves_the_others_out() {
    let text = json!([
        {"id": "a", "name": "A", "lat": 45.76, "lng": 4.83},
        {"id": "b", "name": "B", "lat": 45.77, "lng": 4.89},
    ])
    .to_string();
    let files: [(&str, &[u8]); 1] = [("a.json", text.as_bytes())];
    let taxonomy = taxonomy();
    let (ledgers, gathered) =
        import(&mut GoGoCarto::default(), &files, &places(), &taxonomy, Some(&[1]));
    assert_eq!(ledgers[0].kept, 2);
    assert!(gathered.supply.is_none());
    let parsed = gathered.into_actors();
    assert_eq!(bodies(&parsed).len(), 1);
    assert_eq!(bodies(&parsed)[0]["name"], "B");
}

#[test]
fn a_damaged_copy_keeps_its_good_rows() {
    let good =
        |id: &str| format!("{{\"id\":\"{id}\",\"name\":\"Été {id}\",\"lat\":45.76,\"lng\":4.83}}");
    let text = format!(
        "var elements = {{\"data\":[{},\n{{\"id\":\"b\",\"name\":\"x,\n{},\n{},\n\"perdu\",\n{}",
        good("a"),
        good("c"),
        good("d").replace("Été", "Été\u{0}"),
        &good("e")[..30],
    );
    let (ledgers, gathered) = read(&[("e.js", &text)]);
    let ledger = &ledgers[0];
    assert_eq!(ledger.kept, 2, "{ledger:?}");
    assert!(ledger.rejected.len() >= 3, "{ledger:?}");
    assert!(ledger.rejected.iter().all(|entry| !entry.problem.way_out_fr.is_empty()));
    assert_eq!(gathered.into_actors().rows.len(), 2);
    let latin: Vec<u8> =
        format!("[{}]", good("a")).chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let taxonomy = taxonomy();
    let (ledgers, gathered) =
        import(&mut GoGoCarto::default(), &[("e.json", &latin)], &places(), &taxonomy, None);
    assert_eq!(ledgers[0].kept, 1);
    assert_eq!(bodies(&gathered.into_actors())[0]["name"], "Été a");
}
