//! A place outside the checkout where projects are made and built against it.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use crate::{
    project::Project,
    shell::{Command, Failure},
};

const SUFFIX: &str = ".liquid";

/// Path in the project → text.
pub(crate) type Files = BTreeMap<PathBuf, String>;

/// A directory outside the checkout, as the project must not be taken for a member of its workspace. The same one each time:
/// in a new place cargo would build our crates anew.
pub(crate) struct Workshop {
    path: PathBuf,
}

impl Workshop {
    pub(crate) fn new(root: &Path, task: &str) -> Result<Self, Failure> {
        let mut hasher = DefaultHasher::new();
        root.hash(&mut hasher);
        let name = format!("wappa-{task}-{:016x}", hasher.finish());
        let workshop = Self { path: std::env::temp_dir().join(name) };
        workshop.clear()?;
        Ok(workshop)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn clear(&self) -> Result<(), Failure> {
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&self.path)(error)),
            _ => Ok(()),
        }
    }
}

/// What cargo-generate does with the few placeholders we use; any other is an error here.
pub(crate) fn render(template: Files, name: &str, wappa_path: &str) -> Result<Files, String> {
    let mut project = Files::new();
    for (path, text) in template {
        if path == Path::new("cargo-generate.toml") {
            continue;
        }
        let text = text.replace("{{project-name}}", name).replace("{{wappa_path}}", wappa_path);
        if let Some(line) = text.lines().find(|line| line.contains("{{") || line.contains("{%")) {
            return Err(format!("{}: unknown placeholder: {line}", path.display()));
        }
        let name = path.to_string_lossy();
        project.insert(PathBuf::from(name.strip_suffix(SUFFIX).unwrap_or(&name)), text);
    }
    Ok(project)
}

/// `cargo` for a project that was made here, with the checkout's lock file and profile: the dependencies are the ones the
/// workspace has built already.
pub(crate) fn cargo(project: &Project, made: &Path) -> Result<impl Fn() -> Command, Failure> {
    let lock = made.join("Cargo.lock");
    fs::copy(project.root().join("Cargo.lock"), &lock).map_err(at(&lock))?;
    Ok(|| {
        project
            .cargo_in(made)
            .args(["--config", r#"profile.dev.debug="line-tables-only""#])
            .args(["--config", r#"profile.dev.package."*".debug=false"#])
    })
}

pub(crate) fn read(directory: &Path) -> Result<Files, Failure> {
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

pub(crate) fn write(directory: &Path, files: &Files) -> Result<(), Failure> {
    for (path, text) in files {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(at(parent))?;
        }
        fs::write(&path, text).map_err(at(&path))?;
    }
    Ok(())
}

pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Failure + use<> {
    let path = path.display().to_string();
    move |error| Failure::new(format!("{path}: {error}"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn files(path: &str, text: &str) -> Files {
        Files::from([(PathBuf::from(path), text.to_owned())])
    }

    #[test]
    fn placeholders_are_filled_and_the_suffix_goes() {
        let template = files("Cargo.toml.liquid", r#"name = "{{project-name}}", path = "{{wappa_path}}""#);
        let project = render(template, "my-bot", "/checkout").expect("known placeholders");
        assert_eq!(project, files("Cargo.toml", r#"name = "my-bot", path = "/checkout""#));
    }

    #[test]
    fn an_unknown_placeholder_is_refused() {
        for text in ["{{authors}}", "{% if true %}"] {
            assert!(render(files("README.md", text), "my-bot", "/checkout").is_err(), "{text}");
        }
    }

    #[test]
    fn the_questions_are_no_part_of_the_project() {
        let project = render(files("cargo-generate.toml", "[template]"), "my-bot", "/checkout")
            .expect("no placeholders");
        assert!(project.is_empty());
    }
}
