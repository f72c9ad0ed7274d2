//! What the compiler tells somebody who has made a mistake, case by case.

#[rustversion::attr(not(stable(1.95)), ignore = "the messages in tests/ui are those of Rust 1.95")]
#[test]
fn a_mistake_is_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*.rs");
}
