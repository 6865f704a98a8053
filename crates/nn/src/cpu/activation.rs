//! Activations on their own, where no batch norm stands before them.

use super::simd::versioned;
use rayon::prelude::*;

/// Floats that one task handles: enough to be worth handing out.
const PIECE: usize = 32 * 1024;

/// Runs `task(to, from)` on matching pieces of two slices, among the threads if they are long.
fn pieces(to: &mut [f32], from: &[f32], task: impl Fn(&mut [f32], &[f32]) + Sync) {
    assert_eq!(to.len(), from.len());
    if to.len() <= PIECE {
        return task(to, from);
    }
    to.par_chunks_mut(PIECE)
        .zip(from.par_chunks(PIECE))
        .for_each(|(to, from)| task(to, from));
}

/// As `pieces`, with two sources.
fn pieces2(to: &mut [f32], a: &[f32], b: &[f32], task: impl Fn(&mut [f32], &[f32], &[f32]) + Sync) {
    assert!(to.len() == a.len() && to.len() == b.len());
    if to.len() <= PIECE {
        return task(to, a, b);
    }
    to.par_chunks_mut(PIECE)
        .zip(a.par_chunks(PIECE).zip(b.par_chunks(PIECE)))
        .for_each(|(to, (a, b))| task(to, a, b));
}

/// y = x where x > 0, else slope·x.
pub fn leaky_relu(x: &[f32], slope: f32, y: &mut [f32]) {
    pieces(y, x, |y, x| leaky_relu_piece(y, x, slope));
}

/// dx = dy where the unit was on, else slope·dy. `x` is the input or, as good for slope > 0 and for ReLU, the output.
pub fn leaky_relu_backward(x: &[f32], dy: &[f32], slope: f32, dx: &mut [f32]) {
    pieces2(dx, x, dy, |dx, x, dy| {
        leaky_relu_backward_piece(dx, x, dy, slope)
    });
}

/// y = tanh x, within 3·10⁻⁷.
pub fn tanh(x: &[f32], y: &mut [f32]) {
    pieces(y, x, tanh_piece);
}

/// dx = dy · (1 − y²), from the output y.
pub fn tanh_backward(y: &[f32], dy: &[f32], dx: &mut [f32]) {
    pieces2(dx, y, dy, tanh_backward_piece);
}

versioned! {
    fn leaky_relu_piece<V>(y: &mut [f32], x: &[f32], slope: f32) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = if x > 0.0 { x } else { slope * x };
        }
    }
}

versioned! {
    fn leaky_relu_backward_piece<V>(dx: &mut [f32], x: &[f32], dy: &[f32], slope: f32) {
        for ((dx, &x), &dy) in dx.iter_mut().zip(x).zip(dy) {
            *dx = if x > 0.0 { dy } else { slope * dy };
        }
    }
}

versioned! {
    fn tanh_backward_piece<V>(dx: &mut [f32], y: &[f32], dy: &[f32]) {
        for ((dx, &y), &dy) in dx.iter_mut().zip(y).zip(dy) {
            *dx = dy * (1.0 - y * y);
        }
    }
}

versioned! {
    fn tanh_piece<V>(y: &mut [f32], x: &[f32]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = tanh_of(x);
        }
    }
}

/// tanh x = 1 − 2 / (e²ˣ + 1), in steps that every vector unit has.
#[inline(always)]
fn tanh_of(x: f32) -> f32 {
    // Beyond ±9.1 the result is ±1 in f32.
    let twice = 2.0 * x.clamp(-9.1, 9.1);
    // e^t = 2^n · e^r with |r| ≤ ln 2 / 2. Adding 1.5·2²³ rounds to a whole number and leaves it in the low bits.
    let shifted = twice * std::f32::consts::LOG2_E + 12_582_912.0;
    let n = shifted - 12_582_912.0;
    let r = (twice - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let two_to_n = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    // Taylor's series: the next term is below 4·10⁻⁸ at |r| = 0.35 after the division by e^r + 1.
    let e = 1.0
        + r * (1.0
            + r * (0.5
                + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    1.0 - 2.0 / (two_to_n * e + 1.0)
}
