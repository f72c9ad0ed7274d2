//! What an app needs: a business number's ids and credentials, or its own where the number is another app's.

use wappa_cloud::{AccessToken, AppSecret, PhoneNumberId, VerifyToken, WabaId};

use crate::world::{App, Number};

/// Everything an app needs to use a business number.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Business {
    /// Phone number id, 15 digits.
    pub phone_number_id: PhoneNumberId,
    /// The number as people read it.
    pub display_phone_number: String,
    /// The account the number belongs to, 16 digits.
    pub waba_id: WabaId,
    /// Signs the webhooks.
    pub app_secret: AppSecret,
    /// Lets calls in.
    pub access_token: AccessToken,
    /// For the handshake.
    pub verify_token: VerifyToken,
}

impl From<&Number> for Business {
    fn from(number: &Number) -> Self {
        Self {
            phone_number_id: number.id.clone(),
            display_phone_number: number.display(),
            waba_id: number.waba_id.clone(),
            app_secret: AppSecret::new(number.app_secret.clone()),
            access_token: AccessToken::new(number.access_token.clone()),
            verify_token: VerifyToken::new(number.verify_token.clone()),
        }
    }
}

/// An app beside the one of the bot that is subscribed to the same account: a helpdesk, a CRM.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OtherApp {
    /// App id, 15 digits.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Signs its webhooks.
    pub app_secret: AppSecret,
    /// Lets its calls in.
    pub access_token: AccessToken,
}

impl From<App> for OtherApp {
    fn from(app: App) -> Self {
        Self {
            id: app.id,
            name: app.name,
            app_secret: AppSecret::new(app.secret),
            access_token: AccessToken::new(app.token),
        }
    }
}
