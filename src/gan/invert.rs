//! The latent whose face is nearest to a picture.

use candle_core::{Device, Result, Tensor};
use morphogan_nn::Adam;

use super::objective::{Objective, Weights};
use super::{Snapshot, latents_to_tensor};
use crate::latent::directions::Cholesky;
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Latent, LatentSpace};
use crate::picture::{Picture, psnr};

/// Random faces of which the nearest are starts.
const POOL: usize = 128;
/// How many starts go on, and for how many steps of Adam; then the next, fewer ones.
const SCHEDULE: [(usize, usize); 2] = [(12, 30), (4, 40)];
/// Learning rate of Adam at the beginning and at the end of each of these.
const RATES: (f64, f64) = (0.12, 0.03);
/// Of those that went all the way, so many are refined by Gauss and Newton's method …
const REFINED: usize = 2;
/// … in so many steps each.
const NEWTON_STEPS: usize = 14;
/// Damping that is tried in each step, around that of the last one.
const DAMPINGS: [f64; 6] = [0.01, 0.1, 0.4, 1.0, 10.0, 1000.0];
/// A step that brings less than this share ends the refinement.
const SMALL_GAIN: f64 = 1e-3;
/// A picture this near (in dB) is found: no eye can tell it apart, and the rounding to bytes is 59 dB.
const FOUND: f64 = 45.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InvertSettings {
    /// What D's features count beside the pixels; 0 leaves them out and is twice as fast.
    pub features: f64,
    /// How strongly the latent is held where random ones lie. Of a photograph the network knows nothing: held
    /// weakly, the search leaves for latents half as long again, whose pictures are no faces.
    pub sphere: f64,
    /// How often to begin anew with other starts.
    pub rounds: usize,
    pub seed: u64,
}

impl Default for InvertSettings {
    fn default() -> Self {
        Self {
            features: 0.1,
            sphere: 3.0,
            rounds: 3,
            seed: 1,
        }
    }
}

/// The nearest face so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    pub latent: Latent,
    /// Peak signal-to-noise ratio of its picture in dB.
    pub psnr: f64,
    /// Distance of D's features, as a share of that of random faces; `None` where they do not count.
    pub features: Option<f64>,
    loss: f64,
}

/// A search that goes on step by step, so that whoever runs it can look, show, stop and go on.
#[derive(Debug)]
pub struct Inversion {
    space: LatentSpace,
    objective: Objective,
    settings: InvertSettings,
    noise: Noise,
    stage: Stage,
    round: usize,
    steps: usize,
    best: Option<Nearest>,
}

#[derive(Debug)]
enum Stage {
    Pool,
    /// Descends from some latents [b, latent]; the stage of [`SCHEDULE`] and the steps made in it.
    Descent {
        z: Tensor,
        adam: Adam,
        stage: usize,
        step: usize,
    },
    /// Refines one latent; the others wait.
    Newton {
        latent: Latent,
        loss: f64,
        damping: f64,
        step: usize,
        waiting: Vec<Latent>,
    },
    Done,
}

impl Inversion {
    /// Looks for `target`, which has the size that the model draws.
    ///
    /// # Errors
    /// candle's, for a device that fails or a picture of another size.
    pub fn new(model: &Snapshot, target: &Picture, settings: InvertSettings) -> Result<Self> {
        let mut noise = Noise::new(settings.seed, Purpose::Directions);
        let random = model.info().latent_space().draw(32, &mut noise);
        let weights = Weights {
            features: settings.features,
            sphere: settings.sphere,
        };
        Ok(Self {
            space: model.info().latent_space(),
            objective: Objective::new(model, target, None, weights, &random)?,
            settings,
            noise,
            stage: Stage::Pool,
            round: 0,
            steps: 0,
            best: None,
        })
    }

    /// The nearest so far.
    pub fn best(&self) -> Option<&Nearest> {
        self.best.as_ref()
    }

    /// Steps made so far.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Takes up a search from a face that was found before, refining it first.
    pub fn start_from(&mut self, latent: Latent) {
        self.stage = Stage::Newton {
            latent,
            loss: f64::INFINITY,
            damping: 1.0,
            step: 0,
            waiting: Vec::new(),
        };
    }

    /// One step; whether there is more to do.
    ///
    /// # Errors
    /// candle's.
    pub fn advance(&mut self) -> Result<bool> {
        self.steps += 1;
        self.stage = match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Pool => self.pool()?,
            Stage::Descent {
                z,
                adam,
                stage,
                step,
            } => self.descend(z, adam, stage, step)?,
            Stage::Newton {
                latent,
                loss,
                damping,
                step,
                waiting,
            } => self.refine((latent, loss), damping, step, waiting)?,
            Stage::Done => Stage::Done,
        };
        Ok(!matches!(self.stage, Stage::Done))
    }

    /// The nearest of many random faces.
    fn pool(&mut self) -> Result<Stage> {
        self.round += 1;
        let all = self.space.draw(POOL, &mut self.noise);
        let losses = self.look(&all)?;
        let starts = nearest(all, &losses, SCHEDULE[0].0);
        self.descent(&starts, 0)
    }

    fn descent(&self, starts: &[Latent], stage: usize) -> Result<Stage> {
        let length = self.objective.length();
        let mut adam = Adam::new(RATES.0, 0.9);
        adam.beta2 = 0.99;
        let z = latents_to_tensor(starts, length, self.objective.device())?;
        Ok(Stage::Descent {
            z: z.flatten_from(1)?, // [b, latent]
            adam,
            stage,
            step: 0,
        })
    }

    /// One step of Adam for all; at the end of a stage the nearest go on.
    fn descend(
        &mut self,
        mut z: Tensor,
        mut adam: Adam,
        stage: usize,
        step: usize,
    ) -> Result<Stage> {
        let (judged, gradient) = self.objective.gradient(&z)?;
        let here = rows(&z)?;
        self.remember(&here, &judged);
        // `stage` is below the length of the schedule.
        let (_, steps) = SCHEDULE[stage];
        if step < steps {
            let share = step as f64 / steps as f64;
            adam.rate = RATES.0 * (RATES.1 / RATES.0).powf(share);
            adam.update(vec![&mut z], &[gradient])?;
            return Ok(Stage::Descent {
                z,
                adam,
                stage,
                step: step + 1,
            });
        }
        match SCHEDULE.get(stage + 1) {
            Some(&(count, _)) => self.descent(&nearest(here, &judged.losses, count), stage + 1),
            None => {
                let mut waiting = nearest(here, &judged.losses, REFINED);
                waiting.reverse();
                Ok(self.next_to_refine(waiting))
            }
        }
    }

    fn next_to_refine(&mut self, mut waiting: Vec<Latent>) -> Stage {
        let found = self.best.as_ref().is_some_and(|best| best.psnr >= FOUND);
        match waiting.pop() {
            Some(latent) if !found => Stage::Newton {
                latent,
                loss: f64::INFINITY,
                damping: 1.0,
                step: 0,
                waiting,
            },
            _ if !found && self.round < self.settings.rounds => Stage::Pool,
            _ => Stage::Done,
        }
    }

    /// One step of Levenberg and Marquardt: of several dampings the one that leads nearest.
    fn refine(
        &mut self,
        (latent, loss): (Latent, f64),
        damping: f64,
        step: usize,
        waiting: Vec<Latent>,
    ) -> Result<Stage> {
        let curvature = self.objective.curvature(&latent)?;
        let scale = curvature.matrix.trace() / self.objective.length() as f64;
        let right = curvature.slope.transposed().scaled(-1.0); // [latent, 1]
        let dampings = DAMPINGS.map(|factor| (factor * damping).clamp(1e-7, 1e4));
        let moved = dampings.iter().filter_map(|damping| {
            let mut system = curvature.matrix.clone();
            system.add_to_diagonal(damping * scale * 1e-2);
            let way = Cholesky::new(&system)?.solve(&right);
            let pairs = latent.0.iter().zip(way.numbers());
            Some((
                *damping,
                Latent(pairs.map(|(z, w)| z + *w as f32).collect()),
            ))
        });
        let (dampings, moved): (Vec<f64>, Vec<Latent>) = moved.unzip();
        let losses = self.look(&moved)?;
        let order = 0..losses.len();
        let Some(first) = order.min_by(|&i, &j| losses[i].total_cmp(&losses[j])) else {
            return Ok(self.next_to_refine(waiting));
        };
        let gain = if loss.is_finite() {
            (loss - losses[first]) / loss
        } else {
            1.0
        };
        let found = self.best.as_ref().is_some_and(|best| best.psnr >= FOUND);
        if gain < SMALL_GAIN || step + 1 >= NEWTON_STEPS || found {
            return Ok(self.next_to_refine(waiting));
        }
        Ok(Stage::Newton {
            latent: moved[first].clone(),
            loss: losses[first],
            damping: dampings[first],
            step: step + 1,
            waiting,
        })
    }

    /// Losses of latents, of which the nearest is remembered.
    fn look(&mut self, latents: &[Latent]) -> Result<Vec<f64>> {
        let judged = self.objective.judge(latents)?;
        self.remember(latents, &judged);
        Ok(judged.losses)
    }

    fn remember(&mut self, latents: &[Latent], judged: &super::objective::Judged) {
        let places = 0..latents.len().min(judged.losses.len());
        let Some(at) = places.min_by(|&i, &j| judged.losses[i].total_cmp(&judged.losses[j])) else {
            return;
        };
        let loss = judged.losses[at];
        if self.best.as_ref().is_none_or(|best| loss < best.loss) {
            self.best = Some(Nearest {
                latent: latents[at].clone(),
                psnr: psnr(judged.squared_errors[at]),
                features: self.objective.has_critic().then(|| judged.features[at]),
                loss,
            });
        }
    }
}

/// The `count` latents with the smallest losses, the nearest first.
fn nearest(latents: Vec<Latent>, losses: &[f64], count: usize) -> Vec<Latent> {
    let mut all: Vec<(Latent, f64)> = latents.into_iter().zip(losses.iter().copied()).collect();
    all.sort_by(|a, b| a.1.total_cmp(&b.1));
    all.into_iter()
        .take(count)
        .map(|(latent, _)| latent)
        .collect()
}

fn rows(z: &Tensor) -> Result<Vec<Latent>> {
    let z = z.to_device(&Device::Cpu)?;
    Ok(z.to_vec2()?.into_iter().map(Latent).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::objective::tests::model;
    use crate::latent::noise::face;

    #[test]
    fn a_drawn_face_is_found_again() {
        let model = model();
        let there = face(77, model.info().latent);
        let target = model.draw(&[there]).unwrap().remove(0);
        let settings = InvertSettings {
            sphere: 1e-4,
            ..InvertSettings::default()
        };
        let mut search = Inversion::new(&model, &target, settings).unwrap();
        let mut before = f64::INFINITY;
        while search.advance().unwrap() {
            let loss = search.best().unwrap().loss;
            assert!(loss <= before);
            before = loss;
        }
        let found = search.best().unwrap().clone();
        assert!(found.psnr > 40.0, "{} dB", found.psnr);
        assert!(found.features.unwrap() < 0.01);
        // Going on from there finds no worse.
        let mut again = Inversion::new(&model, &target, settings).unwrap();
        again.start_from(found.latent);
        again.advance().unwrap();
        assert!(again.best().unwrap().psnr > 40.0);
    }
}
