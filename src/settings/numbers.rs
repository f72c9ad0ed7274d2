//! Numbers as they are configured: from code, from the file that `WHATSAPP_NUMBERS` names, or from single variables.

use std::{fs, path::Path};

use serde::Deserialize;
use wappa_cloud::{AccessToken, AppSecret, PhoneNumberId, WabaId};

use super::{error::SettingsError, table};

/// A business phone number and its credentials.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NumberConfig {
    /// Meta's id of the number.
    pub id: PhoneNumberId,
    /// The token to send with.
    pub token: AccessToken,
    /// The secrets of the app that owns the number; several while one is rotated.
    pub app_secrets: Vec<AppSecret>,
    /// The WhatsApp Business Account it belongs to.
    pub business_account: Option<WabaId>,
    /// The business portfolio, where a bot serves several.
    pub portfolio: Option<String>,
}

impl NumberConfig {
    /// A number with the token it sends with.
    pub fn new(id: impl Into<PhoneNumberId>, token: AccessToken) -> Self {
        Self { id: id.into(), token, app_secrets: Vec::new(), business_account: None, portfolio: None }
    }

    /// Adds a secret of the app that owns the number.
    pub fn app_secret(mut self, secret: AppSecret) -> Self {
        self.app_secrets.push(secret);
        self
    }

    /// Names the WhatsApp Business Account.
    pub fn business_account(mut self, id: impl Into<WabaId>) -> Self {
        self.business_account = Some(id.into());
        self
    }

    /// Names the business portfolio.
    pub fn portfolio(mut self, id: impl Into<String>) -> Self {
        self.portfolio = Some(id.into());
        self
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: PhoneNumberId,
    token: String,
    #[serde(default)]
    app_secret: Option<String>,
    #[serde(default)]
    app_secrets: Vec<String>,
    #[serde(default)]
    business_account: Option<WabaId>,
    #[serde(default)]
    portfolio: Option<String>,
}

/// Reads a JSON array of `{"id", "token", "app_secret" or "app_secrets", "business_account", "portfolio"}`.
pub(super) fn read_file(path: &Path) -> Result<Vec<NumberConfig>, SettingsError> {
    let unusable =
        |cause: String| SettingsError::File { name: table::NUMBERS.name, path: path.to_owned(), cause };
    let text = fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
    let rows: Vec<Row> = serde_json::from_str(&text).map_err(|error| {
        unusable(format!(
            "{error}; it holds a JSON array of numbers, each with `id`, `token` and `app_secret`"
        ))
    })?;
    if rows.is_empty() {
        return Err(unusable("it names no number".to_owned()));
    }
    Ok(rows.into_iter().map(Row::config).collect())
}

impl Row {
    fn config(self) -> NumberConfig {
        NumberConfig {
            id: self.id,
            token: AccessToken::new(self.token),
            app_secrets: self.app_secrets.into_iter().chain(self.app_secret).map(AppSecret::new).collect(),
            business_account: self.business_account,
            portfolio: self.portfolio,
        }
    }
}
