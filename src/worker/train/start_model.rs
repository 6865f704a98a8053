//! A model that a new run begins with: of this program, or of another one.

use std::path::{Path, PathBuf};

use candle_core::Device;
use morphogan_nn::Stack;

use crate::config::TrainConfig;
use crate::gan::{Average, Gan, network};
use crate::notice::Notice;
use crate::run::model_file::{self, ImportOptions, Imported};

pub(super) struct StartModel {
    imported: Imported,
    path: PathBuf,
}

impl StartModel {
    /// # Errors
    /// Where there is no model, or one that training does not know.
    pub fn read(path: &Path) -> Result<Self, Notice> {
        let file = model_file::in_path(path);
        let read = model_file::import(&file, &ImportOptions::default(), &Device::Cpu);
        let imported = read.map_err(|error| {
            let text = "The run cannot begin: the model cannot be opened.";
            Notice::from_error(text, &error).at(&file)
        })?;
        let chain = imported.model.generator.chain();
        if !chain.is_some_and(network::is_usual) {
            let text = "The run cannot begin: this generator has other layers than training here knows. It can be \
                        explored and exported.";
            return Err(Notice::error(text).with_details(path.display().to_string()));
        }
        Ok(Self {
            imported,
            path: path.to_owned(),
        })
    }

    /// `config` for networks of this shape.
    pub fn settings(&self, config: TrainConfig) -> TrainConfig {
        let info = &self.imported.model.info;
        TrainConfig {
            size: info.size,
            channels: info.channels,
            latent: info.latent,
            width: info.width,
            ..config
        }
    }

    /// Puts its networks in place of new ones; says what was assumed of the file, and whether the discriminator begins
    /// anew.
    pub fn put_into(&self, gan: &mut Gan, device: &Device) -> Result<Vec<Notice>, Notice> {
        let failed = |error: candle_core::Error| {
            let text = "The run cannot begin: the device failed.";
            Notice::from_error(text, &error)
        };
        let model = &self.imported.model;
        let mut notices: Vec<Notice> = self.imported.notes.iter().map(Notice::info).collect();
        let generator = model
            .generator
            .chain()
            .filter(|own| has_shape(own, &gan.generator));
        let Some(generator) = generator else {
            let text = "The run cannot begin: the layers of this generator have biases, or other widths than training \
                        here gives them.";
            return Err(Notice::error(text).with_details(self.path.display().to_string()));
        };
        gan.generator.blocks = generator.to_device(device).map_err(failed)?.blocks;
        if let Some(average) = &mut gan.average {
            *average = Average::new(&gan.generator, average.decay);
        }
        let discriminator = model.discriminator.as_ref();
        let fits = |own: &&Stack| gan.spectral.is_none() && has_shape(own, &gan.discriminator);
        match discriminator.filter(fits) {
            Some(own) => gan.discriminator.blocks = own.to_device(device).map_err(failed)?.blocks,
            None => notices.push(Notice::info(match discriminator {
                Some(_) => "The discriminator in the file has other layers than these settings and begins anew.",
                None => "The file has no discriminator; it begins anew and needs some time to catch up.",
            })),
        }
        Ok(notices)
    }
}

/// Whether all that is learnt has the same shapes.
fn has_shape(own: &Stack, wanted: &Stack) -> bool {
    let shapes = |stack: &Stack| -> Vec<Vec<usize>> {
        let parameters = stack.parameters();
        parameters
            .iter()
            .map(|tensor| tensor.dims().to_vec())
            .collect()
    };
    shapes(own) == shapes(wanted)
}
