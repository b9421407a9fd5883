"""Support schemes and peer organisations named in the data, or of common public knowledge (then said so)."""
from common import folders, read_csv, typographic, write_jsonl

KNOWN = "connaissance générale, à vérifier"
CATALOGUE = "catalogue d’entreprises (partenaires et labels cités)"
PROGRAMMES = "ANCT, liste publique des territoires du programme"
# id | name | kind | perimeter | themes | audience | rurality | description | url | source | year | programme
SCHEMES = [
    ("banque-des-territoires", "Banque des Territoires", "funder", "france", "", "collectivités, entreprises et associations", None,
     "Finance et accompagne des projets de territoire : prêts, fonds propres, ingénierie.", None, f"Aides-territoires (extrait) ; {CATALOGUE}", None, None),
    ("petites-villes-de-demain", "Petites villes de demain", "scheme", "france", "", "communes de moins de 20 000 habitants exerçant des fonctions de centralité", "rural",
     "Programme de revitalisation des petites villes de l’ANCT.", None, PROGRAMMES, 2024, "pvd"),
    ("villages-avenir", "Villages d’avenir", "scheme", "france", "", "communes rurales", "rural", "Programme d’ingénierie de l’ANCT pour les villages.", None, PROGRAMMES, 2024, "villages_avenir"),
    ("agenda-rural", "Agenda rural", "scheme", "france", "", "territoires ruraux", "rural", "Plan d’actions de l’État en faveur des territoires ruraux.", None, KNOWN, None, None),
    ("action-coeur-de-ville", "Action cœur de ville", "scheme", "france", "", "villes moyennes", "urbain", "Programme de revitalisation des villes moyennes.", None, PROGRAMMES, 2024, "acv"),
    ("fabriques-de-territoires", "Fabriques de territoire", "scheme", "france", "", "tiers-lieux", None, "Label et soutien de tiers-lieux.", None, PROGRAMMES, 2024, "fabrique_territoire"),
    ("manufactures-de-proximite", "Manufactures de proximité", "scheme", "france", "emploi", "tiers-lieux productifs", None, "Soutien de tiers-lieux productifs.", None, PROGRAMMES, 2024, "manufacture_proximite"),
    ("cites-de-l-emploi", "Cités de l’emploi", "scheme", "france", "emploi", "quartiers prioritaires", "urbain", None, None, PROGRAMMES, 2024, "cite_emploi"),
    ("cites-educatives", "Cités éducatives", "scheme", "france", "education", "quartiers prioritaires", "urbain", None, None, PROGRAMMES, 2024, "cite_educative"),
    ("avenir-montagnes-mobilites", "Avenir montagnes mobilités", "scheme", "france", "mobilites", "territoires de montagne", "rural", None, None, PROGRAMMES, 2026, "avenir_montagne_mobilite"),
    ("projets-alimentaires-territoriaux", "Projets alimentaires territoriaux", "scheme", "france", "alimentation", "collectivités et leurs partenaires", None,
     "Démarches locales de relocalisation de l’alimentation.", None, "ma cantine (télédéclarations 2021-2023)", 2023, "pat"),
    ("ag2r-la-mondiale", "AG2R LA MONDIALE", "funder", "france", "", None, None, "Groupe de protection sociale, partenaire d’entreprises sociales du catalogue.", None, f"{CATALOGUE} ; {KNOWN}", None, None),
    ("ag2r-insite", "AG2R LA MONDIALE InSite", "scheme", None, "", None, None, None, None, KNOWN, None, None),
    ("fiso-region-aura", "FISO (Région Auvergne-Rhône-Alpes)", "scheme", "reg-84", "", "projets socialement innovants", None, "Fonds d’innovation sociale.", None, KNOWN, None, None),
    ("fiso-bpifrance", "FISO (Bpifrance)", "scheme", "france", "", "projets socialement innovants", None, "Fonds d’innovation sociale.", None, KNOWN, None, None),
    ("france-active", "France Active", "funder", "france", "", "structures de l’ESS et entrepreneurs", None, "Réseau de financement solidaire : garanties, prêts et conseil.", None, f"{CATALOGUE} ; {KNOWN}", None, None),
    ("territoires-d-innovation", "Territoires d’innovation (TIGA)", "scheme", "france", "", "territoires lauréats", None,
     "Programme d’investissements d’avenir ; Valence Romans Capitale des Start-Up de Territoire en est lauréat.", "https://buwaguvweb.pages.dev/valence-romans-agglo-une-fab-territory-pour-le-developpement-de-leconomie-26.html", "priorités publiées (2019)", 2019, None),
    ("fab-t", "Fab-T", "incubator", "dep-26", "", "porteurs de projets de la Drôme", None, "Incubation avec Ronalpia dans la Drôme.", "https://ronalpia.fr/envol-2023-drome", "page de Ronalpia (Envol 2023)", 2023, None),
    ("p-ins", "P’INS (Fondation Macif et Avise)", "scheme", "france", "mobilites logement sante inclusion", "structures de l’ESS de plus de deux ans, à l’impact prouvé, à l’équilibre atteint ou proche", None,
     "Soutien à l’essaimage : ambition de changement d’échelle, gouvernance démocratique ; orientation 2024-2028.", "https://www.avise.org/lavise-et-ses-programmes/nos-communautes-et-programmes/le-programme-pins", "priorités publiées (2024)", 2024, None),
    ("la-france-s-engage", "La France s’engage", "funder", "france", "", "structures d’innovation sociale en changement d’échelle", None, "Fondation qui soutient le changement d’échelle de projets lauréats.", None, f"{CATALOGUE} ; {KNOWN}", None, None),
    ("cress-aura", "CRESS Auvergne-Rhône-Alpes", "network", "reg-84", "", "structures de l’ESS", None, "Chambre régionale de l’économie sociale et solidaire.", None, KNOWN, None, None),
    ("urscop-aura", "URSCOP Auvergne-Rhône-Alpes", "network", "reg-84", "", "coopératives", None, "Union régionale des SCOP et des SCIC ; partenaire de la Coopérative funéraire de Lyon.", "https://cooperativefunerairedelyon.fr/notre-equipe-nous-rejoindre", "acteurs clés d’Auvergne-Rhône-Alpes", None, None),
    ("alter-incub-aura", "Alter’Incub Auvergne-Rhône-Alpes", "incubator", "reg-84", "", "porteurs de projets d’innovation sociale", None,
     "Incubateur associé à Ronalpia dans la Fabrique à solutions du Territoire French Impact (2019).", "https://setup.aderly.fr/actualites/innovation-sociale-la-metropole-de-lyon-labellisee-territoire-french-impact/", "priorités publiées (2019)", 2019, None),
    ("cae", "Coopératives d’activité et d’emploi (CAE)", "network", "france", "emploi", "créateurs d’activité", None, "Coopératives où l’entrepreneur est salarié ; soutenues par le plan de relance de la Métropole de Lyon (2021).",
     "https://lesecologistesgrandlyon.com/2021/03/31/face-a-la-crise-la-metropole-de-lyon-renforce-son-soutien-aupres-des-acteurs-de-leconomie-sociale-et-solidaire/", f"priorités publiées (2021) ; {KNOWN}", 2021, None),
    ("ptce", "Pôles territoriaux de coopération économique (PTCE)", "scheme", "france", "", "groupements d’acteurs d’un territoire", None, "Regroupement d’entreprises de l’ESS, d’entreprises et de collectivités sur un territoire.", None, f"{CATALOGUE} ; {KNOWN}", None, None),
    ("medcoop", "MEDCOOP", "scheme", None, "", None, None, None, None, KNOWN, None, None),
    ("les-boucles", "Les Boucles (Ronalpia, Suez, Métropole de Lyon)", "scheme", "epci-200046977", "reemploi", "projets d’économie circulaire", None,
     "Accompagnement de quinze projets d’économie circulaire pendant dix mois.", "https://www.lejournaldesentreprises.com/auvergne-rhone-alpes/article/ronalpia-suez-et-la-metropole-de-lyon-accompagnent-15-projets-autour-de-leconomie-circulaire-1660016", "priorités publiées (2021)", 2021, None),
    ("region-aura-sante-handicap", "Accès à la santé, handicap et développement social (Région)", "scheme", "reg-84", "sante handicap", "lieux d’accueil non médicalisés", None,
     "Soutien à la création de lieux d’accueil non médicalisés.", "https://sandrine-chaix.fr/actualites/sante-mentale-le-clubhouse-un-lieu-unique-pour-les-personnes-atteintes-de-troubles-psychiques-dl", "priorités publiées (2025)", 2025, None),
]
# Taken from the extract of Aides-territoires: exact name | id | kind | perimeter | themes | rurality | description in our words
AIDS = [
    ("Créer des tiers-lieux d’innovation sociale pour contribuer au développement économique des territoires", "bdt-tiers-lieux", "france", "autre", None,
     "Appui à l’émergence, études et part de fonds propres de tiers-lieux, avec le soutien de la collectivité."),
    ("Investir dans un projet santé ou médico-social à impact social positif", "bdt-sante-medico-social", "france", "sante vieillissement handicap petite_enfance", None,
     "Investissement dans des entreprises à impact social en santé, vieillissement, handicap et petite enfance."),
    ("Obtenir des investissements grâce aux titres participatifs", "bdt-titres-participatifs", "france", "logement", None,
     "Souscription de titres participatifs, apport en fonds propres aux bailleurs sociaux et à leurs partenaires."),
    ("Financer les projets créateurs de valeur pour les territoires", "bdt-projets-territoires", "france", "logement autre", None,
     "Réaménagement de friches, hébergements de jeunes actifs, opérations immobilières : conseil, prêts et fonds propres."),
    ("Bénéficier d'un soutien dans vos projets d'habitat inclusif avec l'AMI Fabrique à projets", "ami-fabrique-a-projets", "france", "logement vieillissement handicap", None,
     "Accompagnement de projets d’habitat inclusif dans les Petites villes de demain."),
    ("Humaniser et améliorer les conditions d'accueil des structures d'hébergement", "anah-hebergement", "france", "logement", None,
     "Études et travaux d’humanisation des structures d’hébergement."),
    ("Développer un parc locatif privé à vocation sociale", "anah-parc-prive-social", "france", "logement", None,
     "Production de logements privés à loyers abordables."),
    ("Financer un projet dans le cadre d' « Espaces Nouveaux, Villages Innovants (ENVI) »", "envi-bourgogne-franche-comte", "reg-27", "inclusion", "rural",
     "Projets de village qui renforcent le lien social et la participation."),
    ("Soutenir le développement rural - programme LEADER", "leader", "france", "", "rural",
     "Financement européen de projets publics ou privés innovants en milieu rural."),
    ("Accompagner les projets créateurs d'activités, d'emplois ou de services en milieu rural", "adefpat", None, "emploi", "rural",
     "Formation-développement pour la création, la reprise ou le changement d’échelle en milieu rural."),
]
# id | name | commune | insee | perimeter | description | url | source | year
PEERS = [
    ("ronalpia", "Ronalpia", "Lyon", "69123", "reg-84", "Accompagne des entrepreneurs sociaux et l’implantation d’entreprises sociales en Auvergne-Rhône-Alpes.",
     "https://www.ronalpia.fr/implantation-entreprise-sociale-besoin-territoire/", "priorités publiées ; acteurs clés d’Auvergne-Rhône-Alpes", 2023),
    ("atis", "ATIS", "Bordeaux", "33063", "dep-33", "Accompagne des projets d’innovation sociale ; demande une réponse nouvelle sur le territoire.",
     "https://objectifaquitaine.latribune.fr/business/2021-03-04/l-economie-sociale-et-solidaire-doit-etre-integree-a-la-fabrique-de-la-ville-878849.html", "priorités publiées (2021)", 2021),
    ("les-ecossolies", "Les Ecossolies", "Nantes", "44109", "epci-244400404", "Réseau et incubateur de l’ESS à Nantes.", None, f"{CATALOGUE} ; {KNOWN}", None),
    ("premiere-brique", "Première Brique", "Toulouse", "31555", "epci-243100518", "Incubateur d’innovation sociale ; appels à projets par défis de la métropole.",
     "https://www.bellefontaine-milan.org/premiere-brique-incubateur-d-innovation-sociale/", "priorités publiées (2015 et 2016)", 2016),
    ("inter-made", "Inter-Made", "Marseille", "13055", None, "Incubateur de l’ESS à Marseille.", None, KNOWN, None),
    ("antropia-essec", "Antropia ESSEC", "Cergy", "95127", None, "Incubateur d’entreprises sociales de l’ESSEC.", None, f"{CATALOGUE} ; {KNOWN}", None),
]


def main():
    source, output = folders()
    lines = []
    for (identifier, name, kind, perimeter, themes, audience, rurality, description, url, origin, year, programme) in SCHEMES:
        lines.append({"id": identifier, "name": name, "kind": kind, "perimeter": perimeter, "themes": themes.split(),
                      "audience": audience, "rurality": rurality, "description": description, "url": url,
                      "source": origin, "year": year, "end": None, "programme": programme})
    aids = {" ".join(row["Nom"].split()): row for row in read_csv(source / "samples" / "dispositifs_soutien" / "aides-territoires_periurbain.csv")}
    for name, identifier, perimeter, themes, rurality, description in AIDS:
        row = aids[name]
        day = row["Date Clôture"].split("/")
        lines.append({"id": identifier, "name": typographic(name), "kind": "scheme", "perimeter": perimeter,
                      "themes": themes.split(), "audience": typographic(row["Bénéficiaire"].replace(";", ", ")),
                      "rurality": rurality, "description": description, "url": row["Lien"],
                      "source": typographic(f"Aides-territoires (extrait) : {row['Financeurs'].replace(';', ', ')}"),
                      "year": None, "end": "-".join(reversed(day)) if len(day) == 3 else None, "programme": None})
    write_jsonl(output / "schemes.jsonl", sorted(lines, key=lambda l: l["id"]))
    peers = [{"id": identifier, "name": name, "kind": "peer", "commune": commune, "insee": insee, "perimeter": perimeter,
              "themes": [], "audience": "porteurs de projets d’innovation sociale", "rurality": None,
              "description": description, "url": url, "source": origin, "year": year}
             for identifier, name, commune, insee, perimeter, description, url, origin, year in PEERS]
    write_jsonl(output / "peers.jsonl", sorted(peers, key=lambda l: l["id"]))


main()
