//! Moments, as Meta and the stores count them.

use std::{
    ops::{Add, Sub},
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since the Unix epoch. Meta's own timestamps are whole seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// This many seconds after the epoch.
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// This many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Reads what Meta writes: seconds or milliseconds since the epoch, or a date and time as in ISO 8601.
    pub(crate) fn read(text: &str) -> Option<Self> {
        match text.parse::<i64>() {
            // Seconds reach this in the year 5138.
            Ok(number) if number.unsigned_abs() < 100_000_000_000 => Some(Self::from_secs(number)),
            Ok(number) => Some(Self(number)),
            Err(_) => iso(text.trim()),
        }
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The time since an earlier moment; zero if it is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// `2025-02-12`, `2025-02-12T01:02:03+0000`, `2025-02-12 01:02:03.5Z` and the like; or a number with a fraction.
fn iso(text: &str) -> Option<Timestamp> {
    let Some((date, rest)) = text.split_at_checked(10) else { return fraction(text) };
    let mut parts = date.split('-').map(str::parse::<i64>);
    let (Some(Ok(year)), Some(Ok(month @ 1..=12)), Some(Ok(day @ 1..=31)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return fraction(text);
    };
    let (clock, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(at) => rest.split_at_checked(at)?,
        None => (rest, ""),
    };
    let mut parts = clock.trim_start_matches(['T', 't', ' ']).split(':');
    let mut number = || parts.next().and_then(|part| part.parse::<f64>().ok()).unwrap_or(0.0);
    let seconds = number() * 3600.0 + number() * 60.0 + number();
    if !(0.0..=86_400.0).contains(&seconds) {
        return None;
    }
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let shift = match digits.parse::<i64>() {
        Ok(hours) if digits.len() <= 2 => hours * 3600,
        Ok(both) => (both / 100 % 100 * 60 + both % 100) * 60,
        Err(_) => 0,
    };
    let shift = if offset.starts_with('-') { -shift } else { shift };
    let whole = days_from_civil(year, month, day) * 86_400 - shift;
    Some(Timestamp::from_secs(whole) + Duration::from_secs_f64(seconds))
}

fn fraction(text: &str) -> Option<Timestamp> {
    let number: f64 = text.parse().ok()?;
    let span = Duration::try_from_secs_f64(if number < 1e11 { number } else { number / 1000.0 }).ok()?;
    Some(Timestamp::default() + span)
}

/// Days since the epoch, by the proleptic Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_form() {
        let same = [
            "1739322123",
            "1739322123000",
            "1739322123.0",
            "2025-02-12T01:02:03+0000",
            "2025-02-12T01:02:03Z",
            "2025-02-12T03:02:03+02:00",
            "2025-02-12T03:02:03+02",
            "2025-02-11T20:02:03-0500",
            "2025-02-12 01:02:03",
        ];
        for text in same {
            assert_eq!(Timestamp::read(text), Some(Timestamp::from_secs(1_739_322_123)), "{text}");
        }
        assert_eq!(Timestamp::read("2024-02-29"), Some(Timestamp::from_secs(1_709_164_800)));
        for odd in
            ["", "soon", "2025-13-01", "nan", "-1e300", "9999999999999999999999", "2025-02-12T99:00:00"]
        {
            assert!(Timestamp::read(odd).is_none_or(|at| at.as_millis() >= 0), "{odd}");
        }
        assert_eq!(Timestamp::read("2025-02-12T99:00:00"), None);
    }
}
