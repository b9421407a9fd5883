//! Recording what a pair of rows is, and taking it back.

use jiff::civil::Date;
use serde_json::Value;

use crate::access::{Action, Identity};
use crate::catalogue::record::merge::{self, MergeRecord, RowKey, Said, pair_id};
use crate::catalogue::revision::{At, Kind, NewRevision};
use crate::domain::lang::Lang;
use crate::imports::resolve::{self, Settings};
use crate::scouting::body::bad;
use crate::scouting::error::ScoutingError;
use crate::scouting::field::reading::{needed, object, words};
use crate::scouting::field::{self, Recorded, Withdrawn};
use crate::scouting::front::Scouting;
use crate::scouting::scene::Scene;
use crate::scouting::writing::{Draft, Manner, authorise};

use super::{Ask, Duplicate, find, organisations};

/// Every field of the body.
const FIELDS: [&str; 5] = ["kept", "other", "verdict", "reason", "lang"];

/// Records what two rows are: `{kept, other, verdict}`, rows as `enterprise/<id>`,
/// `actor/<id>` or a bare id; `verdict` is `same` unless said.
///
/// # Errors
/// Those of rights; an unknown row; two rows that cannot be one (two SIRENs, one row twice,
/// an enterprise under an actor); a conflict when the pair moved.
pub async fn merge(
    scouting: &Scouting,
    who: &Identity,
    body: &Value,
    manner: Manner,
    today: Date,
) -> Result<Recorded, ScoutingError> {
    let scene = scouting.scene();
    authorise(who, Action::Annotate, &scene, None)?;
    let object = object(body, &FIELDS)?;
    let why = ("donnez la fiche", "give the row");
    let kept = row(&scene, "kept", &needed(object, "kept", why)?)?;
    let other = row(&scene, "other", &needed(object, "other", why)?)?;
    let word = words(object, "verdict")?;
    let said = match word.as_deref() {
        None => Said::Same,
        Some(word) => Said::parse(word).ok_or_else(|| {
            bad(
                "verdict",
                &format!("`{word}` est inconnu : écrivez `same`, `sister` ou `different`"),
                &format!("`{word}` is unknown: write `same`, `sister` or `different`"),
            )
        })?,
    };
    let (kept, other) = match (kept.kind, other.kind) {
        (Kind::Actor, Kind::Enterprise) => (other, kept),
        _ => (kept, other),
    };
    if kept == other {
        return Err(bad(
            "other",
            "c’est deux fois la même fiche ; donnez-en deux différentes",
            "it is the same row twice; give two different ones",
        ));
    }
    let rows = organisations(&scene);
    // A row that a merge hides speaks through the one that is shown for it.
    let of = |key: &RowKey| {
        let shown = scene.rows.merged_into(key).unwrap_or_else(|| key.clone());
        rows.iter().find(|one| super::row_key(one) == shown)
    };
    let compared = match (of(&kept), of(&other)) {
        (Some(one), Some(other)) => {
            if said == Said::Same
                && let (Some(one), Some(other)) = (one.siren(), other.siren())
                && one != other
            {
                return Err(bad(
                    "other",
                    &format!(
                        "deux SIREN différents ({one} et {other}) : ce sont deux organisations ; \
                         corrigez un numéro, ou écrivez `sister`"
                    ),
                    &format!(
                        "two different SIRENs ({one} and {other}): they are two organisations; \
                         correct a number, or write `sister`"
                    ),
                ));
            }
            Some(resolve::compare(one, other, Settings::shipped()))
        }
        _ => None,
    };
    let data = &scene.world.data;
    let sentences = compared.iter().flat_map(|link| &link.reasons);
    let mut reasons: Vec<String> =
        sentences.map(|fact| data.templates.render(fact, &data.taxonomy, Lang::Fr)).collect();
    reasons.extend(manner.reason.clone());
    let record = MergeRecord {
        kept,
        other,
        said,
        by_rule: false,
        probability: compared.map(|link| rounded(link.probability)),
        reasons,
        date: today,
    };
    let id = record.id();
    let added = scouting.row(At::Latest, Kind::Merge, &id).await?.is_none();
    let mut revision = NewRevision::new(Kind::Merge, &id, &merge::to_json(&record));
    revision.note = manner.reason;
    let draft = Draft {
        rows: vec![revision],
        expected: scouting.expected(manner.condition, Kind::Merge, &id).await?,
        idempotent: manner.idempotent,
    };
    let written = scouting.write(who, draft).await?;
    let added = added || written.replayed;
    let (revision, scene) = field::only(written);
    Ok(Recorded { revision, added, scene })
}

/// Merges every pair that [`find`] says may be merged without a person; the others are left
/// for people. All of them in one transaction.
///
/// # Errors
/// Those of rights and of [`find`].
pub async fn apply(
    scouting: &Scouting,
    who: &Identity,
    ask: &Ask,
    today: Date,
) -> Result<Vec<Duplicate>, ScoutingError> {
    let scene = scouting.scene();
    authorise(who, Action::Annotate, &scene, None)?;
    // Reasons enter the log in French, whatever the language of who reads the list.
    let found = find(&scene, &Ask { lang: Lang::Fr, ..ask.clone() })?;
    let merged: Vec<Duplicate> = found.pairs.into_iter().filter(|pair| pair.mergeable).collect();
    let rows: Vec<NewRevision> = merged
        .iter()
        .map(|pair| {
            let record = MergeRecord {
                kept: pair.kept.key.clone(),
                other: pair.other.key.clone(),
                said: Said::Same,
                by_rule: true,
                probability: Some(rounded(pair.probability)),
                reasons: pair.reasons.clone(),
                date: today,
            };
            NewRevision::new(Kind::Merge, record.id(), &merge::to_json(&record))
        })
        .collect();
    if !rows.is_empty() {
        scouting.write(who, Draft { rows, ..Draft::default() }).await?;
    }
    Ok(merged)
}

/// Takes back what was said of two rows, in any order: they are shown as before.
///
/// # Errors
/// Those of rights; nothing was said of them; no reason.
pub async fn unmerge(
    scouting: &Scouting,
    who: &Identity,
    (one, other): (&str, &str),
    manner: Manner,
) -> Result<Withdrawn, ScoutingError> {
    let scene = scouting.scene();
    authorise(who, Action::Annotate, &scene, None)?;
    let (one, other) = (row(&scene, "a", one)?, row(&scene, "b", other)?);
    let id = pair_id(&one, &other);
    field::withdraw(scouting, who, (Action::Annotate, None), (Kind::Merge, &id), manner).await
}

/// The row typed: `enterprise/<id>`, `actor/<id>`, or an id that one of them has.
fn row(scene: &Scene, field: &str, asked: &str) -> Result<RowKey, ScoutingError> {
    let asked = asked.trim();
    if asked.is_empty() {
        return Err(bad(field, "donnez la fiche", "give the row"));
    }
    let typed = RowKey::parse(asked);
    let tried = match typed {
        Some(key) => vec![key],
        None => [Kind::Enterprise, Kind::Actor]
            .map(|kind| RowKey { kind, id: asked.to_owned() })
            .to_vec(),
    };
    let alive: Vec<RowKey> =
        tried.into_iter().filter(|key| scene.rows.seq_of(key.kind, &key.id).is_some()).collect();
    match <[RowKey; 1]>::try_from(alive) {
        Ok([only]) => Ok(only),
        Err(several) if several.is_empty() => Err(ScoutingError::UnknownRow {
            kind: RowKey::parse(asked).map_or(Kind::Actor, |key| key.kind),
            asked: asked.chars().take(80).collect(),
            suggestions: Vec::new(),
        }),
        Err(_) => Err(bad(
            field,
            &format!(
                "une entreprise et un acteur s’appellent `{asked}` : écrivez `enterprise/{asked}` ou `actor/{asked}`"
            ),
            &format!(
                "an enterprise and an actor are both `{asked}`: write `enterprise/{asked}` or `actor/{asked}`"
            ),
        )),
    }
}

/// Six decimals: enough for a reader of the log, and the same bytes everywhere.
fn rounded(probability: f64) -> f64 {
    (probability * 1e6).round() / 1e6
}
