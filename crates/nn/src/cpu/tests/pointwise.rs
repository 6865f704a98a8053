//! Batch norm, activations, Adam and the allocator.

use super::*;
use crate::types::Update;

/// Batch norm, activation, and a weighted sum of the results, in f64.
fn plain_batch_norm(
    x: &[f64],
    gamma: &[f64],
    beta: &[f64],
    slope: f64,
    dy: &[f32],
) -> (Vec<f64>, f64) {
    let c = gamma.len();
    let rows = x.len() / c;
    let mut y = vec![0.0; x.len()];
    for i in 0..c {
        let column = || x.iter().skip(i).step_by(c);
        let mean = column().sum::<f64>() / rows as f64;
        let variance = column().map(|x| (x - mean).powi(2)).sum::<f64>() / rows as f64;
        for row in 0..rows {
            let z = (x[row * c + i] - mean) / (variance + 1e-5).sqrt() * gamma[i] + beta[i];
            y[row * c + i] = if z > 0.0 { z } else { slope * z };
        }
    }
    let loss = y.iter().zip(dy).map(|(y, &dy)| y * f64::from(dy)).sum();
    (y, loss)
}

#[test]
fn batch_norm_agrees_with_finite_differences() {
    let mut random = Random(23);
    let cases = [(7, 3), (4, 16), (130, 20), (40, 70), (9, 129)];
    for (rows, c) in cases {
        for below in [1.0f32, 0.0, 0.2] {
            let x: Vec<f32> = random
                .floats(rows * c)
                .iter()
                .map(|x| 3.0 * x + 5.0)
                .collect();
            let (gamma, beta, dy) = (random.floats(c), random.floats(c), random.floats(rows * c));
            let wide = |v: &[f32]| v.iter().map(|&v| f64::from(v)).collect::<Vec<_>>();
            let (x64, gamma64, beta64) = (wide(&x), wide(&gamma), wide(&beta));
            let slope = f64::from(below);
            let loss = |x: &[f64], g: &[f64], b: &[f64]| plain_batch_norm(x, g, b, slope, &dy).1;

            let statistics = Statistics::of_batch(&x, c, 1e-5);
            let mut y = vec![0.0; x.len()];
            batch_norm(&x, &statistics, &gamma, &beta, below, &mut y);
            let (want, _) = plain_batch_norm(&x64, &gamma64, &beta64, slope, &dy);
            assert!(
                distance(&y, &want) < 2e-6,
                "{rows}×{c} {below}: {}",
                distance(&y, &want)
            );

            let saved = Saved {
                x: &x,
                statistics: &statistics,
                gamma: &gamma,
                beta: &beta,
                slope: below,
            };
            let (mut dx, mut dgamma, mut dbeta) = (vec![0.0; x.len()], vec![0.0; c], vec![0.0; c]);
            batch_norm_backward(&saved, &dy, &mut dx, &mut dgamma, &mut dbeta);
            let slope_at = |values: &[f64], at: usize, loss: &dyn Fn(&[f64]) -> f64| {
                let (mut more, mut less) = (values.to_vec(), values.to_vec());
                more[at] += 1e-6;
                less[at] -= 1e-6;
                (loss(&more) - loss(&less)) / 2e-6
            };
            let scale = dx.iter().fold(1e-3, |m: f32, d| m.max(d.abs()));
            for at in (0..x.len()).step_by(x.len().div_ceil(40)) {
                let want = slope_at(&x64, at, &|x| loss(x, &gamma64, &beta64));
                assert!(
                    (f64::from(dx[at]) - want).abs() < 3e-5 * f64::from(scale),
                    "dx {} {want}",
                    dx[at]
                );
            }
            for at in 0..c {
                let want = slope_at(&gamma64, at, &|g| loss(&x64, g, &beta64));
                assert!(
                    (f64::from(dgamma[at]) - want).abs() < 1e-4,
                    "dgamma {} {want}",
                    dgamma[at]
                );
                let want = slope_at(&beta64, at, &|b| loss(&x64, &gamma64, b));
                assert!(
                    (f64::from(dbeta[at]) - want).abs() < 1e-4,
                    "dbeta {} {want}",
                    dbeta[at]
                );
            }
        }
    }
}

#[test]
fn activations_agree_with_the_standard_library() {
    let x: Vec<f32> = (-120_000..=120_000)
        .map(|i| i as f32 * 1e-4)
        .chain([1e-30, -1e30, 1e30, f32::INFINITY])
        .collect();
    let mut y = vec![0.0; x.len()];
    tanh(&x, &mut y);
    for (&x, &y) in x.iter().zip(&y) {
        assert!(
            (f64::from(y) - f64::from(x).tanh()).abs() < 3e-7,
            "tanh {x} = {y}"
        );
    }
    let dy = Random(3).floats(x.len());
    let mut dx = vec![0.0; x.len()];
    tanh_backward(&y, &dy, &mut dx);
    assert!(
        dx.iter()
            .zip(&dy)
            .zip(&y)
            .all(|((dx, dy), y)| (dx - dy * (1.0 - y * y)).abs() < 1e-6)
    );
    leaky_relu(&x, 0.2, &mut y);
    assert!(
        x.iter()
            .zip(&y)
            .all(|(&x, &y)| y == if x > 0.0 { x } else { 0.2 * x })
    );
    leaky_relu_backward(&x, &dy, 0.2, &mut dx);
    assert!(
        x.iter()
            .zip(&dx)
            .zip(&dy)
            .all(|((&x, &dx), &dy)| dx == if x > 0.0 { dy } else { 0.2 * dy })
    );
}

#[test]
fn adam_agrees_with_plain_arithmetic() {
    let mut random = Random(29);
    let update = |step| Update {
        rate: 2e-4,
        beta1: 0.5,
        beta2: 0.999,
        epsilon: 1e-8,
        step,
    };
    for len in [1, 37, 100_001] {
        let mut param = random.floats(len);
        let mut want: Vec<f64> = param.iter().map(|&p| f64::from(p)).collect();
        let (mut m, mut v) = (vec![0.0; len], vec![0.0; len]);
        let (mut m64, mut v64) = (vec![0.0; len], vec![0.0; len]);
        for number in 1..=5 {
            let grad = random.floats(len);
            adam::step(update(number), &mut param, &grad, &mut m, &mut v);
            for i in 0..len {
                let g = f64::from(grad[i]);
                m64[i] = 0.5 * m64[i] + 0.5 * g;
                v64[i] = 0.999 * v64[i] + (1.0 - 0.999) * g * g;
                let correction = |beta: f64| 1.0 - beta.powi(number as i32);
                let root: f64 = f64::sqrt(v64[i]) / correction(0.999).sqrt();
                want[i] -= 2e-4 / correction(0.5) * m64[i] / (root + 1e-8);
            }
        }
        assert!(
            distance(&param, &want) < 1e-6,
            "{}",
            distance(&param, &want)
        );
    }
}

#[test]
fn freed_blocks_come_back() {
    use std::alloc::{GlobalAlloc, Layout};
    let recycler = Recycler::new(8 << 20);
    let layout = |size| Layout::from_size_align(size, 4).unwrap();
    // SAFETY: every block is used only while it is allocated, with the layout it was allocated with.
    unsafe {
        for size in [
            1000,
            (256 << 10) - 1,
            256 << 10,
            (256 << 10) + 1,
            300_000,
            (1 << 20) - 1,
            3 << 20,
        ] {
            let block = recycler.alloc(layout(size));
            block.write_bytes(0xa5, size);
            recycler.dealloc(block, layout(size));
            let large = size >= 256 << 10;
            assert_eq!(recycler.held() > 0, large, "{size}");
            let again = recycler.alloc_zeroed(layout(size));
            assert!(!large || again == block, "{size}");
            assert!((0..size).all(|i| *again.add(i) == 0), "{size}");
            assert_eq!(recycler.held(), 0);
            *again = 7;
            let grown = recycler.realloc(again, layout(size), 2 * size + 100);
            assert_eq!(*grown, 7);
            let shrunk = recycler.realloc(grown, layout(2 * size + 100), 500);
            assert_eq!(*shrunk, 7);
            recycler.dealloc(shrunk, layout(500));
            recycler.release();
            assert_eq!(recycler.held(), 0);
        }
        // No more is kept than allowed.
        let blocks: Vec<_> = (0..20).map(|_| recycler.alloc(layout(1 << 20))).collect();
        blocks
            .into_iter()
            .for_each(|block| recycler.dealloc(block, layout(1 << 20)));
        assert_eq!(recycler.held(), 8 << 20);
        // The largest go first, and no more than is asked for.
        recycler.dealloc(recycler.alloc(layout(300_000)), layout(300_000));
        recycler.release_to(5 << 20);
        assert_eq!(recycler.held(), 5 << 20);
        recycler.release();
        assert_eq!(recycler.held(), 0);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_zeroed_block_that_nobody_uses_takes_no_memory() {
    use std::alloc::{GlobalAlloc, Layout};
    let resident = || {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    };
    let recycler = Recycler::new(8 << 20);
    let layout = Layout::from_size_align(1 << 30, 4).unwrap();
    let before = resident();
    // SAFETY: the block is used only while it is allocated, with the layout it was allocated with.
    unsafe {
        let block = recycler.alloc_zeroed(layout);
        assert!(!block.is_null() && block.addr().is_multiple_of(64));
        assert_eq!((*block, *block.add((1 << 30) - 1)), (0, 0));
        // Other tests take some memory meanwhile.
        assert!(resident() < before + (512 << 20));
        recycler.dealloc(block, layout);
    }
}
