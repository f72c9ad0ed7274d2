//! Faults: what goes wrong when somebody asks for it, and which calls and webhooks it hits. Nothing happens by itself.

use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::outbox::Topic;

/// Something that is to go wrong: once, unless [`times`](Self::times) or [`lasting`](Self::lasting) say otherwise.
///
/// Faults are not kept over a restart. Several may be active; each hit costs each that applies one of its times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    #[serde(flatten)]
    kind: FaultKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    only: Option<Scope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    millis: Option<u64>,
}

/// What goes wrong. Durations are milliseconds of the world's time, unless they say seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// Graph refuses with one of Meta's codes and does nothing.
    Refuse {
        /// The code.
        code: u32,
        /// What `Retry-After` says, in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// Graph's front answers with an HTTP status and a page that isn't JSON, as a broken proxy does.
    Status {
        /// The status.
        status: u16,
        /// What `Retry-After` says, in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// Graph does what it is asked at once and answers later.
    Slow {
        /// How much later.
        by: u64,
    },
    /// Graph does nothing and never answers.
    Timeout,
    /// Graph does what it is asked and never answers.
    TimeoutAfterAccept,
    /// Uploads are refused (131053), downloads are gone, and media that is sent fails with 131053.
    FailMedia,
    /// A send is accepted and then fails with a status.
    FailDelivery {
        /// The code the status names.
        code: u32,
    },
    /// A webhook comes more than once, the copies concurrently.
    Duplicate {
        /// How many copies besides the first.
        copies: u32,
    },
    /// A webhook changes places with the next one of its chat, if that comes within 5 s.
    Reorder,
    /// A webhook goes out later; others overtake it.
    Delay {
        /// How much later.
        by: u64,
    },
    /// A webhook is never delivered.
    Lose,
    /// Webhooks wait until so many are together, a second at most, and go out as one POST.
    Batch {
        /// How many.
        size: u32,
    },
    /// The bot's 200 is lost: the webhook comes again.
    DropAcks,
}

/// What a fault is confined to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scope {
    /// Graph calls that send something.
    Sends,
    /// Graph calls whose path ends so, e.g. `media`.
    Path(String),
    /// Webhooks with messages.
    Messages,
    /// Webhooks with statuses.
    Statuses,
    /// Webhooks of a field other than `messages`, e.g. `calls`.
    Field(String),
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self { kind, only: None, times: None, millis: None }
    }
}

impl Fault {
    /// Graph refuses a send with this code.
    pub fn refuse(code: u32) -> Self {
        Self::from(FaultKind::Refuse { code, retry_after: None }).only(Scope::Sends)
    }

    /// Graph's front answers a call with this HTTP status and no JSON.
    pub fn status(status: u16) -> Self {
        FaultKind::Status { status, retry_after: None }.into()
    }

    /// Graph answers a call so much later.
    pub fn slow(by: Duration) -> Self {
        FaultKind::Slow { by: millis(by) }.into()
    }

    /// Graph doesn't do a call and doesn't answer it.
    pub fn timeout() -> Self {
        FaultKind::Timeout.into()
    }

    /// Graph does what a call asks for and doesn't answer it.
    pub fn timeout_after_accept() -> Self {
        FaultKind::TimeoutAfterAccept.into()
    }

    /// A file can't be uploaded, downloaded or sent.
    pub fn fail_media() -> Self {
        FaultKind::FailMedia.into()
    }

    /// A send is accepted and fails with this code.
    pub fn fail_delivery(code: u32) -> Self {
        FaultKind::FailDelivery { code }.into()
    }

    /// A webhook comes twice.
    pub fn duplicate() -> Self {
        FaultKind::Duplicate { copies: 1 }.into()
    }

    /// A webhook changes places with the next of its chat.
    pub fn reorder() -> Self {
        FaultKind::Reorder.into()
    }

    /// A webhook goes out so much later.
    pub fn delay(by: Duration) -> Self {
        FaultKind::Delay { by: millis(by) }.into()
    }

    /// A webhook is lost.
    pub fn lose() -> Self {
        FaultKind::Lose.into()
    }

    /// This many webhooks come as one POST.
    pub fn batch(size: u32) -> Self {
        Self::from(FaultKind::Batch { size }).times(size)
    }

    /// The bot's 200 for a webhook is lost.
    pub fn drop_acks() -> Self {
        FaultKind::DropAcks.into()
    }

    /// A status goes out so much later.
    pub fn late_status(by: Duration) -> Self {
        Self::delay(by).only(Scope::Statuses)
    }

    /// A status is lost.
    pub fn lost_status() -> Self {
        Self::lose().only(Scope::Statuses)
    }

    /// A status changes places with the next status of its chat.
    pub fn swapped_statuses() -> Self {
        Self::reorder().only(Scope::Statuses)
    }

    /// Happens so many times.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Happens for so long, of the world's time.
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.millis = Some(millis(duration));
        self
    }

    /// Happens until it is lifted.
    pub fn until_lifted(self) -> Self {
        self.times(u32::MAX)
    }

    /// Confines the fault.
    pub fn only(mut self, scope: Scope) -> Self {
        self.only = Some(scope);
        self
    }

    /// Sets `Retry-After`, in whole seconds, on a refusal or a status.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        if let FaultKind::Refuse { retry_after, .. } | FaultKind::Status { retry_after, .. } = &mut self.kind
        {
            *retry_after = Some(wait.as_secs());
        }
        self
    }

    /// What goes wrong.
    pub fn kind(&self) -> &FaultKind {
        &self.kind
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Names a fault that was injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FaultId(pub u64);

/// A fault that still has something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ActiveFault {
    /// Its name.
    pub id: FaultId,
    /// What was asked for.
    #[serde(flatten)]
    pub fault: Fault,
    /// How often it can still happen.
    pub left: u32,
    /// When it ends by itself, in milliseconds since the epoch.
    pub until: Option<i64>,
    /// How often it happened.
    pub hits: u32,
}

/// The active faults, oldest first.
#[derive(Default)]
pub(crate) struct Faults {
    active: Vec<ActiveFault>,
    last: u64,
}

/// What a fault is asked about.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    Call { path: &'a str, sends: bool },
    Webhook(&'a Topic),
}

impl Faults {
    pub(crate) fn none(&self) -> bool {
        self.active.is_empty()
    }

    pub(crate) fn inject(&mut self, now: i64, fault: Fault) -> FaultId {
        self.last += 1;
        let id = FaultId(self.last);
        let left = fault.times.unwrap_or(if fault.millis.is_some() { u32::MAX } else { 1 });
        let until = fault.millis.map(|millis| now.saturating_add(i64::try_from(millis).unwrap_or(i64::MAX)));
        if left > 0 {
            self.active.push(ActiveFault { id, fault, left, until, hits: 0 });
        }
        id
    }

    pub(crate) fn lift(&mut self, id: FaultId) {
        self.active.retain(|active| active.id != id);
    }

    pub(crate) fn lift_all(&mut self) {
        self.active.clear();
    }

    pub(crate) fn active(&self, now: i64) -> impl Iterator<Item = &ActiveFault> {
        self.active.iter().filter(move |active| active.until.is_none_or(|until| until > now))
    }

    /// The first fault that hits this target and of which `pick` makes something. It costs one of its times.
    pub(crate) fn take<T>(
        &mut self,
        now: i64,
        target: Target<'_>,
        pick: impl Fn(&FaultKind) -> Option<T>,
    ) -> Option<T> {
        if self.active.is_empty() {
            return None;
        }
        self.active.retain(|active| active.until.is_none_or(|until| until > now));
        let (at, picked) = self.active.iter().enumerate().find_map(|(at, active)| {
            let fits = active.fault.only.as_ref().is_none_or(|only| only.fits(target));
            fits.then(|| pick(&active.fault.kind)).flatten().map(|picked| (at, picked))
        })?;
        if let Some(active) = self.active.get_mut(at) {
            active.hits = active.hits.saturating_add(1);
            // Until lifted means until lifted.
            if active.left != u32::MAX {
                active.left -= 1;
            }
            if active.left == 0 {
                self.active.remove(at);
            }
        }
        Some(picked)
    }
}

impl Scope {
    fn fits(&self, target: Target<'_>) -> bool {
        match (self, target) {
            (Self::Sends, Target::Call { sends, .. }) => sends,
            (Self::Path(end), Target::Call { path, .. }) => path.ends_with(end.trim_matches('/')),
            (Self::Messages, Target::Webhook(topic)) => *topic == Topic::Messages,
            (Self::Statuses, Target::Webhook(topic)) => *topic == Topic::Statuses,
            (Self::Field(field), Target::Webhook(Topic::Field(topic))) => field == topic,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: Target<'_> = Target::Call { path: "1/messages", sends: true };

    fn code(kind: &FaultKind) -> Option<u32> {
        match kind {
            FaultKind::Refuse { code, .. } => Some(*code),
            _ => None,
        }
    }

    #[test]
    fn a_fault_happens_as_often_and_as_long_as_asked_for() {
        let mut faults = Faults::default();
        faults.inject(0, Fault::refuse(1).times(2));
        faults.inject(0, Fault::refuse(2).lasting(Duration::from_secs(10)));
        faults.inject(0, Fault::refuse(3).times(0));
        let hits: Vec<_> = (0..5).map(|_| faults.take(9_999, CALL, code)).collect();
        assert_eq!(hits, [Some(1), Some(1), Some(2), Some(2), Some(2)]);
        assert_eq!(faults.take(10_000, CALL, code), None);
        let id = faults.inject(0, Fault::refuse(4).until_lifted());
        assert_eq!(faults.take(i64::MAX, CALL, code), Some(4));
        assert_eq!(faults.active(0).next().map(|active| active.hits), Some(1));
        faults.lift(id);
        assert_eq!(faults.take(0, CALL, code), None);
    }

    #[test]
    fn a_fault_keeps_to_its_scope() {
        let mut faults = Faults::default();
        faults.inject(0, Fault::status(500).only(Scope::Path("media".into())).until_lifted());
        let status = |kind: &FaultKind| matches!(kind, FaultKind::Status { .. }).then_some(());
        assert_eq!(faults.take(0, CALL, status), None);
        assert_eq!(faults.take(0, Target::Webhook(&Topic::Messages), status), None);
        assert_eq!(faults.take(0, Target::Call { path: "1/media", sends: false }, status), Some(()));
        let any = |_: &FaultKind| Some(());
        faults.lift_all();
        faults.inject(0, Fault::lost_status());
        assert_eq!(faults.take(0, Target::Webhook(&Topic::Messages), any), None);
        assert_eq!(faults.take(0, Target::Webhook(&Topic::Statuses), any), Some(()));
    }

    #[test]
    fn a_fault_is_written_as_people_would() {
        let fault: Fault = serde_json::from_str(
            r#"{"fault": "refuse", "code": 130429, "retry_after": 3, "times": 2, "only": "sends"}"#,
        )
        .unwrap();
        assert_eq!(fault, Fault::refuse(130_429).times(2).retry_after(Duration::from_secs(3)));
        let media: Fault =
            serde_json::from_str(r#"{"fault": "status", "status": 502, "only": {"path": "media"}}"#).unwrap();
        assert_eq!(media, Fault::status(502).only(Scope::Path("media".into())));
        assert!(serde_json::from_str::<Fault>(r#"{"fault": "gremlins"}"#).is_err());
    }
}
