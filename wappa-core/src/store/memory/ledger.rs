//! The ledger of sends, in memory: bounded, and only ever moving forward.

use std::collections::{HashMap, VecDeque};

use wappa_cloud::Timestamp;

use crate::store::{SendKey, SendRecord, SendState, StatusNote};

#[derive(Debug)]
pub(super) struct Ledger {
    records: HashMap<SendKey, SendRecord>,
    order: VecDeque<SendKey>,
    limit: usize,
}

impl Ledger {
    pub(super) fn new(limit: usize) -> Self {
        Self { records: HashMap::new(), order: VecDeque::new(), limit }
    }

    pub(super) fn get(&self, key: SendKey) -> Option<SendRecord> {
        self.records.get(&key).cloned()
    }

    pub(super) fn record(&mut self, record: SendRecord) {
        match self.records.get_mut(&record.key) {
            Some(known) => known.advance(record),
            None => self.insert(record),
        }
    }

    pub(super) fn note(&mut self, note: &StatusNote, at: Timestamp) {
        let Some(state) = SendState::of(&note.state) else { return };
        self.record(SendRecord {
            key: note.key,
            number: "".into(),
            person: None,
            state,
            id: Some(note.id.clone()),
            error: note.error,
            at,
        });
    }

    fn insert(&mut self, record: SendRecord) {
        self.order.push_back(record.key);
        self.records.insert(record.key, record);
        if self.order.len() > self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.records.remove(&oldest);
        }
    }
}
