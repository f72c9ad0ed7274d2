//! What talks promise: they say what differs, they are written anew as they went, and doors make no difference.

use wappa::{
    prelude::*,
    testing::{Talk, World},
};

struct Parrot;

impl EventHandler for Parrot {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        chat.say(message.text().unwrap_or("?")).await?;
        chat.send(Buttons::new("Again?").button("yes", "Yes")).await?;
        Ok(())
    }
}

const WRONG: &str = "\
# A parrot.
Ana: hi
Bot: hello
Bot: Again? [Yes]

# Much later:
(25h later)
Ana: (taps Yes)
";

const RIGHT: &str = "\
# A parrot.
Ana: hi
Bot: hi
Bot: Again?
  [Yes]

# Much later:
(25h later)
Ana: (taps Yes)
Bot: ?
Bot: Again?
  [Yes]
";

#[wappa::test]
async fn what_differs_is_shown_and_written(world: World) {
    world.bot(Parrot);
    let played = Talk::read(WRONG).expect("a talk").play(&world);
    assert!(!played.agrees());
    assert_eq!(played.written(), RIGHT);
    let shown = played.to_string();
    for line in ["  Ana: hi", "- Bot: hello", "+ Bot: hi", "  (25h later)", "+ Bot: ?"] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    let again = World::new();
    again.bot(Parrot);
    let played = Talk::read(RIGHT).expect("a talk").play(&again);
    assert!(played.agrees(), "{played}");
    assert_eq!(played.written(), RIGHT);
    // What a world shows of itself can be played, too.
    assert_eq!(
        again.transcript().to_string(),
        RIGHT.replace("# A parrot.\n", "").replace("\n# Much later:\n", "")
    );
}

#[wappa::test]
async fn a_surprise_is_a_difference(world: World) {
    world.bot(Parrot);
    for silent in ["Ana: hi\n", "Ana: hi\nBot: hi\n", "Ana: hi\nBot: Again? [Yes]\nBot: hi\n"] {
        assert!(!Talk::read(silent).expect("a talk").play(&world).agrees(), "{silent}");
    }
}

/// Says something of every kind, and counts.
struct Kiosk;

#[derive(Default, Serialize, Deserialize)]
struct Visits(u32);

impl EventHandler for Kiosk {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let mut visits = chat.session::<Visits>().await?;
        visits.0 += 1;
        chat.typing().await?;
        match &message.content {
            Content::Image(image) => chat.send(Image::id(&image.id).caption("Yours")).await?,
            Content::Location(place) => chat.send(place.clone()).await?,
            _ => match message.tapped() {
                Some(tap) => chat.reply(format!("You took {}.", tap.title)).await?,
                None => {
                    chat.send(
                        List::new("What?", "Look").rows("All", [Row::new("a", "A"), Row::new("b", "B")]),
                    )
                    .await?
                }
            },
        };
        chat.react("👀").await?;
        chat.send(
            Buttons::new(format!("Visit {}", visits.0)).header("Kiosk").footer("Open").button("x", "X"),
        )
        .await?;
        Ok(())
    }
}

const VISIT: &str = "\
Ana: hi
Bot: What?
  [Look]
  - A
  - B
Bot: Visit 1
  header: Kiosk
  footer: Open
  [X]
Bot: (reacts 👀)
Ana: (taps B)
Bot: (replies to \"B\") You took B.
Bot: Visit 2
  header: Kiosk
  footer: Open
  [X]
Bot: (reacts 👀)
(25h later)
Ana: (image) me
Bot: (image) Yours
Bot: Visit 3
  header: Kiosk
  footer: Open
  [X]
Bot: (reacts 👀)
Ben: (location 1.5 2 Here)
Bot: (location 1.5 2 Here)
Bot: Visit 1
  header: Kiosk
  footer: Open
  [X]
Bot: (reacts 👀)
";

#[wappa::test]
async fn the_way_between_bot_and_meta_makes_no_difference(direct: World) {
    let talk = Talk::read(VISIT).expect("a talk");
    let http = World::builder().over_http().build();
    for world in [direct, http] {
        world.bot(Kiosk);
        let played = talk.play(&world);
        assert!(played.agrees(), "{played}");
        assert_eq!(world.transcript().to_string(), VISIT);
    }
}

const TAKEN_OVER: &str = "\
Ana: hi
Bot: hi
Bot: Again?
  [Yes]
Owner: I'm here myself now
Ana: good
Ben: hello
Bot: hello
Bot: Again?
  [Yes]
Owner to Ana: on my way
  | with two boxes
";

#[wappa::test]
async fn the_owner_takes_part_in_a_talk() {
    let world = World::builder().with_app().build();
    world.bot(Parrot);
    let played = Talk::read(TAKEN_OVER).expect("a talk").play(&world);
    assert!(played.agrees(), "{played}");
    assert_eq!(world.transcript().to_string(), TAKEN_OVER);
}
