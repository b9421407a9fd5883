//! Identifiers of organisations: SIREN and SIRET, with their key.

/// SIREN of La Poste, whose establishments are known not to obey the key.
const LA_POSTE: &str = "356000000";

/// The digits of a SIREN (9) or SIRET (14) whose key is right; `None` otherwise.
///
/// Spaces and dots are dropped. The key is Luhn's, with the known exception of La Poste,
/// whose SIRETs have a digit sum that is a multiple of five.
#[must_use]
pub fn valid_siren_or_siret(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) || ![9, 14].contains(&digits.len()) {
        return None;
    }
    has_right_key(&digits).then_some(digits)
}

/// Whether a SIREN (9 digits) or a SIRET (14), written with digits only, has a right key.
#[must_use]
pub fn has_right_key(digits: &str) -> bool {
    if ![9, 14].contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let poste = digits.starts_with(LA_POSTE)
        && digits.bytes().map(|b| u32::from(b - b'0')).sum::<u32>().is_multiple_of(5);
    luhn(digits) || poste
}

/// Whether `digits` obeys Luhn's key.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0');
            match at % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_key_is_no_identifier() {
        assert_eq!(valid_siren_or_siret("775 544 083").as_deref(), Some("775544083"));
        assert_eq!(valid_siren_or_siret("775544084"), None);
        assert_eq!(valid_siren_or_siret("26210046400011").as_deref(), Some("26210046400011"));
        assert_eq!(valid_siren_or_siret("35600000000048").as_deref(), Some("35600000000048"));
        assert_eq!(valid_siren_or_siret("1234"), None);
    }
}
