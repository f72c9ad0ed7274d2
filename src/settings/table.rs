//! Every setting: its name, the names other guides give it, and where its value is found.

/// One setting of the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    /// Where a person finds the value.
    pub(crate) found: &'static str,
}

const fn own(name: &'static str, found: &'static str) -> Name {
    Name { name, aliases: &[], found }
}

pub(crate) const TOKEN: Name = Name {
    name: "WHATSAPP_TOKEN",
    aliases: &["WHATSAPP_ACCESS_TOKEN", "WP_ACCESS_TOKEN"],
    found: "Meta's App Dashboard, WhatsApp > API Setup (a system user's token for production)",
};
pub(crate) const PHONE_ID: Name = Name {
    name: "WHATSAPP_PHONE_ID",
    aliases: &["WHATSAPP_PHONE_NUMBER_ID", "WP_PHONE_ID"],
    found: "Meta's App Dashboard, WhatsApp > API Setup, below the phone number",
};
pub(crate) const BUSINESS_ID: Name = Name {
    name: "WHATSAPP_BUSINESS_ID",
    aliases: &["WHATSAPP_BUSINESS_ACCOUNT_ID", "WP_BID"],
    found: "Meta's App Dashboard, WhatsApp > API Setup, WhatsApp Business Account ID",
};
pub(crate) const VERIFY_TOKEN: Name = Name {
    name: "WHATSAPP_VERIFY_TOKEN",
    aliases: &["WEBHOOK_VERIFY_TOKEN", "WHATSAPP_WEBHOOK_VERIFY_TOKEN", "WP_WEBHOOK_VERIFY_TOKEN"],
    found: "any word of yours; the same goes into the App Dashboard, WhatsApp > Configuration, Verify token",
};
pub(crate) const APP_SECRET: Name =
    own("WHATSAPP_APP_SECRET", "Meta's App Dashboard, App settings > Basic, App secret");
pub(crate) const API_VERSION: Name = own("WHATSAPP_API_VERSION", "Meta's Graph API changelog, like v25.0");
pub(crate) const API_BASE_URL: Name =
    own("WHATSAPP_API_BASE_URL", "https://graph.facebook.com unless something stands in for Meta");
pub(crate) const NUMBERS: Name = own("WHATSAPP_NUMBERS", "a JSON file with several numbers");
pub(crate) const LISTEN: Name = own("WAPPA_LISTEN", "the address to listen on, like 127.0.0.1:8000");
pub(crate) const PHONE: Name =
    own("WAPPA_PHONE", "the address of the phone page, 127.0.0.1:8001 unless real phones are to reach it");
pub(crate) const PORT: Name = own("PORT", "set by a hosting platform");
pub(crate) const STORE: Name = own("WAPPA_STORE", "`memory` or `sqlite:PATH`");
pub(crate) const PUBLIC_URL: Name =
    own("WAPPA_PUBLIC_URL", "the https address under which Meta reaches this bot");
pub(crate) const ENVIRONMENT: Name = own("WAPPA_ENV", "`development` or `production`");
pub(crate) const PACE: Name =
    own("WAPPA_PACE", "messages a second and number, 80 unless Meta has raised it, or `off`");
pub(crate) const GRACE: Name = own(
    "WAPPA_GRACE",
    "the seconds that turns under way have to finish when the bot is stopped, 20 by default",
);
pub(crate) const SOURCE: Name = own(
    "WAPPA_SOURCE",
    "whom requests count as coming from: `peer`, `off`, or the header your proxy sets, like `x-forwarded-for`",
);
pub(crate) const TOKEN_KEYS: Name = own(
    "WAPPA_TOKEN_KEYS",
    "keys that replaced tokens are kept under, each made with `openssl rand -hex 32`; the newest first",
);
pub(crate) const KEEP_SEEN: Name =
    own("WAPPA_KEEP_SEEN", "days for which a repeated delivery is noticed, 7 at least; 8 unless set");
pub(crate) const KEEP_LEDGER: Name =
    own("WAPPA_KEEP_LEDGER", "days for which it is known what was sent; 30 unless set");
pub(crate) const KEEP_DEAD: Name = own(
    "WAPPA_KEEP_DEAD",
    "days for which dead letters and what belongs to no conversation are kept; 90 unless set",
);
pub(crate) const LOG: Name = own("WAPPA_LOG", "`human` or `json`");
pub(crate) const LOG_FILTER: Name =
    own("RUST_LOG", "which messages are logged, like `info,wappa_core=debug`");

/// All of them, in the order in which they are read and reported.
pub(crate) const ALL: &[Name] = &[
    TOKEN,
    PHONE_ID,
    BUSINESS_ID,
    VERIFY_TOKEN,
    APP_SECRET,
    API_VERSION,
    API_BASE_URL,
    NUMBERS,
    LISTEN,
    PHONE,
    PORT,
    STORE,
    PUBLIC_URL,
    ENVIRONMENT,
    PACE,
    GRACE,
    SOURCE,
    TOKEN_KEYS,
    KEEP_SEEN,
    KEEP_LEDGER,
    KEEP_DEAD,
    LOG,
    LOG_FILTER,
];
