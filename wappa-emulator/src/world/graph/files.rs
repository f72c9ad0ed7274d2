//! Media over Graph: upload, look-up, download, delete, and whether a file may be sent as what it is sent as.

use serde_json::{Value, json};
use wappa_cloud::limits::{self, media_rule};
use wappa_cloud::{MediaId, MediaKind, Motion};

use super::{Files, FormFile, Good, GraphCall, ReplyBody, fields};
use crate::world::World;
use crate::world::media_url::{Works, media_url, still_works};
use crate::world::model::{Media, Side};
use crate::world::refusal::Refusal;

const KINDS: [MediaKind; 5] =
    [MediaKind::Image, MediaKind::Video, MediaKind::Audio, MediaKind::Document, MediaKind::Sticker];

impl World {
    pub(super) fn upload(
        &mut self,
        now: i64,
        form: &[(String, String)],
        file: Option<FormFile>,
    ) -> Result<Good, Refusal> {
        let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        if field("messaging_product") != Some("whatsapp") {
            return Err(Refusal::parameter(
                "The parameter messaging_product is required and must be whatsapp.",
            ));
        }
        let file = file.ok_or_else(|| Refusal::parameter("The parameter file is required."))?;
        let mime = file
            .mime
            .as_deref()
            .filter(|mime| *mime != "application/octet-stream")
            .or_else(|| field("type"))
            .ok_or_else(|| Refusal::parameter("The parameter type is required."))?
            .to_owned();
        let most = KINDS.iter().filter_map(|kind| media_rule(*kind, &mime)).map(|rule| rule.max_bytes).max();
        let most = most.ok_or_else(|| {
            Refusal::new(131_053, format!("Parameter 'file' has a type that WhatsApp doesn't take: {mime}"))
        })?;
        if file.bytes.is_empty() {
            return Err(Refusal::new(131_053, "Parameter 'file' is empty."));
        }
        if file.bytes.len() as u64 > most as u64 {
            return Err(Refusal::new(
                131_053,
                format!("Parameter 'file' has {} bytes; {mime} may have at most {most}.", file.bytes.len()),
            ));
        }
        let media = self.add_media(now, Side::Business, &mime, &file.bytes, file.name);
        Ok(Good {
            body: ReplyBody::Json(json!({ "id": media.id })),
            files: Files::Keep(media.id, file.bytes),
            summary: format!("uploads {mime}"),
        })
    }

    pub(super) fn media_info(&self, now: i64, call: &GraphCall, id: &MediaId) -> Option<Good> {
        let media = self.kept(now, id)?;
        let number =
            self.state.numbers.iter().find(|number| call.token.as_deref() == Some(&number.access_token))?;
        Some(Good::json(
            "looks up media",
            json!({
                "messaging_product": "whatsapp",
                "url": media_url(&self.rules.origin, number, id, now),
                "mime_type": media.mime,
                "sha256": media.sha256,
                "file_size": media.size,
                "id": id,
            }),
        ))
    }

    pub(super) fn delete_media(&mut self, now: i64, id: &MediaId) -> Option<Good> {
        self.kept(now, id)?;
        self.put(crate::world::Change::MediaGone { id: id.clone() });
        Some(Good { files: Files::Drop(id.clone()), ..Good::success("deletes media") })
    }

    pub(super) fn download(&self, now: i64, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        let gone = || Refusal::no_such_object("GET", id);
        let id = MediaId::from(id);
        let media = self.kept(now, &id).ok_or_else(gone)?;
        let (ext, hash) = (call.query("ext").unwrap_or_default(), call.query("hash").unwrap_or_default());
        let works =
            self.state.numbers.iter().any(|number| still_works(number, &id, ext, hash, now) == Works::Yes);
        if !works {
            return Err(gone());
        }
        Ok(Good {
            body: ReplyBody::File(media.clone()),
            files: Files::Untouched,
            summary: format!("downloads {}", media.mime),
        })
    }

    fn kept(&self, now: i64, id: &MediaId) -> Option<&Media> {
        self.state.media(id).filter(|media| media.expires_at > now)
    }

    /// The uploaded file, if it may be sent as this kind.
    pub(super) fn uploaded(
        &self,
        now: i64,
        kind: MediaKind,
        at: &str,
        id: &MediaId,
    ) -> Result<&Media, Refusal> {
        let media = self.kept(now, id).ok_or_else(|| {
            Refusal::parameter(format!(
                "Param {at}['id'] is not a valid whatsapp business account media attachment ID"
            ))
        })?;
        match media_rule(kind, &media.mime) {
            None => {
                Err(Refusal::new(131_053, format!("Parameter '{at}': {} can't be sent as {at}.", media.mime)))
            }
            Some(rule) => {
                let stands_still = kind == MediaKind::Sticker && media.motion == Some(Motion::Still);
                let most = if stands_still { limits::STATIC_STICKER_SIZE.max } else { rule.max_bytes };
                if media.size <= most as u64 {
                    return Ok(media);
                }
                let size = media.size;
                let why = format!("Parameter '{at}': the file has {size} bytes; at most {most} are allowed.");
                Err(Refusal::new(131_053, why))
            }
        }
    }

    /// Reads `id` or `link` of a media part: the file, the link and the MIME type.
    pub(super) fn file(
        &self,
        now: i64,
        kind: MediaKind,
        at: &str,
        part: &Value,
    ) -> Result<(Option<MediaId>, Option<String>, String), Refusal> {
        let id = match &part["id"] {
            Value::Number(id) => Some(id.to_string()),
            id => fields::maybe(id, &format!("{at}.id"))?,
        };
        match (id, &part["link"]) {
            (Some(_), link) if !link.is_null() => {
                Err(Refusal::invalid(at, "must have either id or link, but has both"))
            }
            (Some(id), _) => {
                let id = MediaId::from(id);
                let mime = self.uploaded(now, kind, at, &id)?.mime.clone();
                Ok((Some(id), None, mime))
            }
            (None, Value::Null) => Err(Refusal::missing(&format!("{at}.id"))),
            (None, link) => {
                let link = fields::url(link, &format!("{at}.link"))?;
                let mime = mime_of(&link, kind).to_owned();
                Ok((None, Some(link), mime))
            }
        }
    }
}

/// Nothing is fetched: the type of a link is guessed from its ending.
fn mime_of(link: &str, kind: MediaKind) -> &'static str {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match (ending.as_str(), kind) {
        ("png", _) => "image/png",
        ("webp", _) | (_, MediaKind::Sticker) => "image/webp",
        ("jpg" | "jpeg", _) | (_, MediaKind::Image) => "image/jpeg",
        ("3gp", _) => "video/3gpp",
        ("ogg" | "opus", _) => "audio/ogg",
        (_, MediaKind::Video) => "video/mp4",
        ("m4a", _) => "audio/mp4",
        (_, MediaKind::Audio) => "audio/mpeg",
        ("pdf", _) => "application/pdf",
        ("txt", _) => "text/plain",
        _ => "application/octet-stream",
    }
}
