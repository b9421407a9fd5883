//! `essaim check`: the whole log, seal by seal, the text index against it, and the records
//! worth a visit first.
//!
//! Exit 0: sound. 1: faults were found (those of the index are mended, those of the log
//! never). 2: the check itself failed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue::CatalogueError;
use crate::catalogue::store::{CheckReport, Fault, Found, Store};
use crate::http::error::{DoorError, pick};
use crate::http::wire::quality::RecordWire;
use crate::scouting::index_check::{Finding, IndexReport, check_index};

use super::Outcome;
use super::args::Check;
use super::check_records;
use super::config::Config;
use super::log;
use super::output::print_one;
use super::table::{Column, paragraph, render};

/// What was found.
#[derive(Debug, Serialize)]
struct CheckWire {
    sound: bool,
    log: LogWire,
    /// Absent when only the log was asked, or the log is not sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<IndexWire>,
    /// The records worth a visit first, where the log is sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<Vec<RecordWire>>,
}

#[derive(Debug, Serialize)]
struct LogWire {
    address: String,
    sound: bool,
    last_seq: u64,
    /// The seal of the whole: to be noted elsewhere.
    head: String,
    revisions: u64,
    by_kind: BTreeMap<String, u64>,
    erased: u64,
    blobs: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    noted: Option<NotedWire>,
    faults: Vec<FaultWire>,
    more_faults: u64,
}

/// A head that was noted elsewhere.
#[derive(Debug, Serialize)]
struct NotedWire {
    head: String,
    /// Where the log holds it; null: the log is no longer the one it was.
    seq: Option<u64>,
}

#[derive(Debug, Serialize)]
struct FaultWire {
    seq: Option<u64>,
    code: &'static str,
    reason: String,
}

#[derive(Debug, Serialize)]
struct IndexWire {
    finding: &'static str,
    found_seq: u64,
    seq: u64,
    rows: u64,
    rebuilt: bool,
    /// A service that runs writes it: it was only compared.
    elsewhere: bool,
    missing: Vec<String>,
    extra: Vec<String>,
    changed: Vec<String>,
    repeated: u64,
}

/// Reads everything and prints what was found.
///
/// # Errors
/// No catalogue there; a database that does not answer; an index that cannot be written.
pub async fn run(config: &Config, asked: &Check) -> anyhow::Result<Outcome> {
    if asked.records {
        return check_records::run(config, asked).await;
    }
    let address = log::present(config)?;
    let opened = Store::open_to_check(&address).await;
    let (report, noted, index, records) = match opened {
        Ok(store) => {
            let report = store.check().await.map_err(|error| log::said(config, error))?;
            let noted = match &asked.head {
                Some(head) => {
                    let head = head.trim().to_lowercase();
                    let seq = store.seq_of_head(&head).await.map_err(DoorError::from)?;
                    Some(NotedWire { head, seq })
                }
                None => None,
            };
            // An index is only compared with a log that can be believed.
            let index = if asked.log_only || !report.is_sound() || report.last == 0 {
                None
            } else {
                let data = &config.data;
                Some(check_index(&store, data).await.map_err(DoorError::from)?)
            };
            let records = if index.is_some() {
                Some(
                    check_records::answer(config, &store, &check_records::ask(config, asked)?)
                        .await?,
                )
            } else {
                None
            };
            (report, noted, index, records)
        }
        Err(CatalogueError::Damaged { finding }) => (no_database(finding), None, None, None),
        Err(other) => return Err(log::said(config, other)),
    };
    let kept = noted.as_ref().is_none_or(|noted| noted.seq.is_some());
    let sound = report.is_sound() && kept && index.as_ref().is_none_or(|i| !i.finding.is_fault());
    let told = CheckWire {
        sound,
        log: log_wire(config, address.shown(), report, noted),
        index: index.map(index_wire),
        records: records.map(|found| found.records),
    };
    print_one(config, &told, |told| table(config, told))?;
    Ok(if sound { Outcome::Found } else { Outcome::Nothing })
}

/// A file that cannot even be opened as a database.
fn no_database(finding: String) -> CheckReport {
    CheckReport {
        faults: vec![Found { seq: None, fault: Fault::File { finding } }],
        ..CheckReport::default()
    }
}

fn log_wire(
    config: &Config,
    address: String,
    report: CheckReport,
    noted: Option<NotedWire>,
) -> LogWire {
    let faults = report.faults.iter().map(|found| {
        let (fr, en) = found.fault.words();
        let reason = pick(config.lang, &fr, &en).to_owned();
        FaultWire { seq: found.seq, code: found.fault.code(), reason }
    });
    LogWire {
        address,
        sound: report.is_sound(),
        last_seq: report.last,
        faults: faults.collect(),
        head: report.head,
        revisions: report.revisions,
        by_kind: report.by_kind,
        erased: report.erased,
        blobs: report.blobs,
        noted,
        more_faults: report.more,
    }
}

fn index_wire(report: IndexReport) -> IndexWire {
    let finding = match &report.finding {
        Finding::Absent => "absent",
        Finding::OtherRules => "other_rules",
        Finding::Agrees => "agrees",
        Finding::Damaged => "damaged",
        Finding::Ahead => "ahead",
        Finding::Disagrees(_) => "disagrees",
    };
    let rebuilt = !report.elsewhere && report.finding != Finding::Agrees;
    let rows = match report.finding {
        Finding::Disagrees(rows) => rows,
        _ => crate::retrieval::Disagreement::default(),
    };
    IndexWire {
        finding,
        found_seq: report.found_seq,
        seq: report.seq,
        rows: report.rows,
        rebuilt,
        elsewhere: report.elsewhere,
        missing: rows.missing,
        extra: rows.extra,
        changed: rows.changed,
        repeated: rows.repeated,
    }
}

fn table(config: &Config, told: &CheckWire) -> String {
    let log = &told.log;
    let mut out = paragraph(
        config.say("Journal  ", "Log      "),
        &format!(
            "{} · {} {} · {} {} · {} {} · {} {}",
            log.address,
            config.say("révisions", "revisions"),
            log.revisions,
            config.say("dernière", "last"),
            log.last_seq,
            config.say("effacées", "erased"),
            log.erased,
            config.say("fichiers de données", "dataset files"),
            log.blobs
        ),
    );
    if !log.head.is_empty() {
        out.push_str(&format!("{} {}\n", config.say("Tête    ", "Head    "), log.head));
        out.push_str(&paragraph(
            "         ",
            config.say(
                "à noter ailleurs que sur cette machine : `essaim check --head` la retrouvera",
                "to be noted elsewhere than on this machine: `essaim check --head` will find it",
            ),
        ));
    }
    if let Some(noted) = &log.noted {
        let line = match noted.seq {
            Some(seq) => format!(
                "{} {seq} {}",
                config.say("retrouvée à la révision", "found at revision"),
                config.say(": rien n’a bougé jusque-là", ": nothing moved up to there")
            ),
            None => config
                .say(
                    "introuvable : ce journal n’est plus celui dont vous avez noté la tête",
                    "not found: this log is no longer the one whose head you noted",
                )
                .to_owned(),
        };
        out.push_str(&paragraph(config.say("Notée    ", "Noted    "), &line));
    }
    out.push_str(&faults(config, log));
    if let Some(index) = &told.index {
        out.push_str(&index_lines(config, index));
    }
    if let Some(records) = &told.records {
        out.push('\n');
        out.push_str(&check_records::table(config, records));
    }
    out
}

fn faults(config: &Config, log: &LogWire) -> String {
    if log.faults.is_empty() {
        let words = config.say(
            "aucun : chaque révision a son sceau, et suit celle d’avant",
            "none: each revision has its seal, and follows the one before",
        );
        return paragraph(config.say("Défauts  ", "Faults   "), words);
    }
    let columns = [
        Column::number("seq", 9),
        Column::text(config.say("défaut du journal", "fault of the log"), 0),
    ];
    let row = |fault: &FaultWire| {
        vec![fault.seq.map(|seq| seq.to_string()).unwrap_or_default(), fault.reason.clone()]
    };
    let rows: Vec<Vec<String>> = log.faults.iter().map(row).collect();
    let mut out = render(&columns, &rows);
    if log.more_faults > 0 {
        out.push_str(&format!("… {} {}\n", log.more_faults, config.say("de plus", "more")));
    }
    out.push_str(&paragraph(
        "",
        config.say(
            "Le journal n’est jamais réparé : restaurez la dernière sauvegarde saine dans un \
             dossier vide (`essaim restore`), puis comparez.",
            "The log is never repaired: restore the last sound backup into an empty folder \
             (`essaim restore`), then compare.",
        ),
    ));
    out
}

fn index_lines(config: &Config, index: &IndexWire) -> String {
    let found = match index.finding {
        "agrees" if index.found_seq == index.seq => {
            config.say("d’accord avec le journal", "agrees with the log").to_owned()
        }
        "agrees" => format!(
            "{} {}, {} {}",
            config.say("d’accord avec le journal à la révision", "agrees with the log at revision"),
            index.found_seq,
            config.say("amené à la révision", "brought to revision"),
            index.seq
        ),
        "absent" => config.say("absent", "absent").to_owned(),
        "other_rules" => config
            .say("d’une autre version des règles", "of another version of the rules")
            .to_owned(),
        "damaged" => config.say("abîmé ou vide", "damaged or empty").to_owned(),
        "ahead" => config
            .say("en avance sur le journal, donc d’un autre", "ahead of the log, so of another one")
            .to_owned(),
        _ => format!(
            "{} : {} {}, {} {}, {} {}",
            config.say("en désaccord avec le journal", "disagrees with the log"),
            config.say("absentes", "missing"),
            index.missing.len(),
            config.say("en trop", "extra"),
            index.extra.len() as u64 + index.repeated,
            config.say("changées", "changed"),
            index.changed.len(),
        ),
    };
    let done = if index.rebuilt {
        config.say(" ; reconstruit", "; built again")
    } else if index.elsewhere && index.finding != "agrees" {
        config.say(
            " ; un service en marche le tient : redémarrez-le",
            "; a service that runs holds it: start it again",
        )
    } else {
        ""
    };
    let rows = format!("{} {}", index.rows, config.say("fiches", "rows"));
    paragraph(config.say("Index    ", "Index    "), &format!("{rows} · {found}{done}"))
}
