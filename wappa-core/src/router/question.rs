//! Questions of a conversation to which there is a closed set of answers.

use std::str::FromStr;

use serde_json::Value;
use wappa_cloud::{Buttons, Draft, DraftError, IntoDraft, List, Message, Row, Text};

use super::choices::{Choices, one_of};
use crate::{
    dialogue::{Ask, Talk},
    session::short_name,
};

/// Meta allows three reply buttons, and ten rows in a list.
const BUTTONS: usize = 3;
const ROWS: usize = 10;

impl Talk {
    /// Has the person choose one of an enum's variants (`#[derive(Choices)]`): with buttons if there are three or fewer,
    /// with a list up to ten, and in words if there are more. What is typed counts as well.
    pub fn choose<T>(&self, question: impl Into<String>) -> Ask<T>
    where
        T: Choices + FromStr + Send,
    {
        self.choose_from(question, "Options")
    }

    /// The same, with what stands on the button that opens a list.
    pub fn choose_from<T>(&self, question: impl Into<String>, button: &str) -> Ask<T>
    where
        T: Choices + FromStr + Send,
    {
        let read = |message: &Message| {
            let tapped = message.tapped().and_then(|tap| tap.id.strip_prefix(&prefix::<T>()));
            let chosen = tapped.or_else(|| message.text()).and_then(|text| text.trim().parse::<T>().ok());
            match chosen {
                Some(chosen) => Ok(Value::from(chosen.tag())),
                None => Err(format!("Please choose {}.", one_of::<T>())),
            }
        };
        let replay = |answer: Value| answer.as_str()?.parse().ok();
        self.asking("choose", Question::<T>::new(question.into(), button), read, replay)
    }
}

/// Before the tag in the id of a button: taps on other questions' buttons are no answers.
fn prefix<T>() -> String {
    format!("{}:", short_name(std::any::type_name::<T>()))
}

struct Question<T> {
    body: String,
    button: String,
    of: std::marker::PhantomData<T>,
}

impl<T> Question<T> {
    fn new(body: String, button: &str) -> Self {
        Self { body, button: button.to_owned(), of: std::marker::PhantomData }
    }
}

impl<T: Choices> IntoDraft for Question<T> {
    fn into_draft(self) -> Result<Draft, DraftError> {
        let id = |one: &T| format!("{}{}", prefix::<T>(), one.tag());
        let count = T::ALL.len();
        match count {
            _ if count <= BUTTONS => {
                let buttons = Buttons::new(self.body);
                T::ALL.iter().fold(buttons, |buttons, one| buttons.button(id(one), one.name())).into_draft()
            }
            _ if count <= ROWS => {
                let rows = T::ALL.iter().map(|one| Row::new(id(one), one.name()));
                List::new(self.body, self.button).rows("", rows).into_draft()
            }
            _ => {
                let names: Vec<&str> = T::ALL.iter().map(Choices::name).collect();
                Text::new(format!("{}\n{}", self.body, names.join("\n"))).into_draft()
            }
        }
    }
}
