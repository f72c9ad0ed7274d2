//! Taps that mean something: written into ids, read back by type, also by later versions of the bot.

use wappa::{
    prelude::*,
    router::{Signed, TapKey, Unread},
};

use crate::stage::{Place, Stage, said};

#[derive(Choices, Debug, Clone, Copy, PartialEq)]
enum Pizza {
    Margherita,
    QuattroFormaggi,
}

#[derive(Payload, Debug, Clone, PartialEq)]
enum Tap {
    Add { pizza: Pizza, quantity: u8 },
    Note(String, Option<char>),
    Checkout,
}

/// The same, years later.
mod later {
    use super::*;

    #[derive(Payload, Debug, PartialEq)]
    #[payload(name = "Touch", was = "Tap")]
    pub(super) enum Touch {
        #[payload(was = "Checkout")]
        Pay,
        Add {
            #[payload(was = "quantity")]
            count: u16,
            what: Option<String>,
            pizza: Pizza,
        },
    }

    #[derive(Payload, Debug, PartialEq)]
    #[payload(version = 2)]
    pub(super) enum Tap {
        Checkout,
    }
}

#[derive(Payload, Debug, PartialEq)]
struct Page {
    number: u32,
    of: Option<Box32>,
}

#[derive(Payload, Debug, PartialEq)]
struct Box32(u32);

#[derive(Payload, Debug, PartialEq)]
struct Home;

#[test]
fn ids_hold_names_and_are_read_back() {
    for (tap, id) in [
        (Tap::Add { pizza: Pizza::QuattroFormaggi, quantity: 2 }, "Tap/Add:pizza=QuattroFormaggi,quantity=2"),
        (Tap::Note("a,b=c/d:e%f~".to_owned(), Some(',')), "Tap/Note:0=a%2Cb%3Dc%2Fd%3Ae%25f%7E,1=%2C"),
        (Tap::Note("é 🍕".to_owned(), None), "Tap/Note:0=é 🍕"),
        (Tap::Checkout, "Tap/Checkout"),
    ] {
        assert_eq!(tap.encode(), id);
        assert_eq!(Tap::decode(id), Ok(tap));
    }
    let page = Page { number: 3, of: Some(Box32(7)) };
    assert_eq!(page.encode(), "Page:number=3,of=Box32%3A0%3D7");
    assert_eq!(Page::decode(&page.encode()), Ok(page));
    assert_eq!(Home::decode(&String::from(Home)), Ok(Home));
    assert_eq!((Home::LONGEST, Box32::LONGEST, Tap::LONGEST), (Some(4), Some(18), None));
}

#[test]
fn order_does_not_matter_and_what_is_unknown_is_stale() {
    let add = Tap::Add { pizza: Pizza::Margherita, quantity: 1 };
    assert_eq!(Tap::decode("Tap/Add:new=x,quantity=1,pizza=Margherita"), Ok(add));
    for stale in
        ["Tap/Add:quantity=1", "Tap/Add:quantity=256,pizza=Margherita", "Tap/Remove", "Tap.2/Checkout", "Tap"]
    {
        assert_eq!(Tap::decode(stale), Err(Unread::Stale), "{stale}");
    }
    for foreign in ["Page:number=1", "menu", "", "Tapir/Add"] {
        assert_eq!(Tap::decode(foreign), Err(Unread::Foreign), "{foreign}");
    }
}

#[test]
fn what_was_called_otherwise_is_still_read() {
    use later::Touch;
    let old = Tap::Add { pizza: Pizza::Margherita, quantity: 9 }.encode();
    assert_eq!(Touch::decode(&old), Ok(Touch::Add { count: 9, what: None, pizza: Pizza::Margherita }));
    assert_eq!(Touch::decode(&Tap::Checkout.encode()), Ok(Touch::Pay));
    assert_eq!(Touch::Pay.encode(), "Touch/Pay");
    assert_eq!(later::Tap::Checkout.encode(), "Tap.2/Checkout");
    assert_eq!(later::Tap::decode(&Tap::Checkout.encode()), Err(Unread::Stale));
}

#[derive(Payload, Debug)]
struct Refund {
    order: u64,
}

#[tokio::test]
async fn taps_reach_the_handler_of_their_type() {
    let key = TapKey::new("0123456789abcdef").expect("a key");
    let bot = Router::new()
        .on(async |chat: Chat, _: Text, State(key): State<TapKey>| -> Result {
            let add = Tap::Add { pizza: Pizza::Margherita, quantity: 1 };
            let refund = Refund { order: 17 };
            let forged = Refund { order: 18 }.encode();
            let buttons = Buttons::new("Well?").button(add, "Add").button(key.sign(&refund), "Refund");
            chat.send(buttons.button(forged, "Forged")).await?;
            Ok(())
        })
        .on(async |chat: Chat, Tapped(tap): Tapped<Tap>| -> Result {
            chat.say(format!("{tap:?}")).await?;
            Ok(())
        })
        .on(async |chat: Chat, Tapped(Signed(refund)): Tapped<Signed<Refund>>| -> Result {
            chat.say(format!("refund {}", refund.order)).await?;
            Ok(())
        })
        .on_stale_tap(async |chat: Chat| -> Result {
            chat.say("old").await?;
            Ok(())
        })
        .state(key);
    let stage = Stage::of(bot, &Place::memory()).await;
    let ana = stage.ana();
    ana.says("hi").expect("said");
    ana.sees_answers(1).await.expect("buttons");
    for (at, title) in ["Add", "Refund", "Forged"].into_iter().enumerate() {
        ana.taps(title).expect("tapped");
        ana.sees_answers(at + 2).await.expect("an answer");
    }
    assert_eq!(said(&ana)[1..], ["Add { pizza: Margherita, quantity: 1 }", "refund 17", "old"]);
}

#[test]
fn a_key_that_is_missing_is_noticed_at_start() {
    let bot = Router::new().on(async |_: Tapped<Signed<Refund>>| -> Result { Ok(()) });
    let error = bot.check().expect_err("no key").to_string();
    assert!(error.contains("takes `State<TapKey>`"), "{error}");
}
