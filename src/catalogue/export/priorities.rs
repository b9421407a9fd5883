//! Submissions in a table: a line per theme or need of each period, as the importer reads
//! them.

use serde_json::{Map, Value};

/// What a period says once, on each of its lines.
const PERIOD: [&str; 7] =
    ["start", "end", "submitted_by", "contact", "document", "source", "licence"];
/// What a theme or a need says, and the column of it.
const WISH: [(&str, &str); 5] = [
    ("theme", "theme"),
    ("need", "need"),
    ("weight", "weight"),
    ("order", "order"),
    ("document", "own_document"),
];

/// The lines of a row: those of its periods, or the row itself when it is no submission, or
/// says more than lines can.
#[must_use]
pub fn lines(body: &Map<String, Value>) -> Vec<Map<String, Value>> {
    flat(body).unwrap_or_else(|| vec![body.clone()])
}

fn flat(body: &Map<String, Value>) -> Option<Vec<Map<String, Value>>> {
    if body.keys().any(|name| !["id", "territory", "kind", "periods"].contains(&name.as_str())) {
        return None;
    }
    let periods = body.get("periods")?.as_array().filter(|periods| !periods.is_empty())?;
    let mut base = body.clone();
    base.remove("periods");
    let mut lines = Vec::new();
    for period in periods {
        let period = period.as_object()?;
        let mut shared = base.clone();
        for (name, value) in period {
            match name.as_str() {
                "priorities" => {}
                name if PERIOD.contains(&name) && value.is_string() => {
                    shared.insert(name.to_owned(), value.clone());
                }
                _ => return None,
            }
        }
        shared.get("start")?;
        let wishes = period.get("priorities")?.as_array()?;
        if wishes.is_empty() {
            shared.insert("no_priority".to_owned(), Value::from(true));
            lines.push(shared);
            continue;
        }
        for wish in wishes {
            let mut line = shared.clone();
            for (name, value) in wish.as_object()? {
                let (_, column) = WISH.iter().find(|(known, _)| known == name)?;
                line.insert((*column).to_owned(), value.clone());
            }
            lines.push(line);
        }
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines_of(value: &Value) -> Vec<Value> {
        lines(value.as_object().unwrap()).into_iter().map(Value::Object).collect()
    }

    #[test]
    fn a_submission_has_a_line_per_theme_and_a_context_one() {
        let row = json!({"id": "submission/dep-26", "territory": "dep-26", "kind": "submission",
            "periods": [
                {"start": "2025-01-01", "priorities": []},
                {"start": "2026-01-01", "document": "PV", "priorities": [
                    {"theme": "textile", "weight": 1}, {"need": "velo", "weight": 2, "document": "B"}]}]});
        let lines = lines_of(&row);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0]["no_priority"], true);
        assert_eq!(lines[2]["own_document"], "B");
        assert_eq!(lines[2]["document"], "PV");
        let context =
            json!({"id": "c", "territory": "dep-26", "kind": "call", "themes": ["autre"]});
        assert_eq!(lines_of(&context), [context]);
        let mut more = row;
        more["periods"][0]["note"] = json!("x");
        assert_eq!(lines_of(&more), [more]);
    }
}
