//! A small file of the user's data folder that the window keeps: read at the start, written whole after every
//! change, so that nothing is lost however the program ends.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Sender, bounded};

use super::Latest;
use crate::notice::Notice;
use crate::worker::waker::Waker;

/// How the contents of a file are read and written.
pub(super) struct FileKind<T> {
    pub name: &'static str,
    /// What the file holds, in words: “The shelf of saved faces”.
    pub what: &'static str,
    pub read: fn(&Path) -> Result<T, Box<dyn Error>>,
    pub write: fn(&Path, &T) -> Result<(), Notice>,
}

/// The file and the thread that reads and writes it. Dropping it writes what is still to be written.
pub struct UserFile<T> {
    slots: Arc<Slots<T>>,
    bell: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Slots<T> {
    read: Latest<T>,
    newest: Latest<Arc<T>>,
    notice: Latest<Notice>,
}

impl<T: Default + Send + Sync + 'static> UserFile<T> {
    /// Reads the file at `path` on a thread of its own; `waker` wakes when there is something to take.
    pub(super) fn open(path: PathBuf, kind: FileKind<T>, waker: Waker) -> Self {
        let slots = Arc::new(Slots {
            read: Latest::default(),
            newest: Latest::default(),
            notice: Latest::default(),
        });
        let (bell, rings) = bounded(1);
        let shared = Arc::clone(&slots);
        let (name, what) = (kind.name, kind.what);
        let spawned = Builder::new().name(name.into()).spawn(move || {
            match read_or_set_aside(&path, &kind) {
                Ok(read) => shared.read.put(read),
                Err(notice) => {
                    shared.notice.put(notice);
                    shared.read.put(T::default());
                }
            }
            waker.wake();
            // The last ring is the handle's end; what was put before it is still written.
            loop {
                let more = rings.recv().is_ok();
                if let Some(newest) = shared.newest.take()
                    && let Err(notice) = (kind.write)(&path, &newest)
                {
                    shared.notice.put(notice);
                    waker.wake();
                }
                if !more {
                    return;
                }
            }
        });
        let thread = spawned
            .map_err(|error| {
                let text = format!("{what} cannot be kept: no thread could be started.");
                slots.notice.put(Notice::from_error(text, &error));
            })
            .ok();
        Self {
            slots,
            bell: Some(bell),
            thread,
        }
    }

    /// What was on disk, once.
    pub fn take(&self) -> Option<T> {
        self.slots.read.take()
    }

    /// What went wrong, once.
    pub fn take_notice(&self) -> Option<Notice> {
        self.slots.notice.take()
    }

    /// Keeps this from now on.
    pub fn keep(&self, newest: Arc<T>) {
        self.slots.newest.put(newest);
        if let Some(bell) = &self.bell {
            // A bell that rings already is enough.
            let _ = bell.try_send(());
        }
    }
}

impl<T> Drop for UserFile<T> {
    fn drop(&mut self) {
        self.bell = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A file that cannot be understood is kept under another name, so that it is not written over.
fn read_or_set_aside<T: Default>(path: &Path, kind: &FileKind<T>) -> Result<T, Notice> {
    let error = match (kind.read)(path) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    // The causes of an error that hands on another's words are those of the other.
    let mut next: Option<&(dyn Error + 'static)> = Some(error.as_ref());
    while let Some(cause) = next {
        let io = cause.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.kind() == io::ErrorKind::NotFound) {
            return Ok(T::default());
        }
        next = cause.source();
    }
    let aside = path.with_extension("broken.json");
    let what = kind.what;
    let text = match std::fs::rename(path, &aside) {
        Ok(()) => {
            format!("{what} cannot be read; a new one is begun, the old file is put aside.")
        }
        Err(_) => format!("{what} cannot be read."),
    };
    let notice = Notice::from_error(text, error.as_ref()).at(&aside);
    Err(notice)
}
