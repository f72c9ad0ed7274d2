//! Apps beside those the numbers belong to. Whoever is subscribed to an account hears of it: at addresses of its own, signed
//! with its own secret, whether or not the others take theirs.

use serde_json::{Value, json};
use wappa_cloud::WabaId;

use super::World;
use super::change::Change;
use super::handover::{HANDOVERS, STANDBY};
use super::model::Number;
use super::outbox::{Lane, Webhook};

/// Who owns conversations that were handed over, where no other app is known.
const SOMEBODY: &str = "900000000000001";

/// An app that is not the one of a number.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) secret: String,
    pub(crate) token: String,
}

impl App {
    fn read(node: &Value) -> Option<Self> {
        let text = |name: &str| node[name].as_str().map(str::to_owned);
        Some(Self { id: text("id")?, name: text("name")?, secret: text("secret")?, token: text("token")? })
    }

    fn proves(&self, token: &str) -> bool {
        self.token == token || token == format!("{}|{}", self.id, self.secret)
    }
}

/// Whether an app hears of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subscription {
    On,
    Off,
}

/// What signs the webhooks of a lane.
pub(crate) struct Signer {
    pub(crate) number: Number,
    pub(crate) secret: String,
}

/// Where the records of an app about something are kept; `None` is the app that the number belongs to.
pub(crate) fn scoped(app: Option<&App>, id: &str) -> String {
    app.map_or_else(|| id.to_owned(), |app| format!("{id}/{}", app.id))
}

impl World {
    /// Makes an app that is subscribed to this account.
    pub(crate) fn add_app(&mut self, name: &str, waba: &WabaId) -> App {
        let app = App {
            id: self.mint.node_id(),
            name: name.to_owned(),
            secret: self.mint.app_secret(),
            token: self.mint.access_token(),
        };
        let node = json!({"id": app.id, "name": app.name, "secret": app.secret, "token": app.token});
        self.keep_node("app", "", &app.id, node);
        self.subscribe(Some(&app), waba.as_str(), Subscription::On);
        app
    }

    /// Has an app hear of an account from now on, or no longer. The app that a number belongs to hears until it says otherwise,
    /// any other only after it asked to.
    pub(super) fn subscribe(&mut self, app: Option<&App>, waba: &str, subscription: Subscription) {
        let on = subscription == Subscription::On;
        match app {
            None => self.keep_record(waba, "unsubscribed", (!on).then(|| json!({"off": true}))),
            Some(_) => self.keep_record(&scoped(app, waba), "subscribed", on.then(|| json!({"on": true}))),
        }
    }

    /// Whether an app hears of an account; `None` is the one a number belongs to.
    pub(super) fn is_subscribed(&self, app: Option<&App>, waba: &str) -> bool {
        match app {
            None => self.record(waba, "unsubscribed")["off"] != true,
            Some(_) => self.record(&scoped(app, waba), "subscribed")["on"] == true,
        }
    }

    /// The apps beside those of the numbers, by id.
    pub(crate) fn apps(&self) -> Vec<App> {
        self.nodes("app", "").iter().filter_map(App::read).collect()
    }

    /// The app of this id.
    pub(crate) fn app(&self, id: &str) -> Option<App> {
        App::read(&self.record(id, "node")).filter(|_| self.record(id, "node")["kind"] == "app")
    }

    /// Whose token it is, if it is no number's.
    pub(crate) fn app_of(&self, token: Option<&str>) -> Option<App> {
        self.apps().into_iter().find(|app| token.is_some_and(|token| app.proves(token)))
    }

    /// The other apps that are subscribed to an account.
    pub(super) fn subscribed_to(&self, waba: &str) -> Vec<App> {
        self.apps().into_iter().filter(|app| self.is_subscribed(Some(app), waba)).collect()
    }

    /// The app that has what was handed over.
    pub(super) fn escalation(&self, waba: &str) -> String {
        self.subscribed_to(waba).into_iter().next().map_or_else(|| SOMEBODY.to_owned(), |app| app.id)
    }

    /// What signs the webhooks of a lane.
    pub(crate) fn signs(&self, lane: &Lane) -> Option<Signer> {
        let number = self.signer(lane)?.clone();
        let secret = match lane {
            Lane::App { app, .. } => self.app(app)?.secret,
            _ => number.app_secret.clone(),
        };
        Some(Signer { number, secret })
    }

    /// Tells the other apps what the bot is told. Faults are the bot's alone.
    pub(super) fn tell_other_apps(&mut self, number: &Number, told: &Webhook) {
        if ![HANDOVERS, STANDBY].contains(&told.topic.field()) {
            self.tell_apps(number, told);
        }
    }

    /// Puts a webhook in the lanes of the other apps that hear its field.
    pub(super) fn tell_apps(&mut self, number: &Number, told: &Webhook) {
        let field = told.topic.field();
        for app in self.subscribed_to(number.waba_id.as_str()) {
            if !self.listens(&app.id, field) {
                continue;
            }
            let webhook = Webhook {
                n: self.state.outbox.next_number(),
                lane: Lane::App { app: app.id.clone(), of: Box::new(told.lane.clone()) },
                callback: self.callback_for(Some(&app), number, field),
                summary: format!("to {}: {}", app.name, told.summary),
                ..told.clone()
            };
            self.put(Change::Webhook { webhook });
        }
    }
}
