//! The numbers door: which business numbers are ours, which app each belongs to, and with which credentials.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use foldhash::fast::RandomState;
use wappa_cloud::{AccessToken, AppSecret, PhoneNumberId, VerifyToken, WabaId};

/// A Meta app: the owner of the secrets that sign webhooks.
#[derive(Debug, Clone)]
pub struct App {
    /// A name for logs; Meta's app id where it is known.
    pub name: String,
    /// The app secrets; several while one is being rotated. Empty means that signatures are not checked,
    /// which settings allow in development only.
    pub secrets: Vec<AppSecret>,
}

/// A business phone number and what is needed to send from it.
#[derive(Debug, Clone)]
pub struct Number {
    /// Meta's id of the number, which is not the phone number itself.
    pub id: PhoneNumberId,
    /// The token that sends are authorised with.
    pub token: AccessToken,
    /// The WhatsApp Business Account the number belongs to.
    pub business_account: Option<WabaId>,
    /// The app whose secrets must have signed what arrives for this number.
    pub app: Arc<App>,
    /// The business portfolio; business-scoped user ids are unique within one.
    pub portfolio: Arc<str>,
}

/// Finds numbers by id. The set may change while the bot runs.
pub trait Numbers: Send + Sync + 'static {
    /// The number with this id, if it is ours.
    fn number(&self, id: &str) -> Option<Arc<Number>>;

    /// The number that belongs to this business account, if exactly one is needed to route account events.
    fn owner_of(&self, business_account: &str) -> Option<Arc<Number>>;

    /// Every number.
    fn all(&self) -> Vec<Arc<Number>>;

    /// Every app; webhook signatures are tried against the secrets of all of them.
    fn apps(&self) -> Arc<[Arc<App>]>;

    /// Whether `given` is the verify token of one of ours.
    fn verifies(&self, given: &str) -> bool;

    /// Replaces the token this number sends with, while the bot runs. Answers with the number as it is now, or with
    /// nothing if it is not ours or keeps its token elsewhere.
    fn set_token(&self, id: &str, token: AccessToken) -> Option<Arc<Number>> {
        let _ = (id, token);
        None
    }
}

/// Numbers known when the bot is built, from the environment or from code. Their tokens may be replaced; that lasts until
/// the process ends.
#[derive(Debug)]
pub struct StaticNumbers {
    numbers: HashMap<PhoneNumberId, RwLock<Arc<Number>>, RandomState>,
    apps: Arc<[Arc<App>]>,
    verify_token: VerifyToken,
}

impl StaticNumbers {
    /// Takes the numbers and the verify token that Meta's handshake must name.
    pub fn new(numbers: impl IntoIterator<Item = Number>, verify_token: VerifyToken) -> Self {
        let mut apps: Vec<Arc<App>> = Vec::new();
        let numbers = numbers
            .into_iter()
            .map(|number| {
                if !apps.iter().any(|app| Arc::ptr_eq(app, &number.app)) {
                    apps.push(Arc::clone(&number.app));
                }
                (number.id.clone(), RwLock::new(Arc::new(number)))
            })
            .collect();
        Self { numbers, apps: apps.into(), verify_token }
    }
}

impl Numbers for StaticNumbers {
    fn number(&self, id: &str) -> Option<Arc<Number>> {
        self.numbers.get(id).map(current)
    }

    fn owner_of(&self, business_account: &str) -> Option<Arc<Number>> {
        self.numbers
            .values()
            .map(current)
            .find(|n| n.business_account.as_ref().is_some_and(|id| id.as_str() == business_account))
    }

    fn all(&self) -> Vec<Arc<Number>> {
        self.numbers.values().map(current).collect()
    }

    fn apps(&self) -> Arc<[Arc<App>]> {
        Arc::clone(&self.apps)
    }

    fn verifies(&self, given: &str) -> bool {
        self.verify_token.matches(given)
    }

    fn set_token(&self, id: &str, token: AccessToken) -> Option<Arc<Number>> {
        let mut number = self.numbers.get(id)?.write().unwrap_or_else(PoisonError::into_inner);
        *number = Arc::new(Number { token, ..Number::clone(&number) });
        Some(Arc::clone(&number))
    }
}

fn current(number: &RwLock<Arc<Number>>) -> Arc<Number> {
    Arc::clone(&number.read().unwrap_or_else(PoisonError::into_inner))
}
