//! The ledger of sends, in memory: bounded, and only ever moving forward. Lines are packed, as there are many.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use wappa_cloud::{MessageId, Timestamp};

use crate::store::{PersonId, SendKey, SendRecord, SendState, StatusNote};

#[derive(Debug)]
pub(super) struct Ledger {
    /// Half of the key → how many lines had ever been added before this one.
    places: HashMap<u64, u32, super::hashed::Build>,
    lines: VecDeque<Line>,
    dropped: u32,
    numbers: Vec<Arc<str>>,
    limit: usize,
}

/// A record in 48 bytes.
#[derive(Debug)]
struct Line {
    key: [u64; 2],
    id: Option<MessageId>,
    seconds: u32,
    /// 0 for nobody.
    person: u32,
    /// 0 for none.
    error: u32,
    number: u16,
    state: SendState,
}

impl Line {
    fn key(&self) -> SendKey {
        SendKey((u128::from(self.key[0]) << 64) | u128::from(self.key[1]))
    }
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
            person: (line.person != 0).then(|| PersonId(line.person.into())),
            state: line.state,
            id: line.id.clone(),
            error: (line.error != 0).then_some(line.error),
            at: Timestamp::from_secs(line.seconds.into()),
        })
    }

    /// Looks at every line, which only a turn that says something else than before makes it do.
    pub(super) fn otherwise(&self, key: SendKey) -> Option<SendKey> {
        let place = key.place();
        self.lines.iter().map(Line::key).find(|other| *other != key && place.contains(other))
    }

    fn place(&self, key: SendKey) -> Option<usize> {
        let halves = halves(key);
        let place = self.places.get(&halves[1])?.wrapping_sub(self.dropped) as usize;
        self.lines.get(place).is_some_and(|line| line.key == halves).then_some(place)
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
        let (key, id, error) = (note.key, Some(note.id.clone()), note.error);
        self.record(SendRecord { key, number: "".into(), person: None, state, id, error, at });
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
            id,
            seconds: u32::try_from(at.as_secs()).unwrap_or(0),
            person: person.and_then(|person| u32::try_from(person.0).ok()).unwrap_or(0),
            error: error.unwrap_or(0),
            number: u16::try_from(number).unwrap_or(u16::MAX),
            state,
        }
    }

    fn add(&mut self, line: Line) {
        // A place is told apart from others by its distance to the first line, so it may wrap around.
        let place = self.dropped.wrapping_add(u32::try_from(self.lines.len()).unwrap_or(u32::MAX));
        self.places.insert(line.key[1], place);
        self.lines.push_back(line);
        if self.lines.len() > self.limit
            && let Some(oldest) = self.lines.pop_front()
        {
            if self.places.get(&oldest.key[1]) == Some(&self.dropped) {
                self.places.remove(&oldest.key[1]);
            }
            self.dropped = self.dropped.wrapping_add(1);
        }
    }
}
