//! What a model is, in plain numbers.

use serde::{Deserialize, Deserializer, Serialize};

use crate::config::{Loss, TrainConfig};
use crate::latent::LatentSpace;

/// Architecture and history of a model; stands as JSON in the model file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelInfo {
    /// Side of the pictures in pixels: 32, 64 or 128.
    pub size: usize,
    /// 1 (grey) or 3 (colour).
    pub channels: usize,
    /// Numbers of a latent.
    pub latent: usize,
    /// Feature maps of the widest-resolution layer (ngf, ndf).
    pub width: usize,
    pub step: u64,
    /// Real pictures seen in training, repetitions counted.
    pub images: u64,
    /// What it was trained on, in words.
    pub data: String,
    /// Under what terms that may be used, in words.
    pub data_licence: String,
    /// What the networks played for, which says what the discriminator's numbers mean; `None` where the file
    /// does not tell, or tells of one that this program does not know.
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub loss: Option<Loss>,
    /// The discriminator's output that speaks neither for real nor for generated, where the loss leaves it open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub midpoint: Option<f64>,
    /// What it was blended from, in words; empty where it was trained.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub made_of: String,
}

/// A loss, if this program knows it.
fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Loss>, D::Error> {
    let told = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(told).ok())
}

impl ModelInfo {
    /// As `config` asks for it, untrained.
    pub fn of(config: &TrainConfig) -> Self {
        Self {
            size: config.size,
            channels: config.channels,
            latent: config.latent,
            width: config.width,
            loss: Some(config.loss),
            ..Self::default()
        }
    }

    /// Of colour pictures of the smallest size.
    #[cfg(test)]
    pub fn small(latent: usize, width: usize) -> Self {
        Self {
            size: 32,
            channels: 3,
            latent,
            width,
            ..Self::default()
        }
    }

    /// Where its latents are drawn from.
    pub fn latent_space(&self) -> LatentSpace {
        LatentSpace { len: self.latent }
    }

    /// Stride-2 layers of each network: 3, 4 or 5.
    pub fn halvings(&self) -> usize {
        (self.size / 4).max(1).ilog2() as usize
    }

    /// Channels of the features at 4×4: 8 · width at 64×64.
    pub fn deepest(&self) -> usize {
        self.width << self.halvings().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_loss_is_no_obstacle() {
        let loss = |text: &str| serde_json::from_str::<ModelInfo>(text).unwrap().loss;
        assert_eq!(loss(r#"{"loss":"lsgan"}"#), Some(Loss::Lsgan));
        assert_eq!(loss(r#"{"loss":"of 2030"}"#), None);
        assert_eq!(loss("{}"), None);
    }

    #[test]
    fn the_depth_follows_the_size() {
        for (size, halvings, deepest) in [(32, 3, 256), (64, 4, 512), (128, 5, 1024)] {
            let info = ModelInfo {
                size,
                ..ModelInfo::small(100, 64)
            };
            assert_eq!((info.halvings(), info.deepest()), (halvings, deepest));
        }
    }
}
