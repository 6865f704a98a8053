//! One channel of a picture in floating point.

use crate::picture::Picture;

/// Row-major numbers, `width * height` of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

impl Plane {
    /// The first `channels` (1 or 3) of `picture`, a byte of 255 as `white`.
    pub fn of(picture: &Picture, channels: usize, white: f32) -> Vec<Self> {
        let scale = white / 255.0;
        let channel = |which: usize| Self {
            width: picture.width,
            height: picture.height,
            values: picture
                .rgb
                .chunks_exact(3)
                .map(|pixel| f32::from(pixel[which]) * scale) // which < 3
                .collect(),
        };
        (0..channels.min(3)).map(channel).collect()
    }

    /// `combine` at each place of two planes of one size.
    pub fn zip(&self, other: &Self, combine: impl Fn(f32, f32) -> f32) -> Self {
        let values = self.values.iter().zip(&other.values);
        Self {
            values: values.map(|(&a, &b)| combine(a, b)).collect(),
            ..*self
        }
    }

    /// The mean of each 2×2 block; an odd last row or column is left out.
    pub fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut values = Vec::with_capacity(width * height);
        for rows in self.values.chunks_exact(2 * self.width).take(height) {
            let (upper, lower) = rows.split_at(self.width);
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            values.extend(pairs.map(|(a, b)| (a[0] + a[1] + b[0] + b[1]) / 4.0));
        }
        Self {
            width,
            height,
            values,
        }
    }

    /// Correlation with `kernel` along both axes, where it fits: `kernel.len() - 1` fewer pixels
    /// each way. Empty for a plane that is smaller than the kernel.
    pub fn filtered(&self, kernel: &[f32]) -> Self {
        let less = kernel.len() - 1; // kernels are constants of this room, never empty
        let (width, height) = (
            self.width.saturating_sub(less),
            self.height.saturating_sub(less),
        );
        let mut across = vec![0.0; width * self.height];
        if width > 0 {
            let rows = self.values.chunks_exact(self.width);
            for (to, from) in across.chunks_exact_mut(width).zip(rows) {
                for (&weight, shifted) in kernel.iter().zip(from.windows(width)) {
                    add_scaled(to, shifted, weight);
                }
            }
        }
        let mut values = vec![0.0; width * height];
        for (row, to) in values.chunks_exact_mut(width.max(1)).enumerate() {
            for (shift, &weight) in kernel.iter().enumerate() {
                add_scaled(to, &across[(row + shift) * width..][..width], weight);
            }
        }
        Self {
            width,
            height,
            values,
        }
    }
}

fn add_scaled(to: &mut [f32], from: &[f32], weight: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += weight * from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: usize, height: usize) -> Plane {
        Plane {
            width,
            height,
            values: (0..width * height).map(|value| value as f32).collect(),
        }
    }

    #[test]
    fn a_filter_that_fits_once_gives_one_number() {
        let filtered = ramp(3, 3).filtered(&[0.25, 0.5, 0.25]);
        assert_eq!((filtered.width, filtered.values), (1, vec![4.0]));
        assert!(ramp(2, 5).filtered(&[0.25, 0.5, 0.25]).values.is_empty());
    }

    #[test]
    fn halving_takes_means() {
        assert_eq!(ramp(5, 4).halved().values, [3.0, 5.0, 13.0, 15.0]);
    }
}
