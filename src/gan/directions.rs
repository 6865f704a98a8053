//! Directions that the generator's first layer tells by itself, without labels.

use candle_core::{DType, Result, Tensor};

use super::latents_to_tensor;
use crate::latent::directions::{Cholesky, Matrix, eigen, one_sigma};
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Direction, Latent, Method};
use crate::nn::Stack;

/// Latents whose activations are looked at.
const SAMPLES: usize = 2048;
/// Eigenvalues below this share of the greatest are rounding errors.
const FAINT: f64 = 1e-6;

/// SeFa (Shen and Zhou 2021): the latent directions that move the first layer's output most, the
/// eigenvectors of W·Wᵀ of its weight W [latent, outputs]. The first `count` of them.
///
/// # Errors
/// candle's, for a device that fails.
pub fn sefa(generator: &Stack, count: usize) -> Result<Vec<Direction>> {
    let Some(first) = generator.blocks.first() else {
        return Ok(Vec::new());
    };
    let weight = first.weight.flatten_from(1)?; // [latent, 16 · channels]
    let (_, vectors) = eigen(&to_matrix(&weight.matmul(&weight.t()?)?)?);
    let directions = vectors.rows().take(count).enumerate();
    Ok(directions
        .filter_map(|(rank, vector)| {
            Some(Direction {
                name: format!("SeFa {}", rank + 1),
                method: Method::Sefa { rank },
                sigma: one_sigma(vector)?,
            })
        })
        .collect())
}

/// GANSpace (Härkönen et al. 2020): principal components of the first layer's activations, regressed
/// back to the latent. The first `count` of them.
///
/// The activations are those behind batch norm and ReLU: in front of them the layer is linear, and
/// its components would be SeFa's once more. They are looked for in the part of the activations that
/// depends linearly on the latent, as many dimensions as it has, because the regression can see no
/// other: found in a second instead of minutes.
///
/// # Errors
/// candle's, for a device that fails.
pub fn pca(generator: &Stack, count: usize, seed: u64) -> Result<Vec<Direction>> {
    let Some(first) = generator.blocks.first() else {
        return Ok(Vec::new());
    };
    let (length, device) = (first.weight.dim(0)?, first.weight.device());
    let Some(latents) = uncorrelated(length, seed) else {
        return Ok(Vec::new());
    };
    let z = latents_to_tensor(&latents, length, device)?; // [n, 1, 1, latent]
    let activations = first.infer(&z)?.flatten_from(1)?; // [n, 16 · channels]
    let centred = activations.broadcast_sub(&activations.mean_keepdim(0)?)?;
    let z = z.flatten_from(1)?; // [n, latent]
    let samples = latents.len() as f64;
    let image = (z.t()?.matmul(&centred)? / samples)?; // [latent, 16 · channels]

    // Rayleigh and Ritz: an orthonormal basis of the image, the covariance in it, its eigenvectors.
    let (strengths, mix) = eigen(&to_matrix(&image.matmul(&image.t()?)?)?);
    let strongest = strengths.first().copied().unwrap_or(0.0);
    let mut basis = mix; // rows scaled to E·Λ^(−½)
    for (row, strength) in basis.rows_mut().zip(&strengths) {
        let scale = if *strength > FAINT * strongest {
            strength.sqrt().recip()
        } else {
            0.0
        };
        row.iter_mut().for_each(|x| *x *= scale);
    }
    let basis = to_tensor(&basis, &image)?.matmul(&image)?; // [latent, 16 · channels]
    let scores = centred.matmul(&basis.t()?)?; // [n, latent]
    let scores = to_matrix(&scores)?;
    let (variances, components) = eigen(&scores.transposed_times(&scores).scaled(1.0 / samples));
    let total = f64::from(centred.sqr()?.sum_all()?.to_scalar::<f32>()?) / samples;

    // The latents are uncorrelated: regression is a plain product.
    let slopes = components.times(&scores.transposed_times(&to_matrix(&z)?)); // [latent, latent]
    let ranked = slopes.rows().zip(&variances).take(count).enumerate();
    Ok(ranked
        .filter_map(|(rank, (slope, variance))| {
            let share = (variance / total) as f32;
            Some(Direction {
                name: format!("PCA {}", rank + 1),
                method: Method::Pca { rank, share },
                sigma: one_sigma(slope)?,
            })
        })
        .collect())
}

/// Random latents whose mean is exactly 0 and whose covariance is exactly 1, so that chance
/// correlations between components do not blur what is regressed on them.
fn uncorrelated(length: usize, seed: u64) -> Option<Vec<Latent>> {
    let count = SAMPLES.max(4 * length);
    let numbers = Noise::new(seed, Purpose::Directions).normals(count * length, 0.0, 1.0);
    let mut rows = Matrix::from_f32(length, &numbers);
    let means: Vec<f64> = (0..length)
        .map(|column| rows.column(column).sum::<f64>() / count as f64)
        .collect();
    for row in rows.rows_mut() {
        row.iter_mut().zip(&means).for_each(|(x, mean)| *x -= mean);
    }
    let covariance = rows.transposed_times(&rows).scaled(1.0 / count as f64);
    Cholesky::new(&covariance)?.whiten(&mut rows);
    let narrow = |row: &[f64]| Latent(row.iter().map(|&x| x as f32).collect());
    Some(rows.rows().map(narrow).collect())
}

/// [n, m] on any device.
pub(super) fn to_matrix(tensor: &Tensor) -> Result<Matrix> {
    let numbers = tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?;
    Ok(Matrix::new(tensor.dim(1)?, numbers))
}

/// Where and as what `like` is.
pub(super) fn to_tensor(matrix: &Matrix, like: &Tensor) -> Result<Tensor> {
    let numbers: Vec<f32> = matrix.numbers().iter().map(|&x| x as f32).collect();
    let shape = (matrix.height(), matrix.columns());
    Tensor::from_vec(numbers, shape, like.device())?.to_dtype(like.dtype())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::{ModelInfo, generator};
    use candle_core::Device;

    /// A generator whose first layer listens to a few directions only, each less than the one before.
    fn planted(strengths: &[f32]) -> (Stack, Matrix) {
        let info = ModelInfo {
            size: 32,
            channels: 3,
            latent: 10,
            width: 4,
            ..ModelInfo::default()
        };
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
        (network, ways)
    }

    fn cosine(direction: &Direction, way: &[f64]) -> f64 {
        let pairs = direction.sigma.iter().zip(way);
        pairs.map(|(&a, b)| f64::from(a) * b).sum::<f64>().abs()
    }

    #[test]
    fn both_find_what_the_first_layer_listens_to() {
        let (network, ways) = planted(&[4.0, 2.5, 1.5]);
        let by_weight = sefa(&network, 3).unwrap();
        let by_activation = pca(&network, 3, 1).unwrap();
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
        assert_eq!(by_activation, pca(&network, 3, 1).unwrap());
    }

    #[test]
    fn the_latents_of_a_regression_are_uncorrelated() {
        let latents = uncorrelated(6, 1).unwrap();
        let numbers: Vec<f32> = latents.iter().flat_map(|z| z.0.clone()).collect();
        let rows = Matrix::from_f32(6, &numbers);
        let covariance = rows
            .transposed_times(&rows)
            .scaled(1.0 / latents.len() as f64);
        for (i, row) in covariance.rows().enumerate() {
            for (j, number) in row.iter().enumerate() {
                let expected = f64::from(u8::from(i == j));
                assert!((number - expected).abs() < 1e-5);
            }
        }
    }
}
