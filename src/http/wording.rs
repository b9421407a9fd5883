//! The words of each refusal, in both languages: what is wrong, then the way out.

use crate::catalogue::CatalogueError;
use crate::catalogue::datasets::decisions;
use crate::catalogue::export::ExportError;
use crate::domain::decision::{Reason, State};
use crate::domain::lang::Lang;
use crate::matching::weights::WeightsError;
use crate::scouting::error::ScoutingError;
use crate::scouting::faults::Fault;
use crate::scouting::vocabulary::near_criterion;

use super::error::Suggestion;

/// The words of a refusal in both languages.
pub(super) struct Said {
    pub(super) fr: String,
    pub(super) en: String,
    pub(super) suggestions: Vec<Suggestion>,
    pub(super) field: Option<String>,
}

impl Said {
    pub(super) fn plain(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { fr: fr.into(), en: en.into(), suggestions: Vec::new(), field: None }
    }

    /// A wrong name: the nearest ones, else the way out.
    pub(super) fn named(
        fr: &str,
        en: &str,
        near: Vec<(String, Option<String>)>,
        way_out: (&str, &str),
    ) -> Self {
        let shown: Vec<String> = near
            .iter()
            .map(|(id, name)| match name {
                Some(name) => format!("`{name}` ({id})"),
                None => format!("`{id}`"),
            })
            .collect();
        let (fr, en) = if shown.is_empty() {
            let end =
                |text: &str| if text.is_empty() { String::new() } else { format!(" ; {text}") };
            (format!("{fr}{}", end(way_out.0)), format!("{en}{}", end(way_out.1)))
        } else {
            (
                format!("{fr} ; vouliez-vous dire {} ?", shown.join(" ou ")),
                format!("{en}; did you mean {}?", shown.join(" or ")),
            )
        };
        let suggestions = near.into_iter().map(|(id, name)| Suggestion { id, name }).collect();
        Self { fr, en, suggestions, field: None }
    }

    pub(super) fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

/// What a use case's refusal says.
pub(super) fn scouting_said(error: &ScoutingError) -> Said {
    match error {
        ScoutingError::UnknownTerritory { asked, suggestions } => Said::named(
            &format!("territoire inconnu `{}`", short(asked)),
            &format!("unknown territory `{}`", short(asked)),
            pairs(suggestions),
            (
                "donnez un identifiant (com-69123, epci-200046977, dep-26, reg-84) ou un nom",
                "give an id (com-69123, epci-200046977, dep-26, reg-84) or a name",
            ),
        ),
        ScoutingError::AmbiguousTerritory { asked, suggestions } => Said::named(
            &format!("plusieurs territoires s’appellent `{}`", short(asked)),
            &format!("several territories are called `{}`", short(asked)),
            pairs(suggestions),
            ("donnez l’identifiant", "give the id"),
        ),
        ScoutingError::UnknownCommune { asked, suggestions } => Said::named(
            &format!("commune inconnue `{}`", short(asked)),
            &format!("unknown commune `{}`", short(asked)),
            pairs(suggestions),
            ("donnez un code INSEE à cinq caractères", "give a five-character INSEE code"),
        )
        .at("territory.communes"),
        ScoutingError::EmptyZone => Said::plain(
            "une zone demande au moins une commune ; remplissez `communes`",
            "a zone needs at least one commune; fill `communes`",
        )
        .at("territory.communes"),
        ScoutingError::UnknownTheme { asked, suggestion } => Said::named(
            &format!("thème inconnu `{}`", short(asked)),
            &format!("unknown theme `{}`", short(asked)),
            suggestion.iter().map(|id| (id.clone(), None)).collect(),
            (
                "exemples : alimentation, mobilites, textile, batiment_durable",
                "examples: alimentation, mobilites, textile, batiment_durable",
            ),
        )
        .at("theme"),
        ScoutingError::UnknownNeed { asked, suggestion } => Said::named(
            &format!("besoin inconnu `{}`", short(asked)),
            &format!("unknown need `{}`", short(asked)),
            suggestion.iter().map(|id| (id.clone(), None)).collect(),
            (
                "les besoins se lisent dans /api/v1/territories/{id}/gaps",
                "needs are listed by /api/v1/territories/{id}/gaps",
            ),
        )
        .at("need"),
        ScoutingError::UnknownEnterprise { asked, suggestions } => Said::named(
            &format!("entreprise inconnue `{}`", short(asked)),
            &format!("unknown enterprise `{}`", short(asked)),
            pairs(suggestions),
            (
                "cherchez son identifiant dans /api/v1/enterprises?q=",
                "look for its id in /api/v1/enterprises?q=",
            ),
        ),
        ScoutingError::Weights(error) => weights_said(error),
        ScoutingError::UnknownProfile { asked, suggestion, known } => {
            let shown = known.iter().take(20).map(String::as_str).collect::<Vec<_>>().join(", ");
            let mut said = Said::named(
                &format!("profil de poids inconnu `{}`", short(asked)),
                &format!("unknown profile of weights `{}`", short(asked)),
                suggestion.iter().map(|id| (id.clone(), None)).collect(),
                ("", ""),
            );
            said.fr = format!("{} ; profils connus : {shown}", said.fr);
            said.en = format!("{}; profiles known: {shown}", said.en);
            let others = known.iter().filter(|id| suggestion.as_ref() != Some(*id));
            said.suggestions.extend(others.map(|id| Suggestion { id: id.clone(), name: None }));
            said.at("profile")
        }
        ScoutingError::BadDate { asked } => Said::plain(
            format!("date refusée `{}` ; écrivez AAAA-MM-JJ, entre 1990 et 2100", short(asked)),
            format!("bad date `{}`; write YYYY-MM-DD, from 1990 to 2100", short(asked)),
        )
        .at("as_of"),
        ScoutingError::OutOfBounds { field, value, bounds } => Said::plain(
            format!("`{field}` vaut `{}` ; admis : {bounds}", short(value)),
            format!("`{field}` is `{}`; allowed: {bounds}", short(value)),
        )
        .at(field),
        ScoutingError::QueryTooLong { length, limit } => Said::plain(
            format!("recherche de {length} caractères ; {limit} au plus, gardez l’essentiel"),
            format!("query of {length} characters; at most {limit}, keep the essential"),
        )
        .at("q"),
        ScoutingError::EmptyQuery => Said::plain(
            "recherche vide ; donnez au moins un mot, ou retirez `q`",
            "empty query; give at least one word, or leave `q` out",
        )
        .at("q"),
        ScoutingError::BadCursor => Said::plain(
            "ce curseur n’est pas de cette question ; reprenez à la première page",
            "this cursor is not of this question; start again from the first page",
        )
        .at("cursor"),
        ScoutingError::MixedPriorities => Said::plain(
            "les priorités mêlent poids et ordres ; donnez `weight` partout, ou `order` partout",
            "priorities mix weights and orders; give `weight` everywhere, or `order` everywhere",
        )
        .at("priorities"),
        ScoutingError::BadRecord { field, reason_fr, reason } if field.is_empty() => {
            Said::plain(reason_fr, reason)
        }
        ScoutingError::BadRecord { field, reason_fr, reason } => {
            Said::plain(format!("`{field}` : {reason_fr}"), format!("`{field}`: {reason}"))
                .at(field)
        }
        ScoutingError::ForbiddenTransition { from, to } => transition_said(*from, *to),
        ScoutingError::UnknownReason { asked, state } => reason_said(asked, *state),
        ScoutingError::UnknownDecision { territory, enterprise } => Said::plain(
            format!(
                "personne ne suit `{}` sur `{}` ; commencez par POST /api/v1/decisions",
                short(enterprise),
                short(territory)
            ),
            format!(
                "nobody follows `{}` in `{}`; begin with POST /api/v1/decisions",
                short(enterprise),
                short(territory)
            ),
        ),
        ScoutingError::PersonalData { field, found } => Said::plain(
            format!(
                "`{field}` contient {} ; seules les organisations sont nommées ici, retirez-le",
                found.0
            ),
            format!("`{field}` holds {}; only organisations are named here, take it out", found.1),
        )
        .at(field),
        ScoutingError::UnknownRow { kind, asked, suggestions } => Said::named(
            &format!("aucune fiche `{}` de sorte `{}` ici", short(asked), kind.as_str()),
            &format!("no `{}` row `{}` here", kind.as_str(), short(asked)),
            suggestions.iter().map(|id| (id.clone(), None)).collect(),
            (
                "elle n’a pas existé, ou elle a été retirée : voyez la liste, ou son historique",
                "it never existed, or it was withdrawn: see the list, or its history",
            ),
        ),
        ScoutingError::UnknownActor { asked, suggestions } => Said::named(
            &format!("aucun acteur local `{}` à portée de ce territoire", short(asked)),
            &format!("no local actor `{}` within reach of this territory", short(asked)),
            pairs(suggestions),
            (
                "cherchez son identifiant dans /api/v1/territories/{id}/actors, ou importez-le",
                "look for its id in /api/v1/territories/{id}/actors, or import it",
            ),
        )
        .at("actor"),
        ScoutingError::UnknownItem { asked, suggestion, known } => {
            let mut said = Said::named(
                &format!("rien à confirmer sous le nom `{}`", short(asked)),
                &format!("nothing to confirm by the name `{}`", short(asked)),
                suggestion.iter().map(|id| (id.clone(), None)).collect(),
                ("", ""),
            );
            said.fr = format!("{} ; admis : {}", said.fr, known.join(", "));
            said.en = format!("{}; known: {}", said.en, known.join(", "));
            said.at("item")
        }
        ScoutingError::UnknownConcept { field, kind, asked, suggestion } => Said::named(
            &format!("`{field}` : `{}` n’est pas de la taxonomie", short(asked)),
            &format!("`{field}`: `{}` is not in the taxonomy", short(asked)),
            suggestion.iter().map(|id| (id.clone(), None)).collect(),
            (
                &format!("donnez un identifiant de sorte `{}`", kind.as_str()),
                &format!("give an id of kind `{}`", kind.as_str()),
            ),
        )
        .at(field),
        ScoutingError::AlreadyRecorded { kind, id } => Said::plain(
            format!(
                "la même fiche (`{} {}`) est déjà consignée et dit autre chose ; corrigez-la par PUT, avec son ETag",
                kind.as_str(),
                short(id)
            ),
            format!(
                "the same row (`{} {}`) is already recorded and says something else; correct it by PUT, with its ETag",
                kind.as_str(),
                short(id)
            ),
        ),
        ScoutingError::ShippedProfile { id } => Said::plain(
            format!(
                "le profil `{id}` est livré avec Essaim et signifie la même chose partout ; enregistrez le vôtre sous un autre nom, par exemple `lyon-{id}`"
            ),
            format!(
                "profile `{id}` comes with Essaim and means the same everywhere; save yours under another name, such as `lyon-{id}`"
            ),
        )
        .at("id"),
        ScoutingError::Export(error) => export_said(error),
        ScoutingError::StillUsed { id, total, by } => {
            let named = by.join(", ");
            Said::plain(
                format!(
                    "`{}` est encore nommé par {total} fiches ({named}…) ; retirez-les d’abord",
                    short(id)
                ),
                format!(
                    "`{}` is still named by {total} rows ({named}…); withdraw them first",
                    short(id)
                ),
            )
        }
        ScoutingError::FutureDate { field, date, today } => Said::plain(
            format!(
                "`{field}` vaut `{}`, après aujourd’hui ({today}) ; donnez le jour où cela a été vu ou dit",
                short(date)
            ),
            format!(
                "`{field}` is `{}`, after today ({today}); give the day when it was seen or said",
                short(date)
            ),
        )
        .at(field),
        ScoutingError::UnreadableFile { file, cause } => Said::plain(
            format!("fichier illisible `{}` ({cause}) ; rien n’en a été écrit", short(file)),
            format!("unreadable file `{}` ({cause}); nothing of it was written", short(file)),
        ),
        ScoutingError::Faults(faults) => faults_said(faults),
        ScoutingError::NothingToUndo { territory } => Said::plain(
            format!(
                "aucune priorité n’a jamais été déposée pour `{}` ; il n’y a rien à annuler",
                short(territory)
            ),
            format!(
                "no priority was ever submitted for `{}`; there is nothing to undo",
                short(territory)
            ),
        ),
        ScoutingError::Unauthenticated { action } => {
            let (fr, en) = action.words();
            Said::plain(
                format!(
                    "il faut une clé pour {fr} ; envoyez l’en-tête `Authorization: Bearer …`, ou demandez une clé à l’administration"
                ),
                format!(
                    "a key is needed to {en}; send the header `Authorization: Bearer …`, or ask the administrators for a key"
                ),
            )
        }
        ScoutingError::BadKey => Said::plain(
            "cette clé n’ouvre rien ici ; vérifiez qu’elle est entière, ou demandez-en une autre à l’administration",
            "this key opens nothing here; check that it is whole, or ask the administrators for another one",
        ),
        ScoutingError::Forbidden { action, role, territory } => {
            let (fr, en) = action.words();
            match territory {
                Some(territory) => Said::plain(
                    format!(
                        "cette clé ne permet pas de {fr} sur `{}` ; elle ne vaut que pour ses propres territoires",
                        short(territory)
                    ),
                    format!(
                        "this key may not {en} for `{}`; it holds for its own territories only",
                        short(territory)
                    ),
                ),
                None => Said::plain(
                    format!(
                        "une clé `{}` ne permet pas de {fr} ; demandez une autre clé à l’administration",
                        role.as_str()
                    ),
                    format!(
                        "a `{}` key may not {en}; ask the administrators for another key",
                        role.as_str()
                    ),
                ),
            }
        }
        ScoutingError::Catalogue(CatalogueError::Conflict { kind, id, .. }) => Said::plain(
            format!(
                "`{} {}` a changé depuis que vous l’avez lue ; relisez-la, puis renvoyez avec son ETag",
                kind.as_str(),
                short(id)
            ),
            format!(
                "`{} {}` changed since you read it; read it again, then send with its ETag",
                kind.as_str(),
                short(id)
            ),
        ),
        ScoutingError::Catalogue(CatalogueError::IdempotencyReused) => Said::plain(
            "cette clé d’idempotence a déjà servi à une autre demande ; prenez-en une nouvelle",
            "this idempotency key already served for another request; use a new one",
        ),
        ScoutingError::UnknownSeq { asked, last }
        | ScoutingError::Catalogue(CatalogueError::NoSuchState { asked, last }) => Said::plain(
            format!("aucun état `{asked}` ; le journal s’arrête à `{last}`"),
            format!("no state `{asked}`; the log ends at `{last}`"),
        )
        .at("seq"),
        ScoutingError::Catalogue(CatalogueError::Damaged { .. }) => Said::plain(
            "le journal est abîmé, et n’est jamais réparé en silence ; `essaim check` dit où, \
             `essaim restore` reprend la dernière sauvegarde",
            "the log is damaged, and is never repaired in silence; `essaim check` tells where, \
             `essaim restore` takes the last backup",
        ),
        ScoutingError::Catalogue(CatalogueError::Full { .. }) => Said::plain(
            "le disque est plein ou refuse d’écrire, rien n’est enregistré ; libérez de la \
             place, puis renvoyez : le service reprend seul",
            "the disk is full or refuses to write, nothing is recorded; free some space, then \
             send again: the service goes on by itself",
        ),
        ScoutingError::Catalogue(CatalogueError::Gone { .. }) => Said::plain(
            "la base de données ne répond pas ; réessayez dans un instant : le service reprend \
             seul dès qu’elle revient",
            "the database does not answer; try again in a moment: the service goes on by itself \
             once it is back",
        ),
        ScoutingError::Catalogue(CatalogueError::ReadOnly { .. }) => Said::plain(
            "le catalogue ne peut pas être écrit à cet endroit ; donnez à ce compte le droit \
             d’écrire dans le dossier, ou copiez-le ailleurs",
            "the catalogue cannot be written there; give this account the right to write in the \
             folder, or copy it elsewhere",
        ),
        ScoutingError::Catalogue(_) => Said::plain(
            "le journal ne répond pas ; réessayez dans un instant",
            "the log does not answer; try again in a moment",
        ),
        ScoutingError::Retrieval(_)
        | ScoutingError::Dataset(_)
        | ScoutingError::NoRandomness(_) => Said::plain(
            "la faute est de notre côté ; réessayez, et signalez l’identifiant de requête",
            "the fault is ours; try again, and report the request’s id",
        ),
    }
}

/// The states allowed from here, each with its word.
fn transition_said(from: Option<State>, to: State) -> Said {
    let book = decisions::book();
    let list = |lang: Lang| -> String {
        let words = book
            .next(from)
            .iter()
            .map(|&state| format!("{} (`{}`)", book.label(state, lang), state.as_str()));
        words.collect::<Vec<_>>().join(", ")
    };
    let (fr, en) = match from {
        Some(from) => (
            format!("`{}` ne peut suivre `{}`", to.as_str(), from.as_str()),
            format!("`{}` cannot follow `{}`", to.as_str(), from.as_str()),
        ),
        None => (
            format!("un suivi ne commence pas à `{}`", to.as_str()),
            format!("a follow-up does not begin at `{}`", to.as_str()),
        ),
    };
    let mut said = Said::plain(
        format!("{fr} ; d’ici : {}", list(Lang::Fr)),
        format!("{en}; from here: {}", list(Lang::En)),
    );
    said.suggestions = book
        .next(from)
        .iter()
        .map(|&state| Suggestion {
            id: state.as_str().to_owned(),
            name: Some(book.label(state, Lang::Fr).to_owned()),
        })
        .collect();
    said.at("state")
}

/// The reasons that may be given for this state.
fn reason_said(asked: &str, state: State) -> Said {
    let reasons: Vec<&Reason> =
        decisions::book().reasons.iter().filter(|reason| reason.states.contains(&state)).collect();
    let way_out = |lang: Lang| -> String {
        if reasons.is_empty() {
            return match lang {
                Lang::Fr => format!("`{}` n’en demande pas, retirez `reason`", state.as_str()),
                Lang::En => format!("`{}` needs none, leave `reason` out", state.as_str()),
            };
        }
        let words = reasons.iter().map(|reason| match lang {
            Lang::Fr => format!("{} (`{}`)", reason.fr, reason.id),
            Lang::En => format!("{} (`{}`)", reason.en, reason.id),
        });
        words.collect::<Vec<_>>().join(", ")
    };
    let (fr, en) = match asked {
        "" => (
            format!("`{}` demande une raison (`reason`)", state.as_str()),
            format!("`{}` needs a reason (`reason`)", state.as_str()),
        ),
        _ => (
            format!("raison inconnue ici `{}`", short(asked)),
            format!("unknown reason here `{}`", short(asked)),
        ),
    };
    let mut said = Said::plain(
        format!("{fr} ; {}", way_out(Lang::Fr)),
        format!("{en}; {}", way_out(Lang::En)),
    );
    said.suggestions = reasons
        .iter()
        .map(|reason| Suggestion { id: reason.id.clone(), name: Some(reason.fr.clone()) })
        .collect();
    said.at("reason")
}

/// The first fault whole, and how many others; all of them stand in `faults`.
fn faults_said(faults: &[Fault]) -> Said {
    let Some(first) = faults.first() else { return Said::plain("", "") };
    let problem = &first.problem;
    let field = &problem.field;
    let value = match problem.value.is_empty() {
        true => String::new(),
        false => format!(" `{}`", short(&problem.value)),
    };
    let clip = |text: &str| -> String { text.chars().take(180).collect() };
    let (at_fr, at_en) = match field.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("`{field}` : "), format!("`{field}`: ")),
    };
    let (more_fr, more_en) = match faults.len() - 1 {
        0 => (String::new(), String::new()),
        1 => (
            " (et une autre faute : voir `faults`)".to_owned(),
            " (and another fault: see `faults`)".to_owned(),
        ),
        more => (
            format!(" (et {more} autres fautes : voir `faults`)"),
            format!(" (and {more} more faults: see `faults`)"),
        ),
    };
    let mut said = Said::plain(
        format!("{at_fr}{}{value} ; {}{more_fr}", problem.reason_fr, clip(&problem.way_out_fr)),
        format!("{at_en}{}{value}; {}{more_en}", problem.reason_en, clip(&problem.way_out_en)),
    );
    let near = faults.iter().filter_map(|fault| fault.suggestion.clone());
    said.suggestions = near.map(|(id, name)| Suggestion { id, name: Some(name) }).collect();
    if field.is_empty() { said } else { said.at(field) }
}

fn weights_said(error: &WeightsError) -> Said {
    // The French words are those of the parser; the value stands between backticks.
    let fr = error.to_string();
    let quoted = fr.split('`').nth(1).unwrap_or_default().to_owned();
    let said = match error {
        WeightsError::UnknownCriterion { .. } => Said::named(
            &format!("critère inconnu `{}`", short(&quoted)),
            &format!("unknown criterion `{}`", short(&quoted)),
            near_criterion(&quoted).into_iter().map(|id| (id, None)).collect(),
            (
                "admis : priority, gap, complementarity, non_duplication, proof, readiness, \
                 transferability, anchoring, relevance",
                "known: priority, gap, complementarity, non_duplication, proof, readiness, \
                 transferability, anchoring, relevance",
            ),
        ),
        _ => Said::plain(
            fr,
            format!(
                "unreadable weights `{}`; write `gap:3,proof:1` or `gap>priority>proof`",
                short(&quoted)
            ),
        ),
    };
    said.at("weights")
}

fn pairs(list: &[(String, String)]) -> Vec<(String, Option<String>)> {
    list.iter().map(|(id, name)| (id.clone(), Some(name.clone()))).collect()
}

fn export_said(error: &ExportError) -> Said {
    match error {
        ExportError::CellTooLong { id, column, length, limit } => Said::plain(
            format!(
                "une cellule de tableur contient {limit} caractères au plus, et `{column}` de `{}` en a {length} ; demandez `csv`, `jsonl` ou `parquet`",
                short(id)
            ),
            format!(
                "a spreadsheet cell holds {limit} characters at most, and `{column}` of `{}` has {length}; ask for `csv`, `jsonl` or `parquet`",
                short(id)
            ),
        ),
        ExportError::TooManyRows { rows, limit } => Said::plain(
            format!(
                "une feuille de tableur contient {limit} lignes au plus, et il y en a {rows} ; demandez `csv`, `jsonl` ou `parquet`, ou un territoire"
            ),
            format!(
                "a sheet holds {limit} rows at most, and there are {rows}; ask for `csv`, `jsonl` or `parquet`, or for a territory"
            ),
        ),
        ExportError::Unwritten(_) => Said::plain(
            "l’export n’a pas pu être écrit ; l’erreur est consignée",
            "the export could not be written; the error is logged",
        ),
    }
    .at("format")
}

/// At most 80 characters of what was typed, on one line.
fn short(text: &str) -> String {
    let mut shown: String =
        text.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    shown
}
