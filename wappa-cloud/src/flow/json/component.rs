//! The components of a screen. What each has and how long it may be is in `table`.

use serde_json::{Map, Value, json};

use super::{Action, data};

/// A component of a screen (Meta: *Flow JSON, Components*). The constructors ask for what Meta requires; the methods add
/// the rest. What a kind of component does not have is found when the Flow is built.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Component(Map<String, Value>);

/// How an input's keyboard looks, and what it accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputType {
    /// Words.
    Text,
    /// Digits.
    Number,
    /// An e-mail address.
    Email,
    /// Hidden words.
    Password,
    /// Hidden digits.
    Passcode,
    /// A phone number.
    Phone,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FontWeight {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Both.
    BoldItalic,
    /// Neither.
    Normal,
}

/// Where photos come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoSource {
    /// The camera or the gallery.
    CameraGallery,
    /// The camera.
    Camera,
    /// The gallery.
    Gallery,
}

/// What people choose from: items, or an expression that stands for them.
#[derive(Debug, Clone, PartialEq)]
pub struct Source(Value);

impl Source {
    /// The items the screen was given as data of this name.
    pub fn data(name: &str) -> Self {
        Self(data(name).into())
    }
}

impl<I: Into<Item>, const N: usize> From<[I; N]> for Source {
    fn from(items: [I; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<I: Into<Item>> FromIterator<I> for Source {
    fn from_iter<T: IntoIterator<Item = I>>(items: T) -> Self {
        Self(Value::Array(items.into_iter().map(|item| Value::Object(item.into().0)).collect()))
    }
}

/// One thing to choose: a title of at most 30 characters.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Item(Map<String, Value>);

impl Item {
    /// `id` is what is sent when it is chosen.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        let (id, title) = (Value::String(id.into()), Value::String(title.into()));
        Self(Map::from_iter([("id".to_owned(), id), ("title".to_owned(), title)]))
    }

    /// More words: at most 300 characters.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.0.insert("description".to_owned(), Value::String(description.into()));
        self
    }

    /// A word at the side: at most 20 characters.
    pub fn metadata(mut self, metadata: impl Into<String>) -> Self {
        self.0.insert("metadata".to_owned(), Value::String(metadata.into()));
        self
    }
}

impl<I: Into<String>, T: Into<String>> From<(I, T)> for Item {
    fn from((id, title): (I, T)) -> Self {
        Self::new(id, title)
    }
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident $kind:literal ($($argument:ident $(as $key:literal)?),*);)*) => {
        impl Component {$(
            $(#[$doc])*
            pub fn $name($($argument: impl Into<String>),*) -> Self {
                Self::of($kind)$(.with(constructors!(@key $argument $($key)?), $argument.into()))*
            }
        )*}
    };
    (@key $argument:ident) => { stringify!($argument) };
    (@key $argument:ident $key:literal) => { $key };
}

constructors! {
    /// A heading: at most 80 characters.
    text_heading "TextHeading" (text);
    /// A smaller heading: at most 80 characters.
    text_subheading "TextSubheading" (text);
    /// A paragraph: at most 4,096 characters.
    text_body "TextBody" (text);
    /// Small words: at most 409 characters.
    text_caption "TextCaption" (text);
    /// A text with headings, lists, tables and pictures in Markdown.
    rich_text "RichText" (text);
    /// A line to fill in. The label has at most 20 characters.
    text_input "TextInput" (name, label);
    /// Several lines to fill in. The label has at most 20 characters.
    text_area "TextArea" (name, label);
    /// A day. The label has at most 40 characters.
    date_picker "DatePicker" (name, label);
    /// A day or a range of days in a calendar that is open. The label has at most 40 characters.
    calendar_picker "CalendarPicker" (name, label);
    /// A box to tick. The label has at most 120 characters.
    opt_in "OptIn" (name, label);
    /// Photos: at most 30. The label has at most 80 characters.
    photo_picker "PhotoPicker" (name, label);
    /// Documents: at most 30. The label has at most 80 characters.
    document_picker "DocumentPicker" (name, label);
    /// A picture: its bytes in base64.
    image "Image" (base64 as "src");
}

impl Component {
    fn of(kind: &str) -> Self {
        Self(Map::from_iter([("type".to_owned(), Value::String(kind.to_owned()))]))
    }

    /// Boxes to tick, 1 to 20. The label has at most 30 characters.
    pub fn checkbox_group(
        name: impl Into<String>,
        label: impl Into<String>,
        source: impl Into<Source>,
    ) -> Self {
        Self::choice("CheckboxGroup", name.into(), label.into(), source.into())
    }

    /// Options of which one is chosen, 1 to 20. The label has at most 30 characters.
    pub fn radio_buttons(
        name: impl Into<String>,
        label: impl Into<String>,
        source: impl Into<Source>,
    ) -> Self {
        Self::choice("RadioButtonsGroup", name.into(), label.into(), source.into())
    }

    /// A list to choose from, 1 to 200. The label has at most 20 characters.
    pub fn dropdown(name: impl Into<String>, label: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::choice("Dropdown", name.into(), label.into(), source.into())
    }

    /// Chips to choose from, 2 to 20. The label has at most 80 characters.
    pub fn chips(name: impl Into<String>, label: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::choice("ChipsSelector", name.into(), label.into(), source.into())
    }

    fn choice(kind: &str, name: String, label: String, Source(source): Source) -> Self {
        Self::of(kind).with("name", name).with("label", label).with("data-source", source)
    }

    /// The button at the bottom: at most 35 characters, one per screen.
    pub fn footer(label: impl Into<String>, action: Action) -> Self {
        Self::of("Footer").with("label", label.into()).with("on-click-action", action.into_value())
    }

    /// Words that can be tapped: at most 25 characters, two per screen.
    pub fn link(text: impl Into<String>, action: Action) -> Self {
        Self::of("EmbeddedLink").with("text", text.into()).with("on-click-action", action.into_value())
    }

    /// Pictures side by side, one to three: bytes in base64, and words for who cannot see them.
    pub fn image_carousel<S: Into<String>, A: Into<String>>(
        images: impl IntoIterator<Item = (S, A)>,
    ) -> Self {
        let image = |(src, alt): (S, A)| json!({ "src": src.into(), "alt-text": alt.into() });
        Self::of("ImageCarousel").with("images", images.into_iter().map(image).collect::<Vec<_>>())
    }

    /// Rows that lead on when they are tapped, 1 to 20: titles of at most 30 characters, and all with one action.
    pub fn navigation_list<I: Into<String>, T: Into<String>>(
        name: impl Into<String>,
        rows: impl IntoIterator<Item = (I, T)>,
        action: Action,
    ) -> Self {
        let row = |(id, title): (I, T)| json!({ "id": id.into(), "main-content": { "title": title.into() } });
        let rows: Vec<Value> = rows.into_iter().map(row).collect();
        let list = Self::of("NavigationList").with("name", name.into()).with("list-items", rows);
        list.on_click(action)
    }

    /// Shows some components if a condition holds, others if not. The condition is an
    /// [`expression`](super::expression()). Three may stand in each other.
    pub fn when(
        condition: impl Into<String>,
        then: impl IntoIterator<Item = Component>,
        otherwise: impl IntoIterator<Item = Component>,
    ) -> Self {
        let otherwise = children(otherwise);
        let when = Self::of("If").with("condition", condition.into()).with("then", children(then));
        if otherwise.is_empty() { when } else { when.with("else", otherwise) }
    }

    /// Shows the components of the case that a value equals. The value is an expression.
    pub fn switch<K: Into<String>, C: IntoIterator<Item = Component>>(
        value: impl Into<String>,
        cases: impl IntoIterator<Item = (K, C)>,
    ) -> Self {
        let cases = cases.into_iter().map(|(case, shown)| (case.into(), Value::Array(children(shown))));
        let cases = Value::Object(cases.collect());
        Self::of("Switch").with("value", value.into()).with("cases", cases)
    }

    /// Groups inputs; needed only for initial values and errors by an expression for all of them.
    pub fn form(name: impl Into<String>, inputs: impl IntoIterator<Item = Component>) -> Self {
        Self::of("Form").with("name", name.into()).with("children", children(inputs))
    }

    /// Sets a property by Meta's name, for those that have no method here.
    pub fn with(mut self, property: &str, value: impl Into<Value>) -> Self {
        self.0.insert(property.to_owned(), value.into());
        self
    }

    /// Must be filled in.
    pub fn required(self) -> Self {
        self.with("required", true)
    }

    /// Which keyboard an input has.
    pub fn input(self, input: InputType) -> Self {
        let word = match input {
            InputType::Text => "text",
            InputType::Number => "number",
            InputType::Email => "email",
            InputType::Password => "password",
            InputType::Passcode => "passcode",
            InputType::Phone => "phone",
        };
        self.with("input-type", word)
    }

    /// How a text looks.
    pub fn font_weight(self, weight: FontWeight) -> Self {
        let word = match weight {
            FontWeight::Bold => "bold",
            FontWeight::Italic => "italic",
            FontWeight::BoldItalic => "bold_italic",
            FontWeight::Normal => "normal",
        };
        self.with("font-weight", word)
    }

    /// The text is Markdown.
    pub fn markdown(self) -> Self {
        self.with("markdown", true)
    }

    /// Where photos come from.
    pub fn photo_source(self, source: PhotoSource) -> Self {
        let word = match source {
            PhotoSource::CameraGallery => "camera_gallery",
            PhotoSource::Camera => "camera",
            PhotoSource::Gallery => "gallery",
        };
        self.with("photo-source", word)
    }

    /// The fewest characters of an input.
    pub fn min_chars(self, characters: u32) -> Self {
        self.with("min-chars", characters)
    }

    /// The most characters of an input.
    pub fn max_chars(self, characters: u32) -> Self {
        self.with("max-chars", characters)
    }

    /// What happens when it is tapped.
    pub fn on_click(self, action: Action) -> Self {
        self.with("on-click-action", action.into_value())
    }

    /// What happens when something is chosen.
    pub fn on_select(self, action: Action) -> Self {
        self.with("on-select-action", action.into_value())
    }

    /// What happens when a choice is taken back.
    pub fn on_unselect(self, action: Action) -> Self {
        self.with("on-unselect-action", action.into_value())
    }

    pub(super) fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $key:literal;)*) => {
        impl Component {$(
            $(#[$doc])*
            pub fn $name(self, said: impl Into<String>) -> Self {
                self.with($key, said.into())
            }
        )*}
    };
}

texts! {
    /// Small words below an input: at most 80 characters.
    helper_text "helper-text";
    /// More words: at most 300 characters.
    description "description";
    /// What is wrong with an input.
    error_message "error-message";
    /// What an input begins with; for a choice, the id.
    init_value "init-value";
    /// Shown if this expression is true.
    visible_if "visible";
    /// Can be used if this expression is true.
    enabled_if "enabled";
    /// Must be filled in if this expression is true.
    required_if "required";
    /// What an input must match, as a regular expression.
    pattern "pattern";
    /// Words for who cannot see the picture.
    alt_text "alt-text";
    /// The first day that can be chosen, `YYYY-MM-DD`.
    min_date "min-date";
    /// The last day that can be chosen, `YYYY-MM-DD`.
    max_date "max-date";
}

fn children(components: impl IntoIterator<Item = Component>) -> Vec<Value> {
    components.into_iter().map(|component| component.to_value()).collect()
}
