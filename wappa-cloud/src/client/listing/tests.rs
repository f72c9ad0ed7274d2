//! Pages, one after the other.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::TryStreamExt;
use serde_json::{Value, json};

use crate::{
    client::Graph,
    id::ObjectId,
    secret::AccessToken,
    transport::{BoxFuture, GraphRequest, GraphResponse, Transport, TransportError},
};

use super::super::node::Node;

/// Answers with these, one after the other, and remembers what it was asked.
struct Pages {
    answers: Mutex<Vec<Value>>,
    asked: Mutex<Vec<Vec<(String, String)>>>,
}

impl Transport for Pages {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        self.asked.lock().unwrap().push(request.query);
        let body = Bytes::from(self.answers.lock().unwrap().remove(0).to_string());
        Box::pin(
            async move { Ok(GraphResponse { status: 200, retry_after: None, content_type: None, body }) },
        )
    }
}

async fn list(limit: u32, answers: Vec<Value>) -> (Vec<String>, Vec<String>) {
    let pages = Arc::new(Pages { answers: Mutex::new(answers), asked: Mutex::default() });
    let graph = Graph::new(Arc::clone(&pages) as Arc<dyn Transport>);
    let token = AccessToken::new("EAAB");
    let listing = Node::new(&graph, &token, "1").list::<ObjectId>("things").limit(limit);
    let items: Vec<ObjectId> = listing.stream().try_collect().await.unwrap();
    let asked = pages.asked.lock().unwrap();
    let cursors = asked.iter().map(|query| {
        query.iter().find(|(key, _)| key == "after").map_or(String::new(), |(_, cursor)| cursor.clone())
    });
    assert!(pages.answers.lock().unwrap().is_empty(), "a page was not asked for");
    (items.iter().map(ToString::to_string).collect(), cursors.collect())
}

#[tokio::test]
async fn next_leads_on_and_its_absence_ends_the_list() {
    let (items, cursors) = list(
        10,
        vec![
            json!({"data": ["1", "2"], "paging": {"cursors": {"after": "A"}, "next": "https://…"}}),
            json!({"data": [], "paging": {"cursors": {"after": "B"}, "next": "https://…"}}),
            json!({"data": [3], "paging": {"cursors": {"before": "B", "after": "C"}}}),
        ],
    )
    .await;
    assert_eq!((items.join(" "), cursors.join(" ")), ("1 2 3".into(), " A B".into()));
}

#[tokio::test]
async fn a_full_page_leads_on_without_next() {
    let (items, cursors) = list(
        2,
        vec![
            json!({"data": ["1", "2"], "paging": {"cursors": {"after": "A"}}}),
            json!({"data": ["3"], "paging": {"cursors": {"after": "B"}}}),
        ],
    )
    .await;
    assert_eq!((items.len(), cursors.len()), (3, 2));
}

#[tokio::test]
async fn a_cursor_that_leads_to_itself_ends_the_list() {
    let page = json!({"data": ["1"], "paging": {"cursors": {"after": "A"}, "next": "https://…"}});
    let (items, _) = list(2, vec![page.clone(), page]).await;
    assert_eq!(items.len(), 2);
}

#[tokio::test]
async fn lists_inside_an_object_and_no_list_at_all_are_read() {
    assert_eq!(list(2, vec![json!({"data": {"groups": ["7"]}})]).await.0, ["7"]);
    assert!(list(2, vec![json!({})]).await.0.is_empty());
    assert_eq!(list(5, vec![json!({"data": [{"odd": 1}, "7"], "paging": {}})]).await.0, ["7"]);
}
