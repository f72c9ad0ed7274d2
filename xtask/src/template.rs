//! Makes a project from `templates/echo` and runs its tests against this checkout, so that what `cargo generate` hands out
//! is known to build. Renders the placeholders by itself: no cargo-generate is needed, and where it is installed the two
//! projects are compared.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use crate::{
    project::Project,
    shell::{Command, Failure},
};

const NAME: &str = "my-bot";
const CRATE: &str = "my_bot";
const SUFFIX: &str = ".liquid";

/// Path in the project → text.
type Files = BTreeMap<PathBuf, String>;

pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    println!("\n==> templates/echo");
    let root = project.root();
    let template = root.join("templates/echo");
    let workshop = Workshop::new(root)?;

    let rendered = render(read(&template)?, &root.display().to_string())?;
    write(&workshop.project(), &rendered)?;
    if Command::new("cargo").args(["generate", "--version"]).answer().is_some() {
        let generated = workshop.path.join("generated");
        generate(&template, &generated, root)?;
        compare(&rendered, &read(&generated.join(NAME))?)?;
    }
    build(project, &workshop.project())?;
    workshop.clear()
}

/// A directory outside the checkout, as the project must not be taken for a member of its workspace. The same one each time:
/// in a new place cargo would build our crates anew.
struct Workshop {
    path: PathBuf,
}

impl Workshop {
    fn new(root: &Path) -> Result<Self, Failure> {
        let mut hasher = DefaultHasher::new();
        root.hash(&mut hasher);
        let workshop =
            Self { path: std::env::temp_dir().join(format!("wappa-template-{:016x}", hasher.finish())) };
        workshop.clear()?;
        Ok(workshop)
    }

    fn project(&self) -> PathBuf {
        self.path.join(NAME)
    }

    fn clear(&self) -> Result<(), Failure> {
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&self.path)(error)),
            _ => Ok(()),
        }
    }
}

/// What cargo-generate does with the few placeholders the template uses; any other is an error here.
fn render(template: Files, wappa_path: &str) -> Result<Files, Failure> {
    let mut project = Files::new();
    for (path, text) in template {
        if path == Path::new("cargo-generate.toml") {
            continue;
        }
        let text = text
            .replace("{{project-name}}", NAME)
            .replace("{{crate_name}}", CRATE)
            .replace("{{wappa_path}}", wappa_path);
        if let Some(line) = text.lines().find(|line| line.contains("{{") || line.contains("{%")) {
            return Err(Failure::new(format!(
                "templates/echo/{}: unknown placeholder: {line}",
                path.display()
            )));
        }
        let name = path.to_string_lossy();
        project.insert(PathBuf::from(name.strip_suffix(SUFFIX).unwrap_or(&name)), text);
    }
    Ok(project)
}

/// The real tool. `--silent` keeps it from asking where no terminal is.
fn generate(template: &Path, destination: &Path, root: &Path) -> Result<(), Failure> {
    fs::create_dir_all(destination).map_err(at(destination))?;
    Command::new("cargo")
        .directory(destination)
        .args(["generate", "--silent", "--vcs", "none", "--name", NAME, "--path"])
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
    // The checkout's lock file and profile: the dependencies are the ones the workspace has built already.
    let lock = generated.join("Cargo.lock");
    fs::copy(project.root().join("Cargo.lock"), &lock).map_err(at(&lock))?;
    let cargo = || {
        project
            .cargo_in(generated)
            .args(["--config", r#"profile.dev.debug="line-tables-only""#])
            .args(["--config", r#"profile.dev.package."*".debug=false"#])
    };
    cargo().args(["fmt", "--check"]).run()?;
    cargo().args(["test", "--no-fail-fast"]).run()?;
    // What goes into production, which must not need the emulator.
    cargo().args(["build", "--no-default-features"]).run()
}

fn read(directory: &Path) -> Result<Files, Failure> {
    let mut files = Files::new();
    let mut waiting = vec![directory.to_path_buf()];
    while let Some(current) = waiting.pop() {
        for entry in fs::read_dir(&current).map_err(at(&current))? {
            let path = entry.map_err(at(&current))?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(inside) = path.strip_prefix(directory) {
                files.insert(inside.to_path_buf(), fs::read_to_string(&path).map_err(at(&path))?);
            }
        }
    }
    Ok(files)
}

fn write(directory: &Path, files: &Files) -> Result<(), Failure> {
    for (path, text) in files {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(at(parent))?;
        }
        fs::write(&path, text).map_err(at(&path))?;
    }
    Ok(())
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Failure + use<> {
    let path = path.display().to_string();
    move |error| Failure::new(format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(path: &str, text: &str) -> Files {
        Files::from([(PathBuf::from(path), text.to_owned())])
    }

    #[test]
    fn placeholders_are_filled_and_the_suffix_goes() {
        let template = files("Cargo.toml.liquid", r#"name = "{{project-name}}", path = "{{wappa_path}}""#);
        let project = render(template, "/checkout").expect("known placeholders");
        assert_eq!(project, files("Cargo.toml", r#"name = "my-bot", path = "/checkout""#));
    }

    #[test]
    fn an_unknown_placeholder_is_refused() {
        for text in ["{{authors}}", "{% if true %}"] {
            assert!(render(files("README.md", text), "/checkout").is_err(), "{text}");
        }
    }

    #[test]
    fn the_questions_are_no_part_of_the_project() {
        let project =
            render(files("cargo-generate.toml", "[template]"), "/checkout").expect("no placeholders");
        assert!(project.is_empty());
    }

    #[test]
    fn a_file_only_one_side_makes_is_a_difference() {
        assert!(compare(&files("a", "x"), &files("a", "x")).is_ok());
        assert!(compare(&files("a", "x"), &files("a", "y")).is_err());
        assert!(compare(&files("a", "x"), &files("b", "x")).is_err());
    }
}
