//! OpenAPI 3.1, and its offline page.

use axum::Router;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::state::AppState;

/// Where the documentation page stands.
pub const PAGE: &str = "/api/v1/docs";
/// Where the description stands.
pub const DESCRIPTION: &str = "/api/v1/openapi.json";

/// What is said of the whole API; the paths come from the handlers.
#[derive(Debug, OpenApi)]
#[openapi(
    modifiers(&Keys),
    security((), ("key" = [])),
    info(
        title = "Essaim",
        description = "Quelles entreprises sociales éprouvées implanter sur un territoire, et \
                       pourquoi : chaque raison a sa source. Essaim propose ; des personnes \
                       décident. Chaque réponse dit dans `Essaim-Seq` l’état du \
                       journal qu’elle montre ; une requête qui porte `Essaim-Min-Seq: N` \
                       attend que le serveur en montre un au moins aussi récent, ou \
                       reçoit 503.",
        license(name = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "territories", description = "Territoires, écarts, acteurs, candidates"),
        (name = "enterprises", description = "Entreprises du catalogue"),
        (name = "comparisons", description = "Candidates côte à côte, et pourquoi pas une autre"),
        (name = "field", description = "Ce que dit le terrain : observations, confirmations, corrections"),
        (name = "profiles", description = "Profils de poids : à qui ils sont, depuis quand"),
        (name = "log", description = "Journal des révisions"),
        (name = "health", description = "État du service")
    )
)]
pub struct ApiDoc;

/// Says how a key is sent, so that the page can send one.
struct Keys;

impl Modify for Keys {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("essaim_<id>_<secret>")
            .description(Some(
                "Une clé d’accès, faite par `essaim key create`. Écrire en demande une ; lire \
                 aussi, hors de la machine du service.",
            ))
            .build();
        let components = description.components.get_or_insert_with(Default::default);
        components.add_security_scheme("key", SecurityScheme::Http(key));
    }
}

/// The documentation page, with every file it needs inside the binary.
#[cfg(feature = "browser-docs")]
pub fn page() -> Router<AppState> {
    let config = utoipa_swagger_ui::Config::from(DESCRIPTION)
        // The online validator is a third party: it is never called.
        .validator_url("none")
        .try_it_out_enabled(true);
    Router::from(utoipa_swagger_ui::SwaggerUi::new(PAGE).config(config))
}

/// Without the page's files, only the description is served.
#[cfg(not(feature = "browser-docs"))]
pub fn page() -> Router<AppState> {
    Router::new()
}
