//! The ledger of sends, in memory: bounded, and only ever moving forward. Lines are packed, as there are many.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use wappa_cloud::{MessageId, Timestamp};

use crate::store::{PersonId, SendKey, SendRecord, SendState, StatusNote};

#[derive(Debug)]
pub(super) struct Ledger {
    /// Key → how many lines had ever been added before this one.
    places: HashMap<[u64; 2], u64, super::hashed::Build>,
    lines: VecDeque<Line>,
    dropped: u64,
    numbers: Vec<Arc<str>>,
    limit: usize,
}

#[derive(Debug)]
struct Line {
    key: [u64; 2],
    at: Timestamp,
    person: Option<PersonId>,
    id: Option<MessageId>,
    error: Option<u32>,
    number: u16,
    state: SendState,
}

fn halves(key: SendKey) -> [u64; 2] {
    // Cutting in halves is the point.
    #[expect(clippy::cast_possible_truncation)]
    [(key.0 >> 64) as u64, key.0 as u64]
}

impl Ledger {
    pub(super) fn new(limit: usize) -> Self {
        Self { places: HashMap::default(), lines: VecDeque::new(), dropped: 0, numbers: Vec::new(), limit }
    }

    pub(super) fn get(&self, key: SendKey) -> Option<SendRecord> {
        let line = self.lines.get(self.place(key)?)?;
        Some(SendRecord {
            key,
            number: self.numbers.get(usize::from(line.number)).map_or_else(|| "".into(), Arc::clone),
            person: line.person,
            state: line.state,
            id: line.id.clone(),
            error: line.error,
            at: line.at,
        })
    }

    fn place(&self, key: SendKey) -> Option<usize> {
        let place = self.places.get(&halves(key))?;
        usize::try_from(place - self.dropped).ok()
    }

    pub(super) fn record(&mut self, record: SendRecord) {
        let known = self.get(record.key);
        let place = self.place(record.key);
        let record = match known {
            Some(mut known) => {
                known.advance(record);
                known
            }
            None => record,
        };
        let line = self.line(record);
        match place.and_then(|place| self.lines.get_mut(place)) {
            Some(there) => *there = line,
            None => self.add(line),
        }
    }

    pub(super) fn note(&mut self, note: &StatusNote, at: Timestamp) {
        let Some(state) = SendState::of(&note.state) else { return };
        let id = Some(note.id.clone());
        self.record(SendRecord {
            key: note.key,
            number: "".into(),
            person: None,
            state,
            id,
            error: note.error,
            at,
        });
    }

    fn line(&mut self, record: SendRecord) -> Line {
        let SendRecord { key, number, person, state, id, error, at } = record;
        let known = self.numbers.iter().position(|of| *of == number);
        let number = known.unwrap_or_else(|| {
            self.numbers.push(number);
            self.numbers.len() - 1
        });
        Line {
            key: halves(key),
            at,
            person,
            id,
            error,
            number: u16::try_from(number).unwrap_or(u16::MAX),
            state,
        }
    }

    fn add(&mut self, line: Line) {
        self.places.insert(line.key, self.dropped + self.lines.len() as u64);
        self.lines.push_back(line);
        if self.lines.len() > self.limit
            && let Some(oldest) = self.lines.pop_front()
        {
            self.places.remove(&oldest.key);
            self.dropped += 1;
        }
    }
}
