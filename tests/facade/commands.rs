//! Commands: how they are called, what is said when they are called wrongly, and which ones a router collects.

use wappa::{
    prelude::*,
    router::{Command, Commands},
};

use crate::stage::{Place, Stage, said};

/// A shop with commands of its own.
mod shop {
    use wappa::prelude::*;

    #[derive(Choices, Debug, Clone, Copy, PartialEq)]
    pub(super) enum Pizza {
        Margherita,
        #[choice(aliases = ["4 formaggi"])]
        QuattroFormaggi,
        #[choice(name = "Açaí")]
        Acai,
    }

    #[derive(Argument)]
    #[argument(wanted = "an e-mail address")]
    struct Email(String);

    impl std::str::FromStr for Email {
        type Err = std::io::Error;

        fn from_str(text: &str) -> Result<Self, Self::Err> {
            let valid = text.contains('@');
            valid.then(|| Self(text.to_owned())).ok_or_else(|| std::io::Error::other("no @"))
        }
    }

    /// Show the menu
    #[command(aliases = ["start", "cardápio"])]
    pub(super) async fn menu(chat: Chat) -> Result {
        chat.say("the menu").await?;
        Ok(())
    }

    /// Add to your order
    ///
    /// As in `/add margherita 2 no basil`.
    #[command(section = "Orders")]
    async fn add(
        chat: Chat,
        Args((pizza, quantity, note)): Args<(Pizza, Option<u8>, Option<Rest>)>,
    ) -> Result {
        let note = note.map_or(String::new(), |Rest(note)| note);
        chat.say(format!("{} × {} {note}", quantity.unwrap_or(1), pizza.name())).await?;
        Ok(())
    }

    pub(super) mod deeper {
        use super::*;

        /// Where the bill goes
        #[command(section = "Orders")]
        async fn bill(chat: Chat, Args(email): Args<Email>) -> Result {
            chat.say(email.0).await?;
            Ok(())
        }

        /// For ourselves
        #[command(hidden)]
        async fn secret(chat: Chat) -> Result {
            chat.say("psst").await?;
            Ok(())
        }

        pub(in super::super) fn router() -> Router {
            Router::new().commands(commands!())
        }
    }

    pub(super) fn router() -> Router {
        Router::new().commands(commands!()).otherwise(async |chat: Chat| -> Result {
            chat.say("otherwise").await?;
            Ok(())
        })
    }
}

/// Another shop whose name begins like that of the first.
mod shop_around_the_corner {
    use wappa::prelude::*;

    #[command]
    async fn corner(chat: Chat) -> Result {
        chat.say("corner").await?;
        Ok(())
    }

    pub(super) fn router() -> Router {
        Router::new().commands(commands!())
    }
}

/// What the bot says to each of these texts.
async fn answers(bot: Router, texts: &[&str]) -> Vec<String> {
    let stage = Stage::of(bot, &Place::memory()).await;
    let ana = stage.ana();
    for (at, text) in texts.iter().enumerate() {
        ana.says(*text).expect("said");
        ana.sees_answers(at + 1).await.expect("an answer");
    }
    said(&ana)
}

async fn answer(bot: Router, text: &str) -> String {
    answers(bot, &[text]).await.remove(0)
}

#[tokio::test]
async fn a_name_is_exact_but_for_case_and_accents() {
    let texts = ["/menu", "menu", " MENÚ ", "/Start", "/cardapio", "Cardápio", "menu please", "/ menu"];
    let expected = ["the menu"; 6].into_iter().chain(["otherwise"; 2]);
    assert_eq!(answers(shop::router(), &texts).await, expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn words_become_arguments() {
    let texts = [
        "/add margherita",
        "/add MARGHERITA 2",
        "/add “quattro formaggi” 3 no  onions, please",
        "add '4 Formaggi'",
        "/add acai",
        "/bill ana@example.org",
        // A bare word whose words don't fit is just a text.
        "add some more",
        "/secret",
    ];
    let expected = [
        "1 × Margherita ",
        "2 × Margherita ",
        "3 × Quattro Formaggi no  onions, please",
        "1 × Quattro Formaggi ",
        "1 × Açaí ",
        "ana@example.org",
        "otherwise",
        "psst",
    ];
    assert_eq!(answers(shop::router(), &texts).await, expected);
}

#[tokio::test]
async fn a_wrong_argument_is_answered_with_the_reason_and_the_usage() {
    let texts = ["/add", "/add tiramisu", "/add acai two", "/bill here", "/bill a@b c"];
    let usage = "\nUsage: /add <pizza> [quantity] [note]";
    let expected = [
        format!("pizza is missing: one of Margherita, Quattro Formaggi, Açaí.{usage}"),
        format!("“tiramisu” is not one of Margherita, Quattro Formaggi, Açaí.{usage}"),
        format!("“two” is not a whole number from 0 to 255.{usage}"),
        "“here” is not an e-mail address.\nUsage: /bill <email>".to_owned(),
        "“c” is too much.\nUsage: /bill <email>".to_owned(),
    ];
    assert_eq!(answers(shop::router(), &texts).await, expected);
}

#[tokio::test]
async fn help_writes_itself() {
    let help = "/menu: Show the menu\n\n*Orders*\n/add <pizza> [quantity] [note]: Add to your order\n/bill <email>: \
                Where the bill goes";
    let of_add = "*/add <pizza> [quantity] [note]*\nAdd to your order\n\nAs in `/add margherita 2 no basil`.";
    let of_menu = "*/menu*\nShow the menu\nAlso: /start, /cardápio";
    let texts = ["/help", "Help", "/help add", "help /cardapio", "/help nothing of ours"];
    assert_eq!(answers(shop::router(), &texts).await, [help, help, of_add, of_menu, help]);
}

#[tokio::test]
async fn a_near_miss_is_asked_about_and_a_far_one_is_not() {
    let texts = ["/mneu", "/hlep", "/startup now", "/secrte", "/weather"];
    let expected = [
        "There is no /mneu. Did you mean /menu?",
        "There is no /hlep. Did you mean /help?",
        "There is no /startup. Did you mean /start?",
        "otherwise",
        "otherwise",
    ];
    assert_eq!(answers(shop::router(), &texts).await, expected);
}

#[tokio::test]
async fn a_router_collects_its_module_and_what_is_below() {
    assert_eq!(answer(shop_around_the_corner::router(), "/corner").await, "corner");
    assert_eq!(answer(shop::router().prefixes(["!", "/"]), "!corner").await, "otherwise");
    let deeper = shop::deeper::router().explain();
    assert!(
        deeper.contains("/bill <email>") && deeper.contains("/secret") && !deeper.contains("/menu"),
        "{deeper}"
    );
    let all = Router::new().commands(commands!(all)).explain();
    assert!(["/corner", "/menu", "/bill <email>"].iter().all(|usage| all.contains(usage)), "{all}");
    let named = Router::new().commands(commands!(shop::menu)).explain();
    assert_eq!(named.lines().count(), 1, "{named}");
    assert!(named.contains("/menu") && named.contains("tests/facade/commands.rs:"), "{named}");
}

struct Counter {
    step: usize,
}

#[command]
impl Counter {
    /// Count on
    #[command(aliases = ["on"])]
    async fn count(&self, chat: Chat, Args(from): Args<usize>) -> Result {
        chat.say((from + self.step).to_string()).await?;
        Ok(())
    }
}

#[tokio::test]
async fn methods_are_commands_of_a_value() {
    let bot =
        Router::new().commands(Counter { step: 5 }).prefixes(["!"]).prefixed_only().otherwise(shop::menu);
    let texts = ["!count 2", "!on 3", "count 3", "!count"];
    let expected = [
        "7",
        "8",
        "the menu",
        "from is missing: a whole number from 0 to 18446744073709551615.\nUsage: !count <from>",
    ];
    assert_eq!(answers(bot, &texts).await, expected);
}

#[tokio::test]
async fn commands_come_before_what_is_under_way_and_before_routes() {
    let bot = Router::new()
        .on(async |chat: Chat, Text(text): Text| -> Result {
            chat.say(format!("heard {text}")).await?;
            Ok(())
        })
        .commands(commands!(shop::menu));
    assert_eq!(answers(bot, &["/menu", "menu"]).await, ["the menu", "heard menu"]);
}

#[test]
fn what_is_wrong_with_commands_is_said_before_the_first_message() {
    async fn nothing() -> Result {
        Ok(())
    }
    let error = Router::new()
        .commands(commands!(shop::menu))
        .command(Command::new("MENÚ", nothing))
        .command(Command::new("two words", nothing))
        .nest(Router::new().commands(empty::commands()))
        .check()
        .expect_err("a wrong router")
        .to_string();
    let here = file!();
    assert!(error.contains(&format!("a command called `MENÚ` stands at {here}:")), "{error}");
    assert!(error.contains("a command's name is a word, and `two words` is none"), "{error}");
    assert!(error.contains("there is no `#[command]` in `facade::commands::empty` or below"), "{error}");
    assert_eq!(error.matches(here).count(), 4, "{error}");
}

/// Keeps what is posted to Meta, and answers that all is well.
#[derive(Default)]
struct Recorded(std::sync::Mutex<Vec<String>>);

impl wappa::cloud::Transport for Recorded {
    fn call(
        &self,
        request: wappa::cloud::GraphRequest,
    ) -> wappa::clock::BoxFuture<'_, Result<wappa::cloud::GraphResponse, wappa::cloud::TransportError>> {
        let body = match &request.body {
            wappa::cloud::RequestBody::Json(body) => String::from_utf8_lossy(body).into_owned(),
            _ => String::new(),
        };
        self.0.lock().expect("no panic").push(format!("{:?} {body}", request.target));
        let body = "{\"success\":true,\"conversational_automation\":{\"enable_welcome_message\":true}}";
        Box::pin(async move {
            Ok(wappa::cloud::GraphResponse {
                status: 200,
                retry_after: None,
                content_type: Some("application/json".to_owned()),
                body: body.into(),
            })
        })
    }
}

#[tokio::test]
async fn commands_and_ice_breakers_are_shown_at_metas() {
    let posted = std::sync::Arc::new(Recorded::default());
    let number = crate::stage::strange_number("106540352242922", &wappa::cloud::AppSecret::new("secret"));
    let build = |bot: Router| {
        Wappa::new()
            .ignore_environment()
            .number(number.clone())
            .verify_token(wappa::cloud::VerifyToken::new("verify"))
            .store(StoreChoice::Memory)
            .custom_transport(std::sync::Arc::clone(&posted) as _)
            .set_event_handler(bot)
            .build()
    };
    let bot = build(shop::router().ice_breakers(["What is on the menu?"])).await.expect("a bot");
    bot.publish_commands().await.expect("published");
    let posts = std::mem::take(&mut *posted.0.lock().expect("no panic"));
    let post = posts.last().expect("a post").clone();
    for shown in
        ["106540352242922/conversational_automation", "What is on the menu?", "Show the menu", "\"help\""]
    {
        assert!(post.contains(shown), "{shown}: {post}");
    }
    assert!(!post.contains("secret"), "{post}");
    assert!(post.contains("\"enable_welcome_message\":true"), "what was set stays: {post}");

    let too_many = build(Router::new().ice_breakers(["1", "2", "3", "4", "5"])).await.expect("a bot");
    too_many.publish_commands().await.expect_err("Meta takes four");
    // With `help`, which is added, they are one too many.
    let names = "abcdefghijklmnopqrstuvwxyz1234";
    let commands =
        (0..names.len()).map(|at| Command::new(&names[at..=at], async || Ok(())).about("One of thirty"));
    let too_many = build(Router::new().commands(Commands::of(commands))).await.expect("a bot");
    let error = too_many.publish_commands().await.expect_err("Meta takes thirty");
    assert!(format!("{error:?}").contains("`commands` has 31 entries"), "{error:?}");
    assert!(posted.0.lock().expect("no panic").is_empty(), "nothing is posted that Meta would refuse");
}

mod empty {
    pub(super) fn commands() -> wappa::router::Commands {
        wappa::commands!()
    }
}
