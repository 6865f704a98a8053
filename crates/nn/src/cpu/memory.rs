//! An allocator that keeps large freed blocks and hands them back.
//!
//! A training step frees and allocates the same few hundred large tensors again and again. The system gives such blocks
//! back to the kernel, which costs a page fault every 4 KiB next time. [`Recycler`] shelves them by size instead. Install it
//! with `#[global_allocator] static MEMORY: Recycler = Recycler::new(limit);`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

/// Smaller blocks go to the system.
const LARGE: usize = 256 * 1024;
/// Every power of two is cut into so many sizes, so at most an eighth of a block is unused.
const STEPS: usize = 8;
const SIZES: usize = 20 * STEPS;
/// A cache line; large blocks are always aligned to it.
const ALIGN: usize = 64;
/// What the system aligns to by itself. Asked for no more it hands out zeroed blocks that it need not touch; asked for more,
/// it writes the zeros, and a block that is claimed and never used takes memory all the same.
const PLAIN: usize = 16;

/// See the module.
pub struct Recycler {
    busy: AtomicBool,
    shelves: UnsafeCell<Shelves>,
    limit: usize,
}

struct Shelves {
    /// For each size the blocks of that size, each holding the address of the next.
    first: [*mut u8; SIZES],
    held: usize,
}

// SAFETY: the shelves are touched only by the thread that set `busy`.
unsafe impl Sync for Recycler {}

/// The shelf for blocks of a layout, and the size that blocks on it have. None: the system's business.
fn shelf(layout: Layout) -> Option<(usize, Layout)> {
    if layout.size() < LARGE || layout.align() > ALIGN {
        return None;
    }
    let step = 1usize << (layout.size().ilog2() - STEPS.ilog2());
    let size = layout.size().checked_next_multiple_of(step)?;
    // Rounded up to the next power of two it belongs to that one's first shelf, by the same formula.
    let power = size.ilog2();
    let index = (power - LARGE.ilog2()) as usize * STEPS
        + ((size >> (power - STEPS.ilog2())) & (STEPS - 1));
    let layout = Layout::from_size_align(size, ALIGN).ok()?;
    (index < SIZES).then_some((index, layout))
}

/// A block of a shelf's layout from the system, aligned by hand: how far it lies behind the system's own block stands
/// right before it.
///
/// # Safety
/// The layout is one of a shelf.
unsafe fn from_system(layout: Layout, zeroed: bool) -> *mut u8 {
    let Ok(own) = Layout::from_size_align(layout.size() + ALIGN, PLAIN) else {
        return null_mut();
    };
    // SAFETY: the size is not zero.
    let start = unsafe {
        if zeroed {
            System.alloc_zeroed(own)
        } else {
            System.alloc(own)
        }
    };
    if start.is_null() {
        return start;
    }
    // At least `PLAIN` bytes, at most `ALIGN`.
    let offset = ALIGN - start.addr() % ALIGN;
    // SAFETY: the system's block is longer than the layout by `ALIGN`, and there is room for a number before the offset.
    unsafe {
        let block = start.add(offset);
        block.cast::<usize>().sub(1).write(offset);
        block
    }
}

/// Gives a block of [`from_system`] back.
///
/// # Safety
/// It came from there with this layout, and nobody uses it.
unsafe fn to_system(block: *mut u8, layout: Layout) {
    // SAFETY: the offset stands before the block, and the system's own layout follows from the shelf's as it did then.
    unsafe {
        let offset = block.cast::<usize>().sub(1).read();
        let own = Layout::from_size_align_unchecked(layout.size() + ALIGN, PLAIN);
        System.dealloc(block.sub(offset), own);
    }
}

impl Recycler {
    /// Keeps at most `limit` bytes of freed blocks.
    pub const fn new(limit: usize) -> Self {
        let shelves = Shelves {
            first: [null_mut(); SIZES],
            held: 0,
        };
        Self {
            busy: AtomicBool::new(false),
            shelves: UnsafeCell::new(shelves),
            limit,
        }
    }

    /// Bytes of freed blocks that are kept.
    pub fn held(&self) -> usize {
        self.with(|shelves| shelves.held).unwrap_or(0)
    }

    /// Gives all kept blocks back to the system.
    pub fn release(&self) {
        self.release_to(0);
    }

    /// Gives kept blocks back to the system, the largest first, until those that are left have `keep` bytes at most.
    pub fn release_to(&self, keep: usize) {
        for index in (0..SIZES).rev() {
            let next = |shelves: &mut Shelves| match shelves.held > keep {
                true => shelves.take(index),
                false => null_mut(),
            };
            while let Some(block) = self.with(next).filter(|block| !block.is_null()) {
                if let Ok(layout) = Layout::from_size_align(size_of_shelf(index), ALIGN) {
                    // SAFETY: a block of this shelf was allocated with this layout.
                    unsafe { to_system(block, layout) }
                }
            }
        }
    }

    /// A block from the system; where it has no more, what is kept for later is given back first.
    ///
    /// # Safety
    /// As [`from_system`].
    unsafe fn fresh(&self, layout: Layout, zeroed: bool) -> *mut u8 {
        // SAFETY: the caller's promise.
        let block = unsafe { from_system(layout, zeroed) };
        if !block.is_null() {
            return block;
        }
        self.release();
        // SAFETY: the caller's promise.
        unsafe { from_system(layout, zeroed) }
    }

    /// Runs `task` on the shelves, or not at all while another thread is at them: going to the system is always possible,
    /// and better than waiting.
    fn with<T>(&self, task: impl FnOnce(&mut Shelves) -> T) -> Option<T> {
        self.busy
            .compare_exchange(false, true, Acquire, Relaxed)
            .ok()?;
        // SAFETY: this thread set `busy`.
        let result = task(unsafe { &mut *self.shelves.get() });
        self.busy.store(false, Release);
        Some(result)
    }
}

impl Shelves {
    /// A block of a shelf, or null.
    fn take(&mut self, index: usize) -> *mut u8 {
        let block = self.first[index];
        if !block.is_null() {
            // SAFETY: a shelved block holds the address of the next one in its first bytes.
            self.first[index] = unsafe { block.cast::<*mut u8>().read() };
            self.held -= size_of_shelf(index);
        }
        block
    }

    /// Shelves a block unless that would exceed the limit.
    ///
    /// # Safety
    /// The block has the shelf's size and nobody uses it.
    unsafe fn put(&mut self, index: usize, block: *mut u8, limit: usize) -> bool {
        let fits = self.held + size_of_shelf(index) <= limit;
        if fits {
            // SAFETY: the block is large enough and aligned for an address.
            unsafe { block.cast::<*mut u8>().write(self.first[index]) };
            self.first[index] = block;
            self.held += size_of_shelf(index);
        }
        fits
    }
}

/// Lets the system's own allocator give back what it keeps of smaller blocks, where it keeps any.
pub fn trim() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        unsafe extern "C" {
            /// glibc's: gives the free pages of all arenas back, but for `pad` bytes at their ends.
            fn malloc_trim(pad: usize) -> i32;
        }
        // SAFETY: it may be called by any thread at any time.
        unsafe { malloc_trim(0) };
    }
}

/// The size of the blocks on a shelf.
fn size_of_shelf(index: usize) -> usize {
    (STEPS + index % STEPS) << (index / STEPS + (LARGE.ilog2() - STEPS.ilog2()) as usize)
}

// SAFETY: blocks come from the system with their shelf's layout, which every layout of that shelf fits in, and go back with
// it; a block is on a shelf or in use, never both.
unsafe impl GlobalAlloc for Recycler {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some((index, layout)) = shelf(layout) else {
            // SAFETY: handed on.
            return unsafe { System.alloc(layout) };
        };
        match self.with(|shelves| shelves.take(index)) {
            Some(block) if !block.is_null() => block,
            // SAFETY: the layout is a shelf's.
            _ => unsafe { self.fresh(layout, false) },
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some((index, layout)) = shelf(layout) else {
            // SAFETY: handed on.
            return unsafe { System.dealloc(block, layout) };
        };
        // SAFETY: the caller gives the block up; it came from `alloc` with a layout of this shelf.
        let kept = self.with(|shelves| unsafe { shelves.put(index, block, self.limit) });
        if kept != Some(true) {
            // SAFETY: allocated with the shelf's layout.
            unsafe { to_system(block, layout) }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some((index, rounded)) = shelf(layout) else {
            // SAFETY: handed on.
            return unsafe { System.alloc_zeroed(layout) };
        };
        match self.with(|shelves| shelves.take(index)) {
            Some(block) if !block.is_null() => {
                // SAFETY: the block has at least the layout's size.
                unsafe { block.write_bytes(0, layout.size()) };
                block
            }
            // SAFETY: the layout is a shelf's.
            _ => unsafe { self.fresh(rounded, true) },
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller vouches for the size with this alignment.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        match (shelf(layout), shelf(new_layout)) {
            // SAFETY: both are the system's business.
            (None, None) => unsafe { System.realloc(block, layout, new_size) },
            (Some((old, _)), Some((new, _))) if old == new => block,
            // SAFETY: the old block is readable for its size and given up, the new one writable for its own.
            _ => unsafe {
                let new_block = self.alloc(new_layout);
                if !new_block.is_null() {
                    new_block.copy_from_nonoverlapping(block, layout.size().min(new_size));
                    self.dealloc(block, layout);
                }
                new_block
            },
        }
    }
}
