//! Every layer's gradients against finite differences (portable, f64), and the fast layers against
//! the portable ones (f32) on shapes of every kind.

use candle_core::{DType, Device, Tensor};
use proptest::prelude::*;

use super::{
    Activation, BatchNorm, Block, Direction, Frozen, Geometry, Precision, Stack, conv, portable,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// Seeded normal numbers.
pub(crate) struct Noise(ChaCha8Rng);

impl Noise {
    fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// `count` numbers from N(`mean`, `deviation`²), by Box–Muller.
    fn normals(&mut self, count: usize, mean: f64, deviation: f64) -> Vec<f32> {
        let normal = |_| {
            let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.uniform()));
            let angle = std::f64::consts::TAU * self.uniform();
            (mean + deviation * radius * libm::cos(angle)) as f32
        };
        (0..count).map(normal).collect()
    }
}

pub(crate) fn random(noise: &mut Noise, shape: &[usize], dtype: DType) -> Tensor {
    let numbers = noise.normals(shape.iter().product(), 0.0, 1.0);
    Tensor::from_vec(numbers, shape, &Device::Cpu)
        .unwrap()
        .to_dtype(dtype)
        .unwrap()
}

pub(crate) fn noise(seed: u64) -> Noise {
    Noise(ChaCha8Rng::seed_from_u64(seed))
}

pub(crate) fn numbers(tensor: &Tensor) -> Vec<f64> {
    let flat = tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap();
    flat.to_vec1().unwrap()
}

fn dot(a: &Tensor, b: &Tensor) -> f64 {
    numbers(a).iter().zip(numbers(b)).map(|(x, y)| x * y).sum()
}

/// Largest difference over the largest number.
pub(crate) fn off(a: &Tensor, b: &Tensor) -> f64 {
    assert_eq!(a.dims(), b.dims());
    let largest = numbers(b)
        .iter()
        .fold(1e-30f64, |most, x| most.max(x.abs()));
    let pairs = numbers(a).into_iter().zip(numbers(b));
    pairs.fold(0.0f64, |most, (x, y)| most.max((x - y).abs())) / largest
}

/// A block with batch norm where `normed`, in f64.
fn block(direction: Direction, geometry: Geometry, normed: bool, activation: Activation) -> Block {
    let mut noise = noise(3);
    let weight = random(&mut noise, &[3, 4, 4, 2], DType::F64);
    let channels = if direction == Direction::Down { 3 } else { 2 };
    let norm = normed.then(|| {
        let mut norm = BatchNorm::new(random(&mut noise, &[channels], DType::F64)).unwrap();
        let zeros = Tensor::zeros(channels, DType::F64, &Device::Cpu).unwrap();
        norm.shift = random(&mut noise, &[channels], DType::F64);
        (norm.running_mean, norm.running_var) = (zeros.clone(), zeros);
        norm
    });
    Block {
        direction,
        geometry,
        weight,
        bias: None,
        norm,
        activation,
    }
}

#[test]
fn bf16_rounds_what_convolutions_see_and_nothing_else() {
    let mut noise = noise(21);
    let mut stack = generator(&mut noise, &[16, 24, 8, 3]);
    let z = random(&mut noise, &[5, 1, 1, 16], DType::F32);
    let probe = random(&mut noise, &[5, 16, 16, 3], DType::F32);
    let mut pass = |precision| {
        stack.precision = precision;
        let mut stack = stack.clone();
        let passed = stack.forward_train(&z).unwrap();
        let output = passed.output.clone();
        let gradients = stack.backward(passed, &probe, (true, true)).unwrap();
        let mut made = vec![output, gradients.input.unwrap()];
        made.extend(gradients.parameters);
        made
    };
    let (full, half) = (pass(Precision::F32), pass(Precision::Bf16));
    let last = full.len() - 1;
    for (at, (half, full)) in half.iter().zip(&full).enumerate() {
        assert_eq!(half.dtype(), DType::F32);
        let pairs = || numbers(half).into_iter().zip(numbers(full));
        let wrong: f64 = pairs().map(|(half, full)| (half - full).powi(2)).sum();
        let all: f64 = pairs().map(|(_, full)| full.powi(2)).sum();
        let off = (wrong / all).sqrt();
        // Eight bits of each factor: errors of 2⁻⁹ that partly cancel in sums. Behind a rectifier a gradient is less
        // sure: an input near 0 opens or closes it.
        let most = if at == 0 || at == last { 0.01 } else { 0.15 };
        assert!(off > 1e-5 && off < most, "{:?}: {off}", full.shape());
    }
    // Products and sums of small whole numbers need no rounding: the same bits.
    let whole =
        |shape: &[usize], noise: &mut Noise| random(noise, shape, DType::F32).round().unwrap();
    let (x, w) = (
        whole(&[2, 4, 4, 3], &mut noise),
        whole(&[1, 4, 4, 3], &mut noise),
    );
    let narrow = |t: &Tensor| t.to_dtype(DType::BF16).unwrap();
    let exact = conv::down(&x, &w, Geometry::Stride2).unwrap();
    let rounded = conv::down(&narrow(&x), &narrow(&w), Geometry::Stride2).unwrap();
    assert_eq!(rounded.dtype(), DType::BF16);
    assert_eq!(numbers(&rounded), numbers(&exact));
}

/// ⟨forward(x), probe⟩ moves with each number of x and of the parameters as backward says.
fn check_block(block: Block, input: &[usize]) {
    let mut noise = noise(4);
    let x = random(&mut noise, input, DType::F64);
    let mut stack = Stack::new(vec![block]);
    let passed = stack.forward_train(&x).unwrap();
    let probe = random(&mut noise, passed.output.dims(), DType::F64);
    let gradients = stack.backward(passed, &probe, (true, true)).unwrap();
    let value =
        |stack: &Stack, x: &Tensor| dot(&stack.clone().forward_train(x).unwrap().output, &probe);
    let eps = 1e-6;

    let way = random(&mut noise, input, DType::F64);
    let step = (&way * eps).unwrap();
    let numeric = (value(&stack, &(&x + &step).unwrap()) - value(&stack, &(&x - &step).unwrap()))
        / (2.0 * eps);
    let analytic = dot(&gradients.input.unwrap(), &way);
    assert!(
        (numeric - analytic).abs() < 1e-4 * analytic.abs().max(1.0),
        "input: {numeric} {analytic}"
    );

    assert_eq!(gradients.parameters.len(), stack.parameters().len());
    for (index, gradient) in gradients.parameters.iter().enumerate() {
        let way = random(&mut noise, gradient.dims(), DType::F64);
        let moved = |by: f64| {
            let mut stack = stack.clone();
            let parameter = stack.parameters_mut().swap_remove(index);
            *parameter = (&*parameter + (&way * by).unwrap()).unwrap();
            value(&stack, &x)
        };
        let numeric = (moved(eps) - moved(-eps)) / (2.0 * eps);
        let analytic = dot(gradient, &way);
        let close = (numeric - analytic).abs() < 1e-4 * analytic.abs().max(1.0);
        assert!(close, "parameter {index}: {numeric} {analytic}");
    }
}

#[test]
fn gradients_are_those_of_finite_differences() {
    let leaky = Activation::LeakyRelu(0.2);
    check_block(
        block(Direction::Down, Geometry::Stride2, true, leaky),
        &[3, 4, 6, 2],
    );
    check_block(
        block(Direction::Down, Geometry::Stride2, false, leaky),
        &[3, 4, 6, 2],
    );
    check_block(
        block(
            Direction::Down,
            Geometry::Stride1,
            false,
            Activation::Linear,
        ),
        &[3, 4, 4, 2],
    );
    check_block(
        block(Direction::Up, Geometry::Stride1, true, Activation::Relu),
        &[3, 1, 1, 3],
    );
    check_block(
        block(Direction::Up, Geometry::Stride2, true, Activation::Relu),
        &[3, 2, 3, 3],
    );
    check_block(
        block(Direction::Up, Geometry::Stride2, false, Activation::Tanh),
        &[3, 2, 3, 3],
    );
}

#[test]
fn gradients_of_a_bias_are_those_of_finite_differences() {
    let biased = |direction, channels: usize, activation| Block {
        bias: Some(random(&mut noise(5), &[channels], DType::F64)),
        ..block(direction, Geometry::Stride2, false, activation)
    };
    check_block(biased(Direction::Up, 2, Activation::Tanh), &[3, 2, 3, 3]);
    let leaky = Activation::LeakyRelu(0.2);
    check_block(biased(Direction::Down, 3, leaky), &[3, 4, 6, 2]);
}

/// Two blocks of a generator or of a discriminator, the first with batch norm whose running
/// statistics are unlike N(0, 1), in f64.
fn frozen(direction: Direction) -> (Frozen, Tensor) {
    let mut noise = noise(6);
    let (first, last, input) = match direction {
        Direction::Up => (
            (3, 2, Activation::Relu),
            (2, 3, Activation::Tanh),
            [2, 2, 2, 3],
        ),
        Direction::Down => {
            let leaky = Activation::LeakyRelu(0.2);
            ((3, 2, leaky), (1, 3, Activation::Linear), [2, 8, 8, 2])
        }
    };
    let blocks = [(first, true), (last, false)].map(|((deep, wide, activation), normed)| {
        let channels = if direction == Direction::Up {
            wide
        } else {
            deep
        };
        let norm = normed.then(|| BatchNorm {
            gain: random(&mut noise, &[channels], DType::F64),
            shift: random(&mut noise, &[channels], DType::F64),
            running_mean: random(&mut noise, &[channels], DType::F64),
            running_var: random(&mut noise, &[channels], DType::F64).sqr().unwrap(),
            batches: 1,
        });
        Block {
            direction,
            geometry: Geometry::Stride2,
            weight: random(&mut noise, &[deep, 4, 4, wide], DType::F64),
            bias: Some(random(&mut noise, &[channels], DType::F64)),
            norm,
            activation,
        }
    });
    let stack = Stack::new(blocks.into());
    let x = random(&mut noise, &input, DType::F64);
    (Frozen::new(&stack).unwrap(), x)
}

#[test]
fn derivatives_of_inference_are_those_of_finite_differences() {
    for direction in [Direction::Up, Direction::Down] {
        let (network, x) = frozen(direction);
        let mut noise = noise(7);
        let outputs = network.forward(&x).unwrap();
        assert_eq!(off(&outputs[1], &network.stack().infer(&x).unwrap()), 0.0);
        // Each block's output pulls, so that both ways into a gradient are taken.
        let probes: Vec<Tensor> = outputs
            .iter()
            .map(|output| random(&mut noise, output.dims(), DType::F64))
            .collect();
        let grads: Vec<_> = probes.iter().cloned().map(Some).collect();
        let gradient = network.backward(&outputs, &grads).unwrap().unwrap();
        let way = random(&mut noise, x.dims(), DType::F64);
        let value = |by: f64| -> f64 {
            let moved = (&x + (&way * by).unwrap()).unwrap();
            let outputs = network.forward(&moved).unwrap();
            outputs.iter().zip(&probes).map(|(a, b)| dot(a, b)).sum()
        };
        let numeric = (value(1e-6) - value(-1e-6)) / 2e-6;
        let analytic = dot(&gradient, &way);
        assert!(
            (numeric - analytic).abs() < 1e-4 * analytic.abs().max(1.0),
            "{numeric} {analytic}"
        );
        assert!(network.backward(&outputs, &[None, None]).unwrap().is_none());

        // Forward mode is the transpose of backward mode: ⟨J·way, probe⟩ = ⟨way, Jᵀ·probe⟩.
        let one = |tensor: &Tensor| tensor.narrow(0, 0, 1).unwrap().contiguous().unwrap();
        let outputs: Vec<Tensor> = outputs.iter().map(one).collect();
        let ways = Tensor::cat(&[&one(&way), &(one(&way) * 2.0).unwrap()], 0).unwrap();
        let moved = network.tangents(&outputs, &ways).unwrap();
        let grads: Vec<_> = probes.iter().map(|probe| Some(one(probe))).collect();
        let gradient = network.backward(&outputs, &grads).unwrap().unwrap();
        let forward = |row: usize| -> f64 {
            let pairs = moved.iter().zip(&grads);
            pairs
                .map(|(m, g)| dot(&m.narrow(0, row, 1).unwrap(), g.as_ref().unwrap()))
                .sum()
        };
        let analytic = dot(&gradient, &one(&way));
        assert!((forward(0) - analytic).abs() < 1e-9 * analytic.abs().max(1.0));
        assert!((forward(1) - 2.0 * analytic).abs() < 1e-9 * analytic.abs().max(1.0));
    }
}

#[test]
fn one_output_may_be_that_of_several_gradients() {
    let mut noise = noise(8);
    for dtype in [DType::F32, DType::F64] {
        let y = random(&mut noise, &[1, 2, 2, 5], dtype);
        let grad = random(&mut noise, &[3, 2, 2, 5], dtype);
        let each = Tensor::cat(&[&y, &y, &y], 0).unwrap(); // [3, 2, 2, 5]
        for activation in [
            Activation::Relu,
            Activation::LeakyRelu(0.2),
            Activation::Tanh,
        ] {
            let shared = activation.backward(&y, &grad).unwrap();
            assert_eq!(
                off(&shared, &activation.backward(&each, &grad).unwrap()),
                0.0
            );
        }
    }
}

#[test]
fn non_finite_numbers_come_through() {
    let mut noise = noise(5);
    for bad in [f32::NAN, f32::INFINITY] {
        for (channels, out) in [(3, 8), (32, 32)] {
            let mut values = noise.normals(2 * 8 * 8 * channels, 0.0, 1.0);
            values[5] = bad;
            let x = Tensor::from_vec(values, (2, 8, 8, channels), &Device::Cpu).unwrap();
            let weight = random(&mut noise, &[out, 4, 4, channels], DType::F32);
            let y = conv::down(&x, &weight, Geometry::Stride2).unwrap();
            assert!(numbers(&y).iter().any(|y| !y.is_finite()));
            let mut norm =
                BatchNorm::new(Tensor::ones(out, DType::F32, &Device::Cpu).unwrap()).unwrap();
            let normalised = norm.forward(&y, Activation::LeakyRelu(0.2)).unwrap();
            assert!(numbers(&normalised.output).iter().any(|y| !y.is_finite()));
        }
    }
}

#[test]
fn shapes_that_do_not_fit_are_errors() {
    let zeros = |shape: &[usize]| Tensor::zeros(shape, DType::F32, &Device::Cpu).unwrap();
    let weight = zeros(&[4, 4, 4, 2]);
    assert!(conv::down(&zeros(&[1, 5, 4, 2]), &weight, Geometry::Stride2).is_err());
    assert!(conv::down(&zeros(&[1, 4, 4, 3]), &weight, Geometry::Stride2).is_err());
    assert!(conv::down(&zeros(&[1, 8, 8, 2]), &weight, Geometry::Stride1).is_err());
    assert!(conv::up(&zeros(&[1, 2, 2, 3]), &weight, Geometry::Stride2).is_err());
    assert!(
        conv::weight_grad(
            &zeros(&[1, 4, 4, 2]),
            &zeros(&[1, 1, 1, 4]),
            Geometry::Stride2
        )
        .is_err()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn fast_layers_agree_with_portable_ones(
        seed: u64, batch in 1usize..6, h in 1usize..9, w in 1usize..9,
        ci in prop::sample::select(vec![1usize, 3, 5, 16, 40, 64]),
        co in prop::sample::select(vec![1usize, 2, 7, 32, 72]),
        whole: bool,
    ) {
        let mut noise = noise(seed);
        let (geometry, wide, deep) = if whole {
            (Geometry::Stride1, [batch, 4, 4, ci], [batch, 1, 1, co])
        } else {
            (Geometry::Stride2, [batch, 2 * h, 2 * w, ci], [batch, h, w, co])
        };
        let x = random(&mut noise, &wide, DType::F32);
        let y = random(&mut noise, &deep, DType::F32);
        let weight = random(&mut noise, &[co, 4, 4, ci], DType::F32);
        let f64s = |t: &Tensor| t.to_dtype(DType::F64).unwrap();
        let (x64, y64, w64) = (f64s(&x), f64s(&y), f64s(&weight));
        let down = off(&conv::down(&x, &weight, geometry).unwrap(), &portable::down(&x64, &w64, geometry).unwrap());
        let up = off(&conv::up(&y, &weight, geometry).unwrap(), &portable::up(&y64, &w64, geometry).unwrap());
        let grad = off(&conv::weight_grad(&x, &y, geometry).unwrap(), &portable::weight_grad(&x64, &y64, geometry).unwrap());
        prop_assert!(down < 2e-5 && up < 2e-5 && grad < 2e-5, "{down:e} {up:e} {grad:e}");
    }

    #[test]
    fn fast_batch_norm_agrees_with_the_portable_one(seed: u64, rows in 2usize..300, channels in 1usize..70) {
        let mut noise = noise(seed);
        let shape = [rows, 1, 1, channels];
        let (x, grad) = (random(&mut noise, &shape, DType::F32), random(&mut noise, &shape, DType::F32));
        let f64s = |t: &Tensor| t.to_dtype(DType::F64).unwrap();
        let mut fast = BatchNorm::new(random(&mut noise, &[channels], DType::F32)).unwrap();
        fast.shift = random(&mut noise, &[channels], DType::F32);
        let mut slow = BatchNorm {
            gain: f64s(&fast.gain), shift: f64s(&fast.shift), batches: 0,
            running_mean: f64s(&fast.running_mean), running_var: f64s(&fast.running_var),
        };
        let relu = Activation::LeakyRelu(0.2);
        let (a, b) = (fast.forward(&x, relu).unwrap(), slow.forward(&f64s(&x), relu).unwrap());
        prop_assert!(off(&a.output, &b.output) < 1e-4);
        prop_assert!(off(&fast.running_var, &slow.running_var) < 1e-5);
        let (of_a, of_b) = (fast.backward(&a, &grad, relu).unwrap(), slow.backward(&b, &f64s(&grad), relu).unwrap());
        prop_assert!(off(&of_a.1, &of_b.1) < 1e-3 && off(&of_a.2, &of_b.2) < 1e-3);
        // With two rows the gradient is a difference of nearly equal numbers.
        prop_assert!(rows < 8 || off(&of_a.0, &of_b.0) < 1e-3);
        let infer = off(&fast.infer(&x, relu).unwrap(), &slow.infer(&f64s(&x), relu).unwrap());
        prop_assert!(infer < 1e-4);
    }
}

/// A generator with batch norm that has seen something: channels from the latent's to the picture's.
fn generator(noise: &mut Noise, channels: &[usize]) -> Stack {
    let mut blocks = Vec::new();
    for (index, pair) in channels.windows(2).enumerate() {
        let last = index + 2 == channels.len();
        let mut some = || random(noise, &[pair[1]], DType::F32);
        let norm = BatchNorm {
            gain: some(),
            shift: some(),
            running_mean: some(),
            running_var: (some().sqr().unwrap() + 0.5).unwrap(),
            batches: 1,
        };
        blocks.push(Block {
            direction: Direction::Up,
            geometry: if index == 0 {
                Geometry::Stride1
            } else {
                Geometry::Stride2
            },
            // Pictures well inside −1..1, as a trained generator's, so that tanh hides no error.
            weight: (random(noise, &[pair[0], 4, 4, pair[1]], DType::F32)
                * (0.5 / (4 * pair[0]) as f64).sqrt())
            .unwrap(),
            bias: None,
            norm: (!last).then_some(norm),
            activation: match index {
                _ if last => Activation::Tanh,
                1 => Activation::LeakyRelu(0.2),
                _ => Activation::Relu,
            },
        });
    }
    Stack::new(blocks)
}

#[test]
fn a_packed_generator_draws_the_same_picture() {
    // Channels that fill panels and that do not, grey and colour.
    for channels in [
        &[100, 32, 16, 64, 3][..],
        &[7, 24, 40, 5, 1],
        &[3, 1, 70, 2, 3],
    ] {
        let mut noise = noise(9);
        let mut stack = generator(&mut noise, channels);
        // Convolutions with and without a bias of their own, before a batch norm and before tanh.
        for (block, &channels) in stack.blocks.iter_mut().zip(&channels[1..]).skip(1) {
            block.bias = Some(random(&mut noise, &[channels], DType::F32));
        }
        let z = noise.normals(channels[0], 0.0, 1.0);
        let packed = super::Packed::new(&stack).unwrap().unwrap();
        let quick = packed.infer(&z).unwrap();
        let z = Tensor::from_vec(z, (1, 1, 1, channels[0]), &Device::Cpu).unwrap();
        let expected = stack.infer(&z).unwrap();
        assert!(off(&quick, &expected) < 2e-3, "{}", off(&quick, &expected));
        assert!(packed.infer(&[0.0]).is_err());
    }
}

#[test]
fn other_networks_are_not_packed() {
    let block = Block {
        direction: Direction::Down,
        geometry: Geometry::Stride2,
        weight: random(&mut noise(1), &[4, 4, 4, 4], DType::F32),
        bias: None,
        norm: None,
        activation: Activation::Relu,
    };
    let stack = Stack::new(vec![block.clone(), block]);
    assert!(super::Packed::new(&stack).unwrap().is_none());
}
