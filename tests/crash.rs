//! The bot is killed while messages pour in and its handlers think; after the next start every message that it had
//! acknowledged has been answered, once and in order. And it dies at each step of a conversation, of which the person
//! notices nothing.

#[path = "common/clerk.rs"]
#[allow(dead_code, reason = "the clerk lives elsewhere")]
mod clerk;
mod common;
#[path = "common/mortal.rs"]
mod mortal;

use std::{fs, time::Duration};

use clerk::{HEARD, SAID};
use common::{
    meta::{acknowledged, answers, everybody, meta, start, start_with, texts},
    wait::{patiently, pause, until},
};
use tokio::task::LocalSet;
use wappa::emulator::world::{Side, Template};

const PEOPLE: usize = 40;
const EACH: usize = 5;
/// A hundred a second.
const BETWEEN: Duration = Duration::from_millis(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_bot_answers_everything_once_and_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let (emulator, origin) = meta(PEOPLE).await;
    let people = everybody(&emulator);

    let bot = start("slow-echo", folder.path(), &emulator, &origin).await;
    let mut bot = Some(bot);
    for round in 0..EACH {
        for (at, who) in people.iter().enumerate() {
            who.says(format!("{round}")).expect("said");
            pause(BETWEEN).await;
            if (round, at) == (EACH / 2, PEOPLE / 2)
                && let Some(bot) = bot.take()
            {
                bot.crash().await;
            }
        }
    }
    let (acked, answered) = (acknowledged(&people), answers(&people));
    assert!(answered > 0, "it had answered something");
    assert!(
        acked > answered,
        "it was killed while it owed answers: {acked} acknowledged, {answered} answered"
    );

    let bot = start("slow-echo", folder.path(), &emulator, &origin).await;
    until("an answer to every message", async || {
        (emulator.undelivered() == 0 && answers(&people) >= PEOPLE * EACH).then_some(())
    })
    .await;
    // It finishes what is under way, and has nothing left to say.
    assert_eq!(bot.end().await.code(), Some(0));
    for who in &people {
        assert_eq!(texts(who, Side::Business), texts(who, Side::Person), "{}", who.person().name);
    }
}

/// Lives through the conversation, dying once at this step; answers whether there was an occasion to.
async fn dies_once(dies: &'static str, step: usize) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let (emulator, origin) = meta(1).await;
    let people = everybody(&emulator);
    let [ana] = &people[..] else { panic!("one person") };
    let step = step.to_string();
    let mortal = Some((dies, &*step));
    let mut bot = start_with("sign-up", folder.path(), &emulator, &origin, mortal).await;
    let mut died = false;
    for (text, answers) in SAID {
        ana.says(text).expect("said");
        until("an answer", async || {
            if bot.is_over() {
                died = true;
                bot = start("sign-up", folder.path(), &emulator, &origin).await;
            }
            (emulator.undelivered() == 0 && texts(ana, Side::Business).len() >= answers).then_some(())
        })
        .await;
    }
    // It may also die of the end of its last turn, or of its own end.
    if bot.end().await.code() != Some(0) {
        died = true;
        bot = start("sign-up", folder.path(), &emulator, &origin).await;
        assert_eq!(bot.end().await.code(), Some(0));
    }
    assert_eq!(texts(ana, Side::Business), HEARD, "{dies} {step}");
    let effects = fs::read_to_string(folder.path().join("effects.txt")).expect("the effects");
    let mut keys: Vec<&str> = effects.lines().collect();
    assert!(keys.len() <= 2, "again only if it was not noted: {keys:?}");
    keys.dedup();
    assert_eq!(keys.len(), 1, "one effect, {dies} {step}: {keys:?}");
    died
}

/// More steps than a conversation has. Its lives go side by side: a send of unknown fate waits for its status, 30 s at
/// most, and the clock is the real one here.
const STEPS: usize = 40;

#[tokio::test]
async fn a_conversation_survives_a_kill_at_every_step() {
    let side_by_side = LocalSet::new();
    let deaths = ["DIES_BEFORE", "DIES_AFTER"].map(|dies| {
        (1..=STEPS).map(|step| side_by_side.spawn_local(dies_once(dies, step))).collect::<Vec<_>>()
    });
    for lives in deaths {
        let mut died = Vec::new();
        for life in lives {
            died.push(side_by_side.run_until(life).await.expect("a life"));
        }
        let deaths = died.iter().filter(|died| **died).count();
        assert!(deaths >= 18, "{deaths} deaths");
        assert!(deaths < STEPS, "more steps than are tried");
    }
}

const AUDIENCE: usize = 40;
/// Lives that end before one is spared.
const LIVES: usize = 2;

/// Lives through a broadcast, each life but the last dying at this step of its own; answers how often it died.
async fn broadcasts_through(dies: &'static str, step: usize) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let (emulator, origin) = meta(AUDIENCE).await;
    emulator.add_template(Template::new("sale", "en_US", "Hi {{1}}, a sale").category("MARKETING"));
    let people = everybody(&emulator);
    let rows = people.iter().map(|who| format!("{},{}\n", who.person().user_id.as_str(), who.person().name));
    let file: String = std::iter::once("user_id,name\n".to_owned()).chain(rows).collect();
    fs::write(folder.path().join("audience.csv"), file).expect("an audience");

    let step = step.to_string();
    let mut died = 0;
    for life in 0..=LIVES {
        let mortal = Some((dies, &*step)).filter(|_| life < LIVES);
        let mut bot = start_with("broadcaster", folder.path(), &emulator, &origin, mortal).await;
        let look = async || {
            let over = bot.is_over();
            (over || bot.log().contains("the broadcast has ended")).then_some(over)
        };
        let over = patiently("its death or its end", look).await;
        if over {
            died += 1;
            continue;
        }
        // It may also die of its own end.
        bot.end().await;
        break;
    }
    for who in &people {
        let said = [format!("Hi {}, a sale", who.person().name)];
        assert_eq!(texts(who, Side::Business), said, "everybody once, {dies} {step}");
    }
    died
}

/// Many are under way at any step. Settling what was cut off takes time, so they go side by side.
#[tokio::test]
async fn a_killed_broadcast_reaches_everybody_once() {
    let side_by_side = LocalSet::new();
    let steps = [5, 61, 117];
    let lives: Vec<_> = ["DIES_BEFORE", "DIES_AFTER"]
        .into_iter()
        .flat_map(|dies| steps.map(|step| (dies, step)))
        .map(|(dies, step)| side_by_side.spawn_local(broadcasts_through(dies, step)))
        .collect();
    let mut deaths = 0;
    for life in lives {
        deaths += side_by_side.run_until(life).await.expect("a life");
    }
    assert!(deaths >= 10, "{deaths} deaths");
}
