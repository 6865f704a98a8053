//! Files that are cut short: an error at every length, or the whole picture.

use image::ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
use image::{DynamicImage, Rgb, RgbImage};

use super::make::{encoded, folder, gz, open, png_with_profile, tar, webp_with_exif, why, zip};
use crate::data::source::decode;

/// A picture with something to see everywhere.
fn busy() -> DynamicImage {
    RgbImage::from_fn(45, 37, |x, y| {
        Rgb([(x * 5) as u8, (y * 6) as u8, (x * y % 251) as u8])
    })
    .into()
}

/// Every length gives the picture or an error; the lengths that give it.
fn lengths_that_are_whole(name: &str, bytes: &[u8]) -> usize {
    let whole = decode::picture(bytes, name).unwrap().to_rgb8();
    let mut good = 0;
    for length in 0..bytes.len() {
        if let Ok(picture) = decode::picture(&bytes[..length], name) {
            assert!(
                picture.to_rgb8() == whole,
                "{name} at {length} of {}",
                bytes.len()
            );
            good += 1;
        }
    }
    good
}

#[test]
fn no_format_gives_half_a_picture() {
    for format in [Png, Jpeg, WebP, Bmp, Gif, Tiff] {
        let name = format!("a.{}", format.extensions_str()[0]);
        let bytes = encoded(&busy(), format);
        let good = lengths_that_are_whole(&name, &bytes);
        // What stands behind the pixels may be missing.
        assert!(good <= 64 || format == Tiff, "{name}: {good}");
    }
    lengths_that_are_whole("a.webp", include_bytes!("lossy.webp"));
    let good = lengths_that_are_whole("a.jpg", include_bytes!("progressive.jpg"));
    assert_eq!(good, 2, "only its end may be missing");
}

#[test]
fn cut_jpegs_are_named_in_folders_and_archives() {
    let whole = encoded(&busy(), Jpeg);
    let progressive = include_bytes!("progressive.jpg");
    let members: [(&str, &[u8]); 3] = [
        ("1.jpg", &whole[..whole.len() * 3 / 4]),
        ("2.jpg", &progressive[..progressive.len() * 9 / 10]),
        ("3.jpg", &whole),
    ];
    let around = folder(&[
        ("pictures/1.jpg", members[0].1),
        ("pictures/2.jpg", members[1].1),
        ("pictures/3.jpg", members[2].1),
        ("a.zip", &zip(&members)),
        ("a.tar", &tar(&members)),
        ("a.tgz", &gz(&tar(&members))),
    ]);
    for name in ["pictures", "a.zip", "a.tar", "a.tgz"] {
        let source = open(&around.path().join(name)).unwrap();
        let cut = "the picture is cut short; fetch it again";
        assert_eq!(why(source.as_ref(), 0), cut, "{name}");
        assert_eq!(why(source.as_ref(), 1), cut, "{name}");
        assert!(source.original(2).is_ok(), "{name}");
    }
}

#[test]
fn a_length_that_a_webp_claims_is_not_believed() {
    let honest = webp_with_exif(8, b"MM\0\x2a\0\0\0\x08");
    assert!(decode::picture(&honest, "a.webp").is_ok());
    let bytes = webp_with_exif(u32::MAX - 15, b"MM\0\x2a");
    let error = decode::picture(&bytes, "a.webp").unwrap_err();
    assert!(error.to_string().contains("cut short"), "{error}");
}

#[test]
fn a_profile_that_unpacks_without_measure_costs_no_picture() {
    let bytes = png_with_profile(&vec![0; 100 << 20]);
    assert!(bytes.len() < 200_000);
    assert!(decode::picture(&bytes, "a.png").is_ok());
}
