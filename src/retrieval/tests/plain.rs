//! What one gets from tantivy as it comes: the ranking that ours is compared with.

use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::schema::{
    IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value as _,
};
use tantivy::tokenizer::{
    Language, LowerCaser, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer,
};
use tantivy::{IndexWriter, TantivyDocument};

use crate::domain::enterprise::Enterprise;
use crate::retrieval::indexing::word_texts;

/// Plain BM25 of tantivy, one field, French stemmer and stop words.
pub(crate) fn plain(enterprises: &[Enterprise], questions: &[&str]) -> Vec<Vec<String>> {
    let mut builder = Schema::builder();
    let id = builder.add_text_field("id", STRING | STORED);
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("fr")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text =
        builder.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let index = tantivy::Index::create_in_ram(builder.build());
    let french = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(LowerCaser)
        .filter(StopWordFilter::new(Language::French).unwrap())
        .filter(Stemmer::new(Language::French))
        .build();
    index.tokenizers().register("fr", french);
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 20 << 20).unwrap();
    for enterprise in enterprises {
        let mut document = TantivyDocument::new();
        document.add_text(id, &enterprise.id);
        let all: Vec<&str> = word_texts(enterprise).into_iter().flatten().collect();
        document.add_text(text, all.join(" \n"));
        writer.add_document(document).unwrap();
    }
    writer.commit().unwrap();
    let searcher = index.reader().unwrap().searcher();
    let parser = QueryParser::for_index(&index, vec![text]);
    questions
        .iter()
        .map(|question| {
            let (query, _) = parser.parse_query_lenient(question);
            let top = searcher.search(&query, &TopDocs::with_limit(100).order_by_score()).unwrap();
            top.into_iter()
                .map(|(_, address)| {
                    let document: TantivyDocument = searcher.doc(address).unwrap();
                    document.get_first(id).unwrap().as_str().unwrap().to_owned()
                })
                .collect()
        })
        .collect()
}
