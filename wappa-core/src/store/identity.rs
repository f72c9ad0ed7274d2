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

    /// Lets an identifier point to nobody.
    ///
    /// # Errors
    /// The engine's.
    fn release(&mut self, by: Identifier<'_>) -> Result<(), Self::Error>;

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
#[doc = include_str!("../docs/identity.md")]
///
/// # Errors
/// The engine's.
pub fn resolve<I: IdentityIndex>(
    index: &mut I,
    who: &PersonRef,
    formerly: Option<&PersonRef>,
) -> Result<Resolved, I::Error> {
    let by_user = find_by(index, who.user_id.as_ref().map(Identifier::User))?;
    let by_parent = find_by(index, who.parent_user_id.as_ref().map(Identifier::Parent))?;
    let by_wa = find_by(index, who.wa_id.as_ref().map(Identifier::Wa))?;
    let before = match formerly {
        Some(formerly) => find_before(index, formerly, by_user.or(by_parent))?,
        None => None,
    };
    let Some(person) = before.or(by_user).or(by_parent) else {
        let resolved = match by_wa {
            Some(person) if !is_other(&index.load(person)?, who) => adopt(index, person, who, Replace::No)?,
            // The same wa_id, another BSUID, no system message: the number has a new owner.
            _ => create(index, who)?,
        };
        if let Some(formerly) = formerly {
            link_former(index, resolved.id, formerly, who)?;
        }
        return Ok(resolved);
    };
    let mut gone = None;
    for other in [by_user, by_parent].into_iter().flatten().filter(|other| *other != person) {
        if gone != Some(other) {
            index.alias(other, person)?;
            gone = Some(other);
        }
    }
    // Known by the number alone, and nobody has said that the number changed hands: it was this person all along.
    if let Some(other) = by_wa.filter(|other| *other != person && before.is_none() && gone != Some(*other))
        && is_number_alone(&index.load(other)?)
    {
        index.alias(other, person)?;
        gone = Some(other);
    }
    let resolved = adopt(index, person, who, Replace::Yes)?;
    if let Some(formerly) = formerly {
        link_former(index, person, formerly, who)?;
    }
    Ok(match gone {
        Some(gone) => {
            tracing::warn!(
                kept = person.0,
                gone = gone.0,
                "two persons turned out to be one: the newer of their sessions counts, the older stays in the store"
            );
            Resolved { change: Change::Merged(gone), ..resolved }
        }
        None => resolved,
    })
}

/// Whom a system message means by what they were called before. A number alone is not believed against a person who is
/// known by more than a number: it may have changed hands since.
fn find_before<I: IdentityIndex>(
    index: &mut I,
    formerly: &PersonRef,
    now: Option<PersonId>,
) -> Result<Option<PersonId>, I::Error> {
    let strong = [
        formerly.user_id.as_ref().map(Identifier::User),
        formerly.parent_user_id.as_ref().map(Identifier::Parent),
    ];
    for by in strong.into_iter().flatten() {
        if let Some(person) = index.find(by)? {
            return Ok(Some(person));
        }
    }
    let Some(person) = find_by(index, formerly.wa_id.as_ref().map(Identifier::Wa))? else { return Ok(None) };
    let known = index.load(person)?;
    let doubtful =
        is_other(&known, formerly) || now.is_some_and(|now| now != person) && !is_number_alone(&known);
    Ok((!doubtful).then_some(person))
}

/// What somebody was called before leads to them too, in case it comes late; but not the number they have left, which
/// will be somebody else's.
fn link_former<I: IdentityIndex>(
    index: &mut I,
    person: PersonId,
    formerly: &PersonRef,
    who: &PersonRef,
) -> Result<(), I::Error> {
    let ids = [
        formerly.user_id.as_ref().map(Identifier::User),
        formerly.parent_user_id.as_ref().map(Identifier::Parent),
    ];
    for by in ids.into_iter().flatten() {
        if index.find(by)?.is_none() {
            index.point(by, person)?;
        }
    }
    if let Some(left) = formerly.wa_id.as_ref().filter(|_| who.wa_id.is_some() && who.wa_id != formerly.wa_id)
        && index.find(Identifier::Wa(left))? == Some(person)
    {
        index.release(Identifier::Wa(left))?;
    }
    Ok(())
}

/// Whether a person who was found by number cannot be the one who is meant.
fn is_other(known: &PersonRef, said: &PersonRef) -> bool {
    fn differ<T: PartialEq>(known: Option<&T>, said: Option<&T>) -> bool {
        known.zip(said).is_some_and(|(known, said)| known != said)
    }
    differ(known.user_id.as_ref(), said.user_id.as_ref())
        || differ(known.parent_user_id.as_ref(), said.parent_user_id.as_ref())
}

fn is_number_alone(known: &PersonRef) -> bool {
    known.user_id.is_none() && known.parent_user_id.is_none()
}

fn find_by<I: IdentityIndex>(
    index: &mut I,
    by: Option<Identifier<'_>>,
) -> Result<Option<PersonId>, I::Error> {
    by.map_or(Ok(None), |by| index.find(by))
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
        take(index, by, id)?;
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
        take(index, by, person)?;
    }
    Ok(Resolved { id: person, who: merged, change: Change::Learned })
}

/// Points an identifier to a person. Whoever had the number before is not written to under it any more.
fn take<I: IdentityIndex>(index: &mut I, by: Identifier<'_>, person: PersonId) -> Result<(), I::Error> {
    let before = index.find(by)?;
    if before == Some(person) {
        return Ok(());
    }
    if let (Some(other), Identifier::Wa(number)) = (before, by) {
        let known = index.load(other)?;
        if known.wa_id.as_ref() == Some(number) {
            index.store(other, &PersonRef { wa_id: None, ..known })?;
        }
    }
    index.point(by, person)
}

fn learn<T: Clone>(known: Option<&T>, said: Option<&T>, replace: Replace) -> Option<T> {
    match (known, said) {
        (Some(known), Some(_)) if replace == Replace::No => Some(known.clone()),
        (_, Some(said)) => Some(said.clone()),
        (known, None) => known.cloned(),
    }
}
