//! The backtest: known implantations replayed as if nobody knew.
//!
//! 1. The truth file agrees with the dated sites of the seed.
//! 2. A masked record holds no token of its destination, for every event of the file.
//! 3. The replay of an event does not find the enterprise already there.
//! 4. A replay is the ranking of the product: where nothing is masked, the same scores.
//! 5. Bad rows are told with their reason, good ones are played.

use std::collections::BTreeSet;

use essaim::annotation::text::fold;
use essaim::domain::territory::Atlas;
use essaim::evaluation::backtest::baselines::Method;
use essaim::evaluation::backtest::play::masked;
use essaim::evaluation::backtest::truth::{Event, Fault, Half, Row, Truth, resolve};
use essaim::evaluation::backtest::{Backtest, backtest};
use essaim::evaluation::metrics::Figure;
use essaim::scouting::replay::{Hidden, implantations, run, stage};
use jiff::civil::date;

use crate::common::{LYON, all_candidates, scene};

fn truth_path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/backtest.csv")
}

fn generated() -> String {
    let scene = scene();
    let mut text = "enterprise,territory,year\n".to_owned();
    for one in implantations(&scene, 1991) {
        text.push_str(&format!("{},{},{}\n", one.enterprise, one.territory, one.year));
    }
    text
}

fn rows(text: &str) -> Vec<Row> {
    text.lines()
        .zip(1..)
        .skip(1)
        .map(|(line, number)| {
            let mut cells = line.split(',').map(str::to_owned);
            let mut cell = || cells.next().unwrap_or_default();
            Row { line: number, enterprise: cell(), territory: cell(), year: cell() }
        })
        .collect()
}

fn truth() -> Truth {
    resolve(&scene(), rows(&std::fs::read_to_string(truth_path()).unwrap()), 2026)
}

fn played(kept: impl Fn(&Event) -> bool) -> Backtest {
    let mut truth = truth();
    truth.events.retain(kept);
    backtest(&scene(), truth).expect("the seed can be replayed")
}

#[test]
#[ignore = "writes tests/golden/backtest.csv again"]
fn write_the_truth_file() {
    std::fs::write(truth_path(), generated()).unwrap();
}

#[test]
fn the_truth_file_is_what_the_dated_sites_of_the_seed_say() {
    let known = std::fs::read_to_string(truth_path()).unwrap();
    assert_eq!(known, generated(), "run write_the_truth_file and say why the seed changed");
    let truth = truth();
    assert!(truth.rejected.is_empty() && truth.unindexed.is_empty());
    assert!(truth.events.len() > 150, "{}", truth.events.len());
    assert_eq!(truth.ceiling(), Some(1.0));
    let halves: BTreeSet<Half> = truth.events.iter().map(|event| event.half).collect();
    assert_eq!(halves.len(), 2);
}

/// The words of a text, read without the masking's own reader.
fn tokens(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// The names that may not be left: the main town, and the communes of its sites there.
fn forbidden(atlas: &Atlas, event: &Event) -> BTreeSet<String> {
    let scene = scene();
    let (_, whole) = scene.enterprise(&event.enterprise).unwrap();
    let communes = &event.territory.communes;
    let main = communes
        .iter()
        .copied()
        .max_by(|&a, &b| atlas.at(a).population.total_cmp(&atlas.at(b).population));
    let sites = whole
        .sites
        .iter()
        .filter_map(|site| atlas.commune(site.place.insee.as_deref()?))
        .filter(|at| communes.contains(at));
    main.into_iter().chain(sites).map(|at| tokens(&atlas.at(at).name)).collect()
}

#[test]
fn no_token_of_the_destination_is_left_in_a_masked_record() {
    let scene = scene();
    let atlas = &scene.world.data.atlas;
    let mut faults = Vec::new();
    for event in &truth().events {
        let mut record = (*masked(&scene, event).unwrap()).clone();
        // The identifier is read by no criterion: it only orders equal scores.
        record.id = String::new();
        let text = tokens(&format!("{record:?}"));
        for name in forbidden(atlas, event) {
            if let Some(at) = text.find(&name) {
                let around: String = text.chars().skip(at.saturating_sub(60)).take(140).collect();
                faults.push(format!("{} → {}: {around}", event.enterprise, event.territory.name));
            }
        }
    }
    assert!(faults.is_empty(), "{} left:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn events_of_one_enterprise_are_replayed_the_year_before_and_never_already_there() {
    let found = played(|event| event.enterprise == "clubhouse-france");
    assert!(found.events.len() >= 4);
    let mut seen = 0;
    for played in &found.events {
        assert_eq!(played.as_of, date(played.event.year - 1, 12, 31));
        assert!(!played.unmet.contains(&"not_already_there"), "{played:?}");
        assert!(played.pool > 50 && played.admitted <= played.pool);
        assert_eq!(played.criteria.len(), 8);
        seen += usize::from(played.removed.sites > 0);
        for method in Method::ALL {
            for figure in Figure::ALL {
                assert!((0.0..=1.0).contains(&played.value(method, figure)));
            }
        }
        let random = played.standings[Method::Random.at()];
        assert_eq!((random.before, random.tied), (0, played.pool));
    }
    assert_eq!(seen, found.events.len(), "every destination has a site to take out");
    // The same file on the same scene gives the same figures.
    let again = played(|event| event.enterprise == "clubhouse-france");
    assert_eq!((&again.events, &again.all), (&found.events, &found.all));
    // One enterprise is one cluster: nothing can be drawn.
    let all = found.all.unwrap();
    assert_eq!((all.enterprises, all.methods[0].1[0].bounds), (1, None));
}

#[test]
fn where_nothing_is_masked_the_stage_is_the_ranking_of_the_product() {
    let scene = scene();
    let as_of = date(2026, 11, 22);
    let territory = scene.world.data.atlas.territory(LYON).unwrap();
    let stage = stage(&scene, &territory, as_of, &Hidden::default());
    let answer = all_candidates(LYON, as_of);
    for shown in answer.candidates.iter().take(5) {
        let runner = stage.runners.iter().find(|r| r.enterprise.id == shown.enterprise.id).unwrap();
        assert_eq!(runner.score.to_bits(), shown.alternative.score.to_bits());
        assert!(runner.unmet.is_empty());
        let again = run(&stage, (*shown.enterprise).clone());
        assert_eq!(again.score.to_bits(), runner.score.to_bits());
    }
}

#[test]
fn bad_rows_are_told_and_good_ones_kept() {
    let row = |line, enterprise: &str, territory: &str, year: &str| Row {
        line,
        enterprise: enterprise.to_owned(),
        territory: territory.to_owned(),
        year: year.to_owned(),
    };
    let truth = resolve(
        &scene(),
        vec![
            row(2, "Café Joyeux", "Métropole de Lyon", "2022"),
            row(3, "cafe-joyeux", LYON, "2022"),
            row(4, "cafe-joyeux", "Atlantide-sur-Rien", "2022"),
            row(5, "cafe-joyeux", LYON, "vers 2022"),
            row(6, "cafe-joyeux", "", "2022"),
            row(7, "cafe-joyeux", "Rennes", "1950"),
            row(8, "Entreprise que nul ne connaît", LYON, "2020"),
        ],
        2026,
    );
    let events: Vec<(&str, &str)> = truth
        .events
        .iter()
        .map(|event| (event.enterprise.as_str(), event.territory.id.as_str()))
        .collect();
    assert_eq!(events, [("cafe-joyeux", LYON)]);
    assert_eq!(truth.unindexed.len(), 1);
    assert_eq!(truth.ceiling(), Some(0.5));
    let faults: Vec<(u64, &Fault)> =
        truth.rejected.iter().map(|rejected| (rejected.row.line, &rejected.fault)).collect();
    assert!(matches!(
        faults.as_slice(),
        [
            (3, Fault::Duplicate(2)),
            (4, Fault::Territory(_)),
            (5, Fault::BadYear),
            (6, Fault::Missing("territory")),
            (7, Fault::OutOfYears { first: 1991, last: 2026 }),
        ]
    ));
}
