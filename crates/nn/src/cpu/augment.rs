//! Changes of whole pictures, and the way back.

use crate::Change;
use rayon::prelude::*;

/// Height, width, channels.
type Shape = (usize, usize, usize);

/// `to` = the pictures of `from` with their changes. `to` comes filled with zeros.
pub fn augment(from: &[f32], to: &mut [f32], changes: &[Change], shape: Shape) {
    each(from, to, changes, shape, |from, to, change| {
        let middle = if change.tints() {
            mean(from, shape)
        } else {
            0.0
        };
        let tint = Tint::new(change, middle, change.brightness, shape.2);
        for (into, out_of) in rows(change.shift, shape) {
            tint.row(&from[out_of], &mut to[into]);
        }
        punch(to, change, shape);
    });
}

/// `to` = the gradient of the pictures from that of the changed ones. `to` comes filled with zeros.
pub fn augment_backward(from: &[f32], to: &mut [f32], changes: &[Change], shape: Shape) {
    each(from, to, changes, shape, |from, to, change| {
        let back = (-change.shift.0, -change.shift.1);
        for (into, out_of) in rows(back, shape) {
            to[into].copy_from_slice(&from[out_of]);
        }
        // The hole lies among the changed pixels: it moves with them.
        let [rows, columns] = change.hole;
        let moved = |(begin, end): (i64, i64), by: i64| (begin + by, end + by);
        let hole = [moved(rows, change.shift.0), moved(columns, change.shift.1)];
        punch(to, &Change { hole, ..*change }, shape);
        if change.tints() {
            // The tint's matrix is symmetric.
            let tint = Tint::new(change, mean(to, shape), 0.0, shape.2);
            tint.in_place(to);
        }
    });
}

/// Picture by picture, among the threads.
fn each(
    from: &[f32],
    to: &mut [f32],
    changes: &[Change],
    (height, width, channels): Shape,
    task: impl Fn(&[f32], &mut [f32], &Change) + Sync,
) {
    let picture = (height * width * channels).max(1);
    to.par_chunks_mut(picture)
        .zip(from.par_chunks(picture))
        .zip(changes)
        .for_each(|((to, from), change)| task(from, to, change));
}

/// Matching places of rows, without what comes from beyond the edges: (to, from).
fn rows(
    (down, right): (i64, i64),
    (height, width, channels): Shape,
) -> impl Iterator<Item = (std::ops::Range<usize>, std::ops::Range<usize>)> {
    let (height, width) = (height as i64, width as i64);
    let inside = |by: i64, side: i64| (-by).max(0)..(side - by).min(side).max(0);
    let columns = inside(right, width);
    let length = (columns.end - columns.start).max(0) as usize * channels;
    inside(down, height).map(move |y| {
        let place = |y: i64, x: i64| (y * width + x) as usize * channels;
        let to = if length > 0 {
            place(y, columns.start)
        } else {
            0
        };
        let from = if length > 0 {
            place(y + down, columns.start + right)
        } else {
            0
        };
        (to..to + length, from..from + length)
    })
}

fn punch(picture: &mut [f32], change: &Change, (height, width, channels): Shape) {
    let [rows, columns] = change.hole;
    let clip = |(begin, end): (i64, i64), side: usize| {
        let side = side as i64;
        begin.clamp(0, side) as usize..end.clamp(0, side) as usize
    };
    let columns = clip(columns, width);
    for y in clip(rows, height) {
        let row = y * width;
        picture[(row + columns.start) * channels..(row + columns.end) * channels].fill(0.0);
    }
}

/// Of all numbers; f64 across rows, so that it does not depend on who adds.
fn mean(picture: &[f32], (_, width, channels): Shape) -> f32 {
    let row = (width * channels).max(1);
    let sum: f64 = picture.chunks(row).map(|row| f64::from(sum(row))).sum();
    (sum / picture.len().max(1) as f64) as f32
}

/// In eight lanes, which the compiler makes a vector.
fn sum(numbers: &[f32]) -> f32 {
    let (eights, rest) = numbers.as_chunks::<8>();
    let mut lanes = [0.0f32; 8];
    for eight in eights {
        for (lane, x) in lanes.iter_mut().zip(eight) {
            *lane += x;
        }
    }
    lanes.iter().chain(rest).sum()
}

/// contrast · (saturation · (x − m) + m − M) + M + brightness, with m the mean of the pixel and M that
/// of the picture, as own · x + shared · m + constant.
struct Tint {
    own: f32,
    shared: f32,
    constant: f32,
    channels: usize,
}

impl Tint {
    fn new(change: &Change, mean: f32, brightness: f32, channels: usize) -> Self {
        Self {
            own: change.contrast * change.saturation,
            shared: change.contrast * (1.0 - change.saturation),
            constant: (1.0 - change.contrast) * mean + brightness,
            channels,
        }
    }

    fn row(&self, from: &[f32], to: &mut [f32]) {
        to.copy_from_slice(from);
        self.in_place(to);
    }

    fn in_place(&self, numbers: &mut [f32]) {
        let Self {
            own,
            shared,
            constant,
            channels,
        } = *self;
        if (own, shared, constant) == (1.0, 0.0, 0.0) {
            return;
        }
        if channels == 1 {
            // The pixel is its own mean.
            numbers
                .iter_mut()
                .for_each(|x| *x = (own + shared) * *x + constant);
            return;
        }
        let (pixels, _) = numbers.as_chunks_mut::<3>();
        for pixel in pixels {
            let plus = shared / 3.0 * (pixel[0] + pixel[1] + pixel[2]) + constant;
            pixel.iter_mut().for_each(|x| *x = own * *x + plus);
        }
    }
}
