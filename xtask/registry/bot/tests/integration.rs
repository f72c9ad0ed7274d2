//! What the program says of itself, and commands that stand in an integration test.

use std::process::Command;

use wappa::prelude::*;

#[command]
async fn tested(chat: Chat) -> Result {
    chat.say("Yes.").await?;
    Ok(())
}

#[test]
fn each_bot_of_the_program_has_its_own_commands() {
    let program = Command::new(env!("CARGO_BIN_EXE_bot")).output().expect("the program runs");
    let said = String::from_utf8(program.stdout).expect("text");
    let expected = "\
pizzeria: pizza status
bank: status
shop: cake menu
cakes: cake
program: pizza status status
everything: cake menu pizza status status
";
    assert_eq!(said, expected);
}

#[test]
fn a_test_has_its_own_and_those_of_the_library() {
    let own = Router::new().commands(commands!()).explain();
    assert_eq!(own.lines().count(), 1, "{own}");
    assert!(own.contains("/tested"), "{own}");
    let all = Router::new().commands(commands!(all)).explain();
    assert_eq!(all.lines().count(), 3, "{all}");
    assert!(shop::bot().check().is_ok());
}
