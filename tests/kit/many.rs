//! Three hundred tests, as a large bot has them: how long they take together is what an author waits for.

use wappa::{prelude::*, testing::Talk, testing::World};

struct Waiter;

#[derive(Default, Serialize, Deserialize)]
struct Order {
    dishes: Vec<String>,
}

impl EventHandler for Waiter {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let mut order = chat.session::<Order>().await?;
        match (message.tapped(), message.text()) {
            (Some(dish), _) => {
                order.dishes.push(dish.title.to_owned());
                chat.send(Buttons::new(format!("So far: {}", order.dishes.join(", "))).button("pay", "Pay"))
                    .await?
            }
            (None, Some("menu")) => {
                let dishes = ["Soup", "Fish"].map(|dish| Row::new(dish, dish));
                chat.send(List::new("What would you like?", "See dishes").rows("Today", dishes)).await?
            }
            _ => chat.say("Say “menu”.").await?,
        };
        Ok(())
    }
}

async fn acted(world: World, name: &str) {
    let person = world.bot(Waiter).user(name);
    person.says("hi").await;
    person.sees("Say “menu”.");
    person.says("menu").await;
    person.sees("What would you like?").rows(["Soup", "Fish"]);
    person.taps("Soup").await;
    person.taps("Fish").await;
    person.sees("So far: Soup, Fish").buttons(["Pay"]);
    person.sees_nothing();
}

fn read(world: &World, name: &str) {
    let talk = "\
X: hi
Bot: Say “menu”.
X: menu
Bot: What would you like? [See dishes]
  - Soup
  - Fish
X: (picks Soup)
Bot: So far: Soup [Pay]
X: (picks Fish)
Bot: So far: Soup, Fish [Pay]
";
    world.bot(Waiter);
    let played = Talk::read(&talk.replace("X:", &format!("{name}:"))).expect("a talk").play(world);
    assert!(played.agrees(), "{played}");
}

macro_rules! tests {
    ($person:ident: $($test:ident)*) => {
        mod $person {
            mod acts {
                $(#[wappa::test] async fn $test(world: wappa::testing::World) {
                    super::super::acted(world, stringify!($person)).await;
                })*
            }
            mod talks {
                $(#[wappa::test] async fn $test(world: wappa::testing::World) {
                    super::super::read(&world, stringify!($person));
                })*
            }
        }
    };
}

macro_rules! people {
    ($($person:ident)*) => {
        $(tests!($person: one two three four five six seven eight nine ten);)*
    };
}

people!(ana ben carla dan eva finn gina hugo ida jan kim lea max nora otto);
