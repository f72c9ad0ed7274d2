//! Where a person came from.

use super::lax::{facts, words};

facts! {
    /// The ad or post that led a person here (Meta: *Messages from click-to-WhatsApp ads*).
    pub struct Referral {
        /// Its URL.
        source_url: Option<String>,
        /// Its id.
        source_id: Option<String>,
        /// What it is.
        source_type: Option<ReferralSource>,
        /// Its text.
        body: Option<String>,
        /// Its headline.
        headline: Option<String>,
        /// `image` or `video`.
        media_type: Option<String>,
        /// The picture.
        image_url: Option<String>,
        /// The film.
        video_url: Option<String>,
        /// The film's preview.
        thumbnail_url: Option<String>,
        /// The id of the click, which the Conversions API wants back; absent for ads in Status.
        ctwa_clid: Option<String>,
        /// What the ad greeted with.
        welcome_message: Option<WelcomeMessage>,
        /// What the link was made with.
        ref_data as "ref": Option<String>,
    }
    /// The greeting of an ad.
    pub struct WelcomeMessage {
        /// Its words.
        text: Option<String>,
    }
}

words! {
    /// What led a person here.
    pub enum ReferralSource {
        /// An ad.
        Ad = "ad",
        /// A post.
        Post = "post",
    }
    /// Why a person sent contact cards.
    pub enum ContactOrigin {
        /// Because they were asked for them.
        ContactRequest = "contact_request",
        /// By themselves.
        Unasked = "other",
    }
}
