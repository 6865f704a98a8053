//! Ten training steps and a drawn face, against PyTorch's numbers for the same weights, latents and
//! pictures (`fixtures/make_pytorch_parity.py` made them).

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use morphogan::gan::Gan;
use morphogan::run::model_file;
use morphogan_nn::{Adam, Stack};

const STEPS: usize = 10;
const BATCH: usize = 5;
const LATENT: usize = 6;

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn expected() -> HashMap<String, Tensor> {
    candle_core::safetensors::load(fixture("pytorch-steps.safetensors"), &Device::Cpu).unwrap()
}

/// The initial networks; f32 takes the fast layers, f64 the portable ones.
fn initial(dtype: DType) -> Gan {
    let model = model_file::load(&fixture("pytorch-init.safetensors"), &Device::Cpu).unwrap();
    assert_eq!(
        (model.info.size, model.info.width, model.info.latent),
        (32, 4, LATENT)
    );
    Gan::of(
        with_type(model.generator.chain().unwrap().clone(), dtype),
        with_type(model.discriminator.unwrap(), dtype),
        (Adam::new(2e-4, 0.5), Adam::new(2e-4, 0.5)),
    )
}

fn with_type(mut stack: Stack, dtype: DType) -> Stack {
    let convert = |tensor: &mut Tensor| *tensor = tensor.to_dtype(dtype).unwrap();
    stack.parameters_mut().into_iter().for_each(convert);
    for norm in stack
        .blocks
        .iter_mut()
        .filter_map(|block| block.norm.as_mut())
    {
        convert(&mut norm.running_mean);
        convert(&mut norm.running_var);
    }
    stack
}

fn latents(all: &Tensor, step: usize, dtype: DType) -> Tensor {
    let z = all.get(step).unwrap().to_dtype(dtype).unwrap(); // [b, latent]
    z.reshape((BATCH, 1, 1, LATENT)).unwrap()
}

/// Largest difference over the largest number.
fn difference(ours: &Tensor, theirs: &Tensor) -> f64 {
    let numbers = |t: &Tensor| -> Vec<f64> {
        t.to_dtype(DType::F64)
            .unwrap()
            .flatten_all()
            .unwrap()
            .to_vec1()
            .unwrap()
    };
    let (ours, theirs) = (numbers(ours), numbers(theirs));
    assert_eq!(ours.len(), theirs.len());
    let largest = theirs.iter().fold(1e-30f64, |most, x| most.max(x.abs()));
    let off = ours
        .iter()
        .zip(&theirs)
        .fold(0.0f64, |most, (a, b)| most.max((a - b).abs()));
    off / largest
}

fn ten_steps_agree(dtype: DType, device: &Device, tolerance: f64) {
    let expected = expected();
    let mut gan = initial(dtype);
    gan.generator = gan.generator.to_device(device).unwrap();
    gan.discriminator = gan.discriminator.to_device(device).unwrap();
    let there = |t: Tensor| t.to_device(device).unwrap();
    for step in 0..STEPS {
        let real = expected["pictures"]
            .get(step % 2)
            .unwrap()
            .to_dtype(dtype)
            .unwrap();
        let real = there(real);
        let z = there(latents(&expected["latents"], step, dtype));
        let s = gan.step(&real, &z).unwrap();
        let ours = Tensor::new(
            &[s.loss_d, s.loss_g, s.d_real, s.d_fake, s.d_fake_after],
            &Device::Cpu,
        );
        let theirs = expected["scores"].get(step).unwrap();
        let off = difference(&ours.unwrap(), &theirs);
        assert!(off < tolerance, "step {step}: {off:e}");
    }
    let generator = gan.generator.to_device(&Device::Cpu).unwrap();
    weights_agree(&generator, &expected, "final.main", tolerance, |block| {
        (3 * block, 3 * block + 1)
    });
    let places = |block: usize| ((3 * block).saturating_sub(1), 3 * block);
    weights_agree(
        &gan.discriminator.to_device(&Device::Cpu).unwrap(),
        &expected,
        "final.discriminator.main",
        tolerance,
        places,
    );
    let faces = gan
        .generator
        .infer(&there(latents(&expected["latents"], 0, dtype)))
        .unwrap();
    let faces = faces.to_device(&Device::Cpu).unwrap();
    let off = difference(&faces, &expected["faces"]);
    assert!(off < tolerance, "faces: {off:e}");
}

fn weights_agree(
    stack: &Stack,
    expected: &HashMap<String, Tensor>,
    prefix: &str,
    tolerance: f64,
    places: impl Fn(usize) -> (usize, usize),
) {
    let agree = |name: String, ours: &Tensor| {
        let off = difference(ours, &expected[&name]);
        assert!(off < tolerance, "{name}: {off:e}");
    };
    for (index, block) in stack.blocks.iter().enumerate() {
        let (convolution, norm) = places(index);
        let weight = block
            .weight
            .permute((0, 3, 1, 2))
            .unwrap()
            .contiguous()
            .unwrap();
        agree(format!("{prefix}.{convolution}.weight"), &weight);
        let Some(learnt) = &block.norm else { continue };
        agree(format!("{prefix}.{norm}.weight"), &learnt.gain);
        agree(format!("{prefix}.{norm}.bias"), &learnt.shift);
        agree(
            format!("{prefix}.{norm}.running_mean"),
            &learnt.running_mean,
        );
        agree(format!("{prefix}.{norm}.running_var"), &learnt.running_var);
    }
}

#[test]
fn ten_steps_of_the_fast_layers_agree_with_pytorch() {
    ten_steps_agree(DType::F32, &Device::Cpu, 1e-4);
}

#[test]
fn ten_steps_of_the_portable_layers_agree_with_pytorch() {
    ten_steps_agree(DType::F64, &Device::Cpu, 1e-4);
}

/// TF32 loses bits that Adam's first steps make into whole steps where a gradient is near zero. Run with
/// `NVIDIA_TF32_OVERRIDE=0`, which turns TF32 off in NVIDIA's libraries, it must agree as the CPU does.
#[cfg(feature = "cudnn")]
#[test]
fn ten_steps_on_cuda_agree_with_pytorch() {
    let Ok(device) = Device::new_cuda_with_stream(0) else {
        println!("skipped: no CUDA device");
        return;
    };
    morphogan_nn::prepare_device(&device).unwrap();
    morphogan_nn::trust_device(&device).unwrap();
    let exact = std::env::var("NVIDIA_TF32_OVERRIDE").is_ok_and(|value| value == "0");
    ten_steps_agree(DType::F32, &device, if exact { 1e-4 } else { 0.1 });
}

/// What a file of PyTorch holds comes back to the bit when it was read and written.
#[test]
fn a_model_survives_reading_and_writing() {
    let model = model_file::load(&fixture("pytorch-init.safetensors"), &Device::Cpu).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.safetensors");
    model.save(&path).unwrap();
    let load = |path: &Path| candle_core::safetensors::load(path, &Device::Cpu).unwrap();
    let (before, after) = (load(&fixture("pytorch-init.safetensors")), load(&path));
    assert_eq!(before.len(), after.len());
    for (name, tensor) in &before {
        assert_eq!(tensor.dims(), after[name].dims(), "{name}");
        if tensor.dtype() == DType::F32 {
            assert_eq!(difference(tensor, &after[name]), 0.0, "{name}");
        }
    }
}
