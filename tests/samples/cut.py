"""Cut the true samples down to what tests need. Usage: python3 cut.py SOURCE_FOLDER

SOURCE_FOLDER holds one folder per source, as named here. Files of repositories under AGPL are never
taken. A file above 300 kB keeps at most 400 rows: those that carry a trap, then those of the Rhône, then
the first ones, in their order and byte for byte. A row of a cut file that shows an e-mail or a mobile number is
left out. Files above 60 kB are compressed (gzip without date). `count.py` counts what is left.
"""
import csv
import gzip
import io
import json
import re
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROWS_MAX, CUT_ABOVE, ZIP_ABOVE, TRAPS_MAX = 400, 300_000, 60_000, 160
AGPL = {"siae_liste", "gogocarto/elements_geojson.js", "gogocarto/elements_gogofull.js",
        "gogocarto/elements_gogofull_2.js", "gogocarto/elements_pwa_jsonld.json",
        "gogocarto/elements_with_history.js", "gogocarto/taxonomy-full.js", "dispositifs_soutien/mte_programs.json",
        "data_inclusion/api_v1_services_exemple.json", "data_inclusion/api_v1_structures_exemple.json"}
PERSON = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\b0[67](?:[ .-]?\d\d){4}\b")


def records(data):
    """The raw records of a CSV file, quotes respected."""
    record, quotes = b"", 0
    for line in data.splitlines(keepends=True):
        record += line
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            yield record
            record, quotes = b"", 0
    if record:
        yield record


def choose(rows, trap, near):
    """Positions kept: traps, then the rows of the Rhône, then the first."""
    clean = [at for at, row in enumerate(rows) if not PERSON.search(row["_raw"])]
    traps = [at for at in clean if trap(rows[at])]
    step = max(1, len(traps) // TRAPS_MAX)
    kept = traps[::step][:TRAPS_MAX]
    kept += [at for at in clean if near(rows[at])] + clean
    return sorted(list(dict.fromkeys(kept))[:ROWS_MAX])


def cut_csv(data, separator, encoding, trap, near):
    raw = list(records(data))
    names = next(csv.reader(io.StringIO(raw[0].decode(encoding)), delimiter=separator))
    rows = []
    for record in raw[1:]:
        text = record.decode(encoding)
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        rows.append(dict(zip(names, cells)) | {"_raw": text, "_record": record})
    kept = choose(rows, trap, near)
    return raw[0] + b"".join(rows[at]["_record"] for at in kept), len(kept), len(rows)


def cut_json(data, trap, near):
    text = data.decode("utf-8")
    decoder, at, rows = json.JSONDecoder(), text.index("[") + 1, []
    while True:
        at += len(text[at:]) - len(text[at:].lstrip(", \r\n\t"))
        if text[at] == "]":
            break
        value, end = decoder.raw_decode(text, at)
        rows.append(value | {"_raw": text[at:end]})
        at = end
    kept = choose(rows, trap, near)
    return ("[\n" + ",\n".join(rows[at]["_raw"] for at in kept) + "\n]\n").encode(), len(kept), len(rows)


def repeated(columns, source, separator, encoding):
    with open(source, encoding=encoding, newline="") as file:
        seen = Counter(tuple(row[c] for c in columns) for row in csv.DictReader(file, delimiter=separator))
    return lambda row: seen[tuple(row[c] for c in columns)] > 1


def rules(source):
    """File -> (separator, encoding, trap, of the Rhône); JSON has no separator."""
    sirene = source / "sirene_2017_quotidien/sirene_2017_E_Q_extrait.csv"
    twice = repeated(("SIREN", "NIC"), sirene, ";", "latin-1")
    structures = json.loads((source / "data_inclusion/structures_2022_reelles.json").read_text(encoding="utf-8"))
    services = json.loads((source / "data_inclusion/services_2022_reels.json").read_text(encoding="utf-8"))
    shared = Counter(row["pivot"] for row in structures)
    known = {row["id"] for row in structures if not PERSON.search(json.dumps(row))}
    # Some services whose structure is kept too; most of the others are orphans.
    joined = set(sorted({row["structure_id"] for row in services} & known)[:80])
    files = repeated(("numero_dossier_ds",), source / "dispositifs_soutien/fonds-vert-2023-export.csv", ";", "utf-8-sig")

    return {
        "france_services/liste-fs-20240801.csv": (
            ",", "utf-8-sig", lambda r: r["format_fs"] not in ("Fixe", "Multisites") or r["insee_com"] == "97801",
            lambda r: r["insee_dep"] in ("69", "93")),
        "bnlc_covoiturage/bnlc.csv": (
            ",", "utf-8", lambda r: r["ouvert"] == "false" or r["insee"][:2] != r["id_lieu"][:2] or '"' in r["_raw"],
            lambda r: r["insee"].startswith("69")),
        "esat_finess/seed_esat__liste_officielle.csv": (
            ",", "utf-8", lambda r: r["Capacité autorisée agrégée"] in ("0", "") or not r["ET-Département Code"].isdigit(),
            lambda r: r["ET-Département Code"] in ("69", "1")),
        "sae_2023/ID_2023r.csv": (
            ";", "latin-1", lambda r: not r["dep"].isdigit() or not r["_raw"].isascii(), lambda r: r["dep"] == "69"),
        "bibliotheques/adresses-des-bibliotheques-publiques_aura.csv": (
            ";", "utf-8", lambda r: r["type_adresse"] == "Adresse administrative" or not r["coordonnees_finales"]
            or ", " in r["coordonnees_finales"] and int(float(r["code_bib"] or 0)) % 40 == 0,
            lambda r: r["DEPT"] == "69"),
        "ma_cantine/campagne_td_2023_aura.csv": (
            ",", "utf-8", lambda r: "," in r["canteen_pat_list"] or not r["canteen_city_insee_code"],
            lambda r: r["canteen_department"] == "69"),
        "dispositifs_soutien/fonds-vert-2023-export.csv": (
            ";", "utf-8-sig", lambda r: not r["code_commune"].isdigit() or files(r),
            lambda r: r["code_departement"] == "69"),
        "sirene_2017_quotidien/sirene_2017_E_Q_extrait.csv": (
            ";", "latin-1", twice, lambda r: r["DEPET"] == "69"),
        "sirene_stock/ess_numerique_enrichi.csv": (
            ",", "utf-8-sig", lambda r: r["est_active"] == "False" or "tiers_lieux" in r["sources"],
            lambda r: r["code_postal"].startswith("69")),
        "bpe/bpe_gironde_points_extrait.csv": (",", "utf-8", lambda r: False, lambda r: int(r[""]) % 15 == 0),
        "ademe_acteurs/que-faire-de-mes-dechets-produits.csv": (
            ",", "utf-8-sig", lambda r: "\n" in r["_raw"].rstrip(), lambda r: False),
        "mediation_numerique/hinaura_aura.json": (
            None, "utf-8", lambda r: not r["bf_latitude"], lambda r: str(r["Code postal"]).startswith("69")),
        "mediation_numerique/lieux_mednum_source.json": (
            None, "utf-8", lambda r: r["pivot"] != "00000000000000", lambda r: r["code_postal"].startswith("69")),
        "data_inclusion/structures_2022_reelles.json": (
            None, "utf-8", lambda r: r["pivot"] and shared[r["pivot"]] > 1,
            lambda r: r["id"] in joined or str(r["code_postal"]).startswith("69")),
        "data_inclusion/services_2022_reels.json": (
            None, "utf-8", lambda r: r["structure_id"] in joined, lambda r: False),
        "data_inclusion/structures_v0_enrichies_numi.json": (None, "utf-8", lambda r: r["antenne"], lambda r: False),
    }


def zipped(data):
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()


def parquet(path):
    """The first 400 rows (pyarrow, installed apart)."""
    import pyarrow.parquet as pq
    table = pq.read_table(path)
    out = io.BytesIO()
    pq.write_table(table.slice(0, ROWS_MAX), out, compression="snappy")
    return out.getvalue(), min(ROWS_MAX, table.num_rows), table.num_rows


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    source = Path(sys.argv[1])
    cuts = rules(source)
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_dir() or path.name == "SOURCE.txt" or name in AGPL or name.split("/")[0] in AGPL:
            continue
        data, said = path.read_bytes(), ""
        if path.suffix == ".parquet":
            data, kept, rows = parquet(path)
            said = f"{kept} of {rows} rows"
        elif len(data) > CUT_ABOVE and name in cuts:
            separator, encoding, trap, near = cuts[name]
            cut = cut_json(data, trap, near) if separator is None else cut_csv(data, separator, encoding, trap, near)
            data, said = cut[0], f"{cut[1]} of {cut[2]} rows"
        elif PERSON.search(data.decode("utf-8", "replace")):
            print(f"  shows an e-mail or a mobile number: {name}")
        if len(data) > ZIP_ABOVE and path.suffix != ".parquet":
            data, name = zipped(data), name + ".gz"
        target = HERE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        print(f"{name}: {len(data):,} bytes {said}")


main()
