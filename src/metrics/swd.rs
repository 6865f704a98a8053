//! Sliced Wasserstein distance between the local structure of two sets of pictures (Karras et al.
//! 2018, section 5): patches of 7×7 pixels from each level of a Laplacian pyramid, each colour channel
//! brought to mean 0 and deviation 1, projected on random lines, sorted and compared.

use super::plane::Plane;
use super::pyramid;
use crate::latent::noise::Noise;
use crate::picture::Picture;

/// Side of a patch.
const PATCH: usize = 7;
/// The distances are given in thousandths, as in the paper's tables.
const SCALE: f64 = 1e3;

/// Patches of one level of a set of pictures.
pub(super) struct Patches {
    /// count × `len`, row by row.
    values: Vec<f32>,
    /// channels · 7 · 7.
    len: usize,
}

/// Where patches are cut: top left corners, one list a picture.
type Corners = Vec<Vec<(usize, usize)>>;

/// Patches of every level of `pictures` (all of one size), finest first; `each` a picture and level,
/// at random places. No level for pictures of fewer than 16 pixels a side.
pub(super) fn patches(
    pictures: &[Picture],
    channels: usize,
    each: usize,
    noise: &mut Noise,
) -> Vec<Patches> {
    let side = pictures.first().map_or(0, |p| p.width.min(p.height));
    let corners: Vec<Corners> = pyramid::level_sides(side)
        .into_iter()
        .map(|side| {
            let places = side - PATCH + 1; // a level has at least 16
            let mut place = |_| (noise.below(places), noise.below(places));
            let some = |_| (0..each).map(&mut place).collect();
            pictures.iter().map(some).collect()
        })
        .collect();
    patches_at(pictures, channels, &corners)
}

fn patches_at(pictures: &[Picture], channels: usize, corners: &[Corners]) -> Vec<Patches> {
    let empty = || Patches {
        values: Vec::new(),
        len: channels * PATCH * PATCH,
    };
    let mut all: Vec<Patches> = corners.iter().map(|_| empty()).collect();
    for (number, picture) in pictures.iter().enumerate() {
        let planes = Plane::of(picture, channels, 255.0);
        let pyramids: Vec<Vec<Plane>> = planes.into_iter().map(pyramid::levels).collect();
        for (level, (patches, corners)) in all.iter_mut().zip(corners).enumerate() {
            let corners = corners.get(number).map_or(&[][..], Vec::as_slice);
            for &(left, top) in corners {
                for pyramid in &pyramids {
                    patches.cut(&pyramid[level], left, top); // as many levels as corners
                }
            }
        }
    }
    for patches in &mut all {
        patches.normalise();
    }
    all
}

impl Patches {
    fn cut(&mut self, plane: &Plane, left: usize, top: usize) {
        for row in top..top + PATCH {
            self.values
                .extend_from_slice(&plane.values[row * plane.width + left..][..PATCH]);
        }
    }

    /// Each channel to mean 0 and standard deviation 1 over all patches.
    fn normalise(&mut self) {
        const AREA: usize = PATCH * PATCH;
        for channel in 0..self.len / AREA {
            let within = channel * AREA..(channel + 1) * AREA;
            let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
            for patch in self.values.chunks_exact(self.len) {
                for &value in &patch[within.clone()] {
                    let value = f64::from(value);
                    sum += value;
                    squares += value * value;
                    count += 1.0;
                }
            }
            let mean = sum / count;
            let variance: f64 = (squares / count - mean * mean).max(0.0);
            // A flat channel has nothing to compare: it stays at 0 and is no division by zero.
            let factor = if variance > 1e-12 {
                1.0 / libm::sqrt(variance)
            } else {
                0.0
            };
            for patch in self.values.chunks_exact_mut(self.len) {
                for value in &mut patch[within.clone()] {
                    *value = ((f64::from(*value) - mean) * factor) as f32;
                }
            }
        }
    }

    fn count(&self) -> usize {
        self.values.len() / self.len.max(1)
    }
}

/// Random lines through the origin.
pub(super) struct Lines {
    /// Unit vectors of `len` numbers, one after the other.
    units: Vec<f32>,
    len: usize,
}

impl Lines {
    /// `count` lines for patches of `channels`.
    pub fn random(count: usize, channels: usize, noise: &mut Noise) -> Self {
        let len = channels * PATCH * PATCH;
        let unit = |_| {
            let line = noise.normals(len, 0.0, 1.0);
            let square: f64 = line.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
            let length = libm::sqrt(square) as f32;
            line.into_iter().map(move |x| x / length)
        };
        Self {
            units: (0..count).flat_map(unit).collect(),
            len,
        }
    }
}

/// Where the patches of one level fall on each line, sorted.
pub(super) struct Projections {
    values: Vec<f32>,
}

impl Projections {
    pub fn of(patches: &Patches, lines: &Lines) -> Self {
        let count = patches.count();
        let mut values = vec![0.0; count * lines.units.len() / lines.len.max(1)];
        let units = lines.units.chunks_exact(lines.len);
        for (to, unit) in values.chunks_exact_mut(count.max(1)).zip(units) {
            let all = patches.values.chunks_exact(patches.len);
            for (to, patch) in to.iter_mut().zip(all) {
                *to = dot(patch, unit);
            }
            to.sort_unstable_by(f32::total_cmp);
        }
        Self { values }
    }

    /// Mean distance on all lines to a set of as many patches, ×10³. NaN for empty sets.
    pub fn distance(&self, other: &Self) -> f64 {
        let pairs = self.values.iter().zip(&other.values);
        let sum: f64 = pairs.map(|(a, b)| f64::from((a - b).abs())).sum();
        SCALE * sum / self.values.len() as f64
    }
}

/// In seven sums, so that the additions need not wait for each other; a patch is a multiple of 7 long.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; PATCH];
    let (a, _) = a.as_chunks::<PATCH>();
    let (b, _) = b.as_chunks::<PATCH>();
    for (a, b) in a.iter().zip(b) {
        for at in 0..PATCH {
            sums[at] += a[at] * b[at];
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::latent::noise::Purpose;
    use safetensors::SafeTensors;

    const FIXTURE: &[u8] = include_bytes!("../../tests/fixtures/metrics.safetensors");

    fn shaped(name: &str) -> (Vec<usize>, Vec<u8>) {
        let tensors = SafeTensors::deserialize(FIXTURE).unwrap();
        let view = tensors.tensor(name).unwrap();
        (view.shape().to_vec(), view.data().to_vec())
    }

    /// Numbers that tests/fixtures/make_metrics.py made.
    pub fn fixture(name: &str) -> Vec<f32> {
        let (_, bytes) = shaped(name);
        let (numbers, _) = bytes.as_chunks::<4>();
        numbers
            .iter()
            .map(|&bytes| f32::from_le_bytes(bytes))
            .collect()
    }

    /// Pictures that it drew.
    pub fn pictures(name: &str) -> Vec<Picture> {
        let (shape, bytes) = shaped(name);
        let (height, width) = (shape[1], shape[2]);
        bytes
            .chunks_exact(3 * width * height)
            .map(|rgb| Picture {
                width,
                height,
                rgb: rgb.to_vec(),
            })
            .collect()
    }

    fn corners(name: &str) -> Vec<Corners> {
        let (shape, bytes) = shaped(name);
        let [_, pictures, each, _] = shape[..] else {
            panic!("{shape:?}")
        };
        bytes
            .chunks_exact(pictures * each * 2)
            .map(|level| {
                let place = |xy: &[u8]| (usize::from(xy[0]), usize::from(xy[1]));
                let picture = |places: &[u8]| places.chunks_exact(2).map(place).collect();
                level.chunks_exact(each * 2).map(picture).collect()
            })
            .collect()
    }

    /// The script beside the fixture follows the paper with NumPy and SciPy, on the same pictures,
    /// patches and lines.
    #[test]
    fn agrees_with_numpy() {
        let lines = Lines {
            units: fixture("lines"),
            len: 147,
        };
        let projections = |name: &str| -> Vec<Projections> {
            let corners = corners(&format!("corners_{name}"));
            patches_at(&pictures(&format!("{name}64")), 3, &corners)
                .iter()
                .map(|patches| Projections::of(patches, &lines))
                .collect()
        };
        let (a, b) = (projections("a"), projections("b"));
        let expected = fixture("swd64");
        assert_eq!((a.len(), expected.len()), (3, 3));
        for ((a, b), expected) in a.iter().zip(&b).zip(expected) {
            let (found, expected) = (a.distance(b), f64::from(expected));
            assert!((found / expected - 1.0).abs() < 1e-4, "{found} {expected}");
            assert_eq!(a.distance(a), 0.0);
        }
    }

    #[test]
    fn lines_have_unit_length_and_patches_stay_inside() {
        let mut noise = Noise::new(2, Purpose::Measures);
        let lines = Lines::random(9, 1, &mut noise);
        assert_eq!(lines.units.len(), 9 * 49);
        for line in lines.units.chunks_exact(49) {
            assert!((dot(line, line) - 1.0).abs() < 1e-5);
        }
        let all = patches(&pictures("a32"), 3, 200, &mut noise);
        let counts: Vec<usize> = all.iter().map(Patches::count).collect();
        assert_eq!(counts, [400, 400]);
    }

    #[test]
    fn flat_pictures_are_no_division_by_zero() {
        let mut noise = Noise::new(2, Purpose::Measures);
        let flat = [
            Picture::filled(32, 32, [9; 3]),
            Picture::filled(32, 32, [9; 3]),
        ];
        let lines = Lines::random(4, 3, &mut noise);
        for level in patches(&flat, 3, 4, &mut noise) {
            let projections = Projections::of(&level, &lines);
            assert_eq!(projections.distance(&projections), 0.0);
        }
    }
}
