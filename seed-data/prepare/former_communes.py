"""Codes of communes that are no more, and postcodes: former_communes.csv and postcodes.csv.gz.

Source: the npm package @etalab/decoupage-administratif (Licence Ouverte), several versions of it in
SOURCE_FOLDER/cog/<version>/ (`npm pack @etalab/decoupage-administratif@6.0.0`, its folder `data`):
6.0.0 is the code officiel géographique of 2026, whose `anciensCodes` are the whole past of a commune;
0.7.0 holds the dated history of the codes up to 2019; the others hold the names used in between.

A former code is one that a commune, or a delegated or associated commune, bore at some day since
1 January 2015 and that is no commune of 2026. Older ones are left out on purpose: before 1968 Alfortville
was 75002, which today people write for the postcode of Paris. A commune that was re-established is a
commune of 2026: its code is not former. `anciensCodes` gives the end of the chain: no second step is needed.

how: `renumbered` (same commune, other code), `delegated` and `associated` (part of a commune of 2026, or
was one when it was absorbed), `fused` (gone without leaving a part).
"""
import csv
import gzip
import json
from collections import Counter
from common import MERGED, fold, folders, write_csv

SINCE = "2015-01-01"
REFERENCE = "6.0.0"
HISTORY = "0.7.0"
# The years between the history and the reference, oldest first: the last name wins.
BETWEEN = ("1.1.1", "2.3.1", "3.1.1", "4.1.0", "5.3.0")
KINDS = {"COM": "whole", "COMD": "delegated", "COMA": "associated", "commune-actuelle": "whole",
         "commune-deleguee": "delegated", "commune-associee": "associated"}


def read(folder, version, name="communes.json"):
    return json.loads((folder / version / name).read_text(encoding="utf-8"))


def in_use(folder):
    """Code -> (last name, kind): of the whole commune where there was one since SINCE, else of the part."""
    used = {}

    def note(row):
        kind = KINDS.get(row["type"])
        if kind and (kind == "whole" or used.get(row["code"], ("", ""))[1] != "whole"):
            used[row["code"]] = (row["nom"], kind)

    past = [r for r in read(folder, HISTORY, "historique-communes.json") if r.get("dateFin", "9999") > SINCE]
    for row in sorted(past, key=lambda r: (r.get("dateDebut", ""), r["id"])):
        note(row)
    for version in (*BETWEEN, REFERENCE):
        for row in read(folder, version):
            note(row)
    return used


def former(reference, used, exists):
    today = {r["code"]: r["nom"] for r in reference if r["type"] == "commune-actuelle" and r["code"] in exists}
    follows = {old: r["code"] for r in reference if r["code"] in today for old in r.get("anciensCodes", [])}
    parts = {r["code"]: (r["chefLieu"], KINDS[r["type"]]) for r in reference if "chefLieu" in r}
    for old in sorted(used):
        name, kind = used[old]
        new, part = parts.get(old, (follows.get(old), None))
        if old in today or new not in today:
            continue  # of today, or of a collectivité d'outre-mer, outside the reference
        if kind == "whole" and fold(name) == fold(today[new]):
            how = "renumbered"
        elif part:
            how = part
        else:
            how = "fused" if kind == "whole" else kind
        yield old, new, name, how


def postcodes(reference, exists):
    pairs = {(code, r["code"]) for r in reference if r["type"] == "commune-actuelle" and r["code"] in exists
             for code in r.get("codesPostaux", [])}
    return sorted(pairs)


def main():
    source, output = folders()
    folder, output = source / "cog", output / "territories"
    if not folder.is_dir():
        print(f"{folder} is absent: former_communes.csv and postcodes.csv.gz stay as they are")
        return
    with gzip.open(output / "communes.csv.gz", "rt", encoding="utf-8", newline="") as file:
        exists = {row["insee"] for row in csv.DictReader(file)}
    reference = read(folder, REFERENCE)
    rows = list(former(reference, in_use(folder), exists))
    found = {old: new for old, new, _, _ in rows}
    differs = [old for old, new in MERGED.items() if found.get(old) != new]
    assert not differs, f"merged_communes.csv says otherwise: {differs}"
    write_csv(output / "former_communes.csv", ["old", "insee", "name", "how"], rows)
    print("  ", dict(sorted(Counter(how for *_, how in rows).items())))
    write_csv(output / "postcodes.csv.gz", ["postcode", "insee"], postcodes(reference, exists))


main()
