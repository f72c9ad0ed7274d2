//! Persons in the file, and the few thousand last seen in memory.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};
use wappa_cloud::{ParentUserId, UserId, WaId};
use wappa_core::store::{Identifier, IdentityIndex, LaneId, LaneKind, PersonId, PersonRef, Profile, resolve};

use super::lanes::Who;
use crate::cache::Cache;

/// Persons kept in memory, at least.
const PERSONS: usize = 4_096;

pub(super) struct PeopleCache {
    /// By the identifier they were found by: (portfolio, BSUID or wa_id).
    profiles: Cache<(Arc<str>, Box<str>), Profile>,
    lanes: Cache<(Arc<str>, LaneKind, Who), LaneId>,
}

impl Default for PeopleCache {
    fn default() -> Self {
        Self { profiles: Cache::new(PERSONS), lanes: Cache::new(PERSONS) }
    }
}

impl PeopleCache {
    pub(super) fn clear(&mut self) {
        self.profiles.clear();
        self.lanes.clear();
    }

    /// The lane of this owner, from memory or by `find`.
    pub(super) fn lane(
        &mut self,
        number: &Arc<str>,
        kind: LaneKind,
        who: &Who,
        find: impl FnOnce() -> rusqlite::Result<LaneId>,
    ) -> rusqlite::Result<LaneId> {
        let key = (Arc::clone(number), kind, who.clone());
        if let Some(known) = self.lanes.get(&key) {
            return Ok(known);
        }
        let id = find()?;
        self.lanes.insert(key, id);
        Ok(id)
    }

    pub(super) fn resolve(
        &mut self,
        db: &Connection,
        portfolio: &Arc<str>,
        who: &PersonRef,
        formerly: Option<&PersonRef>,
    ) -> rusqlite::Result<Profile> {
        let key = handle(who).map(|id| (Arc::clone(portfolio), Box::from(id)));
        if formerly.is_none()
            && let Some(known) = key.as_ref().and_then(|key| self.profiles.get(key))
            && known.who.covers(who)
        {
            return Ok(known);
        }
        let mut index = InPortfolio { db, portfolio, changed: false };
        let found = resolve(&mut index, who, formerly)?;
        if index.changed {
            // What is cached under other identifiers of these persons may be out of date.
            self.profiles.clear();
        }
        let profile = Profile { id: found.id, who: Arc::new(found.who) };
        // Under the wa_id too: a new person may have taken it from an earlier one.
        for id in [handle(who), who.wa_id.as_ref().map(WaId::as_str)].into_iter().flatten() {
            self.profiles.insert((Arc::clone(portfolio), id.into()), profile.clone());
        }
        Ok(profile)
    }
}

/// What a reference is cached under.
fn handle(who: &PersonRef) -> Option<&str> {
    let user = who.user_id.as_ref().map(UserId::as_str);
    user.or_else(|| who.parent_user_id.as_ref().map(ParentUserId::as_str))
        .or_else(|| who.wa_id.as_ref().map(WaId::as_str))
}

struct InPortfolio<'a> {
    db: &'a Connection,
    portfolio: &'a str,
    /// Whether anything known of anybody is otherwise now.
    changed: bool,
}

impl IdentityIndex for InPortfolio<'_> {
    type Error = rusqlite::Error;

    fn find(&mut self, by: Identifier<'_>) -> rusqlite::Result<Option<PersonId>> {
        self.db
            .prepare_cached(
                "SELECT person FROM identifier WHERE portfolio = ?1 AND kind = ?2 AND value = ?3",
            )?
            .query_row(params![self.portfolio, by.code(), by.value()], |row| row.get(0).map(PersonId))
            .optional()
    }

    fn load(&mut self, person: PersonId) -> rusqlite::Result<PersonRef> {
        Ok(load(self.db, person)?.unwrap_or_default())
    }

    fn create(&mut self, who: &PersonRef) -> rusqlite::Result<PersonId> {
        self.db
            .prepare_cached(
                "INSERT INTO person (portfolio, user_id, parent_user_id, wa_id, username, name)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .insert(params![
                self.portfolio,
                who.user_id.as_ref().map(UserId::as_str),
                who.parent_user_id.as_ref().map(ParentUserId::as_str),
                who.wa_id.as_ref().map(WaId::as_str),
                who.username,
                who.name
            ])
            .map(PersonId)
    }

    fn store(&mut self, person: PersonId, who: &PersonRef) -> rusqlite::Result<()> {
        self.changed = true;
        self.db
            .prepare_cached(
                "UPDATE person SET user_id = ?2, parent_user_id = ?3, wa_id = ?4, username = ?5, name = ?6
                 WHERE id = ?1",
            )?
            .execute(params![
                person.0,
                who.user_id.as_ref().map(UserId::as_str),
                who.parent_user_id.as_ref().map(ParentUserId::as_str),
                who.wa_id.as_ref().map(WaId::as_str),
                who.username,
                who.name
            ])
            .map(drop)
    }

    fn point(&mut self, by: Identifier<'_>, person: PersonId) -> rusqlite::Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO identifier (portfolio, kind, value, person) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (portfolio, kind, value) DO UPDATE SET person = excluded.person",
            )?
            .execute(params![self.portfolio, by.code(), by.value(), person.0])
            .map(drop)
    }

    fn release(&mut self, by: Identifier<'_>) -> rusqlite::Result<()> {
        self.changed = true;
        self.db
            .prepare_cached("DELETE FROM identifier WHERE portfolio = ?1 AND kind = ?2 AND value = ?3")?
            .execute(params![self.portfolio, by.code(), by.value()])
            .map(drop)
    }

    fn alias(&mut self, gone: PersonId, kept: PersonId) -> rusqlite::Result<()> {
        self.changed = true;
        for sql in [
            "UPDATE identifier SET person = ?2 WHERE person = ?1",
            "UPDATE person SET alias_of = ?2 WHERE alias_of = ?1",
            "UPDATE person SET alias_of = ?2 WHERE id = ?1",
        ] {
            self.db.prepare_cached(sql)?.execute(params![gone.0, kept.0])?;
        }
        Ok(())
    }
}

/// Who this is, under the name by which they are known now.
pub(crate) fn profile(db: &Connection, person: PersonId) -> rusqlite::Result<Option<Profile>> {
    Ok(match read(db, person)? {
        Some((Some(kept), _)) => load(db, kept)?.map(|who| Profile { id: kept, who: who.into() }),
        Some((None, who)) => Some(Profile { id: person, who: who.into() }),
        None => None,
    })
}

/// What is known of a person.
pub(super) fn load(db: &Connection, person: PersonId) -> rusqlite::Result<Option<PersonRef>> {
    Ok(read(db, person)?.map(|(_, who)| who))
}

fn read(db: &Connection, person: PersonId) -> rusqlite::Result<Option<(Option<PersonId>, PersonRef)>> {
    db.prepare_cached(
        "SELECT user_id, parent_user_id, wa_id, username, name, alias_of FROM person WHERE id = ?1",
    )?
    .query_row([person.0], |row| {
        let who = PersonRef {
            user_id: row.get::<_, Option<String>>(0)?.map(UserId::from),
            parent_user_id: row.get::<_, Option<String>>(1)?.map(ParentUserId::from),
            wa_id: row.get::<_, Option<String>>(2)?.map(WaId::from),
            username: row.get(3)?,
            name: row.get(4)?,
        };
        Ok((row.get::<_, Option<i64>>(5)?.map(PersonId), who))
    })
    .optional()
}

/// SQL for everybody who turned out to be the same person as the one with this id, themselves included.
macro_rules! kin {
    ($person:literal) => {
        concat!(
            "SELECT coalesce(alias_of, id) FROM person WHERE id = ",
            $person,
            " UNION SELECT id FROM person WHERE alias_of = (SELECT coalesce(alias_of, id) FROM person WHERE id = ",
            $person,
            ")"
        )
    };
}

/// SQL for the lanes of the kind and number of lane `?1` that belong to the same person, itself included. The order of the
/// joins is fixed: by another, each question would walk through the lanes of everybody.
macro_rules! kin_lanes {
    () => {
        concat!(
            "SELECT ?1 UNION SELECT other.id FROM lane own CROSS JOIN person kin ON kin.id IN (",
            kin!("own.person"),
            ") CROSS JOIN lane other ON other.number = own.number AND other.kind = own.kind
                AND other.who = CAST(kin.id AS TEXT)
            WHERE own.id = ?1 AND own.person IS NOT NULL"
        )
    };
}

pub(crate) use {kin, kin_lanes};
