//! The face wanders by itself: a walk through random faces that begins at the current one.

use crate::latent::animation::walk::drift;
use crate::latent::{Latent, LatentSpace};
use crate::session::{Exploration, Move};
use crate::ui::gestures::of_walk;

/// How fast a walk may go: random faces that it passes in a minute.
pub const SPEEDS: (f32, f32) = (2.0, 60.0);
/// How far from where it began it may lead: as a share of the way to any random face.
pub const AMOUNTS: (f32, f32) = (0.05, 1.0);
/// Seconds until a walk is as far from its beginning as it may go.
const START: f64 = 3.0;
/// Numbers of a walk's faces: far more than one passes, so that no two faces of the wall go the same way.
const APART: u64 = 1 << 32;

/// How a walk goes, and the one that is under way.
#[derive(Clone, Debug)]
pub struct Walk {
    /// Random faces a minute.
    pub speed: f32,
    /// 0..1.
    pub amount: f32,
    /// Whether the faces of the wall go along.
    pub wall: bool,
    /// Walks so far: each is another one, and one step of undo.
    count: u64,
    under_way: Option<Wandering>,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            speed: 15.0,
            amount: 0.7,
            wall: false,
            count: 0,
            under_way: None,
        }
    }
}

#[derive(Clone, Debug)]
struct Wandering {
    /// Where it began.
    face: Latent,
    /// What was random about the faces of the wall, and how many seconds there were when they joined.
    wall: Option<(Vec<Latent>, f64)>,
    /// The point of the pad, where that is what moves.
    pad: Option<(f32, f32)>,
    seconds: f64,
    /// Random faces that were passed.
    passed: f64,
}

impl Walk {
    pub fn is_on(&self) -> bool {
        self.under_way.is_some()
    }

    /// Begins at the current face, or at the pad's point.
    pub fn start(&mut self, explored: &Exploration, on_pad: bool) {
        let pose = explored.pose();
        self.count += 1;
        self.under_way = Some(Wandering {
            face: pose.current.clone(),
            wall: None,
            pad: on_pad.then_some((pose.pad.x, pose.pad.y)),
            seconds: 0.0,
            passed: 0.0,
        });
    }

    /// Stays where it is.
    pub fn stop(&mut self) {
        self.under_way = None;
    }

    /// Moves on by the time that went by.
    pub fn advance(&mut self, seconds: f64, explored: &mut Exploration) {
        let (seed, gesture) = (self.count.wrapping_mul(0x9e37_79b9), of_walk(self.count));
        let Some(under_way) = &mut self.under_way else {
            return;
        };
        if under_way.face.len() != explored.components() {
            self.under_way = None;
            return;
        }
        under_way.seconds += seconds;
        under_way.passed += seconds * f64::from(self.speed) / 60.0;
        let amount = self.amount * started(under_way.seconds);
        let what = match under_way.pad {
            Some(from) => on_pad(seed, under_way.passed, from, amount),
            None => {
                let (space, from) = (explored.space(), &under_way.face);
                let mut face = at(space, seed, under_way.passed, from, amount);
                for &place in &explored.pose().locked {
                    face.0[place] = from.0[place]; // both are as long as the latent
                }
                Move::Change(face)
            }
        };
        explored.go(what, Some(gesture));
        if !self.wall {
            under_way.wall = None;
        } else {
            let (space, seconds) = (explored.space(), under_way.seconds);
            let joined = || (explored.scatter().to_vec(), seconds);
            let (wall, since) = under_way.wall.get_or_insert_with(joined);
            let amount = self.amount * started(seconds - *since);
            let faces = wall.iter().zip(1u64..);
            let faces = faces.map(|(face, place)| {
                let seed = seed.wrapping_add(place * APART);
                at(space, seed, under_way.passed, face, amount)
            });
            explored.move_wall(faces.collect());
        }
    }
}

/// Begins gently: 0 at first, 1 after [`START`], without a jerk at either end.
fn started(seconds: f64) -> f32 {
    let share = (seconds / START).clamp(0.0, 1.0);
    (share * share * (3.0 - 2.0 * share)) as f32
}

/// The face that a walk from `from` has come to: as likely as any random one.
fn at(space: LatentSpace, seed: u64, passed: f64, from: &Latent, amount: f32) -> Latent {
    let likeness = (1.0 - amount * amount).max(0.0).sqrt();
    let away = drift(space, seed, passed);
    let mut face = away.blended(from, likeness);
    // As long as where it began becomes as long as where it leads.
    let norm = from.norm() + amount * (away.norm() - from.norm());
    face = face.with_norm(norm);
    if amount == 0.0 { from.clone() } else { face }
}

/// The point of the pad that a walk from a point has come to.
fn on_pad(seed: u64, passed: f64, from: (f32, f32), amount: f32) -> Move {
    let away = drift(LatentSpace { len: 2 }, seed, passed);
    let along = |from: f32, number: f32| {
        // From the whole line onto 0..1.
        let to = 0.5 + 0.5 * f32::tanh(number);
        from + amount * (to - from)
    };
    match away.0[..] {
        [x, y] => Move::Pad(along(from.0, x), along(from.1, y)),
        _ => Move::Pad(from.0, from.1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: f64 = 1.0 / 60.0;

    fn walked(walk: &mut Walk, explored: &mut Exploration, frames: usize) -> Vec<Latent> {
        let mut faces = vec![explored.pose().current.clone()];
        for _ in 0..frames {
            walk.advance(FRAME, explored);
            faces.push(explored.pose().current.clone());
        }
        faces
    }

    #[test]
    fn it_begins_where_the_face_is_never_jumps_and_is_one_step_of_undo() {
        let mut explored = Exploration::new(60);
        let (from, wall) = (explored.pose().current.clone(), explored.wall().to_vec());
        let mut walk = Walk::default();
        walk.start(&explored, false);
        let faces = walked(&mut walk, &mut explored, 600);
        let apart = |a: &Latent, b: &Latent| -> f32 {
            let pairs = a.0.iter().zip(&b.0);
            pairs.map(|(x, y)| (x - y).powi(2)).sum::<f32>().sqrt()
        };
        let steps = faces.windows(2).map(|pair| apart(&pair[0], &pair[1]));
        assert!(steps.fold(0.0, f32::max) < 0.3);
        assert!(apart(&from, &faces[600]) > 3.0, "it leads away");
        assert!(
            faces
                .iter()
                .all(|face| (0.7..1.3).contains(&(face.norm() / 60f32.sqrt())))
        );
        assert_eq!(explored.wall(), wall, "the wall stays");
        walk.stop();
        walk.advance(FRAME, &mut explored);
        assert_eq!(explored.pose().current, faces[600]);
        assert!(explored.undo());
        assert_eq!(explored.pose().current, from);
        assert!(!explored.can_undo());
        // The next one is another one, and another step.
        explored.redo();
        walk.start(&explored, false);
        let again = walked(&mut walk, &mut explored, 60);
        assert_eq!(again[0], faces[600]);
        explored.undo();
        assert_eq!(explored.pose().current, faces[600]);
    }

    #[test]
    fn a_small_amount_stays_near() {
        let mut explored = Exploration::new(60);
        let from = explored.pose().current.clone();
        let mut walk = Walk {
            amount: 0.2,
            ..Walk::default()
        };
        walk.start(&explored, false);
        let cosine = |a: &Latent, b: &Latent| -> f32 {
            let dot: f32 = a.0.iter().zip(&b.0).map(|(x, y)| x * y).sum();
            dot / (a.norm() * b.norm())
        };
        let faces = walked(&mut walk, &mut explored, 900);
        assert!(faces.iter().all(|face| cosine(face, &from) > 0.9));
    }

    #[test]
    fn the_wall_goes_along_and_the_pads_point_stays_on_the_pad() {
        let mut explored = Exploration::new(20);
        let wall = explored.wall().to_vec();
        let mut walk = Walk {
            wall: true,
            speed: 60.0,
            ..Walk::default()
        };
        explored.go(Move::Pad(0.2, 0.9), None);
        walk.start(&explored, true);
        let mut points = Vec::new();
        for _ in 0..300 {
            walk.advance(FRAME, &mut explored);
            points.push((explored.pose().pad.x, explored.pose().pad.y));
        }
        assert!(
            explored
                .wall()
                .iter()
                .zip(&wall)
                .all(|(now, before)| now != before)
        );
        assert_eq!(explored.wall().len(), wall.len());
        let jump = |pair: &[(f32, f32)]| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
        assert!(points.windows(2).all(|pair| jump(pair) < 0.05));
        let most = |of: fn(&(f32, f32)) -> f32| points.iter().map(of).fold(f32::MIN, f32::max);
        assert!(most(|point| point.0) > 0.3, "it leads away");
        explored.undo();
        assert_eq!((explored.pose().pad.x, explored.pose().pad.y), (0.2, 0.9));
    }

    #[test]
    fn a_wall_of_faces_like_one_stays_like_it_on_its_way_and_can_be_scattered_afterwards() {
        let mut explored = Exploration::new(60);
        let like = explored.pose().current.clone();
        explored.more_like(like.clone());
        let likeness = explored.likeness();
        let mut walk = Walk {
            wall: true,
            ..Walk::default()
        };
        walk.start(&explored, false);
        walked(&mut walk, &mut explored, 600);
        walk.stop();
        assert_eq!(explored.likeness(), likeness);
        let cosine = |face: &Latent| {
            let dot: f32 = face.0.iter().zip(&like.0).map(|(x, y)| x * y).sum();
            dot / (face.norm() * like.norm())
        };
        assert!(explored.wall().iter().all(|face| cosine(face) > 0.5));
        explored.set_likeness(0.0);
        assert!(explored.wall().iter().any(|face| cosine(face) < 0.3));
    }
}
