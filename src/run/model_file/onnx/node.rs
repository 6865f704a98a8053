//! What a node of a graph says of itself.

use super::messages::{Attribute, Node};
use crate::run::model_file::error::ModelFileError;

/// Longer shapes, scales and the like are none.
pub const FEW: usize = 16;

/// The file holds something else than a generator.
pub fn not(why: impl Into<String>) -> ModelFileError {
    ModelFileError::NotADcgan(why.into())
}

pub fn attribute<'n>(node: &'n Node, name: &str) -> Option<&'n Attribute> {
    node.attribute
        .iter()
        .find(|attribute| attribute.name == name)
}

pub fn float(node: &Node, name: &str, usual: f64) -> f64 {
    // As people wrote it: 0.2 is no 0.20000000298 that the file's 32 bits make of it.
    let given = attribute(node, name).map(|attribute| attribute.f.to_string());
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

pub fn integer(node: &Node, name: &str, usual: i64) -> i64 {
    attribute(node, name).map_or(usual, |attribute| attribute.i)
}

/// The one number that an attribute repeats for all `count` sides.
pub fn square(
    node: &Node,
    name: &str,
    usual: usize,
    count: usize,
) -> Result<usize, ModelFileError> {
    let Some(attribute) = attribute(node, name) else {
        return Ok(usual);
    };
    let same = attribute.ints.windows(2).all(|two| two[0] == two[1]);
    let number = attribute
        .ints
        .first()
        .and_then(|&number| usize::try_from(number).ok());
    match number.filter(|number| same && attribute.ints.len() == count && *number <= 64) {
        Some(number) => Ok(number),
        None => Err(not(format!(
            "its {name} are {:?}",
            attribute.ints.get(..FEW.min(attribute.ints.len()))
        ))),
    }
}
