//! Who is who: finds the person a delivery means by BSUID, parent BSUID or wa_id, and links what is seen together.
//! The rules are here once; each engine brings an [`IdentityIndex`] over its own tables.

use wappa_cloud::{ParentUserId, UserId, WaId};

use super::{PersonId, PersonRef};

/// Something a person can be found by, within a portfolio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identifier<'a> {
    /// Business-scoped user id.
    User(&'a UserId),
    /// Parent business-scoped user id.
    Parent(&'a ParentUserId),
    /// WhatsApp id.
    Wa(&'a WaId),
}

impl Identifier<'_> {
    /// The stable number of the kind that engines store.
    pub fn code(&self) -> i64 {
        match self {
            Self::User(_) => 0,
            Self::Parent(_) => 1,
            Self::Wa(_) => 2,
        }
    }

    /// The value.
    pub fn value(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::Parent(id) => id.as_str(),
            Self::Wa(id) => id.as_str(),
        }
    }
}

/// The tables identities live in, inside one transaction and one portfolio.
pub trait IdentityIndex {
    /// The engine's error.
    type Error;

    /// The person this identifier points to.
    ///
    /// # Errors
    /// The engine's.
    fn find(&mut self, by: Identifier<'_>) -> Result<Option<PersonId>, Self::Error>;

    /// What is known of a person.
    ///
    /// # Errors
    /// The engine's.
    fn load(&mut self, person: PersonId) -> Result<PersonRef, Self::Error>;

    /// A new person.
    ///
    /// # Errors
    /// The engine's.
    fn create(&mut self, who: &PersonRef) -> Result<PersonId, Self::Error>;

    /// Writes what is known of a person.
    ///
    /// # Errors
    /// The engine's.
    fn store(&mut self, person: PersonId, who: &PersonRef) -> Result<(), Self::Error>;

    /// Points an identifier to a person, away from whomever it pointed to.
    ///
    /// # Errors
    /// The engine's.
    fn point(&mut self, by: Identifier<'_>, person: PersonId) -> Result<(), Self::Error>;

    /// Two persons turned out to be one: `gone` is an alias of `kept` from now on. Everything that pointed to `gone`
    /// points to `kept`; its lanes drain as they are, and its sessions are found through the alias.
    ///
    /// # Errors
    /// The engine's.
    fn alias(&mut self, gone: PersonId, kept: PersonId) -> Result<(), Self::Error>;
}

/// Whom a reference means, and what was learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The person.
    pub id: PersonId,
    /// What is known of them now.
    pub who: PersonRef,
    /// Whether anything had to be written.
    pub change: Change,
}

/// What resolving a reference did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing new.
    None,
    /// Another identifier or name of a known person.
    Learned,
    /// A new person.
    Created,
    /// Two persons became one; this one is gone.
    Merged(PersonId),
}

/// Finds the person `who` means. `formerly` is who the same person was before, where a system message says so.
///
/// # Errors
/// The engine's.
pub fn resolve<I: IdentityIndex>(
    index: &mut I,
    who: &PersonRef,
    formerly: Option<&PersonRef>,
) -> Result<Resolved, I::Error> {
    if let Some(before) = formerly
        && let Some(person) = find_any(index, before)?
    {
        return adopt(index, person, who, Replace::Yes);
    }
    let by_user = find_by(index, who.user_id.as_ref().map(Identifier::User))?;
    let by_wa = find_by(index, who.wa_id.as_ref().map(Identifier::Wa))?;
    if let Some(person) = by_user {
        return match by_wa.filter(|other| *other != person) {
            // The wa_id belonged to someone without a BSUID of their own: that was this person all along.
            Some(other) if index.load(other)?.user_id.is_none() => {
                index.alias(other, person)?;
                let resolved = adopt(index, person, who, Replace::Yes)?;
                Ok(Resolved { change: Change::Merged(other), ..resolved })
            }
            _ => adopt(index, person, who, Replace::Yes),
        };
    }
    if let Some(person) = find_by(index, who.parent_user_id.as_ref().map(Identifier::Parent))? {
        return adopt(index, person, who, Replace::Yes);
    }
    match by_wa {
        Some(person) if who.user_id.is_none() => adopt(index, person, who, Replace::No),
        Some(person) if index.load(person)?.user_id.is_none() => adopt(index, person, who, Replace::No),
        // Same wa_id, another BSUID, no system message: the number has a new owner.
        _ => create(index, who),
    }
}

fn find_by<I: IdentityIndex>(
    index: &mut I,
    by: Option<Identifier<'_>>,
) -> Result<Option<PersonId>, I::Error> {
    by.map_or(Ok(None), |by| index.find(by))
}

fn find_any<I: IdentityIndex>(index: &mut I, who: &PersonRef) -> Result<Option<PersonId>, I::Error> {
    for by in identifiers(who) {
        if let Some(person) = index.find(by)? {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

fn identifiers(who: &PersonRef) -> impl Iterator<Item = Identifier<'_>> {
    [
        who.user_id.as_ref().map(Identifier::User),
        who.parent_user_id.as_ref().map(Identifier::Parent),
        who.wa_id.as_ref().map(Identifier::Wa),
    ]
    .into_iter()
    .flatten()
}

fn create<I: IdentityIndex>(index: &mut I, who: &PersonRef) -> Result<Resolved, I::Error> {
    let id = index.create(who)?;
    for by in identifiers(who) {
        index.point(by, id)?;
    }
    Ok(Resolved { id, who: who.clone(), change: Change::Created })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Replace {
    Yes,
    No,
}

/// Adds what `who` says to what is known of `person`; with [`Replace::Yes`] new identifiers take the place of old ones.
fn adopt<I: IdentityIndex>(
    index: &mut I,
    person: PersonId,
    who: &PersonRef,
    replace: Replace,
) -> Result<Resolved, I::Error> {
    let known = index.load(person)?;
    let merged = PersonRef {
        user_id: learn(known.user_id.as_ref(), who.user_id.as_ref(), replace),
        parent_user_id: learn(known.parent_user_id.as_ref(), who.parent_user_id.as_ref(), replace),
        wa_id: learn(known.wa_id.as_ref(), who.wa_id.as_ref(), replace),
        username: who.username.clone().or_else(|| known.username.clone()),
        name: who.name.clone().or_else(|| known.name.clone()),
    };
    if merged == known {
        return Ok(Resolved { id: person, who: merged, change: Change::None });
    }
    index.store(person, &merged)?;
    for by in identifiers(&merged) {
        if index.find(by)? != Some(person) {
            index.point(by, person)?;
        }
    }
    Ok(Resolved { id: person, who: merged, change: Change::Learned })
}

fn learn<T: Clone>(known: Option<&T>, said: Option<&T>, replace: Replace) -> Option<T> {
    match (known, said) {
        (Some(known), Some(_)) if replace == Replace::No => Some(known.clone()),
        (_, Some(said)) => Some(said.clone()),
        (known, None) => known.cloned(),
    }
}
