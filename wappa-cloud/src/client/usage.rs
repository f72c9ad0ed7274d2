//! How long Meta asks an app to stay away, from the header in which it counts calls.

use std::{collections::HashMap, time::Duration};

use serde::Deserialize;

/// Meta: *Rate limits, Business Use Case rate limits*.
pub(super) const HEADER: &str = "x-business-use-case-usage";

#[derive(Deserialize)]
struct Usage {
    /// In minutes; 0 while there is no reason to stay away.
    #[serde(default)]
    estimated_time_to_regain_access: u64,
}

/// The longest of the times this header names.
pub(super) fn regain_after(header: &str) -> Option<Duration> {
    let uses: HashMap<String, Vec<Usage>> = serde_json::from_str(header).ok()?;
    let minutes = uses.into_values().flatten().map(|usage| usage.estimated_time_to_regain_access).max()?;
    // No more than a day is believed.
    (minutes > 0).then(|| Duration::from_secs(minutes.min(24 * 60) * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_time_counts() {
        let header = r#"{"102290129340398":[{"type":"whatsapp_business_management","call_count":100,
            "estimated_time_to_regain_access":19}],"2":[{"estimated_time_to_regain_access":3},{}]}"#;
        assert_eq!(regain_after(header), Some(Duration::from_mins(19)));
        for none in
            [r#"{"1":[{"call_count":1,"estimated_time_to_regain_access":0}]}"#, "{}", "[]", "nonsense"]
        {
            assert_eq!(regain_after(none), None, "{none}");
        }
        let forever = r#"{"1":[{"estimated_time_to_regain_access":18446744073709551615}]}"#;
        assert_eq!(regain_after(forever), Some(Duration::from_hours(24)));
    }
}
