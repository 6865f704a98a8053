//! Temporaries that outlive the call: a fresh large allocation costs a page fault every 4 KiB, a reused one nothing.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::RefCell;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

const CACHE_LINE: usize = 64;
/// More shelved buffers than this on one thread are given back.
const SHELF: usize = 8;

thread_local! {
    static FREE: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// A buffer of floats, aligned to a cache line, that goes back to its thread's shelf when dropped.
pub struct Scratch {
    block: Option<Block>,
    len: usize,
}

struct Block {
    start: NonNull<f32>,
    capacity: usize,
}

// SAFETY: a block is plain memory that it alone owns.
unsafe impl Send for Block {}
// SAFETY: shared access to a block only reads.
unsafe impl Sync for Block {}

impl Block {
    fn layout(capacity: usize) -> Layout {
        // `capacity` comes from a length that was asked for, rounded up by less than a page; a size beyond isize::MAX
        // ends in the allocation error that it deserves.
        Layout::from_size_align(capacity.saturating_mul(4), CACHE_LINE)
            .unwrap_or(Layout::new::<[u8; CACHE_LINE]>())
    }

    fn new(len: usize) -> Self {
        let capacity = len.max(1).next_multiple_of(1024);
        let layout = Self::layout(capacity);
        assert!(
            layout.size() / 4 >= capacity,
            "a scratch buffer larger than the address space"
        );
        // SAFETY: the size is not zero.
        let start = unsafe { alloc(layout) }.cast::<f32>();
        let Some(start) = NonNull::new(start) else {
            handle_alloc_error(layout)
        };
        // SAFETY: just allocated with this many floats. Zeroed once, so that the contents are always initialised.
        unsafe { start.as_ptr().write_bytes(0, capacity) };
        Self { start, capacity }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with the same layout.
        unsafe { dealloc(self.start.as_ptr().cast(), Self::layout(self.capacity)) }
    }
}

/// Frees the buffers that this thread keeps for later.
pub fn clear() {
    // Freed behind the borrow, in case an allocator ever asks for scratch.
    let kept = FREE.with_borrow_mut(std::mem::take);
    drop(kept);
}

impl Scratch {
    /// `len` floats of unspecified value.
    pub fn new(len: usize) -> Self {
        let reused = FREE.with_borrow_mut(|free| {
            let best = (0..free.len())
                .filter(|&i| free[i].capacity >= len)
                .min_by_key(|&i| free[i].capacity);
            match best {
                Some(at) => Some(free.swap_remove(at)),
                None => {
                    // Too small ones make room instead of piling up beside their larger successor.
                    free.pop();
                    None
                }
            }
        });
        Self {
            block: Some(reused.unwrap_or_else(|| Block::new(len))),
            len,
        }
    }

    /// `len` zeros.
    pub fn zeroed(len: usize) -> Self {
        let mut scratch = Self::new(len);
        scratch.fill(0.0);
        scratch
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Some(block) = self.block.take() else {
            return;
        };
        // While a thread ends its shelf may be gone already; then the block is simply freed.
        let _ = FREE.try_with(|free| {
            if let Ok(mut free) = free.try_borrow_mut()
                && free.len() < SHELF
            {
                free.push(block);
            }
        });
    }
}

impl Deref for Scratch {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        match &self.block {
            // SAFETY: `len` ≤ capacity initialised floats that `self` owns.
            Some(block) => unsafe { std::slice::from_raw_parts(block.start.as_ptr(), self.len) },
            None => &[],
        }
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        match &self.block {
            // SAFETY: `len` ≤ capacity initialised floats that `self` owns alone.
            Some(block) => unsafe {
                std::slice::from_raw_parts_mut(block.start.as_ptr(), self.len)
            },
            None => &mut [],
        }
    }
}

/// A slice that several tasks write to, each its own part.
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    start: *mut f32,
    len: usize,
    lives: std::marker::PhantomData<&'a mut [f32]>,
}

// SAFETY: tasks reach the floats only through `at`, whose callers vouch for disjoint parts.
unsafe impl Send for Shared<'_> {}
// SAFETY: as above.
unsafe impl Sync for Shared<'_> {}

impl<'a> Shared<'a> {
    pub fn new(slice: &'a mut [f32]) -> Self {
        Self {
            start: slice.as_mut_ptr(),
            len: slice.len(),
            lives: std::marker::PhantomData,
        }
    }

    /// Where part `offset..offset + len` starts.
    ///
    /// # Safety
    /// No other task touches the floats that are written through the pointer, which lie within `len` floats of it.
    pub unsafe fn at(&self, offset: usize, len: usize) -> *mut f32 {
        assert!(
            offset + len <= self.len,
            "a task reached outside of its buffer"
        );
        // SAFETY: just checked.
        unsafe { self.start.add(offset) }
    }
}
