//! Names of cache files: 128 bits that follow from everything a file was made from.

use std::hash::{DefaultHasher, Hasher as _};

/// Collects what a file is made from.
///
/// Two 64-bit hashes with different beginnings; nobody gains by making them collide. The hash may
/// change with the compiler: then a cache is made anew.
#[derive(Clone)]
pub struct Key {
    halves: [DefaultHasher; 2],
}

impl Key {
    /// Of a kind of thing.
    pub fn new(kind: &str) -> Self {
        let mut key = Self {
            halves: [DefaultHasher::new(), DefaultHasher::new()],
        };
        for (number, half) in key.halves.iter_mut().enumerate() {
            half.write_u8(number as u8);
        }
        key.bytes(kind.as_bytes());
        key
    }

    /// Adds bytes; their length counts, so that parts cannot run into each other.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        for half in &mut self.halves {
            half.write_u64(bytes.len() as u64);
            half.write(bytes);
        }
        self
    }

    pub fn number(&mut self, number: u64) -> &mut Self {
        for half in &mut self.halves {
            half.write_u64(number);
        }
        self
    }

    /// The key of all that was added.
    pub fn finish(&self) -> u128 {
        let [high, low] = &self.halves;
        u128::from(high.finish()) << 64 | u128::from(low.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let key = |parts: &[&str]| {
            let mut key = Key::new("test");
            for part in parts {
                key.bytes(part.as_bytes());
            }
            key.finish()
        };
        assert_eq!(key(&["a", "b"]), key(&["a", "b"]));
        assert_ne!(key(&["a", "b"]), key(&["ab"]));
        assert_ne!(key(&["a", "b"]), key(&["b", "a"]));
        assert_ne!(key(&["a"]) as u64, (key(&["a"]) >> 64) as u64);
    }
}
