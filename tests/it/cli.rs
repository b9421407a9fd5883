//! The command line: exit codes, streams, shapes.
//!
//! 1. Exit 0 found, 1 nothing found for a single question, 2 error.
//! 2. Results on stdout, messages on stderr, in French unless English is asked.
//! 3. `--format json` is the API's answer; tables hold in 100 columns.

use std::path::Path;
use std::sync::OnceLock;

use assert_cmd::Command;
use serde_json::Value;

/// One data directory for every test: the seed takes seconds to load.
fn data() -> &'static Path {
    static DATA: OnceLock<tempfile::TempDir> = OnceLock::new();
    DATA.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        essaim(folder.path()).args(["territory", "epci-200046977"]).assert().success();
        folder
    })
    .path()
}

fn essaim(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_essaim"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ESSAIM_")) {
        command.env_remove(name);
    }
    command.current_dir(data).arg("--data").arg(data);
    command
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(arguments: &[&str]) -> Ran {
    ran(essaim(data()).args(arguments))
}

#[test]
fn tables_hold_in_a_hundred_columns() {
    for arguments in [
        &["match", "Métropole de Lyon", "--as-of", "2026-11-22", "--limit", "5"][..],
        &["gaps", "epci-200046977"],
        &["search", "réparer un vélo"],
        &["territory", "Métropole de Lyon"],
        &["territory", "lyon", "--search"],
        &["profiles"],
        &["compare", "epci-200046977", "unir", "ernest", "toutenvelo", "wimoov", "phenix"],
        &["compare", "epci-200046977", "unir", "voisin-malin", "--lang", "en"],
        &["why-not", "Métropole de Lyon", "VoisinMalin"],
        &["why-not", "epci-200046977", "Ernest", "--limit", "3", "--profile", "need_first"],
        &["annotate", "manque de logements abordables pour les étudiants"],
        &["tour", "Métropole de Lyon", "--from", "Lyon", "--days", "5", "--as-of", "2026-11-22"],
    ] {
        let ran = run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
        let wide = ran.out.lines().find(|line| line.chars().count() > 100);
        assert!(wide.is_none(), "{arguments:?}: {wide:?}");
        assert!(!ran.out.contains('\u{1b}'), "colours without a terminal");
    }
}

#[test]
fn a_backtest_tells_figures_bad_rows_and_limits_and_ends_with_0() {
    let folder = tempfile::tempdir().unwrap();
    let truth = folder.path().join("truth.csv");
    std::fs::write(
        &truth,
        b"Ann\xe9e;Entreprise;Territoire\r\n2022;Caf\xe9 Joyeux;M\xe9tropole de Lyon\r\n\
          2013;institut-telemaque;epci-200046977\r\n\r\nvers 2020;citiz;Toulouse\r\n\
          2019;Nul ne la conna\xeet;epci-200046977\r\n",
    )
    .unwrap();
    let path = truth.to_str().unwrap();
    let ran = run(&["backtest", "--truth", path, "--limit", "1"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for expected in
        ["hit@10", "au hasard", "ligne 5 ·", "année illisible", "… et 1 de plus", "Plafond"]
    {
        assert!(ran.out.contains(expected), "{expected}:\n{}", ran.out);
    }
    let wide = ran.out.lines().find(|line| line.chars().count() > 100);
    assert!(wide.is_none(), "{wide:?}");
    let json = run(&["backtest", "--truth", path, "--format", "json", "--lang", "en"]);
    let answer: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(answer["events"].as_array().unwrap().len(), 2);
    assert_eq!(answer["rejected"][0]["line"], 5);
    assert_eq!(answer["unindexed"].as_array().unwrap().len(), 1);
    assert!((answer["ceiling"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9);
    let methods = answer["all"]["methods"].as_array().unwrap();
    assert_eq!((methods.len(), &methods[2]["method"]), (6, &Value::from("random")));
    let csv = run(&["backtest", "--truth", path, "--format", "csv"]);
    assert!(csv.out.starts_with("line,enterprise,territory,year"));
    assert_eq!(csv.out.lines().count(), 3);
    std::fs::write(&truth, "nom;ville\nciti;Lyon\n").unwrap();
    let refused = run(&["backtest", "--truth", path]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("enterprise, territory, year"), "{}", refused.err);
    std::fs::write(&truth, "enterprise,territory,year\n").unwrap();
    assert_eq!(run(&["backtest", "--truth", path]).code, 0);
}

#[test]
fn the_list_names_its_state_and_explains_its_first_candidates() {
    let ran = run(&["match", "epci-200046977", "--as-of", "2026-11-22", "--limit", "3"]);
    for expected in ["2026-11-22", "seq ", "sha256:", "Poids", "Priorités", "écartées"] {
        assert!(ran.out.contains(expected), "{expected}:\n{}", ran.out);
    }
}

#[test]
fn json_is_the_answer_of_the_api() {
    let ran = run(&[
        "match",
        "epci-200046977",
        "--as-of",
        "2026-11-22",
        "--limit",
        "2",
        "--format",
        "json",
    ]);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["candidates"].as_array().unwrap().len(), 2);
    assert_eq!(ran.out.lines().count(), 1);
    let id = answer["candidates"][0]["enterprise"]["id"].as_str().unwrap();
    let ran = run(&["explain", "epci-200046977", id, "--as-of", "2026-11-22"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("Conditions"), "{}", ran.out);
    let csv = run(&["match", "epci-200046977", "--limit", "2", "--format", "csv"]);
    assert!(csv.out.starts_with("rank,state,id,name"));
}

#[test]
fn a_tour_is_a_table_the_api_s_json_a_map_and_a_calendar() {
    let asked = |format: &str| {
        let ran = run(&[
            "tour",
            "Métropole de Lyon",
            "--stops",
            "3",
            "--from",
            "Lyon",
            "--as-of",
            "2026-11-22",
            "--format",
            format,
        ]);
        assert_eq!(ran.code, 0, "{format}: {}", ran.err);
        ran.out
    };
    let json: Value = serde_json::from_str(&asked("json")).unwrap();
    assert!((1..=3).contains(&json["stops"].as_array().unwrap().len()));
    assert_eq!(json["start"]["id"], "com-69123");
    let table = asked("table");
    for expected in ["à rencontrer", "Laissées de côté", "À savoir", "sha256:"] {
        assert!(table.contains(expected), "{expected}:\n{table}");
    }
    assert!(asked("geojson").starts_with("{\"type\":\"FeatureCollection\""));
    assert!(asked("ics").starts_with("BEGIN:VCALENDAR\r\n"));
    assert!(asked("csv").starts_with("order,day,date,id,city"));
}

#[test]
fn nothing_found_is_one_and_an_error_is_two() {
    assert_eq!(run(&["search", "zzzzqqqq"]).code, 1);
    assert_eq!(run(&["history", "enterprise", "n-existe-pas"]).code, 1);
    for arguments in [
        &["match", "Atlantide-sur-Rien"][..],
        &["match", "epci-200046977", "--theme", "mobilitee"],
        &["match", "epci-200046977", "--as-of", "3026-01-01"],
        &["match", "epci-200046977", "--limit", "0"],
        &["match", "epci-200046977", "--weights", "gpa:1"],
        &["match", "epci-200046977", "--format", "xml"],
        &["explain", "epci-200046977", "la-textileri"],
        &["compare", "epci-200046977", "unir"],
        &["compare", "epci-200046977", "unir", "Unir"],
        &["compare", "epci-200046977", "unir", "ernest", "--format", "csv"],
        &["why-not", "epci-200046977", "la-textileri"],
        &["why-not", "epci-200046977", "unir", "--profile", "ned_first"],
        &["search", " "],
        &["history", "entreprise", "x"],
        &["macth", "epci-200046977"],
        &["match"],
        &["import", "actors", "nowhere.csv"],
        &["gaps", "epci-200046977", "--seq", "999999999"],
        &["tour"],
        &["tour", "Atlantide-sur-Rien"],
        &["tour", "epci-200046977", "--stops", "0"],
        &["tour", "epci-200046977", "--stops", "six"],
        &["tour", "epci-200046977", "--from", "Lyonn-sur-Rien"],
        &["tour", "epci-200046977", "--start-date", "demain"],
        &["tour", "epci-200046977", "--format", "md"],
    ] {
        let ran = run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}\n{}\n{}", ran.out, ran.err);
        assert!(ran.out.is_empty(), "{arguments:?}");
        assert!(ran.err.starts_with("essaim: "), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn messages_are_french_unless_english_is_asked() {
    let french = run(&["match", "epci-200046977", "--theme", "mobilitee"]);
    assert!(french.err.contains("vouliez-vous dire `mobilites`"), "{}", french.err);
    let english = run(&["match", "epci-200046977", "--theme", "mobilitee", "--lang", "en"]);
    assert!(english.err.contains("did you mean `mobilites`"), "{}", english.err);
}

#[test]
fn help_is_french_and_succeeds() {
    let help = run(&["--help"]);
    assert_eq!(help.code, 0);
    assert!(help.out.contains("Commandes :"), "{}", help.out);
    assert_eq!(run(&["match", "--help"]).code, 0);
    assert_eq!(run(&["--version"]).code, 0);
}

#[test]
fn annotate_gives_one_object_per_line_even_for_blank_ones() {
    let input = "personne ne répare plus les vélos\n\nil fait beau\n";
    let ran = ran(essaim(data()).args(["annotate", "--format", "json", "-"]).write_stdin(input));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1]["concepts"], serde_json::json!([]));
    let absent = lines[0]["absent"].as_array().unwrap();
    assert!(absent.iter().any(|a| a["id"] == "reparation"), "{}", ran.out);
}

#[test]
fn a_batch_of_questions_writes_a_trec_run() {
    let folder = tempfile::tempdir().unwrap();
    let (questions, output) = (folder.path().join("q.tsv"), folder.path().join("run"));
    std::fs::write(&questions, "qid\tstyle\ttext\nq1\tx\tréparer un vélo\nq2\tx\t\n").unwrap();
    let ran = ran(essaim(data())
        .args(["search", "--limit", "5", "--batch"])
        .arg(&questions)
        .arg("--output")
        .arg(&output));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let run = std::fs::read_to_string(output).unwrap();
    assert!(!run.is_empty() && run.lines().count() <= 5);
    for (at, line) in run.lines().enumerate() {
        let columns: Vec<&str> = line.split(' ').collect();
        assert_eq!((columns.len(), columns[0], columns[1]), (6, "q1", "Q0"));
        assert_eq!(columns[3], (at + 1).to_string());
    }
}

#[test]
fn importing_keeps_the_good_rows_and_reports_the_bad_ones() {
    // A directory of its own: this one writes.
    let folder = tempfile::tempdir().unwrap();
    let (file, rejects) = (folder.path().join("acteurs.csv"), folder.path().join("rejets.csv"));
    std::fs::write(&file, "nom;ville\nAtelier du Test;Lyon\n;Bron\n").unwrap();
    let import = |folder: &Path| {
        ran(essaim(folder)
            .args(["import", "actors", "--format", "json", "--rejects"])
            .arg(&rejects)
            .arg(&file))
    };
    let first = import(folder.path());
    assert_eq!(first.code, 0, "{}", first.err);
    let ledger: Value = serde_json::from_str(&first.out).unwrap();
    assert_eq!((&ledger["added"], &ledger["read"]), (&1.into(), &2.into()), "{ledger}");
    assert_eq!(ledger["rejected"].as_array().unwrap().len(), 1);
    assert_eq!(std::fs::read_to_string(&rejects).unwrap().lines().count(), 2);
    let again: Value = serde_json::from_str(&import(folder.path()).out).unwrap();
    assert_eq!((&again["added"], &again["unchanged"]), (&0.into(), &1.into()));
    let history = ran(essaim(folder.path()).args(["history", "actor", "atelier-du-test"]));
    assert_eq!(history.code, 0, "{}", history.err);
}

#[test]
fn explain_writes_the_feasibility_file_and_only_it_does() {
    let explain = ["explain", "epci-200046977", "wimoov", "--as-of", "2026-11-22"];
    let file = run(&[&explain[..], &["--format", "md"]].concat());
    assert_eq!(file.code, 0, "{}", file.err);
    assert!(file.out.starts_with("# Dossier de faisabilité"), "{}", file.out);
    assert!(file.out.contains("## 13. Sources"), "{}", file.out);
    let english = run(&[&explain[..], &["--format", "md", "--lang", "en"]].concat());
    assert!(english.out.starts_with("# Feasibility file"), "{}", english.out);
    for arguments in [
        &["match", "epci-200046977"][..],
        &["gaps", "epci-200046977"],
        &["search", "réparer un vélo"],
        &["territory", "epci-200046977"],
        &["history", "enterprise", "wimoov"],
        &["annotate", "manque de logements"],
    ] {
        let ran = run(&[arguments, &["--format", "md"]].concat());
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.out);
        assert!(ran.out.is_empty(), "{arguments:?}");
        assert!(ran.err.contains("`md`") && ran.err.contains("`json`"), "{}", ran.err);
    }
    let ran = run(&[&explain[..], &["--format", "ics"]].concat());
    assert!(ran.code == 2 && ran.err.contains("`md`"), "{}", ran.err);
}
