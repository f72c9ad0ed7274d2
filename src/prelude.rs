//! What a first bot needs: `use wappa::prelude::*;`

pub use serde::{Deserialize, Serialize};
pub use wappa_cloud::{
    AccountUpdate, AppContact, Audio, Button, Buttons, Call, Choice, ContactCard, Contacts, Content, CtaUrl,
    Document, Echo, GroupUpdate, Handover, History, Image, List, Location, Media, Message, MessageId,
    MetaError, Order, PhoneNumber, PhoneNumberId, Preference, Reaction, Recipient, Referral, Row, Signal,
    Standby, Status, StatusState, Sticker, System, Template, TemplateButton, TemplateUpdate, Unknown, UserId,
    Video, WaId, button, row, text,
};
pub use wappa_core::{
    Error, ErrorKind, Result,
    chat::Chat,
    dialogue::{Dialogue, Next, Talk},
    handler::{EventHandler, TurnFailed},
    happening::{ChatKey, Consent, Custom, Expired, External, FailedMessage, SentMessage, Timer},
    messenger::{Messenger, User},
    outbox::{CredentialsLost, Outgoing, Receipt},
    router::{
        Args, Argument, Choices, FlowReply, Help, Payload, Received, Rest, Router, State, Tapped, Text, Told,
        layers::{KeepTyping, MarkRead, ShowTyping},
    },
    session::{Session, SessionRule},
    shared::{Shared, Table},
    takeover::{Resumed, Takeover},
};

#[cfg(feature = "texts")]
pub use wappa_core::{
    t,
    texts::{Lang, Texts},
};
#[cfg(feature = "macros")]
pub use wappa_macros::{Argument, Choices, Payload, command, commands, conversation};

pub use crate::{Bot, BotHandle, NumberConfig, StoreChoice, Wappa};
