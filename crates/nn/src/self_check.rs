//! A backend's layers against the portable ones on the device at hand, before anything depends on them.

use candle_core::{DType, Device, Tensor};

use super::backend::{Backend, Portable};
use super::shape::ConvShape;
use super::types::{Activation, BatchNorm, Update};
use super::{Geometry, Result};

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

/// Every layer in f32.
///
/// # Errors
/// In words, which is wrong or what failed.
pub fn in_f32(fast: &dyn Backend, device: &Device) -> std::result::Result<(), String> {
    caught(|| {
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
            let pairs = convolutions(fast, &mut noise, device, &shape, DType::F32);
            judge(pairs, OF_CONVOLUTIONS).map_err(|wrong| format!("{wrong} for {shape:?}"))?;
            let rows = [batch, h, w, co];
            let pairs = norms(fast, &mut noise, device, &rows);
            judge(pairs, OF_THE_REST).map_err(|wrong| format!("{wrong} for {rows:?}"))?;
        }
        judge(activations(fast, &mut noise, device), OF_THE_REST)?;
        judge(updates(fast, &mut noise, device), OF_THE_REST)
    })
}

/// The convolutions in bfloat16 against the portable ones with the same rounded numbers. Of the shapes only those that
/// tensor cores take: the others are computed in f32 where cuDNN has nothing for them.
///
/// # Errors
/// In words, which is wrong or what failed.
pub fn in_bf16(fast: &dyn Backend, device: &Device) -> std::result::Result<(), String> {
    caught(|| {
        let shape = ConvShape {
            geometry: Geometry::Stride2,
            batch: 9,
            h: 8,
            w: 8,
            ci: 32,
            co: 40,
        };
        let pairs = convolutions(fast, &mut Noise(2), device, &shape, DType::BF16);
        judge(pairs, OF_CONVOLUTIONS)
    })
}

/// cudarc panics where a library answers what its authors did not expect; nothing of ours is left half done then.
fn caught(
    check: impl FnOnce() -> std::result::Result<(), String>,
) -> std::result::Result<(), String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(check))
        .unwrap_or_else(|_| Err("the device's libraries do not fit this program".to_owned()))
}

/// What the layer is called, what the fast one gave and what the portable one gave.
type Pair = (&'static str, Tensor, Tensor);

fn judge(pairs: Result<Vec<Pair>>, tolerance: f64) -> std::result::Result<(), String> {
    for (name, fast, slow) in pairs.map_err(|error| error.to_string())? {
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
pub struct Noise(pub u64);

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
    fast: &dyn Backend,
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
    Ok(vec![
        (
            "convolution",
            in_f32(fast.down(&x, &weight, shape)?)?,
            Portable.down(&x32, &weight32, shape)?,
        ),
        (
            "transposed convolution",
            in_f32(fast.up(&y, &weight, shape)?)?,
            Portable.up(&y32, &weight32, shape)?,
        ),
        (
            "weight gradient",
            in_f32(fast.weight_grad(&x, &y, shape)?)?,
            Portable.weight_grad(&x32, &y32, shape)?,
        ),
    ])
}

fn norms(
    fast: &dyn Backend,
    noise: &mut Noise,
    device: &Device,
    shape: &[usize; 4],
) -> Result<Vec<Pair>> {
    let channels = shape[3];
    let mut norm = BatchNorm::new(noise.tensor(&[channels], device)?)?;
    norm.shift = noise.tensor(&[channels], device)?;
    norm.running_mean = noise.tensor(&[channels], device)?;
    // Far from zero, which is where the sum of squares would lose its digits.
    let x = (noise.tensor(shape, device)? + 5.0)?;
    let grad = noise.tensor(shape, device)?;
    let (relu, momentum) = (Activation::LeakyRelu(0.2), 0.1);

    let (moved, running) = fast.batch_norm(&norm, &x, relu, momentum)?;
    let (passed, slow_running) = Portable.batch_norm(&norm, &x, relu, momentum)?;
    let of_fast = fast.batch_norm_backward(&norm, &passed, &grad, relu)?;
    let of_slow = Portable.batch_norm_backward(&norm, &passed, &grad, relu)?;
    Ok(vec![
        ("batch norm", moved.output, passed.output),
        ("mean", moved.mean, passed.mean),
        ("deviation", moved.inv_std, passed.inv_std),
        ("running mean", running.0, slow_running.0),
        ("running variance", running.1, slow_running.1),
        ("batch norm's input gradient", of_fast.0, of_slow.0),
        ("batch norm's gain gradient", of_fast.1, of_slow.1),
        ("batch norm's shift gradient", of_fast.2, of_slow.2),
        (
            "inference",
            fast.batch_norm_infer(&norm, &x, relu)?,
            Portable.batch_norm_infer(&norm, &x, relu)?,
        ),
    ])
}

fn activations(fast: &dyn Backend, noise: &mut Noise, device: &Device) -> Result<Vec<Pair>> {
    let shape = [3, 5, 7, 11];
    let (x, grad) = (noise.tensor(&shape, device)?, noise.tensor(&shape, device)?);
    let mut pairs = Vec::new();
    for activation in [
        Activation::Relu,
        Activation::LeakyRelu(0.2),
        Activation::Tanh,
    ] {
        let y = Portable.activate(&x, activation)?;
        pairs.push(("activation", fast.activate(&x, activation)?, y.clone()));
        pairs.push((
            "activation's gradient",
            fast.activate_backward(&y, &grad, activation)?,
            Portable.activate_backward(&y, &grad, activation)?,
        ));
    }
    Ok(pairs)
}

fn updates(fast: &dyn Backend, noise: &mut Noise, device: &Device) -> Result<Vec<Pair>> {
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
    let [p, new_m, new_v] = fast.adam(&parameter, &grad, (&m, &v), update)?;
    let [slow_p, slow_m, slow_v] = Portable.adam(&parameter, &grad, (&m, &v), update)?;
    Ok(vec![
        ("Adam", p, slow_p),
        ("Adam's first moment", new_m, slow_m),
        ("Adam's second moment", new_v, slow_v),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::Cpu;

    /// Its transposed convolution gives twice what it should.
    struct Doubled;

    impl Backend for Doubled {
        fn up(&self, deep: &Tensor, weight: &Tensor, shape: &ConvShape) -> Result<Tensor> {
            Cpu.up(deep, weight, shape)? * 2.0
        }
    }

    #[test]
    fn a_right_backend_passes_and_a_wrong_one_is_named() {
        in_f32(&Cpu, &Device::Cpu).unwrap();
        let wrong = in_f32(&Doubled, &Device::Cpu).unwrap_err();
        assert!(
            wrong.starts_with("transposed convolution is off by 1.0e0"),
            "{wrong}"
        );
    }

    #[test]
    fn a_backend_that_panics_does_not_pass() {
        struct Panics;
        impl Backend for Panics {
            fn down(&self, _: &Tensor, _: &Tensor, _: &ConvShape) -> Result<Tensor> {
                panic!("no such library")
            }
        }
        assert!(in_bf16(&Panics, &Device::Cpu).is_err());
    }
}
