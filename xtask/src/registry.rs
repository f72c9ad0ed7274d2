//! Builds the program in `xtask/registry` outside the workspace, as one ships it: with fat LTO, and commands in a library, in
//! two bots of one process and in an integration test. No linker may lose one, and none may be another's.

use crate::{
    project::Project,
    shell::Failure,
    workshop::{self, Workshop, read, render, write},
};

pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    println!("\n==> xtask/registry");
    let root = project.root();
    let workshop = Workshop::new(root, "registry")?;
    let files = read(&root.join("xtask/registry"))?;
    let files = render(files, "registry", &root.display().to_string())
        .map_err(|what| Failure::new(format!("xtask/registry/{what}")))?;
    write(workshop.path(), &files)?;
    workshop::cargo(project, workshop.path())?().args(["test", "--release", "--package", "bot"]).run()?;
    workshop.clear()
}
