//! The memory store keeps what every store promises.

use std::sync::Arc;

use wappa_core::store::{MemoryStore, Store, conformance};

#[tokio::test]
async fn keeps_what_every_store_promises() {
    Box::pin(conformance::run(async || MemoryStore::default())).await;
}

#[test]
fn keeps_it_in_any_storm() {
    conformance::storms(400, || {
        // It outlives its users' processes, as a server would.
        let store = Arc::new(MemoryStore::default());
        Box::new(move || Arc::clone(&store) as Arc<dyn Store>)
    });
}
