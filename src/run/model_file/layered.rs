//! Models whose generator is no chain as training knows it, in files of this program: the layers by their description,
//! their tensors under the numbers of PyTorch's `nn.Sequential`.

use candle_core::{Device, Tensor};

use morphogan_nn::{Direction, Stack};
use safetensors::tensor::SafeTensors;

use super::error::ModelFileError;
use super::found::{self, Found};
use super::layout;
use super::read::Reader;
use super::types::{Header, Kernels, Model};
use super::usual;
use crate::gan::ModelInfo;
use crate::gan::layers::{Kind, Layer, Layers};

/// Reads a model whose `header` names its layers.
pub(super) fn read(
    tensors: &SafeTensors,
    header: Header,
    device: &Device,
) -> Result<Model, ModelFileError> {
    let found = found::of_safetensors(tensors);
    let layers = header.layers.iter().enumerate();
    let layers = layers.map(|(number, kind)| layer(&found, number, *kind));
    let layers: Vec<Layer> = layers.collect::<Result<_, _>>()?;
    usual::check_latent(header.info.latent)?;
    let (size, channels) = layout::check(&layers, header.info.latent)?;
    layout::check_picture(size, channels)?;
    let info = ModelInfo {
        size,
        channels,
        ..header.info
    };
    let discriminator = discriminator(tensors, &info, device)?;
    Ok(Model {
        directions: usual::known_directions(header.directions, info.latent)?,
        generator: layout::on_device(&Layers::new(layers)?, device)?,
        info,
        discriminator,
        kernels: Kernels::Full,
    })
}

fn discriminator(
    tensors: &SafeTensors,
    info: &ModelInfo,
    device: &Device,
) -> Result<Option<Stack>, ModelFileError> {
    if tensors.tensor("discriminator.main.0.weight").is_err() {
        return Ok(None);
    }
    let reader = Reader::new(tensors, device);
    let discriminator = reader.stack("discriminator.", Direction::Down)?;
    usual::check_discriminator(&discriminator, info)?;
    Ok(Some(discriminator))
}

/// What a layer has of tensors, and whether it must.
fn parts(kind: Kind) -> &'static [(&'static str, bool)] {
    match kind {
        Kind::Linear | Kind::Conv { .. } | Kind::ConvTranspose { .. } => {
            &[("weight", true), ("bias", false)]
        }
        Kind::BatchNorm { .. } => &[
            ("weight", true),
            ("bias", true),
            ("running_mean", true),
            ("running_var", true),
        ],
        _ => &[],
    }
}

fn layer(found: &[Found], number: usize, kind: Kind) -> Result<Layer, ModelFileError> {
    let mut layer = Layer::plain(kind);
    for (part, is_needed) in parts(kind) {
        let name = format!("main.{number}.{part}");
        match found.iter().find(|found| found.name == name) {
            Some(found) => {
                let numbers = found.floats()?;
                let tensor = Tensor::from_vec(numbers, &found.shape[..], &Device::Cpu)?;
                layer.parts.push((part, tensor));
            }
            None if *is_needed => {
                return Err(ModelFileError::NotADcgan(format!("{name} is missing")));
            }
            None => {}
        }
    }
    Ok(layer)
}
