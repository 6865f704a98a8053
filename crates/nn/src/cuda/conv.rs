//! The three kernels on CUDA devices.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{LazyLock, Mutex, PoisonError};

use candle_core::cuda_backend::cudarc::driver::{CudaSlice, DevicePtrMut};
use candle_core::cuda_backend::{CudaDevice, DeviceId};
use candle_core::{DType, Shape, Tensor};

use half::bf16;

use super::super::Result;
use super::super::shape::ConvShape;
use super::cudnn::{Handle, Operation, Places, Plan, What};
use super::memory::with_addresses;

/// What is kept for one device: cuDNN, a plan for each kernel and shape met so far (`None`: cuDNN has none), and
/// scratch memory for all of them, which one stream uses one after the other.
struct Engine {
    handle: Handle,
    plans: HashMap<What, Option<Plan>>,
    scratch: Option<CudaSlice<u8>>,
}

/// Bytes that a GPU reads at once where they lie at a multiple of as many.
const WORD: u64 = 16;

/// Not by thread: a network is trained on one, drawn from on another, and a pool's threads come and go.
static ENGINES: LazyLock<Mutex<HashMap<DeviceId, Engine>>> = LazyLock::new(Mutex::default);

/// `wide` [b, 2h, 2w, ci], `weight` [co, 4, 4, ci] → [b, h, w, co].
pub fn down(wide: &Tensor, weight: &Tensor, shape: &ConvShape) -> Result<Tensor> {
    let output = Shape::from((shape.batch, shape.h, shape.w, shape.co));
    let counts = [shape.x_len(), shape.w_len()];
    run(Operation::Down, [wide, weight], counts, output, shape)
}

/// `deep` [b, h, w, co], `weight` [co, 4, 4, ci] → [b, 2h, 2w, ci].
pub fn up(deep: &Tensor, weight: &Tensor, shape: &ConvShape) -> Result<Tensor> {
    let (high, across) = shape.wide();
    let output = Shape::from((shape.batch, high, across, shape.ci));
    let counts = [shape.y_len(), shape.w_len()];
    run(Operation::Up, [deep, weight], counts, output, shape)
}

/// `wide` [b, 2h, 2w, ci], `deep` [b, h, w, co] → [co, 4, 4, ci].
pub fn weight_grad(wide: &Tensor, deep: &Tensor, shape: &ConvShape) -> Result<Tensor> {
    let output = Shape::from((shape.co, 4, 4, shape.ci));
    let counts = [shape.x_len(), shape.y_len()];
    run(Operation::WeightGrad, [wide, deep], counts, output, shape)
}

fn run(
    operation: Operation,
    inputs: [&Tensor; 2],
    counts: [usize; 2],
    output: Shape,
    shape: &ConvShape,
) -> Result<Tensor> {
    if inputs.map(Tensor::elem_count) != counts {
        candle_core::bail!("tensors that do not fit {shape:?}");
    }
    let device = inputs[0].device().as_cuda_device()?;
    let dtype = inputs[0].dtype();
    let launch = |[a, b]: [u64; 2], [to]: [u64; 1]| {
        let (wide, deep, weight) = match operation {
            Operation::Down => (a, to, b),
            Operation::Up => (to, a, b),
            Operation::WeightGrad => (a, b, to),
        };
        // A thread that panicked left at worst a launch out.
        let mut engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
        let engine = match engines.entry(device.id()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Engine::new(device)?),
        };
        let aligned = [wide, deep, weight]
            .iter()
            .all(|at| at.is_multiple_of(WORD));
        let alignment = if aligned {
            WORD
        } else {
            dtype.size_in_bytes() as u64
        };
        let what = (operation, *shape, dtype, alignment as i64);
        engine.launch(device, what, [wide, deep, weight])
    };
    let [made] = match dtype {
        DType::BF16 => with_addresses::<bf16, _, _>(device, inputs, [&output], launch)?,
        _ => with_addresses::<f32, _, _>(device, inputs, [&output], launch)?,
    };
    Ok(made)
}

impl Engine {
    fn new(device: &CudaDevice) -> Result<Self> {
        Ok(Self {
            handle: Handle::new(device.cuda_stream().cu_stream().cast())?,
            plans: HashMap::new(),
            scratch: None,
        })
    }

    fn launch(
        &mut self,
        device: &CudaDevice,
        what: What,
        [wide, deep, weight]: [u64; 3],
    ) -> Result<()> {
        let plan = match self.plans.entry(what) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Plan::new(&mut self.handle, what).ok()),
        };
        let Some(plan) = plan else {
            candle_core::bail!("cuDNN cannot compute {what:?}");
        };
        if plan.scratch > self.scratch.as_ref().map_or(0, CudaSlice::len) {
            // The stream frees the old one after what still uses it.
            self.scratch = None;
            // SAFETY: scratch memory need not hold anything.
            self.scratch = Some(unsafe { device.alloc(plan.scratch) }?);
        }
        let stream = device.cuda_stream();
        let (scratch, _guard) = match &mut self.scratch {
            Some(slice) => {
                let (address, guard) = slice.device_ptr_mut(&stream);
                (address, Some(guard))
            }
            None => (0, None),
        };
        let places = Places {
            wide,
            deep,
            weight,
            scratch,
        };
        // SAFETY: `run` compared the inputs' lengths with the shape and made the output from it, all on this device,
        // and the scratch memory was just made large enough.
        unsafe { plan.launch(&mut self.handle, places) }
    }
}
