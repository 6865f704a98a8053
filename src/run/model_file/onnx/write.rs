//! A generator as an ONNX graph.

use candle_core::Tensor as Numbers;
use prost::Message;

use super::messages::{
    Attribute, Dimension, Entry, Graph, Model, Node, OperatorSet, Shape, Side, Tensor, TensorType,
    Type, ValueInfo, data, kind,
};
use crate::gan::ModelInfo;
use crate::gan::layers::{Bend, Kind, Layer};

/// The first version of the format that has [`OPSET`].
const IR_VERSION: i64 = 8;
const OPSET: i64 = 17;
const INPUT: &str = "z";
const OUTPUT: &str = "pictures";

/// The bytes of a file: z [batch, latent, 1, 1] → pictures [batch, channels, size, size].
///
/// # Errors
/// candle's, for a device that fails.
pub fn bytes(info: &ModelInfo, layers: &[Layer]) -> candle_core::Result<Vec<u8>> {
    let mut graph = GraphWriter::default();
    graph.write(layers)?;
    let is_unsigned = layers.last().is_some_and(|last| last.kind == Kind::Sigmoid);
    let side = |side: usize| Side::Fixed(side as i64);
    let any = || Side::Any("batch".into());
    let latents = [any(), side(info.latent), side(1), side(1)];
    let pictures = [any(), side(info.channels), side(info.size), side(info.size)];
    let range = if is_unsigned { "0..1" } else { "-1..1" };
    let entry = |key: &str, value: String| Entry {
        key: key.into(),
        value,
    };
    let model = Model {
        ir_version: IR_VERSION,
        producer_name: "morphogan".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        doc_string: format!("DCGAN generator: z ~ N(0, 1), pictures in {range}"),
        graph: Some(Graph {
            node: graph.nodes,
            name: "generator".into(),
            initializer: graph.initializers,
            input: vec![value(INPUT, latents, "latents, normally distributed")],
            output: vec![value(OUTPUT, pictures, &format!("pixels in {range}"))],
        }),
        opset_import: vec![OperatorSet {
            domain: String::new(),
            version: OPSET,
        }],
        metadata_props: vec![
            entry("data", info.data.clone()),
            entry("data_licence", info.data_licence.clone()),
            entry("images", info.images.to_string()),
            entry("step", info.step.to_string()),
        ],
    };
    Ok(model.encode_to_vec())
}

fn value(name: &str, sides: [Side; 4], what: &str) -> ValueInfo {
    let dim = sides.map(|side| Dimension { value: Some(side) }).to_vec();
    ValueInfo {
        name: name.into(),
        r#type: Some(Type {
            tensor_type: Some(TensorType {
                elem_type: data::FLOAT,
                shape: Some(Shape { dim }),
            }),
        }),
        doc_string: what.into(),
    }
}

#[derive(Default)]
struct GraphWriter {
    nodes: Vec<Node>,
    initializers: Vec<Tensor>,
    /// What the last node gives.
    last: String,
}

impl GraphWriter {
    fn write(&mut self, layers: &[Layer]) -> candle_core::Result<()> {
        self.last = INPUT.into();
        for (number, layer) in layers.iter().enumerate() {
            self.layer(number, layer)?;
        }
        if let Some(last) = self.nodes.last_mut() {
            last.output = vec![OUTPUT.into()];
        }
        Ok(())
    }

    fn layer(&mut self, number: usize, layer: &Layer) -> candle_core::Result<()> {
        let ints = |name: &str, all: &[usize]| Attribute {
            name: name.into(),
            ints: all.iter().map(|&x| x as i64).collect(),
            r#type: kind::INTS,
            ..Attribute::default()
        };
        let float = |name: &str, f: f64| Attribute {
            name: name.into(),
            f: f as f32,
            r#type: kind::FLOAT,
            ..Attribute::default()
        };
        let text = |name: &str, s: &'static str| Attribute {
            name: name.into(),
            s: s.as_bytes().into(),
            r#type: kind::STRING,
            ..Attribute::default()
        };
        let parts = |writer: &mut Self, names: &[&str]| writer.parts(number, layer, names);
        let (operator, inputs, attributes) = match layer.kind {
            Kind::Linear => {
                self.node(number, "Flatten", Vec::new(), Vec::new());
                let turned = Attribute {
                    name: "transB".into(),
                    i: 1,
                    r#type: kind::INT,
                    ..Attribute::default()
                };
                ("Gemm", parts(self, &["weight", "bias"])?, vec![turned])
            }
            Kind::Flatten => ("Flatten", Vec::new(), Vec::new()),
            Kind::Unflatten { channels, side } => {
                let name = format!("main.{number}.shape");
                let shape = [-1, channels as i64, side as i64, side as i64];
                self.initializers.push(Tensor {
                    dims: vec![4],
                    data_type: data::INT64,
                    name: name.clone(),
                    raw_data: shape.iter().flat_map(|x| x.to_le_bytes()).collect(),
                    ..Tensor::default()
                });
                ("Reshape", vec![name], Vec::new())
            }
            Kind::ConvTranspose {
                stride,
                padding,
                output_padding,
            } => {
                let attributes = vec![
                    ints("strides", &[stride; 2]),
                    ints("pads", &[padding; 4]),
                    ints("output_padding", &[output_padding; 2]),
                ];
                (
                    "ConvTranspose",
                    parts(self, &["weight", "bias"])?,
                    attributes,
                )
            }
            Kind::Conv { stride, padding } => {
                let attributes = vec![ints("strides", &[stride; 2]), ints("pads", &[padding; 4])];
                ("Conv", parts(self, &["weight", "bias"])?, attributes)
            }
            Kind::Upsample {
                factor,
                smooth,
                corners,
            } => {
                let name = format!("main.{number}.scales");
                let scales = [1.0, 1.0, factor as f32, factor as f32];
                self.initializers
                    .push(floats(name.clone(), vec![4], &scales));
                let attributes = match smooth {
                    true => vec![
                        text("mode", "linear"),
                        text(
                            "coordinate_transformation_mode",
                            if corners {
                                "align_corners"
                            } else {
                                "half_pixel"
                            },
                        ),
                    ],
                    false => vec![
                        text("mode", "nearest"),
                        text("coordinate_transformation_mode", "asymmetric"),
                        text("nearest_mode", "floor"),
                    ],
                };
                // Its second input, a region, is left out.
                ("Resize", vec![String::new(), name], attributes)
            }
            Kind::BatchNorm { epsilon } => {
                let names = ["weight", "bias", "running_mean", "running_var"];
                let inputs = parts(self, &names)?;
                (
                    "BatchNormalization",
                    inputs,
                    vec![float("epsilon", epsilon)],
                )
            }
            Kind::Relu => ("Relu", Vec::new(), Vec::new()),
            Kind::LeakyRelu { slope } => ("LeakyRelu", Vec::new(), vec![float("alpha", slope)]),
            Kind::Bent { bend: Bend::Elu } => ("Elu", Vec::new(), Vec::new()),
            Kind::Bent { bend: Bend::Selu } => ("Selu", Vec::new(), Vec::new()),
            Kind::Bent { bend } => {
                self.product(number, bend);
                return Ok(());
            }
            Kind::Tanh => ("Tanh", Vec::new(), Vec::new()),
            Kind::Sigmoid => ("Sigmoid", Vec::new(), Vec::new()),
        };
        self.node(number, operator, inputs, attributes);
        Ok(())
    }

    /// Activations that this version of the format has no operator for: features times something of themselves.
    fn product(&mut self, number: usize, bend: Bend) {
        let features = self.last.clone();
        let constant = |writer: &mut Self, what: &str, value: f32| {
            let name = format!("main.{number}.{what}");
            writer
                .initializers
                .push(floats(name.clone(), Vec::new(), &[value]));
            vec![name]
        };
        match bend {
            Bend::Gelu => {
                let root = constant(self, "root", std::f32::consts::SQRT_2);
                let one = constant(self, "one", 1.0);
                let half = constant(self, "half", 0.5);
                for (operator, more) in [
                    ("Div", root),
                    ("Erf", Vec::new()),
                    ("Add", one),
                    ("Mul", half),
                ] {
                    let operator_name = if operator == "Mul" { "Half" } else { operator };
                    self.named(number, (operator_name, operator), more, Vec::new());
                }
            }
            Bend::Mish => {
                self.node(number, "Softplus", Vec::new(), Vec::new());
                self.node(number, "Tanh", Vec::new(), Vec::new());
            }
            _ => self.node(number, "Sigmoid", Vec::new(), Vec::new()),
        }
        self.node(number, "Mul", vec![features], Vec::new());
    }

    fn node(
        &mut self,
        number: usize,
        operator: &str,
        more: Vec<String>,
        attribute: Vec<Attribute>,
    ) {
        self.named(number, (operator, operator), more, attribute);
    }

    /// A node under a name that is not its operator's, which a layer may have twice.
    fn named(
        &mut self,
        number: usize,
        (name, operator): (&str, &str),
        more: Vec<String>,
        attribute: Vec<Attribute>,
    ) {
        let name = format!("main.{number}.{name}");
        let mut input = vec![std::mem::replace(&mut self.last, name.clone())];
        input.extend(more);
        self.nodes.push(Node {
            input,
            output: vec![name.clone()],
            name,
            op_type: operator.into(),
            attribute,
        });
    }

    /// Writes those of a layer's tensors that it has, under PyTorch's names for them.
    fn parts(
        &mut self,
        number: usize,
        layer: &Layer,
        names: &[&str],
    ) -> candle_core::Result<Vec<String>> {
        let mut written = Vec::new();
        for part in names {
            let Some(tensor) = layer.part(part) else {
                continue;
            };
            let name = format!("main.{number}.{part}");
            let numbers: Vec<f32> = flat(tensor)?;
            let dims = tensor.dims().iter().map(|&side| side as i64).collect();
            self.initializers.push(floats(name.clone(), dims, &numbers));
            written.push(name);
        }
        Ok(written)
    }
}

fn flat(tensor: &Numbers) -> candle_core::Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}

fn floats(name: String, dims: Vec<i64>, numbers: &[f32]) -> Tensor {
    Tensor {
        dims,
        data_type: data::FLOAT,
        name,
        raw_data: numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
        ..Tensor::default()
    }
}
