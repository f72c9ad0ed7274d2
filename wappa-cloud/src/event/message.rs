//! A person's message.

use serde_json::value::RawValue;

use super::{
    commerce::{Order, Product},
    content::{Contact, Content, Location, Media, ReceivedReaction, Tapped},
    lax::{FromJson, facts},
    referral::{ContactOrigin, Referral},
    reply::FlowReply,
    system::MetaErrorItem,
};
use crate::{
    id::{GroupId, MessageId, ParentUserId, PhoneNumberId, UserId, WaId},
    raw::RawJson,
    recipient::Recipient,
    time::Timestamp,
};

/// A person's message (Meta: *messages webhook reference*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Message {
    /// Its id; empty where Meta left it out.
    pub id: MessageId,
    /// The number it came to.
    pub phone_number_id: Option<PhoneNumberId>,
    /// That number as Meta shows it.
    pub display_phone_number: Option<String>,
    /// Who wrote.
    pub from: Sender,
    /// The group it was written in.
    pub group_id: Option<GroupId>,
    /// When it was written, to the second.
    pub timestamp: Option<Timestamp>,
    /// What it contains.
    pub content: Content,
    /// What it refers to.
    pub context: Option<Context>,
    /// The ad or post that led the person here.
    pub referral: Option<Box<Referral>>,
    /// Why some of it is missing.
    pub errors: Vec<MetaErrorItem>,
    pub(super) raw: RawJson,
}

/// Who wrote: whatever Meta told. Any of it may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sender {
    /// The business-scoped user id.
    pub user_id: Option<UserId>,
    /// The parent business-scoped user id.
    pub parent_user_id: Option<ParentUserId>,
    /// The WhatsApp id, as Meta gave it.
    pub wa_id: Option<WaId>,
    /// The username.
    pub username: Option<String>,
    /// The profile name.
    pub name: Option<String>,
    /// A hash of the person's identity key, where the number checks identities.
    pub identity_key_hash: Option<String>,
}

impl From<&Sender> for Recipient {
    fn from(sender: &Sender) -> Self {
        Self { user_id: sender.user_id.clone(), wa_id: sender.wa_id.clone(), ..Self::default() }
    }
}

/// What a message refers to.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Context {
    /// The message it answers.
    pub id: Option<MessageId>,
    /// Who wrote that one.
    pub from: Option<WaId>,
    /// Who wrote that one, by the business-scoped user id.
    pub from_user_id: Option<UserId>,
    /// Who wrote that one, by the parent business-scoped user id.
    pub from_parent_user_id: Option<ParentUserId>,
    /// The product it asks about.
    pub product: Option<Product>,
    /// Whether it was passed on.
    pub forwarded: Forwarded,
}

/// Whether a message was passed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Forwarded {
    /// It is the sender's own.
    #[default]
    No,
    /// Up to five times.
    Yes,
    /// More than five times.
    Frequently,
}

facts! {
    struct RawContext {
        id: Option<MessageId>,
        from: Option<WaId>,
        from_user_id: Option<UserId>,
        from_parent_user_id: Option<ParentUserId>,
        product as "referred_product": Option<Product>,
        forwarded: Option<bool>,
        frequently_forwarded: Option<bool>,
    }
}

impl FromJson for Context {
    fn from_json(raw: &RawValue) -> Option<Self> {
        let raw = RawContext::from_json(raw)?;
        let forwarded = match (raw.frequently_forwarded, raw.forwarded) {
            (Some(true), _) => Forwarded::Frequently,
            (_, Some(true)) => Forwarded::Yes,
            _ => Forwarded::No,
        };
        Some(Self {
            id: raw.id,
            from: raw.from,
            from_user_id: raw.from_user_id,
            from_parent_user_id: raw.from_parent_user_id,
            product: raw.product,
            forwarded,
        })
    }
}

impl Message {
    /// The words of a text message.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(body) => Some(body),
            _ => None,
        }
    }

    /// What the person wrote with an image, a video or a document.
    pub fn caption(&self) -> Option<&str> {
        self.media()?.caption.as_deref()
    }

    /// What the person tapped: a reply button, a list row or a template's quick reply.
    pub fn tapped(&self) -> Option<Tapped<'_>> {
        match &self.content {
            Content::ButtonReply(tap) => Some(Tapped { id: &tap.id, title: &tap.title }),
            Content::ListReply(tap) => Some(Tapped { id: &tap.id, title: &tap.title }),
            Content::QuickReply(tap) => {
                Some(Tapped { id: tap.payload.as_deref().unwrap_or(&tap.text), title: &tap.text })
            }
            _ => None,
        }
    }

    /// The file of an image, video, audio, document or sticker message.
    pub fn media(&self) -> Option<&Media> {
        match &self.content {
            Content::Image(media)
            | Content::Video(media)
            | Content::Audio(media)
            | Content::Document(media)
            | Content::Sticker(media) => Some(media),
            _ => None,
        }
    }

    /// The place.
    pub fn location(&self) -> Option<&Location> {
        match &self.content {
            Content::Location(location) => Some(location),
            _ => None,
        }
    }

    /// The contact cards.
    pub fn contacts(&self) -> &[Contact] {
        match &self.content {
            Content::Contacts(contacts) => contacts,
            _ => &[],
        }
    }

    /// The emoji put on a message.
    pub fn reaction(&self) -> Option<&ReceivedReaction> {
        match &self.content {
            Content::Reaction(reaction) => Some(reaction),
            _ => None,
        }
    }

    /// The cart.
    pub fn order(&self) -> Option<&Order> {
        match &self.content {
            Content::Order(order) => Some(order),
            _ => None,
        }
    }

    /// The flow the person completed.
    pub fn flow_reply(&self) -> Option<&FlowReply> {
        match &self.content {
            Content::FlowReply(reply) => Some(reply),
            _ => None,
        }
    }

    /// The product the person asks about, from a catalog or as a message of its own.
    pub fn product(&self) -> Option<&Product> {
        match &self.content {
            Content::Product(product) => Some(product),
            _ => self.context.as_ref()?.product.as_ref(),
        }
    }

    /// The ad or post that led the person here.
    pub fn referral(&self) -> Option<&Referral> {
        self.referral.as_deref()
    }

    /// Why the person sent contact cards.
    pub fn contact_origin(&self) -> Option<ContactOrigin> {
        let Content::Contacts(_) = &self.content else { return None };
        self.raw.member("origin")
    }

    /// The message this one answers: a quoted one, or the one whose button was tapped.
    pub fn reply_to(&self) -> Option<&MessageId> {
        self.context.as_ref()?.id.as_ref()
    }

    /// Whether it was passed on.
    pub fn forwarded(&self) -> Forwarded {
        self.context.as_ref().map_or(Forwarded::No, |context| context.forwarded)
    }

    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}
