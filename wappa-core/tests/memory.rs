//! The memory store keeps what every store promises.

use wappa_core::store::{MemoryStore, conformance};

#[tokio::test]
async fn keeps_what_every_store_promises() {
    conformance::run(async || MemoryStore::default()).await;
}
