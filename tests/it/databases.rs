//! Empty catalogues of their own for tests that write: a SQLite file, and a schema of the
//! PostgreSQL server that `ESSAIM_TEST_POSTGRES` names, where it names one.

use essaim::catalogue::store::{StoreAddress, digest};

/// A SQLite catalogue, with the folder that holds it.
pub fn sqlite() -> (StoreAddress, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (StoreAddress::Sqlite(folder.path().join("data").join("catalogue.sqlite")), folder)
}

/// An empty schema for the test `name` of this program.
pub async fn postgres(name: &str) -> Option<StoreAddress> {
    let url = std::env::var("ESSAIM_TEST_POSTGRES").ok()?;
    let program = std::env::current_exe().unwrap();
    let schema = format!("essaim_{}", &digest(format!("{program:?} {name}").as_bytes())[..24]);
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    for sql in
        [format!("DROP SCHEMA IF EXISTS {schema} CASCADE"), format!("CREATE SCHEMA {schema}")]
    {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    }
    pool.close().await;
    let sign = if url.contains('?') { '&' } else { '?' };
    Some(StoreAddress::Postgres(format!("{url}{sign}options[search_path]={schema}")))
}

/// What [`StoreAddress::parse`] reads back.
pub fn written(address: &StoreAddress) -> String {
    match address {
        StoreAddress::Sqlite(path) => path.display().to_string(),
        StoreAddress::Postgres(url) => url.clone(),
    }
}
