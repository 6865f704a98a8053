//! Many colours → 255, near in Oklab.

use std::collections::HashMap;

use quantette::deps::palette::Srgb;
use quantette::deps::palette::cast::{from_component_slice, into_component_slice};
use quantette::dither::FloydSteinberg;
use quantette::kmeans::KmeansOptions;
use quantette::{ImageRef, PaletteBuf, PaletteSize, Pipeline};

use crate::export::film::error::FilmError;
use crate::export::film::settings::FilmSettings;
use crate::picture::Picture;

/// The index after the last colour's shows what was there before.
const MOST_COLOURS: u8 = u8::MAX;
/// Colours at quality 1.
const FEWEST_COLOURS: u8 = 48;
/// From these qualities on: as many colours as there can be, and k-means with so many samples.
const ALL_COLOURS: u8 = 90;
const KMEANS: [(u8, u32); 2] = [(96, 1 << 16), (60, 1 << 14)];

/// Pixels of all pictures together that a shared palette is made from.
const SAMPLE: usize = 1 << 20;
/// Samples of k-means among them.
const MOST_SAMPLES: u32 = 1 << 18;

/// A picture in colours of a palette.
pub(super) struct Indexed {
    /// The colour of each index, RGB.
    pub colours: Vec<[u8; 3]>,
    /// One a pixel.
    pub indices: Vec<u8>,
    /// The table of a frame that has its own.
    pub table: Option<Vec<u8>>,
}

impl Indexed {
    /// The index that shows what was there before.
    pub(super) fn transparent(&self) -> u8 {
        self.colours.len() as u8 // at most MOST_COLOURS
    }
}

/// The palette of a whole film.
pub(super) struct Colours {
    palette: PaletteBuf<Srgb<u8>>,
    table: Vec<u8>,
}

/// How colours are chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantizer {
    colours: u8,
    /// Samples of k-means; none where Wu's cuts must do.
    samples: Option<u32>,
    dither: bool,
}

impl Quantizer {
    pub(super) fn new(settings: &FilmSettings) -> Self {
        let quality = settings.quality.clamp(1, 100);
        let share = f32::from(quality.min(ALL_COLOURS)) / f32::from(ALL_COLOURS);
        let span = f32::from(MOST_COLOURS - FEWEST_COLOURS);
        let samples = KMEANS.iter().find(|(from, _)| quality >= *from);
        Self {
            colours: FEWEST_COLOURS + libm::roundf(share * span) as u8,
            samples: samples.map(|(_, samples)| *samples),
            dither: settings.dither,
        }
    }

    /// The colours that are nearest to all of `pictures` together; none where there is no pixel.
    pub(super) fn shared(&self, pictures: &[Picture]) -> Result<Option<Colours>, FilmError> {
        let all: usize = pictures.iter().map(|picture| picture.rgb.len() / 3).sum();
        // Odd, so that it does not fall on the same columns of pictures again and again.
        let step = (all / SAMPLE) | 1;
        let pixels = pictures.iter().flat_map(pixels);
        let some: Vec<Srgb<u8>> = pixels.step_by(step).copied().collect();
        if some.is_empty() {
            return Ok(None);
        }
        let thorough = Self {
            samples: Some(MOST_SAMPLES),
            ..*self
        };
        let palette = thorough
            .pipeline()
            .input_slice(&some)
            .map_err(FilmError::encode)?
            .output_srgb8_palette();
        let table = table(&palette);
        Ok(Some(Colours { palette, table }))
    }

    /// `picture` in the colours that are nearest to it: its own where it has few.
    pub(super) fn own(&self, picture: &Picture) -> Result<Indexed, FilmError> {
        let (palette, indices) = match few(pixels(picture), self.colours) {
            Some(exact) => exact,
            None => mapped(self.pipeline(), picture)?,
        };
        Ok(Indexed {
            table: Some(table(&palette)),
            colours: palette.into_iter().map(rgb).collect(),
            indices,
        })
    }

    /// `picture` in given colours.
    pub(super) fn map(&self, picture: &Picture, colours: &Colours) -> Result<Indexed, FilmError> {
        let pipeline = self.pipeline().quantize_method(colours.palette.clone());
        let (_, indices) = mapped(pipeline, picture)?;
        Ok(Indexed {
            colours: colours.palette.iter().copied().map(rgb).collect(),
            indices,
            table: None,
        })
    }

    fn pipeline(&self) -> Pipeline {
        let pipeline = Pipeline::new()
            .palette_size(PaletteSize::from_u8_clamped(self.colours))
            .ditherer(self.dither.then(FloydSteinberg::new))
            // Enlarged pictures have few different pixels.
            .dedup(!self.dither);
        match self.samples {
            None => pipeline,
            Some(samples) => pipeline.quantize_method(
                KmeansOptions::new()
                    .sampling_factor(f32::INFINITY)
                    .max_samples(samples),
            ),
        }
    }
}

impl Colours {
    /// RGB after RGB, as the file has them.
    pub(super) fn table(&self) -> &[u8] {
        &self.table
    }
}

/// The colours that there are and the index of each pixel's, unless there are more than `most`.
fn few(pixels: &[Srgb<u8>], most: u8) -> Option<(Vec<Srgb<u8>>, Vec<u8>)> {
    let (mut places, mut colours) = (HashMap::new(), Vec::new());
    let mut indices = Vec::new();
    for &pixel in pixels {
        let index = match places.get(&rgb(pixel)) {
            Some(&index) => index,
            None => {
                let index = u8::try_from(colours.len())
                    .ok()
                    .filter(|index| *index < most)?;
                colours.push(pixel);
                places.insert(rgb(pixel), index);
                index
            }
        };
        indices.push(index);
    }
    Some((colours, indices))
}

fn mapped(pipeline: Pipeline, picture: &Picture) -> Result<(Vec<Srgb<u8>>, Vec<u8>), FilmError> {
    let (width, height) = (picture.width as u32, picture.height as u32);
    let image = ImageRef::new(width, height, pixels(picture)).map_err(FilmError::encode)?;
    let indexed = pipeline.input_image(image).output_srgb8_indexed_image();
    Ok(indexed.into_parts())
}

fn pixels(picture: &Picture) -> &[Srgb<u8>] {
    from_component_slice(&picture.rgb)
}

fn rgb(colour: Srgb<u8>) -> [u8; 3] {
    [colour.red, colour.green, colour.blue]
}

/// With one entry more than there are colours, for the index that shows what was there before.
fn table(palette: &[Srgb<u8>]) -> Vec<u8> {
    let mut table = into_component_slice(palette).to_vec();
    table.extend([0; 3]);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_as_they_are() {
        let mut picture = Picture::filled(20, 20, [200, 10, 10]);
        picture.rgb[..600].fill(7);
        let settings = FilmSettings::default();
        let indexed = Quantizer::new(&settings).own(&picture).unwrap();
        assert_eq!(indexed.colours, [[7; 3], [200, 10, 10]]);
        assert_eq!((indexed.indices[199], indexed.indices[200]), (0, 1));
        assert_eq!(indexed.transparent(), 2);
        assert_eq!(indexed.table.unwrap().len(), 9);
    }

    #[test]
    fn more_quality_is_less_error() {
        let bytes = (0..64 * 64 * 3_usize).map(|i| ((i * i / 7) ^ (i >> 5)) as u8);
        let picture = Picture {
            width: 64,
            height: 64,
            rgb: bytes.collect(),
        };
        let error = |quality: u8| {
            let settings = FilmSettings {
                quality,
                ..FilmSettings::default()
            };
            let indexed = Quantizer::new(&settings).own(&picture).unwrap();
            let rgb = indexed
                .indices
                .iter()
                .flat_map(|i| indexed.colours[usize::from(*i)]);
            let seen = Picture {
                rgb: rgb.collect(),
                ..picture.clone()
            };
            -seen.psnr(&picture)
        };
        assert!(error(100) <= error(90) && error(90) < error(50) && error(50) < error(1));
    }
}
