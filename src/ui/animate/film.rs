//! The film of the animation: how it is written, about how large it gets, and the work that writes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::Context;

use crate::atomic_file;
use crate::export::film::{self, FilmFormat, FilmSettings};
use crate::export::layout::{FrameStyle, usual_scale};
use crate::gan::Snapshot;
use crate::latent::animation::{Animation, Framing};
use crate::notice::{Next, Notice};
use crate::picture::Filter;
use crate::ui::waker::waker;
use crate::ui::widgets::new_file::NewFile;
use crate::worker::Job;
use crate::worker::jobs::film::{FilmPlan, FrameSource, estimate_film, export_film, export_opened};
use crate::worker::jobs::morph::{LatentFrames, frame_style};
use crate::worker::jobs::timelapse::{MOST_FACES, Timelapse, TimelapsePlan};

/// Formats that other programs read from a pipe, and nobody plays.
const PIPED: [&str; 2] = ["y4m", "rgb"];
/// What a film is called that nobody has named.
const FIRST_NAME: &str = "morph";
const LAPSE_NAME: &str = "training";
/// Nothing was changed for so long: then it is worth knowing how large the film gets.
const REST: Duration = Duration::from_millis(700);

/// How a film is written.
#[derive(Clone, Debug, PartialEq)]
pub struct FilmForm {
    /// The format's word.
    pub format: &'static str,
    /// All but the rate, which is the animation's.
    pub settings: FilmSettings,
    /// Times that each picture is enlarged; where nobody has chosen, as [`usual_scale`] says.
    pub scale: Option<usize>,
    pub filter: Filter,
    pub file: NewFile,
}

impl Default for FilmForm {
    fn default() -> Self {
        Self {
            format: formats().next().map_or("", FilmFormat::id),
            settings: FilmSettings::default(),
            scale: None,
            filter: Filter::default(),
            file: NewFile::called(&format!("{FIRST_NAME}.gif")),
        }
    }
}

/// Those that a person may choose.
pub fn formats() -> impl Iterator<Item = &'static dyn FilmFormat> {
    let all = film::formats().iter().copied();
    all.filter(|format| !PIPED.contains(&format.id()))
}

impl FilmForm {
    pub fn format(&self) -> &'static dyn FilmFormat {
        film::named(self.format).unwrap_or(film::formats()[0]) // there are some
    }

    /// Another format, and the file's name with it.
    pub fn set_format(&mut self, format: &'static dyn FilmFormat) {
        self.format = format.id();
        let path = PathBuf::from(&self.file.path);
        let ending = path.extension().and_then(|ending| ending.to_str());
        let is_known = |ending: &str| {
            film::formats()
                .iter()
                .any(|known| known.kind().ending == ending)
        };
        if !format.takes(&path) && ending.is_none_or(is_known) {
            let path = path.with_extension(format.kind().ending);
            self.file = NewFile::from(&*path.to_string_lossy());
        }
    }

    /// The format that the name asks for, where it names another one that there is.
    pub fn follow_name(&mut self) {
        let path = Path::new(self.file.path.trim());
        let named = path.extension().is_some();
        if named
            && !self.format().takes(path)
            && let Ok(format) = film::of_path(path)
        {
            self.format = format.id();
        }
    }

    /// A file that a dialog has asked about; its name says the format where it can.
    pub fn choose(&mut self, path: &Path) {
        self.file = NewFile::chosen(path.display().to_string());
        self.follow_name();
    }

    /// Times that pictures of `side` pixels are enlarged, `count` of them side by side or one above the other.
    pub fn scale(&self, side: usize, count: usize) -> usize {
        self.scale.unwrap_or_else(|| usual_scale(side, count))
    }

    /// How the frames of an animation are laid out with faces of `side` pixels.
    pub fn style(&self, framing: &Framing, side: usize) -> FrameStyle {
        let columns = framing.columns();
        let rows = framing.company.count().div_ceil(columns);
        let scale = self.scale(side, columns.max(rows));
        frame_style(framing, scale, self.filter)
    }

    fn plan(&self, (fps, repeat): (u16, bool), style: FrameStyle, out: PathBuf) -> FilmPlan {
        FilmPlan {
            format: self.format(),
            settings: FilmSettings {
                fps,
                repeat,
                ..self.settings.clone()
            },
            style,
            out,
        }
    }
}

/// A film of a run's training.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LapseForm {
    /// The folder of the run.
    pub run: String,
    /// Faces in a row, and rows.
    pub side: usize,
    pub frames: usize,
    /// A line of text; may be empty.
    pub title: String,
    /// Whether the step is counted there, and the losses run along below.
    pub step: bool,
    pub losses: bool,
}

impl Default for LapseForm {
    fn default() -> Self {
        Self {
            run: String::new(),
            side: 3,
            frames: 120,
            title: String::new(),
            step: true,
            losses: true,
        }
    }
}

/// Faces in a row of a time-lapse, at most.
pub const MOST_SIDE: usize = MOST_FACES.isqrt();
/// Behind the losses and the step, sRGB.
const GROUND: [u8; 3] = [0x13, 0x15, 0x19];

impl LapseForm {
    fn plan(&self, ground: [u8; 3]) -> TimelapsePlan {
        let step = if self.step { "step {step}" } else { "" };
        let caption = [self.title.trim(), step]
            .into_iter()
            .filter(|part| !part.is_empty());
        let caption = caption.collect::<Vec<_>>().join(" · ");
        TimelapsePlan {
            run: PathBuf::from(self.run.trim()),
            faces: self.side * self.side,
            frames: Some(self.frames),
            caption,
            losses: self.losses.then_some(ground),
        }
    }
}

/// What a film would be made from.
#[derive(Clone)]
pub struct Footage {
    pub model: Arc<Snapshot>,
    pub animation: Animation,
    /// The first and the last picture of it.
    pub range: (usize, usize),
}

impl Footage {
    fn frames(&self) -> usize {
        self.range.1 + 1 - self.range.0.min(self.range.1)
    }

    fn plan(&self, form: &FilmForm, out: PathBuf) -> FilmPlan {
        let Animation { fps, closed, .. } = self.animation;
        let style = form.style(&self.animation.framing, self.model.info().size);
        form.plan((fps, closed), style, out)
    }

    fn source(self) -> Box<LatentFrames> {
        let range = self.range.0..self.range.1 + 1;
        Box::new(LatentFrames::of(self.model, self.animation, range))
    }
}

fn name_of(plan: &FilmPlan) -> String {
    let name = plan.out.file_name().unwrap_or(plan.out.as_os_str());
    name.to_string_lossy().into_owned()
}

/// A film that is being written.
pub struct Writing {
    job: Job<PathBuf>,
    pub name: String,
    pub frames: usize,
    begun: Instant,
}

impl Writing {
    pub fn share(&self) -> f32 {
        self.job.share()
    }

    pub fn is_cancelled(&self) -> bool {
        self.job.is_cancelled()
    }

    /// Frames that are written.
    pub fn done(&self) -> usize {
        (self.share() * self.frames as f32).round() as usize
    }

    /// Frames a second so far, and how long the others will take; not before some are written.
    pub fn speed(&self) -> Option<(f32, Duration)> {
        let (seconds, done) = (self.begun.elapsed().as_secs_f32(), self.done());
        if done == 0 || seconds <= 0.0 {
            return None;
        }
        let speed = done as f32 / seconds;
        let left = self.frames.saturating_sub(done) as f32 / speed;
        Some((speed, Duration::try_from_secs_f32(left).unwrap_or_default()))
    }
}

/// A film that may be written: what its size hangs on.
#[derive(Clone, Debug, PartialEq)]
struct Planned {
    form: FilmForm,
    animation: Animation,
    range: (usize, usize),
    /// Tells the weights of a file from others.
    model: String,
}

impl Planned {
    fn is(
        &self,
        form: &FilmForm,
        (animation, range, model): (&Animation, (usize, usize), &str),
    ) -> bool {
        let (own, other) = (&self.form, form);
        let same_form = own.format == other.format
            && own.settings == other.settings
            && (own.scale, own.filter) == (other.scale, other.filter);
        same_form && self.animation == *animation && self.range == range && self.model == model
    }
}

/// How large a film gets, or why it cannot be.
#[derive(Default)]
struct Estimate {
    of: Option<Planned>,
    since: Option<Instant>,
    job: Option<Job<u64>>,
    bytes: Option<Result<u64, Notice>>,
}

/// The form, the work under way and what came of it.
#[derive(Default)]
pub struct Film {
    pub form: FilmForm,
    pub lapse: LapseForm,
    pub writing: Option<Writing>,
    estimate: Estimate,
    /// The path that the field was filled with, not by a person; none: as at first.
    suggested: Option<String>,
    /// The last film that was written.
    pub done: Option<PathBuf>,
    /// Why the last one was not.
    pub failed: Option<Notice>,
}

impl Film {
    /// Proposes a place in `folder`, unless a person has chosen one.
    pub fn suggest(&mut self, folder: Option<&Path>) {
        let file = &self.form.file.path;
        let first = FilmForm::default().file.path;
        let untouched = Path::new(self.suggested.as_ref().unwrap_or(&first)).with_extension("");
        if Path::new(file).with_extension("") == untouched
            && let Some(folder) = folder.and_then(|folder| std::path::absolute(folder).ok())
        {
            let name = format!("{FIRST_NAME}.{}", self.form.format().kind().ending);
            let path = folder
                .join(name.trim_end_matches('.'))
                .display()
                .to_string();
            self.form.file = NewFile::from(&*path);
            self.suggested = Some(path);
        }
    }

    pub fn start(&mut self, footage: Footage, ctx: &Context) {
        let frames = footage.frames();
        let out = self.form.file.settle(self.form.format().kind().ending);
        let plan = footage.plan(&self.form, out);
        let replace = self.form.file.replaces();
        let name = name_of(&plan);
        let job = export_film(footage.source(), plan, replace, waker(ctx));
        self.write(name, frames, job);
    }

    /// Writes a film of a run's training beside that of the animation.
    pub fn start_lapse(&mut self, fps: u16, framing: &Framing, ctx: &Context) {
        // Black is nobody's choice, and the curves are hard to see on it.
        let ground = match framing.background {
            [0, 0, 0] => GROUND,
            chosen => chosen,
        };
        let lapse = self.lapse.plan(ground);
        let ending = self.form.format().kind().ending;
        let out = self.form.file.target(ending).with_file_name(LAPSE_NAME);
        let (form, side) = (self.form.clone(), self.lapse.side);
        let style = FrameStyle {
            columns: side,
            background: ground,
            ..frame_style(framing, 1, form.filter)
        };
        let plan = form.plan((fps, true), style, out.with_extension(ending));
        let (name, frames) = (name_of(&plan), self.lapse.frames);
        let open = move |plan: &mut FilmPlan| -> Result<Box<dyn FrameSource>, Notice> {
            let source = Timelapse::open(lapse)?;
            plan.style.scale = form.scale(source.tile_size().0, side);
            Ok(Box::new(source))
        };
        let job = export_opened(open, plan, false, waker(ctx));
        self.write(name, frames, job);
    }

    fn write(&mut self, name: String, frames: usize, job: Job<PathBuf>) {
        (self.done, self.failed) = (None, None);
        self.writing = Some(Writing {
            job,
            name,
            frames,
            begun: Instant::now(),
        });
    }

    /// Asks the work to leave.
    pub fn cancel(&self) {
        if let Some(writing) = &self.writing {
            writing.job.cancel();
        }
    }

    /// Takes in the result; gives what a person should know who does not look here.
    pub fn poll(&mut self) -> Option<Notice> {
        let writing = self.writing.as_ref()?;
        let result = writing.job.poll()?;
        let cancelled = writing.job.is_cancelled();
        self.writing = None;
        match result {
            Ok(path) => {
                if path == self.form.file.target(self.form.format().kind().ending) {
                    let next = atomic_file::next_name(&path).display().to_string();
                    self.form.file = NewFile::from(&*next);
                    self.suggested = Some(next);
                }
                let text = format!("The film is saved to {}", path.display());
                self.done = Some(path.clone());
                Some(Notice::info(text).with_next(Next::Show(path)))
            }
            // The person knows: they pressed Cancel.
            Err(_) if cancelled => None,
            Err(notice) => {
                self.failed = Some(notice.clone());
                Some(notice)
            }
        }
    }

    /// About how many bytes the film takes, once that is known, or why there can be none.
    pub fn bytes(&self) -> Option<&Result<u64, Notice>> {
        self.estimate.bytes.as_ref()
    }

    /// Finds out how large the film gets when nothing has changed for a while: the animation, the part of
    /// it that is written, and the model's fingerprint. Gives when to look again.
    pub fn follow_estimate(
        &mut self,
        what: (&Animation, (usize, usize), &str),
        footage: impl FnOnce() -> Option<Footage>,
        ctx: &Context,
    ) -> Option<Duration> {
        let estimate = &mut self.estimate;
        if !estimate
            .of
            .as_ref()
            .is_some_and(|of| of.is(&self.form, what))
        {
            let (animation, range, model) = what;
            *estimate = Estimate {
                of: Some(Planned {
                    form: self.form.clone(),
                    animation: animation.clone(),
                    range,
                    model: model.to_owned(),
                }),
                since: Some(Instant::now()),
                ..Estimate::default()
            };
        }
        if let Some(result) = estimate.job.as_ref().and_then(Job::poll) {
            estimate.job = None;
            estimate.bytes = Some(result);
        }
        let since = estimate.since?;
        let left = REST.saturating_sub(since.elapsed());
        if !left.is_zero() {
            return Some(left);
        }
        // A run may have no weights yet; without keys nothing changes by itself.
        let Some(footage) = footage() else {
            return (what.0.frames() > 0).then_some(REST);
        };
        estimate.since = None;
        let out = self.form.file.target(self.form.format().kind().ending);
        let plan = footage.plan(&self.form, out);
        self.estimate.job = Some(estimate_film(footage.source(), plan, waker(ctx)));
        None
    }
}
