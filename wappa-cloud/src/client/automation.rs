//! What a chat shows before anybody has written: ice breakers, and the commands behind `/` (Meta: *Conversational
//! components*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::Switch;
//! use wappa_cloud::client::automation::Components;
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"success":true}"#), (200, r#"{"conversational_automation":{"prompts":["What is new?"],"commands":[{"command_name":"menu","command_description":"Shows the menu"}]},"id":"1"}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let automation = graph.automation(&token, &number);
//! let shown = Components::new()
//!     .welcome(Switch::On)
//!     .ice_breaker("What is new?")
//!     .command("menu", "Shows the menu");
//! automation.set(&shown).await?;
//! let told = automation.get().await?;
//! assert_eq!(told.commands[0].command_name.as_deref(), Some("menu"));
//!
//! // Meta's limits are checked before anything is sent.
//! let long = Components::new().ice_breaker("x".repeat(81));
//! assert!(automation.set(&long).await.unwrap_err().to_string().contains("80"));
//! # Ok(())
//! # }
//! ```

use serde::Serialize;

use super::{
    Graph, GraphError, Switch,
    check::{count, text},
    node::Node,
    open::answers,
};
use crate::{
    id::{ObjectId, PhoneNumberId},
    limits::{COMMAND_DESCRIPTION, COMMAND_NAME, COMMANDS, ICE_BREAKER, ICE_BREAKERS},
    secret::AccessToken,
};

/// The conversational components of one number.
#[derive(Clone, Copy)]
pub struct Automation<'a>(Node<'a>);

/// A command that people choose after typing `/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Command {
    command_name: String,
    command_description: String,
}

/// What to show. It replaces all that was there: what is not named is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Components {
    enable_welcome_message: bool,
    prompts: Vec<String>,
    commands: Vec<Command>,
}

answers! {
    /// What a number shows.
    #[derive(Default)]
    pub struct ComponentsInfo {
        /// Its id.
        id: Option<ObjectId>,
        /// Whether a chat that is opened for the first time is told to the webhook as `request_welcome`.
        enable_welcome_message: Option<bool>,
        /// Ice breakers: sentences that people tap instead of typing.
        prompts: Vec<String>,
        /// Commands.
        commands: Vec<CommandInfo>,
    }

    /// A command of a number.
    pub struct CommandInfo {
        /// Its name, without the `/`.
        command_name: Option<String>,
        /// What it does.
        command_description: Option<String>,
    }
}

answers! {
    /// A number with its components.
    struct Automated {
        conversational_automation: Option<ComponentsInfo>,
    }
}

impl Command {
    /// A command by name, without the `/` (32 characters), with what it does (256).
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self { command_name: name.into(), command_description: description.into() }
    }
}

impl Components {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether opening a chat for the first time is told to the webhook as `request_welcome`.
    pub fn welcome(mut self, welcome: Switch) -> Self {
        self.enable_welcome_message = welcome.is_on();
        self
    }

    /// One more ice breaker: at most 4, of 80 characters each.
    pub fn ice_breaker(mut self, prompt: impl Into<String>) -> Self {
        self.prompts.push(prompt.into());
        self
    }

    /// One more command: at most 30.
    pub fn command(mut self, name: impl Into<String>, description: impl Into<String>) -> Self {
        self.commands.push(Command::new(name, description));
        self
    }

    /// More commands.
    pub fn commands(mut self, commands: impl IntoIterator<Item = Command>) -> Self {
        self.commands.extend(commands);
        self
    }

    /// Whether Meta takes it, as far as its limits tell.
    ///
    /// # Errors
    /// Too many, or one too long.
    pub fn check(&self) -> Result<(), GraphError> {
        count(&ICE_BREAKERS, self.prompts.len())?;
        count(&COMMANDS, self.commands.len())?;
        self.prompts.iter().try_for_each(|prompt| text(&ICE_BREAKER, prompt))?;
        self.commands.iter().try_for_each(|command| {
            text(&COMMAND_NAME, &command.command_name)?;
            text(&COMMAND_DESCRIPTION, &command.command_description)
        })
    }
}

impl Graph {
    /// Ice breakers and commands of a number.
    pub fn automation<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> Automation<'a> {
        Automation(Node::new(self, token, number.as_str()))
    }

    /// Ice breakers and commands by the id that they have themselves.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn automation_by_id(
        &self,
        token: &AccessToken,
        id: &ObjectId,
    ) -> Result<ComponentsInfo, GraphError> {
        Node::new(self, token, id.as_str()).get("").answer().await
    }
}

impl Automation<'_> {
    /// What is shown now.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<ComponentsInfo, GraphError> {
        let call = self.0.get("").query("fields", "conversational_automation");
        let told: Automated = call.answer().await?;
        Ok(told.conversational_automation.unwrap_or_default())
    }

    /// Shows this from now on, and nothing of what was shown before.
    ///
    /// # Errors
    /// A text is empty or longer than allowed, or there are too many: nothing was sent. Or Meta refused it, or no answer
    /// came.
    pub async fn set(self, components: &Components) -> Result<(), GraphError> {
        self.0.post("conversational_automation").json(components).checked(components.check()).done().await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_set_replaces_everything() {
        let nothing = serde_json::to_value(Components::new()).unwrap();
        assert_eq!(nothing, json!({"enable_welcome_message": false, "prompts": [], "commands": []}));
    }

    #[test]
    fn limits_are_kept_before_anything_is_sent() {
        assert!(Components::new().command("help", "What I can do").check().is_ok());
        for bad in [
            Components::new().command("help", " "),
            Components::new().command("x".repeat(33), "too long"),
            Components::new().ice_breaker("x".repeat(81)),
            (0..31).fold(Components::new(), |some, n| some.command(format!("c{n}"), "one too many")),
        ] {
            assert!(bad.check().is_err());
        }
    }
}
