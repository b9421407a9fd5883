//! What the annotator promises, on the small taxonomy.

use proptest::prelude::*;

use super::testing::annotator;
use super::*;
use crate::domain::actor::Actor;
use crate::domain::enterprise::Enterprise;
use crate::domain::portrait::{Answer, Portrait, weight_of};
use crate::domain::provenance::Basis;

const RECORD: Purpose = Purpose::Record;
const FIELD: Purpose = Purpose::Observation;
const QUERY: Purpose = Purpose::Query;

fn ids(annotator: &Annotator, list: &[Annotated]) -> Vec<String> {
    list.iter().map(|a| annotator.taxonomy().id(a.concept).to_owned()).collect()
}

/// Checks which concepts a text carries, which it lacks, and which it does not hold.
fn check(text: &str, purpose: Purpose, holds: &[&str], absent: &[&str], without: &[&str]) {
    let annotator = annotator();
    let annotation = annotator.annotate(text, purpose);
    let (concepts, lacking) =
        (ids(&annotator, &annotation.concepts), ids(&annotator, &annotation.absent));
    for id in holds {
        assert!(concepts.iter().any(|c| c == id), "{text}: no {id} in {concepts:?}");
    }
    for id in absent {
        assert!(lacking.iter().any(|c| c == id), "{text}: {id} not absent in {lacking:?}");
    }
    for id in without {
        assert!(!concepts.iter().any(|c| c == id), "{text}: {id} in {concepts:?}");
    }
    for found in annotation.concepts.iter().chain(&annotation.absent) {
        assert!(found.weight > 0.0 && found.weight <= 1.0);
        for part in found.because.text.split(" … ") {
            assert!(text.contains(part), "{text}: {part} is not verbatim");
        }
    }
}

#[test]
fn accents_elision_plural_and_feminine_meet() {
    for text in ["aide aux personnes âgées", "les PERSONNES AGEES", "l’aide d’une personne âgée"]
    {
        check(text, RECORD, &["personnes_agees"], &[], &[]);
    }
    check("L'hébergement d’aînées", RECORD, &["hebergement", "personnes_agees"], &[], &[]);
}

#[test]
fn traps_are_masked() {
    check("le tissu associatif est riche ici", RECORD, &[], &[], &["textile"]);
    check("cycle de conférences sur le climat", RECORD, &[], &[], &["mobilites"]);
    check("l’énergie des bénévoles", RECORD, &[], &[], &["batiment_durable"]);
    check("emploi local", RECORD, &["emploi"], &[], &["local"]);
    check("le bébé nageur", QUERY, &[], &[], &["articles_bebe"]);
}

#[test]
fn the_longest_wording_wins_inside_a_kind_only() {
    let annotator = annotator();
    let annotation = annotator.annotate("vêtements de bébé pour les parents", RECORD);
    let because =
        annotation.of(ConceptKind::Need).map(|need| need.because.text.as_str()).collect::<Vec<_>>();
    assert_eq!(because, ["vêtements de bébé"]);
    check("vêtements de bébé", RECORD, &["articles_bebe", "textile"], &[], &[]);
}

#[test]
fn coordination_is_stepped_over() {
    check(
        "sorties de personnes âgées ou handicapées",
        RECORD,
        &["personnes_agees", "personnes_handicapees"],
        &[],
        &[],
    );
}

#[test]
fn a_denied_step_is_not_carried_by_a_record_and_is_asked_for_by_the_field() {
    check(
        "Personne ne répare plus les vélos",
        RECORD,
        &["mobilites"],
        &["reparation"],
        &["reparation"],
    );
    check(
        "Personne ne répare plus les vélos",
        FIELD,
        &["mobilites"],
        &["reparation"],
        &["reparation"],
    );
    check("plus de couturière dans le quartier", FIELD, &[], &["reparation"], &["reparation"]);
    check(
        "il n’y a pas de garage solidaire",
        FIELD,
        &["reparation_automobile"],
        &["service_reparation"],
        &[],
    );
    check("Trie mais ne fait pas de collecte.", RECORD, &["tri"], &["collecte"], &["collecte"]);
    check(
        "Pas d’hébergement",
        RECORD,
        &[],
        &["hebergement"],
        &["hebergement_urgence", "hebergement"],
    );
    check("Ici tout part à la casse", FIELD, &[], &["reparation"], &["reparation"]);
    check("personne ne répare plus", QUERY, &["reparation"], &[], &[]);
}

#[test]
fn a_need_told_by_a_lack_stays_a_need() {
    for purpose in [RECORD, FIELD, QUERY] {
        check("le manque de logements dure", purpose, &["acces_logement", "logement"], &[], &[]);
        check("accueil des sans domicile", purpose, &["personnes_sans_abri"], &[], &[]);
        check("personnes sans domicile", purpose, &["personnes_sans_abri"], &[], &[]);
    }
    check("sans emploi depuis un an, elle cherche", FIELD, &["emploi"], &[], &[]);
}

#[test]
fn a_met_need_is_told_apart() {
    let annotator = annotator();
    let annotation = annotator.annotate("Il y a assez de layette au vestiaire", FIELD);
    assert!(annotation.of(ConceptKind::Need).next().is_none(), "{annotation:?}");
    assert_eq!(ids(&annotator, &annotation.met), ["articles_bebe"]);
}

#[test]
fn typing_errors_are_caught_where_they_are_safe() {
    check("garrage solidaire", FIELD, &["reparation_automobile"], &[], &[]);
    check("persones agées", QUERY, &["personnes_agees"], &[], &[]);
    check("hebergemnt", QUERY, &["hebergement"], &[], &[]);
    check("Garance et Colette", RECORD, &[], &[], &["collecte"]);
}

#[test]
fn english_questions_meet_french_concepts() {
    check("car repair", QUERY, &["reparation_automobile"], &[], &[]);
    check("baby clothes for the parents", QUERY, &["articles_bebe"], &[], &[]);
}

#[test]
fn everyday_laments_reach_a_need_and_the_rest_stays_silent() {
    check(
        "rien pour habiller le bébé qui arrive",
        FIELD,
        &["articles_bebe", "petite_enfance"],
        &[],
        &[],
    );
    check("des sacs d'habits partout devant les bornes", FIELD, &["dechets_textiles"], &[], &[]);
    let annotator = annotator();
    for text in [
        "Conférence de presse du préfet mardi à onze heures",
        "Météo : averses et vent fort sur le Rhône",
        "Le conseil municipal a voté le compte administratif",
        "",
        "… !!",
    ] {
        for purpose in [RECORD, FIELD, QUERY] {
            let annotation = annotator.annotate(text, purpose);
            assert_eq!(annotation, Annotation::default(), "{text}");
        }
    }
}

#[test]
fn codes_give_needs() {
    check("atelier ; NAF 4520A Entretien", RECORD, &["reparation_automobile"], &[], &[]);
}

#[test]
fn a_need_brings_its_theme_only_where_none_is_named() {
    let annotator = annotator();
    let annotation = annotator.annotate("layette", QUERY);
    let theme = annotation.of(ConceptKind::Theme).next().expect("a theme");
    assert_eq!(annotator.taxonomy().id(theme.concept), "petite_enfance");
    assert!((theme.weight - 0.6).abs() < 1e-12);
    check("layette et couture", QUERY, &["textile"], &[], &["petite_enfance"]);
}

#[test]
fn list_items_are_ids_labels_or_phrases() {
    let annotator = annotator();
    let of = |kind, phrase: &str| -> Vec<String> {
        annotator
            .concept_of_phrase(kind, phrase)
            .iter()
            .map(|(concept, _)| annotator.taxonomy().id(*concept).to_owned())
            .collect()
    };
    assert_eq!(of(ConceptKind::Theme, "emploi & insertion"), ["emploi"]);
    assert_eq!(of(ConceptKind::Theme, "batiment_durable"), ["batiment_durable"]);
    assert_eq!(of(ConceptKind::Resource, "Local"), ["local"]);
    assert_eq!(of(ConceptKind::Step, "ramassage de cartons"), ["collecte"]);
    assert_eq!(of(ConceptKind::Need, "insertion"), ["emploi_eloignes"]);
    assert!(of(ConceptKind::Need, "xyz").is_empty());
}

fn friperie() -> Enterprise {
    let list = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect::<Vec<_>>();
    Enterprise {
        id: "friperie".into(),
        name: "La Friperie".into(),
        summary: "Chantier d’insertion qui assure la collecte de vêtements pour les parents. \
                  Un atelier de réparation s’y ajoute."
            .into(),
        activities: list(&["collecte en bornes", "tri", "friperie"]),
        themes: list(&["textile", "emploi & insertion"]),
        needs_addressed: list(&["déchets textiles", "insertion"]),
        beneficiaries: list(&["salariés en insertion", "parents"]),
        offers: list(&["vêtements à petit prix"]),
        seeks: list(&["grand local", "prescripteurs"]),
        inferred: list(&["seeks"]),
        ..Enterprise::default()
    }
}

fn clone_of(e: &Enterprise) -> Actor {
    Actor {
        id: "clone".into(),
        name: e.name.clone(),
        summary: e.summary.clone(),
        themes: e.themes.clone(),
        needs: e.needs_addressed.clone(),
        publics: e.beneficiaries.clone(),
        activities: e.activities.clone(),
        offers: e.offers.clone(),
        seeks: e.seeks.clone(),
        ..Actor::default()
    }
}

fn triples(portrait: &Portrait) -> Vec<(Option<Concept>, Option<Concept>, Option<Concept>)> {
    portrait.answers.iter().map(|a| (a.need, a.public, a.step)).collect()
}

#[test]
fn a_portrait_fills_every_list_with_its_proof() {
    let annotator = annotator();
    let portrait = annotator.portrait_of_enterprise(&friperie(), &[]);
    let taxonomy = annotator.taxonomy();
    let weight = |kind, id: &str, marks: &[crate::domain::portrait::Mark]| {
        weight_of(marks, taxonomy.find(kind, id).expect("a concept"))
    };
    assert!((weight(ConceptKind::Theme, "textile", &portrait.themes) - 1.0).abs() < 1e-12);
    assert!((weight(ConceptKind::Need, "dechets_textiles", &portrait.needs) - 1.0).abs() < 1e-12);
    assert!((weight(ConceptKind::Need, "emploi_eloignes", &portrait.needs) - 0.6).abs() < 1e-12);
    assert!(weight(ConceptKind::Public, "parents", &portrait.publics) > 0.9);
    assert!(weight(ConceptKind::Step, "tri", &portrait.steps) > 0.9);
    assert!((weight(ConceptKind::Step, "reparation", &portrait.steps) - 0.6).abs() < 1e-12);
    assert!(weight(ConceptKind::Resource, "vetements_bas_prix", &portrait.offers) > 0.9);
    assert!(weight(ConceptKind::Resource, "local", &portrait.seeks) > 0.9);
    assert_eq!(portrait.seeks[0].basis, Basis::Inferred);
    assert_eq!(portrait.needs[0].basis, Basis::Stated);
    assert_eq!(portrait.seeks[0].because.field, "seeks");
    for list in [&portrait.themes, &portrait.needs, &portrait.publics, &portrait.steps] {
        assert!(list.windows(2).all(|pair| pair[0].concept < pair[1].concept));
    }
    assert_eq!(portrait, annotator.portrait_of_enterprise(&friperie(), &[]));
}

#[test]
fn a_clone_carries_the_same_derived_triples() {
    let annotator = annotator();
    let enterprise = friperie();
    let derived = annotator.portrait_of_enterprise(&enterprise, &[]);
    let clone = annotator.portrait_of_actor(&clone_of(&enterprise));
    assert_eq!(triples(&derived), triples(&clone));
    assert!(derived.answers.len() >= 4, "{:?}", triples(&derived));
    // Eight stated triples leave room for four of them, the clone's first.
    let concept = |kind, id: &str| annotator.taxonomy().find(kind, id);
    let stated: Vec<Answer> = ["personnes_agees", "personnes_handicapees", "personnes_sans_abri"]
        .iter()
        .flat_map(|public| {
            ["hebergement", "vente", "tri"].map(|step| Answer {
                need: concept(ConceptKind::Need, "acces_logement"),
                public: concept(ConceptKind::Public, public),
                step: concept(ConceptKind::Step, step),
                weight: 1.0,
                because: Because::default(),
                basis: Basis::Stated,
            })
        })
        .collect();
    let both = annotator.portrait_of_enterprise(&enterprise, &stated);
    assert_eq!(both.answers.len(), 8);
    assert_eq!(triples(&both)[0], triples(&Portrait { answers: stated, ..Portrait::default() })[0]);
    for triple in triples(&clone).iter().take(4) {
        assert!(triples(&both).contains(triple));
    }
}

#[test]
fn explicit_ids_give_their_combination_first() {
    let annotator = annotator();
    let list = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect::<Vec<_>>();
    let actor = Actor {
        id: "a".into(),
        name: "A".into(),
        needs: list(&["dechets_textiles", "emploi_eloignes"]),
        publics: list(&["parents"]),
        steps: list(&["collecte", "tri"]),
        partners: list(&["SINGA (Paris, Lyon)"]),
        ..Actor::default()
    };
    let portrait = annotator.portrait_of_actor(&actor);
    let taxonomy = annotator.taxonomy();
    let told: Vec<String> = portrait
        .answers
        .iter()
        .map(|a| [a.need, a.public, a.step].map(|c| c.map_or("?", |c| taxonomy.id(c))).join(" "))
        .collect();
    assert_eq!(
        told,
        [
            "dechets_textiles parents collecte",
            "dechets_textiles parents tri",
            "emploi_eloignes parents collecte",
            "emploi_eloignes parents tri",
        ]
    );
    assert_eq!(portrait.partners[0].places, ["Paris", "Lyon"]);
}

#[test]
fn a_name_alone_still_says_something() {
    let annotator = annotator();
    let actor = Actor { name: "Garage solidaire du Gier".into(), ..Actor::default() };
    let portrait = annotator.portrait_of_actor(&actor);
    assert!((portrait.needs[0].weight - 0.6).abs() < 1e-12);
    assert_eq!(portrait.needs[0].because.field, "name");
    assert_eq!(annotator.portrait_of_actor(&Actor::default()), Portrait::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_text_is_read_without_panic_and_always_the_same(
        text in "\\PC{0,80}|((pas|plus|ne|sans|personne|ni|non|garage|bébé|de|collecte|et|,|\\.|n’|rien|pour) ?){0,14}"
    ) {
        let annotator = annotator();
        for purpose in [RECORD, FIELD, QUERY] {
            let once = annotator.annotate(&text, purpose);
            prop_assert_eq!(&once, &annotator.annotate(&text, purpose));
            for absent in &once.absent {
                prop_assert!(once.concepts.iter().all(|c| c.concept != absent.concept));
            }
        }
        let actor = Actor { summary: text.clone(), activities: vec![text.clone()], ..Actor::default() };
        prop_assert!(annotator.portrait_of_actor(&actor).answers.len() <= 8);
    }
}

/// The annotator of the seed's taxonomy, where the tree holds one.
fn seeded() -> Option<Annotator> {
    fn gather(folder: &std::path::Path, files: &mut Vec<String>) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return;
        };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                gather(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                files.push(std::fs::read_to_string(path).expect("a readable file"));
            }
        }
    }
    let mut files = Vec::new();
    gather(
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/seed-data/taxonomy")),
        &mut files,
    );
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let taxonomy = testing::taxonomy(&files);
    (taxonomy.count(ConceptKind::Need) > 100 && taxonomy.count(ConceptKind::Step) > 20)
        .then(|| Annotator::new(Arc::new(taxonomy)))
}

#[test]
fn the_seeded_taxonomy_reads_laments_and_keeps_out_of_ordinary_news() {
    let Some(annotator) = seeded() else { return };
    let needs = |text: &str| -> Vec<String> {
        let annotation = annotator.annotate(text, FIELD);
        let list: Vec<Annotated> = annotation.of(ConceptKind::Need).cloned().collect();
        ids(&annotator, &list)
    };
    for (text, need) in [
        ("rien pour habiller le bébé qui arrive", "articles_bebe"),
        ("Pas de garage solidaire à moins de 40 km", "reparation_automobile"),
        ("On ne trouve plus de médecin traitant, il faut aller à Valence", "desert_medical"),
        ("les gravats sont jetés dans la forêt", "dechets_batiment"),
        ("Aucun atelier de réparation de vélos dans le quartier", "reparation_velo"),
        (
            "l’association manque de camions pour collecter les invendus des supermarchés",
            "invendus_alimentaires",
        ),
    ] {
        let found = needs(text);
        assert!(found.iter().any(|id| id == need), "{text}: {found:?}");
    }
    for text in [
        "Conférence de presse du préfet mardi à onze heures",
        "Météo : averses et vent fort sur le Rhône",
        "Le conseil municipal a voté le compte administratif",
        "L’équipe de rugby a gagné contre Toulouse",
        "La banque centrale a relevé ses taux d’intérêt",
        "le tissu associatif est dense",
    ] {
        assert!(needs(text).is_empty(), "{text}: {:?}", needs(text));
    }
    // Its own everyday sentences: the right need for most of them.
    let (mut right, mut all) = (0, 0);
    for need in annotator.taxonomy().concepts(ConceptKind::Need) {
        for lay in &annotator.taxonomy().entry(need).lay {
            all += 1;
            right += usize::from(needs(lay).iter().any(|id| id == annotator.taxonomy().id(need)));
        }
    }
    assert!(right * 2 > all, "{right} of {all} everyday sentences reach their need");
}
