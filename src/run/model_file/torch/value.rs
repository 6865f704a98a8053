//! What a pickle can hold here: plain containers, numbers, texts and tensors.

use safetensors::tensor::Dtype;

/// A value by its place among all of a pickle's; containers are filled after others point to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id(pub(super) u32);

#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// Nothing that a network is made of: `None`, floats, settings.
    Other,
    Int(i64),
    Text(&'a str),
    /// Of a tuple, list or set.
    Items(Vec<Id>),
    Pairs(Vec<(Id, Id)>),
    Class(Class),
    Storage(Storage<'a>),
    Tensor(Box<Tensor<'a>>),
}

/// Numbers of one type under a key of the file.
#[derive(Clone, Copy, Debug)]
pub struct Storage<'a> {
    pub key: &'a str,
    pub dtype: Dtype,
    pub count: usize,
}

#[derive(Clone, Debug)]
pub struct Tensor<'a> {
    pub storage: Storage<'a>,
    pub offset: usize,
    pub shape: Vec<usize>,
    pub strides: Vec<usize>,
}

/// What a pickle may name of Python. None of it is Python's: each is what this program makes of the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Storage(Dtype),
    Tensor,
    Parameter,
    Dict,
    /// Harmless and no part of a network: what is made of it is [`Value::Other`].
    Other,
}

impl Class {
    /// `None` for all that is not known to be harmless.
    pub fn named(module: &str, name: &str) -> Option<Self> {
        Some(match (module, name) {
            ("torch._utils", "_rebuild_tensor_v2" | "_rebuild_tensor") => Self::Tensor,
            ("torch._utils", "_rebuild_parameter") => Self::Parameter,
            ("collections", "OrderedDict" | "defaultdict") => Self::Dict,
            ("builtins" | "__builtin__", "dict") => Self::Dict,
            ("torch", name) => return Self::of_torch(name),
            ("argparse", "Namespace")
            | ("builtins" | "__builtin__", "set" | "frozenset" | "slice")
            | ("numpy", "dtype" | "ndarray")
            | ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar" | "_reconstruct")
            | ("_codecs", "encode") => Self::Other,
            _ => return None,
        })
    }

    fn of_torch(name: &str) -> Option<Self> {
        Some(match name {
            "FloatStorage" => Self::Storage(Dtype::F32),
            "HalfStorage" => Self::Storage(Dtype::F16),
            "BFloat16Storage" => Self::Storage(Dtype::BF16),
            "DoubleStorage" => Self::Storage(Dtype::F64),
            "LongStorage" => Self::Storage(Dtype::I64),
            "IntStorage" => Self::Storage(Dtype::I32),
            "ShortStorage" => Self::Storage(Dtype::I16),
            "CharStorage" => Self::Storage(Dtype::I8),
            "ByteStorage" => Self::Storage(Dtype::U8),
            "BoolStorage" => Self::Storage(Dtype::BOOL),
            "Size" | "device" | "float32" | "float16" | "bfloat16" | "float64" | "int64" => {
                Self::Other
            }
            _ => return None,
        })
    }
}
