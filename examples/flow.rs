//! A Flow: a form inside WhatsApp, whose answers this bot checks and whose reply is a message.
//!
//! `cargo run --example flow`, then say "hi" on the phone page that the banner names. For WhatsApp itself: `flow_json` is
//! what goes into the Flow builder, `https://your-domain/flows/sign_up` its endpoint, and flow-key.pem holds the key whose
//! public half is registered for the number. `cargo doc --open`, `wappa::flow`, says more of each.

use wappa::{
    cloud::{
        FlowMessage,
        flow::json::{Action, Component, DataApi, FlowJson, FlowJsonError, Screen, form},
    },
    flow::{Flow, FlowAnswer, FlowAsk, FlowKeys},
    prelude::*,
};

/// What is filled in, as the endpoint and the reply have it.
#[derive(Serialize, Deserialize)]
struct SignUp {
    name: String,
    email: String,
}

/// The screen, in Meta's language. What Meta would refuse is refused here, with the place.
fn flow_json() -> std::result::Result<serde_json::Value, FlowJsonError> {
    let send = Action::data_exchange().send("name", form("name")).send("email", form("email"));
    let inputs = [
        Component::text_input("name", "Your name").required(),
        Component::text_input("email", "Your e-mail address").required(),
        Component::footer("Sign up", send),
    ];
    let screen = Screen::new("SIGN_UP", "Sign up").child(Component::form("form", inputs)).terminal();
    FlowJson::new().endpoint(DataApi::V3).screen(screen).build()
}

async fn opened(ask: FlowAsk) -> Result<FlowAnswer> {
    ask.screen("SIGN_UP", &())
}

async fn signed_up(ask: FlowAsk<SignUp>) -> Result<FlowAnswer> {
    if !ask.data().email.contains('@') {
        return ask.again("This is no e-mail address.");
    }
    ask.finish(ask.data())
}

async fn welcome(chat: Chat, reply: FlowReply<SignUp>) -> Result {
    chat.say(format!("Welcome, {}! We'll write to {}.", reply.name, reply.email)).await?;
    Ok(())
}

async fn invite(chat: Chat, message: Message) -> Result {
    let form = FlowMessage::name("sign_up", "Tell us who you are.", "Sign up");
    chat.send(form.token(message.id.as_str()).data_exchange()).await?;
    Ok(())
}

fn bot() -> Router {
    Router::new().on(welcome).otherwise(invite)
}

fn flow(keys: FlowKeys) -> Result<Flow> {
    Ok(Flow::new(keys).json(flow_json()?).on_open(opened).on("SIGN_UP", signed_up))
}

#[tokio::main]
async fn main() -> Result {
    println!("{:#}", flow_json()?);
    let keys = match std::fs::read_to_string("flow-key.pem") {
        Ok(pem) => FlowKeys::from_pem(&pem)?,
        Err(_) => FlowKeys::generate()?,
    };
    Wappa::new().set_event_handler(bot()).flow("sign_up", flow(keys)?).run().await
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wappa::{emulator::world::PersonAct, testing::World};

    use super::*;

    #[wappa::test]
    async fn who_fills_in_the_form_is_welcome(world: World) {
        let keys = FlowKeys::generate().expect("a key");
        let bot = Wappa::new().set_event_handler(bot()).flow("sign_up", flow(keys).expect("a flow"));
        let ana = world.bot_of(bot).user("Ana");
        ana.says("hi").await;
        let message = ana.sees("Tell us who you are.").message().id.clone();
        let response = json!({ "name": "Ana", "email": "ana@example.com" });
        ana.acts(PersonAct::SubmitFlow { message, response }).await;
        ana.sees("Welcome, Ana! We'll write to ana@example.com.");
    }

    #[test]
    fn the_form_is_what_meta_takes() {
        flow_json().expect("no problems");
    }
}
