//! How far a long import is, on the standard error, and where its refused rows go.

use std::fs::File;
use std::io::{BufWriter, IsTerminal as _, Result, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::domain::lang::Lang;
use crate::http::error::pick;
use crate::scouting::registers::{Follows, RefusedRow};

/// Between two lines about progress where nobody watches a terminal.
const EVERY: Duration = Duration::from_secs(10);

/// A bar for a person, plain lines for a journal; the refused rows as they stood.
pub struct Following {
    lang: Lang,
    bar: Option<ProgressBar>,
    name: String,
    size: u64,
    read: Arc<AtomicU64>,
    rows: u64,
    begun: Instant,
    told: Instant,
    rejects: Option<Rejects>,
}

struct Rejects {
    file: BufWriter<File>,
    /// The header already written; another file with another header writes its own.
    header: Option<String>,
}

impl Following {
    /// Follows an import; refused rows go to `rejects`, made anew.
    ///
    /// # Errors
    /// When the file of refused rows cannot be made.
    pub fn new(lang: Lang, rejects: Option<&Path>) -> Result<Self> {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let shape = pick(
                lang,
                "{prefix} {wide_bar} {bytes}/{total_bytes} · {msg} · reste {eta}",
                "{prefix} {wide_bar} {bytes}/{total_bytes} · {msg} · {eta} left",
            );
            bar.set_style(
                ProgressStyle::with_template(shape).unwrap_or(ProgressStyle::default_bar()),
            );
            bar
        });
        let rejects = match rejects {
            None => None,
            Some(path) => Some(Rejects { file: BufWriter::new(File::create(path)?), header: None }),
        };
        let now = Instant::now();
        let (name, read) = (String::new(), Arc::default());
        Ok(Self { lang, bar, name, size: 0, read, rows: 0, begun: now, told: now, rejects })
    }

    fn rate(&self) -> String {
        let seconds = self.begun.elapsed().as_secs_f64().max(0.001);
        let rate = (self.rows as f64 / seconds) as u64;
        let (rows, rate) = (thousands(self.rows), thousands(rate));
        match self.lang {
            Lang::Fr => format!("{rows} lignes, {rate} par seconde"),
            Lang::En => format!("{rows} rows, {rate} a second"),
        }
    }
}

impl Follows for Following {
    fn begins(&mut self, name: &str, size: u64, read: Arc<AtomicU64>) {
        self.name = name.to_owned();
        (self.size, self.read, self.rows) = (size, read, 0);
        (self.begun, self.told) = (Instant::now(), Instant::now());
        if let Some(bar) = &self.bar {
            bar.reset();
            bar.set_length(size);
            bar.set_prefix(name.to_owned());
        }
    }

    fn refused(&mut self, row: RefusedRow<'_>) -> Result<()> {
        let Some(rejects) = &mut self.rejects else { return Ok(()) };
        let file = &mut rejects.file;
        let Some(separator) = row.separator else {
            // One record per line, so that the file is read again as it is.
            return writeln!(file, "{}", row.raw.replace(['\n', '\r'], " "));
        };
        if rejects.header.as_deref() != Some(row.header) {
            let (line, reason) = ("essaim_ligne", "essaim_raison");
            writeln!(file, "{}{separator}{line}{separator}{reason}", row.header)?;
            rejects.header = Some(row.header.to_owned());
        }
        if !row.whole {
            return writeln!(file, "{}", row.raw);
        }
        let problem = &row.entry.problem;
        let reason = pick(self.lang, &problem.reason_fr, &problem.reason_en);
        let reason = format!("{} : {reason}", problem.field).replace('"', "'");
        writeln!(file, "{}{separator}{}{separator}\"{reason}\"", row.raw, row.entry.line)
    }

    fn advanced(&mut self, rows: u64) {
        self.rows += rows;
        let read = self.read.load(Ordering::Relaxed).min(self.size);
        match &self.bar {
            Some(bar) => {
                bar.set_position(read);
                bar.set_message(self.rate());
            }
            None if self.told.elapsed() >= EVERY => {
                self.told = Instant::now();
                let share = (100.0 * read as f64 / self.size.max(1) as f64) as u64;
                eprintln!("{} : {share} % · {}", self.name, self.rate());
            }
            None => {}
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if let Some(rejects) = &mut self.rejects
            && let Err(cause) = rejects.file.flush()
        {
            let said = pick(self.lang, "lignes refusées non écrites", "refused rows not written");
            eprintln!("{said} : {cause}");
        }
    }
}

/// `1254000` as `1 254 000`, with the narrow space of French numbers.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}
