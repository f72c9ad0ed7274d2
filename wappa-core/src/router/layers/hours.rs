//! When somebody is there.

pub use jiff::civil::Weekday;
use jiff::{civil::Time, tz::TimeZone};
use wappa_cloud::Timestamp;

use super::refuse;
use crate::{
    error::Result,
    router::{Flow, Layer, Next, Turn},
};

/// Lets messages through while the shop is open. At other times they are left to the routes that follow, or
/// [`or_say`](Self::or_say) answers them.
///
/// ```
/// use wappa_core::router::{Router, layers::{BusinessHours, Weekday::*}};
///
/// let hours = BusinessHours::in_zone("America/Sao_Paulo")?
///     .open([Monday, Tuesday, Wednesday, Thursday, Friday], "09:00", "18:30")?
///     .open([Saturday], "10:00", "14:00")?
///     .or_say("We are closed. From Monday to Saturday somebody is here.");
/// let bot = Router::new().layer(hours);
/// # drop(bot);
/// # Ok::<(), wappa_core::router::layers::HoursError>(())
/// ```
#[derive(Debug, Clone)]
pub struct BusinessHours {
    zone: TimeZone,
    open: Vec<(Weekday, Time, Time)>,
    say: Option<String>,
}

/// Business hours that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HoursError {
    /// No time zone is called so.
    #[error("`{zone}` is no time zone: write it as `Europe/Berlin`")]
    Zone {
        /// What was given.
        zone: String,
        /// The cause.
        #[source]
        source: jiff::Error,
    },
    /// It is no time of day.
    #[error("`{time}` is no time of day: write it as `09:30`")]
    Time {
        /// What was given.
        time: String,
        /// The cause.
        #[source]
        source: jiff::Error,
    },
    /// The shop closes before it opens.
    #[error("from {from} to {until} is no time: hours over midnight are two, until `24:00` and from `00:00`")]
    Order {
        /// The opening.
        from: String,
        /// The closing.
        until: String,
    },
}

impl BusinessHours {
    /// Hours in a time zone, by its name in the IANA database, such as `Europe/Berlin`. Always closed until
    /// [`open`](Self::open) says when it is not.
    ///
    /// # Errors
    /// There is no such zone.
    pub fn in_zone(zone: &str) -> Result<Self, HoursError> {
        let found = TimeZone::get(zone);
        let zone = found.map_err(|source| HoursError::Zone { zone: zone.to_owned(), source })?;
        Ok(Self { zone, open: Vec::new(), say: None })
    }

    /// Adds the hours of some days: from, and until before, such as `"09:00"` and `"18:30"`; `"24:00"` is the day's end.
    ///
    /// # Errors
    /// It is no time of day, or the end comes before the beginning.
    pub fn open(
        mut self,
        days: impl IntoIterator<Item = Weekday>,
        from: &str,
        until: &str,
    ) -> Result<Self, HoursError> {
        let (begin, end) = (time(from)?, if until == "24:00" { Time::MAX } else { time(until)? });
        if begin >= end {
            return Err(HoursError::Order { from: from.to_owned(), until: until.to_owned() });
        }
        self.open.extend(days.into_iter().map(|day| (day, begin, end)));
        Ok(self)
    }

    /// What is said when it is closed.
    #[must_use]
    pub fn or_say(mut self, say: impl Into<String>) -> Self {
        self.say = Some(say.into());
        self
    }

    /// Whether it is open at this moment.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let Ok(at) = jiff::Timestamp::from_millisecond(at.as_millis()) else { return false };
        let there = at.to_zoned(self.zone.clone());
        let (day, now) = (there.weekday(), there.time());
        self.open.iter().any(|(of, begin, end)| *of == day && *begin <= now && now < *end)
    }
}

fn time(text: &str) -> Result<Time, HoursError> {
    text.parse().map_err(|source| HoursError::Time { time: text.to_owned(), source })
}

impl Layer for BusinessHours {
    async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow> {
        if turn.now().is_none_or(|now| self.is_open(now)) {
            return next.run().await;
        }
        refuse(turn, self.say.as_deref()).await
    }
}

#[cfg(test)]
mod tests {
    use super::{Weekday::*, *};

    fn at(text: &str) -> Timestamp {
        Timestamp::from_millis(text.parse::<jiff::Timestamp>().expect("a moment").as_millisecond())
    }

    #[test]
    fn hours_follow_the_zone_over_the_change_of_clocks() {
        let berlin = BusinessHours::in_zone("Europe/Berlin").expect("a zone");
        let hours = berlin.open([Monday, Tuesday], "09:00", "18:00").expect("hours");
        for (moment, open) in [
            // Winter: one hour ahead of UTC.
            ("2026-01-05T08:00:00Z", true),
            ("2026-01-05T07:59:59Z", false),
            ("2026-01-05T17:00:00Z", false),
            // Summer: two.
            ("2026-07-06T07:00:00Z", true),
            ("2026-07-06T16:00:00Z", false),
            // A Wednesday.
            ("2026-01-07T10:00:00Z", false),
        ] {
            assert_eq!(hours.is_open(at(moment)), open, "{moment}");
        }
    }

    #[test]
    fn what_is_no_zone_or_time_is_refused() {
        let hours = || BusinessHours::in_zone("Europe/Berlin").expect("a zone");
        assert!(BusinessHours::in_zone("Berlin").is_err());
        assert!(hours().open([Monday], "25:00", "26:00").is_err());
        assert!(hours().open([Monday], "18:00", "09:00").is_err());
        let always = hours().open([Monday], "00:00", "24:00").expect("a day");
        assert!(always.is_open(at("2026-01-05T22:59:59Z")));
    }
}
