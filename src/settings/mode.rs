//! Whom the bot talks to: Meta, or the emulator when nobody has given it credentials.

use wappa_cloud::{AccessToken, PhoneNumberId};

use super::{
    Settings,
    error::{Missing, SettingsError},
    numbers::NumberConfig,
    table::{self, Name},
};

/// Whom the bot talks to.
#[derive(Debug, Clone)]
pub(crate) enum Mode {
    /// The built-in emulator, on this machine only.
    Emulator,
    /// Meta, with these numbers.
    Meta(Vec<NumberConfig>),
}

impl Mode {
    /// Decides by what is set. The second value are warnings for the log.
    ///
    /// # Errors
    /// Credentials are missing where they are needed.
    pub(crate) fn decide(settings: &Settings) -> Result<(Self, Vec<String>), SettingsError> {
        let demanded = match (settings.is_production(), settings.port) {
            (true, _) => Some("WAPPA_ENV is production"),
            (false, Some(_)) => Some("PORT is set, as hosting platforms do"),
            (false, None) => None,
        };
        let single = single(settings);
        if single.has_nothing && settings.numbers.is_empty() {
            return match demanded {
                None => Ok((Self::Emulator, Vec::new())),
                Some(why) => Err(SettingsError::Missing { why, missing: required(settings, true) }),
            };
        }
        let mut numbers = settings.numbers.clone();
        if !single.has_nothing {
            let secret_needed = settings.is_production();
            let (Some(token), Some(id)) = (single.token, single.id) else {
                // A file of numbers with a shared verify token or app secret needs no single number besides.
                if !numbers.is_empty() && single.has_neither {
                    return Self::checked(numbers, settings);
                }
                let why = demanded.unwrap_or("some credentials for Meta are set");
                return Err(SettingsError::Missing { why, missing: required(settings, secret_needed) });
            };
            let config = NumberConfig {
                app_secrets: settings.app_secrets.clone(),
                business_account: settings.business_id.clone(),
                ..NumberConfig::new(id, token)
            };
            numbers.insert(0, config);
        }
        Self::checked(numbers, settings)
    }

    fn checked(
        mut numbers: Vec<NumberConfig>,
        settings: &Settings,
    ) -> Result<(Self, Vec<String>), SettingsError> {
        let mut warnings = Vec::new();
        for number in &mut numbers {
            if number.app_secrets.is_empty() {
                number.app_secrets.clone_from(&settings.app_secrets);
            }
        }
        let unsigned: Vec<&NumberConfig> =
            numbers.iter().filter(|number| number.app_secrets.is_empty()).collect();
        if !unsigned.is_empty() {
            if settings.is_production() || unsigned.len() < numbers.len() {
                let why = "signatures of webhooks must be checked";
                return Err(SettingsError::Missing { why, missing: vec![table::APP_SECRET.into()] });
            }
            warnings.push(format!(
                "{} is not set: webhooks are taken without a check of their signature. Found in: {}",
                table::APP_SECRET.name,
                table::APP_SECRET.found
            ));
        }
        warnings.extend(numbers.iter().filter_map(|number| suspicious(&number.id, settings)));
        Ok((Self::Meta(numbers), warnings))
    }
}

struct Single {
    token: Option<AccessToken>,
    id: Option<PhoneNumberId>,
    has_nothing: bool,
    has_neither: bool,
}

fn single(settings: &Settings) -> Single {
    let has_neither = settings.token.is_none() && settings.phone_id.is_none();
    let has_nothing = has_neither
        && settings.business_id.is_none()
        && settings.verify_token.is_none()
        && settings.app_secrets.is_empty();
    Single { token: settings.token.clone(), id: settings.phone_id.clone(), has_nothing, has_neither }
}

fn required(settings: &Settings, secret: bool) -> Vec<Missing> {
    let wanted: [(bool, Name); 3] = [
        (settings.token.is_none(), table::TOKEN),
        (settings.phone_id.is_none(), table::PHONE_ID),
        (secret && settings.app_secrets.is_empty(), table::APP_SECRET),
    ];
    wanted.into_iter().filter(|(missing, _)| *missing).map(|(_, name)| name.into()).collect()
}

/// Meta's phone number ids have 15 digits; the business account's id beside it in the dashboard has 15 or 16.
fn suspicious(id: &PhoneNumberId, settings: &Settings) -> Option<String> {
    let text = id.as_str();
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!(
            "{} is `{text}`, which is not a number: it is Meta's id of the number, not the phone number itself",
            table::PHONE_ID.name
        ));
    }
    let is_account = settings.business_id.as_ref().is_some_and(|account| account.as_str() == text);
    (is_account || text.len() == 16).then(|| {
        format!(
            "{} has {} digits and looks like a WhatsApp Business Account id ({}): phone number ids have 15",
            table::PHONE_ID.name,
            text.len(),
            table::BUSINESS_ID.name
        )
    })
}
