//! cuDNN's convolutions on NHWC pictures and KRSC weights, through its graph API: what is to be computed, the choice of an
//! engine, launches.
//!
//! Not through `cudnnConvolutionForward` and its like: each call of those takes 50 µs of the processor, and in this layout
//! they have only slow kernels for bfloat16 (seen on an H200 with cuDNN 9).

use candle_core::DType;
use candle_core::cuda_backend::cudarc::cudnn::{result, sys};

use super::super::Result;
use super::super::shape::ConvShape;
use super::descriptor::{BehaviourNote, Descriptor, Kind, Name, NumericalNote};
use super::memory::Address;

/// Of all sums, whatever is summed.
const FLOAT: sys::cudnnDataType_t = sys::cudnnDataType_t::CUDNN_DATA_FLOAT;

/// An engine that wants more scratch memory than this is not taken.
const MOST_SCRATCH: i64 = 1 << 30;
/// Proposals that are looked at.
const PROPOSALS: usize = 32;
/// More notes than an engine has.
const NOTES: usize = 16;

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

/// One kernel for one shape, kind of number, and alignment of all addresses in bytes.
pub type What = (Operation, ConvShape, DType, i64);

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

/// What the tensors of an operation are called.
const WIDE: i64 = 1;
const DEEP: i64 = 2;
const WEIGHT: i64 = 3;

/// Numbers [n, h, w, c], which cuDNN counts as n, c, h, w wherever they lie.
fn tensor(
    id: i64,
    [n, h, w, c]: [usize; 4],
    data: sys::cudnnDataType_t,
    alignment: i64,
) -> Result<Descriptor> {
    let [n, h, w, c] = [n, h, w, c].map(|size| size as i64);
    let tensor = Descriptor::new(Kind::CUDNN_BACKEND_TENSOR_DESCRIPTOR)?;
    tensor.set(Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, &[id])?;
    tensor.set(Name::CUDNN_ATTR_TENSOR_DATA_TYPE, &[data])?;
    tensor.set(Name::CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, &[alignment])?;
    tensor.set(Name::CUDNN_ATTR_TENSOR_DIMENSIONS, &[n, c, h, w])?;
    let strides = [h * w * c, 1, w * c, c];
    tensor.set(Name::CUDNN_ATTR_TENSOR_STRIDES, &strides)?;
    tensor.finalised()
}

/// Stride, padding and arithmetic.
fn convolution(shape: &ConvShape) -> Result<Descriptor> {
    let convolution = Descriptor::new(Kind::CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR)?;
    let mode = sys::cudnnConvolutionMode_t::CUDNN_CROSS_CORRELATION;
    let stride = [shape.geometry.stride() as i64; 2];
    let padding = [shape.geometry.padding() as i64; 2];
    convolution.set(Name::CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, &[2i64])?;
    convolution.set(Name::CUDNN_ATTR_CONVOLUTION_COMP_TYPE, &[FLOAT])?;
    convolution.set(Name::CUDNN_ATTR_CONVOLUTION_CONV_MODE, &[mode])?;
    convolution.set(Name::CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, &padding)?;
    convolution.set(Name::CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, &padding)?;
    convolution.set(Name::CUDNN_ATTR_CONVOLUTION_DILATIONS, &[1i64; 2])?;
    convolution.set(Name::CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, &stride)?;
    convolution.finalised()
}

/// Names that the three operations have for the same things: the descriptor, wide and deep side, weight, convolution, and the
/// factors of the result and of what was there.
fn names(operation: Operation) -> (Kind, [Name; 4], [Name; 2]) {
    match operation {
        Operation::Down => (
            Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
            [
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
            ],
            [
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA,
            ],
        ),
        Operation::Up => (
            Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
            [
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
            ],
            [
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA,
            ],
        ),
        Operation::WeightGrad => (
            Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
            [
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
            ],
            [
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
                Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA,
            ],
        ),
    }
}

/// A graph of the one operation, and all that it refers to.
fn graph(handle: &Handle, what: What) -> Result<(Descriptor, Vec<Descriptor>)> {
    let (operation, shape, dtype, alignment) = what;
    let data = match dtype {
        DType::F32 => FLOAT,
        DType::BF16 => sys::cudnnDataType_t::CUDNN_DATA_BFLOAT16,
        other => candle_core::bail!("no convolution of {other:?}"),
    };
    let (high, across) = shape.wide();
    let wide = [shape.batch, high, across, shape.ci];
    let deep = [shape.batch, shape.h, shape.w, shape.co];
    let weight = [shape.co, 4, 4, shape.ci];
    let mut parts = Vec::with_capacity(5);
    for (id, sizes) in [(WIDE, wide), (DEEP, deep), (WEIGHT, weight)] {
        parts.push(tensor(id, sizes, data, alignment)?);
    }
    parts.push(convolution(&shape)?);
    let (kind, names, [of_result, of_old]) = names(operation);
    let node = Descriptor::new(kind)?;
    for (name, part) in names.into_iter().zip(&parts) {
        node.set(name, &[part.refer()])?;
    }
    node.set(of_result, &[1.0f32])?;
    node.set(of_old, &[0.0f32])?;
    let node = node.finalised()?;
    let graph = Descriptor::new(Kind::CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR)?;
    graph.set(Name::CUDNN_ATTR_OPERATIONGRAPH_HANDLE, &[handle.0])?;
    graph.set(Name::CUDNN_ATTR_OPERATIONGRAPH_OPS, &[node.refer()])?;
    parts.push(node);
    Ok((graph.finalised()?, parts))
}

/// cuDNN's proposals for `graph`, best first.
fn proposals(graph: &Descriptor, mode: sys::cudnnBackendHeurMode_t) -> Result<Vec<Descriptor>> {
    let heuristics = Descriptor::new(Kind::CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR)?;
    let of_graph = Name::CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH;
    heuristics.set(of_graph, &[graph.refer()])?;
    heuristics.set(Name::CUDNN_ATTR_ENGINEHEUR_MODE, &[mode])?;
    let heuristics = heuristics.finalised()?;
    let kind = Kind::CUDNN_BACKEND_ENGINECFG_DESCRIPTOR;
    let room = (0..PROPOSALS).map(|_| Descriptor::new(kind));
    let mut room: Vec<Descriptor> = room.collect::<Result<_>>()?;
    let mut references: Vec<_> = room.iter().map(Descriptor::refer).collect();
    let count = heuristics.get(Name::CUDNN_ATTR_ENGINEHEUR_RESULTS, &mut references)?;
    room.truncate(count);
    Ok(room)
}

/// Whether an engine repeats its bits, keeps to the range and the sums of f32, and is ready without a compiler.
fn is_good(proposal: &Descriptor) -> Result<bool> {
    use sys::cudnnBackendBehaviorNote_t::CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION as COMPILES;
    use sys::cudnnBackendNumericalNote_t as Note;

    let engine = Descriptor::new(Kind::CUDNN_BACKEND_ENGINE_DESCRIPTOR)?;
    let of_engine = Name::CUDNN_ATTR_ENGINECFG_ENGINE;
    proposal.get(of_engine, &mut [engine.refer()])?;
    let bad = [
        Note::CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC,
        Note::CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS,
        Note::CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION,
    ];
    let bad = bad.map(|note| NumericalNote(note as u32));
    let mut notes = [NumericalNote(u32::MAX); NOTES];
    engine.get(Name::CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, &mut notes)?;
    let exact = !notes.iter().any(|note| bad.contains(note));
    let mut notes = [BehaviourNote(u32::MAX); NOTES];
    engine.get(Name::CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE, &mut notes)?;
    Ok(exact && !notes.contains(&BehaviourNote(COMPILES as u32)))
}

/// One of the kernels for one shape, ready to be launched.
pub struct Plan {
    plan: Descriptor,
    /// Bytes of scratch memory that a launch needs.
    pub scratch: usize,
    /// What the plan was made of.
    _parts: Vec<Descriptor>,
}

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

impl Plan {
    /// Asks cuDNN's heuristics, not a race between the engines: a race is decided by chance, and a run that goes on
    /// tomorrow must come out as if it had never stopped.
    ///
    /// # Errors
    /// cuDNN's; where it has no engine that will do.
    pub fn new(handle: &mut Handle, what: What) -> Result<Self> {
        use sys::cudnnBackendHeurMode_t as Mode;

        let (graph, mut parts) = graph(handle, what)?;
        for mode in [Mode::CUDNN_HEUR_MODE_A, Mode::CUDNN_HEUR_MODE_FALLBACK] {
            for proposal in proposals(&graph, mode).unwrap_or_default() {
                if !is_good(&proposal).unwrap_or(false) {
                    continue;
                }
                // Not every proposal works.
                let Ok((plan, scratch)) = finished(handle, &proposal) else {
                    continue;
                };
                if (0..=MOST_SCRATCH).contains(&scratch) {
                    parts.extend([graph, proposal]);
                    return Ok(Self {
                        plan,
                        scratch: scratch as usize,
                        _parts: parts,
                    });
                }
            }
        }
        candle_core::bail!("cuDNN has no repeatable engine for {what:?}")
    }

    /// Queues it.
    ///
    /// # Safety
    /// The places must be in the memory of the handle's device, aligned as the plan says and large enough for its shape.
    pub unsafe fn launch(&self, handle: &mut Handle, places: Places) -> Result<()> {
        let pack = Descriptor::new(Kind::CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR)?;
        let ids = [WIDE, DEEP, WEIGHT];
        let pointers = [places.wide, places.deep, places.weight];
        pack.set(Name::CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, &ids)?;
        pack.set(Name::CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, &pointers)?;
        pack.set(Name::CUDNN_ATTR_VARIANT_PACK_WORKSPACE, &[places.scratch])?;
        let pack = pack.finalised()?;
        // SAFETY: handle, plan and pack are alive, the places are as the caller promised.
        unsafe { sys::cudnnBackendExecute(handle.0, self.plan.raw(), pack.raw()) }.result()?;
        Ok(())
    }
}

/// The plan of a proposal and the bytes of scratch memory that it needs.
fn finished(handle: &Handle, proposal: &Descriptor) -> Result<(Descriptor, i64)> {
    let plan = Descriptor::new(Kind::CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR)?;
    plan.set(Name::CUDNN_ATTR_EXECUTION_PLAN_HANDLE, &[handle.0])?;
    let of_config = Name::CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG;
    plan.set(of_config, &[proposal.refer()])?;
    let plan = plan.finalised()?;
    let mut scratch = [0i64];
    plan.get(Name::CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, &mut scratch)?;
    Ok((plan, scratch[0]))
}
