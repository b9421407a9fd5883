//! Help and refusals of the command line, in French.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Shows help on stdout (exit 0) or a refusal on stderr (exit 2).
pub fn show(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp => {
            print!("{}", in_french(&error.render().to_string()));
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayVersion => {
            print!("{}", error.render());
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{}", in_french(&error.render().to_string()));
            ExitCode::from(2)
        }
        _ => {
            eprintln!("essaim: {}", refusal(error));
            ExitCode::from(2)
        }
    }
}

/// The headings of the generated help.
fn in_french(help: &str) -> String {
    [
        ("Usage:", "Usage :"),
        ("Commands:", "Commandes :"),
        ("Options:", "Options :"),
        ("Arguments:", "Arguments :"),
        ("Print help (see more with '--help')", "Affiche l’aide (plus avec --help)"),
        ("Print help (see a summary with '-h')", "Affiche l’aide (résumé avec -h)"),
        (
            "Print this message or the help of the given subcommand(s)",
            "Affiche l’aide d’une commande",
        ),
        ("Print help", "Affiche l’aide"),
        ("Print version", "Affiche la version"),
        ("[default: ", "[défaut : "),
        ("[possible values: ", "[valeurs : "),
        ("Possible values:", "Valeurs :"),
        ("[COMMAND]", "[COMMANDE]"),
        ("<COMMAND>", "<COMMANDE>"),
    ]
    .iter()
    .fold(help.to_owned(), |text, (english, french)| text.replace(english, french))
}

fn refusal(error: &clap::Error) -> String {
    let part = |kind: ContextKind| error.get(kind).map(words).filter(|text| !text.is_empty());
    let arg = part(ContextKind::InvalidArg).unwrap_or_default();
    let value = part(ContextKind::InvalidValue).unwrap_or_default();
    let said = match error.kind() {
        ErrorKind::UnknownArgument => format!("option inconnue `{arg}`"),
        ErrorKind::InvalidSubcommand => {
            format!(
                "commande inconnue `{}`",
                part(ContextKind::InvalidSubcommand).unwrap_or_default()
            )
        }
        ErrorKind::MissingRequiredArgument => format!("il manque {arg}"),
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("`{arg}` attend une valeur"),
        ErrorKind::ValueValidation => {
            // A parser of ours says what it admits; those of the library speak English.
            let admits = std::error::Error::source(error).map(ToString::to_string);
            let admits = admits.filter(|text| text.starts_with("admis"));
            let admits = admits.map(|text| format!(" ; {text}")).unwrap_or_default();
            format!("`{arg}` refuse `{value}`{admits}")
        }
        ErrorKind::InvalidValue => format!("`{arg}` refuse `{value}`"),
        ErrorKind::ArgumentConflict => {
            format!("`{arg}` ne va pas avec {}", part(ContextKind::PriorArg).unwrap_or_default())
        }
        ErrorKind::InvalidUtf8 => "un argument n’est pas de l’UTF-8".to_owned(),
        _ => error.to_string().lines().next().unwrap_or_default().replace("error: ", ""),
    };
    let near =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .find_map(part);
    match (near, part(ContextKind::ValidValue)) {
        (Some(near), _) => {
            format!("{said} ; vouliez-vous dire `{}` ?", near.replace(", ", "` ou `"))
        }
        (None, Some(known)) => format!("{said} ; admis : {known}"),
        (None, None) => format!("{said} ; voyez essaim --help"),
    }
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(list) => list.join(", "),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Args;
    use clap::Parser as _;

    fn said(line: &[&str]) -> String {
        refusal(&Args::try_parse_from(line).unwrap_err())
    }

    #[test]
    fn refusals_are_french_and_suggest() {
        let macth = said(&["essaim", "macth", "Lyon"]);
        assert!(macth.starts_with("commande inconnue `macth`"), "{macth}");
        assert!(macth.contains("`match`") && macth.contains("vouliez-vous dire"), "{macth}");
        assert!(said(&["essaim", "match", "Lyon", "--limite", "3"]).contains("`--limit`"));
        assert!(said(&["essaim", "match"]).starts_with("il manque"));
        assert!(said(&["essaim", "import", "foo", "x"]).contains("enterprises, actors"));
    }
}
