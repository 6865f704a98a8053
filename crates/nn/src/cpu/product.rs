//! Single matrix products, shared out among the threads.

use super::matrix::{Strided, multiply_panels, pack_panel, packed_len, tile};
use super::scratch::{Scratch, Shared};
use super::simd::{panel_width, versioned};
use rayon::prelude::*;

/// Panels that one task of [`product`] copies side by side: rows of B are then read in pieces that the memory is good at.
const GROUP: usize = 4;

/// C[rows × columns] = A[rows × depth] · B[depth × columns], groups of panels shared out among the threads.
///
/// C is row-major without gaps.
///
/// # Safety
/// A and B are readable for those shapes.
pub unsafe fn product(
    rows: usize,
    depth: usize,
    columns: usize,
    a: Strided,
    b: Strided,
    c: &mut [f32],
) {
    assert_eq!(c.len(), rows * columns);
    let width = GROUP * panel_width();
    let c = Shared::new(c);
    (0..columns.div_ceil(width))
        .into_par_iter()
        .for_each(|group| {
            let first = group * width;
            let here = width.min(columns - first);
            // SAFETY: the caller vouches for A and B; every task writes its own columns of C.
            unsafe {
                let (b, to) = (b.from(0, first), c.at(first, (rows - 1) * columns + here));
                if rows == 1 && b.column == 1 {
                    combine_rows(depth, here, a, b, to);
                } else {
                    product_of_group(rows, depth, here, a, b, to, columns);
                }
            }
        });
}

/// A few panels of a product, all on this thread.
///
/// # Safety
/// A and B are readable for the shapes, and C, whose rows are `c_row` apart, writable by this thread alone.
unsafe fn product_of_group(
    rows: usize,
    depth: usize,
    columns: usize,
    a: Strided,
    b: Strided,
    c: *mut f32,
    c_row: usize,
) {
    let width = panel_width();
    let mut panels = Scratch::new(packed_len(depth, columns));
    // A few rows of B at a time go to all panels, rather than all rows to one panel after the other.
    for k in (0..depth).step_by(16) {
        let count = (depth - k).min(16);
        for (panel, to) in panels.chunks_exact_mut(width * depth).enumerate() {
            let first = panel * width;
            // SAFETY: rows k.. and those columns are inside B.
            unsafe {
                pack_panel(
                    b.from(k, 0),
                    count,
                    first,
                    width.min(columns - first),
                    &mut to[k * width..],
                )
            }
        }
    }
    // SAFETY: the panels hold [depth × columns], the rest is what the caller vouches for.
    unsafe { multiply_panels(rows, depth, columns, a, &panels, c, c_row) }
}

versioned! {
    /// C[1 × columns] = A[1 × depth] · B[depth × columns] for a single row: B, read once, is all that costs.
    ///
    /// # Safety
    /// A and B, whose rows must be contiguous, are readable, and C writable, for those shapes.
    pub unsafe fn combine_rows<V>(depth: usize, columns: usize, a: Strided, b: Strided, c: *mut f32) {
        const REGISTERS: usize = 8;
        let mut first = 0;
        while first < columns {
            let full = columns - first >= REGISTERS * V::LANES;
            let count = V::LANES.min(columns - first);
            // SAFETY: columns first.. are inside, eight registers or `count` floats of them.
            unsafe {
                let (b, c) = (b.from(0, first), c.add(first));
                if full {
                    tile::<V, 1, REGISTERS>(depth, a, b.start, b.row, c, 0, false);
                } else {
                    let mut sum = V::splat(0.0);
                    for k in 0..depth {
                        let factor = V::splat(*a.from(0, k).start);
                        sum = factor.mul_add(V::load_first(b.from(k, 0).start, count), sum);
                    }
                    sum.store_first(c, count);
                }
            }
            first += if full { REGISTERS * V::LANES } else { count };
        }
    }
}

/// The sum of products of two slices of the same length, always in the same order.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    dot_versions(a, b)
}

versioned! {
    fn dot_versions<V>(a: &[f32], b: &[f32]) -> f32 {
        let lanes = V::LANES;
        let len = a.len().min(b.len());
        let mut sums = [V::splat(0.0); 4];
        let mut at = 0;
        // SAFETY: all reads stay below `len`; the array holds 16 ≥ LANES floats.
        unsafe {
            while at < len {
                for sum in &mut sums {
                    let count = lanes.min(len - at);
                    let (a, b) = (a.as_ptr().add(at), b.as_ptr().add(at));
                    *sum = V::load_first(a, count).mul_add(V::load_first(b, count), *sum);
                    at += count;
                }
            }
            let mut last = [0.0f32; 16];
            ((sums[0] + sums[1]) + (sums[2] + sums[3])).store(last.as_mut_ptr());
            last.iter().sum()
        }
    }
}
