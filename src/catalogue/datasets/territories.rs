//! The territories of France, from `regions.csv`, `departements.csv`, `epci.csv`,
//! `communes.csv.gz` and `arrondissements.csv`; and, where the dataset has them, the codes
//! of former years (`former_communes.csv`) and the postcodes (`postcodes.csv.gz`).

use std::collections::BTreeMap;

use super::table::{Line, Table};
use super::{DatasetError, DatasetFiles};
use crate::domain::geography::Point;
use crate::domain::territory::{
    Arrondissement, Atlas, Commune, DensityClass, Division, Epci, postcode_number,
};

/// Reads the atlas; everything is sorted by code within its kind.
///
/// Paths are those of the dataset `territories`. The density class of an EPCI is that of
/// most of its inhabitants; the rural share of a région is computed from its communes.
///
/// # Errors
/// If a file or a column is missing, a number is none, a code appears twice, or a commune
/// names an EPCI, a département or a région that does not exist.
pub fn atlas(files: &DatasetFiles) -> Result<Atlas, DatasetError> {
    let mut atlas = Atlas {
        epcis: epcis(files)?,
        departements: divisions(files, "departements.csv", "dep")?,
        regions: divisions(files, "regions.csv", "reg")?,
        ..Atlas::default()
    };
    communes(files, &mut atlas)?;
    settle(&mut atlas);
    atlas.arrondissements = arrondissements(files, &atlas)?;
    atlas.former = former(files, &atlas)?;
    atlas.postcodes = postcodes(files, &atlas)?;
    Ok(atlas)
}

fn epcis(files: &DatasetFiles) -> Result<Vec<Epci>, DatasetError> {
    let path = "epci.csv";
    let wanted = ["siren", "nom", "nature", "population", "superficie_km2", "reg_principale"];
    let table = Table::read(files, path, &wanted)?;
    let mut list = Vec::new();
    for line in table.lines() {
        let main = line.text("dep_principal");
        let mut departements: Vec<String> =
            line.text("departements").split(['|', ';']).map(|d| d.trim().to_owned()).collect();
        departements.retain(|code| !code.is_empty() && code != main);
        departements.sort_unstable();
        if !main.is_empty() {
            departements.insert(0, main.to_owned());
        }
        list.push(Epci {
            siren: line.text("siren").to_owned(),
            name: line.text("nom").to_owned(),
            nature: line.text("nature").to_owned(),
            population: line.required("population")?,
            area_km2: line.required("superficie_km2")?,
            point: point(&line, "lat_pop", "lon_pop").or_else(|_| point(&line, "lat", "lon"))?,
            departements,
            region: line.text("reg_principale").to_owned(),
            rural_share: line.number("part_pop_rurale")?.unwrap_or(0.0) / 100.0,
            density: DensityClass::Rural,
            communes: Vec::new(),
        });
    }
    list.sort_by(|a, b| a.siren.cmp(&b.siren));
    refuse_twice(path, list.iter().map(|epci| epci.siren.as_str()))?;
    Ok(list)
}

fn divisions(files: &DatasetFiles, path: &str, code: &str) -> Result<Vec<Division>, DatasetError> {
    let wanted = [code, "nom", "reg", "population", "superficie_km2", "lat", "lon"];
    let table = Table::read(files, path, &wanted)?;
    let mut list = Vec::new();
    for line in table.lines() {
        list.push(Division {
            code: line.text(code).to_owned(),
            name: line.text("nom").to_owned(),
            region: line.text("reg").to_owned(),
            population: line.required("population")?,
            area_km2: line.required("superficie_km2")?,
            point: point(&line, "lat", "lon")?,
            rural_share: line.number("part_pop_rurale")?.unwrap_or(0.0) / 100.0,
            communes: Vec::new(),
        });
    }
    list.sort_by(|a, b| a.code.cmp(&b.code));
    refuse_twice(path, list.iter().map(|division| division.code.as_str()))?;
    Ok(list)
}

fn communes(files: &DatasetFiles, atlas: &mut Atlas) -> Result<(), DatasetError> {
    let path = "communes.csv.gz";
    let wanted =
        ["insee", "nom", "dep", "reg", "epci", "population", "superficie_km2", "lat", "lon"];
    let table = Table::read(files, path, &wanted)?;
    let mut list = Vec::new();
    for line in table.lines() {
        let (dep, reg, siren) = (line.text("dep"), line.text("reg"), line.text("epci"));
        if atlas.departement(dep).is_none() || atlas.region(reg).is_none() {
            return Err(line.fault(format!("département `{dep}` or région `{reg}` does not exist")));
        }
        let epci = match siren {
            "" => None,
            siren => Some(
                atlas
                    .epci(siren)
                    .and_then(|at| u32::try_from(at).ok())
                    .ok_or_else(|| line.fault(format!("EPCI `{siren}` does not exist")))?,
            ),
        };
        list.push(Commune {
            insee: line.text("insee").to_owned(),
            name: line.text("nom").to_owned(),
            departement: dep.to_owned(),
            region: reg.to_owned(),
            epci,
            population: line.required("population")?,
            area_km2: line.required("superficie_km2")?,
            point: point(&line, "lat", "lon")?,
            density: DensityClass::from_grid(line.text("classe_densite")).unwrap_or_default(),
        });
    }
    list.sort_by(|a, b| a.insee.cmp(&b.insee));
    refuse_twice(path, list.iter().map(|commune| commune.insee.as_str()))?;
    atlas.communes = list;
    Ok(())
}

/// Gives each EPCI and division its communes, and what follows from them.
fn settle(atlas: &mut Atlas) {
    for at in 0..atlas.communes.len() {
        let commune = &atlas.communes[at];
        let (dep, reg) = (atlas.departement(&commune.departement), atlas.region(&commune.region));
        let epci = commune.epci;
        let Ok(position) = u32::try_from(at) else {
            break;
        };
        if let Some(epci) = epci {
            atlas.epcis[epci as usize].communes.push(position);
        }
        if let Some(dep) = dep {
            atlas.departements[dep].communes.push(position);
        }
        if let Some(reg) = reg {
            atlas.regions[reg].communes.push(position);
        }
    }
    let classes: Vec<DensityClass> =
        atlas.epcis.iter().map(|epci| atlas.density_of(&epci.communes)).collect();
    for (epci, density) in atlas.epcis.iter_mut().zip(classes) {
        epci.density = density;
    }
    let shares: Vec<f64> = atlas
        .regions
        .iter()
        .map(|region| {
            let (mut rural, mut whole) = (0.0, 0.0);
            for &at in &region.communes {
                let commune = atlas.at(at);
                whole += commune.population;
                if commune.density == DensityClass::Rural {
                    rural += commune.population;
                }
            }
            rural / whole.max(1.0)
        })
        .collect();
    for (region, share) in atlas.regions.iter_mut().zip(shares) {
        region.rural_share = share;
    }
}

fn arrondissements(
    files: &DatasetFiles,
    atlas: &Atlas,
) -> Result<Vec<Arrondissement>, DatasetError> {
    let path = "arrondissements.csv";
    let table = Table::read(files, path, &["insee", "commune", "nom"])?;
    let mut list = Vec::new();
    for line in table.lines() {
        let code = line.text("commune");
        let commune = atlas
            .commune(code)
            .ok_or_else(|| line.fault(format!("commune `{code}` does not exist")))?;
        list.push(Arrondissement {
            insee: line.text("insee").to_owned(),
            name: line.text("nom").to_owned(),
            commune,
        });
    }
    list.sort_by(|a, b| a.insee.cmp(&b.insee));
    refuse_twice(path, list.iter().map(|one| one.insee.as_str()))?;
    Ok(list)
}

/// The codes of former years; none in a dataset made before they were collected.
fn former(files: &DatasetFiles, atlas: &Atlas) -> Result<Vec<(String, u32)>, DatasetError> {
    let path = "former_communes.csv";
    let mut list = Vec::new();
    if !files.contains_key(path) {
        return Ok(list);
    }
    for line in Table::read(files, path, &["old", "insee"])?.lines() {
        let old = line.text("old");
        if atlas.commune(old).is_some() {
            return Err(line.fault(format!("`{old}` is a code of today, not a former one")));
        }
        list.push((old.to_owned(), commune(&line, atlas)?));
    }
    list.sort();
    refuse_twice(path, list.iter().map(|(old, _)| old.as_str()))?;
    Ok(list)
}

/// The postcodes; none in a dataset made before they were collected.
fn postcodes(files: &DatasetFiles, atlas: &Atlas) -> Result<Vec<(u32, u32)>, DatasetError> {
    let path = "postcodes.csv.gz";
    let mut list = Vec::new();
    if !files.contains_key(path) {
        return Ok(list);
    }
    for line in Table::read(files, path, &["postcode", "insee"])?.lines() {
        let text = line.text("postcode");
        let number = postcode_number(text)
            .ok_or_else(|| line.fault(format!("`{text}` is no postcode of five digits")))?;
        list.push((number, commune(&line, atlas)?));
    }
    list.sort_unstable();
    list.dedup();
    Ok(list)
}

/// The commune of today that the column `insee` names.
fn commune(line: &Line<'_>, atlas: &Atlas) -> Result<u32, DatasetError> {
    let code = line.text("insee");
    atlas.commune(code).ok_or_else(|| line.fault(format!("commune `{code}` does not exist")))
}

fn point(line: &Line<'_>, lat: &str, lon: &str) -> Result<Point, DatasetError> {
    Ok(Point { lat: line.required(lat)?, lon: line.required(lon)? })
}

/// Refuses two equal neighbours in a sorted list of codes.
fn refuse_twice<'a>(path: &str, codes: impl Iterator<Item = &'a str>) -> Result<(), DatasetError> {
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    for code in codes {
        if code.is_empty() || seen.insert(code, ()).is_some() {
            return Err(DatasetError::of_file(
                path,
                format!("code `{code}` is empty or appears twice"),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::embedded;
    use crate::domain::territory::CodeKind;

    fn seeded() -> DatasetFiles {
        let files = embedded::seed_files().into_iter();
        files
            .filter_map(|(path, content)| {
                let name = path.strip_prefix("territories/")?;
                Some((name.to_owned(), content.to_vec()))
            })
            .collect()
    }

    #[test]
    fn a_code_of_another_year_finds_its_commune() {
        let atlas = atlas(&seeded()).unwrap();
        let of = |code: &str| {
            atlas.commune_of(code).map(|(at, kind)| (atlas.at(at).insee.as_str(), kind))
        };
        assert_eq!(of("69123"), Some(("69123", CodeKind::Current)));
        assert_eq!(of("69384"), Some(("69123", CodeKind::Arrondissement)));
        assert_eq!(of("2A004"), Some(("2A004", CodeKind::Current)));
        assert_eq!(of("2a004"), Some(("2A004", CodeKind::Current)));
        assert_eq!(of("1004"), Some(("01004", CodeKind::Current)), "a zero was lost");
        assert_eq!(of(" 01004 "), Some(("01004", CodeKind::Current)));
        // Autrans and Méaudre became Autrans-Méaudre in 2016; Pierrefitte joined Saint-Denis
        // in 2025; Pont-Farcy changed of département and was absorbed.
        assert_eq!(of("38021"), Some(("38225", CodeKind::Former)));
        assert_eq!(of("93059"), Some(("93066", CodeKind::Former)));
        assert_eq!(of("14513"), Some(("50592", CodeKind::Former)));
        // Hellemmes is associated with Lille since 1977.
        assert_eq!(of("59298"), Some(("59350", CodeKind::Former)));
        // Orée d’Anjou, whose head commune changed: its code of 2016 is the former one.
        assert_eq!(of("49069"), Some(("49126", CodeKind::Former)));
        for text in ["", "75002", "69", "ABCDE", "1", "014513", "é004", "2é04"] {
            assert_eq!(of(text), None, "`{text}`");
        }
        assert_eq!(atlas.commune("38021"), None, "the codes of today alone");
    }

    #[test]
    fn a_postcode_gives_every_commune_it_serves() {
        let atlas = atlas(&seeded()).unwrap();
        let of = |code: &str| -> Vec<&str> {
            let found = atlas.communes_of_postcode(code).into_iter();
            found.map(|at| atlas.at(at).insee.as_str()).collect()
        };
        assert_eq!(of("69003"), ["69123"]);
        assert_eq!(of("01000"), ["01053", "01344"]);
        assert_eq!(of("1000"), of("01000"));
        assert_eq!(of("20090"), ["2A004"]);
        assert!(of("99999").is_empty() && of("").is_empty() && of("Lyon").is_empty());
    }

    #[test]
    fn a_dataset_made_before_has_neither() {
        let mut files = seeded();
        files.remove("former_communes.csv").unwrap();
        files.remove("postcodes.csv.gz").unwrap();
        let atlas = atlas(&files).unwrap();
        assert_eq!(atlas.commune_of("38021"), None);
        assert!(atlas.communes_of_postcode("69003").is_empty());
        assert!(atlas.commune_of("69384").is_some());
    }

    #[test]
    fn a_former_code_of_today_or_of_nowhere_is_refused_with_its_line() {
        let with = |lines: &str| {
            let mut files = seeded();
            let text = format!("old,insee,name,how\n{lines}\n");
            files.insert("former_communes.csv".to_owned(), text.into_bytes());
            atlas(&files).unwrap_err()
        };
        let today = with("38021,38225,Autrans,fused\n69123,69123,Lyon,fused");
        assert_eq!((today.line, today.reason.contains("69123")), (3, true), "{today}");
        let nowhere = with("38021,00000,Autrans,fused");
        assert_eq!((nowhere.line, nowhere.reason.contains("00000")), (2, true), "{nowhere}");
    }
}
