//! Contact cards.

use super::{Draft, DraftError, DraftKind, IntoDraft, count};
use crate::{
    event::{Contact, ContactEmail, ContactOrg, ContactPhone, ContactUrl},
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
        Draft::new(DraftKind::Contacts, &self.0)
    }
}

/// Builds one contact card.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ContactCard(Contact);

impl ContactCard {
    /// A card with this name.
    pub fn new(name: impl Into<String>) -> Self {
        let mut contact = Contact::default();
        let name = name.into();
        contact.name.first_name = Some(name.clone());
        contact.name.formatted_name = Some(name);
        Self(contact)
    }

    /// Adds a phone number, as it should be shown.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.0.phones.push(ContactPhone { phone: Some(phone.into()), ..ContactPhone::default() });
        self
    }

    /// Adds an e-mail address.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.0.emails.push(ContactEmail { email: Some(email.into()), ..ContactEmail::default() });
        self
    }

    /// Adds a web page.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.0.urls.push(ContactUrl { url: Some(url.into()), ..ContactUrl::default() });
        self
    }

    /// Names the company.
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.0.org.get_or_insert_with(ContactOrg::default).company = Some(company.into());
        self
    }
}

impl From<ContactCard> for Contact {
    fn from(card: ContactCard) -> Self {
        card.0
    }
}
