//! The embedded default: a [`Store`](wappa_core::store::Store) in one SQLite file.
//!
//! One thread owns the writing connection. It drains whatever waits into one transaction and answers everybody after the
//! commit, so a busy bot pays one `fsync` for many messages and an idle one pays it once per step. What the file does not
//! need to hold is not in it: which lanes wait, and under which lease, follows from the inbox when the file is opened,
//! because an exclusive lock makes this process its only owner. After a `kill -9` or a power cut the file is as it was
//! at the last commit.

mod begun;
mod cache;
mod file;
mod read;
mod readers;
mod schema;
mod store;
mod writer;

pub use self::store::{SqliteOptions, SqliteStore};
