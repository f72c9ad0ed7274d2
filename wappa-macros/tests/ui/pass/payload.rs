//! What can travel in the id of a button.

use wappa::prelude::*;

#[derive(Choices, Clone, Copy, Debug, PartialEq)]
enum Pizza {
    Margherita,
    #[choice(name = "4 Formaggi", aliases = ["four cheeses"])]
    QuattroFormaggi,
}

#[derive(Payload, Debug, PartialEq)]
#[payload(name = "t", was = "OldTap", version = 3, max = 256)]
enum Tap {
    Checkout,
    #[payload(was = "Add")]
    Put {
        pizza: Pizza,
        #[payload(name = "n", was = "quantity")]
        count: u8,
        note: Option<String>,
    },
    Go(Page, bool, char),
    r#Loop,
}

#[derive(Payload, Debug, PartialEq)]
struct Page(u16);

#[derive(Payload, Debug, PartialEq)]
struct Nothing;

#[derive(Payload, Debug, PartialEq)]
struct To {
    r#type: i64,
    whom: PhoneNumber,
}

/// Where all fields have a bound, so has the id.
const _: () = assert!(matches!(<Page as Payload>::LONGEST, Some(12)) && <Tap as Payload>::LONGEST.is_none());

fn survives<P: Payload + PartialEq + std::fmt::Debug>(payload: P, id: &str) {
    assert_eq!(payload.encode(), id);
    assert_eq!(P::decode(id), Ok(payload));
}

pub fn main() {
    survives(Tap::Checkout, "t.3/Checkout");
    survives(Tap::Loop, "t.3/Loop");
    let put = Tap::Put { pizza: Pizza::QuattroFormaggi, count: 2, note: None };
    assert_eq!(Tap::decode("OldTap.3/Add:quantity=2,pizza=QuattroFormaggi"), Ok(put));
    survives(Tap::Go(Page(7), true, '/'), "t.3/Go:0=Page%3A0%3D7,1=1,2=%2F");
    survives(Nothing, "Nothing");
    let whom = "15551234567".parse().expect("a number");
    survives(To { r#type: -1, whom }, "To:type=-1,whom=15551234567");
    assert_eq!("FOUR cheeses".parse(), Ok(Pizza::QuattroFormaggi));
    assert_eq!(Pizza::ALL.map(|pizza| pizza.name()), ["Margherita", "4 Formaggi"]);
    drop(Buttons::new("Well?").button(Tap::Checkout, "Order"));
}
