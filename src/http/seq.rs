//! Which state of the log an answer shows, and which one its asker wants at least.
//!
//! `Essaim-Min-Seq: N` makes a request wait until this server shows `N`: whoever wrote on
//! another server reads what it wrote. Every answer says in `Essaim-Seq` the state it was
//! read from, that of the past where a `seq` was asked; an answer that reads no state says
//! the one that the server showed when it was asked.

use std::cell::Cell;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::error::DoorError;
use super::extract::lang_of;
use super::state::AppState;
use super::writing::{MIN_SEQ, SEQ, number};

/// Longest wait for a state, far below the time limit of a request.
pub const WAIT_MAX: Duration = Duration::from_secs(5);

tokio::task_local! {
    /// The state that the request under way read last.
    static READ: Cell<Option<u64>>;
}

/// Notes that the request under way reads the state `seq`.
pub(super) fn note(seq: u64) {
    // Outside a request (the command line) nobody asks.
    let _ = READ.try_with(|read| read.set(Some(seq)));
}

/// Waits for the state asked, then says which one was read.
pub async fn at_least(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let lang = lang_of(request.uri());
    let asked = match request.headers().get(MIN_SEQ) {
        None => Ok(None),
        Some(value) => value
            .to_str()
            .ok()
            .and_then(|text| text.trim().parse::<u64>().ok())
            .map(Some)
            .ok_or(DoorError::BadMinSeq),
    };
    let waited = match asked {
        Ok(Some(asked)) => state
            .scouting
            .wait_for(asked, WAIT_MAX)
            .await
            .map_err(|shown| DoorError::Behind { asked, shown }),
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    let shown = state.scouting.scene().seq;
    let (mut response, read) = match waited {
        Ok(()) => {
            let run = async {
                let response = next.run(request).await;
                (response, READ.with(Cell::get))
            };
            READ.scope(Cell::new(None), run).await
        }
        Err(error) => (error.response(lang), None),
    };
    // A write already said the state that shows it.
    response.headers_mut().entry(SEQ).or_insert_with(|| number(read.unwrap_or(shown)));
    response
}
