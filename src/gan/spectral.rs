//! Spectral norm of the discriminator (Miyato et al. 2018).

use candle_core::{Result, Tensor};
use morphogan_nn::Stack;

use crate::latent::noise::Noise;

/// PyTorch's `eps`: no norm is taken to be smaller.
const SMALLEST: f64 = 1e-12;
/// Iterations before the first step, as in PyTorch.
const AT_FIRST: usize = 15;

/// The learnt weights of a network whose layers work with them divided by their largest singular
/// value: PyTorch's `parametrizations.spectral_norm`, one power iteration for each pass of training.
///
/// The network itself always holds the divided weights, so that it judges as it is wherever it goes,
/// into a model file too. What a checkpoint needs besides is here: [`Layer::weight`] and
/// [`Layer::right`].
#[derive(Clone, Debug)]
pub struct Spectral {
    /// One for each block of the network.
    pub layers: Vec<Layer>,
}

/// One weight as a matrix with a row for each output channel.
#[derive(Clone, Debug)]
pub struct Layer {
    /// As learnt, [deep, 4, 4, wide].
    pub weight: Tensor,
    /// Estimate of the first right singular vector, [16 · wide, 1].
    pub right: Tensor,
    /// Of the first left one [deep, 1]; follows from `right`.
    left: Tensor,
    /// Of the largest singular value [1, 1]; follows from `right`.
    largest: Tensor,
}

impl Spectral {
    /// Takes over the weights of `network`, and its batch norms away: divided by deviations of the
    /// batch, features would be bounded by nothing.
    ///
    /// # Errors
    /// candle's.
    pub fn of(network: &mut Stack, noise: &mut Noise) -> Result<Self> {
        let mut layers = Vec::with_capacity(network.blocks.len());
        for block in &mut network.blocks {
            block.norm = None;
            let weight = block.weight.clone();
            let (deep, high, across, wide) = weight.dims4()?;
            let columns = high * across * wide;
            let numbers = noise.normals(columns, 0.0, 1.0);
            let right = Tensor::from_vec(numbers, (columns, 1), weight.device())?;
            let right = right.to_dtype(weight.dtype())?;
            let one = Tensor::ones((1, 1), weight.dtype(), weight.device())?;
            let mut layer = Layer {
                left: one.broadcast_as((deep, 1))?.contiguous()?,
                right: right.broadcast_div(&length(&right)?)?,
                largest: one,
                weight,
            };
            for _ in 0..AT_FIRST {
                layer.iterate()?;
            }
            layers.push(layer);
        }
        let mut spectral = Self { layers };
        spectral.refresh(network)?;
        Ok(spectral)
    }

    /// One power iteration; `network` works with the weights divided by what it finds. Once before
    /// each pass of training.
    ///
    /// # Errors
    /// candle's.
    pub fn refresh(&mut self, network: &mut Stack) -> Result<()> {
        for (layer, block) in self.layers.iter_mut().zip(&mut network.blocks) {
            layer.iterate()?;
            let divided = layer.matrix()?.broadcast_div(&layer.largest)?;
            block.weight = divided.reshape(layer.weight.shape())?;
        }
        Ok(())
    }

    /// The learnt weights' gradients from those of the divided ones, of the last pass.
    ///
    /// # Errors
    /// candle's.
    pub fn backward(&self, grads: &[Tensor]) -> Result<Vec<Tensor>> {
        let pairs = self.layers.iter().zip(grads);
        pairs.map(|(layer, grad)| layer.backward(grad)).collect()
    }

    /// What is learnt, to be replaced.
    pub fn parameters_mut(&mut self) -> Vec<&mut Tensor> {
        let layers = self.layers.iter_mut();
        layers.map(|layer| &mut layer.weight).collect()
    }
}

impl Layer {
    /// [deep, 16 · wide].
    fn matrix(&self) -> Result<Tensor> {
        self.weight.flatten_from(1)
    }

    fn iterate(&mut self) -> Result<()> {
        let matrix = self.matrix()?;
        let left = matrix.matmul(&self.right)?; // [deep, 1]
        self.left = left.broadcast_div(&length(&left)?)?;
        let right = self.left.t()?.contiguous()?.matmul(&matrix)?; // [1, 16 · wide]
        // uᵀWv with v = Wᵀu / |Wᵀu| is |Wᵀu|.
        self.largest = length(&right)?;
        self.right = right.broadcast_div(&self.largest)?.t()?.contiguous()?;
        Ok(())
    }

    /// With Ŵ = W / σ, σ = uᵀWv and G the gradient of Ŵ, that of W is (G − ⟨G, Ŵ⟩ u vᵀ) / σ; u and v
    /// count as constants.
    fn backward(&self, grad: &Tensor) -> Result<Tensor> {
        let of_divided = grad.flatten_from(1)?; // [deep, 16 · wide]
        let along = (&of_divided * self.matrix()?)?.sum_all()?.reshape((1, 1))?;
        let along = along.broadcast_div(&self.largest)?; // ⟨G, Ŵ⟩
        let outer = self
            .left
            .broadcast_mul(&along)?
            .matmul(&self.right.t()?.contiguous()?)?;
        (of_divided - outer)?
            .broadcast_div(&self.largest)?
            .reshape(grad.shape())
    }
}

/// Euclidean, [1, 1].
fn length(vector: &Tensor) -> Result<Tensor> {
    let length = vector.sqr()?.sum_all()?.sqrt()?.maximum(SMALLEST)?;
    length.reshape((1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::noise::Purpose;
    use candle_core::{DType, Device};
    use morphogan_nn::{Activation, Block, Direction, Geometry};

    /// One layer whose estimates have settled on its singular vectors.
    fn settled(weight: &Tensor) -> (Spectral, Stack) {
        let mut network = Stack::new(vec![Block {
            direction: Direction::Down,
            geometry: Geometry::Stride1,
            weight: weight.clone(),
            bias: None,
            norm: None,
            activation: Activation::Linear,
        }]);
        let mut noise = Noise::new(2, Purpose::Weights);
        let mut spectral = Spectral::of(&mut network, &mut noise).unwrap();
        for _ in 0..300 {
            spectral.refresh(&mut network).unwrap();
        }
        (spectral, network)
    }

    fn random(seed: u64) -> Tensor {
        let numbers = Noise::new(seed, Purpose::Weights).normals(3 * 32, 0.0, 1.0);
        let tensor = Tensor::from_vec(numbers, (3, 4, 4, 2), &Device::Cpu).unwrap();
        tensor.to_dtype(DType::F64).unwrap()
    }

    fn dot(a: &Tensor, b: &Tensor) -> f64 {
        let product = (a * b).unwrap().sum_all().unwrap();
        product.to_scalar().unwrap()
    }

    #[test]
    fn the_largest_singular_value_becomes_one() {
        let (_, network) = settled(&random(1));
        let (again, _) = settled(&network.blocks[0].weight);
        let largest = again.layers[0].largest.flatten_all().unwrap();
        assert!((largest.to_vec1::<f64>().unwrap()[0] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_gradient_goes_through_the_singular_value() {
        let (weight, grad) = (random(1), random(9));
        let (spectral, _) = settled(&weight);
        let back = spectral.backward(std::slice::from_ref(&grad)).unwrap();
        for seed in 20..25 {
            let along = random(seed);
            let loss = |by: f64| {
                let there = (&weight + (&along * by).unwrap()).unwrap();
                dot(&grad, &settled(&there).1.blocks[0].weight)
            };
            let numeric = (loss(1e-5) - loss(-1e-5)) / 2e-5;
            let ours = dot(&back[0], &along);
            assert!((ours - numeric).abs() < 1e-6, "{ours} {numeric}");
        }
    }
}
