//! Who takes the webhooks: the bot, and the other apps that were connected or that named an address.

use std::collections::HashMap;
use std::sync::Arc;

use crate::sink::{HttpSink, WebhookSink};
use crate::world::{Lane, Webhook};

/// The sinks of an emulator; gone with the process.
#[derive(Default)]
pub(crate) struct Sinks {
    bot: Option<Arc<dyn WebhookSink>>,
    apps: HashMap<String, Arc<dyn WebhookSink>>,
}

impl Sinks {
    pub(crate) fn connect(&mut self, sink: Arc<dyn WebhookSink>) {
        self.bot = Some(sink);
    }

    pub(crate) fn connect_app(&mut self, app: &str, sink: Arc<dyn WebhookSink>) {
        self.apps.insert(app.to_owned(), sink);
    }

    pub(crate) fn close(&mut self) {
        self.bot = None;
        self.apps.clear();
    }

    /// Who takes this webhook. Another app that wasn't connected is reached over HTTP, where its webhooks say.
    pub(crate) fn of(&mut self, webhook: &Webhook) -> Option<Arc<dyn WebhookSink>> {
        let Lane::App { app, .. } = &webhook.lane else { return self.bot.clone() };
        if let Some(sink) = self.apps.get(app) {
            return Some(Arc::clone(sink));
        }
        let sink: Arc<dyn WebhookSink> = Arc::new(HttpSink::new(webhook.callback.as_deref()?).ok()?);
        self.apps.insert(app.clone(), Arc::clone(&sink));
        Some(sink)
    }

    /// Who asks the addresses that an app names.
    pub(crate) fn asks(&self, app: Option<&str>) -> Option<Arc<dyn WebhookSink>> {
        app.and_then(|app| self.apps.get(app)).or(self.bot.as_ref()).cloned()
    }
}
