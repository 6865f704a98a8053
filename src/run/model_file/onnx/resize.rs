//! Enlarged features of an ONNX graph: which of its many ways are those of this program.

use super::messages::Node;
use super::node::{attribute, integer, not};
use crate::gan::layers::Kind;
use crate::run::model_file::error::ModelFileError;

/// Whether it is of opset 10 or before, where scales stood where a region of interest stands since, and corners of
/// pixels were meant.
fn is_early(node: &Node) -> bool {
    node.op_type == "Upsample" || node.input.len() == 2
}

/// Which input of a node says how many times as large its features become.
pub fn scales_at(node: &Node) -> usize {
    if is_early(node) { 1 } else { 2 }
}

/// The layer that enlarges features [b, c, h, w] by these `scales`.
///
/// # Errors
/// Where it does so in a way that no layer of this program has.
pub fn kind(node: &Node, scales: &[f32]) -> Result<Kind, ModelFileError> {
    let (smooth, corners) = sampling(node)?;
    match *scales {
        [1.0, 1.0, high, across]
            if high == across
                && high.fract() == 0.0
                && (1.0..=16.0).contains(&high)
                && (high <= 2.0 || !is_rounded(node)) =>
        {
            Ok(Kind::Upsample {
                factor: high as usize,
                smooth,
                corners,
            })
        }
        _ => Err(not(format!("it resizes features by {scales:?}"))),
    }
}

/// A word of a node; empty where it is not said.
fn word<'n>(node: &'n Node, name: &str) -> &'n [u8] {
    attribute(node, name).map_or(&[], |attribute| &attribute.s[..])
}

/// Whether pixels are blended, and whether the outer ones stay at the corners, of a node that enlarges features as this program does: each becomes a square, or a
/// point in the middle of one between which the others lie. Other ways put them half a pixel elsewhere.
fn sampling(node: &Node) -> Result<(bool, bool), ModelFileError> {
    let is_early = is_early(node);
    let refused = || Err(not("it resizes features in a way that is not read"));
    if integer(node, "antialias", 0) != 0 || integer(node, "exclude_outside", 0) != 0 {
        return refused();
    }
    let coordinates = match (word(node, "coordinate_transformation_mode"), is_early) {
        (b"", true) => b"asymmetric",
        (b"", false) => b"half_pixel",
        (word, _) => word,
    };
    let is_centred = matches!(coordinates, b"half_pixel" | b"pytorch_half_pixel");
    match word(node, "mode") {
        b"linear" if is_centred => Ok((true, false)),
        b"linear" if coordinates == b"align_corners" => Ok((true, true)),
        // In the middle of a pixel no rounding is in doubt.
        b"nearest" | b"" if is_centred => match word(node, "nearest_mode") {
            b"" | b"round_prefer_floor" | b"round_prefer_ceil" => Ok((false, false)),
            _ => refused(),
        },
        b"nearest" | b"" if coordinates == b"asymmetric" => match word(node, "nearest_mode") {
            b"floor" => Ok((false, false)),
            // Early ones always rounded down.
            b"" if is_early => Ok((false, false)),
            b"" | b"round_prefer_floor" => Ok((false, false)),
            _ => refused(),
        },
        _ => refused(),
    }
}

/// Whether corners of pixels are rounded to the nearest pixel, which is the one that they belong to up to twice the
/// size only.
fn is_rounded(node: &Node) -> bool {
    let is_asymmetric = word(node, "coordinate_transformation_mode") == b"asymmetric";
    let mode = word(node, "nearest_mode");
    is_asymmetric && mode != b"floor" && word(node, "mode") != b"linear"
}

#[cfg(test)]
mod tests {
    use prost::bytes::Bytes;

    use super::super::messages::Attribute;
    use super::*;

    fn node(words: &[(&str, &str)], inputs: usize) -> Node {
        let attribute = |(name, word): &(&str, &str)| Attribute {
            name: (*name).into(),
            s: Bytes::copy_from_slice(word.as_bytes()),
            ..Attribute::default()
        };
        Node {
            op_type: "Resize".into(),
            input: vec!["x".into(); inputs],
            attribute: words.iter().map(attribute).collect(),
            ..Node::default()
        }
    }

    /// The mode, where coordinates are, how they are rounded, and how many times as large.
    fn of(mode: &str, coordinates: &str, rounding: &str, factor: f32) -> Option<bool> {
        let words = [
            ("mode", mode),
            ("coordinate_transformation_mode", coordinates),
            ("nearest_mode", rounding),
        ];
        let said: Vec<_> = words
            .into_iter()
            .filter(|word| !word.1.is_empty())
            .collect();
        match kind(&node(&said, 3), &[1.0, 1.0, factor, factor]) {
            Ok(Kind::Upsample { smooth, .. }) => Some(smooth),
            Ok(other) => panic!("{other:?}"),
            Err(_) => None,
        }
    }

    /// The pixel that ONNX takes for one of the output, by its own words.
    fn taken(coordinates: &str, rounding: &str, factor: f32, at: f32) -> f32 {
        let x = match coordinates {
            "asymmetric" => at / factor,
            _ => (at + 0.5) / factor - 0.5,
        };
        let whole = match rounding {
            "floor" => x.floor(),
            "ceil" => x.ceil(),
            "round_prefer_ceil" => (x + 0.5).floor(),
            _ => (x - 0.5).ceil(),
        };
        whole.max(0.0)
    }

    #[test]
    fn pixels_become_squares_or_the_file_is_refused() {
        for coordinates in ["half_pixel", "asymmetric"] {
            for rounding in ["floor", "ceil", "round_prefer_floor", "round_prefer_ceil"] {
                for factor in [2.0, 3.0, 4.0] {
                    let read = of("nearest", coordinates, rounding, factor);
                    let are_squares = (0..24).map(|at| at as f32).all(|at| {
                        taken(coordinates, rounding, factor, at) == (at / factor).floor()
                    });
                    // What is read is right; and what is right is read, but for rounding that nobody asks for.
                    let told = format!("{coordinates} {rounding} {factor}: {read:?}");
                    assert!(read.is_none() || are_squares, "{told}");
                    let is_usual = rounding == "floor" || rounding == "round_prefer_floor";
                    assert!(read.is_some() || !are_squares || !is_usual, "{told}");
                }
            }
        }
        assert_eq!(of("nearest", "align_corners", "floor", 2.0), None);
    }

    #[test]
    fn blended_pixels_lie_in_the_middle_of_squares() {
        assert_eq!(of("linear", "", "", 2.0), Some(true));
        assert_eq!(of("linear", "pytorch_half_pixel", "", 4.0), Some(true));
        // Outer pixels at the corners are another layer.
        assert_eq!(of("linear", "align_corners", "", 2.0), Some(true));
        assert_eq!(of("linear", "asymmetric", "", 2.0), None);
        assert_eq!(of("cubic", "", "", 2.0), None);
        // Of early ones pixels begin at their corners.
        let early = |mode| kind(&node(&[("mode", mode)], 2), &[1.0, 1.0, 4.0, 4.0]);
        assert!(early("nearest").is_ok() && early("linear").is_err());
        let (factor, smooth) = (4, false);
        let nearest = Kind::Upsample {
            factor,
            smooth,
            corners: false,
        };
        assert_eq!(early("nearest").unwrap(), nearest);
        assert_eq!((scales_at(&node(&[], 2)), scales_at(&node(&[], 3))), (1, 2));
    }
}
