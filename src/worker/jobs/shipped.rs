//! The model that comes with the program, so that there is a face to drag before anything was trained.

use candle_core::Device;

use crate::notice::Notice;
use crate::run::model_file::{self, Model};

/// The file's bytes; `build.rs` leaves them out where the source tree has no such file.
static BYTES: Option<&[u8]> = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Names the shipped model where a path of a model is asked for; a file of this name is `./built-in`.
pub const BUILT_IN: &str = "built-in";

/// What the shipped model is called.
pub const SHIPPED: &str = env!("SHIPPED_MODEL");

/// Whether this program was built with a model inside.
pub fn has_shipped_model() -> bool {
    BYTES.is_some()
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
