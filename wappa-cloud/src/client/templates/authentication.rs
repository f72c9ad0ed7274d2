//! Authentication templates: their words are Meta's, only a few things can be chosen (Meta: *Authentication templates*).

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Preview,
    definition::Category,
    new::{check_name, check_ttl},
};
use crate::{
    client::{
        GraphError, Listing, Switch,
        check::{between, count, text, wrong},
    },
    limits::{OTP_APPS, TEMPLATE_BUTTON_TEXT},
};

/// An authentication template to make.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct NewAuthentication {
    name: String,
    button: Otp,
    recommendation: Option<Switch>,
    minutes: Option<u32>,
    ttl: Option<i64>,
}

/// The button that takes the code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Otp {
    kind: &'static str,
    text: Option<String>,
    autofill: Option<String>,
    apps: Vec<OtpApp>,
}

/// An app that a code is filled in in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use]
pub struct OtpApp {
    package_name: String,
    signature_hash: String,
}

impl OtpApp {
    /// An Android app by its package and the hash of its signing key (11 characters).
    pub fn new(package_name: impl Into<String>, signature_hash: impl Into<String>) -> Self {
        Self { package_name: package_name.into(), signature_hash: signature_hash.into() }
    }
}

impl Otp {
    fn new(kind: &'static str, apps: Vec<OtpApp>) -> Self {
        Self { kind, text: None, autofill: None, apps }
    }

    /// Copies the code.
    pub fn copy_code() -> Self {
        Self::new("COPY_CODE", Vec::new())
    }

    /// Fills the code in in one of these apps.
    pub fn one_tap(apps: impl IntoIterator<Item = OtpApp>) -> Self {
        Self::new("ONE_TAP", apps.into_iter().collect())
    }

    /// Fills the code in without a tap. The business accepts Meta's terms for it by this.
    pub fn zero_tap(apps: impl IntoIterator<Item = OtpApp>) -> Self {
        Self::new("ZERO_TAP", apps.into_iter().collect())
    }

    /// What is written on the button that copies: 25 characters.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// What is written on the button that fills in: 25 characters.
    pub fn autofill_text(mut self, text: impl Into<String>) -> Self {
        self.autofill = Some(text.into());
        self
    }

    fn to_value(&self) -> Result<Value, GraphError> {
        let mut button = json!({ "type": "OTP", "otp_type": self.kind });
        for (key, label) in [("text", &self.text), ("autofill_text", &self.autofill)] {
            if let Some(label) = label {
                text(&TEMPLATE_BUTTON_TEXT, label)?;
                button[key] = label.as_str().into();
            }
        }
        if self.kind == "COPY_CODE" {
            return Ok(button);
        }
        count(&OTP_APPS, self.apps.len())?;
        if self.apps.is_empty() {
            return Err(wrong("a code is filled in in one to five apps"));
        }
        button["supported_apps"] = json!(self.apps);
        if self.kind == "ZERO_TAP" {
            button["zero_tap_terms_accepted"] = true.into();
        }
        Ok(button)
    }
}

impl NewAuthentication {
    /// A template of this name with this button.
    pub fn new(name: impl Into<String>, button: Otp) -> Self {
        Self { name: name.into(), button, recommendation: None, minutes: None, ttl: None }
    }

    /// Whether people are told not to share the code.
    pub fn security_recommendation(mut self, said: Switch) -> Self {
        self.recommendation = Some(said);
        self
    }

    /// Says that the code ends after so many minutes: 1 to 90.
    pub fn expires_after_minutes(mut self, minutes: u32) -> Self {
        self.minutes = Some(minutes);
        self
    }

    /// For how many seconds Meta tries to deliver it: 30 to 900, or −1 for 30 days.
    pub fn ttl_seconds(mut self, seconds: i64) -> Self {
        self.ttl = Some(seconds);
        self
    }

    /// In many languages at once, buttons have Meta's texts.
    pub(super) fn without_texts(&self) -> Self {
        let button = Otp { text: None, autofill: None, ..self.button.clone() };
        Self { button, ..self.clone() }
    }

    pub(super) fn to_value(&self) -> Result<Value, GraphError> {
        check_name(&self.name)?;
        let mut body = json!({ "type": "BODY" });
        if let Some(said) = self.recommendation {
            body["add_security_recommendation"] = json!(said);
        }
        let mut components = vec![body];
        if let Some(minutes) = self.minutes {
            between("code_expiration_minutes", minutes.into(), 1, 90)?;
            components.push(json!({ "type": "FOOTER", "code_expiration_minutes": minutes }));
        }
        components.push(json!({ "type": "BUTTONS", "buttons": [self.button.to_value()?] }));
        let mut template = json!({
            "name": self.name,
            "category": Category::Authentication.as_str(),
            "components": components,
        });
        if let Some(seconds) = self.ttl {
            check_ttl(&Category::Authentication, seconds)?;
            template["message_send_ttl_seconds"] = seconds.into();
        }
        Ok(template)
    }

    pub(super) fn ask<'a>(&self, listing: Listing<'a, Preview>) -> Listing<'a, Preview> {
        listing
            .query("category", Category::Authentication.as_str())
            .query("button_types", "OTP")
            .maybe("add_security_recommendation", self.recommendation.map(|said| said.is_on().to_string()))
            .maybe("code_expiration_minutes", self.minutes.map(|minutes| minutes.to_string()))
    }
}
