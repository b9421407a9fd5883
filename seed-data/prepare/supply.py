"""Supply of each need, counted by commune, with the perimeter and reliability of every source.

`sources.csv`: one line per (source, need). Supply points = count × weight. Reliability says how well the count
measures the supply of THAT need on the perimeter of the source; below 0.1 it is listed, not counted.
Perimeter: `france`, a `;` list of départements, or `none` for the register of one city (it names actors and
has no counts). Rows touched by an AGPL source, and rows whose point contradicts their commune, are not counted.
"""
import re
from collections import Counter
from common import MERGED, department, fold, folders, is_agpl, read_csv, write_csv

AURA = "01;03;07;15;26;38;42;43;63;69;73;74"
LO, MIT, ODBL = "Licence Ouverte 2.0", "MIT (dépôt mednum-cli)", "ODbL"
DOUBLE = "Peut compter les mêmes lieux que les autres registres de la médiation numérique : fiabilité abaissée d’autant."
PARTIAL = "Registre partiel : une absence n’y dit rien."
NO_SIAE = ("Les listes de structures d’insertion trouvées sont sous AGPL et écartées : aucune source de l’offre de ce "
           "besoin ne dépasse 0,15 ; la couverture reste à dire par le terrain ou par un import.")


def of(*names):
    return lambda row: bool(set(names) & set(row["source"].split("|")))


def of_text(source, pattern):
    return lambda row: source in row["source"].split("|") and re.search(pattern, fold(row["activities"]))


def finess(*categories):
    return of_text("sae_2023", r"categorie finess (%s)\b" % "|".join(categories))


def naf(*codes):
    return of_text("sirene_2017", r"\bnaf (%s)\b" % "|".join(code.lower() for code in codes))


# id, label, unit, selector, perimeter, vintage, licence, url, [(need, weight, reliability, note)]
SOURCES = [
    ("france_services", "Espaces France services", "espace", of("france_services_2024"), "france", "2024-08", LO,
     "https://github.com/anct-carto/france_services",
     [("acces_droits", 1, 0.6, ""), ("documents_administratifs", 1, 0.7, ""),
      ("illectronisme", 0.5, 0.3, "Aide aux démarches en ligne, sans apprentissage dans la durée.")]),
    ("bibliotheques", "Bibliothèques publiques", "bibliothèque", of("bibliotheques"), "france", "", LO + " (Ministère de la Culture)",
     "https://github.com/dataforgoodfr/batch8_mednum",
     [("acces_culture", 1, 0.8, ""), ("langage_lecture", 1, 0.3, "Une bibliothèque n’est pas un programme de langage.")]),
    ("bnlc_covoiturage", "Lieux de covoiturage (BNLC)", "lieu", of("bnlc_covoiturage"), "departments", "2026-08", ODBL,
     "https://github.com/etalab/transport-base-nationale-covoiturage",
     [("covoiturage", 1, 0.7, "Périmètre : départements ayant au moins deux lieux et un dixième de la densité moyenne (aucun lieu en Haute-Savoie : "
       "cette absence n’est pas un manque, un lieu isolé ailleurs non plus). Ne mesure ni l’accès à l’emploi ni la voiture solidaire.")]),
    ("esat", "Établissements et services d’accompagnement par le travail", "établissement",
     lambda row: of("esat")(row) and not re.search(r"capacité 0 places", row["activities"]), "france", "2025", LO + " (FINESS)",
     "https://github.com/gip-inclusion/pilotage-airflow",
     [("emploi_handicap", 1, 0.7, "Établissements à capacité nulle non comptés. Le travail en milieu ordinaire n’y est pas.")]),
    ("sae_hopitaux", "Hôpitaux et cliniques", "établissement",
     finess("101", "106", "114", "122", "128", "129", "131", "355", "365"), "france", "2023", LO + " (DREES)",
     "https://github.com/Alexandre484/StatApp",
     [("renoncement_soins", 1, 0.15, "L’hôpital ne remplace pas les soins de ville."),
      ("desert_medical", 1, 0.05, "Non compté : ce ne sont pas des médecins de ville.")]),
    ("sae_psychiatrie", "Établissements psychiatriques", "établissement",
     finess("156", "161", "292", "412", "425", "430", "444"), "france", "2023", LO + " (DREES)",
     "https://github.com/Alexandre484/StatApp",
     [("sante_mentale", 1, 0.3, "Soins hospitaliers ; ni ville, ni prévention."),
      ("retablissement_psychique", 1, 0.1, "Soin, non réinsertion.")]),
    ("sae_had", "Hospitalisation à domicile", "établissement", finess("127"), "france", "2023", LO + " (DREES)",
     "https://github.com/Alexandre484/StatApp",
     [("accompagnement_fin_de_vie", 1, 0.1, "Une part seulement de l’activité est palliative.")]),
    ("sae_suites", "Soins de suite, longue durée et dialyse", "établissement", finess("109", "362", "141", "146"), "france",
     "2023", LO + " (DREES)", "https://github.com/Alexandre484/StatApp",
     [("accompagnement_maladie", 1, 0.1, "Soin, non accompagnement de la vie avec la maladie.")]),
    ("aidants_connect", "Structures habilitées Aidants Connect", "structure", of("aidants_connect"), "france", "2021", MIT,
     "https://github.com/anct-cartographie-nationale/mednum-cli",
     [("documents_administratifs", 1, 0.6, ""), ("illectronisme", 1, 0.6, "Faire à la place ou avec, plus qu’apprendre."),
      ("acces_droits", 1, 0.3, "")]),
    ("conseillers_numeriques_lieux", "Lieux de conseillers numériques", "lieu", of("mednum_cnfs"), "france", "2022", LO,
     "https://github.com/anct-cartographie-nationale/client-application", [("illectronisme", 1, 0.5, DOUBLE)]),
    ("conseillers_numeriques_employeurs", "Employeurs de conseillers numériques", "structure", of("cnfs_structures_2021"),
     "departments", "2021", LO, "https://github.com/anct-cartographie-nationale/mednum-cli",
     [("illectronisme", 1, 0.2, "Premières vagues seulement. " + DOUBLE)]),
    ("hinaura", "Lieux de médiation numérique (Hinaura)", "lieu", of("hinaura"), AURA, "2022", ODBL,
     "https://github.com/anct-cartographie-nationale/mednum-cli", [("illectronisme", 1, 0.4, DOUBLE)]),
    ("mednum_paca", "Lieux de médiation numérique (PACA)", "lieu", of("mednum_paca"), "04;05;06;13;83;84", "", MIT,
     "https://github.com/anct-cartographie-nationale/mednum-cli", [("illectronisme", 1, 0.4, DOUBLE)]),
    ("hub_centre", "Espaces numériques du Centre-Val de Loire", "lieu", of("hub_lo"), "18;28;36;37;41;45", "2020", MIT,
     "https://github.com/anct-cartographie-nationale/mednum-cli", [("illectronisme", 1, 0.4, DOUBLE)]),
    ("numi_normandie", "Lieux numériques de Normandie", "lieu", of("numi"), "14;27;50;61;76", "2022", MIT,
     "https://github.com/anct-cartographie-nationale/mednum-cli", [("illectronisme", 1, 0.3, DOUBLE)]),
    ("gironde_numerique", "Lieux numériques de Gironde", "lieu", of("gironde"), "33", "2021", MIT,
     "https://github.com/anct-cartographie-nationale/mednum-cli", [("illectronisme", 1, 0.4, DOUBLE)]),
    ("maine_et_loire_numerique", "Lieux numériques de Maine-et-Loire", "lieu", of("maine_et_loire"), "49", "2020", MIT,
     "https://github.com/anct-cartographie-nationale/mednum-cli", [("illectronisme", 1, 0.4, DOUBLE)]),
    ("tiers_lieux_labellises", "Fabriques de territoire et Manufactures de proximité", "tiers-lieu", of("fabt", "manuprox"),
     "france", "2023", LO, "https://github.com/anct-carto/superposeur-anct",
     [("lieux_partages", 1, 0.5, "Tiers-lieux labellisés seulement, une petite part de l’ensemble.")]),
    ("di_numerique", "data·inclusion 2022 : apprendre le numérique", "structure",
     of_text("data_inclusion_2022", r"utiliser le numerique|prendre en main|culture numerique|mediation numerique|initiation informatique"),
     "france", "2022", MIT + " ; data·inclusion", "https://github.com/anct-cartographie-nationale/mednum-cli",
     [("illectronisme", 1, 0.2, PARTIAL + " " + DOUBLE)]),
    ("di_demarches", "data·inclusion 2022 : démarches administratives", "structure",
     of_text("data_inclusion_2022", r"demarches administratives|demarches en ligne"), "france", "2022",
     MIT + " ; data·inclusion", "https://github.com/anct-cartographie-nationale/mednum-cli",
     [("documents_administratifs", 1, 0.15, PARTIAL), ("acces_droits", 1, 0.1, PARTIAL)]),
    ("di_materiel", "data·inclusion 2022 : accès au matériel et à la connexion", "structure",
     of_text("data_inclusion_2022", r"acceder a du materiel|connexion internet|s'equiper en materiel"), "france", "2022",
     MIT + " ; data·inclusion", "https://github.com/anct-cartographie-nationale/mednum-cli",
     [("equipement_numerique", 1, 0.15, PARTIAL + " Usage sur place, non équipement du foyer.")]),
    ("di_emploi", "data·inclusion 2022 : insertion professionnelle", "structure",
     of_text("data_inclusion_2022", r"insertion professionnelle|accompagnement vers l'emploi|accompagnement dans l'emploi|mission locale"),
     "france", "2022", MIT + " ; data·inclusion", "https://github.com/anct-cartographie-nationale/mednum-cli",
     [("emploi_eloignes", 1, 0.1, PARTIAL + " " + NO_SIAE)]),
    ("di_creation", "data·inclusion 2022 : création d’entreprise", "structure",
     of_text("data_inclusion_2022", r"developper mon entreprise"), "france", "2022", MIT + " ; data·inclusion",
     "https://github.com/anct-cartographie-nationale/mednum-cli", [("creation_activite", 1, 0.1, PARTIAL)]),
    ("di_sante", "data·inclusion 2022 : démarches de santé", "structure",
     of_text("data_inclusion_2022", r"demarches de sante"), "france", "2022", MIT + " ; data·inclusion",
     "https://github.com/anct-cartographie-nationale/mednum-cli", [("renoncement_soins", 1, 0.1, PARTIAL)]),
    ("di_mobilite", "data·inclusion 2022 : mobilité", "structure",
     of_text("data_inclusion_2022", r"\bmobilite|location solidaire|auto-ecole"), "france", "2022",
     MIT + " ; data·inclusion", "https://github.com/anct-cartographie-nationale/mednum-cli",
     [("mobilite_emploi", 1, 0.05, PARTIAL + " Non compté.")]),
    ("sirene_aide_domicile", "Aide à domicile (mises à jour Sirene de 2017)", "structure", naf("8810A"), "france", "2017",
     LO + " (Insee)", "https://github.com/etalab/sirene_as_api", [("perte_autonomie", 1, 0.05, PARTIAL + " Non compté.")]),
    ("sirene_creches", "Accueil de jeunes enfants (mises à jour Sirene de 2017)", "structure", naf("8891A"), "france", "2017",
     LO + " (Insee)", "https://github.com/etalab/sirene_as_api", [("accueil_jeune_enfant", 1, 0.05, PARTIAL + " Non compté.")]),
    ("sirene_sport", "Clubs de sport (mises à jour Sirene de 2017)", "structure", naf("9312Z", "9319Z"), "france", "2017",
     LO + " (Insee)", "https://github.com/etalab/sirene_as_api", [("acces_sport_loisirs", 1, 0.05, PARTIAL + " Non compté.")]),
    ("sirene_reemploi", "Occasion et réparation (mises à jour Sirene de 2017)", "structure",
     naf("4779Z", "9521Z", "9522Z", "9524Z", "9529Z"), "france", "2017", LO + " (Insee)",
     "https://github.com/etalab/sirene_as_api", [("reemploi_objets", 1, 0.05, PARTIAL + " Non compté.")]),
] + [
    (name, label, "lieu", of(name), "none", vintage, licence, url,
     [(need, 1, 0.3, "Registre d’une seule ville : nomme des acteurs, ne mesure pas une couverture.") for need in needs])
    for name, label, vintage, licence, url, needs in (
        ("entourage_lyon", "Lieux d’aide de Lyon", "2021", "MIT (dépôt entourage-ror)", "https://github.com/ReseauEntourage/entourage-ror",
         ("precarite_alimentaire", "grande_precarite", "hebergement_urgence", "precarite_vestimentaire", "precarite_hygienique", "sante_precaires")),
        ("entourage_bordeaux", "Lieux d’aide de Bordeaux", "2021", "MIT (dépôt entourage-ror)", "https://github.com/ReseauEntourage/entourage-ror",
         ("precarite_alimentaire", "grande_precarite", "accueil_exiles", "precarite_vestimentaire")),
        ("entourage_rennes", "Lieux d’aide de Rennes", "2021", "MIT (dépôt entourage-ror)", "https://github.com/ReseauEntourage/entourage-ror",
         ("precarite_alimentaire", "grande_precarite", "accueil_exiles", "precarite_vestimentaire")),
        ("limoges", "Acteurs du numérique de Limoges", "", MIT, "https://github.com/anct-cartographie-nationale/mednum-cli", ("illectronisme",)),
        ("mednum_divers", "Lieux numériques divers (Martinique, Rouen, Bouches-du-Rhône)", "", MIT,
         "https://github.com/anct-cartographie-nationale/mednum-cli", ("illectronisme", "documents_administratifs")),
        ("transiscope", "Alternatives des Deux-Sèvres et alentours", "2019", "ODbL (Près de chez nous)",
         "https://github.com/Serli/smart-city-niort", ("approvisionnement_local", "acces_culture")),
    )
]
# A département belongs to a source with gaps if it holds two places and a tenth of the source's mean density:
# one stray place does not make the others absent.
ENOUGH, DENSE = 2, 0.1


def main():
    source, output = folders()
    communes = {row["insee"] for row in read_csv(source / "territories" / "communes.csv")}
    population = {row["dep"]: int(row["population"]) for row in read_csv(source / "territories" / "departements.csv")}
    rows = []
    for row in read_csv(source / "local_actors.csv"):
        row["insee"] = MERGED.get(row["insee"], row["insee"])
        if not is_agpl(row) and row["geo"] != "doute" and row["insee"] in communes:
            rows.append(row)
    lines, counts = [], []
    for name, label, unit, selects, perimeter, vintage, licence, url, needs in SOURCES:
        found = Counter(row["insee"] for row in rows if selects(row))
        if perimeter == "departments":
            size = Counter()
            for insee, count in found.items():
                size[department(insee)] += count
            mean = sum(size.values()) / sum(population.values())
            perimeter = ";".join(sorted(dep for dep, count in size.items()
                                        if count >= ENOUGH and count >= DENSE * mean * population[dep]))
        if perimeter not in ("france", "none"):
            found = {insee: n for insee, n in found.items() if department(insee) in perimeter.split(";")}
        if perimeter != "none":
            counts += [[name, insee, n] for insee, n in sorted(found.items())]
        print(f"  {name}: {sum(found.values())} × {unit}, {len(found)} communes")
        lines += [[name, label, need, unit, weight, reliability, perimeter, vintage, licence, url, note]
                  for need, weight, reliability, note in needs]
    write_csv(output / "supply" / "sources.csv",
              "source_id label_fr need unit_fr weight reliability perimeter vintage licence url note".split(), lines)
    write_csv(output / "supply" / "counts.csv.gz", ["source_id", "insee", "count"], counts)


main()
