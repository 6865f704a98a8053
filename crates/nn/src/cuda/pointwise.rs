//! What follows the convolutions, and Adam: our own kernels (`kernels.cu`).

use std::sync::OnceLock;

use candle_core::cuda_backend::CudaDevice;
use candle_core::cuda_backend::cudarc::driver::{LaunchConfig, PushKernelArg};
use candle_core::cuda_backend::cudarc::nvrtc;
use candle_core::{D, Shape, Tensor};

use super::super::Result;
use super::super::backend::Running;
use super::super::types::{Activation, BatchNorm, Normalised, Update};
use super::memory::{Address, with_addresses};

const SOURCE: &str = include_str!("kernels.cu");
/// candle keeps the loaded kernels under this name.
const MODULE: &str = "morphogan";

/// Threads of a block of an elementwise kernel.
const THREADS: usize = 256;
/// Blocks of an elementwise kernel at most; each thread then takes several numbers.
const BLOCKS: usize = 1 << 16;
/// `LANES` and `DEPTH` of the source.
const LANES: usize = 32;
const DEPTH: usize = 8;
/// A sum over rows is split into this many parts at most,
const MOST_CHUNKS: usize = 128;
/// each of this many rows at least.
const LEAST_ROWS: usize = 32;

/// Compiled by NVRTC for the oldest GPU that it knows: the driver makes it fit the one at hand.
fn compiled() -> Result<&'static str> {
    static PTX: OnceLock<std::result::Result<String, String>> = OnceLock::new();
    let compile = || {
        let ptx = nvrtc::compile_ptx(SOURCE).map_err(|error| error.to_string())?;
        Ok(ptx.to_src())
    };
    match PTX.get_or_init(compile) {
        Ok(ptx) => Ok(ptx),
        Err(error) => candle_core::bail!("NVRTC: {error}"),
    }
}

/// A kernel and how many blocks of how many threads run it.
struct Launch<'a> {
    device: &'a CudaDevice,
    name: &'static str,
    grid: (usize, usize),
    block: (usize, usize),
}

impl<'a> Launch<'a> {
    /// One thread for each of `count` numbers, or for several.
    fn elementwise(device: &'a CudaDevice, name: &'static str, count: usize) -> Self {
        Self {
            device,
            name,
            grid: (count.div_ceil(THREADS).min(BLOCKS), 1),
            block: (THREADS, 1),
        }
    }

    /// A column of blocks for each [`LANES`] channels.
    fn columns(
        device: &'a CudaDevice,
        name: &'static str,
        (channels, chunks): (usize, usize),
    ) -> Self {
        Self {
            device,
            name,
            grid: (channels.div_ceil(LANES), chunks),
            block: (LANES, DEPTH),
        }
    }

    /// Queues it with arguments in the order that all kernels have.
    ///
    /// # Safety
    /// The arguments must be those of the kernel, and its memory as large as its counts say.
    unsafe fn run(
        &self,
        (inputs, outputs): (&[Address], &[Address]),
        counts: &[usize],
        numbers: &[f64],
    ) -> Result<()> {
        // Below 2³¹: the kernels count on it.
        let small = |&count: &usize| match i32::try_from(count) {
            Ok(_) => Ok(count as u32),
            Err(error) => Err(candle_core::Error::wrap(error)),
        };
        let counts: Vec<u32> = counts.iter().map(small).collect::<Result<_>>()?;
        let numbers: Vec<f32> = numbers.iter().map(|&number| number as f32).collect();
        let kernel = self
            .device
            .get_or_load_custom_func(self.name, MODULE, compiled()?)?;
        let mut launch = kernel.builder();
        for address in inputs.iter().chain(outputs) {
            launch.arg(address);
        }
        for count in &counts {
            launch.arg(count);
        }
        for number in &numbers {
            launch.arg(number);
        }
        let pair = |(x, y): (usize, usize)| (x as u32, y as u32, 1);
        let config = LaunchConfig {
            grid_dim: pair(self.grid),
            block_dim: pair(self.block),
            shared_mem_bytes: 0,
        };
        // SAFETY: as the caller promised.
        unsafe { launch.launch(config) }?;
        Ok(())
    }
}

/// See [`Activation::forward`].
pub fn activate(x: &Tensor, activation: Activation) -> Result<Tensor> {
    let (device, count) = (x.device().as_cuda_device()?, x.elem_count());
    let [y] = with_addresses::<f32, _, _>(device, [x], [x.shape()], |from, to| {
        let slope = activation.slope();
        let (name, numbers) = match &slope {
            Some(slope) => ("act_forward", std::slice::from_ref(slope)),
            None => ("tanh_forward", &[][..]),
        };
        let launch = Launch::elementwise(device, name, count);
        // SAFETY: x, y; n; slope or nothing. Both have n numbers.
        unsafe { launch.run((&from, &to), &[count], numbers) }
    })?;
    Ok(y)
}

/// See [`Activation::backward`].
pub fn activate_backward(y: &Tensor, grad: &Tensor, activation: Activation) -> Result<Tensor> {
    let (device, count) = (y.device().as_cuda_device()?, y.elem_count());
    same_count(y, grad)?;
    let [of_x] = with_addresses::<f32, _, _>(device, [y, grad], [y.shape()], |from, to| {
        let slope = activation.slope();
        let (name, numbers) = match &slope {
            Some(slope) => ("act_backward", std::slice::from_ref(slope)),
            None => ("tanh_backward", &[][..]),
        };
        let launch = Launch::elementwise(device, name, count);
        // SAFETY: y, grad, of_x; n; slope or nothing. All have n numbers.
        unsafe { launch.run((&from, &to), &[count], numbers) }
    })?;
    Ok(of_x)
}

/// Rows and channels, and how sums over the rows are split.
#[derive(Clone, Copy)]
struct Split {
    rows: usize,
    channels: usize,
    chunk_rows: usize,
    chunks: usize,
}

impl Split {
    /// Of `x` [.., c], with every tensor of `of_channels` being `[c]`.
    fn of<const N: usize>(x: &Tensor, of_channels: [&Tensor; N]) -> Result<Self> {
        let channels = x.dim(D::Minus1)?;
        if of_channels.iter().any(|t| t.elem_count() != channels) || x.elem_count() == 0 {
            candle_core::bail!("batch norm of other than {channels} channels, or of nothing");
        }
        let rows = x.elem_count() / channels;
        let chunk_rows = rows.div_ceil(MOST_CHUNKS).max(LEAST_ROWS);
        Ok(Self {
            rows,
            channels,
            chunk_rows,
            chunks: rows.div_ceil(chunk_rows),
        })
    }

    fn count(self) -> usize {
        self.rows * self.channels
    }

    /// [c]
    fn of_channels(self) -> Shape {
        Shape::from(self.channels)
    }

    /// [chunks, c]
    fn of_chunks(self) -> Shape {
        Shape::from((self.chunks, self.channels))
    }
}

/// See [`BatchNorm::forward`]; `x` [.., c].
pub fn batch_norm(
    norm: &BatchNorm,
    x: &Tensor,
    slope: f64,
    momentum: f64,
) -> Result<(Normalised, Running)> {
    let device = x.device().as_cuda_device()?;
    let learnt = [&norm.gain, &norm.shift];
    let running = [&norm.running_mean, &norm.running_var];
    let split = Split::of(x, [learnt[0], learnt[1], running[0], running[1]])?;
    let (c, of_chunks, of_channels) = (split.channels, split.of_chunks(), split.of_channels());
    let sizes = [split.rows, c, split.chunk_rows, split.chunks];

    let [means, m2s] = with_addresses::<f32, _, _>(device, [x], [&of_chunks; 2], |from, to| {
        let launch = Launch::columns(device, "norm_chunks", (c, split.chunks));
        // SAFETY: x [rows, c], means, m2s [chunks, c]; rows, c, chunk_rows.
        unsafe { launch.run((&from, &to), &sizes[..3], &[]) }
    })?;
    let inputs = [&means, &m2s, running[0], running[1]];
    let [mean, inv_std, new_mean, new_variance] =
        with_addresses::<f32, _, _>(device, inputs, [&of_channels; 4], |from, to| {
            let launch = Launch::columns(device, "norm_moments", (c, 1));
            // SAFETY: means, m2s [chunks, c], all others [c]; rows, c, chunk_rows, chunks; epsilon, momentum.
            unsafe { launch.run((&from, &to), &sizes, &[BatchNorm::EPSILON, momentum]) }
        })?;
    let inputs = [x, &mean, &inv_std, learnt[0], learnt[1]];
    let [output] = with_addresses::<f32, _, _>(device, inputs, [x.shape()], |from, to| {
        let launch = Launch::elementwise(device, "norm_forward", split.count());
        // SAFETY: x, y with n numbers, all others [c]; n, c; slope.
        unsafe { launch.run((&from, &to), &[split.count(), c], &[slope]) }
    })?;
    let normalised = Normalised {
        input: x.clone(),
        mean,
        inv_std,
        output,
    };
    Ok((normalised, (new_mean, new_variance)))
}

/// See [`BatchNorm::infer`]; `x` [.., c] → [.., c].
pub fn batch_norm_infer(norm: &BatchNorm, x: &Tensor, slope: f64) -> Result<Tensor> {
    let device = x.device().as_cuda_device()?;
    let of_channels = [
        &norm.running_mean,
        &norm.running_var,
        &norm.gain,
        &norm.shift,
    ];
    let split = Split::of(x, of_channels)?;
    let [mean, variance, gain, shift] = of_channels;
    let inputs = [x, mean, variance, gain, shift];
    let [output] = with_addresses::<f32, _, _>(device, inputs, [x.shape()], |from, to| {
        let launch = Launch::elementwise(device, "norm_infer", split.count());
        let counts = [split.count(), split.channels];
        // SAFETY: x, y with n numbers, all others [c]; n, c; slope, epsilon.
        unsafe { launch.run((&from, &to), &counts, &[slope, BatchNorm::EPSILON]) }
    })?;
    Ok(output)
}

/// See [`BatchNorm::backward`]: the gradients of input [.., c], gain and shift `[c]`.
pub fn batch_norm_backward(
    norm: &BatchNorm,
    passed: &Normalised,
    grad: &Tensor,
    slope: f64,
) -> Result<(Tensor, Tensor, Tensor)> {
    let x = &passed.input;
    let device = x.device().as_cuda_device()?;
    let (gain, shift) = (&norm.gain, &norm.shift);
    let (mean, inv_std) = (&passed.mean, &passed.inv_std);
    let split = Split::of(x, [mean, inv_std, gain, shift])?;
    same_count(x, grad)?;
    let (c, of_chunks, of_channels) = (split.channels, split.of_chunks(), split.of_channels());

    let inputs = [x, grad, mean, inv_std, gain, shift];
    let [of_gains, of_shifts] =
        with_addresses::<f32, _, _>(device, inputs, [&of_chunks; 2], |from, to| {
            let launch = Launch::columns(device, "norm_backward_chunks", (c, split.chunks));
            let counts = [split.rows, c, split.chunk_rows];
            // SAFETY: x, grad [rows, c], four [c], of_gains, of_shifts [chunks, c]; rows, c, chunk_rows; slope.
            unsafe { launch.run((&from, &to), &counts, &[slope]) }
        })?;
    let inputs = [&of_gains, &of_shifts];
    let [of_gain, of_shift] =
        with_addresses::<f32, _, _>(device, inputs, [&of_channels; 2], |from, to| {
            let launch = Launch::columns(device, "norm_backward_sums", (c, 1));
            // SAFETY: of_gains, of_shifts [chunks, c], of_gain, of_shift [c]; c, chunks.
            unsafe { launch.run((&from, &to), &[c, split.chunks], &[]) }
        })?;
    let inputs = [x, grad, mean, inv_std, gain, shift, &of_gain, &of_shift];
    let [of_x] = with_addresses::<f32, _, _>(device, inputs, [x.shape()], |from, to| {
        let launch = Launch::elementwise(device, "norm_backward", split.count());
        let numbers = [slope, 1.0 / split.rows as f64];
        // SAFETY: x, grad, of_x with n numbers, all others [c]; n, c; slope, one_over_rows.
        unsafe { launch.run((&from, &to), &[split.count(), c], &numbers) }
    })?;
    Ok((of_x, of_gain, of_shift))
}

/// New parameter and moments, each of the shape of the old one.
pub fn adam(
    parameter: &Tensor,
    grad: &Tensor,
    (m, v): (&Tensor, &Tensor),
    update: Update,
) -> Result<[Tensor; 3]> {
    let (device, count) = (parameter.device().as_cuda_device()?, parameter.elem_count());
    for other in [grad, m, v] {
        same_count(parameter, other)?;
    }
    let inputs = [parameter, grad, m, v];
    with_addresses::<f32, _, _>(device, inputs, [parameter.shape(); 3], |from, to| {
        let launch = Launch::elementwise(device, "adam", count);
        let (rate, root) = update.corrected();
        let (beta1, beta2) = (update.beta1, update.beta2);
        let numbers = [
            rate,
            beta1,
            1.0 - beta1,
            beta2,
            1.0 - beta2,
            1.0 / root,
            update.epsilon,
        ];
        // SAFETY: p, grad, m, v, new_p, new_m, new_v, all with n numbers; n; numbers in the kernel's order.
        unsafe { launch.run((&from, &to), &[count], &numbers) }
    })
}

fn same_count(a: &Tensor, b: &Tensor) -> Result<()> {
    if a.elem_count() != b.elem_count() {
        candle_core::bail!("{:?} meets {:?}", a.shape(), b.shape());
    }
    Ok(())
}
