//! `/ready`: whether the bot takes deliveries and works them off, and if not, why.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use wappa_cloud::Timestamp;

use super::Webhook;
use crate::{
    meters::{Standing, TokenState},
    shutdown::Phase,
};

/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// What could be worked on and has not been for so long means that the workers don't keep up.
const LAG: Duration = Duration::from_mins(1);

/// What `/ready` says.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Readiness {
    ready: bool,
    /// Why it is not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Reason>,
    /// What is wrong and keeps nobody from sending deliveries here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Reason>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Reason {
    what: &'static str,
    why: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u64>,
}

impl Reason {
    fn of(what: &'static str, why: &'static str) -> Self {
        Self { what, why, number: None, seconds: None }
    }
}

pub(super) async fn ready(State(webhook): State<Arc<Webhook>>) -> Response {
    let mut readiness = if webhook.drain.phase() > Phase::Open {
        Readiness::not(Reason::of("draining", "the bot is going down"))
    } else {
        let clock = webhook.sources.clock();
        tokio::select! {
            biased;
            standing = webhook.inbox.standing() => match standing {
                Ok(standing) => Readiness::of(&standing, clock.now()),
                Err(_) => Readiness::not(Reason::of("store", "the store does not answer as it should")),
            },
            () = clock.sleep(PATIENCE) => {
                Readiness::not(Reason::of("store", "the store has not answered for two seconds"))
            }
        }
    };
    readiness.ready = readiness.reasons.is_empty();
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}

impl Readiness {
    fn not(reason: Reason) -> Self {
        Self { ready: false, reasons: vec![reason], warnings: Vec::new() }
    }

    fn of(standing: &Standing, now: Timestamp) -> Self {
        let dead = standing.numbers.iter().filter(|(_, token)| *token == TokenState::Dead);
        let dead: Vec<Reason> = dead
            .map(|(number, _)| Reason {
                number: Some(Arc::clone(number)),
                ..Reason::of("circuit", "Meta does not accept the number's token: set another (keep_token)")
            })
            .collect();
        // One dead token of several keeps nobody from taking what comes for the others.
        let is_dead = !dead.is_empty() && dead.len() == standing.numbers.len();
        let (mut reasons, warnings) = if is_dead { (dead, Vec::new()) } else { (Vec::new(), dead) };
        let late = standing.queues.iter().filter_map(|queue| {
            let waited = now.since(queue.idle_since?);
            (waited > LAG).then(|| Reason {
                number: Some(Arc::clone(&queue.number)),
                seconds: Some(waited.as_secs()),
                ..Reason::of("lag", "events wait for a worker: more comes in than the handlers get done")
            })
        });
        reasons.extend(late);
        Self { ready: reasons.is_empty(), reasons, warnings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Queue;

    fn standing(tokens: &[TokenState], idle_since: Option<i64>) -> Readiness {
        let numbers = tokens.iter().enumerate().map(|(at, token)| (at.to_string().into(), *token));
        let queue = Queue {
            number: "0".into(),
            waiting: 3,
            oldest: Timestamp::from_millis(0),
            idle_since: idle_since.map(Timestamp::from_millis),
        };
        let standing = Standing { queues: vec![queue], numbers: numbers.collect(), ..Standing::default() };
        Readiness::of(&standing, Timestamp::from_millis(100_000))
    }

    fn names(reasons: &[Reason]) -> Vec<&'static str> {
        reasons.iter().map(|reason| reason.what).collect()
    }

    #[test]
    fn what_is_kept_waiting_on_purpose_is_no_lag() {
        let alive = &[TokenState::Alive];
        assert!(standing(alive, None).ready, "an old event that backs off");
        assert!(standing(alive, Some(90_000)).ready);
        let late = standing(alive, Some(10_000));
        assert_eq!((late.ready, names(&late.reasons)), (false, vec!["lag"]));
        let json = serde_json::to_string(&late).unwrap();
        assert!(json.contains(r#""number":"0","seconds":90"#), "{json}");
    }

    #[test]
    fn one_dead_token_of_two_is_a_warning() {
        let (alive, dead) = (TokenState::Alive, TokenState::Dead);
        let one = standing(&[alive, dead], None);
        assert_eq!((one.ready, names(&one.warnings), one.reasons.len()), (true, vec!["circuit"], 0));
        let all = standing(&[dead, dead], None);
        assert_eq!((all.ready, names(&all.reasons)), (false, vec!["circuit", "circuit"]));
    }
}
