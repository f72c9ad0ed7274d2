//! The README's pictures: made by a test in a browser, and put in `docs`.

use std::fs;

use crate::{project::Project, shell::Failure};

const PICTURES: [&str; 2] = ["phone.png", "phone-dark.png"];

pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    project.cargo().args(["build", "-p", "wappa", "--examples"]).run()?;
    let test = [
        "test",
        "-p",
        "wappa",
        "--test",
        "browser",
        "the_pictures_of_the_readme_can_be_made",
        "--",
        "--ignored",
    ];
    project.cargo().args(test).run()?;
    for name in PICTURES {
        let (made, kept) = (project.target().join("tmp").join(name), project.root().join("docs").join(name));
        fs::copy(&made, &kept).map_err(|error| Failure::new(format!("{}: {error}", made.display())))?;
    }
    Ok(())
}
