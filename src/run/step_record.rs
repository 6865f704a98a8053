//! What is known of a training step, and the one table of it: logs, curves, JSON, report and TensorBoard all
//! read [`SERIES`].

use serde::Deserialize;

/// One training step: D on real and on fake pictures, then G.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct StepRecord {
    /// From 1.
    pub step: u64,
    /// Real pictures seen so far.
    pub images: u64,
    /// Loss of D on real plus on fake.
    pub loss_d: f32,
    /// Loss of G after D's update; for BCE −log D(G(z)).
    pub loss_g: f32,
    /// Mean D(x) in 0..1.
    pub d_real: f32,
    /// Mean D(G(z)) in 0..1 in D's step, before D learnt from it.
    pub d_fake: f32,
    /// Mean D(G(z)) in 0..1 of the same fakes after D's update (the G step).
    pub d_fake_after: f32,
    /// Real pictures a second, averaged over the last steps.
    pub images_per_s: f32,
    /// Seconds of training so far, pauses left out.
    pub seconds: f64,
    /// Euclidean norm of the gradient of all that G learns; this and what follows is measured at some steps.
    #[serde(default)]
    pub grad_norm_g: Option<f32>,
    /// Of D, on real plus on fake.
    #[serde(default)]
    pub grad_norm_d: Option<f32>,
    /// Share of G's ReLU units that are zero for every fake of the batch, 0..1.
    #[serde(default)]
    pub dead_g: Option<f32>,
    /// Share of D's LeakyReLU outputs on real pictures that are negative, 0..1.
    #[serde(default)]
    pub negative_d: Option<f32>,
    /// Gradient penalty on real pictures, γ/2 · ‖∂D/∂x‖²; of runs that have one.
    #[serde(default)]
    pub penalty_real: Option<f32>,
    /// On generated ones.
    #[serde(default)]
    pub penalty_fake: Option<f32>,
}

/// Where a series is drawn, from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chart {
    /// What each network minimises.
    Losses,
    Discriminator,
    /// What D pays for being steep.
    Penalties,
    Gradients,
    /// Units that pass nothing on.
    InactiveUnits,
    Speed,
}

impl Chart {
    /// What stands above it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Losses => "Losses",
            Self::Discriminator => "Discriminator",
            Self::Penalties => "Gradient penalties",
            Self::Gradients => "Gradients",
            Self::InactiveUnits => "Inactive units",
            Self::Speed => "Speed",
        }
    }
}

/// Whose curve it is, by which it gets its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hue {
    D,
    G,
    Real,
    Fake,
    Machine,
}

/// A number that each step, or some, has.
pub struct Series {
    /// Its column in `metrics.csv`, and its key in JSON.
    pub name: &'static str,
    /// Its name in a legend.
    pub label: &'static str,
    /// Its name in TensorBoard.
    pub tag: &'static str,
    /// What it means, in one sentence.
    pub about: &'static str,
    /// Where it is drawn.
    pub chart: Chart,
    pub hue: Hue,
    /// Whether its curve is dashed.
    pub dashed: bool,
    /// Digits behind the point in files; `None`: as many as tell it from its neighbours.
    pub decimals: Option<usize>,
    /// Its value; `None` where it was not measured at that step.
    pub value: fn(&StepRecord) -> Option<f32>,
}

/// All of them, in the order of the file's columns.
pub static SERIES: [Series; 12] = [
    Series {
        name: "loss_d",
        label: "D",
        tag: "loss/D",
        about: "Loss of the discriminator on real and on generated pictures, added; for BCE the binary cross-entropy.",
        value: |record| Some(record.loss_d),
        ..LOSS
    },
    Series {
        name: "loss_g",
        label: "G",
        tag: "loss/G",
        about: "Loss of the generator; for BCE −log D(G(z)).",
        hue: Hue::G,
        value: |record| Some(record.loss_g),
        ..LOSS
    },
    Series {
        name: "d_real",
        label: "real",
        tag: "score/D(x)",
        about: "Mean D(x): how real the discriminator finds real pictures.",
        chart: Chart::Discriminator,
        hue: Hue::Real,
        value: |record| Some(record.d_real),
        ..LOSS
    },
    Series {
        name: "d_fake",
        label: "fake",
        tag: "score/D(G(z)) before",
        about: "Mean D(G(z)): how real the discriminator finds generated pictures.",
        chart: Chart::Discriminator,
        hue: Hue::Fake,
        value: |record| Some(record.d_fake),
        ..LOSS
    },
    Series {
        name: "d_fake_after",
        label: "after",
        tag: "score/D(G(z)) after",
        about: "Mean D(G(z)) of the same pictures after the discriminator learnt from them.",
        chart: Chart::Discriminator,
        hue: Hue::Fake,
        dashed: true,
        value: |record| Some(record.d_fake_after),
        ..LOSS
    },
    Series {
        name: "images_per_s",
        label: "images/s",
        tag: "images per second",
        about: "Real pictures a second, averaged over the last steps.",
        chart: Chart::Speed,
        hue: Hue::Machine,
        decimals: Some(1),
        value: |record| Some(record.images_per_s),
        ..LOSS
    },
    Series {
        name: "grad_norm_g",
        label: "G",
        tag: "gradient/G",
        about: "Size of the generator's gradient (Euclidean norm over all that it learns).",
        chart: Chart::Gradients,
        hue: Hue::G,
        value: |record| record.grad_norm_g,
        ..LOSS
    },
    Series {
        name: "grad_norm_d",
        label: "D",
        tag: "gradient/D",
        about: "Size of the discriminator's gradient on real plus on generated pictures (Euclidean norm over all that it learns).",
        chart: Chart::Gradients,
        value: |record| record.grad_norm_d,
        ..LOSS
    },
    Series {
        name: "dead_g",
        label: "G dead",
        tag: "dead units/G",
        about: "Share of the generator's ReLU units that are zero for every picture of the batch: they learn nothing from it. A share that grows and stays is lost capacity (dying ReLU).",
        chart: Chart::InactiveUnits,
        hue: Hue::G,
        value: |record| record.dead_g,
        ..LOSS
    },
    Series {
        name: "negative_d",
        label: "D negative",
        tag: "negative units/D",
        about: "Share of the discriminator's LeakyReLU outputs on real pictures that are below zero; such a unit still learns, so it cannot die.",
        chart: Chart::InactiveUnits,
        dashed: true,
        value: |record| record.negative_d,
        ..LOSS
    },
    Series {
        name: "penalty_real",
        label: "real",
        tag: "penalty/R1",
        about: "Gradient penalty on real pictures (R1): γ/2 times the squared length of the discriminator's gradient.",
        chart: Chart::Penalties,
        hue: Hue::Real,
        value: |record| record.penalty_real,
        ..LOSS
    },
    Series {
        name: "penalty_fake",
        label: "generated",
        tag: "penalty/R2",
        about: "The same on generated pictures (R2); with R1 alone it is measured and costs nothing.",
        chart: Chart::Penalties,
        hue: Hue::Fake,
        value: |record| record.penalty_fake,
        ..LOSS
    },
];

/// What most have in common.
const LOSS: Series = Series {
    name: "",
    label: "",
    tag: "",
    about: "",
    chart: Chart::Losses,
    hue: Hue::D,
    dashed: false,
    decimals: None,
    value: |_| None,
};

/// The place in [`SERIES`] of the one called `name`.
pub fn place_of(name: &str) -> Option<usize> {
    SERIES.iter().position(|series| series.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_tags_are_those_of_one_series() {
        for (place, series) in SERIES.iter().enumerate() {
            assert_eq!(place_of(series.name), Some(place));
            let same = SERIES.iter().filter(|other| other.tag == series.tag);
            assert_eq!(same.count(), 1, "{}", series.tag);
            assert!(!series.label.is_empty() && series.about.ends_with('.'));
        }
    }
}
