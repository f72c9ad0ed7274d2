//! A handler's arguments as a whole: what the message alone says first, then what must be asked for, sessions last.

use std::future::Future;

use super::{
    extract::{Extract, When},
    needs::Needs,
    seen::Seen,
    turn::Turn,
};

/// The arguments of a handler: up to eight extractors. Implemented for tuples of them.
#[diagnostic::on_unimplemented(
    message = "a handler takes up to 8 arguments, all of them extractors",
    label = "not all of `{Self}` are extractors"
)]
pub trait Arguments: Sized + Send {
    /// What is known without waiting.
    #[doc(hidden)]
    type Early: Send;

    /// Asks those that need the event alone.
    #[doc(hidden)]
    fn look(turn: &Turn<'_>) -> Seen<Self::Early>;

    /// Asks the others.
    #[doc(hidden)]
    fn take(early: Self::Early, turn: Turn<'_>) -> impl Future<Output = Seen<Self>> + Send;

    /// What must be there before the first message.
    #[doc(hidden)]
    fn needs(needs: &mut Needs);

    /// The types, as the author wrote them.
    #[doc(hidden)]
    fn types() -> Vec<&'static str>;
}

macro_rules! arguments {
    ($($type:ident $name:ident),*) => {
        impl<$($type: Extract),*> Arguments for ($($type,)*) {
            type Early = ($(Option<$type>,)*);

            #[allow(unused_variables, reason = "without arguments there is nothing to look at")]
            fn look(turn: &Turn<'_>) -> Seen<Self::Early> {
                $(let $name = $type::at_once(turn).transpose()?;)*
                Ok(($($name,)*))
            }

            #[allow(unused_variables, unused_mut, reason = "without arguments there is nothing to take")]
            async fn take(early: Self::Early, turn: Turn<'_>) -> Seen<Self> {
                let ($(mut $name,)*) = early;
                $(if $name.is_none() && $type::WHEN == When::Usual {
                    $name = Some($type::extract(&turn).await?);
                })*
                $(let $name = match $name {
                    Some(found) => found,
                    None => $type::extract(&turn).await?,
                };)*
                Ok(($($name,)*))
            }

            #[allow(unused_variables, reason = "no arguments need nothing")]
            fn needs(needs: &mut Needs) {
                $($type::needs(needs);)*
            }

            fn types() -> Vec<&'static str> {
                vec![$(std::any::type_name::<$type>()),*]
            }
        }
    };
}

arguments!();
arguments!(A a);
arguments!(A a, B b);
arguments!(A a, B b, C c);
arguments!(A a, B b, C c, D d);
arguments!(A a, B b, C c, D d, E e);
arguments!(A a, B b, C c, D d, E e, F f);
arguments!(A a, B b, C c, D d, E e, F f, G g);
arguments!(A a, B b, C c, D d, E e, F f, G g, H h);
