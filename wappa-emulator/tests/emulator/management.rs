//! The client's management calls against the emulator's Graph: each is understood, and so is each answer.

use bytes::Bytes;
use wappa_cloud::client::automation::Components;
use wappa_cloud::client::calls::Session;
use wappa_cloud::client::encryption::KeyStatus;
use wappa_cloud::client::flows::{FlowCategory, NewFlow};
use wappa_cloud::client::groups::NewGroup;
use wappa_cloud::client::numbers::CallbackOverride;
use wappa_cloud::client::qr::NewQrCode;
use wappa_cloud::client::registration::{Registration, TwoStepPin};
use wappa_cloud::client::templates::{Body, Category, Definition, Filter, NewTemplate};
use wappa_cloud::client::usernames::Transfer;
use wappa_cloud::client::{Graph, Switch};
use wappa_cloud::codegen;
use wappa_cloud::flow::FlowKeys;
use wappa_cloud::{Address, AppId, ErrorKind, GroupId, VerifyToken};
use wappa_emulator::{Actor, Business, Emulator, EmulatorConfig};

async fn open() -> (Emulator, Actor, Graph, Business) {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let ana = emulator.person("Ana").unwrap();
    ana.says("hi").unwrap();
    let graph = Graph::new(emulator.transport());
    let business = emulator.business();
    (emulator, ana, graph, business)
}

#[tokio::test]
async fn numbers_and_accounts_are_read() {
    let (emulator, _, graph, of) = open().await;
    emulator.add_business("Second");
    let (token, waba, number) = (&of.access_token, &of.waba_id, &of.phone_number_id);
    let numbers = graph.numbers(token, waba).list().limit(1).all().await.unwrap();
    assert_eq!(numbers.len(), 2);
    let one = graph.number(token, number).get().await.unwrap();
    assert_eq!(one.id.as_str(), number.as_str());
    graph.number(token, number).health().await.unwrap();
    graph.waba(token, waba).get().await.unwrap();
    let told = graph.debug_token(token, token).await.unwrap();
    assert_eq!(told.missing_scopes(), Vec::<&str>::new());
}

#[tokio::test]
async fn what_a_number_is_set_to_is_kept() {
    let (_, ana, graph, of) = open().await;
    let (token, number) = (&of.access_token, &of.phone_number_id);
    graph.commerce(token, number).set(Some(Switch::On), None).await.unwrap();
    graph.commerce(token, number).get().await.unwrap().unwrap();
    let greetings = Components::new().command("menu", "what there is");
    graph.automation(token, number).set(&greetings).await.unwrap();
    graph.automation(token, number).get().await.unwrap();
    graph.username(token, number).set("tea_shop", Transfer::Ask).await.unwrap();
    graph.username(token, number).get().await.unwrap();
    assert!(!graph.username(token, number).suggestions().await.unwrap().is_empty());
    graph.username(token, number).delete().await.unwrap();

    let qr = graph.qr_codes(token, number);
    let code = qr.create(&NewQrCode::new("hello")).await.unwrap();
    let listed = graph.qr_codes(token, number).list().all().await.unwrap();
    assert_eq!(listed.len(), 1);
    let code = code.code.unwrap();
    graph.qr_codes(token, number).update(&code, "hello again").await.unwrap();
    graph.qr_codes(token, number).delete(&code).await.unwrap();

    let wa_id = ana.person().wa_id.clone().unwrap();
    let done = graph.blocks(token, number).block(&[wa_id.as_str(), "15550000000"]).await.unwrap();
    assert_eq!((done.added_users.len(), done.failed_users.len()), (1, 1));
    assert_eq!(graph.blocks(token, number).list().all().await.unwrap().len(), 1);
    graph.blocks(token, number).unblock(&[wa_id.as_str()]).await.unwrap();

    let pin = TwoStepPin::new("123456").unwrap();
    graph.registration(token, number).register(&Registration::new(pin)).await.unwrap();
    graph.registration(token, number).deregister().await.unwrap();
}

#[tokio::test]
async fn templates_flows_and_uploads_are_made() {
    let (_, _, graph, of) = open().await;
    let (token, waba) = (&of.access_token, &of.waba_id);
    let news = NewTemplate::new("news", "en_US", Category::Utility).body("There is news today");
    graph.templates(token, waba).create(&news).await.unwrap();
    let listed = graph.templates(token, waba).list(&Filter::new()).all().await.unwrap();
    assert_eq!(listed.len(), 2);

    let made = graph
        .flows(token, waba)
        .create(&NewFlow::new("book", vec![FlowCategory::AppointmentBooking]))
        .await
        .unwrap();
    let flow = made.id.unwrap();
    let json = Bytes::from_static(br#"{"version": "7.1", "screens": [{"id": "A"}]}"#);
    let outcome = graph.flow(token, &flow).upload_json(json).await.unwrap();
    assert!(outcome.validation_errors.is_empty());
    graph.flow(token, &flow).publish().await.unwrap();
    graph.flow(token, &flow).get().await.unwrap();
    graph.flow(token, &flow).deprecate().await.unwrap();
    let error = graph.flow(token, &flow).delete().await.unwrap_err();
    assert_eq!((error.code, error.kind()), (Some(139_004), ErrorKind::Flow));
    assert_eq!(graph.flows(token, waba).list().all().await.unwrap().len(), 1);

    let app = AppId::from("app");
    let picture = Bytes::from_static(b"picture");
    graph.uploads(token).upload(&app, "a.png", "image/png", &picture).await.unwrap();
}

#[tokio::test]
async fn groups_calls_and_subscriptions_work() {
    let (emulator, ana, graph, of) = open().await;
    let (token, waba, number) = (&of.access_token, &of.waba_id, &of.phone_number_id);
    graph.groups(token, number).create(&NewGroup::new("Tea")).await.unwrap();
    let listed = graph.groups(token, number).list().all().await.unwrap();
    assert_eq!(listed.len(), 1);
    let id = emulator.groups(number).remove(0);
    ana.joins(&id).unwrap();
    let group = GroupId::from(id);
    graph.group(token, &group).get().await.unwrap();
    assert!(graph.group(token, &group).invite_link().await.unwrap().starts_with("https://"));
    let wa_id = ana.person().wa_id.clone().unwrap();
    graph.group(token, &group).remove(&[wa_id.as_str()]).await.unwrap();
    assert!(graph.group(token, &group).join_requests().all().await.unwrap().is_empty());

    let to = Address::Number(wa_id.to_string());
    graph.calls(token, number).permissions(&to).await.unwrap();
    let error = graph.calls(token, number).connect(&to, &Session::offer("v=0"), None).await.unwrap_err();
    assert_eq!((error.code, error.kind()), (Some(138_006), ErrorKind::Call));

    assert_eq!(graph.subscriptions(token, waba).list().await.unwrap().len(), 1);
    let there = CallbackOverride::new("https://bot.example/hook", &VerifyToken::new("v"));
    graph.subscriptions(token, waba).subscribe_at(&there).await.unwrap();
    graph.subscriptions(token, waba).unsubscribe().await.unwrap();
    assert!(graph.subscriptions(token, waba).list().await.unwrap().is_empty());
    ana.says("anybody?").unwrap();
    assert_eq!(emulator.undelivered(), 4, "what was told before waits, and nothing came since");
}

#[tokio::test]
async fn a_key_pair_is_made_and_registered() {
    let (_emulator, _, graph, of) = open().await;
    let (token, number) = (&of.access_token, &of.phone_number_id);
    let key = graph.business_key(token, number);
    assert!(key.get().await.unwrap().is_none());
    let keys = FlowKeys::generate().unwrap();
    key.set(keys.public_pem()).await.unwrap();
    let known = key.get().await.unwrap().unwrap();
    assert_eq!(known.business_public_key.as_deref(), Some(keys.public_pem()));
    assert_eq!(known.business_public_key_signature_status, Some(KeyStatus::Valid));

    // The private half never leaves, not even by mistake.
    let private = "-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----";
    let error = key.set(private).await.unwrap_err().to_string();
    assert!(error.contains("private key") && !error.contains("BEGIN"), "{error}");

    let pin = || Registration::new(TwoStepPin::new("123456").unwrap());
    graph.registration(token, number).register(&pin()).await.unwrap();
    let status = key.get().await.unwrap().unwrap().business_public_key_signature_status;
    assert_eq!(status, Some(KeyStatus::Mismatch), "a number that is registered again needs its key again");
    key.set(keys.public_pem()).await.unwrap();
    assert_eq!(
        key.get().await.unwrap().unwrap().business_public_key_signature_status,
        Some(KeyStatus::Valid)
    );
}

#[tokio::test]
async fn live_definitions_become_types() {
    let (_emulator, _, graph, of) = open().await;
    let (token, waba) = (&of.access_token, &of.waba_id);
    let body = |text: &str| Body::new(text).named("name", "Ann").named("type", "tea");
    for (language, text) in
        [("en", "Hi {{name}}, your {{type}} is here"), ("de", "Hallo {{name}}, {{type}} ist da")]
    {
        let news = NewTemplate::new("order_here", language, Category::Utility).body(body(text));
        graph.templates(token, waba).create(&news).await.unwrap();
    }
    let definitions = graph.templates(token, waba).list(&Filter::new()).all().await.unwrap();
    let live = codegen::templates(&definitions);
    for part in [
        "pub struct OrderHereEn {",
        "pub struct OrderHereDe {",
        "pub struct HelloWorldEnUs {",
        "pub name: String",
        "pub the_type: String",
    ] {
        assert!(live.contains(part), "{part}\n{live}");
    }
    // What was listed can be kept, and gives the same.
    let kept = serde_json::to_vec(&definitions).unwrap();
    assert_eq!(codegen::templates(&Definition::from_json(&kept).unwrap()), live);
}
