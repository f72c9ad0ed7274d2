//! The pizzeria is talked to, by transcripts and by a person.

use wappa::testing::{World, hours};

use super::*;

wappa::transcripts!("tests/talks/pizzeria/*.txt", pizzeria());

#[wappa::test]
async fn a_pizza_is_ordered(world: World) {
    let ana = world.bot(pizzeria()).user("Ana");
    ana.says("hi").await;
    ana.sees("Hi Ana!").header("Pizzeria Wappa").buttons(["See the menu", "My cart"]);
    ana.taps("See the menu").await;
    ana.sees("Which one").rows(["Margherita", "Marinara", "Diavola", "Quattro Formaggi"]);
    ana.picks("Diavola").await;
    ana.sees("*Diavola* is in your cart: 10.00 € in all.").buttons(["Something else", "Order"]);
    assert_eq!(ana.session::<Cart>().await.names(), "Diavola");
    ana.taps("Order").await;
    ana.sees("Thank you! Diavola will be with you in half an hour.");
    assert!(ana.session::<Cart>().await.lines.is_empty());
}

#[wappa::test(sqlite)]
async fn a_cart_outlives_the_bot(world: World) {
    let ana = world.bot(pizzeria()).user("Ana");
    ana.says("hi").await;
    ana.taps("See the menu").await;
    ana.picks("Marinara").await;
    world.bot(pizzeria());
    world.clock().advance(hours(48));
    ana.taps("My cart").await;
    ana.sees("In your cart: Marinara.").buttons(["Order", "Something else"]);
}
