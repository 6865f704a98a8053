//! MS-SSIM (Wang, Simoncelli and Bovik 2003) as a measure of diversity: its mean over random pairs of
//! samples (Odena, Olah and Shlens 2017). Two different faces are far from 1; samples that all look the
//! same are near 1.

use super::plane::Plane;
use crate::latent::noise::Noise;
use crate::picture::Picture;

/// Exponents of the five scales, finest first; they sum to 1 (table of the paper).
const WEIGHTS: [f64; 5] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/// Side of the Gaussian window.
const WINDOW: usize = 11;
/// Its standard deviation in pixels.
const SIGMA: f64 = 1.5;
/// (K1 · L)² and (K2 · L)² with K1 = 0.01, K2 = 0.03 and values in 0..1 (L = 1).
const STABLE: (f32, f32) = (1e-4, 9e-4);

/// Scales at which the window fits into a picture whose shorter side is `side`: 5 from 176 pixels on,
/// 4 at 128, 3 at 64, 2 at 32, 1 below 22, none below 11.
///
/// The paper's pictures are large enough for all five. With fewer, the finest are kept and their
/// exponents are divided by their sum, so that the result stays in 0..1 and means the same for pictures
/// of one size; it can't be compared with pictures of another size.
fn scales(side: usize) -> usize {
    (0..WEIGHTS.len())
        .take_while(|&scale| side >> scale >= WINDOW)
        .count()
}

/// A picture with what every comparison needs of it.
struct PicturePyramid {
    channels: Vec<Vec<Scale>>,
}

struct Scale {
    plane: Plane,
    mean: Plane,
    variance: Plane,
}

impl PicturePyramid {
    fn of(picture: &Picture, channels: usize, window: &[f32]) -> Self {
        let scales = scales(picture.width.min(picture.height));
        let seen = |plane: Plane| {
            let mut planes = vec![plane];
            for finer in 1..scales {
                planes.push(planes[finer - 1].halved()); // one was pushed before
            }
            planes.truncate(scales);
            let scale = |plane| Scale::of(plane, window);
            planes.into_iter().map(scale).collect()
        };
        let planes = Plane::of(picture, channels, 1.0);
        Self {
            channels: planes.into_iter().map(seen).collect(),
        }
    }
}

impl Scale {
    fn of(plane: Plane, window: &[f32]) -> Self {
        let mean = plane.filtered(window);
        let square = plane.zip(&plane, |a, b| a * b).filtered(window);
        Self {
            variance: square.zip(&mean, |square, mean| square - mean * mean),
            mean,
            plane,
        }
    }

    /// Means over the picture of luminance · contrast · structure, and of contrast · structure.
    fn compare(&self, other: &Self, window: &[f32]) -> (f64, f64) {
        let both = self.plane.zip(&other.plane, |a, b| a * b).filtered(window);
        let (mut whole, mut structure) = (0.0, 0.0);
        let (c1, c2) = STABLE;
        for (at, &both) in both.values.iter().enumerate() {
            // All four planes have the size of `both`.
            let (a, b) = (self.mean.values[at], other.mean.values[at]);
            let covariance = both - a * b;
            let variances = self.variance.values[at] + other.variance.values[at];
            let cs = (2.0 * covariance + c2) / (variances + c2);
            let l = (2.0 * a * b + c1) / (a * a + b * b + c1);
            whole += f64::from(l * cs);
            structure += f64::from(cs);
        }
        let count = both.values.len().max(1) as f64;
        (whole / count, structure / count)
    }
}

fn gaussian_window() -> [f32; WINDOW] {
    let middle = (WINDOW / 2) as f64;
    let bell = std::array::from_fn::<f64, WINDOW, _>(|at| {
        let away = at as f64 - middle;
        libm::exp(-away * away / (2.0 * SIGMA * SIGMA))
    });
    let sum: f64 = bell.iter().sum();
    bell.map(|value| (value / sum) as f32)
}

/// Similarity of two pictures of one size, 0..1; the mean over their first `channels` (1 or 3).
/// As in PyTorch's and TensorFlow's implementations a negative mean at a scale counts as 0.
/// NaN for pictures smaller than the window of 11 pixels.
#[cfg(test)]
fn ms_ssim(a: &Picture, b: &Picture, channels: usize) -> f64 {
    let window = gaussian_window();
    let seen = |picture| PicturePyramid::of(picture, channels, &window);
    similarity(&seen(a), &seen(b), &window)
}

fn similarity(a: &PicturePyramid, b: &PicturePyramid, window: &[f32]) -> f64 {
    let mut sum = 0.0;
    for (a, b) in a.channels.iter().zip(&b.channels) {
        let scales = a.len().min(b.len());
        let weights = WEIGHTS.get(..scales).unwrap_or_default();
        let all: f64 = weights.iter().sum();
        let mut product = if scales == 0 { f64::NAN } else { 1.0 };
        for (scale, weight) in weights.iter().enumerate() {
            let (whole, structure) = a[scale].compare(&b[scale], window); // `scales` of both
            let coarsest = scale + 1 == scales;
            let factor = if coarsest { whole } else { structure };
            product *= libm::pow(factor.max(0.0), weight / all);
        }
        sum += product;
    }
    sum / a.channels.len() as f64
}

/// Mean similarity over `pictures.len()` random pairs: a random ring in which each picture is compared
/// with the next, so that each is in two pairs and none is compared with itself. NaN for fewer than
/// two pictures.
pub fn mean_over_pairs(pictures: &[Picture], channels: usize, noise: &mut Noise) -> f64 {
    let count = pictures.len();
    if count < 2 {
        return f64::NAN;
    }
    let window = gaussian_window();
    let seen: Vec<PicturePyramid> = pictures
        .iter()
        .map(|picture| PicturePyramid::of(picture, channels, &window))
        .collect();
    let ring = noise.permutation(count);
    let pairs = ring.iter().zip(ring.iter().cycle().skip(1));
    let sum: f64 = pairs
        .map(|(&a, &b)| similarity(&seen[a], &seen[b], &window)) // a permutation of `seen`
        .sum();
    sum / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::noise::Purpose;
    use crate::metrics::swd::tests::{fixture, pictures};

    #[test]
    fn the_scales_are_those_that_the_window_fits() {
        let sides = [10, 11, 21, 22, 32, 64, 128, 176, 1024];
        assert_eq!(sides.map(scales), [0, 1, 1, 2, 2, 3, 4, 5, 5]);
    }

    /// tests/fixtures/make_metrics.py puts MS-SSIM together from scikit-image's SSIM.
    #[test]
    fn agrees_with_scikit_image() {
        for side in [32, 64, 128] {
            let (a, b) = (pictures(&format!("a{side}")), pictures(&format!("b{side}")));
            let expected = fixture(&format!("ms_ssim{side}"));
            assert!(a.len() == expected.len() && !a.is_empty());
            for ((a, b), expected) in a.iter().zip(&b).zip(expected) {
                let found = ms_ssim(a, b, 3);
                assert!(
                    (found - f64::from(expected)).abs() < 1e-5,
                    "{side}: {found} {expected}"
                );
            }
        }
    }

    #[test]
    fn the_same_picture_is_1_and_a_ring_of_copies_too() {
        let one = &pictures("a64")[0];
        assert!((ms_ssim(one, one, 3) - 1.0).abs() < 1e-6);
        let copies = vec![one.clone(); 5];
        let mut noise = Noise::new(1, Purpose::Measures);
        assert!((mean_over_pairs(&copies, 3, &mut noise) - 1.0).abs() < 1e-6);
        let mixed = pictures("a64");
        assert!(mean_over_pairs(&mixed, 3, &mut noise) < 0.9);
        assert!(mean_over_pairs(&mixed[..1], 3, &mut noise).is_nan());
    }

    #[test]
    fn grey_pictures_need_one_channel_only() {
        let grey = |name: &str| {
            let mut picture = pictures(name)[0].clone();
            for pixel in picture.rgb.chunks_exact_mut(3) {
                pixel.fill(pixel[0]);
            }
            picture
        };
        let (a, b) = (grey("a32"), grey("b32"));
        assert!((ms_ssim(&a, &b, 1) - ms_ssim(&a, &b, 3)).abs() < 1e-9);
    }
}
