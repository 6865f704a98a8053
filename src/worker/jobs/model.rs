//! Long work that the window or a command hands to a thread, each a [`Job`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::Device;

use super::shipped;
use crate::config::{DataChoice, DeviceChoice, TrainConfig};
use crate::data;
use crate::gan::{self, ModelInfo, Snapshot};
use crate::notice::Notice;
use crate::picture;
use crate::run::model_file::{self, ImportOptions, Imported, Kernels, Model, Question};
use crate::run::{self, samples};
use crate::worker::device;
use crate::worker::job::Job;
use crate::worker::waker::Waker;
use crate::worker::wall::Wall;

/// A model that was read.
#[derive(Debug)]
pub struct OpenedModel {
    /// Its networks and directions.
    pub weights: Arc<Snapshot>,
    /// The pictures that it learnt from, where they are known.
    pub learnt_from: Option<DataChoice>,
    /// What was assumed of a file from elsewhere, for people.
    pub notes: Vec<String>,
    /// What such a file leaves open.
    pub questions: Vec<OpenQuestion>,
}

/// Something that a file leaves open.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenQuestion {
    pub text: &'static str,
    /// What each answer is called, and the answer as it is kept; what was assumed comes first.
    pub choices: Vec<(String, String)>,
}

impl OpenQuestion {
    fn of(question: Question) -> Self {
        let choices = question.choices.into_iter();
        Self {
            text: question.text,
            choices: choices
                .filter_map(|(name, options)| Some((name, options.to_answer()?)))
                .collect(),
        }
    }
}

/// Faces of the model of `path` for each of some answers, from the same latents; why not, where one of them gives none.
pub fn draw_answers(
    path: PathBuf,
    answers: Vec<String>,
    waker: Waker,
) -> Job<Vec<Result<Wall, Notice>>> {
    Job::spawn("answers", waker, move |progress| {
        let all = answers.iter().take_while(|_| !progress.is_cancelled());
        Ok(all.map(|answer| draw_answer(&path, answer)).collect())
    })
}

/// Faces that show what an answer means.
pub const SHOWN_OF_ANSWER: usize = 6;

fn draw_answer(path: &Path, answer: &str) -> Result<Wall, Notice> {
    let model = read_answered(path, Some(answer))?;
    let latents = model.info().latent_space().wall(1, SHOWN_OF_ANSWER);
    let pictures = model.draw(&latents).map_err(|error| {
        Notice::from_error("The faces could not be drawn: the device failed.", &error)
    })?;
    Ok(Wall {
        step: 0,
        tile: model.info().size,
        columns: pictures.len(),
        count: pictures.len(),
        picture: picture::wall(&pictures, pictures.len(), 0, [0; 3]),
    })
}

/// Reads a model file, or the model of a run folder; `answer` is what a person said of a file that leaves something
/// open.
pub fn open_model(path: PathBuf, answer: Option<String>, waker: Waker) -> Job<OpenedModel> {
    Job::spawn("open", waker, move |_| {
        let device = device::choose(DeviceChoice::Auto).device;
        let options = ImportOptions::of_answer(answer.as_deref());
        let Imported {
            model,
            notes,
            questions,
            ..
        } = load_model(&path, &options, &device)?;
        let weights = Arc::new(snapshot(model));
        let learnt_from = learnt_from(&path, &weights.info().data);
        Ok(OpenedModel {
            weights,
            learnt_from,
            notes,
            questions: questions.into_iter().map(OpenQuestion::of).collect(),
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
        _ => drawn_by_us(name),
    }
}

/// The pictures that the program draws, where their name is this.
fn drawn_by_us(name: &str) -> Option<DataChoice> {
    let drawn = data::open(&TrainConfig::default()).ok()?;
    (drawn.name() == name).then_some(DataChoice::Starter)
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
    read_answered(path, None)
}

/// As [`read_model`], with what a person said of a file that leaves something open.
pub(in crate::worker) fn read_answered(
    path: &Path,
    answer: Option<&str>,
) -> Result<Snapshot, Notice> {
    let device = device::choose(DeviceChoice::Auto).device;
    let imported = load_model(path, &ImportOptions::of_answer(answer), &device)?;
    Ok(snapshot(imported.model))
}

fn snapshot(model: Model) -> Snapshot {
    Snapshot::new(model.info, model.generator)
        .with_discriminator(model.discriminator)
        .with_directions(model.directions)
}

/// A model that was written: the new file's bytes, and what was assumed of the old one, for people.
#[derive(Debug)]
pub struct ConvertedModel {
    pub bytes: u64,
    pub notes: Vec<String>,
}

/// Writes the model of a file, run folder or checkpoint to `out`, whole or not at all.
///
/// # Errors
/// Where there is no model that this program knows, or the file cannot be written.
pub fn convert_model(path: &Path, out: &Path, kernels: Kernels) -> Result<ConvertedModel, Notice> {
    let options = ImportOptions::default();
    let Imported {
        mut model, notes, ..
    } = load_model(path, &options, &Device::Cpu)?;
    model.kernels = kernels;
    let bytes = save(&model, out)?;
    Ok(ConvertedModel { bytes, notes })
}

/// What was made of a file from elsewhere.
#[derive(Debug)]
pub struct ImportedModel {
    pub info: ModelInfo,
    /// Whether it can be trained on here, with its discriminator where that came along.
    pub is_chain: bool,
    pub has_discriminator: bool,
    /// Of the new file.
    pub bytes: u64,
    /// What was assumed, for people.
    pub notes: Vec<String>,
}

/// Writes what another program saved as a model of this one to `out`, whole or not at all.
///
/// # Errors
/// As [`convert_model`].
pub fn import_model(
    path: &Path,
    out: &Path,
    options: &ImportOptions,
) -> Result<ImportedModel, Notice> {
    let Imported { model, notes, .. } = load_model(path, options, &Device::Cpu)?;
    Ok(ImportedModel {
        bytes: save(&model, out)?,
        is_chain: model.generator.chain().is_some(),
        has_discriminator: model.discriminator.is_some(),
        info: model.info,
        notes,
    })
}

fn save(model: &Model, out: &Path) -> Result<u64, Notice> {
    model.save(out).map_err(|error| {
        let text = "The model was not written. Check the folder and its free space.";
        Notice::from_error(text, &error).at(out)
    })
}

pub(super) fn load_model(
    path: &Path,
    options: &ImportOptions,
    device: &Device,
) -> Result<Imported, Notice> {
    if let Some(name) = shipped::name_in(path) {
        return Ok(Imported::silent(shipped::load(name, device)?));
    }
    let file = model_file::in_path(path);
    if path.is_dir() && !file.exists() {
        let text = "There is no model in this folder. Choose a model file, or a run that has saved its model.";
        return Err(Notice::error(text).with_details(path.display().to_string()));
    }
    let imported = model_file::import(&file, options, device);
    let mut imported = imported.map_err(|error| {
        let text =
            "The model cannot be opened. Choose a .safetensors, .pth or .onnx file of a DCGAN.";
        Notice::from_error(text, &error).at(&file)
    })?;
    let model = &mut imported.model;
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
    Ok(imported)
}

/// Reads the kept wall of the run folder `run` that is nearest to `step`; `None` where none is kept.
pub fn read_wall(run: PathBuf, step: u64, waker: Waker) -> Job<Option<Wall>> {
    Job::spawn("wall", waker, move |_| match samples::nearest(&run, step) {
        Ok(found) => Ok(found.map(|(step, picture)| Wall {
            step,
            tile: picture.width / samples::COLUMNS,
            columns: samples::COLUMNS,
            count: samples::COLUMNS * samples::COLUMNS,
            picture,
        })),
        Err(error) => {
            let text = "The wall of this step cannot be read. Look at another one.";
            let notice = Notice::from_error(text, &error).at(&run);
            Err(notice)
        }
    })
}

/// Reads the shipped model `name`.
pub fn open_shipped_model(name: &'static str, waker: Waker) -> Job<OpenedModel> {
    Job::spawn("open", waker, move |_| {
        let model = shipped::load(name, &device::choose(DeviceChoice::Auto).device)?;
        let learnt_from = drawn_by_us(&model.info.data);
        Ok(OpenedModel {
            weights: Arc::new(snapshot(model)),
            learnt_from,
            notes: Vec::new(),
            questions: Vec::new(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::jobs::shipped::has_shipped_model;

    #[test]
    fn the_shipped_model_can_be_read_where_there_is_one() {
        let job = open_shipped_model(shipped::SHIPPED, Waker::none());
        let begin = std::time::Instant::now();
        let result = loop {
            if let Some(result) = job.poll() {
                break result;
            }
            assert!(begin.elapsed().as_secs() < 60, "no result");
            std::thread::sleep(std::time::Duration::from_millis(5));
        };
        assert_eq!(result.is_ok(), has_shipped_model());
    }
}
