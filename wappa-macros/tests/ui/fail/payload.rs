//! `#[derive(Payload)]` on what cannot become an id.

use wappa::prelude::*;

#[derive(Payload)]
union Union {
    a: u8,
    b: i8,
}

#[derive(Payload)]
struct Generic<T> {
    of: T,
}

#[derive(Payload)]
#[payload(name = "a tap", version = "two", order = 1)]
enum Options {
    #[payload(was = "Old/er")]
    A,
    #[payload(wsa = "Older")]
    B {
        #[payload(max = 20)]
        field: u8,
    },
}

#[derive(Payload)]
enum TheSameTwice {
    Add,
    #[payload(was = "Add")]
    Plus {
        #[payload(was = "quantity")]
        count: u8,
        quantity: u8,
    },
}

#[derive(Payload)]
#[payload(max = 257)]
struct MoreThanAButtonTakes;

#[derive(Payload)]
enum Nothing {}

fn main() {}
