//! Whom to meet first, the relations, and what each one gains.

use std::collections::BTreeSet;

use crate::domain::context::ContextActor;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::explanation::shown::Sentence;
use crate::matching::outcome::{Relation, RelationKind};
use crate::planning::feasibility::first_actor::{identity, named, with_few_sources};
use crate::scouting::feasibility::facts::Drawn;
use crate::scouting::feasibility::writer::Writer;
use crate::scouting::feasibility::{FirstMet, GainOf, RelationGroup, Role, Stakeholder};

/// The types of relation in the order a committee reads them.
const ORDER: [RelationKind; 7] = [
    RelationKind::Tandem,
    RelationKind::CouldCarry,
    RelationKind::Completes,
    RelationKind::Supplies,
    RelationKind::SuppliedBy,
    RelationKind::Competes,
    RelationKind::Sister,
];

/// Who comes first, why in this order, what relates it, and whom else.
pub(super) fn first_actor(drawn: &Drawn<'_>, writer: &Writer<'_>) -> FirstMet {
    let first = &drawn.first;
    let mut sentences = vec![writer.say(&first.who)];
    match first.actor {
        // Its own place says all; a relation would repeat it.
        Some((Role::Itself | Role::KeyActor, _)) => {}
        Some(_) => sentences.extend(first.relation.iter().map(|fact| writer.say(fact))),
        None => {
            sentences.extend(networks(drawn, writer));
            sentences.push(writer.about(
                "feasibility.first.how",
                "territory",
                &drawn.profile.context.territory.name,
            ));
        }
    }
    sentences.extend(first.others.iter().map(|fact| writer.say(fact)));
    if first.actor.is_some() {
        sentences.push(writer.say(&Fact::new("feasibility.first.rule", Basis::Inferred)));
    }
    FirstMet { actor: first.actor, sentences }
}

/// The networks that know the actors of this territory.
fn networks(drawn: &Drawn<'_>, writer: &Writer<'_>) -> Option<Sentence> {
    let mut sources = Vec::new();
    let mut names = Vec::new();
    let supports = &drawn.profile.context.supports;
    for support in supports.iter().filter(|support| support.kind == "network") {
        names.push(support.name.clone());
        sources.push(crate::matching::schemes::source_of(support));
    }
    (!names.is_empty()).then(|| {
        writer.say(
            &Fact::new("feasibility.first.networks", Basis::Stated)
                .with("names", Arg::List(names))
                .from_sources(sources),
        )
    })
}

/// The strongest relations of each type with described actors, each sentence once.
pub(super) fn relations(drawn: &Drawn<'_>, writer: &Writer<'_>) -> Vec<RelationGroup> {
    let actors = &drawn.profile.context.actors;
    let most = writer.most("relations");
    let mut groups = Vec::new();
    // A rival is told as a rival; an organisation known by two records is told once.
    let is_rival = |at: usize| drawn.rivals.contains(&named(&actors[at]));
    for kind in ORDER {
        let of_kind: Vec<_> = drawn
            .relations
            .iter()
            .filter(|r| r.kind == kind && (r.main || kind == RelationKind::CouldCarry))
            .filter(|r| kind == RelationKind::Competes || !is_rival(r.actor))
            .collect();
        // Registers only name: they are counted, not told one by one.
        let mut seen = BTreeSet::new();
        let described: Vec<_> = of_kind
            .iter()
            .filter(|r| !actors[r.actor].actor.register)
            .filter(|r| seen.insert(identity(&actors[r.actor])))
            .collect();
        if of_kind.is_empty() {
            continue;
        }
        let items: Vec<Sentence> =
            described.iter().take(most).map(|r| writer.say(&with_few_sources(r))).collect();
        groups.push(RelationGroup {
            kind,
            title: writer.word(title(kind)),
            others: organisations(&of_kind, actors) - items.len(),
            items,
        });
    }
    groups
}

/// How many organisations these relations are with.
fn organisations(relations: &[&Relation], actors: &[ContextActor]) -> usize {
    relations.iter().map(|r| identity(&actors[r.actor])).collect::<BTreeSet<_>>().len()
}

fn title(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Tandem => "feasibility.relations.tandem",
        RelationKind::CouldCarry => "feasibility.relations.could_carry",
        RelationKind::Completes => "feasibility.relations.completes",
        RelationKind::Supplies => "feasibility.relations.supplies",
        RelationKind::SuppliedBy => "feasibility.relations.supplied_by",
        RelationKind::Competes => "feasibility.relations.competes",
        RelationKind::Sister => "feasibility.relations.sister",
        RelationKind::Refers => "feasibility.relations.refers",
    }
}

/// What each one gains; nothing known is to be established with them.
pub(super) fn gains(drawn: &Drawn<'_>, writer: &Writer<'_>) -> Vec<GainOf> {
    drawn
        .gains
        .iter()
        .map(|gain| {
            let label = writer.word(match gain.who {
                Stakeholder::Enterprise => "feasibility.who.enterprise",
                Stakeholder::Partners => "feasibility.who.partners",
                Stakeholder::Collectivity => "feasibility.who.collectivity",
                Stakeholder::Beneficiaries => "feasibility.who.beneficiaries",
                Stakeholder::Funders => "feasibility.who.funders",
            });
            let known = !gain.facts.is_empty();
            let items = if known {
                writer.all(&gain.facts)
            } else {
                let key = match gain.who {
                    Stakeholder::Enterprise | Stakeholder::Collectivity => {
                        "feasibility.gain.unknown.it"
                    }
                    _ => "feasibility.gain.unknown.them",
                };
                vec![writer.say(&Fact::new(key, Basis::Prior))]
            };
            GainOf { who: gain.who, label, known, items }
        })
        .collect()
}
