//! Files over a real server on this machine: down with their token, limits and hashes, up with theirs.

mod server;

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use futures_util::stream;
use wappa_cloud::client::media::UploadCache;
use wappa_cloud::client::uploads::UploadSession;
use wappa_cloud::{
    AccessToken, AppId, Certainty, ErrorKind, GraphError, IntoDraft, MediaId, MediaKind, MediaSource,
    PhoneNumberId, Timestamp, Upload,
};

use self::server::{Body, File, Hit, Meta};

fn token() -> AccessToken {
    AccessToken::new("EAAB-secret")
}

fn number() -> PhoneNumberId {
    PhoneNumberId::from("1060")
}

const MEGABYTE: usize = 1024 * 1024;

/// Downloads a file with at most so many bytes.
async fn download(meta: &Meta, id: &str, limit: usize) -> Result<Bytes, GraphError> {
    let info = meta.graph().media(&token(), &MediaId::from(id)).await?;
    meta.graph().download(&token(), &info, limit).await
}

#[tokio::test]
async fn a_file_comes_with_the_token_and_fits_its_hash() {
    let meta = Meta::open().await;
    meta.keep("7", File::of("image/jpeg", Body::Whole(Bytes::from_static(b"hello"))));
    assert_eq!(download(&meta, "7", 5).await.unwrap(), "hello");
    let hits = meta.hits();
    assert_eq!(hits.iter().map(|hit| hit.path.as_str()).collect::<Vec<_>>(), ["/v25.0/7", "/file/7"]);
    assert!(hits.iter().all(|hit| hit.token.as_deref() == Some("Bearer EAAB-secret")), "{hits:?}");

    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("hello.txt");
    let info = meta.graph().media(&token(), &MediaId::from("7")).await.unwrap();
    meta.graph().download_to(&token(), &info, 5, &place).await.unwrap();
    assert_eq!(std::fs::read(&place).unwrap(), b"hello");
    let stream = meta.graph().open_download(&token(), &info, 5).await.unwrap();
    let pieces: Vec<Bytes> = stream.try_collect().await.unwrap();
    assert_eq!(pieces.concat(), b"hello");

    meta.keep(
        "8",
        File { sha256: Some("00".repeat(32)), ..File::of("image/jpeg", Body::Whole("hello".into())) },
    );
    let error = download(&meta, "8", 5).await.unwrap_err();
    assert!(error.to_string().contains("SHA-256"), "{error}");
    let info = meta.graph().media(&token(), &MediaId::from("8")).await.unwrap();
    let place = folder.path().join("other.txt");
    meta.graph().download_to(&token(), &info, 5, &place).await.unwrap_err();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half done is left");
}

#[tokio::test]
async fn a_redirect_elsewhere_is_followed_without_the_token() {
    let (meta, elsewhere) = (Meta::open().await, Meta::open().await);
    elsewhere.keep("7", File { is_open: true, ..File::of("image/jpeg", Body::Whole("hello".into())) });
    let there = format!("{}/file/7", elsewhere.origin());
    meta.keep("7", File { size: Some(5), ..File::of("image/jpeg", Body::Redirect(there)) });
    assert_eq!(download(&meta, "7", 5).await.unwrap(), "hello");
    let hits = elsewhere.hits();
    assert!(hits.len() == 1 && hits[0].token.is_none(), "{hits:?}");
}

#[tokio::test]
async fn an_address_of_its_own_is_not_given_the_token() {
    let (meta, stranger) = (Meta::open().await, Meta::open().await);
    stranger.keep("7", File { is_open: true, ..File::of("image/jpeg", Body::Whole("hello".into())) });
    let mut info = {
        meta.keep("7", File::of("image/jpeg", Body::Whole("hello".into())));
        meta.graph().media(&token(), &MediaId::from("7")).await.unwrap()
    };
    info.url = format!("{}/file/7", stranger.origin());
    let error = meta.graph().download(&token(), &info, 5).await.unwrap_err();
    assert_eq!(error.certainty(), Certainty::NotSent, "{error}");
    assert!(stranger.hits().is_empty(), "the token does not leave for another host");
}

#[tokio::test]
async fn an_address_is_fetched_anew_after_its_five_minutes() {
    let meta = Meta::open().await;
    meta.keep("7", File::of("image/jpeg", Body::Whole("hello".into())));
    let info = meta.graph().media(&token(), &MediaId::from("7")).await.unwrap();
    meta.advance(Duration::from_secs(299));
    meta.graph().download(&token(), &info, 5).await.unwrap();
    let before = meta.hits().len();
    meta.advance(Duration::from_secs(2));
    assert_eq!(meta.graph().download(&token(), &info, 5).await.unwrap(), "hello");
    let since: Vec<String> = meta.hits().drain(before..).map(|hit| hit.path).collect();
    assert_eq!(since, ["/file/7", "/v25.0/7", "/file/7"], "refused, asked for another, fetched");

    meta.drop_file("7");
    let gone = meta.graph().download(&token(), &info, 5).await.unwrap_err();
    assert_eq!((gone.status, gone.kind()), (Some(404), ErrorKind::NotFound));
}

#[tokio::test]
async fn nothing_larger_than_allowed_is_taken() {
    let meta = Meta::open().await;
    let file = |body, size| File { size, ..File::of("image/jpeg", body) };
    // Meta says so before anything is fetched.
    meta.keep("1", file(Body::Whole(vec![0; 11].into()), Some(11)));
    let error = download(&meta, "1", 10).await.unwrap_err();
    assert!(error.to_string().contains("10 bytes"), "{error}");
    assert!(meta.hits().iter().all(|hit| !hit.path.starts_with("/file")), "its size was known before");
    // The server says so, and then nobody does.
    meta.keep("2", file(Body::Whole(vec![0; 11].into()), None));
    meta.keep("3", file(Body::Pieces(3), None));
    for id in ["2", "3"] {
        let error = download(&meta, id, 10).await.unwrap_err();
        assert!(error.to_string().contains("larger than the 10 bytes"), "{id}: {error}");
    }
    meta.keep("4", file(Body::Pieces(2), None));
    assert_eq!(download(&meta, "4", 10).await.unwrap().len(), 8);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_file() {
    let meta = Meta::open().await;
    meta.keep("7", File { sha256: None, size: None, ..File::of("image/jpeg", Body::CutOff) });
    let error = download(&meta, "7", 100).await.unwrap_err();
    assert_eq!(error.certainty(), Certainty::Unknown, "{error}");
    let info = meta.graph().media(&token(), &MediaId::from("7")).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("cut");
    meta.graph().download_to(&token(), &info, 100, &place).await.unwrap_err();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

fn png(length: usize) -> Upload {
    let bytes = MediaSource::Bytes(vec![1; length].into());
    Upload::new(MediaKind::Image, bytes, "image/png", None).unwrap()
}

async fn upload(meta: &Meta, upload: &Upload) -> Result<MediaId, GraphError> {
    meta.graph().upload(&token(), &number(), upload).await
}

#[tokio::test]
async fn a_file_goes_up_from_bytes_a_path_and_a_stream() {
    let meta = Meta::open().await;
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("cat.png");
    std::fs::write(&place, b"from a path").unwrap();
    let path = Upload::new(MediaKind::Image, MediaSource::Path(place), "image/png", None).unwrap();
    let pieces = stream::iter(["from ", "a stream"].map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece))));
    let streamed =
        Upload::from_stream(MediaKind::Image, "image/png", Some("s.png".into()), pieces).await.unwrap();
    let bytes =
        Upload::new(MediaKind::Image, MediaSource::Bytes("from bytes".into()), "image/png", None).unwrap();
    for (file, content, name) in [
        (path, "from a path", "cat.png"),
        (streamed, "from a stream", "s.png"),
        (bytes, "from bytes", "image"),
    ] {
        upload(&meta, &file).await.unwrap();
        let Hit { path, body, token, .. } = meta.hits().pop().unwrap();
        assert_eq!((path.as_str(), token.as_deref()), ("/v25.0/1060/media", Some("Bearer EAAB-secret")));
        let body = String::from_utf8_lossy(&body);
        for part in [
            content,
            &format!("filename=\"{name}\""),
            "Content-Type: image/png",
            "name=\"messaging_product\"\r\n\r\nwhatsapp",
        ] {
            assert!(body.contains(part), "{part:?} in {body}");
        }
    }
}

#[tokio::test]
async fn what_meta_would_not_take_does_not_leave() {
    let meta = Meta::open().await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, length: usize| -> PathBuf {
        let place = folder.path().join(name);
        std::fs::write(&place, vec![0; length]).unwrap();
        place
    };
    let of = |place: PathBuf, mime: &str| Upload::new(MediaKind::Image, MediaSource::Path(place), mime, None);
    let large = of(file("large.png", 5 * MEGABYTE + 1), "image/png").unwrap();
    let error = upload(&meta, &large).await.unwrap_err().to_string();
    assert!(error.contains("5242881 bytes") && error.contains("5242880"), "{error}");
    let empty = of(file("empty.png", 0), "image/png").unwrap();
    assert!(upload(&meta, &empty).await.unwrap_err().to_string().contains("empty"));
    assert!(of(file("cat.gif", 1), "image/gif").is_err(), "a type that is no picture to Meta");
    let grown = png(1).with_bytes(vec![0; 5 * MEGABYTE + 1].into());
    assert_eq!(upload(&meta, &grown).await.unwrap_err().certainty(), Certainty::NotSent);
    let gone = of(folder.path().join("gone.png"), "image/png").unwrap();
    assert_eq!(upload(&meta, &gone).await.unwrap_err().certainty(), Certainty::NotSent);

    // Not even read to its end.
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![0; MEGABYTE])));
    let error = Upload::from_stream(MediaKind::Image, "image/png", None, endless).await.unwrap_err();
    assert!(error.to_string().contains("5242880 bytes"), "{error}");
    let error = Upload::from_stream(
        MediaKind::Image,
        "image/gif",
        None,
        stream::empty::<Result<_, std::io::Error>>(),
    );
    assert!(error.await.unwrap_err().to_string().contains("image/gif"));
    assert!(meta.hits().is_empty(), "{:?}", meta.hits());
}

#[tokio::test]
async fn an_address_that_somebody_wrote_leads_into_no_private_network() {
    let meta = Meta::open().await;
    meta.keep("7", File { is_open: true, ..File::of("image/png", Body::Whole("hello".into())) });
    let host = meta.origin();
    for private in
        [format!("{host}/file/7"), host.replace("127.0.0.1", "localhost"), "http://10.0.0.1/".to_owned()]
    {
        let error = meta.graph().fetch(MediaKind::Image, &private).await.unwrap_err();
        assert_eq!(error.certainty(), Certainty::NotSent, "{private}: {error}");
    }
    assert!(meta.hits().is_empty(), "{:?}", meta.hits());
}

#[tokio::test]
async fn the_same_bytes_go_up_once_until_their_id_ends() {
    let meta = Meta::open().await;
    let cache = UploadCache::new(10);
    let graph = meta.graph();
    let day = |days: u64| Timestamp::from_secs(0) + Duration::from_hours(24 * days);
    let mut ids = Vec::new();
    for (number, at) in [("1060", day(0)), ("1060", day(28)), ("2060", day(28)), ("1060", day(30))] {
        let number = PhoneNumberId::from(number);
        ids.push(cache.upload(&graph, &token(), &number, &png(9), at).await.unwrap());
    }
    assert_eq!(ids[0], ids[1], "the same file of the same number");
    assert!(ids[2] != ids[0] && ids[3] != ids[0], "another number; an id that is too old");
    assert_eq!(meta.hits().len(), 3);
}

#[tokio::test]
async fn a_file_of_one_number_becomes_another_numbers() {
    let meta = Meta::open().await;
    meta.keep("7", File::of("image/png", Body::Whole("hello".into())));
    let (from, to) = (AccessToken::new("EAAB-from"), AccessToken::new("EAAB-to"));
    let graph = meta.graph();
    let id = graph
        .upload_again((&from, &MediaId::from("7")), (&to, &PhoneNumberId::from("2060")), MediaKind::Image)
        .await
        .unwrap();
    assert_ne!(id.as_str(), "7");
    let hits = meta.hits();
    let seen: Vec<_> = hits.iter().map(|hit| (hit.path.as_str(), hit.token.as_deref().unwrap())).collect();
    let wanted = [
        ("/v25.0/7", "Bearer EAAB-from"),
        ("/file/7", "Bearer EAAB-from"),
        ("/v25.0/2060/media", "Bearer EAAB-to"),
    ];
    assert_eq!(seen, wanted, "each side with its own token");
    assert!(String::from_utf8_lossy(&hits[2].body).contains("hello"));
}

#[tokio::test]
async fn an_upload_that_is_cut_off_goes_on_where_meta_has_got_to() {
    let meta = Meta::open().await;
    let graph = meta.graph();
    let bytes: Bytes = (0..3 * 64 * 1024_u32).map(|n| n.to_le_bytes()[0]).collect();
    meta.break_uploads([70_000, 50_000]);
    let (token, app) = (token(), AppId::from("55"));
    let handle = graph.uploads(&token).upload(&app, "cat.jpg", "image/jpeg", &bytes).await.unwrap();
    assert_eq!(handle.as_str(), "4::done");
    assert_eq!(meta.uploaded(), bytes, "every byte once, in its place");
    let chunks: Vec<_> = meta.hits().into_iter().filter_map(|hit| hit.offset).collect();
    assert_eq!(chunks, [0, 70_000, 120_000], "only what was missing went again");
    let oauth = meta
        .hits()
        .iter()
        .filter(|hit| hit.offset.is_some())
        .all(|hit| hit.token.as_deref() == Some("OAuth EAAB-secret"));
    assert!(oauth, "this one API wants the older word");
}

#[tokio::test]
async fn an_upload_goes_on_after_a_restart() {
    let meta = Meta::open().await;
    let bytes = Bytes::from(vec![7; 100_000]);
    meta.break_uploads([30_000]);
    let (token, app) = (token(), AppId::from("55"));
    let kept = {
        let graph = meta.graph();
        let uploads = graph.uploads(&token);
        let session = uploads.begin(&app, "cat.jpg", "image/jpeg", 100_000).await.unwrap();
        uploads.resume(&session, &bytes).await.unwrap_err();
        session.id().to_owned()
    };
    // Another process: nothing is left but the id.
    let graph = meta.graph();
    let session = UploadSession::from_id(kept).unwrap();
    assert_eq!(graph.uploads(&token).offset(&session).await.unwrap(), 30_000);
    assert_eq!(graph.uploads(&token).resume(&session, &bytes).await.unwrap().as_str(), "4::done");
    assert_eq!(meta.uploaded(), bytes);

    let shorter = bytes.slice(..10);
    let error = graph.uploads(&token).resume(&session, &shorter).await.unwrap_err();
    assert!(error.to_string().contains("another one"), "{error}");
}

#[tokio::test]
async fn a_draft_names_its_file_by_the_id_it_got() {
    let meta = Meta::open().await;
    let draft = wappa_cloud::Image::bytes(&b"png"[..], "image/png").caption("a cat").into_draft().unwrap();
    let id = upload(&meta, draft.upload().unwrap()).await.unwrap();
    let to = wappa_cloud::Recipient::from(wappa_cloud::WaId::from("16505551234"));
    let sent: serde_json::Value =
        serde_json::from_slice(&draft.with_media(&id).to_json(&to, None).unwrap()).unwrap();
    assert_eq!(sent["image"], serde_json::json!({"id": id, "caption": "a cat"}));
}
