//! A small pizzeria: buttons, a list, and a cart that is still there after a restart.
//!
//! `cargo run --example menu`, then open the phone page that the banner names and say "hi".

use wappa::prelude::*;

const PIZZAS: [(&str, u32); 4] =
    [("Margherita", 800), ("Marinara", 750), ("Diavola", 1000), ("Quattro Formaggi", 1100)];

/// Kept for each person and written only if the handler returns `Ok`.
#[derive(Default, Serialize, Deserialize)]
struct Cart {
    /// Indices into `PIZZAS`.
    pizzas: Vec<usize>,
}

impl Cart {
    fn total(&self) -> u32 {
        self.pizzas.iter().filter_map(|at| PIZZAS.get(*at)).map(|(_, price)| price).sum()
    }

    fn names(&self) -> String {
        let names: Vec<&str> =
            self.pizzas.iter().filter_map(|at| PIZZAS.get(*at)).map(|(name, _)| *name).collect();
        names.join(", ")
    }
}

struct Pizzeria;

impl EventHandler for Pizzeria {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        chat.mark_read().await.ok();
        // What a tap means travels in the id its button was given.
        match message.tapped().map(|tap| tap.id.split_once(':').unwrap_or((tap.id, ""))) {
            Some(("menu", _)) => menu(&chat).await,
            Some(("add", pizza)) => add(&chat, pizza).await,
            Some(("cart", _)) => cart(&chat).await,
            Some(("order", _)) => order(&chat).await,
            _ => welcome(&chat).await,
        }
    }

    /// The last try has failed: say so rather than nothing.
    async fn on_turn_failed(&self, chat: Chat, _: wappa::handler::TurnFailed) -> Result {
        chat.say("Sorry, something went wrong here. Please try again later.").await?;
        Ok(())
    }
}

async fn welcome(chat: &Chat) -> Result {
    let name = chat.user().name().unwrap_or("there");
    chat.send(
        Buttons::new(format!("Hi {name}! What can we do for you?"))
            .header("Pizzeria Wappa")
            .button("menu", "See the menu")
            .button("cart", "My cart"),
    )
    .await?;
    Ok(())
}

async fn menu(chat: &Chat) -> Result {
    let rows = PIZZAS
        .iter()
        .enumerate()
        .map(|(at, (name, price))| Row::new(format!("add:{at}"), *name).description(euros(*price)));
    chat.send(List::new("Which one would you like?", "See pizzas").rows("Classics", rows)).await?;
    Ok(())
}

async fn add(chat: &Chat, pizza: &str) -> Result {
    let Some(at) = pizza.parse().ok().filter(|at| *at < PIZZAS.len()) else {
        chat.say("We no longer bake that one.").await?;
        return menu(chat).await;
    };
    let mut cart = chat.session::<Cart>().await?;
    cart.pizzas.push(at);
    let text = format!("*{}* is in your cart: {} in all.", PIZZAS[at].0, euros(cart.total()));
    chat.send(Buttons::new(text).button("menu", "Something else").button("order", "Order")).await?;
    Ok(())
}

async fn cart(chat: &Chat) -> Result {
    let cart = chat.session::<Cart>().await?;
    if cart.pizzas.is_empty() {
        chat.send(Buttons::new("Your cart is empty.").button("menu", "See the menu")).await?;
        return Ok(());
    }
    let text = format!("In your cart: {}.\nTogether: *{}*", cart.names(), euros(cart.total()));
    chat.send(Buttons::new(text).button("order", "Order").button("menu", "Something else")).await?;
    Ok(())
}

async fn order(chat: &Chat) -> Result {
    let cart = chat.session::<Cart>().await?;
    if cart.pizzas.is_empty() {
        drop(cart);
        return self::cart(chat).await;
    }
    chat.say(format!("Thank you! {} will be with you in half an hour.", cart.names())).await?;
    cart.clear();
    Ok(())
}

fn euros(cents: u32) -> String {
    format!("{}.{:02} €", cents / 100, cents % 100)
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(Pizzeria).run().await
}

#[cfg(test)]
mod tests {
    use wappa::testing::{World, hours};

    use super::*;

    wappa::transcripts!("tests/talks/pizzeria/*.txt", Pizzeria);

    #[wappa::test]
    async fn a_pizza_is_ordered(world: World) {
        let ana = world.bot(Pizzeria).user("Ana");
        ana.says("hi").await;
        ana.sees("Hi Ana!").header("Pizzeria Wappa").buttons(["See the menu", "My cart"]);
        ana.taps("See the menu").await;
        ana.sees("Which one").rows(["Margherita", "Marinara", "Diavola", "Quattro Formaggi"]);
        ana.picks("Diavola").await;
        ana.sees("*Diavola* is in your cart: 10.00 € in all.").buttons(["Something else", "Order"]);
        assert_eq!(ana.session::<Cart>().await.pizzas, [2]);
        ana.taps("Order").await;
        ana.sees("Thank you! Diavola will be with you in half an hour.");
        assert!(ana.session::<Cart>().await.pizzas.is_empty());
    }

    #[wappa::test(sqlite)]
    async fn a_cart_outlives_the_bot(world: World) {
        let ana = world.bot(Pizzeria).user("Ana");
        ana.says("hi").await;
        ana.taps("See the menu").await;
        ana.picks("Marinara").await;
        world.bot(Pizzeria);
        world.clock().advance(hours(48));
        ana.taps("My cart").await;
        ana.sees("In your cart: Marinara.").buttons(["Order", "Something else"]);
    }
}
