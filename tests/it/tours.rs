//! The yearly journey, on the seed.
//!
//! 1. Limits are kept, sums are those of the stops, days are weekdays in order.
//! 2. Nobody is met twice, nor in the territory that looks for it, nor anywhere but at its
//!    seat or at a site open at the date asked.
//! 3. Each stop has a reason: somebody to meet, worth the way there.
//! 4. What is left out is said, with the reason; so is whoever has no known place.
//! 5. The map and the calendar are valid, and the same request gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use essaim::domain::lang::Lang;
use essaim::http::api::tours::{Format, answer};
use essaim::scouting::error::ScoutingError;
use essaim::scouting::tours::{Tour, TourAsk, Where, read, tour};
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};
use serde_json::{Value, json};

use crate::common::{LYON, TODAY, scene};

/// Communauté des communes du Diois: rural, far from trains.
const DIOIS: &str = "epci-242600534";

fn planned(change: impl FnOnce(&mut TourAsk)) -> Tour {
    let mut ask = TourAsk::new(&[LYON], TODAY);
    ask.from = Some("Lyon".to_owned());
    ask.days = Some(5);
    change(&mut ask);
    tour(&scene(), &ask).expect("a good question is answered")
}

/// Properties 1, 2 and 3.
fn check(tour: &Tour) {
    assert!(tour.stops.len() <= tour.limits.stops);
    assert!(tour.limits.days.is_none_or(|most| tour.totals.days <= most));
    let mut met: BTreeSet<&str> = BTreeSet::new();
    let mut before: Date = tour.start_date;
    let mut value = 0.0;
    for (at, stop) in tour.stops.iter().enumerate() {
        assert_eq!(stop.order, at + 1);
        assert!(!matches!(stop.leg.date.weekday(), Weekday::Saturday | Weekday::Sunday));
        assert!(stop.leg.date >= before, "the days go back");
        before = stop.leg.date;
        assert!(!stop.candidates.is_empty() || !stop.peers.is_empty(), "{}", stop.city.name);
        assert!(stop.candidates.len() + stop.peers.len() <= 3);
        let cost = 0.06 * stop.detour_km / 100.0;
        assert!(stop.adds >= cost - 1e-6, "{} adds {} for {cost}", stop.city.name, stop.adds);
        assert!(!stop.reason.text.contains(['[', '{']), "{}", stop.reason.text);
        let here = atlas_commune(&stop.city.id);
        for candidate in &stop.candidates {
            let enterprise = &candidate.enterprise;
            assert!(met.insert(&enterprise.id), "{} twice", enterprise.id);
            let best = candidate.ranks.first().expect("a candidate has a rank");
            let territory = &tour.territories[best.territory].territory;
            assert!(candidate.ranks.iter().all(|rank| rank.rank >= best.rank));
            assert!(
                candidate
                    .ranks
                    .iter()
                    .any(|r| !tour.territories[r.territory].territory.communes.contains(&here)),
                "{} is met in {}",
                enterprise.id,
                territory.name
            );
            match candidate.place {
                Where::Home => assert!(is_around(here, commune_of(&enterprise.home.insee))),
                Where::Site { since } => {
                    assert!(since.is_none_or(|since| since.first_day() <= tour.as_of));
                    let mut sites = enterprise.sites.iter();
                    assert!(sites.any(|s| {
                        s.since == since && is_around(here, commune_of(&s.place.insee))
                    }));
                }
            }
            assert!(!candidate.headline.is_empty());
            assert!(!candidate.place_said.sources.is_empty(), "{} without a source", enterprise.id);
            value += candidate.value;
        }
        for peer in &stop.peers {
            assert!(met.insert(&peer.peer.id));
            value += peer.value;
        }
    }
    assert!((value - tour.totals.value).abs() < 1e-9);
    let km: f64 =
        tour.stops.iter().map(|stop| &stop.leg).chain(&tour.back).filter_map(|l| l.km).sum();
    assert!((km - tour.totals.km).abs() < 1e-6);
    let sentences = tour.notes.iter().chain(tour.left_out.iter().map(|out| &out.reason));
    for sentence in sentences.chain(tour.unplaced.iter().map(|one| &one.reason)) {
        assert!(!sentence.text.contains(['[', '{']), "{}", sentence.text);
    }
}

/// Whether a commune is the city of a stop, or of its intercommunality within the declared
/// distance: the suburb of a city is visited with it.
fn is_around(city: u32, commune: Option<u32>) -> bool {
    let scene = scene();
    let (atlas, rules) = (&scene.world.data.atlas, &scene.world.data.rules);
    let Some(commune) = commune else { return false };
    let (city, other) = (atlas.at(city), atlas.at(commune));
    let km = essaim::domain::geography::distance_km(city.point, other.point);
    city.insee == other.insee
        || (city.epci == other.epci && km <= rules.number("tour.city.around_km"))
}

fn commune_of(insee: &Option<String>) -> Option<u32> {
    scene().world.data.atlas.commune(insee.as_deref()?)
}

fn atlas_commune(id: &str) -> u32 {
    let code = id.strip_prefix("com-").expect("a city is a commune");
    scene().world.data.atlas.commune(code).expect("it exists")
}

#[test]
fn the_tour_of_lyon_keeps_its_limits_and_gives_each_stop_a_reason() {
    let tour = planned(|_| ());
    check(&tour);
    assert!(tour.stops.len() >= 3, "only {} stops", tour.stops.len());
    assert!(tour.back.is_some());
    assert!(tour.stops.iter().any(|stop| stop.city.id == "com-75056"), "never in Paris");
    assert!(tour.stops.iter().all(|stop| stop.city.id != "com-69123"), "a visit at home");
    assert!(tour.totals.candidates >= 6);
    // 2026-11-22 is a Sunday: the Monday after.
    assert_eq!(tour.start_date, date(2026, 11, 23));
}

#[test]
fn other_questions_are_answered_as_well() {
    check(&planned(|ask| {
        ask.territories = TourAsk::new(&[DIOIS], TODAY).territories;
        ask.from = Some("Die".to_owned());
    }));
    check(&planned(|ask| {
        ask.territories =
            TourAsk::new(&[LYON, "Grenoble-Alpes-Métropole", LYON], TODAY).territories;
        ask.from = None;
        ask.days = None;
    }));
    let textile = planned(|ask| ask.theme = Some("textile".to_owned()));
    check(&textile);
    let plain = planned(|_| ());
    assert!(textile.territories[0].total < plain.territories[0].total);
    // A region holds cities where some are met for nobody: they are looked for elsewhere.
    check(&planned(|ask| ask.territories = TourAsk::new(&["reg-84"], TODAY).territories));
}

#[test]
fn a_territory_asked_twice_counts_once() {
    let twice = planned(|ask| ask.territories = TourAsk::new(&[LYON, LYON], TODAY).territories);
    let once = planned(|_| ());
    assert_eq!(twice.territories.len(), 1);
    assert_eq!(Format::Json.write(&twice).unwrap(), Format::Json.write(&once).unwrap());
}

#[test]
fn fewer_days_drop_stops_and_say_which() {
    let long = planned(|ask| ask.days = Some(8));
    let short = planned(|ask| ask.days = Some(2));
    check(&short);
    assert!(short.totals.net <= long.totals.net + 1e-9);
    assert!(short.stops.len() < long.stops.len());
    let dropped: Vec<_> = short.left_out.iter().filter(|out| out.dropped_for_days).collect();
    assert!(!dropped.is_empty(), "nothing is said to be dropped");
    assert!(dropped.iter().any(|out| out.why == "days"));
    assert!(dropped.iter().all(|out| !out.names.is_empty()));
    let fewer = planned(|ask| ask.stops = 2);
    check(&fewer);
    assert!(fewer.left_out.iter().any(|out| out.why == "stops"), "{:?}", fewer.left_out);
}

#[test]
fn who_has_no_known_place_is_listed_to_be_asked() {
    let tour = planned(|_| ());
    let kept: usize = tour.territories.iter().map(|asked| asked.kept).sum();
    assert!(kept <= 30);
    for one in &tour.unplaced {
        match one.why {
            "unknown" => assert!(one.reason.text.contains("adresse inconnue, à demander")),
            "abroad" => assert!(one.enterprise.home.is_abroad()),
            other => panic!("{other}"),
        }
    }
    let note = tour.notes.iter().any(|n| n.text.contains("adresse inconnue, à demander"));
    assert!(note, "the notes hide that addresses are unknown");
}

#[test]
fn a_site_opened_later_is_not_visited() {
    let tour = planned(|ask| ask.as_of = date(2019, 6, 1));
    check(&tour);
    assert_eq!(tour.start_date, date(2019, 6, 3));
}

#[test]
fn the_map_is_geojson_with_every_stop_and_a_closed_route() {
    let tour = planned(|_| ());
    let text = Format::GeoJson.write(&tour).unwrap();
    let geojson::GeoJson::FeatureCollection(map) = text.parse().expect("valid GeoJSON") else {
        panic!("a collection is expected")
    };
    let role = |feature: &geojson::Feature, wanted: &str| {
        feature.property("role").and_then(Value::as_str) == Some(wanted)
    };
    let stops: Vec<_> = map.features.iter().filter(|f| role(f, "stop")).collect();
    assert_eq!(stops.len(), tour.stops.len());
    for (feature, stop) in stops.iter().zip(&tour.stops) {
        let Some(geojson::GeometryValue::Point { coordinates }) =
            feature.geometry.as_ref().map(|geometry| &geometry.value)
        else {
            panic!("a stop is a point")
        };
        assert!((coordinates[0] - stop.city.point.lon).abs() < 1e-5, "longitude first");
        assert!((coordinates[1] - stop.city.point.lat).abs() < 1e-5);
    }
    let route = map.features.iter().find(|f| role(f, "route")).expect("a route");
    let Some(geojson::GeometryValue::LineString { coordinates }) =
        route.geometry.as_ref().map(|geometry| &geometry.value)
    else {
        panic!("a route is a line")
    };
    assert_eq!(coordinates.first(), coordinates.last(), "back where it left");
}

/// The properties of each event of a calendar, lines unfolded and texts unescaped.
fn events(text: &str) -> Vec<BTreeMap<String, String>> {
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "a bare end of line");
    }
    let unfolded = text.replace("\r\n ", "");
    let mut events = Vec::new();
    let mut current: Option<BTreeMap<String, String>> = None;
    for line in unfolded.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').expect("a property has a value");
        match (name, value) {
            ("BEGIN", "VEVENT") => current = Some(BTreeMap::new()),
            ("END", "VEVENT") => events.extend(current.take()),
            _ => {
                if let Some(event) = &mut current {
                    let mut plain = String::new();
                    let mut letters = value.chars();
                    while let Some(letter) = letters.next() {
                        match letter {
                            '\\' => match letters.next() {
                                Some('n') => plain.push('\n'),
                                Some(other) => plain.push(other),
                                None => panic!("a lone backslash in {line}"),
                            },
                            other => plain.push(other),
                        }
                    }
                    assert!(event.insert(name.to_owned(), plain).is_none(), "{name} twice");
                }
            }
        }
    }
    events
}

#[test]
fn the_calendar_reads_back_one_all_day_event_per_stop() {
    let tour = planned(|ask| ask.start_date = Some(date(2026, 12, 5)));
    assert_eq!(tour.start_date, date(2026, 12, 7), "a Saturday is moved to Monday");
    let text = Format::Ics.write(&tour).unwrap();
    assert_eq!(text, Format::Ics.write(&tour).unwrap(), "same tour, same bytes");
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    let events = events(&text);
    assert_eq!(events.len(), tour.stops.len());
    let mut identifiers = BTreeSet::new();
    for (event, stop) in events.iter().zip(&tour.stops) {
        assert!(identifiers.insert(event["UID"].clone()), "an identifier twice");
        assert_eq!(event["DTSTAMP"], "20261122T000000Z");
        let day = |d: Date| d.strftime("%Y%m%d").to_string();
        assert_eq!(event["DTSTART;VALUE=DATE"], day(stop.leg.date));
        assert_eq!(event["DTEND;VALUE=DATE"], day(stop.leg.date.saturating_add(1.day())));
        assert!(event["SUMMARY"].contains(&stop.city.name));
        assert!(event["LOCATION"].starts_with(&stop.city.name));
        for met in &stop.candidates {
            assert!(event["DESCRIPTION"].contains(&met.enterprise.name));
            for question in &met.questions {
                assert!(event["DESCRIPTION"].contains(&question.text));
            }
        }
        for met in &stop.peers {
            assert!(event["DESCRIPTION"].contains(&met.peer.name));
        }
    }
}

#[test]
fn the_same_question_gives_the_same_bytes_in_every_format() {
    let body = json!({"territories": [LYON], "from": "Lyon", "days": 4, "as_of": "2026-11-22"});
    let written = |format: Format| {
        format.write(&answer(&scene(), &body, Lang::Fr).expect("answered")).expect("written")
    };
    for format in [Format::Json, Format::Csv, Format::GeoJson, Format::Ics] {
        assert_eq!(written(format), written(format), "{format:?}");
    }
    let rows = written(Format::Csv);
    let json: Value = serde_json::from_str(&written(Format::Json)).unwrap();
    assert_eq!(rows.split("\r\n").count(), json["stops"].as_array().unwrap().len() + 2);
    assert_eq!(json["limits"], json!({"stops": 6, "days": 4}));
    assert_eq!(json["stops"][0]["day"], 1);
}

#[test]
fn english_is_spoken_when_asked() {
    let tour = planned(|ask| ask.lang = Lang::En);
    check(&tour);
    assert!(tour.stops[0].reason.text.starts_with("Without th"));
    assert!(tour.title.starts_with("Tour for"));
}

#[test]
fn what_cannot_be_asked_is_refused_with_the_way_out() {
    let scene = scene();
    let refused = |body: Value| {
        let asked = read(&scene, &body, TODAY, Lang::Fr);
        asked.and_then(|ask| tour(&scene, &ask)).expect_err("it must be refused")
    };
    let field = |error: ScoutingError| match error {
        ScoutingError::OutOfBounds { field, .. } | ScoutingError::BadRecord { field, .. } => field,
        other => panic!("{other:?}"),
    };
    let lyon = json!([LYON]);
    assert_eq!(field(refused(json!({}))), "territories");
    assert_eq!(field(refused(json!({"territories": []}))), "territories");
    assert_eq!(field(refused(json!({"territories": [7]}))), "territories[0]");
    assert_eq!(field(refused(json!({"territories": lyon, "stop": 3}))), "stop");
    for (name, value) in
        [("stops", json!(0)), ("stops", json!(13)), ("stops", json!("six")), ("days", json!(0))]
    {
        assert_eq!(field(refused(json!({"territories": lyon, name: value}))), name);
    }
    for day in ["demain", "2026-02-30", "2020-01-01"] {
        assert_eq!(field(refused(json!({"territories": lyon, "start_date": day}))), "start_date");
    }
    assert_eq!(field(refused(json!({"territories": lyon, "from": "Ajaccio"}))), "from");
    let unknown = refused(json!({"territories": lyon, "from": "Lyonn-sur-Rien"}));
    assert!(matches!(unknown, ScoutingError::UnknownCommune { .. }), "{unknown:?}");
    let unknown = refused(json!({"territories": ["Atlantide"]}));
    assert!(matches!(unknown, ScoutingError::UnknownTerritory { .. }), "{unknown:?}");
    let date = refused(json!({"territories": lyon, "as_of": "3026-01-01"}));
    assert!(matches!(date, ScoutingError::BadDate { .. }), "{date:?}");
}
