//! The customer service window: what is known of it, what it lets pass, and what Meta is asked.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use wappa::{
    cloud::{BoxFuture, GraphRequest, GraphResponse, Transport, TransportError},
    emulator::{ClosedWindow, Emulator, EmulatorConfig},
    outbox::{SendError, Window, WindowGuard},
    prelude::*,
};

use crate::{
    stage::{Place, Stage, World, envelope, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    a_closed_window_is_refused_before_the_network,
    a_template_goes_where_nothing_else_may,
    meta_is_asked_once_about_a_window_nobody_knows,
    a_failed_status_closes_the_window,
    switched_off_everything_goes_to_meta,
    a_free_entry_point_is_known_by_statuses,
    calls_open_the_window_if_the_person_wants_them,
);

const DAY: Duration = Duration::from_hours(24);

/// Counts what goes to Meta.
struct Counted {
    behind: Arc<dyn Transport>,
    calls: AtomicUsize,
}

impl Transport for Counted {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.behind.call(request)
    }
}

struct Echo;

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        assert!(matches!(chat.window().await?, Window::Open { .. }), "whoever has just written has it open");
        chat.say(message.text().unwrap_or("no text")).await?;
        Ok(())
    }
}

struct Scene {
    stage: Stage,
    meta: Arc<Counted>,
}

impl Scene {
    async fn of(place: &Place, closed: ClosedWindow, guard: WindowGuard) -> Self {
        let config = EmulatorConfig::for_tests().closed_window(closed);
        let emulator = Emulator::open(config).await.expect("an emulator");
        Self::with(place, emulator, guard).await
    }

    async fn with(place: &Place, emulator: Emulator, guard: WindowGuard) -> Self {
        let meta = Arc::new(Counted { behind: emulator.transport(), calls: AtomicUsize::new(0) });
        let transport = Arc::clone(&meta) as Arc<dyn Transport>;
        let clock = Arc::new(World(emulator.clock()));
        let stage = Stage::try_building(Echo, place, emulator, |bot| {
            bot.custom_transport(transport).custom_clock(clock).window_guard(guard)
        });
        Self { stage: stage.await.expect("a bot"), meta }
    }

    /// From outside any turn.
    fn chat(&self, name: &str) -> Chat {
        let person = self.stage.emulator.person(name).expect("a person");
        let wa_id = person.person().wa_id.clone().expect("a wa_id");
        self.stage.bot.handle().chat(self.stage.business().phone_number_id, wa_id)
    }

    /// Has the bot hear this of Meta.
    async fn hears(&self, field: &str, mut value: Value) {
        let number = self.stage.business().phone_number_id;
        value["messaging_product"] = "whatsapp".into();
        value["metadata"] = json!({ "display_phone_number": "1", "phone_number_id": number });
        let body = envelope(&[json!({ "id": "1", "changes": [{ "field": field, "value": value }] })]);
        assert_eq!(self.stage.post(body.to_string()).await, 200);
    }

    fn calls(&self) -> usize {
        self.meta.calls.load(Ordering::SeqCst)
    }
}

async fn a_closed_window_is_refused_before_the_network(place: Place) {
    let scene = Scene::of(&place, ClosedWindow::Refused, WindowGuard::On).await;
    let ana = scene.stage.ana();
    ana.says("hi").expect("said");
    ana.sees("hi").await.expect("an answer");
    let chat = scene.chat("Ana");
    let Window::Open { until } = chat.window().await.expect("a window") else { panic!("it is open") };
    let left = until.since(scene.stage.emulator.clock().now());
    assert!(left + Duration::from_mins(1) > DAY && left <= DAY, "{left:?}");
    chat.say("still there?").await.expect("sent");

    scene.stage.emulator.advance(DAY);
    let calls = scene.calls();
    let refused = chat.say("and now?").await.expect_err("it is closed");
    assert!(matches!(refused, SendError::WindowClosed));
    assert_eq!(Error::from(refused).kind(), ErrorKind::WindowClosed);
    assert_eq!((chat.window().await.expect("a window"), scene.calls()), (Window::Closed, calls));

    ana.says("back").expect("said");
    ana.sees("back").await.expect("an answer");
    chat.say("welcome").await.expect("it is open again");
}

async fn a_template_goes_where_nothing_else_may(place: Place) {
    let scene = Scene::of(&place, ClosedWindow::Refused, WindowGuard::On).await;
    let (ana, chat) = (scene.stage.ana(), scene.chat("Ana"));
    let hello = || Template::new("hello_world", "en_US");
    ana.says("hi").expect("said");
    ana.sees("hi").await.expect("an answer");
    chat.say("open").or_template(hello()).await.expect("sent");
    scene.stage.emulator.advance(DAY);
    let once = || chat.say("closed").or_template(hello()).key("reminder-1");
    let receipt = once().await.expect("sent");
    assert_eq!(once().await.expect("sent before").id, receipt.id, "under one name it goes out once");
    ana.sees_answers(3).await.expect("all of it");
    assert_eq!(said(&ana)[..2], ["hi", "open"]);
    assert!(!said(&ana).iter().any(|text| text == "closed"));
    // Nothing is known of Ben, which mostly means that he has not written for long.
    scene.chat("Ben").say("hello").or_template(hello()).await.expect("sent");
    scene.stage.ben().sees_answers(1).await.expect("the template");
    assert!(!said(&scene.stage.ben()).iter().any(|text| text == "hello"));
}

async fn meta_is_asked_once_about_a_window_nobody_knows(place: Place) {
    let scene = Scene::of(&place, ClosedWindow::Refused, WindowGuard::On).await;
    let chat = scene.chat("Ben");
    assert_eq!(chat.window().await.expect("a window"), Window::Unknown);
    let refused = chat.say("hello").await.expect_err("Meta knows");
    assert!(refused.is_window_closed());
    let calls = scene.calls();
    assert!(calls > 0, "Meta was asked");
    assert!(matches!(chat.say("hello?").await, Err(SendError::WindowClosed)));
    assert_eq!(scene.calls(), calls, "and is not asked again");
}

async fn a_failed_status_closes_the_window(place: Place) {
    let scene = Scene::of(&place, ClosedWindow::FailedStatus, WindowGuard::On).await;
    let chat = scene.chat("Ben");
    chat.say("hello").await.expect("accepted, for the moment");
    until("the status", async || (chat.window().await.expect("a window") == Window::Closed).then_some(()))
        .await;
    assert!(matches!(chat.say("hello?").await, Err(SendError::WindowClosed)));
}

async fn switched_off_everything_goes_to_meta(place: Place) {
    let scene = Scene::of(&place, ClosedWindow::Refused, WindowGuard::Off).await;
    let chat = scene.chat("Ben");
    for expected in [1, 2] {
        assert!(chat.say("hello").await.expect_err("Meta refuses").is_window_closed());
        assert_eq!(scene.calls(), expected);
    }
}

#[tokio::test]
async fn the_next_process_knows_which_windows_are_open() {
    let place = Place::sqlite();
    let scene = Scene::of(&place, ClosedWindow::Refused, WindowGuard::On).await;
    scene.stage.ana().says("hi").expect("said");
    scene.stage.ana().sees("hi").await.expect("an answer");
    let Stage { bot, emulator } = scene.stage;
    bot.shutdown().await;
    drop(bot);
    let scene = Scene::with(&place, emulator, WindowGuard::On).await;
    assert!(matches!(scene.chat("Ana").window().await.expect("a window"), Window::Open { .. }));
    assert_eq!(scene.chat("Ben").window().await.expect("a window"), Window::Unknown);
}

async fn a_free_entry_point_is_known_by_statuses(place: Place) {
    let scene = Scene::of(&place, ClosedWindow::Refused, WindowGuard::On).await;
    let chat = scene.chat("Ana");
    assert_eq!(chat.free_until().await.expect("an answer"), None);
    let now = scene.stage.emulator.clock().now();
    let ends = now + DAY * 3;
    let status = json!({
        "id": "wamid.1", "status": "sent", "timestamp": now.as_secs().to_string(),
        "recipient_id": scene.stage.ana().person().wa_id,
        "conversation": { "id": "c", "expiration_timestamp": ends.as_secs().to_string() },
        "pricing": { "billable": false, "pricing_model": "PMP", "type": "free_entry_point",
            "category": "referral_conversion" },
    });
    scene.hears("messages", json!({ "statuses": [status] })).await;
    let known = |until: Option<wappa::cloud::Timestamp>| until.map(wappa::cloud::Timestamp::as_secs);
    assert_eq!(known(chat.free_until().await.expect("an answer")), Some(ends.as_secs()));
    assert_ne!(chat.window().await.expect("a window"), Window::Closed, "it opens no window, and closes none");
    scene.stage.emulator.advance(Duration::from_mins(1));
    assert_eq!(
        known(chat.free_until().await.expect("an answer")),
        Some(ends.as_secs()),
        "written down by now"
    );
    scene.stage.emulator.advance(DAY * 3);
    assert_eq!(chat.free_until().await.expect("an answer"), None);
}

async fn calls_open_the_window_if_the_person_wants_them(place: Place) {
    let scene = Scene::of(&place, ClosedWindow::Refused, WindowGuard::On).await;
    let (ana, chat) = (scene.stage.ana(), scene.chat("Ana"));
    let is_open = async || matches!(chat.window().await.expect("a window"), Window::Open { .. });
    let wa_id = ana.person().wa_id.clone().expect("a wa_id");
    let ours = |status: &str| {
        json!({ "statuses": [{
            "id": "wacid.1", "type": "call", "status": status, "timestamp": "1739321024", "recipient_id": wa_id,
        }] })
    };
    let connect = json!({ "calls": [{
        "id": "wacid.1", "event": "connect", "direction": "BUSINESS_INITIATED", "timestamp": "1739321024",
        "from": "15550783881", "to": wa_id, "session": { "sdp_type": "answer", "sdp": "v=0" },
    }] });
    scene.hears("calls", ours("RINGING")).await;
    scene.hears("calls", connect).await;
    scene.hears("calls", ours("REJECTED")).await;
    assert!(!is_open().await, "that we call opens nothing");
    scene.hears("calls", ours("ACCEPTED")).await;
    assert!(is_open().await, "that they take it does");
    scene.stage.emulator.advance(DAY);
    assert!(!is_open().await);
    ana.calls().expect("a call");
    until("the call to be heard of", async || is_open().await.then_some(())).await;
    chat.say("you called?").await.expect("sent");
}
