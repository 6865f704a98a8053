//! Small pictures of picture files, read beside the window's thread.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, unbounded};

use crate::data::read_original;
use crate::picture::Picture;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// The longest side of one in pixels.
const SIDE: u32 = 96;

/// Pictures on their way, one after the other. Dropping it stops after the one that is being read.
pub struct Previews {
    read: Receiver<(PathBuf, Option<Picture>)>,
    _job: Job<()>,
}

impl Previews {
    /// Reads `files` in this order, as sources of pictures are read: broken and huge ones are safe, and have none.
    pub fn of(files: Vec<PathBuf>, waker: Waker) -> Self {
        let (sender, read) = unbounded();
        let wake = waker.clone();
        let job = Job::spawn("previews", waker, move |progress| {
            for file in files {
                if progress.is_cancelled() {
                    break;
                }
                let picture = read_original(&file, SIDE).ok();
                let picture = picture.map(|(picture, _)| picture);
                // Nobody looks any more.
                if sender.send((file, picture)).is_err() {
                    break;
                }
                wake.wake();
            }
            Ok(())
        });
        Self { read, _job: job }
    }

    /// The next one that was read; `None` for a picture that cannot be used.
    pub fn next(&self) -> Option<(PathBuf, Option<Picture>)> {
        self.read.try_recv().ok()
    }
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
        let previews = Previews::of(files.clone(), Waker::none());
        let all: Vec<_> = previews.read.iter().collect();
        let names: Vec<_> = all.iter().map(|(file, _)| file.clone()).collect();
        assert_eq!(names, files);
        let wide = all[1].1.as_ref().unwrap();
        assert_eq!((wide.width, wide.height), (96, 24));
        assert!(all[0].1.is_none() && all[2].1.is_none());
    }
}
