//! Zero-centred gradient penalties (R1 and R2; Mescheder et al. 2018, Huang et al. 2024) without a
//! second backward pass.
//!
//! A critic of convolutions and leaky ReLUs alone is linear around each picture, so the gradient of
//! ½‖∂D/∂x‖² follows from two passes that exist anyway. With aₗ the output of the l-th convolution, let
//! δₗ = ∂D/∂aₗ, t₀ = ∂D/∂x and tₗ = φ′(aₗ) ⊙ Wₗ tₗ₋₁: the tangent at x along its own gradient. Then
//! ∂(½‖∂D/∂x‖²)/∂Wₗ = δₗ tₗ₋₁ᵀ. The gradient of c·D is c·δₗ hₗ₋₁ᵀ with hₗ₋₁ the layer's input, so that
//! one weight gradient with the input c·hₗ₋₁ + γ·tₗ₋₁ gives both.

use candle_core::Tensor;

use super::{Block, Direction, Gradients, Passed, Result, Stack, conv};

impl Stack {
    /// The gradient of Σ_b (slope_b · D(x_b) + strength_b/2 · ‖∂D(x_b)/∂x_b‖²), squares summed over pixels, in each of
    /// [`Stack::parameters`], and as that of the input ∂D(x_b)/∂x_b itself. `slopes`, the gradient of a loss in D's
    /// outputs, and `strengths` are [b, 1, 1, 1].
    ///
    /// # Errors
    /// candle's; for a network with batch norm, where pictures of a batch depend on each other, or with a
    /// curved activation.
    pub fn penalised(
        &self,
        passed: Passed,
        slopes: &Tensor,
        strengths: &Tensor,
    ) -> Result<Gradients> {
        let blocks = self.blocks.iter();
        if !blocks.clone().all(is_piecewise_linear) {
            candle_core::bail!(
                "an exact gradient penalty needs a network of convolutions and leaky ReLUs alone"
            );
        }
        let (deltas, steepness) = self.adjoints(&passed)?;
        let mut tangent = steepness.clone();
        let mut parameters = Vec::with_capacity(self.blocks.len());
        let last = self.blocks.len().saturating_sub(1);
        let layers = blocks.zip(passed.blocks).zip(deltas).enumerate();
        for (index, ((block, passed), delta)) in layers {
            let dtype = tangent.dtype();
            let input = passed.input.to_dtype(dtype)?.broadcast_mul(slopes)?;
            let both = (input + tangent.broadcast_mul(strengths)?)?; // [b, h, w, c]
            parameters.push(block.weight_grad(&both, &delta, self)?.to_dtype(dtype)?);
            if block.bias.is_some() {
                // A bias moves D and not how steep it is.
                let of_bias = delta.to_dtype(dtype)?.broadcast_mul(slopes)?;
                parameters.push(of_bias.sum((0, 1, 2))?); // [c]
            }
            if index < last {
                let moved = block.convolved(&tangent, self)?.to_dtype(dtype)?; // [b, h', w', c']
                tangent = block.activation.backward(&passed.output, &moved)?;
            }
        }
        Ok(Gradients {
            input: Some(steepness),
            parameters,
        })
    }

    /// δ of each block, [b, h', w', c'], as its convolution takes it, and ∂D/∂x.
    fn adjoints(&self, passed: &Passed) -> Result<(Vec<Tensor>, Tensor)> {
        let mut grad = passed.output.ones_like()?;
        let mut deltas = Vec::with_capacity(self.blocks.len());
        for (block, passed) in self.blocks.iter().zip(&passed.blocks).rev() {
            let dtype = grad.dtype();
            let delta = block.activation.backward(&passed.output, &grad)?;
            let delta = self.precision.narrow(&delta)?;
            let weight = self.precision.narrow(&block.weight)?;
            let of_input = match block.direction {
                Direction::Down => conv::up(&delta, &weight, block.geometry)?,
                Direction::Up => conv::down(&delta, &weight, block.geometry)?,
            };
            grad = of_input.to_dtype(dtype)?;
            deltas.push(delta);
        }
        deltas.reverse();
        Ok((deltas, grad))
    }
}

fn is_piecewise_linear(block: &Block) -> bool {
    block.norm.is_none() && block.activation.slope().is_some()
}

impl Block {
    fn convolved(&self, x: &Tensor, stack: &Stack) -> Result<Tensor> {
        let narrow = |x| stack.precision.narrow(x);
        self.convolve(&narrow(x)?, &narrow(&self.weight)?)
    }

    /// Of `input` and the gradient `delta` of the convolution's output, [deep, 4, 4, wide].
    fn weight_grad(&self, input: &Tensor, delta: &Tensor, stack: &Stack) -> Result<Tensor> {
        let input = stack.precision.narrow(input)?;
        match self.direction {
            Direction::Down => conv::weight_grad(&input, delta, self.geometry),
            Direction::Up => conv::weight_grad(delta, &input, self.geometry),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{noise, numbers, random};
    use crate::{Activation, Geometry};
    use candle_core::DType;

    /// A critic of every kind of layer: 8×8 → 4×4 → 1×1, and one that goes up first.
    fn critic(dtype: DType, up: bool) -> Stack {
        let mut noise = noise(3);
        let block = |noise: &mut _, direction, geometry, shape: [usize; 4], activation| Block {
            direction,
            geometry,
            weight: (random(noise, &shape, dtype) * 0.3).unwrap(),
            bias: None,
            norm: None,
            activation,
        };
        let leak = Activation::LeakyRelu(0.2);
        let mut blocks = Vec::new();
        if up {
            blocks.push(block(
                &mut noise,
                Direction::Up,
                Geometry::Stride2,
                [2, 4, 4, 2],
                leak,
            ));
        }
        blocks.extend([
            block(
                &mut noise,
                Direction::Down,
                Geometry::Stride2,
                [3, 4, 4, 2],
                leak,
            ),
            block(
                &mut noise,
                Direction::Down,
                Geometry::Stride2,
                [5, 4, 4, 3],
                Activation::Relu,
            ),
            block(
                &mut noise,
                Direction::Down,
                Geometry::Stride1,
                [1, 4, 4, 5],
                Activation::Linear,
            ),
        ]);
        let channels = blocks[1].weight.dim(0).unwrap();
        blocks[1].bias = Some(random(&mut noise, &[channels], dtype));
        Stack::new(blocks)
    }

    /// Σ slope·D + strength/2·‖∂D/∂x‖², the norm from the network's ordinary backward pass.
    fn loss(stack: &Stack, x: &Tensor, slopes: &Tensor, strengths: &Tensor) -> f64 {
        let mut stack = stack.clone();
        let passed = stack.forward_train(x).unwrap();
        let ones = passed.output.ones_like().unwrap();
        let outputs = passed.output.clone();
        let grads = stack.backward(passed, &ones, (true, false)).unwrap();
        let norms = grads.input.unwrap().sqr().unwrap();
        let norms = norms.flatten_from(1).unwrap().sum(1).unwrap();
        let rows = numbers(&outputs).into_iter().zip(numbers(slopes));
        let rows = rows.zip(numbers(&norms).into_iter().zip(numbers(strengths)));
        rows.map(|((d, c), (norm, g))| c * d + 0.5 * g * norm).sum()
    }

    #[test]
    fn the_gradient_is_that_of_finite_differences() {
        for up in [false, true] {
            let stack = critic(DType::F64, up);
            let mut noise = noise(7);
            let side = if up { 8 } else { 16 };
            let x = random(&mut noise, &[3, side, side, 2], DType::F64);
            let slopes = random(&mut noise, &[3, 1, 1, 1], DType::F64);
            let strengths = random(&mut noise, &[3, 1, 1, 1], DType::F64).sqr().unwrap();
            let passed = stack.clone().forward_train(&x).unwrap();
            let found = stack.penalised(passed, &slopes, &strengths).unwrap();
            let found = found.parameters;
            assert_eq!(found.len(), stack.parameters().len());
            for (index, grad) in found.iter().enumerate() {
                let along = random(&mut noise, grad.dims(), DType::F64);
                let at = |by: f64| {
                    let mut moved = stack.clone();
                    let parameter = moved.parameters_mut().swap_remove(index);
                    *parameter = (&*parameter + (&along * by).unwrap()).unwrap();
                    loss(&moved, &x, &slopes, &strengths)
                };
                let numeric = (at(1e-6) - at(-1e-6)) / 2e-6;
                let ours: f64 = {
                    let pairs = numbers(grad).into_iter().zip(numbers(&along));
                    pairs.map(|(a, b)| a * b).sum()
                };
                let off = (ours - numeric).abs() / numeric.abs().max(1.0);
                assert!(off < 1e-5, "parameter {index}: {ours} {numeric}");
            }
        }
    }

    #[test]
    fn fast_layers_agree_with_portable_ones() {
        let (fast, exact) = (critic(DType::F32, false), critic(DType::F64, false));
        let mut noise = noise(9);
        let x = random(&mut noise, &[4, 16, 16, 2], DType::F32);
        let slopes = random(&mut noise, &[4, 1, 1, 1], DType::F32);
        let strengths = slopes.ones_like().unwrap();
        let run = |stack: &Stack, dtype| {
            let as_type = |t: &Tensor| t.to_dtype(dtype).unwrap();
            let passed = stack.clone().forward_train(&as_type(&x)).unwrap();
            stack
                .penalised(passed, &as_type(&slopes), &as_type(&strengths))
                .unwrap()
                .parameters
        };
        let (ours, theirs) = (run(&fast, DType::F32), run(&exact, DType::F64));
        for (a, b) in ours.iter().zip(&theirs) {
            assert!(crate::tests::off(a, b) < 1e-5);
        }
    }

    #[test]
    fn batch_norm_and_curved_activations_are_refused() {
        let mut stack = critic(DType::F32, false);
        stack.blocks[1].activation = Activation::Tanh;
        let x = random(&mut noise(1), &[1, 16, 16, 2], DType::F32);
        let passed = stack.forward_train(&x).unwrap();
        let one = passed.output.ones_like().unwrap();
        assert!(stack.penalised(passed, &one, &one).is_err());
    }
}
