//! Why a file of PyTorch's is not read.

/// In words that go on after "this PyTorch file cannot be read:".
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error(
        "it is cut short or damaged ({0}). If PyTorch opens it, convert it with: python -c 'import torch; from \
         safetensors.torch import save_file; save_file(torch.load(\"G.pth\", \"cpu\"), \"G.safetensors\")'"
    )]
    Damaged(&'static str),
    /// A class or function of Python.
    #[error(
        "it would have Python call {0}; only tensors in plain containers are read, and nothing in it was run. Save the \
         weights alone: torch.save(netG.state_dict(), \"G.pth\")"
    )]
    Calls(String),
    #[error(
        "it is a TorchScript program; save the weights alone: torch.save(netG.state_dict(), \"G.pth\")"
    )]
    TorchScript,
    #[error("{0}")]
    Unusual(&'static str),
}

/// Ends where Python would fail.
pub(super) const CUT: Fault = Fault::Damaged("it ends too early");
