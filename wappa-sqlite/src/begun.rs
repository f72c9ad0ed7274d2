//! Which sends had begun when a process died: a note per send that reaches the system but not the disk, so that it costs
//! a microsecond and survives a `kill -9`. After a power cut the notes cannot be trusted, which is noticed.

use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use wappa_core::store::{Begun, SendKey};

use crate::file::beside;

const HEADER: usize = 64;
const RECORD: usize = 16;
/// Notes per file; the older of two files is dropped when the newer is full. Far more than the sends of all turns that
/// can be under way at once.
const PER_FILE: usize = 65_536;

#[derive(Debug)]
pub(crate) struct Notes {
    before: HashSet<SendKey>,
    now: Mutex<Current>,
    path: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// The machine has been up ever since the notes were taken, and all of them were written.
    Kept,
    /// It has not, or some were not, or that cannot be told.
    Lost,
}

/// Whether there can be notes already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// The store was made just now.
    New,
    /// It was there before.
    Known,
}

/// Stands where a boot's id would, in notes that do not tell everything.
const LOST: &str = "lost";

#[derive(Debug)]
struct Current {
    file: Option<File>,
    written: usize,
    owned: Owned,
    trust: Trust,
}

/// Whether the store, and with it the file of notes, is still ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owned {
    Yes,
    No,
}

impl Notes {
    /// Reads what earlier processes noted and goes on in the same file: an event that was interrupted before the last
    /// process may still wait for its turn.
    pub(crate) fn open(path: &Path, store: Store) -> Self {
        let path = beside(path, "begun");
        let boot = boot_id();
        let mut before = HashSet::new();
        let mut written = 0;
        let notes_gone = store == Store::Known && !path.exists();
        let mut trust = if boot.is_empty() || notes_gone { Trust::Lost } else { Trust::Kept };
        for file in [beside(&path, "older"), path.clone()] {
            match read(&file) {
                Some((header, keys)) if header == boot => {
                    written = keys.len();
                    before.extend(keys);
                }
                None if !file.exists() => {}
                // Of another boot, or cut off in its header by a disk that was full.
                _ => trust = Trust::Lost,
            }
        }
        let file = match trust {
            Trust::Kept => resume(&path, written).or_else(|| begin(&path, &boot)),
            // Stays untrusted until the file is full: what was lost may still be waiting for its turn.
            Trust::Lost => begin(&path, LOST),
        };
        if trust == Trust::Lost {
            let _ = fs::remove_file(beside(&path, "older"));
        }
        Self { before, now: Mutex::new(Current { file, written, owned: Owned::Yes, trust }), path }
    }

    pub(crate) fn note(&self, key: SendKey) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.owned == Owned::No {
            return;
        }
        if now.written >= PER_FILE {
            let _ = fs::rename(&self.path, beside(&self.path, "older"));
            now.file = begin(&self.path, &boot_id());
            now.written = 0;
        }
        now.written += 1;
        let noted = now.file.as_mut().is_some_and(|file| file.write_all(&key.0.to_le_bytes()).is_ok());
        if !noted {
            // A store without notes cannot say what had begun, which the next process notices.
            now.trust = Trust::Lost;
            let _ = fs::remove_file(&self.path);
            now.file = begin(&self.path, LOST);
        }
    }

    /// Writes no more: the file may be another owner's.
    pub(crate) fn close(&self) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        (now.file, now.owned) = (None, Owned::No);
    }

    /// Asked about turns that were cut off only, which is rare. What this process has noted, for a worker that has lost
    /// its lease since, is looked up in the files.
    pub(crate) fn begun(&self, key: SendKey) -> Begun {
        // As long as this is held, neither file takes the other's place.
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if self.before.contains(&key) || self.noted(key) {
            Begun::Yes
        } else if now.trust == Trust::Kept {
            Begun::No
        } else {
            Begun::Unknown
        }
    }

    fn noted(&self, key: SendKey) -> bool {
        let files = [self.path.clone(), beside(&self.path, "older")];
        files.iter().filter_map(|file| read(file)).any(|(_, keys)| keys.contains(&key))
    }
}

fn begin(path: &Path, boot: &str) -> Option<File> {
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).open(path).ok()?;
    let mut header = [0_u8; HEADER];
    header.iter_mut().zip(boot.bytes()).for_each(|(to, from)| *to = from);
    file.write_all(&header).ok()?;
    Some(file)
}

/// Opens the file behind its last whole note.
fn resume(path: &Path, written: usize) -> Option<File> {
    let mut file = OpenOptions::new().write(true).open(path).ok()?;
    let end = u64::try_from(HEADER + written * RECORD).ok()?;
    file.set_len(end).ok()?;
    file.seek(SeekFrom::Start(end)).ok()?;
    Some(file)
}

fn read(path: &Path) -> Option<(String, Vec<SendKey>)> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.read_to_end(&mut bytes).ok()?;
    let (header, notes) = bytes.split_at_checked(HEADER)?;
    let boot = header.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect();
    let keys = notes
        .chunks_exact(RECORD)
        .filter_map(|chunk| chunk.try_into().ok())
        .map(|chunk| SendKey(u128::from_le_bytes(chunk)))
        .collect();
    Some((boot, keys))
}

/// Changes with every start of the machine; empty where the system does not tell.
fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|id| id.trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_process_knows_what_had_begun() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let first = Notes::open(&path, Store::New);
        first.note(SendKey(1));
        assert_eq!(first.begun(SendKey(1)), Begun::Yes, "its worker may have lost the lane since");
        for _ in 0..2 {
            let later = Notes::open(&path, Store::Known);
            assert_eq!((later.begun(SendKey(1)), later.begun(SendKey(2))), (Begun::Yes, Begun::No));
        }
    }

    #[test]
    fn notes_of_another_boot_are_not_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        begin(&beside(&path, "begun"), "another boot");
        for _ in 0..2 {
            assert_eq!(Notes::open(&path, Store::Known).begun(SendKey(1)), Begun::Unknown);
        }
    }

    #[test]
    fn a_store_without_its_notes_does_not_know() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        for _ in 0..2 {
            assert_eq!(Notes::open(&path, Store::Known).begun(SendKey(1)), Begun::Unknown);
        }
    }

    #[test]
    fn notes_that_were_cut_off_in_their_header_are_not_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        File::create(beside(&path, "begun")).unwrap();
        for _ in 0..2 {
            assert_eq!(Notes::open(&path, Store::Known).begun(SendKey(1)), Begun::Unknown);
        }
    }

    #[test]
    fn a_note_that_cannot_be_written_is_not_forgotten_silently() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let notes = Notes::open(&path, Store::New);
        // Opened for reading only, it takes nothing.
        let deaf = File::open(beside(&path, "begun")).unwrap();
        notes.now.lock().unwrap().file = Some(deaf);
        notes.note(SendKey(1));
        assert_eq!(notes.begun(SendKey(2)), Begun::Unknown);
        assert_eq!(Notes::open(&path, Store::Known).begun(SendKey(1)), Begun::Unknown);
    }

    #[test]
    fn a_torn_note_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        Notes::open(&path, Store::New).note(SendKey(7));
        let mut file = OpenOptions::new().append(true).open(beside(&path, "begun")).unwrap();
        file.write_all(&[1, 2, 3]).unwrap();
        Notes::open(&path, Store::Known).note(SendKey(8));
        let notes = Notes::open(&path, Store::Known);
        assert_eq!((notes.begun(SendKey(7)), notes.begun(SendKey(8))), (Begun::Yes, Begun::Yes));
    }
}
