//! What the world keeps of things that only Graph shows: settings, Flows, groups, calls, subscriptions. As Graph writes
//! them, by the id of what they belong to and a name.

use serde_json::{Map, Value, json};

use super::World;
use super::change::Change;
use super::refusal::Refusal;

impl World {
    /// A record, or an empty one.
    pub(crate) fn record(&self, of: &str, name: &str) -> Value {
        let kept = self.state.records.get(&(of.to_owned(), name.to_owned()));
        kept.cloned().unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// Puts a record in its place, or takes it away.
    pub(crate) fn keep_record(&mut self, of: &str, name: &str, value: Option<Value>) {
        let there = self.state.records.get(&(of.to_owned(), name.to_owned()));
        if there != value.as_ref() {
            self.put(Change::Record { of: of.to_owned(), name: name.to_owned(), value });
        }
    }

    /// Keeps something that has an id and an owner.
    pub(crate) fn keep_node(&mut self, kind: &str, owner: &str, id: &str, mut node: Value) {
        node["kind"] = json!(kind);
        node["owner"] = json!(owner);
        self.keep_record(id, "node", Some(node));
    }

    /// Everything of this kind that this owner has, in the order of ids.
    pub(crate) fn nodes(&self, kind: &str, owner: &str) -> Vec<Value> {
        let nodes = self.state.records.values();
        nodes.filter(|node| node["kind"] == kind && node["owner"] == owner).cloned().collect()
    }

    /// The thing of this kind with this id.
    pub(crate) fn node_of(&self, kind: &str, id: &str, method: &str) -> Result<Value, Refusal> {
        let node = self.record(id, "node");
        if node["kind"] == kind { Ok(node) } else { Err(Refusal::no_such_object(method, id)) }
    }
}
