"""Priorities, calls and programmes of real territories, each row read and sorted into one of four kinds.

`submission` weighs a ranking; `call`, `programme` and `finding` are context. For the Métropole de Lyon only the
four themes of 2023 are a submission.
"""
from common import folders, read_csv, slug, typographic, write_jsonl

# In the order of the source. kind | start | end | themes | needs | first words of the document (checked)
READING = """
submission | | | alimentation batiment_durable textile mobilites | | thématiques prioritaires
programme | 2024 | 2030 | emploi inclusion | discriminations emploi_eloignes | Stratégie lyonnaise
programme | 2020 | 2026 | emploi | insertion_jeunes emploi_eloignes | Programme métropolitain
programme | | | autre inclusion | | French Impact
programme | | | sante handicap | retablissement_psychique | programme régional
programme | 2024-01-01 | | alimentation reemploi | biodechets | loi du 10 février 2020
programme | | | logement migrants | accueil_exiles | politique d'hospitalité
call | | | textile reemploi emploi | filiere_textile_locale | appel à projets espace
programme | 2021-03-15 | 2026 | emploi mobilites | creation_activite logistique_decarbonee | plan de relance 2021
programme | 2019-03-12 | | autre emploi | | Territoire French Impact
programme | 2021-04-26 | | emploi | creation_activite | commission permanente CP
programme | | | autre emploi | | programme Artis 2
finding | | | emploi education mobilites inclusion | insertion_jeunes mobilite_emploi emploi_quartiers isolement | portrait de territoire Isère
programme | | | autre | | incubateur Ronalpia
programme | | | alimentation reemploi batiment_durable emploi inclusion | approvisionnement_local creation_activite | Valence Romans Capitale
finding | | | mobilites vieillissement alimentation | mobilite_rurale perte_autonomie | portrait de territoire Drôme
call | 2019-04-04 | 2019-04-04 | emploi autre | creation_activite | comité de sélection
programme | | | handicap inclusion | acces_sport_loisirs inclusion_handicap | programme Club inclusif avec
programme | | | handicap inclusion | acces_sport_loisirs inclusion_handicap | programme Club inclusif à
call | 2015 | | alimentation vieillissement emploi | perte_autonomie | appel à projets Première Brique 2015
call | 2016 | 2017 | inclusion vieillissement autre | perte_autonomie | appel à projets Première Brique 2016
call | 2021 | | inclusion emploi reemploi alimentation | | appel à projets et prix
programme | 2024 | 2028 | mobilites logement sante inclusion autre | | programme P'INS
finding | | | batiment_durable reemploi | dechets_batiment reemploi_materiaux | constat de filière
programme | 2026-02 | | mobilites alimentation textile batiment_durable sante autre | | commission permanente de février
call | | 2026-03-13 | autre | | subventions ESS 2026
call | 2021 | | reemploi | reduction_dechets | appel à projets réduction
call | | | reemploi | reduction_dechets | second appel
call | 2014 | | autre | | appel à projets ESS 2014
call | 2012 | | alimentation logement batiment_durable mobilites | | appel à projets ESS du Conseil
call | | | alimentation inclusion | precarite_alimentaire acces_alimentation_qualite | appel à projets accès
programme | 2015 | 2020 | inclusion emploi education | discriminations emploi_quartiers | contrat de ville
programme | 2022 | 2026 | autre | lieux_partages | plan ESS 2022
programme | 2016 | 2020 | autre | | projet stratégique
call | | | alimentation inclusion | acces_alimentation_qualite precarite_alimentaire | appel à coopérations
programme | 2024-10-08 | | reemploi batiment_durable textile numerique | reduction_dechets reemploi_materiaux | Nantes Terre
programme | | | autre | | foncière immobilière
call | 2020 | | autre emploi | | appel à projets Coup
call | 2015 | | autre | | appel à projets ESS 2015
call | | | autre | | appel à projets ESS (30
programme | 2018-02-05 | | alimentation reemploi mobilites logement batiment_durable | | plan de développement
programme | | | alimentation | acces_alimentation_qualite approvisionnement_local | démarche territoire bio
programme | 2021 | | mobilites inclusion | mobilite_rurale isolement_rural | programme PEnD
programme | 2021 | | reemploi | reduction_dechets | programme Les Boucles
call | | | autre | | critères de sélection ATIS
programme | | 2026 | autre logement | locaux_vacants hebergement_urgence | politique d'urbanisme
programme | | | alimentation inclusion | precarite_alimentaire surplus_agricoles | projet alimentaire territorial
"""


def territory(code):
    if not code:
        return None
    return {9: "epci-", 5: "com-"}.get(len(code), "reg-" if code == "84" else "dep-") + code


def day(text, last):
    """A year or a month of the table as a full date: first day for a start, last day for an end."""
    return {4: text + ("-12-31" if last else "-01-01"), 7: text + "-01"}.get(len(text), text) or None


def main():
    source, output = folders()
    rows, readings = read_csv(source / "priorities.csv"), READING.strip().splitlines()
    assert len(rows) == len(readings), (len(rows), len(readings))
    lines, seen = [], set()
    for row, line in zip(rows, readings):
        kind, start, end, themes, needs, words = (cell.strip() for cell in line.split("|"))
        document = row["policy_document"]
        assert document.startswith(words), (document, words)
        where = territory(row["insee_or_siren"])
        identifier = slug(f"{where or row['territory']} {row['year']} {document}")[:80].strip("-")
        assert identifier not in seen, identifier
        seen.add(identifier)
        lines.append({
            "id": identifier, "territory": where, "territory_label": row["territory"], "kind": kind,
            "themes": themes.split(), "needs": needs.split(), "document": typographic(document),
            "what_is_asked": typographic(row["what_is_asked"]), "year": int(row["year"]) if row["year"] else None,
            "start": day(start, False), "end": day(end, True), "source": row["source_url"], "licence": "faits reformulés"})
    lyon = [l for l in lines if l["territory"] == "epci-200046977" and l["kind"] == "submission"]
    assert len(lyon) == 1
    write_jsonl(output / "priorities.jsonl", sorted(lines, key=lambda l: l["id"]))


main()
