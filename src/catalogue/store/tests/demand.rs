//! Properties of the counts of demand, on every database:
//! 1. what two servers add is summed, the best is kept;
//! 2. a month to come and another territory are left out when they are not asked.

use std::collections::BTreeMap;

use super::*;
use crate::domain::demand::{Count, Key};

fn counts(list: &[(&str, &str, u64, u64)]) -> BTreeMap<Key, Count> {
    list.iter()
        .map(|&(month, territory, asked, best)| {
            let key = Key {
                month: month.to_owned(),
                territory: territory.to_owned(),
                kind: "need".to_owned(),
                concept: "velo".to_owned(),
            };
            (key, Count { asked, best })
        })
        .collect()
}

#[tokio::test]
async fn what_servers_add_is_summed_and_read_by_month_and_place() {
    for (address, _folder) in stores().await {
        let first = Store::open(&address).await.unwrap();
        let second = Store::open(&address).await.unwrap();
        first.add_demand(&BTreeMap::new()).await.unwrap();
        let a = counts(&[("2026-10", "dep-26", 2, 1), ("2026-11", "dep-26", 1, 0)]);
        let b = counts(&[("2026-10", "dep-26", 3, 2), ("2026-10", "", 1, 0)]);
        let (one, two) = tokio::join!(first.add_demand(&a), second.add_demand(&b));
        one.unwrap();
        two.unwrap();
        let all = first.demand("2026-11", None).await.unwrap();
        let summed = counts(&[
            ("2026-10", "dep-26", 5, 2),
            ("2026-11", "dep-26", 1, 0),
            ("2026-10", "", 1, 0),
        ]);
        assert_eq!(all, summed);
        let drome = second.demand("2026-10", Some("dep-26")).await.unwrap();
        assert_eq!(drome, counts(&[("2026-10", "dep-26", 5, 2)]));
        first.close().await;
        // Counts are kept, and are no part of the log.
        let again = Store::open(&address).await.unwrap();
        assert_eq!(again.demand("2026-11", None).await.unwrap(), summed);
        assert_eq!(again.last_seq().await.unwrap(), 0);
    }
}
