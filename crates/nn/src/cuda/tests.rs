//! On a machine with a CUDA device: the fast layers against the portable ones in f64 on the CPU. Elsewhere they say that
//! they were skipped.

use std::sync::LazyLock;

use candle_core::{DType, Device, Tensor};
use proptest::prelude::*;

use super::super::backend::Backend;
use super::super::self_check::{self, Noise};
use super::super::shape::ConvShape;
use super::super::{Activation, BatchNorm, Geometry, portable};
use super::Cuda;

/// The device, prepared, the same for all tests; `None` where there is none.
fn device() -> Option<Device> {
    static DEVICE: LazyLock<Option<Device>> = LazyLock::new(|| {
        let device = Device::new_cuda_with_stream(0).ok()?;
        super::prepare(&device).unwrap();
        Some(device)
    });
    if DEVICE.is_none() {
        println!("skipped: no CUDA device");
    }
    DEVICE.clone()
}

fn f64s(t: &Tensor) -> Tensor {
    let t = t.to_device(&Device::Cpu).unwrap();
    t.to_dtype(DType::F64).unwrap()
}

/// Largest difference over the largest number.
fn off(fast: &Tensor, slow: &Tensor) -> f64 {
    assert_eq!(fast.dims(), slow.dims());
    let numbers = |t: &Tensor| -> Vec<f64> { t.flatten_all().unwrap().to_vec1().unwrap() };
    let (fast, slow) = (numbers(&f64s(fast)), numbers(slow));
    let most = slow.iter().fold(1e-30f64, |most, x| most.max(x.abs()));
    let pairs = fast.iter().zip(&slow);
    pairs.fold(0.0f64, |most, (x, y)| most.max((x - y).abs())) / most
}

#[test]
fn the_self_check_passes() {
    let Some(device) = device() else { return };
    self_check::in_f32(&Cuda, &device).unwrap();
    self_check::in_bf16(&Cuda, &device).unwrap();
}

#[test]
fn the_same_input_gives_the_same_bits() {
    let Some(device) = device() else { return };
    let mut noise = Noise(5);
    let x = noise.tensor(&[64, 16, 16, 64], &device).unwrap();
    let y = noise.tensor(&[64, 8, 8, 128], &device).unwrap();
    let geometry = Geometry::Stride2;
    let (batch, h, w, ci, co) = (64, 8, 8, 64, 128);
    let shape = ConvShape {
        geometry,
        batch,
        h,
        w,
        ci,
        co,
    };
    let bits = || {
        let grad = Cuda.weight_grad(&x, &y, &shape).unwrap();
        let numbers: Vec<f32> = grad.flatten_all().unwrap().to_vec1().unwrap();
        numbers.into_iter().map(f32::to_bits).collect::<Vec<_>>()
    };
    assert_eq!(bits(), bits());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn convolutions_agree_with_portable_ones(
        seed: u64, batch in 1usize..9, h in 1usize..9, w in 1usize..9,
        ci in prop::sample::select(vec![1usize, 3, 5, 16, 40, 64]),
        co in prop::sample::select(vec![1usize, 2, 7, 32, 72]),
        whole: bool,
    ) {
        let Some(device) = device() else { return Ok(()) };
        let (geometry, h, w) = if whole { (Geometry::Stride1, 1, 1) } else { (Geometry::Stride2, h, w) };
        let shape = ConvShape { geometry, batch, h, w, ci, co };
        let (high, across) = shape.wide();
        let mut noise = Noise(seed);
        let x = noise.tensor(&[batch, high, across, ci], &device).unwrap();
        let y = noise.tensor(&[batch, h, w, co], &device).unwrap();
        let weight = noise.tensor(&[co, 4, 4, ci], &device).unwrap();
        let (x64, y64, w64) = (f64s(&x), f64s(&y), f64s(&weight));
        let down = off(&Cuda.down(&x, &weight, &shape).unwrap(), &portable::down(&x64, &w64, geometry).unwrap());
        let up = off(&Cuda.up(&y, &weight, &shape).unwrap(), &portable::up(&y64, &w64, geometry).unwrap());
        let grad = off(&Cuda.weight_grad(&x, &y, &shape).unwrap(), &portable::weight_grad(&x64, &y64, geometry).unwrap());
        // TF32.
        prop_assert!(down < 1e-2 && up < 1e-2 && grad < 1e-2, "{down:e} {up:e} {grad:e}");
    }

    #[test]
    fn batch_norm_agrees_with_the_portable_one(seed: u64, rows in 8usize..9000, channels in 1usize..70) {
        let Some(device) = device() else { return Ok(()) };
        let mut noise = Noise(seed);
        let x = noise.tensor(&[rows, 1, 1, channels], &device).unwrap();
        let grad = noise.tensor(&[rows, 1, 1, channels], &device).unwrap();
        let fast = BatchNorm::new(noise.tensor(&[channels], &device).unwrap()).unwrap();
        let mut slow = BatchNorm {
            gain: f64s(&fast.gain), shift: f64s(&fast.shift), batches: 0,
            running_mean: f64s(&fast.running_mean), running_var: f64s(&fast.running_var),
        };
        // No kink: which side of it a number near zero is on may differ.
        let (moved, running) = Cuda.batch_norm(&fast, &x, Activation::Linear, 0.1).unwrap();
        let passed = slow.forward(&f64s(&x), Activation::Linear).unwrap();
        prop_assert!(off(&moved.output, &passed.output) < 1e-4);
        prop_assert!(off(&running.0, &slow.running_mean) < 1e-4);
        prop_assert!(off(&running.1, &slow.running_var) < 1e-5);
        let of_fast = Cuda.batch_norm_backward(&fast, &moved, &grad, Activation::Linear).unwrap();
        let of_slow = slow.backward(&passed, &f64s(&grad), Activation::Linear).unwrap();
        prop_assert!(off(&of_fast.0, &of_slow.0) < 1e-3);
        prop_assert!(off(&of_fast.1, &of_slow.1) < 1e-3 && off(&of_fast.2, &of_slow.2) < 1e-3);
    }
}
