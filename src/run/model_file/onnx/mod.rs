//! ONNX, which many other programs read: written and read node by node.

mod limits;
mod messages;
mod node;
mod read;
mod resize;
mod write;

pub(super) use self::read::layers;
pub(super) use self::write::bytes;

/// Whether `bytes` begin as those of a model: its first field is a small version, its second one that a model has.
pub(super) fn is_onnx(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [8, 1..=40, 0x12 | 0x1a | 0x22 | 0x32 | 0x3a | 0x42, ..]
    )
}
