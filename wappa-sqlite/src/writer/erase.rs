//! Erasing a person: everything but the ledger in one transaction, and the ledger, which no index leads through, a
//! stretch at a time.

use rusqlite::{Connection, params};
use wappa_core::store::{
    Erased, Identifier, LaneId, PersonId, PersonRef, TAKEOVER_SPACE, bundle_space, lane_key, missed_space,
};

use super::{State, people::kin};

/// Lines of the ledger that one step looks at.
const STRETCH: i64 = 5_000;

/// SQL for what person `?1` has said, to us or in a group.
macro_rules! theirs {
    () => {
        "(lane IN (SELECT id FROM lane WHERE person = ?1) OR member = ?1)"
    };
}

/// SQL for whoever is known by an identifier, and whoever turned out to be them: aliases before whom they lead to.
const KNOWN: &str = concat!(
    "SELECT id FROM person WHERE id IN (",
    kin!("(SELECT person FROM identifier WHERE portfolio = ?1 AND kind = ?2 AND value = ?3)"),
    ") ORDER BY alias_of IS NULL"
);

/// Whether what leads to the person goes too. It goes last, so that a person who is half erased can be found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    Keep,
    Drop,
}

/// Who was erased, and how much of them.
#[derive(Debug, Default)]
pub(crate) struct Gone {
    pub(crate) persons: Vec<PersonId>,
    pub(crate) counts: Erased,
}

/// A step through the ledger.
#[derive(Debug)]
pub(crate) struct Stretch {
    pub(crate) erased: usize,
    /// Where the next one begins, if there is more.
    pub(crate) next: Option<Vec<u8>>,
}

impl State {
    pub(super) fn erase(
        &mut self,
        db: &Connection,
        portfolio: &str,
        who: &PersonRef,
        links: Links,
    ) -> rusqlite::Result<Gone> {
        let mut gone = Gone { persons: known_by(db, portfolio, who)?, counts: Erased::default() };
        // What was removed must not be readable in what is left of the page.
        db.pragma_update(None, "secure_delete", "ON")?;
        let erased =
            gone.persons.iter().try_for_each(|person| self.erase_one(db, *person, links, &mut gone.counts));
        db.pragma_update(None, "secure_delete", "OFF")?;
        erased?;
        self.people.clear();
        Ok(gone)
    }

    fn erase_one(
        &mut self,
        db: &Connection,
        person: PersonId,
        links: Links,
        gone: &mut Erased,
    ) -> rusqlite::Result<()> {
        let of_person = |sql: &str| db.prepare_cached(sql)?.execute([person.0]);
        // Without its row in the inbox, only its key says that an event was seen.
        of_person(concat!(
            "INSERT INTO seen (key, at) SELECT key, received / 1000 FROM inbox WHERE ",
            theirs!(),
            " ON CONFLICT DO NOTHING"
        ))?;
        of_person(concat!("DELETE FROM done WHERE seq IN (SELECT seq FROM inbox WHERE ", theirs!(), ")"))?;
        let events: Vec<(LaneId, i64)> = db
            .prepare_cached(concat!("DELETE FROM inbox WHERE ", theirs!(), " RETURNING lane, seq"))?
            .query_map([person.0], |row| Ok((LaneId(row.get(0)?), row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let removed = events.iter().filter(|(lane, seq)| self.lanes.remove(*lane, *seq)).count();
        let dead_letters = of_person(concat!("DELETE FROM dead WHERE ", theirs!()))?;
        self.dead = self.dead.saturating_sub(dead_letters as u64);
        let mut sessions = of_person("DELETE FROM session WHERE member = ?1 AND member <> 0")?;
        let mut timers = of_person("DELETE FROM timer WHERE member = ?1 AND member <> 0")?;
        let lanes: Vec<LaneId> = db
            .prepare_cached("SELECT id FROM lane WHERE person = ?1")?
            .query_map([person.0], |row| row.get(0).map(LaneId))?
            .collect::<Result<_, _>>()?;
        for lane in &lanes {
            sessions += db.prepare_cached("DELETE FROM session WHERE lane = ?1")?.execute([lane.0])?;
            timers += db.prepare_cached("DELETE FROM timer WHERE lane = ?1")?.execute([lane.0])?;
            let (missed, bundle) = (missed_space(*lane), bundle_space(*lane));
            db.prepare_cached("DELETE FROM shelf WHERE (space = ?1 AND key = ?2) OR space IN (?3, ?4)")?
                .execute(params![TAKEOVER_SPACE, &*lane_key(*lane), &*missed, &*bundle])?;
        }
        if links == Links::Drop {
            of_person("DELETE FROM lane WHERE person = ?1")?;
            of_person("DELETE FROM identifier WHERE person = ?1")?;
            gone.persons += of_person("DELETE FROM person WHERE id = ?1")?;
        }
        gone.events += removed;
        gone.dead_letters += dead_letters;
        gone.sessions += sessions;
        gone.timers += timers;
        gone.lanes.extend(lanes);
        Ok(())
    }
}

/// Everybody who is known by any of these identifiers.
fn known_by(db: &Connection, portfolio: &str, who: &PersonRef) -> rusqlite::Result<Vec<PersonId>> {
    let ids = [
        who.user_id.as_ref().map(Identifier::User),
        who.parent_user_id.as_ref().map(Identifier::Parent),
        who.wa_id.as_ref().map(Identifier::Wa),
    ];
    let mut known = Vec::new();
    for by in ids.into_iter().flatten() {
        let mut find = db.prepare_cached(KNOWN)?;
        let found =
            find.query_map(params![portfolio, by.code(), by.value()], |row| row.get(0).map(PersonId))?;
        for person in found {
            let person = person?;
            if !known.contains(&person) {
                known.push(person);
            }
        }
    }
    Ok(known)
}

/// Removes what was sent to these persons, from behind this key on.
pub(super) fn sends(db: &Connection, persons: &[PersonId], from: &[u8]) -> rusqlite::Result<Stretch> {
    let next: Option<Vec<u8>> = db
        .prepare_cached("SELECT key FROM ledger WHERE key > ?1 ORDER BY key LIMIT 1 OFFSET ?2")?
        .query_map(params![from, STRETCH], |row| row.get(0))?
        .next()
        .transpose()?;
    let mut erased = 0;
    for person in persons {
        erased += db
            .prepare_cached(
                "DELETE FROM ledger WHERE key > ?1 AND (?2 IS NULL OR key <= ?2) AND person = ?3",
            )?
            .execute(params![from, next, person.0])?;
    }
    Ok(Stretch { erased, next })
}
