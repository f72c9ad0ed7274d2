//! A screen of a Flow, and the data it is given.

use serde_json::{Map, Value, json};

use super::Component;

/// A screen (Meta: *Flow JSON, Screens*): at most 50 components.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Screen {
    id: String,
    title: String,
    data: Map<String, Value>,
    children: Vec<Component>,
    beside: Map<String, Value>,
}

/// Data that a screen is given: its type, and an example that the preview shows.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Data(Value);

impl Data {
    /// A text.
    pub fn text(example: impl Into<String>) -> Self {
        Self(json!({ "type": "string", "__example__": example.into() }))
    }

    /// A number.
    pub fn number(example: f64) -> Self {
        Self(json!({ "type": "number", "__example__": example }))
    }

    /// Yes or no; `true` is the example.
    pub fn flag() -> Self {
        Self(json!({ "type": "boolean", "__example__": true }))
    }

    /// What people choose from: pairs of id and title.
    pub fn items<I: Into<String>, T: Into<String>>(example: impl IntoIterator<Item = (I, T)>) -> Self {
        let example =
            example.into_iter().map(|(id, title)| json!({ "id": id.into(), "title": title.into() }));
        let example: Vec<Value> = example.collect();
        let text = json!({ "type": "string" });
        let item = json!({ "type": "object", "properties": { "id": text, "title": text } });
        Self(json!({ "type": "array", "items": item, "__example__": example }))
    }

    /// Anything, as JSON Schema with an `__example__`.
    pub fn schema(schema: Value) -> Self {
        Self(schema)
    }
}

impl Screen {
    /// An empty screen. The id has letters and underscores; the title is shown above.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            data: Map::new(),
            children: Vec::new(),
            beside: Map::new(),
        }
    }

    /// Declares data that the screen is given, by whoever opens it.
    pub fn data(mut self, name: impl Into<String>, data: Data) -> Self {
        self.data.insert(name.into(), data.0);
        self
    }

    /// Adds a component below the others.
    pub fn child(mut self, component: Component) -> Self {
        self.children.push(component);
        self
    }

    /// The Flow may end here.
    pub fn terminal(self) -> Self {
        self.beside("terminal", true)
    }

    /// The Flow may end here, without what it was for: Meta counts it as not completed.
    pub fn terminal_without_success(self) -> Self {
        self.terminal().beside("success", false)
    }

    /// The endpoint is asked when somebody goes back to this screen.
    pub fn refresh_on_back(self) -> Self {
        self.beside("refresh_on_back", true)
    }

    /// Inputs whose content is masked in the summary that the person sees afterwards.
    pub fn sensitive<S: Into<String>>(self, inputs: impl IntoIterator<Item = S>) -> Self {
        let inputs: Vec<String> = inputs.into_iter().map(Into::into).collect();
        self.beside("sensitive", inputs)
    }

    fn beside(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.beside.insert(key.to_owned(), value.into());
        self
    }

    pub(super) fn to_value(&self) -> Value {
        let children: Vec<Value> = self.children.iter().map(Component::to_value).collect();
        let mut screen = self.beside.clone();
        screen.insert("id".to_owned(), self.id.as_str().into());
        screen.insert("title".to_owned(), self.title.as_str().into());
        if !self.data.is_empty() {
            screen.insert("data".to_owned(), Value::Object(self.data.clone()));
        }
        screen.insert("layout".to_owned(), json!({ "type": "SingleColumnLayout", "children": children }));
        Value::Object(screen)
    }
}
