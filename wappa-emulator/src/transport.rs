//! Graph without a port: answers the calls of a bot in the same process from the world.

use std::time::Duration;
use wappa_cloud::{
    BoxFuture, GraphRequest, GraphResponse, RequestBody, Target, Transport, TransportError,
    TransportErrorKind,
};

use crate::emulator::Emulator;
use crate::world::graph::{FormFile, GraphBody, GraphCall, Heard};

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
            let most = request.max_answer.unwrap_or(GraphRequest::MAX_ANSWER);
            // The token goes to this emulator and nowhere else, as Meta's goes to Meta's hosts alone.
            let call = call(request, &self.emulator.origin()).ok_or(TransportErrorKind::Refused)?;
            let answer = self.emulator.graph(call).await;
            match answer.heard {
                Heard::Now => {}
                Heard::After(wait) => self.emulator.pause(wait).await,
                // Nobody's patience is tried here: a caller in this process hears at once that it ran out.
                Heard::Never => return Err(TransportErrorKind::Timeout.into()),
            }
            if answer.body.len() > most {
                return Err(TransportErrorKind::TooLarge.into());
            }
            Ok(GraphResponse {
                status: answer.status,
                retry_after: answer.retry_after.map(Duration::from_secs),
                content_type: Some(answer.content_type),
                body: answer.body,
            })
        })
    }
}

fn call(request: GraphRequest, origin: &str) -> Option<GraphCall> {
    let (path, mut query) = match request.target {
        Target::Node(path) | Target::Api(path) => (path, Vec::new()),
        Target::Url(url) => parts(url.strip_prefix(origin)?)?,
        // Nobody else is in this process.
        Target::Public(_) => return None,
    };
    query.extend(request.query);
    let body = match request.body {
        RequestBody::Empty => GraphBody::Empty,
        RequestBody::Json(body) => GraphBody::Json(body),
        RequestBody::Form(fields) => GraphBody::Form { fields, file: None },
        RequestBody::Chunk { offset, bytes } => GraphBody::Chunk { offset, bytes },
        RequestBody::Multipart { fields, file } => GraphBody::Form {
            fields,
            file: Some(FormFile { name: Some(file.name), mime: Some(file.mime), bytes: file.bytes }),
        },
    };
    let token = request.token.map(|token| token.expose().to_owned());
    Some(GraphCall { method: request.method, path, query, token, body })
}

/// Path and query of a URL below our origin. Our own URLs have nothing in them that is percent-encoded.
fn parts(below: &str) -> Option<(String, Vec<(String, String)>)> {
    let path = below.strip_prefix('/')?;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    Some((path.to_owned(), query))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(url: &str) -> Option<String> {
        let request = GraphRequest::new(http::Method::GET, Target::Url(url.to_owned()));
        call(request, "http://127.0.0.1:8001").map(|call| format!("{} {:?}", call.path, call.query))
    }

    #[test]
    fn only_urls_of_this_emulator_are_called() {
        let own = path("http://127.0.0.1:8001/media-download/7?ext=1&hash=ab");
        assert_eq!(own.as_deref(), Some(r#"media-download/7 [("ext", "1"), ("hash", "ab")]"#));
        for other in
            ["http://127.0.0.1:80011/x", "http://127.0.0.1:8001@evil.example/x", "https://evil.example/"]
        {
            assert_eq!(path(other), None, "{other}");
        }
    }
}
