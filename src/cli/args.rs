//! What may be typed.

use std::path::PathBuf;

use crate::scouting::imports;
use crate::scouting::registers::{Importable, importables};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

pub use super::args_field::{
    Confirm, Correct, Duplicates, Merge, Observe, Profiles, Unmerge, Zone,
};

/// Essaim : quelles entreprises sociales éprouvées implanter ici, et pourquoi.
///
/// Chaque raison a sa source. Essaim propose ; des personnes décident.
#[derive(Debug, Parser)]
#[command(name = "essaim", version, arg_required_else_help = true)]
pub struct Args {
    /// What every command understands.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands; also ESSAIM_* variables and essaim.toml.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Globals {
    /// Dossier des données (ESSAIM_DATA ; index/live sinon)
    #[arg(long, global = true, value_name = "DOSSIER")]
    pub data: Option<PathBuf>,
    /// Catalogue partagé : postgres://… (ESSAIM_DATABASE)
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// Forme du résultat : table, json, csv ; md, geojson, ics, jsonl, xlsx ou parquet selon la commande (ESSAIM_FORMAT)
    #[arg(long, global = true, value_name = "FORME")]
    pub format: Option<String>,
    /// Langue : fr ou en (ESSAIM_LANG)
    #[arg(long, global = true, value_name = "LANGUE")]
    pub lang: Option<String>,
    /// Nombre de lignes, 1 à 500 (ESSAIM_LIMIT)
    #[arg(long, global = true, value_name = "N")]
    pub limit: Option<String>,
    /// Date dans le monde, AAAA-MM-JJ ; aujourd’hui sinon (ESSAIM_AS_OF)
    #[arg(long = "as-of", global = true, value_name = "DATE")]
    pub as_of: Option<String>,
    /// État du journal ; le dernier sinon (ESSAIM_SEQ)
    #[arg(long, global = true, value_name = "N")]
    pub seq: Option<String>,
    /// Forme des messages : text ou json (ESSAIM_LOG_FORMAT)
    #[arg(long = "log-format", global = true, value_name = "FORME")]
    pub log_format: Option<String>,
    /// Fichier de réglages ; essaim.toml s’il existe (ESSAIM_CONFIG)
    #[arg(long, global = true, value_name = "FICHIER")]
    pub config: Option<PathBuf>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sert les pages JSON et leur documentation
    Serve(Serve),
    /// Classe les entreprises candidates pour un territoire, avec les raisons
    Match(Match),
    /// Explique en entier une entreprise sur un territoire
    Explain(Explain),
    /// Choisit un ensemble d’entreprises à accueillir ensemble (une promotion)
    Cohort(Cohort),
    /// Met de deux à cinq candidates côte à côte, et dit ce qui les sépare
    Compare(Compare),
    /// Dit pourquoi une entreprise n’est pas dans la liste
    WhyNot(WhyNot),
    /// Cherche des entreprises par des mots
    Search(Search),
    /// Montre les besoins les moins couverts d’un territoire
    Gaps(Gaps),
    /// Lit un texte français et rend ses concepts
    Annotate(Annotate),
    /// Sauvegarde tout le catalogue dans un fichier, pendant que d’autres écrivent
    Backup(Backup),
    /// Consigne une étape du suivi d’une entreprise sur un territoire, ou montre son chemin
    Decide(Decide),
    /// Montre le tableau de suivi d’un territoire : où en est chacune, jusqu’où, pourquoi elles s’arrêtent
    Board(Board),
    /// Compare ce qui est arrivé à ce que le classement avait dit
    Calibration(Calibration),
    /// Montre ce qui a été demandé et peu trouvé : des comptes, jamais les mots
    Demand(Demand),
    /// Rejoue des implantations connues et dit si le classement les aurait trouvées
    Backtest(Backtest),
    /// Vérifie le journal entier et l’index du texte, et dit quelles fiches visiter d’abord
    Check(Check),
    /// Exporte tout ce que contient le catalogue, pour le relire ailleurs ou le réimporter
    Export(Export),
    /// Efface ce qu’une fiche a dit, quand la loi le demande ; il en reste la trace
    Erase(Erase),
    /// Importe un fichier d’entreprises, d’acteurs, de priorités, ou un registre public
    Import(Import),
    /// Montre toutes les révisions d’une fiche : quand, qui, d’où, pourquoi, quoi
    History(History),
    /// Restaure une sauvegarde dans un catalogue vide
    Restore(Restore),
    /// Fait, montre, remplace et révoque les clés d’accès
    #[command(subcommand)]
    Key(KeyCommand),
    /// Montre, dépose, prévisualise ou annule les priorités d’un territoire
    Priorities(Priorities),
    /// Consigne ce que dit le terrain d’un territoire, ou liste ce qui en a été dit
    Observe(Observe),
    /// Consigne ce qu’une personne sait d’une entreprise sur un territoire, ou le liste
    Confirm(Confirm),
    /// Corrige ce qui a été lu d’une fiche (thèmes, besoins, étapes…)
    Correct(Correct),
    /// Cherche les fiches qui disent deux fois la même organisation, et pourquoi
    Duplicates(Duplicates),
    /// Dit que deux fiches sont une seule organisation (ou une même famille, ou deux)
    Merge(Merge),
    /// Défait une fusion : les deux fiches redeviennent ce qu’elles étaient
    Unmerge(Unmerge),
    /// Liste les profils de poids : à qui ils sont, depuis quand, ce qu’ils pèsent ; ou en enregistre un
    Profiles(Profiles),
    /// Montre les sources écartées et celles qui ne font qu’une voix, ou en déclare d’autres
    Sources(Sources),
    /// Trace une zone (une liste nommée de communes), ou y met fin
    Zone(Zone),
    /// Montre ce qu’on sait d’un territoire, ou le retrouve par son nom
    Territory(Territory),
    /// Dessine la tournée : quelles villes, dans quel ordre, pour rencontrer qui
    Tour(Tour),
}

/// `serve`.
#[derive(Debug, Default, ClapArgs)]
pub struct Serve {
    /// Adresse d’écoute (ESSAIM_LISTEN ; 127.0.0.1:8080 sinon)
    #[arg(long, value_name = "ADRESSE")]
    pub listen: Option<String>,
    /// Lire sans clé, même hors de cette machine (ESSAIM_OPEN_READS)
    #[arg(long = "open-reads")]
    pub open_reads: bool,
    /// Servir sans aucune clé : lecture seule, pour tous (ESSAIM_WITHOUT_KEYS)
    #[arg(long = "without-keys")]
    pub without_keys: bool,
    /// Mandataires crus sur l’adresse du client : 127.0.0.1,10.0.0.0/8 (ESSAIM_TRUST_PROXY)
    #[arg(long = "trust-proxy", value_name = "ADRESSES")]
    pub trust_proxy: Option<String>,
    /// Le service est publié en https, derrière un mandataire (ESSAIM_TLS)
    #[arg(long)]
    pub tls: bool,
    /// Requêtes par seconde, pour une clé, sinon pour une adresse (ESSAIM_RATE)
    #[arg(long, value_name = "N")]
    pub rate: Option<String>,
    /// Requêtes d’affilée avant que --rate compte (ESSAIM_RATE_BURST)
    #[arg(long = "rate-burst", value_name = "N")]
    pub rate_burst: Option<String>,
    /// Requêtes en même temps, pour une clé, sinon pour une adresse (ESSAIM_AT_ONCE)
    #[arg(long = "at-once", value_name = "N")]
    pub at_once: Option<String>,
    /// Durée d’une requête au plus, secondes (ESSAIM_TIME_LIMIT)
    #[arg(long = "time-limit", value_name = "S")]
    pub time_limit: Option<String>,
    /// Poids d’un corps au plus, mégaoctets (ESSAIM_BODY_LIMIT ; 12 sinon)
    #[arg(long = "body-limit", value_name = "MO")]
    pub body_limit: Option<String>,
}

/// `key`.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Fait une clé ; son secret sort une seule fois, seul, sur la sortie standard
    Create(KeyCreate),
    /// Montre les clés : à qui, quel rôle, jusqu’à quand, dernier usage
    List,
    /// Met fin à une clé, aussitôt et partout
    Revoke(KeyRevoke),
    /// Remplace une clé par une autre, de mêmes droits
    Rotate(KeyRotate),
}

/// `key create`.
#[derive(Debug, ClapArgs)]
pub struct KeyCreate {
    /// reader (lit), scout (écrit partout), partner (écrit chez lui) ou admin
    #[arg(long, value_name = "RÔLE")]
    pub role: String,
    /// Pour un partner, territoire où il écrit : identifiant ou nom ; se répète
    #[arg(long = "territory", value_name = "TERRITOIRE")]
    pub territories: Vec<String>,
    /// L’organisation qui tient la clé (jamais une personne)
    #[arg(long, value_name = "NOM")]
    pub label: String,
    /// Dernier jour, AAAA-MM-JJ ; dans un an sinon
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    /// Qui administre
    #[arg(long = "by", value_name = "NOM", default_value = "local")]
    pub by: String,
}

/// `key revoke`.
#[derive(Debug, ClapArgs)]
pub struct KeyRevoke {
    /// Identifiant de la clé (essaim key list)
    #[arg(value_name = "CLÉ")]
    pub id: String,
    /// Pourquoi, pour le journal
    #[arg(long, value_name = "TEXTE")]
    pub reason: Option<String>,
    /// Qui administre
    #[arg(long = "by", value_name = "NOM", default_value = "local")]
    pub by: String,
}

/// `key rotate`.
#[derive(Debug, ClapArgs)]
pub struct KeyRotate {
    /// Identifiant de la clé à remplacer (essaim key list)
    #[arg(value_name = "CLÉ")]
    pub id: String,
    /// Temps pendant lequel l’ancienne sert encore : 30m, 12h, 7d ; aucun sinon
    #[arg(long, value_name = "DURÉE")]
    pub grace: Option<String>,
    /// Dernier jour de la nouvelle ; celui de l’ancienne sinon
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    /// Qui administre
    #[arg(long = "by", value_name = "NOM", default_value = "local")]
    pub by: String,
}

/// What `match` and `explain` share.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Weighing {
    /// Mots recherchés ; ajoute le critère relevance
    #[arg(long, value_name = "TEXTE")]
    pub q: Option<String>,
    /// Poids : gap:3,proof:1 ou gap>priority>proof
    #[arg(long, value_name = "POIDS")]
    pub weights: Option<String>,
    /// Profil de poids : equal, need_first, ground_first, proof_first… (essaim profiles les liste)
    #[arg(long, value_name = "NOM")]
    pub profile: Option<String>,
    /// Ordre : expected (attendu) ou low (prudent)
    #[arg(long = "rank-by", value_name = "ORDRE")]
    pub rank_by: Option<String>,
}

/// `match`.
#[derive(Debug, ClapArgs)]
pub struct Match {
    /// Identifiant ou nom : epci-200046977, « Métropole de Lyon »
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// Les mots et les poids.
    #[command(flatten)]
    pub weighing: Weighing,
    /// Seulement ce thème (ne change aucune note)
    #[arg(long, value_name = "THÈME")]
    pub theme: Option<String>,
    /// Seulement ce besoin (ne change aucune note)
    #[arg(long, value_name = "BESOIN")]
    pub need: Option<String>,
    /// Suite d’une page précédente
    #[arg(long, value_name = "CURSEUR")]
    pub cursor: Option<String>,
    /// Candidates décrites sous le tableau
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub details: usize,
}

/// `explain`.
#[derive(Debug, ClapArgs)]
pub struct Explain {
    /// Identifiant ou nom du territoire
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// Identifiant ou nom de l’entreprise
    #[arg(value_name = "ENTREPRISE")]
    pub enterprise: String,
    /// Les mots et les poids.
    #[command(flatten)]
    pub weighing: Weighing,
}

/// `compare`.
#[derive(Debug, ClapArgs)]
pub struct Compare {
    /// Identifiant ou nom du territoire
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// De deux à cinq entreprises : identifiants ou noms
    #[arg(value_name = "ENTREPRISE", required = true)]
    pub enterprises: Vec<String>,
    /// Les mots et les poids.
    #[command(flatten)]
    pub weighing: Weighing,
}

/// `why-not`.
#[derive(Debug, ClapArgs)]
pub struct WhyNot {
    /// Identifiant ou nom du territoire
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// Identifiant ou nom de l’entreprise
    #[arg(value_name = "ENTREPRISE")]
    pub enterprise: String,
    /// Les mots et les poids.
    #[command(flatten)]
    pub weighing: Weighing,
    /// Dans la liste de ce seul thème
    #[arg(long, value_name = "THÈME")]
    pub theme: Option<String>,
    /// Dans la liste de ce seul besoin
    #[arg(long, value_name = "BESOIN")]
    pub need: Option<String>,
}

/// `search`.
#[derive(Debug, ClapArgs)]
pub struct Search {
    /// Les mots cherchés, en français ou en anglais
    #[arg(value_name = "TEXTE", required_unless_present = "batch", conflicts_with = "batch")]
    pub text: Option<String>,
    /// Seulement ce thème
    #[arg(long, value_name = "THÈME")]
    pub theme: Option<String>,
    /// Fichier de questions : qid, tabulation, texte, en-tête facultatif ; - pour l’entrée standard
    #[arg(long, value_name = "QUESTIONS.tsv")]
    pub batch: Option<PathBuf>,
    /// Où écrire le résultat TREC (qid Q0 docid rang note étiquette) ; - pour la sortie
    #[arg(long, value_name = "RUN", requires = "batch")]
    pub output: Option<PathBuf>,
}

/// `gaps`.
#[derive(Debug, ClapArgs)]
pub struct Gaps {
    /// Identifiant ou nom
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// Seulement ce thème
    #[arg(long, value_name = "THÈME")]
    pub theme: Option<String>,
    /// Seulement ce besoin
    #[arg(long, value_name = "BESOIN")]
    pub need: Option<String>,
}

/// `annotate`.
#[derive(Debug, ClapArgs)]
pub struct Annotate {
    /// Le texte ; - lit l’entrée standard, une ligne par texte
    #[arg(value_name = "TEXTE", allow_hyphen_values = true)]
    pub text: String,
    /// Comment lire : observation du terrain, fiche, ou question
    #[arg(long = "as", value_name = "SENS", default_value = "observation")]
    pub purpose: Reading,
}

/// How a text speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reading {
    /// Reports from the field: what lacks is asked for.
    Observation,
    /// Describes an organisation.
    Record,
    /// A question.
    Query,
}

/// `decide`.
#[derive(Debug, ClapArgs)]
pub struct Decide {
    /// Identifiant ou nom du territoire
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// Identifiant ou nom de l’entreprise
    #[arg(value_name = "ENTREPRISE")]
    pub enterprise: String,
    /// spotted, contacted, met, feasibility, decided, launched, consolidated, refused, stopped ; sans elle, le chemin est montré
    #[arg(long, value_name = "ÉTAPE", conflicts_with = "undo")]
    pub state: Option<String>,
    /// Raison, pour refuser, arrêter ou reprendre : no_premises, no_funding, no_carrier…
    #[arg(long, value_name = "RAISON", requires = "state")]
    pub reason: Option<String>,
    /// Pourquoi, en quelques mots (ni adresse électronique ni téléphone)
    #[arg(long, value_name = "TEXTE")]
    pub note: Option<String>,
    /// Jour de l’étape, AAAA-MM-JJ ; aujourd’hui sinon
    #[arg(long, value_name = "DATE", requires = "state")]
    pub date: Option<String>,
    /// Saison (année de prospection) ; celle du suivi sinon
    #[arg(long, value_name = "ANNÉE", requires = "state")]
    pub season: Option<String>,
    /// Où c’est écrit
    #[arg(long, value_name = "SOURCE", requires = "state")]
    pub source: Option<String>,
    /// Qui décide (une organisation, pas une personne)
    #[arg(long = "by", value_name = "NOM")]
    pub by: Option<String>,
    /// Annule la dernière étape, consignée par erreur
    #[arg(long)]
    pub undo: bool,
}

/// `board`.
#[derive(Debug, ClapArgs)]
pub struct Board {
    /// Identifiant ou nom du territoire
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// Saison (année de prospection) ; sinon le dernier suivi de chaque entreprise
    #[arg(long, value_name = "ANNÉE")]
    pub season: Option<String>,
}

/// `calibration`.
#[derive(Debug, ClapArgs)]
pub struct Calibration {
    /// Seulement ce territoire, par identifiant ou nom
    #[arg(value_name = "TERRITOIRE")]
    pub territory: Option<String>,
    /// Seulement cette saison
    #[arg(long, value_name = "ANNÉE")]
    pub season: Option<String>,
}

/// `demand`.
#[derive(Debug, ClapArgs)]
pub struct Demand {
    /// Seulement ce territoire, par identifiant ou nom
    #[arg(value_name = "TERRITOIRE")]
    pub territory: Option<String>,
}

/// `backtest`.
#[derive(Debug, ClapArgs)]
pub struct Backtest {
    /// Implantations connues : enterprise,territory,year (CSV) ; - pour l’entrée standard
    #[arg(long, value_name = "FICHIER.csv")]
    pub truth: PathBuf,
}

/// `import`.
#[derive(Debug, ClapArgs)]
pub struct Import {
    /// enterprises, actors, priorities, observations… ; ou un registre public : sirene-etablissements, rna…
    #[arg(value_name = "SORTE", value_parser = Imported::parse)]
    pub kind: Imported,
    /// Un ou plusieurs fichiers (CSV, XLSX, ODS, JSON, GeoJSON, Parquet ; zip ou gz pour un registre)
    #[arg(value_name = "FICHIER", required_unless_present = "template")]
    pub files: Vec<PathBuf>,
    /// Donner plutôt un fichier modèle à remplir (--format csv ou xlsx)
    #[arg(long, conflicts_with = "files")]
    pub template: bool,
    /// Où écrire le modèle ; la sortie standard sinon
    #[arg(long, value_name = "FICHIER", requires = "template")]
    pub out: Option<PathBuf>,
    /// Comparer sans rien écrire
    #[arg(long = "dry-run")]
    pub dry_run: bool,
    /// Où récrire les lignes refusées, telles quelles, pour les corriger et les réimporter
    #[arg(long, value_name = "FICHIER")]
    pub rejects: Option<PathBuf>,
    /// Registre : année des données ; lue dans le nom du fichier sinon
    #[arg(long, value_name = "AAAA")]
    pub year: Option<i16>,
    /// Registre : où le fichier est complet : france, none, ou des départements (69,38) ; mesuré sinon
    #[arg(long, value_name = "PÉRIMÈTRE")]
    pub perimeter: Option<String>,
    /// Registre : territoire dont les organisations deviennent des acteurs locaux
    #[arg(long = "actors-in", value_name = "TERRITOIRE")]
    pub actors_in: Option<String>,
    /// Qui importe (une organisation, pas une personne)
    #[arg(long = "by", value_name = "NOM", default_value = "import")]
    pub by: String,
}

/// What is imported: rows of the catalogue, or a public register.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Imported {
    /// Rows.
    Rows(imports::Import),
    /// A register.
    Register(Importable),
}

impl Imported {
    /// Reads the word typed; the refusal lists the words known.
    ///
    /// # Errors
    /// A word that names nothing.
    pub fn parse(word: &str) -> Result<Self, String> {
        if let Some(rows) = imports::Import::parse(word) {
            return Ok(Self::Rows(rows));
        }
        if let Some(register) = Importable::parse(word) {
            return Ok(Self::Register(register));
        }
        let rows = imports::Import::WORDS.iter().map(|word| (*word).to_owned());
        let known: Vec<String> =
            rows.chain(importables().iter().map(|one| one.word.to_owned())).collect();
        let near = known.iter().map(|one| (strsim::jaro_winkler(one, word), one));
        let near = near.filter(|(likeness, _)| *likeness > 0.85);
        let near = near.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)));
        let near =
            near.map(|(_, one)| format!(" ; vouliez-vous dire `{one}` ?")).unwrap_or_default();
        Err(format!("admis : {}{near}", known.join(", ")))
    }
}

/// `export`.
#[derive(Debug, ClapArgs)]
pub struct Export {
    /// enterprises, actors, priorities, observations, confirmations, annotations, decisions,
    /// profiles, zones, merges ; territories, indicators, programmes, supply, supports,
    /// taxonomy ; ou all
    #[arg(value_name = "SORTE", required = true)]
    pub kinds: Vec<String>,
    /// Fichier à écrire, ou dossier quand il y en a plusieurs
    #[arg(long, value_name = "CHEMIN")]
    pub out: Option<PathBuf>,
    /// Seulement ce qui concerne ce territoire (identifiant ou nom)
    #[arg(long, value_name = "TERRITOIRE")]
    pub territory: Option<String>,
}

/// `history`.
#[derive(Debug, ClapArgs)]
pub struct History {
    /// Identifiant, précédé de sa sorte au besoin : unir, decision epci-200046977/unir
    #[arg(value_name = "SORTE] [IDENTIFIANT", num_args = 1..=2, required = true)]
    pub row: Vec<String>,
}

/// `backup`.
#[derive(Debug, ClapArgs)]
pub struct Backup {
    /// Fichier à écrire : sauvegarde.tar.gz
    #[arg(value_name = "FICHIER")]
    pub file: PathBuf,
    /// Remplacer un fichier qui existe déjà
    #[arg(long)]
    pub force: bool,
}

/// `restore`.
#[derive(Debug, ClapArgs)]
pub struct Restore {
    /// Sauvegarde écrite par essaim backup
    #[arg(value_name = "FICHIER")]
    pub file: PathBuf,
    /// Vérifier la sauvegarde sans rien restaurer
    #[arg(long = "dry-run")]
    pub dry_run: bool,
}

/// `check`.
#[derive(Debug, ClapArgs)]
pub struct Check {
    /// Tête de chaîne notée ailleurs : dire si le journal la contient toujours
    #[arg(long, value_name = "SCEAU")]
    pub head: Option<String>,
    /// Le journal seul, sans l’index du texte ni les fiches
    #[arg(long = "log-only", conflicts_with = "records")]
    pub log_only: bool,
    /// Les fiches à visiter d’abord, et rien d’autre
    #[arg(long, conflicts_with = "head")]
    pub records: bool,
    /// Avec les fiches : seulement celles de cette sorte, enterprise ou actor
    #[arg(long, value_name = "SORTE", requires = "records")]
    pub kind: Option<String>,
    /// Avec les fiches : seulement celles de ce territoire (identifiant ou nom)
    #[arg(long, value_name = "TERRITOIRE", requires = "records")]
    pub territory: Option<String>,
}

/// `sources`.
#[derive(Debug, ClapArgs)]
pub struct Sources {
    /// Vos propres déclarations, écrites comme index/sources.toml ; elles remplacent les précédentes
    #[arg(value_name = "FICHIER.toml")]
    pub file: Option<PathBuf>,
    /// Lire et dire, sans rien écrire
    #[arg(long = "dry-run", requires = "file")]
    pub dry_run: bool,
    /// Qui déclare (une organisation, pas une personne)
    #[arg(long = "by", value_name = "NOM", requires = "file")]
    pub by: Option<String>,
}

/// `erase`.
#[derive(Debug, ClapArgs)]
pub struct Erase {
    /// enterprise, actor, priority, observation, annotation, confirmation, decision…
    #[arg(value_name = "SORTE")]
    pub kind: String,
    /// Identifiant de la fiche
    #[arg(value_name = "IDENTIFIANT")]
    pub id: String,
    /// Pourquoi ; cette raison reste dans le journal
    #[arg(long, value_name = "RAISON")]
    pub because: String,
    /// Qui signe l’effacement
    #[arg(long, value_name = "NOM", default_value = "local")]
    pub by: String,
    /// Effacer vraiment : rien ne peut ensuite être repris
    #[arg(long)]
    pub yes: bool,
}

/// `priorities`.
#[derive(Debug, ClapArgs)]
pub struct Priorities {
    /// Identifiant ou nom
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// Les versions : qui, quand, pourquoi, ce qui a changé
    #[arg(long, conflicts_with_all = ["set", "undo"])]
    pub history: bool,
    /// Déposer le contenu d’un fichier JSON ; - pour l’entrée standard
    #[arg(long, value_name = "FICHIER", conflicts_with = "undo")]
    pub set: Option<PathBuf>,
    /// Montrer ce que le dépôt changerait, sans rien écrire
    #[arg(long = "dry-run", requires = "set")]
    pub dry_run: bool,
    /// Annuler le dernier dépôt : le précédent revient
    #[arg(long)]
    pub undo: bool,
    /// Pourquoi : gardé avec la version
    #[arg(long, value_name = "TEXTE")]
    pub reason: Option<String>,
    /// Qui dépose (une organisation, pas une personne)
    #[arg(long = "by", value_name = "NOM", default_value = "local")]
    pub by: String,
    /// Aperçu avec ces poids : gap:3,proof:1 ou gap>priority>proof
    #[arg(long, value_name = "POIDS", requires = "dry_run")]
    pub weights: Option<String>,
    /// Aperçu avec ce profil de poids
    #[arg(long, value_name = "NOM", requires = "dry_run")]
    pub profile: Option<String>,
}

/// `territory`.
#[derive(Debug, ClapArgs)]
pub struct Territory {
    /// Identifiant ou nom
    #[arg(value_name = "TERRITOIRE")]
    pub territory: String,
    /// Lister les territoires dont le nom ressemble, au lieu d’en montrer un
    #[arg(long)]
    pub search: bool,
}

/// `cohort`.
#[derive(Debug, ClapArgs)]
pub struct Cohort {
    /// Un ou plusieurs territoires, par identifiant ou nom
    #[arg(value_name = "TERRITOIRE", required = true)]
    pub territories: Vec<String>,
    /// Entreprises au plus, 1 à 40 ; 8 sinon
    #[arg(long, value_name = "N")]
    pub size: Option<String>,
    /// Entreprises d’un même thème principal, au plus
    #[arg(long = "per-theme", value_name = "N")]
    pub per_theme: Option<String>,
    /// Part qui va en territoire rural, au moins : 0,3
    #[arg(long = "rural-share", value_name = "PART")]
    pub rural_share: Option<String>,
    /// Entreprises dans un territoire, au plus : epci-200046977=3 ; se répète
    #[arg(long, value_name = "TERRITOIRE=N")]
    pub capacity: Vec<String>,
    /// Entreprise retenue d’office ; se répète
    #[arg(long, value_name = "ENTREPRISE")]
    pub include: Vec<String>,
    /// Entreprise écartée d’office ; se répète
    #[arg(long, value_name = "ENTREPRISE")]
    pub exclude: Vec<String>,
    /// Une seconde réponse au même besoin ne compte pas
    #[arg(long = "never-two")]
    pub never_two: bool,
    /// Le meilleur ensemble, prouvé, si la question est assez petite
    #[arg(long)]
    pub exact: bool,
    /// Poids : gap:3,proof:1 ou gap>priority>proof
    #[arg(long, value_name = "POIDS")]
    pub weights: Option<String>,
    /// Profil de poids
    #[arg(long, value_name = "NOM")]
    pub profile: Option<String>,
}

/// `tour`.
#[derive(Debug, ClapArgs)]
pub struct Tour {
    /// Un ou plusieurs territoires, par identifiant ou nom
    #[arg(value_name = "TERRITOIRE", required = true)]
    pub territories: Vec<String>,
    /// Étapes au plus, 1 à 12 ; 6 sinon
    #[arg(long, value_name = "N")]
    pub stops: Option<String>,
    /// Ville de départ et de retour
    #[arg(long, value_name = "VILLE")]
    pub from: Option<String>,
    /// Jours au plus, 1 à 30
    #[arg(long, value_name = "N")]
    pub days: Option<String>,
    /// Premier jour, AAAA-MM-JJ ; le lundi suivant sinon
    #[arg(long = "start-date", value_name = "DATE")]
    pub start_date: Option<String>,
    /// Poids : gap:3,proof:1 ou gap>priority>proof
    #[arg(long, value_name = "POIDS")]
    pub weights: Option<String>,
    /// Profil de poids
    #[arg(long, value_name = "NOM")]
    pub profile: Option<String>,
    /// Seulement les candidates de ce thème (ne change aucune note)
    #[arg(long, value_name = "THÈME")]
    pub theme: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_hold_together() {
        Args::command().debug_assert();
    }

    #[test]
    fn global_flags_stand_before_or_after_the_command() {
        for line in [
            ["essaim", "--limit", "3", "match", "epci-200046977"],
            ["essaim", "match", "epci-200046977", "--limit", "3"],
            ["essaim", "duplicates", "epci-200046977", "--limit", "3"],
        ] {
            let args = Args::try_parse_from(line).unwrap();
            assert_eq!(args.globals.limit.as_deref(), Some("3"));
        }
    }
}
