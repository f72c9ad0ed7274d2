//! Routing, typed taps, a session, a dialogue.

use super::checkout::{Checkout, Pizza};
use wappa::prelude::*;

#[derive(Payload)]
enum Tap {
    Add { pizza: Pizza, quantity: u8 },
    Checkout,
}

#[derive(Default, Serialize, Deserialize)]
struct Cart(Vec<(Pizza, u8)>);

/// Show the menu
#[command(aliases = ["start", "hola"])]
async fn menu(chat: Chat) -> Result {
    let row = |pizza: Pizza| Row::new(Tap::Add { pizza, quantity: 1 }, pizza.name());
    chat.send(List::new("What would you like?", "See pizzas").rows("Classics", Pizza::ALL.map(row))).await?;
    Ok(())
}

/// Add to your order: /add margherita 2
#[command]
async fn add(chat: Chat, Args((pizza, quantity)): Args<(Pizza, u8)>, mut cart: Session<Cart>) -> Result {
    cart.0.push((pizza, quantity));
    let text = format!("{quantity} × {} it is. There are {} in your cart.", pizza.name(), cart.0.len());
    chat.send(Buttons::new(text).button(Tap::Checkout, "Order")).await?;
    Ok(())
}

async fn tapped(chat: Chat, Tapped(tap): Tapped<Tap>, cart: Session<Cart>) -> Result {
    match tap {
        Tap::Add { pizza, quantity } => add(chat, Args((pizza, quantity)), cart).await,
        Tap::Checkout => chat.start::<Checkout>().await,
    }
}

pub(super) fn bot() -> Router {
    Router::new().commands(commands!()).on(tapped).dialogue::<Checkout>().otherwise(menu)
}

#[tokio::main]
pub(super) async fn main() -> Result {
    Wappa::new().set_event_handler(bot()).run().await
}
