//! What a router is given that it cannot take.

use wappa::prelude::*;

struct Greeting;

struct Silent;

impl EventHandler for Silent {}

fn main() {
    let bot = Router::new().layer(Greeting).state(std::rc::Rc::new(1)).dialogue::<Greeting>().conversation(Greeting);
    drop(Wappa::new().set_event_handler(bot));
    drop(Wappa::new().set_event_handler(Greeting));
}
