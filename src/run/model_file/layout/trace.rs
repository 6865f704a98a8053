//! Which of several possible networks it was: followed from norm to norm, each of which remembers what it saw.

use std::ops::Range;

use super::build::Builder;
use super::evidence::{FULL, Features, SMALL, SampleSize};
use super::geometry::{Between, Sketch, Step, Upsampling};
use crate::gan::layers::{Bend, Kind};
use crate::run::model_file::error::ModelFileError;

/// An alternative is taken where its features are so much nearer to what the file remembers.
pub(super) const CLEARLY: f64 = 0.6;
/// How unusual another activation on the way is.
const CHANGE: u32 = 3;
/// Few networks change their activation on the way: then it must be so much nearer.
const CHANGED: f64 = 0.3;
/// Nearer than this, statistics of random latents differ by chance.
pub(super) const NEAR: f64 = 0.03;
/// Geometries that are looked at closely.
const MOST_LINES: usize = 4;
/// So much further another geometry may be as long as only a few activations were tried.
const GLANCED: f64 = 0.6;
/// As near as this nothing else is tried where the layers in front have told what is likely.
const VERY_NEAR: f64 = 0.01;
/// Of many that may stand between layers, those that are compared by a full sample.
const MOST_FULLY: usize = 6;
/// Left of zero: those that people use beside ReLU's 0.
const SLOPES: [f64; 9] = [0.2, 0.01, 0.1, 0.3, 0.05, 0.15, 0.25, 0.4, 0.5];
/// Beside the usual one: that of many copies of one DCGAN, `BatchNorm2d(channels, 0.8)`, where a momentum was meant, and
/// Keras's.
const EPSILONS: [f64; 2] = [0.8, 1e-3];

/// A network that the file may hold, as far as it was followed.
#[derive(Clone)]
struct Line {
    sketch: Sketch,
    /// Behind the kernel in front of the norm that was looked at last.
    features: Features,
    /// What stood between the layers in front of each norm that was looked at.
    between: Vec<Between>,
    /// Whether a norm has told what bends the features.
    is_told: bool,
    /// How far each norm that was looked at is from what it remembers.
    fits: Vec<f64>,
    /// Whether features were bent where the numbers of the modules have room for nothing: then they tell nothing.
    fills_bare: bool,
}

impl Line {
    /// How unusual it is.
    fn cost(&self) -> u32 {
        let bent = self.between.iter().filter_map(|one| one.activation);
        let bent: Vec<Kind> = bent.collect();
        let changes = bent.windows(2).filter(|pair| pair[0] != pair[1]).count();
        self.sketch.cost + CHANGE * changes as u32
    }
}

/// The network that fits best.
pub(super) struct Traced {
    pub sketch: Sketch,
    /// How far each norm that was looked at is from what it remembers.
    pub fits: Vec<f64>,
    /// Whether a norm has told what bends the features.
    pub is_told: bool,
    /// Others that no norm tells from it, the most usual first.
    pub others: Vec<Sketch>,
}

/// Follows `sketches`, the most usual first, through their norms; a person may have named what bends the features.
pub(super) fn trace(
    builder: &Builder,
    sketches: Vec<Sketch>,
    (latent, likely, is_named): (usize, Between, bool),
) -> Result<Option<Traced>, ModelFileError> {
    let drawn = Features::drawn(latent)?;
    let begin = |sketch| Line {
        sketch,
        features: drawn.clone(),
        between: Vec::new(),
        is_told: false,
        fits: Vec::new(),
        fills_bare: false,
    };
    let follow = Follow {
        builder,
        likely,
        is_named,
    };
    let mut lines: Vec<Line> = sketches.into_iter().map(begin).collect();
    while let Some(further) = follow.further(&lines)? {
        lines = further;
    }
    Ok(choose(&lines, likely))
}

/// The most usual, unless another one fits clearly better.
fn choose(lines: &[Line], likely: Between) -> Option<Traced> {
    let total = |line: &&Line| line.fits.iter().sum::<f64>();
    let usual = lines.first()?;
    let nearest = lines.iter().min_by(|a, b| total(a).total_cmp(&total(b)))?;
    let is_clear = total(&nearest) < CLEARLY * total(&usual);
    let line = if is_clear { nearest } else { usual };
    // Behind the last norm stands what stood in front of it.
    let between = line.between.last().copied().unwrap_or(likely);
    let rest = line.between.len();
    let whole = |line: &Line| {
        let sketch = &line.sketch;
        let end = match rest.checked_sub(1) {
            Some(last) => segment(&sketch.steps, last).map_or(0, |(range, _)| range.end),
            None => 0,
        };
        let mut sketch = sketch.clone();
        for step in &mut sketch.steps[end..] {
            let is_bare = *step == Step::Activation(None) && !line.fills_bare;
            *step = if is_bare { *step } else { between.put(*step) };
        }
        sketch
    };
    let is_other = |other: &&Line| other.sketch != line.sketch && other.fits == line.fits;
    Some(Traced {
        sketch: whole(line),
        fits: line.fits.clone(),
        is_told: line.is_told,
        others: lines.iter().filter(is_other).map(whole).collect(),
    })
}

/// Steps from one norm, or the latent, to that of this number; and that norm.
fn segment(steps: &[Step], number: usize) -> Option<(Range<usize>, Step)> {
    let mut norms = steps
        .iter()
        .enumerate()
        .filter(|(_, step)| matches!(step, Step::Norm(..)));
    let begin = match number.checked_sub(1) {
        Some(before) => norms.nth(before)?.0,
        None => 0,
    };
    let (end, norm) = norms.next()?;
    Some((begin..end, *norm))
}

struct Follow<'f, 'l, 'a> {
    builder: &'f Builder<'l, 'a>,
    /// What is assumed before a norm has told anything.
    likely: Between,
    is_named: bool,
}

/// What stands between some layers, and how far the norm behind is from what it remembers then.
type Look = (Between, f64);

impl Follow<'_, '_, '_> {
    /// All that fit as far as the next norm; `None` where there is no further one that tells anything.
    fn further(&self, lines: &[Line]) -> Result<Option<Vec<Line>>, ModelFileError> {
        // Those that are alike as far as that norm are looked at once.
        let mut groups: Vec<(&[Step], Vec<&Line>)> = Vec::new();
        for line in lines {
            let Some((range, _)) = segment(&line.sketch.steps, line.fits.len()) else {
                return Ok(None);
            };
            let so_far = &line.sketch.steps[..range.end];
            match groups.iter_mut().find(|(own, _)| *own == so_far) {
                Some((_, group)) => group.push(line),
                None => groups.push((so_far, vec![line])),
            }
        }
        let mut looks = Vec::new();
        for (_, group) in &groups {
            match self.glance(group[0])? {
                Some(look) => looks.push(look),
                None => return Ok(None),
            }
        }
        let mut looked: Vec<(Vec<&Line>, Look)> = groups
            .into_iter()
            .map(|(_, group)| group)
            .zip(looks)
            .collect();
        keep_near(&mut looked, GLANCED);
        for (group, look) in &mut looked {
            *look = self.closer(group[0], *look)?;
        }
        keep_near(&mut looked, NEAR);
        let mut further = Vec::new();
        for (group, (between, fit)) in looked {
            let (range, bends) = of(group[0]);
            let steps = self.put(group[0], between);
            let features = group[0].features.through(self.builder, &steps)?;
            for line in group {
                let mut line = line.clone();
                line.fills_bare |= between.activation.is_some() && is_bare(&line, &range);
                line.sketch.steps[range.clone()].copy_from_slice(&steps);
                line.features = features.clone();
                line.is_told |= bends;
                line.between.push(between);
                line.fits.push(fit);
                further.push(line);
            }
        }
        further.sort_by_key(Line::cost);
        Ok(Some(further))
    }

    /// The next steps of a line with this between them.
    fn put(&self, line: &Line, between: Between) -> Vec<Step> {
        let (range, _) = of(line);
        let steps = line.sketch.steps[range].iter();
        steps.map(|step| between.put(*step)).collect()
    }

    /// What is likely to stand there: what stood in front, or nothing where the numbers of the modules say so.
    fn likely(&self, line: &Line) -> Between {
        let between = line.between.last().copied().unwrap_or(self.likely);
        match is_bare(line, &of(line).0) {
            true => Between {
                activation: None,
                ..between
            },
            // Behind a place where there was none stands the usual one again.
            false => Between {
                activation: between.activation.or(self.likely.activation),
                ..between
            },
        }
    }

    fn fit(&self, line: &Line, between: Between) -> Result<Option<f64>, ModelFileError> {
        self.fit_by(FULL, line, between)
    }

    fn fit_by(
        &self,
        sample: SampleSize,
        line: &Line,
        between: Between,
    ) -> Result<Option<f64>, ModelFileError> {
        let Some((_, norm)) = segment(&line.sketch.steps, line.fits.len()) else {
            return Ok(None);
        };
        let steps = self.put(line, between);
        line.features.distance(self.builder, (&steps, norm), sample)
    }

    /// With what is likely, or one of two that tell whether a geometry can be right.
    fn glance(&self, line: &Line) -> Result<Option<Look>, ModelFileError> {
        let likely = self.likely(line);
        let Some(fit) = self.fit(line, likely)? else {
            return Ok(None);
        };
        let mut best = (likely, fit);
        if fit < VERY_NEAR || line.is_told || self.is_named || !of(line).1 {
            return Ok(Some(best));
        }
        let copied = Between {
            epsilon: EPSILONS[0],
            ..with(likely, leaky(SLOPES[0]))
        };
        let elu = with(likely, Kind::Bent { bend: Bend::Elu });
        for other in [with(likely, leaky(SLOPES[0])), elu, copied] {
            if let Some(fit) = self.fit(line, other)?
                && fit < CLEARLY * best.1
            {
                best = (other, fit);
            }
        }
        Ok(Some(best))
    }

    /// What fits best of all that may stand there.
    fn closer(&self, line: &Line, glance: Look) -> Result<Look, ModelFileError> {
        let likely = self.likely(line);
        if line.is_told && glance.0 == likely && glance.1 < VERY_NEAR {
            return Ok(glance);
        }
        let mut best = match glance.0 == likely {
            true => glance,
            false => (likely, self.fit(line, likely)?.unwrap_or(glance.1)),
        };
        let (range, bends) = of(line);
        let steps = &line.sketch.steps[range];
        let bends = bends && !self.is_named;
        self.bend(line, bends, &mut best)?;
        // What else may differ does so together: one makes up for the other in part.
        let upsamples = |step: &Step| matches!(step, Step::Plain(Kind::Upsample { .. }));
        let ways = match steps.iter().any(upsamples) && best.1 > VERY_NEAR {
            true => &Upsampling::ALL[..],
            false => &[likely.upsampling],
        };
        let has_norm = matches!(steps.first(), Some(Step::Norm(at, _)) if *at > 0);
        let mut epsilons = vec![likely.epsilon];
        epsilons.extend(EPSILONS.iter().filter(|_| has_norm && best.1 > VERY_NEAR));
        let few = few(bends, [likely, best.0]);
        let mut all = Vec::new();
        for (&upsampling, &epsilon) in ways
            .iter()
            .flat_map(|way| epsilons.iter().map(move |e| (way, e)))
        {
            all.extend(few.iter().map(|one| Between {
                upsampling,
                epsilon,
                ..*one
            }));
        }
        if all.len() > few.len() && self.try_all(line, &all, (&mut best, CLEARLY))? {
            self.bend(line, bends, &mut best)?;
        }
        Ok(best)
    }

    /// Another activation, where one may stand there.
    fn bend(&self, line: &Line, bends: bool, best: &mut Look) -> Result<(), ModelFileError> {
        if bends {
            let of = best.0;
            let all = activations().map(|activation| Between { activation, ..of });
            let enough = if line.is_told { CHANGED } else { CLEARLY };
            self.try_all(line, &all.collect::<Vec<_>>(), (best, enough))?;
        }
        Ok(())
    }

    /// Those of `all` that a first look does not tell from the nearest, and ReLU.
    fn likely_of(&self, line: &Line, all: &[Between]) -> Result<Vec<Between>, ModelFileError> {
        let mut rough = Vec::new();
        for one in all {
            let fit = self.fit_by(SMALL, line, *one)?;
            rough.extend(fit.map(|fit| (*one, fit)));
        }
        rough.sort_by(|a, b| a.1.total_cmp(&b.1));
        let all = rough.into_iter().map(|(one, _)| one).enumerate();
        let stays = |(place, one): &(usize, Between)| {
            *place < MOST_FULLY || one.activation == Some(Kind::Relu)
        };
        Ok(all.filter(stays).map(|(_, one)| one).collect())
    }

    /// Takes the nearest of them where it is clearly nearer than the best so far; whether there is one.
    fn try_all(
        &self,
        line: &Line,
        all: &[Between],
        (best, enough): (&mut Look, f64),
    ) -> Result<bool, ModelFileError> {
        let mut looks = vec![*best];
        for one in self.likely_of(line, all)? {
            looks.extend(self.fit(line, one)?.map(|fit| (one, fit)));
        }
        let nearest = looks.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1));
        let mut nearest = nearest.unwrap_or(*best);
        // A slope of nearly nothing is ReLU more often than not.
        let is_relu = |look: &&Look| look.0.activation == Some(Kind::Relu);
        if let Some(relu) = looks.iter().find(is_relu)
            && CLEARLY * relu.1 < nearest.1
        {
            nearest = *relu;
        }
        let is_clear = nearest.1 < enough * best.1;
        if is_clear {
            *best = nearest;
        }
        Ok(is_clear)
    }
}

/// Some that are tried with other things that may differ, too.
fn few(bends: bool, own: [Between; 2]) -> Vec<Between> {
    let mut few = own.to_vec();
    if bends {
        let kinds = [Kind::Relu, leaky(SLOPES[0])];
        few.extend(kinds.map(|kind| with(own[0], kind)));
    }
    few
}

/// The next steps of a line, and whether something may bend the features there.
fn of(line: &Line) -> (Range<usize>, bool) {
    let range = segment(&line.sketch.steps, line.fits.len()).map_or(0..0, |(range, _)| range);
    let steps = &line.sketch.steps[range.clone()];
    let bends = steps.iter().any(|step| matches!(step, Step::Activation(_)));
    (range, bends)
}

/// Whether the numbers of the modules leave no room for an activation in these steps.
fn is_bare(line: &Line, range: &Range<usize>) -> bool {
    let bare = |step: &Step| *step == Step::Activation(None);
    let bent = |step: &Step| matches!(step, Step::Activation(Some(_)));
    let steps = &line.sketch.steps[range.clone()];
    steps.iter().any(bare) && !steps.iter().any(bent)
}

/// Leaves those that may be the best: as near as it, or nearly.
fn keep_near(looked: &mut Vec<(Vec<&Line>, Look)>, nearly: f64) {
    let total = |(group, look): &(Vec<&Line>, Look)| group[0].fits.iter().sum::<f64>() + look.1;
    let best = looked.iter().map(total).fold(f64::INFINITY, f64::min);
    looked.retain(|one| total(one) <= best / CLEARLY + nearly);
    // Of those that are as near, the usual ones come first and stay.
    looked.sort_by(|a, b| total(a).total_cmp(&total(b)));
    looked.truncate(MOST_LINES);
}

fn with(between: Between, kind: Kind) -> Between {
    Between {
        activation: Some(kind),
        ..between
    }
}

fn leaky(slope: f64) -> Kind {
    Kind::LeakyRelu { slope }
}

/// All that people put between layers.
fn activations() -> impl Iterator<Item = Option<Kind>> {
    let slopes = SLOPES.into_iter().map(leaky);
    let bends = Bend::ALL.into_iter().map(|bend| Kind::Bent { bend });
    let kinds = [Kind::Relu, Kind::Tanh]
        .into_iter()
        .chain(slopes)
        .chain(bends);
    kinds.map(Some).chain([None])
}
