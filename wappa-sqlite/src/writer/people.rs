//! Persons in the file, and the few thousand last seen in memory.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};
use wappa_cloud::{ParentUserId, UserId, WaId};
use wappa_core::store::{
    Change, Identifier, IdentityIndex, LaneId, LaneKind, PersonId, PersonRef, Profile, resolve,
};

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
        let found = resolve(&mut InPortfolio { db, portfolio }, who, formerly)?;
        if matches!(found.change, Change::Learned | Change::Merged(_)) {
            // What is cached under other identifiers of this person may be out of date.
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

    fn alias(&mut self, gone: PersonId, kept: PersonId) -> rusqlite::Result<()> {
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
    let alias: Option<Option<i64>> = db
        .prepare_cached("SELECT alias_of FROM person WHERE id = ?1")?
        .query_row([person.0], |row| row.get(0))
        .optional()?;
    let Some(alias) = alias else { return Ok(None) };
    let id = alias.map_or(person, PersonId);
    Ok(load(db, id)?.map(|who| Profile { id, who: who.into() }))
}

/// What is known of a person.
pub(super) fn load(db: &Connection, person: PersonId) -> rusqlite::Result<Option<PersonRef>> {
    db.prepare_cached("SELECT user_id, parent_user_id, wa_id, username, name FROM person WHERE id = ?1")?
        .query_row([person.0], |row| {
            Ok(PersonRef {
                user_id: row.get::<_, Option<String>>(0)?.map(UserId::from),
                parent_user_id: row.get::<_, Option<String>>(1)?.map(ParentUserId::from),
                wa_id: row.get::<_, Option<String>>(2)?.map(WaId::from),
                username: row.get(3)?,
                name: row.get(4)?,
            })
        })
        .optional()
}
