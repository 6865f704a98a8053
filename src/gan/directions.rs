//! Directions that the generator's first layer tells by itself, without labels.

use candle_core::{DType, Device, Result, Tensor};

use super::generator::Generator;
use crate::latent::directions::{Cholesky, Matrix, one_sigma, orthonormal, strongest};
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Direction, Method};

/// Latents whose activations are looked at.
const SAMPLES: usize = 2048;
/// Squares below this share of the greatest are rounding errors.
const FAINT: f64 = 1e-6;

/// Hears how much is done, 0..1, and says whether to go on.
pub type GoOn<'a> = dyn Fn(f32) -> bool + 'a;

/// SeFa (Shen and Zhou 2021): the latent directions that move the first layer's output most, the
/// eigenvectors of W·Wᵀ of its weight W [latent, outputs]. The first `count` of them; `None` where
/// `go_on` says no.
///
/// # Errors
/// candle's, for a device that fails.
pub fn sefa(
    generator: &Generator,
    count: usize,
    go_on: &GoOn<'_>,
) -> Result<Option<Vec<Direction>>> {
    let Some(weight) = generator.first_matrix()? else {
        return Ok(Some(Vec::new()));
    }; // [latent, 16 · channels]
    let products = to_matrix(&weight.matmul(&weight.t()?)?)?;
    let found = strongest(&products, count, go_on);
    Ok(found.map(|(_, vectors)| {
        let directions = vectors.rows().enumerate();
        directions
            .filter_map(|(rank, vector)| {
                Some(Direction {
                    name: format!("SeFa {}", rank + 1),
                    method: Method::Sefa { rank },
                    sigma: one_sigma(vector)?,
                })
            })
            .collect()
    }))
}

/// GANSpace (Härkönen et al. 2020): principal components of the first layer's activations, regressed
/// back to the latent. The first `count` of them; `None` where `go_on` says no.
///
/// The activations are those behind batch norm and ReLU: in front of them the layer is linear, and
/// its components would be SeFa's once more. They are looked for in the part of the activations that
/// depends linearly on the latent, as many dimensions as it has, because the regression can see no
/// other: found in a second instead of minutes.
///
/// # Errors
/// candle's, for a device that fails.
pub fn pca(
    generator: &Generator,
    count: usize,
    seed: u64,
    go_on: &GoOn<'_>,
) -> Result<Option<Vec<Direction>>> {
    let Some(first) = generator.first_matrix()? else {
        return Ok(Some(Vec::new()));
    };
    let (length, device) = (first.dim(0)?, first.device());
    if !go_on(0.0) {
        return Ok(None);
    }
    let Some(latents) = uncorrelated(length, seed)? else {
        return Ok(Some(Vec::new()));
    };
    if !go_on(0.3) {
        return Ok(None);
    }
    let (samples, z) = (latents.dim(0)? as f64, latents.to_device(device)?); // [n, latent]
    let activations = generator.first_features(&z.unsqueeze(1)?.unsqueeze(1)?)?; // [n, 16 · channels]
    let centred = activations.broadcast_sub(&activations.mean_keepdim(0)?)?;
    let image = (z.t()?.matmul(&centred)? / samples)?; // [latent, 16 · channels]

    // Rayleigh and Ritz: an orthonormal basis of the image, the covariance in it, its eigenvectors.
    let wide = exact(&image)?;
    let products = to_matrix(&wide.matmul(&wide.t()?)?)?;
    let Some(mix) = orthonormal(&products, FAINT, &|share| go_on(0.4 + 0.2 * share)) else {
        return Ok(None);
    };
    if mix.height() == 0 {
        return Ok(Some(Vec::new()));
    }
    let basis = to_tensor(&mix, &image)?.matmul(&image)?; // [rank, 16 · channels]
    let scores = exact(&centred.matmul(&basis.t()?)?)?; // [n, rank]
    let covariance = to_matrix(&(scores.t()?.matmul(&scores)? / samples)?)?;
    let found = strongest(&covariance, count, &|share| go_on(0.7 + 0.3 * share));
    let Some((variances, components)) = found else {
        return Ok(None);
    };
    let total = f64::from(centred.sqr()?.sum_all()?.to_scalar::<f32>()?) / samples;

    // The latents are uncorrelated: regression is a plain product.
    let slopes = components.times(&to_matrix(&scores.t()?.matmul(&exact(&latents)?)?)?);
    let ranked = slopes.rows().zip(&variances).enumerate();
    let directions = ranked.filter_map(|(rank, (slope, variance))| {
        let share = (variance / total) as f32;
        Some(Direction {
            name: format!("PCA {}", rank + 1),
            method: Method::Pca { rank, share },
            sigma: one_sigma(slope)?,
        })
    });
    Ok(Some(directions.collect()))
}

/// Random latents [n, latent] whose mean is exactly 0 and whose covariance is exactly 1, so that
/// chance correlations between components do not blur what is regressed on them.
fn uncorrelated(length: usize, seed: u64) -> Result<Option<Tensor>> {
    let count = SAMPLES.max(4 * length);
    let numbers = Noise::new(seed, Purpose::Directions).normals(count * length, 0.0, 1.0);
    let latents = exact(&Tensor::from_vec(numbers, (count, length), &Device::Cpu)?)?;
    let centred = latents.broadcast_sub(&latents.mean_keepdim(0)?)?;
    let covariance = (centred.t()?.matmul(&centred)? / count as f64)?;
    let Some(cholesky) = Cholesky::new(&to_matrix(&covariance)?) else {
        return Ok(None);
    };
    // Rows of L⁻¹ applied to the unit vectors: L⁻ᵀ.
    let mut whiten = Matrix::identity(length);
    cholesky.whiten(&mut whiten);
    let white = centred.matmul(&to_tensor(&whiten, &centred)?)?;
    white.to_dtype(DType::F32).map(Some)
}

/// In main memory in double precision, where products of many numbers stay exact enough.
fn exact(tensor: &Tensor) -> Result<Tensor> {
    tensor.to_device(&Device::Cpu)?.to_dtype(DType::F64)
}

/// [n, m] on any device.
pub(super) fn to_matrix(tensor: &Tensor) -> Result<Matrix> {
    let numbers = exact(tensor)?.flatten_all()?.to_vec1()?;
    Ok(Matrix::new(tensor.dim(1)?, numbers))
}

/// Where and as what `like` is.
pub(super) fn to_tensor(matrix: &Matrix, like: &Tensor) -> Result<Tensor> {
    let shape = (matrix.height(), matrix.columns());
    let exact = Tensor::from_slice(matrix.numbers(), shape, &Device::Cpu)?;
    exact.to_dtype(like.dtype())?.to_device(like.device())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::{ModelInfo, generator};
    use crate::latent::directions::eigen;

    /// A generator whose first layer listens to a few directions only, each less than the one before.
    fn planted(strengths: &[f32]) -> (Generator, Matrix) {
        let info = ModelInfo::small(10, 4);
        let mut noise = Noise::new(3, Purpose::Weights);
        let mut network = generator(&info, &mut noise, &Device::Cpu).unwrap();
        let random = Matrix::from_f32(10, &noise.normals(100, 0.0, 1.0));
        let (_, ways) = eigen(&random.transposed_times(&random));
        let outputs = network.blocks[0].weight.elem_count() / 10;
        let mut weight = Matrix::zeros(10, outputs);
        for (way, &strength) in ways.rows().zip(strengths) {
            let pattern = noise.normals(outputs, 0.0, f64::from(strength));
            for (row, &z) in weight.rows_mut().zip(way) {
                let pairs = row.iter_mut().zip(&pattern);
                pairs.for_each(|(sum, &p)| *sum += z * f64::from(p));
            }
        }
        let first = &mut network.blocks[0];
        let shape = first.weight.shape().clone();
        first.weight = to_tensor(&weight, &first.weight)
            .unwrap()
            .reshape(shape)
            .unwrap();
        (network.into(), ways)
    }

    fn cosine(direction: &Direction, way: &[f64]) -> f64 {
        let pairs = direction.sigma.iter().zip(way);
        pairs.map(|(&a, b)| f64::from(a) * b).sum::<f64>().abs()
    }

    #[test]
    fn both_find_what_the_first_layer_listens_to() {
        let (network, ways) = planted(&[4.0, 2.5, 1.5]);
        let by_weight = sefa(&network, 3, &|_| true).unwrap().unwrap();
        let pca = || pca(&network, 3, 1, &|_| true).unwrap().unwrap();
        let by_activation = pca();
        assert_eq!((by_weight.len(), by_activation.len()), (3, 3));
        for (rank, way) in ways.rows().take(3).enumerate() {
            assert!(cosine(&by_weight[rank], way) > 0.98, "SeFa {rank}");
            // Behind the ReLU a strong direction also bends what the weaker ones do, so that these mix;
            // but nothing else comes in.
            let planted = ways.rows().take(3);
            let cosines: Vec<f64> = planted
                .map(|way| cosine(&by_activation[rank], way))
                .collect();
            let inside: f64 = cosines.iter().map(|x| x * x).sum();
            assert!(inside > 0.97, "PCA {rank}: {cosines:?}");
            assert!(rank > 0 || cosines[0] > 0.95, "PCA {rank}: {cosines:?}");
        }
        let shares: Vec<f32> = by_activation
            .iter()
            .map(|direction| match direction.method {
                Method::Pca { share, .. } => share,
                _ => f32::NAN,
            })
            .collect();
        assert!(shares.is_sorted_by(|a, b| a > b), "{shares:?}");
        assert!(
            shares.iter().sum::<f32>() <= 1.0 && shares[0] > 0.3,
            "{shares:?}"
        );
        assert_eq!(by_activation, pca());
    }

    #[test]
    fn a_layer_that_hears_nothing_has_none_and_a_search_can_be_stopped() {
        let (deaf, _) = planted(&[]);
        assert!(pca(&deaf, 3, 1, &|_| true).unwrap().unwrap().is_empty());
        let (network, _) = planted(&[4.0, 2.5]);
        assert_eq!(sefa(&network, 3, &|_| false).unwrap(), None);
        for end in [0.0, 0.35, 0.5, 0.9] {
            let stopped = pca(&network, 3, 1, &|share| share < end).unwrap();
            assert_eq!(stopped, None, "{end}");
        }
    }

    #[test]
    fn the_latents_of_a_regression_are_uncorrelated() {
        let rows = to_matrix(&uncorrelated(6, 1).unwrap().unwrap()).unwrap();
        let covariance = rows
            .transposed_times(&rows)
            .scaled(1.0 / rows.height() as f64);
        for (i, row) in covariance.rows().enumerate() {
            for (j, number) in row.iter().enumerate() {
                let expected = f64::from(u8::from(i == j));
                assert!((number - expected).abs() < 1e-5);
            }
        }
    }
}
