"""Indicators, long form, without those whose licence is undocumented and that are not public statistics."""
from collections import defaultdict
from common import department, folders, read_csv, write_csv

# Licence undocumented and publisher not a public statistics body (see SOURCES.md).
LEFT_OUT = {"ali_aide_croix_rouge", "mob_barometre_fub", "log_demandeurs_q1"}
LEVELS = ("commune", "epci", "departement")


def inherited_from(row):
    """Values given to an EPCI that were measured on a larger territory: they count less."""
    if "_bmo_" in row["indicator_id"]:
        return "bassin_emploi"
    return "zone_emploi" if row["indicator_id"] == "soc_taux_chomage_ze" else ""



def main():
    source, output = folders()
    source, output = source / "territories", output / "indicators"
    departments = {row["dep"] for row in read_csv(source / "departements.csv")}
    epci = {row["siren"]: row["departements"] for row in read_csv(source / "epci.csv")}
    levels, covered, values = defaultdict(set), defaultdict(set), []
    for row in read_csv(source / "indicators.csv"):
        indicator, kind, code = row["indicator_id"], row["territory_kind"], row["territory_code"]
        if indicator in LEFT_OUT:
            continue
        levels[indicator].add(kind)
        covered[indicator] |= ({department(code)} if kind == "commune" else {code} if kind == "departement"
                               else set(epci[code].replace("|", ";").split(";")))
        values.append([kind, code, indicator, row["year"], row["value"].removesuffix(".0")])
    values.sort()
    write_csv(output / "values.csv.gz",
              ["territory_kind", "territory_code", "indicator_id", "year", "value"], values)
    meta = [row for row in read_csv(source / "indicators_meta.csv") if row["indicator_id"] not in LEFT_OUT]
    lines = []
    for row in meta:
        indicator = row["indicator_id"]
        places = covered[indicator] & departments
        perimeter = "france" if places == departments else ";".join(sorted(places))
        status = "open" if row["licence"].startswith(("Licence Ouverte", "ODbL")) else "presumed"
        level = next(level for level in LEVELS if level in levels[indicator])
        lines.append(list(row.values()) + [perimeter, status, level, inherited_from(row)])
    write_csv(output / "meta.csv", list(meta[0]) + ["perimeter", "licence_status", "level", "inherited_from"], lines)


main()
