//! Before the first message of a broadcast leaves: its template is looked at, and its audience stored.

use std::sync::Arc;

use futures_util::StreamExt;
use wappa_cloud::client::templates::{Filter, Status};

use super::{
    Audience, BadRow, BroadcastError, BroadcastState, Broadcasts, Inner, Mailing, Row, audience, lock,
    run::Run,
    state::{BATCH, Counts, Head, Recipient},
};
use crate::{numbers::Number, store::Expected};

impl Broadcasts {
    pub(super) fn number(&self, mailing: &Mailing) -> Result<Arc<Number>, BroadcastError> {
        let numbers = self.inner.messenger.numbers();
        match (&mailing.number, numbers.as_slice()) {
            (None, [only]) => Ok(Arc::clone(only)),
            (None, _) => Err(BroadcastError::Number),
            (Some(id), all) => {
                let named = all.iter().find(|number| number.id.as_str() == id);
                named.map(Arc::clone).ok_or(BroadcastError::Number)
            }
        }
    }

    /// Holds the mailing against its template as Meta has it.
    pub(super) async fn checked(&self, mailing: Mailing, number: &Number) -> Result<Mailing, BroadcastError> {
        let account =
            number.business_account.as_ref().ok_or_else(|| BroadcastError::Account(number.id.clone()))?;
        let (template, language) = mailing.template();
        let filter = Filter::new().name(template);
        let graph = self.inner.messenger.outbox().graph();
        let known = graph.templates(&number.token, account).list(&filter).all().await?;
        let meant = known.iter().find(|definition| {
            definition.name == template
                && definition.language == language
                && definition.status.as_ref().is_none_or(|status| *status == Status::Approved)
        });
        let Some(definition) = meant else {
            let (template, language) = (template.to_owned(), language.to_owned());
            return Err(BroadcastError::Template { template, language });
        };
        mailing.check(definition)
    }

    pub(super) async fn load(
        &self,
        mailing: Mailing,
        number: &Number,
        audience: Audience,
        name: &str,
    ) -> Result<Arc<Run>, BroadcastError> {
        let place = self.place(name);
        let now = self.now();
        let left = place.head(now).await?;
        let expected = left.map_or(Expected::Nothing, |(_, version)| Expected::Version(version));
        let mut head = Head {
            mailing,
            number: number.id.to_string(),
            state: BroadcastState::Loading,
            reason: None,
            recipients: 0,
            bad_rows: 0,
            next: 0,
            batches: 0,
            begun: false,
            counts: Counts::default(),
            started: now.as_millis(),
            ended: None,
        };
        let version = place.put_head(&head, expected, now).await?;
        place.clear(&["to", "failed", "bad"], now).await?;
        let mut batch: Vec<Recipient> = Vec::with_capacity(BATCH);
        let (mut bad, mut bad_batches) = (Vec::new(), 0);
        let mut rows = audience.rows;
        while let Some((line, row)) = rows.next().await {
            match row.and_then(|row| recipient(&head.mailing, &row)) {
                Ok(recipient) => batch.push(recipient),
                Err(reason) => bad.push(BadRow { line, reason }),
            }
            if batch.len() >= BATCH {
                place.put_batch(head.batches, &batch, self.now()).await?;
                head.batches += 1;
                head.recipients += batch.len() as u64;
                batch.clear();
            }
            if bad.len() >= BATCH {
                place.put_bad_rows(bad_batches, &bad, self.now()).await?;
                bad_batches += 1;
                head.bad_rows += bad.len() as u64;
                bad.clear();
            }
        }
        if !batch.is_empty() {
            place.put_batch(head.batches, &batch, self.now()).await?;
            head.batches += 1;
            head.recipients += batch.len() as u64;
        }
        if !bad.is_empty() {
            place.put_bad_rows(bad_batches, &bad, self.now()).await?;
            head.bad_rows += bad.len() as u64;
        }
        head.state = BroadcastState::Running;
        let version = place.put_head(&head, Expected::Version(version), self.now()).await?;
        let (messenger, drain) = (self.inner.messenger.clone(), self.inner.drain.clone());
        Ok(Run::new(messenger, drain, place, head, version))
    }
}

fn recipient(mailing: &Mailing, row: &Row) -> Result<Recipient, String> {
    let to = audience::to_text(&row.to).ok_or("nobody is named")?;
    let values = mailing.pick(row).map_err(|error| error.to_string())?;
    Ok(Recipient { to, values })
}

/// A name under which an audience is being stored. Given back if that fails.
pub(super) struct Claimed<'a> {
    inner: &'a Inner,
    name: &'a Arc<str>,
}

impl<'a> Claimed<'a> {
    pub(super) fn new(inner: &'a Inner, name: &'a Arc<str>) -> Result<Self, BroadcastError> {
        let mut runs = lock(&inner.runs);
        if runs.contains_key(name) {
            return Err(BroadcastError::Elsewhere(name.to_string()));
        }
        runs.insert(Arc::clone(name), None);
        Ok(Self { inner, name })
    }

    pub(super) fn hold(self, run: &Arc<Run>) {
        lock(&self.inner.runs).insert(Arc::clone(self.name), Some(Arc::clone(run)));
    }
}

impl Drop for Claimed<'_> {
    fn drop(&mut self) {
        let mut runs = lock(&self.inner.runs);
        if runs.get(self.name).is_some_and(Option::is_none) {
            runs.remove(self.name);
        }
    }
}
