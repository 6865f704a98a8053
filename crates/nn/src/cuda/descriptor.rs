//! The objects of cuDNN's graph API: made, given attributes, finalised, and from then on only read.

use std::ffi::c_void;
use std::ptr;

use candle_core::cuda_backend::cudarc::cudnn::sys;

use super::super::Result;
use super::memory::Address;

pub use sys::cudnnBackendAttributeName_t as Name;
pub use sys::cudnnBackendDescriptorType_t as Kind;

/// What an attribute may consist of.
///
/// # Safety
/// `TYPE` must be what cuDNN calls the type, bit for bit.
pub unsafe trait Attribute: Copy {
    const TYPE: sys::cudnnBackendAttributeType_t;
}

macro_rules! attribute {
    ($type:ty, $name:ident) => {
        // SAFETY: the header's table of attribute types.
        unsafe impl Attribute for $type {
            const TYPE: sys::cudnnBackendAttributeType_t = sys::cudnnBackendAttributeType_t::$name;
        }
    };
}

attribute!(i64, CUDNN_TYPE_INT64);
attribute!(f32, CUDNN_TYPE_FLOAT);
attribute!(Address, CUDNN_TYPE_VOID_PTR);
attribute!(sys::cudnnHandle_t, CUDNN_TYPE_HANDLE);
attribute!(sys::cudnnDataType_t, CUDNN_TYPE_DATA_TYPE);
attribute!(sys::cudnnConvolutionMode_t, CUDNN_TYPE_CONVOLUTION_MODE);
attribute!(sys::cudnnBackendHeurMode_t, CUDNN_TYPE_HEUR_MODE);
attribute!(NumericalNote, CUDNN_TYPE_NUMERICAL_NOTE);
attribute!(BehaviourNote, CUDNN_TYPE_BEHAVIOR_NOTE);
attribute!(Reference, CUDNN_TYPE_BACKEND_DESCRIPTOR);

/// What cuDNN says of an engine's arithmetic, by number: a later cuDNN may say what this program has no name for.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct NumericalNote(pub u32);

/// And of how it is used.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct BehaviourNote(pub u32);

/// A descriptor that lives elsewhere.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Reference(sys::cudnnBackendDescriptor_t);

/// One of cuDNN's objects.
pub struct Descriptor(sys::cudnnBackendDescriptor_t);

// SAFETY: plain memory that cuDNN only reads once it is finalised, which happens before it is handed on.
unsafe impl Send for Descriptor {}

impl Descriptor {
    pub fn new(kind: Kind) -> Result<Self> {
        let mut made = ptr::null_mut();
        // SAFETY: cuDNN writes the pointer.
        unsafe { sys::cudnnBackendCreateDescriptor(kind, &raw mut made) }.result()?;
        Ok(Self(made))
    }

    pub fn set<T: Attribute>(&self, name: Name, values: &[T]) -> Result<()> {
        let (count, from) = (values.len() as i64, values.as_ptr().cast::<c_void>());
        // SAFETY: the descriptor lives as long as self; cuDNN copies `count` values of this type.
        unsafe { sys::cudnnBackendSetAttribute(self.0, name, T::TYPE, count, from) }.result()?;
        Ok(())
    }

    /// Reads as many values as there are, at most `into` holds; how many those were.
    pub fn get<T: Attribute>(&self, name: Name, into: &mut [T]) -> Result<usize> {
        let (room, mut count) = (into.len() as i64, 0);
        let to = into.as_mut_ptr().cast::<c_void>();
        // SAFETY: as above; cuDNN writes at most `room` values of this type.
        unsafe { sys::cudnnBackendGetAttribute(self.0, name, T::TYPE, room, &raw mut count, to) }
            .result()?;
        Ok(usize::try_from(count).unwrap_or_default().min(into.len()))
    }

    pub fn finalised(self) -> Result<Self> {
        // SAFETY: as above.
        unsafe { sys::cudnnBackendFinalize(self.0) }.result()?;
        Ok(self)
    }

    pub fn refer(&self) -> Reference {
        Reference(self.0)
    }

    pub fn raw(&self) -> sys::cudnnBackendDescriptor_t {
        self.0
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: nothing else destroys it. A failure at the end has no consequence.
        let _ = unsafe { sys::cudnnBackendDestroyDescriptor(self.0) };
    }
}
