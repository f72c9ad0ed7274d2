//! Where credentials go, and what becomes of answers.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::{Barrier, Semaphore},
};

use futures_util::FutureExt;
use reqwest::dns::Resolve;

use super::{clients::PublicOnly, *};
use crate::secret::AccessToken;

#[test]
fn tokens_go_to_meta_and_the_base_only() {
    let transport = HttpTransport::new(&HttpConfig::new("https://graph.facebook.com", "v25.0")).unwrap();
    let trusted = |url: &str| transport.is_trusted(&Url::parse(url).unwrap());
    for ours in
        ["https://graph.facebook.com/x", "https://lookaside.fbsbx.com/a", "https://mmg.whatsapp.net/a"]
    {
        assert!(trusted(ours), "{ours}");
    }
    for foreign in [
        "https://evilfacebook.com/",
        "https://facebook.com.evil.org/",
        "http://lookaside.fbsbx.com/a",
        "https://127.0.0.1/",
    ] {
        assert!(!trusted(foreign), "{foreign}");
    }
}

#[test]
fn plain_http_is_for_this_machine() {
    for base in ["http://127.0.0.1:9100", "http://localhost:1", "http://[::1]:1", "https://example.org"] {
        assert!(HttpTransport::new(&HttpConfig::new(base, "v25.0")).is_ok(), "{base}");
    }
    for base in ["http://example.org", "http://10.0.0.1", "ftp://127.0.0.1", "no url"] {
        assert!(HttpTransport::new(&HttpConfig::new(base, "v25.0")).is_err(), "{base}");
    }
}

/// Answers one request with this, and tells what was asked.
async fn server(answer: String) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 65_536];
        let read = stream.read(&mut request).await.unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    (format!("http://{address}"), asked)
}

fn get(target: Target, limit: usize) -> GraphRequest {
    GraphRequest {
        query: vec![("fields".into(), "a b".into())],
        token: Some(AccessToken::new("EAAB")),
        max_answer: Some(limit),
        ..GraphRequest::new(http::Method::GET, target)
    }
}

#[test]
fn a_redirect_from_outside_does_not_lead_inside() {
    let url = |text: &str| Url::parse(text).unwrap();
    let outside = url("https://lookaside.fbsbx.com/a");
    assert!(may_lead(&outside, &url("https://scontent.xx.fbcdn.net/a")));
    for inside in
        ["http://127.0.0.1:5432/", "https://localhost/", "http://[::1]/", "http://[::ffff:127.0.0.1]/"]
    {
        assert!(!may_lead(&outside, &url(inside)), "{inside}");
        assert!(may_lead(&url("http://127.0.0.1:8001/a"), &url(inside)), "{inside}");
    }
    assert!(!may_lead(&outside, &url("http://scontent.xx.fbcdn.net/a")));
}

#[tokio::test]
async fn a_call_carries_token_version_and_query() {
    let answer = "HTTP/1.1 429 Too Many\r\nretry-after: 7\r\ncontent-length: 2\r\n\r\n{}".to_owned();
    let (base, asked) = server(answer).await;
    let transport = HttpTransport::new(&HttpConfig::new(base, "v25.0")).unwrap();
    let response = transport.call(get(Target::Node("1/messages".into()), 10)).await.unwrap();
    assert_eq!((response.status, response.retry_after), (429, Some(Duration::from_secs(7))));
    assert_eq!(&response.body[..], b"{}");
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("GET /v25.0/1/messages?fields=a+b "), "{asked}");
    assert!(asked.to_lowercase().contains("authorization: bearer eaab"), "{asked}");
}

#[tokio::test]
async fn the_time_in_the_usage_header_counts_when_refused() {
    let usage = r#"{"1":[{"estimated_time_to_regain_access":2}]}"#;
    for (status, wait) in [("400 Bad", Some(Duration::from_mins(2))), ("200 OK", None)] {
        let answer = format!(
            "HTTP/1.1 {status}\r\nx-business-use-case-usage: {usage}\r\ncontent-length: 2\r\n\r\n{{}}"
        );
        let (base, _) = server(answer).await;
        let transport = HttpTransport::new(&HttpConfig::new(base, "v25.0")).unwrap();
        let response = transport.call(get(Target::Node("1".into()), 10)).await.unwrap();
        assert_eq!(response.retry_after, wait, "{status}");
    }
}

#[tokio::test]
async fn a_redirect_is_followed_without_the_token() {
    let (elsewhere, second) = server("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfile".to_owned()).await;
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}/file\r\ncontent-length: 0\r\n\r\n");
    let (base, first) = server(redirect).await;
    let transport = HttpTransport::new(&HttpConfig::new(base.clone(), "v25.0")).unwrap();
    let response = transport.call(get(Target::Url(format!("{base}/media")), 10)).await.unwrap();
    assert_eq!(&response.body[..], b"file");
    assert!(first.await.unwrap().to_lowercase().contains("authorization"));
    assert!(!second.await.unwrap().to_lowercase().contains("authorization"));
}

#[tokio::test]
async fn what_is_too_large_is_not_taken() {
    for head in ["content-length: 11\r\n", "connection: close\r\n"] {
        let (base, _) = server(format!("HTTP/1.1 200 OK\r\n{head}\r\n12345678901")).await;
        let transport = HttpTransport::new(&HttpConfig::new(base, "v25.0")).unwrap();
        let error = transport.call(get(Target::Node("1".into()), 10)).await.unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::TooLarge);
    }
}

#[tokio::test]
async fn what_was_never_connected_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let transport = HttpTransport::new(&HttpConfig::new(base, "v25.0")).unwrap();
    let error = transport.call(get(Target::Node("1".into()), 10)).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Connect);
    assert!(!format!("{error:?}").contains("EAAB"));
}

#[tokio::test]
async fn a_stranger_does_not_lead_into_a_private_network() {
    let transport = HttpTransport::new(&HttpConfig::new("http://127.0.0.1:1", "v25.0")).unwrap();
    for private in [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://localhost/",
        "http://bot.localhost./",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://user:password@example.org/",
        "no url",
    ] {
        let target = Target::Public(private.to_owned());
        let error = transport.call(GraphRequest::new(http::Method::GET, target)).await.unwrap_err();
        let is_refused = matches!(error.kind, TransportErrorKind::Refused | TransportErrorKind::Connect);
        assert!(is_refused, "{private}: {error}");
    }
}

#[tokio::test]
async fn a_stranger_does_not_lead_there_by_a_redirect_either() {
    let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = inside.local_addr().unwrap().port();
    for to in [
        format!("http://127.0.0.1:{port}/secret"),
        format!("http://localhost:{port}/secret"),
        format!("http://[::ffff:127.0.0.1]:{port}/secret"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
        format!("//127.0.0.1:{port}/secret"),
    ] {
        let answer = format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let (base, asked) = server(answer).await;
        let transport = HttpTransport::new(&HttpConfig::new("https://graph.facebook.com", "v25.0")).unwrap();
        // As if this name were out in the open.
        let at = base["http://".len()..].parse().unwrap();
        let client = transport.clients.for_strangers().resolve("public.example", at).build().unwrap();
        transport.clients.strangers.set(client).unwrap();
        let port_there = base.rsplit(':').next().unwrap();
        let target = Target::Public(format!("http://public.example:{port_there}/cat.png"));
        let error = transport.call(GraphRequest::new(http::Method::GET, target)).await.unwrap_err();
        let is_refused = matches!(error.kind, TransportErrorKind::Refused | TransportErrorKind::Connect);
        assert!(is_refused, "{to}: {error}");
        let asked = asked.await.unwrap().to_lowercase();
        assert!(asked.starts_with("get /cat.png") && !asked.contains("authorization"), "{asked}");
    }
    // Nobody came.
    assert!(inside.accept().now_or_never().is_none());
}

#[tokio::test]
async fn a_name_is_looked_up_where_it_is_connected_to() {
    let found = PublicOnly.resolve("localhost".parse().unwrap()).await;
    assert!(found.is_err_and(|error| error.to_string().contains("private network")));
}

#[tokio::test]
async fn a_stranger_is_never_shown_the_token() {
    let (base, asked) = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".to_owned()).await;
    let transport = HttpTransport::new(&HttpConfig::new(&base, "v25.0")).unwrap();
    // Even our own base is a private address to a stranger.
    assert!(transport.call(get(Target::Public(format!("{base}/a")), 100)).await.is_err());
    asked.abort();
}

#[tokio::test]
async fn an_upload_goes_on_where_meta_has_got_to() {
    let (base, asked) =
        server("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"h\":\"4::\"}".to_owned()).await;
    let transport = HttpTransport::new(&HttpConfig::new(&base, "v25.0")).unwrap();
    let chunk = GraphRequest {
        token: Some(AccessToken::new("EAAB")),
        query: vec![("sig".into(), "ARZ".into())],
        body: RequestBody::Chunk { offset: 5, bytes: Bytes::from_static(b"world") },
        ..GraphRequest::new(http::Method::POST, Target::Node("upload:MTph==".into()))
    };
    transport.call(chunk).await.unwrap();
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("POST /v25.0/upload:MTph==?sig=ARZ HTTP/1.1"), "{asked}");
    assert!(asked.contains("authorization: OAuth EAAB") && asked.contains("file_offset: 5"), "{asked}");
}

#[tokio::test]
async fn a_form_is_written_as_one() {
    let (base, asked) = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_owned()).await;
    let transport = HttpTransport::new(&HttpConfig::new(&base, "v25.0")).unwrap();
    let body = RequestBody::Form(vec![("code".into(), "a b&c".into())]);
    let form =
        GraphRequest { body, ..GraphRequest::new(http::Method::POST, Target::Api("1/archive".into())) };
    transport.call(form).await.unwrap();
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("POST /1/archive HTTP/1.1"), "{asked}");
    assert!(
        asked.contains("application/x-www-form-urlencoded") && asked.ends_with("code=a+b%26c"),
        "{asked}"
    );
}

fn message(path: &str, limit: usize) -> GraphRequest {
    GraphRequest {
        token: Some(AccessToken::new("EAAB")),
        body: RequestBody::Json(Bytes::from_static(b"{}")),
        max_answer: Some(limit),
        ..GraphRequest::new(http::Method::POST, Target::Node(path.into()))
    }
}

#[tokio::test]
async fn a_message_goes_straight_to_its_node() {
    let (base, asked) =
        server("HTTP/1.1 200 OK\r\nretry-after: 7\r\ncontent-length: 2\r\n\r\n{}".into()).await;
    let transport = HttpTransport::new(&HttpConfig::new(base, "v25.0")).unwrap();
    let answer = transport.call(message("1060/messages", 100)).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (200, &b"{}"[..]));
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    let asked = asked.await.unwrap().to_lowercase();
    assert!(asked.starts_with("post /v25.0/1060/messages http/1.1\r\n"), "{asked}");
    for header in
        ["authorization: bearer eaab", "content-type: application/json", "user-agent: wappa/", "host: 127."]
    {
        assert!(asked.contains(header), "{header} in {asked}");
    }
    assert!(asked.ends_with("\r\n\r\n{}"), "{asked}");
}

#[tokio::test]
async fn no_id_leads_to_another_node() {
    for (path, sent) in [
        ("1?x=/messages", "post /v25.0/1%3fx=/messages http"),
        ("1 2/messages", "post /v25.0/1%202/messages http"),
        ("1\r\nevil: 1/messages", "post /v25.0/1evil:%201/messages http"),
    ] {
        let (base, asked) = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".into()).await;
        let transport = HttpTransport::new(&HttpConfig::new(base, "v25.0")).unwrap();
        transport.call(message(path, 100)).await.unwrap();
        let asked = asked.await.unwrap().to_lowercase();
        assert!(asked.starts_with(sent), "{asked}");
    }
}

#[tokio::test]
async fn no_id_leads_upwards() {
    let transport = HttpTransport::new(&HttpConfig::new("http://127.0.0.1:9", "v25.0")).unwrap();
    for path in ["../me", "1/../../me", "1/%2e%2E/me", "1/.%2e/me", "..\\me", "1/.\t./me", "1/./me", ".."] {
        for target in [Target::Node(path.into()), Target::Api(path.into())] {
            let refused = transport.url(&GraphRequest::new(http::Method::GET, target));
            assert_eq!(refused.unwrap_err().kind, TransportErrorKind::Refused, "{path}");
        }
        let refused = transport.call(message(path, 10)).await.unwrap_err();
        assert_eq!(refused.kind, TransportErrorKind::Refused, "{path}");
    }
    for path in ["1", "1/messages", "upload:a.b", "a..b/c", "...", "1/.well"] {
        let request = GraphRequest::new(http::Method::GET, Target::Node(path.into()));
        assert_eq!(transport.url(&request).unwrap().path(), format!("/v25.0/{path}"));
    }
}

#[tokio::test]
async fn a_files_name_adds_no_headers() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut asked, mut piece) = (String::new(), [0; 4_096]);
        while !asked.contains("picture") {
            let read = stream.read(&mut piece).await.unwrap();
            asked.push_str(&String::from_utf8_lossy(&piece[..read]).to_lowercase());
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
        asked
    });
    let transport = HttpTransport::new(&HttpConfig::new(&base, "v25.0")).unwrap();
    let file = crate::transport::FilePart {
        name: "a\"; x=\"\r\nx-evil: 1\r\n\r\n--".into(),
        mime: "image/png".into(),
        bytes: Bytes::from_static(b"picture"),
    };
    let body = RequestBody::Multipart { fields: Vec::new(), file };
    let upload =
        GraphRequest { body, ..GraphRequest::new(http::Method::POST, Target::Node("1/media".into())) };
    transport.call(upload).await.unwrap();
    let asked = asked.await.unwrap();
    assert!(!asked.contains("\r\nx-evil"), "{asked}");
    assert!(asked.contains("content-type: image/png"), "{asked}");
    let injected = GraphRequest {
        token: Some(AccessToken::new("EAAB\r\nx-evil: 1")),
        ..GraphRequest::new(http::Method::GET, Target::Node("1".into()))
    };
    assert!(transport.call(injected).await.is_err());
}

#[tokio::test]
async fn what_is_packed_stays_packed() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x7f\x08\x00";
    let (base, asked) = server(answer.to_owned()).await;
    let transport = HttpTransport::new(&HttpConfig::new(base, "v25.0")).unwrap();
    let response = transport.call(get(Target::Node("1".into()), 4)).await.unwrap();
    assert_eq!(&response.body[..], b"\x1f\x7f\x08\x00", "nothing is unpacked, so nothing grows");
    assert!(!asked.await.unwrap().to_lowercase().contains("accept-encoding"));
}

#[tokio::test]
async fn a_long_answer_to_a_message_is_cut_off() {
    let body = "x".repeat(1_000);
    for answer in [
        format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{body}"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3e8\r\n{body}\r\n0\r\n\r\n"),
    ] {
        let (base, _asked) = server(answer).await;
        let transport = HttpTransport::new(&HttpConfig::new(base, "v25.0")).unwrap();
        let error = transport.call(message("1/messages", 999)).await.unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::TooLarge);
    }
}

#[tokio::test]
async fn nobody_there_is_told_from_an_answer_that_breaks_off() {
    let (base, asked) = server("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}".into()).await;
    let transport = HttpTransport::new(&HttpConfig::new(&base, "v25.0")).unwrap();
    let error = transport.call(message("1/messages", 999)).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Broken);
    asked.await.unwrap();
    let error = transport.call(message("1/messages", 999)).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Connect);
}

/// Answers nobody before so many have asked at the same time, twice; tells how many connections that took.
async fn crowd(listener: TcpListener, size: usize) -> usize {
    let connections = Arc::new(AtomicUsize::new(0));
    let (all, served) = (Arc::new(Barrier::new(size)), Arc::new(Semaphore::new(0)));
    let (count, done) = (Arc::clone(&connections), Arc::clone(&served));
    let accepting = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let (all, served) = (Arc::clone(&all), Arc::clone(&served));
            tokio::spawn(async move {
                let mut request = vec![0; 4_096];
                while stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                    all.wait().await;
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
                    served.add_permits(1);
                }
            });
        }
    });
    let all_served = done.acquire_many(u32::try_from(size * 2).unwrap()).await;
    drop(all_served.unwrap());
    accepting.abort();
    connections.load(Ordering::SeqCst)
}

#[tokio::test]
async fn a_thousand_a_second_are_under_way_at_once_and_keep_their_connections() {
    // 1,000 messages a second that Graph takes 0.3 s for; one connection with 100 streams would stall.
    const UNDER_WAY: usize = 300;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let transport = Arc::new(HttpTransport::new(&HttpConfig::new(&base, "v25.0")).unwrap());
    let meta = tokio::spawn(crowd(listener, UNDER_WAY));
    for _ in 0..2 {
        let calls: Vec<_> = (0..UNDER_WAY)
            .map(|_| {
                let transport = Arc::clone(&transport);
                tokio::spawn(async move { transport.call(message("1/messages", 1_000)).await })
            })
            .collect();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap().status, 200);
        }
    }
    assert_eq!(meta.await.unwrap(), UNDER_WAY, "the second thousand finds the connections of the first");
}

/// Takes connections and says nothing.
async fn silence() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut taken = Vec::new();
        loop {
            taken.push(listener.accept().await.unwrap());
        }
    });
    address.to_string()
}

const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_message_without_an_answer_has_a_patience_of_its_own() {
    let mut config = HttpConfig::new(format!("http://{}", silence().await), "v25.0");
    (config.timeout, config.message_timeout) = (LONG, SHORT);
    let transport = HttpTransport::new(&config).unwrap();
    for path in ["1/messages", "1/marketing_messages", "1 2/messages"] {
        let error = transport.call(message(path, 100)).await.unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::Timeout, "{path}: it may have arrived");
    }
    (config.timeout, config.message_timeout) = (SHORT, LONG);
    let transport = HttpTransport::new(&config).unwrap();
    for path in ["1/media", "1/message_templates"] {
        let error = transport.call(message(path, 100)).await.unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::Timeout, "{path}");
    }
}

#[tokio::test]
async fn who_does_not_greet_in_time_was_sent_nothing() {
    let mut config = HttpConfig::new(format!("https://{}", silence().await), "v25.0");
    (config.connect_timeout, config.timeout, config.message_timeout) = (SHORT, LONG, LONG);
    let transport = HttpTransport::new(&config).unwrap();
    let error = transport.call(message("1/messages", 100)).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Connect, "it waits for TLS, and may be sent again at once");
}
