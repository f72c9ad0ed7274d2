//! Graph without a port: answers the calls of a bot in the same process from the world.

use futures_util::future::BoxFuture;
use wappa_cloud::{GraphRequest, GraphResponse, RequestBody, Target, Transport, TransportError};

use crate::emulator::Emulator;
use crate::world::graph::{FormFile, GraphBody, GraphCall};

pub(crate) struct InProcess {
    emulator: Emulator,
}

impl InProcess {
    pub(crate) fn new(emulator: Emulator) -> Self {
        Self { emulator }
    }
}

impl Transport for InProcess {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        Box::pin(async move {
            let answer = self.emulator.graph(call(request)).await;
            Ok(GraphResponse {
                status: answer.status,
                retry_after: None,
                content_type: Some(answer.content_type),
                body: answer.body,
            })
        })
    }
}

fn call(request: GraphRequest) -> GraphCall {
    let (path, mut query) = match request.target {
        Target::Node(path) => (path, Vec::new()),
        // Whatever its host is called: in this process there is no other to go to.
        Target::Url(url) => parts(&url),
    };
    query.extend(request.query);
    let body = match request.body {
        RequestBody::Empty => GraphBody::Empty,
        RequestBody::Json(body) => GraphBody::Json(body),
        RequestBody::Multipart { fields, file } => GraphBody::Form {
            fields,
            file: Some(FormFile { name: Some(file.name), mime: Some(file.mime), bytes: file.bytes }),
        },
    };
    let token = request.token.map(|token| token.expose().to_owned());
    GraphCall { method: request.method, path, query, token, body }
}

/// Path and query of an absolute URL. Our own URLs have nothing in them that is percent-encoded.
fn parts(url: &str) -> (String, Vec<(String, String)>) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    (path.to_owned(), query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        let (path, query) = parts("http://127.0.0.1:8001/media-download/7?ext=1&hash=ab");
        assert_eq!(path, "media-download/7");
        assert_eq!(query, [("ext".to_owned(), "1".to_owned()), ("hash".to_owned(), "ab".to_owned())]);
    }
}
