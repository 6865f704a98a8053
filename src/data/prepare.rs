//! From any picture to the square that the network sees.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, RgbImage};

use super::SourceError;
use crate::picture::Picture;

/// What shines through transparent pixels.
const BEHIND: u8 = 255;

/// Cuts the largest square from the centre and resizes it to `size` pixels a side (Lanczos, which
/// averages over all pixels when it makes smaller). Alpha is laid over white.
///
/// # Errors
/// Where the resizer refuses.
pub fn square(picture: &DynamicImage, size: usize) -> Result<Picture, SourceError> {
    let rgb = opaque(picture);
    let side = size as u32;
    let from = ImageRef::new(rgb.width(), rgb.height(), rgb.as_raw(), PixelType::U8x3)
        .map_err(|_| SourceError::TooLarge(rgb.width(), rgb.height(), 0))?;
    let mut to = Image::new(side, side, PixelType::U8x3);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .fit_into_destination(Some((0.5, 0.5)));
    Resizer::new().resize(&from, &mut to, &options)?;
    Ok(Picture {
        width: size,
        height: size,
        rgb: to.into_vec(),
    })
}

fn opaque(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, alpha] = rgba.get_pixel(x, y).0;
        let over = |colour: u8| {
            let mixed =
                u32::from(colour) * u32::from(alpha) + u32::from(BEHIND) * (255 - u32::from(alpha));
            ((mixed + 127) / 255) as u8
        };
        image::Rgb([over(r), over(g), over(b)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_centre_is_kept() {
        // Red, green, blue thirds side by side: the square in the centre is all green.
        let picture = RgbImage::from_fn(90, 30, |x, _| {
            let mut pixel = [0; 3];
            pixel[(x / 30) as usize] = 255;
            image::Rgb(pixel)
        });
        let square = square(&picture.into(), 32).unwrap();
        // The filter may look a few pixels beyond the cut.
        let inside = square
            .rgb
            .chunks(3)
            .enumerate()
            .filter(|(i, _)| (4..28).contains(&(i % 32)));
        assert!(inside.into_iter().all(|(_, pixel)| pixel == [0, 255, 0]));
    }

    #[test]
    fn grey_deep_and_transparent_pictures_become_rgb() {
        let grey =
            DynamicImage::ImageLuma16(image::ImageBuffer::from_pixel(1, 1, image::Luma([0x8080])));
        assert_eq!(square(&grey, 2).unwrap().rgb, [0x80; 12]);
        let half = image::RgbaImage::from_pixel(4, 8, image::Rgba([0, 0, 0, 51]));
        assert_eq!(square(&half.into(), 2).unwrap().rgb, [204; 12]);
    }
}
