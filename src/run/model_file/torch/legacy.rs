//! What `torch.save` wrote before PyTorch 1.6, and still does on request: four pickles, one after the other, a fifth
//! with the keys of the storages, and then those.

use std::collections::HashMap;

use super::fault::{CUT, Fault};
use super::machine::Pickled;
use super::value::Value;

/// A pickle of PyTorch's magic number, 0x1950a86a20f9469cfc6c.
pub const BEGINNING: &[u8] = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.";

/// The pickle that holds the tensors, and what follows it.
pub fn open(bytes: &[u8]) -> Result<(Pickled<'_>, &[u8]), Fault> {
    let mut rest = bytes.get(BEGINNING.len()..).ok_or(CUT)?;
    // The version of the protocol, and what the system's numbers look like.
    for _ in 0..2 {
        let read = Pickled::read(rest)?;
        rest = &rest[read.length..];
    }
    let pickled = Pickled::read(rest)?;
    let rest = &rest[pickled.length..];
    Ok((pickled, rest))
}

/// Each storage by its key; `width` tells the bytes of a number of it.
pub fn storages(
    rest: &[u8],
    width: impl Fn(&str) -> Option<usize>,
) -> Result<HashMap<&str, &[u8]>, Fault> {
    let keys = Pickled::read(rest)?;
    let mut rest = &rest[keys.length..];
    let mut all = HashMap::new();
    let Value::Items(ids) = keys.value(keys.root) else {
        return Err(Fault::Damaged("the list of its storages is none"));
    };
    for id in ids {
        let Value::Text(key) = *keys.value(*id) else {
            return Err(Fault::Damaged("the list of its storages is none"));
        };
        // One that no tensor needs is of a length that nobody knows.
        let width = width(key).ok_or(Fault::Damaged("it has a storage of no tensor"))?;
        let (count, behind) = rest.split_first_chunk::<8>().ok_or(CUT)?;
        let length = usize::try_from(i64::from_le_bytes(*count))
            .ok()
            .and_then(|count| count.checked_mul(width));
        let (stored, behind) = length
            .and_then(|length| behind.split_at_checked(length))
            .ok_or(CUT)?;
        all.insert(key, stored);
        rest = behind;
    }
    Ok(all)
}
