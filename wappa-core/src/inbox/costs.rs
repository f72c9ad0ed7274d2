//! What a status says of the price of its message, as it is counted.

use sha2::{Digest, Sha256};
use wappa_cloud::{DedupKey, Price, Timestamp};

use crate::{
    numbers::Number,
    store::{Billed, CostLine, CostNote, Priced},
};

pub(super) fn note(price: &Price<'_>, number: &Number, at: Timestamp) -> CostNote {
    // By conversation, every message of one tells the same price.
    let of = match &price.conversation {
        Some(id) if price.model == "CBP" => Priced::Conversation(conversation(number, id)),
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

fn conversation(number: &Number, id: &str) -> DedupKey {
    let mut hash = Sha256::new();
    hash.update(b"conversation\0");
    hash.update(number.id.as_str());
    hash.update([0]);
    hash.update(id);
    let mut key = [0; 16];
    key.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    DedupKey(u128::from_le_bytes(key))
}
