//! A small pizzeria: commands, a list, taps with a meaning, and a cart that is still there after a restart.
//!
//! `cargo run --example menu`, then open the phone page that the banner names and say "hi", or "/help".

use wappa::prelude::*;

#[derive(Choices, Serialize, Deserialize, Clone, Copy)]
enum Pizza {
    Margherita,
    Marinara,
    Diavola,
    QuattroFormaggi,
}

impl Pizza {
    fn cents(self) -> u32 {
        [800, 750, 1000, 1100][self as usize]
    }
}

/// What a tap on one of our buttons or list rows means. Travels in the button's id; decoded back by type.
#[derive(Payload)]
enum Tap {
    Menu,
    Add { pizza: Pizza, quantity: u8 },
    Cart,
    Order,
}

/// Kept for each person and written only if the handler returns `Ok`.
#[derive(Default, Serialize, Deserialize)]
struct Cart {
    lines: Vec<(Pizza, u8)>,
}

impl Cart {
    fn total(&self) -> u32 {
        self.lines.iter().map(|(pizza, quantity)| pizza.cents() * u32::from(*quantity)).sum()
    }

    fn names(&self) -> String {
        let line = |(pizza, quantity): &(Pizza, u8)| match quantity {
            1 => pizza.name().to_owned(),
            _ => format!("{quantity} × {}", pizza.name()),
        };
        self.lines.iter().map(line).collect::<Vec<_>>().join(", ")
    }
}

/// Show the menu
#[command(aliases = ["pizzas", "carta"])]
async fn menu(chat: Chat) -> Result {
    let row = |pizza: Pizza| {
        Row::new(Tap::Add { pizza, quantity: 1 }, pizza.name()).description(euros(pizza.cents()))
    };
    chat.send(List::new("Which one would you like?", "See pizzas").rows("Classics", Pizza::ALL.map(row)))
        .await?;
    Ok(())
}

/// Add to your cart, as in /add "quattro formaggi" 2
#[command(section = "Your order")]
async fn add(
    chat: Chat,
    Args((pizza, quantity)): Args<(Pizza, Option<u8>)>,
    mut cart: Session<Cart>,
) -> Result {
    cart.lines.push((pizza, quantity.unwrap_or(1)));
    let text = format!("*{}* is in your cart: {} in all.", pizza.name(), euros(cart.total()));
    chat.send(Buttons::new(text).button(Tap::Menu, "Something else").button(Tap::Order, "Order")).await?;
    Ok(())
}

/// What is in your cart
#[command(section = "Your order")]
async fn cart(chat: Chat, cart: Session<Cart>) -> Result {
    let buttons = if cart.lines.is_empty() {
        Buttons::new("Your cart is empty.").button(Tap::Menu, "See the menu")
    } else {
        Buttons::new(format!("In your cart: {}.\nTogether: *{}*", cart.names(), euros(cart.total())))
            .button(Tap::Order, "Order")
            .button(Tap::Menu, "Something else")
    };
    chat.send(buttons).await?;
    Ok(())
}

/// Order what is in your cart
#[command(section = "Your order")]
async fn order(chat: Chat, cart: Session<Cart>) -> Result {
    if cart.lines.is_empty() {
        return self::cart(chat, cart).await;
    }
    chat.say(format!("Thank you! {} will be with you in half an hour.", cart.names())).await?;
    cart.clear();
    Ok(())
}

async fn tapped(chat: Chat, Tapped(tap): Tapped<Tap>, cart: Session<Cart>) -> Result {
    match tap {
        Tap::Menu => menu(chat).await,
        Tap::Add { pizza, quantity } => add(chat, Args((pizza, Some(quantity))), cart).await,
        Tap::Cart => self::cart(chat, cart).await,
        Tap::Order => order(chat, cart).await,
    }
}

async fn welcome(chat: Chat) -> Result {
    let name = chat.user().name().unwrap_or("there");
    chat.send(
        Buttons::new(format!("Hi {name}! What can we do for you?"))
            .header("Pizzeria Wappa")
            .button(Tap::Menu, "See the menu")
            .button(Tap::Cart, "My cart"),
    )
    .await?;
    Ok(())
}

async fn sorry(chat: Chat) -> Result {
    chat.say("Sorry, something went wrong here. Please try again later.").await?;
    Ok(())
}

fn euros(cents: u32) -> String {
    format!("{}.{:02} €", cents / 100, cents % 100)
}

fn pizzeria() -> Router {
    Router::new()
        .commands(commands!())
        .on(tapped)
        .on_stale_tap(menu)
        .otherwise(welcome)
        .on_turn_failed(sorry)
        .layer(MarkRead)
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(pizzeria()).run().await
}

#[cfg(test)]
#[path = "tests/menu.rs"]
mod tests;
