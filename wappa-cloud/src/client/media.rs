//! Files: up to Meta, and down from it with their hash checked (Meta: *Media*).

use ::http::Method;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Graph, GraphError, Success, request};
use crate::{
    code::ErrorKind,
    draft::Upload,
    id::{MediaId, PhoneNumberId},
    secret::AccessToken,
    transport::{FilePart, GraphRequest, MediaSource, RequestBody, Target},
};

/// A file that Meta keeps.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct MediaInfo {
    /// Its id.
    pub id: MediaId,
    /// Where it is for the next five minutes.
    pub url: String,
    /// Its MIME type.
    #[serde(default)]
    pub mime_type: Option<String>,
    /// The SHA-256 of its bytes, in hexadecimal digits or base64.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Its size in bytes.
    #[serde(default)]
    pub file_size: Option<u64>,
}

#[derive(Deserialize)]
struct Uploaded {
    id: MediaId,
}

impl Graph {
    /// Uploads a file that is in memory. Its id is good for 30 days and this number.
    ///
    /// # Errors
    /// Meta refused it, no answer came, or the source is a path, which must be read first.
    pub async fn upload(
        &self,
        token: &AccessToken,
        number: &PhoneNumberId,
        upload: &Upload,
    ) -> Result<MediaId, GraphError> {
        let MediaSource::Bytes(bytes) = &upload.source else {
            let message = "a file must be read before it can be uploaded".to_owned();
            return Err(GraphError::local(ErrorKind::Media, message));
        };
        let file =
            FilePart { name: upload.filename.clone(), mime: upload.mime.clone(), bytes: bytes.clone() };
        let fields = vec![
            ("messaging_product".to_owned(), "whatsapp".to_owned()),
            ("type".to_owned(), upload.mime.clone()),
        ];
        let body = RequestBody::Multipart { fields, file };
        let path = format!("{number}/media");
        let uploaded: Uploaded = self.answer(request(Method::POST, token, path, Vec::new(), body)).await?;
        Ok(uploaded.id)
    }

    /// Where a file is, and what Meta knows of it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn media(&self, token: &AccessToken, id: &MediaId) -> Result<MediaInfo, GraphError> {
        self.answer(request(Method::GET, token, id.to_string(), Vec::new(), RequestBody::Empty)).await
    }

    /// Fetches a file of at most `limit` bytes and checks it against its hash.
    ///
    /// # Errors
    /// The URL is too old, the file too large, or what came is not what Meta announced.
    pub async fn download(
        &self,
        token: &AccessToken,
        info: &MediaInfo,
        limit: usize,
    ) -> Result<Bytes, GraphError> {
        if info.file_size.is_some_and(|size| usize::try_from(size).is_ok_and(|size| size > limit)) {
            let message = format!("the file is larger than the {limit} bytes allowed");
            return Err(GraphError::local(ErrorKind::Media, message));
        }
        let fetch = GraphRequest {
            token: Some(token.clone()),
            max_answer: Some(limit),
            ..GraphRequest::new(Method::GET, Target::Url(info.url.clone()))
        };
        let bytes = self.call(fetch).await?.body;
        if info.sha256.as_deref().is_some_and(|announced| !is_hash_of(announced, &bytes)) {
            let message = "the file is not the one Meta announced: its SHA-256 differs".to_owned();
            return Err(GraphError::local(ErrorKind::Media, message));
        }
        Ok(bytes)
    }

    /// Has Meta forget a file.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn delete_media(&self, token: &AccessToken, id: &MediaId) -> Result<(), GraphError> {
        let delete = request(Method::DELETE, token, id.to_string(), Vec::new(), RequestBody::Empty);
        self.answer::<Success>(delete).await?.confirmed()
    }
}

fn is_hash_of(announced: &str, bytes: &[u8]) -> bool {
    let hash = Sha256::digest(bytes);
    announced.eq_ignore_ascii_case(&hex::encode(hash)) || STANDARD.encode(hash) == announced
}
