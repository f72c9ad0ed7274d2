//! The bot is killed again and again, at any moment, under a hundred messages a second of which some come twice, while
//! Graph dawdles, refuses, breaks, and takes messages without answering. In the end every person has one answer to each
//! message, in order, and their sessions have counted exactly.
//!
//! `cargo xtask kill-loop 200` goes on for longer than the few rounds of `cargo test`.

mod common;

use std::time::Duration;

use common::{
    meta::{acknowledged, answers, everybody, meta, start, texts},
    wait::{pause, perhaps},
};
use wappa::emulator::{
    Actor, Fault,
    world::{Scope, Side},
};

const PEOPLE: usize = 40;
/// A hundred a second.
const BETWEEN: Duration = Duration::from_millis(10);

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    /// Below `sides`.
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// One message in three meets a slow Graph, one in twenty something worse, one in ten comes twice.
    fn trouble(&mut self) -> Option<Fault> {
        match self.throw(60) {
            0 => Some(Fault::refuse(130_429)),
            1 => Some(Fault::status(500).only(Scope::Sends)),
            2 => Some(Fault::timeout_after_accept().only(Scope::Sends)),
            3..9 => Some(Fault::duplicate().only(Scope::Messages)),
            9..29 => Some(Fault::slow(Duration::from_millis(3 + self.throw(48))).only(Scope::Sends)),
            _ => None,
        }
    }
}

/// What nobody has answered.
fn unanswered(people: &[Actor]) -> Vec<String> {
    let owed = |who: &Actor| {
        let answers = texts(who, Side::Business);
        let name = who.person().name.clone();
        let asked = texts(who, Side::Person);
        let open = asked
            .into_iter()
            .filter(move |text| !answers.iter().any(|answer| answer.starts_with(&format!("{text} "))));
        open.map(move |text| format!("{text} of {name}")).collect::<Vec<_>>()
    };
    people.iter().flat_map(owed).collect()
}

fn rounds() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "how long to go on is for whoever starts the test")]
    std::env::var("WAPPA_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(6)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_or_out_of_order_however_often_it_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (emulator, origin) = meta(PEOPLE).await;
    let people = everybody(&emulator);
    let (mut dice, mut said, mut owed) = (Dice(7), 0, 0);
    let rounds = rounds();

    for round in 0..rounds {
        let bot = start("counting", folder.path(), &emulator, &origin).await;
        for _ in 0..10 + dice.throw(110) {
            if let Some(fault) = dice.trouble() {
                emulator.faults().inject(fault);
            }
            people[said % PEOPLE].says(format!("{}", said / PEOPLE)).expect("said");
            said += 1;
            pause(BETWEEN).await;
        }
        owed += acknowledged(&people).saturating_sub(answers(&people));
        if round % 10 == 9 {
            // With a send that Graph leaves without an answer it says that something is left.
            assert!(matches!(bot.end().await.code(), Some(0 | 1)), "round {round}");
        } else {
            bot.crash().await;
        }
    }
    assert!(owed > 0, "it was never killed while it owed an answer");

    emulator.faults().lift_all();
    let bot = start("counting", folder.path(), &emulator, &origin).await;
    let mut answered = answers(&people);
    while emulator.undelivered() > 0 || answered < said {
        let before = answered;
        let more = perhaps(async || {
            answered = answers(&people);
            (answered > before || (emulator.undelivered() == 0 && answered >= said)).then_some(())
        });
        if more.await.is_none() {
            let given_up = bot.log().lines().filter(|line| line.contains("dead letter")).count();
            panic!(
                "{answered} of {said} messages are answered, and {given_up} were given up on: {:?}",
                unanswered(&people)
            );
        }
    }
    assert_eq!(bot.end().await.code(), Some(0));
    for who in &people {
        let heard = texts(who, Side::Person);
        let expected: Vec<String> =
            heard.iter().enumerate().map(|(nth, text)| format!("{text} is the {}th", nth + 1)).collect();
        assert_eq!(texts(who, Side::Business), expected, "{}", who.person().name);
    }
    println!(
        "{rounds} rounds, {said} messages: each answered once and in order, with {owed} owed at the kills"
    );
}
