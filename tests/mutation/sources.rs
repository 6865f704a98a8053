//! Readers of pictures, of what holds them, of their labels, and of what is kept of them.

use std::path::{Path, PathBuf};

use morphogan::config::{TrainConfig, TransformConfig};
use morphogan::data::{self, Source, StarterFaces, Transform, TransformedSource};
use parquet::basic::Compression as Codec;

use super::mutate::Mutator;
use super::{Answer, Reader, make};

/// Most pictures of a source that are looked at.
const SOME: usize = 6;

/// The pictures beside this file, by name.
macro_rules! files {
    ($($name:literal)*) => { [$(($name, include_bytes!(concat!("files/", $name)).as_slice())),*] };
}

const PICTURES: [(&str, &[u8]); 18] = files![
    "metadata.png" "palette.png" "metadata.jpg" "progressive.jpg" "cmyk.jpg" "lossy.webp" "alpha.webp"
    "lossless.webp" "animated.webp" "animated.gif" "deflate.tif" "lzw.tif" "packbits.tif" "jpeg.tif" "fax.tif"
    "grey.bmp" "alpha.bmp" "runs.bmp"
];
const PNG: &[u8] = PICTURES[1].1;
const JPEG: &[u8] = PICTURES[2].1;

/// Tables of labels for `1.png` and `2.png`.
const TABLES: [(&str, &str); 7] = [
    (
        "list_attr_celeba.txt",
        "2\nMale Young\n1.png 1 -1\n2.png -1 1\n",
    ),
    (
        "list_attr_celeba.csv",
        "image_id,Male,Young\n1.png,1,-1\n2.png,-1,1\n",
    ),
    ("list_eval_partition.txt", "1.png 0\n2.png 2\n"),
    (
        "list_eval_partition.csv",
        "image_id,partition\n1.png,0\n2.png,2\n",
    ),
    (
        "labels.csv",
        "file,age,kind,\"a \"\"b\"\"\"\r\n1.png,0.5,cat,1\r\n2.png,NA,\"dog, old\",0\r\n",
    ),
    (
        "labels.csv",
        "sep=;\nfile;age;kind\nimages/1.png;0,5;cat\n./2.png;;dog\n",
    ),
    (
        "labels.csv",
        "\u{feff}filename\tsmile\r1.png\t1\r2.png\t-1\r",
    ),
];

pub fn readers() -> Vec<Reader> {
    let mut all: Vec<Reader> = Vec::new();
    // Of one picture there are many kinds: they get as many runs as all others together.
    for (name, bytes) in PICTURES.into_iter().chain(PICTURES) {
        all.push(Reader::new(name, move |folder, mutator| {
            let changed = mutator.change(bytes);
            let healed = name.ends_with("png") && mutator.below(4) > 0;
            let changed = if healed {
                make::healed_png(changed)
            } else {
                changed
            };
            picture(&put(folder, name, &changed))
        }));
    }
    all.push(Reader::new("spliced pictures", |folder, mutator| {
        let (name, first) = *mutator.one_of(&PICTURES);
        let (_, second) = *mutator.one_of(&PICTURES);
        let spliced = mutator.splice(first, second);
        picture(&put(folder, name, &mutator.change(&spliced)))
    }));
    let members: [(&str, &[u8]); 4] = [
        ("a/1.png", PNG),
        ("a/2.jpg", JPEG),
        ("a/labels.csv", b"file,age\n1.png,3\n2.jpg,4\n"),
        ("b/3.png", PNG),
    ];
    let (zip, tar) = (make::zip(&members), make::tar(&members));
    all.extend([
        file("a.zip", zip.clone()),
        file("a.tar", tar.clone()),
        finished("a.tar", tar.clone(), make::healed_tar),
        file("a.tar.gz", make::gz(&tar)),
        finished("a.tar.gz", tar.clone(), |tar| {
            make::gz(&make::healed_tar(tar))
        }),
        file("a.idx", make::idx(&[4, 10, 10], &[7; 400])),
        finished(
            "a.idx3-ubyte.gz",
            make::idx(&[4, 10, 10], &[7; 400]),
            |idx| make::gz(&idx),
        ),
        file(
            "a.idx3-ubyte.gz",
            make::gz(&make::idx(&[4, 10, 10], &[7; 400])),
        ),
        file("data_batch_1.bin", vec![3; 2 * 3073]),
    ]);
    let plain = [Codec::UNCOMPRESSED, Codec::SNAPPY, Codec::LZ4_RAW];
    let levels = [
        Codec::GZIP(Default::default()),
        Codec::ZSTD(Default::default()),
        Codec::BROTLI(Default::default()),
    ];
    all.extend(
        plain
            .into_iter()
            .chain(levels)
            .map(|codec| file("a.parquet", make::parquet(PNG, codec))),
    );
    all.push(Reader::new("spliced archives", move |folder, mutator| {
        let spliced = mutator.splice(&zip, &tar);
        let name = *mutator.one_of(&["a.zip", "a.tar"]);
        let path = put(folder, name, &spliced);
        source(&path)
    }));
    all.push(Reader::new("labels of an IDX pair", |folder, mutator| {
        put(
            folder,
            "train-images-idx3-ubyte",
            &make::idx(&[3, 10, 10], &[9; 300]),
        );
        put(
            folder,
            "train-labels-idx1-ubyte",
            &mutator.change(&make::idx(&[3], &[0, 1, 2])),
        );
        source(folder)
    }));
    all.extend(TABLES.map(|(name, text)| {
        Reader::new(name, move |folder, mutator| {
            put(folder, "1.png", PNG);
            put(folder, "images/2.png", PNG);
            let mut changed = mutator.change(text.as_bytes());
            if mutator.below(8) == 0 {
                let wide = String::from_utf8_lossy(&changed).into_owned();
                changed = [0xfeff]
                    .into_iter()
                    .chain(wide.encode_utf16())
                    .flat_map(u16::to_le_bytes)
                    .collect();
            }
            put(folder, name, &changed);
            source(folder)
        })
    }));
    all.push(Reader::new("unpacked archive in the cache", unpacked));
    all.push(Reader::new("pixels in the cache", pixels));
    all
}

/// A source in one file.
fn file(name: &'static str, bytes: Vec<u8>) -> Reader {
    finished(name, bytes, |changed| changed)
}

/// As [`file`], with something done to what was changed.
fn finished(name: &'static str, bytes: Vec<u8>, finish: fn(Vec<u8>) -> Vec<u8>) -> Reader {
    Reader::new(name, move |folder, mutator| {
        let changed = finish(mutator.change(&bytes));
        source(&put(folder, name, &changed))
    })
}

pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn how() -> Transform {
    Transform::new(8, &TransformConfig::default())
}

fn picture(path: &Path) -> Answer {
    let square = data::read_picture(path, &how());
    let original = data::read_original(path, 64);
    Answer::all([square.is_ok(), original.is_ok()])
}

/// Everything that a person may ask of a source.
fn source(path: &Path) -> Answer {
    let Ok(source) = data::open_path(path) else {
        return Answer::Refused;
    };
    let _ = (
        source.name(),
        source.kind(),
        source.licence(),
        source.fingerprint(),
    );
    let pictures = (0..source.len().min(SOME)).map(|index| {
        let _ = (source.item_name(index), source.file(index));
        source.picture(index, &how()).is_ok()
    });
    let read = Answer::all(pictures);
    let _ = source.labels().map(|labels| labels.summaries());
    match source.warnings().is_empty() {
        true => read,
        false => Answer::Refused,
    }
}

/// Names and pictures of a source, small.
fn contents(source: &dyn Source) -> Vec<(String, Option<Vec<u8>>)> {
    let all = 0..source.len();
    all.map(|index| {
        let square = source.picture(index, &how()).ok();
        (
            source.item_name(index),
            square.map(|square| square.picture.rgb),
        )
    })
    .collect()
}

/// A tar.gz that is as it was, and its unpacked copy that is not: the pictures are the same.
fn unpacked(folder: &Path, mutator: &mut Mutator) -> Answer {
    let archive = put(
        folder,
        "a.tar.gz",
        &make::gz(&make::tar(&[("1.png", PNG), ("2.jpg", JPEG)])),
    );
    let open = || data::open_path(&archive).map(|source| contents(source.as_ref()));
    let whole = open().unwrap();
    let Some(kept) = kept_file(&super::cache(), "unpacked") else {
        return Answer::Wrong("nothing was kept".into());
    };
    let changed = mutator.change(&std::fs::read(&kept).unwrap());
    std::fs::write(&kept, changed).unwrap();
    match open() {
        Ok(again) if again == whole => Answer::Read,
        Ok(_) => Answer::Wrong("other pictures than those of the archive".into()),
        Err(error) => Answer::Wrong(format!("a good archive is refused: {error}")),
    }
}

/// Transformed pictures whose file in the cache was changed: they are the same.
fn pixels(folder: &Path, mutator: &mut Mutator) -> Answer {
    let config = TrainConfig {
        size: 32,
        ..TrainConfig::default()
    };
    let all = || {
        let faces = StarterFaces::new(1, 3);
        let prepared = TransformedSource::new_in(Some(folder), Box::new(faces), &config);
        let pictures = prepared.pictures(0..3);
        prepared.finish();
        pictures
    };
    let whole = all();
    let Some(kept) = kept_file(folder, "pixels") else {
        return Answer::Wrong("nothing was kept".into());
    };
    let mut changed = mutator.change(&std::fs::read(&kept).unwrap());
    if mutator.below(2) == 0 && changed.len() >= 64 {
        changed = make::healed_pixels(changed);
    }
    std::fs::write(&kept, changed).unwrap();
    match all() == whole && all() == whole {
        true => Answer::Read,
        false => Answer::Wrong("other pictures than those of the source".into()),
    }
}

fn kept_file(folder: &Path, ending: &str) -> Option<PathBuf> {
    let mut paths = std::fs::read_dir(folder)
        .ok()?
        .map(|entry| entry.unwrap().path());
    paths.find(|path| path.extension().is_some_and(|found| found == ending))
}
