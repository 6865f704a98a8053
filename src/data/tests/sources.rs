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
