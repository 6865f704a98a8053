//! Long work that the window or a command hands to a thread, each a [`Job`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::Device;

use super::shipped;
use crate::config::{DataChoice, DeviceChoice, TrainConfig};
use crate::data;
use crate::gan::{self, Snapshot};
use crate::notice::Notice;
use crate::run::model_file::{self, Kernels, Model};
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
}

/// Reads a model file, or the model of a run folder.
pub fn open_model(path: PathBuf, waker: Waker) -> Job<OpenedModel> {
    Job::spawn("open", waker, move |_| {
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
        Notice::from_error(text, &error).at(out)
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
        Notice::from_error(text, &error).at(&file)
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

/// Reads the shipped model.
pub fn open_shipped_model(waker: Waker) -> Job<OpenedModel> {
    Job::spawn("open", waker, move |_| {
        let model = shipped::load(&device::choose(DeviceChoice::Auto).device)?;
        let snapshot = Snapshot::new(model.info, model.generator)
            .with_discriminator(model.discriminator)
            .with_directions(model.directions);
        Ok(OpenedModel {
            weights: Arc::new(snapshot),
            learnt_from: Some(DataChoice::Starter),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::jobs::shipped::has_shipped_model;

    #[test]
    fn the_shipped_model_can_be_read_where_there_is_one() {
        let job = open_shipped_model(Waker::none());
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
