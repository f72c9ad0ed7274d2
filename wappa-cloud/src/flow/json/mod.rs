//! Flow JSON: what a Flow looks like and where its screens lead (Meta: *Flow JSON*, version 7.3). A [`FlowJson`] is built
//! from [`Screen`]s and [`Component`]s and checked as a whole, by the rules Meta's own validator refuses by; each
//! [`Problem`] names the path it is at. [`check`] does the same for Flow JSON from elsewhere.
//!
//! ```
//! use wappa_cloud::flow::json::{Action, Component, Data, FlowJson, InputType, Screen, data, form};
//!
//! let flow = FlowJson::new()
//!     .screen(
//!         Screen::new("SIGN_UP", "Sign up")
//!             .data("greeting", Data::text("Hi Ana"))
//!             .child(Component::text_heading(data("greeting")))
//!             .child(Component::text_input("email", "E-mail").input(InputType::Email).required())
//!             .child(Component::dropdown("size", "Size", [("s", "Small"), ("l", "Large")]).required())
//!             .child(Component::footer("Continue", Action::navigate("DONE").send("size", form("size")))),
//!     )
//!     .screen(
//!         Screen::new("DONE", "Thank you")
//!             .terminal()
//!             .data("size", Data::text("s"))
//!             .child(Component::text_body("That was all."))
//!             .child(Component::footer("Finish", Action::complete().send("size", data("size")))),
//!     )
//!     .build()?;
//! assert_eq!(flow["version"], "7.3");
//!
//! // What Meta would refuse is refused here, all of it at once, with its path.
//! let wrong = Screen::new("DONE", "Done").terminal().child(Component::text_body("${data.name}"));
//! let problems = FlowJson::new().screen(wrong).build().unwrap_err();
//! assert!(problems.to_string().contains("screens[0].layout.children[0].text"));
//! # Ok::<(), wappa_cloud::flow::json::FlowJsonError>(())
//! ```

mod action;
mod check;
mod component;
mod expression;
mod problem;
mod property;
mod routing;
mod screen;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub use self::{
    action::Action,
    check::check,
    component::{Component, FontWeight, InputType, Item, PhotoSource, Source},
    expression::{data, expression, form, screen_data, screen_form},
    problem::{FlowJsonError, Problem, ProblemKind},
    screen::{Data, Screen},
};

/// The version that is written.
pub const VERSION: &str = "7.3";

/// A Flow: screens, and where they lead.
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use]
pub struct FlowJson {
    screens: Vec<Screen>,
    endpoint: Option<DataApi>,
    routes: BTreeMap<String, Vec<String>>,
}

/// Which protocol a Flow's endpoint speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataApi {
    /// `3.0`.
    V3,
    /// `4.0`: Meta signs the token.
    V4,
}

impl FlowJson {
    /// A Flow without screens, and without an endpoint.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a screen. Without an endpoint the first one opens.
    pub fn screen(mut self, screen: Screen) -> Self {
        self.screens.push(screen);
        self
    }

    /// The Flow asks an endpoint, in this protocol.
    pub fn endpoint(mut self, api: DataApi) -> Self {
        self.endpoint = Some(api);
        self
    }

    /// Where the endpoint may lead from a screen. Where a screen's own actions navigate to is known already.
    pub fn route<S: Into<String>>(
        mut self,
        from: impl Into<String>,
        to: impl IntoIterator<Item = S>,
    ) -> Self {
        self.routes.entry(from.into()).or_default().extend(to.into_iter().map(Into::into));
        self
    }

    /// The Flow as JSON.
    ///
    /// # Errors
    /// All that Meta's validator would refuse, with the path of each.
    pub fn build(&self) -> Result<Value, FlowJsonError> {
        let screens: Vec<Value> = self.screens.iter().map(Screen::to_value).collect();
        let mut flow = json!({ "version": VERSION, "screens": screens });
        if let Some(api) = self.endpoint {
            flow["data_api_version"] = match api {
                DataApi::V3 => "3.0".into(),
                DataApi::V4 => "4.0".into(),
            };
            flow["routing_model"] = json!(self.routing_model(&screens));
        } else if !self.routes.is_empty() {
            flow["routing_model"] = json!(self.routing_model(&screens));
        }
        check(&flow)?;
        Ok(flow)
    }

    /// What was said, and where the screens' own actions navigate to.
    fn routing_model(&self, screens: &[Value]) -> BTreeMap<String, Vec<String>> {
        let mut model = self.routes.clone();
        for screen in screens {
            let Some(id) = screen.get("id").and_then(Value::as_str) else { continue };
            let to = model.entry(id.to_owned()).or_default();
            routing::navigations(screen, &mut |next| {
                if !to.iter().any(|known| known == next) {
                    to.push(next.to_owned());
                }
            });
        }
        model
    }
}
