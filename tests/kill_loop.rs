//! The bot is killed again and again, at any moment, under a hundred messages a second of which some come twice, while
//! Graph dawdles, refuses, breaks, and takes messages without answering. In the end every person has one answer to each
//! message, in order, and their sessions have counted exactly. The same where it is asked to stop instead, and where
//! its disk is full for a while.
//!
//! `cargo xtask kill-loop 200` goes on for longer than the few rounds of `cargo test`.

mod common;

use std::{path::Path, slice, time::Duration};

use common::{
    disk::{self, Disk},
    meta::{acknowledged, answers, everybody, meta, start, start_on, texts},
    program::Program,
    wait::{pause, perhaps, until},
};
use wappa::emulator::{
    Actor, Emulator, Fault, FaultId,
    world::{Scope, Side},
};

const PEOPLE: usize = 120;
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

    /// Graph takes 3 to 50 ms for a message.
    fn dawdling(&mut self) -> Fault {
        Fault::slow(Duration::from_millis(3 + self.throw(48))).only(Scope::Sends).until_lifted()
    }

    /// In one moment of twenty Graph does something worse.
    fn trouble(&mut self) -> Option<Fault> {
        let trouble = match self.throw(60) {
            0 => Fault::refuse(130_429),
            1 => Fault::status(500),
            2 => Fault::timeout_after_accept(),
            _ => return None,
        };
        Some(trouble.only(Scope::Sends).lasting(BETWEEN))
    }

    /// One message in ten comes twice: at once, if it is its turn, or again after an answer that was lost.
    fn repeated(&mut self, who: &Actor) -> Option<Fault> {
        let repeated = if acknowledged(slice::from_ref(who)) == texts(who, Side::Person).len() {
            Fault::duplicate()
        } else {
            Fault::drop_acks()
        };
        (self.throw(10) == 0).then(|| repeated.only(Scope::Messages))
    }
}

/// Meta and everybody who writes, and what they have written so far.
struct Storm {
    emulator: Emulator,
    origin: String,
    people: Vec<Actor>,
    dice: Dice,
    slow: Option<FaultId>,
    said: usize,
}

impl Storm {
    async fn gather(seed: u64) -> Self {
        let (emulator, origin) = meta(PEOPLE).await;
        let people = everybody(&emulator);
        Self { emulator, origin, people, dice: Dice(seed), slow: None, said: 0 }
    }

    async fn start(&self, folder: &Path) -> Program {
        start("counting", folder, &self.emulator, &self.origin).await
    }

    /// So many messages at a hundred a second, and a moment no multiple of it.
    async fn rain(&mut self, messages: u64) {
        for _ in 0..messages {
            let slow = self.emulator.faults().inject(self.dice.dawdling());
            if let Some(before) = self.slow.replace(slow) {
                self.emulator.faults().lift(before);
            }
            let who = &self.people[self.said % PEOPLE];
            for fault in [self.dice.trouble(), self.dice.repeated(who)].into_iter().flatten() {
                self.emulator.faults().inject(fault);
            }
            who.says(format!("{}", self.said / PEOPLE)).expect("said");
            self.said += 1;
            pause(BETWEEN).await;
        }
        pause(Duration::from_micros(self.dice.throw(10_000))).await;
    }

    /// Acknowledged messages that nobody has answered yet.
    fn owed(&self) -> usize {
        acknowledged(&self.people).saturating_sub(answers(&self.people))
    }

    /// What nobody has answered.
    fn unanswered(&self) -> Vec<String> {
        let owed = |who: &Actor| {
            let answers = texts(who, Side::Business);
            let name = who.person().name.clone();
            let asked = texts(who, Side::Person);
            let open = asked
                .into_iter()
                .filter(move |text| !answers.iter().any(|answer| answer.starts_with(&format!("{text} "))));
            open.map(move |text| format!("{text} of {name}")).collect::<Vec<_>>()
        };
        self.people.iter().flat_map(owed).collect()
    }

    /// Waits for the last answer, as long as there are any.
    async fn dry_up(&mut self, bot: &Program) {
        self.emulator.faults().lift_all();
        self.slow = None;
        let mut answered = answers(&self.people);
        while self.emulator.undelivered() > 0 || answered < self.said {
            let before = answered;
            let more = perhaps(async || {
                answered = answers(&self.people);
                let done = self.emulator.undelivered() == 0 && answered >= self.said;
                (answered > before || done).then_some(())
            });
            if more.await.is_none() {
                let given_up = bot.log().lines().filter(|line| line.contains("dead letter")).count();
                panic!(
                    "{answered} of {} messages are answered, and {given_up} were given up on: {:?}",
                    self.said,
                    self.unanswered()
                );
            }
        }
    }

    /// Everybody has heard one answer to each message, in order, and was counted exactly.
    fn check(&self) {
        for who in &self.people {
            let heard = texts(who, Side::Person);
            let expected: Vec<String> =
                heard.iter().enumerate().map(|(nth, text)| format!("{text} is the {}th", nth + 1)).collect();
            assert_eq!(texts(who, Side::Business), expected, "{}", who.person().name);
        }
    }
}

/// How a round ends.
#[derive(Clone, Copy)]
enum End {
    Killed,
    Stopped,
}

fn rounds(usual: u32) -> u32 {
    setting("WAPPA_KILL_ROUNDS").and_then(|rounds| rounds.parse().ok()).unwrap_or(usual)
}

fn setting(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "how long to go on is for whoever starts the test")]
    std::env::var(name).ok()
}

async fn again_and_again(rounds: u32, end: End) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut storm = Storm::gather(7).await;
    let (mut owed, mut most) = (0, 0);
    for round in 0..rounds {
        let bot = storm.start(folder.path()).await;
        let messages = 10 + storm.dice.throw(110);
        storm.rain(messages).await;
        let open = storm.owed();
        (owed, most) = (owed + open, most.max(storm.said - answers(&storm.people)));
        match end {
            End::Killed => bot.crash().await,
            // With a send that Graph leaves without an answer it says that something is left.
            End::Stopped => assert!(matches!(bot.end().await.code(), Some(0 | 1)), "round {round}"),
        }
        if round % 10 == 9 {
            println!("round {}: {} messages, {open} owed", round + 1, storm.said);
        }
    }
    assert!(owed > 0, "it never ended while it owed an answer");

    let bot = storm.start(folder.path()).await;
    storm.dry_up(&bot).await;
    assert_eq!(bot.end().await.code(), Some(0));
    storm.check();
    println!(
        "{rounds} rounds, {} messages: each answered once and in order, with {owed} owed at the ends and never \
         more than {most} behind",
        storm.said
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_or_out_of_order_however_often_it_is_killed() {
    again_and_again(rounds(6), End::Killed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_or_out_of_order_however_often_it_is_stopped() {
    again_and_again(rounds(3), End::Stopped).await;
}

/// A disk that takes nothing for a while: what it cannot keep is not acknowledged, and all of it is answered later.
async fn a_full_disk(disk: Disk) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join(disk::FOLDER)).expect("a folder");
    let mut storm = Storm::gather(11).await;
    let bot = start_on(disk, "counting", folder.path(), &storm.emulator, &storm.origin).await;
    storm.rain(200).await;

    disk.fill(&bot).await;
    // What had its place already may still be taken.
    let refused = until("an end of what is taken", async || {
        let taken = acknowledged(&storm.people);
        storm.rain(20).await;
        (acknowledged(&storm.people) == taken).then_some(taken)
    })
    .await;
    let long = 100 * u64::from(rounds(2));
    storm.rain(long).await;
    assert_eq!(acknowledged(&storm.people), refused, "nothing is acknowledged that was not kept");
    assert!(storm.emulator.undelivered() > 0);

    disk.free(&bot).await;
    storm.rain(100).await;
    storm.dry_up(&bot).await;
    assert_eq!(bot.end().await.code(), Some(0));
    storm.check();
    println!(
        "{} messages, of which {long} met a disk without room: each answered once and in order",
        storm.said
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg(target_os = "linux")]
async fn a_full_disk_costs_nothing_but_time() {
    // What stands in for a full disk by default needs nothing that a container may lack.
    let disk = if setting("WAPPA_KILL_DISK").is_some() { Disk::Small } else { Disk::Limited };
    a_full_disk(disk).await;
}
