//! What it costs to find the last of a hundred routes.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use wappa::{cloud::Event, prelude::*};

#[derive(Payload)]
struct Tap {
    number: u32,
}

async fn number(_: Chat, _: Text<u64>) -> Result {
    Ok(())
}

async fn tapped(_: Chat, _: Tapped<Tap>) -> Result {
    Ok(())
}

async fn picture(_: Chat, _: Received<Image>) -> Result {
    Ok(())
}

async fn words(_: Chat, _: Text) -> Result {
    Ok(())
}

fn message() -> Message {
    let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
        "metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},
        "messages":[{"from":"16505551234","id":"wamid.1","timestamp":"1749416383","type":"text","text":{"body":"hello"}}]}}]}]}"#;
    let mut events = wappa::cloud::webhook::parse(body.as_bytes()).expect("a delivery").events;
    match events.remove(0) {
        Event::Message(message) => *message,
        other => panic!("{other:?}"),
    }
}

fn routes(c: &mut Criterion) {
    let mut bot = Router::new();
    for _ in 0..33 {
        bot = bot.on(number).on(tapped).on(picture);
    }
    let bot = bot.on(words);
    let message = message();
    assert_eq!(bot.handler_for(message.clone()), Some("router::words"));
    c.bench_function("100 routes, the last one matches", |b| {
        b.iter_batched(
            || message.clone(),
            |message| bot.handler_for(black_box(message)),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, routes);
criterion_main!(benches);
