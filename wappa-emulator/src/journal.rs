//! The world on disk: one change per line of `world.jsonl`, appended as it happens. Media bytes are in `vault`.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::EmulatorError;
use crate::world::Change;

/// The open journal of a world; holds a lock so that two processes don't write one world.
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Opens or begins the journal and reads what is in it. A last line torn by a crash is cut off.
    pub(crate) fn open(dir: &Path) -> Result<(Self, Vec<Change>), EmulatorError> {
        let path = dir.join("world.jsonl");
        let failed = |source| EmulatorError::File { path: path.clone(), source };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        private(&mut options);
        let mut file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(EmulatorError::InUse { path }),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
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
        Ok((Self { file, path }, changes))
    }

    /// Appends changes in one write, so that a killed process leaves at most one torn line.
    pub(crate) fn append(&mut self, changes: &[Change]) -> Result<(), EmulatorError> {
        let mut lines = Vec::new();
        for change in changes {
            // A change holds nothing that JSON can't say, and a Vec takes every write.
            serde_json::to_writer(&mut lines, change)
                .map_err(|error| EmulatorError::File { path: self.path.clone(), source: error.into() })?;
            lines.push(b'\n');
        }
        self.file.write_all(&lines).map_err(|source| EmulatorError::File { path: self.path.clone(), source })
    }
}

/// The journal holds the made-up secrets of the world; they are nobody else's business all the same.
#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

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
