//! Relativistic pairing with gradient penalties, against ten steps of PyTorch's double backward from the same weights,
//! latents and pictures (`fixtures/make_pytorch_penalty.py` made them).

use candle_core::DType;
use morphogan::config::{LiveConfig, Loss, Penalty, TrainConfig};

use crate::pytorch_recipes::{BATCH, LATENT, agree, initial, load, numbers};

const STEPS: usize = 10;

fn steps_agree(name: &str, penalty: Penalty, gamma: f64, dtype: DType) {
    let config = TrainConfig {
        loss: Loss::Rpgan,
        penalty,
        live: LiveConfig {
            lr_g: 4e-4,
            lr_d: 4e-4,
            beta1: 0.0,
            beta2: 0.99,
            gamma,
            ema: 0.0,
            ..LiveConfig::default()
        },
        ..TrainConfig::default()
    };
    // Ten steps in f32 drift by what rounding decides.
    let (of_losses, of_weights) = match dtype {
        DType::F64 => (1e-6, 1e-6),
        _ => (1e-4, 2e-3),
    };
    let (all, steps) = (
        load("pytorch-penalty.safetensors"),
        load("pytorch-steps.safetensors"),
    );
    let of = |part: String| &all[&format!("{name}.{part}")];
    let mut gan = initial(&config, dtype);
    for (index, block) in gan.discriminator.blocks.iter_mut().enumerate() {
        assert!(block.norm.is_none());
        block.weight = of(format!("begin.{index}")).to_dtype(dtype).unwrap();
    }
    let latents = steps["latents"].dim(0).unwrap();
    for step in 0..STEPS {
        let real = steps["pictures"].get(step % 2).unwrap();
        let z = steps["latents"].get(step % latents).unwrap();
        let z = z.reshape((BATCH, 1, 1, LATENT)).unwrap();
        let (real, z) = (real.to_dtype(dtype).unwrap(), z.to_dtype(dtype).unwrap());
        let scores = gan.step(&real, &z).unwrap();
        let told = numbers(&of("told".into()).get(step).unwrap());
        let close = |what: &str, ours: f32, theirs: f64| {
            let off = (f64::from(ours) - theirs).abs() / theirs.abs().max(1e-3);
            assert!(
                off < of_losses,
                "{name}, {dtype:?}, step {step}, {what}: {off:e}"
            );
        };
        close("loss of D", scores.loss_d, told[0]);
        close("loss of G", scores.loss_g, told[1]);
        if let Some(health) = scores.health {
            close("gradient of D", health.grad_norm_d, told[2]);
            close("gradient of G", health.grad_norm_g, told[3]);
            let penalties = health.penalties.unwrap();
            close("R1", penalties[0], told[4]);
            close("R2", penalties[1], told[5]);
        }
    }
    for (index, block) in gan.discriminator.blocks.iter().enumerate() {
        let what = format!("{name}, {dtype:?}, layer {index}");
        let theirs = of(format!("learnt.{index}"));
        agree(&what, &numbers(&block.weight), theirs, of_weights);
    }
    let z = steps["latents"].get(0).unwrap();
    let z = z.reshape((BATCH, 1, 1, LATENT)).unwrap();
    let drawn = gan.generator.infer(&z.to_dtype(dtype).unwrap()).unwrap();
    let what = format!("{name}, {dtype:?}, what G draws");
    agree(&what, &numbers(&drawn), of("drawn".into()), of_weights);
}

#[test]
fn exact_gradient_penalties_agree_with_double_backward() {
    for dtype in [DType::F64, DType::F32] {
        steps_agree("r1r2", Penalty::R1r2, 2.0, dtype);
        steps_agree("r1", Penalty::R1, 0.5, dtype);
    }
}
