//! The sample wall through time: the pictures of a run's fixed latents, kept small enough that a run
//! of any length fits.
//!
//! At most [`MOST`] walls stay, as JPEG of quality 90. A wall of 8×8 takes about 30 KiB at 32 pixels a
//! face, 100 KiB at 64 and 350 KiB at 128: 7, 24 and 84 MiB a run at most. JPEG's blocks of 8×8 pixels
//! divide the faces' sides, so that no face bleeds into its neighbour.

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder as _, ImageReader};
use serde::{Deserialize, Serialize};

use crate::latent::Latent;
use crate::picture::Picture;
use crate::{atomic_file, regular_file};

/// Faces in a row of the sample wall, which is square.
pub const COLUMNS: usize = 8;
/// Samples that are kept.
pub const MOST: usize = 240;
/// Faces that can be pinned.
pub const MOST_PINNED: usize = 8;

pub(super) const FOLDER: &str = "samples";
pub(super) const PINNED_FILE: &str = "pinned.json";
const QUALITY: u8 = 90;
/// No list of pinned faces is larger.
const LARGEST: u64 = 64 << 20;

/// The walls in a run folder.
#[derive(Debug)]
pub struct Samples {
    folder: PathBuf,
    steps: Vec<u64>,
}

impl Samples {
    /// Those in the run folder `root`.
    ///
    /// # Errors
    /// The file system's.
    pub fn open(root: &Path) -> io::Result<Self> {
        let folder = root.join(FOLDER);
        let steps = steps_in(&folder)?;
        Ok(Self { folder, steps })
    }

    /// Removes those after `step`: a run that goes on from there draws them anew.
    ///
    /// # Errors
    /// The file system's.
    pub fn cut_to(&mut self, step: u64) -> io::Result<()> {
        for &later in self.steps.iter().filter(|&&there| there > step) {
            remove(&file(&self.folder, later))?;
        }
        self.steps.retain(|&there| there <= step);
        Ok(())
    }

    /// Steps of the walls that are there, in order.
    pub fn steps(&self) -> &[u64] {
        &self.steps
    }

    /// Keeps the wall of `step`, which must be later than all others or the last of them once more.
    /// Gives its file and the step of the one that had to go for it, if any.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep(&mut self, step: u64, wall: &Picture) -> io::Result<(PathBuf, Option<u64>)> {
        let path = file(&self.folder, step);
        write(&path, wall)?;
        if self.steps.last() != Some(&step) {
            self.steps.push(step);
        }
        let mut dropped = None;
        if self.steps.len() > MOST {
            dropped = superfluous(&self.steps).map(|place| self.steps.remove(place));
        }
        if let Some(step) = dropped {
            remove(&file(&self.folder, step))?;
        }
        Ok((path, dropped))
    }
}

/// Which of the steps (in order) can be spared: neither the first nor the last, but the one whose
/// neighbours are nearest to each other on a scale of √step. So the beginning, when most happens, is
/// kept more densely, and the end is not thin.
fn superfluous(steps: &[u64]) -> Option<usize> {
    let gap = |place: usize| {
        let root = |step: u64| libm::sqrt(step as f64);
        root(steps[place + 1]) - root(steps[place - 1]) // places of inner steps only
    };
    (1..steps.len().saturating_sub(1)).min_by(|&a, &b| gap(a).total_cmp(&gap(b)))
}

/// Steps of the walls in the run folder `root`, in order.
///
/// # Errors
/// The file system's.
pub fn steps(root: &Path) -> io::Result<Vec<u64>> {
    steps_in(&root.join(FOLDER))
}

/// The wall of the run folder `root` that is nearest to `step`, with its own step. `None` where there
/// are none.
///
/// # Errors
/// The file system's; a file that is no picture.
pub fn nearest(root: &Path, step: u64) -> io::Result<Option<(u64, Picture)>> {
    let folder = root.join(FOLDER);
    let mut steps = steps_in(&folder)?;
    steps.sort_by_key(|&there| there.abs_diff(step));
    for there in steps {
        match read(&file(&folder, there)) {
            Ok(picture) => return Ok(Some((there, picture))),
            // Training has just thinned it out.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn steps_in(folder: &Path) -> io::Result<Vec<u64>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let step = |entry: io::Result<std::fs::DirEntry>| {
        let name = entry.ok()?.file_name();
        let digits = name.to_str()?.strip_prefix("step-")?.strip_suffix(".jpg")?;
        digits.parse().ok()
    };
    let mut steps: Vec<u64> = entries.filter_map(step).collect();
    steps.sort_unstable();
    Ok(steps)
}

fn file(folder: &Path, step: u64) -> PathBuf {
    folder.join(format!("step-{step:07}.jpg"))
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn write(path: &Path, wall: &Picture) -> io::Result<()> {
    let (width, height) = (wall.width as u32, wall.height as u32);
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .write_image(&wall.rgb, width, height, ExtendedColorType::Rgb8)
        .map_err(io::Error::other)?;
    atomic_file::write_bytes(path, &bytes)
}

fn read(path: &Path) -> io::Result<Picture> {
    let file = BufReader::new(regular_file::open(path)?);
    let decoded = ImageReader::new(file).with_guessed_format()?.decode();
    let rgb = decoded.map_err(io::Error::other)?.into_rgb8();
    Ok(Picture {
        width: rgb.width() as usize,
        height: rgb.height() as usize,
        rgb: rgb.into_raw(),
    })
}

/// Faces that stand first on the walls from a step on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PinnedFaces {
    /// The first step that they were drawn at.
    pub since: u64,
    /// At most [`MOST_PINNED`].
    pub latents: Vec<Latent>,
}

/// What was pinned in the run folder `root` and when, in order; empty where nothing ever was.
///
/// # Errors
/// The file system's; a file that is no such list.
pub fn pinned(root: &Path) -> io::Result<Vec<PinnedFaces>> {
    match regular_file::read(&root.join(PINNED_FILE), LARGEST) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The faces of the last of `pins`: those that stand first on the wall now.
pub fn newest(pins: &[PinnedFaces]) -> &[Latent] {
    pins.last().map_or(&[], |pinned| &pinned.latents)
}

/// Records that `latents` stand first from step `since` on.
///
/// # Errors
/// As [`pinned`].
pub fn pin(root: &Path, since: u64, latents: &[Latent]) -> io::Result<()> {
    let mut all = pinned(root)?;
    all.retain(|earlier| earlier.since < since);
    all.push(PinnedFaces {
        since,
        latents: latents.to_vec(),
    });
    let text = serde_json::to_string(&all)?;
    atomic_file::write_bytes(&root.join(PINNED_FILE), text.as_bytes())
}

/// The latents of a wall of as many as `fixed`: `pinned` first, then the fixed ones that have room.
pub fn with_pinned(pinned: &[Latent], fixed: &[Latent]) -> Vec<Latent> {
    let pinned = pinned.iter().take(MOST_PINNED);
    pinned.chain(fixed).take(fixed.len()).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grey(value: u8) -> Picture {
        Picture::filled(16, 16, [value; 3])
    }

    #[test]
    fn the_nearest_wall_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(nearest(folder.path(), 5).unwrap(), None);
        let mut walls = Samples::open(folder.path()).unwrap();
        for step in [1, 10, 100] {
            let (path, dropped) = walls.keep(step, &grey(step as u8)).unwrap();
            assert!(path.is_file() && dropped.is_none());
        }
        let (step, picture) = nearest(folder.path(), 40).unwrap().unwrap();
        assert_eq!((step, picture.width, picture.height), (10, 16, 16));
        assert!(picture.rgb.iter().all(|byte| byte.abs_diff(10) < 3));

        // A run that goes on from step 50 has not seen step 100.
        let mut walls = Samples::open(folder.path()).unwrap();
        walls.cut_to(50).unwrap();
        assert_eq!(walls.steps(), [1, 10]);
        assert_eq!(steps(folder.path()).unwrap(), [1, 10]);
    }

    #[test]
    fn a_long_run_keeps_a_bounded_number_of_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut walls = Samples::open(folder.path()).unwrap();
        let mut dropped = Vec::new();
        for step in 1..=MOST as u64 + 20 {
            dropped.extend(walls.keep(step * 10, &grey(0)).unwrap().1);
        }
        assert_eq!(dropped.len(), 20);
        assert_eq!(steps(folder.path()).unwrap(), walls.steps());
        assert_eq!(walls.steps().len(), MOST);
        assert!(dropped.iter().all(|step| !walls.steps().contains(step)));
    }

    proptest! {
        /// First and last stay, and no gap is much longer than the others on the scale of √step.
        #[test]
        fn thinning_keeps_the_ends_and_an_even_pace(
            paces in proptest::collection::vec(1u64..400, 900..1500)
        ) {
            let (mut steps, mut step) = (Vec::new(), 0);
            for pace in paces {
                step += pace;
                steps.push(step);
                if steps.len() > 40 {
                    let place = superfluous(&steps).unwrap();
                    steps.remove(place);
                }
            }
            prop_assert_eq!(steps.len(), 40);
            prop_assert_eq!(steps[39], step);
            let root = |step: u64| (step as f64).sqrt();
            let widest = steps.windows(2).map(|two| root(two[1]) - root(two[0])).fold(0.0, f64::max);
            prop_assert!(widest < 5.0 * root(step) / 39.0, "{} {:?}", widest, steps);
        }
    }

    #[test]
    fn pins_are_remembered_with_their_time() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(pinned(folder.path()).unwrap(), []);
        let face = |value| Latent(vec![value; 3]);
        pin(folder.path(), 5, &[face(1.0)]).unwrap();
        pin(folder.path(), 9, &[face(1.0), face(2.0)]).unwrap();
        // A run that went back to step 7 and pins anew.
        pin(folder.path(), 8, &[face(3.0)]).unwrap();
        let all = pinned(folder.path()).unwrap();
        assert_eq!(
            all.iter().map(|pins| pins.since).collect::<Vec<_>>(),
            [5, 8]
        );
        assert_eq!(all[1].latents, [face(3.0)]);
    }

    #[test]
    fn pinned_faces_stand_first_and_the_wall_keeps_its_size() {
        let face = |value: usize| Latent(vec![value as f32]);
        let fixed: Vec<Latent> = (0..64).map(face).collect();
        let pins: Vec<Latent> = (100..110).map(face).collect();
        let all = with_pinned(&pins, &fixed);
        assert_eq!(all.len(), 64);
        assert_eq!(all[..8], pins[..8]);
        assert_eq!(all[8..], fixed[..56]);
    }
}
