//! Every kind of event reaches its method, in the lane of whom it is about.

use std::{fs, path::Path, sync::atomic::Ordering};

use axum::http::StatusCode;
use tokio::sync::mpsc;
use wappa::{
    cloud::{
        AccountUpdate, AppContact, Call, Echo, GroupUpdate, Handover, History, MetaError, Preference, Signal,
        Standby, Status, System, TemplateUpdate, Unknown,
    },
    prelude::*,
};

use crate::{
    stage::{Place, Stage},
    with_either_store,
};

with_either_store!(every_kind_reaches_its_method, what_names_nobody_is_kept);

/// Tells the test which method was called, and in whose chat.
struct Kinds(mpsc::UnboundedSender<String>);

impl Kinds {
    fn heard(&self, what: &str) {
        self.0.send(what.to_owned()).ok();
    }

    fn of(&self, what: &str, chat: &Chat) {
        let user = chat.user();
        let who = user.user_id().or(user.wa_id());
        self.heard(&format!("{what} of {}", who.unwrap_or("nobody")));
    }
}

impl EventHandler for Kinds {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        self.of("message", &chat);
        Ok(())
    }

    async fn on_status(&self, chat: Chat, _: Status) -> Result {
        self.of("status", &chat);
        Ok(())
    }

    async fn on_system(&self, chat: Chat, _: System) -> Result {
        self.of("system", &chat);
        Ok(())
    }

    async fn on_meta_error(&self, _: Messenger, _: MetaError) -> Result {
        self.heard("error");
        Ok(())
    }

    async fn on_template(&self, _: Messenger, _: TemplateUpdate) -> Result {
        self.heard("template");
        Ok(())
    }

    async fn on_account(&self, _: Messenger, _: AccountUpdate) -> Result {
        self.heard("account");
        Ok(())
    }

    async fn on_call(&self, chat: Chat, _: Call) -> Result {
        self.of("call", &chat);
        Ok(())
    }

    async fn on_group(&self, _: Chat, _: GroupUpdate) -> Result {
        self.heard("group");
        Ok(())
    }

    async fn on_echo(&self, chat: Chat, _: Echo) -> Result {
        self.of("echo", &chat);
        Ok(())
    }

    async fn on_history(&self, _: Messenger, _: History) -> Result {
        self.heard("history");
        Ok(())
    }

    async fn on_app_contact(&self, _: Messenger, _: AppContact) -> Result {
        self.heard("app contact");
        Ok(())
    }

    async fn on_preference(&self, chat: Chat, _: Preference) -> Result {
        self.of("preference", &chat);
        Ok(())
    }

    async fn on_signal(&self, _: Messenger, _: Signal) -> Result {
        self.heard("signal");
        Ok(())
    }

    async fn on_handover(&self, chat: Chat, _: Handover) -> Result {
        self.of("handover", &chat);
        Ok(())
    }

    async fn on_standby(&self, chat: Chat, _: Standby) -> Result {
        self.of("standby", &chat);
        Ok(())
    }

    async fn on_unknown(&self, _: Messenger, _: Unknown) -> Result {
        self.heard("unknown");
        Ok(())
    }
}

async fn stage(place: &Place) -> (Stage, mpsc::UnboundedReceiver<String>) {
    let (heard, hears) = mpsc::unbounded_channel();
    // Messages are to be heard also after somebody has answered by hand.
    let takeover = Takeover::new().ignore_echoes();
    (Stage::building(Kinds(heard), place, |bot| bot.takeover(takeover)).await, hears)
}

/// A sample as if it had been sent to the stage's number.
fn sample(stage: &Stage, name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wappa-cloud/tests/samples");
    let body = fs::read_to_string(folder.join(name).with_extension("json")).expect("a sample");
    let business = stage.business();
    body.replace("106540352242922", business.phone_number_id.as_str())
        .replace("102290129340398", business.waba_id.as_str())
}

async fn every_kind_reaches_its_method(place: Place) {
    let (stage, mut hears) = stage(&place).await;
    let ann = "of US.13491208655302741918";
    let expected = [
        ("message_order", vec![format!("message {ann}")]),
        ("status_read", vec![format!("status {ann}")]),
        ("errors", vec!["error".into()]),
        ("template_paused", vec!["template".into()]),
        ("flow_latency", vec!["account".into()]),
        ("security_pin_changed", vec!["account".into()]),
        ("call_offered", vec![format!("call {ann}")]),
        ("call_status_ringing", vec![format!("call {ann}")]),
        ("group_settings", vec!["group".into()]),
        ("group_create_failed", vec!["group".into()]),
        ("echo_text", vec![format!("echo {ann}")]),
        ("history_chunk", vec!["history".into()]),
        ("history_media", vec!["history".into()]),
        ("app_contact_added", vec!["app contact".into()]),
        ("user_preference_stop", vec![format!("preference {ann}")]),
        ("automatic_lead", vec!["signal".into()]),
        ("handover_passed", vec![format!("handover {ann}")]),
        ("unknown_tracking_events", vec!["unknown".into()]),
        ("message_changed_user_id", vec!["system of US.2".into()]),
        ("message_changed_user_id_without_sender", vec!["system of MX.2".into()]),
    ];
    for (name, expected) in expected {
        assert_eq!(stage.post(sample(&stage, name)).await, StatusCode::OK, "{name}");
        for event in expected {
            assert_eq!(hears.recv().await, Some(event), "{name}");
        }
    }
    assert!(hears.try_recv().is_err());
    let handle = stage.bot.handle();
    assert_eq!(handle.counts().problems.load(Ordering::Relaxed), 1, "the field nobody documents");
}

async fn what_names_nobody_is_kept(place: Place) {
    let (stage, mut hears) = stage(&place).await;
    let mut body: serde_json::Value = serde_json::from_str(&sample(&stage, "call_offered")).expect("JSON");
    let value = &mut body["entry"][0]["changes"][0]["value"];
    value["contacts"] = serde_json::Value::Null;
    for key in ["from", "from_user_id"] {
        value["calls"][0][key] = serde_json::Value::Null;
    }
    assert_eq!(stage.post(body.to_string()).await, StatusCode::OK);
    assert_eq!(hears.recv().await.as_deref(), Some("unknown"));
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").kept, 1);
}
