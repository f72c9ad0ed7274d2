//! Makes a project from each folder of `templates` and runs its tests, which talk to it, against this checkout, so that
//! what `cargo generate` hands out is known to build. Renders the placeholders by itself: no cargo-generate is needed, and
//! where it is installed the two projects are compared.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    project::Project,
    shell::{Command, Failure},
    workshop::{self, Files, Workshop, at, read, render, write},
};

const TEMPLATES: [&str; 3] = ["echo", "menu", "assistant"];
/// What every template has, in the same words; a template may have more to say at the end.
const SHARED: [&str; 5] =
    [".dockerignore", ".env.example", ".gitignore", "Dockerfile", "cargo-generate.toml"];

pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    let root = project.root();
    let workshop = Workshop::new(root, "template")?;
    let first = read(&root.join("templates").join(TEMPLATES[0]))?;
    for template in TEMPLATES {
        println!("\n==> templates/{template}");
        let folder = root.join("templates").join(template);
        let files = read(&folder)?;
        shares(&first, &files).map_err(|what| Failure::new(format!("templates/{template}/{what}")))?;
        let name = format!("my-{template}");
        let rendered = render(files, &name, &root.display().to_string())
            .map_err(|what| Failure::new(format!("templates/{template}/{what}")))?;
        let made = workshop.path().join(&name);
        write(&made, &rendered)?;
        if Command::new("cargo").args(["generate", "--version"]).answer().is_some() {
            let generated = workshop.path().join("generated");
            generate(&folder, &generated, &name, root)?;
            compare(&rendered, &read(&generated.join(&name))?)?;
        }
        build(project, &made)?;
    }
    workshop.clear()
}

/// Whether what all templates have in common is the same in these two.
fn shares(first: &Files, other: &Files) -> Result<(), String> {
    let differs = |file: &str| {
        let (first, other) = (first.get(Path::new(file)), other.get(Path::new(file)));
        !first.zip(other).is_some_and(|(first, other)| other.starts_with(first.as_str()))
    };
    match SHARED.into_iter().find(|file| differs(file)) {
        Some(file) => Err(format!("{file} does not begin like the one in templates/{}", TEMPLATES[0])),
        None => Ok(()),
    }
}

/// The real tool. `--silent` keeps it from asking where no terminal is.
fn generate(template: &Path, destination: &Path, name: &str, root: &Path) -> Result<(), Failure> {
    fs::create_dir_all(destination).map_err(at(destination))?;
    Command::new("cargo")
        .directory(destination)
        .args(["generate", "--silent", "--vcs", "none", "--name", name, "--path"])
        .args([template])
        .args(["--define".to_owned(), format!("wappa_path={}", root.display())])
        .run()
}

fn compare(ours: &Files, theirs: &Files) -> Result<(), Failure> {
    let paths: BTreeSet<&PathBuf> = ours.keys().chain(theirs.keys()).collect();
    let differing: Vec<String> = paths
        .into_iter()
        .filter(|path| ours.get(*path) != theirs.get(*path))
        .map(|path| path.display().to_string())
        .collect();
    if differing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("cargo generate makes other files than xtask does: {}", differing.join(", "))))
}

fn build(project: &Project, generated: &Path) -> Result<(), Failure> {
    let cargo = workshop::cargo(project, generated)?;
    cargo().args(["fmt", "--check"]).run()?;
    cargo().args(["test", "--no-fail-fast"]).run()?;
    // What goes into production, which must not need the emulator.
    cargo().args(["build", "--no-default-features"]).run()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workshop::tests::files;

    #[test]
    fn what_templates_share_may_go_on_and_not_differ() {
        let all = |text: &str| SHARED.iter().flat_map(|file| files(file, text)).collect::<Files>();
        assert_eq!(shares(&all("a"), &all("a")), Ok(()));
        assert_eq!(shares(&all("a"), &all("ab")), Ok(()));
        assert!(shares(&all("a"), &all("b")).is_err());
        assert!(shares(&all("a"), &files(".gitignore", "a")).is_err());
    }

    #[test]
    fn a_file_only_one_side_makes_is_a_difference() {
        assert!(compare(&files("a", "x"), &files("a", "x")).is_ok());
        assert!(compare(&files("a", "x"), &files("a", "y")).is_err());
        assert!(compare(&files("a", "x"), &files("b", "x")).is_err());
    }
}
