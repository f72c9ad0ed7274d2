//! Conversations of a running bot, written down with pseudonyms and played again.

use std::{fs, path::Path};

use serde_json::json;
use wappa::{
    feed::FeedLimits,
    prelude::*,
    recording::{Recorder, RecordingError, RecordingKey},
    testing::{Talk, World, harness},
};

use crate::stage::{Place, Stage};

/// Takes an address, and says everything it knows.
struct Courier;

impl EventHandler for Courier {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let name = chat.user().name().unwrap_or("you").to_owned();
        match (message.tapped(), message.text(), message.media()) {
            (Some(tap), ..) => chat.say(format!("{} it is, {name}.", tap.title)).await?,
            (_, Some("menu"), _) => {
                chat.send(Buttons::new(format!("Hello {name}! How?")).button("bike", "By bike")).await?
            }
            (.., Some(_)) => chat.say("A picture, thank you.").await?,
            (_, Some(address), _) => {
                chat.say(format!("To {address}? Call +49 30 901820 or see https://courier.example/{name}."))
                    .await?
            }
            _ => chat.say("I see.").await?,
        };
        Ok(())
    }
}

fn key() -> RecordingKey {
    RecordingKey::new([3; 32])
}

fn files(folder: &Path) -> Vec<String> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a text")).collect()
}

/// What a recorder writes of a short conversation.
async fn recorded(folder: &Path) -> Vec<String> {
    let stage = Stage::building(Courier, &Place::memory(), |bot| bot.feed(FeedLimits::default())).await;
    let recorder = Recorder::open(folder, key()).expect("a recorder").keep_words(["menu"]);
    let recording = tokio::spawn(recorder.follow(stage.bot.feed()));
    let ana = stage.ana();
    ana.says("menu").expect("said");
    ana.sees("Hello Ana! How?").await.expect("an answer");
    ana.taps("By bike").expect("tapped");
    ana.sees("By bike it is, Ana.").await.expect("an answer");
    ana.says("Elm Street 27,\nsecond floor").expect("said");
    ana.sees("To Elm Street").await.expect("an answer");
    ana.sends_media(wappa::cloud::MediaKind::Image, "image/png", &b"png"[..]).await.expect("sent");
    ana.sees("A picture, thank you.").await.expect("an answer");
    stage.bot.shutdown().await;
    recording.await.expect("no panic").expect("it is written");
    files(folder)
}

#[tokio::test]
async fn a_conversation_is_recorded_without_its_person_and_played_again() {
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let texts = recorded(one.path()).await;
    let [text] = &texts[..] else { panic!("one conversation, one file: {texts:?}") };
    for private in ["Ana", "Elm", "Street", "27", "second", "floor", "1555", "901820", "courier.example"] {
        assert!(!text.contains(private), "{private}:\n{text}");
    }
    for kept in
        [": menu\n", "Bot: Hello …! How?", "[By bike]", "(taps By bike)", "By bike it is, ….", "(image)"]
    {
        assert!(text.contains(kept), "{kept}:\n{text}");
    }
    assert_eq!(recorded(two.path()).await, texts, "the same key, the same pseudonyms");

    let talk = Talk::read(text).expect("a talk");
    let played = tokio::task::spawn_blocking(move || {
        harness::run(async {
            let world = World::new();
            world.bot(Courier);
            talk.play(&world)
        })
    });
    let played = played.await.expect("it is played");
    assert!(played.agrees(), "{played}");
}

#[test]
fn events_of_a_bot_elsewhere_are_recorded_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut recorder = Recorder::open(folder.path(), key()).expect("a recorder");
    let sent = |at: i64, outcome: &str, text: &str| {
        json!({"at": at, "number": "1", "kind": "text", "outcome": outcome,
            "message": {"to": "+15550100001", "type": "text", "text": {"body": text}}})
        .to_string()
    };
    recorder.hear("sent", &sent(0, "accepted", "One")).expect("recorded");
    recorder.hear("sent", &sent(1_000, "refused", "Never")).expect("nothing to record");
    recorder.hear("sent", &sent(7_260_000, "accepted", "Two for 15550100001")).expect("recorded");
    recorder.hear("turn", "{}").expect("nothing to record");
    let wrong = recorder.hear("sent", "{").expect_err("no JSON");
    assert!(matches!(wrong, RecordingError::Unreadable(_)));
    let texts = files(folder.path());
    let said: Vec<&str> = texts[0].lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(said, ["Bot: One", "(2h 1m later)", "Bot: Two for …"]);
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    assert!(matches!(Recorder::open(file, key()), Err(RecordingError::Unwritable { .. })));
    assert!(!format!("{:?}", key()).contains('3'), "the key is not shown");
}
