//! Multi-partner solutions: two partners who serve the same business (Meta: *Multi-Partner Solutions*), and accounts that
//! change from one solution to another.
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::{AccessToken, SolutionId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"id":"774485461512159","name":"Ours","status":"ACTIVE"}"#)]);
//! let (token, solution) = (AccessToken::new("EAAG…"), SolutionId::from("774485461512159"));
//! let ours = graph.solution(&token, &solution).get().await?;
//! assert_eq!(ours.status.as_deref(), Some("ACTIVE"));
//! # Ok(())
//! # }
//! ```

use serde_json::{Value, json};

use super::{
    Graph, GraphError, Listing,
    node::Node,
    open::{answers, requests},
    subscriptions::AppName,
    waba::{BusinessName, Task},
};
use crate::{
    id::{AppId, BusinessId, ObjectId, SolutionId, WabaId},
    secret::AccessToken,
};

/// One solution.
#[derive(Clone, Copy)]
pub struct Solution<'a>(Node<'a>);

/// The solutions of one app.
#[derive(Clone, Copy)]
pub struct AppSolutions<'a>(Node<'a>);

/// The solutions of one account.
#[derive(Clone, Copy)]
pub struct WabaSolutions<'a>(Node<'a>);

answers! {
    /// A solution.
    pub struct SolutionInfo {
        /// Its id.
        id: SolutionId,
        /// Its name.
        name: Option<String>,
        /// `ACTIVE`, `DRAFT`, `INITIATED`, `DEACTIVATED`…
        status: Option<String>,
        /// What somebody has been asked for: `NONE`, `PENDING_ACTIVATION`, `PENDING_DEACTIVATION`.
        status_for_pending_request: Option<String>,
        /// The app it belongs to.
        owner_app: Option<AppName>,
        /// What the owner may do.
        owner_permissions: Vec<Task>,
    }

    /// What became of a request.
    pub struct SolutionOutcome {
        /// Whether it was done.
        success: Option<bool>,
        /// The solution.
        solution_id: Option<SolutionId>,
        /// What the partner has said.
        partner_status: Option<String>,
        /// In words.
        message: Option<String>,
        /// The request.
        request_id: Option<String>,
        /// What was refused.
        rejected_request_type: Option<String>,
        /// When.
        rejection_timestamp: Option<String>,
        /// By whom.
        partner_app_id: Option<AppId>,
        /// When it was done.
        update_time: Option<String>,
    }

    /// A token for the accounts of a solution.
    pub struct SolutionToken {
        /// The token.
        access_token: Option<AccessToken>,
        /// When it ends, in seconds since the epoch.
        expires_at: Option<i64>,
    }

    /// An account that shall change its solution.
    pub struct MigrationIntent {
        /// Its id.
        id: ObjectId,
        /// `INITIATED`, `ACCEPTED`, `COMPLETED`…
        status: Option<String>,
    }

    /// What became of a wish to move an account.
    pub struct IntentOutcome {
        /// Whether it was taken.
        success: Option<bool>,
        /// Its id.
        migration_intent_id: Option<ObjectId>,
        /// Its id, for accounts that are worked with on a business's behalf.
        mobility_intent_id: Option<ObjectId>,
        /// Its id, in the older call.
        intent_id: Option<ObjectId>,
        /// `PENDING`, `SCHEDULED`…
        status: Option<String>,
        /// When it is done, roughly.
        estimated_completion_time: Option<String>,
        /// Whether somebody has to agree.
        approval_required: Option<bool>,
        /// What is to be done next.
        next_steps: Vec<String>,
        /// As it was given.
        client_mutation_id: Option<String>,
        /// What was wrong.
        error_msg: Option<String>,
    }

    /// A wish to move an account that is worked with on a business's behalf.
    pub struct MobilityIntent {
        /// Its id.
        id: ObjectId,
        /// The account.
        waba: Option<Value>,
        /// The solution.
        solution: Option<Value>,
        /// How far it is.
        status: Option<String>,
        /// When it was made.
        created_time: Option<String>,
        /// When it was changed.
        updated_time: Option<String>,
    }

    /// A request to work with an account on a business's behalf.
    pub struct OnBehalfRequest {
        /// Its id.
        id: ObjectId,
        /// How far it is.
        status: Option<String>,
        /// What it is about.
        business_owned_object: Option<ObjectId>,
        /// Who is asked.
        receiving_business: Option<BusinessName>,
        /// Who asks.
        requesting_business: Option<BusinessName>,
    }
}

requests! {
    /// A solution to propose to another partner.
    pub struct NewSolution {
        /// Its name.
        solution_name: String,
        /// The partner's app.
        partner_app_id: AppId,
        /// What the owner may do.
        owner_permissions: Vec<Task>,
        /// What the partner may do.
        partner_permissions: Vec<Task>,
    } optional {}

    /// An account that shall change from one solution to another.
    pub struct SolutionMigration {
        /// The solution it is in.
        solution_id: SolutionId,
        /// `INITIATE_MIGRATION`, `SCHEDULE_MIGRATION` or `CANCEL_MIGRATION`.
        migration_intent: String,
    } optional {
        /// The solution it shall be in.
        target_solution_id: SolutionId,
        /// When, like `2026-12-01T10:00:00Z`.
        scheduled_migration_time: String,
        /// Why.
        migration_reason: String,
    }

    /// An account worked with on a business's behalf that shall move.
    pub struct Mobility {
        /// The solution it is in.
        solution_id: SolutionId,
        /// `INITIATE_TRANSFER`, `REQUEST_HANDOVER` or `CANCEL_TRANSFER`.
        intent_type: String,
    } optional {
        /// The solution it shall be in.
        target_solution_id: SolutionId,
        /// When, like `2026-12-01T10:00:00Z`.
        scheduled_execution_time: String,
        /// Why.
        mobility_reason: String,
        /// More about it.
        metadata: Value,
    }

    /// The same in the older call.
    pub struct LegacyMobility {
        /// The account.
        waba_id: WabaId,
        /// The solution it shall be in.
        solution_id: SolutionId,
        /// The app.
        app_id: AppId,
    } optional {
        /// Who asks.
        actor_id: ObjectId,
        /// Comes back in the answer.
        client_mutation_id: String,
    }

    /// A refusal.
    pub struct Rejection {
        /// What is refused: `PARTNERSHIP_REQUEST` or `DEACTIVATION_REQUEST`.
        request_type: String,
    } optional {
        /// The app that refuses.
        partner_app_id: AppId,
        /// Why.
        rejection_reason: String,
    }
}

impl Graph {
    /// One solution.
    pub fn solution<'a>(&'a self, token: &'a AccessToken, solution: &'a SolutionId) -> Solution<'a> {
        Solution(Node::new(self, token, solution.as_str()))
    }

    /// The solutions of an app.
    pub fn app_solutions<'a>(&'a self, token: &'a AccessToken, app: &'a AppId) -> AppSolutions<'a> {
        AppSolutions(Node::new(self, token, app.as_str()))
    }

    /// The solutions of an account, and its way from one to another.
    pub fn waba_solutions<'a>(&'a self, token: &'a AccessToken, waba: &'a WabaId) -> WabaSolutions<'a> {
        WabaSolutions(Node::new(self, token, waba.as_str()))
    }

    /// How far an account is on its way to another solution.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn migration_intent(
        &self,
        token: &AccessToken,
        intent: &ObjectId,
    ) -> Result<MigrationIntent, GraphError> {
        Node::new(self, token, intent.as_str()).get("").answer().await
    }

    /// How far an account that is worked with on a business's behalf is on its way.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn mobility_intent(
        &self,
        token: &AccessToken,
        intent: &ObjectId,
    ) -> Result<MobilityIntent, GraphError> {
        Node::new(self, token, intent.as_str()).get("").answer().await
    }
}

impl<'a> AppSolutions<'a> {
    /// All of them; of those the app owns or takes part in, if `role` is `OWNER` or `PARTNER`.
    pub fn list(self, role: Option<&str>) -> Listing<'a, SolutionInfo> {
        self.0.list("whatsapp_business_solutions").maybe("role", role)
    }

    /// Proposes one.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn create(self, solution: &NewSolution) -> Result<SolutionId, GraphError> {
        let made: SolutionOutcome = self.0.post("whatsapp_business_solution").json(solution).answer().await?;
        made.solution_id.ok_or_else(GraphError::incomplete)
    }
}

impl Solution<'_> {
    /// What it is.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<SolutionInfo, GraphError> {
        self.0.get("").answer().await
    }

    /// A token for the accounts that a business has in it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn access_token(self, business: &BusinessId) -> Result<SolutionToken, GraphError> {
        self.0.get("access_token").query("business_id", business.as_str()).answer().await
    }

    /// Takes part in it. `session` is the id under which Meta's dialogue logged.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn accept(self, partner: &AppId, session: Option<&str>) -> Result<SolutionOutcome, GraphError> {
        let mut body = json!({ "partner_app_id": partner });
        if let Some(session) = session {
            body["log_session_id"] = session.into();
        }
        self.0.post("accept").json(&body).answer().await
    }

    /// Doesn't take part in it, or not in its end.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn reject(self, rejection: &Rejection) -> Result<SolutionOutcome, GraphError> {
        self.0.post("reject").json(rejection).answer().await
    }

    /// Asks the partner to end it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn request_deactivation(self, reason: Option<&str>) -> Result<SolutionOutcome, GraphError> {
        let body = reason.map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
        self.0.post("send_deactivation_request").json(&body).answer().await
    }

    /// Agrees to end it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn accept_deactivation(self) -> Result<SolutionInfo, GraphError> {
        self.0.post("accept_deactivation_request").json(&json!({})).answer().await
    }

    /// Doesn't agree to end it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn reject_deactivation(self) -> Result<SolutionInfo, GraphError> {
        let body = json!({ "reject_deactivation_request": true });
        self.0.post("reject_deactivation_request").json(&body).answer().await
    }
}

impl<'a> WabaSolutions<'a> {
    /// All of them.
    pub fn list(self) -> Listing<'a, SolutionInfo> {
        self.0.list("solutions")
    }

    /// Has the account change to another solution.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn migrate(self, migration: &SolutionMigration) -> Result<IntentOutcome, GraphError> {
        self.0.post("set_solution_migration_intent").json(migration).answer().await
    }

    /// Has an account that is worked with on a business's behalf move.
    ///
    /// # Errors
    /// Meta refused it (codes 2593079, 2593085: that is over), or no answer came.
    pub async fn move_on_behalf(self, mobility: &Mobility) -> Result<IntentOutcome, GraphError> {
        self.0.post("obo_mobility_intent").json(mobility).answer().await
    }

    /// The same by the older call.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn move_on_behalf_legacy(self, mobility: &LegacyMobility) -> Result<IntentOutcome, GraphError> {
        self.0.post("set_obo_mobility_intent").json(mobility).answer().await
    }

    /// Who has been asked to let somebody work with the account.
    pub fn on_behalf_requests(self) -> Listing<'a, OnBehalfRequest> {
        self.0.list("in_progress_onbehalf_request")
    }
}
