//! Templates: what a business may say when it begins, or after 24 hours without a word from the person.
//!
//! `cargo run --example template`, then say "order" on the phone page that the banner names. Meta reviews each template
//! before it can be sent; on the emulator it is enough to define it (the banner's page, "Templates").

use std::time::Duration;

use wappa::prelude::*;

/// What a tap on the template's button means.
#[derive(Payload)]
enum Tap {
    PickUp { order: u32 },
}

/// A template is a type with its parameters, so that each is sent in one place and none is forgotten.
struct OrderReady<'a> {
    name: &'a str,
    order: u32,
}

impl From<OrderReady<'_>> for Template {
    fn from(OrderReady { name, order }: OrderReady<'_>) -> Self {
        Self::new("order_ready", "en")
            .body([name.to_owned(), order.to_string()])
            .button_payload(0, Tap::PickUp { order })
    }
}

/// Order something that takes two days
#[command]
async fn order(chat: Chat, mut orders: Session<u32>) -> Result {
    *orders += 1;
    chat.remind_in(Duration::from_hours(48), &format!("order {}", *orders), &*orders).await?;
    chat.say(format!("Order {} takes two days. We'll write to you!", *orders)).await?;
    Ok(())
}

/// By then WhatsApp takes no words of ours any more, unless the person has written meanwhile: then no template is needed.
async fn ready(chat: Chat, timer: Timer) -> Result {
    let order: u32 = timer.payload()?;
    let name = chat.user().name().unwrap_or("there");
    let template = OrderReady { name, order };
    chat.say(format!("Order {order} is ready.")).or_template(template.into()).await?;
    Ok(())
}

async fn tapped(chat: Chat, Tapped(Tap::PickUp { order }): Tapped<Tap>) -> Result {
    chat.say(format!("We'll keep order {order} for you until eight.")).await?;
    Ok(())
}

fn bot() -> Router {
    let router = Router::new().commands(commands!()).on(tapped).on_timer(ready);
    router.otherwise(async |chat: Chat| -> Result {
        chat.say("Say \"order\".").await?;
        Ok(())
    })
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(bot()).run().await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wappa::{
        emulator::world::{ButtonDefinition, Template},
        testing::World,
    };

    use super::bot;

    fn world() -> World {
        let button = ButtonDefinition::QuickReply { text: "I'll come".to_owned() };
        let template =
            Template::new("order_ready", "en", "Hi {{1}}, your order {{2}} is ready.").button(button);
        World::builder().template(template).build()
    }

    #[wappa::test]
    async fn after_two_days_it_takes_a_template() {
        let world = world();
        let ana = world.bot(bot()).user("Ana");
        ana.says("order").await;
        ana.sees("Order 1 takes two days.");
        world.clock().advance(Duration::from_hours(48));
        ana.sees_template("order_ready");
        ana.taps("I'll come").await;
        ana.sees("We'll keep order 1 for you until eight.");
    }

    #[wappa::test]
    async fn who_has_written_meanwhile_gets_words() {
        let world = world();
        let ana = world.bot(bot()).user("Ana");
        ana.says("order").await;
        world.clock().advance(Duration::from_hours(47));
        ana.says("order").await;
        ana.sees("Order 2 takes two days.");
        world.clock().advance(Duration::from_hours(1));
        ana.sees("Order 1 is ready.");
    }
}
