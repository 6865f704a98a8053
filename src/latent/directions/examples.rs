//! Directions from examples and arithmetic with faces (Radford, Metz and Chintala 2015, section 6.3.2).

use super::one_sigma;
use crate::latent::noise::Noise;
use crate::latent::{Direction, Latent, Method};

/// Averages of fewer faces than this are unstable (the article says so, and uses three).
pub const FEWEST_EXAMPLES: usize = 3;

/// How far the article's neighbours of a result lie from it, in each component.
const NEIGHBOURHOOD: f64 = 0.25;

/// Why examples give no direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExamplesError {
    /// One side has too few.
    #[error(
        "pick {FEWEST_EXAMPLES} or more faces on each side; there are {0} with and {1} without"
    )]
    Faces(usize, usize),
    /// Both averages are the same face.
    #[error("both sides have the same average; pick other faces")]
    NoDifference,
}

/// The average of faces; empty without any. Their lengths must agree; the shortest decides.
pub fn mean(faces: &[Latent]) -> Latent {
    let length = faces.iter().map(Latent::len).min().unwrap_or(0);
    let mut sums = vec![0f64; length];
    for face in faces {
        for (sum, &number) in sums.iter_mut().zip(&face.0) {
            *sum += f64::from(number);
        }
    }
    let count = faces.len() as f64;
    Latent(sums.into_iter().map(|sum| (sum / count) as f32).collect())
}

/// The direction from the average face without to the average face with.
///
/// # Errors
/// With fewer than [`FEWEST_EXAMPLES`] faces on a side, or where the averages agree.
pub fn from_examples(
    name: &str,
    with: &[Latent],
    without: &[Latent],
) -> Result<Direction, ExamplesError> {
    if with.len() < FEWEST_EXAMPLES || without.len() < FEWEST_EXAMPLES {
        return Err(ExamplesError::Faces(with.len(), without.len()));
    }
    let (to, from) = (mean(with), mean(without));
    let pairs = to.0.iter().zip(&from.0);
    let way: Vec<f64> = pairs.map(|(&a, &b)| f64::from(a) - f64::from(b)).collect();
    let sigma = one_sigma(&way).ok_or(ExamplesError::NoDifference)?;
    Ok(Direction {
        name: name.to_owned(),
        method: Method::Examples {
            count: (with.len(), without.len()),
        },
        sigma,
    })
}

/// A − B + C, each the average of some faces. Without B and C it is the average of A.
pub fn arithmetic(a: &[Latent], b: &[Latent], c: &[Latent]) -> Latent {
    let mut result = mean(a);
    for (faces, sign) in [(b, -1.0), (c, 1.0)] {
        for (sum, number) in result.0.iter_mut().zip(mean(faces).0) {
            *sum += sign * number;
        }
    }
    result
}

/// `count` faces around `middle`: uniform noise of ±0.25 on each component, as in the article.
pub fn neighbours(middle: &Latent, count: usize, noise: &mut Noise) -> Vec<Latent> {
    let mut near = |&x: &f32| {
        let by = NEIGHBOURHOOD * (2.0 * noise.uniform() - 1.0);
        (f64::from(x) + by) as f32
    };
    (0..count)
        .map(|_| Latent(middle.0.iter().map(&mut near).collect()))
        .collect()
}

/// `direction` without what it shares with `others` (InterFaceGAN's conditional manipulation):
/// moving along it leaves their coordinates as they are. `None` where nothing of it is left.
pub fn orthogonalised(direction: &Direction, others: &[&Direction]) -> Option<Direction> {
    let wide = |sigma: &[f32]| sigma.iter().copied().map(f64::from).collect::<Vec<f64>>();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for other in others {
        let rest = without(wide(&other.sigma), &basis);
        // Hardly anything left: it lies in the span of those before it.
        let length = super::matrix::dot(&rest, &rest).sqrt();
        if length > 1e-4 {
            basis.push(rest.iter().map(|x| x / length).collect());
        }
    }
    let rest = without(wide(&direction.sigma), &basis);
    let length = super::matrix::dot(&rest, &rest).sqrt();
    let sigma = one_sigma(&rest).filter(|_| length > 1e-4)?;
    Some(Direction {
        sigma,
        ..direction.clone()
    })
}

fn without(mut vector: Vec<f64>, basis: &[Vec<f64>]) -> Vec<f64> {
    for one in basis {
        let share = super::matrix::dot(&vector, one);
        super::matrix::add_scaled(&mut vector, -share, one);
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::noise::{Purpose, face};

    #[test]
    fn examples_point_from_those_without_to_those_with() {
        let planted = [0.6f32, -0.8, 0.0, 0.0];
        let shifted = |seed: u64, by: f32| {
            let pairs = face(seed, 4).0.into_iter().zip(planted);
            Latent(pairs.map(|(z, p)| z + by * p).collect())
        };
        let with: Vec<Latent> = (0..200).map(|seed| shifted(seed, 2.0)).collect();
        let without: Vec<Latent> = (0..200).map(|seed| shifted(1000 + seed, -2.0)).collect();
        let found = from_examples("hat", &with, &without).unwrap();
        assert_eq!(found.method, Method::Examples { count: (200, 200) });
        let cosine: f32 = found.sigma.iter().zip(planted).map(|(a, b)| a * b).sum();
        assert!(cosine > 0.99, "{cosine}");
        assert_eq!(
            from_examples("hat", &with[..2], &without),
            Err(ExamplesError::Faces(2, 200))
        );
        let same = from_examples("hat", &with, &with);
        assert_eq!(same, Err(ExamplesError::NoDifference));
    }

    #[test]
    fn arithmetic_adds_averages_and_neighbours_stay_near() {
        let latent = |x: f32, y: f32| Latent(vec![x, y]);
        let (a, b, c) = ([latent(1.0, 2.0), latent(3.0, 0.0)], [latent(1.0, 1.0)], []);
        assert_eq!(arithmetic(&a, &b, &c).0, [1.0, 0.0]);
        assert_eq!(arithmetic(&a, &[], &b).0, [3.0, 2.0]);
        assert!(mean(&[]).is_empty());
        let middle = latent(5.0, -5.0);
        let near = neighbours(&middle, 50, &mut Noise::new(1, Purpose::Faces));
        let far = |z: &Latent| (z.0[0] - 5.0).abs().max((z.0[1] + 5.0).abs());
        assert!(near.iter().all(|z| far(z) <= 0.25));
        assert!(near.iter().any(|z| far(z) > 0.2));
    }

    #[test]
    fn orthogonalised_moves_nothing_else() {
        let direction = |sigma: [f32; 3]| Direction {
            name: "x".into(),
            method: Method::Sefa { rank: 0 },
            sigma: sigma.to_vec(),
        };
        let smile = direction([0.6, 0.8, 0.0]);
        let (hat, cap) = (direction([1.0, 0.0, 0.0]), direction([1.0, 0.0, 1e-6]));
        let alone = orthogonalised(&smile, &[&hat, &cap]).unwrap();
        assert_eq!(alone.sigma, [0.0, 1.0, 0.0]);
        assert_eq!(orthogonalised(&hat, &[&hat]), None);
    }
}
