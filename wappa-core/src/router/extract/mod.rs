//! Extractors: what a handler may take as an argument. Each looks at the turn and answers the value, "not for this
//! route", or "it cannot be told".

mod event;
mod flow;
#[cfg(feature = "texts")]
mod lang;
mod option;
mod received;
mod session;
mod state;
mod text;

use std::future::Future;

pub use self::{
    event::Told,
    flow::FlowReply,
    received::{Receivable, Received},
    state::State,
    text::Text,
};
use super::{needs::Needs, seen::Seen, turn::Turn};

/// What a handler may take as an argument, where telling needs the event alone.
///
/// ```
/// use wappa_core::{Result, chat::Chat, router::{Look, Miss, Router, Seen, Turn}};
///
/// /// A question of some length.
/// struct Question(String);
///
/// impl Look for Question {
///     fn look(turn: &Turn<'_>) -> Seen<Self> {
///         match turn.text() {
///             Some(text) if text.ends_with('?') => Ok(Self(text.to_owned())),
///             _ => Err(Miss::skip("it does not end with a question mark")),
///         }
///     }
/// }
///
/// async fn answer(chat: Chat, Question(question): Question) -> Result {
///     chat.say(format!("Good question: {question}")).await?;
///     Ok(())
/// }
/// # let _ = Router::new().on(answer);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    label = "`{Self}` is no extractor",
    note = "extractors are `Chat`, `Message`, `Text`, `Text<T>`, `Tapped<T>`, `Args<T>`, `Received<Image>`, `Location`, `Session<T>`, `State<S>`, `Option<…>` of one of them, and others in `wappa::router`",
    note = "something of your own is handed over with `.state(value)` and taken as `State<{Self}>`, or implements `wappa::router::Look` or `Extract`"
)]
pub trait Look: Sized + Send {
    /// Looks at the event.
    ///
    /// # Errors
    /// [`Miss::Skip`](super::Miss::Skip) sends the message on to the next route; anything else fails the turn.
    fn look(turn: &Turn<'_>) -> Seen<Self>;

    /// Says what must be there when the bot starts.
    fn needs(needs: &mut Needs) {
        let _ = needs;
    }
}

/// What a handler may take as an argument, where telling needs more than the event: a store, a service. Asked after all
/// arguments that [`Look`] have matched; sessions are opened after these.
///
/// ```
/// use wappa_core::{Result, chat::Chat, router::{Extract, Miss, Router, Seen, Turn}};
/// # #[derive(Clone)] struct Customers;
/// # impl Customers { async fn find(&self, _: &str) -> Result<Option<Customer>, std::io::Error> { Ok(None) } }
///
/// struct Customer { name: String }
///
/// impl Extract for Customer {
///     async fn extract(turn: &Turn<'_>) -> Seen<Self> {
///         let customers: &Customers = turn.state().ok_or(Miss::skip("there are no customers"))?;
///         let id = turn.chat().and_then(|chat| chat.user().wa_id()).unwrap_or_default();
///         // `?` fails the turn; only what is said to be skipped is.
///         customers.find(id).await?.ok_or(Miss::skip("no customer of ours"))
///     }
/// }
///
/// async fn greet(chat: Chat, customer: Customer) -> Result {
///     chat.say(format!("Welcome back, {}!", customer.name)).await?;
///     Ok(())
/// }
/// # let _ = Router::new().on(greet).state(Customers);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    label = "`{Self}` is no extractor",
    note = "extractors are `Chat`, `Message`, `Text`, `Text<T>`, `Tapped<T>`, `Args<T>`, `Received<Image>`, `Location`, `Session<T>`, `State<S>`, `Option<…>` of one of them, and others in `wappa::router`",
    note = "something of your own is handed over with `.state(value)` and taken as `State<{Self}>`, or implements `wappa::router::Look` or `Extract`"
)]
pub trait Extract: Sized + Send {
    /// Asks.
    fn extract(turn: &Turn<'_>) -> impl Future<Output = Seen<Self>> + Send;

    /// Says what must be there when the bot starts.
    fn needs(needs: &mut Needs) {
        let _ = needs;
    }

    /// The answer, if it takes no asking.
    #[doc(hidden)]
    fn at_once(turn: &Turn<'_>) -> Option<Seen<Self>> {
        let _ = turn;
        None
    }

    /// In which order it is asked.
    #[doc(hidden)]
    const WHEN: When = When::Usual;
}

/// When an extractor is asked.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// As written.
    Usual,
    /// When all others have matched.
    Last,
}

impl<T: Look> Extract for T {
    async fn extract(turn: &Turn<'_>) -> Seen<Self> {
        T::look(turn)
    }

    fn needs(needs: &mut Needs) {
        <T as Look>::needs(needs);
    }

    fn at_once(turn: &Turn<'_>) -> Option<Seen<Self>> {
        Some(T::look(turn))
    }
}
