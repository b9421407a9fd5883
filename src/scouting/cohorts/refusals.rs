//! A limit that no set can keep: which one, and what to loosen.

use crate::planning::cohort::{ExactError, Infeasible};
use crate::scouting::body::bad;
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

fn name(scene: &Scene, candidate: usize) -> &str {
    &scene.rows.enterprises[candidate].name
}

/// The refusal of limits.
pub fn infeasible(scene: &Scene, error: &Infeasible) -> ScoutingError {
    match error {
        Infeasible::IncludedAndExcluded { candidate } => {
            let name = name(scene, *candidate);
            bad(
                "include",
                &format!("`{name}` est à la fois voulue et écartée ; retirez-la d’une des listes"),
                &format!("`{name}` is both included and excluded; remove it from one list"),
            )
        }
        Infeasible::IncludedNowhere { candidate } => {
            let name = name(scene, *candidate);
            bad(
                "include",
                &format!(
                    "une condition écarte `{name}` de tous les territoires demandés ; `essaim \
                     why-not` dit laquelle"
                ),
                &format!(
                    "a gate keeps `{name}` out of every territory asked; `essaim why-not` says \
                     which"
                ),
            )
        }
        Infeasible::TooManyIncluded { included, size } => bad(
            "include",
            &format!("{included} entreprises voulues pour {size} places ; augmentez `size`"),
            &format!("{included} enterprises included for {size} places; raise `size`"),
        ),
        Infeasible::TooManyOfTheme { included, most, .. } => bad(
            "per_theme",
            &format!(
                "{included} entreprises voulues ont le même thème principal, {most} au plus ; \
                 augmentez `per_theme`"
            ),
            &format!(
                "{included} included enterprises share a main theme, at most {most}; raise \
                 `per_theme`"
            ),
        ),
        Infeasible::IncludedWithoutRoom { candidate } => {
            let name = name(scene, *candidate);
            bad(
                "capacity",
                &format!(
                    "les capacités ne laissent aucune place à `{name}` ; augmentez celle d’un de \
                     ses territoires"
                ),
                &format!(
                    "the capacities leave no place to `{name}`; raise that of one of its \
                     territories"
                ),
            )
        }
        Infeasible::TooFewRural { asked, found } => bad(
            "rural_share",
            &format!(
                "{asked} entreprises demandées en territoire rural, {found} possibles ; baissez \
                 la part ou ajoutez un territoire rural"
            ),
            &format!(
                "{asked} enterprises asked in rural territories, {found} possible; lower the \
                 share or add a rural territory"
            ),
        ),
    }
}

/// The refusal of an exact choice.
pub fn exact(scene: &Scene, error: &ExactError) -> ScoutingError {
    match error {
        ExactError::Infeasible(cause) => infeasible(scene, cause),
        ExactError::TooLarge { variables, most } => bad(
            "exact",
            &format!(
                "question trop grande pour une preuve ({variables} variables, {most} au plus) ; \
                 demandez moins de territoires ou retirez `exact`"
            ),
            &format!(
                "too large for a proof ({variables} variables, at most {most}); ask for fewer \
                 territories or leave out `exact`"
            ),
        ),
        ExactError::Contradiction => bad(
            "capacity",
            "aucun ensemble ne respecte toutes ces limites à la fois ; relâchez-en une",
            "no set keeps all these limits at once; loosen one",
        ),
        ExactError::OutOfTime { seconds } => bad(
            "exact",
            &format!("aucune preuve en {seconds} s ; retirez `exact`"),
            &format!("no proof within {seconds} s; leave out `exact`"),
        ),
    }
}
