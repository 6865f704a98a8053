//! The convolutions, and what holds for all operations.

use super::*;

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
            slope: 0.0,
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
    batch_norm(&x, &statistics, &[1.0; 20], &[0.0; 20], 0.0, &mut y);
    assert!(y[17].is_nan());
    tanh(&x, &mut y);
    assert!(y[77].is_nan());
    leaky_relu(&x, 0.2, &mut y);
    assert!(y[77].is_nan());
}
