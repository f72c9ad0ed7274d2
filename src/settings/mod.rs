//! Settings: what the environment, a `.env` file and the builder say, read once and checked. Nothing here starts
//! anything, and nothing else in the framework reads the environment.

mod environment;
mod error;
mod mode;
mod numbers;
mod table;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use wappa_cloud::{AccessToken, AppSecret, PhoneNumberId, VerifyToken, WabaId};

pub(crate) use self::mode::Mode;
use self::table::Name;
pub use self::{
    environment::Variables,
    error::{Missing, SettingsError},
    numbers::NumberConfig,
};
use crate::{
    outbox::{Pace, WindowGuard},
    security::{SourceError, SourceLimit, VaultKey, VaultKeyError},
    store::Retention,
};

/// Where the bot keeps what must outlive a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreChoice {
    /// In memory: a restart forgets everything.
    Memory,
    /// In this SQLite file.
    Sqlite(PathBuf),
}

/// Whether people depend on this bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On a developer's machine: what is missing is made up, and said so.
    Development,
    /// What is missing is an error.
    Production,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a terminal.
    Human,
    /// One JSON object a line.
    Json,
}

/// Everything that can be set, as far as it is.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// `WHATSAPP_TOKEN`
    pub token: Option<AccessToken>,
    /// `WHATSAPP_PHONE_ID`
    pub phone_id: Option<PhoneNumberId>,
    /// `WHATSAPP_BUSINESS_ID`
    pub business_id: Option<WabaId>,
    /// `WHATSAPP_VERIFY_TOKEN`
    pub verify_token: Option<VerifyToken>,
    /// `WHATSAPP_APP_SECRET`; several while one is rotated, separated by commas.
    pub app_secrets: Vec<AppSecret>,
    /// More numbers, from code or from the file that `WHATSAPP_NUMBERS` names.
    pub numbers: Vec<NumberConfig>,
    /// `WHATSAPP_API_VERSION`
    pub api_version: Option<String>,
    /// `WHATSAPP_API_BASE_URL`
    pub api_base_url: Option<String>,
    /// `WAPPA_LISTEN`
    pub listen: Option<SocketAddr>,
    /// `WAPPA_PHONE`: where the emulator's phone page is.
    pub phone: Option<SocketAddr>,
    /// `PORT`, which platforms set: listen on all addresses at this port.
    pub port: Option<u16>,
    /// `WAPPA_STORE`
    pub store: Option<StoreChoice>,
    /// `WAPPA_PUBLIC_URL`
    pub public_url: Option<String>,
    /// `WAPPA_ENV`
    pub environment: Option<Environment>,
    /// `WAPPA_PACE`
    pub pace: Option<Pace>,
    /// `WAPPA_GRACE`
    pub grace: Option<Duration>,
    /// Whether the customer service window is looked after; from code alone.
    pub window_guard: Option<WindowGuard>,
    /// `WAPPA_SOURCE`
    pub source_limit: Option<SourceLimit>,
    /// `WAPPA_TOKEN_KEYS`, separated by commas; the first encrypts, all of them decrypt.
    pub token_keys: Vec<VaultKey>,
    /// `WAPPA_KEEP_SEEN`
    pub keep_seen: Option<Duration>,
    /// `WAPPA_KEEP_LEDGER`
    pub keep_ledger: Option<Duration>,
    /// `WAPPA_KEEP_DEAD`
    pub keep_dead: Option<Duration>,
    /// `WAPPA_LOG`
    pub log: Option<LogFormat>,
    /// `RUST_LOG`
    pub log_filter: Option<String>,
}

const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::V4(std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 8000));

impl Settings {
    /// What the process environment and a `.env` file here or in a parent folder say; the environment wins. The process
    /// environment is not changed.
    ///
    /// # Errors
    /// A value cannot be read, or two names of one setting contradict each other.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_variables(&Variables::of_process()?)
    }

    /// What these variables say.
    ///
    /// # Errors
    /// A value cannot be read, or two names of one setting contradict each other.
    pub fn from_variables(variables: &Variables) -> Result<Self, SettingsError> {
        let get = |name: Name| variables.get(name);
        let numbers = match get(table::NUMBERS)? {
            Some(path) => numbers::read_file(&PathBuf::from(path))?,
            None => Vec::new(),
        };
        let secrets = get(table::APP_SECRET)?.unwrap_or_default();
        Ok(Self {
            token: get(table::TOKEN)?.map(AccessToken::new),
            phone_id: get(table::PHONE_ID)?.map(PhoneNumberId::from),
            business_id: get(table::BUSINESS_ID)?.map(WabaId::from),
            verify_token: get(table::VERIFY_TOKEN)?.map(VerifyToken::new),
            app_secrets: split(&secrets).map(AppSecret::new).collect(),
            numbers,
            api_version: get(table::API_VERSION)?.map(|value| parse_version(&value)).transpose()?,
            api_base_url: get(table::API_BASE_URL)?,
            listen: get(table::LISTEN)?.map(|value| parse_address(table::LISTEN, &value)).transpose()?,
            phone: get(table::PHONE)?.map(|value| parse_address(table::PHONE, &value)).transpose()?,
            port: get(table::PORT)?.map(|value| parse_port(&value)).transpose()?,
            store: get(table::STORE)?.map(|value| parse_store(&value)).transpose()?,
            public_url: get(table::PUBLIC_URL)?.map(|url| url.trim_end_matches('/').to_owned()),
            environment: get(table::ENVIRONMENT)?.map(|value| parse_environment(&value)).transpose()?,
            pace: get(table::PACE)?.map(|value| parse_pace(&value)).transpose()?,
            grace: get(table::GRACE)?.map(|value| parse_grace(&value)).transpose()?,
            window_guard: None,
            source_limit: get(table::SOURCE)?.map(|value| parse_source(&value)).transpose()?,
            token_keys: parse_keys(&get(table::TOKEN_KEYS)?.unwrap_or_default())?,
            keep_seen: get(table::KEEP_SEEN)?
                .map(|value| parse_days(table::KEEP_SEEN, &value))
                .transpose()?,
            keep_ledger: get(table::KEEP_LEDGER)?
                .map(|value| parse_days(table::KEEP_LEDGER, &value))
                .transpose()?,
            keep_dead: get(table::KEEP_DEAD)?
                .map(|value| parse_days(table::KEEP_DEAD, &value))
                .transpose()?,
            log: get(table::LOG)?.map(|value| parse_log(&value)).transpose()?,
            log_filter: get(table::LOG_FILTER)?,
        })
    }

    /// The same, with what `over` says where it says something.
    pub(crate) fn overlaid(self, over: Self) -> Self {
        let or = |over: Vec<AppSecret>, own: Vec<AppSecret>| if over.is_empty() { own } else { over };
        Self {
            token: over.token.or(self.token),
            phone_id: over.phone_id.or(self.phone_id),
            business_id: over.business_id.or(self.business_id),
            verify_token: over.verify_token.or(self.verify_token),
            app_secrets: or(over.app_secrets, self.app_secrets),
            numbers: self.numbers.into_iter().chain(over.numbers).collect(),
            api_version: over.api_version.or(self.api_version),
            api_base_url: over.api_base_url.or(self.api_base_url),
            listen: over.listen.or(self.listen),
            phone: over.phone.or(self.phone),
            port: over.port.or(self.port),
            store: over.store.or(self.store),
            public_url: over.public_url.or(self.public_url),
            environment: over.environment.or(self.environment),
            pace: over.pace.or(self.pace),
            grace: over.grace.or(self.grace),
            window_guard: over.window_guard.or(self.window_guard),
            source_limit: over.source_limit.or(self.source_limit),
            token_keys: if over.token_keys.is_empty() { self.token_keys } else { over.token_keys },
            keep_seen: over.keep_seen.or(self.keep_seen),
            keep_ledger: over.keep_ledger.or(self.keep_ledger),
            keep_dead: over.keep_dead.or(self.keep_dead),
            log: over.log.or(self.log),
            log_filter: over.log_filter.or(self.log_filter),
        }
    }

    /// How long things are kept.
    ///
    /// # Errors
    /// Seen events are to be forgotten while Meta may still deliver them again.
    pub(crate) fn retention(&self) -> Result<Retention, SettingsError> {
        let usual = Retention::default();
        let seen = self.keep_seen.unwrap_or(usual.seen);
        if seen < Retention::SEEN_AT_LEAST {
            let value = format!("{} h", seen.as_secs() / 3_600);
            return Err(invalid(
                table::KEEP_SEEN,
                &value,
                "Meta delivers again for 7 days: keep keys as long",
            ));
        }
        Ok(Retention {
            seen,
            ledger: self.keep_ledger.unwrap_or(usual.ledger),
            dead: self.keep_dead.unwrap_or(usual.dead),
            ..usual
        })
    }

    /// Where to listen: what `WAPPA_LISTEN` says, else a platform's `PORT` on all addresses, else 127.0.0.1:8000.
    pub fn listen_address(&self) -> SocketAddr {
        let platform = self.port.map(|port| SocketAddr::from(([0, 0, 0, 0], port)));
        self.listen.or(platform).unwrap_or(DEFAULT_LISTEN)
    }

    pub(crate) fn is_production(&self) -> bool {
        self.environment == Some(Environment::Production)
    }
}

fn split(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn invalid(name: Name, value: &str, mend: impl Into<String>) -> SettingsError {
    SettingsError::Invalid { name: name.name, value: value.to_owned(), mend: mend.into() }
}

fn parse_version(value: &str) -> Result<String, SettingsError> {
    let digits = value.strip_prefix('v').unwrap_or(value);
    let is_version = digits.split_once('.').is_some_and(|(major, minor)| {
        [major, minor].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    });
    if is_version {
        Ok(format!("v{digits}"))
    } else {
        Err(invalid(table::API_VERSION, value, "a Graph API version looks like v25.0"))
    }
}

fn parse_address(name: Name, value: &str) -> Result<SocketAddr, SettingsError> {
    let with_host = if value.starts_with(':') {
        format!("0.0.0.0{value}")
    } else {
        value.replace("localhost", "127.0.0.1")
    };
    with_host.parse().map_err(|_| invalid(name, value, "write an address and a port, like 127.0.0.1:8000"))
}

fn parse_port(value: &str) -> Result<u16, SettingsError> {
    value.parse().map_err(|_| invalid(table::PORT, value, "a port is a number up to 65535"))
}

fn parse_store(value: &str) -> Result<StoreChoice, SettingsError> {
    match value.split_once(':') {
        None if value == "memory" => Ok(StoreChoice::Memory),
        Some(("sqlite", path)) if !path.is_empty() => Ok(StoreChoice::Sqlite(path.into())),
        _ => Err(invalid(table::STORE, value, "write `memory` or `sqlite:PATH`")),
    }
}

fn parse_environment(value: &str) -> Result<Environment, SettingsError> {
    match value.to_ascii_lowercase().as_str() {
        "development" | "dev" => Ok(Environment::Development),
        "production" | "prod" => Ok(Environment::Production),
        _ => Err(invalid(table::ENVIRONMENT, value, "write `development` or `production`")),
    }
}

fn parse_grace(value: &str) -> Result<Duration, SettingsError> {
    let seconds = value.parse().map_err(|_| invalid(table::GRACE, value, "write seconds, like 20"))?;
    Ok(Duration::from_secs(seconds))
}

fn parse_days(name: Name, value: &str) -> Result<Duration, SettingsError> {
    let days: u32 = value.parse().map_err(|_| invalid(name, value, "write a number of days"))?;
    Ok(Duration::from_hours(24) * days)
}

fn parse_pace(value: &str) -> Result<Pace, SettingsError> {
    if value == "off" {
        return Ok(Pace::OFF);
    }
    let messages =
        value.parse().map_err(|_| invalid(table::PACE, value, "write messages a second, or `off`"))?;
    Ok(Pace::per_second(messages))
}

fn parse_source(value: &str) -> Result<SourceLimit, SettingsError> {
    value.parse().map_err(|error: SourceError| invalid(table::SOURCE, value, error.to_string()))
}

fn parse_keys(list: &str) -> Result<Vec<VaultKey>, SettingsError> {
    // What does not fit may be half a key: it is not repeated in the error.
    split(list)
        .map(|key| {
            key.parse().map_err(|error: VaultKeyError| invalid(table::TOKEN_KEYS, "…", error.to_string()))
        })
        .collect()
}

fn parse_log(value: &str) -> Result<LogFormat, SettingsError> {
    match value {
        "human" => Ok(LogFormat::Human),
        "json" => Ok(LogFormat::Json),
        _ => Err(invalid(table::LOG, value, "write `human` or `json`")),
    }
}

#[cfg(test)]
mod tests;
