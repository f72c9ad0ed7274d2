//! Scopes: a router and each router nested in it has one, with its state, its layers and its commands. What is written in
//! a router holds for the routers inside it.

use std::{
    any::{Any, TypeId},
    borrow::Cow,
    sync::Arc,
};

use super::{command::Table, layer::AnyLayer};

/// All scopes of a router; each names the one around it.
pub(super) struct Scopes(Vec<Scope>);

/// Whether a command's name alone calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BareWords {
    On,
    Off,
}

/// What commands begin with unless the author says otherwise.
const PREFIXES: &[Cow<'static, str>] = &[Cow::Borrowed("/")];

#[derive(Default)]
struct Scope {
    around: Option<usize>,
    states: Vec<(TypeId, Arc<dyn Any + Send + Sync>)>,
    layers: Vec<Box<dyn AnyLayer>>,
    tables: Vec<Arc<Table>>,
    prefixes: Option<Vec<Cow<'static, str>>>,
    bare_words: Option<BareWords>,
}

impl Scopes {
    pub(super) const ROOT: usize = 0;

    pub(super) fn new() -> Self {
        Self(vec![Scope::default()])
    }

    /// Takes in the scopes of a nested router; the answer is what to add to their numbers.
    pub(super) fn nest(&mut self, inner: Self) -> usize {
        let by = self.0.len();
        self.0.extend(inner.0.into_iter().map(|scope| Scope {
            around: Some(scope.around.map_or(Self::ROOT, |around| around + by)),
            ..scope
        }));
        by
    }

    /// Answers whether there was a state of this type already.
    pub(super) fn add_state<S: Send + Sync + 'static>(&mut self, state: S) -> Option<()> {
        let root = self.0.first_mut()?;
        let twice = root.states.iter().any(|(type_id, _)| *type_id == TypeId::of::<S>());
        root.states.push((TypeId::of::<S>(), Arc::new(state)));
        twice.then_some(())
    }

    pub(super) fn add_layer(&mut self, layer: Box<dyn AnyLayer>) {
        if let Some(root) = self.0.first_mut() {
            root.layers.push(layer);
        }
    }

    pub(super) fn add_table(&mut self, table: Arc<Table>) {
        if let Some(root) = self.0.first_mut() {
            root.tables.push(table);
        }
    }

    pub(super) fn set_prefixes(&mut self, prefixes: Vec<Cow<'static, str>>) {
        if let Some(root) = self.0.first_mut() {
            root.prefixes = Some(prefixes);
        }
    }

    pub(super) fn set_bare_words(&mut self, bare_words: BareWords) {
        if let Some(root) = self.0.first_mut() {
            root.bare_words = Some(bare_words);
        }
    }

    /// All commands, with the scope they are in.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&Table, usize)> {
        let scopes = self.0.iter().enumerate();
        scopes.flat_map(|(at, scope)| scope.tables.iter().map(move |table| (&**table, at)))
    }

    pub(super) fn prefixes(&self, scope: usize) -> &[Cow<'static, str>] {
        self.outwards(scope).find_map(|scope| scope.prefixes.as_deref()).unwrap_or(PREFIXES)
    }

    pub(super) fn bare_words(&self, scope: usize) -> BareWords {
        self.outwards(scope).find_map(|scope| scope.bare_words).unwrap_or(BareWords::On)
    }

    pub(super) fn state<S: 'static>(&self, scope: usize) -> Option<&S> {
        self.raw_state(scope, TypeId::of::<S>())?.downcast_ref()
    }

    pub(super) fn has_state(&self, scope: usize, type_id: TypeId) -> bool {
        self.raw_state(scope, type_id).is_some()
    }

    fn raw_state(&self, scope: usize, wanted: TypeId) -> Option<&(dyn Any + Send + Sync)> {
        self.outwards(scope)
            .find_map(|scope| scope.states.iter().find(|(type_id, _)| *type_id == wanted))
            .map(|(_, state)| &**state)
    }

    /// The layers around a route of this scope, the outermost first.
    pub(super) fn layers(&self, scope: usize) -> Vec<&dyn AnyLayer> {
        let mut layers: Vec<&dyn AnyLayer> =
            self.outwards(scope).flat_map(|scope| scope.layers.iter().rev()).map(|layer| &**layer).collect();
        layers.reverse();
        layers
    }

    fn outwards(&self, scope: usize) -> impl Iterator<Item = &Scope> {
        std::iter::successors(self.0.get(scope), |scope| self.0.get(scope.around?))
    }
}
