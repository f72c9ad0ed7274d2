//! ARCHITECTURE.md and the sources agree: every source file stands in the code map, every file it names is there, and every
//! test that holds an invariant exists.

use std::{fs, path::Path};

use crate::{lines, project::Project, shell::Failure};

const MAP: &str = "ARCHITECTURE.md";

pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    println!("\n==> {MAP}");
    let read = |path: &str| fs::read_to_string(project.root().join(path)).ok();
    let map = read(MAP).ok_or_else(|| Failure::new(format!("{MAP} cannot be read")))?;
    let files: Vec<String> =
        lines::sources(project.root())?.iter().filter_map(|path| path.to_str()).map(str::to_owned).collect();
    let mut problems = Vec::new();
    for (name, text) in sections(&map) {
        problems.extend(uncharted(name, text, &files));
    }
    problems.extend(unheld(&map, read));
    if problems.is_empty() {
        println!("    names every file of the crates and only tests that exist");
        return Ok(());
    }
    Err(Failure::new(format!("{MAP}:\n  {}", problems.join("\n  "))))
}

/// Crate → the text below its heading. The root's crate is in no folder.
fn sections(map: &str) -> impl Iterator<Item = (&str, &str)> {
    map.split("\n### ").skip(1).filter_map(|section| {
        let (heading, text) = section.split_once('\n')?;
        let name = heading.strip_prefix('`')?.split('`').next()?;
        Some((if name == "wappa" { "" } else { name }, text))
    })
}

/// Files of a crate that its section doesn't name, and names in it that are no files.
fn uncharted(name: &str, text: &str, files: &[String]) -> Vec<String> {
    let source = Path::new(name).join("src");
    let inside: Vec<&Path> = files
        .iter()
        .filter_map(|file| Path::new(file).strip_prefix(&source).ok())
        .filter(|file| is_rust(file) && !file.ends_with("tests.rs"))
        .collect();
    let named: Vec<&str> = quoted(text).collect();
    let mut problems = Vec::new();
    for file in &inside {
        let own = file.file_name().and_then(|own| own.to_str()).filter(|own| *own != "mod.rs");
        let folders = file.parent().into_iter().flatten().filter_map(|folder| folder.to_str());
        let parts = folders.map(|folder| format!("{folder}/")).chain(own.map(str::to_owned));
        for part in parts.filter(|part| !named.iter().any(|name| ends_with(name, part))) {
            problems.push(format!(
                "{} is not in the code map: `{part}` is not named",
                source.join(file).display()
            ));
        }
    }
    let gone = named
        .iter()
        .filter(|name| is_rust(Path::new(name)) && !name.contains('/'))
        .filter(|name| !inside.iter().any(|file| file.ends_with(name)))
        .map(|name| format!("`{name}` is no file below {}", source.display()));
    problems.extend(gone);
    problems
}

/// `world/graph/` names `graph/`, but `telegraph/` does not.
fn ends_with(name: &str, part: &str) -> bool {
    name.strip_suffix(part).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Tests named after "Held by" that are in none of the files named beside them.
fn unheld(map: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for paragraph in map.split("\n\n") {
        // However the lines are broken.
        let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some((_, held)) = paragraph.split_once("*Held by*") else {
            if paragraph.starts_with("**Architecture Invariant:**") {
                problems.push(format!("held by nothing: {paragraph}"));
            }
            continue;
        };
        let (paths, tests): (Vec<&str>, Vec<&str>) =
            quoted(held).filter(|name| is_path(name) || is_test(name)).partition(|name| is_path(name));
        let sources: Vec<String> = paths.iter().filter_map(|path| read(path)).collect();
        if sources.len() < paths.len() || tests.is_empty() {
            problems.push(format!("names no test, or a file that is not there: {}", held.trim()));
        }
        let declares = |test: &str| sources.iter().any(|source| source.contains(&format!("fn {test}(")));
        let gone = tests.into_iter().filter(|test| !declares(test));
        problems.extend(gone.map(|test| format!("no test `{test}` in {}", paths.join(", "))));
    }
    problems
}

fn is_rust(file: &Path) -> bool {
    file.extension().is_some_and(|end| end == "rs")
}

fn is_path(name: &str) -> bool {
    name.contains('/') && is_rust(Path::new(name))
}

fn is_test(name: &str) -> bool {
    name.contains('_')
        && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_names_are_held_against_each_other() {
        let files = ["one/src/lib.rs", "one/src/room/mod.rs", "one/src/room/door.rs", "two/src/wall.rs"]
            .map(str::to_owned);
        assert_eq!(uncharted("one", "`lib.rs`, `room/`: `door.rs`", &files), Vec::<String>::new());
        let problems = uncharted("one", "`lib.rs`, `broom/`: `floor.rs`", &files);
        assert_eq!(problems.len(), 4, "room/ twice, door.rs, floor.rs: {problems:?}");
    }

    #[test]
    fn only_tests_that_exist_hold_anything() {
        let read = |path: &str| (path == "a/b.rs").then(|| "fn it_holds() {}".to_owned());
        assert!(unheld("So it is. *Held by* `it_holds` in `a/b.rs`.", read).is_empty());
        assert_eq!(unheld("*Held by* `it_broke` in `a/b.rs`.", read).len(), 1);
        assert_eq!(unheld("*Held by* `it_holds` in `a/gone.rs`.", read).len(), 2);
        assert_eq!(unheld("*Held by* faith.", read).len(), 1);
        assert_eq!(unheld("**Architecture Invariant:** so it is.", read).len(), 1);
        assert_eq!(unheld("So it is. *Held\nby* `it_broke` in `a/b.rs`.", read).len(), 1);
    }

    #[test]
    fn sections_are_crates() {
        let map = "# A\n\n### `wappa` (the root)\nfront\n\n### `wappa-core`\nrooms\n\n### The rest\nmore";
        assert_eq!(sections(map).collect::<Vec<_>>(), [("", "front\n"), ("wappa-core", "rooms\n")]);
    }
}
