//! Networks whose activation only their running statistics tell.

use std::collections::HashMap;

use candle_core::{Device, Tensor};

use super::{POOR_FIT, evidence};
use crate::gan::layers::{Bend, Kind, Layer, Layers};
use crate::latent::noise::{Noise, Purpose};
use crate::run::model_file::{ImportOptions, Imported, import_bytes};

const LATENT: usize = 16;
const WIDTH: usize = 12;

fn tensor(noise: &mut Noise, shape: &[usize], deviation: f64) -> Tensor {
    let count = shape.iter().product();
    Tensor::from_vec(noise.normals(count, 0.0, deviation), shape, &Device::Cpu).unwrap()
}

/// 32×32, with statistics that fit these activations, the last of them for all further layers.
fn network(activations: &[Kind]) -> Layers {
    let mut noise = Noise::new(5, Purpose::Weights);
    let mut layers = Vec::new();
    for (at, gives) in [WIDTH, WIDTH, WIDTH, 3].into_iter().enumerate() {
        let (takes, stride, padding) = match at {
            0 => (LATENT, 1, 0),
            _ => (WIDTH, 2, 1),
        };
        layers.push(Layer {
            kind: Kind::ConvTranspose {
                stride,
                padding,
                output_padding: 0,
            },
            parts: vec![("weight", tensor(&mut noise, &[takes, gives, 4, 4], 0.3))],
        });
        if at == 3 {
            layers.push(Layer::plain(Kind::Tanh));
            continue;
        }
        let ones = Tensor::ones(gives, candle_core::DType::F32, &Device::Cpu).unwrap();
        let norm = [
            ("weight", ones.clone()),
            ("bias", tensor(&mut noise, &[gives], 0.5)),
            ("running_mean", ones.zeros_like().unwrap()),
            ("running_var", ones),
        ];
        layers.push(Layer {
            kind: Kind::BatchNorm { epsilon: 1e-5 },
            parts: norm.to_vec(),
        });
        layers.push(Layer::plain(activations[at.min(activations.len() - 1)]));
    }
    evidence::calibrated(Layers::new(layers).unwrap(), LATENT).unwrap()
}

/// It as another program may have saved it.
fn imported(network: &Layers) -> Imported {
    imported_as(network, &ImportOptions::default())
}

fn imported_as(network: &Layers, options: &ImportOptions) -> Imported {
    let layers = network.layers().iter().enumerate();
    let named = layers.flat_map(|(at, layer)| {
        let parts = layer.parts.iter();
        parts.map(move |(name, part)| (format!("net.{at}.{name}"), part.clone()))
    });
    let named: HashMap<String, Tensor> = named.collect();
    let bytes = safetensors::serialize(&named, None).unwrap();
    import_bytes(&bytes, options, &Device::Cpu).unwrap()
}

#[test]
fn a_network_that_nothing_fits_is_opened_with_a_warning() {
    let told = |slope: f64| {
        let notes = imported(&network(&[Kind::LeakyRelu { slope }])).notes;
        notes.join(" ")
    };
    assert_eq!(told(0.0), "");
    let leaky = told(0.2);
    assert!(
        leaky.contains("LeakyReLU(0.2)") && !leaky.contains(POOR_FIT),
        "{leaky}"
    );
    let strange = told(-0.9);
    assert!(strange.contains(POOR_FIT), "{strange}");
}

#[test]
fn activations_may_differ_from_layer_to_layer() {
    let leaky = Kind::LeakyRelu { slope: 0.2 };
    let elu = Kind::Bent { bend: Bend::Elu };
    let made = network(&[leaky, elu, leaky]);
    let opened = imported(&made);
    let told = opened.notes.join(" ");
    assert!(told.contains("LeakyReLU(0.2), then ELU."), "{told}");
    // Nothing tells the last one: it is asked for, and then as it was.
    let question = opened.questions.first().unwrap();
    let names: Vec<&str> = question.choices.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["ELU", "LeakyReLU(0.2)"]);
    let answered = imported_as(&made, &question.choices[1].1);
    let layers = answered.model.generator.layers().unwrap();
    let kinds = layers.iter().map(|layer| layer.kind);
    let bends: Vec<Kind> = kinds.filter(|kind| kind.is_activation()).collect();
    assert_eq!(bends, [leaky, elu, leaky]);
}

#[test]
fn a_poor_fit_is_asked_about_until_a_person_has_looked() {
    let strange = network(&[Kind::LeakyRelu { slope: -0.9 }]);
    let question = imported(&strange).questions.pop().unwrap();
    assert!(question.choices.len() == 3 && question.choices[0].1.as_found);
    let looked = imported_as(&strange, &question.choices[0].1);
    assert!(looked.questions.is_empty(), "{:?}", looked.questions);
    let leaky = imported_as(&strange, &question.choices[2].1);
    assert!(leaky.questions.is_empty(), "{:?}", leaky.questions);
}

#[test]
fn numbers_of_several_names_are_read_once() {
    use super::build::Builder;
    use crate::run::model_file::found::Found;
    use safetensors::tensor::Dtype;

    let bytes = [0u8; 64];
    let found = |name: &str, offset: usize| Found {
        name: name.into(),
        shape: vec![4],
        dtype: Dtype::F32,
        bytes: &bytes,
        offset,
        strides: None,
    };
    let builder = Builder::new(&[]);
    let [a, b, c] = [found("a", 0), found("b", 0), found("c", 4)];
    for found in [&a, &b, &c, &a] {
        builder.tensor(found).unwrap();
    }
    assert_eq!(builder.read_count(), 2);
}

/// As a file may say that was changed by hand: nothing fits, and all that is tried is as far away.
#[test]
fn statistics_that_nothing_comes_near_do_not_keep_it_looking() {
    let mut noise = Noise::new(6, Purpose::Weights);
    let mut named = HashMap::new();
    let ends = [(LATENT, 4), (WIDTH, 3), (WIDTH, 3), (WIDTH, 3)].into_iter();
    for (at, (takes, kernel)) in ends.enumerate() {
        let gives = if at == 3 { 3 } else { WIDTH };
        let weight = tensor(&mut noise, &[takes, gives, kernel, kernel], 0.3);
        named.insert(format!("net.{at}.conv.weight"), weight);
        if at == 3 {
            continue;
        }
        let ones = Tensor::ones(gives, candle_core::DType::F32, &Device::Cpu).unwrap();
        for (name, number) in [
            ("weight", 1.0),
            ("bias", 0.0),
            ("running_mean", 0.0),
            ("running_var", 1e30),
        ] {
            let part = ones.affine(number, 0.0).unwrap();
            named.insert(format!("net.{at}.norm.{name}"), part);
        }
    }
    let bytes = safetensors::serialize(&named, None).unwrap();
    // Whatever is made of it, an answer comes.
    let made = import_bytes(&bytes, &ImportOptions::default(), &Device::Cpu);
    assert!(made.is_err() || made.is_ok_and(|made| !made.notes.is_empty()));
}
