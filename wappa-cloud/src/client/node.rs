//! One object of the Graph API and the calls made to it; what every family of calls is written with.

use ::http::Method;
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

use super::{Graph, GraphError, Listing, Success};
use crate::{
    code::ErrorKind,
    secret::AccessToken,
    transport::{FilePart, GraphRequest, GraphResponse, RequestBody, Target},
};

/// On or off: what a setting is switched to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// Whether it is on.
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

impl Serialize for Switch {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(self.is_on())
    }
}

/// An object, by id, as one token reaches it.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    graph: &'a Graph,
    token: Option<&'a AccessToken>,
    id: &'a str,
}

/// A call in the making. What is wrong with it is said when it is made.
#[must_use]
pub(super) struct Call<'a> {
    graph: &'a Graph,
    request: Result<GraphRequest, GraphError>,
}

impl<'a> Node<'a> {
    pub(super) fn new(graph: &'a Graph, token: &'a AccessToken, id: &'a str) -> Self {
        Self { graph, token: Some(token), id }
    }

    /// Without a token: what the call proves itself by is among its parameters.
    pub(super) fn anonymous(graph: &'a Graph, id: &'a str) -> Self {
        Self { graph, token: None, id }
    }

    pub(super) fn get(self, edge: &str) -> Call<'a> {
        self.call(Method::GET, edge)
    }

    pub(super) fn post(self, edge: &str) -> Call<'a> {
        self.call(Method::POST, edge)
    }

    pub(super) fn delete(self, edge: &str) -> Call<'a> {
        self.call(Method::DELETE, edge)
    }

    pub(super) fn list<T: DeserializeOwned>(self, edge: &str) -> Listing<'a, T> {
        Listing::new(self.graph, self.get(edge).request)
    }

    /// A call to this object, or to one of its edges, if `edge` isn't empty.
    fn call(self, method: Method, edge: &str) -> Call<'a> {
        let path = if edge.is_empty() { self.id.to_owned() } else { format!("{}/{edge}", self.id) };
        let mut request = path_of_ids(&path).map(|()| GraphRequest::new(method, Target::Node(path)));
        if let Ok(request) = &mut request {
            request.token = self.token.cloned();
        }
        Call { graph: self.graph, request }
    }
}

impl Call<'_> {
    /// On Meta's other host, which knows no versions.
    pub(super) fn on_api_host(mut self) -> Self {
        if let Ok(request) = &mut self.request
            && let Target::Node(path) = &mut request.target
        {
            request.target = Target::Api(std::mem::take(path));
        }
        self
    }

    pub(super) fn query(mut self, key: &str, value: impl Into<String>) -> Self {
        if let Ok(request) = &mut self.request {
            request.query.push((key.to_owned(), value.into()));
        }
        self
    }

    pub(super) fn maybe(self, key: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.query(key, value),
            None => self,
        }
    }

    pub(super) fn json(self, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).map(|body| RequestBody::Json(Bytes::from(body)));
        self.body(body.map_err(|source| GraphError::local(ErrorKind::InvalidRequest, source.to_string())))
    }

    /// JSON that names the product, as most calls below a number want.
    pub(super) fn product(self, body: &impl Serialize) -> Self {
        #[derive(Serialize)]
        struct Whatsapp<'a, T> {
            messaging_product: &'static str,
            #[serde(flatten)]
            body: &'a T,
        }
        self.json(&Whatsapp { messaging_product: "whatsapp", body })
    }

    pub(super) fn form(self, fields: Vec<(String, String)>) -> Self {
        self.body(Ok(RequestBody::Form(fields)))
    }

    pub(super) fn file(self, fields: Vec<(String, String)>, file: FilePart) -> Self {
        self.body(Ok(RequestBody::Multipart { fields, file }))
    }

    pub(super) fn chunk(self, offset: u64, bytes: Bytes) -> Self {
        self.body(Ok(RequestBody::Chunk { offset, bytes }))
    }

    /// Refuses to make the call if something about it was found wrong.
    pub(super) fn checked(mut self, found: Result<(), GraphError>) -> Self {
        if let (Ok(_), Err(error)) = (&self.request, found) {
            self.request = Err(error);
        }
        self
    }

    fn body(mut self, body: Result<RequestBody, GraphError>) -> Self {
        match (&mut self.request, body) {
            (Ok(request), Ok(body)) => request.body = body,
            (request @ Ok(_), Err(error)) => *request = Err(error),
            (Err(_), _) => {}
        }
        self
    }

    /// Makes the call and reads the answer.
    pub(super) async fn answer<T: DeserializeOwned>(self) -> Result<T, GraphError> {
        self.graph.answer(self.request?).await
    }

    /// Makes the call; Meta must say that it was done.
    pub(super) async fn done(self) -> Result<(), GraphError> {
        self.answer::<Success>().await?.confirmed()
    }

    /// Makes the call. An error comes with the answer it was read from, for calls that can fail in part.
    pub(super) async fn response(self) -> Result<GraphResponse, (GraphError, Option<GraphResponse>)> {
        let request = self.request.map_err(|error| (error, None))?;
        let response = self.graph.transport.call(request).await.map_err(|error| (error.into(), None))?;
        if response.is_success() {
            return Ok(response);
        }
        Err((GraphError::refused(&response), Some(response)))
    }
}

/// Refuses ids that would lead to another object than the one they are said to name.
fn path_of_ids(path: &str) -> Result<(), GraphError> {
    let is_id = |part: &str| {
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '?' | '#' | '\\' | '%');
        !part.is_empty() && part != "." && part != ".." && part.chars().all(plain)
    };
    if path.split('/').all(is_id) {
        return Ok(());
    }
    let message = "an id is empty or has characters that no id has".to_owned();
    Err(GraphError::local(ErrorKind::InvalidRequest, message))
}

/// Fields of a form.
pub(super) fn fields<const N: usize>(pairs: [(&str, Option<&str>); N]) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .filter_map(|(key, value)| value.map(|value| (key.to_owned(), value.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_one_object() {
        for good in ["106540352242922", "1/messages", "upload:MTphdHRhY2htZW50?sig"] {
            assert_eq!(path_of_ids(good).is_ok(), !good.contains('?'), "{good}");
        }
        for bad in ["", "/messages", "1/../2", "..", "1?fields=x", "1#", "1 2", "1/%2e%2e", "1\n"] {
            assert!(path_of_ids(bad).is_err(), "{bad:?}");
        }
    }
}
