//! Persons and their identifiers, in memory.

use std::{collections::HashMap, convert::Infallible, sync::Arc};

use foldhash::fast::RandomState;

use crate::store::{Identifier, IdentityIndex, PersonId, PersonRef, Profile, resolve};

#[derive(Debug, Default)]
pub(super) struct People {
    persons: HashMap<PersonId, Arc<PersonRef>, RandomState>,
    /// By portfolio.
    pointers: HashMap<Arc<str>, Pointers, RandomState>,
    aliases: HashMap<PersonId, PersonId>,
    last: i64,
}

/// Value → person, for each kind of identifier.
#[derive(Debug, Default)]
struct Pointers([HashMap<Box<str>, PersonId, RandomState>; 3]);

impl Pointers {
    fn of(&self, by: Identifier<'_>) -> &HashMap<Box<str>, PersonId, RandomState> {
        let [user, parent, wa] = &self.0;
        match by {
            Identifier::User(_) => user,
            Identifier::Parent(_) => parent,
            Identifier::Wa(_) => wa,
        }
    }

    fn of_mut(&mut self, by: Identifier<'_>) -> &mut HashMap<Box<str>, PersonId, RandomState> {
        let [user, parent, wa] = &mut self.0;
        match by {
            Identifier::User(_) => user,
            Identifier::Parent(_) => parent,
            Identifier::Wa(_) => wa,
        }
    }
}

impl People {
    /// Whom this means; the rules are only asked if it says something new.
    pub(super) fn resolve(
        &mut self,
        portfolio: &Arc<str>,
        who: &PersonRef,
        formerly: Option<&PersonRef>,
    ) -> (PersonId, Arc<PersonRef>) {
        let handle = who.user_id.as_ref().map(Identifier::User);
        if formerly.is_none()
            && let Some(handle) = handle.or_else(|| who.wa_id.as_ref().map(Identifier::Wa))
            && let Some(pointers) = self.pointers.get(portfolio)
            && let Some(id) = pointers.of(handle).get(handle.value())
            && let Some(known) = self.persons.get(id)
            && known.covers(who)
        {
            return (*id, Arc::clone(known));
        }
        let mut index = InPortfolio { people: self, portfolio: Arc::clone(portfolio) };
        let Ok(found) = resolve(&mut index, who, formerly);
        (found.id, self.get(found.id))
    }

    pub(super) fn get(&self, person: PersonId) -> Arc<PersonRef> {
        self.persons.get(&person).map(Arc::clone).unwrap_or_default()
    }

    /// Who this is, under the name by which they are known now.
    pub(super) fn profile(&self, person: PersonId) -> Option<Profile> {
        let id = self.root(person);
        self.persons.get(&id).map(|who| Profile { id, who: Arc::clone(who) })
    }

    /// Whom this person turned out to be, if it is somebody else.
    pub(super) fn now_known_as(&self, person: PersonId) -> Option<PersonId> {
        self.aliases.get(&person).copied()
    }

    /// The person by the id that counts, who may have turned out to be somebody else.
    pub(super) fn root(&self, person: PersonId) -> PersonId {
        self.now_known_as(person).unwrap_or(person)
    }

    /// Everybody who turned out to be the same person: the one who counts first, then the others.
    pub(super) fn kin(&self, person: PersonId) -> Vec<PersonId> {
        let root = self.root(person);
        let others = self.aliases.iter().filter(|(_, kept)| **kept == root).map(|(gone, _)| *gone);
        std::iter::once(root).chain(others).collect()
    }
}

impl People {
    pub(super) fn find(&self, portfolio: &str, by: Identifier<'_>) -> Option<PersonId> {
        self.pointers.get(portfolio)?.of(by).get(by.value()).copied()
    }

    /// Forgets these persons and whatever leads to them.
    pub(super) fn erase(&mut self, persons: &[PersonId]) {
        for pointers in self.pointers.values_mut().flat_map(|pointers| &mut pointers.0) {
            pointers.retain(|_, person| !persons.contains(person));
        }
        self.aliases.retain(|gone, _| !persons.contains(gone));
        self.persons.retain(|person, _| !persons.contains(person));
    }
}

struct InPortfolio<'a> {
    people: &'a mut People,
    portfolio: Arc<str>,
}

impl IdentityIndex for InPortfolio<'_> {
    type Error = Infallible;

    fn find(&mut self, by: Identifier<'_>) -> Result<Option<PersonId>, Infallible> {
        let pointers = self.people.pointers.get(&self.portfolio);
        Ok(pointers.and_then(|pointers| pointers.of(by).get(by.value()).copied()))
    }

    fn load(&mut self, person: PersonId) -> Result<PersonRef, Infallible> {
        Ok(PersonRef::clone(&self.people.get(person)))
    }

    fn create(&mut self, who: &PersonRef) -> Result<PersonId, Infallible> {
        self.people.last += 1;
        let id = PersonId(self.people.last);
        self.people.persons.insert(id, Arc::new(who.clone()));
        Ok(id)
    }

    fn store(&mut self, person: PersonId, who: &PersonRef) -> Result<(), Infallible> {
        self.people.persons.insert(person, Arc::new(who.clone()));
        Ok(())
    }

    fn point(&mut self, by: Identifier<'_>, person: PersonId) -> Result<(), Infallible> {
        let pointers = self.people.pointers.entry(Arc::clone(&self.portfolio)).or_default();
        pointers.of_mut(by).insert(by.value().into(), person);
        Ok(())
    }

    fn release(&mut self, by: Identifier<'_>) -> Result<(), Infallible> {
        if let Some(pointers) = self.people.pointers.get_mut(&self.portfolio) {
            pointers.of_mut(by).remove(by.value());
        }
        Ok(())
    }

    fn alias(&mut self, gone: PersonId, kept: PersonId) -> Result<(), Infallible> {
        let pointers = self.people.pointers.values_mut().flat_map(|pointers| &mut pointers.0);
        for person in pointers.flat_map(HashMap::values_mut).filter(|person| **person == gone) {
            *person = kept;
        }
        for target in self.people.aliases.values_mut().filter(|target| **target == gone) {
            *target = kept;
        }
        self.people.aliases.insert(gone, kept);
        Ok(())
    }
}
