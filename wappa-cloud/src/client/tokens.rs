//! Tokens: what one is worth, and how the code of an embedded signup becomes one (Meta: *Access tokens*; *Embedded
//! signup*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::{AccessToken, AppId, AppSecret};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"data":{"app_id":"1","type":"SYSTEM_USER","is_valid":true,"expires_at":0,"scopes":["whatsapp_business_messaging"]}}"#), (200, r#"{"access_token":"EAAG-new","token_type":"bearer"}"#)]);
//! let (token, app, secret) = (AccessToken::new("EAAG…"), AppId::from("67084829086449"), AppSecret::new("…"));
//! let told = graph.debug_token(&token, &token).await?;
//! assert_eq!(told.missing_scopes(), ["whatsapp_business_management"]);
//! // What embedded signup gave becomes a token of the customer's.
//! let new = graph.exchange_code(&app, &secret, "code-of-30-seconds").await?;
//! assert!(new.access_token.is_some());
//! # Ok(())
//! # }
//! ```

use super::{
    Graph, GraphError,
    node::{Node, fields},
    open::answers,
};
use crate::{
    id::{AppId, ObjectId},
    secret::{AccessToken, AppSecret},
};

answers! {
    /// What a token is worth.
    pub struct TokenInfo {
        /// The app it was made for.
        app_id: Option<AppId>,
        /// The app's name.
        application: Option<String>,
        /// `SYSTEM_USER`, `USER`, `APP`…
        r#type: Option<String> = "type",
        /// Whether it is good.
        is_valid: Option<bool>,
        /// When it ends, in seconds since the epoch; 0 if never.
        expires_at: Option<i64>,
        /// When its access to data ends; 0 if never.
        data_access_expires_at: Option<i64>,
        /// When it was made.
        issued_at: Option<i64>,
        /// What it may do.
        scopes: Vec<String>,
        /// What it may do with which objects.
        granular_scopes: Vec<GranularScope>,
        /// Whose it is.
        user_id: Option<ObjectId>,
    }

    /// What a token may do with which objects.
    pub struct GranularScope {
        /// What, like `whatsapp_business_messaging`.
        scope: Option<String>,
        /// With which; with all if none is named.
        target_ids: Vec<ObjectId>,
    }

    /// A token that was made.
    pub struct NewToken {
        /// The token.
        access_token: Option<AccessToken>,
        /// `bearer`.
        token_type: Option<String>,
        /// In how many seconds it ends, if it does.
        expires_in: Option<u64>,
    }
}

answers! {
    /// An answer inside another.
    struct Told {
        data: Option<TokenInfo>,
    }
}

impl TokenInfo {
    /// Which of the permissions a bot needs the token lacks.
    pub fn missing_scopes(&self) -> Vec<&'static str> {
        ["whatsapp_business_management", "whatsapp_business_messaging"]
            .into_iter()
            .filter(|needed| !self.scopes.iter().any(|scope| scope == needed))
            .collect()
    }
}

impl Graph {
    /// What a token is worth. `token` may be the same one, or the app's own.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn debug_token(
        &self,
        token: &AccessToken,
        input: &AccessToken,
    ) -> Result<TokenInfo, GraphError> {
        let call = Node::new(self, token, "debug_token").get("").query("input_token", input.expose());
        call.answer::<Told>().await?.data.ok_or_else(GraphError::incomplete)
    }

    /// Makes a token of the code that an embedded signup ended with. The code is good once, and for seconds.
    ///
    /// # Errors
    /// Code 100: the code was used before, or is too old. Or Meta refused it for another reason, or no answer came.
    pub async fn exchange_code(
        &self,
        app: &AppId,
        secret: &AppSecret,
        code: &str,
    ) -> Result<NewToken, GraphError> {
        let form = fields([
            ("client_id", Some(app.as_str())),
            ("client_secret", Some(secret.expose())),
            ("code", Some(code)),
        ]);
        let token: NewToken =
            Node::anonymous(self, "oauth/access_token").post("").form(form).answer().await?;
        if token.access_token.is_some() { Ok(token) } else { Err(GraphError::incomplete()) }
    }
}
