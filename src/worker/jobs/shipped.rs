//! The model that comes with the program, so that there is a face to drag before anything was trained.

use std::sync::Arc;

use candle_core::Device;

use super::model::OpenedModel;
use crate::config::{DataChoice, DeviceChoice};
use crate::gan::Snapshot;
use crate::notice::Notice;
use crate::run::model_file::{self, Model};
use crate::worker::device;
use crate::worker::job::Job;

/// The file's bytes; `build.rs` leaves them out where the source tree has no such file.
static BYTES: Option<&[u8]> = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Names the shipped model where a path of a model is asked for; a file of this name is `./built-in`.
pub const BUILT_IN: &str = "built-in";

/// What the shipped model is called.
pub const SHIPPED: &str = "starter-faces-64";

/// Whether this program was built with a model inside.
pub fn has_shipped_model() -> bool {
    BYTES.is_some()
}

/// Reads the shipped model.
pub fn open_shipped_model(wake: impl Fn() + Send + 'static) -> Job<OpenedModel> {
    Job::spawn("open", wake, move |_| {
        let model = load(&device::choose(DeviceChoice::Auto).device)?;
        let snapshot = Snapshot::new(model.info, model.generator)
            .with_discriminator(model.discriminator)
            .with_directions(model.directions);
        Ok(OpenedModel {
            weights: Arc::new(snapshot),
            learnt_from: Some(DataChoice::Starter),
        })
    })
}

/// Reads the shipped model on this thread.
pub(in crate::worker) fn load(device: &Device) -> Result<Model, Notice> {
    let Some(bytes) = BYTES else {
        return Err(Notice::info(
            "This build has no model inside. Train one, or open a file.",
        ));
    };
    model_file::from_bytes(bytes, device).map_err(|error| {
        Notice::from_error(
            "The model that comes with the program cannot be read.",
            &error,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_can_be_read_where_there_is_one() {
        let job = open_shipped_model(|| {});
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
