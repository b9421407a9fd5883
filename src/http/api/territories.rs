//! `GET /territories`, `GET /territories/{id}`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

use crate::catalogue::revision::Kind;
use crate::domain::lang::Lang;
use crate::domain::territory::{Atlas, TerritoryKind};
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::page::Page;
use crate::http::state::AppState;
use crate::http::wire::territory::{TerritoriesWire, TerritoryBrief, TerritoryWire, inhabitants};
use crate::scouting::ask::{TerritoryAsked, check_query};
use crate::scouting::scene::Scene;
use crate::scouting::territory_views::context_of;

use super::{reply, reply_list, reply_tagged};

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// A name, or part of one; accents and case are forgiven.
    pub q: Option<String>,
    /// 1 to 500; 20 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// Where the previous page stopped.
    pub cursor: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Territories by name, or all of them: régions, départements, EPCI, zones, communes.
#[utoipa::path(
    get,
    path = "/api/v1/territories",
    tag = "territories",
    operation_id = "list_territories",
    params(ListParams),
    responses(
        (status = 200, body = TerritoriesWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(state): State<AppState>, asked: Asked<ListParams>) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let limit = extract::limit(query.limit.as_deref(), 20)?;
        let page = Page::read(query.cursor.as_deref(), &["territories"])?;
        let scene = state.scene(page.seq).await?;
        Ok((answer_list(&scene, query.q.as_deref(), &page, limit)?, format))
    };
    reply_list(lang, answered.await)
}

/// The territories whose name looks like `q`, else one page of all of them.
///
/// # Errors
/// An empty or too long `q`.
pub fn answer_list(
    scene: &Scene,
    q: Option<&str>,
    page: &Page,
    limit: usize,
) -> Result<TerritoriesWire, DoorError> {
    if let Some(q) = q {
        check_query(q)?;
        let territories: Vec<TerritoryBrief> =
            scene.world.places.search(q, limit).iter().map(TerritoryBrief::from).collect();
        return Ok(TerritoriesWire {
            seq: scene.seq,
            total: territories.len(),
            next_cursor: None,
            territories,
        });
    }
    let atlas = &scene.world.data.atlas;
    let total = atlas.regions.len()
        + atlas.departements.len()
        + atlas.epcis.len()
        + atlas.zones.len()
        + atlas.communes.len();
    let territories: Vec<TerritoryBrief> = every(atlas).skip(page.start).take(limit).collect();
    Ok(TerritoriesWire {
        seq: scene.seq,
        total,
        next_cursor: page.next(scene.seq, territories.len(), total),
        territories,
    })
}

fn every(atlas: &Atlas) -> impl Iterator<Item = TerritoryBrief> + '_ {
    let brief = |id: String, name: &str, kind: TerritoryKind, population: f64| TerritoryBrief {
        id,
        name: name.to_owned(),
        kind: kind.as_str(),
        population: inhabitants(population),
    };
    let regions = atlas.regions.iter().map(move |region| {
        brief(
            format!("reg-{}", region.code),
            &region.name,
            TerritoryKind::Region,
            region.population,
        )
    });
    let departements = atlas.departements.iter().map(move |d| {
        brief(format!("dep-{}", d.code), &d.name, TerritoryKind::Departement, d.population)
    });
    let epcis = atlas.epcis.iter().map(move |epci| {
        brief(format!("epci-{}", epci.siren), &epci.name, TerritoryKind::Epci, epci.population)
    });
    let zones = atlas
        .zones
        .keys()
        .filter_map(|id| atlas.territory(id))
        .map(|zone| TerritoryBrief::from(&zone));
    let communes = atlas.communes.iter().map(move |c| {
        brief(format!("com-{}", c.insee), &c.name, TerritoryKind::Commune, c.population)
    });
    regions.chain(departements).chain(epcis).chain(zones).chain(communes)
}

/// Parameters of one territory.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GetParams {
    /// `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// What is known of a territory: place, programmes, priorities, published context, counts.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}",
    tag = "territories",
    operation_id = "get_territory",
    params(("id" = String, Path, description = "Id or name"), GetParams),
    responses(
        (status = 200, body = TerritoryWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments(id): Segments<String>,
    asked: Asked<GetParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let as_of = extract::as_of(query.as_of.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let shown = Arc::clone(&scene);
        let territory = state.heavy(move || answer(&shown, &id, as_of, lang)).await?;
        // A zone is a row of the log: it can be changed, so it has its ETag.
        let seq = scene.rows.seq_of(Kind::Zone, &territory.id);
        Ok((territory, seq))
    };
    match answered.await {
        Ok((territory, Some(seq))) => reply_tagged(lang, Ok((territory, seq))),
        other => reply(lang, other.map(|(territory, _)| territory)),
    }
}

/// What is known of the territory typed.
///
/// # Errors
/// Unknown or ambiguous territory, bad date.
pub fn answer(
    scene: &Scene,
    territory: &str,
    as_of: Date,
    lang: Lang,
) -> Result<TerritoryWire, DoorError> {
    let context = context_of(scene, &TerritoryAsked::Named(territory.to_owned()), as_of)?;
    Ok(TerritoryWire::new(&context, scene.seq, &scene.world.data.rules.digest, lang))
}
