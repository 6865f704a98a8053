//! Matrix products on panels.
//!
//! The right operand is cut into *panels*: `panel_width()` columns (two registers), every row of a panel contiguous, the
//! last panel padded with zeros. The left operand is read one float at a time and may lie in memory in any way. The product
//! of a few rows with one panel stays in registers over all of the depth.

use super::scratch::Scratch;
use super::simd::{Vector, panel_width, versioned};
use rayon::prelude::*;

/// A matrix somewhere in memory: the float of row i and column j is at `start + i * row + j * column`.
#[derive(Clone, Copy)]
pub struct Strided {
    pub start: *const f32,
    pub row: usize,
    pub column: usize,
}

// SAFETY: only read through, by callers who vouch for what it points to.
unsafe impl Send for Strided {}
// SAFETY: as above.
unsafe impl Sync for Strided {}

impl Strided {
    /// Row-major, `row` floats from one row to the next.
    pub fn rows(of: &[f32], row: usize) -> Self {
        Self {
            start: of.as_ptr(),
            row,
            column: 1,
        }
    }

    /// The transpose of a row-major matrix.
    pub fn columns(of: &[f32], row: usize) -> Self {
        Self {
            start: of.as_ptr(),
            row: 1,
            column: row,
        }
    }

    /// The matrix that begins at row i, column j of this one.
    ///
    /// # Safety
    /// That float is inside, or just behind, what the matrix points to.
    #[inline(always)]
    pub unsafe fn from(self, i: usize, j: usize) -> Self {
        // SAFETY: the caller vouches for it.
        let start = unsafe { self.start.add(i * self.row + j * self.column) };
        Self { start, ..self }
    }
}

/// ROWS × (COLUMNS registers) of C (+)= A · B, all of it in registers.
///
/// # Safety
/// A is readable for ROWS × depth, `b` for `depth` rows of COLUMNS registers, `b_row` apart, and `c` writable for ROWS
/// rows of COLUMNS registers, `c_row` apart.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // three matrices in registers' terms
pub unsafe fn tile<V: Vector, const ROWS: usize, const COLUMNS: usize>(
    depth: usize,
    a: Strided,
    b: *const f32,
    b_row: usize,
    c: *mut f32,
    c_row: usize,
    add: bool,
) {
    let mut sums = [[V::splat(0.0); COLUMNS]; ROWS];
    // SAFETY: every access stays inside what the caller vouches for.
    unsafe {
        for k in 0..depth {
            let mut right = [V::splat(0.0); COLUMNS];
            for (j, right) in right.iter_mut().enumerate() {
                *right = V::load(b.add(k * b_row + j * V::LANES));
            }
            for (i, sums) in sums.iter_mut().enumerate() {
                let left = V::splat(*a.start.add(i * a.row + k * a.column));
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = left.mul_add(right, *sum);
                }
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            for (j, &sum) in sums.iter().enumerate() {
                let to = c.add(i * c_row + j * V::LANES);
                if add {
                    (V::load(to) + sum).store(to)
                } else {
                    sum.store(to)
                }
            }
        }
    }
}

/// `tile` for a number of rows that is known only at run time.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
unsafe fn tile_of<V: Vector, const COLUMNS: usize>(
    rows: usize,
    depth: usize,
    a: Strided,
    b: *const f32,
    b_row: usize,
    c: *mut f32,
    c_row: usize,
    add: bool,
) {
    // SAFETY: handed on from the caller.
    unsafe {
        match rows {
            1 => tile::<V, 1, COLUMNS>(depth, a, b, b_row, c, c_row, add),
            2 => tile::<V, 2, COLUMNS>(depth, a, b, b_row, c, c_row, add),
            3 => tile::<V, 3, COLUMNS>(depth, a, b, b_row, c, c_row, add),
            4 => tile::<V, 4, COLUMNS>(depth, a, b, b_row, c, c_row, add),
            5 => tile::<V, 5, COLUMNS>(depth, a, b, b_row, c, c_row, add),
            6 => tile::<V, 6, COLUMNS>(depth, a, b, b_row, c, c_row, add),
            7 => tile::<V, 7, COLUMNS>(depth, a, b, b_row, c, c_row, add),
            _ => tile::<V, 8, COLUMNS>(depth, a, b, b_row, c, c_row, add),
        }
    }
}

/// One panel of a product: C[rows × columns] (+)= A[rows × depth] · B[depth × columns].
#[derive(Clone, Copy)]
pub struct Panel {
    pub rows: usize,
    pub depth: usize,
    /// At most [`panel_width`].
    pub columns: usize,
    pub a: Strided,
    /// `depth` rows, each readable for a whole panel's width.
    pub b: *const f32,
    pub b_row: usize,
    /// `rows` rows of `columns` floats.
    pub c: *mut f32,
    pub c_row: usize,
    /// Add to what C holds instead of replacing it.
    pub add: bool,
}

impl Panel {
    /// # Safety
    /// The three pointers are good for the shapes given, and nobody else touches C meanwhile.
    #[inline(always)]
    pub unsafe fn multiply<V: Vector>(&self) {
        // Tiles of equal height: a low one at the end would leave most of the unit idle.
        let height = self.rows.div_ceil(self.rows.div_ceil(V::ROWS).max(1));
        let mut i = 0;
        while i < self.rows {
            let rows = (self.rows - i).min(height);
            // SAFETY: row i is inside A and C.
            unsafe { self.multiply_rows::<V>(i, rows) };
            i += rows;
        }
    }

    /// # Safety
    /// As for `multiply`; `i + rows` ≤ `self.rows`.
    #[inline(always)]
    unsafe fn multiply_rows<V: Vector>(&self, i: usize, rows: usize) {
        let &Self {
            depth,
            b,
            b_row,
            c_row,
            add,
            ..
        } = self;
        // SAFETY: what the caller vouches for; an incomplete panel is multiplied into `edge` first, because a whole
        // register would reach past C's row.
        unsafe {
            let a = self.a.from(i, 0);
            let c = self.c.add(i * c_row);
            if self.columns == 2 * V::LANES {
                tile_of::<V, 2>(rows, depth, a, b, b_row, c, c_row, add);
            } else if self.columns == V::LANES {
                tile_of::<V, 1>(rows, depth, a, b, b_row, c, c_row, add);
            } else {
                let mut edge = [0.0f32; 8 * 32];
                let wide = 2 * V::LANES;
                tile_of::<V, 2>(rows, depth, a, b, b_row, edge.as_mut_ptr(), wide, false);
                for i in 0..rows {
                    for j in 0..self.columns {
                        let to = c.add(i * c_row + j);
                        *to = edge[i * wide + j] + if add { *to } else { 0.0 };
                    }
                }
            }
        }
    }
}

versioned! {
    /// [`Panel::multiply`] on the best unit.
    ///
    /// # Safety
    /// As for `Panel::multiply`.
    pub unsafe fn multiply<V>(panel: &Panel) {
        // SAFETY: the caller vouches for it.
        unsafe { panel.multiply::<V>() }
    }
}

/// Floats that [`pack`] writes for `columns` columns.
pub fn packed_len(depth: usize, columns: usize) -> usize {
    columns.div_ceil(panel_width()) * panel_width() * depth
}

/// Copies columns `first..first + columns` of B (`depth` rows) to one panel, padded with zeros.
///
/// # Safety
/// B is readable there; `columns` ≤ the panel's width, and `to` holds `depth` rows of that.
pub unsafe fn pack_panel(b: Strided, depth: usize, first: usize, columns: usize, to: &mut [f32]) {
    let width = panel_width();
    let to = &mut to[..depth * width];
    // SAFETY: the caller vouches for B.
    let b = unsafe { b.from(0, first) };
    if b.column == 1 {
        for (k, to) in to.chunks_exact_mut(width).enumerate() {
            let (inside, padding) = to.split_at_mut(columns);
            // SAFETY: row k of B, `columns` floats.
            inside.copy_from_slice(unsafe {
                std::slice::from_raw_parts(b.from(k, 0).start, columns)
            });
            padding.fill(0.0);
        }
        return;
    }
    if columns < width {
        to.fill(0.0);
    }
    // The columns are contiguous: read a cache line of each at a time.
    for (block, to) in to.chunks_mut(16 * width).enumerate() {
        for j in 0..columns {
            for (k, to) in to.chunks_exact_mut(width).enumerate() {
                // SAFETY: inside B.
                to[j] = unsafe { *b.from(16 * block + k, j).start };
            }
        }
    }
}

/// All of B (`depth` × `columns`) as panels, one behind the other.
///
/// # Safety
/// B is readable for that shape.
pub unsafe fn pack(b: Strided, depth: usize, columns: usize) -> Scratch {
    let width = panel_width();
    let mut panels = Scratch::new(packed_len(depth, columns));
    panels
        .par_chunks_mut((width * depth).max(1))
        .enumerate()
        .for_each(|(panel, to)| {
            let first = panel * width;
            // SAFETY: the caller vouches for B.
            unsafe { pack_panel(b, depth, first, width.min(columns - first), to) }
        });
    panels
}

/// C[rows × columns] = A[rows × depth] · B with all of B in panels, on this thread.
///
/// # Safety
/// A is readable, C writable for those shapes (C's rows `c_row` apart), and `panels` holds [depth × columns].
#[allow(clippy::too_many_arguments)]
pub unsafe fn multiply_panels(
    rows: usize,
    depth: usize,
    columns: usize,
    a: Strided,
    panels: &[f32],
    c: *mut f32,
    c_row: usize,
) {
    let width = panel_width();
    for (panel, b) in panels.chunks_exact(width * depth).enumerate() {
        let first = panel * width;
        // SAFETY: panel by panel what the caller vouches for.
        unsafe {
            multiply(&Panel {
                rows,
                depth,
                columns: width.min(columns - first),
                a,
                b: b.as_ptr(),
                b_row: width,
                c: c.add(first),
                c_row,
                add: false,
            });
        }
    }
}
