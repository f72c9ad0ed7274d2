//! The world on disk: one change per line of `world.jsonl`, appended as it happens. Media bytes are in `vault`.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::EmulatorError;
use crate::world::Change;

/// The open journal of a world.
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    /// Held so that two processes don't write one world; a file of its own, as the journal can be replaced.
    _lock: File,
}

impl Journal {
    /// Opens or begins the journal and reads what is in it. A last line torn by a crash is cut off.
    pub(crate) fn open(dir: &Path) -> Result<(Self, Vec<Change>), EmulatorError> {
        let failed_dir = |source| EmulatorError::File { path: dir.to_owned(), source };
        std::fs::create_dir_all(dir).map_err(failed_dir)?;
        let lock = lock(dir)?;
        let path = dir.join("world.jsonl");
        let failed = |source| EmulatorError::File { path: path.clone(), source };
        let mut file =
            private(OpenOptions::new().read(true).append(true).create(true)).open(&path).map_err(failed)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if whole < text.len() {
            file.set_len(whole as u64).map_err(failed)?;
            file.seek(SeekFrom::End(0)).map_err(failed)?;
        }
        let mut changes = Vec::new();
        for (index, line) in text.get(..whole).unwrap_or_default().split(|byte| *byte == b'\n').enumerate() {
            if line.is_empty() {
                continue;
            }
            let change = serde_json::from_slice(line).map_err(|source| EmulatorError::Journal {
                path: path.clone(),
                line: index + 1,
                source,
            })?;
            changes.push(change);
        }
        Ok((Self { file, path, _lock: lock }, changes))
    }

    /// Appends changes in one write, so that a killed process leaves at most one torn line.
    pub(crate) fn append(&mut self, changes: &[Change]) -> Result<(), EmulatorError> {
        let lines = self.lines(changes)?;
        self.file.write_all(&lines).map_err(|source| self.failed(source))
    }

    /// Puts a shorter history with the same outcome in the journal's place, whole or not at all.
    pub(crate) fn replace(&mut self, changes: &[Change]) -> Result<(), EmulatorError> {
        let lines = self.lines(changes)?;
        let fresh = self.path.with_extension("jsonl.new");
        let write = || -> std::io::Result<File> {
            private(OpenOptions::new().write(true).create(true).truncate(true))
                .open(&fresh)?
                .write_all(&lines)?;
            let file = OpenOptions::new().read(true).append(true).open(&fresh)?;
            file.sync_all()?;
            std::fs::rename(&fresh, &self.path)?;
            Ok(file)
        };
        self.file = write().map_err(|source| self.failed(source))?;
        Ok(())
    }

    fn lines(&self, changes: &[Change]) -> Result<Vec<u8>, EmulatorError> {
        let mut lines = Vec::new();
        for change in changes {
            serde_json::to_writer(&mut lines, change).map_err(|error| self.failed(error.into()))?;
            lines.push(b'\n');
        }
        Ok(lines)
    }

    fn failed(&self, source: std::io::Error) -> EmulatorError {
        EmulatorError::File { path: self.path.clone(), source }
    }
}

fn lock(dir: &Path) -> Result<File, EmulatorError> {
    let path = dir.join("lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|source| EmulatorError::File { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EmulatorError::InUse { path: dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(EmulatorError::File { path, source }),
    }
}

/// The journal holds the made-up secrets of the world; they are nobody else's business all the same.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_last_line_is_cut_off_and_the_next_line_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, none) = Journal::open(dir.path()).unwrap();
        assert!(none.is_empty());
        journal.append(&[Change::Clock { offset: 1 }, Change::Clock { offset: 2 }]).unwrap();
        drop(journal);
        let path = dir.path().join("world.jsonl");
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"type\":\"clo").unwrap();

        let (mut journal, changes) = Journal::open(dir.path()).unwrap();
        assert_eq!(changes.len(), 2);
        journal.append(&[Change::Clock { offset: 3 }]).unwrap();
        drop(journal);
        let (_, changes) = Journal::open(dir.path()).unwrap();
        assert!(matches!(changes.as_slice(), [.., Change::Clock { offset: 3 }]));
        assert_eq!(changes.len(), 3);
    }

    #[test]
    fn a_replaced_journal_is_appended_to() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(dir.path()).unwrap();
        journal.append(&[Change::Clock { offset: 1 }, Change::Clock { offset: 2 }]).unwrap();
        journal.replace(&[Change::Clock { offset: 2 }]).unwrap();
        journal.append(&[Change::Clock { offset: 3 }]).unwrap();
        drop(journal);
        let (_, changes) = Journal::open(dir.path()).unwrap();
        assert!(matches!(changes.as_slice(), [Change::Clock { offset: 2 }, Change::Clock { offset: 3 }]));
    }

    #[test]
    fn a_world_is_open_once() {
        let dir = tempfile::tempdir().unwrap();
        let _first = Journal::open(dir.path()).unwrap();
        assert!(matches!(Journal::open(dir.path()), Err(EmulatorError::InUse { .. })));
    }

    #[test]
    fn a_spoilt_line_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("world.jsonl"), "{\"type\":\"clock\",\"offset\":1}\nnonsense\n")
            .unwrap();
        assert!(matches!(Journal::open(dir.path()), Err(EmulatorError::Journal { line: 2, .. })));
    }
}
