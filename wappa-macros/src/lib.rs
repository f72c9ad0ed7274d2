//! Proc-macros of wappa. Commands, payloads and conversations arrive with the router.

mod test;

use proc_macro::TokenStream;

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
    test::expand(&arguments.into(), item.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}
