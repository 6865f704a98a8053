//! Distances and their gradients on a small network.

use super::*;
use crate::gan::{ModelInfo, discriminator, generator};
use crate::latent::noise::{Noise, Purpose, face};

/// A small network whose faces differ.
pub fn model() -> Snapshot {
    let info = ModelInfo::small(6, 4);
    let mut noise = Noise::new(3, Purpose::Weights);
    let mut g = generator(&info, &mut noise, &Device::Cpu).unwrap();
    // Larger weights than before training, so that faces differ.
    for block in &mut g.blocks {
        block.weight = (&block.weight * 8.0).unwrap();
    }
    let d = discriminator(&info, &mut noise, &Device::Cpu).unwrap();
    Snapshot::new(info, g).with_discriminator(Some(d))
}

fn objective() -> Objective {
    let model = model();
    let target = model.draw(&[face(9, 6)]).unwrap().remove(0);
    let weights = Weights {
        features: 0.5,
        sphere: 0.3,
    };
    let mask: Vec<f32> = (0..32 * 32)
        .map(|i| if i % 3 == 0 { 0.2 } else { 1.0 })
        .collect();
    let random: Vec<Latent> = (20..28).map(|seed| face(seed, 6)).collect();
    let objective = Objective::new(&model, &target, Some(&mask), weights, &random).unwrap();
    objective.near(&face(5, 6), &[0.2]).unwrap()
}

#[test]
fn the_gradient_is_that_of_the_loss() {
    let objective = objective();
    let at = face(1, 6);
    let z = Tensor::from_slice(&at.0, (1, 6), &Device::Cpu).unwrap();
    let (judged, gradient) = objective.gradient(&z).unwrap();
    assert_eq!(
        judged.losses,
        objective.judge(std::slice::from_ref(&at)).unwrap().losses
    );
    let gradient: Vec<f32> = gradient.flatten_all().unwrap().to_vec1().unwrap();
    let slope = objective.curvature(&at).unwrap().slope;
    for (index, &analytic) in gradient.iter().enumerate() {
        let moved = |by: f32| {
            let mut there = at.clone();
            there.0[index] += by;
            objective.judge(&[there]).unwrap().losses[0]
        };
        let numeric = (moved(2e-3) - moved(-2e-3)) / 4e-3;
        let analytic = f64::from(analytic);
        let close = |x: f64| (x - analytic).abs() < 0.02 * analytic.abs().max(0.05);
        assert!(close(numeric), "{index}: {numeric} {analytic}");
        assert!(
            close(2.0 * slope.at(0, index)),
            "{index}: {slope:?} {analytic}"
        );
    }
}

#[test]
fn random_faces_are_at_distance_one_and_the_target_at_none() {
    let model = model();
    let there = face(9, 6);
    let target = model.draw(std::slice::from_ref(&there)).unwrap().remove(0);
    let weights = Weights {
        features: 1.0,
        sphere: 0.0,
    };
    let random: Vec<Latent> = (20..52).map(|seed| face(seed, 6)).collect();
    let objective = Objective::new(&model, &target, None, weights, &random).unwrap();
    let judged = objective.judge(&random).unwrap();
    let mean = judged.losses.iter().sum::<f64>() / 32.0;
    assert!((mean - 2.0).abs() < 1e-3, "{mean}");
    let rest = objective.judge(&[there]).unwrap().losses[0];
    assert!(rest < 0.05, "only the rounding to bytes is left: {rest}");
}
