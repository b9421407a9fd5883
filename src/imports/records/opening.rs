//! Opening an outside file: a path or bytes, plain, gzipped or zipped, whatever it holds.

use std::fs::File;
use std::io::{Cursor, Error, ErrorKind, Read, Result};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::Records;
use super::delimited::Delimited;
use super::json::Json;
use super::parquet::Parquet;
use super::sheet::Sheet;
use crate::imports::tables::workbook::old_or_locked;

/// Bytes that pass at once from a thread that unzips.
const CHUNK_BYTES: usize = 1 << 18;
/// Chunks that wait between the thread that unzips and the one that reads.
const CHUNKS_WAITING: usize = 8;
/// Largest Parquet file held when it comes from an archive or from the network.
const HELD_BYTES_MAX: u64 = 1 << 30;

/// Where a file comes from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A file of this machine: streamed.
    Path(PathBuf),
    /// Bytes received, with the name they were given.
    Bytes(String, Arc<[u8]>),
}

impl Origin {
    /// The name shown.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => {
                path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
            }
            Self::Bytes(name, _) => name.clone(),
        }
    }

    /// Size, bytes.
    ///
    /// # Errors
    /// When the file cannot be seen.
    pub fn size(&self) -> Result<u64> {
        match self {
            Self::Path(path) => Ok(std::fs::metadata(path)?.len()),
            Self::Bytes(_, bytes) => Ok(bytes.len() as u64),
        }
    }

    fn reader(&self) -> Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::Path(path) => Box::new(File::open(path)?),
            Self::Bytes(_, bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }
}

trait ReadSeek: Read + std::io::Seek + Send {}
impl<T: Read + std::io::Seek + Send> ReadSeek for T {}

/// A file ready to be read, part by part: an archive may hold several tables.
#[derive(Debug, Clone)]
pub struct Opened {
    origin: Origin,
    /// Its parts, in the order of the archive; one unnamed part for a plain file.
    pub parts: Vec<Part>,
    /// Files of the archive that are no table.
    pub aside: Vec<String>,
    read: Arc<AtomicU64>,
}

/// One table of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name in the archive; empty for a plain file.
    pub name: String,
    inside: Inside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Plain,
    Gzip,
    /// Position in the archive.
    Zip(usize),
}

impl Opened {
    /// Looks at a file, and into it where it is an archive.
    ///
    /// # Errors
    /// When it cannot be read, or is an archive that cannot.
    pub fn new(origin: Origin) -> Result<Self> {
        let mut magic = [0_u8; 4];
        let mut reader = origin.reader()?;
        let filled = fill(&mut reader, &mut magic)?;
        let (mut parts, mut aside) = (Vec::new(), Vec::new());
        let plain = |inside| Part { name: String::new(), inside };
        match &magic[..filled] {
            [0x1f, 0x8b, ..] => parts.push(plain(Inside::Gzip)),
            b"PK\x03\x04" => {
                let archive = zip::ZipArchive::new(origin.reader()?).map_err(unzipping)?;
                let names = archive.file_names().map(|name| Ok(name?.into_owned()));
                let names = names.collect::<zip::result::ZipResult<Vec<String>>>();
                let names = names.map_err(unzipping)?;
                if names.iter().any(|name| is_workbook(name)) {
                    parts.push(plain(Inside::Plain));
                } else {
                    for name in names {
                        let Some(at) = archive.index_for_name(&name) else { continue };
                        match is_table(&name) {
                            true => parts.push(Part { name, inside: Inside::Zip(at) }),
                            false if name.ends_with('/') => {}
                            false => aside.push(name),
                        }
                    }
                    parts.sort_by(|a, b| a.name.cmp(&b.name));
                }
            }
            _ => parts.push(plain(Inside::Plain)),
        }
        Ok(Self { origin, parts, aside, read: Arc::default() })
    }

    /// Bytes read so far, out of [`Origin::size`].
    #[must_use]
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }

    /// Opens one part. `wanted` names the columns that will be asked for, where they are
    /// known: a column store reads no other. Empty: all.
    ///
    /// # Errors
    /// When it cannot be read, or its form is not one that is known here.
    pub fn records(&self, part: &Part, wanted: &[&str]) -> Result<Box<dyn Records>> {
        let counted = |inner| Counted { inner, read: Arc::clone(&self.read) };
        let mut input: Box<dyn Read + Send> = match part.inside {
            Inside::Plain => Box::new(counted(self.origin.reader()?)),
            Inside::Gzip => {
                let inner = counted(self.origin.reader()?);
                Box::new(aside(move |sender| {
                    send(flate2::read::MultiGzDecoder::new(inner), sender);
                }))
            }
            Inside::Zip(at) => {
                let reader = counted(self.origin.reader()?);
                let mut archive = zip::ZipArchive::new(reader).map_err(unzipping)?;
                Box::new(aside(move |sender| match archive.by_index(at) {
                    Ok(member) => send(member, sender),
                    Err(cause) => {
                        // The other side may have left: then nobody wants to know.
                        let _ = sender.send(Err(unzipping(cause)));
                    }
                }))
            }
        };
        let mut head = vec![0_u8; 4096];
        let filled = fill(&mut input, &mut head)?;
        head.truncate(filled);
        if head.starts_with(b"PAR1") {
            return match (&self.origin, part.inside) {
                (Origin::Path(path), Inside::Plain) => {
                    let size = self.origin.size()?;
                    let read = Arc::clone(&self.read);
                    Ok(Box::new(Parquet::of_file(File::open(path)?, wanted, size, read)?))
                }
                _ => {
                    let mut bytes = head;
                    input.take(HELD_BYTES_MAX).read_to_end(&mut bytes)?;
                    Ok(Box::new(Parquet::of_bytes(bytes, wanted, Arc::clone(&self.read))?))
                }
            };
        }
        if head.starts_with(b"PK\x03\x04") {
            let mut bytes = head;
            input.take(HELD_BYTES_MAX).read_to_end(&mut bytes)?;
            return Ok(Box::new(Sheet::open(&bytes)?));
        }
        if head.starts_with(b"\xd0\xcf\x11\xe0") {
            let cause = old_or_locked();
            let said = format!("{} : {}", cause.reason_fr, cause.way_out_fr);
            return Err(Error::new(ErrorKind::InvalidData, said));
        }
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return Err(Error::new(
                ErrorKind::InvalidData,
                "texte en UTF-16 : enregistrez-le en CSV (UTF-8)",
            ));
        }
        let json = is_json(&head);
        let whole: Box<dyn Read + Send> = Box::new(Cursor::new(head).chain(input));
        Ok(if json { Box::new(Json::open(whole)?) } else { Box::new(Delimited::open(whole)?) })
    }
}

fn is_workbook(name: &str) -> bool {
    name == "xl/workbook.xml" || name == "content.xml"
}

fn is_table(name: &str) -> bool {
    let known = ["csv", "tsv", "txt", "json", "jsonl", "geojson", "js", "parquet"];
    let hidden = name.rsplit('/').next().is_some_and(|file| file.starts_with('.'));
    let end = name.rsplit('.').next().map(str::to_lowercase).unwrap_or_default();
    !hidden && !name.ends_with('/') && known.contains(&end.as_str())
}

/// Whether a text is JSON, or a script that assigns some.
fn is_json(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let text = text.strip_prefix("export ").unwrap_or(text);
    let script = ["var ", "const ", "let "].iter().any(|word| {
        text.strip_prefix(word).is_some_and(|rest| {
            rest.split_once('=').is_some_and(|(name, value)| {
                // A typed script says its type after the name.
                let name = name.split(':').next().unwrap_or(name).trim();
                name.chars().all(|c| c.is_alphanumeric() || c == '_')
                    && value.trim_start().starts_with(['[', '{'])
            })
        })
    });
    script || text.starts_with(['[', '{'])
}

#[allow(clippy::needless_pass_by_value)] // As `map_err` gives it.
fn unzipping(cause: zip::result::ZipError) -> Error {
    Error::new(ErrorKind::InvalidData, format!("archive illisible : {cause}"))
}

/// Fills as much of `into` as there is.
fn fill(from: &mut impl Read, into: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match from.read(&mut into[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// A reader that says how far it went.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(into)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl<R: std::io::Seek> std::io::Seek for Counted<R> {
    fn seek(&mut self, to: std::io::SeekFrom) -> Result<u64> {
        self.inner.seek(to)
    }
}

/// Reads on another thread, so that unzipping and parsing go together.
fn aside(work: impl FnOnce(&SyncSender<Result<Vec<u8>>>) + Send + 'static) -> Pipe {
    let (sender, receiver) = sync_channel(CHUNKS_WAITING);
    std::thread::spawn(move || work(&sender));
    Pipe { receiver, chunk: Cursor::new(Vec::new()) }
}

fn send(mut from: impl Read, to: &SyncSender<Result<Vec<u8>>>) {
    loop {
        let mut chunk = vec![0; CHUNK_BYTES];
        let sent = match fill(&mut from, &mut chunk) {
            Ok(0) => return,
            Ok(count) => {
                chunk.truncate(count);
                to.send(Ok(chunk))
            }
            Err(cause) => {
                let _ = to.send(Err(cause));
                return;
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

/// What another thread reads.
struct Pipe {
    receiver: Receiver<Result<Vec<u8>>>,
    chunk: Cursor<Vec<u8>>,
}

impl Read for Pipe {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        loop {
            let count = self.chunk.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            match self.receiver.recv() {
                Ok(chunk) => self.chunk = Cursor::new(chunk?),
                Err(_) => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::Item;
    use super::*;

    fn names(name: &str, bytes: Vec<u8>) -> Vec<(String, u64, String)> {
        let opened = Opened::new(Origin::Bytes(name.to_owned(), bytes.into())).unwrap();
        let mut names = Vec::new();
        for part in &opened.parts {
            let mut records = opened.records(part, &[]).unwrap();
            while let Some(item) = records.next().unwrap() {
                if let Item::Record(record) = item {
                    let text = record.text("nom").unwrap_or_default().into_owned();
                    names.push((part.name.clone(), record.line, text));
                }
            }
        }
        names
    }

    #[test]
    fn gzip_and_zip_are_opened_and_other_files_of_an_archive_left() {
        let table = "nom;ville\nA;Lyon\n";
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(table.as_bytes()).unwrap();
        let plain = (String::new(), 2, "A".to_owned());
        assert_eq!(names("a.csv", table.into()), std::slice::from_ref(&plain));
        assert_eq!(names("a.csv.gz", gzip.finish().unwrap()), [plain]);
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let how = zip::write::SimpleFileOptions::default();
        for (name, text) in
            [("b.csv", table), ("lisez-moi.pdf", "x"), ("a.json", r#"[{"nom":"J"}]"#)]
        {
            zip.start_file(name, how).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert_eq!(
            names("x.zip", bytes.clone()),
            [("a.json".into(), 1, "J".into()), ("b.csv".into(), 2, "A".to_owned())]
        );
        let opened = Opened::new(Origin::Bytes("x.zip".into(), bytes.into())).unwrap();
        assert_eq!(opened.aside, ["lisez-moi.pdf"]);
    }

    #[test]
    fn a_file_cut_short_says_so_after_its_good_rows() {
        let table = format!("nom;ville\n{}", "A;Lyon\n".repeat(100_000));
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(table.as_bytes()).unwrap();
        let mut bytes = gzip.finish().unwrap();
        bytes.truncate(bytes.len() / 2);
        let opened = Opened::new(Origin::Bytes("a.gz".into(), bytes.into())).unwrap();
        let mut records = opened.records(&opened.parts[0], &[]).unwrap();
        let mut read = 0;
        let end = loop {
            match records.next() {
                Ok(Some(_)) => read += 1,
                end => break end.map(|_| ()),
            }
        };
        assert!(read > 1_000 && end.is_err(), "{read} {end:?}");
    }
}
