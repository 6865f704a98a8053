//! Files with some bytes changed: whatever comes of it, it is no panic.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::make::{
    encoded, flat, gz, how, idx, open, parquet, png, png_with_profile, put, tar, webp_with_exif,
    zip,
};
use super::pictures::turned;
use crate::data::source::decode;

/// Files of every kind, their name first.
static FILES: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let picture = png(16, [200, 100, 50]);
    let members: [(&str, &[u8]); 3] = [
        ("a/1.png", &picture),
        ("a/2.png", &picture),
        ("list_attr_celeba.txt", b"2\nMale\n1.png 1\n2.png -1\n"),
    ];
    let pixels = idx(&[4, 10, 10], &[7; 400]);
    let rows: Vec<(Option<&[u8]>, &str, i64)> = vec![(Some(&picture), "1.png", 1); 5];
    vec![
        ("a.zip", zip(&members)),
        ("a.tar", tar(&members)),
        ("a.tgz", gz(&tar(&members))),
        ("a.idx", pixels.clone()),
        ("a.gz", gz(&pixels)),
        ("data_batch_1.bin", vec![3; 3073 * 2]),
        ("a.parquet", parquet(&rows)),
    ]
});

/// Pictures of every kind, with what may stand beside their pixels.
static PICTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    use image::ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    let plain = |format| encoded(&flat(12, [200, 100, 50]), format);
    let mut pictures = [Png, Jpeg, WebP, Bmp, Gif, Tiff].map(plain).to_vec();
    pictures.extend([
        include_bytes!("progressive.jpg").to_vec(),
        include_bytes!("cmyk.jpg").to_vec(),
        include_bytes!("lossy.webp").to_vec(),
        turned(6),
        webp_with_exif(8, b"MM\0\x2a\0\0\0\x08"),
        png_with_profile(&[7; 4000]),
    ]);
    pictures
});

fn change(
    bytes: &[u8],
    changes: &[(prop::sample::Index, u8)],
    cut: Option<prop::sample::Index>,
) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (place, byte) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
    }
    if let Some(cut) = cut {
        bytes.truncate(cut.index(bytes.len()));
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec(any::<(prop::sample::Index, u8)>(), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn sources_never_panic(which in any::<prop::sample::Index>(), changes in changes(), cut in any::<Option<prop::sample::Index>>()) {
        let (name, bytes) = which.get(&FILES);
        let folder = tempfile::tempdir().unwrap();
        let path = put(folder.path(), name, &change(bytes, &changes, cut));
        if let Ok(source) = open(&path) {
            for index in 0..source.len().min(8) {
                let _ = (source.item_name(index), source.picture(index, &how(8)));
            }
            let _ = source.labels().map(|labels| labels.summaries());
        }
    }

    #[test]
    fn pictures_never_panic(which in any::<prop::sample::Index>(), changes in changes(), cut in any::<Option<prop::sample::Index>>()) {
        let bytes = which.get(&PICTURES);
        let _ = decode::picture(&change(bytes, &changes, cut), "a.png");
    }

    #[test]
    fn label_files_never_panic(which in 0usize..4, text in "[ -~\n,\"é]{0,200}") {
        let file = ["list_attr_celeba.txt", "list_eval_partition.txt", "labels.csv", "list_attr_celeba.csv"][which];
        let names = ["a/1.png", "2.png"].map(String::from);
        let table = crate::data::labels::TableFile {
            path: file.to_owned(),
            read: Box::new(|| Ok(text.clone().into_bytes())),
        };
        let _ = crate::data::labels::find(&names, true, &[table]);
    }
}
