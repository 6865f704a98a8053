//! Names of files in a run folder that no single part of it owns.

/// Settings of a run.
pub const CONFIG_FILE: &str = "config.toml";
/// The newest saved weights.
pub const MODEL_FILE: &str = "model.safetensors";
/// Loss plot of a finished run.
pub const PLOT_FILE: &str = "losses.png";
/// What was measured after the checkpoints that a run was rolled back to.
pub(super) const UNDONE_FILE: &str = "undone.csv";
/// Held locked by the program that trains the run.
pub(super) const LOCK_FILE: &str = ".lock";
