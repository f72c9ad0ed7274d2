//! One template to everybody in a CSV file, at Meta's pace, once each: also if the program is killed and started again.
//!
//! `cargo run --example broadcast -- people.csv`, where the file has a column `phone` or `user_id`. Without credentials
//! the people are those of the emulator.

use std::{env, fs::File, time::Duration};

use wappa::{
    broadcast::{Audience, Mailing},
    clock::{Clock as _, SystemClock},
    prelude::*,
};

struct Silent;

impl EventHandler for Silent {
    async fn on_message(&self, _: Chat, _: Message) -> Result {
        Ok(())
    }
}

fn spring() -> Mailing {
    Mailing::new("spring-2026", "hello_world", "en_US")
}

#[tokio::main]
async fn main() -> Result {
    let path = env::args().nth(1).ok_or_else(|| Error::msg("name a CSV file"))?;
    let bot = Wappa::new().set_event_handler(Silent).build().await?;
    let broadcast = bot.broadcast(spring(), Audience::csv(File::open(path)?)).await?;
    let report = async {
        loop {
            let now = broadcast.progress();
            println!("{:.0} %, {} sent, {:?} to go", now.percent, now.sent, now.remaining);
            SystemClock.sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::select! {
        ended = broadcast.ended() => println!("{} sent, {:?} failed", ended.sent, ended.failed),
        () = report => {}
    }
    for row in broadcast.bad_rows(20).await? {
        println!("line {}: {}", row.line, row.reason);
    }
    bot.shutdown().await;
    Ok(())
}

#[cfg(test)]
#[path = "tests/broadcast.rs"]
mod tests;
