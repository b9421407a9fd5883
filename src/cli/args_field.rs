//! What may be typed to write down what people say of the field and set up.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// `observe`.
#[derive(Debug, ClapArgs)]
pub struct Observe {
    /// Identifiant ou nom du territoire
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// Ce qui a été vu, en une phrase ; sans elle, la liste est montrée
    #[arg(value_name = "TEXTE", conflicts_with = "withdraw")]
    pub text: Option<String>,
    /// Gravité, de 0 (l’offre suffit) à 1 (rien n’y répond)
    #[arg(long, value_name = "NOMBRE", requires = "text")]
    pub severity: Option<f64>,
    /// Jour où cela a été vu, AAAA-MM-JJ
    #[arg(long, value_name = "DATE", requires = "text")]
    pub date: Option<String>,
    /// Où c’est écrit, ou dit
    #[arg(long, value_name = "SOURCE", requires = "text")]
    pub source: Option<String>,
    /// Quelle organisation l’a vu (pas une personne)
    #[arg(long = "by", value_name = "NOM")]
    pub by: Option<String>,
    /// Le besoin, s’il est connu ; lu dans le texte sinon. Dans une liste, seulement ce besoin
    #[arg(long, value_name = "BESOIN")]
    pub need: Option<String>,
    /// Le public
    #[arg(long, value_name = "PUBLIC", requires = "text")]
    pub public: Option<String>,
    /// L’étape qui manque
    #[arg(long, value_name = "ÉTAPE", requires = "text")]
    pub step: Option<String>,
    /// Le thème
    #[arg(long, value_name = "THÈME", requires = "text")]
    pub theme: Option<String>,
    /// Confiance, de 0 à 1 ; 0,7 sinon
    #[arg(long, value_name = "NOMBRE", requires = "text")]
    pub confidence: Option<f64>,
    /// rising, stable ou falling
    #[arg(long, value_name = "SENS", requires = "text")]
    pub trend: Option<String>,
    /// Licence de la source
    #[arg(long, value_name = "LICENCE", requires = "text")]
    pub licence: Option<String>,
    /// Corrige cette observation au lieu d’en ajouter une
    #[arg(long, value_name = "IDENTIFIANT", requires = "text")]
    pub correct: Option<String>,
    /// Retire cette observation ; le motif est demandé
    #[arg(long, value_name = "IDENTIFIANT", requires = "reason")]
    pub withdraw: Option<String>,
    /// Motif, gardé dans l’historique
    #[arg(long, value_name = "TEXTE")]
    pub reason: Option<String>,
}

/// `confirm`.
#[derive(Debug, ClapArgs)]
pub struct Confirm {
    /// Identifiant ou nom du territoire
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// Identifiant ou nom de l’entreprise ; sans elle, tout est listé
    #[arg(value_name = "ENTREPRISE")]
    pub enterprise: Option<String>,
    /// Ce qui est confirmé : not_already_there, anchoring.carrier, funding, premises, opposed…
    #[arg(value_name = "OBJET")]
    pub item: Option<String>,
    /// met, unmet, unknown ; lifted pour une condition d’entrée
    #[arg(value_name = "ÉTAT", conflicts_with = "withdraw")]
    pub state: Option<String>,
    /// L’acteur local dont on parle
    #[arg(long, value_name = "ACTEUR")]
    pub actor: Option<String>,
    /// Pourquoi, en quelques mots
    #[arg(long, value_name = "TEXTE")]
    pub note: Option<String>,
    /// Où c’est écrit, ou dit
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Jour, AAAA-MM-JJ
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Quelle organisation le dit (pas une personne)
    #[arg(long = "by", value_name = "NOM")]
    pub by: Option<String>,
    /// Retire cette confirmation ; le motif est demandé
    #[arg(long, requires_all = ["item", "reason"])]
    pub withdraw: bool,
    /// Motif, gardé dans l’historique
    #[arg(long, value_name = "TEXTE")]
    pub reason: Option<String>,
}

/// `correct`.
#[derive(Debug, ClapArgs)]
pub struct Correct {
    /// enterprise, actor ou observation
    #[arg(value_name = "SORTE")]
    pub kind: String,
    /// Identifiant de la fiche
    #[arg(value_name = "IDENTIFIANT")]
    pub id: String,
    /// Mot à ajouter, sorte:identifiant ou sorte:identifiant:poids, comme need:reparation_velo:0,5 ; se répète
    #[arg(long, value_name = "SORTE:MOT")]
    pub add: Vec<String>,
    /// Mot à retirer, sorte:identifiant ; se répète
    #[arg(long, value_name = "SORTE:MOT")]
    pub remove: Vec<String>,
    /// Pourquoi
    #[arg(long, value_name = "TEXTE")]
    pub note: Option<String>,
    /// Où c’est écrit, ou dit
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Qui corrige (une organisation, pas une personne)
    #[arg(long = "by", value_name = "NOM")]
    pub by: Option<String>,
    /// Retire la correction ; le motif est demandé
    #[arg(long, requires = "reason", conflicts_with_all = ["add", "remove"])]
    pub withdraw: bool,
    /// Motif, gardé dans l’historique
    #[arg(long, value_name = "TEXTE")]
    pub reason: Option<String>,
}

/// `profiles`.
#[derive(Debug, ClapArgs)]
pub struct Profiles {
    /// Enregistre ce profil : un fichier JSON avec id, owner, date, weights, name, territory… ; - pour l’entrée standard
    #[arg(long, value_name = "FICHIER")]
    pub set: Option<PathBuf>,
    /// Met fin à ce profil ; le motif est demandé
    #[arg(long, value_name = "NOM", requires = "reason", conflicts_with = "set")]
    pub end: Option<String>,
    /// Qui enregistre (une organisation, pas une personne)
    #[arg(long = "by", value_name = "NOM")]
    pub by: Option<String>,
    /// Motif, gardé dans l’historique
    #[arg(long, value_name = "TEXTE")]
    pub reason: Option<String>,
}

/// `zone`.
#[derive(Debug, ClapArgs)]
pub struct Zone {
    /// zone- puis un nom court : zone-pays-diois
    #[arg(value_name = "IDENTIFIANT")]
    pub id: String,
    /// Son nom
    #[arg(long, value_name = "NOM", conflicts_with = "end")]
    pub name: Option<String>,
    /// Ses communes, par code ou par nom, séparées par des virgules
    #[arg(long, value_name = "COMMUNES", value_delimiter = ',', conflicts_with = "end")]
    pub communes: Vec<String>,
    /// Met fin à la zone ; le motif est demandé
    #[arg(long, requires = "reason")]
    pub end: bool,
    /// Qui la trace (une organisation, pas une personne)
    #[arg(long = "by", value_name = "NOM")]
    pub by: Option<String>,
    /// Motif, gardé dans l’historique
    #[arg(long, value_name = "TEXTE")]
    pub reason: Option<String>,
}

/// `duplicates`.
#[derive(Debug, ClapArgs)]
pub struct Duplicates {
    /// Identifiant ou nom du territoire ; sans lui, toute la France
    #[arg(value_name = "TERRITOIRE")]
    pub territory: Option<String>,
    /// Probabilité à partir de laquelle une paire est montrée, de 0 à 1
    #[arg(long, value_name = "NOMBRE")]
    pub threshold: Option<f64>,
    /// Montre aussi les réseaux et leurs antennes, qui restent deux fiches
    #[arg(long)]
    pub sisters: bool,
    /// Fusionne les paires assez sûres ; les autres restent à vérifier
    #[arg(long)]
    pub apply: bool,
    /// Qui fusionne (une organisation, pas une personne)
    #[arg(long = "by", value_name = "NOM")]
    pub by: Option<String>,
}

/// `merge`.
#[derive(Debug, ClapArgs)]
pub struct Merge {
    /// La fiche gardée : enterprise/…, actor/… ou son identifiant seul
    #[arg(value_name = "GARDÉE")]
    pub kept: String,
    /// L’autre fiche
    #[arg(value_name = "AUTRE")]
    pub other: String,
    /// Ce sont un réseau et son antenne : deux fiches d’une même famille
    #[arg(long, conflicts_with = "different")]
    pub sister: bool,
    /// Ce sont deux organisations : la paire ne sera plus proposée
    #[arg(long)]
    pub different: bool,
    /// Qui le dit (une organisation, pas une personne)
    #[arg(long = "by", value_name = "NOM")]
    pub by: Option<String>,
    /// Motif, gardé dans l’historique
    #[arg(long, value_name = "TEXTE")]
    pub reason: Option<String>,
}

/// `unmerge`.
#[derive(Debug, ClapArgs)]
pub struct Unmerge {
    /// L’une des deux fiches
    #[arg(value_name = "A")]
    pub a: String,
    /// L’autre
    #[arg(value_name = "B")]
    pub b: String,
    /// Qui la défait (une organisation, pas une personne)
    #[arg(long = "by", value_name = "NOM")]
    pub by: Option<String>,
    /// Motif, gardé dans l’historique
    #[arg(long, value_name = "TEXTE")]
    pub reason: Option<String>,
}
