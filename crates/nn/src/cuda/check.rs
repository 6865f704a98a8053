//! The fast layers against the portable ones on the device at hand, before anything depends on them.

use candle_core::{DType, Device, Tensor};

use super::super::shape::ConvShape;
use super::super::types::{Normalised, Update};
use super::super::{Activation, BatchNorm, Geometry, Result, portable};
use super::{conv, pointwise};

/// TF32 keeps ten bits of each factor. A wrong layout is off by as much as the numbers are large.
const OF_CONVOLUTIONS: f64 = 1e-2;
/// f32 throughout; the sums are taken in another order.
const OF_THE_REST: f64 = 1e-3;

/// Odd sizes, the channels of grey and colour pictures, enough channels for tensor cores, and more than one chunk and
/// one column of a sum.
const SHAPES: [(Geometry, [usize; 3], usize, usize); 4] = [
    (Geometry::Stride2, [3, 3, 5], 3, 7),
    (Geometry::Stride2, [2, 4, 4], 1, 64),
    (Geometry::Stride2, [9, 8, 8], 32, 40),
    (Geometry::Stride1, [5, 1, 1], 24, 10),
];

/// All of them.
///
/// # Errors
/// In words, which is wrong or what failed.
pub fn all(device: &Device) -> std::result::Result<(), String> {
    let failed = |error: candle_core::Error| error.to_string();
    let mut noise = Noise(1);
    for (geometry, [batch, h, w], ci, co) in SHAPES {
        let shape = ConvShape {
            geometry,
            batch,
            h,
            w,
            ci,
            co,
        };
        judge(
            convolutions(&mut noise, device, &shape, DType::F32).map_err(failed)?,
            OF_CONVOLUTIONS,
        )
        .map_err(|wrong| format!("{wrong} for {shape:?}"))?;
        let rows = [batch, h, w, co];
        judge(
            norms(&mut noise, device, &rows).map_err(failed)?,
            OF_THE_REST,
        )
        .map_err(|wrong| format!("{wrong} for {rows:?}"))?;
    }
    judge(
        activations(&mut noise, device).map_err(failed)?,
        OF_THE_REST,
    )?;
    judge(updates(&mut noise, device).map_err(failed)?, OF_THE_REST)
}

/// The convolutions in bfloat16 against the portable ones with the same rounded numbers. Of the shapes only those that
/// tensor cores take: the others are computed in f32 where cuDNN has nothing for them.
///
/// # Errors
/// In words, which is wrong or what failed.
pub fn bf16(device: &Device) -> std::result::Result<(), String> {
    let failed = |error: candle_core::Error| error.to_string();
    let mut noise = Noise(2);
    let shape = ConvShape {
        geometry: Geometry::Stride2,
        batch: 9,
        h: 8,
        w: 8,
        ci: 32,
        co: 40,
    };
    let pairs = convolutions(&mut noise, device, &shape, DType::BF16).map_err(failed)?;
    judge(pairs, OF_CONVOLUTIONS)
}

/// What the layer is called, what the fast one gave and what the portable one gave.
type Pair = (&'static str, Tensor, Tensor);

fn judge(pairs: Vec<Pair>, tolerance: f64) -> std::result::Result<(), String> {
    for (name, fast, slow) in pairs {
        let off = distance(&fast, &slow).map_err(|error| format!("{name}: {error}"))?;
        // Not a number is no agreement either.
        if off.is_nan() || off > tolerance {
            return Err(format!("{name} is off by {off:.1e}"));
        }
    }
    Ok(())
}

/// Largest difference over the largest number.
fn distance(fast: &Tensor, slow: &Tensor) -> Result<f64> {
    if fast.dims() != slow.dims() {
        candle_core::bail!("{:?} instead of {:?}", fast.shape(), slow.shape());
    }
    let numbers = |t: &Tensor| t.flatten_all()?.to_vec1::<f32>();
    let (fast, slow) = (numbers(fast)?, numbers(slow)?);
    // f32::max drops what is not a number; this keeps it.
    let larger = |most: f32, x: f32| if x > most || x.is_nan() { x } else { most };
    let most = slow.iter().map(|x| x.abs()).fold(1e-30, larger);
    let apart = fast.iter().zip(&slow).map(|(x, y)| (x - y).abs());
    Ok(f64::from(apart.fold(0.0, larger)) / f64::from(most))
}

/// A sequence of numbers that look random, the same each time.
pub(super) struct Noise(pub u64);

impl Noise {
    /// Roughly normal numbers on `device`.
    pub fn tensor(&mut self, shape: &[usize], device: &Device) -> Result<Tensor> {
        let count = shape.iter().product();
        let numbers: Vec<f32> = (0..count).map(|_| self.number()).collect();
        Tensor::from_vec(numbers, shape, device)
    }

    fn number(&mut self) -> f32 {
        // Four uniform numbers from a linear congruential generator (Knuth's constants).
        let mut uniform = || {
            let (factor, step) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
            self.0 = self.0.wrapping_mul(factor).wrapping_add(step);
            (self.0 >> 40) as f32 / (1 << 24) as f32 - 0.5
        };
        (uniform() + uniform() + uniform() + uniform()) * 1.7
    }
}

/// The fast ones with numbers of type `dtype`, the portable ones with the same numbers in f32.
fn convolutions(
    noise: &mut Noise,
    device: &Device,
    shape: &ConvShape,
    dtype: DType,
) -> Result<Vec<Pair>> {
    let (high, across) = shape.wide();
    let mut both = |shape: &[usize]| {
        let narrow = noise.tensor(shape, device)?.to_dtype(dtype)?;
        let wide = narrow.to_dtype(DType::F32)?;
        Result::Ok((narrow, wide))
    };
    let (x, x32) = both(&[shape.batch, high, across, shape.ci])?;
    let (y, y32) = both(&[shape.batch, shape.h, shape.w, shape.co])?;
    let (weight, weight32) = both(&[shape.co, 4, 4, shape.ci])?;
    let in_f32 = |made: Tensor| made.to_dtype(DType::F32);
    let geometry = shape.geometry;
    Ok(vec![
        (
            "convolution",
            in_f32(conv::down(&x, &weight, shape)?)?,
            portable::down(&x32, &weight32, geometry)?,
        ),
        (
            "transposed convolution",
            in_f32(conv::up(&y, &weight, shape)?)?,
            portable::up(&y32, &weight32, geometry)?,
        ),
        (
            "weight gradient",
            in_f32(conv::weight_grad(&x, &y, shape)?)?,
            portable::weight_grad(&x32, &y32, geometry)?,
        ),
    ])
}

fn norms(noise: &mut Noise, device: &Device, shape: &[usize; 4]) -> Result<Vec<Pair>> {
    let channels = shape[3];
    let mut norm = BatchNorm::new(noise.tensor(&[channels], device)?)?;
    norm.shift = noise.tensor(&[channels], device)?;
    norm.running_mean = noise.tensor(&[channels], device)?;
    // Far from zero, which is where the sum of squares would lose its digits.
    let x = (noise.tensor(shape, device)? + 5.0)?;
    let grad = noise.tensor(shape, device)?;
    let (slope, epsilon, momentum) = (0.2, 1e-5, 0.1);
    let relu = Activation::LeakyRelu(slope);
    let learnt = (&norm.gain, &norm.shift);
    let inverse = |variance: &Tensor| (variance + epsilon)?.sqrt()?.recip();

    let moved = pointwise::norm_forward(&norm, &x, slope, (epsilon, momentum))?;
    let (mean, variance) = portable::moments(&x)?;
    let inv_std = inverse(&variance)?;
    let output = portable::normalise(&x, (&mean, &inv_std), learnt, relu)?;
    let rows = (x.elem_count() / channels) as f64;
    let blend = |old: &Tensor, new: &Tensor, scale: f64| {
        (old * (1.0 - momentum))? + (new * (momentum * scale))?
    };
    let new_mean = blend(&norm.running_mean, &mean, 1.0)?;
    let new_variance = blend(&norm.running_var, &variance, rows / (rows - 1.0).max(1.0))?;

    let saved = (&x, &mean, &inv_std);
    let fast = pointwise::norm_backward(&norm, saved, &grad, slope)?;
    let passed = Normalised {
        input: x.clone(),
        mean: mean.clone(),
        inv_std: inv_std.clone(),
        output: output.clone(),
    };
    let slow = portable::normalise_backward(&passed, &norm.gain, &grad, relu)?;

    let running = (&norm.running_mean, &inverse(&norm.running_var)?);
    let inferred = portable::normalise(&x, running, learnt, relu)?;
    Ok(vec![
        ("batch norm", moved.output, output),
        ("mean", moved.mean, mean),
        ("deviation", moved.inv_std, inv_std),
        ("running mean", moved.running.0, new_mean),
        ("running variance", moved.running.1, new_variance),
        ("batch norm's input gradient", fast.0, slow.0),
        ("batch norm's gain gradient", fast.1, slow.1),
        ("batch norm's shift gradient", fast.2, slow.2),
        (
            "inference",
            pointwise::norm_infer(&norm, &x, slope, epsilon)?,
            inferred,
        ),
    ])
}

fn activations(noise: &mut Noise, device: &Device) -> Result<Vec<Pair>> {
    let shape = [3, 5, 7, 11];
    let (x, grad) = (noise.tensor(&shape, device)?, noise.tensor(&shape, device)?);
    let mut pairs = Vec::new();
    for activation in [
        Activation::Relu,
        Activation::LeakyRelu(0.2),
        Activation::Tanh,
    ] {
        let y = portable::activate(&x, activation)?;
        pairs.push((
            "activation",
            pointwise::activate(&x, activation)?,
            y.clone(),
        ));
        pairs.push((
            "activation's gradient",
            pointwise::activate_backward(&y, &grad, activation)?,
            portable::activate_backward(&y, &grad, activation)?,
        ));
    }
    Ok(pairs)
}

fn updates(noise: &mut Noise, device: &Device) -> Result<Vec<Pair>> {
    let shape = [257, 3];
    let parameter = noise.tensor(&shape, device)?;
    let grad = noise.tensor(&shape, device)?;
    let (m, v) = (
        noise.tensor(&shape, device)?,
        noise.tensor(&shape, device)?.sqr()?,
    );
    let update = Update {
        rate: 0.1,
        beta1: 0.5,
        beta2: 0.999,
        epsilon: 1e-8,
        step: 3,
    };
    let [p, new_m, new_v] = pointwise::adam(&parameter, &grad, (&m, &v), update)?;
    let (mut q, mut moments) = (parameter, (m, v));
    update.portable(&mut q, &grad, &mut moments)?;
    Ok(vec![
        ("Adam", p, q),
        ("Adam's first moment", new_m, moments.0),
        ("Adam's second moment", new_v, moments.1),
    ])
}
