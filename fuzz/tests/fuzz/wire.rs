//! Webhooks, and the signature over them.

use wappa_cloud::{AppSecret, Event, ItemKind, SignatureError, webhook};

use crate::{files, fuzz};

fuzz!(webhook_body, files("samples"), body);
fuzz!(signature_header, headers(), header);
fuzz!(stored_item, files("samples"), stored);

/// JSON is as many events as items, each of its item's kind, and what was understood is the same when it
/// is read item by item, and when it is written and read again.
fn body(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).ok();
    let is_json = text.is_some_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok());
    let Ok(delivery) = webhook::split(bytes) else {
        assert!(!is_json, "JSON was refused: {}", String::from_utf8_lossy(bytes));
        return;
    };
    let parsed = webhook::parse(bytes).unwrap();
    assert_eq!(parsed.events.len(), delivery.items.len());
    assert_eq!(parsed.problems, delivery.problems);
    for (item, event) in delivery.items.iter().zip(&parsed.events) {
        assert_eq!(event.kind(), item.kind, "{}", String::from_utf8_lossy(&item.to_bytes()));
        let read = Event::read(&item.to_bytes());
        assert_eq!(
            format!("{event:?} {}", event.raw().as_str()),
            format!("{read:?} {}", read.raw().as_str())
        );
        let written = serde_json::to_vec(event).unwrap();
        let again = webhook::parse(&written).unwrap();
        // What nobody understood may be understood in part where it stands alone.
        if event.kind() == ItemKind::Unknown {
            assert!(!again.events.is_empty(), "{}", String::from_utf8_lossy(&written));
            continue;
        }
        assert_eq!(again.events.len(), 1, "{}", String::from_utf8_lossy(&written));
        assert_eq!(again.events[0].kind(), event.kind(), "{}", String::from_utf8_lossy(&written));
        assert_eq!(again.events[0].raw().as_str(), event.raw().as_str());
    }
}

/// What the store gives back may have been written by anybody.
fn stored(bytes: &[u8]) {
    let event = Event::read(bytes);
    let _ = (event.kind(), event.raw().as_str().len(), format!("{event:?}").len());
}

/// Key, body and header, with a line's end between them: only the header that was made for the body fits.
fn header(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let key = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (body, header) = (parts.next().unwrap_or_default(), parts.next());
    let secret = AppSecret::new(key);
    let right = secret.sign(body);
    match secret.verify(body, header) {
        Ok(()) => assert!(header.unwrap().eq_ignore_ascii_case(right.as_bytes())),
        Err(SignatureError::Missing) => assert_eq!(header, None),
        Err(_) => assert!(!header.unwrap().eq_ignore_ascii_case(right.as_bytes())),
    }
    assert_eq!(secret.verify(body, Some(right.as_bytes())), Ok(()));
}

fn headers() -> Vec<Vec<u8>> {
    let secret = AppSecret::new("key");
    let right = secret.sign(b"{}");
    [
        "",
        "key",
        "key\n{}",
        "key\n{}\nsha256=",
        "key\n{}\nsha1=00",
        &format!("key\n{{}}\n{right}"),
        &format!("key\n{{}}\n{right}0"),
    ]
    .map(|seed| seed.as_bytes().to_vec())
    .into()
}
