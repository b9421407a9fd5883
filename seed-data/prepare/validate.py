"""Check the prepared data: codes exist, concept ids are known, nothing forbidden is left. Prints a summary.

Concept ids come from the taxonomy beside, or from a list given as third argument (lines `need id | …`).
"""
import csv
import gzip
import json
import re
import sys
import tomllib
from collections import Counter
from common import THEMES, department, fold, folders, read_jsonl


def rows_of(path):
    opened = gzip.open(path, "rt", encoding="utf-8", newline="") if path.suffix == ".gz" else open(path, encoding="utf-8", newline="")
    with opened as file:
        return list(csv.DictReader(file))


def lines_of(path):
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8")
    with opened as file:
        return [json.loads(line) for line in file]


def concepts(output):
    known = {"need": set(), "public": set(), "step": set()}
    if len(sys.argv) > 3:
        for line in open(sys.argv[3], encoding="utf-8"):
            kind, _, rest = line.partition(" ")
            if kind in known:
                known[kind].add(rest.split("|")[0].strip())
        return known
    for path in sorted((output / "taxonomy").rglob("*.toml")):
        for kind, items in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if kind in known:
                known[kind] |= {item["id"] for item in items}
    return known


def main():
    source, output = folders()
    faults = []

    def check(condition, *what):
        if not condition:
            faults.append(what)

    known = concepts(output)
    communes = {r["insee"]: r for r in rows_of(output / "territories" / "communes.csv.gz")}
    epci = {r["siren"] for r in rows_of(output / "territories" / "epci.csv")}
    departments = {r["dep"] for r in rows_of(output / "territories" / "departements.csv")}
    regions = {r["reg"] for r in rows_of(output / "territories" / "regions.csv")}
    exists = {"com": set(communes), "epci": epci, "dep": departments, "reg": regions}
    for r in communes.values():
        check(r["dep"] in departments and r["reg"] in regions and (not r["epci"] or r["epci"] in epci), "commune", r["insee"])
    for r in rows_of(output / "territories" / "arrondissements.csv"):
        check(r["commune"] in communes, "arrondissement", r)
    for r in rows_of(output / "territories" / "former_communes.csv"):
        check(r["insee"] in communes and r["old"] not in communes and r["name"]
              and r["how"] in ("fused", "delegated", "associated", "renumbered"), "former commune", r)
    served = rows_of(output / "territories" / "postcodes.csv.gz")
    for r in served:
        check(re.fullmatch(r"\d{5}", r["postcode"]) and r["insee"] in communes, "postcode", r)
    check({r["insee"] for r in served} == set(communes), "communes without a postcode")
    for name, key, codes in (("departements", "code", departments), ("epci", "siren", epci)):
        shape = json.loads(gzip.open(output / "territories" / f"{name}.geojson.gz").read())
        check({f["properties"][key] for f in shape["features"]} == codes, "outlines", name)

    kinds = {"commune": set(communes), "epci": epci, "departement": departments}
    meta = {r["indicator_id"]: r for r in rows_of(output / "indicators" / "meta.csv")}
    values = rows_of(output / "indicators" / "values.csv.gz")
    for r in values:
        check(r["territory_code"] in kinds[r["territory_kind"]] and r["indicator_id"] in meta, "value", r)
        float(r["value"])
    check({r["indicator_id"] for r in values} == set(meta), "indicators without a value")
    for r in meta.values():
        check(r["licence_status"] in ("open", "presumed") and r["level"] in kinds, "meta", r["indicator_id"])
        check(r["perimeter"] == "france" or set(r["perimeter"].split(";")) <= departments, "perimeter", r["indicator_id"])
    programmes = rows_of(output / "programmes" / "programmes.csv.gz")
    names = {r["programme_id"] for r in rows_of(output / "programmes" / "meta.csv")}
    for r in programmes:
        check(r["territory_code"] in kinds[r["territory_kind"]] and r["programme_id"] in names, "programme", r)

    sources = rows_of(output / "supply" / "sources.csv")
    perimeter = {r["source_id"]: r["perimeter"] for r in sources}
    for r in sources:
        check(r["need"] in known["need"] and 0 <= float(r["reliability"]) <= 1 and float(r["weight"]) > 0, "supply", r)
        check(r["perimeter"] in ("france", "none") or set(r["perimeter"].split(";")) <= departments, "supply perimeter", r)
        check(r["need"] != "emploi_eloignes" or float(r["reliability"]) <= 0.15, "emploi_eloignes", r)
    check(len({(r["source_id"], r["need"]) for r in sources}) == len(sources), "supply twice")
    check("74" not in perimeter["bnlc_covoiturage"].split(";"), "74 has no car-pool place")
    counts = rows_of(output / "supply" / "counts.csv.gz")
    for r in counts:
        place = perimeter[r["source_id"]]
        check(r["insee"] in communes and int(r["count"]) > 0, "count", r)
        check(place == "france" or department(r["insee"]) in place.split(";"), "count out of perimeter", r)

    ids = Counter()
    for path in ("registers.jsonl.gz", "key_actors.jsonl"):
        for a in lines_of(output / "actors" / path):
            ids[a["id"]] += 1
            check(re.fullmatch(r"[a-z0-9-]+", a["id"]) and a["name"] and set(a["themes"]) <= set(THEMES), "actor", a["id"])
            check("insee" not in a or a["insee"] in communes, "actor commune", a["id"])
            check("AGPL" not in json.dumps(a["sources"]), "AGPL", a["id"])
    check(max(ids.values()) == 1, "actor id twice", [i for i, n in ids.items() if n > 1][:5])
    for p in lines_of(output / "priorities.jsonl"):
        check(p["territory"] is None or p["territory"].partition("-")[2] in exists[p["territory"].partition("-")[0]], "priority", p["id"])
        check(p["kind"] in ("submission", "call", "programme", "finding") and set(p["themes"]) <= set(THEMES)
              and set(p["needs"]) <= known["need"] and p["themes"], "priority", p["id"])
    for o in lines_of(output / "observations.jsonl"):
        kind, _, code = o["territory"].partition("-")
        check(code in exists[kind] and o["theme"] in THEMES and re.fullmatch(r"\d{4}-\d\d-\d\d", o["date"]), "observation", o["id"])
        for field in ("need", "public", "step"):
            check(o[field] is None or o[field] in known[field], "observation", o["id"], o[field])
        check(0 <= o["severity"] <= 1 and 0 <= o["confidence"] <= 1 and o["source"], "observation", o["id"])
    for s in lines_of(output / "schemes.jsonl") + lines_of(output / "peers.jsonl"):
        check(set(s["themes"]) <= set(THEMES) and s["source"], "scheme", s["id"])
        place = s["perimeter"]
        check(place in (None, "france") or place.partition("-")[2] in exists[place.partition("-")[0]], "scheme", s["id"])
        check(not s.get("programme") or s["programme"] in names, "scheme programme", s["id"])
        check(not s.get("insee") or s["insee"] in communes, "peer", s["id"])
    networks = lines_of(output / "networks.jsonl")
    members = Counter()
    everyone = [a["name"] for path in ("registers.jsonl.gz", "key_actors.jsonl") for a in lines_of(output / "actors" / path)]
    everyone += [r["name"] for r in read_jsonl(source / "enterprises.jsonl")]
    for n in networks:
        patterns = [re.compile(p) for p in n["members_pattern"]]
        members[n["id"]] = sum(any(p.search(fold(name)) for p in patterns) for name in everyone)
    known_networks = {n["name"] for n in networks}
    for a in lines_of(output / "actors" / "key_actors.jsonl"):
        check("network" not in a or a["network"] in known_networks, "network", a.get("network"))

    total = 0
    for path in sorted(output.rglob("*")):
        if path.is_file() and "prepare" not in path.parts and "taxonomy" not in path.parts:
            total += path.stat().st_size
    print(f"indicators {len(meta)}, values {len(values)}, programmes {len(programmes)}, supply lines {len(sources)}, "
          f"counts {len(counts)}, actors {len(ids)}, networks {len(networks)}, total {total:,} bytes")
    print("members found:", dict(members.most_common()))
    print("faults:", len(faults))
    for fault in faults[:20]:
        print("  ", fault)
    sys.exit(bool(faults))


main()
