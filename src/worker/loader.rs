//! Draws or decodes pictures ahead of training, on all cores, in a fixed order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle, Thread, park, scope};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded};

use crate::data::source::quiet::caught;
use crate::data::{LoadedPicture, TransformedSource};
use crate::notice::chain_of;

/// Pictures prepared between two looks at pause and stop, a thread.
const CHUNK: usize = 16;

/// Pictures that may wait to be taken.
const AHEAD: usize = 1024;

/// What became of one picture.
pub enum LoadOutcome {
    Picture(LoadedPicture),
    Skipped {
        /// Its number; `None` where a whole group failed.
        index: Option<usize>,
        name: String,
        why: String,
    },
}

/// What a look at the loader gives.
pub enum LoaderPoll {
    Loaded(LoadOutcome),
    NotYet,
    Complete,
}

/// The loading threads. Dropping it stops and joins.
pub struct Loader {
    items: Option<Receiver<LoadOutcome>>,
    flags: Arc<Flags>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Flags {
    paused: AtomicBool,
    stopped: AtomicBool,
}

impl Loader {
    /// Begins at once, `threads` pictures at a time.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        prepared: Arc<TransformedSource>,
        order: Vec<usize>,
        threads: usize,
    ) -> std::io::Result<Self> {
        let (sender, items) = bounded(AHEAD);
        let whole = order.len() == prepared.source().len();
        let flags = Arc::new(Flags::default());
        let shared = Arc::clone(&flags);
        let thread = Builder::new().name("loader".into()).spawn(move || {
            for some in order.chunks(CHUNK * threads) {
                while shared.paused.load(Ordering::Acquire)
                    && !shared.stopped.load(Ordering::Acquire)
                {
                    park();
                }
                if shared.stopped.load(Ordering::Acquire) {
                    return;
                }
                if send_in_order(&sender, prepare(&prepared, some, threads)).is_err() {
                    return;
                }
            }
            if whole {
                prepared.finish();
            }
        })?;
        Ok(Self {
            items: Some(items),
            flags,
            thread: Some(thread),
        })
    }

    /// The next picture, waiting at most `patience`.
    pub fn next(&self, patience: Duration) -> LoaderPoll {
        let Some(items) = &self.items else {
            return LoaderPoll::Complete;
        };
        if patience.is_zero() {
            return match items.try_recv() {
                Ok(loaded) => LoaderPoll::Loaded(loaded),
                Err(TryRecvError::Empty) => LoaderPoll::NotYet,
                Err(TryRecvError::Disconnected) => LoaderPoll::Complete,
            };
        }
        match items.recv_timeout(patience) {
            Ok(loaded) => LoaderPoll::Loaded(loaded),
            Err(RecvTimeoutError::Timeout) => LoaderPoll::NotYet,
            Err(RecvTimeoutError::Disconnected) => LoaderPoll::Complete,
        }
    }

    /// Holds or goes on.
    pub fn set_paused(&self, paused: bool) {
        self.flags.paused.store(paused, Ordering::Release);
        self.wake();
    }

    fn wake(&self) {
        if let Some(thread) = self.thread.as_ref().map(JoinHandle::thread) {
            Thread::unpark(thread);
        }
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        self.flags.stopped.store(true, Ordering::Release);
        // A sender that waits for room gives up when the receiver is gone.
        self.items = None;
        self.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Pictures `some`, each thread a part of them, in the order of `some`.
fn prepare(prepared: &TransformedSource, some: &[usize], threads: usize) -> Vec<LoadOutcome> {
    let part = some.len().div_ceil(threads.max(1)).max(1);
    scope(|scope| {
        let parts: Vec<_> = some
            .chunks(part)
            .map(|part| {
                let load_part = || part.iter().map(|&i| load(prepared, i)).collect();
                let all = move || -> Result<Vec<LoadOutcome>, String> { caught(load_part) };
                // Where the system gives no thread this one does the work.
                Builder::new().spawn_scoped(scope, all).map_err(|_| all())
            })
            .collect();
        let results = parts.into_iter().flat_map(|part| {
            let joined = match part {
                // What could panic is caught inside.
                Ok(thread) => thread.join().unwrap_or_else(|_| Err(String::new())),
                Err(done) => done,
            };
            joined.unwrap_or_else(|why| {
                let name = "a group of pictures".into();
                let index = None;
                vec![LoadOutcome::Skipped { index, name, why }]
            })
        });
        results.collect()
    })
}

fn load(prepared: &TransformedSource, index: usize) -> LoadOutcome {
    match prepared.load(index) {
        Ok(ready) => LoadOutcome::Picture(ready),
        Err(error) => LoadOutcome::Skipped {
            index: Some(index),
            name: prepared.source().item_name(index),
            why: chain_of(&error).replace('\n', ": "),
        },
    }
}

fn send_in_order(sender: &Sender<LoadOutcome>, loaded: Vec<LoadOutcome>) -> Result<(), ()> {
    for one in loaded {
        sender.send(one).map_err(|_| ())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainConfig;
    use crate::data::{Source, SourceError, Square, Transform};
    use crate::picture::Picture;

    struct Numbers;

    impl Source for Numbers {
        fn name(&self) -> String {
            "numbers".into()
        }
        fn kind(&self) -> &'static str {
            "numbers"
        }
        fn len(&self) -> usize {
            1000
        }
        fn item_name(&self, index: usize) -> String {
            index.to_string()
        }
        fn original(&self, _: usize) -> Result<crate::data::DecodedPicture, SourceError> {
            Err(SourceError::Empty)
        }
        fn picture(&self, index: usize, how: &Transform) -> Result<Square, SourceError> {
            match index {
                13 => Err(SourceError::Missing("13".into())),
                _ => Ok(Square {
                    picture: Picture::filled(how.size, how.size, [(index % 251) as u8; 3]),
                    found: (index as u32, 1),
                }),
            }
        }
    }

    fn numbers() -> Arc<TransformedSource> {
        let config = TrainConfig {
            size: 32,
            ..TrainConfig::default()
        };
        Arc::new(TransformedSource::new(Box::new(Numbers), &config))
    }

    #[test]
    fn the_order_is_kept_and_broken_ones_are_named() {
        let loader = Loader::start(numbers(), (0..1000).collect(), 3).unwrap();
        for index in 0..1000 {
            match loader.next(Duration::from_secs(10)) {
                LoaderPoll::Loaded(LoadOutcome::Picture(ready)) => {
                    assert_eq!((ready.index, ready.found.0), (index, index as u32));
                }
                LoaderPoll::Loaded(LoadOutcome::Skipped { name, .. }) => {
                    assert_eq!((name.as_str(), index), ("13", 13))
                }
                _ => panic!("nothing came"),
            }
        }
        assert!(matches!(
            loader.next(Duration::from_secs(10)),
            LoaderPoll::Complete
        ));
    }

    #[test]
    fn a_paused_loader_can_be_dropped() {
        let loader = Loader::start(numbers(), (0..1000).collect(), 1).unwrap();
        loader.set_paused(true);
        drop(loader);
    }
}
