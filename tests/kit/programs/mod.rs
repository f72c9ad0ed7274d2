//! How much an author writes: three whole programs, counted and talked to. The pizzeria with all it can do is
//! examples/menu.rs.

mod checkout;
mod echo;
mod menu;
mod sign_up;

use wappa::testing::World;

const ECHO: &str = include_str!("echo.rs");
const MENU: &str = include_str!("menu.rs");
const SIGN_UP: &str = include_str!("sign_up.rs");

/// The lines with something on them, comments that are no help texts aside.
fn lines(program: &str) -> usize {
    program.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("//!")).count()
}

/// The lines from the one that begins like this to the end of that item.
fn item<'p>(program: &'p str, start: &str) -> &'p str {
    let from = program.find(start).expect("it is there");
    let end = program[from..].find("\n}\n").map_or(program.len(), |end| from + end + "\n}\n".len());
    &program[from..end]
}

/// The shape that was promised before the first line of the framework was written: it may get lighter, never heavier.
#[test]
fn programs_are_as_short_as_they_were_meant_to_be() {
    assert!(lines(ECHO) <= 16, "echo: {}", lines(ECHO));
    assert!(lines(item(SIGN_UP, "#[conversation]")) <= 8);
    // A menu, two commands, taps, a cart that outlives a restart and a checkout begun; `/help` beside.
    let bodies = ["async fn add", "async fn tapped"].map(|start| lines(item(MENU, start)) - 1);
    let frame = lines(MENU) - bodies.iter().sum::<usize>();
    assert!(frame <= 32, "menu without the bodies of its handlers: {frame}");
    assert!(lines(MENU) <= 40, "menu: {}", lines(MENU));
}

#[test]
fn the_readme_and_the_template_show_the_same_echo() {
    let shown = ECHO.replace("pub(super) ", "");
    let (_, shown) = shown.split_once("\n\n").expect("the program begins after its first line");
    for other in [
        include_str!("../../../README.md"),
        include_str!("../../../src/docs/crate.md"),
        include_str!("../../../templates/echo/src/main.rs"),
    ] {
        assert!(other.contains(shown), "another echo:\n{other}");
    }
}

/// They are programs, not only handlers.
#[test]
fn programs_run_by_themselves() {
    let _: [fn() -> wappa::Result; 2] = [echo::main, menu::main];
}

#[wappa::test]
async fn echo_says_back_what_it_hears(world: World) {
    let ana = world.bot(echo::Echo).user("Ana");
    ana.says("hello").await;
    ana.sees("hello").exactly("hello");
}

#[wappa::test]
async fn the_menu_leads_to_an_order(world: World) {
    let ana = world.bot(menu::bot()).user("Ana");
    ana.says("hola").await;
    ana.sees("What would you like?").rows(["Margherita", "Marinara"]);
    ana.picks("Marinara").await;
    ana.sees("1 × Marinara it is. There are 1 in your cart.");
    ana.says("/add margherita 2").await;
    ana.sees("2 × Margherita it is. There are 2 in your cart.");
    ana.taps("Order").await;
    ana.sees("Where to?");
    ana.says("/help").await;
    ana.sees("/add <pizza> <quantity>: Add to your order");
    ana.says("Elm Street 7").await;
    ana.sees("To Elm Street 7: right?");
    ana.says("yes").await;
    ana.sees("On its way to Elm Street 7.");
}

#[wappa::test(sqlite)]
async fn signing_up_goes_on_after_a_restart(world: World) {
    let ana = world.bot(sign_up::bot()).user("Ana");
    ana.says("hi").await;
    ana.sees("What's your name?");
    ana.says("Ana").await;
    ana.sees("Which size?").buttons(["Small", "Large"]);
    world.bot(sign_up::bot());
    ana.taps("Large").await;
    ana.sees("Ana, that is 1200.");
    ana.sees_nothing();
}
