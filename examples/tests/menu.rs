//! The pizzeria is talked to, by transcripts and by a person.

use std::time::Duration;

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
    ana.says("add “quattro formaggi”").await;
    ana.sees("*Quattro Formaggi* is in your cart: 21.00 € in all.");
    ana.taps("Order").await;
    ana.sees("Where to?");
    ana.says("Elm Street 7").await;
    ana.sees("Cash or card?").buttons(["Cash", "Card"]);
    ana.taps("Card").await;
    ana.sees("Thank you!");
    assert!(ana.session::<Order>().await.cart.is_empty());
    ana.says("/status").await;
    ana.sees("In the oven: Diavola, Quattro Formaggi. Together: *21.00 €* (Card), to Elm Street 7.");
    ana.sees("Your cart is empty.");
    world.clock().advance(Duration::from_mins(20));
    ana.sees("It's on its way: Diavola, Quattro Formaggi.");
    ana.says("/status").await;
    ana.sees("Your cart is empty.");
    ana.sees_nothing();
}

#[wappa::test]
async fn help_is_there_in_the_middle_of_a_checkout(world: World) {
    let ana = world.bot(pizzeria()).user("Ana");
    ana.says("/add marinara").await;
    ana.sees("*Marinara* is in your cart").buttons(["Something else", "Order"]);
    ana.taps("Order").await;
    ana.sees("Where to?");
    ana.shares_location(52.52, 13.405).await;
    ana.sees("In words, please.");
    ana.says("/help").await;
    ana.sees("/menu: Show the menu");
    ana.says("Elm Street 7").await;
    ana.sees("Cash or card?");
    ana.says("cancel").await;
    ana.says("cart").await;
    ana.sees("In your cart: Marinara. Together: *7.50 €*");
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

#[wappa::test(sqlite)]
async fn an_order_in_the_oven_outlives_the_bot(world: World) {
    let ana = world.bot(pizzeria()).user("Ana");
    ana.says("add margherita").await;
    ana.taps("Order").await;
    ana.says("Elm Street 7").await;
    world.bot(pizzeria());
    ana.taps("Cash").await;
    ana.sees("Thank you!");
    world.bot(pizzeria());
    world.clock().advance(Duration::from_mins(20));
    ana.sees("It's on its way: Margherita.");
}
