//! The broadcast reaches everybody in the file, once.

use wappa::testing::World;

use super::*;

#[wappa::test]
async fn everybody_hears_of_it_once(world: World) {
    let world = world.bot(Silent);
    let (ana, ben) = (world.user("Ana"), world.user("Ben"));
    let file =
        format!("user_id\n{}\n{}\n{}\n", ana.phone().user_id, ben.phone().user_id, ana.phone().user_id);
    let broadcast = world
        .handle()
        .broadcast(spring(), Audience::csv(std::io::Cursor::new(file)))
        .await
        .expect("the template has no places to fill");
    let ended = broadcast.ended().await;
    assert_eq!((ended.sent, ended.duplicates, ended.bad_rows), (2, 1, 0));
    for who in [&ana, &ben] {
        who.sees_template("hello_world");
    }
}
