//! No source file over 600 lines: past that it holds more than one thing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    project::Project,
    shell::{Command, Failure},
};

const LIMIT: usize = 600;
const EXTENSIONS: [&str; 4] = ["rs", "js", "css", "py"];
/// Tables of same-shaped rows, which may be longer.
const TABLES: [&str; 0] = [];

pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    println!("\n==> lines");
    let mut long: Vec<(PathBuf, usize)> = Vec::new();
    let files = sources(project.root())?;
    for file in &files {
        let text = fs::read_to_string(project.root().join(file))
            .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
        let lines = text.lines().count();
        if lines > LIMIT && !TABLES.iter().any(|table| Path::new(table) == file) {
            long.push((file.clone(), lines));
        }
    }
    if long.is_empty() {
        println!("    {} files, none over {LIMIT} lines", files.len());
        return Ok(());
    }
    long.sort_by_key(|(_, lines)| std::cmp::Reverse(*lines));
    let list: Vec<String> =
        long.iter().map(|(file, lines)| format!("  {lines:5} {}", file.display())).collect();
    Err(Failure::new(format!("over {LIMIT} lines:\n{}", list.join("\n"))))
}

/// What git knows or would add, so that build output and local files don't count.
pub(crate) fn sources(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let list = Command::new("git")
        .directory(root)
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .answer()
        .ok_or_else(|| Failure::new("`git ls-files` failed: lines are counted in a git checkout"))?;
    Ok(list
        .split('\0')
        .map(PathBuf::from)
        .filter(|path| {
            path.extension().and_then(|end| end.to_str()).is_some_and(|end| EXTENSIONS.contains(&end))
        })
        .filter(|path| root.join(path).is_file())
        .collect())
}
