//! Unmet demand: how often something was asked for and found little. Counts only.

use std::collections::BTreeMap;

/// What was asked, where, in which month: never who, never in which words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// `2026-11`.
    pub month: String,
    /// Id of the territory; empty where none was named.
    pub territory: String,
    /// Kind of the concept understood (`need`, `theme`), or `unread` where none was.
    pub kind: String,
    /// Its id; empty for `unread`.
    pub concept: String,
}

/// How often, and what was found at best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Times it was asked and found little.
    pub asked: u64,
    /// The most that answered one of these times.
    pub best: u64,
}

impl Count {
    /// Adds another count of the same thing.
    pub fn add(&mut self, other: Self) {
        self.asked += other.asked;
        self.best = self.best.max(other.best);
    }
}

/// A count large enough to be shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// `2026-11`, or `2026` where months were added.
    pub period: String,
    /// Id of the territory, of the département it was added into, or empty for the country
    /// and for questions that named none.
    pub territory: String,
    /// Kind of the concept.
    pub kind: String,
    /// Its id.
    pub concept: String,
    /// Times it was asked.
    pub asked: u64,
    /// The most that answered.
    pub best: u64,
}

/// What may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disclosed {
    /// The counts, each of `floor` at least, disjoint: none is part of another.
    pub entries: Vec<Entry>,
    /// Whether something stays below the floor however it is added.
    pub hidden: bool,
}

/// Adds counts until each reaches `floor`: by month and territory, else by year and
/// territory, else by year and `home` of the territory (its département), else by year for
/// the country (k-anonymity by generalisation, Sweeney 2002, DOI
/// 10.1142/S021848850200165X).
///
/// A count is in one entry at most, so that no small one can be had by subtraction.
#[must_use]
pub fn disclosed(
    counts: &BTreeMap<Key, Count>,
    floor: u64,
    home: impl Fn(&str) -> Option<String>,
) -> Disclosed {
    let mut found = Disclosed::default();
    let mut left = counts.clone();
    let wider: [&dyn Fn(&Key) -> Key; 4] = [
        &Key::clone,
        &|key| Key { month: year(&key.month), ..key.clone() },
        &|key| Key { territory: home(&key.territory).unwrap_or_default(), ..key.clone() },
        &|key| Key { territory: String::new(), ..key.clone() },
    ];
    for widen in wider {
        let mut added: BTreeMap<Key, Count> = BTreeMap::new();
        for (key, count) in &left {
            added.entry(widen(key)).or_default().add(*count);
        }
        let (kept, small): (BTreeMap<_, _>, BTreeMap<_, _>) =
            added.into_iter().partition(|(_, count)| count.asked >= floor);
        found.entries.extend(kept.into_iter().map(|(key, count)| Entry {
            period: key.month,
            territory: key.territory,
            kind: key.kind,
            concept: key.concept,
            asked: count.asked,
            best: count.best,
        }));
        left = small;
    }
    found.hidden = !left.is_empty();
    found.entries.sort();
    found
}

fn year(month: &str) -> String {
    month.chars().take(4).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(month: &str, territory: &str) -> Key {
        Key {
            month: month.to_owned(),
            territory: territory.to_owned(),
            kind: "need".to_owned(),
            concept: "velo".to_owned(),
        }
    }

    fn home(territory: &str) -> Option<String> {
        territory.starts_with("com-26").then(|| "dep-26".to_owned())
    }

    fn counts(list: &[(&str, &str, u64)]) -> BTreeMap<Key, Count> {
        let count = |asked| Count { asked, best: asked };
        list.iter().map(|&(month, place, asked)| (key(month, place), count(asked))).collect()
    }

    fn shown(list: &[(&str, &str, u64)]) -> (Vec<(String, String, u64)>, bool) {
        let found = disclosed(&counts(list), 3, home);
        let of = |entry: Entry| (entry.period, entry.territory, entry.asked);
        (found.entries.into_iter().map(of).collect(), found.hidden)
    }

    fn line(period: &str, territory: &str, asked: u64) -> (String, String, u64) {
        (period.to_owned(), territory.to_owned(), asked)
    }

    #[test]
    fn small_counts_go_into_the_year_then_the_departement_then_the_country() {
        let month = shown(&[("2026-11", "com-26001", 3)]);
        assert_eq!(month, (vec![line("2026-11", "com-26001", 3)], false));
        let year = shown(&[("2026-10", "com-26001", 2), ("2026-11", "com-26001", 1)]);
        assert_eq!(year, (vec![line("2026", "com-26001", 3)], false));
        let home = shown(&[("2026-10", "com-26001", 2), ("2026-11", "com-26002", 2)]);
        assert_eq!(home, (vec![line("2026", "dep-26", 4)], false));
        let country = shown(&[("2026-10", "com-26001", 2), ("2026-11", "com-07001", 1)]);
        assert_eq!(country, (vec![line("2026", "", 3)], false));
        assert_eq!(shown(&[("2026-10", "com-26001", 2)]), (Vec::new(), true));
        // Two years are never added: both stay hidden.
        assert!(shown(&[("2025-10", "com-26001", 2), ("2026-10", "com-26001", 2)]).1);
    }

    proptest! {
        #[test]
        fn nothing_shown_is_below_the_floor_and_nothing_is_counted_twice(
            list in prop::collection::vec((1u8..13, 0usize..4, 1u64..6), 0..30)
        ) {
            let places = ["com-26001", "com-26002", "com-07001", ""];
            let mut given: BTreeMap<Key, Count> = BTreeMap::new();
            for (month, place, asked) in list {
                let key = key(&format!("2026-{month:02}"), places[place]);
                given.entry(key).or_default().add(Count { asked, best: 1 });
            }
            let found = disclosed(&given, 3, home);
            prop_assert!(found.entries.iter().all(|entry| entry.asked >= 3));
            let total: u64 = given.values().map(|count| count.asked).sum();
            let shown: u64 = found.entries.iter().map(|entry| entry.asked).sum();
            prop_assert!(shown <= total);
            // What is hidden is less than the floor in each year.
            prop_assert!(total - shown < 3);
            prop_assert_eq!(found.hidden, shown < total);
        }
    }
}
