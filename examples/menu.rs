//! A small pizzeria: a menu, a cart that is still there after a restart, a checkout in steps, and word when it is ready.
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

/// What a tap on one of our buttons or list rows means. Travels in the button's id; decoded back by type.
#[derive(Payload)]
enum Tap {
    Menu,
    Add { pizza: Pizza },
    Cart,
    Checkout,
}

/// Kept for each person and written only if the handler returns `Ok`.
#[derive(Default, Serialize, Deserialize)]
struct Order {
    cart: Vec<Pizza>,
    in_the_oven: String,
}

fn in_words(pizzas: &[Pizza]) -> String {
    let names: Vec<&str> = pizzas.iter().map(Pizza::name).collect();
    format!("{}. Together: *{}*", names.join(", "), price(pizzas))
}

fn price(pizzas: &[Pizza]) -> String {
    let cents: u32 = pizzas.iter().map(|pizza| [800, 750, 1000, 1100][*pizza as usize]).sum();
    format!("{}.{:02} €", cents / 100, cents % 100)
}

/// Show the menu
#[command(aliases = ["pizzas", "carta"])]
async fn menu(chat: Chat) -> Result {
    let row = |pizza: Pizza| Row::new(Tap::Add { pizza }, pizza.name()).description(price(&[pizza]));
    let list = List::new("Which one would you like?", "See pizzas");
    chat.send(list.rows("Classics", Pizza::ALL.map(row))).await?;
    Ok(())
}

/// Add to your cart, as in /add "quattro formaggi"
#[command(section = "Your order")]
async fn add(chat: Chat, Args(pizza): Args<Pizza>, mut order: Session<Order>) -> Result {
    order.cart.push(pizza);
    let text = format!("*{}* is in your cart: {} in all.", pizza.name(), price(&order.cart));
    chat.send(Buttons::new(text).button(Tap::Menu, "Something else").button(Tap::Checkout, "Order")).await?;
    Ok(())
}

/// What is in your cart, and what in the oven
#[command(section = "Your order", aliases = ["status"])]
async fn cart(chat: Chat, order: Session<Order>) -> Result {
    if !order.in_the_oven.is_empty() {
        chat.say(format!("In the oven: {}", order.in_the_oven)).await?;
    }
    let buttons = if order.cart.is_empty() {
        Buttons::new("Your cart is empty.").button(Tap::Menu, "See the menu")
    } else {
        let text = format!("In your cart: {}", in_words(&order.cart));
        Buttons::new(text).button(Tap::Checkout, "Order").button(Tap::Menu, "Something else")
    };
    chat.send(buttons).await?;
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

/// From the cart to the oven: a value that each message consumes. The compiler names a step that was forgotten.
#[derive(Default, Serialize, Deserialize)]
enum Checkout {
    #[default]
    Address,
    Payment(String),
}

impl Dialogue for Checkout {
    const NAME: &'static str = "checkout";

    async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Where to? (\"cancel\" to stop)").await?;
        Ok(Next::Stay)
    }

    async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
        let Some(said) = message.text().or(message.tapped().map(|tap| tap.title)) else {
            chat.say("In words, please.").await?;
            return Ok(Next::Stay);
        };
        match self {
            Self::Address => {
                chat.send(Buttons::new("Cash or card?").button("cash", "Cash").button("card", "Card"))
                    .await?;
                Ok(Next::Go(Self::Payment(said.to_owned())))
            }
            Self::Payment(address) => {
                let mut order = chat.session::<Order>().await?;
                order.in_the_oven = format!("{} ({said}), to {address}.", in_words(&order.cart));
                order.cart.clear();
                chat.remind_in(std::time::Duration::from_mins(20), "ready", &()).await?;
                chat.say("Thank you! We'll write when it is on its way.").await?;
                Ok(Next::Done)
            }
        }
    }
}

/// What was to be said later: it is, even if the bot was restarted in between.
async fn ready(chat: Chat, mut order: Session<Order>) -> Result {
    let ordered = std::mem::take(&mut order.in_the_oven);
    chat.say(format!("It's on its way: {ordered} Enjoy!")).await?;
    Ok(())
}

async fn welcome(chat: Chat) -> Result {
    let text = format!("Hi {}! What can we do for you?", chat.user().name().unwrap_or("there"));
    let buttons = Buttons::new(text).button(Tap::Menu, "See the menu").button(Tap::Cart, "My cart");
    chat.send(buttons.header("Pizzeria Wappa")).await?;
    Ok(())
}

fn pizzeria() -> Router {
    let router = Router::new().commands(commands!()).dialogue::<Checkout>().on(tapped).on_stale_tap(menu);
    router.on_timer(ready).otherwise(welcome).layer(MarkRead)
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(pizzeria()).run().await
}

#[cfg(test)]
#[path = "tests/menu.rs"]
mod tests;
