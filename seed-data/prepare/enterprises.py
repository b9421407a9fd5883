"""Proven enterprises in the catalogue's own shape: the collected records plus what was read in them one by one.

`enterprises/enrichment.jsonl` holds, for each record, its answers (need, public, step), its typed conditions and its
parted partners, written by reading the record. Usage, besides that of every script: enrichment files given after the
two folders (python3 enterprises.py SOURCE OUTPUT PART.jsonl PART.jsonl) are first merged into that file.
"""
import re
import sys
from pathlib import Path
from common import THEMES, fold, folders, read_jsonl, write_jsonl

# Labels of the collected records -> theme ids.
THEME_OF = {
    "alimentation": "alimentation", "bâtiment durable": "batiment_durable", "textile": "textile",
    "mobilités": "mobilites", "action sociale": "inclusion", "inclusion": "inclusion",
    "migrants & langue": "migrants", "handicap": "handicap", "vieillissement": "vieillissement",
    "petite enfance": "petite_enfance", "santé": "sante", "numérique inclusif": "numerique",
    "réemploi & économie circulaire": "reemploi", "justice": "justice", "logement & sans-abrisme": "logement",
    "éducation": "education", "emploi & insertion": "emploi", "fin de vie": "fin_de_vie",
}
# A figure counts places of the enterprise itself when its unit begins with one of these words…
PLACES = re.compile(r"^(antennes|sites|boutiques|magasins|friperies|agences|lieux|villes|centres|points d’accueil|"
                    r"plateformes|ateliers|maisons|crèches|fermes|restaurants|traiteurs|colocations|frigos|adresses|"
                    r"stations|structures|épiceries|associations ou antennes)\b")
# …in a federation also when it counts its members…
MEMBERS = re.compile(r"^(ateliers membres|épiceries|associations régionales du réseau|garages et loueurs|"
                     r"structures d’insertion)\b")
# …and never when it counts those of others, or of one city only.
NOT_ITS_OWN = re.compile(r"partenaires|en cours|à Lyon|à Toulouse|dans la métropole|bénéficiaires|utilisat|servies")
# A name of kind ("ressourcerie") does not say that one belongs to the network of that name.
NOT_BY_NAME = {"ressourceries", "geiq", "regies-de-quartier", "france-services"}
# Members that the name alone does not show: enterprise -> (network, words of the record that say so).
SAID_MEMBERS = {"retritex": ("Emmaüs", "Emmaüs Action Ouest")}
# Places that a figure of the record says passing, over, or held by another: id -> commune -> what is added.
SITE_NOTES = {
    "cuisine-mode-d-emploi-s": {"Lyon": ("temporary_presence", {"kind": "temporary", "until": 2021}),
                                "Marseille": ("closure", {"until": 2018})},
    "les-reparables": {"Lyon": ("temporary_presence", {"kind": "temporary", "since": 2021, "until": 2021})},
    "les-detritivores": {"Lyon": ("closure", {"until": 2020})},
    "chaussettes-orphelines": {"Aix-les-Bains": ("regional_presence", {"kind": "partner"})},
}


def sites(record):
    notes = SITE_NOTES.get(record["id"], {})
    kinds = {evidence["kind"] for evidence in record.get("evidence", [])}
    assert all(kind in kinds for kind, _ in notes.values()), record["id"]
    listed = [dict(site) for site in record.get("sites", [])]
    for site in listed:
        site.update(notes.get(site.get("commune"), ("", {}))[1])
    return listed


def sites_declared(record):
    """The largest number of its own places that a figure of the record gives, the dated one on a tie."""
    federation = record["scaling"].get("model") == "federation"
    best = None
    for evidence in record.get("evidence", []):
        kind, value, unit = evidence["kind"], evidence["value"], evidence.get("unit", "")
        own = kind in ("sites", "shops", "stations") and PLACES.match(unit)
        members = federation and kind in ("network", "members", "shops", "sites") and MEMBERS.match(unit)
        if not (own or members) or NOT_ITS_OWN.search(unit) or not isinstance(value, int):
            continue
        if best is None or (value, evidence.get("year", 0)) > (best["value"], best.get("year", 0)):
            best = {"value": value, "year": evidence.get("year"), "source": evidence["source"]}
            best = {key: what for key, what in best.items() if what is not None}
    return best


def network(record, networks):
    """The network whose member pattern is in the name; the longest name wins (Emmaüs Connect over Emmaüs)."""
    if record["id"] in SAID_MEMBERS:
        name, words = SAID_MEMBERS[record["id"]]
        assert words in " ".join([record["summary"], *record.get("aliases", [])]), record["id"]
        return name
    name = fold(record["name"])
    found = [one["name"] for one in networks if one["id"] not in NOT_BY_NAME
             and any(re.search(pattern, name) for pattern in one["members_pattern"])]
    return max(found, key=len, default=None)


def conditions(record, typed):
    basis = "inferred" if "scaling.conditions" in record["inferred"] else "stated"
    texts = record["scaling"].get("conditions", [])
    assert [one["text"] for one in typed] == texts, record["id"]
    return [{key: value for key, value in {**one, "basis": basis, "source": record["sources"][0]}.items()
             if value is not None} for one in typed]


def enriched(record, more, networks):
    text = str(record)
    for answer in more["answers"]:
        assert answer["because"] in text or answer["because"].replace("’", "'") in text, (record["id"], answer)
    assert len(more["partners"]) == len(record.get("partners", [])), record["id"]
    themes = [THEME_OF[label] for label in record["themes"]]
    assert set(themes) <= set(THEMES)
    full = dict(record)
    full["themes"] = list(dict.fromkeys(themes))
    full["partners"] = more["partners"]
    full["sites"] = sites(record)
    full["sites_declared"] = sites_declared(record)
    full["network"] = network(record, networks)
    full["scaling"] = dict(record["scaling"])
    full["scaling"]["conditions"] = conditions(record, more["conditions"])
    if not full["scaling"]["conditions"]:
        del full["scaling"]["conditions"]
    full["answers"] = more["answers"]
    return {key: value for key, value in full.items() if value not in (None, [], {})}


def main():
    source, output = folders()
    stored = output / "enterprises" / "enrichment.jsonl"
    parts = [Path(name) for name in sys.argv[3:]]
    if parts:
        lines = sorted((line for part in parts for line in read_jsonl(part)), key=lambda line: line["id"])
        write_jsonl(stored, lines)
    more = {line["id"]: line for line in read_jsonl(stored)}
    records = read_jsonl(source / "enterprises.jsonl")
    networks = read_jsonl(output / "networks.jsonl")
    assert {record["id"] for record in records} == set(more)
    lines = [enriched(record, more[record["id"]], networks) for record in sorted(records, key=lambda r: r["id"])]
    write_jsonl(output / "enterprises" / "enterprises.jsonl", lines)


main()
