//! Files of PyTorch's `torch.save`: tensors in plain containers, read without running anything.

mod archive;
mod fault;
mod legacy;
mod machine;
mod opcodes;
#[cfg(test)]
mod tests;
mod value;

use std::collections::HashMap;

use self::archive::Archive;
pub use self::fault::Fault;
use self::machine::Pickled;
use self::value::{Id, Tensor, Value};
use super::found::{CONTAINED, Found};

/// Containers in containers; more is no checkpoint.
const DEEPEST: usize = 12;
/// Values that are looked at, those that stand in several containers each time.
const MOST_VISITS: usize = 1 << 22;
/// Of a tensor with those of all that it is in, in bytes; none is as long.
const LONGEST_NAME: usize = 4096;
const TOO_MANY: Fault = Fault::Unusual("its containers are too many or too deep for a checkpoint");

/// Whether `bytes` begin as those of `torch.save`.
pub fn is_torch(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || matches!(bytes, [0x80, 2..=5, ..])
}

/// All tensors of a file in the order in which it names them; names are those of the containers and modules.
pub fn tensors(bytes: &[u8]) -> Result<Vec<Found<'_>>, Fault> {
    if bytes.starts_with(b"PK\x03\x04") {
        let archive = Archive::open(bytes)?;
        let pickled = Pickled::read(archive.member("data.pkl")?)?;
        return found(&pickled, |tensor| {
            archive.member(&format!("data/{}", tensor.storage.key))
        });
    }
    if !bytes.starts_with(legacy::BEGINNING) {
        // Before the conclusion that it is another pickle: one that would run something is told by its name.
        Pickled::read(bytes)?;
        return Err(Fault::Unusual(
            "it is a pickle that torch.save did not write",
        ));
    }
    let (pickled, rest) = legacy::open(bytes)?;
    let mut widths = HashMap::new();
    for (_, tensor) in named(&pickled)? {
        widths.insert(tensor.storage.key, tensor.storage.dtype.bitsize() / 8);
    }
    let storages = legacy::storages(rest, |key| widths.get(key).copied())?;
    found(&pickled, |tensor| {
        let stored = storages.get(tensor.storage.key).copied();
        stored.ok_or(Fault::Damaged("a part of it is missing"))
    })
}

fn found<'a>(
    pickled: &Pickled<'a>,
    stored: impl Fn(&Tensor<'a>) -> Result<&'a [u8], Fault>,
) -> Result<Vec<Found<'a>>, Fault> {
    let named = named(pickled)?.into_iter();
    named
        .map(|(name, tensor)| {
            let bytes = stored(tensor)?;
            let claimed = tensor
                .storage
                .count
                .checked_mul(tensor.storage.dtype.bitsize() / 8);
            if claimed.is_none_or(|claimed| claimed > bytes.len()) {
                return Err(Fault::Damaged(
                    "a tensor is longer than what is stored of it",
                ));
            }
            let strides = (!is_plain(tensor)).then(|| tensor.strides.clone());
            Ok(Found {
                name,
                shape: tensor.shape.clone(),
                dtype: tensor.storage.dtype,
                bytes,
                offset: tensor.offset,
                strides,
            })
        })
        .collect()
}

/// Whether its numbers lie one after the other.
fn is_plain(tensor: &Tensor) -> bool {
    let mut wanted = 1usize;
    let mut sides = tensor.shape.iter().zip(&tensor.strides).rev();
    tensor.shape.len() == tensor.strides.len()
        && sides.all(|(&side, &stride)| {
            let fits = stride == wanted || side <= 1;
            wanted = wanted.saturating_mul(side);
            fits
        })
}

/// All tensors with their names.
fn named<'p, 'a>(pickled: &'p Pickled<'a>) -> Result<Vec<(String, &'p Tensor<'a>)>, Fault> {
    let mut walk = Walk {
        pickled,
        found: Vec::new(),
        visits: 0,
    };
    walk.visit(pickled.root, "", 0)?;
    Ok(walk.found)
}

struct Walk<'p, 'a> {
    pickled: &'p Pickled<'a>,
    found: Vec<(String, &'p Tensor<'a>)>,
    visits: usize,
}

impl Walk<'_, '_> {
    fn visit(&mut self, id: Id, name: &str, depth: usize) -> Result<(), Fault> {
        if depth > DEEPEST || name.len() > LONGEST_NAME {
            return Err(TOO_MANY);
        }
        let pickled = self.pickled;
        match pickled.value(id) {
            Value::Tensor(tensor) => self.found.push((name.to_owned(), tensor)),
            Value::Items(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.visit_part(*item, name, &index.to_string(), depth)?;
                }
            }
            Value::Pairs(pairs) => {
                for (key, value) in pairs {
                    match pickled.value(*key) {
                        Value::Text(key) => self.visit_part(*value, name, key, depth)?,
                        Value::Int(key) => {
                            self.visit_part(*value, name, &key.to_string(), depth)?;
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_part(&mut self, id: Id, name: &str, part: &str, depth: usize) -> Result<(), Fault> {
        self.visits += 1;
        if self.visits > MOST_VISITS {
            return Err(TOO_MANY);
        }
        // Names are made for containers only: a list of a million losses has none.
        match self.pickled.value(id) {
            Value::Tensor(_) | Value::Items(_) | Value::Pairs(_) if name.is_empty() => {
                self.visit(id, part, depth + 1)
            }
            Value::Tensor(_) | Value::Items(_) | Value::Pairs(_) => {
                self.visit(id, &format!("{name}{CONTAINED}{part}"), depth + 1)
            }
            _ => Ok(()),
        }
    }
}
