//! Takeover: whether a conversation is with the bot or with people. Kept on the shelf, written with the turn that changes
//! it, and known in memory, so that a turn of a conversation that nobody has taken over looks at one number.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wappa_cloud::{Event, GroupId, Message, PhoneNumberId, Recipient, Timestamp, UserId, WaId};

use crate::{
    happening::{Bundle, ChatKey, raw},
    session::Home,
    store::{
        EventKind, Expected, LaneId, PersonId, Queued, Store, StoreError, TAKEOVER_SPACE, ValueWrite,
        lane_key, missed_space,
    },
};

/// How long that is kept.
const KEEP_MISSED: Duration = Duration::from_hours(24 * 30);
/// Values read at once when the bot starts.
const PAGE: usize = 1_000;
/// To whom a conversation belongs after somebody has answered by hand.
pub(crate) const APP: &str = "the WhatsApp Business app";
/// The names of the timers that end a pause and that begin one from outside.
pub(crate) const END: &str = "h";
pub(crate) const BEGIN: &str = "H";

/// When people take conversations over, and give them back.
///
/// A conversation is taken over by `chat.hand_over("support")`, and by a message that somebody sends from the WhatsApp
/// Business app (Meta: *smb_message_echoes*). While people have it:
/// - what the person writes is kept, [`Messenger::missed`](crate::messenger::Messenger::missed), and told to `on_paused`;
///   neither `on_message` nor what is under way (dialogues, conversations) hears it;
/// - reminders, the ends of sessions and the patience of dialogues wait, and come when the bot has the conversation again;
/// - everything else goes on: schedules, statuses, echoes, what programs tell with `notify`, and whatever is sent.
///
/// The bot has it again after [`Chat::release`](crate::chat::Chat::release), a word of the person's if there is one, or the
/// time given; then `on_resumed` is told. All of it outlives a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takeover {
    after_echo: Option<Duration>,
    words: Vec<String>,
}

impl Default for Takeover {
    fn default() -> Self {
        Self { after_echo: Some(Duration::from_hours(1)), words: Vec::new() }
    }
}

impl Takeover {
    /// As it is without a setting: an hour after each message from the app, and no word.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long the bot stays silent after each message that somebody sends from the WhatsApp Business app.
    #[must_use]
    pub fn after_echo(mut self, time: Duration) -> Self {
        self.after_echo = Some(time);
        self
    }

    /// Has messages from the app change nothing.
    #[must_use]
    pub fn ignore_echoes(mut self) -> Self {
        self.after_echo = None;
        self
    }

    /// What a person can say to have the bot back, whatever its case.
    #[must_use]
    pub fn word(mut self, word: impl Into<String>) -> Self {
        self.words.push(word.into().to_lowercase());
        self
    }

    fn is_word(&self, message: &Message) -> bool {
        message.text().is_some_and(|text| self.words.contains(&text.trim().to_lowercase()))
    }
}

/// A conversation that people have.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pause {
    /// Which one.
    pub chat: ChatKey,
    /// Who has it, in the words of `hand_over`.
    pub to: String,
    /// Since when.
    pub since: Timestamp,
    /// When the bot has it again by itself.
    pub until: Timestamp,
    lane: LaneId,
    /// The event with which it began, as what is behind it is kept.
    began: Arc<str>,
    pub(crate) held: Vec<Held>,
}

/// A timer that waits for the end of a pause.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held {
    pub(crate) member: Option<PersonId>,
    pub(crate) name: String,
    pub(crate) kind: EventKind,
    pub(crate) body: Bytes,
}

/// What a person said while people had the conversation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Missed {
    /// When it came.
    pub at: Timestamp,
    /// What it was.
    pub message: Message,
}

/// The bot has a conversation again.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Resumed {
    /// How it was until now.
    pub pause: Pause,
    /// Why that is over.
    pub by: ResumedBy,
}

/// Why a pause is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResumedBy {
    /// Its time was over.
    Time,
    /// The person said a word of [`Takeover::word`].
    Person,
    /// A program called `release` from outside a turn.
    Program,
}

/// The conversations that people have.
#[derive(Debug, Default)]
pub struct Pauses {
    rules: Takeover,
    count: AtomicUsize,
    by_lane: Mutex<HashMap<LaneId, Arc<Pause>>>,
}

impl Pauses {
    /// Those that are written down.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn load(store: &dyn Store, rules: Takeover, now: Timestamp) -> Result<Self, StoreError> {
        let pauses = Self { rules, ..Self::default() };
        let mut after: Option<Arc<str>> = None;
        loop {
            let page = store.values(TAKEOVER_SPACE, after.as_deref(), PAGE, now).await?;
            for value in &page {
                pauses.know(&value.key, Some(&value.body));
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(Arc::clone(&last.key)),
                _ => return Ok(pauses),
            }
        }
    }

    pub(crate) fn of(&self, lane: LaneId) -> Option<Arc<Pause>> {
        if self.count.load(Ordering::Relaxed) == 0 { None } else { self.lock().get(&lane).cloned() }
    }

    /// The one of this conversation, for whoever does not know its lane.
    pub(crate) fn find(&self, chat: &ChatKey) -> Option<Arc<Pause>> {
        fn same<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.is_some() && one == other
        }
        let (here, pauses) = (&chat.who, self.lock());
        let is_it = |pause: &&Arc<Pause>| {
            let there = &pause.chat.who;
            pause.chat.number == chat.number
                && (same(there.group_id.as_ref(), here.group_id.as_ref())
                    || same(there.user_id.as_ref(), here.user_id.as_ref())
                    || same(there.wa_id.as_ref(), here.wa_id.as_ref()))
        };
        pauses.values().find(is_it).cloned()
    }

    pub(crate) fn all(&self) -> Vec<Pause> {
        let mut all: Vec<Pause> = self.lock().values().map(|pause| Pause::clone(pause)).collect();
        all.sort_by_key(|pause| pause.since);
        all
    }

    /// Whether there is anything to be looked at before an event of this lane meets the handler.
    pub(crate) fn concerns(&self, lane: LaneId, event: &Event) -> bool {
        (self.rules.after_echo.is_some() && matches!(event, Event::Echo(_))) || self.of(lane).is_some()
    }

    /// For how long the bot is silent after a message from the app.
    pub(crate) fn after_echo(&self) -> Option<Duration> {
        self.rules.after_echo
    }

    pub(crate) fn is_word(&self, message: &Message) -> bool {
        self.rules.is_word(message)
    }

    /// Takes notice of what has been written with a turn.
    pub(crate) fn learn(&self, writes: &[ValueWrite]) {
        for write in writes.iter().filter(|write| *write.space == *TAKEOVER_SPACE) {
            self.know(&write.key, write.body.as_ref());
        }
    }

    /// Takes notice of lanes that are gone.
    pub(crate) fn forget(&self, lanes: &[LaneId]) {
        let mut by_lane = self.lock();
        by_lane.retain(|lane, _| !lanes.contains(lane));
        self.count.store(by_lane.len(), Ordering::Relaxed);
    }

    fn know(&self, key: &str, body: Option<&Bytes>) {
        let Ok(lane) = i64::from_str_radix(key, 16).map(LaneId) else { return };
        let mut by_lane = self.lock();
        match body.and_then(|body| Pause::read(lane, body)) {
            Some(pause) => drop(by_lane.insert(lane, Arc::new(pause))),
            None => drop(by_lane.remove(&lane)),
        }
        self.count.store(by_lane.len(), Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LaneId, Arc<Pause>>> {
        self.by_lane.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a turn decides about who has the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Handing {
    /// These have it, for this long at most.
    Over(String, Duration),
    /// Somebody has answered by hand.
    Echo(Duration),
    /// The bot.
    Back,
}

/// The decision of one turn; the last one counts.
#[derive(Debug)]
pub(crate) struct TurnTakeover {
    lane: Option<LaneId>,
    deciding: Mutex<Deciding>,
}

#[derive(Debug)]
enum Deciding {
    /// The turn is over, or has no conversation.
    Closed,
    Open(Option<Handing>),
}

impl TurnTakeover {
    /// For a turn of this lane; without a home it decides nothing.
    pub(crate) fn new(home: Option<Home>) -> Self {
        let deciding = if home.is_some() { Deciding::Open(None) } else { Deciding::Closed };
        Self { lane: home.map(|home| home.lane), deciding: Mutex::new(deciding) }
    }

    pub(crate) fn lane(&self) -> Option<LaneId> {
        self.lane
    }

    /// Whether there is a turn that can take it along.
    pub(crate) fn set(&self, handing: Handing) -> bool {
        match &mut *self.lock() {
            Deciding::Closed => false,
            Deciding::Open(there) => {
                *there = Some(handing);
                true
            }
        }
    }

    /// Ends the turn.
    pub(crate) fn close(&self) -> Option<Handing> {
        match std::mem::replace(&mut *self.lock(), Deciding::Closed) {
            Deciding::Closed => None,
            Deciding::Open(handing) => handing,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Deciding> {
        self.deciding.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pause as it is kept.
#[derive(Serialize, Deserialize)]
struct Written {
    number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wa_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group_id: Option<String>,
    to: String,
    since: i64,
    until: i64,
    began: Arc<str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    held: Vec<WrittenTimer>,
}

#[derive(Serialize, Deserialize)]
struct WrittenTimer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    member: Option<i64>,
    name: String,
    kind: i64,
    body: Box<RawValue>,
}

#[derive(Serialize, Deserialize)]
struct WrittenMessage {
    at: i64,
    event: Box<RawValue>,
}

impl Pause {
    /// One that begins in this turn.
    pub(crate) fn new(
        lane: LaneId,
        event: &Queued,
        chat: ChatKey,
        to: String,
        since: Timestamp,
        until: Timestamp,
    ) -> Self {
        Self { chat, to, since, until, lane, began: missed_key(event), held: Vec::new() }
    }

    fn read(lane: LaneId, body: &[u8]) -> Option<Self> {
        let written: Written = serde_json::from_slice(body).ok()?;
        let who = Recipient {
            user_id: written.user_id.map(UserId::from),
            wa_id: written.wa_id.map(WaId::from),
            group_id: written.group_id.map(GroupId::from),
            ..Recipient::default()
        };
        let held = written.held.into_iter().map(|timer| Held {
            member: timer.member.map(PersonId),
            name: timer.name,
            kind: EventKind::from_code(timer.kind),
            body: Bytes::from(timer.body.get().to_owned()),
        });
        Some(Self {
            chat: ChatKey { number: PhoneNumberId::from(written.number), who },
            to: written.to,
            since: Timestamp::from_millis(written.since),
            until: Timestamp::from_millis(written.until),
            lane,
            began: written.began,
            held: held.collect(),
        })
    }

    /// How it is written down.
    pub(crate) fn write(&self, now: Timestamp) -> ValueWrite {
        let Recipient { user_id, wa_id, group_id, .. } = &self.chat.who;
        let held = self.held.iter().map(|timer| WrittenTimer {
            member: timer.member.map(|member| member.0),
            name: timer.name.clone(),
            kind: timer.kind.code(),
            body: raw(&timer.body),
        });
        let written = Written {
            number: self.chat.number.to_string(),
            user_id: user_id.as_ref().map(ToString::to_string),
            wa_id: wa_id.as_ref().map(ToString::to_string),
            group_id: group_id.as_ref().map(ToString::to_string),
            to: self.to.clone(),
            since: self.since.as_millis(),
            until: self.until.as_millis(),
            began: Arc::clone(&self.began),
            held: held.collect(),
        };
        write(self.lane, serde_json::to_vec(&written).ok().map(Bytes::from), now)
    }

    /// How it is taken away.
    pub(crate) fn remove(lane: LaneId, now: Timestamp) -> ValueWrite {
        write(lane, None, now)
    }

    /// What was said since it began, the first of it first.
    pub(crate) async fn read_missed(
        &self,
        store: &dyn Store,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Missed>, StoreError> {
        let (space, mut after, mut all) = (missed_space(self.lane), Arc::clone(&self.began), Vec::new());
        while all.len() < limit {
            let page = store.values(&space, Some(&after), PAGE, now).await?;
            all.extend(page.iter().filter_map(|value| Missed::read(&value.body)));
            match page.last() {
                Some(last) if page.len() == PAGE => after = Arc::clone(&last.key),
                _ => break,
            }
        }
        all.truncate(limit);
        Ok(all)
    }
}

/// Sorts as the events do. Their places alone may come again in another process.
fn missed_key(event: &Queued) -> Arc<str> {
    format!("{:013x}.{:016x}", event.received.as_millis(), event.seq.0).into()
}

fn write(lane: LaneId, body: Option<Bytes>, now: Timestamp) -> ValueWrite {
    ValueWrite {
        space: TAKEOVER_SPACE.into(),
        key: lane_key(lane),
        expected: Expected::Anything,
        body,
        expires_at: None,
        now,
    }
}

impl Missed {
    /// How what came in this lane is written down.
    pub(crate) fn writes(lane: LaneId, event: &Queued, now: Timestamp) -> Vec<ValueWrite> {
        let key = missed_key(event);
        if event.kind != EventKind::Bundle {
            return vec![Self::write(lane, key, event.received, &event.body, now)];
        }
        let bodies = Bundle::bodies(&event.body);
        let nth = |nth: usize| format!("{key}.{nth:02x}").into();
        let writes = bodies.iter().enumerate();
        writes.map(|(at, body)| Self::write(lane, nth(at), event.received, body, now)).collect()
    }

    fn write(lane: LaneId, key: Arc<str>, at: Timestamp, body: &[u8], now: Timestamp) -> ValueWrite {
        let written = WrittenMessage { at: at.as_millis(), event: raw(body) };
        ValueWrite {
            space: missed_space(lane),
            key,
            expected: Expected::Anything,
            body: serde_json::to_vec(&written).ok().map(Bytes::from),
            expires_at: Some(now + KEEP_MISSED),
            now,
        }
    }

    fn read(body: &[u8]) -> Option<Self> {
        let written: WrittenMessage = serde_json::from_slice(body).ok()?;
        match Event::read_shared(&Bytes::from(written.event.get().to_owned())) {
            Event::Message(message) => {
                Some(Self { at: Timestamp::from_millis(written.at), message: *message })
            }
            _ => None,
        }
    }
}
