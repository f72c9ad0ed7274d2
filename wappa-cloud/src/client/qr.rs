//! QR codes and short links that open a chat with a sentence written in it: 2,000 a number (Meta: *QR codes*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::qr::{NewQrCode, QrImage};
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"code":"ANED2T5QRU7HG1","prefilled_message":"Show me the menu","deep_link_url":"https://wa.me/message/ANED2T5QRU7HG1","qr_image_url":"https://scontent.xx.fbcdn.net/x"}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let menu = NewQrCode::new("Show me the menu").generate_qr_image(QrImage::Svg);
//! let made = graph.qr_codes(&token, &number).create(&menu).await?;
//! assert!(made.deep_link_url.is_some_and(|link| link.starts_with("https://wa.me/")));
//! # Ok(())
//! # }
//! ```

use serde_json::json;

use super::{
    Graph, GraphError, Listing,
    check::text,
    node::Node,
    open::{answers, requests, words},
};
use crate::{id::PhoneNumberId, limits::QR_MESSAGE, secret::AccessToken};

/// The QR codes of one number.
#[derive(Clone, Copy)]
pub struct QrCodes<'a>(Node<'a>);

answers! {
    /// A QR code.
    pub struct QrCode {
        /// Its name, like `ANED2T5QRU7HG1`.
        code: Option<String>,
        /// The sentence that is written in the chat.
        prefilled_message: Option<String>,
        /// The link it stands for.
        deep_link_url: Option<String>,
        /// Its picture, if it was asked for. The URL is good for minutes.
        qr_image_url: Option<String>,
        /// When it was made, in seconds since the epoch.
        creation_time: Option<i64>,
    }
}

answers! {
    /// A list of one.
    struct Told {
        data: Vec<QrCode>,
    }
}

words! {
    /// The kind of a QR code's picture.
    pub enum QrImage {
        /// Lines.
        Svg = "SVG",
        /// Points.
        Png = "PNG",
    }
}

requests! {
    /// A QR code to make.
    pub struct NewQrCode {
        /// The sentence that is written in the chat: 140 characters.
        prefilled_message: String,
    } optional {
        /// Has a picture made of it.
        generate_qr_image: QrImage,
    }
}

impl Graph {
    /// The QR codes of a number.
    pub fn qr_codes<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> QrCodes<'a> {
        QrCodes(Node::new(self, token, number.as_str()))
    }
}

impl<'a> QrCodes<'a> {
    /// All of them.
    pub fn list(self) -> Listing<'a, QrCode> {
        self.0.list("message_qrdls")
    }

    /// All of them with their pictures.
    pub fn list_with(self, image: &QrImage) -> Listing<'a, QrCode> {
        let fields = format!("code,prefilled_message,deep_link_url,qr_image_url.format({image})");
        self.list().fields(fields)
    }

    /// One of them; `None` if there is none of this name.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self, code: &str) -> Result<Option<QrCode>, GraphError> {
        let told: Told = self.0.get(&format!("message_qrdls/{code}")).answer().await?;
        Ok(told.data.into_iter().next())
    }

    /// Makes one.
    ///
    /// # Errors
    /// The sentence is empty or too long: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn create(self, code: &NewQrCode) -> Result<QrCode, GraphError> {
        let checked = text(&QR_MESSAGE, &code.prefilled_message);
        self.0.post("message_qrdls").json(code).checked(checked).answer().await
    }

    /// Changes the sentence. Printed codes stay good.
    ///
    /// # Errors
    /// The sentence is empty or too long: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn update(self, code: &str, prefilled_message: &str) -> Result<QrCode, GraphError> {
        let body = json!({ "code": code, "prefilled_message": prefilled_message });
        let checked = text(&QR_MESSAGE, prefilled_message);
        self.0.post("message_qrdls").json(&body).checked(checked).answer().await
    }

    /// Deletes one. Printed codes then lead nowhere.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn delete(self, code: &str) -> Result<(), GraphError> {
        self.0.delete(&format!("message_qrdls/{code}")).done().await
    }
}
