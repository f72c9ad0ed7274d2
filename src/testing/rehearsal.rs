//! Rehearsals: a dialogue or a conversation alone with one person, and what it is at as a value.

use std::{
    fmt,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use wappa_cloud::Message;
use wappa_core::{
    Result,
    chat::Chat,
    clock::BoxFuture,
    dialogue::{Conversation, Dialogue, Dialogues, Next},
    handler::EventHandler,
    happening::{ChatKey, Expired},
};

use super::{bot::TestBot, person::Person, world::World};

/// A dialogue or a conversation played alone with one person: without a router, commands, or anything else that the bot
/// does. It is the [`Person`], so that all verbs and expectations are at hand, and knows where the play is. It begins when
/// Ana says hello, as Meta lets nobody be written to who has not written.
///
/// ```
/// use wappa::{prelude::*, testing::Rehearsal};
///
/// #[derive(Debug, PartialEq, Default, Serialize, Deserialize)]
/// enum Checkout {
///     #[default]
///     Address,
///     Payment { address: String },
/// }
///
/// impl Dialogue for Checkout {
///     const NAME: &'static str = "checkout";
///
///     async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
///         let text = message.text().unwrap_or_default().to_owned();
///         match self {
///             Self::Address => {
///                 chat.say("Cash or card?").await?;
///                 Ok(Next::Go(Self::Payment { address: text }))
///             }
///             Self::Payment { address } => Ok(Next::Return(format!("{text}, {address}").into())),
///         }
///     }
/// }
///
/// # wappa::testing::harness::run(async {
/// let ana = Rehearsal::of(Checkout::Address).begin().await;
/// ana.says("Elm Street 7").await;
/// ana.sees("Cash or card?");
/// assert_eq!(ana.step().await, Some(Checkout::Payment { address: "Elm Street 7".to_owned() }));
/// ana.says("cash").await;
/// assert_eq!(ana.result::<String>().await.as_deref(), Some("cash, Elm Street 7"));
/// # });
/// ```
pub struct Rehearsal {
    world: World,
    person: Person,
}

/// A rehearsal that has not begun.
#[must_use = "a rehearsal begins with `begin`"]
pub struct Rehearsing {
    dialogues: Dialogues,
    begin: Begin,
    has_begun: AtomicBool,
}

type Begin = Box<dyn Fn(Chat) -> BoxFuture<'static, Result> + Send + Sync>;

impl Rehearsal {
    /// Plays a dialogue from this step on: its [`begin`](Dialogue::begin) comes first, as with
    /// [`Chat::start_at`].
    pub fn of<D: Dialogue>(step: D) -> Rehearsing {
        let step = serde_json::to_value(step);
        let begin: Begin = Box::new(move |chat| {
            let step = match &step {
                Ok(step) => serde_json::from_value::<D>(step.clone()).map_err(Into::into),
                Err(error) => Err(wappa_core::Error::msg(error.to_string())),
            };
            Box::pin(async move { chat.start_at(step?).await })
        });
        Rehearsing::new(Dialogues::new().dialogue::<Audience>().dialogue::<D>(), begin)
    }

    /// Plays a conversation from its beginning.
    pub fn of_conversation<C: Conversation>(conversation: C) -> Rehearsing {
        let conversation = Arc::new(conversation);
        let dialogues = Dialogues::new().dialogue::<Audience>().conversation(Arc::clone(&conversation));
        let begin: Begin = Box::new(move |chat| {
            let conversation = Arc::clone(&conversation);
            Box::pin(async move { chat.talk(conversation).await })
        });
        Rehearsing::new(dialogues, begin)
    }

    /// The world it is played in, with its clock and what can go wrong.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The step at which a dialogue of this type is; nothing if it is not under way.
    pub fn step<D: Dialogue>(&self) -> impl Future<Output = Option<D>> + Send + use<D> {
        let chat = TestBot::current(&self.world).chat(&self.person);
        let world = self.world.clone();
        async move {
            world.settle().await;
            let ChatKey { number, who } = chat.key();
            let messenger = chat.messenger().clone();
            let step = world.inner.engine.run(async move { messenger.dialogue_of::<D>(number, who).await });
            step.await.unwrap_or_else(|error| panic!("the step can't be read: {error}"))
        }
    }

    /// What it has answered, to whoever would have called it; nothing while it goes on, or if it was cancelled.
    ///
    /// # Panics
    /// The answer is of another type.
    pub async fn result<T: DeserializeOwned>(&self) -> Option<T> {
        let Audience { mut heard } = self.step::<Audience>().await?;
        let answer = heard.pop()?;
        Some(
            serde_json::from_value(answer)
                .unwrap_or_else(|error| panic!("it answered something else: {error}")),
        )
    }
}

impl Rehearsing {
    fn new(dialogues: Dialogues, begin: Begin) -> Self {
        Self { dialogues, begin, has_begun: AtomicBool::new(false) }
    }

    /// Has a dialogue at hand that it calls.
    pub fn with<D: Dialogue>(mut self) -> Self {
        self.dialogues = self.dialogues.dialogue::<D>();
        self
    }

    /// Begins it, with Ana.
    pub async fn begin(self) -> Rehearsal {
        let world = World::new();
        let person = world.bot(self).user("Ana");
        person.says("Hello").await;
        Rehearsal { world, person }
    }
}

impl EventHandler for Rehearsing {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if self.has_begun.load(Ordering::Relaxed) {
            return self.dialogues.message(&chat, &message).await.map(drop);
        }
        chat.start::<Audience>().await?;
        (self.begin)(chat).await?;
        self.has_begun.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn on_expired(&self, chat: Chat, expired: Expired) -> Result {
        self.dialogues.expired(&chat, &expired).await.map(drop)
    }
}

impl Deref for Rehearsal {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.person
    }
}

impl fmt::Debug for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rehearsal").field(&self.person).finish()
    }
}

impl fmt::Debug for Rehearsing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rehearsing").finish_non_exhaustive()
    }
}

/// Stands below what is played, and hears what it answers.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Audience {
    heard: Vec<Value>,
}

impl Dialogue for Audience {
    const NAME: &'static str = "the audience of a rehearsal";
    const CANCEL: &'static [&'static str] = &[];

    async fn turn(self, _: &Chat, _: &Message) -> Result<Next<Self>> {
        Ok(Next::Stay)
    }

    async fn back(self, _: &Chat, result: Value) -> Result<Next<Self>> {
        Ok(Next::Go(Self { heard: vec![result] }))
    }
}
