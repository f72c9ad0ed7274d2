//! What a bot says of itself when it starts: one line for each thing a person has to know.

use std::{fmt, net::SocketAddr};

/// What the banner tells.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) mode: String,
    pub(crate) numbers: Vec<String>,
    pub(crate) public_url: Option<String>,
    /// What to say of the verify token; the token itself only in development.
    pub(crate) verify_token: String,
    pub(crate) phone_page: Option<String>,
    /// Where browsers in the network find it, the key included.
    pub(crate) shared_page: Option<String>,
    pub(crate) store: String,
    /// How many routes the bot's router has; 0 without a router.
    pub(crate) routes: usize,
}

/// Method and path pairs that the bot serves.
pub(crate) const ROUTES: usize = 6;

pub(crate) struct Banner<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) listen: SocketAddr,
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts { mode, numbers, public_url, verify_token, phone_page, shared_page, store, routes } =
            self.facts;
        let here = format!("http://{}", self.listen);
        let base =
            public_url.as_deref().unwrap_or(if phone_page.is_some() { &here } else { "https://your-domain" });
        writeln!(f, "wappa {}", env!("CARGO_PKG_VERSION"))?;
        writeln!(f, "  Mode     {mode}")?;
        for number in numbers {
            writeln!(
                f,
                "  Webhook  {base}/webhook/messenger/{number}/whatsapp   (GET verifies, POST delivers)"
            )?;
        }
        writeln!(f, "  Verify   {verify_token}")?;
        if let Some(page) = phone_page {
            writeln!(f, "  Phone    {page}   (open it in a browser and say hi)")?;
        }
        if let Some(page) = shared_page {
            writeln!(f, "  Network  {page}   (for a real phone; whoever has this address can use the page)")?;
        }
        writeln!(f, "  Store    {store}")?;
        if *routes > 0 {
            writeln!(f, "  Router   {routes} routes")?;
        }
        writeln!(f, "  Routes   {ROUTES} on {here}")
    }
}
