//! Says every kind of message when it is asked to: the bot of the browser tests and of the README's pictures, no example to
//! learn from.

use std::time::Duration;

use wappa::{
    cloud::{
        CallPermissionRequest, Card, Carousel, ContactInfoRequest, FlowMessage, Header, LocationRequest,
        ProductMessage,
        flow::json::{Action, Component, Data, DataApi, FlowJson, InputType, Screen, data, expression, form},
    },
    flow::{Flow, FlowAnswer, FlowAsk, FlowKeys},
    outbox::WindowGuard,
    prelude::*,
};

const PIZZA: &[u8] = include_bytes!("pizza.png");

/// How often a person has asked for something.
#[derive(Default, Serialize, Deserialize)]
struct Asked {
    times: u32,
    last: String,
}

#[derive(Serialize, Deserialize)]
struct Booking {
    name: String,
    guests: String,
    day: String,
    #[serde(default)]
    wishes: Vec<String>,
}

fn booking() -> Result<serde_json::Value> {
    let guests = [("2", "Two"), ("4", "Four"), ("8", "Eight, at the long table")];
    let first = Screen::new("TABLE", "Book a table")
        .data("greeting", Data::text("Hi!"))
        .child(Component::text_heading(data("greeting")))
        .child(Component::text_body("Tell us when, and for how many."))
        .child(Component::text_input("name", "Your name").min_chars(2).required())
        .child(Component::text_input("email", "E-mail").input(InputType::Email))
        .child(Component::radio_buttons("guests", "How many are you?", guests).required())
        .child(Component::date_picker("day", "Day").required())
        .child(Component::chips(
            "wishes",
            "Wishes",
            [("window", "By the window"), ("quiet", "Quiet"), ("dog", "With a dog")],
        ))
        .child(Component::when(
            expression("${form.guests} == '8'"),
            [Component::text_caption("For eight we ask for a deposit.")],
            [],
        ))
        .child(Component::footer(
            "Continue",
            Action::data_exchange()
                .send("name", form("name"))
                .send("guests", form("guests"))
                .send("day", form("day"))
                .send("wishes", form("wishes")),
        ));
    let last = Screen::new("CONFIRM", "Is this right?")
        .terminal()
        .data("summary", Data::text("Ana, two, on 1 May"))
        .child(Component::text_subheading(data("summary")))
        .child(Component::opt_in("terms", "I'll call if I can't come").required())
        .child(Component::footer("Book", Action::data_exchange().send("summary", data("summary"))));
    let flow = FlowJson::new().endpoint(DataApi::V4).screen(first).screen(last);
    Ok(flow.route("TABLE", ["CONFIRM"]).build()?)
}

async fn opened(ask: FlowAsk) -> Result<FlowAnswer> {
    ask.screen("TABLE", &serde_json::json!({ "greeting": "A table at Wappa's" }))
}

async fn chosen(ask: FlowAsk<Booking>) -> Result<FlowAnswer> {
    let Booking { name, guests, day, .. } = ask.data();
    if name.eq_ignore_ascii_case("nobody") {
        return ask.again("Nobody can't book a table.");
    }
    ask.screen("CONFIRM", &serde_json::json!({ "summary": format!("{name}, {guests} guests, on {day}") }))
}

async fn confirmed(ask: FlowAsk) -> Result<FlowAnswer> {
    if ask.data()["summary"].as_str().is_some_and(|summary| summary.contains("Late")) {
        return ask.over("This form was for yesterday.");
    }
    ask.finish(&serde_json::json!({ "booked": ask.data()["summary"] }))
}

#[derive(Deserialize)]
struct Booked {
    booked: String,
}

async fn booked(chat: Chat, FlowReply(Booked { booked }): FlowReply<Booked>) -> Result {
    chat.say(format!("Booked: {booked}.")).await?;
    Ok(())
}

async fn heard(chat: Chat, message: Message, mut asked: Session<Asked>) -> Result {
    let text = message.text().unwrap_or_default().to_owned();
    asked.times += 1;
    asked.last.clone_from(&text);
    match text.as_str() {
        "flow" => {
            chat.send(
                FlowMessage::name("booking", "Shall we keep a table for you?", "Book a table")
                    .token("t-1")
                    .data_exchange(),
            )
            .await?
        }
        "carousel" => chat.send(carousel()).await?,
        "product" => chat.send(ProductMessage::new("pizzas", "margherita").body("Our classic")).await?,
        "place" => chat.send(LocationRequest::new("Where shall we bring it?")).await?,
        "contact" => chat.send(ContactInfoRequest::new("May we have your number?")).await?,
        "call" => chat.send(CallPermissionRequest::new().body("May we ring when it is ready?")).await?,
        "picture" => chat.send(Image::bytes(PIZZA, "image/png").caption("Fresh from the oven")).await?,
        "later" => {
            chat.remind_in(Duration::from_hours(25), "later", "Still hungry?").await?;
            chat.say("I'll come back to you.").await?
        }
        "think" => {
            chat.typing().await?;
            return Ok(());
        }
        _ if message.tapped().is_some() => {
            let id = message.tapped().map_or("", |tapped| tapped.id);
            chat.say(format!("A {id}, coming up.")).await?
        }
        _ if matches!(message.content, Content::Audio(_)) => chat.say("I hear you.").await?,
        _ if message.media().is_some() => chat.say("What a picture!").await?,
        _ => chat.say(format!("You said {text:?}. That was number {}.", asked.times)).await?,
    };
    Ok(())
}

fn carousel() -> Carousel {
    let card = |id: &str, name: &str| {
        let header = Header::image_link(format!("https://pizzeria.example/{id}.png"));
        Card::buttons(header, [Button::new(id, "Take it")]).body(format!("*{name}*, fresh from the oven"))
    };
    Carousel::new("Today's pizzas").cards([
        card("margherita", "Margherita"),
        card("marinara", "Marinara"),
        card("diavola", "Diavola"),
    ])
}

async fn remembered(chat: Chat, timer: Timer) -> Result {
    let words: String = timer.payload()?;
    chat.say(words).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result {
    let bot = Router::new().on(booked).on_timer(remembered).otherwise(heard);
    let booking = Flow::new(FlowKeys::generate()?)
        .json(booking()?)
        .on_open(opened)
        .on("TABLE", chosen)
        .on("CONFIRM", confirmed);
    // The emulator is to say no, not the framework before it.
    Wappa::new().set_event_handler(bot).flow("booking", booking).window_guard(WindowGuard::Off).run().await
}
