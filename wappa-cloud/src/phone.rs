//! Phone numbers as people write them, made into what Meta takes. A wa_id from Meta is not one: it is never altered.

use std::{fmt, str::FromStr};

/// An international phone number in digits, with its country code.
///
/// ```
/// use wappa_cloud::PhoneNumber;
///
/// let number: PhoneNumber = "+1 (555) 123-4567".parse()?;
/// assert_eq!(number.to_e164(), "+15551234567");
/// # Ok::<(), wappa_cloud::PhoneNumberError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

/// A text is not an international phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{input}` is not a phone number: {mend}")]
pub struct PhoneNumberError {
    input: String,
    mend: &'static str,
}

impl PhoneNumber {
    /// The digits, without `+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With the `+` that keeps Meta from putting the business's own country code in front.
    pub fn to_e164(&self) -> String {
        format!("+{}", self.0)
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneNumberError;

    fn from_str(input: &str) -> Result<Self, PhoneNumberError> {
        let refuse = |mend| Err(PhoneNumberError { input: input.chars().take(30).collect(), mend });
        let trimmed = input.trim();
        let rest = trimmed.strip_prefix('+').or_else(|| trimmed.strip_prefix("00")).unwrap_or(trimmed);
        let mut digits = String::with_capacity(rest.len());
        for c in rest.chars() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '\u{2011}' => {}
                _ => return refuse("write digits with an optional +, spaces, dots, dashes and brackets"),
            }
        }
        match digits.len() {
            7..=15 if !digits.starts_with('0') => Ok(Self(digits)),
            7..=15 => refuse("begin with the country code, like +44, instead of 0"),
            _ => refuse("with its country code a number has 7 to 15 digits"),
        }
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_as_people_write_them() {
        for (written, digits) in [
            ("+1 (555) 123-4567", "15551234567"),
            ("15551234567", "15551234567"),
            ("0044 20 7946 0958", "442079460958"),
            (" +49.30/901820 ", "4930901820"),
        ] {
            assert_eq!(written.parse::<PhoneNumber>().unwrap().as_str(), digits, "{written}");
        }
    }

    #[test]
    fn what_is_no_number_is_named_with_a_mend() {
        for (wrong, mend) in [
            ("", "7 to 15"),
            ("123", "7 to 15"),
            ("1234567890123456", "7 to 15"),
            ("020 7946 0958", "country code"),
            ("555-CALL-NOW", "digits"),
            ("++15551234567", "digits"),
        ] {
            let error = wrong.parse::<PhoneNumber>().unwrap_err().to_string();
            assert!(error.contains(mend) && error.contains(wrong), "{error}");
        }
    }
}
