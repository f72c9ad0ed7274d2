//! The layers that come along: who is let through, and what the others hear.

use std::time::Duration;

use wappa::{
    prelude::*,
    router::{
        Layer,
        layers::{BanList, BusinessHours, Cooldown, Log, OnlyFor},
    },
};

use crate::stage::{Place, Stage, said};

async fn served(chat: Chat) -> Result {
    chat.say("served").await?;
    Ok(())
}

async fn left_over(chat: Chat) -> Result {
    chat.say("left over").await?;
    Ok(())
}

async fn stage(layer: impl Layer) -> Stage {
    let inside = Router::new().on(served).layer(layer);
    let bot = Router::new().nest(inside).otherwise(left_over).layer(Log);
    Stage::of(bot, &Place::memory()).await
}

fn wa_id(stage: &Stage) -> String {
    stage.ana().person().wa_id.as_ref().expect("a wa_id").to_string()
}

async fn answers(stage: &Stage, count: usize) -> Vec<String> {
    for at in said(&stage.ana()).len()..count {
        stage.ana().says("hi").expect("said");
        stage.ana().sees_answers(at + 1).await.expect("an answer");
    }
    said(&stage.ana())
}

#[tokio::test]
async fn a_banned_person_is_not_answered_until_pardoned() {
    let bans = BanList::default();
    let stage = stage(bans.clone()).await;
    assert_eq!(answers(&stage, 1).await, ["served"]);
    bans.ban(format!("+{}", wa_id(&stage)));
    stage.ana().says("banned").expect("said");
    stage.ben().says("hi").expect("said");
    stage.ben().sees("served").await.expect("an answer");
    bans.pardon(&wa_id(&stage));
    assert_eq!(answers(&stage, 2).await, ["served", "served"]);
}

#[tokio::test]
async fn routes_for_owners_do_not_exist_for_others() {
    let nobody = OnlyFor::new(["+15550000000"]);
    assert_eq!(answers(&stage(nobody.clone()).await, 1).await, ["left over"]);
    assert_eq!(answers(&stage(nobody.or_say("not you")).await, 1).await, ["not you"]);
}

#[tokio::test]
async fn what_comes_too_soon_is_told_so() {
    let cooldown = Cooldown::new(Duration::from_hours(1)).or_say("too soon");
    let stage = stage(cooldown).await;
    assert_eq!(answers(&stage, 2).await, ["served", "too soon"]);
    stage.ben().says("hi").expect("said");
    stage.ben().sees("served").await.expect("an answer");
}

#[tokio::test]
async fn a_closed_shop_leaves_messages_to_others_or_says_so() {
    let closed = BusinessHours::in_zone("Europe/Berlin").expect("a zone");
    assert_eq!(answers(&stage(closed.clone()).await, 1).await, ["left over"]);
    assert_eq!(answers(&stage(closed.or_say("closed")).await, 1).await, ["closed"]);
}

#[tokio::test]
async fn what_is_read_has_blue_ticks() {
    for stage in [stage(MarkRead).await, stage(ShowTyping).await] {
        let message = stage.ana().says("hi").expect("said");
        stage.ana().sees("served").await.expect("an answer");
        let read = |chat: &wappa::emulator::world::Chat| {
            let mine = chat.messages.iter().find(|of| of.id == message)?;
            (mine.status == wappa::emulator::world::Tick::Read).then_some(())
        };
        stage.ana().until(read).await.expect("blue ticks");
    }
}
