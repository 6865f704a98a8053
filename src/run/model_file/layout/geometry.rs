//! Strides, paddings and upsampling: what shapes leave open, from what is usual and from what makes a picture of a usual size.

use super::chain::{Link, Way, square};
use crate::gan::layers::Kind;

/// What is assumed of the layers between those with weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Between {
    /// `None` where nothing bends the features.
    pub activation: Option<Kind>,
    pub epsilon: f64,
    pub upsampling: Upsampling,
}

/// How pixels become more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Upsampling {
    Nearest,
    Bilinear,
    /// With the outer pixels at the corners.
    Corners,
}

impl Upsampling {
    pub const ALL: [Self; 3] = [Self::Nearest, Self::Bilinear, Self::Corners];
}

impl Default for Between {
    fn default() -> Self {
        Self {
            activation: Some(Kind::Relu),
            epsilon: 1e-5,
            upsampling: Upsampling::Nearest,
        }
    }
}

impl Between {
    /// The norm behind link `at`. Where ε is unusual that of the stem is not: `BatchNorm2d(128)` and then
    /// `BatchNorm2d(128, 0.8)`.
    pub fn norm(self, at: usize) -> Kind {
        let epsilon = match at {
            0 => Self::default().epsilon,
            _ => self.epsilon,
        };
        Kind::BatchNorm { epsilon }
    }

    /// The layer that makes features larger by `factor`.
    pub fn upsample(self, factor: usize) -> Kind {
        Kind::Upsample {
            factor,
            smooth: self.upsampling != Upsampling::Nearest,
            corners: self.upsampling == Upsampling::Corners,
        }
    }

    /// The step with this in place of what was assumed.
    pub fn put(self, step: Step) -> Step {
        match step {
            Step::Activation(_) => Step::Activation(self.activation),
            Step::Plain(Kind::Upsample { factor, .. }) => Step::Plain(self.upsample(factor)),
            Step::Norm(at, Kind::BatchNorm { .. }) => Step::Norm(at, self.norm(at)),
            other => other,
        }
    }
}

/// A layer of a sketch: whose tensors it takes, and what it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// The kernel of a link.
    Kernel(usize, Kind),
    /// The norm behind it.
    Norm(usize, Kind),
    /// What bends the features; nothing where the numbers of the modules leave no room for it.
    Activation(Option<Kind>),
    Plain(Kind),
}

/// A network as it may have been.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sketch {
    pub steps: Vec<Step>,
    /// Side of its pictures.
    pub side: usize,
    /// How unusual it is.
    pub cost: u32,
}

/// Sides that pictures of GANs have, and how much less usual they are than others.
const SIDES: [(usize, u32); 10] = [
    (64, 0),
    (32, 0),
    (128, 0),
    (256, 0),
    (28, 1),
    (96, 1),
    (512, 1),
    (16, 2),
    (48, 2),
    (192, 3),
];
/// Sketches of the same side that are followed.
const KEPT: usize = 16;
const LARGEST_SIDE: usize = 512;

impl Sketch {
    /// What its kernels do, as an answer that is kept: strides, paddings and where features are enlarged.
    pub fn words(&self) -> String {
        let word = |step: &Step| match *step {
            Step::Kernel(
                _,
                Kind::ConvTranspose {
                    stride,
                    padding,
                    output_padding,
                },
            ) => Some(format!("t{stride}.{padding}.{output_padding}")),
            Step::Kernel(_, Kind::Conv { padding, .. }) => Some(format!("c{padding}")),
            Step::Kernel(..) => Some("d".into()),
            Step::Plain(Kind::Upsample { factor, .. }) => Some(format!("u{factor}")),
            _ => None,
        };
        let words: Vec<String> = self.steps.iter().filter_map(word).collect();
        words.join(" ")
    }
}

/// Networks that the links may have been, the most usual first. Pictures are of `wanted` pixels, or of a usual size.
pub(super) fn sketches(links: &[Link], between: Between, wanted: Option<usize>) -> Vec<Sketch> {
    let mut all = vec![Sketch {
        steps: Vec::new(),
        side: 1,
        cost: 0,
    }];
    for at in 0..links.len() {
        let grown = all
            .iter()
            .flat_map(|sketch| grow(sketch, links, at, between));
        let mut grown: Vec<Sketch> = grown.filter(|one| one.side <= LARGEST_SIDE).collect();
        grown.sort_by_key(|sketch| sketch.cost);
        let mut counts = std::collections::HashMap::new();
        grown.retain(|sketch| {
            let count = counts.entry(sketch.side).or_insert(0);
            *count += 1;
            *count <= KEPT
        });
        all = grown;
    }
    all.retain_mut(|sketch| {
        let usual = SIDES.iter().find(|(side, _)| *side == sketch.side);
        sketch.cost += usual.map_or(0, |(_, cost)| *cost);
        match wanted {
            Some(side) => sketch.side == side,
            None => usual.is_some(),
        }
    });
    all.sort_by_key(|sketch| sketch.cost);
    all
}

/// With link `at` behind it, in each way that it may have been.
fn grow(sketch: &Sketch, links: &[Link], at: usize, between: Between) -> Vec<Sketch> {
    let link = &links[at];
    let is_last = at + 1 == links.len();
    let is_stem = sketch.steps.is_empty();
    let gives = link.ends().1;
    let plain = if is_last {
        Bare::BOTH
    } else {
        Bare::behind(links, at)
    };
    let mut grown = Vec::new();
    let in_front = at.checked_sub(1).and_then(|at| links[at].kernel.side());
    for (kind, side, cost) in kernels(link, sketch.side, in_front, is_stem) {
        for (upsamples, cost) in upsampling(links, at, kind, is_stem, cost) {
            let mut steps = sketch.steps.clone();
            let mut side = side;
            if let (Kind::Conv { .. }, true) = (kind, upsamples) {
                side *= 2;
                steps.push(Step::Plain(between.upsample(2)));
            }
            steps.push(Step::Kernel(at, kind));
            let norm = link
                .norm
                .as_ref()
                .map(|norm| (norm.channels, Step::Norm(at, between.norm(at))));
            let next = links.get(at + 1).filter(|next| next.way != Way::Dense);
            let unflatten = match (link.way, next) {
                (Way::Dense, Some(next)) => {
                    let channels = next.ends().0;
                    side = square(gives, channels).unwrap_or(1);
                    Some((channels, Step::Plain(Kind::Unflatten { channels, side })))
                }
                _ => None,
            };
            match (norm, unflatten) {
                // A norm of whole numbers stands before they become pixels.
                (Some((of, norm)), Some((channels, unflatten))) if of == channels => {
                    steps.extend([unflatten, norm]);
                }
                (norm, unflatten) => {
                    steps.extend(norm.map(|(_, norm)| norm));
                    steps.extend(unflatten.map(|(_, unflatten)| unflatten));
                }
            }
            match is_last {
                true => steps.push(Step::Plain(Kind::Tanh)),
                false => {
                    let there = between.activation.filter(|_| plain.activation);
                    steps.push(Step::Activation(there));
                }
            }
            grown.push(Sketch {
                steps,
                side,
                cost: sketch.cost + cost,
            });
        }
    }
    grown
}

/// Kinds that a kernel may be at a side, with the side that it gives (upsampling aside) and how unusual that is.
fn kernels(
    link: &Link,
    side: usize,
    in_front: Option<usize>,
    is_stem: bool,
) -> Vec<(Kind, usize, u32)> {
    let Some(k) = link.kernel.side() else {
        return vec![(Kind::Linear, 1, 0)];
    };
    if link.way == Way::Convolution {
        return match k % 2 {
            1 => vec![(
                Kind::Conv {
                    stride: 1,
                    padding: k / 2,
                },
                side,
                0,
            )],
            _ => Vec::new(),
        };
    }
    let transposed = |(stride, padding, output_padding, cost): (usize, usize, usize, u32)| {
        let grown = (side - 1) * stride + k + output_padding;
        let side = grown.checked_sub(2 * padding).filter(|side| *side > 0)?;
        let kind = Kind::ConvTranspose {
            stride,
            padding,
            output_padding,
        };
        Some((kind, side, cost))
    };
    if is_stem {
        // From 1×1 the stride says nothing.
        return transposed((1, 0, 0, 0)).into_iter().collect();
    }
    let usual: &[(usize, usize, usize, u32)] = match k {
        2 => &[(2, 0, 0, 0)],
        3 => &[
            (2, 1, 1, 0),
            (1, 1, 0, 1),
            (2, 1, 0, 1),
            (2, 0, 0, 3),
            (1, 0, 0, 3),
        ],
        4 => &[(2, 1, 0, 0), (1, 0, 0, 3), (2, 0, 0, 3), (4, 0, 0, 3)],
        // One behind 4×4 kernels makes 96×96 of 32×32.
        5 if in_front == Some(4) => &[(3, 1, 0, 0), (2, 2, 1, 2), (1, 2, 0, 2)],
        5 => &[
            (2, 2, 1, 0),
            (3, 1, 0, 1),
            (1, 2, 0, 1),
            (2, 2, 0, 3),
            (2, 1, 0, 3),
        ],
        6 => &[(2, 2, 0, 0), (4, 1, 0, 2)],
        7 => &[(1, 3, 0, 0), (2, 3, 1, 1)],
        8 => &[(2, 3, 0, 0), (4, 2, 0, 0)],
        _ if k % 2 == 1 => &[(1, 0, 0, 2)],
        _ => &[],
    };
    usual.iter().filter_map(|&one| transposed(one)).collect()
}

/// Whether a convolution has upsampling in front of it: either way, the likely first. Numbers of modules may tell.
fn upsampling(links: &[Link], at: usize, kind: Kind, is_stem: bool, cost: u32) -> Vec<(bool, u32)> {
    let is_convolution = matches!(kind, Kind::Conv { .. });
    if !is_convolution || is_stem {
        return vec![(false, cost)];
    }
    match Bare::behind(links, at - 1).upsampling {
        // A list of modules has numbers too, and what is between them stands in `forward`.
        Some(known) => vec![(known, cost), (!known, cost + 3)],
        None => vec![(true, cost), (false, cost + 1)],
    }
}

/// What stands between two kernels and has no weights, as far as the modules' numbers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bare {
    activation: bool,
    upsampling: Option<bool>,
}

impl Bare {
    const BOTH: Self = Self {
        activation: true,
        upsampling: None,
    };

    /// Behind link `at`.
    fn behind(links: &[Link], at: usize) -> Self {
        let Some(next) = links.get(at + 1) else {
            return Self::BOTH;
        };
        let (own, norm) = (&links[at].kernel.place, links[at].norm.as_ref());
        let last = norm.map_or(own, |norm| &norm.place);
        let behind = &next.kernel.place;
        let Some(number) = behind.number else {
            return Self::BOTH;
        };
        if behind.parent != last.parent || last.number.is_none() {
            return Self {
                activation: true,
                upsampling: (number > 0).then_some(true),
            };
        }
        let last_number = last.number.unwrap_or_default();
        // A norm that begins a block has its kernel in another one.
        let begins = norm.is_some() && own.parent != last.parent;
        match number.saturating_sub(last_number + 1) {
            0 => Self {
                activation: false,
                upsampling: Some(false),
            },
            1 => Self {
                activation: !begins,
                upsampling: Some(begins),
            },
            _ => Self {
                activation: true,
                upsampling: Some(true),
            },
        }
    }
}
