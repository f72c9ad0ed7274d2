//! `#[derive(Choices)]` on what is no closed set of names.

use wappa::prelude::*;

#[derive(Choices)]
struct Struct;

#[derive(Choices)]
enum Empty {}

#[derive(Choices)]
enum Holding {
    Nothing,
    Something(u8),
    More { of: u8 },
}

#[derive(Choices)]
enum Generic<T> {
    #[choice(name = "One", title = "Two")]
    One,
    #[choice(aliases = "three")]
    Three,
    Of(T),
}

#[derive(Choices, Clone, Copy)]
enum TheSameTwice {
    Margherita,
    #[choice(aliases = ["MARGHERITA"])]
    Queen,
    #[choice(name = "")]
    Nameless,
}

fn main() {}
