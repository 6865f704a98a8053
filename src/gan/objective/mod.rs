//! How far a face is from a wished one, and which way in the latent space leads nearer.

use candle_core::{DType, Device, Result, Tensor};
use morphogan_nn::{Frozen, Stack};

use super::directions::to_matrix;
use super::{Snapshot, latents_to_tensor};
use crate::latent::Latent;
use crate::latent::directions::Matrix;
use crate::picture::Picture;

/// How much each part of the distance counts. Pixels and features are in units of the distance of
/// random faces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// D's features beside the pixels.
    pub features: f64,
    /// Staying where random latents lie: the square of how far |z|/√n lies beyond the lengths that they have.
    pub sphere: f64,
}

/// The wished picture, and the networks that lead to it.
#[derive(Debug)]
pub struct Objective {
    generator: Frozen,
    /// D without its last layer.
    critic: Option<Frozen>,
    length: usize,
    device: Device,
    weights: Weights,
    /// [1, h, w, c].
    target: Tensor,
    /// Weight of each pixel [1, h, w, c].
    pixels: Tensor,
    /// Of the target, one a layer of the critic [1, h, w, c], and the weight of its numbers.
    features: Vec<(Tensor, f64)>,
    start: Option<Start>,
}

/// What faces are held near.
#[derive(Debug)]
struct Start {
    /// [1, latent].
    latent: Tensor,
    /// How strongly, one a row of a batch, over and over.
    nears: Vec<f64>,
}

/// The distance of some faces.
#[derive(Clone, Debug)]
pub struct Judged {
    /// All parts together, one a face.
    pub losses: Vec<f64>,
    /// Of pixels as the mask weighs them, as a share of that of random faces.
    pub pixels: Vec<f64>,
    /// Of pixels alone, −1..1, one a face.
    pub squared_errors: Vec<f64>,
    /// Of features alone, as a share of that of random faces; 0 without a critic.
    pub features: Vec<f64>,
}

/// The normal equations at one latent.
pub struct Curvature {
    /// JᵀJ of the residuals, [latent, latent].
    pub matrix: Matrix,
    /// Jᵀr, half the gradient, [1, latent].
    pub slope: Matrix,
}

impl Objective {
    /// The distance to `target`, which has the size that the network draws; `mask` weighs each pixel,
    /// 0..1. Distances are measured against those of `random` faces.
    ///
    /// # Errors
    /// candle's, for a device that fails, and where the target or the mask has another size.
    pub fn new(
        model: &Snapshot,
        target: &Picture,
        mask: Option<&[f32]>,
        weights: Weights,
        random: &[Latent],
    ) -> Result<Self> {
        let info = model.info();
        let Some(chain) = model.generator().chain() else {
            candle_core::bail!("only chains of 4×4 transposed convolutions can be searched");
        };
        let generator = Frozen::new(chain)?;
        let device = model.generator().device();
        let critic = match model.discriminator() {
            Some(network) if weights.features > 0.0 => Some(Frozen::new(&headless(network))?),
            _ => None,
        };
        let mut objective = Self {
            generator,
            critic,
            length: info.latent,
            weights,
            target: to_tensor(target, info.channels, &device)?,
            pixels: mask_tensor(mask, (info.size, info.channels), &device)?,
            features: Vec::new(),
            start: None,
            device,
        };
        objective.scale(random)?;
        Ok(objective)
    }

    /// Held near `start` too: the mean square of the difference counts as `nears` says, one number for
    /// each latent of a batch, from the first again where there are more.
    ///
    /// # Errors
    /// candle's.
    pub fn near(mut self, start: &Latent, nears: &[f64]) -> Result<Self> {
        let latent = latents_to_tensor(std::slice::from_ref(start), self.length, &self.device)?;
        self.start = Some(Start {
            latent: latent.flatten_from(1)?, // [1, latent]
            nears: nears.to_vec(),
        });
        Ok(self)
    }

    /// Components of a latent.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Where the networks are.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Whether D's features count.
    pub fn has_critic(&self) -> bool {
        self.critic.is_some()
    }

    /// Divides each part by the distance of random faces.
    fn scale(&mut self, random: &[Latent]) -> Result<()> {
        let z = latents_to_tensor(random, self.length, &self.device)?;
        let faces = self.generator.stack().infer(&z)?; // [n, h, w, c]
        let mean = |maps: &Tensor, target: &Tensor| -> Result<f64> {
            let squares = maps.broadcast_sub(target)?.sqr()?.mean_all()?;
            Ok(f64::from(squares.to_dtype(DType::F32)?.to_scalar::<f32>()?).max(1e-20))
        };
        let sum = f64::from(self.pixels.sum_all()?.to_scalar::<f32>()?).max(1e-8);
        self.pixels = (&self.pixels / sum)?;
        // Under the mask, which sums to one over the picture.
        let squares = faces.broadcast_sub(&self.target)?.sqr()?;
        let masked = squares.broadcast_mul(&self.pixels)?.sum_all()?;
        let usual = f64::from(masked.to_scalar::<f32>()?) / random.len().max(1) as f64;
        self.pixels = (&self.pixels / usual.max(1e-8))?;
        if let Some(critic) = &self.critic {
            let of_target = critic.forward(&self.target)?;
            let of_faces = critic.forward(&faces)?;
            let layers = of_target.len() as f64;
            for (target, faces) in of_target.into_iter().zip(of_faces) {
                let numbers = target.elem_count() as f64;
                let usual = mean(&faces, &target)?;
                self.features
                    .push((target, 1.0 / (layers * numbers * usual)));
            }
        }
        Ok(())
    }

    /// How far the faces of latents are.
    ///
    /// # Errors
    /// candle's.
    pub fn judge(&self, latents: &[Latent]) -> Result<Judged> {
        let z = latents_to_tensor(latents, self.length, &self.device)?;
        let faces = self.generator.stack().infer(&z)?; // [b, h, w, c]
        let seen = match &self.critic {
            Some(critic) => critic.forward(&faces)?,
            None => Vec::new(),
        };
        self.distances(&z.flatten_from(1)?, &faces, &seen)
    }

    /// How far the faces of `z` [b, latent] are, and the gradients of the losses [b, latent].
    ///
    /// # Errors
    /// candle's.
    pub fn gradient(&self, z: &Tensor) -> Result<(Judged, Tensor)> {
        let (rows, length) = z.dims2()?;
        let made = self.generator.forward(&z.reshape((rows, 1, 1, length))?)?;
        let Some(faces) = made.last() else {
            candle_core::bail!("a generator without layers")
        };
        let seen = match &self.critic {
            Some(critic) => critic.forward(faces)?,
            None => Vec::new(),
        };
        let judged = self.distances(z, faces, &seen)?;
        let mut of_faces = (faces
            .broadcast_sub(&self.target)?
            .broadcast_mul(&self.pixels)?
            * 2.0)?;
        if let Some(critic) = &self.critic {
            let grads = seen
                .iter()
                .zip(&self.features)
                .map(|(seen, (target, weight))| {
                    let scale = 2.0 * self.weights.features * weight;
                    Ok(Some((seen.broadcast_sub(target)? * scale)?))
                });
            let grads: Vec<_> = grads.collect::<Result<_>>()?;
            if let Some(through) = critic.backward(&seen, &grads)? {
                of_faces = (of_faces + through)?;
            }
        }
        let mut grads = vec![None; made.len()];
        if let Some(last) = grads.last_mut() {
            *last = Some(of_faces);
        }
        let Some(through) = self.generator.backward(&made, &grads)? else {
            candle_core::bail!("no gradient reached the latent")
        };
        let gradient = (through.flatten_from(1)? + self.pull(z)?)?; // [b, latent]
        Ok((judged, gradient))
    }

    /// Losses from what is known of some faces.
    fn distances(&self, z: &Tensor, faces: &Tensor, seen: &[Tensor]) -> Result<Judged> {
        let rows = |squares: Tensor| -> Result<Vec<f64>> {
            let sums = squares.flatten_from(1)?.sum(1)?;
            sums.to_dtype(DType::F64)?.to_vec1()
        };
        let squares = faces.broadcast_sub(&self.target)?.sqr()?;
        let pixels = rows(squares.broadcast_mul(&self.pixels)?)?;
        let numbers = self.target.elem_count() as f64;
        let squared_errors = rows(squares)?
            .into_iter()
            .map(|sum| sum / numbers)
            .collect();
        let mut features = vec![0.0; pixels.len()];
        for (seen, (target, weight)) in seen.iter().zip(&self.features) {
            let layer = rows(seen.broadcast_sub(target)?.sqr()?)?;
            features
                .iter_mut()
                .zip(layer)
                .for_each(|(sum, x)| *sum += weight * x);
        }
        let length = self.length as f64;
        let norms = rows(z.sqr()?)?;
        let sphere = norms.iter().map(|norm| self.beyond((norm / length).sqrt()));
        let mut losses: Vec<f64> = sphere.map(|x| self.weights.sphere * x * x).collect();
        if let Some(start) = &self.start {
            let aways = rows(z.broadcast_sub(&start.latent)?.sqr()?)?;
            let nears = start.nears.iter().cycle();
            for ((loss, away), near) in losses.iter_mut().zip(aways).zip(nears) {
                *loss += near * away / length;
            }
        }
        for ((loss, pixels), features) in losses.iter_mut().zip(&pixels).zip(&features) {
            *loss += pixels + self.weights.features * features;
        }
        Ok(Judged {
            losses,
            pixels,
            squared_errors,
            features,
        })
    }

    /// Gradient of what depends on z alone, [b, latent].
    fn pull(&self, z: &Tensor) -> Result<Tensor> {
        let length = self.length as f64;
        let norm = (z.sqr()?.sum_keepdim(1)? + 1e-12)?.sqrt()?; // [b, 1]
        let share = (&norm / length.sqrt())?;
        let usual = share.clamp(1.0 - self.usual(), 1.0 + self.usual())?;
        // 2 · beyond · z / (|z| √n)
        let scale = (((share - usual)? / norm)? * (2.0 * self.weights.sphere / length.sqrt()))?;
        let sphere = z.broadcast_mul(&scale)?;
        let Some(start) = &self.start else {
            return Ok(sphere);
        };
        let scale = |near: &f64| (2.0 * near / length) as f32;
        let rows = z.dim(0)?;
        let scales: Vec<f32> = start.nears.iter().map(scale).cycle().take(rows).collect();
        let scales = Tensor::from_vec(scales, (rows, 1), &self.device)?; // [b, 1]
        sphere + z.broadcast_sub(&start.latent)?.broadcast_mul(&scales)?
    }

    /// The normal equations of Gauss and Newton at one latent, from forward-mode derivatives along all
    /// components at once.
    ///
    /// # Errors
    /// candle's.
    pub fn curvature(&self, latent: &Latent) -> Result<Curvature> {
        let z = latents_to_tensor(std::slice::from_ref(latent), self.length, &self.device)?;
        let made = self.generator.forward(&z)?;
        let axes = Tensor::eye(self.length, z.dtype(), &self.device)?;
        let axes = axes.reshape((self.length, 1, 1, self.length))?;
        let moved = self.generator.tangents(&made, &axes)?; // last: [latent, h, w, c]
        let (Some(face), Some(ways)) = (made.last(), moved.last()) else {
            candle_core::bail!("a generator without layers")
        };
        let root = self.pixels.sqrt()?;
        let residual = (face - &self.target)?
            .broadcast_mul(&root)?
            .flatten_from(1)?; // [1, p]
        let ways_seen = ways.broadcast_mul(&root)?.flatten_from(1)?; // [latent, p]
        let mut matrix = ways_seen.matmul(&ways_seen.t()?)?; // [latent, latent]
        let mut slope = residual.matmul(&ways_seen.t()?)?; // [1, latent]
        if let Some(critic) = &self.critic {
            let seen = critic.forward(face)?;
            let felt = critic.tangents(&seen, ways)?;
            for ((seen, felt), (target, weight)) in seen.iter().zip(&felt).zip(&self.features) {
                let felt = felt.flatten_from(1)?; // [latent, numbers]
                let residual = (seen - target)?.flatten_from(1)?; // [1, numbers]
                let scale = self.weights.features * weight;
                matrix = (matrix + (felt.matmul(&felt.t()?)? * scale)?)?;
                slope = (slope + (residual.matmul(&felt.t()?)? * scale)?)?;
            }
        }
        let pull = (self.pull(&z.flatten_from(1)?)? * 0.5)?;
        let mut matrix = to_matrix(&matrix)?;
        matrix.add_to_diagonal(self.stiffness(latent));
        Ok(Curvature {
            matrix,
            slope: to_matrix(&(slope + pull)?)?,
        })
    }

    /// Half the second derivative of what depends on z alone, an upper bound in every direction.
    fn stiffness(&self, latent: &Latent) -> f64 {
        let near = self.start.as_ref().and_then(|start| start.nears.first());
        let share = f64::from(latent.norm()) / (self.length as f64).sqrt();
        let sphere = if self.beyond(share) == 0.0 {
            0.0
        } else {
            self.weights.sphere
        };
        (sphere + near.copied().unwrap_or(0.0)) / self.length as f64
    }

    /// How far the lengths of random latents go from √n each way, as a share of it: 2.5 of their deviations.
    fn usual(&self) -> f64 {
        2.5 / (2.0 * self.length as f64).sqrt()
    }

    /// How far a length, as a share of √n, lies beyond those of random latents.
    fn beyond(&self, share: f64) -> f64 {
        share - share.clamp(1.0 - self.usual(), 1.0 + self.usual())
    }
}

/// All layers but the last, which only gives the score.
fn headless(network: &Stack) -> Stack {
    let mut layers = network.clone();
    layers.blocks.pop();
    layers
}

/// A picture as the generator draws it, [1, h, w, c] in −1..1; grey takes the mean of the colours.
fn to_tensor(picture: &Picture, channels: usize, device: &Device) -> Result<Tensor> {
    let scaled = |x: f32| x / 127.5 - 1.0;
    let numbers: Vec<f32> = match channels {
        1 => {
            let pixels = picture.rgb.chunks_exact(3);
            let mean = |p: &[u8]| p.iter().copied().map(f32::from).sum::<f32>() / 3.0;
            pixels.map(|pixel| scaled(mean(pixel))).collect()
        }
        _ => picture.rgb.iter().map(|&x| scaled(f32::from(x))).collect(),
    };
    Tensor::from_vec(
        numbers,
        (1, picture.height, picture.width, channels),
        device,
    )
}

fn mask_tensor(
    mask: Option<&[f32]>,
    (size, channels): (usize, usize),
    device: &Device,
) -> Result<Tensor> {
    let shape = (1, size, size, channels);
    match mask {
        Some(mask) => {
            let repeated = mask
                .iter()
                .flat_map(|&x| std::iter::repeat_n(x.clamp(0.0, 1.0), channels));
            Tensor::from_vec(repeated.collect(), shape, device)
        }
        None => Tensor::ones(shape, DType::F32, device),
    }
}

#[cfg(test)]
pub(super) mod tests;
