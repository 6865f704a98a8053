//! The mathematics of the DCGAN. (stub: being written)

/// What a model is, in plain numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelInfo {
    /// Side of the pictures in pixels.
    pub size: usize,
    /// 1 or 3.
    pub channels: usize,
    /// Numbers of a latent.
    pub latent: usize,
    /// Feature maps of the widest-resolution layer.
    pub width: usize,
    /// Steps of training.
    pub step: u64,
    /// Real pictures seen in training.
    pub images: u64,
    /// What it was trained on.
    pub data: String,
}

/// A generator's weights at one step, never half-updated.
#[derive(Debug)]
pub struct Snapshot {
    info: ModelInfo,
}

impl Snapshot {
    /// What the model is.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }
}
