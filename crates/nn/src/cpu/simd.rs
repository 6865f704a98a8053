//! One vocabulary for the vector units, chosen at run time.
//!
//! A kernel is written once, generic over [`Vector`], and the `versioned!` macro compiles it for every vector unit of the
//! architecture and calls the best one that the processor has. Nothing here needs build flags.

use std::ops::{Add, Mul, Sub};
use std::sync::OnceLock;

/// A register of `LANES` floats.
///
/// The operations compile to the unit's instructions only inside a function that `versioned!` made for that unit, and may
/// only run there; outside this folder nobody can name the types.
pub trait Vector: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    const LANES: usize;
    /// Rows of the register tile of the matrix product: as many as fit beside two columns of vectors.
    const ROWS: usize;

    /// # Safety
    /// `from` is readable for `LANES` floats.
    unsafe fn load(from: *const f32) -> Self;
    /// # Safety
    /// `to` is writable for `LANES` floats.
    unsafe fn store(self, to: *mut f32);
    fn splat(value: f32) -> Self;
    /// self · by + plus, fused where the unit can.
    fn mul_add(self, by: Self, plus: Self) -> Self;
    /// Lane by lane `yes` where self > 0, else `no` (also where self is not a number).
    fn if_positive(self, yes: Self, no: Self) -> Self;

    /// The first `count` ≤ LANES floats, the rest zero.
    ///
    /// # Safety
    /// `from` is readable for `count` floats.
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        if count == Self::LANES {
            // SAFETY: the caller vouches for `count` floats.
            return unsafe { Self::load(from) };
        }
        let mut lanes = [0.0f32; 16];
        // SAFETY: count < LANES ≤ 16, and the caller vouches for the source.
        unsafe {
            std::ptr::copy_nonoverlapping(from, lanes.as_mut_ptr(), count);
            Self::load(lanes.as_ptr())
        }
    }

    /// Stores only the first `count` ≤ LANES floats.
    ///
    /// # Safety
    /// `to` is writable for `count` floats.
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        if count == Self::LANES {
            // SAFETY: the caller vouches for `count` floats.
            return unsafe { self.store(to) };
        }
        let mut lanes = [0.0f32; 16];
        // SAFETY: count < LANES ≤ 16, and the caller vouches for the destination.
        unsafe {
            self.store(lanes.as_mut_ptr());
            std::ptr::copy_nonoverlapping(lanes.as_ptr(), to, count);
        }
    }
}

/// Defines a vector type from the names of its instructions.
macro_rules! vector {
    ($name:ident, $register:ty, $lanes:literal, $rows:literal, $load:path, $store:path, $splat:path, $add:path, $sub:path,
     $mul:path, |$a:ident, $b:ident, $c:ident| $fma:expr, |$test:ident, $yes:ident, $no:ident| $select:expr) => {
        #[derive(Clone, Copy)]
        pub struct $name($register);

        impl Add for $name {
            type Output = Self;
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                // SAFETY: runs only inside a version made for this unit (see `Vector`).
                unsafe { Self($add(self.0, other.0)) }
            }
        }
        impl Sub for $name {
            type Output = Self;
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self($sub(self.0, other.0)) }
            }
        }
        impl Mul for $name {
            type Output = Self;
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self($mul(self.0, other.0)) }
            }
        }
        impl Vector for $name {
            const LANES: usize = $lanes;
            const ROWS: usize = $rows;
            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                // SAFETY: the unit is there (see `Vector`), the caller vouches for the pointer.
                unsafe { Self($load(from)) }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                // SAFETY: the unit is there (see `Vector`), the caller vouches for the pointer.
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            fn splat(value: f32) -> Self {
                // SAFETY: the unit is there (see `Vector`).
                unsafe { Self($splat(value)) }
            }
            #[inline(always)]
            fn mul_add(self, by: Self, plus: Self) -> Self {
                let ($a, $b, $c) = (self.0, by.0, plus.0);
                // SAFETY: the unit is there (see `Vector`).
                unsafe { Self($fma) }
            }
            #[inline(always)]
            fn if_positive(self, yes: Self, no: Self) -> Self {
                let ($test, $yes, $no) = (self.0, yes.0, no.0);
                // SAFETY: the unit is there (see `Vector`).
                unsafe { Self($select) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod units {
    use super::*;
    use std::arch::x86_64::*;

    vector!(
        F32x16,
        __m512,
        16,
        8,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_set1_ps,
        _mm512_add_ps,
        _mm512_sub_ps,
        _mm512_mul_ps,
        |a, b, c| _mm512_fmadd_ps(a, b, c),
        |test, yes, no| _mm512_mask_blend_ps(
            _mm512_cmp_ps_mask::<_CMP_GT_OQ>(test, _mm512_setzero_ps()),
            no,
            yes
        )
    );
    vector!(
        F32x8,
        __m256,
        8,
        6,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_set1_ps,
        _mm256_add_ps,
        _mm256_sub_ps,
        _mm256_mul_ps,
        |a, b, c| _mm256_fmadd_ps(a, b, c),
        |test, yes, no| _mm256_blendv_ps(
            no,
            yes,
            _mm256_cmp_ps::<_CMP_GT_OQ>(test, _mm256_setzero_ps())
        )
    );
    vector!(
        F32x4,
        __m128,
        4,
        6,
        _mm_loadu_ps,
        _mm_storeu_ps,
        _mm_set1_ps,
        _mm_add_ps,
        _mm_sub_ps,
        _mm_mul_ps,
        |a, b, c| _mm_add_ps(_mm_mul_ps(a, b), c),
        |test, yes, no| {
            let mask = _mm_cmpgt_ps(test, _mm_setzero_ps());
            _mm_or_ps(_mm_and_ps(mask, yes), _mm_andnot_ps(mask, no))
        }
    );
}

#[cfg(target_arch = "aarch64")]
mod units {
    use super::*;
    use std::arch::aarch64::*;

    vector!(
        F32x4,
        float32x4_t,
        4,
        8,
        vld1q_f32,
        vst1q_f32,
        vdupq_n_f32,
        vaddq_f32,
        vsubq_f32,
        vmulq_f32,
        |a, b, c| vfmaq_f32(c, a, b),
        |test, yes, no| vbslq_f32(vcgtq_f32(test, vdupq_n_f32(0.0)), yes, no)
    );
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod units {
    use super::*;
    use std::array::from_fn;

    type Lanes = [f32; 4];

    unsafe fn load(from: *const f32) -> Lanes {
        // SAFETY: the caller vouches for four floats; arrays of floats need no more alignment than one float.
        unsafe { *from.cast() }
    }
    unsafe fn store(to: *mut f32, lanes: Lanes) {
        // SAFETY: the caller vouches for four floats.
        unsafe { *to.cast() = lanes }
    }
    unsafe fn splat(value: f32) -> Lanes {
        [value; 4]
    }
    unsafe fn add(a: Lanes, b: Lanes) -> Lanes {
        from_fn(|i| a[i] + b[i])
    }
    unsafe fn sub(a: Lanes, b: Lanes) -> Lanes {
        from_fn(|i| a[i] - b[i])
    }
    unsafe fn mul(a: Lanes, b: Lanes) -> Lanes {
        from_fn(|i| a[i] * b[i])
    }

    vector!(
        F32x4,
        Lanes,
        4,
        4,
        load,
        store,
        splat,
        add,
        sub,
        mul,
        |a, b, c| add(mul(a, b), c),
        |test, yes, no| from_fn(|i| if test[i] > 0.0 { yes[i] } else { no[i] })
    );
}

pub use units::*;

/// The vector units this code knows, best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// What every processor of the architecture has: SSE2, NEON, or none.
    Baseline,
    Avx2,
    Avx512,
}

/// The best unit that this processor has. `MORPHOGAN_SIMD=baseline|avx2|avx512` holds it below that, for tests and for
/// finding out whether a fault is the fast code's.
pub fn unit() -> Unit {
    static UNIT: OnceLock<Unit> = OnceLock::new();
    *UNIT.get_or_init(|| {
        let most = match std::env::var("MORPHOGAN_SIMD").as_deref() {
            Ok("baseline") => Unit::Baseline,
            Ok("avx2") => Unit::Avx2,
            _ => Unit::Avx512,
        };
        detect().min(most)
    })
}

#[cfg(target_arch = "x86_64")]
fn detect() -> Unit {
    if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
    {
        Unit::Avx512
    } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        Unit::Avx2
    } else {
        Unit::Baseline
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn detect() -> Unit {
    Unit::Baseline
}

/// Columns of a panel of the matrix product: two registers of the unit in use.
pub fn panel_width() -> usize {
    2 * match unit() {
        Unit::Avx512 => 16,
        Unit::Avx2 => 8,
        Unit::Baseline => 4,
    }
}

/// `versioned! { fn name<V>(arguments) { body } }` defines `fn name(arguments)` whose body is compiled once for each vector
/// unit, with `V` standing for that unit's [`Vector`], and which runs the version for [`unit()`]. Plain loops in the body
/// are vectorised for the unit too. Functions that the body calls must be `#[inline(always)]` to be part of it.
macro_rules! versioned {
    ($(#[$meta:meta])* $vis:vis unsafe fn $($rest:tt)*) => {
        versioned! { @make [$(#[$meta])*] [$vis] [unsafe] $($rest)* }
    };
    ($(#[$meta:meta])* $vis:vis fn $($rest:tt)*) => {
        versioned! { @make [$(#[$meta])*] [$vis] [] $($rest)* }
    };
    (@make [$($meta:tt)*] [$vis:vis] [$($unsafe:tt)?] $name:ident<$v:ident>($($arg:ident: $ty:ty),* $(,)?)
     $(-> $ret:ty)? $body:block) => {
        $($meta)*
        #[allow(unused_unsafe)]
        $vis $($unsafe)? fn $name($($arg: $ty),*) $(-> $ret)? {
            #[inline(always)]
            $($unsafe)? fn version<$v: $crate::cpu::simd::Vector>($($arg: $ty),*) $(-> $ret)? $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx2,fma")]
                $($unsafe)? fn avx512($($arg: $ty),*) $(-> $ret)? {
                    // SAFETY: handed on from the caller.
                    unsafe { version::<$crate::cpu::simd::F32x16>($($arg),*) }
                }
                #[target_feature(enable = "avx2,fma")]
                $($unsafe)? fn avx2($($arg: $ty),*) $(-> $ret)? {
                    // SAFETY: handed on from the caller.
                    unsafe { version::<$crate::cpu::simd::F32x8>($($arg),*) }
                }
                match $crate::cpu::simd::unit() {
                    // SAFETY: the processor was found to have the features; the rest is the caller's.
                    $crate::cpu::simd::Unit::Avx512 => return unsafe { avx512($($arg),*) },
                    // SAFETY: as above.
                    $crate::cpu::simd::Unit::Avx2 => return unsafe { avx2($($arg),*) },
                    $crate::cpu::simd::Unit::Baseline => {}
                }
            }
            // SAFETY: every processor of the architecture has this unit; the rest is the caller's.
            unsafe { version::<$crate::cpu::simd::F32x4>($($arg),*) }
        }
    };
}
pub(super) use versioned;
