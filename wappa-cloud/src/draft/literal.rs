//! Literals whose limits the compiler checks.

/// A [`Button`](crate::Button) of two constant texts; the compiler checks that the id has at most 256 characters and the
/// title at most 20 (Meta: *Interactive reply buttons messages*).
///
/// ```
/// use wappa_cloud::{Buttons, button};
///
/// let buttons = Buttons::new("Deliver today?").with(button!("y", "Yes")).with(button!("n", "Not today"));
/// # let _ = buttons;
/// ```
///
/// ```compile_fail,E0080
/// wappa_cloud::button!("y", "Yes, by all means, please");
/// ```
///
/// ```compile_fail,E0080
/// wappa_cloud::button!("y", "");
/// ```
#[macro_export]
macro_rules! button {
    ($id:expr, $title:expr $(,)?) => {{
        const {
            $crate::limits::BUTTON_ID.assert($id);
            $crate::limits::BUTTON_TITLE.assert($title);
        };
        $crate::Button::new($id, $title)
    }};
}

/// A [`Row`](crate::Row) of constant texts: id, title and perhaps a description. The compiler checks that they have at most
/// 200, 24 and 72 characters (Meta: *Interactive list messages*).
///
/// ```
/// use wappa_cloud::{List, row};
///
/// let list = List::new("What would you like?", "See pizzas")
///     .rows("Classics", [row!("m", "Margherita", "Tomato, mozzarella"), row!("a", "Marinara")]);
/// # let _ = list;
/// ```
///
/// ```compile_fail,E0080
/// wappa_cloud::row!("m", "Margherita, the one with mozzarella");
/// ```
#[macro_export]
macro_rules! row {
    ($id:expr, $title:expr $(,)?) => {{
        const {
            $crate::limits::ROW_ID.assert($id);
            $crate::limits::ROW_TITLE.assert($title);
        };
        $crate::Row::new($id, $title)
    }};
    ($id:expr, $title:expr, $description:expr $(,)?) => {{
        const { $crate::limits::ROW_DESCRIPTION.assert($description) };
        $crate::row!($id, $title).description($description)
    }};
}

/// A [`Text`](crate::Text) of a constant; the compiler checks that it has at most 4,096 characters (Meta: *Text
/// messages*).
///
/// ```
/// let hello = wappa_cloud::text!("Hello!");
/// # let _ = hello;
/// ```
///
/// ```compile_fail,E0080
/// wappa_cloud::text!("");
/// ```
#[macro_export]
macro_rules! text {
    ($body:expr $(,)?) => {{
        const { $crate::limits::TEXT_BODY.assert($body) };
        $crate::Text::new($body)
    }};
}

/// A constant text that the compiler has held against any [`Limit`](crate::limits::Limit), for builders of any kind.
///
/// ```
/// use wappa_cloud::{fits, flow::json::{Action, Component}, limits::FLOW_FOOTER};
///
/// let footer = Component::footer(fits!(FLOW_FOOTER, "Continue"), Action::complete());
/// # let _ = footer;
/// ```
///
/// ```compile_fail,E0080
/// wappa_cloud::fits!(wappa_cloud::limits::FLOW_FOOTER, "Continue to the very last of all of these screens");
/// ```
#[macro_export]
macro_rules! fits {
    ($limit:expr, $text:expr $(,)?) => {{
        const { $limit.assert($text) };
        $text
    }};
}
