//! How a picture becomes the square that the network sees: one struct for command line, window and file.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use serde::{Deserialize, Serialize};

/// Crop and other transforms of the pictures; a part of the run's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(default)]
pub struct TransformConfig {
    /// The square to cut out: centre, top, celeba-148, celeba-108, or a box X,Y,SIDE in pixels
    #[arg(long, default_value = "centre", value_name = "SQUARE")]
    pub crop: Crop,
    /// Show each picture as it is or mirrored, at random, each time it comes (horizontal flip)
    #[arg(long)]
    pub mirror: bool,
    /// Colour behind transparent pixels, as RRGGBB
    #[arg(long, default_value = "ffffff", value_name = "RRGGBB")]
    pub background: Colour,
    /// Leave out pictures that look like one that is there already (perceptual hash)
    #[arg(long)]
    pub dedupe: bool,
    /// Take the sub-folders that the pictures stand in for labels: a column a folder
    #[arg(long)]
    pub folder_labels: bool,
}

/// The square that is cut from a picture before it is resized.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Crop {
    /// The largest in the middle.
    #[default]
    Centre,
    /// The largest at the top: heads of portraits.
    Top,
    /// This one, in pixels of the upright picture.
    Box {
        /// Left edge.
        x: u32,
        /// Upper edge.
        y: u32,
        /// Width and height, at least 1.
        side: u32,
    },
    /// The middle 148 of 178×218 pixels, as most use CelebA; in proportion for other sizes.
    Celeba148,
    /// The middle 108 of 178×218 pixels: the face alone; in proportion for other sizes.
    Celeba108,
}

/// CelebA's aligned pictures are this many pixels wide; its crops are named by pixels of it.
const CELEBA_ACROSS: f64 = 178.0;

impl Crop {
    /// Left edge, upper edge and side, in pixels, of the square that is meant in a picture of
    /// `across` by `down` pixels; `None` where a box does not lie inside.
    pub fn square(self, across: u32, down: u32) -> Option<(f64, f64, f64)> {
        let (wide, high) = (f64::from(across), f64::from(down));
        let centred = |side: f64| (0.5 * (wide - side), 0.5 * (high - side), side);
        let largest = wide.min(high);
        let of_celeba = |pixels: f64| centred((wide * pixels / CELEBA_ACROSS).min(high));
        match self {
            Self::Centre => Some(centred(largest)),
            Self::Top => Some((0.5 * (wide - largest), 0.0, largest)),
            Self::Celeba148 => Some(of_celeba(148.0)),
            Self::Celeba108 => Some(of_celeba(108.0)),
            Self::Box { x, y, side } => {
                let inside = |start: u32, length: u32| {
                    start.checked_add(side).is_some_and(|end| end <= length)
                };
                let whole = side > 0 && inside(x, across) && inside(y, down);
                whole.then(|| (f64::from(x), f64::from(y), f64::from(side)))
            }
        }
    }
}

/// A crop or colour that cannot be understood, with those that can.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PrepareError(String);

impl FromStr for Crop {
    type Err = PrepareError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            PrepareError(format!(
                "crop is {text:?}; use centre, top, celeba-148, celeba-108 or X,Y,SIDE in pixels, e.g. 20,40,140"
            ))
        };
        Ok(match text {
            "centre" | "center" => Self::Centre,
            "top" => Self::Top,
            "celeba-148" => Self::Celeba148,
            "celeba-108" => Self::Celeba108,
            _ => {
                let numbers: Result<Vec<u32>, _> =
                    text.split(',').map(|part| part.trim().parse()).collect();
                match numbers.map_err(|_| wrong())?[..] {
                    [x, y, side] if side > 0 => Self::Box { x, y, side },
                    _ => return Err(wrong()),
                }
            }
        })
    }
}

impl fmt::Display for Crop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Centre => f.write_str("centre"),
            Self::Top => f.write_str("top"),
            Self::Box { x, y, side } => write!(f, "{x},{y},{side}"),
            Self::Celeba148 => f.write_str("celeba-148"),
            Self::Celeba108 => f.write_str("celeba-108"),
        }
    }
}

/// An opaque colour, written as six hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(pub [u8; 3]);

impl Default for Colour {
    /// White.
    fn default() -> Self {
        Self([255; 3])
    }
}

impl FromStr for Colour {
    type Err = PrepareError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        // `from_str_radix` takes a sign as well.
        let whole = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok();
        match number.filter(|_| whole) {
            Some(number) => {
                let [_, r, g, b] = number.to_be_bytes();
                Ok(Self([r, g, b]))
            }
            None => Err(PrepareError(format!(
                "background is {text:?}; use six hexadecimal digits, e.g. ffffff for white"
            ))),
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "{r:02x}{g:02x}{b:02x}")
    }
}

/// Both are written as text in `config.toml`.
macro_rules! as_text {
    ($($kind:ty),*) => {$(
        impl TryFrom<String> for $kind {
            type Error = PrepareError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.to_string()
            }
        }
    )*};
}
as_text!(Crop, Colour);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_lie_where_they_are_meant() {
        assert_eq!(Crop::Centre.square(90, 30), Some((30.0, 0.0, 30.0)));
        assert_eq!(Crop::Top.square(30, 90), Some((0.0, 0.0, 30.0)));
        assert_eq!(Crop::Celeba148.square(178, 218), Some((15.0, 35.0, 148.0)));
        assert_eq!(Crop::Celeba108.square(356, 436), Some((70.0, 110.0, 216.0)));
        // Lower than the crop is wide: as much as there is.
        assert_eq!(Crop::Celeba148.square(178, 100), Some((39.0, 0.0, 100.0)));
        let cut = |x, y, side| Crop::Box { x, y, side }.square(90, 30);
        assert_eq!(cut(60, 0, 30), Some((60.0, 0.0, 30.0)));
        assert_eq!((cut(61, 0, 30), cut(0, 0, 0)), (None, None));
        assert_eq!(cut(u32::MAX, 0, 2), None);
    }

    #[test]
    fn crops_and_colours_survive_their_text() {
        let crops = ["centre", "top", "3,0,148", "celeba-148", "celeba-108"];
        for text in crops {
            assert_eq!(text.parse::<Crop>().unwrap().to_string(), text);
        }
        assert_eq!("#0aFF10".parse(), Ok(Colour([10, 255, 16])));
        assert_eq!(Colour([10, 255, 16]).to_string(), "0aff10");
        for wrong in ["", "1,2", "1,2,0", "-1,2,3", "1,2,3,4", "middle"] {
            let error = wrong.parse::<Crop>().unwrap_err().to_string();
            assert!(error.contains("use centre, top"), "{error}");
        }
        for wrong in ["", "fff", "red", "gggggg", "+12345", "##ff8000", "#12345é"] {
            assert!(wrong.parse::<Colour>().is_err(), "{wrong}");
        }
    }
}
