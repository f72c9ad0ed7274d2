//! Reply buttons.

use serde_json::{Value, json};

use super::{Around, around, unique};
use crate::{
    draft::{Draft, DraftError, IntoDraft, count, required},
    limits::{BUTTON_ID, BUTTON_TITLE, BUTTONS, INTERACTIVE_BODY},
};

/// One to three reply buttons below a text (Meta: *Interactive reply buttons messages*). The body has at most 1,024
/// characters, a title 20, an id 256. For more than three choices see [`Choice`](crate::Choice).
///
/// ```
/// use wappa_cloud::{Buttons, IntoDraft, button};
///
/// let draft = Buttons::new("Shall we deliver today?")
///     .button("yes", "Yes")
///     .with(button!("later", "Rather later"))   // this one's limits are checked by the compiler
///     .footer("Free of charge from 20 €")
///     .into_draft()?;
/// # let _ = draft;
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Buttons {
    pub(super) around: Around,
    buttons: Vec<Button>,
}

/// A reply button. [`button!`](crate::button) makes one whose limits the compiler has checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Button {
    pub(super) id: String,
    pub(super) title: String,
}

impl Button {
    /// `id` comes back when it is tapped, `title` stands on it.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into() }
    }
}

impl Buttons {
    /// Buttons below this text.
    pub fn new(body: impl Into<String>) -> Self {
        Self { around: Around::new(body), buttons: Vec::new() }
    }

    /// Adds a button: `id` comes back when it is tapped, `title` stands on it.
    pub fn button(self, id: impl Into<String>, title: impl Into<String>) -> Self {
        self.with(Button::new(id, title))
    }

    /// Adds a button.
    pub fn with(mut self, button: Button) -> Self {
        self.buttons.push(button);
        self
    }
}

around!(Buttons: header, footer, fit);

impl IntoDraft for Buttons {
    fn into_draft(self) -> Result<Draft, DraftError> {
        if self.buttons.is_empty() {
            return Err(DraftError::empty(BUTTONS.name));
        }
        count(&BUTTONS, self.buttons.len())?;
        for Button { id, title } in &self.buttons {
            required(&BUTTON_ID, id)?;
            required(&BUTTON_TITLE, title)?;
        }
        unique(BUTTON_ID.name, self.buttons.iter().map(|button| button.id.as_str()))?;
        let buttons: Vec<Value> = self
            .buttons
            .iter()
            .map(|Button { id, title }| json!({ "type": "reply", "reply": { "id": id, "title": title } }))
            .collect();
        self.around.into_draft("button", &INTERACTIVE_BODY, json!({ "buttons": buttons }))
    }
}
