//! Meta's side on its own, for a bot in another process and in whatever language:
//!
//! ```text
//! cargo run -p wappa-emulator --example emulate -- http://127.0.0.1:8000/webhook/whatsapp
//! ```
//!
//! The bot gets what is printed as its settings, and the printed base URL in place of `https://graph.facebook.com`.
//! A second argument is the address to listen on, a third the directory in which the world is kept.

use std::sync::Arc;
use wappa_emulator::{Emulator, EmulatorConfig, HttpSink};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let callback = arguments.next().ok_or("give the callback URL of the bot")?;
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8001".to_owned());
    let mut config = EmulatorConfig::default();
    if let Some(dir) = arguments.next() {
        config = config.dir(dir);
    }

    let listener = tokio::net::TcpListener::bind(&address).await?;
    if !listener.local_addr()?.ip().is_loopback() {
        return Err("the emulator listens on a loopback address only".into());
    }
    let origin = format!("http://{}", listener.local_addr()?);
    let emulator = Emulator::open(config.origin(&origin)).await?;
    emulator.connect(Arc::new(HttpSink::new(&callback)?));

    // These secrets open nothing but this emulator, which is why they may be printed.
    let business = emulator.business();
    println!("Phone    {origin}/");
    println!("WHATSAPP_API_BASE_URL={origin}");
    println!("WHATSAPP_PHONE_ID={}", business.phone_number_id);
    println!("WHATSAPP_BUSINESS_ID={}", business.waba_id);
    println!("WHATSAPP_TOKEN={}", business.access_token.expose());
    println!("WHATSAPP_APP_SECRET={}", business.app_secret.expose());
    println!("WHATSAPP_VERIFY_TOKEN={}", business.verify_token.expose());

    let closing = emulator.clone();
    let stop = async move {
        // Without a signal handler ctrl-c ends the process all the same, only less politely.
        let _ = tokio::signal::ctrl_c().await;
        closing.close();
    };
    axum::serve(listener, emulator.router()).with_graceful_shutdown(stop).await?;
    Ok(())
}
