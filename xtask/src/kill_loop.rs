//! The kill loop at length: the same tests that `test` runs for a few rounds.

use crate::{project::Project, shell::Failure};

/// How the bot is treated, which tests these are, and how often or for how many seconds if nothing else is said.
const WAYS: [(&str, &str, &str); 3] =
    [("killed", "is_killed", "200"), ("stopped", "is_stopped", "200"), ("disk", "nothing_but_time", "10")];

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    let (mut way, mut rounds) = (WAYS[0], None);
    for argument in arguments {
        match WAYS.iter().find(|(name, ..)| name == argument) {
            Some(known) => way = *known,
            None if argument.parse::<u32>().is_ok() => rounds = Some(argument.as_str()),
            None => {
                return Err(Failure::new(format!("`{argument}` is neither a number of rounds nor a way")));
            }
        }
    }
    let (_, tests, usual) = way;
    // The tests start their bot from where cargo builds examples.
    project.cargo().args(["build", "-p", "wappa", "--examples"]).run()?;
    let command = || {
        let command = project.cargo().args(["test", "-p", "wappa", "--test", "kill_loop", tests]);
        command.args(["--", "--nocapture"]).env("WAPPA_KILL_ROUNDS", rounds.unwrap_or(usual))
    };
    command().run()?;
    if tests == WAYS[2].1 {
        // Once more on a disk of its own, for which the system must let anybody have name spaces.
        command().env("WAPPA_KILL_DISK", "small").run()?;
    }
    Ok(())
}
