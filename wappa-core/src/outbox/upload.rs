//! Files that go to Meta before the message that shows them.

use std::{path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use wappa_cloud::{DraftKind, MediaId, MediaSource, Recipient, Upload};

use super::{
    Address, How, Outbox, SendError, TurnSends,
    letter::Letter,
    policy::{self, Step},
};
use crate::numbers::Number;

impl Outbox {
    /// Sends a file ahead, for a message of this turn that is sent later.
    pub(crate) async fn upload(
        &self,
        number: &Arc<Number>,
        turn: &TurnSends,
        upload: &Upload,
    ) -> Result<MediaId, SendError> {
        let to = Recipient::default();
        let address = Address { number, to: &to, person: None };
        let key = self.fresh_key();
        let how = How::default();
        // Only what a message goes by matters; none is recorded.
        let draft = DraftKind::Document;
        Letter { outbox: self, address, key, turn: Some(turn), how, draft }.upload(upload).await
    }
}

impl Letter<'_> {
    /// Media given as a file or as bytes goes to Meta first; the draft then names it by id.
    pub(super) async fn upload(&self, upload: &Upload) -> Result<MediaId, SendError> {
        let Self { outbox, address: Address { number, .. }, key, turn, .. } = *self;
        let bytes = match &upload.source {
            MediaSource::Bytes(bytes) => bytes.clone(),
            MediaSource::Path(path) => read(path).await?,
        };
        let upload = upload.clone().with_bytes(bytes);
        let mut tries = 0;
        loop {
            let number = outbox.pass(number, turn).await?;
            match outbox.graph.upload(&number.token, &number.id, &upload).await {
                Ok(id) => return Ok(id),
                Err(error) => match policy::decide(&error, key, tries) {
                    Step::NewToken => outbox.refused(&number, &error),
                    Step::Again(wait) => self.wait(wait, error, tries).await?,
                    // An upload that may have arrived is no message: doing it again harms nobody.
                    Step::Settle if tries < 3 => {
                        self.wait(Duration::from_secs(1), error, tries).await?;
                    }
                    Step::Settle | Step::GiveUp => return Err(error.into()),
                },
            }
            tries += 1;
        }
    }
}

async fn read(path: &Path) -> Result<Bytes, SendError> {
    let owned = path.to_owned();
    let read = tokio::task::spawn_blocking(move || std::fs::read(owned)).await;
    let read = read.map_err(|_| SendError::CutOff)?;
    read.map(Bytes::from).map_err(|source| SendError::File { path: path.display().to_string(), source })
}
