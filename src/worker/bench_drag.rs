//! `morphogan bench drag`: whether what is pulled at comes to where it is pulled, looked at on the pictures alone.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::gan::Snapshot;
use crate::gan::drag::{Drag, Hold, Place, Prepared, distance};
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Direction, Latent};
use crate::notice::Notice;
use crate::picture::Picture;
use crate::statistics::percentile;
use crate::worker::jobs::model::read_model;

/// Steps of one drag at most.
const STEPS: usize = 60;
/// Pictures of a drag in which the patch is followed: in steps too small nothing moves by a quarter of a pixel.
const LOOKS: usize = 9;
/// Pixels from the middle of the followed patch to its rim.
const RADIUS: i32 = 4;
/// Where handles are looked for, as shares of the side, and of how many the better third is taken.
const MIDDLE: (f64, f64) = (0.25, 0.75);
const CANDIDATES: usize = 60;
/// Of a picture of 64 pixels: how near is there.
const ARRIVED: f32 = 1.5;
/// How far along one of its directions a model is followed for a motion that it can draw, and in how many steps.
const SIGMAS: f32 = 4.0;
const WAY: usize = 12;

/// Which ways are pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// Any, whether or not the model has such faces.
    Any,
    /// Where a point goes along one of the model's own directions.
    Possible,
}

/// What became of some drags.
#[derive(Clone, Debug, Default)]
pub struct Drags {
    pub count: usize,
    /// Whose patch ended at the goal.
    pub arrived: usize,
    /// Pixels from the patch to the goal at the end: half, and 95 of 100, are nearer.
    pub off: (f64, f64),
    /// From the first step to the last, in milliseconds, likewise.
    pub ms: (f64, f64),
    /// Of one step, the median.
    pub step_ms: f64,
    /// The largest change of a latent's length, as a share.
    pub stretched: f64,
}

/// Pulls at random faces of a model by `pixels` of a picture of 64.
///
/// # Errors
/// Where the model cannot be read or the device fails.
pub fn drags(path: &Path, (count, pixels): (usize, f32), ways: Ways) -> Result<Drags, Notice> {
    let model = read_model(path)?;
    if ways == Ways::Possible && model.directions().is_empty() {
        return Ok(Drags::default());
    }
    let failed =
        |error: candle_core::Error| Notice::from_error("The faces could not be pulled at.", &error);
    let prepared = Arc::new(Prepared::new(&model).map_err(failed)?);
    let mut noise = Noise::new(7, Purpose::Faces);
    let scale = model.info().size as f32 / 64.0;
    let (mut off, mut ms, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    let mut result = Drags::default();
    for _ in 0..100 * count {
        if off.len() == count {
            break;
        }
        let face = noise.latent(model.info().latent);
        let planned = plan(&model, &face, (pixels * scale, ways), &mut noise).map_err(failed)?;
        let Some((handle, goal)) = planned else {
            continue;
        };
        let (latents, took) = pull(&prepared, (&model, &face), handle, goal).map_err(failed)?;
        let some: Vec<Latent> = spread(&latents);
        let end = follow(&model.draw(&some).map_err(failed)?, handle);
        let last = latents.last().unwrap_or(&face);
        let stretched = f64::from(last.norm() / face.norm() - 1.0).abs();
        result.stretched = result.stretched.max(stretched);
        result.arrived += usize::from(distance(end, goal) <= ARRIVED * scale);
        off.push(f64::from(distance(end, goal)));
        steps.push(took / (latents.len() - 1).max(1) as f64);
        ms.push(took);
    }
    let both = |numbers: &mut Vec<f64>| {
        numbers.sort_by(f64::total_cmp);
        let at = |percent| percentile(numbers, percent).unwrap_or(f64::NAN);
        (at(50), at(95))
    };
    Ok(Drags {
        count: off.len(),
        off: both(&mut off),
        ms: both(&mut ms),
        step_ms: both(&mut steps).0,
        ..result
    })
}

/// A point that can be told from its surroundings, and where to pull it; `None` where the model has no such way.
fn plan(
    model: &Snapshot,
    face: &Latent,
    (pixels, ways): (f32, Ways),
    noise: &mut Noise,
) -> candle_core::Result<Option<(Place, Place)>> {
    let pictures = model.draw(std::slice::from_ref(face))?;
    let Some(picture) = pictures.first() else {
        return Ok(None);
    };
    let side = picture.width as f64;
    let mut coordinate = || ((MIDDLE.0 + (MIDDLE.1 - MIDDLE.0) * noise.uniform()) * side) as f32;
    let mut places: Vec<Place> = (0..CANDIDATES)
        .map(|_| [coordinate(), coordinate()])
        .collect();
    places.sort_by(|a, b| cornerness(picture, *b).total_cmp(&cornerness(picture, *a)));
    let Some(&handle) = places.get(noise.below(CANDIDATES / 3)) else {
        return Ok(None);
    };
    if ways == Ways::Any {
        let angle = noise.uniform() * std::f64::consts::TAU;
        let (across, down) = (angle.cos() as f32, angle.sin() as f32);
        let goal = [handle[0] + pixels * across, handle[1] + pixels * down];
        return Ok(Some((handle, goal)));
    }
    let directions = model.directions();
    let Some(direction) = directions.get(noise.below(directions.len().max(1))) else {
        return Ok(None);
    };
    let sign = if noise.below(2) == 0 { SIGMAS } else { -SIGMAS };
    let way = along(direction, face, sign);
    let pictures = model.draw(&way)?;
    for count in 2..=pictures.len() {
        let there: Vec<Picture> = pictures.iter().take(count).cloned().collect();
        let end = follow(&there, handle);
        if distance(end, handle) >= pixels {
            // A point that leads back to where it was is the same one.
            let back: Vec<Picture> = there.into_iter().rev().collect();
            let same = distance(follow(&back, end), handle) < side as f32 / 64.0;
            return Ok(same.then_some((handle, end)));
        }
    }
    Ok(None)
}

fn along(direction: &Direction, face: &Latent, sigmas: f32) -> Vec<Latent> {
    (0..=WAY)
        .map(|step| {
            let by = sigmas * step as f32 / WAY as f32;
            direction.moved_by(face, by).with_norm(face.norm())
        })
        .collect()
}

/// The latents of a drag, and how long it took in milliseconds.
fn pull(
    prepared: &Arc<Prepared>,
    (model, face): (&Snapshot, &Latent),
    handle: Place,
    goal: Place,
) -> candle_core::Result<(Vec<Latent>, f64)> {
    let begun = Instant::now();
    let hold = Hold {
        handle,
        ..Hold::default()
    };
    let mut drag = Drag::new(Arc::clone(prepared), face, &hold, model.directions())?;
    drag.pull(goal);
    let mut latents = vec![face.clone()];
    while latents.len() <= STEPS && drag.advance()? {
        latents.push(drag.latent());
    }
    Ok((latents, begun.elapsed().as_secs_f64() * 1e3))
}

/// As many of them as are looked at, the first and the last among them.
fn spread(latents: &[Latent]) -> Vec<Latent> {
    let count = LOOKS.min(latents.len());
    let last = latents.len().saturating_sub(1);
    let places = (0..count).map(|look| look * last / count.saturating_sub(1).max(1));
    places
        .filter_map(|place| latents.get(place))
        .cloned()
        .collect()
}

/// Where the patch around a place goes from picture to picture, to a quarter of a pixel.
fn follow(pictures: &[Picture], mut at: Place) -> Place {
    for pair in pictures.windows(2) {
        let [before, after] = pair else { break };
        let patch = patch(before, at);
        let mut best = (f32::INFINITY, at);
        for (reach, step) in [(2, 1.0), (1, 0.5), (1, 0.25)] {
            let middle = best.1;
            for down in -reach..=reach {
                for across in -reach..=reach {
                    let there = [
                        middle[0] + step * across as f32,
                        middle[1] + step * down as f32,
                    ];
                    // Of places alike, the nearest.
                    let far = 1.0 + 0.002 * distance(there, at).powi(2);
                    let off = far * difference(&self::patch(after, there), &patch);
                    if off < best.0 {
                        best = (off, there);
                    }
                }
            }
        }
        at = best.1;
    }
    at
}

/// The pixels around a place, without their mean colour.
fn patch(picture: &Picture, [x, y]: Place) -> Vec<f32> {
    let mut numbers = Vec::new();
    for down in -RADIUS..=RADIUS {
        for across in -RADIUS..=RADIUS {
            numbers.extend(colour(picture, x + across as f32, y + down as f32));
        }
    }
    let count = (numbers.len() / 3) as f32;
    for channel in 0..3 {
        let own = || numbers.iter().skip(channel).step_by(3);
        let mean = own().sum::<f32>() / count;
        let own = numbers.iter_mut().skip(channel).step_by(3);
        own.for_each(|number| *number -= mean);
    }
    numbers
}

/// Bilinear.
fn colour(picture: &Picture, x: f32, y: f32) -> [f32; 3] {
    let last = picture.width as f32 - 1.0;
    let (x, y) = (x.clamp(0.0, last), y.clamp(0.0, last));
    let (right, low) = (x.fract(), y.fract());
    let at = |x: f32, y: f32, channel: usize| {
        let pixel = y.min(last) as usize * picture.width + x.min(last) as usize;
        f32::from(picture.rgb.get(3 * pixel + channel).copied().unwrap_or(0))
    };
    std::array::from_fn(|channel| {
        let above = (1.0 - right) * at(x, y, channel) + right * at(x + 1.0, y, channel);
        let below = (1.0 - right) * at(x, y + 1.0, channel) + right * at(x + 1.0, y + 1.0, channel);
        (1.0 - low) * above + low * below
    })
}

/// How well a place can be told from those around it: the smaller eigenvalue of its structure tensor (Shi and Tomasi
/// 1994).
fn cornerness(picture: &Picture, [x, y]: Place) -> f32 {
    let slope = |after: Place, before: Place| -> Vec<f32> {
        let pairs = patch(picture, after)
            .into_iter()
            .zip(patch(picture, before));
        pairs.map(|(after, before)| after - before).collect()
    };
    let across = slope([x + 0.5, y], [x - 0.5, y]);
    let down = slope([x, y + 0.5], [x, y - 0.5]);
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let (xx, xy, yy) = (
        dot(&across, &across),
        dot(&across, &down),
        dot(&down, &down),
    );
    (xx + yy) / 2.0 - ((xx - yy) / 2.0).hypot(xy)
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bright spot on a slope of grey.
    fn spot(at: Place) -> Picture {
        let mut picture = Picture::filled(32, 32, [40; 3]);
        for (index, pixel) in picture.rgb.chunks_exact_mut(3).enumerate() {
            let (x, y) = ((index % 32) as f32, (index / 32) as f32);
            let bright = 200.0 * (-distance([x, y], at).powi(2) / 6.0).exp();
            pixel.fill((40.0 + bright + x) as u8);
        }
        picture
    }

    #[test]
    fn a_spot_is_followed() {
        let pictures: Vec<Picture> = (0..9)
            .map(|step| spot([10.0 + step as f32, 16.0 - 0.5 * step as f32]))
            .collect();
        let end = follow(&pictures, [10.0, 16.0]);
        assert!(distance(end, [18.0, 12.0]) < 0.8, "{end:?}");
        assert!(
            cornerness(&pictures[0], [10.0, 16.0]) > 10.0 * cornerness(&pictures[0], [25.0, 25.0])
        );
    }
}
