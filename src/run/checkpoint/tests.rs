use super::*;
use crate::config::{Augment, LiveConfig, TrainConfig};
use crate::gan::Average;
use crate::latent::noise::{Noise, Purpose};
use crate::run::model_file::{Kernels, Model};
use candle_core::{Device, Tensor};

fn info(width: usize) -> ModelInfo {
    ModelInfo {
        step: 2,
        ..ModelInfo::small(8, width)
    }
}

fn gan(width: usize, seed: u64) -> Gan {
    let adams = (Adam::new(2e-4, 0.5), Adam::new(2e-4, 0.5));
    let mut noise = Noise::new(seed, Purpose::Weights);
    let mut gan = Gan::new(&info(width), adams, &mut noise, &Device::Cpu).unwrap();
    gan.average = Some(Average::new(&gan.generator, 0.9));
    gan
}

fn shown(gan: &Gan, width: usize) -> Snapshot {
    Snapshot::new(info(width), gan.generator.clone())
}

fn step(gan: &mut Gan, noise: &mut Noise) -> f32 {
    let tensor = |numbers, shape: [usize; 4]| Tensor::from_vec(numbers, &shape, &Device::Cpu);
    let real = tensor(noise.normals(4 * 32 * 32 * 3, 0.0, 0.3), [4, 32, 32, 3]).unwrap();
    let z = tensor(noise.normals(4 * 8, 0.0, 1.0), [4, 1, 1, 8]).unwrap();
    gan.step(&real, &z).unwrap().loss_g
}

#[test]
fn training_goes_on_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.safetensors");
    let mut noise = Noise::new(1, Purpose::Training);
    let mut first = gan(4, 1);
    for _ in 0..2 {
        step(&mut first, &mut noise);
    }
    noise.normal();
    save(&path, &shown(&first, 4), &first, &noise).unwrap();

    let checkpoint = Checkpoint::read(&path).unwrap();
    let mut second = gan(4, 2);
    checkpoint.restore(&mut second, &info(4)).unwrap();
    let mut again: Noise = checkpoint.state().unwrap();
    assert_eq!(again, noise);
    for _ in 0..3 {
        assert_eq!(step(&mut first, &mut noise), step(&mut second, &mut again));
    }
    let averaged = |gan: &Gan| {
        let average = gan.average.as_ref().unwrap();
        let weight = average.generator.blocks[1].weight.flatten_all().unwrap();
        (average.steps, weight.to_vec1::<f32>().unwrap())
    };
    assert_eq!(averaged(&first), averaged(&second));
    // What opens a model opens a checkpoint.
    let model = model_file::load(&path, &Device::Cpu).unwrap();
    assert_eq!(model.info, info(4));
}

#[test]
fn training_with_everything_on_goes_on_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.safetensors");
    let config = |spectral_norm| TrainConfig {
        spectral_norm,
        live: LiveConfig {
            augment: Augment::ALL,
            instance_noise: 0.1,
            smoothing: 0.1,
            ..LiveConfig::default()
        },
        ..TrainConfig::default()
    };
    let made = |seed, spectral_norm| {
        let mut noise = Noise::new(seed, Purpose::Weights);
        let gan = gan(4, seed).with_recipe(&config(spectral_norm), &mut noise);
        gan.unwrap()
    };
    let mut noise = Noise::new(1, Purpose::Training);
    let mut first = made(1, true);
    step(&mut first, &mut noise);
    save(&path, &shown(&first, 4), &first, &()).unwrap();
    let checkpoint = Checkpoint::read(&path).unwrap();
    let mut second = made(2, true);
    checkpoint.restore(&mut second, &info(4)).unwrap();
    for _ in 0..3 {
        let mut same = noise.clone();
        assert_eq!(step(&mut first, &mut noise), step(&mut second, &mut same));
    }
    let refused = checkpoint.restore(&mut made(2, false), &info(4));
    let refused = refused.unwrap_err().to_string();
    assert!(
        refused.contains("with spectral norm; the settings ask for without"),
        "{refused}"
    );
}

#[test]
fn a_checkpoint_before_the_first_update_has_no_moments() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.safetensors");
    let first = gan(4, 1);
    save(&path, &shown(&first, 4), &first, &()).unwrap();
    let mut second = gan(4, 2);
    let checkpoint = Checkpoint::read(&path).unwrap();
    checkpoint.restore(&mut second, &info(4)).unwrap();
    assert!(second.adam_g.moments.is_empty());
}

#[test]
fn every_changed_byte_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.safetensors");
    let first = gan(1, 1);
    save(&path, &shown(&first, 1), &first, &7).unwrap();
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 4;
        std::fs::write(&path, bytes).unwrap();
        assert!(Checkpoint::read(&path).is_err(), "byte {at}");
    }
    for length in [0, 7, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(Checkpoint::read(&path).is_err(), "cut to {length}");
    }
}

#[test]
fn counts_that_no_run_comes_to_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.safetensors");
    let mut gan = gan(4, 1);
    if let Some(average) = &mut gan.average {
        average.steps = u64::MAX;
    }
    save(&path, &shown(&gan, 4), &gan, &0).unwrap();
    let refused = Checkpoint::read(&path).err().unwrap().to_string();
    assert!(refused.contains("more steps"), "{refused}");
}

#[test]
fn other_networks_and_newer_formats_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.safetensors");
    let first = gan(4, 1);
    save(&path, &shown(&first, 4), &first, &()).unwrap();
    let mut wider = gan(5, 1);
    let checkpoint = Checkpoint::read(&path).unwrap();
    let refused = checkpoint
        .restore(&mut wider, &info(5))
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("width 4; the settings ask for 32×32"),
        "{refused}"
    );

    let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
    assert!(text.contains(r#"{\"format\":1,\"architecture"#));
    let bytes = std::fs::read(&path).unwrap();
    let wanted = br#"{\"format\":1,\"architecture"#;
    let at = bytes
        .windows(wanted.len())
        .position(|w| w == wanted)
        .unwrap();
    let mut newer = bytes.clone();
    newer[at + 12] = b'9';
    std::fs::write(&path, newer).unwrap();
    let refused = Checkpoint::read(&path).err().unwrap();
    assert!(matches!(refused, CheckpointError::Newer(9)), "{refused}");

    let model = Model {
        info: info(4),
        generator: wider.generator.clone().into(),
        discriminator: None,
        directions: Vec::new(),
        kernels: Kernels::default(),
    };
    model.save(&path).unwrap();
    let refused = Checkpoint::read(&path).err().unwrap();
    assert!(matches!(refused, CheckpointError::OnlyAModel), "{refused}");
}

#[test]
fn weights_that_are_lost_do_not_replace_good_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.safetensors");
    let mut lost = gan(4, 1);
    let good = shown(&lost, 4);
    save(&path, &good, &lost, &()).unwrap();
    let weight = &mut lost.generator.blocks[1].weight;
    *weight = (&*weight * f64::NAN).unwrap();
    let refused = save(&path, &good, &lost, &()).unwrap_err().to_string();
    assert!(refused.contains("no numbers any more"), "{refused}");
    Checkpoint::read(&path).unwrap();
}

#[test]
fn moments_and_networks_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.safetensors");
    let restored = |gan: &Gan| {
        save(&path, &shown(gan, 4), gan, &()).unwrap();
        let mut other = self::gan(4, 2);
        let checkpoint = Checkpoint::read(&path).unwrap();
        checkpoint
            .restore(&mut other, &info(4))
            .map_err(|error| error.to_string())
    };
    let mut noise = Noise::new(1, Purpose::Training);
    let mut whole = gan(4, 1);
    step(&mut whole, &mut noise);
    restored(&whole).unwrap();

    let mut negative = whole.clone();
    let squares = &mut negative.adam_d.moments[1].1;
    *squares = (&*squares - 1.0).unwrap();
    assert!(restored(&negative).unwrap_err().contains("adam_d.1.second"));

    let mut short = whole.clone();
    short.adam_g.moments.pop();
    assert!(restored(&short).unwrap_err().contains("moments of adam_g"));

    let mut turned = whole.clone();
    turned.adam_g.moments.swap(0, 1);
    assert!(restored(&turned).unwrap_err().contains("adam_g.0.first"));

    let mut biased = whole;
    let last = biased.generator.blocks.last_mut().unwrap();
    last.bias = Some(Tensor::zeros(3, candle_core::DType::F32, &Device::Cpu).unwrap());
    assert!(restored(&biased).unwrap_err().contains("another network"));
}
