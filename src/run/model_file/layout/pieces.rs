//! From named tensors to what they are parts of: kernels with their biases, and norms.

use crate::run::model_file::found::Found;

/// A convolution or a dense layer.
#[derive(Clone, Debug)]
pub(super) struct Kernel<'a> {
    pub weight: &'a Found<'a>,
    pub bias: Option<&'a Found<'a>>,
    pub place: Place,
}

impl Kernel<'_> {
    /// Side of the kernel; `None` for a dense layer.
    pub fn side(&self) -> Option<usize> {
        match self.weight.shape[..] {
            [_, _, side, _] => Some(side),
            _ => None,
        }
    }

    /// The first two numbers of its shape.
    pub fn ends(&self) -> (usize, usize) {
        match self.weight.shape[..] {
            [a, b, ..] => (a, b),
            _ => (0, 0),
        }
    }
}

/// A batch norm; what it lacks is 1, 0 or to be found out.
#[derive(Clone, Debug)]
pub(super) struct Norm<'a> {
    pub channels: usize,
    pub gain: Option<&'a Found<'a>>,
    pub shift: Option<&'a Found<'a>>,
    pub mean: Option<&'a Found<'a>>,
    pub variance: Option<&'a Found<'a>>,
    pub place: Place,
}

/// Where a module stands: the one that holds it and, in an `nn.Sequential`, its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub parent: String,
    pub number: Option<usize>,
}

impl Place {
    fn of(module: &str) -> Self {
        let (parent, own) = module.rsplit_once('.').unwrap_or(("", module));
        Self {
            parent: parent.to_owned(),
            number: own.parse().ok(),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Piece<'a> {
    Kernel(Kernel<'a>),
    Norm(Norm<'a>),
}

/// What a tensor is to its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Weight,
    Bias,
    Mean,
    Variance,
    /// Says nothing about pictures.
    Nothing,
}

impl Role {
    fn named(leaf: &str) -> Option<Self> {
        Some(match leaf.to_ascii_lowercase().as_str() {
            "weight" | "kernel" | "w" | "filter" | "filters" | "gamma" | "scale" | "gain" => {
                Self::Weight
            }
            "bias" | "b" | "beta" | "shift" | "offset" => Self::Bias,
            "running_mean" | "moving_mean" | "mean" => Self::Mean,
            "running_var" | "moving_variance" | "moving_var" | "variance" | "var" => Self::Variance,
            "num_batches_tracked" | "n_averaged" => Self::Nothing,
            _ => return None,
        })
    }
}

/// The modules of some tensors, whose `names` are relative to the network, in their order. The error is the name of
/// what is no part of one.
pub(super) fn pieces<'a>(tensors: &[(&str, &'a Found<'a>)]) -> Result<Vec<Piece<'a>>, String> {
    by_name(tensors).unwrap_or_else(|| by_order(tensors))
}

/// `None` where the names do not say what is what.
fn by_name<'a>(tensors: &[(&str, &'a Found<'a>)]) -> Option<Result<Vec<Piece<'a>>, String>> {
    let mut modules: Vec<(&str, Vec<(Role, &'a Found<'a>)>)> = Vec::new();
    for (name, found) in tensors {
        let (module, role) = split(name)?;
        match modules.iter_mut().find(|(own, _)| *own == module) {
            Some((_, parts)) => parts.push((role, found)),
            None => modules.push((module, vec![(role, found)])),
        }
    }
    let all = modules.into_iter();
    Some(
        all.filter_map(|(module, parts)| piece(module, &parts).transpose())
            .collect(),
    )
}

/// The module and what its tensor is, of `main.0.weight` as of `conv1_w`.
fn split(name: &str) -> Option<(&str, Role)> {
    for (at, _) in name.match_indices(['.', '_']) {
        if let Some(role) = Role::named(&name[at + 1..]) {
            return Some((&name[..at], role));
        }
    }
    Role::named(name).map(|role| ("", role))
}

/// `None` where there is nothing but counts.
fn piece<'a>(module: &str, parts: &[(Role, &'a Found<'a>)]) -> Result<Option<Piece<'a>>, String> {
    let of = |role| {
        parts
            .iter()
            .find(|(own, _)| *own == role)
            .map(|(_, found)| *found)
    };
    let (weight, bias) = (of(Role::Weight), of(Role::Bias));
    let (mean, variance) = (of(Role::Mean), of(Role::Variance));
    let place = Place::of(module);
    if let Some(weight) = weight
        && weight.shape.len() != 1
    {
        let whole = is_kernel(weight) && mean.is_none() && variance.is_none();
        let kernel = Kernel {
            weight,
            bias,
            place,
        };
        return match whole && parts.len() == 1 + usize::from(bias.is_some()) {
            true => Ok(Some(Piece::Kernel(kernel))),
            false => Err(weight.name.clone()),
        };
    }
    let vectors = [weight, bias, mean, variance];
    let Some(first) = vectors.into_iter().flatten().next() else {
        return Ok(None);
    };
    let is_whole = weight.is_some() == bias.is_some() && mean.is_some() == variance.is_some();
    let like = |found: &&Found| found.shape.len() == 1 && found.shape == first.shape;
    if !is_whole || !vectors.iter().flatten().all(like) {
        return Err(first.name.clone());
    }
    Ok(Some(Piece::Norm(Norm {
        channels: first.shape[0],
        gain: weight,
        shift: bias,
        mean,
        variance,
        place,
    })))
}

fn is_kernel(found: &Found) -> bool {
    match found.shape[..] {
        [a, b] => a > 0 && b > 0,
        [a, b, high, across] => a > 0 && b > 0 && high == across && (1..=16).contains(&high),
        _ => false,
    }
}

/// By their order alone: behind each kernel stand its bias and its norm.
fn by_order<'a>(tensors: &[(&str, &'a Found<'a>)]) -> Result<Vec<Piece<'a>>, String> {
    let mut pieces = Vec::new();
    let mut rest = tensors
        .iter()
        .map(|(_, found)| *found)
        .filter(|found| !found.shape.is_empty());
    let mut next = rest.next();
    while let Some(weight) = next {
        if !is_kernel(weight) {
            return Err(weight.name.clone());
        }
        let mut vectors = Vec::new();
        next = rest.next();
        while let Some(found) = next.filter(|found| found.shape.len() == 1) {
            vectors.push(found);
            next = rest.next();
        }
        let (bias, norm) = match vectors[..] {
            [] => (None, None),
            [bias] => (Some(bias), None),
            [gain, shift] => (None, Some([Some(gain), Some(shift), None, None])),
            [bias, gain, shift] => (Some(bias), Some([Some(gain), Some(shift), None, None])),
            [a, b, c, d] => (None, Some([Some(a), Some(b), Some(c), Some(d)])),
            [bias, a, b, c, d] => (Some(bias), Some([Some(a), Some(b), Some(c), Some(d)])),
            [first, ..] => return Err(first.name.clone()),
        };
        let place = Place::default();
        pieces.push(Piece::Kernel(Kernel {
            weight,
            bias,
            place: place.clone(),
        }));
        if let Some([gain, shift, mean, variance]) = norm {
            let channels = gain.map_or(0, |gain| gain.shape[0]);
            if vectors.iter().any(|found| found.shape[0] != channels) {
                return Err(weight.name.clone());
            }
            pieces.push(Piece::Norm(Norm {
                channels,
                gain,
                shift,
                mean,
                variance,
                place,
            }));
        }
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_kinds_are_split() {
        for (name, module, role) in [
            ("main.0.weight", "main.0", Role::Weight),
            ("main.1.running_var", "main.1", Role::Variance),
            ("conv1_w", "conv1", Role::Weight),
            ("bn1_moving_mean", "bn1", Role::Mean),
            ("g_bn_1.beta", "g_bn_1", Role::Bias),
            ("weight", "", Role::Weight),
        ] {
            assert_eq!(split(name), Some((module, role)), "{name}");
        }
        assert_eq!(split("onnx::Conv_12"), None);
        assert_eq!(split("weight_orig"), None);
    }
}
