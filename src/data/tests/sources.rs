//! Every way people keep their pictures.

use std::path::Path;

use super::make::{
    colour, folder, gz, how, idx, names, open, packed_parquet, parquet, png, put, tar,
    write_parquet, zip,
};
use crate::data::Source;

const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];

/// Two pictures in two folders, and CelebA's attributes.
fn celeba() -> Vec<(String, Vec<u8>)> {
    let attributes = "2\nMale Young\n000001.jpg 1 -1\n000002.jpg -1 1\n";
    let partition = "000001.jpg 0\n000002.jpg 1\n";
    vec![
        ("img_align_celeba/000001.jpg".into(), png(16, RED)),
        ("img_align_celeba/000002.jpg".into(), png(16, BLUE)),
        ("list_attr_celeba.txt".into(), attributes.into()),
        ("list_eval_partition.txt".into(), partition.into()),
    ]
}

fn check_celeba(source: &dyn Source, kind: &str) {
    assert_eq!((source.kind(), source.len()), (kind, 2));
    assert_eq!(source.item_name(1), "img_align_celeba/000002.jpg");
    assert_eq!((colour(source, 0), colour(source, 1)), (RED, BLUE));
    let labels = source.labels().unwrap();
    assert_eq!(labels.names[..2], ["Male", "Young"]);
    assert_eq!(labels.row(0), Some(&[1.0, 0.0, 1.0, 0.0, 0.0][..]));
    assert!(source.warnings().is_empty(), "{:?}", source.warnings());
}

#[test]
fn celebas_layout_is_known_in_every_wrapping() {
    let files = celeba();
    let members: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (&n[..], &b[..])).collect();
    let plain = folder(&members);
    check_celeba(open(plain.path()).unwrap().as_ref(), "folder");
    let around = folder(&[
        // Their names say nothing: the content does.
        ("zip", &zip(&members)),
        ("tar", &tar(&members)),
        ("packed", &gz(&tar(&members))),
    ]);
    let at = |name: &str| open(&around.path().join(name)).unwrap();
    check_celeba(at("zip").as_ref(), "zip archive");
    check_celeba(at("tar").as_ref(), "tar archive");
    check_celeba(at("packed").as_ref(), "tar.gz archive");
}

#[test]
fn labels_may_stand_beside_an_archive() {
    let files = celeba();
    let only_pictures: Vec<(&str, &[u8])> =
        files[..2].iter().map(|(n, b)| (&n[..], &b[..])).collect();
    let around = folder(&[
        ("img_align_celeba.zip", &zip(&only_pictures)),
        ("list_attr_celeba.txt", &files[2].1),
        ("list_eval_partition.txt", &files[3].1),
    ]);
    let source = open(&around.path().join("img_align_celeba.zip")).unwrap();
    check_celeba(source.as_ref(), "zip archive");
}

#[test]
fn sub_folders_and_tables_are_labels() {
    let red = png(16, RED);
    let plain = folder(&[
        ("cat/1.png", &red),
        ("dog/2.png", &red),
        ("dog/3.png", &red),
    ]);
    assert_eq!(open(plain.path()).unwrap().labels(), None);
    let mut config = crate::config::TrainConfig {
        data: crate::config::DataChoice::Path(plain.path().to_owned()),
        ..Default::default()
    };
    config.prepare.folder_labels = true;
    let labels = crate::data::open(&config).unwrap().labels().unwrap();
    assert_eq!(labels.names, ["cat", "dog"]);
    assert_eq!(labels.summaries()[1].yes, 2);
    put(
        plain.path(),
        "labels.csv",
        b"file,age\ncat/1.png,3\n3.png,5\n4.png,7\n",
    );
    let source = open(plain.path()).unwrap();
    let labels = source.labels().unwrap();
    assert_eq!(
        (labels.names[0].as_str(), labels.row(2)),
        ("age", Some(&[5.0][..]))
    );
    assert!(labels.row(1).unwrap()[0].is_nan());
    assert_eq!(
        source.warnings()[0].summary,
        "Not there: 1 of the pictures that labels.csv names; the others are used."
    );
}

#[test]
fn mnist_is_read_with_its_labels_packed_or_not() {
    let pixels: Vec<u8> = (0..3u8)
        .flat_map(|number| [number * 100; 28 * 28])
        .collect();
    let pictures = idx(&[3, 28, 28], &pixels);
    let labels = idx(&[3], &[2, 0, 1]);
    let around = folder(&[
        ("train-images-idx3-ubyte.gz", &gz(&pictures)),
        ("train-labels-idx1-ubyte.gz", &gz(&labels)),
        ("t10k-images-idx3-ubyte", &pictures),
        ("t10k-labels-idx1-ubyte", &labels),
    ]);
    // The folder means its training pictures.
    for path in ["", "train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte"] {
        let source = open(&around.path().join(path)).unwrap();
        assert_eq!((source.kind(), source.len()), ("IDX file", 3));
        assert_eq!(colour(source.as_ref(), 2), [200; 3]);
        assert_eq!(source.labels().unwrap().row(0), Some(&[0.0, 0.0, 1.0][..]));
    }
    let colours = idx(&[1, 8, 8, 3], &RED.repeat(64));
    let path = put(around.path(), "colour", &colours);
    assert_eq!(colour(open(&path).unwrap().as_ref(), 0), RED);
}

#[test]
fn cifar_10_is_read_from_its_folder_and_its_archive() {
    let record = |label: u8, [r, g, b]: [u8; 3]| {
        let mut record = vec![label];
        for value in [r, g, b] {
            record.extend([value; 1024]);
        }
        record
    };
    let first = [record(3, RED), record(8, BLUE)].concat();
    let second = record(0, [9, 8, 7]);
    let members: [(&str, &[u8]); 3] = [
        ("cifar-10-batches-bin/data_batch_1.bin", &first),
        ("cifar-10-batches-bin/data_batch_2.bin", &second),
        ("cifar-10-batches-bin/readme.html", b"<p>"),
    ];
    let around = folder(&members);
    let packed = put(around.path(), "cifar.tar.gz", &gz(&tar(&members)));
    for path in [around.path().join("cifar-10-batches-bin"), packed] {
        let source = open(&path).unwrap();
        assert_eq!((source.kind(), source.len()), ("CIFAR-10 batches", 3));
        assert_eq!(colour(source.as_ref(), 1), BLUE);
        assert_eq!(colour(source.as_ref(), 2), [9, 8, 7]);
        let labels = source.labels().unwrap();
        assert_eq!(
            (labels.names[3].as_str(), labels.row(0).unwrap()[3]),
            ("cat", 1.0)
        );
    }
}

#[test]
fn parquet_is_read_as_hugging_face_writes_it() {
    let (red, blue) = (png(16, RED), png(16, BLUE));
    let mut rows: Vec<(Option<&[u8]>, &str, i64)> = vec![
        (Some(&red), "a.png", 0),
        (None, "", 1),
        (Some(&blue), "", 1),
    ];
    rows.extend((0..40).map(|_| (Some(&red[..]), "more.png", 0)));
    let around = folder(&[("train-00000.parquet", &parquet(&rows))]);
    for path in [
        around.path().to_owned(),
        around.path().join("train-00000.parquet"),
    ] {
        let source = open(&path).unwrap();
        assert_eq!((source.kind(), source.len()), ("parquet file", 43));
        assert_eq!(names(source.as_ref())[..3], ["a.png", "row 1", "row 2"]);
        assert_eq!(colour(source.as_ref(), 2), BLUE);
        assert_eq!(colour(source.as_ref(), 42), RED);
        let empty = source.picture(1, &how(8)).unwrap_err();
        assert_eq!(empty.to_string(), "the file is empty");
        let labels = source.labels().unwrap();
        assert_eq!(labels.names, ["cat", "dog"]);
        assert_eq!(labels.row(2), Some(&[0.0, 1.0][..]));
    }
}

#[test]
fn parquet_is_read_however_it_is_packed() {
    use ::parquet::basic::Compression;
    let red = png(16, RED);
    let rows: Vec<(Option<&[u8]>, &str, i64)> = vec![(Some(&red), "a.png", 1); 20];
    for codec in [
        Compression::UNCOMPRESSED,
        Compression::GZIP(Default::default()),
        Compression::BROTLI(Default::default()),
        Compression::ZSTD(Default::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
    ] {
        let around = folder(&[("a.parquet", &packed_parquet(&rows, codec))]);
        let source = open(&around.path().join("a.parquet")).unwrap();
        assert_eq!(source.len(), 20, "{codec}");
        assert_eq!(colour(source.as_ref(), 19), RED, "{codec}");
    }
}

#[test]
fn the_parts_of_a_data_set_are_read_as_one() {
    let (red, blue) = (png(16, RED), png(16, BLUE));
    let around = folder(&[
        ("train-0.parquet", &parquet(&[(Some(&red), "", 0)])),
        ("train-1.parquet", &parquet(&[(Some(&blue), "", 1)])),
        ("test-0.parquet", &parquet(&[(Some(&red), "", 0)])),
    ]);
    let source = open(around.path()).unwrap();
    assert_eq!(names(source.as_ref()), ["row 0", "row 1"]);
    assert_eq!(colour(source.as_ref(), 1), BLUE);
    assert_eq!(source.labels().unwrap().row(1), Some(&[0.0, 1.0][..]));
}

#[test]
fn a_parquet_without_pictures_says_what_it_has() {
    let plain = ::parquet::basic::Compression::UNCOMPRESSED;
    let bytes = write_parquet("message schema { required int64 age; }", plain, |group| {
        let mut column = group.next_column().unwrap().unwrap();
        let numbers = column.typed::<::parquet::data_type::Int64Type>();
        numbers.write_batch(&[1, 2, 3], None, None).unwrap();
        column.close().unwrap();
    });
    let around = folder(&[("a.parquet", &bytes)]);
    let error = super::make::refusal(&around.path().join("a.parquet"));
    assert!(
        error.starts_with("no column of this parquet file holds pictures")
            && error.contains("its columns are age: "),
        "{error}"
    );
}

#[test]
fn another_content_is_another_fingerprint() {
    let around = folder(&[("1.png", &png(16, RED))]);
    let fingerprint = |path: &Path| open(path).unwrap().fingerprint().unwrap();
    let first = fingerprint(around.path());
    assert_eq!(fingerprint(around.path()), first);
    put(around.path(), "2.png", &png(16, BLUE));
    let second = fingerprint(around.path());
    assert_ne!(second, first);
    put(around.path(), "2.png", &png(17, BLUE));
    assert_ne!(fingerprint(around.path()), second);
}

#[test]
fn of_several_parts_those_to_train_on_are_taken_wherever_they_stand() {
    let file = |count: u32| gz(&idx(&[count, 8, 8], &vec![9; 64 * count as usize]));
    let around = folder(&[
        ("emnist/emnist-letters-test-images-idx3-ubyte.gz", &file(9)),
        ("emnist/emnist-letters-train-images-idx3-ubyte.gz", &file(5)),
        (
            "emnist/emnist-letters-train-labels-idx1-ubyte.gz",
            &gz(&idx(&[5], &[1; 5])),
        ),
        (
            "MNIST/raw/t10k-images-idx3-ubyte",
            &idx(&[2, 8, 8], &[9; 128]),
        ),
        (
            "MNIST/raw/train-images-idx3-ubyte",
            &idx(&[3, 8, 8], &[9; 192]),
        ),
    ]);
    let emnist = open(&around.path().join("emnist")).unwrap();
    assert_eq!(emnist.len(), 5);
    let choice = emnist.choice();
    assert_eq!(choice.taken, ["emnist-letters-train-images-idx3-ubyte.gz"]);
    assert_eq!(
        choice.left_out,
        ["1 IDX (emnist-letters-test-images-idx3-ubyte.gz)"]
    );
    assert_eq!(emnist.labels().unwrap().len(), 5);
    let mnist = open(&around.path().join("MNIST")).unwrap();
    assert_eq!(
        (mnist.len(), mnist.choice().taken),
        (3, vec!["raw/train-images-idx3-ubyte".into()])
    );
}

#[test]
fn a_table_is_taken_before_the_picture_of_its_readme() {
    let red = png(16, RED);
    let rows: Vec<(Option<&[u8]>, &str, i64)> = vec![(Some(&red), "", 1); 5];
    let around = folder(&[
        ("README.png", &png(40, BLUE)),
        ("data/train-00000-of-00001.parquet", &parquet(&rows)),
        ("data/test-00000-of-00001.parquet", &parquet(&rows[..2])),
    ]);
    let source = open(around.path()).unwrap();
    assert_eq!((source.kind(), source.len()), ("parquet file", 5));
    let choice = source.choice();
    assert_eq!(
        choice.taken,
        [
            "1 parquet (data/train-00000-of-00001.parquet)",
            "column image.bytes"
        ]
    );
    assert_eq!(
        choice.left_out,
        [
            "1 loose pictures (README.png)",
            "1 parquet (data/test-00000-of-00001.parquet)"
        ]
    );
}

#[test]
fn the_column_with_pictures_in_it_is_taken_whatever_the_names() {
    let red = png(16, RED);
    let plain = ::parquet::basic::Compression::UNCOMPRESSED;
    let schema = "message schema { required binary image_url (UTF8); required binary content; }";
    let bytes = write_parquet(schema, plain, |group| {
        for value in [b"https://example.org/1.png".to_vec(), red.clone()] {
            let mut column = group.next_column().unwrap().unwrap();
            let values = column.typed::<::parquet::data_type::ByteArrayType>();
            values
                .write_batch(&vec![value.into(); 3], None, None)
                .unwrap();
            column.close().unwrap();
        }
    });
    let around = folder(&[("a.parquet", &bytes)]);
    let source = open(&around.path().join("a.parquet")).unwrap();
    assert_eq!((source.len(), colour(source.as_ref(), 2)), (3, RED));
    assert_eq!(source.choice().taken, ["column content"]);
}

#[test]
fn a_table_that_unpacks_without_measure_is_refused() {
    // One picture, named by so many rows.
    let large = png(200, RED).repeat(700);
    let rows: Vec<(Option<&[u8]>, &str, i64)> = vec![(Some(&large), "", 1); 300];
    let bytes = packed_parquet(
        &rows,
        ::parquet::basic::Compression::ZSTD(Default::default()),
    );
    assert!(bytes.len() < 200_000, "{}", bytes.len());
    let around = folder(&[("a.parquet", &bytes)]);
    let error = super::make::refusal(&around.path().join("a.parquet"));
    assert!(error.contains("refused as an archive bomb"), "{error}");
}

#[test]
fn pictures_are_known_by_their_content_and_others_named() {
    let red = png(16, RED);
    let heic: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heicand so on";
    let around = folder(&[
        ("1.png", &red),
        ("IMG_1.HEIC", heic),
        ("IMG_2.HEIC", heic),
        ("IMG_3.HEIC", &red),
        ("no ending", &red),
        ("really.jpg", heic),
        ("a.avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1"),
        ("half.png.part", &red),
        ("photo.dng", b"II\x2a\0\x08\0\0\0 and a thumbnail"),
        ("letter", b"BMore words"),
    ]);
    let source = open(around.path()).unwrap();
    assert_eq!(
        names(source.as_ref()),
        ["1.png", "IMG_3.HEIC", "no ending", "really.jpg"]
    );
    assert_eq!(colour(source.as_ref(), 1), RED);
    assert_eq!(
        super::make::why(source.as_ref(), 3),
        "it is a picture in the format HEIC, which is not read; convert it to JPEG or PNG"
    );
    let said: Vec<String> = source
        .warnings()
        .iter()
        .map(|w| w.summary.clone())
        .collect();
    assert_eq!(
        said,
        [
            "Pictures in formats that are not read are left out: 1 AVIF (a.avif), 2 HEIC (IMG_1.HEIC), 1 raw (photo.dng). Convert them to JPEG or PNG.",
            "Downloads that are not finished are left out: 1 files (half.png.part). Fetch them again.",
        ]
    );
    assert_eq!(
        source.choice().taken,
        ["2 pictures (IMG_3.HEIC) by their content, whatever their names"]
    );
    let only = folder(&[("a.HEIC", heic), ("b.pgm", b"P5\n20 20\n255\n")]);
    let error = super::make::refusal(only.path());
    assert!(
        error.contains(", only pictures that are not read (1 HEIC (a.HEIC), 1 PGM/PPM (b.pgm); convert them to JPEG or PNG)"),
        "{error}"
    );
}

#[test]
fn the_walls_of_runs_are_no_pictures_to_learn_from() {
    let (red, blue) = (png(16, RED), png(16, BLUE));
    let members: [(&str, &[u8]); 4] = [
        ("photos/1.png", &red),
        ("photos/my-run/config.toml", b""),
        ("photos/my-run/metrics.csv", b"step\n"),
        ("photos/my-run/samples/000100.png", &blue),
    ];
    let plain = folder(&members);
    put(plain.path(), "a.zip", &zip(&members));
    let source = open(&plain.path().join("photos")).unwrap();
    assert_eq!(names(source.as_ref()), ["1.png"]);
    assert_eq!(
        source.warnings()[0].summary,
        "Folders of runs of this program are left out: 1 (my-run)."
    );
    let before = source.fingerprint();
    put(plain.path(), "photos/my-run/samples/000200.png", &blue);
    assert_eq!(
        open(&plain.path().join("photos")).unwrap().fingerprint(),
        before
    );
    let zipped = open(&plain.path().join("a.zip")).unwrap();
    assert_eq!(names(zipped.as_ref()), ["photos/1.png"]);
    assert!(zipped.warnings()[0].summary.contains("photos/my-run"));
}

#[test]
fn zeros_behind_packed_data_are_no_damage() {
    let red = png(16, RED);
    let filled = |bytes: Vec<u8>| [bytes, vec![0; 3000]].concat();
    let around = folder(&[
        ("a.tar.gz", &filled(gz(&tar(&[("1.png", &red)])))),
        ("b.gz", &filled(gz(&idx(&[2, 8, 8], &[7; 128])))),
    ]);
    assert_eq!(open(&around.path().join("a.tar.gz")).unwrap().len(), 1);
    assert_eq!(open(&around.path().join("b.gz")).unwrap().len(), 2);
}

#[test]
fn the_python_version_of_cifar_says_what_to_fetch() {
    let pickle = b"\x80\x02}q\x01(U\x0bbatch_labelq\x02";
    let members: [(&str, &[u8]); 2] = [
        ("cifar-10-batches-py/data_batch_1", pickle),
        ("cifar-10-batches-py/test_batch", pickle),
    ];
    let around = folder(&members);
    let packed = put(around.path(), "cifar-10-python.tar.gz", &gz(&tar(&members)));
    let batches = around.path().join("cifar-10-batches-py");
    for path in [&packed, &batches, &batches.join("data_batch_1")] {
        let error = super::make::refusal(path);
        assert!(
            error.contains("fetch the binary version (cifar-10-binary.tar.gz)"),
            "{error}"
        );
    }
}

#[test]
fn archives_beside_a_few_pictures_are_looked_into() {
    let red = png(16, RED);
    let names: Vec<String> = (0..70).map(|number| format!("{number}.png")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (&name[..], &red[..])).collect();
    let around = folder(&[("title.png", &red), ("faces.zip", &zip(&many))]);
    let source = open(around.path()).unwrap();
    assert_eq!((source.kind(), source.len()), ("zip archive", 70));
    assert_eq!(source.choice().taken, ["faces.zip"]);
    // One of something else is none.
    let around = folder(&[
        ("title.png", &red),
        ("notes.zip", &zip(&[("a.txt", b"no")])),
    ]);
    let source = open(around.path()).unwrap();
    assert_eq!((source.kind(), source.len()), ("folder", 1));
    assert_eq!(source.choice().left_out, ["notes.zip"]);
}
