//! What comes with a message or from a form: completed flows, orders, addresses, and the ad that led here.

use std::ops::Deref;

use serde::de::DeserializeOwned;
use wappa_cloud::{AddressReply, CallPermissionReply, Content, Order, Product, Referral};

use super::Look;
use crate::router::{
    seen::{Miss, Seen},
    turn::Turn,
};

/// A completed flow whose answer reads as a `T`.
///
/// Where several flows are about, tell them apart by types that fit one alone; another one's answer is left to the
/// next route.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowReply<T>(pub T);

impl<T> Deref for FlowReply<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + Send> Look for FlowReply<T> {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        let reply = turn.message().and_then(|message| message.flow_reply());
        let reply = reply.ok_or_else(|| Miss::skip("it is no completed flow"))?;
        reply.response().map(Self).map_err(|_| Miss::is_no::<T>("the flow's answer"))
    }
}

/// The ad or post that led here.
#[diagnostic::do_not_recommend]
impl Look for Referral {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        let referral = turn.message().and_then(|message| message.referral.as_deref());
        referral.cloned().ok_or_else(|| Miss::skip("no ad led here"))
    }
}

macro_rules! contents {
    ($($type:ident $variant:ident, $not:literal;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Look for $type {
            fn look(turn: &Turn<'_>) -> Seen<Self> {
                match turn.message().map(|message| &message.content) {
                    Some(Content::$variant(content)) => Ok(content.clone()),
                    _ => Err(Miss::skip($not)),
                }
            }
        }
    )*};
}

contents! {
    Order Order, "it is no order";
    Product Product, "it asks about no product";
    AddressReply Address, "it is no address";
    CallPermissionReply CallPermission, "it says nothing of calls";
}
