//! Parquet: columns read batch by batch, given back as records.

use std::fs::File;
use std::io::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;

use super::{Cells, Changes, Columns, Item, Record, Records, Written};

/// Rows held at once.
const BATCH_ROWS: usize = 8_192;

/// A Parquet file, record by record.
pub struct Parquet {
    reader: ParquetRecordBatchReader,
    columns: Columns,
    header: String,
    batch: Option<RecordBatch>,
    /// Next row of the batch.
    row: usize,
    /// Records given.
    given: u64,
    rows: u64,
    size: u64,
    read: Arc<AtomicU64>,
    cells: Cells,
}

impl Parquet {
    /// A file of this machine.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn of_file(file: File, wanted: &[&str], size: u64, read: Arc<AtomicU64>) -> Result<Self> {
        Self::new(file, wanted, size, read)
    }

    /// A file held in memory.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn of_bytes(bytes: Vec<u8>, wanted: &[&str], read: Arc<AtomicU64>) -> Result<Self> {
        let size = bytes.len() as u64;
        Self::new(bytes::Bytes::from(bytes), wanted, size, read)
    }

    fn new(
        file: impl ChunkReader + 'static,
        wanted: &[&str],
        size: u64,
        read: Arc<AtomicU64>,
    ) -> Result<Self> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
        let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let schema = builder.schema();
        let kept: Vec<usize> = (0..schema.fields().len())
            .filter(|&at| {
                let name = schema.field(at).name();
                wanted.is_empty() || wanted.iter().any(|one| one.eq_ignore_ascii_case(name))
            })
            .collect();
        let names: Vec<String> = kept.iter().map(|&at| schema.field(at).name().clone()).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), kept);
        let reader =
            builder.with_projection(mask).with_batch_size(BATCH_ROWS).build().map_err(damaged)?;
        read.store(0, Ordering::Relaxed);
        Ok(Self {
            reader,
            header: names.join(","),
            columns: Columns::new(names),
            batch: None,
            row: 0,
            given: 0,
            rows,
            size,
            read,
            cells: Cells::default(),
        })
    }
}

impl Records for Parquet {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn next(&mut self) -> Result<Option<Item<'_>>> {
        while self.batch.as_ref().is_none_or(|batch| self.row >= batch.num_rows()) {
            match self.reader.next() {
                None => return Ok(None),
                Some(batch) => {
                    self.batch = Some(batch.map_err(damaged)?);
                    self.row = 0;
                    let share = self.given as f64 / self.rows.max(1) as f64;
                    self.read.store((share * self.size as f64) as u64, Ordering::Relaxed);
                }
            }
        }
        let Some(batch) = &self.batch else { return Ok(None) };
        self.cells.clear();
        for column in batch.columns() {
            self.cells.push_with(|text| write(column, self.row, text));
        }
        self.row += 1;
        self.given += 1;
        let record = Record::of_cells(self.given, "", &self.columns, &self.cells);
        Ok(Some(Item::Record(record)))
    }

    fn written(&self) -> Written {
        Written { form: "Parquet", ..Written::default() }
    }

    fn changes(&self) -> Changes {
        Changes::default()
    }

    fn header(&self) -> &str {
        &self.header
    }
}

fn damaged(cause: impl std::fmt::Display) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, format!("Parquet illisible : {cause}"))
}

/// Writes one value as a register would write it in CSV; nothing where it is null or of a
/// type that no register uses.
fn write(column: &ArrayRef, row: usize, out: &mut String) {
    use std::fmt::Write as _;
    if column.is_null(row) {
        return;
    }
    macro_rules! number {
        ($kind:ty) => {{
            // Writing to a String cannot fail.
            let _ = write!(out, "{}", column.as_primitive::<$kind>().value(row));
        }};
    }
    match column.data_type() {
        DataType::Utf8 => out.push_str(column.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => out.push_str(column.as_string::<i64>().value(row)),
        DataType::Utf8View => out.push_str(column.as_string_view().value(row)),
        DataType::Boolean => {
            out.push_str(if column.as_boolean().value(row) { "true" } else { "false" });
        }
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>().value(row);
            day(i64::from(days) * 86_400, out);
        }
        DataType::Timestamp(unit, _) => {
            let seconds = match unit {
                TimeUnit::Second => column.as_primitive::<TimestampSecondType>().value(row),
                TimeUnit::Millisecond => {
                    column.as_primitive::<TimestampMillisecondType>().value(row).div_euclid(1_000)
                }
                TimeUnit::Microsecond => column
                    .as_primitive::<TimestampMicrosecondType>()
                    .value(row)
                    .div_euclid(1_000_000),
                TimeUnit::Nanosecond => column
                    .as_primitive::<TimestampNanosecondType>()
                    .value(row)
                    .div_euclid(1_000_000_000),
            };
            day(seconds, out);
        }
        DataType::Dictionary(keys, _) => {
            macro_rules! of_key {
                ($kind:ty) => {{
                    let dictionary = column.as_dictionary::<$kind>();
                    (dictionary.key(row), dictionary.values())
                }};
            }
            let (key, values) = match keys.as_ref() {
                DataType::Int8 => of_key!(Int8Type),
                DataType::Int16 => of_key!(Int16Type),
                DataType::Int32 => of_key!(Int32Type),
                DataType::Int64 => of_key!(Int64Type),
                DataType::UInt8 => of_key!(UInt8Type),
                DataType::UInt16 => of_key!(UInt16Type),
                DataType::UInt32 => of_key!(UInt32Type),
                _ => of_key!(UInt64Type),
            };
            if let Some(key) = key {
                write(values, key, out);
            }
        }
        DataType::List(_) => list(&column.as_list::<i32>().value(row), out),
        DataType::LargeList(_) => list(&column.as_list::<i64>().value(row), out),
        _ => {}
    }
}

/// A list, as JSON texts.
fn list(items: &ArrayRef, out: &mut String) {
    let texts: Vec<serde_json::Value> = (0..items.len())
        .map(|at| {
            let mut text = String::new();
            write(items, at, &mut text);
            text.into()
        })
        .collect();
    out.push_str(&serde_json::Value::from(texts).to_string());
}

/// The civil date of a number of seconds since 1970.
fn day(seconds: i64, out: &mut String) {
    if let Ok(instant) = jiff::Timestamp::from_second(seconds) {
        out.push_str(&instant.to_zoned(jiff::tz::TimeZone::UTC).date().to_string());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Date32Array, DictionaryArray, Int64Array, ListArray, StringArray};
    use arrow_schema::{Field, Schema};
    use parquet::arrow::ArrowWriter;

    use super::*;

    #[test]
    fn columns_of_every_usual_type_become_cells() {
        let names: ArrayRef = Arc::new(StringArray::from(vec![Some("A"), None]));
        let sizes: ArrayRef = Arc::new(Int64Array::from(vec![12, 7]));
        let dates: ArrayRef = Arc::new(Date32Array::from(vec![19_723, 0]));
        let codes: DictionaryArray<Int32Type> = ["x", "y"].into_iter().collect();
        let items = vec![Some(vec![Some(1), Some(2)]), None];
        let lists: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(items));
        let columns =
            [("nom", names), ("n", sizes), ("d", dates), ("c", Arc::new(codes)), ("l", lists)];
        let fields: Vec<Field> =
            columns.iter().map(|(n, a)| Field::new(*n, a.data_type().clone(), true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(schema.clone(), columns.map(|(_, a)| a).to_vec()).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, schema, None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let mut file = Parquet::of_bytes(bytes.clone(), &[], Arc::default()).unwrap();
        let Some(Item::Record(first)) = file.next().unwrap() else { panic!("a row is there") };
        let texts: Vec<&str> = (0..5).map(|at| first.cell(at)).collect();
        assert_eq!(texts, ["A", "12", "2024-01-01", "x", "[\"1\",\"2\"]"]);
        assert_eq!(first.list("l", &[';']), ["1", "2"]);
        let Some(Item::Record(second)) = file.next().unwrap() else { panic!("two rows are there") };
        assert_eq!((second.line, second.text("nom"), second.text("l")), (2, None, None));
        assert!(file.next().unwrap().is_none());
        let two = Parquet::of_bytes(bytes, &["N", "absent"], Arc::default()).unwrap();
        assert_eq!(two.columns().names, ["n"]);
        let cut = Parquet::of_bytes(b"PAR1xxxxPAR1".to_vec(), &[], Arc::default());
        assert!(cut.is_err());
    }
}
