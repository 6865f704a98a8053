//! Many normal numbers at once (Box and Muller 1958).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use rayon::prelude::*;

use super::simd::versioned;

/// Numbers of one stream of the generator.
const PIECE: usize = 16 * 1024;
/// Pairs that are made at once.
const PAIRS: usize = 256;

/// Fills `to` from N(0, `deviation`²). Each piece has a stream of its own, so that threads do not matter.
pub fn fill_normal(to: &mut [f32], deviation: f32, seed: u64) {
    to.par_chunks_mut(PIECE)
        .enumerate()
        .for_each(|(stream, piece)| {
            let mut generator = ChaCha8Rng::seed_from_u64(seed);
            generator.set_stream(stream as u64);
            let mut bits = [0u8; 8 * PAIRS];
            for some in piece.chunks_mut(2 * PAIRS) {
                generator.fill_bytes(&mut bits);
                let mut pairs = [[0.0; PAIRS]; 2];
                make_pairs(&mut pairs, &bits, deviation);
                let numbers = pairs.as_flattened();
                some.copy_from_slice(&numbers[..some.len()]);
            }
        });
}

versioned! {
    fn make_pairs<V>(pairs: &mut [[f32; 256]; 2], bits: &[u8; 2048], deviation: f32) {
        let [firsts, seconds] = pairs;
        let (words, _) = bits.as_chunks::<4>();
        let (of_radius, of_angle) = words.split_at(256);
        for (((first, second), a), b) in firsts.iter_mut().zip(seconds).zip(of_radius).zip(of_angle) {
            let pair = normal_pair(u32::from_le_bytes(*a), u32::from_le_bytes(*b));
            *first = deviation * pair.0;
            *second = deviation * pair.1;
        }
    }
}

/// Two independent normal numbers from two words, in steps that every vector unit has.
#[inline(always)]
fn normal_pair(of_radius: u32, of_angle: u32) -> (f32, f32) {
    const STEP: f32 = 1.0 / (1 << 24) as f32;
    let uniform = ((of_radius >> 8) + 1) as f32 * STEP; // (0, 1]
    let radius = (-2.0 * ln(uniform)).sqrt();
    // An angle within an eighth of a turn of zero, and by how many quarters it is turned further.
    let angle = ((of_angle >> 8) as f32 * STEP - 0.5) * std::f32::consts::FRAC_PI_2;
    let square = angle * angle;
    // Taylor's series: the next terms are below 4·10⁻⁸ at π/4.
    let sine =
        angle * (1.0 + square * (-1.0 / 6.0 + square * (1.0 / 120.0 - square * (1.0 / 5040.0))));
    let cosine = 1.0
        + square
            * (-0.5 + square * (1.0 / 24.0 + square * (-1.0 / 720.0 + square * (1.0 / 40320.0))));
    let (x, y) = if of_angle & 1 == 0 {
        (cosine, sine)
    } else {
        (-sine, cosine)
    };
    let sign = if of_angle & 2 == 0 { radius } else { -radius };
    (sign * x, sign * y)
}

/// The natural logarithm of 0 < x < 3·10³⁸ that is no denormal number.
#[inline(always)]
fn ln(x: f32) -> f32 {
    // x = 2^e · m with m in 1/√2..√2.
    let shifted = x.to_bits().wrapping_sub(0x3f35_04f3);
    let exponent = (shifted as i32 >> 23) as f32;
    let m = f32::from_bits((shifted & 0x007f_ffff) + 0x3f35_04f3);
    // ln m = 2 artanh((m − 1) / (m + 1)), as its series: the next term is below 10⁻⁹.
    let t = (m - 1.0) / (m + 1.0);
    let square = t * t;
    let series =
        1.0 + square * (1.0 / 3.0 + square * (0.2 + square * (1.0 / 7.0 + square * (1.0 / 9.0))));
    exponent * std::f32::consts::LN_2 + 2.0 * t * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithm_sine_and_cosine_are_right() {
        for step in 1..=4096 {
            let x = step as f32 / 4096.0;
            assert!(
                (f64::from(ln(x)) - libm::log(f64::from(x))).abs() < 2e-6,
                "{x}"
            );
        }
        for word in (0..u32::MAX - 4096).step_by(99_991) {
            let radius = 0x7fff_ff00;
            let (x, y) = normal_pair(radius, word);
            let expected = libm::sqrt(-2.0 * libm::log(0.5));
            let length = f64::from(x).hypot(f64::from(y));
            assert!((length - expected).abs() < 1e-5, "{word}: {length}");
        }
    }

    /// Moments, tails and independence within and between pairs; threads do not matter.
    #[test]
    fn the_numbers_are_normal_and_reproducible() {
        let mut numbers = vec![0.0f32; 300_001];
        fill_normal(&mut numbers, 2.0, 7);
        let count = numbers.len() as f64;
        let mean_of = |f: &dyn Fn(usize, f64) -> f64| {
            let all = numbers
                .iter()
                .enumerate()
                .map(|(i, &x)| f(i, f64::from(x) / 2.0));
            all.sum::<f64>() / count
        };
        assert!(mean_of(&|_, x| x).abs() < 0.01);
        assert!((mean_of(&|_, x| x * x) - 1.0).abs() < 0.01);
        assert!(mean_of(&|_, x| x.powi(3)).abs() < 0.03);
        assert!((mean_of(&|_, x| x.powi(4)) - 3.0).abs() < 0.05);
        let beyond = mean_of(&|_, x| f64::from(u8::from(x.abs() > 2.0)));
        assert!((beyond - 0.0455).abs() < 0.002, "{beyond}");
        for apart in [1, PAIRS, 2 * PAIRS, PIECE] {
            let next = |i: usize, x: f64| x * f64::from(numbers[(i + apart) % numbers.len()]) / 2.0;
            assert!(mean_of(&next).abs() < 0.01, "{apart}");
        }
        let mut again = vec![0.0f32; 300_001];
        super::super::super::on_threads(1, || fill_normal(&mut again, 2.0, 7)).unwrap();
        assert_eq!(numbers, again);
        fill_normal(&mut again, 2.0, 8);
        assert_ne!(numbers, again);
    }
}
