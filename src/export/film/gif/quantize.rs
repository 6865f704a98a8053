//! Many colours → 255, near in Oklab.

use quantette::deps::palette::Srgb;
use quantette::deps::palette::cast::{from_component_slice, into_component_slice};
use quantette::dither::FloydSteinberg;
use quantette::{ImageRef, PaletteBuf, PaletteSize, Pipeline};

use crate::export::film::error::FilmError;
use crate::picture::Picture;

/// The index after the last colour's shows what was there before.
const MOST_COLOURS: u8 = u8::MAX;

/// Pixels of all pictures together that a shared palette is made from.
const SAMPLE: usize = 1 << 20;

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

impl Colours {
    /// Those that are nearest to all of `pictures`; none where there is no pixel.
    pub(super) fn of_pictures(pictures: &[Picture]) -> Result<Option<Self>, FilmError> {
        let all: usize = pictures.iter().map(|picture| picture.rgb.len() / 3).sum();
        // Odd, so that it does not fall on the same columns of enlarged pictures again and again.
        let step = (all / SAMPLE) | 1;
        let pixels = pictures.iter().flat_map(|picture| pixels(picture));
        let some: Vec<Srgb<u8>> = pixels.step_by(step).copied().collect();
        if some.is_empty() {
            return Ok(None);
        }
        let palette = pipeline(false)
            .input_slice(&some)
            .map_err(FilmError::encode)?
            .output_srgb8_palette();
        let table = table(&palette);
        Ok(Some(Self { palette, table }))
    }

    /// RGB after RGB, as the file has them.
    pub(super) fn table(&self) -> &[u8] {
        &self.table
    }

    pub(super) fn map(&self, picture: &Picture, dither: bool) -> Result<Indexed, FilmError> {
        let pipeline = pipeline(dither).quantize_method(self.palette.clone());
        let (_, indices) = mapped(pipeline, picture)?;
        Ok(Indexed {
            colours: self.palette.iter().copied().map(rgb).collect(),
            indices,
            table: None,
        })
    }
}

/// `picture` in the colours that are nearest to it.
pub(super) fn of_its_own(picture: &Picture, dither: bool) -> Result<Indexed, FilmError> {
    let (palette, indices) = mapped(pipeline(dither), picture)?;
    Ok(Indexed {
        table: Some(table(&palette)),
        colours: palette.into_iter().map(rgb).collect(),
        indices,
    })
}

fn pipeline(dither: bool) -> Pipeline {
    Pipeline::new()
        .palette_size(PaletteSize::from_u8_clamped(MOST_COLOURS))
        .ditherer(dither.then(FloydSteinberg::new))
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
