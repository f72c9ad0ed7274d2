//! Schedules: what a bot does at set times, whoever writes to it. When, by the clock of a place; what, the author's.

use std::{fmt, future::Future, str::FromStr, sync::Arc};

use croner::Cron;
use jiff::{Zoned, tz::TimeZone};
use wappa_cloud::Timestamp;

use crate::{
    clock::BoxFuture,
    error::Result,
    happening::Scheduled,
    messenger::Messenger,
    store::{EventKind, Existing, LaneKind, NumberRef, Party, TimerName, TimerPlace, TimerSet, TimerWrite},
};

/// What a bot does at set times.
#[derive(Clone, Default)]
pub struct Schedules {
    all: Vec<Arc<Schedule>>,
}

/// One of them.
pub(crate) struct Schedule {
    /// Says when and where, and so is another one's if either changes.
    name: String,
    cron: Cron,
    zone: TimeZone,
    run: Box<dyn Fn(Messenger) -> BoxFuture<'static, Result> + Send + Sync>,
}

/// A schedule that means no moment.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The expression.
    #[error(
        "`{expression}` is no cron expression: expected minute, hour, day, month and weekday, like `0 9 * * 1-5`"
    )]
    Expression {
        /// What was given.
        expression: String,
        /// What is wrong with it.
        #[source]
        source: croner::errors::CronError,
    },
    /// The time zone.
    #[error("`{zone}` is no time zone: expected a name of the IANA database, like `Europe/Madrid` or `UTC`")]
    Zone {
        /// What was given.
        zone: String,
        /// What is wrong with it.
        #[source]
        source: jiff::Error,
    },
    /// No day is like that.
    #[error("`{expression}` never comes: no day is like that")]
    Never {
        /// What was given.
        expression: String,
    },
}

impl Schedules {
    /// Has `run` called whenever this expression (minute, hour, day, month, weekday) is true in this time zone (IANA, like
    /// `Europe/Madrid`).
    ///
    /// # Errors
    /// The expression or the zone is not understood.
    pub fn add<F, Fut>(&mut self, expression: &str, zone: &str, run: F) -> Result<(), ScheduleError>
    where
        F: Fn(Messenger) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        let cron = Cron::from_str(expression)
            .map_err(|source| ScheduleError::Expression { expression: expression.to_owned(), source })?;
        let zone =
            TimeZone::get(zone).map_err(|source| ScheduleError::Zone { zone: zone.to_owned(), source })?;
        let mut name = format!("{expression} {}", zone.iana_name().unwrap_or("UTC"));
        let same = self.all.iter().filter(|other| other.name.starts_with(&name)).count();
        if same > 0 {
            name = format!("{name} ({})", same + 1);
        }
        let schedule = Schedule { name, cron, zone, run: Box::new(move |bot| Box::pin(run(bot))) };
        if schedule.next(Timestamp::from_secs(0)).is_none() {
            return Err(ScheduleError::Never { expression: expression.to_owned() });
        }
        self.all.push(Arc::new(schedule));
        Ok(())
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Schedule>> {
        self.all.iter()
    }

    pub(crate) fn of(&self, moment: &Scheduled) -> Option<&Arc<Schedule>> {
        self.all.iter().find(|schedule| schedule.name == moment.name())
    }
}

impl Schedule {
    /// The first moment after this one.
    fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let after = jiff::Timestamp::from_millisecond(after.as_millis()).ok()?;
        let after = Zoned::new(after, self.zone.clone());
        let next = self.cron.find_next_occurrence(&after, false).ok()?;
        Some(Timestamp::from_millis(next.timestamp().as_millisecond()))
    }

    /// The timer for its next moment, which leaves alone one that is set: after a pause a moment that was missed comes
    /// once, late.
    pub(crate) fn timer(&self, now: Timestamp) -> Option<(TimerPlace, TimerWrite)> {
        let at = self.next(now)?;
        let place = TimerPlace {
            number: NumberRef { id: "".into(), portfolio: "".into() },
            lane: LaneKind::Account,
            party: Party::Account(format!("schedule {}", self.name).into()),
        };
        let set = TimerSet { at, kind: EventKind::Scheduled, body: Scheduled::body(&self.name) };
        let name = TimerName { member: None, name: "schedule".into() };
        Some((place, TimerWrite { name, set: Some(set), existing: Existing::Keep }))
    }

    pub(crate) fn run(&self, bot: Messenger) -> BoxFuture<'static, Result> {
        (self.run)(bot)
    }
}

impl fmt::Debug for Schedules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.all.iter().map(|schedule| &schedule.name);
        f.debug_list().entries(names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(expression: &str, zone: &str) -> Result<Arc<Schedule>, ScheduleError> {
        let mut schedules = Schedules::default();
        schedules.add(expression, zone, async |_| Ok(()))?;
        Ok(Arc::clone(&schedules.all[0]))
    }

    fn moments(expression: &str, zone: &str, from: &str) -> Vec<String> {
        let schedule = schedule(expression, zone).unwrap();
        let from: jiff::Timestamp = from.parse().unwrap();
        let mut now = Timestamp::from_millis(from.as_millisecond());
        let mut moments = Vec::new();
        for _ in 0..3 {
            now = schedule.next(now).unwrap();
            moments.push(jiff::Timestamp::from_millisecond(now.as_millis()).unwrap().to_string());
        }
        moments
    }

    #[test]
    fn nine_o_clock_is_nine_o_clock_there() {
        // The clocks of Madrid go forward on 29 March 2026.
        assert_eq!(
            moments("0 9 * * *", "Europe/Madrid", "2026-03-27T12:00:00Z"),
            ["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"]
        );
        assert_eq!(
            moments("30 8 * * 1-5", "UTC", "2026-11-20T09:00:00Z"),
            ["2026-11-23T08:30:00Z", "2026-11-24T08:30:00Z", "2026-11-25T08:30:00Z"]
        );
    }

    #[test]
    fn the_moment_itself_is_past() {
        assert_eq!(moments("0 9 * * *", "UTC", "2026-01-01T09:00:00Z")[0], "2026-01-02T09:00:00Z");
    }
    #[test]
    fn an_hour_that_does_not_exist_is_the_moment_after_it() {
        for (expression, zone, from, moments_there) in [
            // The clocks of Madrid go from 2:00 to 3:00 on 29 March 2026.
            (
                "30 2 * * *",
                "Europe/Madrid",
                "2026-03-28T12:00:00Z",
                ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"],
            ),
            // Those of Sydney on 4 October 2026.
            (
                "30 2 * * *",
                "Australia/Sydney",
                "2026-10-03T00:00:00Z",
                ["2026-10-03T16:00:00Z", "2026-10-04T15:30:00Z", "2026-10-05T15:30:00Z"],
            ),
            // And those of Santiago at midnight.
            (
                "0 0 * * *",
                "America/Santiago",
                "2026-09-05T12:00:00Z",
                ["2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z", "2026-09-08T03:00:00Z"],
            ),
            // What comes all the time has no moment in the hour that is left out.
            (
                "*/30 * * * *",
                "Europe/Madrid",
                "2026-03-29T00:10:00Z",
                ["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"],
            ),
        ] {
            assert_eq!(moments(expression, zone, from), moments_there, "{expression} {zone}");
        }
    }

    #[test]
    fn an_hour_that_exists_twice_counts_once() {
        for (expression, zone, from, moments_there) in [
            // The clocks of Madrid go from 3:00 to 2:00 on 25 October 2026.
            (
                "30 2 * * *",
                "Europe/Madrid",
                "2026-10-24T12:00:00Z",
                ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"],
            ),
            // Those of Sydney on 5 April 2026.
            (
                "30 2 * * *",
                "Australia/Sydney",
                "2026-04-04T00:00:00Z",
                ["2026-04-04T15:30:00Z", "2026-04-05T16:30:00Z", "2026-04-06T16:30:00Z"],
            ),
            // What comes all the time comes in both.
            (
                "*/30 * * * *",
                "Europe/Madrid",
                "2026-10-25T00:10:00Z",
                ["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"],
            ),
        ] {
            assert_eq!(moments(expression, zone, from), moments_there, "{expression} {zone}");
        }
    }

    #[test]
    fn the_29th_of_february_comes_every_four_years_and_leap_seconds_never() {
        assert_eq!(
            moments("0 12 29 2 *", "UTC", "2026-01-01T00:00:00Z"),
            ["2028-02-29T12:00:00Z", "2032-02-29T12:00:00Z", "2036-02-29T12:00:00Z"]
        );
        // A century that is none, and one that is.
        assert_eq!(moments("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z")[0], "2104-02-29T00:00:00Z");
        // The clocks of computers have no 23:59:60.
        assert_eq!(
            moments("* * * * *", "UTC", "2016-12-31T23:59:60Z"),
            ["2017-01-01T00:00:00Z", "2017-01-01T00:01:00Z", "2017-01-01T00:02:00Z"]
        );
    }

    #[test]
    fn what_means_no_moment_is_refused() {
        for expression in ["", "9", "0 25 * * *", "sometimes"] {
            let refused = schedule(expression, "UTC").err().unwrap();
            assert!(matches!(refused, ScheduleError::Expression { .. }), "{expression}: {refused}");
        }
        assert!(matches!(schedule("0 9 * * *", "Madrid"), Err(ScheduleError::Zone { .. })));
        assert!(matches!(schedule("0 9 30 2 *", "UTC"), Err(ScheduleError::Never { .. })));
    }

    #[test]
    fn two_of_the_same_moment_are_two() {
        let mut schedules = Schedules::default();
        for _ in 0..2 {
            schedules.add("0 9 * * *", "UTC", async |_| Ok(())).unwrap();
        }
        let names: Vec<&str> = schedules.all().map(|schedule| &*schedule.name).collect();
        assert_eq!(names, ["0 9 * * * UTC", "0 9 * * * UTC (2)"]);
    }
}
