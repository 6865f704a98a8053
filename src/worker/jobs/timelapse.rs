//! A film of a run's training: the faces of its sample wall, step after step.
//!
//! Where a checkpoint stands the faces are drawn anew from its weights; between them they are cut out of the walls
//! that the run kept.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use candle_core::Device;

use super::film::{Frame, FrameSource};
use crate::config::TrainConfig;
use crate::export::strip::{Strip, StripCurve};
use crate::gan::{ModelInfo, Snapshot};
use crate::latent::Latent;
use crate::notice::Notice;
use crate::picture::Picture;
use crate::run::samples::{self, COLUMNS, MOST_PINNED, PinnedFaces};
use crate::run::{self, CheckpointStore, RunHistory, model_file};

/// Faces that are never crowded out by pinned ones.
pub const MOST_FACES: usize = COLUMNS * COLUMNS - MOST_PINNED;

/// What to show of a run.
#[derive(Clone, Debug)]
pub struct TimelapsePlan {
    /// The folder of the run.
    pub run: PathBuf,
    /// Of its wall: the first so many, at most [`MOST_FACES`].
    pub faces: usize,
    /// Pictures in all; as many as there are moments where it is `None`.
    pub frames: Option<usize>,
    /// The line below, in which `{step}` is the step and `{frame}` the number of the frame; may be empty.
    pub caption: String,
    /// Whether the losses run along below, on this ground.
    pub losses: Option<[u8; 3]>,
}

/// The frames of a run's training.
pub struct Timelapse {
    plan: TimelapsePlan,
    size: usize,
    latents: Vec<Latent>,
    pinned: Vec<PinnedFaces>,
    /// In the order of their steps.
    moments: Vec<Moment>,
    losses: Vec<StripCurve>,
    /// The losses as they run along below, once their size is known.
    strip: Option<Strip>,
    /// The last faces, and whose: they may be shown for many frames.
    drawn: Option<(usize, Vec<Picture>)>,
}

/// A step of which there are pictures.
#[derive(Clone, Debug, PartialEq)]
struct Moment {
    step: u64,
    /// The weights, where they are still there.
    checkpoint: Option<PathBuf>,
}

impl Timelapse {
    /// # Errors
    /// Where there is no run, or nothing of it to be seen.
    pub fn open(plan: TimelapsePlan) -> Result<Self, Notice> {
        let config = run::read_settings(&plan.run).map_err(|error| {
            let text = "There is no run in this folder. Name the folder of a run.";
            Notice::from_error(text, &error).at(&plan.run)
        })?;
        let history = RunHistory::read(&plan.run);
        let moments = moments(&plan.run, &history.walls);
        if moments.is_empty() {
            let text = "This run has kept no pictures yet. Let it train for a while first.";
            return Err(Notice::error(text).at(&plan.run));
        }
        if plan.faces > MOST_FACES {
            let text = format!("A run's wall has {MOST_FACES} faces to follow. Ask for fewer.");
            return Err(Notice::error(text));
        }
        let curve = |colour, value: fn(&run::StepRecord) -> f32| StripCurve {
            colour,
            points: history
                .records
                .iter()
                .map(|r| [r.step as f64, f64::from(value(r))])
                .collect(),
        };
        let losses = vec![
            curve([0x1f, 0x8f, 0xd6], |record| record.loss_d),
            curve([0xe8, 0x6a, 0x3c], |record| record.loss_g),
        ];
        Ok(Self {
            size: config.size,
            latents: wall_latents(&config),
            pinned: history.pinned,
            moments,
            losses,
            strip: None,
            drawn: None,
            plan,
        })
    }

    /// Which moment frame `index` shows: all of them in turn, faster or slower.
    fn moment(&self, index: usize) -> usize {
        let (last, frames) = (self.moments.len() - 1, self.frames());
        match frames.checked_sub(1) {
            None | Some(0) => last,
            Some(end) => (2 * index * last + end) / (2 * end),
        }
    }

    fn frame(&mut self, index: usize) -> Result<Frame, Notice> {
        let place = self.moment(index);
        let caption = self
            .plan
            .caption
            .replace("{frame}", &(index + 1).to_string());
        let step = self.moments[place].step;
        Ok(Frame {
            tiles: self.faces(place)?,
            caption: caption.replace("{step}", &step.to_string()),
        })
    }

    fn faces(&mut self, place: usize) -> Result<Vec<Picture>, Notice> {
        if let Some((_, pictures)) = self.drawn.as_ref().filter(|(of, _)| *of == place) {
            return Ok(pictures.clone());
        }
        let Moment { step, checkpoint } = &self.moments[place];
        let drawn = checkpoint.as_ref().map(|path| self.draw_anew(path));
        let pictures = match drawn {
            Some(Ok(pictures)) => pictures,
            // A run that goes on may have removed the checkpoint meanwhile.
            Some(Err(_)) | None => self.cut_out(*step)?,
        };
        self.drawn = Some((place, pictures.clone()));
        Ok(pictures)
    }

    fn draw_anew(&self, path: &Path) -> Result<Vec<Picture>, Notice> {
        let failed = "The faces of a checkpoint cannot be drawn.";
        let model = model_file::load(path, &Device::Cpu)
            .map_err(|error| Notice::from_error(failed, &error).at(path))?;
        let model = Snapshot::new(model.info, model.generator);
        let faces = &self.latents[..self.plan.faces];
        model
            .draw(faces)
            .map_err(|error| Notice::from_error(failed, &error))
    }

    /// The faces out of the wall that is nearest to `step`.
    fn cut_out(&self, step: u64) -> Result<Vec<Picture>, Notice> {
        let failed = |error: io::Error| {
            let text = "A wall of the run cannot be read. Leave the run alone while it is filmed.";
            Notice::from_error(text, &error).at(&self.plan.run)
        };
        let none = || failed(io::ErrorKind::NotFound.into());
        let found = samples::nearest(&self.plan.run, step).map_err(failed)?;
        let (step, wall) = found.ok_or_else(none)?;
        let before = self.pinned.iter().rev().find(|pinned| pinned.since <= step);
        let first = before.map_or(0, |pinned| pinned.latents.len().min(MOST_PINNED));
        let side = wall.width / COLUMNS;
        if side != self.size || wall.height < COLUMNS * side {
            return Err(none());
        }
        let faces = first..first + self.plan.faces;
        Ok(faces
            .map(|place| wall.cut(side * (place % COLUMNS), side * (place / COLUMNS), side))
            .collect())
    }
}

impl FrameSource for Timelapse {
    fn frames(&self) -> usize {
        self.plan.frames.unwrap_or(self.moments.len())
    }

    fn tiles(&self) -> usize {
        self.plan.faces
    }

    fn tile_size(&self) -> (usize, usize) {
        (self.size, self.size)
    }

    fn has_captions(&self) -> bool {
        !self.plan.caption.is_empty()
    }

    fn draw(&mut self, range: Range<usize>) -> Result<Vec<Frame>, Notice> {
        range.map(|index| self.frame(index)).collect()
    }

    fn has_strip(&self) -> bool {
        self.plan.losses.is_some()
    }

    fn strip(&mut self, frame: usize, size: (usize, usize)) -> Option<Picture> {
        let now = self.moments[self.moment(frame)].step as f64;
        let ground = self.plan.losses?;
        let strip = self.strip.take().filter(|strip| strip.size() == size);
        let strip = strip.unwrap_or_else(|| Strip::new(&self.losses, size, ground));
        let picture = strip.draw(now);
        self.strip = Some(strip);
        Some(picture)
    }
}

/// The faces that a run's wall shows, those that were pinned aside.
fn wall_latents(config: &TrainConfig) -> Vec<Latent> {
    let space = ModelInfo::of(config).latent_space();
    space.wall(config.seed, COLUMNS * COLUMNS)
}

/// The steps of walls and checkpoints, each once, in order.
fn moments(run: &Path, walls: &[u64]) -> Vec<Moment> {
    let of_wall = walls.iter().map(|&step| Moment {
        step,
        checkpoint: None,
    });
    let stored = CheckpointStore::new(run).list().into_iter();
    let of_checkpoint = stored.map(|stored| Moment {
        step: stored.step,
        checkpoint: Some(stored.path),
    });
    let mut all: Vec<Moment> = of_checkpoint.chain(of_wall).collect();
    // Stable: of one step the checkpoint stays, which stands first.
    all.sort_by_key(|moment| moment.step);
    all.dedup_by_key(|moment| moment.step);
    all
}
