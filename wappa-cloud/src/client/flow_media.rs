//! Files that people pick in a Flow: fetched without a token, and decrypted.

use http::Method;

use super::{Graph, GraphError};
use crate::{
    code::ErrorKind,
    flow::FlowMedia,
    transport::{GraphRequest, Target},
};

/// The most that `max-file-size-kb` of a picker may be, and what encryption adds.
const MOST: usize = 25_600 * 1024 + 1024;

impl Graph {
    /// Fetches a file that somebody picked in a Flow, checks it and decrypts it: at most 25 MB (Meta: *Media upload
    /// components*).
    ///
    /// # Errors
    /// It is gone, larger, or not what was picked.
    pub async fn flow_media(&self, media: &FlowMedia) -> Result<Vec<u8>, GraphError> {
        let fetch = GraphRequest {
            max_answer: Some(MOST),
            ..GraphRequest::new(Method::GET, Target::Public(media.cdn_url.clone()))
        };
        let response = self.transport.call(fetch).await?;
        if !response.is_success() {
            let message = format!("the address of the picked file answered {}", response.status);
            return Err(GraphError::local(ErrorKind::Media, message));
        }
        media.decrypt(&response.body).map_err(|error| GraphError::local(ErrorKind::Media, error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base64::{Engine, prelude::BASE64_STANDARD};
    use serde_json::Value;

    use super::*;
    use crate::transport::{BoxFuture, GraphResponse, Transport, TransportError};

    /// Answers this, if it is asked without a token for an address of a stranger's.
    struct Cdn(u16, Vec<u8>);

    impl Transport for Cdn {
        fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
            assert!(request.token.is_none() && matches!(request.target, Target::Public(_)));
            let body = self.1.clone().into();
            let answer = GraphResponse { status: self.0, retry_after: None, content_type: None, body };
            Box::pin(async move { Ok(answer) })
        }
    }

    #[tokio::test]
    async fn a_picked_file_is_fetched_and_decrypted() {
        let vectors: Value = serde_json::from_str(include_str!("../flow/vectors/media.json")).unwrap();
        let bytes = |key: &str| BASE64_STANDARD.decode(vectors[key].as_str().unwrap()).unwrap();
        let media: FlowMedia = serde_json::from_value(vectors["media"].clone()).unwrap();
        let fetched = Graph::new(Arc::new(Cdn(200, bytes("cdn")))).flow_media(&media).await;
        assert_eq!(fetched.unwrap(), bytes("plain"));
        let gone = Graph::new(Arc::new(Cdn(404, Vec::new()))).flow_media(&media).await.unwrap_err();
        assert!(gone.to_string().contains("404"), "{gone}");
        let other = Graph::new(Arc::new(Cdn(200, vec![0; 64]))).flow_media(&media).await.unwrap_err();
        assert_eq!(other.kind(), ErrorKind::Media);
    }
}
