//! The limits of files, by their bytes.

use bytes::Bytes;
use serde_json::json;
use wappa_cloud::limits::{self as l, Limit};
use wappa_cloud::{
    Audio, Document, Draft, DraftError, FilePart, GraphRequest, Image, IntoDraft, MediaId, MediaKind,
    RequestBody, Sticker, Target, Video,
};

use super::Side;

pub(super) const LIMITS: &[&Limit] = &[
    &l::IMAGE_SIZE,
    &l::VIDEO_SIZE,
    &l::AUDIO_SIZE,
    &l::DOCUMENT_SIZE,
    &l::STICKER_SIZE,
    &l::STATIC_STICKER_SIZE,
];

/// A kind of file of so many bytes, as a draft and as Meta is sent it.
struct File {
    limit: &'static Limit,
    kind: MediaKind,
    mime: &'static str,
    begins: &'static [u8],
    draft: fn(Bytes, &'static str) -> Result<Draft, DraftError>,
}

const MOVING: &[u8] = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0";
const STILL: &[u8] = b"RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0\0\0\0\0";

#[rustfmt::skip]
const FILES: &[File] = &[
    File { limit: &l::IMAGE_SIZE, kind: MediaKind::Image, mime: "image/png", begins: b"", draft: |bytes, mime| Image::bytes(bytes, mime).into_draft() },
    File { limit: &l::VIDEO_SIZE, kind: MediaKind::Video, mime: "video/mp4", begins: b"", draft: |bytes, mime| Video::bytes(bytes, mime).into_draft() },
    File { limit: &l::AUDIO_SIZE, kind: MediaKind::Audio, mime: "audio/ogg", begins: b"", draft: |bytes, mime| Audio::bytes(bytes, mime).into_draft() },
    File { limit: &l::DOCUMENT_SIZE, kind: MediaKind::Document, mime: "application/pdf", begins: b"", draft: |bytes, mime| Document::bytes(bytes, mime).into_draft() },
    File { limit: &l::STICKER_SIZE, kind: MediaKind::Sticker, mime: "image/webp", begins: MOVING, draft: |bytes, mime| Sticker::bytes(bytes, mime).into_draft() },
    File { limit: &l::STATIC_STICKER_SIZE, kind: MediaKind::Sticker, mime: "image/webp", begins: STILL, draft: |bytes, mime| Sticker::bytes(bytes, mime).into_draft() },
];

impl File {
    fn bytes(&self, length: usize) -> Bytes {
        let mut bytes = self.begins.to_vec();
        bytes.resize(length, 0);
        bytes.into()
    }
}

impl Side {
    /// Uploads and sends a file without asking the client whether it may; the code with which one of these is refused.
    async fn raw_file(&self, file: &File, length: usize) -> Option<u64> {
        let path = |edge: &str| Target::Node(format!("{}/{edge}", self.of.phone_number_id));
        let request = |edge: &str, body| GraphRequest {
            token: Some(self.of.access_token.clone()),
            body,
            ..GraphRequest::new(http::Method::POST, path(edge))
        };
        let fields = vec![("messaging_product".to_owned(), "whatsapp".to_owned())];
        let part = FilePart { name: "file".into(), mime: file.mime.into(), bytes: file.bytes(length) };
        let upload = request("media", RequestBody::Multipart { fields, file: part });
        let answer = self.last.to.call(upload).await.unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        let Some(id) = answer["id"].as_str() else { return answer["error"]["code"].as_u64() };
        let kind = file.kind.as_str();
        let wa_id = self.ana.person().wa_id.as_ref();
        let body = json!({"messaging_product": "whatsapp", "to": wa_id, "type": kind, kind: {"id": id}});
        self.refusal(request("messages", RequestBody::Json(body.to_string().into()))).await
    }
}

#[tokio::test]
async fn one_byte_over_each_limit_is_refused_here_and_there() {
    let side = Side::open().await;
    for file in FILES {
        let File { limit, kind, mime, .. } = file;
        let most = (file.draft)(file.bytes(limit.max), mime).unwrap();
        // A hundred megabytes are hashed elsewhere.
        if limit.max <= l::STICKER_SIZE.max {
            let upload = most.upload().unwrap();
            let (token, number) = (&side.of.access_token, &side.of.phone_number_id);
            let id: MediaId = side.graph.upload(token, number, upload).await.unwrap();
            let sent = most.with_media(&id).to_json(&side.to, None).unwrap();
            side.graph.send(token, number, sent).await.unwrap();
        }
        let error = (file.draft)(file.bytes(limit.max + 1), mime).unwrap_err().to_string();
        for part in [kind.as_str(), &limit.max.to_string(), limit.unit.mend()] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(side.raw_file(file, limit.max + 1).await, Some(131_053), "{}", limit.name);
    }
}
