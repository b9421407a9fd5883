//! A table as Parquet: typed columns, zstd, the same bytes for the same table.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use serde_json::Value;

use super::cell::{Cell, guarded};
use super::columns::Form;
use super::error::ExportError;
use super::grid::Grid;
use crate::catalogue::revision::canonical;

/// Who writes: no version, so that the bytes do not change with it.
const WRITER: &str = "essaim";

/// The table as the bytes of a Parquet file; `notes` are its key-value metadata.
///
/// Texts are `Utf8`, whole numbers `Int64`, numbers `Float64`, yes and no `Boolean`, lists
/// `List<Utf8>`; what has no flat form is JSON in an `Utf8`.
///
/// # Errors
/// [`ExportError::Unwritten`] if the library refuses.
pub fn write(grid: &Grid, notes: &[(String, String)]) -> Result<Vec<u8>, ExportError> {
    let fields: Vec<Field> = grid
        .columns
        .iter()
        .map(|column| Field::new(&column.name, kind(column.form), true))
        .collect();
    let arrays: Vec<ArrayRef> =
        (0..grid.columns.len()).map(|at| array(grid, at)).collect::<Result<_, _>>()?;
    let schema = Arc::new(Schema::new(fields));
    let batch =
        RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(ExportError::unwritten)?;
    let notes = notes.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    let properties = WriterProperties::builder()
        .set_created_by(WRITER.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(notes.collect()))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties))
        .map_err(ExportError::unwritten)?;
    writer.write(&batch).map_err(ExportError::unwritten)?;
    writer.into_inner().map_err(ExportError::unwritten)
}

fn kind(form: Form) -> DataType {
    match form {
        Form::Text | Form::Json => DataType::Utf8,
        Form::Whole => DataType::Int64,
        Form::Number => DataType::Float64,
        Form::Yes => DataType::Boolean,
        Form::List | Form::Wholes => {
            DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)))
        }
    }
}

fn array(grid: &Grid, at: usize) -> Result<ArrayRef, ExportError> {
    let form = grid.columns[at].form;
    let cells = grid.rows.iter().map(|row| &row[at]);
    // What stands in another column than it should has no place: the flat form never does.
    let misplaced =
        |cell: &Cell| ExportError::Unwritten(format!("{cell:?} in `{}`", grid.columns[at].name));
    Ok(match form {
        Form::Text | Form::Json => {
            let texts = cells.map(|cell| match cell {
                Cell::Empty => None,
                cell => Some(cell.written(false)),
            });
            Arc::new(texts.collect::<StringArray>())
        }
        Form::Whole => {
            let wholes = cells.map(|cell| match cell {
                Cell::Empty => Ok(None),
                Cell::Whole(whole) => Ok(Some(*whole)),
                other => Err(misplaced(other)),
            });
            Arc::new(wholes.collect::<Result<Int64Array, _>>()?)
        }
        Form::Number => {
            #[allow(clippy::cast_precision_loss)]
            let numbers = cells.map(|cell| match cell {
                Cell::Empty => Ok(None),
                Cell::Number(number) => Ok(Some(*number)),
                Cell::Whole(whole) => Ok(Some(*whole as f64)),
                other => Err(misplaced(other)),
            });
            Arc::new(numbers.collect::<Result<Float64Array, _>>()?)
        }
        Form::Yes => {
            let said = cells.map(|cell| match cell {
                Cell::Empty => Ok(None),
                Cell::Yes(said) => Ok(Some(*said)),
                other => Err(misplaced(other)),
            });
            Arc::new(said.collect::<Result<BooleanArray, _>>()?)
        }
        Form::List | Form::Wholes => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for cell in cells {
                match cell {
                    Cell::Empty => lists.append_null(),
                    Cell::Items(items) => {
                        for item in items {
                            lists.values().append_value(item_text(item));
                        }
                        lists.append(true);
                    }
                    other => return Err(misplaced(other)),
                }
            }
            Arc::new(lists.finish())
        }
    })
}

/// An item of a list: a text as it is, anything else as JSON.
fn item_text(item: &Value) -> String {
    match item {
        Value::String(text) => guarded(text, false),
        other => canonical(other),
    }
}
