//! Begins a broadcast, or goes on with it, hears nobody, and dies by `kill -9` where it is told to: the bot of the crash
//! test, no example to learn from.

#[path = "../common/mortal.rs"]
mod mortal;

use std::{fs::File, sync::Arc, time::Duration};

use mortal::{Life, Mortal};
use wappa::{
    broadcast::{Audience, Mailing},
    cloud::{
        Transport,
        client::{HttpConfig, HttpTransport},
    },
    prelude::*,
    store::Store,
};
use wappa_sqlite::{SqliteOptions, SqliteStore};

struct Silent;

impl EventHandler for Silent {
    async fn on_message(&self, _: Chat, _: Message) -> Result {
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result {
    // Before anything that it may die of.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("  Routes   on http://{}", listener.local_addr()?);
    let life = Life::of_this_process();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(SqliteOptions::new("broadcaster.db"))?);
    #[expect(clippy::disallowed_methods, reason = "the test is Meta")]
    let meta = std::env::var("WHATSAPP_API_BASE_URL")?;
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(&HttpConfig::new(meta, "v25.0"))?);
    let bot = Wappa::new()
        .custom_store(Arc::new(Mortal(Arc::clone(&life), store)))
        .custom_transport(Arc::new(Mortal(life, transport)))
        // Several may have to start until one of them hears what became of a send.
        .settle_window(Duration::from_mins(1))
        .set_event_handler(Silent)
        .build()
        .await?;
    let server = axum::serve(listener, bot.routes::<()>()).with_graceful_shutdown(bot.drained());
    let server = tokio::spawn(server.into_future());
    let mailing = Mailing::new("spring", "sale", "en_US").text("name");
    let progress =
        bot.handle().broadcast(mailing, Audience::csv(File::open("audience.csv")?)).await?.ended().await;
    eprintln!("the broadcast has ended: {progress:?}");
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    terminate.recv().await;
    bot.shutdown().await;
    server.await??;
    Ok(())
}
