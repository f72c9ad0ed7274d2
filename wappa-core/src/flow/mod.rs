//! The endpoints of Flows: forms inside WhatsApp that ask a server of ours for their screens. Here is what an author says
//! of one: a handler for each screen. HTTP is in `endpoint`, encryption in `wappa_cloud::flow`; when a form is complete, its
//! reply comes to the bot as a message.

mod ask;
mod endpoint;

use std::{collections::BTreeMap, future::Future, sync::Arc};

use serde::de::DeserializeOwned;
use serde_json::Value;
use wappa_cloud::flow::{FlowAnswer, FlowKeys};

pub use self::{
    ask::{FlowAsk, FlowDataError},
    endpoint::{BUDGET, FLOW_PATH, FlowParts, routes},
};
use crate::{clock::BoxFuture, error::Result};

/// A Flow's endpoint: which key opens its requests, and which handler answers which screen.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use wappa_cloud::flow::{FlowAnswer, FlowKeys};
/// use wappa_core::{Result, flow::{Flow, FlowAsk}};
///
/// #[derive(Deserialize, Serialize)]
/// struct SignUp { name: String }
///
/// async fn opened(ask: FlowAsk) -> Result<FlowAnswer> {
///     ask.screen("SIGN_UP", &())
/// }
///
/// async fn signed_up(ask: FlowAsk<SignUp>) -> Result<FlowAnswer> {
///     if ask.data().name.is_empty() {
///         return ask.again("What is your name?");
///     }
///     ask.finish(ask.data())                  // comes to the bot as the Flow's reply
/// }
///
/// # fn keys() -> FlowKeys { FlowKeys::generate().unwrap() }
/// let flow = Flow::new(keys()).on_open(opened).on("SIGN_UP", signed_up);
/// # drop(flow);
/// ```
#[must_use]
pub struct Flow {
    keys: Vec<Arc<FlowKeys>>,
    opens: Option<Handler>,
    submitted: BTreeMap<String, Handler>,
    back: BTreeMap<String, Handler>,
    otherwise: Option<Handler>,
    tokens: SignedTokens,
    json: Option<Value>,
}

/// Whether a request must carry Meta's signature over its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedTokens {
    /// A signature that is there must fit.
    IfThere,
    /// There must be one: Flow JSON 7.3 and data API 4.0 send it.
    Required,
}

type Handler = Arc<dyn Fn(FlowAsk) -> BoxFuture<'static, Result<FlowAnswer>> + Send + Sync>;

impl Flow {
    /// A Flow whose requests are encrypted for this key; its public half is registered for the number.
    pub fn new(keys: FlowKeys) -> Self {
        Self {
            keys: vec![Arc::new(keys)],
            opens: None,
            submitted: BTreeMap::new(),
            back: BTreeMap::new(),
            otherwise: None,
            tokens: SignedTokens::IfThere,
            json: None,
        }
    }

    /// What the Flow looks like, as [Flow JSON](wappa_cloud::flow::json): the built-in emulator shows it under the name of
    /// the Flow, published, with nothing to be set up. Meta has what was uploaded there.
    pub fn json(mut self, json: Value) -> Self {
        self.json = Some(json);
        self
    }

    /// Another key that requests may be encrypted for: the old one, while a new one is being introduced.
    pub fn or_key(mut self, keys: FlowKeys) -> Self {
        self.keys.push(Arc::new(keys));
        self
    }

    /// Answers with the first screen.
    pub fn on_open<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(FlowAsk) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<FlowAnswer>> + Send + 'static,
    {
        self.opens = Some(boxed(handler));
        self
    }

    /// Answers when this screen is submitted; what the person entered is read as a `T`.
    pub fn on<T, F, Fut>(mut self, screen: impl Into<String>, handler: F) -> Self
    where
        T: DeserializeOwned + Send + 'static,
        F: Fn(FlowAsk<T>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<FlowAnswer>> + Send + 'static,
    {
        self.submitted.insert(screen.into(), boxed(handler));
        self
    }

    /// Answers when the person goes back to this screen, if it has `refresh_on_back`.
    pub fn on_back<T, F, Fut>(mut self, screen: impl Into<String>, handler: F) -> Self
    where
        T: DeserializeOwned + Send + 'static,
        F: Fn(FlowAsk<T>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<FlowAnswer>> + Send + 'static,
    {
        self.back.insert(screen.into(), boxed(handler));
        self
    }

    /// Answers whatever no other handler answers. Without it WhatsApp hears an error.
    pub fn otherwise<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(FlowAsk) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<FlowAnswer>> + Send + 'static,
    {
        self.otherwise = Some(boxed(handler));
        self
    }

    /// Whether Meta must have signed the token.
    pub fn signed_tokens(mut self, tokens: SignedTokens) -> Self {
        self.tokens = tokens;
        self
    }
}

/// The Flows of a bot, by name.
#[derive(Debug, Default)]
pub struct Flows(BTreeMap<String, Flow>);

/// A name under which no Flow can be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlowNameError {
    /// It cannot stand in an address.
    #[error("the flow name {0:?} cannot stand in an address: use letters, digits, `-` and `_`")]
    Unfit(String),
    /// It is taken.
    #[error("two flows are called {0:?}: each needs a name of its own")]
    Taken(String),
}

impl Flows {
    /// Adds a Flow.
    ///
    /// # Errors
    /// The name cannot stand in an address, or is taken.
    pub fn add(&mut self, name: impl Into<String>, flow: Flow) -> Result<(), FlowNameError> {
        let name = name.into();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return Err(FlowNameError::Unfit(name));
        }
        if self.0.contains_key(&name) {
            return Err(FlowNameError::Taken(name));
        }
        self.0.insert(name, flow);
        Ok(())
    }
}

/// What an emulator has to know of a Flow.
#[derive(Debug)]
#[non_exhaustive]
pub struct Shown<'a> {
    /// Its name, the last part of its endpoint's path.
    pub name: &'a str,
    /// What it looks like.
    pub json: &'a Value,
    /// The key its requests are encrypted for.
    pub public_pem: &'a str,
}

impl Flows {
    /// The Flows that have their JSON here.
    pub fn shown(&self) -> impl Iterator<Item = Shown<'_>> {
        self.0.iter().filter_map(|(name, flow)| {
            let public_pem = flow.keys.first()?.public_pem();
            Some(Shown { name, json: flow.json.as_ref()?, public_pem })
        })
    }
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flow").field("screens", &self.submitted.keys()).finish_non_exhaustive()
    }
}

fn boxed<T, F, Fut>(handler: F) -> Handler
where
    T: DeserializeOwned + Send + 'static,
    F: Fn(FlowAsk<T>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<FlowAnswer>> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |ask: FlowAsk<Value>| {
        let handler = Arc::clone(&handler);
        Box::pin(async move { handler(ask.read()?).await })
    })
}
