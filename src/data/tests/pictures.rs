//! Every kind of picture file.

use image::{
    DynamicImage, GrayAlphaImage, GrayImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, RgbImage,
    Rgba, RgbaImage,
};

use super::make::{colour, encoded, flat, folder, how, names, open};
use crate::data::source::decode;

/// Left half red, right half blue.
fn halves() -> DynamicImage {
    let colour = |x: u32| if x < 16 { [255, 0, 0] } else { [0, 0, 255] };
    RgbImage::from_fn(32, 16, |x, _| Rgb(colour(x))).into()
}

/// A JPEG with an EXIF block that says how it is turned.
pub fn turned(orientation: u8) -> Vec<u8> {
    let jpeg = encoded(&halves(), ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend((exif.len() as u16 + 2).to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    bytes
}

#[test]
fn every_format_is_read_whatever_it_is_called() {
    let formats = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Gif,
        ImageFormat::Tiff,
    ];
    for format in formats {
        let bytes = encoded(&flat(16, [200, 100, 50]), format);
        let folder = folder(&[("a.png", &bytes)]);
        let source = open(folder.path()).unwrap();
        let found = colour(source.as_ref(), 0);
        let near = found
            .iter()
            .zip([200u8, 100, 50])
            .all(|(a, b)| a.abs_diff(b) <= 3);
        assert!(near, "{format:?}: {found:?}");
    }
}

#[test]
fn grey_deep_and_printed_colours_become_rgb() {
    let grey: DynamicImage = GrayImage::from_pixel(16, 16, Luma([77])).into();
    let grey16 = ImageBuffer::from_pixel(16, 16, Luma([0x4d4d_u16]));
    let deep = ImageBuffer::from_pixel(16, 16, Rgb([0xffff_u16, 0x8080, 0]));
    let shadow = GrayAlphaImage::from_pixel(16, 16, LumaA([0, 128]));
    let files = [
        ("1.jpg", encoded(&grey, ImageFormat::Jpeg)),
        (
            "2.png",
            encoded(&DynamicImage::ImageLuma16(grey16), ImageFormat::Png),
        ),
        (
            "3.tif",
            encoded(&DynamicImage::ImageRgb16(deep), ImageFormat::Tiff),
        ),
        ("4.png", encoded(&shadow.into(), ImageFormat::Png)),
        ("5.jpg", include_bytes!("cmyk.jpg").to_vec()),
        ("6.jpg", include_bytes!("ycck.jpg").to_vec()),
    ];
    let files: Vec<_> = files
        .iter()
        .map(|(name, bytes)| (*name, &bytes[..]))
        .collect();
    let folder = folder(&files);
    let source = open(folder.path()).unwrap();
    assert_eq!(colour(source.as_ref(), 0), [77; 3]);
    assert_eq!(colour(source.as_ref(), 1), [77; 3]);
    assert_eq!(colour(source.as_ref(), 2), [255, 128, 0]);
    assert_eq!(colour(source.as_ref(), 3), [127; 3]);
    for printed in [4, 5] {
        let picture = source.picture(printed, &how(16)).unwrap().picture;
        let [r, g, b] = picture.rgb[3 * (8 * 16 + 3)..][..3].try_into().unwrap();
        // Without a colour profile red ink is a red, not this or that one.
        assert!(r > 200 && g < 60 && b < 60, "{printed}: {r} {g} {b}");
    }
}

#[test]
fn pictures_stand_upright() {
    let upright = decode::picture(&turned(1), "a.jpg").unwrap();
    let quarter = decode::picture(&turned(6), "a.jpg").unwrap();
    assert_eq!((upright.width(), upright.height()), (32, 16));
    assert_eq!((quarter.width(), quarter.height()), (16, 32));
    // Turned clockwise, the left is above.
    let above = quarter.to_rgb8().get_pixel(8, 4).0;
    let below = quarter.to_rgb8().get_pixel(8, 28).0;
    assert!(above[0] > 200 && below[2] > 200, "{above:?} {below:?}");
    // A block that says nothing sensible changes nothing.
    assert_eq!(decode::picture(&turned(99), "a.jpg").unwrap().width(), 32);
}

#[test]
fn of_an_animation_the_first_frame_counts() {
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for colour in [[255, 0, 0, 255], [0, 0, 255, 255]] {
            let frame = RgbaImage::from_pixel(16, 16, Rgba(colour));
            encoder.encode_frame(image::Frame::new(frame)).unwrap();
        }
    }
    let picture = decode::picture(&bytes, "a.gif").unwrap();
    assert_eq!(picture.to_rgb8().get_pixel(3, 3).0, [255, 0, 0]);
}

#[test]
fn names_decide_what_is_looked_at_and_content_what_it_is() {
    let bytes = encoded(&flat(16, [9; 3]), ImageFormat::Png);
    let files = [
        ("b.png", &bytes[..]),
        ("a/c.JPG", &bytes),
        ("note.txt", b"no"),
        (".hidden.png", &bytes),
        ("__MACOSX/._b.png", &bytes),
        ("a.png.part", &bytes),
    ];
    let folder = folder(&files);
    let source = open(folder.path()).unwrap();
    assert_eq!(names(source.as_ref()), ["a/c.JPG", "b.png"]);
    assert_eq!(colour(source.as_ref(), 0), [9; 3]);
    let square = source.picture(0, &how(32)).unwrap();
    assert_eq!((square.picture.width, square.found), (32, (16, 16)));
}
