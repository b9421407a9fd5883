//! Settings: a flag over an ESSAIM_* variable over essaim.toml over the default.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use figment::Figment;
use figment::providers::{Format as _, Serialized, Toml};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::catalogue::Store;
use crate::domain::lang::Lang;
use crate::http::AppState;
use crate::http::error::{DoorError, pick};
use crate::http::extract;
use crate::http::settings::{self, Settings};
use crate::scouting::ask::check_date;
use crate::scouting::{OpenOptions, Scouting};

use super::args::Globals;

/// Names of the settings: fields of essaim.toml, and ESSAIM_* in capitals.
const NAMES: [&str; 9] =
    ["data", "database", "format", "lang", "limit", "as_of", "seq", "listen", "log_format"];
/// Default data directory.
const DATA: &str = "index/live";
/// Default address.
const LISTEN: &str = "127.0.0.1:8080";

/// What results are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// For a person, 100 columns.
    Table,
    /// The API's answer.
    Json,
    /// Rows.
    Csv,
    /// A document to print or to send.
    Md,
    /// Places, for a map.
    GeoJson,
    /// A calendar.
    Ics,
    /// One JSON object per line.
    Jsonl,
    /// A spreadsheet.
    Xlsx,
    /// Typed columns.
    Parquet,
}

/// Every shape, by its name.
const SHAPES: [(&str, Shape); 9] = [
    ("table", Shape::Table),
    ("json", Shape::Json),
    ("csv", Shape::Csv),
    ("md", Shape::Md),
    ("geojson", Shape::GeoJson),
    ("ics", Shape::Ics),
    ("jsonl", Shape::Jsonl),
    ("xlsx", Shape::Xlsx),
    ("parquet", Shape::Parquet),
];

impl Shape {
    /// The name that is typed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        SHAPES.iter().find(|(_, shape)| *shape == self).map_or("table", |(name, _)| name)
    }

    /// The refusal of this shape where only `known` are written.
    #[must_use]
    pub fn refused(self, known: &'static [&'static str]) -> DoorError {
        DoorError::UnknownFormat { asked: self.as_str().to_owned(), known }
    }
}

/// The settings of one run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Data directory.
    pub data: PathBuf,
    /// Shared catalogue.
    pub database: Option<String>,
    /// Shape of results.
    pub shape: Shape,
    /// Language.
    pub lang: Lang,
    /// `--limit` as typed.
    pub limit: Option<String>,
    /// `--as-of` as typed.
    pub as_of: Option<String>,
    /// State of the log.
    pub seq: Option<u64>,
    /// Address to listen at.
    pub listen: String,
    /// Messages are JSON, one object per line.
    pub log_json: bool,
    /// Settings of the door that were set, by name ([`settings::KNOWN`]).
    pub door: BTreeMap<String, String>,
}

/// A setting in a file may be a text, a number, or true and false.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(untagged)]
enum Word {
    Yes(bool),
    Text(String),
    Whole(i64),
}

impl Word {
    fn text(self) -> String {
        match self {
            Self::Yes(yes) => yes.to_string(),
            Self::Text(text) => text,
            Self::Whole(number) => number.to_string(),
        }
    }
}

impl Config {
    /// Reads flags, environment and file.
    ///
    /// # Errors
    /// An unreadable file, an unknown setting, format, date or number.
    pub fn read(globals: &Globals) -> anyhow::Result<Self> {
        let env = |name: &str| std::env::var(format!("ESSAIM_{}", name.to_uppercase())).ok();
        let file = globals.config.clone().or_else(|| env("config").map(PathBuf::from));
        Self::merged(globals, file.as_deref(), env)
    }

    fn merged(
        globals: &Globals,
        file: Option<&Path>,
        env: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Self> {
        if let Some(file) = file.filter(|file| !file.exists()) {
            bail!("fichier de réglages introuvable `{}`", file.display());
        }
        let typed = |text: &Option<String>| text.clone();
        let flags = [
            ("data", globals.data.as_ref().map(|path| path.display().to_string())),
            ("database", typed(&globals.database)),
            ("format", typed(&globals.format)),
            ("lang", typed(&globals.lang)),
            ("limit", typed(&globals.limit)),
            ("as_of", typed(&globals.as_of)),
            ("seq", typed(&globals.seq)),
            ("log_format", typed(&globals.log_format)),
        ];
        let set = |pairs: Vec<(&'static str, Option<String>)>| -> BTreeMap<&'static str, String> {
            pairs
                .into_iter()
                .filter_map(|(name, value)| Some((name, value.filter(|v| !v.trim().is_empty())?)))
                .collect()
        };
        let environment = set(names().map(|name| (name, env(name))).collect());
        let file = file.unwrap_or(Path::new("essaim.toml"));
        let mut figment = Figment::new();
        if file.exists() {
            figment = figment.merge(Toml::file_exact(file));
        }
        let mut settings: BTreeMap<String, Word> = figment
            .merge(Serialized::globals(environment))
            .merge(Serialized::globals(set(flags.to_vec())))
            .extract()
            .context("réglages illisibles ; voyez essaim.toml et les variables ESSAIM_*")?;
        let mut take = |name: &str| settings.remove(name).map(Word::text);
        let lang = take("lang").and_then(|word| Lang::parse(&word)).unwrap_or_default();
        let config = Self {
            data: take("data").map_or_else(|| PathBuf::from(DATA), PathBuf::from),
            database: take("database"),
            shape: shape(take("format").as_deref())?,
            lang,
            limit: take("limit"),
            as_of: take("as_of"),
            seq: extract::whole("seq", take("seq").as_deref())?,
            listen: take("listen").unwrap_or_else(|| LISTEN.to_owned()),
            log_json: log_json(take("log_format").as_deref())?,
            door: settings::KNOWN
                .iter()
                .filter_map(|known| Some((known.0.to_owned(), take(known.0)?)))
                .collect(),
        };
        if let Some(unknown) = settings.keys().next() {
            let near = extract::nearest(unknown, names());
            let near = near.map(|n| format!(" ; vouliez-vous dire `{n}` ?")).unwrap_or_default();
            bail!("réglage inconnu `{unknown}`{near}");
        }
        Ok(config)
    }

    /// `--limit`, or `unsaid`.
    ///
    /// # Errors
    /// When it is no number of 1 to 500.
    pub fn limit(&self, unsaid: usize) -> Result<usize, DoorError> {
        extract::limit(self.limit.as_deref(), unsaid)
    }

    /// `--as-of`, or today.
    ///
    /// # Errors
    /// When it is no date of 1990 to 2100.
    pub fn as_of(&self) -> Result<Date, DoorError> {
        let date = extract::as_of(self.as_of.as_deref())?;
        check_date(date)?;
        Ok(date)
    }

    /// The words of the language chosen.
    #[must_use]
    pub fn say<'a>(&self, fr: &'a str, en: &'a str) -> &'a str {
        pick(self.lang, fr, en)
    }

    /// Opens the log alone, for what needs no scene; an empty one loads its seed.
    ///
    /// # Errors
    /// When the log cannot be opened.
    pub async fn open_log(&self) -> Result<Store, DoorError> {
        Ok(self.options().open_log().await?)
    }

    /// Where the catalogue is; a first run is told on stderr.
    fn options(&self) -> OpenOptions {
        if self.database.is_none() && !self.data.exists() {
            eprintln!(
                "{} `{}`",
                self.say(
                    "premier lancement : chargement des données d’amorçage dans",
                    "first run: loading the seed data into"
                ),
                self.data.display()
            );
        }
        OpenOptions { data: self.data.clone(), database: self.database.clone() }
    }

    /// Opens the catalogue; an empty one loads its seed, which is told on stderr.
    ///
    /// # Errors
    /// When the catalogue or its index cannot be opened.
    pub async fn open(&self) -> Result<AppState, DoorError> {
        self.open_with(Settings::loopback()).await
    }

    /// The same, for a server whose door is kept as `settings` say.
    ///
    /// # Errors
    /// As [`Config::open`].
    pub async fn open_with(&self, settings: Settings) -> Result<AppState, DoorError> {
        let options = self.options();
        Ok(AppState::with(std::sync::Arc::new(Scouting::open(options).await?), settings))
    }
}

fn log_json(asked: Option<&str>) -> Result<bool, DoorError> {
    match asked.map(str::trim) {
        None | Some("text") => Ok(false),
        Some("json") => Ok(true),
        Some(other) => Err(DoorError::UnknownFormat {
            asked: other.chars().take(40).collect(),
            known: &["text", "json"],
        }),
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().chain(settings::KNOWN.iter().map(|known| known.0))
}

fn shape(asked: Option<&str>) -> Result<Shape, DoorError> {
    let Some(asked) = asked.map(str::trim) else { return Ok(Shape::Table) };
    let found = SHAPES.iter().find(|(name, _)| *name == asked);
    found.map(|(_, shape)| *shape).ok_or_else(|| DoorError::UnknownFormat {
        asked: asked.chars().take(40).collect(),
        known: &["table", "json", "csv", "md", "geojson", "ics", "jsonl", "xlsx", "parquet"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("essaim.toml");
        std::fs::write(&file, "data = \"du-fichier\"\nlimit = 7\nlang = \"en\"\n").unwrap();
        let env = |name: &str| match name {
            "limit" => Some("9".to_owned()),
            "data" => Some("2026".to_owned()),
            _ => None,
        };
        let flags = Globals { limit: Some("3".to_owned()), ..Globals::default() };
        let config = Config::merged(&flags, Some(&file), env).unwrap();
        assert_eq!(config.limit.as_deref(), Some("3"));
        assert_eq!(config.data, PathBuf::from("2026"));
        assert_eq!(config.lang, Lang::En);
        assert_eq!(config.listen, LISTEN);
        let config = Config::merged(&Globals::default(), Some(&file), |_| None).unwrap();
        assert_eq!(config.limit.as_deref(), Some("7"));
    }

    #[test]
    fn the_example_tells_every_setting_with_its_default() {
        let example = include_str!("../../essaim.example.toml");
        // What is commented out is what happens anyway: the file itself sets nothing.
        assert!(example.lines().all(|line| line.is_empty() || line.starts_with("# ")));
        for name in NAMES {
            assert!(example.contains(&format!("\n# {name} = ")), "{name}");
        }
        let all: String = example
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.split_once(" = ").is_some_and(|(name, _)| !name.contains(' ')))
            .map(|line| format!("{line}\n"))
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("essaim.toml");
        std::fs::write(&file, all).unwrap();
        let config = Config::merged(&Globals::default(), Some(&file), |_| None).unwrap();
        for (name, _, elsewhere, _) in settings::KNOWN {
            assert_eq!(config.door.get(name).map(String::as_str), Some(elsewhere), "{name}");
        }
        assert!(Settings::read(&config.door, false).is_ok());
    }

    #[test]
    fn an_unknown_setting_or_format_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("essaim.toml");
        std::fs::write(&file, "dta = \"x\"\n").unwrap();
        let refused = Config::merged(&Globals::default(), Some(&file), |_| None).unwrap_err();
        assert!(refused.to_string().contains("`data`"), "{refused}");
        let flags = Globals { format: Some("xml".to_owned()), ..Globals::default() };
        assert!(Config::merged(&flags, None, |_| None).is_err());
    }
}
