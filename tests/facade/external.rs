//! Webhooks of other services: verified, taken once, told in the lane of the conversation they are about.

use axum::{
    body::Body,
    http::{HeaderName, Request, StatusCode},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::mpsc;
use tower::ServiceExt as _;
use wappa::{
    external::{ExternalSource, Verifier},
    prelude::*,
};

use crate::{
    stage::{Place, Stage, said},
    with_either_store,
};

with_either_store!(
    what_another_service_tells_reaches_the_conversation_once,
    what_is_not_signed_or_does_not_fit_is_not_told,
    whose_it_is_may_fail_and_then_it_comes_again,
);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Paid {
    id: String,
    order: u64,
    customer: String,
}

struct Shop(mpsc::UnboundedSender<(String, String)>);

impl EventHandler for Shop {
    async fn on_message(&self, _: Chat, _: Message) -> Result {
        Ok(())
    }

    async fn on_external(&self, chat: Chat, external: External) -> Result {
        self.0.send((external.source().to_owned(), external.id().to_owned())).ok();
        assert_eq!(external.get::<String>()?, None, "it is of another type");
        if let Some(paid) = external.get::<Paid>()? {
            chat.say(format!("Order {} is paid.", paid.order)).await?;
        }
        Ok(())
    }
}

fn signature(secret: &str, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key").chain_update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

async fn tell(stage: &Stage, source: &str, body: &str, secret: &str) -> StatusCode {
    let request = Request::post(format!("/webhook/external/{source}"))
        .header("x-hub-signature-256", signature(secret, body))
        .header("x-github-delivery", format!("delivery of {}", body.len()))
        .body(Body::from(body.to_owned()))
        .expect("a request");
    let Ok(answer) = stage.bot.routes().oneshot(request).await;
    answer.status()
}

async fn shop(place: &Place) -> (Stage, mpsc::UnboundedReceiver<(String, String)>) {
    let (heard, hears) = mpsc::unbounded_channel();
    let emulator = wappa::emulator::Emulator::open(wappa::emulator::EmulatorConfig::for_tests()).await;
    let emulator = emulator.expect("an emulator");
    let number = emulator.business().phone_number_id;
    let to = move |paid: Paid| {
        let number = number.clone();
        async move {
            match paid.customer.as_str() {
                "" => Ok(None),
                "broken" => Err(Error::msg("the table of customers is away")),
                "panics" => panic!("as asked"),
                customer => Ok(Some((number, WaId::from(customer)).into())),
            }
        }
    };
    let payments =
        ExternalSource::new(Verifier::github("secret").or("older")).id(|paid: &Paid| paid.id.clone());
    let pushes = ExternalSource::new(Verifier::github("secret"))
        .id_header(HeaderName::from_static("x-github-delivery"));
    let stage = Stage::try_building(Shop(heard), place, emulator, |bot| {
        bot.external("payments", payments.to(to.clone())).external("pushes", pushes.to(to))
    });
    (stage.await.expect("a bot"), hears)
}

fn paid(stage: &Stage, id: &str, order: u64) -> Paid {
    let customer = stage.ana().person().wa_id.clone().expect("a wa_id").as_str().to_owned();
    Paid { id: id.to_owned(), order, customer }
}

fn json(paid: &Paid) -> String {
    serde_json::to_string(paid).expect("JSON")
}

async fn what_another_service_tells_reaches_the_conversation_once(place: Place) {
    let (stage, mut hears) = shop(&place).await;
    // Whoever wrote once has an open window.
    stage.ana().says("hi").expect("said");
    let first = json(&paid(&stage, "evt_1", 17));
    assert_eq!(tell(&stage, "payments", &first, "secret").await, StatusCode::OK);
    stage.ana().sees("Order 17 is paid.").await.expect("told");
    let other_bytes = json(&paid(&stage, "evt_1", 99));
    assert_eq!(
        tell(&stage, "payments", &other_bytes, "older").await,
        StatusCode::OK,
        "taken before, by its id"
    );
    let second = json(&paid(&stage, "evt_2", 18));
    assert_eq!(tell(&stage, "payments", &second, "secret").await, StatusCode::OK);
    stage.ana().sees("Order 18 is paid.").await.expect("told");
    let push = json(&paid(&stage, "evt_1", 19));
    assert_eq!(tell(&stage, "pushes", &push, "secret").await, StatusCode::OK, "ids are a source's own");
    stage.ana().sees("Order 19 is paid.").await.expect("told");
    assert_eq!(said(&stage.ana()), ["Order 17 is paid.", "Order 18 is paid.", "Order 19 is paid."]);
    let pair = |source: &str, id: &str| Some((source.to_owned(), id.to_owned()));
    assert_eq!(hears.recv().await, pair("payments", "evt_1"));
    assert_eq!(hears.recv().await, pair("payments", "evt_2"));
    assert_eq!(hears.recv().await, pair("pushes", &format!("delivery of {}", push.len())));
}

async fn what_is_not_signed_or_does_not_fit_is_not_told(place: Place) {
    let (stage, mut hears) = shop(&place).await;
    let good = json(&paid(&stage, "evt_1", 1));
    assert_eq!(tell(&stage, "payments", &good, "guessed").await, StatusCode::UNAUTHORIZED);
    assert_eq!(tell(&stage, "pushes", &good, "older").await, StatusCode::UNAUTHORIZED);
    assert_eq!(tell(&stage, "elsewhere", &good, "secret").await, StatusCode::NOT_FOUND);
    assert_eq!(tell(&stage, "payments", "{", "secret").await, StatusCode::BAD_REQUEST);
    let handle = stage.bot.handle();
    assert_eq!(handle.depth().await.expect("a depth").kept, 0);
    let strange = r#"{"id":7,"new":true}"#;
    assert_eq!(tell(&stage, "payments", strange, "secret").await, StatusCode::OK);
    let kept = handle.kept(10).await.expect("what is kept");
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].body, strange.as_bytes());
    assert!(kept[0].note.contains("payments"), "{}", kept[0].note);
    let nobody = json(&Paid { customer: String::new(), ..paid(&stage, "evt_2", 1) });
    assert_eq!(tell(&stage, "payments", &nobody, "secret").await, StatusCode::OK);
    assert_eq!(handle.depth().await.expect("a depth").waiting, 0);
    assert!(hears.try_recv().is_err());
    stage.bot.shutdown().await;
    assert_eq!(tell(&stage, "payments", &good, "secret").await, StatusCode::SERVICE_UNAVAILABLE);
}

async fn whose_it_is_may_fail_and_then_it_comes_again(place: Place) {
    let (stage, mut hears) = shop(&place).await;
    for customer in ["broken", "panics"] {
        let body = json(&Paid { customer: customer.to_owned(), ..paid(&stage, "evt_1", 1) });
        assert_eq!(
            tell(&stage, "payments", &body, "secret").await,
            StatusCode::SERVICE_UNAVAILABLE,
            "{customer}"
        );
    }
    let good = json(&paid(&stage, "evt_1", 1));
    assert_eq!(tell(&stage, "payments", &good, "secret").await, StatusCode::OK);
    assert_eq!(hears.recv().await.expect("told").1, "evt_1");
}

#[tokio::test]
async fn a_name_that_is_none_is_said_before_the_bot_starts() {
    for names in [["a b", "c"], ["", "c"], ["twice", "twice"], ["a/b", "c"]] {
        let (heard, _hears) = mpsc::unbounded_channel();
        let source = || ExternalSource::new(Verifier::github("s")).to(async |_: Paid| Ok(None));
        let [one, two] = names;
        let bot = Wappa::new()
            .ignore_environment()
            .store(StoreChoice::Memory)
            .set_event_handler(Shop(heard))
            .external(one, source())
            .external(two, source());
        let refused = bot.build().await.expect_err("no bot").to_string();
        assert!(refused.contains("cannot be the name of a source"), "{refused}");
    }
}
