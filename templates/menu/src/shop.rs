//! What there is to buy, and what somebody is buying.

use wappa::prelude::*;

#[derive(Choices, Serialize, Deserialize, Clone, Copy)]
pub enum Pizza {
    Margherita,
    Marinara,
    Diavola,
    QuattroFormaggi,
}

impl Pizza {
    fn cents(self) -> u32 {
        match self {
            Self::Margherita => 800,
            Self::Marinara => 750,
            Self::Diavola => 1000,
            Self::QuattroFormaggi => 1100,
        }
    }
}

/// Kept for each person and written only if the handler returns `Ok`.
#[derive(Default, Serialize, Deserialize)]
pub struct Order {
    pub cart: Vec<Pizza>,
    pub in_the_oven: Option<String>,
}

impl Order {
    pub fn in_words(&self) -> String {
        let names: Vec<&str> = self.cart.iter().map(Pizza::name).collect();
        format!("{}. Together: *{}*", names.join(", "), price(&self.cart))
    }
}

pub fn price(pizzas: &[Pizza]) -> String {
    let cents: u32 = pizzas.iter().map(|pizza| pizza.cents()).sum();
    format!("{}.{:02} €", cents / 100, cents % 100)
}
