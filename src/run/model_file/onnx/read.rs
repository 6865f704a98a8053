//! A generator out of an ONNX graph: one node after the other from the latent to the picture.

use std::cell::RefCell;
use std::collections::HashMap;

use candle_core::{Device, Tensor as Numbers};
use prost::Message;
use prost::bytes::Bytes;
use safetensors::tensor::Dtype;

use super::messages::{Graph, Model, Node, Tensor, data};
use super::node::{FEW, attribute, float, integer, not, square};
use super::{limits, resize};
use crate::gan::layers::{Bend, Kind, Layer, SELU};
use crate::run::model_file::error::ModelFileError;
use crate::run::model_file::found::Found;

/// Of a file, which stands in memory twice.
const LARGEST: usize = 1 << 28;
/// More nodes are no DCGAN.
const MOST_NODES: usize = 500;

/// The layers of a file, in main memory, and the numbers of a latent.
pub fn layers(bytes: &[u8]) -> Result<(Vec<Layer>, usize), ModelFileError> {
    if bytes.len() > LARGEST {
        return Err(ModelFileError::TooLarge(bytes.len() as u64));
    }
    if !limits::are_kept(bytes) {
        let found = "its messages are damaged, or more than those of a generator";
        return Err(ModelFileError::Damaged(found.into()));
    }
    let model = Model::decode(Bytes::copy_from_slice(bytes));
    let model = model.map_err(|error| ModelFileError::Damaged(error.to_string()))?;
    let graph = model
        .graph
        .ok_or_else(|| not("the ONNX file holds no graph"))?;
    if graph.node.len() > MOST_NODES {
        return Err(not(format!("its graph has {} nodes", graph.node.len())));
    }
    let mut reader = GraphReader::new(&graph);
    let nodes = reader.path(&graph)?;
    for node in nodes {
        reader.take(node)?;
    }
    let latent = reader.latent()?;
    Ok((reader.layers, latent))
}

struct GraphReader<'g> {
    /// Initialisers and the values of `Constant` nodes.
    constants: HashMap<&'g str, &'g Tensor>,
    /// Those that were read, by their names: layers that share one share its numbers.
    read: RefCell<HashMap<&'g str, Numbers>>,
    layers: Vec<Layer>,
}

impl<'g> GraphReader<'g> {
    fn new(graph: &'g Graph) -> Self {
        let initializers = graph.initializer.iter();
        let mut constants: HashMap<&str, &Tensor> = initializers
            .map(|tensor| (tensor.name.as_str(), tensor))
            .collect();
        for node in graph.node.iter().filter(|node| node.op_type == "Constant") {
            let value = attribute(node, "value").and_then(|value| value.t.as_ref());
            if let (Some(output), Some(value)) = (node.output.first(), value) {
                constants.insert(output, value);
            }
        }
        Self {
            constants,
            read: RefCell::default(),
            layers: Vec::new(),
        }
    }

    /// The nodes from the one input that is no constant to the first output.
    fn path(&self, graph: &'g Graph) -> Result<Vec<&'g Node>, ModelFileError> {
        let mut inputs = graph.input.iter().map(|input| input.name.as_str());
        let input = inputs.find(|name| !self.constants.contains_key(name));
        let mut at = input.ok_or_else(|| not("its graph has no input"))?;
        let end = graph
            .output
            .first()
            .map_or("", |output| output.name.as_str());
        let mut path = Vec::new();
        while at != end {
            let mut users = graph
                .node
                .iter()
                .filter(|node| node.input.iter().any(|name| name == at));
            let node = users
                .next()
                .ok_or_else(|| not("its graph ends before its output"))?;
            if let Some(other) = users.next() {
                let found = format!(
                    "{} and {} take the same features",
                    node.op_type, other.op_type
                );
                return Err(not(found));
            }
            path.push(node);
            at = node.output.first().map_or("", String::as_str);
            if path.len() > graph.node.len() {
                return Err(not("its graph goes in a circle"));
            }
        }
        Ok(path)
    }

    fn take(&mut self, node: &Node) -> Result<(), ModelFileError> {
        let kind = match node.op_type.as_str() {
            "Identity" | "Dropout" | "Cast" => return Ok(()),
            "Flatten" | "Reshape" | "Squeeze" | "Unsqueeze" => return self.reshape(node),
            "Gemm" | "MatMul" => return self.dense(node),
            "Add" => return self.bias(node),
            "Conv" | "ConvTranspose" => return self.convolution(node),
            "BatchNormalization" => return self.norm(node),
            "Resize" | "Upsample" => self.upsample(node)?,
            "Relu" => Kind::Relu,
            "LeakyRelu" => match float(node, "alpha", 0.01) {
                slope if slope.is_finite() => Kind::LeakyRelu { slope },
                slope => return Err(not(format!("its LeakyReLU has a slope of {slope}"))),
            },
            // Of others α is a number that no layer of this program has.
            "Elu" if float(node, "alpha", 1.0) == 1.0 => Kind::Bent { bend: Bend::Elu },
            "Selu" if is_usual_selu(node) => Kind::Bent { bend: Bend::Selu },
            "Tanh" => Kind::Tanh,
            "Sigmoid" => Kind::Sigmoid,
            other => return Err(not(format!("it has a layer {other:.40}"))),
        };
        self.layers.push(Layer::plain(kind));
        Ok(())
    }

    /// Of numbers into pixels; of the latent, and of pixels into numbers in front of a dense layer, nothing is to do.
    fn reshape(&mut self, node: &Node) -> Result<(), ModelFileError> {
        let is_dense = self
            .layers
            .iter()
            .rev()
            .find(|layer| !layer.parts.is_empty());
        let is_dense =
            is_dense.is_some_and(|layer| layer.part("weight").is_some_and(|w| w.rank() < 3));
        if node.op_type != "Reshape" || !is_dense {
            return Ok(());
        }
        let shape = self.integers(node, 1)?;
        match shape[..] {
            [_, channels, high, across] if channels > 0 && high > 0 && high == across => {
                let (channels, side) = (channels as usize, high as usize);
                self.layers
                    .push(Layer::plain(Kind::Unflatten { channels, side }));
                Ok(())
            }
            [_, _] => Ok(()),
            _ => Err(not(format!("it reshapes features to {shape:?}"))),
        }
    }

    fn dense(&mut self, node: &Node) -> Result<(), ModelFileError> {
        let weight = self.numbers(node, 1)?;
        let is_turned = node.op_type == "Gemm" && integer(node, "transB", 0) == 1;
        let scaled = ["alpha", "beta"].map(|name| float(node, name, 1.0));
        if weight.rank() != 2 || scaled != [1.0; 2] || integer(node, "transA", 0) != 0 {
            return Err(not(format!(
                "its layer {:.40} is no dense layer",
                node.op_type
            )));
        }
        let weight = if is_turned {
            weight
        } else {
            weight.t()?.contiguous()?
        };
        let mut parts = vec![("weight", weight)];
        if node.input.len() > 2 {
            parts.push(("bias", self.numbers(node, 2)?.flatten_all()?));
        }
        self.layers.push(Layer {
            kind: Kind::Linear,
            parts,
        });
        Ok(())
    }

    /// What is added to a layer without a bias is its bias.
    fn bias(&mut self, node: &Node) -> Result<(), ModelFileError> {
        let constant = node
            .input
            .iter()
            .position(|name| self.constants.contains_key(name.as_str()));
        let at = constant.ok_or_else(|| not("it adds features to others"))?;
        let bias = self.numbers(node, at)?.flatten_all()?;
        match self.layers.last_mut() {
            Some(layer) if !layer.parts.is_empty() && layer.part("bias").is_none() => {
                layer.parts.push(("bias", bias));
                Ok(())
            }
            _ => Err(not("it adds numbers to features")),
        }
    }

    fn convolution(&mut self, node: &Node) -> Result<(), ModelFileError> {
        let weight = self.numbers(node, 1)?;
        let (_, _, kernel, across) = weight
            .dims4()
            .map_err(|_| not("a kernel of no four sides"))?;
        let of = |name: &str, usual: usize, count: usize| square(node, name, usual, count);
        let stride = of("strides", 1, 2)?;
        let padding = of("pads", 0, 4)?;
        let output_padding = of("output_padding", 0, 2)?;
        let automatic = attribute(node, "auto_pad").map(|attribute| &attribute.s[..]);
        let is_plain = of("dilations", 1, 2)? == 1
            && integer(node, "group", 1) == 1
            && matches!(automatic, None | Some(b"NOTSET" | b""))
            && attribute(node, "output_shape").is_none();
        if !is_plain || kernel != across || kernel == 0 || kernel > 16 || stride == 0 {
            return Err(not(format!(
                "its layer {:.40} is of a kind that is not read",
                node.op_type
            )));
        }
        let kind = match node.op_type.as_str() {
            "Conv" => Kind::Conv { stride, padding },
            _ => Kind::ConvTranspose {
                stride,
                padding,
                output_padding,
            },
        };
        let mut parts = vec![("weight", weight)];
        if node.input.get(2).is_some_and(|name| !name.is_empty()) {
            parts.push(("bias", self.numbers(node, 2)?));
        }
        self.layers.push(Layer { kind, parts });
        Ok(())
    }

    fn norm(&mut self, node: &Node) -> Result<(), ModelFileError> {
        let names = ["weight", "bias", "running_mean", "running_var"].into_iter();
        let parts = names
            .enumerate()
            .map(|(at, name)| Ok((name, self.numbers(node, at + 1)?)));
        let parts: Vec<(&str, Numbers)> = parts.collect::<Result<_, ModelFileError>>()?;
        let epsilon = float(node, "epsilon", 1e-5);
        if parts[3].1.min_all()?.to_scalar::<f32>()? < 0.0 {
            return Err(ModelFileError::Negative(node.name.clone()));
        }
        let kind = Kind::BatchNorm { epsilon };
        self.layers.push(Layer { kind, parts });
        Ok(())
    }

    fn upsample(&self, node: &Node) -> Result<Kind, ModelFileError> {
        let scales = self.numbers(node, resize::scales_at(node))?;
        resize::kind(node, &scales.flatten_all()?.to_vec1()?)
    }

    /// The numbers of a latent, by the first layer with weights.
    fn latent(&self) -> Result<usize, ModelFileError> {
        let first = self
            .layers
            .iter()
            .find_map(|layer| Some((layer.kind, layer.part("weight")?)));
        match first {
            Some((Kind::Linear, weight)) => Ok(weight.dim(1)?),
            Some((Kind::ConvTranspose { .. }, weight)) => Ok(weight.dim(0)?),
            _ => Err(not("it does not begin with a latent")),
        }
    }

    fn constant(&self, node: &Node, at: usize) -> Result<&'g Tensor, ModelFileError> {
        let name = node.input.get(at).map_or("", String::as_str);
        let tensor = self.constants.get(name).copied();
        let tensor =
            tensor.ok_or_else(|| not(format!("{:.40} takes no constant", node.op_type)))?;
        match tensor.data_location {
            0 => Ok(tensor),
            _ => Err(not("its numbers lie in another file; save it as one")),
        }
    }

    fn numbers(&self, node: &Node, at: usize) -> Result<Numbers, ModelFileError> {
        let tensor = self.constant(node, at)?;
        let name = node.input.get(at).map_or("", String::as_str);
        let Some((&name, _)) = self.constants.get_key_value(name) else {
            return decoded(tensor);
        };
        if let Some(numbers) = self.read.borrow().get(name) {
            return Ok(numbers.clone());
        }
        let numbers = decoded(tensor)?;
        self.read.borrow_mut().insert(name, numbers.clone());
        Ok(numbers)
    }

    fn integers(&self, node: &Node, at: usize) -> Result<Vec<i64>, ModelFileError> {
        let tensor = self.constant(node, at)?;
        let (raw, _) = tensor.raw_data.as_chunks::<8>();
        let stored = raw.iter().map(|&x| i64::from_le_bytes(x));
        Ok(stored
            .chain(tensor.int64_data.iter().copied())
            .take(FEW)
            .collect())
    }
}

/// The numbers of an initialiser, as 32-bit floats whatever they are in the file.
fn decoded(tensor: &Tensor) -> Result<Numbers, ModelFileError> {
    let dtype = match tensor.data_type {
        data::FLOAT => Dtype::F32,
        data::DOUBLE => Dtype::F64,
        data::FLOAT16 => Dtype::F16,
        data::BFLOAT16 => Dtype::BF16,
        other => return Err(not(format!("numbers of type {other}"))),
    };
    let shape = tensor.dims.iter().map(|&side| usize::try_from(side));
    let shape: Result<Vec<usize>, _> = shape.collect();
    let shape = shape.map_err(|_| not("a shape of negative sides"))?;
    let plain: Vec<u8> = match tensor.float_data.is_empty() {
        true => Vec::new(),
        false => tensor
            .float_data
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect(),
    };
    let found = Found {
        name: tensor.name.clone(),
        shape,
        dtype,
        bytes: if plain.is_empty() {
            &tensor.raw_data
        } else {
            &plain
        },
        offset: 0,
        strides: None,
    };
    Ok(Numbers::from_vec(
        found.floats()?,
        &found.shape[..],
        &Device::Cpu,
    )?)
}

/// Of others λ and α are numbers that no layer of this program has.
fn is_usual_selu(node: &Node) -> bool {
    let [scale, alpha] = SELU;
    let mut both = [("gamma", scale), ("alpha", alpha)].into_iter();
    both.all(|(name, usual)| (float(node, name, usual) - usual).abs() < 1e-5)
}
