//! Ways to learn beyond the paper's, against PyTorch's numbers for the same weights, latents, pictures
//! and random numbers (`fixtures/make_pytorch_recipes.py` made them).

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use morphogan::config::{LiveConfig, Loss, TrainConfig};
use morphogan::gan::Gan;
use morphogan::latent::noise::{Noise, Purpose};
use morphogan::run::model_file;
use morphogan_nn::{Adam, Change, Stack, augment};

const STEPS: usize = 4;
pub const BATCH: usize = 5;
pub const LATENT: usize = 6;

pub type Tensors = HashMap<String, Tensor>;

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

pub fn load(name: &str) -> Tensors {
    candle_core::safetensors::load(fixture(name), &Device::Cpu).unwrap()
}

pub fn numbers(tensor: &Tensor) -> Vec<f64> {
    let tensor = tensor.to_dtype(DType::F64).unwrap();
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// Largest difference over the largest number.
fn difference(ours: &[f64], theirs: &[f64]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    let largest = theirs.iter().fold(1e-30f64, |most, x| most.max(x.abs()));
    let pairs = ours.iter().zip(theirs);
    pairs.fold(0.0f64, |most, (a, b)| most.max((a - b).abs())) / largest
}

pub fn agree(what: &str, ours: &[f64], theirs: &Tensor, tolerance: f64) {
    let off = difference(ours, &numbers(theirs));
    assert!(off < tolerance, "{what}: {off:e}");
}

fn changes(all: &Tensors, name: &str) -> Vec<Change> {
    let rows = |part: &str| all[&format!("{name}{part}")].to_vec2::<f32>().unwrap();
    let rows = rows("numbers")
        .into_iter()
        .zip(rows("shift"))
        .zip(rows("hole"));
    let change = |((n, shift), hole): ((Vec<f32>, Vec<f32>), Vec<f32>)| Change {
        brightness: n[0],
        saturation: n[1],
        contrast: n[2],
        shift: (shift[0] as i64, shift[1] as i64),
        hole: [
            (hole[0] as i64, hole[1] as i64),
            (hole[2] as i64, hole[3] as i64),
        ],
    };
    rows.map(change).collect()
}

/// DiffAugment there and back: f32 takes the fast code, f64 the portable one.
#[test]
fn changed_pictures_and_their_gradients_agree_with_pytorch() {
    let all = load("pytorch-recipes.safetensors");
    for (dtype, tolerance) in [(DType::F32, 1e-6), (DType::F64, 1e-6)] {
        for name in ["views.1.", "views.3."] {
            let changes = changes(&all, name);
            let part = |part: &str| all[&format!("{name}{part}")].to_dtype(dtype).unwrap();
            let seen = augment::forward(&part("pictures"), &changes).unwrap();
            agree(name, &numbers(&seen), &part("seen"), tolerance);
            let grad = augment::backward(&part("weight"), &changes).unwrap();
            agree(name, &numbers(&grad), &part("grad"), tolerance);
        }
    }
}

fn with_type(mut stack: Stack, dtype: DType) -> Stack {
    let convert = |tensor: &mut Tensor| *tensor = tensor.to_dtype(dtype).unwrap();
    stack.parameters_mut().into_iter().for_each(convert);
    let norms = stack.blocks.iter_mut().filter_map(|b| b.norm.as_mut());
    for norm in norms {
        convert(&mut norm.running_mean);
        convert(&mut norm.running_var);
    }
    stack
}

pub fn initial(config: &TrainConfig, dtype: DType) -> Gan {
    let model = model_file::load(&fixture("pytorch-init.safetensors"), &Device::Cpu).unwrap();
    let generator = with_type(model.generator.chain().unwrap().clone(), dtype);
    let discriminator = with_type(model.discriminator.unwrap(), dtype);
    let adams = (Adam::new(2e-4, 0.5), Adam::new(2e-4, 0.5));
    let mut noise = Noise::new(1, Purpose::Weights);
    let gan = Gan::of(generator, discriminator, adams);
    gan.with_recipe(config, &mut noise).unwrap()
}

/// In f64 the weights must agree to f32's last bits. In f32 Adam makes a whole step of a gradient near
/// zero whose sign the rounding decides.
fn steps_agree(name: &str, config: TrainConfig, dtype: DType) {
    let (of_losses, of_weights) = match dtype {
        DType::F64 => (1e-6, 1e-6),
        _ => (1e-4, 1e-3),
    };
    let (all, steps) = (
        load("pytorch-recipes.safetensors"),
        load("pytorch-steps.safetensors"),
    );
    let of = |part: String| &all[&format!("{name}.{part}")];
    let mut gan = initial(&config, dtype);
    if let Some(spectral) = &mut gan.spectral {
        for (index, layer) in spectral.layers.iter_mut().enumerate() {
            let right = of(format!("right.{index}")).unsqueeze(1).unwrap();
            layer.right = right.to_dtype(dtype).unwrap();
        }
    }
    let mut turns = 0..;
    let mut next = || {
        let turn = turns.next().unwrap();
        let real = steps["pictures"].get(turn % 2).unwrap();
        let z = steps["latents"].get(turn).unwrap();
        let z = z.reshape((BATCH, 1, 1, LATENT)).unwrap();
        (real.to_dtype(dtype).unwrap(), z.to_dtype(dtype).unwrap())
    };
    for step in 0..STEPS {
        for _ in 1..config.live.d_steps {
            let (real, z) = next();
            gan.step_of_d(&real, &z).unwrap();
        }
        let (real, z) = next();
        let scores = gan.step(&real, &z).unwrap();
        let told = of("told".into()).get(step).unwrap();
        let losses = [scores.loss_d, scores.loss_g].map(f64::from);
        let what = format!("{name}, {dtype:?}, step {step}");
        agree(&what, &losses, &told.narrow(0, 0, 2).unwrap(), of_losses);
        if let Some(health) = scores.health {
            let norms = [health.grad_norm_d, health.grad_norm_g].map(f64::from);
            agree(&what, &norms, &told.narrow(0, 2, 2).unwrap(), of_losses);
        }
    }
    for (index, block) in gan.discriminator.blocks.iter().enumerate() {
        let learnt = match &gan.spectral {
            Some(spectral) => &spectral.layers[index].weight,
            None => &block.weight,
        };
        let what = format!("{name}, {dtype:?}, layer {index}");
        agree(
            &what,
            &numbers(learnt),
            of(format!("learnt.{index}")),
            of_weights,
        );
    }
    let verdicts = gan
        .discriminator
        .infer(&first_pictures(&steps, dtype))
        .unwrap();
    let what = format!("{name}, {dtype:?}, verdicts");
    agree(
        &what,
        &numbers(&verdicts),
        of("verdicts".into()),
        of_weights,
    );
}

fn first_pictures(steps: &Tensors, dtype: DType) -> Tensor {
    steps["pictures"].get(0).unwrap().to_dtype(dtype).unwrap()
}

#[test]
fn training_in_every_other_way_agrees_with_pytorch() {
    let config = |loss: Loss, live: LiveConfig| TrainConfig {
        loss,
        live: LiveConfig { ema: 0.0, ..live },
        ..TrainConfig::default()
    };
    let paper = LiveConfig::default();
    let smoothed = LiveConfig {
        smoothing: 0.1,
        ..paper
    };
    let twice = LiveConfig {
        d_steps: 2,
        ..paper
    };
    let spectral = TrainConfig {
        spectral_norm: true,
        ..config(Loss::Hinge, paper)
    };
    for dtype in [DType::F32, DType::F64] {
        steps_agree("lsgan", config(Loss::Lsgan, paper), dtype);
        steps_agree("hinge", config(Loss::Hinge, paper), dtype);
        steps_agree("smooth", config(Loss::Bce, smoothed), dtype);
        steps_agree("twice", config(Loss::Bce, twice), dtype);
        steps_agree("spectral", spectral.clone(), dtype);
    }
}
