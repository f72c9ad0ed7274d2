//! What a bot has said, as it is told to whoever listens: from turns and from outside, what was refused, and never what the
//! listener says itself.

use std::sync::{Arc, Mutex, PoisonError};

use wappa::{outbox::SaidBy, prelude::*, testing::Fault};

use crate::{
    stage::{Place, Stage, said},
    wait::until,
};

#[derive(Clone, Default)]
struct Record(Arc<Mutex<Vec<(SaidBy, String, bool)>>>);

impl Record {
    fn lines(&self) -> Vec<(SaidBy, String, bool)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn echo(chat: Chat, Text(text): Text) -> Result {
    chat.say(format!("echo {text}")).await?;
    Ok(())
}

/// Writes it down, and says so once.
async fn listen(messenger: Messenger, message: Outgoing, State(record): State<Record>) -> Result {
    let first = {
        let mut lines = record.0.lock().unwrap_or_else(PoisonError::into_inner);
        let json = message.draft.to_json(&message.to, None)?;
        let json: serde_json::Value = serde_json::from_slice(&json)?;
        let text = json["text"]["body"].as_str().unwrap_or_default().to_owned();
        lines.push((message.said, text, message.outcome.is_ok()));
        lines.len() == 1
    };
    if first {
        messenger.chat(message.number, message.to).say("noted").await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_said_is_told_of_once_and_not_what_the_listener_says() {
    let record = Record::default();
    let bot = Router::new().on(echo).on_sent(listen).state(record.clone());
    let stage = Stage::of(bot, &Place::memory()).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("noted").await.expect("it listens");
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    let chat = stage.bot.handle().chat(stage.business().phone_number_id, ana);
    chat.say("from outside").await.expect("sent");
    stage.emulator.faults().inject(Fault::refuse(131_026));
    let refused = chat.say("refused").await.expect_err("refused");
    let lines = until("three messages", async || {
        let lines = record.lines();
        (lines.len() >= 3).then_some(lines)
    })
    .await;
    let expected = [
        (SaidBy::Turn, "echo hi", true),
        (SaidBy::Program, "from outside", true),
        (SaidBy::Program, "refused", false),
    ];
    let lines: Vec<(SaidBy, &str, bool)> =
        lines.iter().map(|(by, text, is_sent)| (*by, text.as_str(), *is_sent)).collect();
    assert_eq!(lines, expected);
    assert!(refused.to_string().contains("131026"), "{refused}");
    assert_eq!(said(&stage.ana()), ["echo hi", "noted", "from outside"]);
}
