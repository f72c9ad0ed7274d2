//! Constant texts that are as long as Meta allows.

use wappa::prelude::*;

const ORDER: &str = "Order";

pub fn main() {
    drop(Buttons::new("Well?").with(button!("order", ORDER)).with(button!("menu", "A title of 20 letter")));
    drop(List::new("Well?", "See").rows("All", [row!("a", "Marinara"), row!("b", "Diavola", "Very hot")]));
    drop(text!("Hello"));
}
