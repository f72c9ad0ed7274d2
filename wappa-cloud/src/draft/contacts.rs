//! Contact cards.

use super::{Draft, DraftError, DraftKind, IntoDraft, count};
use crate::{
    event::{Contact, ContactAddress, ContactEmail, ContactOrg, ContactPhone, ContactUrl},
    limits::CONTACTS,
};

/// Contact cards: at most 257 (Meta: *Contacts messages*).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Contacts(Vec<Contact>);

impl Contacts {
    /// These cards: made with [`ContactCard`], or as they were received.
    pub fn new<C: Into<Contact>>(cards: impl IntoIterator<Item = C>) -> Self {
        Self(cards.into_iter().map(Into::into).collect())
    }
}

impl IntoDraft for Contacts {
    fn into_draft(self) -> Result<Draft, DraftError> {
        if self.0.is_empty() {
            return Err(DraftError::empty("contacts"));
        }
        count(&CONTACTS, self.0.len())?;
        for contact in &self.0 {
            let name = &contact.name;
            if name.formatted_name.as_deref().unwrap_or_default().trim().is_empty() {
                return Err(DraftError::empty("contacts.name.formatted_name"));
            }
            let parts = [&name.first_name, &name.last_name, &name.middle_name, &name.prefix, &name.suffix];
            if parts.iter().all(|part| part.is_none()) {
                let why = "Meta wants one more part of the name besides formatted_name, like first_name";
                return Err(DraftError::wrong("contacts.name", why));
            }
        }
        for birthday in self.0.iter().filter_map(|contact| contact.birthday.as_deref()) {
            is_day(birthday)?;
        }
        Draft::new(DraftKind::Contacts, &self.0)
    }
}

/// Builds one contact card.
///
/// ```
/// use wappa_cloud::{ContactCard, Contacts, IntoDraft};
///
/// let ana = ContactCard::new("Ana Ruiz")
///     .last_name("Ruiz")
///     .phone_of("WORK", "+34 600 000 001")
///     .email("ana@example.org")
///     .company("Pizzeria")
///     .birthday("1990-02-28");
/// let draft = Contacts::new([ana]).into_draft()?;
/// # let _ = draft;
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ContactCard(Contact);

impl ContactCard {
    /// A card with this name, which also stands for the first name until that is given.
    pub fn new(name: impl Into<String>) -> Self {
        let mut contact = Contact::default();
        let name = name.into();
        contact.name.first_name = Some(name.clone());
        contact.name.formatted_name = Some(name);
        Self(contact)
    }

    /// Adds a phone number, as it should be shown.
    pub fn phone(self, phone: impl Into<String>) -> Self {
        self.add_phone(None, phone.into(), None)
    }

    /// Adds a phone number of a kind: `CELL`, `MAIN`, `IPHONE`, `HOME`, `WORK` or words of yours.
    pub fn phone_of(self, kind: impl Into<String>, phone: impl Into<String>) -> Self {
        self.add_phone(Some(kind.into()), phone.into(), None)
    }

    /// Adds a phone number that is on WhatsApp: the card then has a button to write to it.
    pub fn phone_on_whatsapp(
        self,
        kind: impl Into<String>,
        phone: impl Into<String>,
        wa_id: impl Into<String>,
    ) -> Self {
        self.add_phone(Some(kind.into()), phone.into(), Some(wa_id.into()))
    }

    fn add_phone(mut self, kind: Option<String>, phone: String, wa_id: Option<String>) -> Self {
        self.0.phones.push(ContactPhone { phone: Some(phone), wa_id, kind });
        self
    }

    /// Adds an e-mail address.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.0.emails.push(ContactEmail { email: Some(email.into()), kind: None });
        self
    }

    /// Adds an e-mail address of a kind: `HOME` or `WORK`.
    pub fn email_of(mut self, kind: impl Into<String>, email: impl Into<String>) -> Self {
        self.0.emails.push(ContactEmail { email: Some(email.into()), kind: Some(kind.into()) });
        self
    }

    /// Adds a web page.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.0.urls.push(ContactUrl { url: Some(url.into()), kind: None });
        self
    }

    /// Adds a web page of a kind: `HOME` or `WORK`.
    pub fn url_of(mut self, kind: impl Into<String>, url: impl Into<String>) -> Self {
        self.0.urls.push(ContactUrl { url: Some(url.into()), kind: Some(kind.into()) });
        self
    }

    /// Adds a postal address of a kind, `HOME` or `WORK`: street, city, state, postal code, country, and the country's
    /// two letters. What is empty is left out.
    pub fn address_of(mut self, kind: impl Into<String>, lines: [&str; 6]) -> Self {
        let [street, city, state, zip, country, country_code] =
            lines.map(|line| (!line.is_empty()).then(|| line.to_owned()));
        let kind = Some(kind.into());
        self.0.addresses.push(ContactAddress { street, city, state, zip, country, country_code, kind });
        self
    }

    /// The day of birth, `YYYY-MM-DD`.
    pub fn birthday(mut self, day: impl Into<String>) -> Self {
        self.0.birthday = Some(day.into());
        self
    }
}

macro_rules! parts {
    ($($(#[$doc:meta])* $method:ident: $($place:ident).+;)*) => {
        impl ContactCard {$(
            $(#[$doc])*
            pub fn $method(mut self, said: impl Into<String>) -> Self {
                self.0.$($place).+ = Some(said.into());
                self
            }
        )*}
    };
}

parts! {
    /// The first name.
    first_name: name.first_name;
    /// The last name.
    last_name: name.last_name;
    /// The middle name.
    middle_name: name.middle_name;
    /// What stands before the name.
    prefix: name.prefix;
    /// What stands behind it.
    suffix: name.suffix;
}

macro_rules! work {
    ($($(#[$doc:meta])* $method:ident;)*) => {
        impl ContactCard {$(
            $(#[$doc])*
            pub fn $method(mut self, said: impl Into<String>) -> Self {
                self.0.org.get_or_insert_with(ContactOrg::default).$method = Some(said.into());
                self
            }
        )*}
    };
}

work! {
    /// The company.
    company;
    /// The department.
    department;
    /// What the person is there.
    title;
}

impl From<ContactCard> for Contact {
    fn from(card: ContactCard) -> Self {
        card.0
    }
}

/// Meta drops a card whose birthday it cannot read.
fn is_day(day: &str) -> Result<(), DraftError> {
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = day.split('-');
    let is_day = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day), None) => {
            digits(year, 4)
                && digits(month, 2)
                && digits(day, 2)
                && ("01"..="12").contains(&month)
                && ("01"..="31").contains(&day)
        }
        _ => false,
    };
    if is_day { Ok(()) } else { Err(DraftError::wrong("contacts.birthday", "a day is written YYYY-MM-DD")) }
}
