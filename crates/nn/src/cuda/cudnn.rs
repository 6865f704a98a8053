//! cuDNN's convolutions on NHWC pictures and KRSC weights: descriptors, the choice of an algorithm, launches.
//!
//! cudarc's safe layer picks an algorithm without asking for a repeatable one and panics where there is none; hence
//! its thin `result` layer.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;

use candle_core::DType;
use candle_core::cuda_backend::cudarc::cudnn::{result, sys};

use super::super::Result;
use super::super::shape::ConvShape;
use super::memory::Address;

/// Of all sums, whatever is summed.
const FLOAT: sys::cudnnDataType_t = sys::cudnnDataType_t::CUDNN_DATA_FLOAT;
const NHWC: sys::cudnnTensorFormat_t = sys::cudnnTensorFormat_t::CUDNN_TENSOR_NHWC;

/// An algorithm that wants more scratch memory than this is not taken.
const MOST_SCRATCH: usize = 1 << 30;
/// More algorithms than cuDNN has of any kind.
const ALGORITHMS: usize = 16;

/// Which of the three kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Forward.
    Down,
    /// Backward data.
    Up,
    /// Backward filter.
    WeightGrad,
}

/// cuDNN on one stream.
pub struct Handle(sys::cudnnHandle_t);

// SAFETY: cuDNN lets a handle be used by any thread, one at a time; `&mut self` sees to that.
unsafe impl Send for Handle {}

impl Handle {
    /// cuDNN on `stream`, whose context is current.
    pub fn new(stream: sys::cudaStream_t) -> Result<Self> {
        let handle = Self(result::create_handle()?);
        // SAFETY: both were just made or are held by the caller's device.
        unsafe { result::set_stream(handle.0, stream) }?;
        Ok(handle)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: nothing else destroys it. A failure at the end has no consequence.
        let _ = unsafe { result::destroy_handle(self.0) };
    }
}

/// Pictures [n, h, w, c].
struct Pictures(sys::cudnnTensorDescriptor_t);

impl Pictures {
    fn new([n, h, w, c]: [usize; 4], data: sys::cudnnDataType_t) -> Result<Self> {
        let pictures = Self(result::create_tensor_descriptor()?);
        // cuDNN names the sizes in this order whatever the layout is.
        let sizes = [int(n)?, int(c)?, int(h)?, int(w)?];
        // SAFETY: the descriptor was just made.
        unsafe { result::set_tensor4d_descriptor(pictures.0, NHWC, data, sizes) }?;
        Ok(pictures)
    }
}

impl Drop for Pictures {
    fn drop(&mut self) {
        // SAFETY: nothing else destroys it.
        let _ = unsafe { result::destroy_tensor_descriptor(self.0) };
    }
}

/// Weights [co, 4, 4, ci].
struct Weights(sys::cudnnFilterDescriptor_t);

impl Weights {
    fn new(co: usize, ci: usize, data: sys::cudnnDataType_t) -> Result<Self> {
        let weights = Self(result::create_filter_descriptor()?);
        let sizes = [int(co)?, int(ci)?, 4, 4];
        // SAFETY: the descriptor was just made.
        unsafe { result::set_filter4d_descriptor(weights.0, data, NHWC, sizes) }?;
        Ok(weights)
    }
}

impl Drop for Weights {
    fn drop(&mut self) {
        // SAFETY: nothing else destroys it.
        let _ = unsafe { result::destroy_filter_descriptor(self.0) };
    }
}

/// Stride, padding and arithmetic.
struct Convolution(sys::cudnnConvolutionDescriptor_t);

impl Convolution {
    fn new(stride: usize, padding: usize) -> Result<Self> {
        let convolution = Self(result::create_convolution_descriptor()?);
        let (stride, padding) = (int(stride)?, int(padding)?);
        let mode = sys::cudnnConvolutionMode_t::CUDNN_CROSS_CORRELATION;
        // SAFETY: the descriptor was just made.
        unsafe {
            result::set_convolution2d_descriptor(
                convolution.0,
                padding,
                padding,
                stride,
                stride,
                1,
                1,
                mode,
                FLOAT,
            )
        }?;
        // TF32 where the GPU has it. `…_ALLOW_CONVERSION` would go down to f16 too, whose range gradients leave.
        convolution.set_math(sys::cudnnMathType_t::CUDNN_DEFAULT_MATH)?;
        Ok(convolution)
    }

    fn set_math(&self, math: sys::cudnnMathType_t) -> Result<()> {
        // SAFETY: the descriptor lives as long as self.
        unsafe { result::set_convolution_math_type(self.0, math) }?;
        Ok(())
    }
}

impl Drop for Convolution {
    fn drop(&mut self) {
        // SAFETY: nothing else destroys it.
        let _ = unsafe { result::destroy_convolution_descriptor(self.0) };
    }
}

fn int(size: usize) -> Result<c_int> {
    c_int::try_from(size).map_err(candle_core::Error::wrap)
}

#[derive(Clone, Copy)]
enum Algorithm {
    Down(sys::cudnnConvolutionFwdAlgo_t),
    Up(sys::cudnnConvolutionBwdDataAlgo_t),
    WeightGrad(sys::cudnnConvolutionBwdFilterAlgo_t),
}

/// Room for cuDNN's proposals.
type Proposals<T> = [MaybeUninit<T>; ALGORITHMS];

/// The first of cuDNN's proposals, best first, that works, repeats its bits, keeps to f32's range and is content with
/// the scratch memory. A macro: cuDNN has three types of proposals with the same fields.
macro_rules! first_good {
    ($proposals:expr, $count:expr) => {{
        let count = usize::try_from($count).unwrap_or_default();
        $proposals
            .iter()
            .take(count)
            // SAFETY: cuDNN wrote as many as it counted.
            .map(|proposal| unsafe { proposal.assume_init_ref() })
            .find(|proposal| {
                proposal.status == sys::cudnnStatus_t::CUDNN_STATUS_SUCCESS
                    && proposal.determinism == sys::cudnnDeterminism_t::CUDNN_DETERMINISTIC
                    && proposal.mathType
                        != sys::cudnnMathType_t::CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION
                    && proposal.memory <= MOST_SCRATCH
            })
            .map(|proposal| (proposal.algo, proposal.mathType))
            .ok_or_else(|| candle_core::Error::msg("cuDNN has no repeatable algorithm"))
    }};
}

/// One of the kernels for one shape, ready to be launched.
pub struct Plan {
    wide: Pictures,
    deep: Pictures,
    weight: Weights,
    convolution: Convolution,
    algorithm: Algorithm,
    /// Bytes of scratch memory that a launch needs.
    pub scratch: usize,
}

// SAFETY: descriptors are plain memory that cuDNN only reads after they were set.
unsafe impl Send for Plan {}

/// Where the numbers of a launch are: two inputs and the output, whichever that is.
#[derive(Clone, Copy)]
pub struct Places {
    /// [b, 2h, 2w, ci]
    pub wide: Address,
    /// [b, h, w, co]
    pub deep: Address,
    /// [co, 4, 4, ci]
    pub weight: Address,
    /// At least [`Plan::scratch`] bytes, or nothing where that is none.
    pub scratch: Address,
}

/// An algorithm and the bytes of scratch memory that it needs; sets what arithmetic `convolution` uses.
fn choose(
    operation: Operation,
    handle: &mut Handle,
    (wide, deep, weight): (&Pictures, &Pictures, &Weights),
    convolution: &Convolution,
) -> Result<(Algorithm, usize)> {
    let (h, x, y, w, c) = (handle.0, wide.0, deep.0, weight.0, convolution.0);
    let (asked, mut count) = (ALGORITHMS as c_int, 0);
    // SAFETY: (all blocks of this function) handle and descriptors are alive, and cuDNN writes at most as many
    // proposals as were asked for, which is how many there is room for.
    match operation {
        Operation::Down => {
            let mut all: Proposals<sys::cudnnConvolutionFwdAlgoPerf_t> =
                [MaybeUninit::uninit(); ALGORITHMS];
            let to = all.as_mut_ptr().cast();
            unsafe {
                result::get_convolution_forward_algorithm(h, x, w, c, y, asked, &mut count, to)
            }?;
            let (algorithm, math) = first_good!(all, count)?;
            convolution.set_math(math)?;
            // SAFETY: as above.
            let scratch = unsafe {
                result::get_convolution_forward_workspace_size(h, x, w, c, y, algorithm)
            }?;
            Ok((Algorithm::Down(algorithm), scratch))
        }
        Operation::Up => {
            let mut all: Proposals<sys::cudnnConvolutionBwdDataAlgoPerf_t> =
                [MaybeUninit::uninit(); ALGORITHMS];
            let to = all.as_mut_ptr().cast();
            // SAFETY: as above.
            unsafe {
                result::get_convolution_backward_data_algorithm(
                    h, w, y, c, x, asked, &mut count, to,
                )
            }?;
            let (algorithm, math) = first_good!(all, count)?;
            convolution.set_math(math)?;
            // SAFETY: as above.
            let scratch = unsafe {
                result::get_convolution_backward_data_workspace_size(h, w, y, c, x, algorithm)
            }?;
            Ok((Algorithm::Up(algorithm), scratch))
        }
        Operation::WeightGrad => {
            let mut all: Proposals<sys::cudnnConvolutionBwdFilterAlgoPerf_t> =
                [MaybeUninit::uninit(); ALGORITHMS];
            let to = all.as_mut_ptr().cast();
            // SAFETY: as above.
            unsafe {
                result::get_convolution_backward_filter_algorithm(
                    h, x, y, c, w, asked, &mut count, to,
                )
            }?;
            let (algorithm, math) = first_good!(all, count)?;
            convolution.set_math(math)?;
            // SAFETY: as above.
            let scratch = unsafe {
                result::get_convolution_backward_filter_workspace_size(h, x, y, c, w, algorithm)
            }?;
            Ok((Algorithm::WeightGrad(algorithm), scratch))
        }
    }
}

impl Plan {
    /// Asks cuDNN's heuristics, not a race between the algorithms: a race is decided by chance, and a run that goes on
    /// tomorrow must come out as if it had never stopped.
    ///
    /// # Errors
    /// cuDNN's; where it has no repeatable algorithm.
    pub fn new(
        handle: &mut Handle,
        (operation, shape, dtype): (Operation, ConvShape, DType),
    ) -> Result<Self> {
        let (high, across) = shape.wide();
        let data = match dtype {
            DType::F32 => FLOAT,
            DType::BF16 => sys::cudnnDataType_t::CUDNN_DATA_BFLOAT16,
            other => candle_core::bail!("no convolution of {other:?}"),
        };
        let wide = Pictures::new([shape.batch, high, across, shape.ci], data)?;
        let deep = Pictures::new([shape.batch, shape.h, shape.w, shape.co], data)?;
        let weight = Weights::new(shape.co, shape.ci, data)?;
        let (stride, padding) = (shape.geometry.stride(), shape.geometry.padding());
        let convolution = Convolution::new(stride, padding)?;
        let (algorithm, scratch) =
            choose(operation, handle, (&wide, &deep, &weight), &convolution)?;
        Ok(Self {
            wide,
            deep,
            weight,
            convolution,
            algorithm,
            scratch,
        })
    }

    /// Queues it.
    ///
    /// # Safety
    /// The places must be in the memory of the handle's device and large enough for the plan's shape.
    pub unsafe fn launch(&self, handle: &mut Handle, places: Places) -> Result<()> {
        let (x, y, w, c) = (self.wide.0, self.deep.0, self.weight.0, self.convolution.0);
        let at = |address: Address| address as *mut c_void;
        let (at_x, at_y, at_w) = (at(places.wide), at(places.deep), at(places.weight));
        let (scratch, bytes) = (at(places.scratch), self.scratch);
        // The output is overwritten: 1 · result + 0 · what was there.
        let (one, zero) = (1.0f32, 0.0f32);
        let (one, zero) = ((&raw const one).cast(), (&raw const zero).cast());
        let h = handle.0;
        // SAFETY: handle and descriptors are alive, the places are as the caller promised.
        let launched = unsafe {
            match self.algorithm {
                Algorithm::Down(algorithm) => result::convolution_forward(
                    h, one, x, at_x, w, at_w, c, algorithm, scratch, bytes, zero, y, at_y,
                ),
                Algorithm::Up(algorithm) => result::convolution_backward_data(
                    h, one, w, at_w, y, at_y, c, algorithm, scratch, bytes, zero, x, at_x,
                ),
                Algorithm::WeightGrad(algorithm) => result::convolution_backward_filter(
                    h, one, x, at_x, y, at_y, c, algorithm, scratch, bytes, zero, w, at_w,
                ),
            }
        };
        Ok(launched?)
    }
}
