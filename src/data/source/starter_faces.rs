//! The faces drawn by the program, as a source.

use std::sync::Arc;

use image::RgbImage;
use morphogan_starter_faces::{self as starter, Edition, Factors};

use super::{DecodedPicture, Labels, Source, SourceError, Square, Transform};
use crate::data::cache::Key;
use crate::picture::Picture;

/// The face of these factors as a picture of `size` pixels a side.
pub fn portrait(factors: &Factors, size: usize) -> Picture {
    Picture {
        width: size,
        height: size,
        rgb: starter::draw(factors, size),
    }
}

/// Faces drawn by the program.
#[derive(Clone, Copy, Debug)]
pub struct StarterFaces {
    edition: Edition,
    /// Another seed, other faces.
    seed: u64,
    count: usize,
}

impl StarterFaces {
    /// Of the newest edition.
    pub fn new(seed: u64, count: usize) -> Self {
        Self {
            edition: Edition::default(),
            seed,
            count,
        }
    }

    /// Those of `number`, the first is 1; none: of the newest.
    pub fn edition(self, number: usize) -> Self {
        let known = Edition::ALL.get(number.wrapping_sub(1)).copied();
        Self {
            edition: known.unwrap_or_default(),
            ..self
        }
    }

    fn factors(&self, index: usize) -> Factors {
        Factors::sample(self.edition, self.seed, index as u64)
    }
}

impl Source for StarterFaces {
    fn name(&self) -> String {
        "Starter faces".into()
    }

    fn kind(&self) -> &'static str {
        "faces drawn by the program"
    }

    fn licence(&self) -> String {
        "drawn by Morphogan; free for any use (CC0)".into()
    }

    fn len(&self) -> usize {
        self.count
    }

    fn item_name(&self, index: usize) -> String {
        format!("starter face {index}")
    }

    fn labels(&self) -> Option<Arc<Labels>> {
        let names = Factors::label_names().into_iter().map(Into::into);
        let mut labels = Labels::new(names.collect());
        for index in 0..self.count {
            labels.push(&self.factors(index).labels());
        }
        Some(Arc::new(labels))
    }

    /// A few faces are drawn for it: a program that draws otherwise gives another number.
    fn fingerprint(&self) -> Option<u128> {
        let mut key = Key::new("starter faces");
        key.number(self.seed).number(self.count as u64);
        for index in 0..6 {
            key.bytes(&starter::draw(&self.factors(index), 32));
        }
        Some(key.finish())
    }

    /// Drawn large, to be looked at.
    fn original(&self, index: usize) -> Result<DecodedPicture, SourceError> {
        const LARGE: u32 = 256;
        let drawn = starter::draw(&self.factors(index), LARGE as usize);
        let picture = RgbImage::from_raw(LARGE, LARGE, drawn).ok_or(SourceError::Shrunk)?;
        Ok(picture.into())
    }

    fn picture(&self, index: usize, how: &Transform) -> Result<Square, SourceError> {
        let side = how.size as u32;
        Ok(Square {
            picture: portrait(&self.factors(index), how.size),
            found: (side, side),
        })
    }
}
