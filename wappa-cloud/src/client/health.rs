//! Whether something can send, and what stands in the way: the cheapest question that covers token, number, account and
//! business (Meta: *Messaging health status*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::health::CanSend;
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"health_status":{"can_send_message":"BLOCKED","entities":[{"entity_type":"WABA","id":"1","can_send_message":"BLOCKED","errors":[{"error_code":141006,"error_description":"There is an error with the payment method.","possible_solution":"Attach one."}]}]},"id":"1"}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let health = graph.number(&token, &number).health().await?;
//! assert_eq!(health.can_send_message, Some(CanSend::Blocked));
//! for (_, error) in health.problems() {
//!     assert_eq!(error.possible_solution.as_deref(), Some("Attach one."));
//! }
//! # Ok(())
//! # }
//! ```

use super::{
    GraphError,
    node::Node,
    open::{answers, words},
};
use crate::id::ObjectId;

answers! {
    /// Whether messages can be sent, over everything that takes part in it.
    pub struct Health {
        /// The worst of all entities.
        can_send_message: Option<CanSend>,
        /// Everything that takes part: number, template or Flow, account, business, app.
        entities: Vec<EntityHealth>,
    }

    /// What one of them says.
    pub struct EntityHealth {
        /// Its id.
        id: ObjectId,
        /// What it is.
        entity_type: Option<EntityType>,
        /// Whether it lets messages through.
        can_send_message: Option<CanSend>,
        /// Whether it lets calls through to a SIP server.
        can_receive_call_sip: Option<String>,
        /// What may become a problem.
        additional_info: Vec<String>,
        /// What is wrong, and what to do.
        errors: Vec<HealthError>,
    }

    /// What is wrong with an entity.
    pub struct HealthError {
        /// Its code; some are in [`code::ALL`](crate::code::ALL).
        error_code: Option<u32>,
        /// What it is.
        error_description: Option<String>,
        /// What Meta proposes.
        possible_solution: Option<String>,
    }
}

answers! {
    /// Anything with its health.
    struct Ill {
        health_status: Option<Health>,
    }
}

words! {
    /// Whether messages go through.
    pub enum CanSend {
        /// They do.
        Available = "AVAILABLE",
        /// They do within limits, or may soon not.
        Limited = "LIMITED",
        /// They don't.
        Blocked = "BLOCKED",
    }

    /// What takes part in sending.
    pub enum EntityType {
        /// A number.
        PhoneNumber = "PHONE_NUMBER",
        /// A template.
        MessageTemplate = "MESSAGE_TEMPLATE",
        /// A Flow.
        Flow = "FLOW",
        /// An account.
        Waba = "WABA",
        /// A business portfolio.
        Business = "BUSINESS",
        /// An app.
        App = "APP",
    }
}

impl Health {
    pub(super) async fn of(node: Node<'_>) -> Result<Self, GraphError> {
        let ill: Ill = node.get("").query("fields", "health_status").answer().await?;
        ill.health_status.ok_or_else(GraphError::incomplete)
    }

    /// What is wrong, entity by entity.
    pub fn problems(&self) -> impl Iterator<Item = (&EntityHealth, &HealthError)> {
        self.entities.iter().flat_map(|entity| entity.errors.iter().map(move |error| (entity, error)))
    }
}
