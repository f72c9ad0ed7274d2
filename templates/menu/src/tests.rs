//! The bot in production form, talked to: Meta's side, people and a clock that stands live in the test.

use std::time::Duration;

use wappa::testing::World;

use super::*;

#[wappa::test]
async fn a_pizza_is_ordered(world: World) {
    let ana = world.bot(bot()).user("Ana");
    ana.says("hi").await;
    ana.sees("Hi Ana!").buttons(["See the menu", "My cart"]);
    ana.taps("See the menu").await;
    ana.sees("Which one")
        .rows(["Margherita", "Marinara", "Diavola", "Quattro Formaggi"]);
    ana.picks("Diavola").await;
    ana.sees("*Diavola* is in your cart: 10.00 € in all.");
    ana.taps("Order").await;
    ana.sees("Where to?");
    ana.says("Elm Street 7").await;
    ana.sees("Cash or card?").buttons(["Cash", "Card"]);
    ana.taps("Card").await;
    ana.sees("Thank you!");
    ana.says("/status").await;
    ana.sees("In the oven: Diavola. Together: *10.00 €* (Card), to Elm Street 7.");
    world.clock().advance(Duration::from_mins(20));
    ana.sees("It's on its way: Diavola.");
}

#[wappa::test]
async fn commands_are_listed_and_their_arguments_explained(world: World) {
    let ana = world.bot(bot()).user("Ana");
    ana.says("/help").await;
    ana.sees("/menu: Show the menu");
    ana.says("/add calzone").await;
    ana.sees("“calzone” is not one of Margherita, Marinara, Diavola, Quattro Formaggi.");
    ana.says("/mneu").await;
    ana.sees("Did you mean /menu?");
}

#[wappa::test]
async fn an_order_that_is_left_waits_and_says_so(world: World) {
    let ana = world.bot(bot()).user("Ana");
    ana.says("add marinara").await;
    ana.taps("Order").await;
    ana.sees("Where to?");
    world.clock().advance(Duration::from_hours(2));
    ana.sees("Your order is still waiting");
    ana.says("cart").await;
    ana.sees("In your cart: Marinara.");
}

/// As a deployment or a crash would: what was said lives in the store.
#[wappa::test(sqlite)]
async fn a_checkout_goes_on_after_a_restart(world: World) {
    let ana = world.bot(bot()).user("Ana");
    ana.says("add marinara").await;
    ana.taps("Order").await;
    ana.says("Elm Street 7").await;
    world.bot(bot());
    ana.taps("Cash").await;
    ana.sees("Thank you!");
}
