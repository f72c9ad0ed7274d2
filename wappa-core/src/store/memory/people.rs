//! Persons and their identifiers, in memory.

use std::{collections::HashMap, convert::Infallible, sync::Arc};

use crate::store::{Identifier, IdentityIndex, PersonId, PersonRef};

#[derive(Debug, Default)]
pub(super) struct People {
    persons: HashMap<PersonId, PersonRef>,
    /// (portfolio, kind, value) → person.
    pointers: HashMap<(Arc<str>, i64, Box<str>), PersonId>,
    aliases: HashMap<PersonId, PersonId>,
    last: i64,
}

impl People {
    pub(super) fn of<'a>(&'a mut self, portfolio: &Arc<str>) -> InPortfolio<'a> {
        InPortfolio { people: self, portfolio: Arc::clone(portfolio) }
    }

    pub(super) fn get(&self, person: PersonId) -> Option<&PersonRef> {
        self.persons.get(&person)
    }

    /// Those who turned out to be this person.
    pub(super) fn aliases_of(&self, person: PersonId) -> Vec<PersonId> {
        self.aliases.iter().filter(|(_, kept)| **kept == person).map(|(gone, _)| *gone).collect()
    }
}

pub(super) struct InPortfolio<'a> {
    people: &'a mut People,
    portfolio: Arc<str>,
}

impl InPortfolio<'_> {
    fn key(&self, by: Identifier<'_>) -> (Arc<str>, i64, Box<str>) {
        (Arc::clone(&self.portfolio), by.code(), by.value().into())
    }
}

impl IdentityIndex for InPortfolio<'_> {
    type Error = Infallible;

    fn find(&mut self, by: Identifier<'_>) -> Result<Option<PersonId>, Infallible> {
        Ok(self.people.pointers.get(&self.key(by)).copied())
    }

    fn load(&mut self, person: PersonId) -> Result<PersonRef, Infallible> {
        Ok(self.people.persons.get(&person).cloned().unwrap_or_default())
    }

    fn create(&mut self, who: &PersonRef) -> Result<PersonId, Infallible> {
        self.people.last += 1;
        let id = PersonId(self.people.last);
        self.people.persons.insert(id, who.clone());
        Ok(id)
    }

    fn store(&mut self, person: PersonId, who: &PersonRef) -> Result<(), Infallible> {
        self.people.persons.insert(person, who.clone());
        Ok(())
    }

    fn point(&mut self, by: Identifier<'_>, person: PersonId) -> Result<(), Infallible> {
        let key = self.key(by);
        self.people.pointers.insert(key, person);
        Ok(())
    }

    fn alias(&mut self, gone: PersonId, kept: PersonId) -> Result<(), Infallible> {
        for person in self.people.pointers.values_mut().filter(|person| **person == gone) {
            *person = kept;
        }
        for target in self.people.aliases.values_mut().filter(|target| **target == gone) {
            *target = kept;
        }
        self.people.aliases.insert(gone, kept);
        Ok(())
    }
}
