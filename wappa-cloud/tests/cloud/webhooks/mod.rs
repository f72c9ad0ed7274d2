//! Every webhook sample, and what becomes of it. `tests/samples/` holds one for every shape that Meta documents, and some
//! that others send: `page2022_*` as Meta's pages once printed them, placeholders and all, `dashboard_*` as the button
//! "Test" of the App Dashboard sends them, `seen_*` as other libraries' tests keep what they met, `odd_*` with parts on
//! another level than they should be, or from the API that ran on one's own machines. `tests/samples/openapi/`
//! are the webhook examples of Meta's OpenAPI description (v23.0, facebook/openapi, MIT).

mod malformed;
mod name;
mod shuffled;
mod signature;
mod table;

use std::{fs, path::PathBuf, sync::LazyLock};

use serde_json::Value;
use wappa_cloud::{Event, webhook};

/// A sample by its name.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) body: Value,
}

/// All of them, in the order of their names.
pub(crate) fn samples() -> &'static [Sample] {
    static ALL: LazyLock<Vec<Sample>> = LazyLock::new(read);
    &ALL
}

fn read() -> Vec<Sample> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut all = Vec::new();
    for (folder, prefix) in [(root.clone(), ""), (root.join("openapi"), "openapi/")] {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|end| end == "json") {
                let name = format!("{prefix}{}", path.file_stem().unwrap().to_str().unwrap());
                let body = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
                all.push(Sample { name, body });
            }
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// What a body becomes.
pub(crate) fn events(body: &Value) -> Vec<Event> {
    webhook::parse(&serde_json::to_vec(body).unwrap()).unwrap().events
}
