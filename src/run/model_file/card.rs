//! What a model tells others of itself: a card as Hugging Face reads it, and the few lines of PyTorch that load it.

use std::fmt::Write as _;

use super::error::ModelFileError;
use super::peek::Told;
use super::types::Model;
use crate::gan::layers::{Kind, Layer};

/// What a card says besides what the model knows.
#[derive(Clone, Debug, Default)]
pub struct CardFacts {
    /// Settings of its run, as TOML.
    pub settings: Option<String>,
    /// Names and values of what was measured last.
    pub measures: Vec<(String, String)>,
}

impl Model {
    /// A card in Markdown: what Hugging Face shows as `README.md`.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn card(&self, name: &str, facts: &CardFacts) -> Result<String, ModelFileError> {
        let info = &self.info;
        let mut card = header();
        let colours = if info.channels == 1 { "grey" } else { "colour" };
        let size = info.size;
        let _ = writeln!(
            card,
            "# {name}\n\nA DCGAN generator (Radford, Metz and Chintala 2015) that draws {colours} pictures of \
             {size}×{size} pixels from {} normally distributed numbers.\n",
            info.latent
        );
        card += "| | |\n|---|---|\n";
        for (what, told) in Told::of(self).rows(usize::MAX) {
            let _ = writeln!(card, "| {what} | {} |", told.replace('|', "\\|"));
        }
        for (what, told) in &facts.measures {
            let _ = writeln!(card, "| {what} | {told} |");
        }
        let _ = writeln!(
            card,
            "\n## Use\n\n`model.py` beside this file holds the network:\n\n```python\nimport torch\nfrom model import load\n\n\
             generator = load(\"model.safetensors\")\nwith torch.no_grad():\n    pictures = \
             generator(torch.randn(16, {}))  # [16, {}, {size}, {size}] in {}\n```\n\n\
             `model.onnx` takes `z` [batch, {}, 1, 1] and gives `pictures`.\n",
            info.latent,
            info.channels,
            range(&self.generator.layers()?),
            info.latent,
        );
        if let Some(settings) = &facts.settings {
            let _ = writeln!(card, "## Settings\n\n```toml\n{}\n```\n", settings.trim());
        }
        card += "Made with [Morphogan](https://crates.io/crates/morphogan).\n";
        Ok(card)
    }

    /// The network in PyTorch, under the names of the model file.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn python(&self) -> Result<String, ModelFileError> {
        let layers = self.generator.layers()?;
        let mut is_flat = true;
        let mut lines = Vec::new();
        for layer in &layers {
            is_flat = match layer.kind {
                Kind::Unflatten { .. } | Kind::ConvTranspose { .. } => false,
                Kind::Flatten => true,
                _ => is_flat,
            };
            lines.push(python(layer, is_flat)?);
        }
        let lines = lines.join("\n            ");
        let (latent, is_dense) = (
            self.info.latent,
            layers
                .first()
                .is_some_and(|first| first.kind == Kind::Linear),
        );
        let shaped = match is_dense {
            true => format!("z.view(-1, {latent})"),
            false => format!("z.view(-1, {latent}, 1, 1)"),
        };
        let (size, channels, range) = (self.info.size, self.info.channels, range(&layers));
        Ok(format!(
            r#""""A DCGAN generator: latents [n, {latent}] -> pictures [n, {channels}, {size}, {size}] in {range}."""
import torch
from safetensors.torch import load_file
from torch import nn


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            {lines}
        )

    def forward(self, z):
        return self.main({shaped})


def load(path="model.safetensors"):
    """The generator of a model file, in evaluation mode; a discriminator in it is left out."""
    weights = load_file(path)
    generator = Generator()
    generator.load_state_dict({{k: v.float() for k, v in weights.items() if k.startswith("main.")}})
    return generator.eval()


if __name__ == "__main__":
    with torch.no_grad():
        print(load()(torch.randn(1, {latent})).shape)
"#
        ))
    }
}

/// Of the pixels.
fn range(layers: &[Layer]) -> &'static str {
    match layers.last() {
        Some(last) if last.kind == Kind::Sigmoid => "0..1",
        _ => "-1..1",
    }
}

fn header() -> String {
    // Of the weights nobody said anything: the terms of the pictures are those of others.
    "---\nlicense: unknown\nlibrary_name: pytorch\npipeline_tag: unconditional-image-generation\ntags:\n- gan\n- dcgan\n\
     - image-generation\n- morphogan\n---\n\n"
        .into()
}

/// A layer as PyTorch's constructor; `is_flat` where it sees numbers and no pixels.
fn python(layer: &Layer, is_flat: bool) -> Result<String, ModelFileError> {
    let shape = || layer.needed("weight").map(|weight| weight.dims().to_vec());
    let bias = match layer.part("bias") {
        Some(_) => "",
        None => ", bias=False",
    };
    Ok(match layer.kind {
        Kind::Linear => {
            let shape = shape()?;
            format!("nn.Linear({}, {}{bias}),", shape[1], shape[0])
        }
        Kind::Unflatten { channels, side } => {
            format!("nn.Unflatten(1, ({channels}, {side}, {side})),")
        }
        Kind::Flatten => "nn.Flatten(),".into(),
        Kind::ConvTranspose {
            stride,
            padding,
            output_padding,
        } => {
            let shape = shape()?;
            let more = match output_padding {
                0 => String::new(),
                more => format!(", output_padding={more}"),
            };
            format!(
                "nn.ConvTranspose2d({}, {}, {}, {stride}, {padding}{more}{bias}),",
                shape[0], shape[1], shape[2]
            )
        }
        Kind::Conv { stride, padding } => {
            let shape = shape()?;
            format!(
                "nn.Conv2d({}, {}, {}, {stride}, {padding}{bias}),",
                shape[1], shape[0], shape[2]
            )
        }
        Kind::Upsample {
            factor,
            smooth: false,
            ..
        } => format!("nn.Upsample(scale_factor={factor}),"),
        Kind::Upsample {
            factor, corners, ..
        } => {
            let corners = if corners { ", align_corners=True" } else { "" };
            format!("nn.Upsample(scale_factor={factor}, mode=\"bilinear\"{corners}),")
        }
        Kind::BatchNorm { epsilon } => {
            let name = if is_flat {
                "BatchNorm1d"
            } else {
                "BatchNorm2d"
            };
            let count = shape()?[0];
            match epsilon {
                1e-5 => format!("nn.{name}({count}),"),
                epsilon => format!("nn.{name}({count}, eps={epsilon}),"),
            }
        }
        Kind::Relu => "nn.ReLU(),".into(),
        Kind::LeakyRelu { slope } => format!("nn.LeakyReLU({slope}),"),
        Kind::Bent { bend } => format!("nn.{}(),", bend.name()),
        Kind::Tanh => "nn.Tanh(),".into(),
        Kind::Sigmoid => "nn.Sigmoid(),".into(),
    })
}
