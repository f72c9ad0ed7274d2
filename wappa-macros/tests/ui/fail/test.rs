//! `#[wappa::test]` on what is no test.

#[wappa_macros::test]
fn not_async() {}

#[wappa_macros::test]
async fn generic<T>() {}

#[wappa_macros::test]
async fn two_arguments(_: u8, _: u8) {}

#[wappa_macros::test(postgres)]
async fn another_store(_: u8) {}

#[wappa_macros::test(postgres)]
fn three_mistakes_at_once<T>() {}

#[wappa_macros::test]
struct NotAFunction;

wappa_macros::transcripts!();
wappa_macros::transcripts!(bot());

// The functions stand all the same: nothing is said about this call.
fn main() {
    not_async();
}
