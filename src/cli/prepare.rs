//! Those settings of how pictures become squares that mean something to a command. Training has all
//! of them; one that does nothing elsewhere is not taken there.

use clap::Args;

use crate::config::{Colour, Crop, TransformConfig};

/// For single pictures.
#[derive(Args, Clone, Debug)]
pub struct SquareArguments {
    /// The square to cut out: centre, top, celeba-148, celeba-108, or a box X,Y,SIDE in pixels
    #[arg(long, default_value = "centre", value_name = "SQUARE")]
    crop: Crop,
    /// Colour behind transparent pixels, as RRGGBB
    #[arg(long, default_value = "ffffff", value_name = "RRGGBB")]
    background: Colour,
}

/// For sources that are looked at or written, but not trained on.
#[derive(Args, Clone, Debug)]
pub struct TransformArguments {
    #[command(flatten)]
    square: SquareArguments,
    /// Leave out pictures that look like one that is there already (perceptual hash)
    #[arg(long)]
    dedupe: bool,
    /// Take the sub-folders that the pictures stand in for labels: a column a folder
    #[arg(long)]
    folder_labels: bool,
}

impl SquareArguments {
    /// As a run's settings.
    pub fn config(&self) -> TransformConfig {
        TransformConfig {
            crop: self.crop,
            background: self.background,
            ..TransformConfig::default()
        }
    }
}

impl TransformArguments {
    /// As a run's settings.
    pub fn config(&self) -> TransformConfig {
        TransformConfig {
            dedupe: self.dedupe,
            folder_labels: self.folder_labels,
            ..self.square.config()
        }
    }
}
