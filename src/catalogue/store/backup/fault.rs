//! Why a backup is not written, or not restored.

use crate::catalogue::store::Fault;

/// What a person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackupFault {
    /// A file of this name is there.
    Exists {
        /// Its path.
        path: String,
    },
    /// The file cannot be read.
    NotFound {
        /// Its path.
        path: String,
        /// What the system says.
        cause: String,
    },
    /// The file is something else.
    NotABackup,
    /// The file ends too early.
    Truncated,
    /// The file has not its checksum, or an entry that nobody wrote.
    Corrupt {
        /// What was found.
        cause: String,
    },
    /// Another version of the format.
    Version {
        /// The one found.
        found: u32,
    },
    /// A revision is not what was acknowledged.
    Tampered {
        /// Its place in the log.
        seq: u64,
        /// What is wrong.
        fault: Fault,
    },
    /// The revisions do not end where the manifest says.
    Head,
    /// A content that a dataset names is missing or changed.
    Blob {
        /// Its sha256.
        digest: String,
    },
    /// The catalogue to restore into holds revisions.
    NotEmpty {
        /// Its address.
        address: String,
    },
}

impl BackupFault {
    /// What is wrong and the way out, in French and in English.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        const OTHER: (&str, &str) = (
            "reprenez une autre sauvegarde ; rien n’a été restauré",
            "take another backup; nothing was restored",
        );
        match self {
            Self::Exists { path } => (
                format!("`{path}` existe déjà ; donnez un autre nom, ou --force pour le remplacer"),
                format!("`{path}` is there already; give another name, or --force to replace it"),
            ),
            Self::NotFound { path, cause } => (
                format!(
                    "sauvegarde introuvable `{path}` ({cause}) ; vérifiez le chemin et les droits"
                ),
                format!("cannot read the backup `{path}` ({cause}); check the path and the rights"),
            ),
            Self::NotABackup => (
                format!("ce fichier n’est pas une sauvegarde d’Essaim ; {}", OTHER.0),
                format!("this file is no backup of Essaim; {}", OTHER.1),
            ),
            Self::Truncated => (
                format!("la sauvegarde est coupée : sa fin manque ; {}", OTHER.0),
                format!("the backup is cut short: its end is missing; {}", OTHER.1),
            ),
            Self::Corrupt { cause } => (
                format!("la sauvegarde est abîmée ({cause}) ; {}", OTHER.0),
                format!("the backup is damaged ({cause}); {}", OTHER.1),
            ),
            Self::Version { found } => (
                format!(
                    "sauvegarde d’un format `{found}` que cette version ne lit pas ; prenez une version plus récente d’Essaim"
                ),
                format!(
                    "a backup of format `{found}`, which this version does not read; take a newer version of Essaim"
                ),
            ),
            Self::Tampered { seq, fault } => {
                let (fr, en) = fault.words();
                (
                    format!("la sauvegarde a été changée, révision {seq} : {fr} ; {}", OTHER.0),
                    format!("the backup was changed, revision {seq}: {en}; {}", OTHER.1),
                )
            }
            Self::Head => (
                format!("la sauvegarde ne s’arrête pas où elle le dit ; {}", OTHER.0),
                format!("the backup does not end where it says; {}", OTHER.1),
            ),
            Self::Blob { digest } => (
                format!(
                    "le fichier de données `{digest}` manque ou a changé dans la sauvegarde ; {}",
                    OTHER.0
                ),
                format!(
                    "the dataset file `{digest}` is missing or changed in the backup; {}",
                    OTHER.1
                ),
            ),
            Self::NotEmpty { address } => (
                format!(
                    "le catalogue `{address}` contient déjà des révisions ; restaurez dans un dossier ou une base vide"
                ),
                format!(
                    "the catalogue `{address}` already holds revisions; restore into an empty folder or database"
                ),
            ),
        }
    }
}
