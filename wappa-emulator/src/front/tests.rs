//! The HTTP front without a port.

mod flows;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{Emulator, EmulatorConfig};

struct Front {
    emulator: Emulator,
    number: String,
    token: String,
}

async fn front() -> Front {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let business = emulator.business();
    let token = format!("Bearer {}", business.access_token.expose());
    Front { emulator, number: business.phone_number_id.to_string(), token }
}

impl Front {
    async fn ask(&self, request: axum::http::request::Builder, body: impl Into<Body>) -> Response {
        let request = request.header(header::HOST, "127.0.0.1:8001").body(body.into()).unwrap();
        self.emulator.router().oneshot(request).await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        let response = self.ask(request, body.to_string()).await;
        (response.status(), json_of(response).await)
    }

    fn chat(&self, act: &str) -> String {
        format!("/api/chats/{}/p1/{act}", self.number)
    }
}

async fn json_of(response: Response) -> Value {
    serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn the_page_sees_what_people_and_bots_say() {
    let front = front().await;
    let (status, answer) = front.post(&front.chat("messages"), &json!({"type": "text", "body": "hi"})).await;
    assert_eq!(status, 200);
    let id = answer["id"].clone();
    let send = Request::post(format!("/v25.0/{}/messages", front.number))
        .header(header::AUTHORIZATION, &front.token)
        .header(header::CONTENT_TYPE, "application/json");
    let body = json!({"messaging_product": "whatsapp", "to": "15550100001", "text": {"body": "hello"}});
    let response = front.ask(send, body.to_string()).await;
    assert_eq!(response.status(), 200);

    let state = json_of(front.ask(Request::get("/api/state"), Body::empty()).await).await;
    assert_eq!(state["numbers"][0]["id"], front.number);
    assert_eq!(state["people"][1]["name"], "Ben");
    let chat = &state["chats"][0];
    assert_eq!((&chat["person"], &chat["messages"][0]["id"]), (&json!("p1"), &id));
    assert_eq!(chat["messages"][1]["content"], json!({"body": "hello", "preview_url": false}));
    assert_eq!(chat["messages"][1]["from"], "business");
    let wire = &state["wire"][0];
    assert_eq!(
        (&wire["direction"], &wire["status"], &wire["summary"]),
        (&json!("graph"), &json!(200), &json!("text to Ana"))
    );
    let secret = front.emulator.business();
    let all = state.to_string();
    assert!(!all.contains(secret.access_token.expose()) && !all.contains(secret.app_secret.expose()));
}

#[tokio::test]
async fn events_are_live_and_can_be_picked_up_again() {
    let front = front().await;
    let state = json_of(front.ask(Request::get("/api/state"), Body::empty()).await).await;
    let seq = state["seq"].as_u64().unwrap();
    let request = Request::get(format!("/api/events?after={seq}"));
    let mut live = front.ask(request, Body::empty()).await.into_body().into_data_stream();
    front.post(&front.chat("messages"), &json!({"type": "text", "body": "hi"})).await;
    let first = String::from_utf8(live.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.contains("\"type\":\"message\"") && first.contains("\"body\":\"hi\""), "{first}");
    assert!(
        first.starts_with(&format!("id: {}\n", seq + 1)) || first.contains(&format!("id: {}\n", seq + 1)),
        "{first}"
    );

    // The header of a browser that reconnects counts, not its old address; a number from another world means: begin anew.
    let again = Request::get(format!("/api/events?after={seq}")).header("last-event-id", "999999");
    let mut again = front.ask(again, Body::empty()).await.into_body().into_data_stream();
    let first = String::from_utf8(again.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.contains("\"type\":\"reset\""), "{first}");
}

#[tokio::test]
async fn media_goes_both_ways() {
    let front = front().await;
    let upload = Request::post("/api/media?filename=cat.png").header(header::CONTENT_TYPE, "image/png");
    let media = json_of(front.ask(upload, "meow").await).await;
    assert_eq!((&media["mime"], &media["size"]), (&json!("image/png"), &json!(4)));
    let id = media["id"].as_str().unwrap();
    let (status, _) = front.post(&front.chat("messages"), &json!({"type": "image", "media": id})).await;
    assert_eq!(status, 200);
    let shown = front.ask(Request::get(format!("/api/media/{id}")), Body::empty()).await;
    assert_eq!(shown.headers()[header::CONTENT_TYPE], "image/png");
    assert_eq!(to_bytes(shown.into_body(), 100).await.unwrap(), "meow");

    let form = "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
                --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nbytes\r\n--b--\r\n";
    let upload = Request::post(format!("/v25.0/{}/media", front.number))
        .header(header::AUTHORIZATION, &front.token)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    let uploaded = json_of(front.ask(upload, form).await).await;
    let id = uploaded["id"].as_str().unwrap();
    let look = Request::get(format!("/v25.0/{id}")).header(header::AUTHORIZATION, &front.token);
    let info = json_of(front.ask(look, Body::empty()).await).await;
    let url = info["url"].as_str().unwrap().trim_start_matches("http://wappa-emulator.localhost").to_owned();
    let file = front.ask(Request::get(url).header(header::AUTHORIZATION, &front.token), Body::empty()).await;
    assert_eq!(to_bytes(file.into_body(), 100).await.unwrap(), "bytes");
}

#[tokio::test]
async fn strangers_stay_outside() {
    let front = front().await;
    let router = front.emulator.router();
    for path in ["/", "/api/state", "/v25.0/1"] {
        let request = Request::get(path).header(header::HOST, "evil.example").body(Body::empty()).unwrap();
        assert_eq!(router.clone().oneshot(request).await.unwrap().status(), 403);
    }
    let messages = front.chat("messages");
    let json = |origin: &str| {
        Request::post(&messages)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ORIGIN, origin)
    };
    let hi = r#"{"type":"text","body":"hi"}"#;
    assert_eq!(front.ask(json("https://evil.example"), hi).await.status(), 403);
    assert_eq!(front.ask(json("null"), hi).await.status(), 403);
    assert_eq!(front.ask(json("http://127.0.0.1:8001"), hi).await.status(), 200);
    let form = Request::post(&messages).header(header::CONTENT_TYPE, "text/plain");
    assert_eq!(front.ask(form, hi).await.status(), 415);
    assert_eq!(
        front.ask(Request::post("/api/media").header(header::CONTENT_TYPE, "text/plain"), "x").await.status(),
        415
    );
}

#[tokio::test]
async fn the_page_is_told_what_is_not_possible() {
    let front = front().await;
    let (status, answer) = front.post(&front.chat("messages"), &json!({"type": "text", "body": " "})).await;
    assert_eq!((status.as_u16(), answer), (422, json!({"error": "there is nothing to send"})));
    let (status, _) = front.post(&front.chat("messages"), &json!({"type": "poem"})).await;
    assert_eq!(status, 400);
    let (status, _) = front.post("/api/chats/1/p1/open", &json!({})).await;
    assert_eq!(status, 422);
    let (_, person) = front.post("/api/people", &json!({"name": "Cleo"})).await;
    assert_eq!((&person["id"], &person["name"]), (&json!("p3"), &json!("Cleo")));
}

#[tokio::test]
async fn the_page_is_embedded_and_may_load_nothing_from_elsewhere() {
    let front = front().await;
    let page = front.ask(Request::get("/"), Body::empty()).await;
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'self'"));
    let html = String::from_utf8(to_bytes(page.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap();
    for (_, rest) in html.match_indices("/assets/").map(|(at, _)| html.split_at(at)) {
        let path = rest.split(['"', '\'']).next().unwrap();
        assert_eq!(front.ask(Request::get(path), Body::empty()).await.status(), 200, "{path}");
    }
    assert_eq!(front.ask(Request::get("/assets/none.js"), Body::empty()).await.status(), 404);
}

#[tokio::test]
async fn the_world_is_changed_from_outside() {
    let front = front().await;
    let patch = async |path: String, body: Value| {
        let request = Request::patch(path).header(header::CONTENT_TYPE, "application/json");
        let response = front.ask(request, body.to_string()).await;
        (response.status(), json_of(response).await)
    };
    let (status, number) =
        patch(format!("/api/numbers/{}", front.number), json!({"tier": "TIER_2K", "trouble": "unpaid"}))
            .await;
    assert_eq!((status.as_u16(), &number["tier"]), (200, &json!("TIER_2K")), "{number}");
    let (status, person) =
        patch("/api/people/p1".to_owned(), json!({"locale": "pt_BR", "attitude": {"app": "old"}})).await;
    assert_eq!(
        (status.as_u16(), &person["attitude"]["app"], &person["name"]),
        (200, &json!("old"), &json!("Ana"))
    );
    let (status, _) = patch("/api/people/p1".to_owned(), json!({"attitude": {"app": "new"}})).await;
    assert_eq!(status, 422);

    let (_, said) = front.post(&front.chat("messages"), &json!({"type": "text", "body": "helo"})).await;
    let edit = json!({"do": "edit", "message": said["id"], "body": "hello"});
    assert_eq!(front.post(&front.chat("deeds"), &edit).await.0, 200);
    assert_eq!(front.post(&front.chat("deeds"), &json!({"do": "stop_marketing"})).await.0, 200);
    let (status, call) = front.post(&front.chat("deeds"), &json!({"do": "call"})).await;
    assert_eq!(status, 200);
    let path = format!("/api/calls/{}", call["id"].as_str().unwrap());
    assert_eq!(front.post(&path, &json!({"act": "hang_up"})).await.0, 200);
    assert_eq!(front.post(&path, &json!({"act": "hang_up"})).await.0, 422);
    let pause = json!({"name": "hello_world", "language": "en_US", "status": "PAUSED"});
    assert_eq!(front.post("/api/templates/review", &pause).await.0, 200);
    let listed = json_of(front.ask(Request::get("/api/templates"), Body::empty()).await).await;
    assert_eq!(listed["templates"][0]["status"], "PAUSED");
}

#[tokio::test]
async fn a_shared_page_is_for_this_machine_and_for_who_has_the_key() {
    let front = front().await;
    let router = front.emulator.shared_router("k-1");
    let ask = async |peer: &str, host: &str, path: &str, cookie: Option<&str>| {
        let mut request = Request::get(path).header(header::HOST, host);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let peer: std::net::SocketAddr = peer.parse().unwrap();
        let request = request.extension(axum::extract::ConnectInfo(peer)).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap()
    };
    let (near, far, lan) = ("127.0.0.1:5000", "192.168.1.7:5000", "192.168.1.5:8001");
    assert_eq!(ask(near, "localhost:8001", "/api/state", None).await.status(), 200);
    // A name of its own that leads here, a stranger in the network who says that he is local, and wrong keys.
    for (peer, host, path, cookie) in [
        (near, "evil.example", "/api/state", None),
        (far, "localhost:8001", "/api/state", None),
        (far, lan, "/", None),
        (far, lan, "/?key=k-2", None),
        (far, lan, "/?key=", None),
        (far, lan, "/api/state?key=k-1", None),
        (far, lan, "/api/state", Some("wappa_phone=k-2")),
        (far, lan, "/v25.0/1/messages", None),
    ] {
        assert_eq!(ask(peer, host, path, cookie).await.status(), 403, "{peer} {host} {path}");
    }
    let opened = ask(far, lan, "/?key=k-1", None).await;
    let cookie = opened.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(opened.status() == 200 && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let cookie = format!("other=1; {}", cookie.split(';').next().unwrap());
    assert_eq!(ask(far, lan, "/api/state", Some(&cookie)).await.status(), 200);

    assert_eq!(ask(near, "localhost", "/api/qr.svg", None).await.status(), 404);
    front.emulator.set_shared_address("http://192.168.1.5:8001/?key=k-1");
    let code = ask(near, "localhost", "/api/qr.svg", None).await;
    assert_eq!(code.headers()[header::CONTENT_TYPE], "image/svg+xml");
}

#[tokio::test]
async fn groups_are_made_and_talked_in() {
    let front = front().await;
    let (status, group) = front.post("/api/groups", &json!({"number": front.number, "subject": "Tea"})).await;
    assert_eq!((status.as_u16(), &group["subject"]), (200, &json!("Tea")));
    let path = format!("/api/groups/{}", group["id"].as_str().unwrap());
    let join = json!({"person": "p1", "act": "join"});
    assert_eq!(front.post(&format!("{path}/members"), &join).await.0, 200);
    let say = json!({"person": "p1", "body": "hi"});
    assert_eq!(front.post(&format!("{path}/messages"), &say).await.0, 200);
    let state = json_of(front.ask(Request::get("/api/state"), Body::empty()).await).await;
    assert_eq!(state["groups"][0]["members"], json!(["p1"]));
    assert_eq!(state["chats"][0]["messages"][0]["by"], "p1");
    let (status, _) = front.post("/api/groups", &json!({"number": "1", "subject": "Tea"})).await;
    assert_eq!(status, 422);
}
