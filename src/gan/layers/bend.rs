//! Activations that bend smoothly, as others use them between layers.

use candle_core::{Result, Tensor};
use serde::{Deserialize, Serialize};

/// Each with the numbers that PyTorch gives it unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bend {
    /// Clevert et al. (2016), α = 1.
    Elu,
    /// Klambauer et al. (2017).
    Selu,
    /// Hendrycks and Gimpel (2016), exact.
    Gelu,
    /// x · σ(x).
    Silu,
    /// Misra (2019).
    Mish,
}

/// λ, which ONNX calls γ, and α of SELU, with the digits that PyTorch has.
pub const SELU: [f64; 2] = [1.050_700_987_355_480_5, 1.673_263_242_354_377_2];

impl Bend {
    pub const ALL: [Self; 5] = [Self::Elu, Self::Selu, Self::Gelu, Self::Silu, Self::Mish];

    /// As PyTorch calls its layer.
    pub fn name(self) -> &'static str {
        match self {
            Self::Elu => "ELU",
            Self::Selu => "SELU",
            Self::Gelu => "GELU",
            Self::Silu => "SiLU",
            Self::Mish => "Mish",
        }
    }

    /// # Errors
    /// candle's.
    pub fn forward(self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Elu => x.elu(1.0),
            Self::Selu => {
                let [scale, alpha] = SELU;
                x.elu(alpha)? * scale
            }
            Self::Gelu => x.gelu_erf(),
            // x · (1 + tanh(x/2)) / 2, which no large number overflows.
            Self::Silu => x * x.affine(0.5, 0.0)?.tanh()?.affine(0.5, 0.5)?,
            Self::Mish => {
                let small = x.abs()?.neg()?.exp()?; // in 0..1
                let softplus = (x.relu()? + (small + 1.0)?.log()?)?;
                x * softplus.tanh()?
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn they_are_those_of_pytorch() {
        // torch 2.15, of −2, −0.5, 0, 1.5 and 100.
        let expected: [(Bend, [f32; 4]); 5] = [
            (Bend::Elu, [-0.864_664_7, -0.393_469_3, 0.0, 1.5]),
            (Bend::Selu, [-1.520_166_4, -0.691_758_1, 0.0, 1.576_051_5]),
            (Bend::Gelu, [-0.045_500_3, -0.154_268_8, 0.0, 1.399_789_1]),
            (Bend::Silu, [-0.238_405_8, -0.188_770_3, 0.0, 1.226_361_5]),
            (Bend::Mish, [-0.252_501_5, -0.220_743_5, 0.0, 1.403_378_2]),
        ];
        let x = Tensor::new(&[-2.0f32, -0.5, 0.0, 1.5, 100.0], &Device::Cpu).unwrap();
        for (bend, expected) in expected {
            let bent: Vec<f32> = bend.forward(&x).unwrap().to_vec1().unwrap();
            for (own, expected) in bent.iter().zip(expected) {
                assert!((own - expected).abs() < 1e-5, "{bend:?}: {bent:?}");
            }
            assert!(bent[4] >= 100.0 && bent[4].is_finite(), "{bend:?}");
        }
    }
}
