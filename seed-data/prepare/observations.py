"""Field statements with a date, each resting on words found in one row of the data (checked here).

Severity and confidence are a reading: 0.7 and more when the words compare need and supply, less when an actor
only says what it looks for. A statement without a date in its row or in the address of its page is not taken.
"""
from common import folders, read_csv, read_jsonl, typographic, write_jsonl

LYON = "epci-200046977"
# file | row (name or first words) | words it rests on, then the statement
STATEMENTS = [
    ("metropole-de-lyon-2023-batiment-durable", LYON, "priorities", "thématiques prioritaires",
     "en bâtiment durable l'offre locale est inférieure aux besoins",
     "En bâtiment durable, il y a déjà plus de besoins que d’offre.",
     None, None, None, "batiment_durable", 0.7, 0.7, "2023-12-31", "Métropole de Lyon"),
    ("singa-lyon-2023-francais", LYON, "actors", "Singa Lyon",
     "formation de français en volume (grand nombre de sessions chaque année)",
     "SINGA Lyon cherche chaque année un grand nombre de sessions de formation de français pour les personnes réfugiées accueillies.",
     "apprentissage_francais", "personnes_refugiees", "formation", "migrants", 0.8, 0.7, "2023-12-31", "SINGA Lyon"),
    ("solivet-2023-produits-de-base", LYON, "actors", "SoliVet",
     "produits de base, y compris non alimentaires, pour ses bénéficiaires",
     "SoliVet cherche des produits de base, y compris non alimentaires, pour ses bénéficiaires.",
     "precarite_materielle", "personnes_precaires", "distribution", "inclusion", 0.6, 0.6, "2023-12-31", "SoliVet"),
    ("metropole-de-lyon-2022-stockage-materiaux", LYON, "priorities", "constat de filière", "le stockage est le maillon manquant",
     "Réemploi des matériaux du bâtiment : le stockage est le maillon manquant (850 000 tonnes de déchets du BTP par an).",
     "reemploi_materiaux", "professionnels_batiment", "stockage", "batiment_durable", 0.8, 0.6, "2022-12-31", "filière du réemploi du bâtiment à Lyon"),
    ("mineka-2022-stockage", LYON, "actors", "Minéka", "espaces de stockage",
     "Minéka cherche des espaces de stockage pour les matériaux de réemploi.",
     "reemploi_materiaux", None, "stockage", "batiment_durable", 0.6, 0.6, "2022-12-31", "Minéka"),
    ("les-boucles-2021-foncier-de-stockage", LYON, "priorities", "programme Les Boucles", "lever trois manques: foncier avec stockage",
     "Économie circulaire : il manque du foncier avec stockage, des matières de proximité et une régulation des déchets.",
     "reduction_dechets", "entrepreneurs", "stockage", "reemploi", 0.7, 0.6, "2021-12-31", "Ronalpia, Suez et Métropole de Lyon"),
    ("metropole-de-lyon-2024-sport-handicap", LYON, "priorities", "programme Club inclusif avec", "maillage jugé trop faible",
     "Le maillage des clubs de sport qui accueillent des pratiquants handicapés est jugé trop faible.",
     "acces_sport_loisirs", "personnes_handicapees", "accueil", "handicap", 0.7, 0.6, "2024-12-31", "Métropole de Lyon"),
    ("metropole-de-lyon-2019-alimentation-locale", LYON, "priorities", "démarche territoire bio", "4,6 % d'alimentation locale en 2019",
     "4,6 % de l’alimentation venait de moins de 50 km en 2019.",
     "approvisionnement_local", "habitants", "approvisionnement", "alimentation", 0.7, 0.6, "2019-12-31", "Métropole de Lyon"),
    ("les-alchimistes-2023-foncier", LYON, "actors", "Les Alchimistes AURA", "foncier pour plateformes",
     "Les Alchimistes cherchent du foncier pour leurs plateformes de compostage.",
     "biodechets", "entreprises", "recyclage", "alimentation", 0.5, 0.5, "2023-02-15", "Les Alchimistes"),
    ("linkee-lyon-2024-invendus", LYON, "actors", "Linkee Lyon", "invendus de commerçants; bénévoles",
     "Linkee Lyon cherche des invendus de commerçants et des bénévoles pour ses colis aux étudiants.",
     "precarite_alimentaire_etudiante", "etudiants", "approvisionnement", "alimentation", 0.5, 0.4, "2024-02-06", "Linkee Lyon"),
    ("agorae-lyon-2013-stockage", LYON, "actors", "AGORAé Lyon (Gaélis)", "stockage",
     "L’épicerie étudiante AGORAé de Lyon manque de stockage.",
     "precarite_alimentaire_etudiante", "etudiants", "stockage", "alimentation", 0.4, 0.4, "2013-05-02", "AGORAé Lyon"),
    ("l-olivier-des-sages-2013-hygiene", LYON, "actors", "L'Olivier des Sages", "produits d'hygiène et cosmétiques",
     "L’Olivier des Sages cherche des produits d’hygiène pour des personnes âgées isolées.",
     "precarite_hygienique", "aines_isoles", "distribution", "inclusion", 0.5, 0.5, "2013-02-20", "L’Olivier des Sages"),
    ("drome-2024-aide-alimentaire", "dep-26", "actors", "Banque alimentaire Drôme-Ardèche", "besoins en hausse de 23 %, stocks insuffisants",
     "Aide alimentaire : les besoins ont augmenté de 23 % et les stocks sont insuffisants.",
     "precarite_alimentaire", "beneficiaires_aide_alimentaire", "approvisionnement", "alimentation", 0.8, 0.7, "2024-12-31", "Banque alimentaire Drôme-Ardèche"),
    ("drome-2021-secteurs-mal-desservis", "dep-26", "priorities", "programme PEnD", "trois secteurs mal desservis (nord Drôme, Baronnies, Diois)",
     "Trois secteurs sont mal desservis pour les personnes isolées : nord de la Drôme, Baronnies et Diois.",
     "mobilite_rurale", "habitants_ruraux", "transport_personnes", "mobilites", 0.7, 0.6, "2021-12-31", "programme PEnD-Aura+"),
    ("mobisol26-2021-perennisation", "dep-26", "actors", "Mobisol26", "pérennisation après l'expérimentation close fin 2021",
     "Le covoiturage solidaire Mobisol26 cherchait sa pérennisation après l’expérimentation close fin 2021.",
     "mobilite_rurale", "habitants_ruraux", "transport_personnes", "mobilites", 0.6, 0.5, "2021-12-31", "Mobisol26"),
    ("biovallee-2019-accompagnement", "dep-26", "priorities", "comité de sélection", "accès à l'accompagnement loin des centres urbains",
     "Les entrepreneurs sociaux de la Biovallée demandent un accompagnement loin des centres urbains.",
     "creation_activite", "entrepreneurs", "accompagnement", "emploi", 0.5, 0.5, "2019-04-04", "Ronalpia et Biovallée"),
    ("paca-2020-competences-textiles", "reg-93", "enterprises", "fask-academy", "% des entreprises textiles régionales freinées par le manque de compétences",
     "90 % des entreprises textiles de la région se disent freinées par le manque de compétences (étude auprès de 650).",
     "filiere_textile_locale", "entreprises", "formation", "textile", 0.8, 0.6, "2020-12-31", "Fask"),
]


def main():
    source, output = folders()
    rows = {"actors": read_csv(source / "key_actors_aura.csv"), "priorities": read_csv(source / "priorities.csv"),
            "enterprises": read_jsonl(source / "enterprises.jsonl")}
    lines = []
    for (identifier, territory, file, row_key, words, text, need, public, step, theme,
         severity, confidence, date, author) in STATEMENTS:
        key = {"actors": "actor", "priorities": "policy_document", "enterprises": "id"}[file]
        found = [row for row in rows[file] if row[key] == row_key or (file == "priorities" and row[key].startswith(row_key))]
        assert len(found) == 1, row_key
        row = found[0]
        if file == "enterprises":
            page = next(e["source"] for e in row["evidence"] if words in str(e.get("unit")))
        else:
            assert words in " ".join(row.values()), (identifier, words)
            page = row["source_url"]
        lines.append({"id": identifier, "territory": territory, "text": text, "need": need, "public": public, "step": step,
                      "theme": theme, "severity": severity, "confidence": confidence, "date": date, "by": author,
                      "source": page, "licence": "faits reformulés", "rests_on": typographic(words)})
    write_jsonl(output / "observations.jsonl", sorted(lines, key=lambda l: l["id"]))


main()
