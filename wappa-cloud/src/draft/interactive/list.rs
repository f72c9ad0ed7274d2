//! List messages.

use serde_json::{Value, json};

use super::{Around, around, unique};
use crate::{
    draft::{Draft, DraftError, IntoDraft, count, object, required, within},
    limits::{
        LIST_BODY, LIST_BUTTON, LIST_ROWS, LIST_SECTIONS, ROW_DESCRIPTION, ROW_ID, ROW_TITLE, SECTION_TITLE,
    },
};

/// A button that opens a list of up to ten rows (Meta: *Interactive list messages*). The body has at most 4,096
/// characters, the button 20, a row's title 24 and its description 72.
///
/// ```
/// use wappa_cloud::{IntoDraft, List, Row, row};
///
/// let pizzas = [row!("m", "Margherita", "Tomato, mozzarella"), Row::new("q", "Quattro formaggi")];
/// let draft = List::new("What would you like?", "See pizzas").rows("Classics", pizzas).into_draft()?;
/// # let _ = draft;
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct List {
    pub(super) around: Around,
    button: String,
    sections: Vec<(String, Vec<Row>)>,
}

/// A row of a list. [`row!`](crate::row) makes one whose limits the compiler has checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Row {
    id: String,
    title: String,
    description: Option<String>,
}

impl Row {
    /// `id` comes back when it is chosen, `title` stands on it.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), description: None }
    }

    /// Small words below the title.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

impl List {
    /// A list below this text, opened by a button with these words.
    pub fn new(body: impl Into<String>, button: impl Into<String>) -> Self {
        Self { around: Around::new(body), button: button.into(), sections: Vec::new() }
    }

    /// Adds a section: a title, which may be empty if there is only one, and its rows.
    pub fn rows(mut self, title: impl Into<String>, rows: impl IntoIterator<Item = Row>) -> Self {
        self.sections.push((title.into(), rows.into_iter().collect()));
        self
    }

    /// Shortens a body that is longer than Meta allows: it ends in `…` then, and its formatting stays whole.
    pub fn fit(mut self) -> Self {
        self.around = self.around.fit(&LIST_BODY);
        self
    }
}

around!(List: text_header, footer);

impl IntoDraft for List {
    fn into_draft(self) -> Result<Draft, DraftError> {
        required(&LIST_BUTTON, &self.button)?;
        if self.sections.iter().all(|(_, rows)| rows.is_empty()) {
            return Err(DraftError::empty("interactive.action.sections.rows"));
        }
        count(&LIST_SECTIONS, self.sections.len())?;
        count(&LIST_ROWS, self.sections.iter().map(|(_, rows)| rows.len()).sum())?;
        let several = self.sections.len() > 1;
        for (title, rows) in &self.sections {
            if several {
                required(&SECTION_TITLE, title)?;
            }
            within(&SECTION_TITLE, title)?;
            for row in rows {
                required(&ROW_ID, &row.id)?;
                required(&ROW_TITLE, &row.title)?;
                if let Some(description) = &row.description {
                    within(&ROW_DESCRIPTION, description)?;
                }
            }
        }
        let ids = self.sections.iter().flat_map(|(_, rows)| rows).map(|row| row.id.as_str());
        unique(ROW_ID.name, ids)?;
        let sections: Vec<Value> = self.sections.iter().map(|(title, rows)| section(title, rows)).collect();
        let action = json!({ "button": self.button, "sections": sections });
        self.around.into_draft("list", &LIST_BODY, action)
    }
}

fn section(title: &str, rows: &[Row]) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            object([
                ("id", Some(row.id.as_str().into())),
                ("title", Some(row.title.as_str().into())),
                ("description", row.description.as_deref().map(Value::from)),
            ])
        })
        .collect();
    let title = (!title.is_empty()).then(|| Value::from(title));
    object([("title", title), ("rows", Some(rows.into()))])
}
