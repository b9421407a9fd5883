//! The fields of the index.

use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, STRING, Schema,
    TextFieldIndexing, TextOptions,
};

use super::analyzer::{FOLDED, ROOTS, STEMS};

/// The stemmed fields, by the name they have in `index/fields.toml`.
pub const WORD_FIELDS: [&str; 7] =
    ["name", "needs", "activities", "summary", "offers", "seeks", "beneficiaries"];

/// The fields of the index, ready to use.
#[derive(Debug, Clone)]
pub struct Fields {
    /// The enterprise's id: the key, and a column.
    pub id: Field,
    /// What the row was made from, as a number: rewritten when it changes.
    pub digest: Field,
    /// Stemmed words, in the order of [`WORD_FIELDS`].
    pub words: [Field; 7],
    /// Every word of those fields, folded but not stemmed.
    pub exact: Field,
    /// The beginnings of the long words of those fields.
    pub roots: Field,
    /// `kind:id` of each concept carried, repeated ten times its weight.
    pub concepts: Field,
    /// The passages that a snippet may show, see [`super::snippet`].
    pub passages: Field,
    /// The record as JSON.
    pub body: Field,
}

/// How many times a concept carried with weight 1 is repeated.
pub const CONCEPT_STEPS: f64 = 10.0;

/// The schema and its fields.
#[must_use]
pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let id = builder.add_text_field("id", STRING | FAST | STORED);
    let digest = builder.add_u64_field("digest", NumericOptions::default() | FAST | INDEXED);
    let words = WORD_FIELDS.map(|name| builder.add_text_field(name, indexed(STEMS, true)));
    let exact = builder.add_text_field("exact", indexed(FOLDED, true));
    let roots = builder.add_text_field("roots", indexed(ROOTS, true));
    let concepts = builder.add_text_field("concepts", indexed("raw", false));
    let passages = builder.add_text_field("passages", TextOptions::default().set_stored());
    let body = builder.add_bytes_field("body", BytesOptions::default().set_stored());
    let fields = Fields { id, digest, words, exact, roots, concepts, passages, body };
    (builder.build(), fields)
}

fn indexed(analyzer: &str, lengths: bool) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(analyzer)
            .set_fieldnorms(lengths)
            .set_index_option(IndexRecordOption::WithFreqs),
    )
}
