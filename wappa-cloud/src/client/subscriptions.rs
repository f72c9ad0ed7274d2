//! Who hears the webhooks: which fields an app hears, and which apps an account tells (Meta: *Webhooks, Subscriptions*).
//! Where one number's webhooks go is in `numbers`.
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::{AccessToken, WabaId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"success":true}"#), (200, r#"{"data":[{"whatsapp_business_api_data":{"id":"67084829086449","link":"https://www.facebook.com/games/?app_id=67084829086449","name":"Shop bot"}}]}"#)]);
//! let (token, waba) = (AccessToken::new("EAAG…"), WabaId::from("102290129340398"));
//! let subscriptions = graph.subscriptions(&token, &waba);
//! subscriptions.subscribe().await?;
//! assert_eq!(subscriptions.list().await?.len(), 1);
//! # Ok(())
//! # }
//! ```

use serde_json::Value;

use super::{
    Graph, GraphError,
    node::{Node, fields},
    numbers::CallbackOverride,
    open::answers,
};
use crate::{
    id::{AppId, WabaId},
    secret::{AccessToken, VerifyToken},
};

/// The apps that an account tells.
#[derive(Clone, Copy)]
pub struct Subscriptions<'a>(Node<'a>);

/// The fields that an app hears.
#[derive(Clone, Copy)]
pub struct AppSubscriptions<'a>(Node<'a>);

answers! {
    /// An app that an account tells.
    pub struct SubscribedApp {
        /// The app.
        whatsapp_business_api_data: Option<AppName>,
        /// Where it is told instead of at the app's address.
        override_callback_uri: Option<String>,
    }

    /// An app by id and name.
    pub struct AppName {
        /// Its id.
        id: AppId,
        /// Its name.
        name: Option<String>,
        /// Its page.
        link: Option<String>,
    }

    /// What an app hears of one kind of object.
    pub struct AppSubscription {
        /// The kind, like `whatsapp_business_account`.
        object: Option<String>,
        /// Where it is told.
        callback_url: Option<String>,
        /// Whether it is told at all.
        active: Option<bool>,
        /// The fields.
        fields: Vec<Value>,
    }
}

answers! {
    /// A list that has no pages.
    struct Apps {
        data: Vec<SubscribedApp>,
    }

    /// A list that has no pages.
    struct Heard {
        data: Vec<AppSubscription>,
    }
}

impl Graph {
    /// The apps that an account tells.
    pub fn subscriptions<'a>(&'a self, token: &'a AccessToken, waba: &'a WabaId) -> Subscriptions<'a> {
        Subscriptions(Node::new(self, token, waba.as_str()))
    }

    /// The fields that an app hears. `token` is the app's own: `{app-id}|{app-secret}`.
    pub fn app_subscriptions<'a>(&'a self, token: &'a AccessToken, app: &'a AppId) -> AppSubscriptions<'a> {
        AppSubscriptions(Node::new(self, token, app.as_str()))
    }
}

impl Subscriptions<'_> {
    /// Which apps it tells.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn list(self) -> Result<Vec<SubscribedApp>, GraphError> {
        Ok(self.0.get("subscribed_apps").answer::<Apps>().await?.data)
    }

    /// Tells the app that the token belongs to, at the app's address. Also ends an override.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn subscribe(self) -> Result<(), GraphError> {
        self.0.post("subscribed_apps").done().await
    }

    /// Tells the app at another address. The app must be subscribed already (code 100).
    ///
    /// # Errors
    /// The address did not answer Meta's handshake, Meta refused it for another reason, or no answer came.
    pub async fn subscribe_at(self, callback: &CallbackOverride) -> Result<(), GraphError> {
        self.0.post("subscribed_apps").json(callback).checked(callback.check()).done().await
    }

    /// Tells the app no longer.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn unsubscribe(self) -> Result<(), GraphError> {
        self.0.delete("subscribed_apps").done().await
    }
}

impl AppSubscriptions<'_> {
    /// What it hears, of all kinds of objects.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn list(self) -> Result<Vec<AppSubscription>, GraphError> {
        Ok(self.0.get("subscriptions").answer::<Heard>().await?.data)
    }

    /// Hears these fields of WhatsApp accounts at this address, instead of those it heard before. Meta asks the address
    /// for the token at once.
    ///
    /// # Errors
    /// The address did not answer Meta's handshake, Meta refused it for another reason, or no answer came.
    pub async fn subscribe(
        self,
        callback_url: &str,
        token: &VerifyToken,
        names: &[&str],
    ) -> Result<(), GraphError> {
        let names = names.join(",");
        let form = fields([
            ("object", Some("whatsapp_business_account")),
            ("callback_url", Some(callback_url)),
            ("verify_token", Some(token.expose())),
            ("fields", Some(&names)),
        ]);
        self.0.post("subscriptions").form(form).done().await
    }

    /// Hears WhatsApp accounts no longer.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn unsubscribe(self) -> Result<(), GraphError> {
        self.0.delete("subscriptions").query("object", "whatsapp_business_account").done().await
    }
}
