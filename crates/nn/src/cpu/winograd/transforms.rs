//! Winograd's transforms for the stride-2 convolution, F(4×4, 2×2).
//!
//! Rows of the wide side of one parity (a *phase*), four phases in rows and columns together, meet two of the four kernel
//! rows each, so that a phase is a 2×2 convolution with stride 1. In one dimension, with polynomials of a tile of four deep
//! pixels y, two kernel taps w and five wide pixels x,
//!
//! ```text
//! up:           x = B ((A y) ⊙ (G w))      the product y(u)·w(u), from its values at u = 0, 1, −1, 2, ∞
//! down:         y = Aᵀ((Bᵀx) ⊙ (G w))      its transpose in y
//! weight_grad:  w = Gᵀ((Bᵀx) ⊙ (A y))      its transpose in w
//! ```
//!
//! takes five products where the convolution takes eight; in two dimensions 25 instead of 64. As in Lavin and Gray (2016)
//! U are the transformed weights, V the transformed tiles of a picture and M their products; all tiles and channels at one of
//! the 25 points form the matrices that are multiplied.

use super::super::simd::Vector;

/// A transform along one dimension. A trait rather than a function to pass, since only what is surely inlined becomes part
/// of a `versioned!` function.
pub trait Transform<const N: usize, const M: usize> {
    fn along<V: Vector>(from: [V; N]) -> [V; M];
}

/// Bᵀ: five wide pixels to five points.
pub struct WideToPoints;

impl Transform<5, 5> for WideToPoints {
    #[inline(always)]
    fn along<V: Vector>([a, b, c, d, e]: [V; 5]) -> [V; 5] {
        let (two, three) = (V::splat(2.0), V::splat(3.0));
        let t = d - b;
        [
            two.mul_add(a - c, t),
            t - (b + c),
            three.mul_add(b - c, t),
            t,
            (e - c) - two * t,
        ]
    }
}

/// B: five points to five wide pixels.
pub struct PointsToWide;

impl Transform<5, 5> for PointsToWide {
    #[inline(always)]
    fn along<V: Vector>([zero, one, minus, two, infinity]: [V; 5]) -> [V; 5] {
        let (twice, thrice) = (V::splat(2.0), V::splat(3.0));
        let sum = zero + two;
        [
            twice * zero,
            twice.mul_add((minus - one) + infinity, V::splat(0.0) - sum),
            V::splat(0.0) - twice.mul_add(zero, one) - thrice.mul_add(minus, infinity),
            (sum + (one + minus)) - twice * infinity,
            infinity,
        ]
    }
}

/// A: four deep pixels to five points.
pub struct DeepToPoints;

impl Transform<4, 5> for DeepToPoints {
    #[inline(always)]
    fn along<V: Vector>([a, b, c, d]: [V; 4]) -> [V; 5] {
        let (two, four) = (V::splat(2.0), V::splat(4.0));
        let (even, odd) = (a + c, b + d);
        [
            a,
            even + odd,
            even - odd,
            two.mul_add(four.mul_add(d, b), four.mul_add(c, a)),
            d,
        ]
    }
}

/// Aᵀ: five points to four deep pixels.
pub struct PointsToDeep;

impl Transform<5, 4> for PointsToDeep {
    #[inline(always)]
    fn along<V: Vector>([zero, one, minus, two, infinity]: [V; 5]) -> [V; 4] {
        let (sum, difference) = (one + minus, one - minus);
        [
            zero + sum + two,
            V::splat(2.0).mul_add(two, difference),
            V::splat(4.0).mul_add(two, sum),
            V::splat(8.0).mul_add(two, difference) + infinity,
        ]
    }
}

/// G: two taps to five points. The denominators of the interpolation are all here.
pub struct TapsToPoints;

impl Transform<2, 5> for TapsToPoints {
    #[inline(always)]
    fn along<V: Vector>([a, b]: [V; 2]) -> [V; 5] {
        let (half, sixth) = (V::splat(0.5), V::splat(1.0 / 6.0));
        [
            half * a,
            V::splat(-0.5) * (a + b),
            sixth * (b - a),
            sixth * (a + (b + b)),
            b,
        ]
    }
}

/// Gᵀ: five points to two taps.
pub struct PointsToTaps;

impl Transform<5, 2> for PointsToTaps {
    #[inline(always)]
    fn along<V: Vector>([zero, one, minus, two, infinity]: [V; 5]) -> [V; 2] {
        let (half, sixth, third) = (V::splat(0.5), V::splat(1.0 / 6.0), V::splat(1.0 / 3.0));
        [
            half.mul_add(zero - one, sixth * (two - minus)),
            half.mul_add(
                V::splat(0.0) - one,
                sixth.mul_add(minus, third.mul_add(two, infinity)),
            ),
        ]
    }
}

/// A transform of columns, then of rows: N×N to M×M.
#[inline(always)]
pub fn in_both<V: Vector, T: Transform<N, M>, const N: usize, const M: usize>(
    from: [[V; N]; N],
) -> [[V; M]; M] {
    let zero = V::splat(0.0);
    let mut half = [[zero; N]; M];
    for j in 0..N {
        let mut column = [zero; N];
        for i in 0..N {
            column[i] = from[i][j];
        }
        let column = T::along(column);
        for i in 0..M {
            half[i][j] = column[i];
        }
    }
    let mut to = [[zero; M]; M];
    for i in 0..M {
        to[i] = T::along(half[i]);
    }
    to
}
