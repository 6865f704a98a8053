//! Small pictures of picture files, read beside the window's thread.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::data::read_original;
use crate::picture::Picture;
use crate::worker::job::Job;
use crate::worker::latest::Latest;
use crate::worker::waker::Waker;

/// The longest side of one in pixels.
const SIDE: u32 = 96;

/// Reads the pictures that are wanted, on a thread of its own, one after the other: however fast a person scrolls, no two
/// large ones are read at once. Dropping it stops after the one that is being read.
pub struct Previews {
    wanted: Arc<Latest<Vec<PathBuf>>>,
    bell: Sender<()>,
    read: Receiver<(PathBuf, Option<Picture>)>,
    _job: Job<()>,
}

impl Previews {
    pub fn start(waker: Waker) -> Self {
        let (bell, rings) = unbounded();
        let (sender, read) = unbounded();
        let wanted = Arc::new(Latest::default());
        let (wishes, wake) = (Arc::clone(&wanted), waker.clone());
        let job = Job::spawn("previews", waker, move |_| {
            // It ends with whoever rings.
            while rings.recv().is_ok() {
                let (mut files, mut read) = (VecDeque::new(), None);
                while let Some(file) = newest(&wishes, &mut files, read.take().as_ref()) {
                    let picture = read_original(&file, SIDE).ok();
                    let picture = picture.map(|(picture, _)| picture);
                    if sender.send((file.clone(), picture)).is_err() {
                        return Ok(());
                    }
                    read = Some(file);
                    wake.wake();
                }
            }
            Ok(())
        });
        Self {
            wanted,
            bell,
            read,
            _job: job,
        }
    }

    /// Reads `files` in this order and no others any more, as sources of pictures are read: broken and huge ones are safe,
    /// and have none.
    pub fn want(&self, files: Vec<PathBuf>) {
        self.wanted.put(files);
        // A thread that has ended says so by its silence: there are no pictures then.
        let _ = self.bell.send(());
    }

    /// The next one that was read; `None` for a picture that cannot be used.
    pub fn next(&self) -> Option<(PathBuf, Option<Picture>)> {
        self.read.try_recv().ok()
    }
}

/// The next file of what is wanted now. Whoever wished while one was `read` could not know that it was on its way.
fn newest(
    wishes: &Latest<Vec<PathBuf>>,
    files: &mut VecDeque<PathBuf>,
    read: Option<&PathBuf>,
) -> Option<PathBuf> {
    if let Some(others) = wishes.take() {
        *files = others.into();
        files.retain(|file| Some(file) != read);
    }
    files.pop_front()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_files_have_none_and_large_ones_are_small() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let picture = image::RgbImage::from_pixel(400, 100, image::Rgb([9, 8, 7]));
        picture.save(at("wide.png")).unwrap();
        std::fs::write(at("broken.jpg"), b"\xff\xd8\xff").unwrap();
        let files = vec![at("broken.jpg"), at("wide.png"), at("gone.png")];
        let previews = Previews::start(Waker::none());
        previews.want(files.clone());
        let all: Vec<_> = previews.read.iter().take(files.len()).collect();
        let names: Vec<_> = all.iter().map(|(file, _)| file.clone()).collect();
        assert_eq!(names, files);
        let wide = all[1].1.as_ref().unwrap();
        assert_eq!((wide.width, wide.height), (96, 24));
        assert!(all[0].1.is_none() && all[2].1.is_none());
    }
}
