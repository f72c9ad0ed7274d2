//! The business profile: what people see when they tap a number's name (Meta: *Business profiles*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::profile::{ProfileUpdate, Vertical};
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"success":true}"#), (200, r#"{"data":[{"about":"Tea since 1888","websites":["https://example.org"],"messaging_product":"whatsapp"}]}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let profile = graph.profile(&token, &number);
//! profile.update(&ProfileUpdate::new().about("Tea since 1888").vertical(Vertical::Grocery)).await?;
//! assert_eq!(profile.get().await?.about.as_deref(), Some("Tea since 1888"));
//! # Ok(())
//! # }
//! ```

use super::{
    Graph, GraphError,
    check::{at_most, count, text},
    node::Node,
    open::{answers, requests, words},
};
use crate::{
    id::{ObjectId, PhoneNumberId},
    limits,
    secret::AccessToken,
};

/// The profile of one number.
#[derive(Clone, Copy)]
pub struct Profile<'a> {
    node: Node<'a>,
    edge: &'static str,
}

answers! {
    /// A profile.
    pub struct ProfileInfo {
        /// Its id, if it was asked for by it.
        id: Option<ObjectId>,
        /// The account's name.
        account_name: Option<String>,
        /// A sentence.
        about: Option<String>,
        /// Where the business is.
        address: Option<String>,
        /// What it does.
        description: Option<String>,
        /// Where to write to.
        email: Option<String>,
        /// Its picture.
        profile_picture_url: Option<String>,
        /// Its websites.
        websites: Vec<String>,
        /// Its trade.
        vertical: Option<Vertical>,
        /// Always `whatsapp`.
        messaging_product: Option<String>,
    }
}

answers! {
    /// A list of one, that may be wrapped once more.
    struct Told {
        data: Vec<Row>,
    }

    /// A row of it.
    struct Row {
        business_profile: Option<ProfileInfo>,
    }
}

words! {
    /// A trade.
    pub enum Vertical {
        /// Cars.
        Auto = "AUTO",
        /// Beauty and spas.
        Beauty = "BEAUTY",
        /// Clothes.
        Apparel = "APPAREL",
        /// Schools.
        Education = "EDU",
        /// Entertainment.
        Entertainment = "ENTERTAIN",
        /// Events.
        Events = "EVENT_PLAN",
        /// Banks.
        Finance = "FINANCE",
        /// Food shops.
        Grocery = "GROCERY",
        /// The state.
        Government = "GOVT",
        /// Hotels.
        Hotel = "HOTEL",
        /// Medicine.
        Health = "HEALTH",
        /// Charities.
        NonProfit = "NONPROFIT",
        /// Services.
        Professional = "PROF_SERVICES",
        /// Shops.
        Retail = "RETAIL",
        /// Travel.
        Travel = "TRAVEL",
        /// Restaurants.
        Restaurant = "RESTAURANT",
        /// Something else.
        OtherTrade = "OTHER",
        /// Nothing said.
        NotBusiness = "NOT_A_BIZ",
    }
}

requests! {
    /// What to change. What isn't named stays.
    pub struct ProfileUpdate {
    } optional {
        /// The account's name.
        account_name: String,
        /// A sentence: 1 to 139 characters.
        about: String,
        /// Where the business is: 256 characters.
        address: String,
        /// What it does: 512 characters.
        description: String,
        /// Where to write to: 128 characters.
        email: String,
        /// The handle of an uploaded picture; `uploads` makes them.
        profile_picture_handle: String,
        /// At most two websites of 256 characters.
        websites: Vec<String>,
        /// The trade.
        vertical: Vertical,
    }
}

impl From<&str> for ProfileUpdate {
    /// A profile that says this about the business.
    fn from(about: &str) -> Self {
        Self::new().about(about)
    }
}

impl ProfileUpdate {
    fn check(&self) -> Result<(), GraphError> {
        if let Some(about) = &self.about {
            text(&limits::PROFILE_ABOUT, about)?;
        }
        for (limit, value) in [
            (&limits::PROFILE_ADDRESS, &self.address),
            (&limits::PROFILE_DESCRIPTION, &self.description),
            (&limits::PROFILE_EMAIL, &self.email),
        ] {
            value.as_deref().map_or(Ok(()), |value| at_most(limit, value))?;
        }
        let websites = self.websites.as_deref().unwrap_or_default();
        count(&limits::PROFILE_WEBSITES, websites.len())?;
        websites.iter().try_for_each(|website| at_most(&limits::PROFILE_WEBSITE, website))
    }
}

const FIELDS: &str = "about,address,description,email,profile_picture_url,websites,vertical";

impl Graph {
    /// The profile of a number.
    pub fn profile<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> Profile<'a> {
        Profile { node: Node::new(self, token, number.as_str()), edge: "whatsapp_business_profile" }
    }

    /// A profile by its own id.
    pub fn profile_by_id<'a>(&'a self, token: &'a AccessToken, profile: &'a ObjectId) -> Profile<'a> {
        Profile { node: Node::new(self, token, profile.as_str()), edge: "" }
    }
}

impl Profile<'_> {
    /// What people see.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<ProfileInfo, GraphError> {
        let call = self.node.get(self.edge).query("fields", FIELDS);
        if self.edge.is_empty() {
            return call.answer().await;
        }
        let told: Told = call.answer().await?;
        let row = told.data.into_iter().next().ok_or_else(GraphError::incomplete)?;
        match row.business_profile {
            Some(profile) => Ok(profile),
            None => serde_json::from_value(row.rest.to_map().into()).map_err(|_| GraphError::incomplete()),
        }
    }

    /// Changes it.
    ///
    /// # Errors
    /// A text is longer than allowed: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn update(self, update: &ProfileUpdate) -> Result<(), GraphError> {
        self.node.post(self.edge).product(update).checked(update.check()).done().await
    }
}
