use super::*;
use jiff::civil::date;

fn said() -> Said {
    Said {
        seq: 1,
        rules: String::new(),
        as_of: date(2026, 3, 1),
        weights: "equal".to_owned(),
        rank: 1,
        listed: 2,
        score: 0.5,
        interval: (0.4, 0.6),
        likely: None,
        unmet: Vec::new(),
    }
}

fn asked(state: State, reason: Option<&str>, day: Date) -> Asked {
    Asked {
        territory: "dep-26".to_owned(),
        enterprise: "a".to_owned(),
        state,
        reason: reason.map(str::to_owned),
        note: None,
        date: day,
        season: None,
        source: None,
        by: None,
    }
}

/// A follow-up whose only step is `state`.
fn standing(state: State, day: Date) -> FollowUp {
    FollowUp {
        territory: "dep-26".to_owned(),
        enterprise: "a".to_owned(),
        seq: 1,
        steps: vec![Step {
            state,
            reason: None,
            note: None,
            date: day,
            season: 2025,
            source: None,
            by: "x".to_owned(),
            said: None,
            written: None,
        }],
        undone: Vec::new(),
    }
}

#[test]
fn every_pair_of_states_follows_the_table_and_a_refusal_says_where_it_stands() {
    let day = date(2026, 3, 1);
    for from in [None].into_iter().chain(State::ALL.map(Some)) {
        for to in State::ALL {
            let before = from.map(|from| standing(from, day));
            let needed = book().needs_reason(from, to);
            let reason = book().reasons.iter().find(|reason| reason.states.contains(&to));
            let reason = reason.filter(|_| needed).map(|reason| reason.id.as_str());
            let found = next_step(before.as_ref(), &asked(to, reason, day), Some(&said()), "k1");
            match found {
                Ok(step) => {
                    assert!(book().next(from).contains(&to), "{from:?} → {to:?}");
                    assert_eq!((step.state, step.by.as_str()), (to, "k1"));
                }
                Err(ScoutingError::ForbiddenTransition { from: said_from, to: said_to }) => {
                    assert!(!book().next(from).contains(&to), "{from:?} → {to:?}");
                    assert_eq!((said_from, said_to), (from, to));
                }
                Err(other) => panic!("{from:?} → {to:?}: {other}"),
            }
        }
    }
}

#[test]
fn an_end_and_a_reopening_need_a_reason_and_nothing_else_takes_one() {
    let day = date(2026, 3, 1);
    let met = standing(State::Met, day);
    let refused = standing(State::Refused, day);
    let cases = [
        (&met, State::Refused, None, false),
        (&met, State::Refused, Some("no_premises"), true),
        (&met, State::Decided, Some("no_premises"), false),
        (&refused, State::Spotted, None, false),
        (&refused, State::Spotted, Some("obstacle_lifted"), true),
    ];
    for (before, to, reason, kept) in cases {
        let found = next_step(Some(before), &asked(to, reason, day), Some(&said()), "k1");
        assert_eq!(found.is_ok(), kept, "{to:?} {reason:?}");
    }
}

#[test]
fn dates_never_go_back_and_a_season_is_kept_until_the_follow_up_begins_again() {
    let before = standing(State::Met, date(2026, 3, 1));
    let early = asked(State::Decided, None, date(2026, 2, 28));
    assert!(matches!(
        next_step(Some(&before), &early, Some(&said()), "k1"),
        Err(ScoutingError::OutOfBounds { .. })
    ));
    let later = asked(State::Decided, None, date(2027, 1, 4));
    assert_eq!(next_step(Some(&before), &later, Some(&said()), "k1").unwrap().season, 2025);
    let ended = standing(State::Stopped, date(2026, 3, 1));
    let again = asked(State::Spotted, Some("new_season"), date(2027, 1, 4));
    assert_eq!(next_step(Some(&ended), &again, Some(&said()), "k1").unwrap().season, 2027);
    let moved = Asked { season: Some(2028), ..later };
    assert_eq!(next_step(Some(&before), &moved, Some(&said()), "k1").unwrap().season, 2028);
}

#[test]
fn a_season_is_a_year() {
    assert_eq!(season(&Value::from(2026)).unwrap(), 2026);
    assert_eq!(season(&Value::from(" 2026 ")).unwrap(), 2026);
    for odd in [Value::from("hiver"), Value::from(26), Value::from(1.5)] {
        assert!(season(&odd).is_err(), "{odd}");
    }
}
