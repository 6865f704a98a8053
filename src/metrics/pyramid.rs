//! Laplacian pyramids (Burt and Adelson 1983), as Karras et al. 2018 use them.

use super::plane::Plane;

/// The coarsest level has at least this many pixels a side.
const COARSEST: usize = 16;
/// Binomial filter, each way.
const FILTER: [f32; 5] = [0.0625, 0.25, 0.375, 0.25, 0.0625];

/// Sides of the levels of a picture, finest first: 64, 32, 16 for one of 64 pixels.
pub fn level_sides(side: usize) -> Vec<usize> {
    let halves = std::iter::successors(Some(side), |side| Some(side / 2));
    halves.take_while(|&side| side >= COARSEST).collect()
}

/// The levels of one channel, finest first: what each adds to the next coarser one, and last the
/// coarsest itself.
pub(super) fn levels(plane: Plane) -> Vec<Plane> {
    let count = level_sides(plane.width.min(plane.height)).len().max(1);
    let mut levels = Vec::with_capacity(count);
    let mut fine = plane;
    for _ in 1..count {
        let coarse = down(&fine);
        levels.push(fine.zip(&up(&coarse, fine.width, fine.height), |fine, up| fine - up));
        fine = coarse;
    }
    levels.push(fine);
    levels
}

/// Blurred, every second pixel.
fn down(plane: &Plane) -> Plane {
    let blurred = mirrored(plane).filtered(&FILTER);
    let rows = blurred.values.chunks_exact(plane.width.max(1)).step_by(2);
    Plane {
        width: plane.width.div_ceil(2),
        height: plane.height.div_ceil(2),
        values: rows
            .flat_map(|row| row.iter().step_by(2).copied())
            .collect(),
    }
}

/// Zeros between the pixels, then blurred; four times as bright to make up for the zeros.
fn up(plane: &Plane, width: usize, height: usize) -> Plane {
    let mut sparse = Plane {
        width,
        height,
        values: vec![0.0; width * height],
    };
    let rows = sparse.values.chunks_exact_mut(width.max(1)).step_by(2);
    for (to, from) in rows.zip(plane.values.chunks_exact(plane.width.max(1))) {
        for (to, from) in to.iter_mut().step_by(2).zip(from) {
            *to = 4.0 * from;
        }
    }
    mirrored(&sparse).filtered(&FILTER)
}

/// Two pixels more on each side, mirrored at the outermost pixel without repeating it (SciPy's
/// `mirror`, NumPy's `reflect`). Sides are at least 3, which every level has.
fn mirrored(plane: &Plane) -> Plane {
    let margin = FILTER.len() / 2;
    let inside = |at: usize, len: usize| {
        let at = at.abs_diff(margin);
        let last = len.saturating_sub(1);
        if at > last { 2 * last - at } else { at }
    };
    let (width, height) = (plane.width + 2 * margin, plane.height + 2 * margin);
    let mut values = Vec::with_capacity(width * height);
    for row in 0..height {
        let from = &plane.values[inside(row, plane.height) * plane.width..][..plane.width];
        values.extend((0..width).map(|column| from[inside(column, plane.width)]));
    }
    Plane {
        width,
        height,
        values,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(side: usize) -> Plane {
        Plane {
            width: side,
            height: side,
            values: (0..side * side)
                .map(|at| ((at * 7919) % 101) as f32 - 50.0)
                .collect(),
        }
    }

    #[test]
    fn levels_add_up_to_the_picture() {
        let plane = noise(64);
        let mut levels = levels(plane.clone());
        let sides: Vec<usize> = levels.iter().map(|level| level.width).collect();
        assert_eq!(sides, level_sides(64));
        let mut whole = levels.pop().unwrap();
        while let Some(finer) = levels.pop() {
            let blurred = up(&whole, finer.width, finer.height);
            whole = finer.zip(&blurred, |finer, blurred| finer + blurred);
        }
        for (found, expected) in whole.values.iter().zip(&plane.values) {
            assert!((found - expected).abs() < 1e-3);
        }
    }

    #[test]
    fn a_flat_picture_stays_flat() {
        let flat = Plane {
            width: 32,
            height: 32,
            values: vec![9.0; 1024],
        };
        let levels = levels(flat);
        assert!(levels[0].values.iter().all(|value| value.abs() < 1e-5));
        assert!(
            levels[1]
                .values
                .iter()
                .all(|value| (value - 9.0).abs() < 1e-5)
        );
    }
}
