//! Properties of the relations and of the two criteria built on them (methods §8), case
//! by case.

use std::sync::Arc;

use super::fixtures::{ActorMaker, EnterpriseMaker, actor, context, enterprise, rules};
use crate::domain::context::{Confirmation, ContextActor, Proximity};
use crate::domain::date::PartialDate;
use crate::domain::enterprise::{Enterprise, Status};
use crate::domain::portrait::Partner;
use crate::domain::provenance::Source;
use crate::matching::criteria::{complementarity, non_duplication};
use crate::matching::outcome::{Relation, RelationKind};
use crate::matching::profile::TerritoryProfile;

use RelationKind::{Competes, Completes, CouldCarry, Refers, Sister, Tandem};

fn profile(actors: Vec<ContextActor>) -> TerritoryProfile {
    TerritoryProfile::new(Arc::new(context(actors)), rules())
}

fn complements(actors: Vec<ContextActor>, e: &Enterprise) -> f64 {
    complementarity::evaluate(&profile(actors), e).utility.point
}

fn repeats_not(actors: Vec<ContextActor>, e: &Enterprise) -> f64 {
    non_duplication::evaluate(&profile(actors), e).utility.point
}

fn find(list: &[Relation], kind: RelationKind) -> Option<&Relation> {
    list.iter().find(|relation| relation.kind == kind)
}

fn collector() -> EnterpriseMaker {
    enterprise("Collecte & Cie").answer("collecte_textile", "habitants", "collecte", 1.0)
}

fn same_as_collector(id: &str) -> ActorMaker {
    actor(id).answer("collecte_textile", "habitants", "collecte", 1.0)
}

#[test]
fn a_clone_competes_and_falls() {
    let e = collector().done();
    let clone = same_as_collector("clone").done();
    let relations = profile(vec![clone.clone()]).relations(&e);
    let main = find(&relations, Competes).expect("a clone competes");
    assert!(main.main && !main.to_check);
    assert_eq!(main.strength, 1.0);
    assert_eq!(main.because[0].field, "enterprise.summary");
    assert_eq!(main.because[1].field, "actor.summary");
    assert!(repeats_not(vec![clone.clone()], &e) < repeats_not(vec![], &e));
    assert!(complements(vec![clone], &e) <= complements(vec![], &e));
}

#[test]
fn on_the_next_step_it_completes_and_rises() {
    let e = collector().done();
    let next = actor("tri").answer("collecte_textile", "habitants", "tri", 1.0).done();
    let relations = profile(vec![next.clone()]).relations(&e);
    assert_eq!(relations.len(), 1);
    assert_eq!((relations[0].kind, relations[0].strength), (Completes, 0.8));
    assert!(complements(vec![next.clone()], &e) > complements(vec![], &e));
    assert_eq!(repeats_not(vec![next], &e), repeats_not(vec![], &e));
}

#[test]
fn competing_needs_need_public_and_step() {
    let e = collector().done();
    let other_step = actor("a").answer("collecte_textile", "habitants", "formation", 1.0).done();
    let other_public = actor("b").answer("collecte_textile", "entreprises", "collecte", 1.0).done();
    let other_need = actor("c").answer("isolement", "habitants", "collecte", 1.0).done();
    let profile = profile(vec![other_step, other_public, other_need]);
    let relations = profile.relations(&e);
    assert!(find(&relations, Competes).is_none());
    assert_eq!(find(&relations, Refers).map(|r| (r.actor, r.strength)), Some((2, 0.4)));
}

#[test]
fn a_known_unknown_is_to_be_checked() {
    let e = collector().done();
    let no_public = actor("a").answer("collecte_textile", "", "collecte", 1.0).done();
    let relations = profile(vec![no_public]).relations(&e);
    assert_eq!((relations[0].kind, relations[0].strength), (Competes, 0.5));
    assert!(relations[0].to_check);
    let neither = actor("a").answer("collecte_textile", "", "", 1.0).done();
    assert!(profile(vec![neither]).relations(&e).is_empty());
}

#[test]
fn a_closed_actor_is_not_there_an_ending_one_counts_half() {
    let e = collector().done();
    let strength = |change: &dyn Fn(&mut crate::domain::actor::Actor)| {
        let member = same_as_collector("a").with(change).done();
        profile(vec![member]).relations(&e).first().map(|relation| relation.strength)
    };
    assert_eq!(strength(&|a| a.status = Status::Closed), None);
    assert_eq!(strength(&|a| a.status = Status::Ending), Some(0.5));
    assert_eq!(strength(&|a| a.until = Some(PartialDate::year(2024))), None);
    assert_eq!(strength(&|a| a.since = Some(PartialDate::year(2027))), None);
    assert_eq!(strength(&|a| a.since = Some(PartialDate::year(2026))), Some(1.0));
    let later = |a: &mut crate::domain::actor::Actor| {
        a.status = Status::Closed;
        a.until = Some(PartialDate::year(2027));
    };
    assert_eq!(strength(&later), Some(1.0));
}

#[test]
fn registers_and_distance_lower_a_strength_after_the_threshold() {
    let e = collector().done();
    let register = same_as_collector("a").with(|a| a.register = true).done();
    assert_eq!(profile(vec![register.clone()]).relations(&e)[0].strength, 0.4);
    let far = ContextActor { proximity: Proximity::Far { distance_km: None }, ..register };
    assert_eq!(profile(vec![far]).relations(&e)[0].strength, 0.2);
    let near = same_as_collector("a").at(Proximity::Near { distance_km: Some(12.0) }).done();
    let relation = profile(vec![near]).relations(&e).remove(0);
    assert_eq!(relation.strength, 0.8);
    assert!(relation.fact.args.contains_key("distance_km"));
}

#[test]
fn a_sister_silences_the_rest() {
    let e = {
        let mut e = collector().seeks("local", 1.0).done();
        e.name = "SINGA".to_owned();
        e.network = Some("Réseau Cocagne".to_owned());
        e
    };
    let sister = |change: &dyn Fn(&mut crate::domain::actor::Actor)| {
        let member = same_as_collector("a").offers("local", 1.0).with(change).done();
        let relations = profile(vec![member.clone()]).relations(&e);
        assert!(relations.iter().all(|r| r.kind == Sister) || relations.len() == 2);
        if relations.iter().all(|r| r.kind == Sister) {
            assert_eq!(complements(vec![member.clone()], &e), 0.0);
            assert_eq!(repeats_not(vec![member], &e), repeats_not(vec![], &e));
        }
        relations.iter().all(|r| r.kind == Sister)
    };
    assert!(sister(&|a| a.name = "Association SINGA Lyon".to_owned()));
    assert!(sister(&|a| a.name = "singa".to_owned()));
    assert!(sister(&|a| a.network = Some("COCAGNE".to_owned())));
    assert!(sister(&|a| a.enterprise = Some(e.id.clone())));
    assert!(!sister(&|a| a.name = "SINGA Business".to_owned()));
    assert!(!sister(&|a| a.enterprise = Some("other".to_owned())));
}

#[test]
fn a_named_partner_here_makes_a_tandem() {
    let e = collector()
        .partner("SINGA", &["Paris", "Lyon"])
        .partner("Ville de Lyon", &[])
        .partner("Decathlon", &[])
        .partner("les Banques alimentaires", &[])
        .partner("Emmaüs", &[])
        .done();
    let tandem = |member: ActorMaker| {
        let relations = profile(vec![member.done()]).relations(&e);
        find(&relations, Tandem).map(|relation| relation.strength)
    };
    assert_eq!(tandem(actor("1").named("SINGA Lyon")), Some(1.0));
    assert_eq!(tandem(actor("1").named("Association Singa")), Some(1.0));
    assert_eq!(tandem(actor("1").named("Banque Alimentaire du 69")), Some(1.0));
    assert_eq!(tandem(actor("1").named("Emmaüs Connect")), None);
    assert_eq!(tandem(actor("1").named("Singapour Express")), None);
    let member = |network: &str| {
        let network = network.to_owned();
        actor("1").named("La Fabrique").with(|a| a.network = Some(network))
    };
    assert_eq!(tandem(member("Emmaüs")), Some(0.6));
    assert_eq!(tandem(member("SINGA")), Some(1.0), "Lyon is named with SINGA");
    // A public body or a brand only when it really shares something.
    assert_eq!(tandem(actor("1").named("Ville de Lyon")), None);
    assert_eq!(tandem(actor("1").named("Lyon")), None);
    assert_eq!(tandem(actor("1").named("Decathlon Lyon")), None);
    let sharing = |name: &str| actor("1").named(name).answer("dechets_textiles", "", "", 1.0);
    assert_eq!(tandem(sharing("Ville de Lyon")), Some(1.0));
    assert_eq!(tandem(sharing("Decathlon")), Some(1.0));
}

#[test]
fn an_actor_that_names_the_enterprise_is_its_partner() {
    let e = collector().done();
    let member = actor("1").with(|a| {
        a.portrait
            .partners
            .push(Partner { organisation: "Collecte & Cie".to_owned(), ..Partner::default() });
    });
    let relations = profile(vec![member.done()]).relations(&e);
    assert_eq!(find(&relations, Tandem).map(|r| r.strength), Some(1.0));
}

#[test]
fn a_rival_that_could_carry_stays_a_rival_until_a_person_says_so() {
    let e = collector().done();
    let host = same_as_collector("hote").with(|a| {
        a.roles = vec!["host".to_owned()];
        a.status = Status::Ending;
    });
    let mut context = context(vec![host.done()]);
    let shown = TerritoryProfile::new(Arc::new(context.clone()), rules()).relations(&e);
    let carrier = find(&shown, CouldCarry).expect("shown always");
    assert!(carrier.to_check && !carrier.confirmed && !carrier.main);
    assert!(find(&shown, Competes).is_some_and(|rival| rival.main));
    let mut said = Confirmation {
        enterprise: e.id.clone(),
        actor: Some("hote".to_owned()),
        item: "anchoring.carrier".to_owned(),
        state: "met".to_owned(),
        note: None,
        by: None,
        source: Source::named("réunion"),
        date: PartialDate::year(2026),
    };
    context.actors[0].actor = {
        let mut actor = (*context.actors[0].actor).clone();
        actor.portrait.answers[0].public = None;
        actor.status = Status::Active;
        Arc::new(actor)
    };
    context.confirmations = vec![said.clone()];
    let shown = TerritoryProfile::new(Arc::new(context.clone()), rules()).relations(&e);
    let carrier = find(&shown, CouldCarry).expect("shown always");
    assert!(carrier.confirmed && carrier.main && !carrier.to_check);
    said.state = "unmet".to_owned();
    context.confirmations.insert(0, said);
    let shown = TerritoryProfile::new(Arc::new(context), rules()).relations(&e);
    assert!(find(&shown, CouldCarry).is_none());
}

#[test]
fn a_generalist_with_premises_could_carry_a_franchise_of_its_theme() {
    let mut e = collector().done();
    // Same themes, other needs; wide enough, with a workshop to lend.
    let member = actor("tiers-lieu")
        .answer("recyclage_textile", "etudiants", "formation", 1.0)
        .answer("isolement", "etudiants", "formation", 1.0)
        .offers("atelier", 1.0);
    let profile = profile(vec![member.done()]);
    assert!(find(&profile.relations(&e), CouldCarry).is_none());
    e.scaling.model = Some("social_franchise".to_owned());
    let relations = profile.relations(&e);
    assert_eq!(find(&relations, CouldCarry).map(|r| (r.strength, r.to_check)), Some((0.4, true)));
}

#[test]
fn three_hundred_weak_actors_never_outweigh_one_strong() {
    let e = collector().done();
    let weak = |kind: usize| {
        (0..300)
            .map(|at| {
                let member = actor(&format!("faible-{at:03}"));
                match kind {
                    0 => member.answer("dechets_textiles", "entreprises", "tri", 1.0).done(),
                    1 => member.answer("isolement", "habitants", "tri", 1.0).done(),
                    _ => member
                        .answer("collecte_textile", "habitants", "tri", 1.0)
                        .with(|a| a.register = true)
                        .done(),
                }
            })
            .collect::<Vec<_>>()
    };
    let strong = actor("fort").answer("collecte_textile", "entreprises", "tri", 1.0).done();
    for kind in 0..3 {
        assert!(complements(weak(kind), &e) < complements(vec![strong.clone()], &e));
    }
}

#[test]
fn a_score_reads_only_the_actors_of_its_context() {
    // What lies elsewhere is not in the context: the same context gives the same values,
    // whatever the other profiles alive.
    let e = collector().done();
    let here = vec![actor("tri").answer("collecte_textile", "habitants", "tri", 1.0).done()];
    let before = complementarity::evaluate(&profile(here.clone()), &e);
    let _elsewhere = profile(vec![same_as_collector("ailleurs").done()]);
    assert_eq!(complementarity::evaluate(&profile(here), &e), before);
}
