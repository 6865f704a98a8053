//! Pulling at a face: the latent follows so that what is under a handle comes to where it is pulled.
//!
//! What DragGAN (Pan et al. 2023) does by gradient descent on features is done in Gauss–Newton steps here. The motion
//! of a followed point is, to first order, linear in the latent: Lucas and Kanade's equations over its patch of
//! pixels and features, whose rows are two backward passes. Of all changes of the latent that move the handle as
//! wished and pins not at all, the one is taken that changes the face least otherwise.

mod maps;
mod point;
mod prepared;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};

use super::{latents_to_tensor, render};
use crate::latent::directions::{Cholesky, Matrix};
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Direction, Latent};
use crate::picture::Picture;

use maps::{Map, Maps};
use point::{Point, Sight};

pub use maps::{Place, distance};
pub use prepared::Prepared;

/// Pixels that a handle is to move in a step at most; further, and the motion is no longer linear.
const REACH: f32 = 1.0;
/// Length of a step of the latent at most.
const STRIDE: f64 = 0.5;
/// A handle this near to its goal, in pixels, has arrived.
const ARRIVED: f32 = 0.25;
/// Random combinations of a face's changes in the first step, and in each further one.
const SKETCHES: (usize, usize) = (16, 3);
/// Share of what was known of these changes that stays in a step.
const MEMORY: f64 = 0.88;
/// What a change of a point's surroundings counts, of colours at large, and of a pixel that is to stay.
const SURROUNDINGS: f64 = 1.0;
const COLOURS: f64 = 3.0;
const STAYING: f64 = 3.0;
/// Cells across in which colours at large are looked at.
const GRID: usize = 8;
/// What a way through the latent space counts beside the changes that it makes …
const LENGTH: f64 = 3.0;
/// … and the share of it along directions that are known to change faces well.
const KNOWN: f64 = 0.03;
/// Share of the surroundings that a handle learns anew in each step.
const REFRESH: f32 = 0.05;

/// What is done to a face.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hold {
    /// Where it is taken hold of.
    pub handle: Place,
    /// What is to stay where it is.
    pub pins: Vec<Place>,
    /// How much each pixel is to stay as it is, 0..1; size², or empty where all may change.
    pub mask: Vec<f32>,
}

/// A face that is being pulled at.
#[derive(Debug)]
pub struct Drag {
    with: Arc<Prepared>,
    /// Of each block for the current latent, [1, h, w, c].
    outputs: Vec<Tensor>,
    maps: Maps,
    z: Vec<f64>,
    /// Length that the latent keeps.
    norm: f64,
    /// The handle, then pins.
    points: Vec<Point>,
    /// The picture before the drag.
    first: Map,
    /// How much each of its pixels is to stay, or empty.
    mask: Vec<f32>,
    /// What a step counts by itself, [latent, latent].
    length: Matrix,
    /// JᵀJ of what should not change, [latent, latent]; none before the first step.
    changes: Option<Matrix>,
    noise: Noise,
}

impl Drag {
    /// Takes hold of the face of `latent`. Of ways to follow, those along `known` directions are preferred.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn new(
        with: Arc<Prepared>,
        latent: &Latent,
        hold: &Hold,
        known: &[Direction],
    ) -> Result<Self> {
        let length = with.latent;
        let here = latents_to_tensor(std::slice::from_ref(latent), length, &with.device)?;
        let outputs = with.generator.forward(&here)?;
        let maps = Maps::new(&outputs)?;
        let point = |&at: &Place| Point::new(&with.levels, &maps, at, at);
        let points = std::iter::once(&hold.handle)
            .chain(&hold.pins)
            .map(point)
            .collect();
        let mut z: Vec<f64> = latent.0.iter().copied().map(f64::from).collect();
        z.resize(length, 0.0);
        Ok(Self {
            points,
            first: maps.picture.clone(),
            mask: hold.mask.clone(),
            length: preferring(known, length),
            norm: norm(&z),
            changes: None,
            noise: Noise::new(2, Purpose::Directions),
            with,
            outputs,
            maps,
            z,
        })
    }

    /// Pulls the handle towards `goal`.
    pub fn pull(&mut self, goal: Place) {
        if let Some(handle) = self.points.first_mut() {
            handle.goal = goal;
        }
    }

    pub fn latent(&self) -> Latent {
        Latent(self.z.iter().map(|&z| z as f32).collect())
    }

    /// Where what was taken hold of is now.
    pub fn handle(&self) -> Place {
        self.points.first().map_or([0.0; 2], |handle| handle.at)
    }

    /// The face as it is now.
    ///
    /// # Errors
    /// candle's.
    pub fn picture(&self) -> Result<Picture> {
        let face = self.outputs.last().map(render::to_pictures).transpose()?;
        Ok(face.and_then(|mut face| face.pop()).unwrap_or_default())
    }

    /// One step; whether the handle is still on its way.
    ///
    /// # Errors
    /// candle's.
    pub fn advance(&mut self) -> Result<bool> {
        let Some(handle) = self.points.first() else {
            return Ok(false);
        };
        if handle.left() < ARRIVED {
            return Ok(false);
        }
        let sights: Vec<Sight> = self
            .points
            .iter()
            .map(|point| point.look(&self.with.levels, &self.maps))
            .collect();
        let rows = self.derivatives(&sights)?; // [rows, latent]
        if let Some(step) = self.step(&sights, &rows) {
            self.go(&step)?;
        }
        Ok(true)
    }

    /// Derivatives with respect to the latent: of each point's patch along its two slopes, of what has changed so
    /// far, and of random combinations of what should not change.
    fn derivatives(&mut self, sights: &[Sight]) -> Result<Matrix> {
        let mut rows = Rows::default();
        for (sight, point) in sights.iter().zip(&self.points) {
            for slope in &sight.slopes {
                let mut row = self.maps.zeros_like();
                self.with.levels.scatter(slope, point.at, &mut row);
                rows.push(&row);
            }
        }
        rows.push(&self.changed(sights));
        let sketches = match self.changes {
            None => SKETCHES.0,
            Some(_) => SKETCHES.1,
        };
        for _ in 0..sketches {
            rows.push(&self.sketch(sights));
        }
        self.backward(rows)
    }

    /// The gradient of half the square of what has changed and should not have.
    fn changed(&self, sights: &[Sight]) -> Maps {
        let mut changed = self.maps.zeros_like();
        for (sight, point) in sights.iter().zip(&self.points) {
            let weighed: Vec<f32> = sight
                .change
                .iter()
                .map(|x| SURROUNDINGS as f32 * x)
                .collect();
            self.with.levels.scatter(&weighed, point.at, &mut changed);
        }
        let (now, was) = (&self.maps.picture, &self.first);
        let colours = now.pooled(GRID).into_iter().zip(was.pooled(GRID));
        let off: Vec<f32> = colours
            .map(|(now, was)| COLOURS as f32 * (now - was))
            .collect();
        changed.picture.spread(&off, GRID);
        changed.picture.add(&self.mask, |at| {
            STAYING as f32
                * (now.numbers.get(at).unwrap_or(&0.0) - was.numbers.get(at).unwrap_or(&0.0))
        });
        changed
    }

    /// A random combination of what should not change: the mean of the products of its derivatives is JᵀJ.
    fn sketch(&mut self, sights: &[Sight]) -> Maps {
        let mut row = self.maps.zeros_like();
        for (sight, point) in sights.iter().zip(&self.points) {
            let random = self
                .noise
                .normals(sight.change.len(), 0.0, SURROUNDINGS.sqrt());
            self.with
                .levels
                .scatter(&sight.apart_from_shifts(random), point.at, &mut row);
        }
        let cells = GRID * GRID * row.picture.channels;
        row.picture
            .spread(&self.noise.normals(cells, 0.0, COLOURS.sqrt()), GRID);
        let noise = &mut self.noise;
        row.picture
            .add(&self.mask, |_| (STAYING.sqrt() * noise.normal()) as f32);
        row
    }

    /// The gradient of the latent for each of some gradients of the maps.
    fn backward(&self, rows: Rows) -> Result<Matrix> {
        let count = rows.count;
        let stacked = |numbers: Vec<f32>, map: &Map| {
            let shape = (count, map.side, map.side, map.channels);
            Tensor::from_vec(numbers, shape, &self.with.device)
        };
        let mut grads = vec![None; self.outputs.len()];
        if let [.., features, picture] = grads.as_mut_slice() {
            *features = Some(stacked(rows.features, &self.maps.features)?);
            *picture = Some(stacked(rows.picture, &self.maps.picture)?);
        }
        let Some(gradient) = self.with.generator.backward(&self.outputs, &grads)? else {
            candle_core::bail!("a generator without blocks");
        };
        let numbers: Vec<f32> = gradient.to_device(&Device::Cpu)?.flatten_all()?.to_vec1()?; // count · latent
        let numbers = numbers.into_iter().map(f64::from).collect();
        Ok(Matrix::new(self.z.len(), numbers))
    }

    /// The change of the latent that moves the points as wished and everything else least.
    fn step(&mut self, sights: &[Sight], rows: &Matrix) -> Option<Vec<f64>> {
        let motions = 2 * sights.len();
        let sketches = rows.select(motions + 1..rows.height());
        let seen = sketches
            .transposed_times(&sketches)
            .scaled(1.0 / sketches.height().max(1) as f64);
        let changes = match self.changes.take() {
            None => seen,
            Some(before) => before.scaled(MEMORY).plus(&seen.scaled(1.0 - MEMORY)),
        };
        let usual = changes.trace() / changes.height().max(1) as f64;
        let cost = self.length.clone().scaled(LENGTH * usual).plus(&changes);
        self.changes = Some(changes);
        let solver = Cholesky::new(&cost)?;

        let mut motion = Matrix::zeros(0, self.z.len());
        let mut wished = Vec::new();
        for (index, (sight, point)) in sights.iter().zip(&self.points).enumerate() {
            let along = [rows.row(2 * index), rows.row(2 * index + 1)];
            for row in sight.motion(along) {
                motion.push(&row);
            }
            let [x, y] = point.way();
            let share = (REACH / point.left().max(f32::MIN_POSITIVE)).min(1.0);
            wished.extend([f64::from(share * x), f64::from(share * y)]);
        }
        // Back to the surroundings and colours as they were, before anything moves …
        let back = Matrix::new(1, rows.row(motions).iter().map(|x| -x).collect()); // [latent, 1]
        let mut step = solver.solve(&back);
        // … and the cheapest way that moves the points by what is then missing.
        let ways = solver.solve(&motion.transposed()); // [latent, motions]
        let mut system = motion.times(&ways); // [motions, motions]
        system.add_to_diagonal(1e-2 * system.trace() / motions as f64 + f64::MIN_POSITIVE);
        let missing = Matrix::new(1, wished).plus(&motion.times(&step).scaled(-1.0));
        step = step.plus(&ways.times(&Cholesky::new(&system)?.solve(&missing)));
        let long = norm(step.numbers());
        let share = if long > STRIDE { STRIDE / long } else { 1.0 };
        Some(step.scaled(share).numbers().to_vec())
    }

    /// Moves the latent, keeps its length, and finds the points again.
    fn go(&mut self, step: &[f64]) -> Result<()> {
        for (z, step) in self.z.iter_mut().zip(step) {
            *z += step;
        }
        let share = self.norm / norm(&self.z).max(f64::MIN_POSITIVE);
        self.z.iter_mut().for_each(|z| *z *= share);
        let here = latents_to_tensor(&[self.latent()], self.z.len(), &self.with.device)?;
        self.outputs = self.with.generator.forward(&here)?;
        self.maps = Maps::new(&self.outputs)?;
        for point in &mut self.points {
            point.follow(&self.with.levels, &self.maps);
            point.refresh(&self.with.levels, &self.maps, REFRESH);
        }
        Ok(())
    }
}

/// Gradients of the maps, one after the other.
#[derive(Default)]
struct Rows {
    count: usize,
    picture: Vec<f32>,
    features: Vec<f32>,
}

impl Rows {
    fn push(&mut self, row: &Maps) {
        self.count += 1;
        self.picture.extend_from_slice(&row.picture.numbers);
        self.features.extend_from_slice(&row.features.numbers);
    }
}

/// 1 − (1 − [`KNOWN`])·BBᵀ, where the columns of B span `known`: what a step costs by its length.
fn preferring(known: &[Direction], length: usize) -> Matrix {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for direction in known {
        let mut own: Vec<f64> = direction.sigma.iter().copied().map(f64::from).collect();
        own.resize(length, 0.0);
        let whole = norm(&own);
        // Twice, for rounding (Gram and Schmidt's process).
        for _ in 0..2 {
            for other in &basis {
                let shared: f64 = own.iter().zip(other).map(|(a, b)| a * b).sum();
                own.iter_mut()
                    .zip(other)
                    .for_each(|(a, b)| *a -= shared * b);
            }
        }
        let left = norm(&own);
        if left > 1e-3 * whole {
            own.iter_mut().for_each(|x| *x /= left);
            basis.push(own);
        }
    }
    let columns = length;
    let basis = Matrix::new(columns, basis.into_iter().flatten().collect());
    let spanned = basis.transposed_times(&basis).scaled(KNOWN - 1.0);
    Matrix::identity(length).plus(&spanned)
}

fn norm(numbers: &[f64]) -> f64 {
    numbers.iter().map(|x| x * x).sum::<f64>().sqrt()
}
