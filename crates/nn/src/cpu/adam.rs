//! Adam (Kingma & Ba 2015) in one pass, with PyTorch's arithmetic.

use super::simd::versioned;
use crate::types::Update;
use rayon::prelude::*;

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

/// One step of a parameter with its gradient and its moments `m` and `v`.
///
/// param −= rate / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + eps).
pub fn step(update: Update, param: &mut [f32], grad: &[f32], m: &mut [f32], v: &mut [f32]) {
    assert!(param.len() == grad.len() && m.len() == grad.len() && v.len() == grad.len());
    let (rate, root) = update.corrected();
    let factors = Factors {
        new_in_m: (1.0 - update.beta1) as f32,
        beta2: update.beta2 as f32,
        new_in_v: (1.0 - update.beta2) as f32,
        rate: rate as f32,
        root: (1.0 / root) as f32,
        eps: update.epsilon as f32,
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
