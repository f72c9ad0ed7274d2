//! Location messages.

use serde_json::Value;

use super::{Draft, DraftError, DraftKind, IntoDraft, object};
use crate::event::Location;

impl Location {
    /// A place to send: degrees north and east (Meta: *Location messages*).
    pub fn new(latitude: f64, longitude: f64) -> Self {
        Self { latitude, longitude, name: None, address: None, url: None }
    }

    /// What it is called.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Where it is in words.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

impl IntoDraft for Location {
    fn into_draft(self) -> Result<Draft, DraftError> {
        Draft::new(DraftKind::Location, &self.to_value()?)
    }
}

impl Location {
    pub(super) fn to_value(&self) -> Result<Value, DraftError> {
        // NaN is in no range.
        if !(-90.0..=90.0).contains(&self.latitude) {
            return Err(DraftError::wrong("location.latitude", "it lies between -90 and 90"));
        }
        if !(-180.0..=180.0).contains(&self.longitude) {
            return Err(DraftError::wrong("location.longitude", "it lies between -180 and 180"));
        }
        Ok(object([
            ("latitude", Some(Value::from(self.latitude))),
            ("longitude", Some(Value::from(self.longitude))),
            ("name", self.name.as_deref().map(Value::from)),
            ("address", self.address.as_deref().map(Value::from)),
        ]))
    }
}
