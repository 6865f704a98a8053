//! Recognises DCGAN-shaped networks in named tensors, whatever the names are.
//!
//! From the bottom up: `pieces` (tensors → kernels and norms), `chain` (which follows which), `geometry` (strides and
//! what has no weights), `build` (tensors → layers), `evidence` (which of several possible networks it was) and
//! `candidates` (which tensors are a network at all).

mod build;
mod candidates;
mod chain;
pub(super) mod discriminator;
mod evidence;
mod geometry;
mod pieces;
#[cfg(test)]
mod tests;

use candle_core::Device;
use morphogan_nn::Stack;

use self::build::Builder;
pub(super) use self::build::{check, check_picture, width};
use self::candidates::{Candidate, candidates, check_alone};
use self::chain::{Link, Network};
use self::geometry::{Between, Sketch, Step, sketches};
use super::error::ModelFileError;
use super::found::{CONTAINED, Found};
use super::import::{Findings, ImportOptions, Question};
use crate::gan::layers::{self, Kind, Layers};
use crate::gan::{Generator, ModelInfo};

/// What was made of a file.
pub(super) struct Recognised {
    pub info: ModelInfo,
    pub generator: Generator,
    pub discriminator: Option<Stack>,
    pub findings: Findings,
}

/// An alternative is taken where its features are so much nearer to what the file remembers.
const CLEARLY: f64 = 0.6;
/// Geometries that are so much less usual are not looked at, and one more where none is usual.
const UNUSUAL: u32 = 2;
/// Nearer than this, statistics of random latents differ by chance.
const NEAR: f64 = 0.05;
/// Further than this the network that was found out can hardly be the one: those of nineteen layouts that people use
/// are 0.0015 or nearer.
const POOR: f64 = 0.1;
const POOR_FIT: &str = "Nothing that was tried between its layers fits its running statistics well: its pictures may look \
                        wrong. What helps if they do: --activation, --size, or the same network as .onnx.";
/// Geometries that are compared.
const COMPARED: usize = 4;
/// Left of zero: those that people use beside ReLU's 0.
const SLOPES: [f64; 3] = [0.2, 0.01, 0.1];
/// An ε that many copies of one DCGAN have: `BatchNorm2d(channels, 0.8)`, where a momentum was meant.
const MISTAKEN_EPSILON: f64 = 0.8;

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
    let given = options.slope.map(|slope| Between {
        slope,
        ..Between::default()
    });
    let between = given.unwrap_or_default();
    let usual = sketches(links, between, options.size);
    let Some(first) = usual.first() else {
        return Err(unusual(links, between, options));
    };
    if !builder.has_statistics()? {
        if first.cost > UNUSUAL && options.size.is_none() {
            return Err(unusual(links, between, options));
        }
        let network = builder.build(first)?;
        // Before anything is computed with it.
        check(network.layers(), latent)?;
        if links.iter().any(|link| link.norm.is_some()) {
            notes
                .notes
                .push("The file has no running statistics; they were measured anew.".into());
        }
        assume(options, notes);
        return Ok((evidence::calibrated(network, latent)?, first.side));
    }
    let least = if first.cost == 0 {
        UNUSUAL
    } else {
        UNUSUAL + 1
    };
    let compared = usual
        .iter()
        .take_while(|one| one.cost <= first.cost + least);
    let mut compared: Vec<&Sketch> = compared.take(COMPARED).collect();
    // What is too large is not worth computing with, and the likely one tells so.
    check(builder.build(first)?.layers(), latent)?;
    compared.retain(|sketch| {
        let built = builder.build(sketch);
        built.is_ok_and(|network| check(network.layers(), latent).is_ok())
    });
    let told = match compared.len() {
        1 => Some(0),
        _ => nearest(&compared, |sketch| {
            evidence::of_geometry(&builder.build(sketch)?, latent).map_err(Into::into)
        })?
        .map(|nearest| nearest.at),
    };
    let sketch = compared.get(told.unwrap_or(0)).copied().unwrap_or(first);
    if sketch.cost > UNUSUAL && options.size.is_none() {
        let all = evidence::of_geometry(&builder.build(sketch)?, latent)?;
        if all.is_empty() || all.iter().any(|distance| *distance > NEAR) {
            return Err(unusual(links, between, options));
        }
    }
    if told.is_none()
        && let Some(other) = compared.iter().find(|other| other.side != sketch.side)
    {
        let sides = [sketch.side, other.side];
        notes.questions.push(Question::size(options, sides));
        notes.notes.push(format!(
            "Its layers may also have given pictures of {0}×{0}: import it with --size {0} if these look wrong.",
            other.side
        ));
    }
    let between = tell_between(builder, sketch, (between, latent), options, notes)?;
    let chosen = with(sketch, between);
    Ok((builder.build(&chosen)?, chosen.side))
}

/// What stands between the layers: the likely, unless the file remembers something else.
fn tell_between(
    builder: &Builder,
    sketch: &Sketch,
    (between, latent): (Between, usize),
    options: &ImportOptions,
    notes: &mut Findings,
) -> Result<Between, ModelFileError> {
    let mut best: Option<(Between, f64)> = None;
    for variants in variants(between, sketch, options) {
        let sketches: Vec<Sketch> = variants.iter().map(|one| with(sketch, *one)).collect();
        let sketches: Vec<&Sketch> = sketches.iter().collect();
        let nearest = nearest(&sketches, |sketch| {
            evidence::of_activation(&builder.build(sketch)?, latent).map_err(Into::into)
        })?;
        let Some(Nearest { at, distance }) = nearest else {
            continue;
        };
        if best.is_none_or(|(_, best)| distance < CLEARLY * best)
            && let Some(variant) = variants.get(at)
        {
            best = Some((*variant, distance));
        }
        if distance < NEAR {
            break;
        }
    }
    match best {
        Some((told, _)) if told != between => notes.notes.push(remembered(told)),
        Some(_) => {}
        None => assume(options, notes),
    }
    if best.is_some_and(|(_, distance)| distance > POOR) {
        notes.notes.push(POOR_FIT.into());
    }
    Ok(best.map_or(between, |(told, _)| told))
}

/// One of some sketches, and how far it is from what tells them apart.
struct Nearest {
    at: usize,
    distance: f64,
}

/// The first, or one that is clearly nearer in what tells them apart; `None` where nothing does.
fn nearest(
    sketches: &[&Sketch],
    distances: impl Fn(&Sketch) -> Result<Vec<f64>, ModelFileError>,
) -> Result<Option<Nearest>, ModelFileError> {
    let all = sketches.iter().map(|sketch| distances(sketch));
    let all: Vec<Vec<f64>> = all.collect::<Result<_, _>>()?;
    let looked_at = all.iter().map(Vec::len).min().unwrap_or(0);
    let Some(first) = all.first() else {
        return Ok(None);
    };
    let differs = |at: &usize| all.iter().any(|other| other[*at] != first[*at]);
    let Some(differing) = (0..looked_at).find(differs) else {
        return Ok(None);
    };
    let of = |distances: &Vec<f64>| distances[differing..looked_at].iter().sum::<f64>();
    let nearest = all
        .iter()
        .enumerate()
        .min_by(|(_, a), (_, b)| of(a).total_cmp(&of(b)));
    let clearly = |(_, distances): &(usize, &Vec<f64>)| of(distances) < CLEARLY * of(first);
    let at = nearest.filter(clearly).map_or(0, |(at, _)| at);
    Ok(Some(Nearest {
        at,
        distance: of(&all[at]),
    }))
}

/// What may stand between the layers, the likely first, in groups that each are looked at where the one before is far
/// from what the file remembers.
fn variants(between: Between, sketch: &Sketch, options: &ImportOptions) -> Vec<Vec<Between>> {
    let mut usual = vec![between];
    if options.slope.is_none() {
        usual.extend(SLOPES.map(|slope| Between { slope, ..between }));
    }
    let mistaken = |variant: &Between| Between {
        epsilon: MISTAKEN_EPSILON,
        ..*variant
    };
    let blended = |variant: &Between| Between {
        smooth: true,
        ..*variant
    };
    let with_mistake: Vec<Between> = usual.iter().map(mistaken).collect();
    let mut groups = vec![usual, with_mistake];
    let upsamples = |step: &Step| matches!(step, Step::Plain(Kind::Upsample { .. }));
    if sketch.steps.iter().any(upsamples) {
        let smooth = groups
            .iter()
            .map(|group| group.iter().map(blended).collect());
        groups.extend(smooth.collect::<Vec<_>>());
    }
    groups
}

/// The same geometry with something else between its layers.
fn with(sketch: &Sketch, between: Between) -> Sketch {
    let step = |step: &Step| match *step {
        Step::Plain(Kind::Relu | Kind::LeakyRelu { .. }) => Step::Plain(between.activation()),
        Step::Plain(Kind::Upsample { factor, .. }) => Step::Plain(Kind::Upsample {
            factor,
            smooth: between.smooth,
        }),
        Step::Norm(at, Kind::BatchNorm { .. }) => Step::Norm(at, between.norm(at)),
        other => other,
    };
    Sketch {
        steps: sketch.steps.iter().map(step).collect(),
        ..*sketch
    }
}

fn remembered(between: Between) -> String {
    let mut what = match between.slope {
        0.0 => "ReLU".to_owned(),
        slope => format!("LeakyReLU({slope})"),
    };
    if between.epsilon != Between::default().epsilon {
        what += &format!(" and batch norms of ε = {}", between.epsilon);
    }
    if between.smooth {
        what += " and bilinear upsampling";
    }
    format!("The file does not tell what is between its layers; its running statistics fit {what}.")
}

fn assume(options: &ImportOptions, notes: &mut Findings) {
    if options.slope.is_none() {
        notes.questions.push(Question::activation(options));
        notes.notes.push(
            "The file does not tell its activation and has nothing to tell it by: ReLU is assumed. If the pictures look \
             wrong, import it with --activation leaky."
                .into(),
        );
    }
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
