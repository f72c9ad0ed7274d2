//! A business number as an app needs it: ids and credentials.

use wappa_cloud::{AccessToken, AppSecret, PhoneNumberId, VerifyToken, WabaId};

use crate::world::Number;

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
