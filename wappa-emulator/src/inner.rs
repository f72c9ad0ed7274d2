//! What the clones of an emulator share, and the steps that touch more than the world: files, journal, wire, page.

use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::WorldClock;
use crate::deliver::{Lanes, Parcel, Plan};
use crate::feed::{Direction, Feed, Wire};
use crate::journal::Journal;
use crate::mind::Mind;
use crate::sinks::Sinks;
use crate::vault::{Found, Vault};
use crate::world::graph::{Files, GraphBody, GraphCall, GraphReply, Heard, ReplyBody};
use crate::world::{Lane, Signer, World};

pub(crate) struct Inner {
    pub(crate) clock: WorldClock,
    core: Mutex<Core>,
    held_back: AtomicUsize,
}

/// Counts a Graph call as held back.
pub(crate) struct Hold<'a>(&'a AtomicUsize);

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(crate) struct Core {
    pub(crate) world: World,
    pub(crate) feed: Feed,
    pub(crate) lanes: Lanes,
    pub(crate) vault: Vault,
    pub(crate) journal: Option<Journal>,
    pub(crate) sinks: Sinks,
    pub(crate) mind: Option<Arc<dyn Mind>>,
    /// Where browsers in the network reach the page.
    pub(crate) shared_address: Option<String>,
    /// When the driver has something to do again.
    pub(crate) next_due: Option<i64>,
}

impl Core {
    /// Writes down what happened and tells the page. Every step of the world ends with this.
    pub(crate) fn keep(&mut self) {
        let changes = self.world.take_changes();
        if changes.is_empty() {
            return;
        }
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.append(&changes)
        {
            // The conversation goes on; only the next start will know less.
            tracing::error!(error = %error, "the emulator can't write its world");
        }
        self.feed.changes(self.world.state(), &changes);
    }
}

/// What Graph answers to a call.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<u64>,
    pub(crate) heard: Heard,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

impl Inner {
    pub(crate) fn new(clock: WorldClock, core: Core) -> Self {
        Self { clock, core: Mutex::new(core), held_back: AtomicUsize::new(0) }
    }

    pub(crate) fn hold(&self) -> Hold<'_> {
        self.held_back.fetch_add(1, Ordering::Relaxed);
        Hold(&self.held_back)
    }

    pub(crate) fn held_back(&self) -> usize {
        self.held_back.load(Ordering::Relaxed)
    }

    pub(crate) fn core(&self) -> MutexGuard<'_, Core> {
        // Every step leaves the core whole, also one that panics in between two of them.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What signs the webhooks of a lane.
    pub(crate) fn signs(&self, lane: &Lane) -> Option<Signer> {
        self.core().world.signs(lane)
    }

    /// Lets due things happen and says which webhooks can go.
    pub(crate) fn plan(&self) -> Plan {
        let mut guard = self.core();
        let core = &mut *guard;
        let now = self.clock.millis();
        for gone in core.world.tick(now) {
            core.vault.remove(&gone);
        }
        core.keep();
        let Core { world, lanes, sinks, .. } = core;
        let (parcels, retry) = lanes.ready(&world.state().outbox, now, |webhook| sinks.of(webhook).is_some());
        let with_sink = |parcel: Parcel| Some((sinks.of(parcel.first()?)?, parcel));
        let ready = parcels.into_iter().filter_map(with_sink).collect();
        let next = [retry, core.world.next_due()].into_iter().flatten().min();
        core.next_due = next;
        Plan { ready, next }
    }

    /// Answers a Graph call. Blocks where files are involved.
    pub(crate) fn graph(&self, call: GraphCall) -> Answer {
        self.graph_with(call, World::graph)
    }

    /// Has a call answered so, and keeps what comes of it.
    pub(crate) fn graph_with(
        &self,
        call: GraphCall,
        answer: impl FnOnce(&mut World, i64, GraphCall) -> GraphReply,
    ) -> Answer {
        let began = self.clock.millis();
        let (method, path) = (call.method.to_string(), format!("/{}", call.path.trim_start_matches('/')));
        let request = redacted(request_view(&call.body));
        let mut guard = self.core();
        let core = &mut *guard;
        let reply = answer(&mut core.world, began, call);
        let kept = match reply.files {
            Files::Untouched => Ok(()),
            Files::Keep(id, bytes) => core.vault.put(&id, bytes),
            Files::Drop(id) => {
                core.vault.remove(&id);
                Ok(())
            }
        };
        if let Err(error) = kept {
            tracing::error!(error = %error, "the emulator can't keep an uploaded file");
        }
        core.keep();
        let (response, found) = match reply.body {
            ReplyBody::Json(body) => (body, None),
            ReplyBody::Page(page) => {
                (Value::Null, Some((Some(Found::Bytes(page.into())), "text/html".to_owned())))
            }
            ReplyBody::File(media) => (
                json!({"file": {"mime": media.mime, "size": media.size}}),
                Some((core.vault.find(&media.id), media.mime)),
            ),
        };
        core.feed.record(Wire {
            seq: 0,
            at: began,
            direction: Direction::Graph,
            method,
            path,
            status: reply.status,
            ms: self.clock.millis() - began,
            request,
            response: redacted(response.clone()),
            summary: reply.summary,
        });
        drop(guard);
        let (status, content_type, body) = match found {
            None => (reply.status, "application/json".to_owned(), response.to_string().into()),
            Some((file, mime)) => match file.and_then(Found::read) {
                Some(body) => (reply.status, mime, body),
                None => (404, "text/plain".to_owned(), Bytes::new()),
            },
        };
        Answer { status, retry_after: reply.retry_after, heard: reply.heard, content_type, body }
    }
}

/// What nobody looking at the wire needs to see.
fn redacted(mut body: Value) -> Value {
    const SECRETS: &[&str] = &["access_token", "client_secret", "code", "pin", "verify_token"];
    if let Some(fields) = body.as_object_mut() {
        for (name, value) in fields.iter_mut() {
            if value.is_string() && SECRETS.contains(&name.as_str()) {
                *value = json!("…");
            }
        }
    }
    body
}

fn request_view(body: &GraphBody) -> Value {
    match body {
        GraphBody::Empty => Value::Null,
        GraphBody::Json(body) => serde_json::from_slice(body).unwrap_or_else(|_| {
            json!(String::from_utf8_lossy(body.get(..body.len().min(2_000)).unwrap_or_default()))
        }),
        GraphBody::Chunk { offset, bytes } => json!({"file_offset": offset, "size": bytes.len()}),
        GraphBody::Form { fields, file } => {
            let mut view: serde_json::Map<String, Value> =
                fields.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
            if let Some(file) = file {
                view.insert(
                    "file".into(),
                    json!({"name": file.name, "mime": file.mime, "size": file.bytes.len()}),
                );
            }
            Value::Object(view)
        }
    }
}
