//! Indicators, from `meta.csv` and `values.csv.gz`, aligned on the atlas.
//!
//! The values are some 800,000 lines: they are split by hand, since none of their five
//! columns is ever quoted, and codes come in runs, so the last one is remembered.

use std::collections::HashMap;

use super::table::Table;
use super::{DatasetError, DatasetFiles};
use crate::domain::indicator::{Direction, Indicator, IndicatorValues, Indicators};
use crate::domain::provenance::Source;
use crate::domain::territory::Atlas;

/// Where the header of `values.csv.gz` must say what is in it.
const HEADER: &[u8] = b"territory_kind,territory_code,indicator_id,year,value";

/// Reads every indicator with its values, `NaN` where missing.
///
/// Where a territory has several years of one indicator, the latest stands. Territories
/// that are not in the atlas are left out.
///
/// # Errors
/// If a file or a column is missing, a direction is unknown, an indicator of the values
/// has no description, or a value is no number.
pub fn parse(files: &DatasetFiles, atlas: &Atlas) -> Result<Indicators, DatasetError> {
    let mut list = descriptions(files)?;
    list.sort_by(|a, b| a.id.cmp(&b.id));
    let path = "values.csv.gz";
    let content = super::file(files, path)?;
    let mut values = Columns::new(list.len(), atlas);
    let by_id: HashMap<&[u8], usize> =
        list.iter().enumerate().map(|(at, one)| (one.id.as_bytes(), at)).collect();
    let mut places = Places::new(atlas);
    for (number, line) in content.split(|&byte| byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if number == 0 {
            if line != HEADER {
                return Err(DatasetError::at(path, 1, "the header is not the one expected"));
            }
            continue;
        }
        if line.is_empty() {
            continue;
        }
        let fault = |reason: &str| DatasetError::at(path, number as u64 + 1, reason);
        let mut cells = line.split(|&byte| byte == b',');
        let mut next = || cells.next().ok_or_else(|| fault("fewer than five columns"));
        let (kind, code, id, year, value) = (next()?, next()?, next()?, next()?, next()?);
        let Some(&indicator) = by_id.get(id) else {
            return Err(fault("this indicator has no description in meta.csv"));
        };
        let Some((level, place)) = places.find(kind, code) else {
            continue;
        };
        let value: f32 = text(value)
            .and_then(|text| text.parse().ok())
            .filter(|value: &f32| value.is_finite())
            .ok_or_else(|| fault("the value is no number"))?;
        let year: i16 = text(year).and_then(|text| text.parse().ok()).unwrap_or(i16::MIN);
        values.set(indicator, level, place, year, value);
    }
    Ok(Indicators { list, values: values.finish() })
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn descriptions(files: &DatasetFiles) -> Result<Vec<Indicator>, DatasetError> {
    let wanted = ["indicator_id", "label_fr", "unit", "direction", "source", "licence", "year"];
    let table = Table::read(files, "meta.csv", &wanted)?;
    let mut list: Vec<Indicator> = Vec::new();
    for line in table.lines() {
        let direction = match line.text("direction") {
            "higher" => Direction::Higher,
            "lower" => Direction::Lower,
            "supply" => Direction::Supply,
            "context" => Direction::Context,
            other => return Err(line.fault(format!("unknown direction `{other}`"))),
        };
        let id = line.text("indicator_id").to_owned();
        if id.is_empty() || list.iter().any(|other| other.id == id) {
            return Err(line.fault(format!("indicator `{id}` is empty or appears twice")));
        }
        let year = line.year("year");
        list.push(Indicator {
            id,
            label: line.text("label_fr").to_owned(),
            unit: line.text("unit").to_owned(),
            direction,
            year,
            source: Source {
                source: line.text("source").to_owned(),
                year,
                licence: line.optional("licence").map(str::to_owned),
            },
            method: line.text("method").to_owned(),
        });
    }
    Ok(list)
}

/// The three levels at which indicators are published.
#[derive(Clone, Copy)]
enum Level {
    Commune,
    Epci,
    Departement,
}

/// Finds positions in the atlas, remembering the last code.
struct Places<'a> {
    atlas: &'a Atlas,
    last_kind: Vec<u8>,
    last_code: Vec<u8>,
    last: Option<(Level, usize)>,
}

impl<'a> Places<'a> {
    fn new(atlas: &'a Atlas) -> Self {
        Self { atlas, last_kind: Vec::new(), last_code: Vec::new(), last: None }
    }

    fn find(&mut self, kind: &[u8], code: &[u8]) -> Option<(Level, usize)> {
        if code == self.last_code && kind == self.last_kind {
            return self.last;
        }
        self.last_kind.clear();
        self.last_kind.extend_from_slice(kind);
        self.last_code.clear();
        self.last_code.extend_from_slice(code);
        let code = text(code)?;
        self.last = match kind {
            // An arrondissement is not its commune: only exact codes count.
            b"commune" => self
                .atlas
                .communes
                .binary_search_by(|c| c.insee.as_str().cmp(code))
                .ok()
                .map(|at| (Level::Commune, at)),
            b"epci" => self.atlas.epci(code).map(|at| (Level::Epci, at)),
            b"departement" => self.atlas.departement(code).map(|at| (Level::Departement, at)),
            _ => None,
        };
        self.last
    }
}

/// Values being filled, with the year of each so that the latest stands.
struct Columns {
    values: Vec<IndicatorValues>,
    years: Vec<[Vec<i16>; 3]>,
}

impl Columns {
    fn new(indicators: usize, atlas: &Atlas) -> Self {
        let sizes = [atlas.communes.len(), atlas.epcis.len(), atlas.departements.len()];
        let values = IndicatorValues {
            communes: vec![f32::NAN; sizes[0]],
            epcis: vec![f32::NAN; sizes[1]],
            departements: vec![f32::NAN; sizes[2]],
        };
        Self {
            values: vec![values; indicators],
            // Allocated with the first value of a level: most indicators have one level.
            years: vec![Default::default(); indicators],
        }
    }

    fn set(&mut self, indicator: usize, level: Level, place: usize, year: i16, value: f32) {
        let column = match level {
            Level::Commune => &mut self.values[indicator].communes,
            Level::Epci => &mut self.values[indicator].epcis,
            Level::Departement => &mut self.values[indicator].departements,
        };
        let years = &mut self.years[indicator][level as usize];
        if years.is_empty() {
            years.resize(column.len(), i16::MIN);
        }
        if column[place].is_nan() || year >= years[place] {
            column[place] = value;
            years[place] = year;
        }
    }

    fn finish(self) -> Vec<IndicatorValues> {
        self.values
    }
}

#[cfg(test)]
mod tests {
    use super::super::territories;
    use super::*;

    fn atlas_files() -> DatasetFiles {
        let text = |text: &str| text.as_bytes().to_vec();
        DatasetFiles::from([
            (
                "regions.csv".to_owned(),
                text("reg,nom,population,superficie_km2,lat,lon\n84,AURA,5,5,45,4\n"),
            ),
            (
                "departements.csv".to_owned(),
                text(
                    "dep,nom,reg,population,superficie_km2,lat,lon,part_pop_rurale\n69,Rhône,84,5,5,45,4,20\n",
                ),
            ),
            (
                "epci.csv".to_owned(),
                text(
                    "siren,nom,nature,population,departements,dep_principal,reg_principale,superficie_km2,lat_pop,lon_pop,part_pop_rurale\n200046977,Métropole de Lyon,METRO,5,01|69,69,84,5,45.7,4.8,2\n",
                ),
            ),
            (
                "arrondissements.csv".to_owned(),
                text("insee,commune,nom\n69383,69123,Lyon 3e Arrondissement\n"),
            ),
            (
                "communes.csv.gz".to_owned(),
                gzip(
                    "insee,nom,dep,reg,epci,population,superficie_km2,lat,lon,classe_densite\n69123,Lyon,69,84,200046977,4,3,45.7,4.8,Grands centres urbains\n69001,Affoux,69,84,,1,2,45.8,4.4,Bourgs ruraux\n",
                ),
            ),
        ])
    }

    fn gzip(text: &str) -> Vec<u8> {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn the_atlas_nests_and_is_sorted() {
        let atlas = territories::atlas(&atlas_files()).unwrap();
        assert_eq!(atlas.communes[0].insee, "69001");
        assert_eq!(atlas.epcis[0].communes, [1]);
        assert_eq!(atlas.epcis[0].departements, ["69", "01"]);
        assert_eq!(atlas.epcis[0].density, crate::domain::territory::DensityClass::Urban);
        assert!((atlas.regions[0].rural_share - 0.2).abs() < 1e-12);
        assert_eq!(atlas.commune("69383"), Some(1));
        assert_eq!(atlas.territory("epci-200046977").unwrap().name, "Métropole de Lyon");
    }

    #[test]
    fn values_follow_the_atlas_and_the_latest_year_stands() {
        let atlas = territories::atlas(&atlas_files()).unwrap();
        let mut files = DatasetFiles::new();
        files.insert("meta.csv".to_owned(), b"indicator_id,label_fr,unit,direction,source,licence,method,year\nb,B,%,higher,S,L,M,2021\na,A,%,lower,S,,,2020\n".to_vec());
        files.insert("values.csv.gz".to_owned(), gzip("territory_kind,territory_code,indicator_id,year,value\ncommune,69123,b,2021,7.5\ncommune,69123,b,2019,3\ncommune,99999,b,2021,1\nepci,200046977,a,2020,2\n"));
        let indicators = parse(&files, &atlas).unwrap();
        assert_eq!(indicators.list[0].id, "a");
        let b = &indicators.values[indicators.position("b").unwrap()];
        assert!(b.communes[0].is_nan());
        assert_eq!(b.communes[1], 7.5);
        assert!(b.epcis[0].is_nan());
        assert_eq!(indicators.values[0].epcis, [2.0]);
        files.insert(
            "values.csv.gz".to_owned(),
            gzip(
                "territory_kind,territory_code,indicator_id,year,value\ncommune,69123,c,2021,7.5\n",
            ),
        );
        assert_eq!(parse(&files, &atlas).unwrap_err().line, 2);
    }
}
