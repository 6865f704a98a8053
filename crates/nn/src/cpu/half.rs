//! Weights as 16-bit floats (IEEE binary16), which halves what a picture has to fetch from memory.

use super::simd::versioned;
#[cfg(target_arch = "x86_64")]
use super::simd::{Unit, unit};

/// Rounded to the nearest; `None` for what is not finite or beyond 65504.
pub fn to_half(number: f32) -> Option<u16> {
    let bits = number.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    // 65520 would round to infinity.
    if magnitude >= 65520f32.to_bits() {
        return None;
    }
    // Half an ulp of the result, to which the ulp itself is added where the half lies exactly in between (ties to even).
    let smallest_normal = 2f32.powi(-14).to_bits();
    let rounded = if magnitude < smallest_normal {
        // In units of 2⁻²⁴, the ulp of what has no leading one; adding 2²³ of them rounds to whole ones.
        let units = f32::from_bits(magnitude) * 2f32.powi(24) + 2f32.powi(23);
        units.to_bits() & 0x7ff
    } else {
        let odd = (magnitude >> 13) & 1;
        ((magnitude + 0xfff + odd) >> 13) - ((127 - 15) << 10)
    };
    Some(sign | rounded as u16)
}

/// The numbers back again, as many as both slices have. Exact.
pub fn to_floats(halves: &[u16], floats: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if unit() > Unit::Baseline && is_x86_feature_detected!("f16c") {
        // SAFETY: the processor has the instruction.
        return unsafe { convert(halves, floats) };
    }
    expand(halves, floats);
}

/// By the instruction that is made for it.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,f16c")]
fn convert(halves: &[u16], floats: &mut [f32]) {
    use std::arch::x86_64::{_mm_loadu_si128, _mm256_cvtph_ps, _mm256_storeu_ps};
    let (from, rest_from) = halves[..floats.len().min(halves.len())].as_chunks::<8>();
    let (to, rest_to) = floats.as_chunks_mut::<8>();
    for (to, from) in to.iter_mut().zip(from) {
        // SAFETY: eight halves and eight floats.
        unsafe {
            let eight = _mm_loadu_si128(from.as_ptr().cast());
            _mm256_storeu_ps(to.as_mut_ptr(), _mm256_cvtph_ps(eight));
        }
    }
    expand(rest_from, rest_to);
}

versioned! {
    fn expand<V>(halves: &[u16], floats: &mut [f32]) {
        // The exponents' biases differ by 112; a product puts that right, also where there is no leading one.
        let rebias = f32::from_bits((127 + 112) << 23);
        for (float, &half) in floats.iter_mut().zip(halves) {
            let bits = u32::from(half);
            let magnitude = f32::from_bits((bits & 0x7fff) << 13) * rebias;
            *float = f32::from_bits(magnitude.to_bits() | (bits & 0x8000) << 16);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(half: u16) -> f32 {
        // Long enough for the instruction, and longer.
        let mut floats = [0.0; 9];
        to_floats(&[half; 9], &mut floats);
        assert!(
            floats
                .iter()
                .all(|float| *float == floats[0] || float.is_nan())
        );
        floats[0]
    }

    #[test]
    fn every_half_survives() {
        for half in 0..=u16::MAX {
            let finite = half & 0x7c00 != 0x7c00;
            if finite {
                assert_eq!(to_half(back(half)), Some(half), "{half:#x}");
            }
        }
        assert_eq!(back(0x3c00), 1.0);
        assert_eq!(back(0x8001), -(2f32.powi(-24)));
        assert_eq!(back(0x7bff), 65504.0);
    }

    #[test]
    fn numbers_in_between_go_to_the_nearest() {
        let mut number = 1e-9f32;
        while number < 65000.0 {
            let half = to_half(number).unwrap();
            let off = (back(half) - number).abs();
            for neighbour in [half.saturating_sub(1), half + 1] {
                if neighbour & 0x7c00 != 0x7c00 {
                    assert!(off <= (back(neighbour) - number).abs(), "{number}");
                }
            }
            number *= 1.0173;
        }
        for lost in [f32::NAN, f32::INFINITY, 65520.0, -1e9] {
            assert_eq!(to_half(lost), None);
        }
    }
}
