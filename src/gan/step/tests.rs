//! Steps of small networks.

use candle_core::{Device, Tensor};

use super::*;
use crate::config::{Augment, Penalty, PrecisionChoice};

fn gan(config: &TrainConfig) -> Gan {
    let info = ModelInfo::small(4, 2);
    let mut noise = Noise::new(1, Purpose::Weights);
    let adams = (Adam::new(2e-4, 0.5), Adam::new(2e-4, 0.5));
    let gan = Gan::new(&info, adams, &mut noise, &Device::Cpu).unwrap();
    gan.with_recipe(config, &mut noise).unwrap()
}

fn step(gan: &mut Gan, seed: u64) -> Scores {
    let mut noise = Noise::new(seed, Purpose::Training);
    let mut tensor = |shape: (usize, usize, usize, usize)| {
        let count = shape.0 * shape.1 * shape.2 * shape.3;
        Tensor::from_vec(noise.normals(count, 0.0, 0.4), shape, &Device::Cpu).unwrap()
    };
    let (real, z) = (tensor((6, 32, 32, 3)), tensor((6, 1, 1, 4)));
    gan.step(&real, &z).unwrap()
}

fn weights(gan: &Gan) -> Vec<f32> {
    let stacks = [&gan.generator, &gan.discriminator];
    let all = stacks.into_iter().flat_map(Stack::parameters);
    all.flat_map(|p| p.flatten_all().unwrap().to_vec1::<f32>().unwrap())
        .collect()
}

fn with(live: LiveConfig) -> TrainConfig {
    TrainConfig {
        live,
        ..TrainConfig::default()
    }
}

#[test]
fn every_switch_takes_effect_at_the_next_step_and_off_leaves_no_trace() {
    let paper = LiveConfig::default();
    let colour = Augment {
        colour: true,
        ..Augment::NONE
    };
    let switches = [
        LiveConfig {
            lr_g: 1e-3,
            ..paper
        },
        LiveConfig {
            lr_d: 1e-3,
            ..paper
        },
        LiveConfig {
            beta1: 0.0,
            ..paper
        },
        LiveConfig {
            smoothing: 0.1,
            ..paper
        },
        LiveConfig {
            instance_noise: 0.1,
            ..paper
        },
        LiveConfig {
            augment: colour,
            ..paper
        },
        LiveConfig {
            augment: Augment::ALL,
            ..paper
        },
    ];
    let mut plain = gan(&with(paper));
    step(&mut plain, 1);
    let before = plain.clone();
    step(&mut plain, 2);
    for live in switches {
        let mut other = gan(&with(live));
        other.adjust(&paper);
        step(&mut other, 1);
        assert_eq!(weights(&other), weights(&before), "{live:?}");
        other.adjust(&live);
        step(&mut other, 2);
        assert_ne!(weights(&other), weights(&plain), "{live:?}");
    }
}

#[test]
fn with_everything_on_a_run_is_reproducible_and_its_losses_are_numbers() {
    for (loss, smoothing) in [(Loss::Bce, 0.1), (Loss::Lsgan, 0.1), (Loss::Hinge, 0.0)] {
        let config = TrainConfig {
            loss,
            spectral_norm: true,
            ..with(LiveConfig {
                smoothing,
                instance_noise: 0.1,
                augment: Augment::ALL,
                ..LiveConfig::default()
            })
        };
        let (mut one, mut two) = (gan(&config), gan(&config));
        for seed in 0..3 {
            let scores = step(&mut one, seed);
            assert!(scores.are_finite(), "{loss}");
            assert_eq!(scores, step(&mut two, seed));
        }
        assert_eq!(weights(&one), weights(&two));
        assert!(
            one.discriminator
                .blocks
                .iter()
                .all(|block| block.norm.is_none())
        );
    }
}

#[test]
fn with_a_penalty_d_has_no_batch_norm_and_learns_with_every_loss() {
    for (loss, penalty) in [
        (Loss::Rpgan, Penalty::R1r2),
        (Loss::Bce, Penalty::R1),
        (Loss::Hinge, Penalty::R1r2),
    ] {
        let live = LiveConfig {
            augment: Augment::ALL,
            gamma: 1.0,
            ..LiveConfig::default()
        };
        let config = |gamma, spectral_norm| TrainConfig {
            loss,
            penalty,
            spectral_norm,
            ..with(LiveConfig { gamma, ..live })
        };
        let learnt = |config: &TrainConfig| {
            let mut gan = gan(config);
            let scores: Vec<Scores> = (0..3).map(|seed| step(&mut gan, seed)).collect();
            assert!(scores.iter().all(Scores::are_finite), "{loss}");
            let blocks = &gan.discriminator.blocks;
            assert!(blocks.iter().all(|block| block.norm.is_none()));
            weights(&gan)
        };
        let steep = learnt(&config(1.0, false));
        assert_eq!(steep, learnt(&config(1.0, false)), "{loss}");
        assert_ne!(steep, learnt(&config(0.0, false)), "{loss}");
        learnt(&config(1.0, true));
    }
}

/// One lesson of D is the sum of what it learns from real and from fake pictures apart, and without strength a
/// penalty changes nothing of it.
#[test]
fn a_penalty_without_strength_leaves_the_loss_alone() {
    let config = TrainConfig {
        penalty: Penalty::R1r2,
        ..with(LiveConfig {
            gamma: 0.0,
            ..LiveConfig::default()
        })
    };
    let mut one = gan(&config);
    let mut other = one.clone();
    other.penalty = Penalty::None;
    step(&mut one, 1);
    step(&mut other, 1);
    for (a, b) in weights(&one).iter().zip(weights(&other)) {
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
}

#[test]
fn health_is_told_at_every_fifth_step() {
    let mut gan = gan(&TrainConfig::default());
    for seed in 0..6 {
        let health = step(&mut gan, seed).health;
        assert_eq!(health.is_some(), seed % 5 == 0);
        let Some(health) = health else { continue };
        assert!(health.grad_norm_g > 0.0 && health.grad_norm_d > 0.0);
        assert!((0.0..1.0).contains(&health.dead_g), "{health:?}");
        assert!((0.1..0.9).contains(&health.negative_d), "{health:?}");
    }
}

#[test]
fn the_average_comes_and_goes_with_its_setting() {
    let mut gan = gan(&TrainConfig::default());
    step(&mut gan, 1);
    assert_eq!(gan.average.as_ref().map(|average| average.steps), Some(1));
    let live = LiveConfig {
        ema: 0.5,
        ..LiveConfig::default()
    };
    gan.adjust(&live);
    let average = gan
        .average
        .as_ref()
        .map(|average| (average.decay, average.steps));
    assert_eq!(average, Some((0.5, 1)));
    gan.adjust(&LiveConfig { ema: 0.0, ..live });
    assert!(gan.average.is_none());
}

#[test]
fn a_generator_that_goes_on_from_its_average_draws_what_that_drew() {
    let mut gan = gan(&TrainConfig::default());
    for seed in 0..3 {
        step(&mut gan, seed);
    }
    let numbers = |stack: &Stack| -> Vec<Vec<f32>> {
        let all = stack.parameters().into_iter();
        all.map(|weight| weight.flatten_all().unwrap().to_vec1().unwrap())
            .collect()
    };
    let average = numbers(&gan.average.as_ref().unwrap().generator);
    assert_ne!(numbers(&gan.generator), average);
    gan.go_on_from_average();
    assert_eq!(numbers(&gan.generator), average);
    assert!(gan.adam_g.moments.is_empty() && gan.adam_d.moments.is_empty());
    step(&mut gan, 9);
    assert_eq!((gan.adam_g.step, gan.adam_d.step), (1, 1));
}

#[test]
fn bf16_learns_nearly_the_same_with_weights_in_f32() {
    let learnt = |precision| {
        let config = TrainConfig {
            precision,
            ..TrainConfig::default()
        };
        let mut gan = gan(&config);
        let losses: Vec<f64> = (0..10)
            .map(|seed| f64::from(step(&mut gan, seed).loss_d))
            .collect();
        (losses, weights(&gan))
    };
    let (full, of_full) = learnt(PrecisionChoice::F32);
    let (half, of_half) = learnt(PrecisionChoice::Bf16);
    assert_ne!(of_full, of_half);
    for (half, full) in half.iter().zip(&full) {
        assert!((half - full).abs() < 0.02 * full, "{half} {full}");
    }
    // bfloat16 is the upper half of an f32's bits.
    let rounded = of_half.iter().filter(|w| w.to_bits() & 0xffff == 0);
    assert!(rounded.count() < of_half.len() / 100);
}

#[test]
fn lecam_counts_from_the_second_step_on_and_only_a_comparing_loss_has_a_midpoint() {
    let paper = LiveConfig::default();
    let with_lecam = LiveConfig {
        lecam: 0.3,
        ..paper
    };
    let (mut plain, mut drawn) = (gan(&with(paper)), gan(&with(with_lecam)));
    // There is nothing to be drawn to yet.
    step(&mut plain, 1);
    step(&mut drawn, 1);
    assert_eq!(weights(&plain), weights(&drawn));
    step(&mut plain, 2);
    step(&mut drawn, 2);
    assert_ne!(weights(&plain), weights(&drawn));
    assert_eq!(plain.midpoint(), None);
    let config = TrainConfig {
        loss: Loss::Rpgan,
        penalty: Penalty::R1r2,
        ..with(paper)
    };
    let mut compares = gan(&config);
    assert_eq!(compares.midpoint(), None);
    step(&mut compares, 1);
    let anchors = compares.anchors.unwrap();
    assert_eq!(compares.midpoint(), Some(anchors.middle()));
}
