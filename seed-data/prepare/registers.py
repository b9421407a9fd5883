"""Local actors of the whole of France, from the registers that may be redistributed.

Left out: every row touched by an AGPL source, public libraries and car-pool places (supply, not actors),
rows outside the 101 départements, and names or texts that designate a natural person.
"""
import hashlib
import re
from collections import Counter
from common import MERGED, THEMES, folders, is_agpl, read_csv, slug, write_jsonl

NOT_ACTORS = {"bibliotheques", "bnlc_covoiturage"}
# What must never be shown: a mandate with the name of its holder, an address of mail, a telephone number.
PERSON = re.compile(r",?\s*représentée? par\b.*$", re.I)
CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?:\+33|\b0[1-9])(?:[ .-]?\d\d){4}\b|(?:https?://|www\.)\S+")


def identifiers(rows):
    """A URL-safe id per row; two ids that fold to the same slug get a digest of the original id."""
    slugs = [slug(row["id"]) for row in rows]
    seen = Counter(slugs)
    return [s if seen[s] == 1 else f"{s}-{hashlib.sha256(row['id'].encode()).hexdigest()[:6]}"
            for s, row in zip(slugs, rows)]


def actor(identifier, row, insee, licences):
    year = row["updated"][:4]
    listed = [{"source": name, "licence": licences[name]} for name in row["source"].split("|")]
    if year.isdigit():
        listed[0]["year"] = int(year)
    siret = row["siret_siren"]
    full = {
        "id": identifier,
        "name": PERSON.sub("", CONTACT.sub("", row["name"])).strip(),
        "summary": CONTACT.sub("", row["activities"]).strip(" ;"),
        "themes": [theme for theme in row["themes"].split(";") if theme in THEMES],
        "insee": insee,
        "lat": float(row["lat"]) if row["lat"] else None,
        "lon": float(row["lon"]) if row["lon"] else None,
        "siret": siret if len(siret) == 14 else None,
        "siren": siret if len(siret) == 9 else None,
        "sources": listed,
        "register": True,
        "geo": row["geo"],
        "updated": row["updated"],
    }
    return {key: value for key, value in full.items() if value not in (None, "", [])}


def main():
    source, output = folders()
    communes = {row["insee"] for row in read_csv(source / "territories" / "communes.csv")}
    rows = read_csv(source / "local_actors.csv")
    # A row of several sources joins their licences; rows of one source say whose is whose.
    licences = {row["source"]: row["licence"] for row in rows if "|" not in row["source"]}
    kept = []
    for row in rows:
        insee = MERGED.get(row["insee"], row["insee"])
        if is_agpl(row) or NOT_ACTORS & set(row["source"].split("|")) or insee not in communes:
            continue
        kept.append((row, insee))
    names = identifiers([row for row, _ in kept])
    write_jsonl(output / "actors" / "registers.jsonl.gz",
                sorted((actor(i, row, insee, licences) for i, (row, insee) in zip(names, kept)), key=lambda a: a["id"]))


main()
