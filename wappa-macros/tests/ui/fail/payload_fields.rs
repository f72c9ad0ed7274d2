//! `#[derive(Payload)]` with fields that cannot stand in an id, and with too many of them.

use wappa::prelude::*;

enum Pizza {
    Marinara,
}

#[derive(Payload)]
enum Tap {
    Add { pizza: Pizza, at: std::time::Instant },
    All(Vec<u8>),
}

#[derive(Payload)]
struct TooLong {
    first_of_the_numbers: u128,
    second_of_the_numbers: u128,
    third_of_the_numbers: u128,
    fourth_of_the_numbers: u128,
}

fn main() {
    drop(Pizza::Marinara);
}
