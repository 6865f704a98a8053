//! Why reading a JPEG ends before its end.

/// What is wrong with a JPEG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its data ends before its picture does.
    CutShort,
    /// Its data cannot be what an encoder wrote.
    Damaged,
}

/// Why reading ends early.
pub enum EarlyEnd {
    Fault(Fault),
    /// Something uncommon, about which the decoder decides.
    Unknown,
}

impl From<Fault> for EarlyEnd {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
