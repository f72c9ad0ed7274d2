//! Whether a well-formed message may go to this person now, and whether it will arrive.

use serde_json::Value;

use super::recipient::{Addressed, By};
use super::{fields, send};
use crate::config::ClosedWindow;
use crate::world::action::Action;
use crate::world::content::Content;
use crate::world::fault::{FaultKind, Target};
use crate::world::model::{ChatKey, Failure, Number, Person, Window};
use crate::world::refusal::Refusal;
use crate::world::standing::{Ability, Experiment, PhoneApp, Registration};
use crate::world::{DAY, World};

/// What becomes of an accepted message.
pub(super) enum Fate {
    Arrives,
    /// It is sent, and the phone never gets it.
    Hangs,
    Fails(Failure),
    Vanishes,
}

/// A send as far as permission depends on it.
pub(super) struct Asked<'a> {
    pub(super) to: &'a Addressed,
    /// Absent for a reaction.
    pub(super) content: Option<&'a Content>,
    pub(super) chat: &'a ChatKey,
}

impl Asked<'_> {
    fn template(&self) -> Option<&str> {
        match self.content {
            Some(Content::Template(template)) => Some(&template.category),
            _ => None,
        }
    }

    fn is_marketing(&self) -> bool {
        self.template() == Some("marketing")
    }

    /// Whether the window matters: a request to call may stand outside it like a template.
    fn needs_window(&self) -> bool {
        self.template().is_none()
    }
}

/// Refuses everything a number in trouble asks for.
pub(super) fn check_standing(number: &Number) -> Result<(), Refusal> {
    if number.standing.registration != Registration::Registered {
        return Err(Refusal::new(
            133_010,
            "The account does not exist in the Cloud API: register the number.",
        ));
    }
    match number.standing.trouble {
        Some(trouble) => Err(Refusal::new(trouble.code(), "This number is in trouble in the emulator.")),
        None => Ok(()),
    }
}

impl World {
    /// What Meta says at once.
    pub(super) fn permit(
        &mut self,
        now: i64,
        number: &Number,
        body: &Value,
        asked: &Asked<'_>,
    ) -> Result<Fate, Refusal> {
        let (standing, person) = (&number.standing, &asked.to.person);
        if standing.allow_list.as_ref().is_some_and(|list| !list.contains(&person.id)) {
            return Err(Refusal::new(131_030, "Recipient phone number not in allowed list"));
        }
        if standing.restricted_countries.contains(&person.country) {
            return Err(Refusal::new(
                130_497,
                format!("Business account is restricted from messaging users in {}.", person.country),
            ));
        }
        if let Some(hash) =
            fields::maybe(&body["recipient_identity_key_hash"], "recipient_identity_key_hash")?
            && person.attitude.identity_hash.as_deref() != Some(&hash)
        {
            return Err(Refusal::new(137_000, "The identity key hash doesn't match the recipient's."));
        }
        if asked.to.by == By::UserId && asked.template() == Some("authentication") {
            return Err(Refusal::new(131_062, "Authentication templates need a phone number."));
        }
        if asked.is_marketing() && standing.marketing == Ability::Off {
            return Err(Refusal::new(131_063, "Marketing templates are switched off for the Cloud API."));
        }
        if let Some(Content::Interactive(interactive)) = asked.content {
            self.check_action(now, asked.chat, &interactive.action)?;
        }
        let window = self.state.chat(asked.chat).map_or(Window::Closed, |chat| chat.window(now));
        let closed = window == Window::Closed && asked.needs_window();
        if closed && self.rules.closed_window == ClosedWindow::Refused {
            return Err(send::re_engagement());
        }
        if window == Window::Closed
            && asked.template().is_some()
            && !self.pace.reach(standing.tier.people(), asked.chat, now)
        {
            return Err(Refusal::new(
                131_048,
                "Message failed to send because the messaging limit of this number is reached: too many people were \
                 written to first within 24 hours.",
            ));
        }
        self.pace.take(self.rules.pacing, standing.throughput, asked.chat, now)?;
        Ok(self.fate(now, number, person, asked, closed))
    }

    /// What depends on what was asked before: calls and orders.
    fn check_action(&self, now: i64, chat: &ChatKey, action: &Action) -> Result<(), Refusal> {
        match action {
            Action::CallPermission if self.call_permission(now, chat).0 == "permanent" => {
                Err(Refusal::new(138_017, "The user has permitted calls for good."))
            }
            Action::CallPermission if !self.may_ask_to_call(now, chat) => {
                Err(Refusal::new(138_009, "Permission may be asked for once a day and twice a week."))
            }
            Action::OrderStatus { reference_id, status, .. } => {
                let before = self.order_status(chat, reference_id);
                match (before.as_deref(), status.as_str()) {
                    (Some("completed" | "shipped"), "canceled") => {
                        Err(Refusal::new(2_047, "The order can't be cancelled any more."))
                    }
                    (Some("completed" | "canceled"), _) => {
                        Err(Refusal::new(2_046, "The order can't go from its status to this one."))
                    }
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn order_status(&self, chat: &ChatKey, reference: &str) -> Option<String> {
        let messages = &self.state.chat(chat)?.messages;
        messages.iter().rev().find_map(|message| match &message.content {
            Content::Interactive(asked) => match &asked.action {
                Action::OrderStatus { reference_id, status, .. } if reference_id == reference => {
                    Some(status.clone())
                }
                _ => None,
            },
            _ => None,
        })
    }

    /// What Meta says afterwards.
    fn fate(&mut self, now: i64, number: &Number, person: &Person, asked: &Asked<'_>, closed: bool) -> Fate {
        let fails = |code, details: &str| Fate::Fails(send::failure(&Refusal::new(code, details)));
        if closed {
            return match self.rules.closed_window {
                ClosedWindow::Silent => Fate::Vanishes,
                _ => Fate::Fails(send::failure(&send::re_engagement())),
            };
        }
        let media = asked.content.is_some_and(Content::is_file);
        let code = self.faults.take(now, Target::Call { path: "messages", sends: true }, |kind| match kind {
            FaultKind::FailDelivery { code } => Some(*code),
            FaultKind::FailMedia if media => Some(131_053),
            _ => None,
        });
        if let Some(code) = code {
            return fails(code, "This was asked for: a fault is active in the emulator.");
        }
        let attitude = &person.attitude;
        let plain = asked.content.is_none_or(|content| !content.is_interactive());
        match attitude.app {
            PhoneApp::Missing => {
                return fails(131_026, "Message undeliverable: the recipient is not on WhatsApp.");
            }
            PhoneApp::Old if !plain => {
                return fails(131_026, "Message undeliverable: the recipient's WhatsApp is too old for it.");
            }
            _ => {}
        }
        if asked.is_marketing() {
            if attitude.stopped_marketing.contains(&number.waba_id) {
                return fails(
                    131_050,
                    "The user has chosen to stop receiving marketing messages from this business.",
                );
            }
            if attitude.experiment == Experiment::Inside {
                return fails(130_472, "The user's number is part of an experiment.");
            }
            if number.standing.marketing_cap.is_some_and(|cap| self.marketing_of(asked.chat, now) >= cap) {
                return fails(
                    131_049,
                    "This message was not delivered to maintain healthy ecosystem engagement.",
                );
            }
        }
        if attitude.blocks.contains(&number.id) { Fate::Hangs } else { Fate::Arrives }
    }

    /// How many marketing templates reached a person in the last 24 hours.
    fn marketing_of(&self, chat: &ChatKey, now: i64) -> u32 {
        let messages = self.state.chat(chat).map_or(&[][..], |chat| &chat.messages);
        let recent = messages.iter().rev().take_while(|message| message.at > now - DAY);
        let marketing = recent.filter(|message| {
            matches!(&message.content, Content::Template(template) if template.category == "marketing")
                && message.error.is_none()
        });
        u32::try_from(marketing.count()).unwrap_or(u32::MAX)
    }
}
