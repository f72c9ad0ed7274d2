//! The router: an [`EventHandler`](crate::handler::EventHandler) made of small handlers whose signatures say when they
//! run. What they say and remember is the rooms' further down.

mod arguments;
mod check;
mod choices;
mod claim;
mod command;
mod dialogues;
mod events;
mod explain;
mod extract;
mod function;
mod kinds;
mod layer;
pub mod layers;
mod needs;
pub mod payload;
mod question;
mod route;
mod scope;
mod seen;
mod turn;

use std::{borrow::Cow, panic::Location, sync::Arc};

pub use self::{
    arguments::Arguments,
    check::RouterError,
    choices::{Choices, NoChoice, choose, one_of},
    claim::Claim,
    command::{
        Args, Argument, BadArgument, Command, Commands, FromArgs, Help, IntoCommands, Registered, Rest,
        Shape, Wanted,
    },
    explain::{Explanation, Tried},
    extract::{Extract, FlowReply, Look, Receivable, Received, State, Text, Told},
    function::Handler,
    layer::{Flow, Layer, Next},
    needs::Needs,
    payload::{Payload, PayloadField, Signed, TapKey, Tapped, Unread, WeakKey},
    seen::{Miss, Seen, Skip},
    turn::Turn,
};
use self::{
    check::Fault,
    claim::ClaimEntry,
    command::{Bare, Table},
    function::FunctionRoute,
    route::Entry,
    scope::{BareWords, Scopes},
};
use crate::dialogue::Dialogues;

/// Sends each message to the first handler that is meant for it.
///
/// A handler is an `async fn` whose arguments are extractors: its signature is the route. Handlers are tried in the
/// order in which they are written, and the first that all of whose arguments are there runs.
///
/// ```
/// use wappa_cloud::Image;
/// use wappa_core::{Result, chat::Chat, router::{Received, Router, Text}};
///
/// async fn number(chat: Chat, Text(number): Text<i64>) -> Result {
///     chat.say(format!("Twice that is {}.", number.saturating_mul(2))).await?;
///     Ok(())
/// }
///
/// async fn picture(chat: Chat, picture: Received<Image>) -> Result {
///     chat.send(picture).await?;
///     Ok(())
/// }
///
/// async fn anything_else(chat: Chat) -> Result {
///     chat.say("Send me a number or a picture.").await?;
///     Ok(())
/// }
///
/// let bot = Router::new().on(number).on(picture).otherwise(anything_else);
/// # drop(bot);
/// ```
///
/// In which order a message is tried:
/// 1. commands with their prefix, like `/help`;
/// 2. dialogues that are under way with this person;
/// 3. what [`on`](Self::on) and [`nest`](Self::nest) were given, as written; commands as bare words at their place among
///    them;
/// 4. [`on_stale_tap`](Self::on_stale_tap), if it was a tap, and [`otherwise`](Self::otherwise).
///
/// Closures capture nothing; what handlers share they take as [`State`].
#[must_use = "a router does nothing until it is given to `Wappa::set_event_handler`"]
pub struct Router {
    scopes: Scopes,
    dialogues: Dialogues,
    claims: Vec<ClaimEntry>,
    routes: Vec<Entry>,
    stale_taps: Vec<Entry>,
    otherwise: Vec<Entry>,
    events: Vec<(Occasion, Entry)>,
    failures: Vec<Entry>,
    ice_breakers: Vec<String>,
    faults: Vec<Fault>,
}

/// What a route of its own is for, besides messages and failed turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Occasion {
    Event(wappa_cloud::ItemKind),
    Credentials,
    Sent,
    Timer,
    Custom,
    External,
    Expired,
    Failed,
    Undelivered,
    Consent,
    Paused,
    Resumed,
}

impl Default for Router {
    fn default() -> Self {
        Self::new()
    }
}

impl Router {
    /// A router without routes.
    pub fn new() -> Self {
        Self {
            scopes: Scopes::new(),
            dialogues: Dialogues::new(),
            claims: Vec::new(),
            routes: Vec::new(),
            stale_taps: Vec::new(),
            otherwise: Vec::new(),
            events: Vec::new(),
            failures: Vec::new(),
            ice_breakers: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Adds a handler for the messages its arguments are made of.
    #[track_caller]
    pub fn on<F: Handler<A>, A: Arguments + 'static>(mut self, handler: F) -> Self {
        self.routes.push(entry(handler));
        self
    }

    /// Adds commands: `commands!()` for those of this module and below.
    ///
    /// With their prefix, `/` unless [`prefixes`](Self::prefixes) says otherwise, they are found before anything else,
    /// and words that don't fit are answered with the reason and the usage. As bare words they are found at this place
    /// among the routes, if they fit. `/help` lists them, and a name that is nearly one is asked about.
    #[track_caller]
    pub fn commands(mut self, commands: impl IntoCommands) -> Self {
        let Commands { commands, empty } = commands.into_commands();
        self.faults.extend(empty.map(|(module, place)| Fault::NoCommands { module, place }));
        let table = Arc::new(Table::new(commands));
        self.scopes.add_table(Arc::clone(&table));
        self.routes.push(Entry::new::<Bare>(Bare(table), Location::caller()));
        self
    }

    /// Adds one command.
    #[track_caller]
    pub fn command(self, command: Command) -> Self {
        self.commands(command)
    }

    /// What commands begin with, the one to be shown first. With none, commands are bare words only.
    pub fn prefixes<P: Into<Cow<'static, str>>>(mut self, prefixes: impl IntoIterator<Item = P>) -> Self {
        let prefixes = prefixes.into_iter().map(Into::into).filter(|prefix| !prefix.is_empty());
        self.scopes.set_prefixes(prefixes.collect());
        self
    }

    /// Sentences that people may tap before they have written anything, shown at Meta's by `bot.publish_commands()`: at
    /// most 4, of 80 characters each (Meta: *Conversational components*). They come back as texts.
    pub fn ice_breakers<I: Into<String>>(mut self, sentences: impl IntoIterator<Item = I>) -> Self {
        self.ice_breakers.extend(sentences.into_iter().map(Into::into));
        self
    }

    /// Lets commands be called with their prefix only, never by a bare word.
    pub fn prefixed_only(mut self) -> Self {
        self.scopes.set_bare_words(BareWords::Off);
        self
    }

    /// What to do with messages that no route is meant for. The first of several whose arguments match runs.
    #[track_caller]
    pub fn otherwise<F: Handler<A>, A: Arguments + 'static>(mut self, handler: F) -> Self {
        self.otherwise.push(entry(handler));
        self
    }

    /// What to do with a tap that no route is meant for: the button is from an old message, of a version of this bot
    /// that meant something else by it.
    #[track_caller]
    pub fn on_stale_tap<F: Handler<A>, A: Arguments + 'static>(mut self, handler: F) -> Self {
        self.stale_taps.push(entry(handler));
        self
    }

    /// What to do when Meta no longer accepts a number's token. Takes
    /// [`CredentialsLost`](crate::handler::CredentialsLost) and [`Messenger`](crate::messenger::Messenger); there is no
    /// chat.
    #[track_caller]
    pub fn on_credentials<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::Credentials, entry(handler))
    }

    /// What to do with what this bot has said, in a turn or outside. Takes [`Outgoing`](crate::outbox::Outgoing) and
    /// [`Messenger`](crate::messenger::Messenger); there is no chat.
    #[track_caller]
    pub fn on_sent<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::Sent, entry(handler))
    }

    /// What to do when a message of ours was accepted and failed later. Takes
    /// [`FailedMessage`](crate::happening::FailedMessage). Without such a route the status goes the way of the others.
    #[track_caller]
    pub fn on_failed<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::Failed, entry(handler))
    }

    /// What to do when nothing was heard of a message that Meta has accepted. Takes
    /// [`SentMessage`](crate::happening::SentMessage).
    #[track_caller]
    pub fn on_undelivered<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::Undelivered, entry(handler))
    }

    /// What to do when a person has stopped marketing messages or wants them again. Takes
    /// [`Consent`](crate::happening::Consent). Without such a route what they said goes the way of other messages.
    #[track_caller]
    pub fn on_consent<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::Consent, entry(handler))
    }

    /// What to do when a reminder's moment has come. Takes [`Timer`](crate::happening::Timer).
    #[track_caller]
    pub fn on_timer<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::Timer, entry(handler))
    }

    /// What to do when a program says something to a conversation. Takes [`Custom`](crate::happening::Custom).
    #[track_caller]
    pub fn on_custom<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::Custom, entry(handler))
    }

    /// What to do when another service tells something. Takes [`External`](crate::happening::External).
    #[track_caller]
    pub fn on_external<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::External, entry(handler))
    }

    /// What to do when a session ends. Takes [`Expired`](crate::happening::Expired).
    #[track_caller]
    pub fn on_expired<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::Expired, entry(handler))
    }

    /// What to do with what a person says while people have the conversation
    /// ([`Takeover`](crate::takeover::Takeover)). Takes what handlers of messages take.
    #[track_caller]
    pub fn on_paused<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::Paused, entry(handler))
    }

    /// What to do when the bot has a conversation again. Takes [`Resumed`](crate::takeover::Resumed).
    #[track_caller]
    pub fn on_resumed<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
        self.event(Occasion::Resumed, entry(handler))
    }

    /// What to do when a turn was tried for the last time: say sorry here. Takes
    /// [`TurnFailed`](crate::handler::TurnFailed).
    #[track_caller]
    pub fn on_turn_failed<F: Handler<A>, A: Arguments + 'static>(mut self, handler: F) -> Self {
        self.failures.push(entry(handler));
        self
    }

    /// Hands something to the handlers of this router and of those nested in it, which take it as [`State<S>`](State).
    #[track_caller]
    pub fn state<S: Clone + Send + Sync + 'static>(mut self, state: S) -> Self {
        if self.scopes.add_state(state).is_some() {
            self.faults
                .push(Fault::StateTwice { name: std::any::type_name::<S>(), place: Location::caller() });
        }
        self
    }

    /// Surrounds every route of this router, and of those nested in it, wherever they are written. The layer written
    /// first is the outermost.
    pub fn layer(mut self, layer: impl Layer) -> Self {
        self.scopes.add_layer(Box::new(layer));
        self
    }

    /// Takes in another router: its routes are tried at this place, inside its own layers, with its own state before
    /// this one's. What it does [`otherwise`](Self::otherwise) comes before what this one does.
    pub fn nest(mut self, inner: Self) -> Self {
        let Self {
            scopes,
            dialogues,
            claims,
            routes,
            stale_taps,
            otherwise,
            events,
            failures,
            ice_breakers,
            faults,
        } = inner;
        self.dialogues = self.dialogues.with(dialogues);
        let by = self.scopes.nest(scopes);
        let moved = |mut entry: Entry| {
            entry.scope += by;
            entry
        };
        self.claims.extend(claims.into_iter().map(|claim| claim.moved(by)));
        self.routes.extend(routes.into_iter().map(moved));
        self.stale_taps.extend(stale_taps.into_iter().map(moved));
        self.otherwise.extend(otherwise.into_iter().map(moved));
        self.events.extend(events.into_iter().map(|(kind, entry)| (kind, moved(entry))));
        self.failures.extend(failures.into_iter().map(moved));
        self.ice_breakers.extend(ice_breakers);
        self.faults.extend(faults);
        self
    }

    /// Adds something that may claim a message before the routes are tried, as a dialogue under way does.
    #[track_caller]
    pub fn claim(mut self, claim: impl Claim) -> Self {
        self.claims.push(ClaimEntry::new(claim, Location::caller()));
        self
    }

    fn event(mut self, occasion: Occasion, entry: Entry) -> Self {
        self.events.push((occasion, entry));
        self
    }
}

#[track_caller]
fn entry<F: Handler<A>, A: Arguments + 'static>(handler: F) -> Entry {
    Entry::new::<F>(FunctionRoute::new(handler), Location::caller())
}

impl std::fmt::Debug for Router {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Router").field("routes", &self.routes.len()).finish_non_exhaustive()
    }
}
