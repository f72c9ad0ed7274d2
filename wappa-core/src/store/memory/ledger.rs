//! The ledger of sends, in memory: bounded, and only ever moving forward. Lines are packed, as there are many.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use wappa_cloud::{DraftKind, MessageId, Timestamp};

use crate::store::{PersonId, SendKey, SendRecord, SendState, StatusNote};

#[derive(Debug)]
pub(super) struct Ledger {
    /// Half of the key → how many lines had ever been added before this one.
    places: HashMap<u64, u32, super::hashed::Build>,
    lines: VecDeque<Line>,
    dropped: u32,
    numbers: Vec<Arc<str>>,
    /// What authors gave along, by the half of the key that lines are found by.
    opaque: HashMap<u64, Arc<str>, super::hashed::Build>,
    limit: usize,
}

/// A record in 56 bytes.
#[derive(Debug)]
struct Line {
    key: [u64; 2],
    id: Option<MessageId>,
    seconds: u32,
    /// 0 for unknown.
    said: u32,
    /// 0 for nobody.
    person: u32,
    /// 0 for none.
    error: u32,
    number: u16,
    state: SendState,
    draft: Option<DraftKind>,
    priced: bool,
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
        Self {
            places: HashMap::default(),
            lines: VecDeque::new(),
            dropped: 0,
            numbers: Vec::new(),
            opaque: HashMap::default(),
            limit,
        }
    }

    pub(super) fn get(&self, key: SendKey) -> Option<SendRecord> {
        Some(self.read(self.lines.get(self.place(key)?)?))
    }

    fn read(&self, line: &Line) -> SendRecord {
        SendRecord {
            key: line.key(),
            number: self.numbers.get(usize::from(line.number)).map_or_else(|| "".into(), Arc::clone),
            person: (line.person != 0).then(|| PersonId(line.person.into())),
            state: line.state,
            id: line.id.clone(),
            error: (line.error != 0).then_some(line.error),
            at: Timestamp::from_secs(line.seconds.into()),
            draft: line.draft,
            opaque: self.opaque.get(&line.key[1]).map(Arc::clone),
            said: (line.said != 0).then(|| Timestamp::from_secs(line.said.into())),
        }
    }

    /// Looks at every line, as nothing keeps them in this order.
    pub(super) fn page(&self, after: SendKey, until: SendKey, limit: usize) -> Vec<SendRecord> {
        let within = |line: &&Line| (after..=until).contains(&line.key()) && line.key() != after;
        let mut lines: Vec<&Line> = self.lines.iter().filter(within).collect();
        lines.sort_unstable_by_key(|line| line.key());
        lines.truncate(limit);
        lines.into_iter().map(|line| self.read(line)).collect()
    }

    /// Takes note that the price of this send is known; answers whether it was not before.
    pub(super) fn price(&mut self, key: SendKey) -> bool {
        let line = self.place(key).and_then(|place| self.lines.get_mut(place));
        line.is_some_and(|line| !std::mem::replace(&mut line.priced, true))
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
            Some(there) => *there = Line { priced: there.priced, ..line },
            None => self.add(line),
        }
    }

    pub(super) fn note(&mut self, note: &StatusNote, at: Timestamp) {
        let Some(state) = SendState::of(&note.state) else { return };
        let (key, id, error) = (note.key, Some(note.id.clone()), note.error);
        self.record(SendRecord {
            key,
            number: "".into(),
            person: None,
            state,
            id,
            error,
            at,
            draft: None,
            opaque: None,
            said: None,
        });
    }

    /// Forgets what was sent to these persons: the lines stay where they are, and say nothing.
    pub(super) fn erase(&mut self, persons: &[PersonId]) -> usize {
        let mut count = 0;
        for line in &mut self.lines {
            if line.person != 0 && persons.contains(&PersonId(line.person.into())) {
                self.places.remove(&line.key[1]);
                *line = Line {
                    key: [0; 2],
                    id: None,
                    seconds: 0,
                    said: 0,
                    person: 0,
                    error: 0,
                    number: 0,
                    state: line.state,
                    draft: None,
                    priced: line.priced,
                };
                count += 1;
            }
        }
        count
    }

    fn line(&mut self, record: SendRecord) -> Line {
        let SendRecord { key, number, person, state, id, error, at, draft, opaque, said } = record;
        if let Some(opaque) = opaque {
            self.opaque.insert(halves(key)[1], opaque);
        }
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
            said: said.and_then(|said| u32::try_from(said.as_secs()).ok()).unwrap_or(0),
            draft,
            priced: false,
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
                self.opaque.remove(&oldest.key[1]);
            }
            self.dropped = self.dropped.wrapping_add(1);
        }
    }
}
