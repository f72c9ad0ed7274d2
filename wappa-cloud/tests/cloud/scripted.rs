use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use wappa_cloud::{BoxFuture, Graph, GraphRequest, GraphResponse, Transport, TransportError};

/// Meta, as an example needs it: so many answers, one after the other.
struct Scripted(Mutex<VecDeque<(u16, &'static str)>>);

impl Transport for Scripted {
    fn call(&self, _: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        let (status, body) = self.0.lock().unwrap().pop_front().expect("an answer for every call");
        let response = GraphResponse { status, retry_after: None, content_type: None, body: body.into() };
        Box::pin(async move { Ok(response) })
    }
}

/// A client to which Meta answers this.
pub fn graph<const N: usize>(answers: [(u16, &'static str); N]) -> Graph {
    Graph::new(Arc::new(Scripted(Mutex::new(answers.into()))))
}
