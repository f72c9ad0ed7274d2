//! The phone page, embedded. Its sources are in the crate's `page` folder.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

const INDEX: &str = include_str!("../../page/index.html");

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Every file the page loads: name, MIME type, text.
const ASSETS: &[(&str, &str, &str)] = &[
    ("api.js", JS, include_str!("../../page/api.js")),
    ("app.css", CSS, include_str!("../../page/app.css")),
    ("app.js", JS, include_str!("../../page/app.js")),
    ("bubbles.js", JS, include_str!("../../page/bubbles.js")),
    ("chat.css", CSS, include_str!("../../page/chat.css")),
    ("composer.js", JS, include_str!("../../page/composer.js")),
    ("content.js", JS, include_str!("../../page/content.js")),
    ("dom.js", JS, include_str!("../../page/dom.js")),
    ("flow-fields.js", JS, include_str!("../../page/flow-fields.js")),
    ("flow-parts.js", JS, include_str!("../../page/flow-parts.js")),
    ("flow-values.js", JS, include_str!("../../page/flow-values.js")),
    ("flow.css", CSS, include_str!("../../page/flow.css")),
    ("flow.js", JS, include_str!("../../page/flow.js")),
    ("format.js", JS, include_str!("../../page/format.js")),
    ("icon.svg", SVG, include_str!("../../page/icon.svg")),
    ("interactive.js", JS, include_str!("../../page/interactive.js")),
    ("json.js", JS, include_str!("../../page/json.js")),
    ("map.svg", SVG, include_str!("../../page/map.svg")),
    ("mind.js", JS, include_str!("../../page/mind.js")),
    ("network.js", JS, include_str!("../../page/network.js")),
    ("parts.js", JS, include_str!("../../page/parts.js")),
    ("people.js", JS, include_str!("../../page/people.js")),
    ("phone.js", JS, include_str!("../../page/phone.js")),
    ("player.js", JS, include_str!("../../page/player.js")),
    ("sheet.js", JS, include_str!("../../page/sheet.js")),
    ("state.js", JS, include_str!("../../page/state.js")),
    ("voice.js", JS, include_str!("../../page/voice.js")),
    ("wallpaper.svg", SVG, include_str!("../../page/wallpaper.svg")),
    ("wire.js", JS, include_str!("../../page/wire.js")),
    ("world.js", JS, include_str!("../../page/world.js")),
];

/// Nothing from elsewhere runs or loads in the page, whatever a bot sends to it.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn index() -> Response {
    file("text/html; charset=utf-8", INDEX)
}

pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, text)) => file(kind, text),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[cfg(test)]
mod tests {
    use super::ASSETS;
    use std::path::Path;

    #[test]
    fn every_file_of_the_page_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
        let names =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut there: Vec<String> = names.filter(|name| name != "index.html").collect();
        there.sort();
        let embedded: Vec<&str> = ASSETS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(embedded, there);
    }
}
