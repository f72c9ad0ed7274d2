//! What a message contains besides words, by the name of the draft that sends the like.

use std::ops::Deref;

use wappa_cloud::{
    Audio, Contact, Contacts, Content, Document, Draft, DraftError, Image, IntoDraft, Location, Media,
    Reaction, ReceivedReaction, Sticker, Video,
};

use super::Look;
use crate::router::{
    seen::{Miss, Seen},
    turn::Turn,
};

/// What a person has sent, by the name of the draft one would send the like with: `Received<Image>`, and so with
/// `Audio`, `Video`, `Document`, `Sticker`, `Location`, `Contacts` and `Reaction`. Media and places go back as they are.
///
/// ```
/// use wappa_cloud::Image;
/// use wappa_core::{Result, chat::Chat, router::{Received, Router}};
///
/// async fn picture(chat: Chat, Received(picture): Received<Image>) -> Result {
///     let bytes = chat.download(&picture).await?;
///     chat.say(format!("{} bytes, and you say: {:?}", bytes.len(), picture.caption)).await?;
///     Ok(())
/// }
/// # let _ = Router::new().on(picture);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received<K: Receivable>(pub K::Content);

/// Drafts whose like a person can send.
#[diagnostic::on_unimplemented(
    message = "nobody can send a `{Self}`",
    note = "what can be received: `Image`, `Audio`, `Video`, `Document`, `Sticker`, `Location`, `Contacts`, `Reaction`"
)]
pub trait Receivable {
    /// What a person has sent.
    type Content: Send;

    /// Why there is none.
    #[doc(hidden)]
    const NOT: &'static str;

    /// What the message contains, if it is this.
    fn received(content: &Content) -> Option<&Self::Content>;
}

impl<K: Receivable<Content: Clone>> Look for Received<K> {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        let content = turn.message().and_then(|message| K::received(&message.content));
        content.cloned().map(Self).ok_or_else(|| Miss::skip(K::NOT))
    }
}

impl<K: Receivable> Deref for Received<K> {
    type Target = K::Content;

    fn deref(&self) -> &K::Content {
        &self.0
    }
}

macro_rules! receivable {
    ($($name:ident $content:ty, $not:literal;)*) => {$(
        impl Receivable for $name {
            type Content = $content;

            const NOT: &'static str = $not;

            fn received(content: &Content) -> Option<&$content> {
                match content {
                    Content::$name(content) => Some(content),
                    _ => None,
                }
            }
        }
    )*};
}

receivable! {
    Image Media, "it is no picture";
    Video Media, "it is no film";
    Audio Media, "it is no recording";
    Document Media, "it is no document";
    Sticker Media, "it is no sticker";
    Location Location, "it is no place";
    Contacts Vec<Contact>, "it holds no contact cards";
    Reaction ReceivedReaction, "it is no reaction";
}

macro_rules! sent_back {
    ($($name:ident)*) => {$(
        impl IntoDraft for Received<$name> {
            fn into_draft(self) -> Result<Draft, DraftError> {
                $name::id(self.0.id).into_draft()
            }
        }
    )*};
}

sent_back! { Image Video Audio Document Sticker }

impl IntoDraft for Received<Location> {
    fn into_draft(self) -> Result<Draft, DraftError> {
        self.0.into_draft()
    }
}

impl IntoDraft for Received<Contacts> {
    fn into_draft(self) -> Result<Draft, DraftError> {
        Contacts::new(self.0).into_draft()
    }
}

/// A file of whichever kind.
#[diagnostic::do_not_recommend]
impl Look for Media {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        let media = turn.message().and_then(|message| message.media());
        media.cloned().ok_or_else(|| Miss::skip("there is no file in it"))
    }
}

/// A place.
#[diagnostic::do_not_recommend]
impl Look for Location {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        Received::<Self>::look(turn).map(|Received(place)| place)
    }
}
