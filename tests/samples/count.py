"""Count the samples with nothing but Python's own readers, and write counts.tsv beside.

The figures are what an importer is held to: it reads as many rows as `rows`, whatever it keeps. `distinct`
counts the different values of the columns of `of`, for the samples that repeat organisations. A Parquet file
is counted by pyarrow (installed apart); without it the line of counts.tsv is left as it is.
Usage: python3 count.py [--check]
"""
import csv
import gzip
import io
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Columns whose different values are counted; a CSV file is read with the separator of its header.
OF = {
    "ademe_acteurs/acteurs.json": ("fields.siret",),
    "bibliotheques/adresses-des-bibliotheques-publiques_aura.csv.gz": ("code_bib",),
    "bnlc_covoiturage/bnlc.csv.gz": ("id_lieu",),
    "bpe/bpe_gironde_points_extrait.csv": ("TYPEQU",),
    "data_inclusion/services_2022_reels.json.gz": ("structure_id",),
    "data_inclusion/structures_2022_reelles.json.gz": ("pivot",),
    "data_inclusion/structures_v0_enrichies_numi.json.gz": ("siret",),
    "dispositifs_soutien/aides-territoires_periurbain.csv.gz": ("Lien",),
    "dispositifs_soutien/fonds-vert-2023-export.csv.gz": ("numero_dossier_ds",),
    "esat_finess/seed_esat__liste_officielle.csv.gz": ("ET-SIRET",),
    "ess_france/ess_x_naf_derive.csv.gz": ("siren",),
    "france_services/liste-fs-20240801.csv.gz": ("id_fs",),
    "ma_cantine/campagne_td_2023_aura.csv.gz": ("canteen_siret",),
    "mediation_numerique/hinaura_aura.json.gz": ("Nom du lieu ou de la structure *", "Ville *"),
    "mediation_numerique/lieux_mednum_source.json.gz": ("pivot",),
    "rna/nomenclature_objet_social.csv": ("code",),
    "sae_2023/ID_2023r.csv.gz": ("fi",),
    "sirene_2017_quotidien/sirene_2017_E_Q_extrait.csv.gz": ("SIREN", "NIC"),
    "sirene_periodes_parquet/periodes_sample.parquet": ("siret",),
    "sirene_stock/ess_numerique_enrichi.csv.gz": ("siren",),
    "sirene_stock/unites_legales_ess_numerique.csv.gz": ("siren",),
    "tiers_lieux/fabt_geom.geojson.gz": ("properties.id_territoire",),
    "tiers_lieux/manuprox_geom.geojson": ("properties.id_territoire",),
}
LISTS = ("data", "results", "items", "features", "structures", "services")


def decoded(data):
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def of_csv(text):
    header = text.splitlines()[0]
    separator = max(",;|\t", key=header.count)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def of_json(text):
    value = json.loads(re.sub(r"^\s*(?:var|const|let)\s+\w+\s*=\s*|;\s*$", "", text))
    if isinstance(value, dict):
        value = next((value[name] for name in LISTS if isinstance(value.get(name), list)), [value])
    return value


def cell(row, column):
    """The text of a column or of a field inside another (`outer.inner`)."""
    if column in row:
        return str(row[column])
    outer, _, inner = column.partition(".")
    return cell(row[outer], inner) if inner and isinstance(row.get(outer), dict) else ""


def rows_of(path):
    if path.suffix == ".parquet":
        try:
            import pyarrow.parquet as pq
        except ImportError:
            return None
        return pq.read_table(path).to_pylist()
    data = path.read_bytes()
    name = path.name
    if name.endswith(".gz"):
        data, name = gzip.decompress(data), name[:-3]
    if name.endswith(".csv"):
        return of_csv(decoded(data))
    if name.endswith((".json", ".geojson", ".js")):
        return of_json(decoded(data))
    return []


def main():
    target = HERE / "counts.tsv"
    before = {}
    if target.exists():
        before = {line.split("\t")[0]: line for line in target.read_text(encoding="utf-8").splitlines()[1:]}
    lines = ["file\trows\tof\tdistinct"]
    for path in sorted(HERE.rglob("*")):
        name = path.relative_to(HERE).as_posix()
        if path.is_dir() or "/" not in name or "schema" in name or path.suffix in (".ts", ".sql", ".yml") \
                or name.endswith(".sql.gz"):
            continue
        rows = rows_of(path)
        if rows is None:
            lines.append(before.get(name, f"{name}\t\t\t"))
            continue
        columns = OF.get(name, ())
        distinct = len({tuple(cell(row, column) for column in columns) for row in rows}) if columns else ""
        lines.append(f"{name}\t{len(rows)}\t{'+'.join(columns)}\t{distinct}")
    text = "\n".join(lines) + "\n"
    if "--check" in sys.argv:
        sys.exit("counts.tsv is not up to date" if target.read_text(encoding="utf-8") != text else 0)
    target.write_text(text, encoding="utf-8")
    print(text, end="")


main()
