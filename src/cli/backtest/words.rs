//! What the backtest says, in French and in English.

use crate::domain::lang::Lang;
use crate::evaluation::backtest::truth::Fault;
use crate::http::error::{DoorError, pick};

/// Why a row was not replayed, with the way out.
#[must_use]
pub fn fault(fault: &Fault, lang: Lang) -> String {
    let say = |fr: String, en: String| if lang == Lang::Fr { fr } else { en };
    match fault {
        Fault::Missing(column) => say(
            format!("colonne `{column}` vide\u{a0}; remplissez-la"),
            format!("column `{column}` is empty; fill it"),
        ),
        Fault::BadYear => say(
            "année illisible\u{a0}; écrivez-la en quatre chiffres".to_owned(),
            "unreadable year; write it with four digits".to_owned(),
        ),
        Fault::OutOfYears { first, last } => say(
            format!("année hors de {first}–{last}\u{a0}: elle ne peut pas être rejouée"),
            format!("year out of {first}–{last}: it cannot be replayed"),
        ),
        Fault::Territory(error) => territory(error, lang),
        Fault::Ambiguous(ids) => say(
            format!(
                "plusieurs entreprises portent ce nom\u{a0}; donnez l’un de ces identifiants\u{a0}: {}",
                ids.join(", ")
            ),
            format!(
                "several enterprises bear this name; give one of these ids: {}",
                ids.join(", ")
            ),
        ),
        Fault::Duplicate(line) => say(
            format!("déjà à la ligne {line}\u{a0}: comptée une fois"),
            format!("already on line {line}: counted once"),
        ),
    }
}

fn territory(error: &crate::scouting::error::ScoutingError, lang: Lang) -> String {
    use crate::scouting::error::ScoutingError as E;
    // The one table of messages speaks; what it needs is rebuilt, for errors are not copied.
    let again = match error {
        E::UnknownTerritory { asked, suggestions } => {
            E::UnknownTerritory { asked: asked.clone(), suggestions: suggestions.clone() }
        }
        E::AmbiguousTerritory { asked, suggestions } => {
            E::AmbiguousTerritory { asked: asked.clone(), suggestions: suggestions.clone() }
        }
        other => return other.to_string(),
    };
    DoorError::from(again).problem(lang).detail
}

/// Why an enterprise cannot be found by any ranking.
#[must_use]
pub fn unindexed(suggestions: &[(String, String)], lang: Lang) -> String {
    let near: Vec<String> = suggestions.iter().map(|(id, name)| format!("{name} ({id})")).collect();
    let near = near.join(", ");
    match (lang, near.is_empty()) {
        (Lang::Fr, true) => "entreprise absente du catalogue".to_owned(),
        (Lang::Fr, false) => {
            format!("entreprise absente du catalogue\u{a0}; les plus proches\u{a0}: {near}")
        }
        (_, true) => "not in the catalogue".to_owned(),
        (_, false) => format!("not in the catalogue; the nearest: {near}"),
    }
}

/// What the figures can and cannot say.
#[must_use]
pub fn limits(lang: Lang) -> Vec<String> {
    let pairs = [
        (
            "Un site connu dit où une entreprise est allée, pas où elle était le plus utile\u{a0}: le hasard, l’argent et les personnes ont compté aussi. Une candidate mieux classée n’aurait pas forcément échoué.",
            "A known site says where an enterprise went, not where it was most needed: chance, money and people counted too. A candidate ranked before it would not always have failed.",
        ),
        (
            "Les grandes villes dominent les sites connus, et seules des entreprises qui ont essaimé figurent ici.",
            "Large cities dominate the known sites, and only enterprises that did spread are here.",
        ),
        (
            "Les fiches ont été écrites après coup\u{a0}: ce qui n’est pas daté (envie d’essaimer, partenaires, acteurs locaux) reste vu tel qu’aujourd’hui. Qui a essaimé est mieux décrit, ce qui avantage les critères de preuve et d’essaimage. Les noms du lieu d’arrivée ont été retirés de la fiche.",
            "The records were written after the events: what bears no date (the wish to spread, partners, local actors) is seen as it is today. Whoever spread is better described, which favours the criteria of proof and readiness. The names of the place of arrival were taken out of the record.",
        ),
        (
            "Avant 2016, presque aucun indicateur ni acteur n’est daté\u{a0}: le moteur n’a guère que la fiche. Les périmètres sont ceux de 2026.",
            "Before 2016 hardly any indicator or actor is dated: the engine has little but the record. Perimeters are those of 2026.",
        ),
        (
            "Ces chiffres servent à chercher des défauts. Régler les poids sur eux serait apprendre les habitudes du passé.",
            "These figures serve to look for faults. To fit weights to them would be to learn the habits of the past.",
        ),
    ];
    pairs.into_iter().map(|(fr, en)| pick(lang, fr, en).to_owned()).collect()
}

/// The name of a method.
#[must_use]
pub fn method(word: &str, lang: Lang) -> &'static str {
    let (fr, en) = match word {
        "essaim" => ("Essaim", "Essaim"),
        "essaim_with_gates" => ("Essaim, portes comprises", "Essaim, gates applied"),
        "random" => ("au hasard", "at random"),
        "most_sites" => ("le plus de sites", "most sites"),
        "theme_only" => ("thèmes seuls", "themes only"),
        _ => ("texte seul", "text only"),
    };
    pick(lang, fr, en)
}

/// The name of a criterion.
#[must_use]
pub fn criterion(word: &str, lang: Lang) -> &'static str {
    let (fr, en) = match word {
        "priority" => ("priorités", "priorities"),
        "gap" => ("besoins mal couverts", "gaps"),
        "complementarity" => ("complémentarité", "complementarity"),
        "non_duplication" => ("absence de doublon", "non-duplication"),
        "proof" => ("preuves", "proof"),
        "readiness" => ("prête à essaimer", "readiness"),
        "transferability" => ("ressemblance des lieux", "likeness of places"),
        _ => ("appuis locaux", "local anchoring"),
    };
    pick(lang, fr, en)
}

/// The name of a gate, short.
#[must_use]
pub fn gate(word: &str, lang: Lang) -> &'static str {
    let (fr, en) = match word {
        "active" => ("fermée", "closed"),
        "old_enough" => ("trop jeune", "too young"),
        "proven" => ("sans preuve", "not proven"),
        "wants_to_spread" => ("envie de venir", "wish to come"),
        "not_already_there" => ("déjà là", "already there"),
        "answers_something" => ("ne répond à rien", "answers nothing"),
        "conditions" => ("conditions", "conditions"),
        "not_opposed" => ("opposition", "opposed"),
        _ => ("pas disponible", "not available"),
    };
    pick(lang, fr, en)
}
