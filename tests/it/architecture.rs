//! The arrows of the house go down: who may look at whom.
//!
//! 1. A module names only modules it may use (style page §2).
//! 2. Every module of `lib.rs` has its arrows declared here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// For each module, the modules it may name, besides itself and `domain`.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([
        ("domain", vec![]),
        ("docs", vec![]),
        ("access", vec!["catalogue"]),
        ("annotation", vec![]),
        ("catalogue", vec![]),
        ("matching", vec![]),
        ("planning", vec!["matching"]),
        ("imports", vec!["catalogue", "annotation"]),
        ("gaps", vec!["catalogue", "annotation"]),
        ("retrieval", vec!["catalogue", "annotation"]),
        (
            "scouting",
            vec![
                "access",
                "annotation",
                "catalogue",
                "matching",
                "planning",
                "imports",
                "gaps",
                "retrieval",
            ],
        ),
        ("evaluation", vec!["scouting", "annotation", "retrieval"]),
        ("http", vec!["access", "scouting", "evaluation", "matching", "catalogue"]),
        ("testing", vec!["scouting", "annotation", "catalogue", "matching", "gaps", "retrieval"]),
        (
            "cli",
            vec![
                "access",
                "annotation",
                "catalogue",
                "evaluation",
                "gaps",
                "http",
                "imports",
                "matching",
                "retrieval",
                "scouting",
                "testing",
            ],
        ),
    ])
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src can be listed") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn imports_follow_the_arrows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    let allowed = allowed();
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for file in &files {
        let inside = file.strip_prefix(&src).expect("files come from src");
        let module = inside
            .components()
            .next()
            .map(|c| c.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned())
            .unwrap_or_default();
        if module == "main" || module == "lib" {
            continue;
        }
        let Some(may) = allowed.get(module.as_str()) else {
            faults.push(format!("{}: module `{module}` has no arrows declared", inside.display()));
            continue;
        };
        seen.insert(module.clone());
        let text = std::fs::read_to_string(file).expect("a source file can be read");
        // What tests build with is their own affair: the arrows bind the product.
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (at, line) in product.lines().enumerate() {
            for named in line.split("crate::").skip(1) {
                let target: String =
                    named.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if line.trim_start().starts_with("//")
                    || target == module
                    || target == "domain"
                    || may.contains(&target.as_str())
                {
                    continue;
                }
                faults.push(format!("{}:{}: names `{target}`", inside.display(), at + 1));
            }
        }
    }
    assert!(faults.is_empty(), "arrows against the order:\n{}", faults.join("\n"));
    assert!(seen.len() >= 8, "the house has lost its rooms: {seen:?}");
}
