//! Every way of writing a command.

use std::str::FromStr;

use wappa::prelude::*;

/// First line, as lists show it
///
/// And more of it.
#[command(name = "carta", aliases = ["menú", "start"], section = "Shop", hidden)]
async fn with_every_option(chat: Chat) -> Result {
    chat.say("…").await?;
    Ok(())
}

#[command]
pub(super) async fn without_arguments() -> wappa::Result<()> {
    Ok(())
}

#[command]
async fn r#loop(_: Chat) -> Result {
    Ok(())
}

#[derive(Argument)]
#[argument(wanted = "an e-mail address")]
struct Email(String);

impl FromStr for Email {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        if text.contains('@') { Ok(Self(text.to_owned())) } else { Err("no @") }
    }
}

#[derive(Argument)]
struct Wrapped<T: FromStr>(T);

impl<T: FromStr> FromStr for Wrapped<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

#[command]
async fn everything_typed(
    _: Chat,
    Args((email, Wrapped(age), nickname, mut note)): Args<(Email, Wrapped<u8>, Option<String>, Rest)>,
    _: Message,
    _: State<String>,
    _: Option<Referral>,
    _: Messenger,
    _: Help,
    mut visits: Session<u32>,
) -> Result {
    *visits += u32::from(age);
    note.0.push_str(&email.0);
    drop((nickname, note));
    Ok(())
}

struct Counter(u64);

#[command]
impl Counter {
    /// Count on
    #[command(aliases = ["plus"], section = "Numbers")]
    async fn add(&self, chat: Chat, Args(more): Args<u64>) -> Result {
        chat.say(self.sum(more).to_string()).await?;
        Ok(())
    }

    fn sum(&self, more: u64) -> u64 {
        self.0.saturating_add(more)
    }
}

pub mod below {
    use wappa::prelude::*;

    #[command]
    pub async fn deeper() -> Result {
        Ok(())
    }
}

pub fn main() {
    let table = Router::new().commands(commands!()).commands(Counter(1)).state(String::new()).explain();
    for usage in [
        "/carta ",
        "/loop ",
        "/without_arguments ",
        "/deeper ",
        "/everything_typed <email> <age> [nickname] <note…>",
        "/add <more>",
    ] {
        assert!(table.contains(usage), "{usage} is not in\n{table}");
    }
    assert!(!table.contains("closure"), "{table}");
    let two = Router::new().commands(commands!(without_arguments, below::deeper,)).explain();
    assert_eq!(two.lines().count(), 2, "{two}");
    let all = Router::new().commands(commands!(all)).explain();
    assert!(all.contains("/deeper"));
    let one = Router::new().command(wappa::router::Command::new("hi", async |_: Chat| Ok(())));
    assert!(one.explain().contains("/hi"));
}
