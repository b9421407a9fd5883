"""Public programmes by commune and EPCI."""
from common import folders, read_csv, write_csv

# source -> (licence seen, open | presumed). Every source is an official list of the State or its agencies.
LICENCES = {
    "anct_superposeur_2024": ("Licence Ouverte 2.0", "open"),
    "anct_superposeur_v2_2026": ("aucun fichier de licence (ANCT, Licence Ouverte présumée)", "presumed"),
    "anct_ngeo_2023": ("MIT (dépôt), données ANCT", "open"),
    "les_emplois_zrr_2022": ("liste officielle (arrêté), copie dans un dépôt AGPL", "presumed"),
    "zlv_ort_2023": ("MIT (dépôt), données ANCT", "open"),
    "ma_cantine": ("MIT (dépôt), Licence Ouverte présumée pour les données", "presumed"),
    "zfe_liste_2022": ("liste officielle du ministère, copie dans un dépôt AGPL", "presumed"),
    "actee_laureats": ("MIT (documentation du dépôt)", "open"),
}
# The zones de revitalisation rurale were replaced in July 2024 (note of the source).
ENDED = {"zrr": "2024-06-30", "zrr_partiel": "2024-06-30"}


def main():
    source, output = folders()
    source, output = source / "territories", output / "programmes"
    rows = [row for row in read_csv(source / "programmes.csv") if row["source_id"] in LICENCES]
    write_csv(output / "programmes.csv.gz", list(rows[0]),
              sorted(list(row.values()) for row in rows))
    meta = [row for row in read_csv(source / "programmes_meta.csv") if row["source_id"] in LICENCES]
    write_csv(output / "meta.csv", list(meta[0]) + ["licence", "licence_status", "ended"],
              ([*row.values(), *LICENCES[row["source_id"]], ENDED.get(row["programme_id"], "")] for row in meta))


main()
