//! Fragments that are one turn: when they are complete, what joins them and what ends them, and that none is lost or comes
//! twice.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::json;
use wappa::{emulator::Actor, prelude::*};

use crate::{
    dial::Dial,
    stage::{Place, Stage, delivery, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    fragments_are_one_turn_when_it_is_quiet,
    nobody_waits_longer_than_the_longest,
    what_is_complete_comes_at_once_behind_what_waits,
    a_handler_may_have_the_fragments_themselves,
    a_delivery_that_comes_twice_is_one_fragment,
    a_bundle_that_is_given_up_on_is_redriven_whole,
    people_who_take_over_hear_what_waited,
);

const QUIET: Duration = Duration::from_secs(3);
const MAX: Duration = Duration::from_secs(7);

/// Answers everything, and fails with what it has been told to fail with.
#[derive(Clone, Default)]
struct Desk {
    broken: Arc<Mutex<Option<&'static str>>>,
    overheard: Arc<Mutex<Vec<String>>>,
}

impl EventHandler for Desk {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let text = message.text().unwrap_or("a picture");
        if self.broken.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|of| text.contains(of)) {
            return Err(Error::msg("as asked"));
        }
        chat.reply(wappa::cloud::Text::new(format!("heard {text}"))).await?;
        Ok(())
    }

    async fn on_paused(&self, _: Chat, message: Message) -> Result {
        let mut overheard = self.overheard.lock().unwrap_or_else(PoisonError::into_inner);
        overheard.push(message.text().unwrap_or_default().to_owned());
        Ok(())
    }
}

async fn stage(handler: impl EventHandler, place: &Place, dial: &Dial) -> Stage {
    let clock = Arc::new(dial.clone());
    Stage::building(handler, place, |bot| bot.custom_clock(clock).debounce(QUIET, MAX)).await
}

fn noon() -> Dial {
    Dial::at(1_772_366_400)
}

/// Each is on record before the next one is said.
async fn says(stage: &Stage, who: &Actor, texts: &[&str]) {
    for text in texts {
        who.says(*text).expect("said");
        stage.is_at_rest().await;
    }
}

async fn fragments_are_one_turn_when_it_is_quiet(place: Place) {
    let dial = noon();
    let stage = stage(Desk::default(), &place, &dial).await;
    says(&stage, &stage.ana(), &["hello", "I would like", "a pizza"]).await;
    says(&stage, &stage.ben(), &["hi"]).await;
    dial.forward(QUIET / 2, &stage).await;
    says(&stage, &stage.ana(), &["please"]).await;
    dial.forward(QUIET / 2, &stage).await;
    stage.ben().sees("heard hi").await.expect("his silence is not hers");
    assert!(said(&stage.ana()).is_empty(), "each fragment begins the silence anew");
    dial.forward(QUIET / 2, &stage).await;
    stage.ana().sees_answers(1).await.expect("an answer");
    says(&stage, &stage.ana(), &["and another"]).await;
    dial.forward(QUIET, &stage).await;
    stage.ana().sees_answers(2).await.expect("an answer");
    assert_eq!(said(&stage.ana()), ["heard hello\nI would like\na pizza\nplease", "heard and another"]);
}

async fn nobody_waits_longer_than_the_longest(place: Place) {
    let dial = noon();
    let stage = stage(Desk::default(), &place, &dial).await;
    for text in ["one", "two", "three"] {
        says(&stage, &stage.ana(), &[text]).await;
        dial.forward(Duration::from_secs(2), &stage).await;
    }
    assert!(said(&stage.ana()).is_empty());
    dial.forward(Duration::from_secs(1), &stage).await;
    stage.ana().sees("heard one\ntwo\nthree").await.expect("an answer after seven seconds");

    // Nor are there more of them than one can read.
    for _ in 0..32 {
        says(&stage, &stage.ana(), &["x"]).await;
    }
    let all = ["x"; 32].join("\n");
    stage.ana().sees(&format!("heard {all}")).await.expect("an answer without any time going on");
}

/// A shop with a command and a button.
mod shop {
    use wappa::prelude::*;

    #[command]
    async fn menu(chat: Chat) -> Result {
        chat.send(Buttons::new("the menu").button("yes", "Yes")).await?;
        Ok(())
    }

    async fn tapped(chat: Chat, message: Message) -> Result {
        match message.tapped() {
            Some(tap) => chat.say(format!("tapped {}", tap.title)).await?,
            None => chat.say(format!("heard {}", message.text().unwrap_or("a picture"))).await?,
        };
        Ok(())
    }

    pub(super) fn router() -> Router {
        Router::new().commands(commands!()).otherwise(tapped)
    }
}

async fn what_is_complete_comes_at_once_behind_what_waits(place: Place) {
    let dial = noon();
    let stage = stage(shop::router(), &place, &dial).await;
    let ana = stage.ana();
    says(&stage, &ana, &["menu", "one", "/menu", "two", "the menu"]).await;
    assert_eq!(said(&ana), ["the menu", "heard one", "the menu"], "its name alone, and its prefix");
    ana.taps("Yes").expect("tapped");
    stage.is_at_rest().await;
    assert_eq!(said(&ana)[3..], ["heard two\nthe menu", "tapped Yes"]);

    // What one says to a picture belongs to it.
    let wa_id = ana.person().wa_id.clone().expect("a wa_id");
    let picture = json!({ "from": wa_id.as_str(), "id": "wamid.P", "timestamp": "1739321024", "type": "image",
        "image": { "id": "1", "mime_type": "image/jpeg", "sha256": "" } });
    says(&stage, &ana, &["look", "here"]).await;
    let picture = delivery(&stage.business().phone_number_id, &[picture]).to_string();
    assert_eq!(stage.post(picture).await, 200);
    says(&stage, &ana, &["nice?"]).await;
    dial.forward(QUIET, &stage).await;
    ana.sees("heard nice?").await.expect("an answer");
    assert_eq!(said(&ana)[5..], ["heard look\nhere", "heard a picture", "heard nice?"]);
}

/// Wants the fragments as they came.
struct Parts;

impl EventHandler for Parts {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        chat.say("alone").await?;
        Ok(())
    }

    async fn on_bundle(&self, chat: Chat, messages: Vec<Message>) -> Result {
        let texts: Vec<&str> = messages.iter().filter_map(Message::text).collect();
        chat.say(texts.join("|")).await?;
        Ok(())
    }
}

async fn a_handler_may_have_the_fragments_themselves(place: Place) {
    let dial = noon();
    let stage = stage(Parts, &place, &dial).await;
    says(&stage, &stage.ana(), &["one", "two"]).await;
    dial.forward(QUIET, &stage).await;
    stage.ana().sees("one|two").await.expect("an answer");
}

#[tokio::test]
async fn a_bot_that_no_longer_bundles_answers_what_waits() {
    let (place, dial) = (Place::sqlite(), noon());
    let first = stage(Desk::default(), &place, &dial).await;
    says(&first, &first.ana(), &["one", "two"]).await;
    first.bot.shutdown().await;
    assert!(said(&first.ana()).is_empty(), "an orderly end hurries nobody");
    dial.by(Duration::from_hours(1));
    let clock = Arc::new(dial.clone());
    let next =
        Stage::try_building(Desk::default(), &place, first.emulator, |bot| bot.custom_clock(clock)).await;
    let stage = next.expect("a bot");
    stage.ana().sees("heard one\ntwo").await.expect("late, and once");
    says(&stage, &stage.ana(), &["three"]).await;
    assert_eq!(said(&stage.ana()), ["heard one\ntwo", "heard three"]);
}

async fn a_delivery_that_comes_twice_is_one_fragment(place: Place) {
    let dial = noon();
    let stage = stage(shop::router(), &place, &dial).await;
    let ana = stage.ana();
    says(&stage, &ana, &["zero"]).await;
    let texts = [("wamid.A", "one"), ("wamid.B", "two"), ("wamid.A", "one"), ("wamid.B", "two")];
    for (id, text) in texts {
        assert_eq!(stage.post(stage.text(&ana, id, text).to_string()).await, 200);
        stage.is_at_rest().await;
    }
    dial.forward(QUIET, &stage).await;
    ana.sees_answers(1).await.expect("an answer");
    stage.is_at_rest().await;
    assert_eq!(stage.post(stage.text(&ana, "wamid.A", "one").to_string()).await, 200);
    stage.is_at_rest().await;
    dial.forward(MAX, &stage).await;
    stage.is_at_rest().await;
    assert_eq!(said(&ana), ["heard zero\none\ntwo"]);
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").waiting, 0);
}

async fn a_bundle_that_is_given_up_on_is_redriven_whole(place: Place) {
    let (desk, dial) = (Desk::default(), noon());
    let stage = stage(desk.clone(), &place, &dial).await;
    let set = |what| *desk.broken.lock().unwrap_or_else(PoisonError::into_inner) = what;
    set(Some("two"));
    says(&stage, &stage.ana(), &["one", "two"]).await;
    let letters = stage.bot.dead_letters();
    let letter = until("a dead letter", async || {
        dial.by(Duration::from_secs(1));
        letters.list(1).await.expect("the letters").pop()
    })
    .await;
    assert_eq!((letter.error.as_str(), letter.attempts), ("as asked", 3));
    says(&stage, &stage.ana(), &["three"]).await;
    set(None);
    letters.redrive(letter.seq).await.expect("redriven");
    stage.ana().sees("heard one\ntwo").await.expect("all of it");
    dial.forward(QUIET, &stage).await;
    stage.ana().sees("heard three").await.expect("what came since, apart");
}

async fn people_who_take_over_hear_what_waited(place: Place) {
    let (desk, dial) = (Desk::default(), noon());
    let stage = stage(desk.clone(), &place, &dial).await;
    says(&stage, &stage.ana(), &["one", "two"]).await;
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    let chat = stage.bot.handle().chat(stage.business().phone_number_id, ana);
    chat.hand_over("support").await.expect("handed over");
    until("the pause", async || chat.handed_over()).await;
    says(&stage, &stage.ana(), &["three", "four"]).await;
    let overheard = || desk.overheard.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(overheard(), ["one", "two", "three", "four"], "and nothing waits any more");
    let [pause] = &stage.bot.handle().paused()[..] else { panic!("one pause") };
    let missed = stage.bot.handle().missed(pause, 10).await.expect("what was said");
    assert_eq!(
        missed.iter().filter_map(|it| it.message.text()).collect::<Vec<_>>(),
        ["one", "two", "three", "four"]
    );
    assert!(said(&stage.ana()).is_empty());
}
