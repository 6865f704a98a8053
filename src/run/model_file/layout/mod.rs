//! Recognises DCGAN-shaped networks in named tensors, whatever the names are.
//!
//! From the bottom up: `pieces` (tensors → kernels and norms), `chain` (which follows which), `geometry` (strides and
//! what has no weights), `build` (tensors → layers), `evidence` (what norms remember), `trace` (which of several possible
//! networks it was) and `candidates` (which tensors are a network at all).

mod build;
mod candidates;
mod chain;
pub(super) mod discriminator;
mod evidence;
mod geometry;
mod pieces;
#[cfg(test)]
mod tests;
mod trace;

use candle_core::Device;
use morphogan_nn::Stack;

use self::build::Builder;
pub(super) use self::build::{check, check_picture, width};
use self::candidates::{Candidate, candidates, check_alone};
use self::chain::{Link, Network};
use self::geometry::{Between, Sketch, Step, sketches};
use self::trace::{NEAR, Traced, trace};
use super::error::ModelFileError;
use super::found::{CONTAINED, Found};
use super::import::{Activation, Findings, ImportOptions, Question};
use crate::gan::layers::{self, Kind, Layers};
use crate::gan::{Generator, ModelInfo};

/// What was made of a file.
pub(super) struct Recognised {
    pub info: ModelInfo,
    pub generator: Generator,
    pub discriminator: Option<Stack>,
    pub findings: Findings,
}

/// Geometries that are so much less usual are not looked at, and one more where none is usual.
const UNUSUAL: u32 = 2;
/// Further than this the network that was found out can hardly be the one. Right ones of small networks that had just
/// been trained were up to 0.020 away, most wrong ones from 0.027.
const POOR: f64 = 0.025;
/// Further than this they are not of a network of these weights at all, as made-up ones are; wrong activations were up
/// to 0.7 away.
const STRANGE: f64 = 0.8;
const POOR_FIT: &str = "Nothing that was tried between its layers fits its running statistics well: its pictures may look \
                        wrong. What helps if they do: --activation, --size, or the same network as .onnx.";
const OTHER_LATENTS: &str = "Its first running statistics are not those of normally distributed latents: it may have been \
                             trained with others, such as numbers from −1 to 1, and draw stranger pictures here.";
/// Geometries that are compared.
const COMPARED: usize = 48;
/// Answers to a question about them.
const ASKED: usize = 4;

/// The networks of a file, onto `device`.
pub(super) fn recognise(
    found: &[Found],
    options: &ImportOptions,
    device: &Device,
) -> Result<Recognised, ModelFileError> {
    let all = candidates(found);
    let mut notes = Findings::default();
    let generator = choose(&all, found, options, &mut notes)?;
    check_alone(generator, &all, found)?;
    let latent = generator.links.first().map_or(0, |link| link.ends().0);
    let builder = Builder::new(&generator.links);
    let (network, side) = decide(&builder, (&generator.links, latent), options, &mut notes)?;
    let (_, channels) = check(network.layers(), latent)?;
    let info = ModelInfo {
        size: side,
        channels,
        latent,
        width: width(network.layers()),
        ..ModelInfo::default()
    };
    Ok(Recognised {
        discriminator: discriminator::find(&all, device, &mut notes)?,
        generator: on_device(&network, device)?,
        info,
        findings: notes,
    })
}

/// The chain where it is one, which is faster and can be trained; the layers as they are otherwise.
pub(super) fn on_device(layers: &Layers, device: &Device) -> candle_core::Result<Generator> {
    match layers::to_generator(layers.layers())? {
        Some(chain) => Ok(Generator::Chain(chain.to_device(device)?)),
        None => Ok(Generator::Layers(layers.to_device(device)?.into())),
    }
}

/// The generator that was asked for, or the averaged one, or the first.
fn choose<'c, 'a>(
    all: &'c [Candidate<'a>],
    found: &[Found],
    options: &ImportOptions,
    notes: &mut Findings,
) -> Result<&'c Candidate<'a>, ModelFileError> {
    let generators: Vec<&Candidate> = all
        .iter()
        .filter(|one| one.network == Network::Generator)
        .collect();
    let names = || {
        generators
            .iter()
            .map(|one| one.name())
            .collect::<Vec<_>>()
            .join(", ")
    };
    if let Some(wanted) = &options.network {
        let wanted = wanted.to_ascii_lowercase();
        let exact = generators
            .iter()
            .find(|one| one.name().to_ascii_lowercase() == wanted);
        let part = || {
            let mut all = generators.iter();
            all.find(|one| one.name().to_ascii_lowercase().contains(&wanted))
        };
        return exact.or_else(part).copied().ok_or_else(|| {
            let there = if generators.is_empty() {
                "none".into()
            } else {
                names()
            };
            ModelFileError::NotADcgan(format!("it has no generator {wanted}; there is {there}"))
        });
    }
    let averaged = generators.iter().find(|one| one.is_averaged());
    let Some(chosen) = averaged.or(generators.first()).copied() else {
        let is_judge = !all.is_empty();
        return Err(ModelFileError::NotADcgan(none(found, is_judge)));
    };
    if generators.len() > 1 {
        let others = generators.iter().filter(|one| one.name() != chosen.name());
        let first = std::iter::once(chosen.name());
        let question = Question::network(options, first.chain(others.map(|one| one.name())));
        notes.questions.push(question);
        notes.notes.push(format!(
            "The file holds several generators ({}); {} is open.",
            names(),
            chosen.name()
        ));
    }
    Ok(chosen)
}

fn none(found: &[Found], is_judge: bool) -> String {
    if is_judge {
        return "it holds a discriminator and no generator".into();
    }
    let kernels = found.iter().filter(|found| found.shape.len() == 4).count();
    match found.first() {
        Some(first) => format!(
            "none of its {} tensors, {kernels} of them kernels, are a chain from a latent to a picture; the first is {}",
            found.len(),
            first.name.replace(CONTAINED, ".")
        ),
        None => "it holds no tensors".into(),
    }
}

/// The network that the file remembers best, with the side of its pictures.
fn decide(
    builder: &Builder,
    (links, latent): (&[Link], usize),
    options: &ImportOptions,
    notes: &mut Findings,
) -> Result<(Layers, usize), ModelFileError> {
    let likely = options.activation.map(|activation| Between {
        activation: Some(activation.kind()),
        ..Between::default()
    });
    let between = likely.unwrap_or_default();
    let mut usual = sketches(links, between, options.size);
    if let Some(geometry) = &options.geometry {
        usual.retain(|sketch| sketch.words() == *geometry);
    }
    let Some(first) = usual.first().cloned() else {
        return Err(unusual(links, between, options));
    };
    // What is too large is not worth computing with, and the likely one tells so.
    check(&builder.layers(&first.steps)?, latent)?;
    let is_asked_for = options.size.is_some() || options.geometry.is_some();
    let has_statistics = builder.has_statistics()?;
    if !has_statistics || !builder.has_learnt()? {
        if first.cost > UNUSUAL && !is_asked_for {
            return Err(unusual(links, between, options));
        }
        if !has_statistics && links.iter().any(|link| link.norm.is_some()) {
            let text = "The file has no running statistics; they were measured anew.";
            notes.notes.push(text.into());
        }
        ask_activation(options, notes);
        ask_geometry(&first, &usual[1..], options, notes);
        let network = builder.build(&first)?;
        let network = match has_statistics {
            true => network,
            false => evidence::calibrated(network, latent)?,
        };
        return Ok((network, first.side));
    }
    usual.truncate(COMPARED);
    usual.retain(|sketch| {
        let layers = builder.layers(&sketch.steps);
        layers.is_ok_and(|layers| check(&layers, latent).is_ok())
    });
    let followed = (latent, between, likely.is_some());
    let Some(mut traced) = trace(builder, usual, followed)? else {
        return Err(unusual(links, between, options));
    };
    let told = traced.fits.get(1..).unwrap_or_default();
    let nothing_told = told.is_empty();
    let worst = told.iter().copied().fold(0.0, f64::max);
    if worst > STRANGE && first.cost <= UNUSUAL {
        // They are of no network of these weights, and tell nothing.
        traced.sketch = first.clone();
    } else {
        last_activation(&mut traced, options, notes);
    }
    if traced.sketch.cost > UNUSUAL && !is_asked_for && (nothing_told || worst > NEAR) {
        if first.cost > UNUSUAL {
            return Err(unusual(links, between, options));
        }
        // Where nothing fits, the usual one is as likely as any.
        traced.sketch = first;
    }
    say(&traced, worst, options, notes);
    ask_geometry(&traced.sketch, &traced.others, options, notes);
    Ok((builder.build(&traced.sketch)?, traced.sketch.side))
}

/// What stands behind the last norm, which no norm tells: as in front, unless that differs from layer to layer.
fn last_activation(traced: &mut Traced, options: &ImportOptions, notes: &mut Findings) {
    let of = |step: &Step| match step {
        Step::Activation(Some(kind)) => Activation::of(*kind),
        _ => None,
    };
    let steps = &mut traced.sketch.steps;
    let is_place = |step: &Step| matches!(step, Step::Activation(_));
    let Some(last) = steps.iter().rposition(is_place) else {
        return;
    };
    // Where nothing stands there, or what people seldom choose, that was told by the file.
    let Some(assumed) = of(&steps[last]) else {
        return;
    };
    if let Some(named) = options.last_activation {
        steps[last] = Step::Activation(Some(named.kind()));
        return;
    }
    let mut told: Vec<Activation> = steps[..last].iter().filter_map(of).collect();
    told.dedup();
    if options.activation.is_some() || options.as_found || told.len() < 2 {
        return;
    }
    let mut all = vec![assumed];
    for one in told.into_iter().rev() {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    let named = all
        .into_iter()
        .map(|one| (activation_name(one.kind()), one));
    notes
        .questions
        .push(Question::last_activation(options, named));
}

/// What was found out, and how sure that is.
fn say(traced: &Traced, worst: f64, options: &ImportOptions, notes: &mut Findings) {
    if !traced.is_told {
        ask_activation(options, notes);
    } else if let Some(text) = remembered(&traced.sketch.steps) {
        notes.notes.push(text);
    }
    if traced.fits.first().is_some_and(|first| *first > POOR) {
        notes.notes.push(OTHER_LATENTS.into());
    }
    if worst > POOR {
        notes.notes.push(POOR_FIT.into());
        if !options.as_found && options.activation.is_none() {
            notes.questions.push(Question::poor(options));
        }
    }
}

/// What stands between the layers, where that is not the usual.
fn remembered(steps: &[Step]) -> Option<String> {
    let activations = steps.iter().filter_map(|step| match step {
        Step::Activation(Some(kind)) => Some(activation_name(*kind)),
        Step::Activation(None) => Some("no activation".to_owned()),
        _ => None,
    });
    let mut activations: Vec<String> = activations.collect();
    activations.dedup();
    let mut what = vec![activations.join(", then ")];
    let epsilon = steps.iter().find_map(|step| match step {
        Step::Norm(_, Kind::BatchNorm { epsilon }) if *epsilon != Between::default().epsilon => {
            Some(*epsilon)
        }
        _ => None,
    });
    what.extend(epsilon.map(|epsilon| format!("batch norms of ε = {epsilon}")));
    let smooth = steps.iter().find_map(|step| match step {
        Step::Plain(Kind::Upsample {
            smooth: true,
            corners,
            ..
        }) => Some(*corners),
        _ => None,
    });
    what.extend(smooth.map(|corners| match corners {
        true => "bilinear upsampling with aligned corners".to_owned(),
        false => "bilinear upsampling".to_owned(),
    }));
    (what != ["ReLU"]).then(|| {
        let what = what.join(" and ");
        format!(
            "The file does not tell what is between its layers; its running statistics fit {what}."
        )
    })
}

fn activation_name(kind: Kind) -> String {
    match kind {
        Kind::LeakyRelu { slope } => format!("LeakyReLU({slope})"),
        Kind::Bent { bend } => bend.name().to_owned(),
        Kind::Tanh => "Tanh".to_owned(),
        _ => "ReLU".to_owned(),
    }
}

fn ask_activation(options: &ImportOptions, notes: &mut Findings) {
    if options.activation.is_none() {
        notes.questions.push(Question::activation(options));
        notes.notes.push(
            "The file does not tell its activation and has nothing to tell it by: ReLU is assumed. If the pictures look \
             wrong, import it with --activation leaky."
                .into(),
        );
    }
}

/// Other strides, paddings or sizes that are about as usual as the one that was taken, and that nothing tells from it.
fn ask_geometry(taken: &Sketch, others: &[Sketch], options: &ImportOptions, notes: &mut Findings) {
    if options.geometry.is_some() {
        return;
    }
    let mut all: Vec<&Sketch> = vec![taken];
    for other in others {
        let is_new = all.iter().all(|own| own.words() != other.words());
        if is_new && other.cost <= taken.cost + UNUSUAL && all.len() < ASKED {
            all.push(other);
        }
    }
    if all.len() < 2 {
        return;
    }
    if let Some(other) = all.iter().find(|other| other.side != taken.side) {
        notes.notes.push(format!(
            "Its layers may also have given pictures of {0}×{0}: import it with --size {0} if these look wrong.",
            other.side
        ));
    } else {
        let text = "The file does not tell the strides of its layers; the usual ones are assumed.";
        notes.notes.push(text.into());
    }
    let choices = all.iter().map(|sketch| (sketch.side, sketch.words()));
    notes.questions.push(Question::geometry(options, choices));
}

fn unusual(links: &[Link], between: Between, options: &ImportOptions) -> ModelFileError {
    if let Some(size) = options.size {
        let found = format!("its layers cannot give pictures of {size}×{size}");
        return ModelFileError::NotADcgan(found);
    }
    let all = (1..=512).filter_map(|size| sketches(links, between, Some(size)).into_iter().next());
    ModelFileError::NotADcgan(match all.min_by_key(|sketch| sketch.cost) {
        Some(Sketch { side, .. }) => format!(
            "its layers would give pictures of {side}×{side}, which is unusual; import it with --size {side} if they are"
        ),
        None => "its layers give no square picture".into(),
    })
}
