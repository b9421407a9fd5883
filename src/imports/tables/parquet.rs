//! A table in Parquet, read row by row whatever its columns.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
use ::parquet::record::{Field, Row as ParquetRow};
use bytes::Bytes;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::workbook::{CELLS_MAX, too_big};
use super::{Reading, Row, guessed, refused, understood};
use crate::catalogue::export::cell;
use crate::catalogue::record::{RecordProblem, number};
use crate::imports::header;
use crate::imports::rows::Rows;

/// Reads a file in memory.
#[must_use]
pub fn read(bytes: &[u8], reading: Reading) -> Rows {
    // A damaged page may make the library panic: it is still only a bad file.
    let read = catch_unwind(AssertUnwindSafe(|| table(bytes, reading)));
    match read {
        Ok(Ok(rows)) => rows,
        Ok(Err(problem)) => refused(problem),
        Err(_) => refused(damaged(&"page")),
    }
}

fn table(bytes: &[u8], reading: Reading) -> Result<Rows, RecordProblem> {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes))
        .map_err(|cause| damaged(&cause))?;
    let about = reader.metadata().file_metadata();
    let names: Vec<String> =
        about.schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
    let count = usize::try_from(about.num_rows()).unwrap_or(usize::MAX);
    if count.saturating_mul(names.len()) > CELLS_MAX {
        return Err(too_big());
    }
    let header = header::recognise(names.iter().map(String::as_str), reading.vocabulary);
    let mut rows = Rows { tabular: true, ..Rows::default() };
    for (line, record) in (1..).zip(reader.get_row_iter(None).map_err(|cause| damaged(&cause))?) {
        let record = record.map_err(|cause| damaged(&cause))?;
        let mut row = Row::default();
        let mut blank = true;
        for (field, (_, value)) in header.fields.iter().zip(record.into_columns()) {
            let value = value_of(&value);
            blank &= value.is_null();
            if let Some(path) = field {
                row.put_value(path, value);
            }
        }
        if !blank {
            rows.read += 1;
            row.give(line, reading, &mut rows);
        }
    }
    rows.columns = understood(&header);
    rows.guessed = guessed(&header);
    rows.ignored = header.ignored;
    Ok(rows)
}

pub(super) fn value_of(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(said) => Value::from(*said),
        Field::Byte(n) => Value::from(*n),
        Field::Short(n) => Value::from(*n),
        Field::Int(n) => Value::from(*n),
        Field::Long(n) => Value::from(*n),
        Field::UByte(n) => Value::from(*n),
        Field::UShort(n) => Value::from(*n),
        Field::UInt(n) => Value::from(*n),
        Field::ULong(n) => Value::from(*n),
        Field::Float(n) => number(f64::from(*n)),
        Field::Double(n) => number(*n),
        Field::Str(text) if text.trim().is_empty() => Value::Null,
        Field::Str(text) => Value::from(text.as_str()),
        Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).map_or(Value::Null, Value::from),
        Field::Date(days) => day(i64::from(*days)),
        Field::TimestampMillis(millis) => day(millis.div_euclid(86_400_000)),
        Field::TimestampMicros(micros) => day(micros.div_euclid(86_400_000_000)),
        Field::ListInternal(list) => {
            let items = list.elements().iter().map(value_of).map(|item| match item {
                Value::String(text) => cell::read(&text),
                other => other,
            });
            Value::Array(items.collect())
        }
        Field::Group(row) => Value::Object(object(row)),
        // Decimals and times of day, as they are shown.
        other => Value::from(other.to_string()),
    }
}

fn object(row: &ParquetRow) -> Map<String, Value> {
    row.get_column_iter().map(|(name, field)| (name.clone(), value_of(field))).collect()
}

/// The day so many days after 1 January 1970.
fn day(days: i64) -> Value {
    let date = i32::try_from(days).ok().and_then(|days| {
        Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
    });
    date.map_or(Value::Null, |date| Value::from(date.to_string()))
}

pub(super) fn damaged(cause: &dyn std::fmt::Display) -> RecordProblem {
    RecordProblem::new(
        "",
        cause,
        ("fichier Parquet abîmé ou incomplet", "damaged or incomplete Parquet file"),
        ("produisez-le de nouveau, ou donnez un CSV", "make it again, or give a CSV"),
    )
}
