//! What may follow what in a follow-up, and the reasons that are counted: the tables of
//! `index/decisions.toml`.

use std::sync::LazyLock;

use super::DatasetError;
use crate::catalogue::embedded;
use crate::domain::decision::{Book, Reason, State, StateRule};

/// The file, in `index/`.
const FILE: &str = "decisions.toml";

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let texts = embedded::index_texts();
    let text = texts.iter().find(|(name, _)| name == FILE).map_or("", |(_, text)| text.as_str());
    parse(text).expect("a test reads the embedded file")
});

/// The tables that this program carries.
#[must_use]
pub fn book() -> &'static Book {
    &BOOK
}

/// Reads the tables.
///
/// # Errors
/// If the text is no TOML, a state is missing, repeated or unknown, a label is missing, a
/// reason stands twice or is for a state that needs none.
pub fn parse(text: &str) -> Result<Book, DatasetError> {
    let fault = |reason: String| DatasetError::of_file(FILE, reason);
    let table: toml::Table =
        text.parse().map_err(|cause: toml::de::Error| fault(cause.to_string()))?;
    let start = states(table.get("start")).map_err(fault)?;
    let mut rules: Vec<(State, StateRule)> = Vec::new();
    for row in rows(&table, "state") {
        let id = word(row, "id").map_err(fault)?;
        let state = State::parse(&id).ok_or_else(|| fault(format!("unknown state `{id}`")))?;
        let (fr, en) = (word(row, "fr").map_err(fault)?, word(row, "en").map_err(fault)?);
        let next = states(row.get("next")).map_err(fault)?;
        rules.push((state, StateRule { fr, en, next }));
    }
    rules.sort_by_key(|(state, _)| *state);
    if rules.iter().map(|(state, _)| *state).ne(State::ALL) {
        return Err(fault("each state must stand once".to_owned()));
    }
    let mut reasons: Vec<Reason> = Vec::new();
    for row in rows(&table, "reason") {
        let reason = Reason {
            id: word(row, "id").map_err(fault)?,
            fr: word(row, "fr").map_err(fault)?,
            en: word(row, "en").map_err(fault)?,
            states: states(row.get("for")).map_err(fault)?,
        };
        if reasons.iter().any(|known| known.id == reason.id) {
            return Err(fault(format!("the reason `{}` stands twice", reason.id)));
        }
        reasons.push(reason);
    }
    let book = Book { start, states: rules.into_iter().map(|(_, rule)| rule).collect(), reasons };
    for from in [None].into_iter().chain(State::ALL.map(Some)) {
        for &to in book.next(from) {
            let given = book.reasons.iter().any(|reason| reason.states.contains(&to));
            if book.needs_reason(from, to) && !given {
                return Err(fault(format!("no reason can be given for `{}`", to.as_str())));
            }
        }
    }
    Ok(book)
}

fn rows<'a>(table: &'a toml::Table, name: &str) -> impl Iterator<Item = &'a toml::Table> {
    let list = table.get(name).and_then(toml::Value::as_array);
    list.into_iter().flatten().filter_map(toml::Value::as_table)
}

fn word(row: &toml::Table, name: &str) -> Result<String, String> {
    let text = row.get(name).and_then(toml::Value::as_str).map(str::trim);
    text.filter(|text| !text.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| format!("`{name}` is missing"))
}

fn states(list: Option<&toml::Value>) -> Result<Vec<State>, String> {
    let list = list.and_then(toml::Value::as_array).ok_or("a list of states is missing")?;
    list.iter()
        .map(|item| {
            let id = item.as_str().unwrap_or_default();
            State::parse(id).ok_or_else(|| format!("unknown state `{id}`"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which states may follow each, in the order of [`State::ALL`]: the whole table.
    const ALLOWED: [(Option<State>, [bool; 9]); 10] = {
        use State as S;
        const Y: bool = true;
        const N: bool = false;
        [
            //                      spot con met fea dec lau cons ref sto
            (None, [Y, Y, Y, Y, Y, Y, N, Y, N]),
            (Some(S::Spotted), [N, Y, Y, Y, Y, Y, N, Y, Y]),
            (Some(S::Contacted), [N, N, Y, Y, Y, Y, N, Y, Y]),
            (Some(S::Met), [N, N, N, Y, Y, Y, N, Y, Y]),
            (Some(S::Feasibility), [N, N, N, N, Y, Y, N, Y, Y]),
            (Some(S::Decided), [N, N, N, N, N, Y, N, Y, Y]),
            (Some(S::Launched), [N, N, N, N, N, N, Y, Y, Y]),
            (Some(S::Consolidated), [N, N, N, N, N, N, N, Y, Y]),
            (Some(S::Refused), [Y, N, N, N, N, N, N, N, N]),
            (Some(S::Stopped), [Y, N, N, N, N, N, N, N, N]),
        ]
    };

    #[test]
    fn the_embedded_table_allows_exactly_this() {
        for (from, allowed) in ALLOWED {
            for (to, allowed) in State::ALL.into_iter().zip(allowed) {
                let found = book().next(from).contains(&to);
                assert_eq!(found, allowed, "{from:?} → {to:?}");
            }
        }
    }

    #[test]
    fn a_table_without_a_state_or_with_an_unknown_one_is_refused() {
        let text = embedded::index_texts().into_iter().find(|(name, _)| name == FILE).unwrap().1;
        assert!(parse(&text).is_ok());
        let odd = text.replacen("id = \"met\"", "id = \"seen\"", 1);
        assert!(parse(&odd).unwrap_err().reason.contains("`seen`"));
        let twice = text.replacen("id = \"met\"", "id = \"spotted\"", 1);
        assert!(parse(&twice).unwrap_err().reason.contains("once"));
        let same = text.replacen("id = \"no_funding\"", "id = \"no_premises\"", 1);
        assert!(parse(&same).unwrap_err().reason.contains("twice"));
        let silent = text.replace("for = [\"spotted\"", "for = [\"stopped\"");
        assert!(parse(&silent).unwrap_err().reason.contains("`spotted`"));
    }
}
