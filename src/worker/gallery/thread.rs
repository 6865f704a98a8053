//! What the thread of the gallery does.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crossbeam_channel::{Receiver, Sender};

use super::request::{Drawn, SIDE, Shared, WALK, Wanted};
use crate::data::source::quiet::caught;
use crate::gan::Snapshot;
use crate::latent::animation::walk;
use crate::notice::Notice;
use crate::picture::{self, Picture};
use crate::worker::jobs::model::read_answered;
use crate::worker::jobs::models::{ModelFacts, ModelPlace};
use crate::worker::waker::Waker;
use crate::worker::wall::Wall;

/// The walk that all models take, so that they can be compared. It begins with a good picture of each that comes with the
/// program.
const SEED: u64 = 41;
/// Faces drawn between two looks at what is wanted.
const CHUNK: usize = 8;
/// Faces in a row of what is sent.
const COLUMNS: usize = 8;
/// Bytes of weights that stay in memory, and how many models at most.
const MOST_BYTES: usize = 256 << 20;
const MOST_MODELS: usize = 16;

/// How far a model is drawn: which of its files, and whether the whole walk.
type Done = (Option<u64>, Option<String>, bool);

pub(super) struct Painter {
    shared: Arc<Shared>,
    sender: Sender<Drawn>,
    waker: Waker,
    wanted: Vec<Wanted>,
    done: HashMap<ModelPlace, Done>,
    /// Used last stands last.
    loaded: Vec<(Wanted, Arc<Snapshot>)>,
}

impl Painter {
    pub fn new(shared: Arc<Shared>, sender: Sender<Drawn>, waker: Waker) -> Self {
        Self {
            shared,
            sender,
            waker,
            wanted: Vec::new(),
            done: HashMap::new(),
            loaded: Vec::new(),
        }
    }

    /// Until the handle is gone. On one core: the window needs the other.
    pub fn run(mut self, rings: &Receiver<()>) {
        let drawn = morphogan_nn::on_threads(1, || {
            while !self.shared.stopped.load(Ordering::Acquire) {
                self.look();
                let go_on = match self.next() {
                    Some(next) => self.draw(&next),
                    None => rings.recv().is_ok(),
                };
                if !go_on {
                    return;
                }
            }
        });
        // Whoever waits for pictures goes without; a machine without threads has said so before.
        drop(drawn);
    }

    fn look(&mut self) {
        if let Some(wanted) = self.shared.wanted.take() {
            // Who asks anew for what has been put away gets it again.
            let forgotten = |place: &ModelPlace| wanted.iter().all(|other| other.place != *place);
            self.done.retain(|place, _| !forgotten(place));
            self.wanted = wanted;
        }
    }

    /// A first face of each that has none, then the walks.
    fn next(&self) -> Option<Wanted> {
        let is_behind = |wanted: &&Wanted, walk: bool| match self.done.get(&wanted.place) {
            Some((changed, answer, walked)) => {
                *changed != wanted.changed || *answer != wanted.answer || (walk && !walked)
            }
            None => true,
        };
        let mut all = self.wanted.iter();
        if let Some(first) = all.find(|wanted| is_behind(wanted, false)) {
            return Some(Wanted {
                walk: false,
                ..first.clone()
            });
        }
        let mut walks = self.wanted.iter().filter(|wanted| wanted.walk);
        walks.find(|wanted| is_behind(wanted, true)).cloned()
    }

    /// False when the handle is gone.
    fn draw(&mut self, wanted: &Wanted) -> bool {
        // A file that upsets a library costs its own picture, not those of all others.
        let drawn = caught(|| self.picture(wanted)).unwrap_or_else(|words| {
            Err(Notice::error(format!(
                "This model cannot be drawn. {words}"
            )))
        });
        let (wall, facts, failed) = match drawn {
            Ok(Some((wall, facts))) => (wall, Some(facts), None),
            // Something else is wanted by now.
            Ok(None) => return true,
            Err(notice) => (Wall::default(), None, Some(notice)),
        };
        // What cannot be read is not tried again.
        let walked = wanted.walk || failed.is_some();
        let done = (wanted.changed, wanted.answer.clone(), walked);
        self.done.insert(wanted.place.clone(), done);
        let drawn = Drawn {
            wanted: wanted.clone(),
            wall,
            facts,
            failed,
        };
        let is_heard = self.sender.send(drawn).is_ok();
        self.waker.wake();
        is_heard
    }

    fn picture(&mut self, wanted: &Wanted) -> Result<Option<(Wall, ModelFacts)>, Notice> {
        let model = self.load(wanted)?;
        let Some(pictures) = self.pictures(&model, wanted)? else {
            return Ok(None);
        };
        let mut facts = ModelFacts::of(model.info());
        facts.fingerprint = model.fingerprint().unwrap_or_default();
        let wall = Wall {
            step: facts.step,
            tile: pictures.first().map_or(0, |picture| picture.width),
            columns: COLUMNS.min(pictures.len()),
            count: pictures.len(),
            picture: picture::wall(&pictures, COLUMNS, 0, [0; 3]),
        };
        Ok(Some((wall, facts)))
    }

    /// `None` where it is not wanted any more before it is done.
    fn pictures(
        &mut self,
        model: &Snapshot,
        wanted: &Wanted,
    ) -> Result<Option<Vec<Picture>>, Notice> {
        let ring = walk::ring(model.info().latent_space(), SEED, WALK);
        let count = if wanted.walk { WALK } else { 1 };
        let mut pictures = Vec::with_capacity(count);
        for some in ring[..count.min(ring.len())].chunks(CHUNK) {
            self.look();
            let is_wanted = self.wanted.iter().any(|other| other.place == wanted.place);
            if !is_wanted || self.shared.stopped.load(Ordering::Acquire) {
                return Ok(None);
            }
            let drawn = model.draw(some).map_err(|error| {
                Notice::from_error("This model cannot be drawn: the device failed.", &error)
            })?;
            pictures.extend(drawn.iter().map(shrunk));
        }
        Ok(Some(pictures))
    }

    fn load(&mut self, wanted: &Wanted) -> Result<Arc<Snapshot>, Notice> {
        let is_same = |(own, _): &(Wanted, Arc<Snapshot>)| {
            own.place == wanted.place
                && own.changed == wanted.changed
                && own.answer == wanted.answer
        };
        if let Some(place) = self.loaded.iter().position(is_same) {
            let used = self.loaded.remove(place);
            let model = Arc::clone(&used.1);
            self.loaded.push(used);
            return Ok(model);
        }
        let read = read_answered(&wanted.path(), wanted.answer.as_deref())?;
        // Neither D nor directions are drawn.
        let model = Arc::new(Snapshot::new(read.info().clone(), read.generator().clone()));
        self.loaded.push((wanted.clone(), Arc::clone(&model)));
        while self.loaded.len() > MOST_MODELS || self.bytes() > MOST_BYTES && self.loaded.len() > 1
        {
            self.loaded.remove(0);
        }
        Ok(model)
    }

    fn bytes(&self) -> usize {
        let models = self.loaded.iter();
        models
            .map(|(_, model)| 4 * model.generator().parameter_count())
            .sum()
    }
}

/// A picture of at most [`SIDE`] pixels: each the average of a square.
fn shrunk(picture: &Picture) -> Picture {
    let factor = picture.width.div_ceil(SIDE);
    if factor <= 1 {
        return picture.clone();
    }
    let (width, height) = (picture.width / factor, picture.height / factor);
    let mut rgb = Vec::with_capacity(3 * width * height);
    for place in 0..width * height {
        let (left, top) = (factor * (place % width), factor * (place / width));
        for channel in 0..3 {
            let square = (0..factor * factor).map(|inner| {
                let (x, y) = (left + inner % factor, top + inner / factor);
                u32::from(picture.rgb[3 * (y * picture.width + x) + channel]) // inside the picture
            });
            let sum: u32 = square.sum();
            rgb.push(((sum + (factor * factor) as u32 / 2) / (factor * factor) as u32) as u8);
        }
    }
    Picture { width, height, rgb }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::gan::ModelInfo;

    use crate::run::model_file::Model;
    use crate::worker::gallery::Gallery;

    fn save(path: &std::path::Path, seed: u64) {
        let info = ModelInfo {
            size: 128,
            ..ModelInfo::small(8, 2)
        };
        Model::untrained(info, seed).save(path).unwrap();
    }

    fn take(gallery: &Gallery) -> Drawn {
        let begun = Instant::now();
        loop {
            if let Some(drawn) = gallery.take() {
                return drawn;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "nothing was drawn"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn first_faces_of_all_come_before_walks() {
        let folder = tempfile::tempdir().unwrap();
        let wanted: Vec<Wanted> = [0, 1, 2]
            .into_iter()
            .map(|number| {
                let path = folder.path().join(format!("{number}.safetensors"));
                if number < 2 {
                    save(&path, number);
                }
                Wanted {
                    place: ModelPlace::File(path),
                    changed: None,
                    walk: true,
                    answer: None,
                }
            })
            .collect();
        let gallery = Gallery::start(Waker::none());
        gallery.want(wanted.clone());
        let drawn: Vec<Drawn> = (0..5).map(|_| take(&gallery)).collect();
        let seen: Vec<(usize, usize)> = drawn
            .iter()
            .map(|drawn| {
                let place = wanted
                    .iter()
                    .position(|one| one.place == drawn.wanted.place);
                (place.unwrap(), drawn.wall.count)
            })
            .collect();
        assert_eq!(seen, [(0, 1), (1, 1), (2, 0), (0, WALK), (1, WALK)]);
        assert!(drawn[2].failed.is_some() && drawn[2].facts.is_none());
        assert_eq!(
            (drawn[3].wall.tile, drawn[3].wall.picture.width),
            (64, 8 * 64)
        );
        let prints = |at: usize| drawn[at].facts.as_ref().unwrap().fingerprint.clone();
        assert!(prints(0) != prints(1) && prints(0) == prints(3));
        // What was not in sight meanwhile is drawn again when it is.
        gallery.want(Vec::new());
        std::thread::sleep(Duration::from_millis(50));
        gallery.want(vec![Wanted {
            walk: false,
            ..wanted[1].clone()
        }]);
        assert_eq!(take(&gallery).wall.count, 1);
    }

    #[test]
    fn large_pictures_shrink_by_averages() {
        let mut large = Picture::new(128, 128);
        for (place, byte) in large.rgb.iter_mut().enumerate() {
            *byte = if (place / 3) % 2 == 0 { 10 } else { 20 };
        }
        let small = shrunk(&large);
        assert_eq!((small.width, small.height), (64, 64));
        assert!(small.rgb.iter().all(|&byte| byte == 15));
        let own = Picture::new(32, 32);
        assert_eq!(shrunk(&own).width, 32);
    }
}
