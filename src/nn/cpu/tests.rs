//! Every operation against plain loops in f64.

use super::*;

/// A small xorshift generator: the tests need no more.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    fn floats(&mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| self.next()).collect()
    }
}

fn halve(batch: usize, h: usize, w: usize, ci: usize, co: usize) -> ConvShape {
    ConvShape {
        geometry: Geometry::Halve,
        batch,
        h,
        w,
        ci,
        co,
    }
}

fn whole(batch: usize, ci: usize, co: usize) -> ConvShape {
    ConvShape {
        geometry: Geometry::Whole,
        batch,
        h: 1,
        w: 1,
        ci,
        co,
    }
}

/// Odd batches and heights, thin and wide, widths that fill no register, and those of real networks.
fn shapes() -> Vec<ConvShape> {
    vec![
        halve(1, 1, 1, 1, 1),
        halve(3, 2, 3, 3, 5),
        halve(5, 4, 4, 3, 64),
        halve(2, 7, 5, 1, 33),
        halve(3, 5, 6, 17, 19),
        halve(1, 3, 3, 16, 16),
        halve(1, 4, 4, 48, 32),
        halve(1, 16, 16, 3, 64),
        halve(2, 8, 8, 64, 128),
        halve(9, 4, 4, 33, 70),
        halve(7, 4, 8, 40, 24),
        halve(5, 9, 6, 20, 48),
        halve(3, 2, 2, 32, 64),
        halve(4, 16, 12, 24, 40),
        halve(33, 4, 4, 136, 144),
        whole(1, 1, 1),
        whole(3, 5, 7),
        whole(64, 32, 1),
        whole(5, 24, 100),
        whole(1, 64, 100),
        whole(33, 40, 6),
    ]
}

/// Calls `visit(x index, w index, y index)` for every product in a convolution.
fn each_product(shape: &ConvShape, mut visit: impl FnMut(usize, usize, usize)) {
    let (height, width) = shape.wide();
    let pad = usize::from(shape.geometry == Geometry::Halve);
    for b in 0..shape.batch {
        for (i, j) in (0..shape.h).flat_map(|i| (0..shape.w).map(move |j| (i, j))) {
            for (kh, kw) in (0..16).map(|k| (k / 4, k % 4)) {
                let (row, column) = (2 * i + kh, 2 * j + kw);
                if row < pad || column < pad || row - pad >= height || column - pad >= width {
                    continue;
                }
                let x = ((b * height + row - pad) * width + column - pad) * shape.ci;
                for co in 0..shape.co {
                    let y = ((b * shape.h + i) * shape.w + j) * shape.co + co;
                    let w = (co * 16 + kh * 4 + kw) * shape.ci;
                    for ci in 0..shape.ci {
                        visit(x + ci, w + ci, y);
                    }
                }
            }
        }
    }
}

/// Largest distance between two slices, relative to the larger one's largest value.
fn distance(got: &[f32], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    let scale = want.iter().fold(1e-9, |most: f64, v| most.max(v.abs()));
    got.iter().zip(want).fold(0.0, |most: f64, (&got, want)| {
        most.max((f64::from(got) - want).abs())
    }) / scale
}

#[test]
fn convolutions_agree_with_plain_loops() {
    let mut random = Random(7);
    for shape in shapes() {
        let (x, y, w) = (
            random.floats(shape.x_len()),
            random.floats(shape.y_len()),
            random.floats(shape.w_len()),
        );
        let (mut want_x, mut want_y, mut want_w) =
            (vec![0.0; x.len()], vec![0.0; y.len()], vec![0.0; w.len()]);
        each_product(&shape, |ix, iw, iy| {
            let (x, w, y) = (f64::from(x[ix]), f64::from(w[iw]), f64::from(y[iy]));
            want_y[iy] += x * w;
            want_x[ix] += y * w;
            want_w[iw] += x * y;
        });
        // The results are full of what must not shine through.
        let (mut got_x, mut got_y, mut got_w) =
            (vec![9.0; x.len()], vec![9.0; y.len()], vec![9.0; w.len()]);
        down(&x, &w, &mut got_y, &shape);
        up(&y, &w, &mut got_x, &shape);
        weight_grad(&x, &y, &mut got_w, &shape);
        let distances = [
            distance(&got_y, &want_y),
            distance(&got_x, &want_x),
            distance(&got_w, &want_w),
        ];
        eprintln!(
            "{shape:?}: down {:.1e}, up {:.1e}, weight_grad {:.1e}",
            distances[0], distances[1], distances[2]
        );
        assert!(
            distances.iter().all(|&d| d < 5e-6),
            "{shape:?}: {distances:?}"
        );
    }
}

#[test]
fn up_is_the_adjoint_of_down() {
    let mut random = Random(11);
    let product = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(&a, &b)| f64::from(a) * f64::from(b))
            .sum()
    };
    for shape in shapes() {
        let (x, y, w) = (
            random.floats(shape.x_len()),
            random.floats(shape.y_len()),
            random.floats(shape.w_len()),
        );
        let (mut down_x, mut up_y, mut dw) =
            (vec![0.0; y.len()], vec![0.0; x.len()], vec![0.0; w.len()]);
        down(&x, &w, &mut down_x, &shape);
        up(&y, &w, &mut up_y, &shape);
        weight_grad(&x, &y, &mut dw, &shape);
        let products = [product(&down_x, &y), product(&x, &up_y), product(&w, &dw)];
        let scale = product(&down_x, &down_x).sqrt() * product(&y, &y).sqrt() + 1e-6;
        assert!(
            (products[0] - products[1]).abs() < 1e-6 * scale,
            "{shape:?}: {products:?}"
        );
        assert!(
            (products[0] - products[2]).abs() < 1e-6 * scale,
            "{shape:?}: {products:?}"
        );
    }
}

#[test]
fn results_repeat_bit_by_bit() {
    let mut random = Random(13);
    let run = |shape: &ConvShape, x: &[f32], y: &[f32], w: &[f32]| {
        let (mut a, mut b, mut c) = (vec![1.0; y.len()], vec![2.0; x.len()], vec![3.0; w.len()]);
        down(x, w, &mut a, shape);
        up(y, w, &mut b, shape);
        weight_grad(x, y, &mut c, shape);
        let bits = |v: Vec<f32>| v.into_iter().map(f32::to_bits).collect::<Vec<_>>();
        [bits(a), bits(b), bits(c)]
    };
    for shape in shapes() {
        let (x, y, w) = (
            random.floats(shape.x_len()),
            random.floats(shape.y_len()),
            random.floats(shape.w_len()),
        );
        let first = run(&shape, &x, &y, &w);
        for _ in 0..3 {
            assert!(run(&shape, &x, &y, &w) == first, "{shape:?}");
        }
    }
    let (x, dy) = (random.floats(5000 * 24), random.floats(5000 * 24));
    let statistics = Statistics::of_batch(&x, 24, 1e-5);
    assert_eq!(statistics, Statistics::of_batch(&x, 24, 1e-5));
    let backward = || {
        let (mut dx, mut dgamma, mut dbeta) = (vec![0.0; x.len()], vec![0.0; 24], vec![0.0; 24]);
        let saved = Saved {
            x: &x,
            statistics: &statistics,
            gamma: &[1.0; 24],
            beta: &[0.0; 24],
            activation: Activation::Relu,
        };
        batch_norm_backward(&saved, &dy, &mut dx, &mut dgamma, &mut dbeta);
        (dx, dgamma, dbeta)
    };
    assert_eq!(backward(), backward());
}

#[test]
fn every_number_of_threads_gives_right_results() {
    let mut random = Random(17);
    let shape = halve(5, 8, 8, 32, 48);
    let (x, w) = (random.floats(shape.x_len()), random.floats(shape.w_len()));
    let mut want = vec![0.0; shape.y_len()];
    each_product(&shape, |ix, iw, iy| {
        want[iy] += f64::from(x[ix]) * f64::from(w[iw])
    });
    for threads in [1, 2, 3, 8, 17] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let mut got = vec![0.0; want.len()];
        pool.install(|| down(&x, &w, &mut got, &shape));
        assert!(distance(&got, &want) < 5e-6);
        let thin = halve(threads, 4, 4, 3, 20);
        let (x, y) = (random.floats(thin.x_len()), random.floats(thin.y_len()));
        let (mut dw, mut want) = (vec![0.0; thin.w_len()], vec![0.0; thin.w_len()]);
        each_product(&thin, |ix, iw, iy| {
            want[iw] += f64::from(x[ix]) * f64::from(y[iy])
        });
        pool.install(|| weight_grad(&x, &y, &mut dw, &thin));
        assert!(distance(&dw, &want) < 5e-6);
    }
}

#[test]
fn what_is_not_finite_stays_so() {
    let mut random = Random(19);
    for shape in shapes() {
        for poison in [f32::NAN, f32::INFINITY] {
            let (mut x, w) = (random.floats(shape.x_len()), random.floats(shape.w_len()));
            let middle = x.len() / 2;
            x[middle] = poison;
            let mut y = vec![0.0; shape.y_len()];
            down(&x, &w, &mut y, &shape);
            assert!(y.iter().any(|y| !y.is_finite()), "down {shape:?}");
            let mut dw = vec![0.0; w.len()];
            weight_grad(&x, &random.floats(y.len()), &mut dw, &shape);
            assert!(dw.iter().any(|w| !w.is_finite()), "weight_grad {shape:?}");
            y.fill(1.0);
            y[0] = poison;
            up(&y, &w, &mut x, &shape);
            assert!(x.iter().any(|x| !x.is_finite()), "up {shape:?}");
        }
    }
    let mut x = random.floats(60 * 20);
    x[77] = f32::NAN;
    let statistics = Statistics::of_batch(&x, 20, 1e-5);
    assert!(statistics.mean[77 % 20].is_nan());
    let mut y = vec![0.0; x.len()];
    batch_norm(
        &x,
        &statistics,
        &[1.0; 20],
        &[0.0; 20],
        Activation::Relu,
        &mut y,
    );
    assert!(y[17].is_nan());
    tanh(&x, &mut y);
    assert!(y[77].is_nan());
    leaky_relu(&x, 0.2, &mut y);
    assert!(y[77].is_nan());
}

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
        for activation in [
            Activation::Identity,
            Activation::Relu,
            Activation::LeakyRelu(0.2),
        ] {
            let x: Vec<f32> = random
                .floats(rows * c)
                .iter()
                .map(|x| 3.0 * x + 5.0)
                .collect();
            let (gamma, beta, dy) = (random.floats(c), random.floats(c), random.floats(rows * c));
            let wide = |v: &[f32]| v.iter().map(|&v| f64::from(v)).collect::<Vec<_>>();
            let (x64, gamma64, beta64) = (wide(&x), wide(&gamma), wide(&beta));
            let slope = f64::from(activation.slope());
            let loss = |x: &[f64], g: &[f64], b: &[f64]| plain_batch_norm(x, g, b, slope, &dy).1;

            let statistics = Statistics::of_batch(&x, c, 1e-5);
            let mut y = vec![0.0; x.len()];
            batch_norm(&x, &statistics, &gamma, &beta, activation, &mut y);
            let (want, _) = plain_batch_norm(&x64, &gamma64, &beta64, slope, &dy);
            assert!(
                distance(&y, &want) < 2e-6,
                "{rows}×{c} {activation:?}: {}",
                distance(&y, &want)
            );

            let saved = Saved {
                x: &x,
                statistics: &statistics,
                gamma: &gamma,
                beta: &beta,
                activation,
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
fn running_statistics_use_the_unbiased_variance() {
    let x = [1.0, 2.0, 4.0, 9.0];
    let statistics = Statistics::of_batch(&x, 1, 1e-5);
    assert_eq!((statistics.mean[0], statistics.variance[0]), (4.0, 9.5));
    let (mut mean, mut variance) = ([1.0], [2.0]);
    statistics.update_running(4, 0.1, &mut mean, &mut variance);
    assert!((mean[0] - 1.3).abs() < 1e-6 && (variance[0] - (1.8 + 0.1 * 38.0 / 3.0)).abs() < 1e-6);
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
    let adam = Adam {
        rate: 2e-4,
        beta1: 0.5,
        beta2: 0.999,
        eps: 1e-8,
    };
    for len in [1, 37, 100_001] {
        let mut param = random.floats(len);
        let mut want: Vec<f64> = param.iter().map(|&p| f64::from(p)).collect();
        let (mut m, mut v) = (vec![0.0; len], vec![0.0; len]);
        let (mut m64, mut v64) = (vec![0.0; len], vec![0.0; len]);
        for number in 1..=5 {
            let grad = random.floats(len);
            adam.step(&mut param, &grad, &mut m, &mut v, number);
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
        recycler.release();
    }
}
