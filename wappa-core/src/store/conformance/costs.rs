//! What messages cost, and the ledger in pages.

use wappa_cloud::{DedupKey, MessageId, StatusState};

use super::{NUMBER, at, delivery, record};
use crate::store::{
    Billed, Cost, CostLine, CostNote, Priced, Retention, SendKey, SendRecord, SendState, StatusNote, Store,
};

fn line(day: i64, category: &str) -> CostLine {
    CostLine {
        number: NUMBER.into(),
        day,
        category: category.into(),
        kind: "regular".into(),
        model: "PMP".into(),
    }
}

fn note(key: u128, state: StatusState, line: CostLine, billed: Billed, of: Priced) -> StatusNote {
    let cost = Some(Box::new(CostNote { line, billed, of }));
    StatusNote { key: SendKey(key), id: MessageId::from("wamid.X"), state, error: None, cost }
}

pub(super) async fn each_message_is_counted_once(store: &impl Store) {
    let (day, of) = (CostLine::day_of(at(0)), Priced::Message);
    let mut statuses = delivery(0, Vec::new());
    statuses.statuses = vec![
        note(1, StatusState::Delivered, line(day, "utility"), Billed::Charged, of),
        note(1, StatusState::Sent, line(day, "utility"), Billed::Charged, of),
        note(2, StatusState::Sent, line(day, "utility"), Billed::Free, of),
        note(3, StatusState::Sent, line(day, "marketing"), Billed::Charged, of),
    ];
    store.ingest(statuses).await.expect("statuses are taken");
    store.record(vec![record(1, SendState::Accepted, 1)]).await.expect("a write");
    let mut again = delivery(2, Vec::new());
    let conversation = Priced::Conversation(DedupKey(77));
    again.statuses = vec![
        note(1, StatusState::Read, line(day + 1, "utility"), Billed::Charged, of),
        note(4, StatusState::Sent, line(day, "service"), Billed::Charged, conversation),
        note(5, StatusState::Sent, line(day, "service"), Billed::Charged, conversation),
    ];
    store.ingest(again).await.expect("statuses are taken");
    let counted = |category, count, billable| Cost { line: line(day, category), count, billable };
    let expected = [counted("marketing", 1, 1), counted("service", 1, 1), counted("utility", 2, 1)];
    assert_eq!(store.costs().await.expect("a read"), expected);

    let keep = Retention::default();
    while store.sweep(at(0) + keep.costs, keep).await.expect("a sweep") > 0 {}
    assert_eq!(store.costs().await.expect("a read").len(), 3, "what is young stays");
    while store.sweep(at(0) + keep.costs * 2, keep).await.expect("a sweep") > 0 {}
    assert!(store.costs().await.expect("a read").is_empty(), "what is old goes");
}

/// A key of this moment.
fn key(moment: u128) -> SendKey {
    SendKey((moment << 80) | moment)
}

fn moments(records: &[SendRecord]) -> Vec<u128> {
    records.iter().map(|record| record.key.0 >> 80).collect()
}

pub(super) async fn the_ledger_comes_in_pages(store: &impl Store) {
    let mut records: Vec<SendRecord> =
        [3, 1, 2, 5, 4].map(|moment| record(key(moment).0, SendState::Accepted, 1)).into();
    if let Some(first) = records.first_mut() {
        first.opaque = Some("order 7".into());
    }
    store.record(records).await.expect("a write");
    let all = store.sends(SendKey(0), SendKey(u128::MAX), 100).await.expect("a read");
    assert_eq!(moments(&all), [1, 2, 3, 4, 5]);
    let known = store.sent(key(3)).await.expect("a read");
    assert_eq!(all.get(2), known.as_ref(), "whole lines");
    assert_eq!(known.and_then(|known| known.opaque).as_deref(), Some("order 7"));
    let some = store.sends(key(1), key(4), 2).await.expect("a read");
    assert_eq!(moments(&some), [2, 3], "from behind one");
    assert_eq!(moments(&store.sends(key(3), key(4), 2).await.expect("a read")), [4], "up to another");
}
