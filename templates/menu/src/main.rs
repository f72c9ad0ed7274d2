//! A shop that takes orders: a menu, a cart, a checkout, and word when the order is ready.

mod checkout;
mod shop;
#[cfg(all(test, feature = "emulator"))]
mod tests;

use wappa::prelude::*;

use crate::{
    checkout::Checkout,
    shop::{Order, Pizza, price},
};

/// What a tap on one of our buttons or list rows means. It travels in the button's id and is read back by type.
#[derive(Payload)]
enum Tap {
    Menu,
    Add { pizza: Pizza },
    Cart,
    Checkout,
}

/// Show the menu
#[command(aliases = ["start"])]
async fn menu(chat: Chat) -> Result {
    let row =
        |pizza: Pizza| Row::new(Tap::Add { pizza }, pizza.name()).description(price(&[pizza]));
    let list = List::new("Which one would you like?", "See pizzas");
    chat.send(list.rows("Classics", Pizza::ALL.map(row)))
        .await?;
    Ok(())
}

/// Add to your cart, as in /add "quattro formaggi"
#[command(section = "Your order")]
async fn add(chat: Chat, Args(pizza): Args<Pizza>, mut order: Session<Order>) -> Result {
    order.cart.push(pizza);
    let text = format!(
        "*{}* is in your cart: {} in all.",
        pizza.name(),
        price(&order.cart)
    );
    let buttons = Buttons::new(text).button(Tap::Menu, "Something else");
    chat.send(buttons.button(Tap::Checkout, "Order")).await?;
    Ok(())
}

/// What is in your cart
#[command(section = "Your order")]
async fn cart(chat: Chat, order: Session<Order>) -> Result {
    let buttons = if order.cart.is_empty() {
        Buttons::new("Your cart is empty.").button(Tap::Menu, "See the menu")
    } else {
        let text = format!("In your cart: {}", order.in_words());
        Buttons::new(text)
            .button(Tap::Checkout, "Order")
            .button(Tap::Menu, "Something else")
    };
    chat.send(buttons).await?;
    Ok(())
}

/// How far your order is
#[command(section = "Your order")]
async fn status(chat: Chat, order: Session<Order>) -> Result {
    match &order.in_the_oven {
        Some(ordered) => chat.say(format!("In the oven: {ordered}")).await?,
        None => chat.say("There is nothing of yours in the oven.").await?,
    };
    Ok(())
}

async fn tapped(chat: Chat, Tapped(tap): Tapped<Tap>, order: Session<Order>) -> Result {
    match tap {
        Tap::Menu => menu(chat).await,
        Tap::Add { pizza } => add(chat, Args(pizza), order).await,
        Tap::Checkout if !order.cart.is_empty() => chat.start::<Checkout>().await,
        Tap::Cart | Tap::Checkout => cart(chat, order).await,
    }
}

/// What was to be said later: it is, even if the bot was restarted in between.
async fn ready(chat: Chat, mut order: Session<Order>) -> Result {
    if let Some(ordered) = order.in_the_oven.take() {
        chat.say(format!("It's on its way: {ordered} Enjoy!"))
            .await?;
    }
    Ok(())
}

async fn welcome(chat: Chat) -> Result {
    let name = chat.user().name().unwrap_or("there");
    let buttons = Buttons::new(format!("Hi {name}! What can we do for you?"))
        .button(Tap::Menu, "See the menu")
        .button(Tap::Cart, "My cart");
    chat.send(buttons).await?;
    Ok(())
}

async fn sorry(chat: Chat) -> Result {
    chat.say("Sorry, something went wrong here. Please try again later.")
        .await?;
    Ok(())
}

/// What the bot does with a message: commands, then a checkout that is under way, then the routes as written.
fn bot() -> Router {
    Router::new()
        .commands(commands!())
        .dialogue::<Checkout>()
        .on(tapped)
        .on_stale_tap(menu)
        .on_timer(ready)
        .otherwise(welcome)
        .on_turn_failed(sorry)
        .layer(MarkRead)
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(bot()).run().await
}
