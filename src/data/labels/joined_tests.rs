//! Tables as people have them, joined to pictures.

use proptest::prelude::*;

use super::rows::Rows;
use super::{Labels, TableFile, TableWriter, find};
use crate::notice::Notice;

fn read(names: &[&str], files: &[(&str, &[u8])]) -> (Option<Labels>, Vec<Notice>) {
    read_with(names, files, false)
}

fn read_with(
    names: &[&str],
    files: &[(&str, &[u8])],
    folder_labels: bool,
) -> (Option<Labels>, Vec<Notice>) {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let files: Vec<TableFile<'_>> = files
        .iter()
        .map(|(path, bytes)| TableFile {
            path: (*path).to_owned(),
            read: Box::new(|| match *bytes {
                b"?" => Err("cannot be read".into()),
                bytes => Ok(bytes.to_vec()),
            }),
        })
        .collect();
    find(&names, folder_labels, &files)
}

fn said(notices: &[Notice]) -> Vec<&str> {
    notices
        .iter()
        .map(|notice| notice.summary.as_str())
        .collect()
}

#[test]
fn missing_pictures_are_counted_and_named() {
    let attributes = b"3\nMale Young\n1.jpg  1 -1\n2.jpg -1  1\n9.jpg 1 1\n";
    let (labels, warnings) = read(
        &["img/1.jpg", "img/2.jpg"],
        &[
            ("list_eval_partition.txt", b"1.jpg 0\n2.jpg 2\n"),
            ("list_attr_celeba.txt", attributes),
        ],
    );
    let labels = labels.unwrap();
    assert_eq!(labels.names[..3], ["Male", "Young", "partition: training"]);
    assert_eq!(labels.row(1), Some(&[0.0, 1.0, 0.0, 0.0, 1.0][..]));
    assert_eq!(
        warnings[0].summary,
        "Not there: 1 of the pictures that list_attr_celeba.txt names; the others are used."
    );
    assert_eq!(warnings[0].details, "the first: 9.jpg");
}

#[test]
fn celebas_texts_may_have_a_mark_blank_lines_and_old_line_ends() {
    let attributes = "\u{feff}2\r\rMale Young\r1.jpg  1 -1\r2.jpg -1  1\r \r";
    let partition = "\u{feff}1.jpg 0\r\n\r\n2.jpg 2\r\n  \r\n";
    let (labels, warnings) = read(
        &["1.jpg", "2.jpg"],
        &[
            ("list_attr_celeba.txt", attributes.as_bytes()),
            ("list_eval_partition.txt", partition.as_bytes()),
        ],
    );
    assert_eq!(said(&warnings), [""; 0]);
    let labels = labels.unwrap();
    assert_eq!(labels.names[..2], ["Male", "Young"]);
    assert_eq!(labels.row(0), Some(&[1.0, 0.0, 1.0, 0.0, 0.0][..]));
}

#[test]
fn a_broken_label_file_is_a_warning() {
    let (labels, warnings) = read(
        &["a/1.jpg", "b/1.jpg"],
        &[
            ("list_attr_celeba.txt", b"1\nMale\n1.jpg maybe\n"),
            ("labels.csv", b"?"),
        ],
    );
    assert_eq!((labels, warnings.len()), (None, 2));
    assert!(
        warnings[0]
            .summary
            .contains("line 3 should have a name and 1 numbers")
    );
}

#[test]
fn sub_folders_are_labels_on_request_beside_those_of_files() {
    let names = ["a/1.jpg", "b/2.jpg"];
    let table: (&str, &[u8]) = ("labels.csv", b"file,old\n1.jpg,1\n");
    let (labels, _) = read_with(&names, &[table], true);
    assert_eq!(labels.unwrap().names, ["old", "a", "b"]);
    let (labels, warnings) = read_with(&names[..1], &[], true);
    assert_eq!((labels, warnings.len()), (None, 1));
}

#[test]
fn where_nothing_or_little_joins_one_name_of_each_side_is_said() {
    let names = ["cat/0.png", "cat/1.png", "cat/2.png"];
    let (labels, warnings) = read(
        &names,
        &[("labels.csv", b"file,a\ndog/0.png,1\ndog/1.png,0\n")],
    );
    assert_eq!(labels, None);
    let nothing = "labels.csv gives no labels: none of its 2 rows names a picture here. It says \"dog/0.png\"; a picture here is \"cat/0.png\".";
    assert_eq!(said(&warnings), [nothing]);
    let (labels, warnings) = read(&names, &[("labels.csv", b"file,a\nx,1\ny,1\n0.png,0\n")]);
    assert_eq!(labels.unwrap().row(0), Some(&[0.0][..]));
    let little = "Only 1 of the 3 rows of labels.csv name a picture here. It says \"x\"; a picture here is \"cat/1.png\".";
    assert_eq!(said(&warnings), [little]);
    let (_, warnings) = read(&names, &[("labels.csv", b"file,a\n0.png,0\n")]);
    let few =
        "Only 1 of 3 pictures have labels; nothing is known about \"cat/1.png\", for instance.";
    assert_eq!(said(&warnings), [few]);
    let (labels, warnings) = read(&names, &[("labels.csv", b"file,a\n")]);
    assert_eq!(labels, None);
    assert!(
        warnings[0]
            .summary
            .starts_with("labels.csv cannot be used: none of its columns")
    );
}

#[test]
fn rows_that_dispute_a_picture_give_it_no_label_but_the_surer_one_does() {
    let names = ["0.png", "1.png"];
    let table = b"file,a\ncat/0.png,1\ndog/0.png,0\nset/1.png,1\n1.png,0\n";
    let (labels, warnings) = read(&names, &[("labels.csv", table)]);
    let labels = labels.unwrap();
    assert!(labels.row(0).unwrap()[0].is_nan());
    assert_eq!(labels.row(1), Some(&[0.0][..]));
    assert!(
        warnings[0]
            .summary
            .starts_with("1 rows of labels.csv are not used"),
        "{warnings:?}"
    );
    let (labels, warnings) = read(&names[..1], &[("labels.csv", &table[..31])]);
    assert_eq!(labels, None);
    assert!(
        warnings[0]
            .summary
            .contains("mean the same picture, \"dog/0.png\""),
        "{warnings:?}"
    );
}

#[test]
fn several_tables_are_joined_each_in_its_folder() {
    let names = ["test/1.png", "train/1.png", "train/2.png"];
    let (labels, warnings) = read(
        &names,
        &[
            ("train/labels.csv", b"file,smile\n1.png,1\n2.png,0\n"),
            ("test/Labels.CSV", b"file;smile;age\n1.png;0;0,5\n"),
            (
                "more.tsv",
                b"image\thair\ntrain/1.png\tlong\ntest/1.png\tbald\n",
            ),
            ("notes.csv", b"day,weather\n1,fine\n"),
        ],
    );
    let labels = labels.unwrap();
    assert_eq!(labels.names, ["smile", "age", "hair: bald", "hair: long"]);
    assert_eq!(labels.row(0), Some(&[0.0, 0.5, 1.0, 0.0][..]));
    assert_eq!(labels.row(1).unwrap()[0], 1.0);
    assert_eq!(
        said(&warnings),
        ["notes.csv is not read as labels: it names no picture here."]
    );
}

#[test]
fn tables_that_contradict_each_other_are_told_of() {
    let (labels, warnings) = read(
        &["1.png"],
        &[
            ("a/labels.csv", b"file,smile\n1.png,1\n"),
            ("b/labels.csv", b"file,smile\n1.png,0\n"),
        ],
    );
    assert_eq!(labels.unwrap().row(0), Some(&[1.0][..]));
    let text = "b/labels.csv contradicts an earlier table in 1 places; the earlier one counts.";
    assert_eq!(said(&warnings), [text]);
}

#[test]
fn a_table_that_is_all_separators_or_all_one_word_takes_no_more_than_its_size() {
    let commas = ",".repeat(1 << 20);
    let words = "a ".repeat(1 << 20);
    let table = format!("file,a\n1.png{commas}\n");
    let attributes = format!("1\n{words}\n1.png 1\n");
    let long = format!("file,a\n{}.png,1\n", "x".repeat(1 << 20));
    for (name, text) in [
        ("labels.csv", &commas),
        ("labels.csv", &table),
        ("labels.csv", &long),
        ("list_attr_celeba.txt", &attributes),
    ] {
        let (_, warnings) = read(&["1.png"], &[(name, text.as_bytes())]);
        let said: usize = warnings.iter().map(|notice| notice.to_string().len()).sum();
        assert!(said < 1000);
    }
}

proptest! {
    #[test]
    fn our_own_tables_come_back(
        names in prop::collection::btree_set("[=+@'\t\r\na-c,;\"|é -]{0,5}[a-z]", 1..5),
        rows in prop::collection::vec(prop::collection::vec(prop::option::of(-2.0f32..2.0), 5), 1..6),
    ) {
        let names: Vec<String> = names.into_iter().collect();
        let mut writer = TableWriter::new(Vec::new(), &names).unwrap();
        let mut files = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            files.push(format!("{number:06}.png"));
            // Known in the first row, so that no column is empty.
            let known = |value: &Option<f32>| value.unwrap_or(if number == 0 { 0.25 } else { f32::NAN });
            let values: Vec<f32> = row.iter().map(known).collect();
            writer.row(&files[number], &values[..names.len()]).unwrap();
        }
        let bytes = writer.into_inner();
        let text = String::from_utf8(bytes.clone()).unwrap();
        for cell in Rows::new(&text, ',').next().unwrap() {
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}", cell);
        }
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let (labels, _) = read(&files, &[("labels.csv", &bytes)]);
        let labels = labels.unwrap();
        prop_assert_eq!(&labels.names, &names);
        for (number, row) in rows.iter().enumerate() {
            for (found, value) in labels.row(number).unwrap().iter().zip(row) {
                let expected = value.unwrap_or(if number == 0 { 0.25 } else { f32::NAN });
                prop_assert!(found.is_nan() == expected.is_nan() && !(found - expected).is_normal());
            }
        }
    }
}
