//! From any picture to the square that the network sees.

use std::borrow::Cow;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, RgbImage};

use super::SourceError;
use crate::config::{Crop, TransformConfig};
use crate::picture::Picture;

/// What a source does to each picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transform {
    /// Side of the result in pixels.
    pub size: usize,
    /// The square that is cut out.
    pub crop: Crop,
    /// What shines through transparent pixels.
    pub background: [u8; 3],
}

impl Transform {
    /// To squares of `size` pixels a side, as `config` says.
    pub fn new(size: usize, config: &TransformConfig) -> Self {
        Self {
            size,
            crop: config.crop,
            background: config.background.0,
        }
    }
}

/// A picture as the network sees it, and what it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Square {
    pub picture: Picture,
    /// Pixels across and down as found.
    pub found: (u32, u32),
}

/// Cuts a square out and resizes it to `size` pixels a side (Lanczos, which averages over all
/// pixels when it makes smaller). Alpha is laid over the background.
///
/// # Errors
/// Where the crop does not lie in the picture, or the resizer refuses.
pub fn square(picture: &DynamicImage, how: &Transform) -> Result<Square, SourceError> {
    let rgb = opaque(picture, how.background);
    let rgb = rgb.as_ref();
    let found = rgb.dimensions();
    let side = how.size as u32;
    // The type says at compile time which of the library's thirteen pixels it is, so that the program holds one.
    let from = TypedImageRef::<U8x3>::from_buffer(found.0, found.1, rgb.as_raw())
        .map_err(|_| SourceError::TooLarge(found.0, found.1))?;
    let mut to = TypedImage::<U8x3>::new(side, side);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    let cut = how.crop.square(found.0, found.1);
    let (left, top, length) = cut.ok_or(SourceError::OutsideCrop(found.0, found.1))?;
    let options = options.crop(left, top, length, length);
    Resizer::new().resize_typed(&from, &mut to, &options)?;
    let picture = Picture {
        width: how.size,
        height: how.size,
        rgb: to.pixels().iter().flat_map(|pixel| pixel.0).collect(),
    };
    Ok(Square { picture, found })
}

/// The whole picture without alpha, made smaller where a side is longer than `longest`.
pub fn reduced(picture: &DynamicImage, background: [u8; 3], longest: u32) -> Picture {
    let rgb = opaque(picture, background);
    let (across, down) = rgb.dimensions();
    let most = across.max(down);
    let small = if most > longest {
        let side = |length: u32| (u64::from(length) * u64::from(longest) / u64::from(most)) as u32;
        image::imageops::thumbnail(rgb.as_ref(), side(across).max(1), side(down).max(1))
    } else {
        rgb.into_owned()
    };
    Picture {
        width: small.width() as usize,
        height: small.height() as usize,
        rgb: small.into_raw(),
    }
}

fn opaque(picture: &DynamicImage, background: [u8; 3]) -> Cow<'_, RgbImage> {
    if let Some(rgb) = picture.as_rgb8() {
        return Cow::Borrowed(rgb);
    }
    if !picture.color().has_alpha() {
        return Cow::Owned(picture.to_rgb8());
    }
    let rgba = match picture.as_rgba8() {
        Some(rgba) => Cow::Borrowed(rgba),
        None => Cow::Owned(picture.to_rgba8()),
    };
    Cow::Owned(RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, alpha] = rgba.get_pixel(x, y).0;
        let over = |colour: u8, behind: u8| {
            let mixed =
                u32::from(colour) * u32::from(alpha) + u32::from(behind) * (255 - u32::from(alpha));
            ((mixed + 127) / 255) as u8
        };
        let [behind_r, behind_g, behind_b] = background;
        image::Rgb([over(r, behind_r), over(g, behind_g), over(b, behind_b)])
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Colour;

    fn to(size: usize, crop: &str) -> Transform {
        let config = TransformConfig {
            crop: crop.parse().unwrap(),
            ..TransformConfig::default()
        };
        Transform::new(size, &config)
    }

    /// Red, green and blue thirds, `across` side by side or one above the other.
    fn thirds(across: u32, down: u32) -> DynamicImage {
        let picture = RgbImage::from_fn(across, down, |x, y| {
            let mut pixel = [0; 3];
            pixel[(x.max(y) * 3 / across.max(down)) as usize] = 255;
            image::Rgb(pixel)
        });
        picture.into()
    }

    /// The filter may look a few pixels beyond the cut.
    fn middle(picture: &DynamicImage, how: &Transform) -> [u8; 3] {
        let square = square(picture, how).unwrap().picture;
        let inside = |i: usize| (6..26).contains(&(i % 32)) && (6..26).contains(&(i / 32));
        let pixels = square.rgb.chunks(3).enumerate();
        let mut inside: Vec<_> = pixels.filter(|(i, _)| inside(*i)).map(|(_, p)| p).collect();
        inside.dedup();
        assert_eq!(inside.len(), 1, "not one colour");
        inside[0].try_into().unwrap()
    }

    #[test]
    fn the_square_is_where_it_was_asked_for() {
        let (red, green, blue) = ([255, 0, 0], [0, 255, 0], [0, 0, 255]);
        assert_eq!(middle(&thirds(90, 30), &to(32, "centre")), green);
        assert_eq!(middle(&thirds(30, 90), &to(32, "top")), red);
        assert_eq!(middle(&thirds(90, 30), &to(32, "60,0,30")), blue);
        let outside = square(&thirds(90, 30), &to(32, "61,0,30")).unwrap_err();
        assert_eq!(
            outside.to_string(),
            "the crop box lies outside its 90×30 pixels; choose a box inside, or the centre"
        );
    }

    #[test]
    fn celeba_crops_are_pixels_of_celeba() {
        // A frame of 35 pixels around the 108 in the middle.
        let framed = |across: u32, down: u32| {
            let picture = RgbImage::from_fn(across, down, |x, y| {
                let inside = |at: u32, of: u32| {
                    let half = across * 108 / 178 / 2;
                    at.abs_diff(of / 2) <= half
                };
                let inside = inside(x, across) && inside(y, down);
                image::Rgb(if inside { [0, 255, 0] } else { [255, 0, 0] })
            });
            DynamicImage::from(picture)
        };
        for picture in [framed(178, 218), framed(356, 436), framed(72, 88)] {
            assert_eq!(middle(&picture, &to(32, "celeba-108")), [0, 255, 0]);
            let corner = square(&picture, &to(32, "celeba-148")).unwrap().picture.rgb;
            assert_eq!(corner[..3], [255, 0, 0]);
        }
    }

    #[test]
    fn a_large_picture_is_made_smaller_in_proportion() {
        let small = reduced(&thirds(900, 300), [0; 3], 90);
        assert_eq!((small.width, small.height), (90, 30));
        assert_eq!(small.rgb[..3], [255, 0, 0]);
        let same = reduced(&thirds(90, 30), [0; 3], 90);
        assert_eq!((same.width, same.height), (90, 30));
    }

    #[test]
    fn grey_deep_and_transparent_pictures_become_rgb() {
        let grey =
            DynamicImage::ImageLuma16(image::ImageBuffer::from_pixel(1, 1, image::Luma([0x8080])));
        let made = square(&grey, &to(2, "centre")).unwrap();
        assert_eq!((made.picture.rgb, made.found), (vec![0x80; 12], (1, 1)));
        let half: DynamicImage =
            image::RgbaImage::from_pixel(4, 8, image::Rgba([0, 0, 0, 51])).into();
        let white = square(&half, &to(2, "centre")).unwrap();
        assert_eq!(white.picture.rgb, [204; 12]);
        let mut how = to(1, "centre");
        how.background = Colour([255, 0, 100]).0;
        assert_eq!(square(&half, &how).unwrap().picture.rgb, [204, 0, 80]);
    }
}
