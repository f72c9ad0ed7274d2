//! The bytes of media files, in memory or one file each. What is known about them is in the world.

use bytes::Bytes;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use wappa_cloud::MediaId;

use crate::error::EmulatorError;

/// Where bytes are kept, by media id. Ids are the world's own digits, never a caller's path.
pub(crate) enum Vault {
    Memory(HashMap<MediaId, Bytes>),
    Dir(PathBuf),
}

impl Vault {
    pub(crate) fn open(dir: Option<&Path>) -> Result<Self, EmulatorError> {
        let Some(dir) = dir else { return Ok(Self::Memory(HashMap::new())) };
        let dir = dir.join("media");
        std::fs::create_dir_all(&dir).map_err(|source| EmulatorError::File { path: dir.clone(), source })?;
        Ok(Self::Dir(dir))
    }

    pub(crate) fn put(&mut self, id: &MediaId, bytes: Bytes) -> Result<(), EmulatorError> {
        match self {
            Self::Memory(files) => {
                files.insert(id.clone(), bytes);
                Ok(())
            }
            Self::Dir(dir) => {
                let path = dir.join(id.as_str());
                std::fs::write(&path, bytes).map_err(|source| EmulatorError::File { path, source })
            }
        }
    }

    /// Where to read the bytes, so that no lock is held while a file is read.
    pub(crate) fn find(&self, id: &MediaId) -> Option<Found> {
        match self {
            Self::Memory(files) => files.get(id).cloned().map(Found::Bytes),
            Self::Dir(dir) => Some(Found::File(dir.join(id.as_str()))),
        }
    }

    pub(crate) fn remove(&mut self, id: &MediaId) {
        match self {
            Self::Memory(files) => {
                files.remove(id);
            }
            Self::Dir(dir) => {
                // A file that is gone already is as gone as it should be.
                let _ = std::fs::remove_file(dir.join(id.as_str()));
            }
        }
    }
}

/// Bytes, or the file that holds them.
pub(crate) enum Found {
    Bytes(Bytes),
    File(PathBuf),
}

impl Found {
    /// Reads the file, if it is one. Blocks.
    pub(crate) fn read(self) -> Option<Bytes> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::File(path) => std::fs::read(path).ok().map(Bytes::from),
        }
    }
}
