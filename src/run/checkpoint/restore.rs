//! A checkpoint taken apart, in the order in which it was put together. What it holds takes the place of what a
//! run has only where the shapes are the same.

use candle_core::{Device, Tensor};
use morphogan_nn::{Adam, Direction, Stack};

use super::adam_state::AdamState;
use super::error::{CheckpointError, unclear};
use super::{AVERAGE, Checkpoint, OF_D, RAW, architecture, learnt, moment_names};
use crate::gan::{Average, Gan, ModelInfo};
use crate::run::model_file::{self, Reader, check_squares};

impl Checkpoint {
    /// The generator that is trained, where the one under the usual names is its average.
    ///
    /// # Errors
    /// Where it is not whole, or the device fails.
    pub fn raw_generator(&self, device: &Device) -> Result<Option<Stack>, CheckpointError> {
        if self.header.averaged.is_none() {
            return Ok(None);
        }
        let tensors = model_file::tensors(&self.bytes)?;
        self.trained(&Reader::new(&tensors, device)).map(Some)
    }

    /// Puts weights, running statistics and moments into `gan`, which was made by the settings
    /// `wanted`. Learning rates and decays stay as they are there.
    ///
    /// # Errors
    /// Where the networks are not of the same shape, or the device fails; `gan` is then as it was.
    pub fn restore(&self, gan: &mut Gan, wanted: &ModelInfo) -> Result<(), CheckpointError> {
        self.check_architecture(gan, wanted)?;
        let tensors = model_file::tensors(&self.bytes)?;
        let mut restored = gan.clone();
        let Some(first) = gan.generator.blocks.first() else {
            return Ok(());
        };
        let reader = Reader::new(&tensors, first.weight.device());
        self.restore_networks(&mut restored, &reader)?;
        if let Some(views) = &self.header.views {
            restored.views = serde_json::from_str(views).map_err(unclear)?;
        }
        restored.anchors = self.header.anchors;
        self.restore_moments(&mut restored, &reader)?;
        *gan = restored;
        Ok(())
    }

    /// Puts the generator alone into `gan`, as it is shown: where the discriminator is to have other layers, it begins
    /// anew, and with it both optimisers.
    ///
    /// # Errors
    /// As [`Checkpoint::restore`].
    pub fn restore_generator(
        &self,
        gan: &mut Gan,
        wanted: &ModelInfo,
    ) -> Result<(), CheckpointError> {
        let (found, wanted) = (architecture(&self.info), architecture(wanted));
        if found != wanted {
            return Err(CheckpointError::Architecture { found, wanted });
        }
        let tensors = model_file::tensors(&self.bytes)?;
        let mut restored = gan.clone();
        let Some(first) = gan.generator.blocks.first() else {
            return Ok(());
        };
        let reader = Reader::new(&tensors, first.weight.device());
        self.restore_generators(&mut restored, &reader)?;
        restored.go_on_from_average();
        *gan = restored;
        Ok(())
    }

    fn check_architecture(&self, gan: &Gan, wanted: &ModelInfo) -> Result<(), CheckpointError> {
        let norm = |spectral| {
            let word = if spectral { "with" } else { "without" };
            format!("{word} spectral norm")
        };
        let pairs = [
            (architecture(&self.info), architecture(wanted)),
            (norm(self.header.spectral), norm(gan.spectral.is_some())),
        ];
        let differs = pairs.into_iter().find(|(found, wanted)| found != wanted);
        differs.map_or(Ok(()), |(found, wanted)| {
            Err(CheckpointError::Architecture { found, wanted })
        })
    }

    fn trained(&self, reader: &Reader) -> Result<Stack, CheckpointError> {
        let prefix = self.header.averaged.map_or("", |_| RAW);
        Ok(reader.stack(prefix, Direction::Up)?)
    }

    /// The trained generator and its average.
    fn restore_generators(&self, gan: &mut Gan, reader: &Reader) -> Result<(), CheckpointError> {
        put(&mut gan.generator, self.trained(reader)?)?;
        match (&mut gan.average, self.header.averaged) {
            (Some(average), Some(steps)) => {
                put(
                    &mut average.generator,
                    reader.stack(AVERAGE, Direction::Up)?,
                )?;
                average.steps = steps;
            }
            // The settings ask for an average now: it begins here.
            (Some(average), None) => *average = Average::new(&gan.generator, average.decay),
            (None, _) => {}
        }
        Ok(())
    }

    fn restore_networks(&self, gan: &mut Gan, reader: &Reader) -> Result<(), CheckpointError> {
        self.restore_generators(gan, reader)?;
        put(&mut gan.discriminator, reader.stack(OF_D, Direction::Down)?)?;
        let layers = gan.spectral.iter_mut().flat_map(|norm| &mut norm.layers);
        for (number, layer) in layers.enumerate() {
            for (part, own) in [("weight", &mut layer.weight), ("right", &mut layer.right)] {
                *own = like(own, &learnt(number, part), reader)?;
            }
        }
        Ok(())
    }

    fn restore_moments(&self, gan: &mut Gan, reader: &Reader) -> Result<(), CheckpointError> {
        let (of_g, of_d) = (&self.header.adam_g, &self.header.adam_d);
        let wanted = gan.generator.parameters();
        put_moments(&mut gan.adam_g, &wanted, of_g, reader, "adam_g")?;
        // Spectral norm's learnt weights have the shapes of the divided ones.
        let wanted = gan.discriminator.parameters();
        put_moments(&mut gan.adam_d, &wanted, of_d, reader, "adam_d")
    }
}

/// Replaces what was learnt; what a layer is stays.
fn put(own: &mut Stack, read: Stack) -> Result<(), CheckpointError> {
    let shapes = |stack: &Stack| -> Vec<Vec<usize>> {
        let parameters = stack.parameters();
        parameters
            .iter()
            .map(|tensor| tensor.dims().to_vec())
            .collect()
    };
    let (found, wanted) = (shapes(&read), shapes(own));
    if found != wanted {
        return Err(CheckpointError::Architecture {
            found: format!("weights {found:?}"),
            wanted: format!("{wanted:?}"),
        });
    }
    for (own, read) in own.blocks.iter_mut().zip(read.blocks) {
        own.weight = read.weight;
        own.bias = read.bias;
        own.norm = read.norm;
    }
    Ok(())
}

/// The tensor of this name, which must be of the shape of `wanted`.
fn like(wanted: &Tensor, name: &str, reader: &Reader) -> Result<Tensor, CheckpointError> {
    let tensor = reader.tensor(name)?;
    if tensor.dims() == wanted.dims() {
        return Ok(tensor);
    }
    Err(CheckpointError::Architecture {
        found: format!("{name} {:?}", tensor.dims()),
        wanted: format!("{:?}", wanted.dims()),
    })
}

/// The moments of the parameters `wanted`, or none before the first update.
fn put_moments(
    adam: &mut Adam,
    wanted: &[&Tensor],
    numbers: &AdamState,
    reader: &Reader,
    name: &str,
) -> Result<(), CheckpointError> {
    if ![0, wanted.len()].contains(&numbers.moments) {
        return Err(CheckpointError::Architecture {
            found: format!("{} moments of {name}", numbers.moments),
            wanted: wanted.len().to_string(),
        });
    }
    adam.step = numbers.step;
    let pairs = wanted.iter().take(numbers.moments).enumerate();
    let pairs = pairs.map(|(number, wanted)| {
        let [first, second] = moment_names(name, number);
        let mean = like(wanted, &first, reader)?;
        let squares = like(wanted, &second, reader)?;
        check_squares(&second, &squares)?;
        Ok((mean, squares))
    });
    adam.moments = pairs.collect::<Result<_, CheckpointError>>()?;
    Ok(())
}
