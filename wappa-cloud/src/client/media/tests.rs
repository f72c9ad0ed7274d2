//! Files on their way: limits, hashes, old addresses, strangers' addresses, and what need not go twice.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;

use super::*;
use crate::{
    client::Certainty,
    time::Timestamp,
    transport::{BoxFuture, GraphResponse, GraphStream, Transport, TransportError},
};

/// A status and a body in pieces.
type Answer = (u16, Vec<&'static [u8]>);

/// Answers with these, one after the other, and remembers where it was asked.
#[derive(Default)]
struct Scripted {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<Target>>,
}

impl Transport for Scripted {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        Box::pin(async move {
            let opened = self.open(request).await?;
            opened.gather().await
        })
    }

    fn open(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphStream, TransportError>> {
        self.asked.lock().unwrap().push(request.target);
        let (status, chunks) = self.answers.lock().unwrap().pop_front().expect("one call too many");
        let chunks = stream::iter(chunks.into_iter().map(|chunk| Ok(Bytes::from_static(chunk)))).boxed();
        Box::pin(async move { Ok(GraphStream { status, retry_after: None, content_type: None, chunks }) })
    }
}

fn graph(answers: impl IntoIterator<Item = Answer>) -> (Graph, Arc<Scripted>) {
    let answers = Mutex::new(answers.into_iter().collect());
    let scripted = Arc::new(Scripted { answers, ..Scripted::default() });
    (Graph::new(Arc::clone(&scripted) as Arc<dyn Transport>), scripted)
}

fn info(size: Option<u64>, sha256: Option<&str>) -> MediaInfo {
    let told =
        json!({"id": "7", "url": "https://lookaside.fbsbx.com/a", "file_size": size, "sha256": sha256});
    serde_json::from_value(told).unwrap()
}

/// Of `hello`.
const HASH: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

fn token() -> AccessToken {
    AccessToken::new("EAAB")
}

fn picture(bytes: &'static [u8]) -> Upload {
    Upload::new(MediaKind::Image, MediaSource::Bytes(Bytes::from_static(bytes)), "image/png", None).unwrap()
}

#[tokio::test]
async fn a_file_is_what_was_announced_and_no_larger_than_allowed() {
    let hello = || vec![&b"he"[..], b"llo"];
    let (graph, _) = graph([(200, hello()), (200, hello()), (200, hello())]);
    let announced = info(Some(5), Some(&HASH.to_uppercase()));
    assert_eq!(graph.download(&token(), &announced, 5).await.unwrap(), "hello");
    let error = graph.download(&token(), &info(None, None), 4).await.unwrap_err();
    assert!(error.to_string().contains("4 bytes allowed"), "{error}");
    let other = info(None, Some(&HASH.replace('2', "3")));
    assert!(graph.download(&token(), &other, 9).await.unwrap_err().to_string().contains("SHA-256"));
    // Nothing more was scripted: this one is refused by its announced size.
    assert!(graph.download(&token(), &info(Some(10), None), 9).await.is_err());
}

#[tokio::test]
async fn a_hash_may_be_written_in_base64() {
    let hash = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    let (graph, _) = graph([(200, vec![&b"hello"[..]])]);
    assert!(graph.download(&token(), &info(None, Some(hash)), 5).await.is_ok());
}

#[tokio::test]
async fn an_address_that_is_too_old_is_asked_for_again_once() {
    let fresh = br#"{"id":"7","url":"https://lookaside.fbsbx.com/b","file_size":"5"}"#;
    let (graph, asked) = graph([(404, vec![]), (200, vec![&fresh[..]]), (200, vec![&b"hello"[..]])]);
    assert_eq!(graph.download(&token(), &info(None, None), 5).await.unwrap(), "hello");
    let url = |end: &str| Target::Url(format!("https://lookaside.fbsbx.com/{end}"));
    assert_eq!(*asked.asked.lock().unwrap(), [url("a"), Target::Node("7".into()), url("b")]);

    let (graph, _) = self::graph([(404, vec![]), (200, vec![&fresh[..]]), (404, vec![])]);
    let error = graph.download(&token(), &info(None, None), 5).await.unwrap_err();
    assert_eq!((error.status, error.kind()), (Some(404), ErrorKind::NotFound));

    let (graph, _) = self::graph([(404, vec![]), (400, vec![&b"{}"[..]])]);
    let error = graph.download(&token(), &info(None, None), 5).await.unwrap_err();
    assert_eq!(error.status, Some(404), "what failed first is what is told");
}

#[cfg(feature = "client")]
#[tokio::test]
async fn a_download_to_a_path_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("file");
    let (graph, _) = graph([(200, vec![&b"hello"[..]]), (200, vec![&b"hello"[..]])]);
    let other = info(None, Some(&HASH.replace('2', "3")));
    assert!(graph.download_to(&token(), &other, 5, &place).await.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    graph.download_to(&token(), &info(None, Some(HASH)), 5, &place).await.unwrap();
    assert_eq!(std::fs::read(&place).unwrap(), b"hello");
}

#[tokio::test]
async fn what_meta_would_refuse_is_not_sent() {
    // Nothing is scripted: any call would be one too many.
    let (graph, _) = graph([]);
    let number = PhoneNumberId::from("1");
    let stream = |chunks: usize| {
        stream::iter((0..chunks).map(|_| Ok::<_, Infallible>(Bytes::from(vec![0; 1024 * 1024]))))
    };
    let gather = |mime, chunks| Upload::from_stream(MediaKind::Image, mime, None, stream(chunks));
    assert!(gather("image/gif", 1).await.unwrap_err().to_string().contains("image/gif"));
    assert!(gather("image/png", 6).await.unwrap_err().to_string().contains("larger"));
    assert!(gather("image/png", 5).await.is_ok());

    let grown = picture(b"x").with_bytes(vec![0; 5 * 1024 * 1024 + 1].into());
    let error = graph.upload(&token(), &number, &grown).await.unwrap_err();
    assert_eq!(error.certainty(), Certainty::NotSent);
    assert!(error.to_string().contains("5242881 bytes"), "{error}");
    assert!(graph.upload(&token(), &number, &picture(b"")).await.is_err());

    let path = MediaSource::Path("/nowhere/cat.png".into());
    let gone = Upload::new(MediaKind::Image, path, "image/png", None).unwrap();
    assert_eq!(graph.upload(&token(), &number, &gone).await.unwrap_err().certainty(), Certainty::NotSent);
}

#[tokio::test]
async fn a_file_on_disk_is_read_before_it_is_uploaded() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("cat.png");
    std::fs::write(&place, b"a picture").unwrap();
    let (graph, _) = graph([(200, vec![&br#"{"id":"9"}"#[..]])]);
    let upload = Upload::new(MediaKind::Image, MediaSource::Path(place.clone()), "image/png", None).unwrap();
    let id = graph.upload(&token(), &PhoneNumberId::from("1"), &upload).await.unwrap();
    assert_eq!(id.as_str(), "9");
}

#[tokio::test]
async fn the_same_bytes_are_uploaded_once_a_month_and_number() {
    let answers = ["1", "2", "3", "4"].map(|id| format!(r#"{{"id":"{id}"}}"#).leak().as_bytes());
    let (graph, asked) = graph(answers.map(|answer| (200, vec![answer])));
    let cache = UploadCache::new(2);
    let day = |days: u64| Timestamp::from_secs(0) + Duration::from_hours(days * 24);
    let upload = async |bytes, number: &str, at| {
        let number = PhoneNumberId::from(number);
        cache.upload(&graph, &token(), &number, &picture(bytes), at).await.unwrap().to_string()
    };
    assert_eq!(upload(b"a", "1", day(0)).await, "1");
    assert_eq!(upload(b"a", "1", day(28)).await, "1");
    assert_eq!(upload(b"a", "2", day(28)).await, "2", "ids belong to a number");
    assert_eq!(upload(b"a", "1", day(29)).await, "3", "Meta keeps files for 30 days");
    cache.forget(&MediaId::from("3"));
    assert_eq!(upload(b"a", "1", day(29)).await, "4");
    assert_eq!(asked.asked.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn a_full_cache_forgets_the_oldest() {
    let answers = ["1", "2", "3", "4"].map(|id| format!(r#"{{"id":"{id}"}}"#).leak().as_bytes());
    let (graph, _) = graph(answers.map(|answer| (200, vec![answer])));
    let (cache, number) = (UploadCache::new(2), PhoneNumberId::from("1"));
    for (second, (bytes, id)) in
        [(b"a", "1"), (b"b", "2"), (b"c", "3"), (b"b", "2"), (b"a", "4")].into_iter().enumerate()
    {
        let at = Timestamp::from_secs(i64::try_from(second).unwrap());
        let found = cache.upload(&graph, &token(), &number, &picture(bytes), at).await.unwrap();
        assert_eq!(found.as_str(), id);
    }
}

#[tokio::test]
async fn a_stream_that_is_dropped_asks_for_nothing_more() {
    let (graph, _) = graph([(200, vec![&b"he"[..], b"llo"])]);
    let mut download = graph.open_download(&token(), &info(None, None), 5).await.unwrap();
    assert_eq!(download.try_next().await.unwrap().unwrap(), "he");
}
