//! Proc-macros of wappa. They say no more than what a person would otherwise type; what happens is in `wappa-core`.

mod argument;
mod attributes;
mod choices;
mod collect;
mod command;
mod conversation;
mod handler;
mod methods;
mod payload;
mod signature;
mod test;
mod transcripts;

use proc_macro::TokenStream;
use syn::DeriveInput;

/// Gives an `async fn` a name by which people call it: a handler for [`Router::commands`], which `commands!()` finds.
///
/// - `name = "…"`: what it is called, if not as the function is
/// - `aliases = ["…", …]`: other names
/// - `section = "…"`: the heading in `/help`
/// - `hidden`: not in `/help`
///
/// The first line of the documentation is what lists show. On an `impl`, the methods marked `#[command]` are the
/// commands of the value that `Router::commands` is given.
///
/// [`Router::commands`]: https://docs.rs/wappa/latest/wappa/router/struct.Router.html#method.commands
#[proc_macro_attribute]
pub fn command(attributes: TokenStream, item: TokenStream) -> TokenStream {
    command::expand(attributes.into(), &item.into()).into()
}

/// Makes an `async fn` that takes a [`Talk`] a conversation: straight-line code over many messages and over restarts. What
/// comes after the `Talk` is given when it is named: `sign_up(prices)`.
///
/// - `name = "…"`: what it is kept under, if not the function's name
/// - `version = 1`: raised when old logs need another code
/// - `cancel = ["…", …]`, `cancelled = "…"`: words that end it, and what is said then
/// - `misfit = "restart"` or `"finish"`: what becomes of a log that does not fit the code
///
/// [`Talk`]: https://docs.rs/wappa/latest/wappa/dialogue/struct.Talk.html
#[proc_macro_attribute]
pub fn conversation(attributes: TokenStream, item: TokenStream) -> TokenStream {
    conversation::expand(attributes.into(), &item.into()).into()
}

/// The commands of this module and of those below it; `commands!(all)` those of the whole program, and
/// `commands!(menu, shop::add)` these.
#[proc_macro]
pub fn commands(input: TokenStream) -> TokenStream {
    collect::expand(input.into()).into()
}

/// Has the compiler say what is wrong with a handler: which argument is none, or that it cannot be sent between
/// threads. Changes nothing.
#[proc_macro_attribute]
pub fn handler(attributes: TokenStream, item: TokenStream) -> TokenStream {
    handler::expand(&attributes.into(), &item.into()).into()
}

/// A closed set of things of which a person chooses one: an enum whose variants hold nothing. Gives it `ALL` and
/// `name()`, lets commands and texts read its names in any case and without accents, and lets payloads carry it.
///
/// A variant is called by its words, `QuattroFormaggi` by `Quattro Formaggi`, or as `#[choice(name = "…")]` says;
/// `#[choice(aliases = ["…"])]` are read as well.
#[proc_macro_derive(Choices, attributes(choice))]
pub fn choices(input: TokenStream) -> TokenStream {
    derive(input, choices::expand)
}

/// What a tap means: an enum or a struct that becomes the id of a button, a row or a quick reply, and is read back by
/// `Tapped<T>`.
///
/// Ids hold names, `Tap/Add:pizza=Margherita,quantity=2`, so that order doesn't matter. On the type, a variant or a
/// field, `#[payload(was = "…")]` reads a name it had before, and `name = "…"` gives it another. On the type,
/// `version = 2` makes buttons of other versions stale. Where all fields have a bound, that an id fits into the 200
/// characters of a list's row is proven when this is compiled; `max = 256` allows what a button takes.
#[proc_macro_derive(Payload, attributes(payload))]
pub fn payload(input: TokenStream) -> TokenStream {
    derive(input, payload::expand)
}

/// Lets commands take this type as an argument, as its `FromStr` reads it. `#[argument(wanted = "an e-mail address")]`
/// is said to the person where it doesn't.
#[proc_macro_derive(Argument, attributes(argument))]
pub fn argument(input: TokenStream) -> TokenStream {
    derive(input, argument::expand)
}

/// Makes an async function a test, and gives it a world if it asks for one.
///
/// ```ignore
/// #[wappa::test]
/// async fn greets(world: World) {
///     let ana = world.bot(Greeter).user("Ana");
///     ana.says("hi").await;
///     ana.sees("Hello Ana!");
/// }
/// ```
///
/// The world is `wappa::testing::World::new()`. `#[wappa::test(sqlite)]` gives it a SQLite file instead of the memory
/// store; for anything else make the world in the test with `World::builder()`.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    test::expand(&arguments.into(), &item.into()).into()
}

/// Makes a test of every file with a conversation that has been written down: `transcripts!("tests/talks/*.txt", bot)`.
///
/// The files are named from the folder of the crate's `Cargo.toml`; the last part may hold one `*`. The bot is an
/// expression, evaluated for each test: an event handler, or a closure that is given the world and puts a bot in it.
/// How a talk is written is said at `wappa::testing::Talk`.
#[proc_macro]
pub fn transcripts(input: TokenStream) -> TokenStream {
    transcripts::expand(input.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn derive(
    input: TokenStream,
    expand: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    let expanded = syn::parse(input).and_then(|input| expand(&input));
    expanded.unwrap_or_else(|error| error.to_compile_error()).into()
}
