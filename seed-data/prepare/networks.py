"""Known networks, found in names.

`members_pattern`: regular expressions on the folded name (lower case, no accent, straight apostrophe), without
look-around. `same_activity`: the members do the same thing, so a member in a territory means the model is there;
false for movements and groups whose members do different things.
"""
from common import folders, write_jsonl

YES, NO = True, False
# id | name | aliases | same activity | patterns
NETWORKS = [
    ("emmaus", "Emmaüs", ["Emmaüs France"], NO, [r"\bemmaus\b"]),
    ("emmaus-connect", "Emmaüs Connect", [], YES, [r"\bemmaus connect\b"]),
    ("label-emmaus", "Label Emmaüs", [], YES, [r"\blabel emmaus\b"]),
    ("fermes-emmaus", "Fermes Emmaüs", ["Emmaüs Horizon", "Ferme de Moyembrie"], YES, [r"\bfermes? emmaus\b", r"\bferme de moyembrie\b"]),
    ("envie", "Envie", ["Fédération Envie", "Réseau Envie"], YES, [r"^(assoc |association |scic |sas |sarl )?envie( |$)"]),
    ("envie-autonomie", "Envie Autonomie", [], YES, [r"\benvie autonomie\b"]),
    ("vrac", "VRAC", ["Vers un réseau d’achat en commun", "VRAC France"], YES, [r"^vrac\b"]),
    ("citiz", "Citiz", ["Réseau Citiz", "France Autopartage"], YES, [r"\bcitiz\b"]),
    ("reseau-cocagne", "Réseau Cocagne", ["Jardins de Cocagne"], YES, [r"\bjardins? de cocagne\b", r"^reseau cocagne$", r"\bfleurs de cocagne\b"]),
    ("solidarauto", "Solidarauto", [], YES, [r"\bsolidarauto\b"]),
    ("singa", "SINGA", [], YES, [r"^singa\b"]),
    ("les-petites-cantines", "Les Petites Cantines", [], YES, [r"\bpetites cantines\b"]),
    ("compagnons-batisseurs", "Compagnons Bâtisseurs", ["ANCB"], YES, [r"\bcompagnons batisseurs\b"]),
    ("le-relais", "Le Relais", ["EBS Le Relais"], YES, [r"\be\.?b\.?s\.? (le )?relais\b", r"^le relais( \d\d| nord| atlantique| bourgogne)?$"]),
    ("tissons-la-solidarite", "Tissons la Solidarité", ["TLS"], YES, [r"\btissons la solidarite\b"]),
    ("cooperatives-funeraires", "Coopératives funéraires", ["Fédération des coopératives funéraires de France", "FC2F"], YES, [r"\bcooperatives? funeraires?\b"]),
    ("mobicoop", "Mobicoop", ["Rezo Pouce"], YES, [r"\bmobicoop\b", r"\brezo pouce\b"]),
    ("simplon", "Simplon", ["Simplon.co"], YES, [r"^simplon\b"]),
    ("unis-cite", "Unis-Cité", [], YES, [r"\bunis[- ]cite\b"]),
    ("habitat-et-humanisme", "Habitat et Humanisme", [], YES, [r"\bhabitat et humanisme\b"]),
    ("restos-du-coeur", "Restos du Cœur", ["Les Restaurants du Cœur"], YES, [r"\brest(os|aurants?)( et relais| relais)? du coeur\b"]),
    ("secours-catholique", "Secours Catholique", ["Caritas France"], NO, [r"\bsecours catholique\b"]),
    ("secours-populaire", "Secours populaire français", [], NO, [r"\bsecours populaire\b"]),
    ("croix-rouge", "Croix-Rouge française", [], NO, [r"\bcroix[- ]rouge\b"]),
    ("familles-rurales", "Familles Rurales", [], NO, [r"\bfamilles rurales\b"]),
    ("groupe-sos", "Groupe SOS", [], NO, [r"\bgroupe sos\b"]),
    ("geiq", "GEIQ", ["Groupements d’employeurs pour l’insertion et la qualification"], NO, [r"\bgeiq\b"]),
    ("banques-alimentaires", "Banques alimentaires", ["Banque alimentaire"], YES, [r"\bbanques? alimentaires?\b"]),
    ("ressourceries", "Ressourceries et recycleries", ["Réseau national des ressourceries et recycleries"], NO, [r"\bressourcerie\b", r"\brecyclerie\b"]),
    ("regies-de-quartier", "Régies de quartier", [], NO, [r"\bregies? de quartiers?\b"]),
    ("entourage", "Entourage", [], YES, [r"^entourage( lyon)?$"]),
    ("wake-up-cafe", "Wake up Café", ["WKF"], YES, [r"\bwake up cafe\b"]),
    ("la-cravate-solidaire", "La Cravate Solidaire", [], YES, [r"\bcravate solidaire\b"]),
    ("linkee", "Linkee", [], YES, [r"^linkee\b"]),
    ("solivet", "SoliVet", [], YES, [r"\bsolivet\b"]),
    ("etic", "ETIC", [], YES, [r"\(etic\)", r"^etic\b"]),
    ("comme-les-autres", "Comme les Autres", [], YES, [r"^comme les autres\b"]),
    ("kabubu", "Kabubu", [], YES, [r"^kabubu\b"]),
    ("duo-for-a-job", "DUO for a JOB", [], YES, [r"\bduo for a job\b"]),
    ("clubhouse-france", "Clubhouse France", ["Club House"], YES, [r"^clubhouse\b"]),
    ("les-alchimistes", "Les Alchimistes", [], YES, [r"^les alchimistes\b"]),
    ("elise", "Elise", [], YES, [r"^elise (lyon|[a-z]+)$", r"^elise$"]),
    ("rev-elles", "Rêv’Elles", [], YES, [r"^rev'elles\b"]),
    ("caracol", "Caracol", ["Caracol Colocations"], YES, [r"^caracol\b"]),
    ("les-bureaux-du-coeur", "Les Bureaux du Cœur", [], YES, [r"\bbureaux du coeur\b"]),
    ("simon-de-cyrene", "Simon de Cyrène", [], YES, [r"\bsimon de cyrene\b"]),
    ("la-cloche", "La Cloche", ["Le Carillon"], YES, [r"^la cloche\b", r"^le carillon\b"]),
    ("telemaque", "Télémaque", ["Institut Télémaque"], YES, [r"^(institut )?telemaque\b"]),
    ("reseau-consigne", "Réseau Consigne", [], YES, [r"^reseau consigne$"]),
    ("voisin-malin", "VoisinMalin", ["Voisin Malin"], YES, [r"\bvoisin ?malin\b"]),
    ("cafe-joyeux", "Café Joyeux", [], YES, [r"\bcafe joyeux\b"]),
    ("messidor", "Messidor", [], YES, [r"\bmessidor\b"]),
    ("agorae", "AGORAé", [], YES, [r"\bagorae\b"]),
    ("convergence-france", "Convergence France", ["Convergence"], YES, [r"^convergence (france|lyon)\b"]),
    ("toutenvelo", "Toutenvélo", [], YES, [r"^toutenvelo\b"]),
    ("agence-du-don-en-nature", "Agence du Don en Nature", ["ADN"], YES, [r"\bagence du don en nature\b"]),
    ("lulu-dans-ma-rue", "Lulu dans ma rue", [], YES, [r"\blulu dans ma rue\b"]),
    ("force-femmes", "Force Femmes", [], YES, [r"^force femmes\b"]),
    ("cidff", "CIDFF", ["Centres d’information sur les droits des femmes et des familles"], YES, [r"\bcidff\b"]),
    ("le-chainon-manquant", "Le Chaînon Manquant", [], YES, [r"\bchainon manquant\b"]),
    ("sport-dans-la-ville", "Sport dans la Ville", [], YES, [r"\bsport dans la ville\b"]),
    ("missions-locales", "Missions locales", [], YES, [r"\bmissions? locales?\b"]),
    ("solaal", "Solaal", [], YES, [r"^solaal\b"]),
    ("plateau-urbain", "Plateau Urbain", [], YES, [r"^plateau urbain\b"]),
    ("afev", "Afev", [], YES, [r"^afev$", r"; afev\b"]),
    ("apf-france-handicap", "APF France handicap", ["APF"], NO, [r"\bapf\b"]),
    ("unapei", "Unapei", ["Adapei"], NO, [r"\b(un|ad)apei\b"]),
    ("armee-du-salut", "Armée du Salut", [], NO, [r"\barmee du salut\b"]),
    ("admr", "ADMR", [], NO, [r"\badmr\b"]),
    ("ligue-de-l-enseignement", "Ligue de l’enseignement", [], NO, [r"\bligue de l'enseignement\b"]),
    ("coallia", "Coallia", [], NO, [r"\bcoallia\b"]),
    ("adoma", "Adoma", [], NO, [r"\badoma\b"]),
    ("soliha", "Soliha", [], NO, [r"\bsoliha\b"]),
    ("cimade", "La Cimade", ["Cimade"], YES, [r"\bcimade\b"]),
    ("udaf", "UDAF", ["Union départementale des associations familiales"], NO, [r"\budaf\b"]),
    ("cap-emploi", "Cap emploi", [], YES, [r"\bcap emploi\b"]),
    ("siel-bleu", "Siel Bleu", [], YES, [r"^siel bleu\b"]),
    ("france-services", "France services", [], YES, [r"\bfrance services\b"]),
]


def main():
    _, output = folders()
    lines = [{"id": identifier, "name": name, "aliases": aliases, "same_activity": same, "members_pattern": patterns}
             for identifier, name, aliases, same, patterns in NETWORKS]
    assert len({line["id"] for line in lines}) == len(lines)
    write_jsonl(output / "networks.jsonl", sorted(lines, key=lambda l: l["id"]))


main()
