//! Routes for events other than messages: one method for each kind.

use wappa_cloud::ItemKind;

use super::{Arguments, Handler, Occasion, Router, entry};

macro_rules! kinds {
    ($($method:ident, $kind:ident, $type:ident, $what:literal;)*) => {
        impl Router {$(
            #[doc = concat!("What to do about this: ", $what, " Takes [`", stringify!($type), "`](wappa_cloud::", stringify!($type), ").")]
            #[track_caller]
            pub fn $method<F: Handler<A>, A: Arguments + 'static>(self, handler: F) -> Self {
                self.event(Occasion::Event(ItemKind::$kind), entry(handler))
            }
        )*}
    };
}

kinds! {
    on_status, Status, Status, "a message of ours was sent, delivered, read, played or failed.";
    on_system, System, System, "a person changed their number or identity.";
    on_meta_error, MetaError, MetaError, "Meta reports an error that belongs to no single message; there is no chat.";
    on_template, Template, TemplateUpdate, "a message template was approved, rejected, paused, edited, or is of another category or quality; there is no chat.";
    on_account, Account, AccountUpdate, "something about the account, a number, a flow or a partner: alerts, reviews, bans, limits, names, security; there is no chat.";
    on_call, Call, Call, "a call: it comes in, is connected, rings, is over, or what was said can be read.";
    on_group, Group, GroupUpdate, "a group was made, changed, suspended or deleted, or people joined or left.";
    on_echo, Echo, Echo, "the business wrote to a person by another way than this bot, such as from the WhatsApp Business app.";
    on_history, History, History, "a part of what was said before the number came here. Nothing to answer.";
    on_app_contact, AppContact, AppContact, "a contact in the WhatsApp Business app was added, changed or removed; there is no chat.";
    on_preference, Preference, Preference, "a person wants, or no longer wants, marketing messages.";
    on_signal, Signal, Signal, "Meta noticed something of a person's way from an advertisement: a tapped link, a lead, a purchase; there is no chat.";
    on_handover, Handover, Handover, "the conversation was passed to this app or taken from it.";
    on_standby, Standby, Standby, "something was said while another app has the conversation. Nothing to answer.";
    on_unknown, Unknown, Unknown, "something this version has no type for; there is no chat.";
}
