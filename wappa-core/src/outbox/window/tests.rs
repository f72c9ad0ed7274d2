//! What is known of windows, hour by hour.

use wappa_cloud::{UserId, WaId};

use super::*;
use crate::store::{MemoryLimits, MemoryStore};

const NUMBER: &str = "106540352242922";

fn at(hours: u64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000) + Duration::from_hours(hours)
}

fn ana() -> Who<'static> {
    Who { wa_id: Some("15550100001"), ..Who::default() }
}

fn to_ana() -> Recipient {
    Recipient { wa_id: Some(WaId::from("15550100001")), ..Recipient::default() }
}

fn store() -> MemoryStore {
    MemoryStore::new(MemoryLimits::default())
}

#[tokio::test]
async fn a_window_is_open_for_a_day_since_the_person_wrote() {
    let (windows, store) = (Windows::new(WindowGuard::On), store());
    let of = async |to: &Recipient, now| windows.of(&store, NUMBER, to, now).await.expect("a read");
    assert_eq!(of(&to_ana(), at(0)).await, Window::Unknown);
    windows.heard(NUMBER, ana(), at(0));
    windows.heard(NUMBER, ana(), at(2));
    windows.heard(NUMBER, ana(), at(1));
    assert_eq!(of(&to_ana(), at(25)).await, Window::Open { until: at(26) });
    assert_eq!(of(&to_ana(), at(26)).await, Window::Closed);
    assert_eq!(windows.of(&store, "1", &to_ana(), at(25)).await.expect("a read"), Window::Unknown);
    let by_phone = Recipient { phone: "+15550100001".parse().ok(), ..Recipient::default() };
    assert!(matches!(of(&by_phone, at(25)).await, Window::Open { .. }));
}

#[tokio::test]
async fn the_name_that_was_heard_last_counts() {
    let (windows, store) = (Windows::new(WindowGuard::On), store());
    windows.heard(NUMBER, ana(), at(0));
    windows.heard(NUMBER, Who { user_id: Some("US.1"), ..Who::default() }, at(20));
    let both = Recipient { user_id: Some(UserId::from("US.1")), ..to_ana() };
    assert_eq!(
        windows.of(&store, NUMBER, &both, at(30)).await.expect("a read"),
        Window::Open { until: at(44) }
    );
}

#[tokio::test]
async fn meta_has_the_last_word_unless_the_person_wrote_since() {
    let (windows, store) = (Windows::new(WindowGuard::On), store());
    windows.closed(NUMBER, ana(), at(0));
    assert_eq!(windows.of(&store, NUMBER, &to_ana(), at(1)).await.expect("a read"), Window::Closed);
    windows.heard(NUMBER, ana(), at(2));
    windows.closed(NUMBER, ana(), at(1));
    let open = windows.of(&store, NUMBER, &to_ana(), at(3)).await.expect("a read");
    assert_eq!(open, Window::Open { until: at(26) }, "a refusal from before they wrote says nothing");
    windows.closed(NUMBER, ana(), at(3));
    assert_eq!(windows.of(&store, NUMBER, &to_ana(), at(3)).await.expect("a read"), Window::Closed);
}

#[tokio::test]
async fn the_next_process_knows_what_was_marked() {
    let store = store();
    let windows = Windows::new(WindowGuard::On);
    windows.heard(NUMBER, ana(), at(0));
    windows.keep(&store, at(0)).await.expect("written");
    let marks = async || store.values(SPACE, None, 10, at(0)).await.expect("a read");
    let first = marks().await;
    assert_eq!(first.len(), 1);
    windows.heard(NUMBER, ana(), at(0) + Duration::from_mins(59));
    windows.keep(&store, at(1)).await.expect("written");
    assert_eq!(marks().await, first, "once an hour is enough");
    windows.heard(NUMBER, ana(), at(2));
    windows.keep(&store, at(2)).await.expect("written");
    assert_ne!(marks().await, first);

    let next = Windows::new(WindowGuard::On);
    let open = next.of(&store, NUMBER, &to_ana(), at(3)).await.expect("a read");
    assert_eq!(open, Window::Open { until: at(26) });
    let later = Windows::new(WindowGuard::On);
    let unknown = later.of(&store, NUMBER, &to_ana(), at(27)).await.expect("a read");
    assert_eq!(unknown, Window::Unknown, "a mark proves that a window is open, never that it is closed");
}

#[tokio::test]
async fn what_is_remembered_is_bounded() {
    let (windows, store) = (Windows::new(WindowGuard::On), store());
    for person in 0..400_000 {
        windows.heard(NUMBER, Who { wa_id: Some(&person.to_string()), ..Who::default() }, at(0));
    }
    let kept: usize =
        windows.shards.iter().map(|shard| lock(shard)).map(|shard| shard.young.len() + shard.old.len()).sum();
    assert!(kept <= SHARDS * HALF * 2, "{kept}");
    assert!(lock(&windows.marks).len() <= MARKS);
    let last = Recipient { wa_id: Some(WaId::from("399999")), ..Recipient::default() };
    assert!(matches!(windows.of(&store, NUMBER, &last, at(1)).await, Ok(Window::Open { .. })));
}

#[tokio::test]
async fn switched_off_it_remembers_nothing() {
    let windows = Windows::new(WindowGuard::Off);
    windows.heard(NUMBER, ana(), at(0));
    let window = windows.of(&store(), NUMBER, &to_ana(), at(0)).await.expect("an answer");
    assert_eq!(window, Window::Unknown);
}
