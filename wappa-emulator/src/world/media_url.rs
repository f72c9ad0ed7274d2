//! Download URLs of media: short-lived and unguessable, like Meta's. Who may use one is the Graph front's to check.

use wappa_cloud::{AppSecret, MediaId};

use super::model::Number;

/// A download URL works for 5 minutes (Meta's page "Media: retrieve media URL"), in milliseconds.
const WORKS_FOR: i64 = 5 * 60 * 1000;

/// The first segment of the path of a download URL.
pub(crate) const DOWNLOADS: &str = "media-download";

pub(crate) fn media_url(origin: &str, number: &Number, id: &MediaId, now: i64) -> String {
    let ext = (now + WORKS_FOR).div_euclid(1000);
    let hash = hash(number, id, ext);
    format!("{origin}/{DOWNLOADS}/{id}?ext={ext}&hash={hash}")
}

/// Whether `ext` and `hash` came from [`media_url`] and the time is not over.
pub(crate) fn still_works(number: &Number, id: &MediaId, ext: &str, given: &str, now: i64) -> Works {
    match ext.parse::<i64>() {
        Ok(until) if until.saturating_mul(1000) > now && hash(number, id, until) == given => Works::Yes,
        _ => Works::No,
    }
}

/// Whether a download URL works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Works {
    Yes,
    No,
}

fn hash(number: &Number, id: &MediaId, ext: i64) -> String {
    let signature = AppSecret::new(number.app_secret.clone()).sign(format!("{id}?{ext}").as_bytes());
    signature.trim_start_matches("sha256=").chars().take(32).collect()
}
