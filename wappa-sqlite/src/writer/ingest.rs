//! Taking a delivery, and forgetting what is past its time.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use rusqlite::{Connection, params};
use wappa_cloud::Timestamp;
use wappa_core::store::{
    Arrival, Claim, EventSeq, Ingest, Ingested, LaneId, Lease, NumberRef, Party, PersonId, PersonRef,
    Profile, Queued, Retention, Wish,
};

use super::{
    State, costs,
    lanes::{Hold, Lane, Was, Who, find_or_make},
    ledger, shelf,
};

/// Rows forgotten by one sweep at most.
const SWEEP: i64 = 500;

/// Where an arrival belongs.
pub(super) struct Place {
    pub(super) who: Who,
    person: Option<Profile>,
    pub(super) member: Option<PersonId>,
}

impl State {
    pub(super) fn ingest(&mut self, db: &Connection, ingest: &Ingest) -> rusqlite::Result<Ingested> {
        let mut done = Ingested::default();
        let now = ingest.lease.now;
        for arrival in &ingest.arrivals {
            if !self.clearing.is_new(db, arrival.key, now)? {
                done.duplicates += 1;
                continue;
            }
            done.fresh += 1;
            self.append(db, arrival, ingest.lease, &mut done)?;
        }
        for note in &ingest.statuses {
            ledger::note(db, note, now)?;
            if let Some(cost) = note.cost.as_deref() {
                self.charge(db, note.key, cost, now)?;
            }
        }
        for kept in &ingest.kept {
            db.prepare_cached("INSERT INTO kept (reason, note, body, at) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![kept.reason.as_str(), kept.note, &*kept.body, kept.at.as_millis()])?;
            self.kept += 1;
        }
        Ok(done)
    }

    fn append(
        &mut self,
        db: &Connection,
        arrival: &Arrival,
        lease: Lease,
        done: &mut Ingested,
    ) -> rusqlite::Result<()> {
        let place = self.place(db, &arrival.number, &arrival.party, arrival.formerly.as_ref())?;
        let number = &arrival.number.id;
        let id = self
            .people
            .lane(number, arrival.lane, &place.who, || find_or_make(db, number, arrival.lane, &place.who))?;
        self.lanes.last_seq += 1;
        let seq = self.lanes.last_seq;
        let was = self.lanes.append(id, seq, lease.now, || Lane {
            kind: arrival.lane,
            number: Arc::clone(number),
            who: place.who.clone(),
            epoch: 0,
            hold: Hold::Free,
            woken: false,
            ready_at: lease.now,
            queue: std::collections::VecDeque::new(),
        });
        let leased = match (was, arrival.wish) {
            (Was::Idle, Wish::Lease) => self.lanes.lease(id, lease.until),
            (Was::Idle, Wish::Leave) => {
                done.left_ready.count(arrival.lane.class());
                None
            }
            (Was::Busy, _) => None,
        };
        let begun = i64::from(leased.is_some());
        db.prepare_cached(
            "INSERT INTO inbox (seq, lane, key, kind, member, body, received, open, attempts, parks, ready_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 0, ?7)",
        )?
        .execute(params![
            seq,
            id.0,
            arrival.key.0.to_le_bytes(),
            arrival.kind.code(),
            place.member.map(|member| member.0),
            &*arrival.body,
            lease.now.as_millis(),
            begun,
        ])?;
        if let Some((epoch, _)) = leased {
            done.claims.push(first_claim(id, epoch, arrival, place, seq, lease.now));
        }
        Ok(())
    }

    pub(super) fn place(
        &mut self,
        db: &Connection,
        number: &NumberRef,
        party: &Party,
        formerly: Option<&PersonRef>,
    ) -> rusqlite::Result<Place> {
        let portfolio = &number.portfolio;
        Ok(match party {
            Party::Person(who) => {
                let person = self.people.resolve(db, portfolio, who, formerly)?;
                Place { who: Who::Person(person.id), person: Some(person), member: None }
            }
            Party::Group(group, member) => {
                let person = match member {
                    Some(who) => Some(self.people.resolve(db, portfolio, who, formerly)?),
                    None => None,
                };
                let member = person.as_ref().map(|person| person.id);
                Place { who: Who::Group(group.as_str().into()), person, member }
            }
            Party::Account(id) => Place { who: Who::Account(Arc::clone(id)), person: None, member: None },
        })
    }

    pub(super) fn sweep(
        &mut self,
        db: &Connection,
        now: Timestamp,
        keep: Retention,
    ) -> rusqlite::Result<usize> {
        let before = |span: Duration| now - span;
        let mut removed = 0;
        // Keys are spread evenly, so walking them a stretch at a time meets old and new alike.
        let from = self.sweep_from.take().unwrap_or_default();
        let to: Option<Vec<u8>> = db
            .prepare_cached("SELECT key FROM seen WHERE key > ?1 ORDER BY key LIMIT 1 OFFSET ?2")?
            .query_map(params![from, SWEEP], |row| row.get(0))?
            .next()
            .transpose()?;
        removed += db
            .prepare_cached("DELETE FROM seen WHERE key > ?1 AND (?2 IS NULL OR key <= ?2) AND at < ?3")?
            .execute(params![from, to, before(keep.seen).as_secs()])?;
        self.sweep_from = to;
        // The keys of sends begin with their time, so the oldest come first; those that authors named come last.
        let named = self.sweep_named.take().unwrap_or_else(|| vec![0xff; 6]);
        let last: Option<Vec<u8>> = db
            .prepare_cached("SELECT key FROM ledger WHERE key > ?1 ORDER BY key LIMIT 1 OFFSET ?2")?
            .query_map(params![named, SWEEP], |row| row.get(0))?
            .next()
            .transpose()?;
        let ledger = before(keep.ledger).as_millis();
        removed += db
            .prepare_cached(
                "DELETE FROM ledger WHERE key IN (SELECT key FROM ledger ORDER BY key LIMIT ?1) AND at < ?2",
            )?
            .execute(params![SWEEP, ledger])?;
        removed += db
            .prepare_cached("DELETE FROM ledger WHERE key > ?1 AND (?2 IS NULL OR key <= ?2) AND at < ?3")?
            .execute(params![named, last, ledger])?;
        self.sweep_named = last;
        let dead = db
            .prepare_cached(
                "DELETE FROM dead WHERE seq IN (SELECT seq FROM dead WHERE at < ?1 AND blocks = 0 ORDER BY seq LIMIT ?2)",
            )?
            .execute(params![before(keep.dead).as_millis(), SWEEP])?;
        let kept = db
            .prepare_cached(
                "DELETE FROM kept WHERE id IN (SELECT id FROM kept WHERE at < ?1 ORDER BY id LIMIT ?2)",
            )?
            .execute(params![before(keep.dead).as_millis(), SWEEP])?;
        self.dead = self.dead.saturating_sub(dead as u64);
        self.kept = self.kept.saturating_sub(kept as u64);
        let costs = costs::sweep(db, before(keep.costs), SWEEP)?;
        Ok(removed + dead + kept + costs + shelf::sweep(db, now, SWEEP)?)
    }
}

fn first_claim(
    id: LaneId,
    epoch: wappa_core::store::Epoch,
    arrival: &Arrival,
    place: Place,
    seq: i64,
    now: Timestamp,
) -> Claim {
    Claim {
        lane: id,
        epoch,
        kind: arrival.lane,
        number: Arc::clone(&arrival.number.id),
        person: place.person,
        group: match &arrival.party {
            Party::Group(group, _) => Some(group.clone()),
            _ => None,
        },
        event: Queued {
            seq: EventSeq(seq),
            key: arrival.key,
            kind: arrival.kind,
            member: place.member,
            body: Bytes::clone(&arrival.body),
            received: now,
            attempt: 1,
            parks: 0,
            redriven: 0,
            interrupted: None,
        },
    }
}
