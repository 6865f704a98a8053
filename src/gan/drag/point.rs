//! A point of a face that is followed as the face changes.

use super::maps::{Levels, Maps, Place, distance};

/// Pixels around its last place in which it is looked for.
const REACH: i32 = 2;
/// Steps of Lucas and Kanade's method (1981), which finds it to a fraction of a pixel.
const REFINEMENTS: usize = 3;
/// Share of the patch's steepness that is added to both ways: along an edge nothing says how far it went.
const DAMPING: f32 = 0.01;

#[derive(Clone, Debug)]
pub struct Point {
    pub at: Place,
    pub goal: Place,
    /// What surrounds it, as it was.
    template: Vec<f32>,
}

/// What a point sees around it.
pub struct Sight {
    /// How its patch changes by a pixel to the right, and by one down.
    pub slopes: [Vec<f32>; 2],
    /// What the patch has more than the template, apart from what a shift explains.
    pub change: Vec<f32>,
    inverse: [[f32; 2]; 2],
}

impl Point {
    pub fn new(levels: &Levels, maps: &Maps, at: Place, goal: Place) -> Self {
        Self {
            at,
            goal,
            template: levels.patch(maps, at),
        }
    }

    /// Pixels that it has still to go.
    pub fn left(&self) -> f32 {
        distance(self.goal, self.at)
    }

    pub fn way(&self) -> Place {
        [self.goal[0] - self.at[0], self.goal[1] - self.at[1]]
    }

    pub fn look(&self, levels: &Levels, maps: &Maps) -> Sight {
        let slopes = levels.slopes(maps, self.at);
        let inverse = inverse(&slopes);
        let patch = levels.patch(maps, self.at).into_iter();
        let change = patch.zip(&self.template).map(|(now, was)| now - was);
        let mut sight = Sight {
            change: change.collect(),
            slopes,
            inverse,
        };
        let change = std::mem::take(&mut sight.change);
        sight.change = sight.apart_from_shifts(change);
        sight
    }

    /// Finds it again on a face that has changed a little.
    pub fn follow(&mut self, levels: &Levels, maps: &Maps) {
        let [x, y] = self.at;
        let mut best = (f32::INFINITY, self.at);
        for down in -REACH..=REACH {
            for across in -REACH..=REACH {
                let at = [x + across as f32, y + down as f32];
                // Of places alike, the nearest.
                let far = 1.0 + 0.02 * (across * across + down * down) as f32;
                let off = far * self.off(levels, maps, at);
                if off < best.0 {
                    best = (off, at);
                }
            }
        }
        self.at = best.1;
        for _ in 0..REFINEMENTS {
            let slopes = levels.slopes(maps, self.at);
            let patch = levels.patch(maps, self.at);
            let missing: Vec<f32> = self
                .template
                .iter()
                .zip(&patch)
                .map(|(t, p)| t - p)
                .collect();
            let along = slopes.each_ref().map(|slope| dot(slope, &missing));
            let step = times(inverse(&slopes), along);
            self.at[0] += step[0].clamp(-0.5, 0.5);
            self.at[1] += step[1].clamp(-0.5, 0.5);
        }
    }

    /// Takes a share of what surrounds it now into what it is looked for by.
    pub fn refresh(&mut self, levels: &Levels, maps: &Maps, share: f32) {
        for (was, now) in self.template.iter_mut().zip(levels.patch(maps, self.at)) {
            *was += share * (now - *was);
        }
    }

    fn off(&self, levels: &Levels, maps: &Maps, at: Place) -> f32 {
        let patch = levels.patch(maps, at);
        let pairs = patch.iter().zip(&self.template);
        pairs.map(|(a, b)| (a - b).powi(2)).sum()
    }
}

impl Sight {
    /// What moves it by one pixel per unit: the two rows −H⁻¹ ∇Fᵀ of the motion, from a derivative of the patch along
    /// both slopes (Lucas and Kanade 1981).
    pub fn motion(&self, along: [&[f64]; 2]) -> [Vec<f64>; 2] {
        self.inverse.map(|[a, b]| {
            let pairs = along[0].iter().zip(along[1]);
            pairs
                .map(|(x, y)| -(f64::from(a) * x + f64::from(b) * y))
                .collect()
        })
    }

    /// `patch` without what a small shift would give.
    pub fn apart_from_shifts(&self, mut patch: Vec<f32>) -> Vec<f32> {
        let along = self.slopes.each_ref().map(|slope| dot(slope, &patch));
        let [right, down] = times(self.inverse, along);
        let slopes = self.slopes[0].iter().zip(&self.slopes[1]);
        for (number, (x, y)) in patch.iter_mut().zip(slopes) {
            *number -= right * x + down * y;
        }
        patch
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Of the two by two products of the slopes, damped.
fn inverse([x, y]: &[Vec<f32>; 2]) -> [[f32; 2]; 2] {
    let (xx, xy, yy) = (dot(x, x), dot(x, y), dot(y, y));
    let damping = DAMPING * (xx + yy) / 2.0 + f32::MIN_POSITIVE;
    let (xx, yy) = (xx + damping, yy + damping);
    let determinant = (xx * yy - xy * xy).max(f32::MIN_POSITIVE);
    [
        [yy / determinant, -xy / determinant],
        [-xy / determinant, xx / determinant],
    ]
}

fn times([first, second]: [[f32; 2]; 2], [x, y]: [f32; 2]) -> [f32; 2] {
    [first[0] * x + first[1] * y, second[0] * x + second[1] * y]
}
