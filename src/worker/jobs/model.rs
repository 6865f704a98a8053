//! Long work that the window or a command hands to a thread, each a [`Job`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::Device;

use super::shipped;
use crate::atomic_file;
use crate::config::{DataChoice, DeviceChoice, TrainConfig};
use crate::data;
use crate::export::{ending, gif};
use crate::gan::{self, Snapshot};
use crate::latent::Latent;
use crate::latent::path::{Interpolation, through};
use crate::notice::Notice;
use crate::picture::{self, ENDINGS, Picture};
use crate::run;
use crate::run::model_file::{self, Kernels, Model};
use crate::run::samples;
use crate::worker::job::Job;
use crate::worker::job::Progress;
use crate::worker::train::Wall;
use crate::worker::{desktop, device};

/// Faces drawn at once for an animation.
const BATCH: usize = 16;

/// An animation to write.
#[derive(Clone, Debug)]
pub struct MorphPlan {
    /// Faces on the way.
    pub keys: Vec<Latent>,
    /// Pictures in all.
    pub frames: usize,
    /// The way between faces.
    pub path: Interpolation,
    /// Whether the way leads back to the first face.
    pub closed: bool,
    /// Pictures a second.
    pub fps: u16,
    /// Each pixel becomes a square of this side.
    pub scale: usize,
    /// Where to.
    pub out: PathBuf,
}

/// Writes a GIF; gives its path. Without `replace` it takes the next free name where a file is already.
pub fn export_gif(
    model: Arc<Snapshot>,
    mut plan: MorphPlan,
    replace: bool,
    wake: impl Fn() + Send + 'static,
) -> Job<PathBuf> {
    Job::spawn("export", wake, move |progress| {
        ending::check(&plan.out, ending::GIF)?;
        plan.out = atomic_file::target(plan.out, replace);
        write_gif(&model, &plan, progress)?;
        Ok(plan.out)
    })
}

/// Why the frames stopped coming.
#[derive(Debug, thiserror::Error)]
enum FrameError {
    #[error("cancelled")]
    Cancelled,
    #[error("a face cannot be drawn: {0}")]
    Draw(#[from] candle_core::Error),
}

/// Writes a GIF on this thread.
///
/// # Errors
/// Where the plan is empty, the device or the disk fails, or `progress` is cancelled.
pub fn write_gif(model: &Snapshot, plan: &MorphPlan, progress: &Progress) -> Result<(), Notice> {
    ending::check(&plan.out, ending::GIF)?;
    frame_size(model, plan)
        .check()
        .map_err(|error| Notice::error(error.to_string()))?;
    let way = through(&plan.keys, plan.frames, plan.path, plan.closed);
    let mut done = 0;
    let frames = way
        .chunks(BATCH)
        .flat_map(|some| draw_frames(model, some, progress))
        // One at a time: large ones of a whole batch would take much memory.
        .map(|frame| frame.map(|picture| picture.enlarged(plan.scale)));
    let counted = frames.inspect(|_| {
        done += 1;
        progress.set(done as f32 / plan.frames.max(1) as f32);
    });
    gif::write(&plan.out, plan.fps, counted).map_err(|error| match error {
        gif::GifError::Frame(FrameError::Cancelled) => {
            Notice::info("The export was cancelled; no file was written.")
        }
        error => {
            let text = "The animation was not written. Check the folder and its free space.";
            let mut notice = Notice::from_error(text, &error);
            notice.details += &format!("\n{}", plan.out.display());
            notice
        }
    })
}

/// Of one picture of the animation.
fn frame_size(model: &Snapshot, plan: &MorphPlan) -> picture::Wall {
    let side = model.info().size;
    picture::Wall {
        count: 1,
        columns: 1,
        tile: (side, side),
        gap: 0,
        scale: plan.scale,
    }
}

fn draw_frames(
    model: &Snapshot,
    some: &[Latent],
    progress: &Progress,
) -> Vec<Result<Picture, FrameError>> {
    if progress.is_cancelled() {
        return vec![Err(FrameError::Cancelled)];
    }
    match model.draw(some) {
        Ok(pictures) => pictures.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error.into())],
    }
}

/// A model that was read.
#[derive(Debug)]
pub struct OpenedModel {
    /// Its networks and directions.
    pub weights: Arc<Snapshot>,
    /// The pictures that it learnt from, where they are known.
    pub learnt_from: Option<DataChoice>,
}

/// Reads a model file, or the model of a run folder.
pub fn open_model(path: PathBuf, wake: impl Fn() + Send + 'static) -> Job<OpenedModel> {
    Job::spawn("open", wake, move |_| {
        let weights = Arc::new(read_model(&path)?);
        let learnt_from = learnt_from(&path, &weights.info().data);
        Ok(OpenedModel {
            weights,
            learnt_from,
        })
    })
}

/// A model in the folder of its run has the settings beside it; of another one only the name of its pictures is
/// known, which tells enough of those that the program draws.
fn learnt_from(path: &Path, name: &str) -> Option<DataChoice> {
    let file = model_file::in_path(path);
    let beside = file.parent().map(run::read_settings);
    match beside {
        Some(Ok(config)) if is_place(&config.data) => Some(config.data),
        _ => {
            let drawn = data::open(&TrainConfig::default()).ok()?;
            (drawn.name() == name).then_some(DataChoice::Starter)
        }
    }
}

/// A path from another folder than the present one means nothing.
fn is_place(data: &DataChoice) -> bool {
    match data {
        DataChoice::Starter => true,
        DataChoice::Path(path) => path.is_absolute(),
    }
}

/// Reads a model file, or the model of a run folder, on this thread.
///
/// # Errors
/// Where it is no model that this program knows.
pub fn read_model(path: &Path) -> Result<Snapshot, Notice> {
    let model = load_model(path, &device::choose(DeviceChoice::Auto).device)?;
    Ok(Snapshot::new(model.info, model.generator)
        .with_discriminator(model.discriminator)
        .with_directions(model.directions))
}

/// Writes the model of a file, run folder or checkpoint to `out`, whole or not at all. Gives the
/// new file's bytes.
///
/// # Errors
/// Where there is no model that this program knows, or the file cannot be written.
pub fn convert_model(path: &Path, out: &Path, kernels: Kernels) -> Result<u64, Notice> {
    let mut model = load_model(path, &Device::Cpu)?;
    model.kernels = kernels;
    model.save(out).map_err(|error| {
        let text = "The model was not written. Check the folder and its free space.";
        let mut notice = Notice::from_error(text, &error);
        notice.details += &format!("\n{}", out.display());
        notice
    })
}

fn load_model(path: &Path, device: &Device) -> Result<Model, Notice> {
    if path == Path::new(shipped::BUILT_IN) {
        return shipped::load(device);
    }
    let file = model_file::in_path(path);
    if path.is_dir() && !file.exists() {
        let text = "There is no model in this folder. Choose a .safetensors file, or a run that has saved its model.";
        return Err(Notice::error(text).with_details(path.display().to_string()));
    }
    let mut model = model_file::load(&file, device).map_err(|error| {
        let text = "The model cannot be opened. Choose a .safetensors file of a DCGAN.";
        let mut notice = Notice::from_error(text, &error);
        notice.details += &format!("\n{}", file.display());
        notice
    })?;
    let numbers = gan::draws_numbers(&model.generator, model.info.latent).map_err(|error| {
        let text = "The model cannot be used: the device failed. Try again.";
        Notice::from_error(text, &error)
    })?;
    if !numbers {
        let text =
            "The model draws nothing: its weights are too large. Choose an earlier checkpoint.";
        return Err(Notice::error(text).with_details(file.display().to_string()));
    }
    // Earlier versions wrote the loss into the run's settings only.
    model.info.loss = model.info.loss.or_else(|| model_file::loss_of_run(&file));
    Ok(model)
}

/// Reads the kept wall of the run folder `run` that is nearest to `step`; `None` where none is kept.
pub fn read_wall(run: PathBuf, step: u64, wake: impl Fn() + Send + 'static) -> Job<Option<Wall>> {
    Job::spawn("wall", wake, move |_| match samples::nearest(&run, step) {
        Ok(found) => Ok(found.map(|(step, picture)| Wall {
            step,
            tile: picture.width / samples::COLUMNS,
            columns: samples::COLUMNS,
            count: samples::COLUMNS * samples::COLUMNS,
            picture,
        })),
        Err(error) => {
            let text = "The wall of this step cannot be read. Look at another one.";
            let mut notice = Notice::from_error(text, &error);
            notice.details += &format!("\n{}", run.display());
            Err(notice)
        }
    })
}

/// What a file dialog is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// An existing `.safetensors` file.
    Model,
    /// A folder of pictures.
    PictureFolder,
    /// An archive or data file of pictures.
    PictureFile,
    /// A new `.gif` file.
    NewGif,
    /// A photograph.
    Photograph,
    /// A new `.png` or `.csv` file of curves.
    NewCurves,
    /// A `.json` file of saved faces.
    FacesFile,
    /// A new `.json` file of saved faces.
    NewFaces,
}

/// Shows the system's file dialog on a thread of its own. `None`: cancelled. A path field must stand beside every
/// use, for systems that have no dialog.
pub fn pick(what: Pick, wake: impl Fn() + Send + 'static) -> Job<Option<PathBuf>> {
    Job::spawn("dialog", wake, move |_| match ask(what) {
        None if !desktop::has_dialogs() => {
            let text = "There is no file dialog here: type the path, or drop the file on the window. \
                        A dialog comes with xdg-desktop-portal or zenity.";
            Err(Notice::warning(text))
        }
        path => Ok(path),
    })
}

fn ask(what: Pick) -> Option<PathBuf> {
    let dialog = rfd::FileDialog::new();
    match what {
        Pick::Model => dialog
            .set_title("Open a model")
            .add_filter("Model", &["safetensors"])
            .pick_file(),
        Pick::PictureFolder => dialog
            .set_title("Choose a folder of pictures")
            .pick_folder(),
        Pick::PictureFile => dialog
            .set_title("Choose an archive or data file of pictures")
            .pick_file(),
        Pick::NewGif => dialog
            .set_title("Save the animation")
            .add_filter("GIF", &["gif"])
            .set_file_name("morph.gif")
            .save_file(),
        Pick::Photograph => dialog
            .set_title("Choose a photograph")
            .add_filter("Pictures", &ENDINGS)
            .pick_file(),
        Pick::NewCurves => dialog
            .set_title("Save the curves")
            .add_filter("Picture or table", &["png", "csv"])
            .set_file_name("curves.png")
            .save_file(),
        Pick::FacesFile => dialog
            .set_title("Add the faces of a file")
            .add_filter("Faces", &["json"])
            .pick_file(),
        Pick::NewFaces => dialog
            .set_title("Write the faces of the shelf")
            .add_filter("Faces", &["json"])
            .set_file_name("faces.json")
            .save_file(),
    }
}

/// Opens the system's file manager on the folder that holds `path`, with `path` marked where it can
/// do that.
pub fn show_in_folder(path: PathBuf, wake: impl Fn() + Send + 'static) -> Job<()> {
    Job::spawn("show", wake, move |_| desktop::reveal(&path))
}
