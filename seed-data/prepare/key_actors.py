"""Key actors of Auvergne-Rhône-Alpes: facts reworded from public pages, each to be checked again.

The table below is a reading of each row: themes, roles the text says, network, and the few facts with a date.
"""
import re
from common import folders, read_csv, slug, typographic, write_jsonl, year_of

# actor | themes | roles | network | until
READING = """
VRAC Lyon Métropole | alimentation inclusion | | VRAC |
VRAC Saint-Étienne | alimentation inclusion | | VRAC |
Entourage Lyon | inclusion | | Entourage |
Wake up Café Lyon | justice emploi | | Wake up Café |
La Cravate Solidaire Clermont-Ferrand | emploi textile | | La Cravate Solidaire |
Linkee Lyon | alimentation inclusion | | Linkee |
Les Petites Cantines Grenoble | alimentation inclusion | | Les Petites Cantines |
Les Petites Cantines (Lyon) | alimentation inclusion | | Les Petites Cantines |
Singa Lyon | migrants inclusion | | SINGA |
SoliVet | inclusion | | SoliVet |
Atelier Emmaüs | reemploi emploi | | Emmaüs |
Le Centsept | autre | incubator | |
La Super Halle | alimentation | | |
Hévéa (ETIC) | autre | host | ETIC |
Chantiers-Passerelles | justice | | |
Comme les Autres Lyon | handicap inclusion | | Comme les Autres |
Okemed | vieillissement | | |
L'Usie01 | mobilites emploi | | |
Va,Vis,Dv | handicap | | |
Fab-t | autre | incubator | |
AGLCA | autre | pole | |
La Fabrique (mobilier) | emploi | | |
Thé à coudre | textile reemploi | | |
Grenade (groupement d'entreprises) | alimentation | | |
Kabubu Lyon | migrants inclusion | | Kabubu |
DUO for a JOB Lyon | emploi migrants | | DUO for a JOB |
Clubhouse Lyon | sante handicap | | Clubhouse France |
Clubhouse Grenoble | sante handicap | | Clubhouse France |
Les Alchimistes AURA | alimentation reemploi | | Les Alchimistes |
Elise Lyon | reemploi handicap | | Elise |
Rêv'Elles Lyon | education inclusion | | Rêv’Elles |
Tissu Solidaire | emploi inclusion | carrier | |
Caracol Lyon | logement migrants | | Caracol |
Habitat et Humanisme Rhône | logement emploi | | Habitat et Humanisme |
Les Bureaux du Cœur Lyon | logement inclusion | | Les Bureaux du Cœur |
Maison de l'hospitalité | migrants | host | |
L'Ouvre Porte | logement migrants | | |
Simon de Cyrène Rhône | handicap logement | | Simon de Cyrène |
Groupe Archer | emploi autre | | |
Initiative Vallée de la Drôme Diois | autre | funder | |
La Cloche / Le Carillon Lyon | inclusion | | La Cloche |
Télémaque Grenoble | education | | Télémaque |
Singa Lyon (incubateur) | migrants emploi | incubator | SINGA |
Minéka | batiment_durable reemploi | | |
Made in Past | batiment_durable reemploi | | |
Bobi-réemploi | batiment_durable reemploi | | |
Re.source | batiment_durable reemploi | | |
L'Atelier Soudé | reemploi numerique textile | | |
La CLAVette lyonnaise | mobilites reemploi | network_head | |
Janus France | mobilites emploi | | |
La Clavette Grenobloise | mobilites reemploi | network_head | |
Maison du Vélo Lyon (Mon Vélo Solidaire) | mobilites emploi | | |
Le Relais 69 | textile emploi | | Le Relais |
Rebooteille | reemploi alimentation | | Réseau Consigne |
Ma Bouteille s'appelle Reviens | reemploi alimentation | | Réseau Consigne |
Atelier Papyrus | handicap emploi | | |
VoisinMalin Villeurbanne | inclusion | | VoisinMalin |
Emmaüs Connect Lyon | numerique inclusion | | Emmaüs Connect |
Café Joyeux Lyon | handicap emploi | | Café Joyeux |
Messidor | handicap emploi | | Messidor |
CoCoShaker | autre | incubator | |
GRAP | alimentation | | |
Techtera | textile | pole | |
Grand Plateau | mobilites | host | |
Dromolib | mobilites | | |
Villages Vivants | autre inclusion | host | |
Groupement des possibles | emploi logement mobilites | network_head | |
GAIA Grenoble | autre | incubator | |
La Lanterne (ANEF Loire) | logement alimentation inclusion | host | | 2028-03-31
Renaître | logement migrants | | |
Cantine Savoyarde Solidarité | alimentation inclusion | | |
AGORAé Lyon (Gaélis) | alimentation inclusion | | AGORAé |
Convergence Lyon | emploi inclusion | | Convergence France |
Foyer Notre-Dame des Sans-Abri | logement emploi textile | | |
Toutenvélo Grenoble | mobilites | | Toutenvélo |
Envie Autonomie Rhône-Alpes | sante reemploi emploi | | Envie Autonomie |
Envie Loire | emploi reemploi | | Envie |
Association PARM | handicap logement | | |
Agence du Don en Nature Lyon | inclusion reemploi | | Agence du Don en Nature |
L'Olivier des Sages | vieillissement migrants | | |
Lulu dans ma rue Lyon | emploi inclusion | | Lulu dans ma rue |
Force Femmes Lyon | emploi | | Force Femmes |
Restos du Cœur du Rhône | alimentation inclusion | | Restos du Cœur |
CIDFF du Rhône | emploi inclusion | | CIDFF |
Le Chaînon Manquant Lyon | alimentation reemploi | | Le Chaînon Manquant |
Récup & Gamelles | alimentation reemploi | | |
La Cravate Solidaire Lyon | emploi textile | | La Cravate Solidaire |
Tim et Colette | logement vieillissement | | |
Sport dans la Ville | education emploi inclusion | incubator | Sport dans la Ville |
Mission locale de Lyon | emploi | | Missions locales |
Mobisol26 | mobilites inclusion | | |
AlterMonts | alimentation | | |
Habitat et Humanisme (Escale Grange Blanche) | logement inclusion | | Habitat et Humanisme |
Pension canine SoliVet | inclusion emploi | | SoliVet |
Envie Rhône / Envie Sud-Est | reemploi emploi | | Envie |
Maltivor | reemploi | | |
OuiCompost | alimentation reemploi | | |
Unisoap | reemploi | | |
La Ressourcerie Créative de Lyon | reemploi | | |
Collectif Fringué | reemploi | | |
Solaal Auvergne-Rhône-Alpes | alimentation | | Solaal |
Banque alimentaire Drôme-Ardèche | alimentation inclusion | | Banques alimentaires |
Fwee | alimentation | | |
Plateau Urbain Lyon | autre | host | Plateau Urbain |
Étape 22D | autre mobilites alimentation | host | | 2027-12-31
Simplon Lyon | numerique emploi | | Simplon |
Coopérative funéraire de Lyon | fin_de_vie | | Coopératives funéraires |
"""
# What the row itself says is over: the service is told, it is no longer an offer.
OVER = {
    "Maison du Vélo Lyon (Mon Vélo Solidaire)": "le service décrit était temporaire (2020)",
    "Mobisol26": "expérimentation close fin 2021, suite inconnue",
}
NOT_A_URL = {"seed document 000 (Ronalpia, quatre apprentissages)": "Ronalpia, quatre apprentissages"}


def items(text):
    return [typographic(item.strip()) for item in text.split(";") if item.strip()]


def partner(text, places):
    match = re.fullmatch(r"(.+?)\s*\((.+)\)", text)
    if not match:
        return {"organisation": text, "places": []}
    named = [part.strip() for part in match.group(2).split(",")]
    return {"organisation": match.group(1), "places": [n for n in named if n.replace("’", "'") in places], "text": text}


def main():
    source, output = folders()
    communes = read_csv(source / "territories" / "communes.csv")
    code = {(row["nom"], row["dep"]): row["insee"] for row in communes}
    places = {row["nom"] for row in communes}
    reading = {}
    for line in READING.strip().splitlines():
        name, themes, roles, network, until = (cell.strip() for cell in line.split("|"))
        reading[name] = (themes.split(), roles.split(), network, until)
    actors = []
    for row in read_csv(source / "key_actors_aura.csv"):
        name, commune, dep, url = row["actor"], row["commune"], row["departement"], row["source_url"]
        themes, roles, network, until = reading.pop(name)
        over = OVER.get(name)
        year = year_of(url)
        label = NOT_A_URL.get(url)
        actor = {
            "id": slug(name), "name": typographic(name), "commune": commune, "departement": dep,
            "insee": code[commune, dep] if commune else None, "themes": themes,
            "summary": typographic(row["offers"]), "offers": [] if over else items(row["offers"]),
            "seeks": items(row["seeks"]), "partners": [partner(p, places) for p in items(row["partners"])],
            "roles": roles, "network": network, "until": until, "url": None if label else url,
            "sources": [{"source": label or url, **({"year": year} if year else {}), "licence": "faits reformulés"}],
            "reliability_note": "à vérifier" + (f" ; {over}" if over else ""),
        }
        actors.append({key: value for key, value in actor.items() if value not in (None, "", [])})
    assert not reading, f"read but absent: {sorted(reading)}"
    write_jsonl(output / "actors" / "key_actors.jsonl", sorted(actors, key=lambda a: a["id"]))


main()
