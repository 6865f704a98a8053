//! The models that come with the program, so that there is a face to drag before anything was trained.

use std::path::{Path, PathBuf};

use candle_core::Device;

use crate::notice::Notice;
use crate::run::model_file::{self, Model};

/// A model inside the program.
pub(in crate::worker) struct Shipped {
    pub name: &'static str,
    pub bytes: &'static [u8],
}

/// The first is the one that the window opens on; `build.rs` leaves out what the source tree lacks.
static MODELS: &[Shipped] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Names the first shipped model where a path of a model is asked for; a file of this name is `./built-in`. Of the
/// others the name follows behind a colon.
pub const BUILT_IN: &str = "built-in";

/// What the first shipped model is called.
pub const SHIPPED: &str = env!("SHIPPED_MODEL");

/// Whether this program was built with the model inside that it opens on.
pub fn has_shipped_model() -> bool {
    find(SHIPPED).is_some()
}

/// What the models inside are called, the one that the window opens on first.
pub fn shipped_names() -> impl Iterator<Item = &'static str> {
    MODELS.iter().map(|model| model.name)
}

/// The path that stands for the shipped model `name`.
pub fn path_of(name: &str) -> PathBuf {
    match name {
        SHIPPED => BUILT_IN.into(),
        other => format!("{BUILT_IN}:{other}").into(),
    }
}

/// The name of the shipped model that `path` stands for; of a file it is `None`.
pub fn name_in(path: &Path) -> Option<&'static str> {
    let text = path.to_str()?;
    if text == BUILT_IN {
        return Some(SHIPPED);
    }
    let name = text.strip_prefix(BUILT_IN)?.strip_prefix(':')?;
    shipped_names().find(|known| *known == name)
}

pub(in crate::worker) fn find(name: &str) -> Option<&'static Shipped> {
    MODELS.iter().find(|model| model.name == name)
}

/// Reads the shipped model `name` on this thread.
pub(in crate::worker) fn load(name: &str, device: &Device) -> Result<Model, Notice> {
    let Some(shipped) = find(name) else {
        return Err(Notice::info(
            "This build has no model inside. Train one, or open a file.",
        ));
    };
    model_file::from_bytes(shipped.bytes, device).map_err(|error| {
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
    fn what_the_directions_of_shipped_models_change_is_known_and_all_keep_their_word() {
        for name in shipped_names() {
            let directions = load(name, &Device::Cpu).unwrap().directions;
            assert!(!directions.is_empty());
            for direction in directions {
                let effect = direction.effect();
                assert!(
                    effect.is_some_and(|it| it.keeps_its_word()),
                    "{direction:?}"
                );
            }
        }
    }

    #[test]
    fn every_shipped_model_can_be_read_and_is_found_by_its_path() {
        for name in shipped_names() {
            assert_eq!(name_in(&path_of(name)), Some(name));
            load(name, &Device::Cpu).unwrap();
        }
        assert_eq!(name_in(Path::new("built-in")), Some(SHIPPED));
        for file in ["./built-in", "built-in:nothing", "built-in.safetensors"] {
            assert_eq!(name_in(Path::new(file)), None);
        }
    }
}
