//! A choice between some options: reply buttons if they fit, a list if not.

use super::{Button, Buttons, List, Row};
use crate::{
    draft::{Draft, DraftError, IntoDraft, count},
    limits::{BUTTON_TITLE, BUTTONS, LIST_ROWS},
};

/// A choice whose form follows from its options: up to three short ones become reply buttons, up to ten a list.
///
/// ```
/// use wappa_cloud::{Choice, IntoDraft};
///
/// let two = Choice::auto("Deliver today?", [("y", "Yes"), ("n", "No")]).into_draft()?;
/// let five = Choice::auto("How many?", (1..=5).map(|n| (n.to_string(), format!("{n} pizzas"))))
///     .button("See options")
///     .into_draft()?;
/// let eleven = Choice::auto("How many?", (1..=11).map(|n| (n.to_string(), n.to_string()))).into_draft();
/// assert_eq!(eleven.unwrap_err().to_string(), "rows in all sections has 11 entries, Meta allows 10: leave some out");
/// # let _ = two;
/// # let _ = five;
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Choice {
    body: String,
    button: String,
    header: Option<String>,
    footer: Option<String>,
    options: Vec<ChoiceOption>,
}

/// One option of a [`Choice`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ChoiceOption {
    id: String,
    title: String,
    description: Option<String>,
}

impl ChoiceOption {
    /// `id` comes back when it is chosen, `title` stands on it.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), description: None }
    }

    /// Small words below the title; only a list has them.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

impl<I: Into<String>, T: Into<String>> From<(I, T)> for ChoiceOption {
    fn from((id, title): (I, T)) -> Self {
        Self::new(id, title)
    }
}

impl Choice {
    /// Asks this, and offers these: pairs of id and title, or [`ChoiceOption`]s.
    pub fn auto<O: Into<ChoiceOption>>(
        body: impl Into<String>,
        options: impl IntoIterator<Item = O>,
    ) -> Self {
        Self {
            body: body.into(),
            button: "☰".to_owned(),
            header: None,
            footer: None,
            options: options.into_iter().map(Into::into).collect(),
        }
    }

    /// What stands on the button that opens the list, if it becomes one: at most 20 characters; `☰` if nothing is said.
    pub fn button(mut self, words: impl Into<String>) -> Self {
        self.button = words.into();
        self
    }

    /// A text above: at most 60 characters.
    pub fn header(mut self, text: impl Into<String>) -> Self {
        self.header = Some(text.into());
        self
    }

    /// Small words below: at most 60 characters.
    pub fn footer(mut self, footer: impl Into<String>) -> Self {
        self.footer = Some(footer.into());
        self
    }

    fn fits_on_buttons(&self) -> bool {
        let fits = |option: &ChoiceOption| option.description.is_none() && BUTTON_TITLE.allows(&option.title);
        self.options.len() <= BUTTONS.max && self.options.iter().all(fits)
    }
}

impl IntoDraft for Choice {
    fn into_draft(self) -> Result<Draft, DraftError> {
        if self.options.is_empty() {
            return Err(DraftError::empty("the options of a choice"));
        }
        count(&LIST_ROWS, self.options.len())?;
        if self.fits_on_buttons() {
            let mut buttons = Buttons::new(self.body);
            buttons.around.header = self.header.map(Into::into);
            buttons.around.footer = self.footer;
            let options = self.options.into_iter();
            return options
                .fold(buttons, |buttons, option| buttons.with(Button::new(option.id, option.title)))
                .into_draft();
        }
        let rows = self.options.into_iter().map(|ChoiceOption { id, title, description }| {
            let row = Row::new(id, title);
            match description {
                Some(description) => row.description(description),
                None => row,
            }
        });
        let mut list = List::new(self.body, self.button).rows("", rows);
        list.around.header = self.header.map(Into::into);
        list.around.footer = self.footer;
        list.into_draft()
    }
}
