//! Directions of the whole generator, from pictures alone.

use candle_core::{DType, Device, Result, Tensor};

use super::directions::{GoOn, to_matrix, to_tensor};
use super::generator::Generator;
use crate::latent::directions::{Matrix, one_sigma, strongest};
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Direction, Method};

/// Random faces whose changes are averaged.
const FACES: usize = 6;
/// Lines of the latent space that are looked along at most.
const MOST_PROBES: usize = 128;
/// Half of what a latent is moved along each: far enough for single precision, near enough for a slope.
const HALF: f64 = 0.1;
/// Pictures that are drawn at once.
const BATCH: usize = 32;

/// The latent directions that change the picture most: eigenvectors of JᵀJ, J the derivative of all pixels by the
/// latent, averaged over random faces (Ramesh et al. 2018). The first `count` of them; `None` where `go_on` says no.
///
/// J is measured by symmetric differences along every axis of the latent; of a long one along the lines that the first
/// layer hears best.
///
/// # Errors
/// candle's, for a device that fails.
pub fn jacobian(
    generator: &Generator,
    count: usize,
    seed: u64,
    go_on: &GoOn<'_>,
) -> Result<Option<Vec<Direction>>> {
    let Some(first) = generator.first_matrix()? else {
        return Ok(Some(Vec::new()));
    }; // [latent, outputs]
    let length = first.dim(0)?;
    let Some(probes) = probes(&first, go_on)? else {
        return Ok(None);
    };
    let numbers = Noise::new(seed, Purpose::Directions).normals(FACES * length, 0.0, 1.0);
    let faces = Tensor::from_vec(numbers, (FACES, length), &Device::Cpu)?;
    let draw =
        |z: &Tensor| generator.infer(&z.to_device(first.device())?.unsqueeze(1)?.unsqueeze(1)?);
    let Some(products) = products(&draw, &faces, &probes, go_on)? else {
        return Ok(None);
    };
    let total = products.trace();
    let found = strongest(&products, count, &|share| go_on(0.95 + 0.05 * share));
    Ok(found.map(|(values, vectors)| {
        let along = vectors.times(&probes);
        let ranked = along.rows().zip(values).enumerate();
        let directions = ranked.filter_map(|(rank, (along, value))| {
            // One that moves nothing is none.
            let share = (value / total) as f32;
            Some(Direction {
                name: format!("Jacobian {}", rank + 1),
                method: Method::Jacobian { rank, share },
                sigma: one_sigma(along).filter(|_| share > 1e-6)?,
            })
        });
        directions.collect()
    }))
}

/// Lines of length one to look along, at right angles to each other [probes, latent].
fn probes(first: &Tensor, go_on: &GoOn<'_>) -> Result<Option<Matrix>> {
    let length = first.dim(0)?;
    if length <= MOST_PROBES {
        return Ok(Some(Matrix::identity(length)));
    }
    let heard = to_matrix(&first.matmul(&first.t()?)?)?;
    let found = strongest(&heard, MOST_PROBES, &|share| go_on(0.05 * share));
    Ok(found.map(|(_, lines)| lines))
}

/// P·JᵀJ·Pᵀ [probes, probes], averaged over `faces` [n, latent], of what `draw` makes of latents [b, latent], along the
/// rows of `probes` P.
fn products(
    draw: &dyn Fn(&Tensor) -> Result<Tensor>,
    faces: &Tensor,
    probes: &Matrix,
    go_on: &GoOn<'_>,
) -> Result<Option<Matrix>> {
    let (count, side) = (faces.dim(0)?, probes.height());
    let steps = (to_tensor(probes, faces)? * HALF)?; // [probes, latent]
    let mut sum = Matrix::zeros(side, side);
    for face in 0..count {
        let z = faces.narrow(0, face, 1)?; // [1, latent]
        let mut slopes = Vec::new();
        for first in (0..side).step_by(BATCH / 2) {
            let share = (face as f32 + first as f32 / side as f32) / count as f32;
            if !go_on(0.05 + 0.9 * share) {
                return Ok(None);
            }
            let some = (BATCH / 2).min(side - first);
            let step = steps.narrow(0, first, some)?; // [b, latent]
            let both = Tensor::cat(&[z.broadcast_add(&step)?, z.broadcast_sub(&step)?], 0)?;
            let drawn = draw(&both)?.to_device(&Device::Cpu)?.flatten_from(1)?; // [2b, pixels]
            let change = (drawn.narrow(0, 0, some)? - drawn.narrow(0, some, some)?)?;
            slopes.push((change / (2.0 * HALF))?);
        }
        let slopes = Tensor::cat(&slopes, 0)?.to_dtype(DType::F32)?; // [probes, pixels]
        let products = to_matrix(&slopes.matmul(&slopes.t()?)?)?; // [probes, probes]
        sum = sum.plus(&products.scaled(1.0 / count as f64));
    }
    Ok(Some(sum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::{ModelInfo, generator};
    use crate::latent::directions::eigen;

    fn random(rows: usize, columns: usize, seed: u64) -> Matrix {
        let mut noise = Noise::new(seed, Purpose::Weights);
        Matrix::from_f32(columns, &noise.normals(rows * columns, 0.0, 1.0))
    }

    fn cosine(a: &[f32], b: &[f64]) -> f64 {
        let pairs = a.iter().zip(b);
        pairs.map(|(&x, y)| f64::from(x) * y).sum::<f64>().abs()
    }

    /// Of a linear generator, G(z) = z·W, J is W everywhere, and what is found are W's singular vectors.
    #[test]
    fn those_of_a_linear_map_are_its_singular_vectors() {
        let weight = random(8, 40, 3); // [latent, pixels]
        let map = to_tensor(
            &weight,
            &Tensor::zeros(1, DType::F32, &Device::Cpu).unwrap(),
        )
        .unwrap();
        let faces = Tensor::from_vec(vec![0.3f32; 16], (2, 8), &Device::Cpu).unwrap();
        let draw = |z: &Tensor| z.matmul(&map);
        let exact = weight.times(&weight.transposed());
        let along = |probes: &Matrix| products(&draw, &faces, probes, &|_| true).unwrap().unwrap();
        let found = along(&Matrix::identity(8));
        let largest = exact
            .numbers()
            .iter()
            .fold(0.0, |most: f64, x| most.max(x.abs()));
        for (x, y) in found.numbers().iter().zip(exact.numbers()) {
            assert!((x - y).abs() < 1e-3 * largest, "{x} {y}");
        }
        let ((values, vectors), (expected, singular)) = (eigen(&found), eigen(&exact));
        for rank in 0..8 {
            assert!((values[rank] / expected[rank] - 1.0).abs() < 1e-3);
            let row = |m: &Matrix| m.rows().nth(rank).unwrap().to_vec();
            let own: Vec<f32> = row(&vectors).iter().map(|&x| x as f32).collect();
            assert!(cosine(&own, &row(&singular)) > 0.9999, "{rank}");
        }
        // Along a few lines it is the same matrix, seen from there.
        let (_, lines) = strongest(&exact, 3, &|_| true).unwrap();
        let few = along(&lines);
        for (i, row) in few.rows().enumerate() {
            for (j, x) in row.iter().enumerate() {
                let wanted = if i == j { expected[i] } else { 0.0 };
                assert!((x - wanted).abs() < 1e-3 * largest, "{x} {wanted}");
            }
        }
    }

    #[test]
    fn a_generator_has_some_that_change_its_picture_most_and_it_can_be_stopped() {
        let info = ModelInfo::small(12, 4);
        let mut noise = Noise::new(3, Purpose::Weights);
        let network = generator(&info, &mut noise, &Device::Cpu).unwrap();
        let network = Generator::from(network);
        let found = jacobian(&network, 12, 1, &|_| true).unwrap().unwrap();
        let again = jacobian(&network, 12, 1, &|_| true).unwrap().unwrap();
        assert_eq!(found, again);
        let change = |direction: &Direction| -> f32 {
            let face = crate::latent::noise::face(9, 12);
            let both = [-0.2, 0.2]
                .map(|by| direction.moved_by(&face, by).0)
                .concat();
            let z = Tensor::from_vec(both, (2, 1, 1, 12), &Device::Cpu).unwrap();
            let drawn = network.infer(&z).unwrap();
            let away = (drawn.get(0).unwrap() - drawn.get(1).unwrap()).unwrap();
            away.sqr().unwrap().sum_all().unwrap().to_scalar().unwrap()
        };
        let last = found.len() - 1;
        assert!(change(&found[0]) > 1.5 * change(&found[last]));
        for end in [0.0, 0.3, 0.8, 0.96] {
            let stopped = jacobian(&network, 3, 1, &|share| share < end).unwrap();
            assert_eq!(stopped, None, "{end}");
        }
    }

    #[test]
    fn a_long_latent_is_looked_along_where_the_first_layer_hears_it() {
        let info = ModelInfo::small(MOST_PROBES + 40, 4);
        let mut noise = Noise::new(3, Purpose::Weights);
        let network = generator(&info, &mut noise, &Device::Cpu).unwrap();
        let found = jacobian(&network.into(), 5, 1, &|_| true).unwrap().unwrap();
        assert_eq!(found.len(), 5);
        assert!(found.iter().all(|one| one.sigma.len() == MOST_PROBES + 40));
    }
}
