//! What a status says of the price of its message, as it is counted.

use wappa_cloud::{Price, Timestamp};

use crate::{
    numbers::Number,
    store::{Billed, CostLine, CostNote, Priced, derived_key},
};

pub(super) fn note(price: &Price<'_>, number: &Number, at: Timestamp) -> CostNote {
    // By conversation, every message of one tells the same price.
    let of = match &price.conversation {
        Some(id) if price.model == "CBP" => {
            Priced::Conversation(derived_key("conversation", &[number.id.as_str().as_bytes(), id.as_bytes()]))
        }
        _ => Priced::Message,
    };
    let line = CostLine {
        number: number.id.shared(),
        day: CostLine::day_of(at),
        category: (*price.category).into(),
        kind: (*price.kind).into(),
        model: (*price.model).into(),
    };
    CostNote { line, billed: if price.billable { Billed::Charged } else { Billed::Free }, of }
}
