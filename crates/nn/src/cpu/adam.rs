//! Adam (Kingma & Ba 2015) in one pass, with PyTorch's arithmetic.

use super::simd::versioned;
use rayon::prelude::*;

/// The settings of an Adam optimiser.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    pub rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub eps: f64,
}

/// What a step needs of the settings, in f32 with the bias corrections multiplied out.
#[derive(Clone, Copy)]
struct Factors {
    new_in_m: f32,
    beta2: f32,
    new_in_v: f32,
    rate: f32,
    root: f32,
    eps: f32,
}

/// Floats that one task handles.
const PIECE: usize = 32 * 1024;

impl Adam {
    /// One step of one parameter with its gradient, its moments `m` and `v`, and the number of this step, from 1.
    ///
    /// param −= rate / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + eps).
    pub fn step(&self, param: &mut [f32], grad: &[f32], m: &mut [f32], v: &mut [f32], number: u64) {
        assert!(param.len() == grad.len() && m.len() == grad.len() && v.len() == grad.len());
        let number = number as f64;
        let factors = Factors {
            new_in_m: (1.0 - self.beta1) as f32,
            beta2: self.beta2 as f32,
            new_in_v: (1.0 - self.beta2) as f32,
            rate: (self.rate / (1.0 - self.beta1.powf(number))) as f32,
            root: (1.0 / (1.0 - self.beta2.powf(number)).sqrt()) as f32,
            eps: self.eps as f32,
        };
        if param.len() <= PIECE {
            return step_piece(param, grad, m, v, &factors);
        }
        (
            param.par_chunks_mut(PIECE),
            grad.par_chunks(PIECE),
            m.par_chunks_mut(PIECE),
            v.par_chunks_mut(PIECE),
        )
            .into_par_iter()
            .for_each(|(param, grad, m, v)| step_piece(param, grad, m, v, &factors));
    }
}

versioned! {
    fn step_piece<V>(param: &mut [f32], grad: &[f32], m: &mut [f32], v: &mut [f32], factors: &Factors) {
        let &Factors { new_in_m, beta2, new_in_v, rate, root, eps } = factors;
        for (((param, &g), m), v) in param.iter_mut().zip(grad).zip(m).zip(v) {
            *m += (g - *m) * new_in_m;
            *v = *v * beta2 + g * g * new_in_v;
            *param -= rate * *m / (v.sqrt() * root + eps);
        }
    }
}
