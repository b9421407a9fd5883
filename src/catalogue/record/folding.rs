//! Comparing labels as people write them: case, accents, apostrophes and hyphens aside.
//!
//! A small closed table is enough for French labels and keeps the catalogue free of the
//! annotator, which it may not import.

/// Lower case, no accent, œ and æ split, every sign that is no letter or digit one space.
#[must_use]
pub fn fold_label(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        let plain = match c {
            'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => "a",
            'ç' => "c",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'î' | 'ï' | 'í' | 'ì' => "i",
            'ñ' => "n",
            'ô' | 'ö' | 'ó' | 'ò' | 'õ' => "o",
            'ù' | 'û' | 'ü' | 'ú' => "u",
            'ÿ' | 'ý' => "y",
            'œ' => "oe",
            'æ' => "ae",
            // Combining marks left by decomposed text.
            '\u{300}'..='\u{36f}' => continue,
            _ if c.is_alphanumeric() => {
                folded.push(c);
                continue;
            }
            _ => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
                continue;
            }
        };
        folded.push_str(plain);
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_meet_whatever_their_accents_and_signs() {
        assert_eq!(fold_label("Réemploi & économie circulaire"), "reemploi economie circulaire");
        assert_eq!(fold_label("  Main-d’Œuvre "), "main d oeuvre");
        assert_eq!(fold_label("e\u{301}cole"), "ecole");
    }
}
