//! A bot inside an application of your own: axum serves both, and the application writes to people.
//!
//! `cargo run --example axum_mount`, say "order" on the phone page that the banner names, and then
//! `curl -X POST localhost:8000/orders/1/paid`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use wappa::prelude::*;

/// What the application tells the conversation an order was made in.
#[derive(Serialize, Deserialize)]
struct Paid {
    order: u32,
}

/// Who has made an order: kept in the bot's store, in a table that the application reads.
#[derive(Default, Serialize, Deserialize)]
struct Customer {
    number: String,
    wa_id: String,
}

const CUSTOMERS: &str = "customers by order";

async fn order(chat: Chat) -> Result {
    let order = chat
        .shared("orders")
        .update(|orders: &mut u32| {
            *orders += 1;
            *orders
        })
        .await?;
    let customer = Customer {
        number: chat.number().to_string(),
        wa_id: chat.user().wa_id().unwrap_or_default().to_string(),
    };
    chat.table(CUSTOMERS).entry(order.to_string()).set(&customer).await?;
    chat.say(format!("Your order is number {order}. We'll tell you when it is paid.")).await?;
    Ok(())
}

/// In its turn among the messages of this conversation, with its session and all else a handler has.
async fn paid(chat: Chat, Told(Paid { order }): Told<Paid>) -> Result {
    chat.say(format!("Order {order} is paid. Thank you!")).await?;
    Ok(())
}

fn bot() -> Router {
    Router::new().on_custom(paid).otherwise(order)
}

/// The application's own route: the payment service calls it.
async fn order_paid(
    State(bot): State<BotHandle>,
    Path(order): Path<u32>,
) -> std::result::Result<StatusCode, StatusCode> {
    let customer = bot.table::<Customer>(CUSTOMERS).entry(order.to_string()).find().await;
    let customer = customer.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?.ok_or(StatusCode::NOT_FOUND)?;
    let to = (PhoneNumberId::from(customer.number), WaId::from(customer.wa_id));
    // Once it is noted it is told, also if this process dies now.
    bot.notify(to, &Paid { order }).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(StatusCode::ACCEPTED)
}

fn application() -> axum::Router<BotHandle> {
    axum::Router::new()
        .route("/", get(|| async { "A shop." }))
        .route("/orders/{order}/paid", post(order_paid))
}

#[tokio::main]
async fn main() -> Result {
    let bot = Wappa::new().set_event_handler(bot()).build().await?;
    let application = application().merge(bot.routes()).merge(bot.health_routes()).with_state(bot.handle());
    println!("Phone    {}", bot.phone_page().unwrap_or("a real one"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    let server = axum::serve(listener, application).with_graceful_shutdown(bot.drained());
    let ended = async {
        tokio::signal::ctrl_c().await.ok();
        bot.shutdown().await;
    };
    tokio::join!(server.into_future(), ended).0?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt as _;
    use wappa::testing::World;

    use super::*;

    #[wappa::test]
    async fn what_the_application_hears_the_person_is_told(world: World) {
        let bot = world.bot(bot());
        let ana = bot.user("Ana");
        ana.says("a pizza").await;
        ana.sees("Your order is number 1.");
        for (order, status) in [(1, StatusCode::ACCEPTED), (2, StatusCode::NOT_FOUND)] {
            let request =
                Request::post(format!("/orders/{order}/paid")).body(Body::empty()).expect("a request");
            let Ok(answer) = application().with_state(bot.handle().clone()).oneshot(request).await;
            assert_eq!(answer.status(), status);
        }
        world.settle().await;
        ana.sees("Order 1 is paid. Thank you!");
        ana.sees_nothing();
    }
}
