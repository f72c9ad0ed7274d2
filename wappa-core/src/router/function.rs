//! Functions as handlers: the signature is the route.

use std::{future::Future, marker::PhantomData};

use super::{
    arguments::Arguments,
    layer::Flow,
    needs::Needs,
    route::{Met, Route},
    seen::Miss,
    turn::Turn,
};
use crate::error::Result;

/// An `async fn` or async closure that answers [`Result`], with arguments that say when it runs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler",
    label = "not an `async fn` of up to 8 extractors that returns `wappa::Result`",
    note = "a handler looks like `async fn hello(chat: Chat, text: Text) -> Result`",
    note = "it takes its arguments by value, captures nothing by reference, and what it holds across an `.await` is `Send`",
    note = "put `#[wappa::handler]` on the function to hear which part of it is wrong"
)]
pub trait Handler<A>: Send + Sync + 'static {
    /// Runs it.
    fn call(&self, arguments: A) -> impl Future<Output = Result> + Send;
}

macro_rules! handler {
    ($($type:ident $name:ident),*) => {
        impl<Function, Answer, $($type),*> Handler<($($type,)*)> for Function
        where
            Function: Fn($($type),*) -> Answer + Send + Sync + 'static,
            Answer: Future<Output = Result> + Send,
        {
            fn call(&self, ($($name,)*): ($($type,)*)) -> impl Future<Output = Result> + Send {
                self($($name),*)
            }
        }
    };
}

handler!();
handler!(A a);
handler!(A a, B b);
handler!(A a, B b, C c);
handler!(A a, B b, C c, D d);
handler!(A a, B b, C c, D d, E e);
handler!(A a, B b, C c, D d, E e, F f);
handler!(A a, B b, C c, D d, E e, F f, G g);
handler!(A a, B b, C c, D d, E e, F f, G g, H h);

/// A handler as a route.
pub(super) struct FunctionRoute<F, A> {
    function: F,
    arguments: PhantomData<fn() -> A>,
}

impl<F, A> FunctionRoute<F, A> {
    pub(super) fn new(function: F) -> Self {
        Self { function, arguments: PhantomData }
    }
}

impl<F: Handler<A>, A: Arguments + 'static> Route for FunctionRoute<F, A> {
    fn meet<'t>(&'t self, turn: Turn<'t>) -> Met<'t> {
        let early = A::look(&turn)?;
        Ok(Box::pin(async move {
            match A::take(early, turn).await {
                Ok(arguments) => self.function.call(arguments).await.map(|()| Flow::Done),
                Err(Miss::Skip(_)) => Ok(Flow::Skip),
                Err(Miss::Fail(error)) => Err(error),
            }
        }))
    }

    fn needs(&self, needs: &mut Needs) {
        A::needs(needs);
    }

    fn types(&self) -> Vec<&'static str> {
        A::types()
    }
}
