//! A key as the log keeps it: who holds it, what it allows, until when; never its secret.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::identity::{Identity, Who};
use super::role::Role;

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id: what the log names as author.
    pub id: String,
    /// What it lets its holder be.
    pub role: Role,
    /// For a partner, ids of the territories it may write for; empty for the others.
    pub territories: Vec<String>,
    /// Which organisation holds it, in words.
    pub label: String,
    /// sha256 of the whole secret text, hexadecimal.
    pub digest: String,
    /// When it was made.
    pub created: Timestamp,
    /// Its last day, in universal time.
    pub expires: Date,
    /// It opens nothing from this instant on; in the future when a rotation leaves a grace.
    pub revoked: Option<Timestamp>,
    /// The key that it takes the place of.
    pub replaces: Option<String>,
}

/// What a key is worth at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyState {
    /// It opens.
    Living,
    /// Its last day is over.
    Expired,
    /// Somebody ended it.
    Revoked,
}

impl KeyState {
    /// The word of JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Living => "living",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl Key {
    /// What it is worth at `now`: a revoked key is revoked even past its last day.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> KeyState {
        if self.revoked.is_some_and(|revoked| revoked <= now) {
            KeyState::Revoked
        } else if now.to_zoned(TimeZone::UTC).date() > self.expires {
            KeyState::Expired
        } else {
            KeyState::Living
        }
    }

    /// Who asks with it.
    #[must_use]
    pub fn identity(&self, address: Option<String>) -> Identity {
        let who = Who::Key {
            id: self.id.clone(),
            role: self.role,
            territories: self.territories.clone(),
        };
        Identity { who, address }
    }

    /// The row of the log.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut row = json!({
            "id": self.id,
            "role": self.role.as_str(),
            "territories": self.territories,
            "label": self.label,
            "digest": self.digest,
            "created": self.created.to_string(),
            "expires": self.expires.to_string(),
        });
        let fields = row.as_object_mut().expect("it was written as an object above");
        if let Some(revoked) = self.revoked {
            fields.insert("revoked".to_owned(), revoked.to_string().into());
        }
        if let Some(replaces) = &self.replaces {
            fields.insert("replaces".to_owned(), replaces.as_str().into());
        }
        row
    }

    /// Reads a row of the log.
    ///
    /// Nothing is guessed: a field that is missing or cannot be read makes the row no key,
    /// so that damage never widens a right.
    ///
    /// # Errors
    /// The name of the first field at fault.
    pub fn read(row: &Value) -> Result<Self, &'static str> {
        let fields = row.as_object().ok_or("row")?;
        let territories = fields.get("territories").and_then(Value::as_array);
        let key = Self {
            id: text(fields, "id")?,
            role: Role::parse(&text(fields, "role")?).ok_or("role")?,
            territories: territories
                .ok_or("territories")?
                .iter()
                .map(|id| id.as_str().map(str::to_owned).ok_or("territories"))
                .collect::<Result<_, _>>()?,
            label: text(fields, "label")?,
            digest: text(fields, "digest")?,
            created: text(fields, "created")?.parse().map_err(|_| "created")?,
            expires: text(fields, "expires")?.parse().map_err(|_| "expires")?,
            revoked: maybe(fields, "revoked")?
                .map(|text| text.parse().map_err(|_| "revoked"))
                .transpose()?,
            replaces: maybe(fields, "replaces")?,
        };
        if (key.role == Role::Partner) == key.territories.is_empty() {
            return Err("territories");
        }
        Ok(key)
    }
}

fn text(fields: &Map<String, Value>, name: &'static str) -> Result<String, &'static str> {
    maybe(fields, name)?.ok_or(name)
}

fn maybe(fields: &Map<String, Value>, name: &'static str) -> Result<Option<String>, &'static str> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn key() -> Key {
        Key {
            id: "k1".to_owned(),
            role: Role::Partner,
            territories: vec!["epci-200046977".to_owned()],
            label: "Métropole de Lyon".to_owned(),
            digest: "ab".repeat(32),
            created: "2026-11-28T10:00:00Z".parse().unwrap(),
            expires: date(2027, 12, 31),
            revoked: None,
            replaces: Some("k0".to_owned()),
        }
    }

    #[test]
    fn a_key_reads_back() {
        let revoked = Some("2027-01-01T00:00:00Z".parse().unwrap());
        for key in [key(), Key { revoked, replaces: None, ..key() }] {
            assert_eq!(Key::read(&key.to_json()), Ok(key));
        }
    }

    #[test]
    fn damage_never_makes_a_key() {
        for (field, value) in [
            ("role", json!("king")),
            ("territories", json!([])),
            ("territories", json!([3])),
            ("expires", Value::Null),
            ("expires", json!("soon")),
            ("revoked", json!(12)),
            ("digest", Value::Null),
        ] {
            let mut row = key().to_json();
            row[field] = value;
            assert_eq!(Key::read(&row), Err(field));
        }
        let reader_with_territories = Key { role: Role::Reader, ..key() };
        assert_eq!(Key::read(&reader_with_territories.to_json()), Err("territories"));
    }

    #[test]
    fn a_key_opens_through_its_last_day_and_until_it_is_revoked() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let key = key();
        assert_eq!(key.state(at("2027-12-31T23:59:59Z")), KeyState::Living);
        assert_eq!(key.state(at("2028-01-01T00:00:00Z")), KeyState::Expired);
        let key = Key { revoked: Some(at("2027-01-01T00:00:00Z")), ..key };
        assert_eq!(key.state(at("2026-12-31T23:59:59Z")), KeyState::Living);
        assert_eq!(key.state(at("2027-01-01T00:00:00Z")), KeyState::Revoked);
        assert_eq!(key.state(at("2029-01-01T00:00:00Z")), KeyState::Revoked);
    }
}
