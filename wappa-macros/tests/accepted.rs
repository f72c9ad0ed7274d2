//! The programs in tests/ui/pass are what the macros are for: they compile, and do what they say. They are part of this
//! test rather than cases of trybuild's, which would build the framework once more to run them.

#[path = "ui/pass"]
#[allow(
    clippy::pedantic,
    clippy::too_many_arguments,
    clippy::drop_non_drop,
    private_interfaces,
    unreachable_pub,
    reason = "they are written as programs of their own"
)]
mod pass {
    pub(super) mod command;
    pub(super) mod dialogue;
    pub(super) mod draft;
    pub(super) mod handler;
    pub(super) mod payload;
}

#[test]
fn commands_may_be_written_like_this() {
    pass::command::main();
}

#[test]
fn handlers_may_be_written_like_this() {
    pass::handler::main();
}

#[test]
fn payloads_may_be_written_like_this() {
    pass::payload::main();
}

#[test]
fn dialogues_may_be_written_like_this() {
    pass::dialogue::main();
}

#[test]
fn constant_texts_may_be_written_like_this() {
    pass::draft::main();
}
