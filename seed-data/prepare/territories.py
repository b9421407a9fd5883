"""Territories of the 2026 reference: régions, départements, EPCI, communes, arrondissements, outlines."""
import re
from common import folders, read_csv, write_bytes, write_csv

COMMUNES = ("insee nom dep reg epci population population_annee superficie_km2 lat lon "
            "classe_densite type_ruralite niveau_centralite massif").split()
NOT_A_TYPE = {"- undefined", "Commune dont le périmètre a changé depuis la réalisation de la typologie"}


def communes(rows):
    for row in sorted(rows, key=lambda r: r["insee"]):
        row = {key: "" if row[key] in NOT_A_TYPE else row[key] for key in COMMUNES}
        row["massif"] = re.sub(r"^\d\d - ", "", row["massif"])
        yield [row[key] for key in COMMUNES]


def arrondissements():
    for first, last, commune, city, base in ((75101, 75120, "75056", "Paris", 75100),
                                             (69381, 69389, "69123", "Lyon", 69380),
                                             (13201, 13216, "13055", "Marseille", 13200)):
        for code in range(first, last + 1):
            rank = code - base
            yield [str(code), commune, f"{city} {rank}{'er' if rank == 1 else 'e'} Arrondissement"]


def main():
    source, output = folders()
    source, output = source / "territories", output / "territories"
    for name, key in (("regions", "reg"), ("departements", "dep"), ("epci", "siren")):
        rows = sorted(read_csv(source / f"{name}.csv"), key=lambda r: r[key])
        write_csv(output / f"{name}.csv", list(rows[0]), (list(r.values()) for r in rows))
    write_csv(output / "communes.csv.gz", COMMUNES, communes(read_csv(source / "communes.csv")))
    write_csv(output / "arrondissements.csv", ["insee", "commune", "nom"], arrondissements())
    for name, target in (("departements", "departements"), ("epci_france", "epci")):
        size = write_bytes(output / f"{target}.geojson.gz", (source / f"{name}.geojson").read_bytes())
        print(f"territories/{target}.geojson.gz: {size:,} bytes")


main()
