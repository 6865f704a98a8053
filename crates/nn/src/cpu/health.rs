//! Sums and counts over many numbers, in an order that does not depend on the number of threads.

use rayon::prelude::*;

/// Numbers that one task handles.
const PIECE: usize = 32 * 1024;

/// Σ x².
pub fn sum_of_squares(numbers: &[f32]) -> f64 {
    let pieces: Vec<f64> = numbers.par_chunks(PIECE).map(squares_of_piece).collect();
    pieces.iter().sum()
}

/// In eight lanes of f64, which the compiler makes vectors.
fn squares_of_piece(numbers: &[f32]) -> f64 {
    let (eights, rest) = numbers.as_chunks::<8>();
    let mut lanes = [0.0f64; 8];
    for eight in eights {
        for (lane, &x) in lanes.iter_mut().zip(eight) {
            *lane += f64::from(x) * f64::from(x);
        }
    }
    let rest = rest.iter().map(|&x| f64::from(x) * f64::from(x));
    lanes.into_iter().chain(rest).sum()
}

/// Numbers below zero.
pub fn count_negative(numbers: &[f32]) -> usize {
    let of_piece = |piece: &[f32]| {
        let below: u32 = piece.iter().map(|&x| u32::from(x < 0.0)).sum();
        below as usize
    };
    numbers.par_chunks(PIECE).map(of_piece).sum()
}

/// Units that are not above zero in any picture; `features` holds `units` numbers a picture.
pub fn never_on(features: &[f32], units: usize) -> usize {
    if units == 0 {
        return 0;
    }
    const UNITS: usize = 4096;
    let blocks = 0..units.div_ceil(UNITS);
    let off = blocks.into_par_iter().map(|block| {
        let (begin, end) = (block * UNITS, units.min((block + 1) * UNITS));
        let mut most = [0.0f32; UNITS];
        for picture in features.chunks_exact(units) {
            for (most, &x) in most.iter_mut().zip(&picture[begin..end]) {
                *most = if x > *most { x } else { *most };
            }
        }
        most[..end - begin]
            .iter()
            .filter(|&&most| most <= 0.0)
            .count()
    });
    off.sum()
}
