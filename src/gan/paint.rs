//! Faces that take up a stroke of paint (iGAN, Zhu et al. 2016): the latents near the current one whose
//! faces have what was painted where it was painted, and are as before elsewhere.

use candle_core::{Device, Result, Tensor};
use morphogan_nn::Adam;

use super::objective::{Objective, Weights};
use super::{Snapshot, latents_to_tensor};
use crate::latent::Latent;
use crate::latent::noise::{Noise, Purpose};
use crate::picture::Picture;

/// Candidates that are looked for at once.
pub const CANDIDATES: usize = 6;
const STEPS: usize = 60;
/// Learning rate at the beginning and at the end.
const RATES: (f64, f64) = (0.08, 0.02);
/// What staying as before counts outside of the stroke, beside what was painted.
const KEEP: f32 = 0.5;
/// How strongly candidates are held near the current face; the weaker, the bolder the change.
const NEAR: [f64; 3] = [0.3, 0.08, 0.02];
/// How far candidates begin from it, so that they find different ways.
const SPREAD: [f64; 2] = [0.0, 0.4];
/// Rounds in which an erased place is filled from its rim.
const FILLING: usize = 60;
/// How far beyond the average of its neighbours a pixel goes in a round (successive over-relaxation, Young
/// 1954): a place forty pixels wide is filled in tens of rounds instead of hundreds.
const BEYOND: f32 = 1.85;

#[derive(Clone, Debug)]
pub struct Paint {
    /// The face that was painted on.
    pub current: Latent,
    /// How much each pixel was painted, 0..1; size².
    pub mask: Vec<f32>,
    /// The face with the paint on it; what lies outside of the mask is not looked at.
    pub target: Picture,
}

/// What a stroke means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stroke {
    Colour([u8; 3]),
    /// Lighter by this share of white, −1..1; darker below 0.
    Lighter(f32),
    /// Not there: filled with what surrounds it.
    Erase,
}

/// `face` with a stroke over the pixels of `mask` (0..1, one a pixel).
pub fn painted(face: &Picture, mask: &[f32], stroke: Stroke) -> Picture {
    let filled = match stroke {
        Stroke::Erase => fill(face, mask),
        _ => Picture::default(),
    };
    let mut result = face.clone();
    for (index, (pixel, &cover)) in result.rgb.chunks_exact_mut(3).zip(mask).enumerate() {
        for (channel, value) in pixel.iter_mut().enumerate() {
            let before = f32::from(*value);
            let wished = match stroke {
                Stroke::Colour(colour) => colour.get(channel).copied().map_or(before, f32::from),
                Stroke::Lighter(by) => before + 255.0 * by,
                Stroke::Erase => filled
                    .rgb
                    .get(3 * index + channel)
                    .copied()
                    .map_or(before, f32::from),
            };
            let cover = cover.clamp(0.0, 1.0);
            *value = (before + cover * (wished - before))
                .round()
                .clamp(0.0, 255.0) as u8;
        }
    }
    result
}

/// Covered pixels become the average of their neighbours until they follow their rim smoothly.
fn fill(face: &Picture, mask: &[f32]) -> Picture {
    let (width, height) = (face.width, face.height);
    let mut numbers: Vec<f32> = face.rgb.iter().copied().map(f32::from).collect();
    let covered: Vec<usize> = (0..width * height)
        .filter(|&at| mask.get(at).is_some_and(|&cover| cover > 0.0))
        .collect();
    for _ in 0..FILLING {
        for &at in &covered {
            let (x, y) = (at % width, at / width);
            let around = [
                y * width + x.saturating_sub(1),
                y * width + (x + 1).min(width - 1),
                y.saturating_sub(1) * width + x,
                (y + 1).min(height - 1) * width + x,
            ];
            for channel in 0..3 {
                // All four lie in the picture.
                let sum: f32 = around.iter().map(|near| numbers[3 * near + channel]).sum();
                let number = &mut numbers[3 * at + channel];
                *number += BEYOND * (sum / 4.0 - *number);
            }
        }
    }
    Picture {
        rgb: numbers.into_iter().map(|x| x.round() as u8).collect(), // `as` keeps to 0..=255
        ..*face
    }
}

/// A search for candidates that goes on step by step.
#[derive(Debug)]
pub struct Painting {
    objective: Objective,
    /// [candidates, latent].
    z: Tensor,
    adam: Adam,
    step: usize,
}

impl Painting {
    /// Begins at the current face and around it.
    ///
    /// # Errors
    /// candle's, for a device that fails, and where the mask or the target has another size.
    pub fn new(model: &Snapshot, paint: &Paint, seed: u64) -> Result<Self> {
        let mut noise = Noise::new(seed, Purpose::Directions);
        let random = model.info().latent_space().draw(32, &mut noise);
        let inside: f32 = paint.mask.iter().map(|x| x.clamp(0.0, 1.0)).sum();
        let outside = (paint.mask.len() as f32 - inside).max(1.0);
        let keep = (KEEP * inside / outside).min(1.0);
        let mask: Vec<f32> = paint.mask.iter().map(|x| keep + (1.0 - keep) * x).collect();
        let before = model.draw(std::slice::from_ref(&paint.current))?;
        let target = match before.first() {
            Some(before) => covered(before, &paint.target, &paint.mask),
            None => paint.target.clone(),
        };
        let weights = Weights {
            features: 0.0,
            sphere: 3.0,
        };
        let objective = Objective::new(model, &target, Some(&mask), weights, &random)?;
        let nears: Vec<f64> = (0..CANDIDATES).map(|i| NEAR[i % NEAR.len()]).collect();
        let starts: Vec<Latent> = (0..CANDIDATES)
            .map(|i| {
                let spread = SPREAD[i / NEAR.len() % SPREAD.len()];
                let numbers = paint.current.0.iter();
                Latent(
                    numbers
                        .map(|z| z + (spread * noise.normal()) as f32)
                        .collect(),
                )
            })
            .collect();
        let objective = objective.near(&paint.current, &nears)?;
        let z = latents_to_tensor(&starts, model.info().latent, objective.device())?;
        let mut adam = Adam::new(RATES.0, 0.9);
        adam.beta2 = 0.99;
        Ok(Self {
            objective,
            z: z.flatten_from(1)?, // [candidates, latent]
            adam,
            step: 0,
        })
    }

    /// One step; whether there is more to do.
    ///
    /// # Errors
    /// candle's.
    pub fn advance(&mut self) -> Result<bool> {
        let (_, gradient) = self.objective.gradient(&self.z)?;
        let share = self.step as f64 / STEPS as f64;
        self.adam.rate = RATES.0 * (RATES.1 / RATES.0).powf(share);
        self.adam.update(vec![&mut self.z], &[gradient])?;
        self.step += 1;
        Ok(self.step < STEPS)
    }

    /// Share of the steps made, 0..1.
    pub fn share(&self) -> f32 {
        self.step as f32 / STEPS as f32
    }

    /// The candidates as they are now, those that follow the paint best first.
    ///
    /// # Errors
    /// candle's.
    pub fn candidates(&self) -> Result<Vec<Latent>> {
        let z = self.z.to_device(&Device::Cpu)?;
        let latents: Vec<Latent> = z.to_vec2()?.into_iter().map(Latent).collect();
        let judged = self.objective.judge(&latents)?;
        let mut ranked: Vec<(Latent, f64)> = latents.into_iter().zip(judged.pixels).collect();
        ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
        Ok(ranked.into_iter().map(|(latent, _)| latent).collect())
    }
}

/// `target` where `mask` covers, `before` elsewhere.
fn covered(before: &Picture, target: &Picture, mask: &[f32]) -> Picture {
    let mut result = target.clone();
    let pixels = result
        .rgb
        .chunks_exact_mut(3)
        .zip(before.rgb.chunks_exact(3));
    for ((pixel, before), &cover) in pixels.zip(mask) {
        if cover <= 0.0 {
            pixel.copy_from_slice(before);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::objective::tests::model;
    use crate::latent::noise::face;

    fn square_mask() -> Vec<f32> {
        let inside = |at: usize| (8..20).contains(&(at % 32)) && (8..20).contains(&(at / 32));
        (0..32 * 32)
            .map(|at| f32::from(u8::from(inside(at))))
            .collect()
    }

    #[test]
    fn strokes_change_what_they_cover() {
        let mut face = Picture::filled(32, 32, [100, 150, 200]);
        face.rgb[3 * (10 * 32 + 10)] = 0;
        let mask = square_mask();
        let red = painted(&face, &mask, Stroke::Colour([255, 0, 0]));
        assert_eq!(red.rgb[..3], [100, 150, 200]);
        assert_eq!(red.rgb[3 * (12 * 32 + 12)..][..3], [255, 0, 0]);
        let dark = painted(&face, &mask, Stroke::Lighter(-0.5));
        assert_eq!(dark.rgb[3 * (12 * 32 + 12)..][..3], [0, 23, 73]);
        // A speck inside is gone, as if it had never been there.
        let erased = painted(&face, &mask, Stroke::Erase);
        assert!(
            erased
                .rgb
                .chunks_exact(3)
                .all(|pixel| pixel[0].abs_diff(100) < 4)
        );
    }

    #[test]
    fn candidates_follow_the_paint_and_keep_the_rest() {
        let model = model();
        let current = face(1, model.info().latent);
        let before = model
            .draw(std::slice::from_ref(&current))
            .unwrap()
            .remove(0);
        // What another face has there: something that this network can draw.
        let other = model
            .draw(&[face(2, model.info().latent)])
            .unwrap()
            .remove(0);
        let mask = square_mask();
        let paint = Paint {
            current: current.clone(),
            target: other.clone(),
            mask: mask.clone(),
        };
        let mut painting = Painting::new(&model, &paint, 1).unwrap();
        while painting.advance().unwrap() {}
        assert_eq!(painting.share(), 1.0);
        let candidates = painting.candidates().unwrap();
        assert_eq!(candidates.len(), CANDIDATES);
        let best = model.draw(&candidates[..1]).unwrap().remove(0);
        let distance = |a: &Picture, b: &Picture, inside: bool| -> f64 {
            let pixels = a.rgb.chunks(3).zip(b.rgb.chunks(3)).zip(&mask);
            let chosen = pixels.filter(|(_, cover)| (**cover > 0.0) == inside);
            let squares = chosen.flat_map(|((a, b), _)| a.iter().zip(b));
            squares
                .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))
                .sum()
        };
        let (was, is) = (
            distance(&before, &other, true),
            distance(&best, &other, true),
        );
        assert!(is < 0.7 * was, "{is} {was}");
        let (moved, whole) = (
            distance(&best, &before, false),
            distance(&other, &before, false),
        );
        assert!(moved < whole, "{moved} {whole}");
        let mut others = candidates[1..].iter();
        assert!(others.all(|candidate| *candidate != candidates[0]));
    }
}
