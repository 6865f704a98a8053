//! Tables of labels as people have them.

use std::path::Path;

use image::{Rgb, RgbImage};
use serde_json::Value;

use super::common::{fail, program, run, small_run, succeed};

/// Drawn pictures, each another colour.
fn pictures(folder: &Path, names: &[String]) {
    for (number, name) in names.iter().enumerate() {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let colour = Rgb([(number * 40) as u8, (number * 7) as u8, 90]);
        RgbImage::from_pixel(32, 32, colour).save(path).unwrap();
    }
}

fn numbered(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("{number:04}.png"))
        .collect()
}

/// What `data` tells of four pictures with these tables beside them.
fn told(tables: &[(&str, &[u8])], more: &[&str]) -> Value {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("photos");
    pictures(&folder, &numbered(4));
    for (name, bytes) in tables {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let path = folder.to_string_lossy().into_owned();
    let arguments = [&["data", &path, "--size", "32", "--json"][..], more].concat();
    serde_json::from_str(&succeed(home.path(), &arguments)).unwrap()
}

/// Name and mean of each label.
fn labels(told: &Value) -> Vec<(String, f64)> {
    let all = told["labels"].as_array().unwrap().iter();
    let both = |label: &Value| {
        let name = label["name"].as_str().unwrap().to_owned();
        (name, (100.0 * label["mean"].as_f64().unwrap()).round())
    };
    all.map(both).collect()
}

fn warnings(told: &Value) -> String {
    told["warnings"].to_string()
}

const TABLE: &str =
    "file,smile,age\n0000.png,0,0.00\n0001.png,1,0.14\n0002.png,0,0.29\n0003.png,1,0.45\n";

#[test]
fn a_table_is_read_however_it_was_saved() {
    let expected = [("smile".to_owned(), 50.0), ("age".to_owned(), 22.0)];
    let with = |separator: &str| TABLE.replace(',', separator);
    let utf16 = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>()
    };
    for (kind, bytes) in [
        ("semicolons", with(";").into_bytes()),
        (
            "a decimal comma",
            with(";")
                .replace('.', ",")
                .replace(",png", ".png")
                .into_bytes(),
        ),
        ("tabs", with("\t").into_bytes()),
        (
            "Excel's first line",
            format!("sep=;\r\n{}", with(";")).into_bytes(),
        ),
        ("UTF-8 with a mark", format!("\u{feff}{TABLE}").into_bytes()),
        ("UTF-16", utf16(&with("\t"))),
        ("carriage returns", TABLE.replace('\n', "\r").into_bytes()),
        (
            "quotes",
            TABLE
                .replace("file", "\"file\"")
                .replace("0001.png", "\"0001.png\"")
                .into_bytes(),
        ),
        (
            "names without ending",
            TABLE.replace(".png", "").into_bytes(),
        ),
        (
            "a folder in front",
            TABLE.replace("\n0", "\nimages/0").into_bytes(),
        ),
        ("./", TABLE.replace("\n0", "\n./0").into_bytes()),
        (
            "an absolute path",
            TABLE.replace("\n0", "\n/home/ann/photos/0").into_bytes(),
        ),
        (
            "a Windows path",
            TABLE.replace("\n0", "\nC:\\Users\\Ann\\0").into_bytes(),
        ),
        (
            "a row number",
            TABLE
                .replace("\n0", "\n7,0")
                .replacen("file", ",file", 1)
                .into_bytes(),
        ),
    ] {
        let told = told(&[("labels.csv", &bytes)], &[]);
        assert_eq!(labels(&told), expected, "{kind}: {told}");
    }
}

#[test]
fn a_table_may_lie_below_and_have_company() {
    let told = told(
        &[
            (
                "a/labels.csv",
                b"file,smile\n../0000.png,1\n../0001.png,0\n",
            ),
            (
                "labels.csv",
                b"file,smile,hat\n0002.png,1,1\n0003.png,0,1\n0000.png,,0\n",
            ),
        ],
        &[],
    );
    let found = labels(&told);
    assert_eq!(
        found,
        [("smile".to_owned(), 50.0), ("hat".to_owned(), 67.0)]
    );
}

#[test]
fn accents_are_composed_or_not() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("photos");
    // As macOS and as Linux write them.
    pictures(&folder, &["a\u{308}.png".to_owned(), "ö.png".to_owned()]);
    let table = "file,smile\nä.png,1\no\u{308}.png,1\n";
    std::fs::write(folder.join("labels.csv"), table).unwrap();
    let path = folder.to_string_lossy().into_owned();
    let told = succeed(home.path(), &["data", &path, "--size", "32", "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["labels"][0]["known"], 2, "{told}");
}

#[test]
fn missing_values_and_stray_quotes_spoil_nothing() {
    for missing in ["NA", "N/A", "NaN", "null", "None", "?", "-", ""] {
        let table = TABLE.replace("0.29", missing);
        let told = told(&[("labels.csv", table.as_bytes())], &[]);
        let found = &told["labels"][1];
        assert_eq!(
            (&found["name"], &found["known"]),
            (&"age".into(), &3.into()),
            "{missing}"
        );
        assert_eq!(labels(&told).len(), 2, "{missing}");
    }
    let quote = TABLE.replace("0001.png,1,0.14", "0001.png,1,\"0.14");
    let told = told(&[("labels.csv", quote.as_bytes())], &[]);
    assert_eq!(told["labels"][1]["known"], 4, "{told}");
}

#[test]
fn what_does_not_join_is_said_with_a_name_of_each_side() {
    let none = told(
        &[("labels.csv", b"file,smile\nIMG_1.png,1\nIMG_2.png,0\n")],
        &[],
    );
    let text = warnings(&none);
    assert!(labels(&none).is_empty());
    assert!(
        text.contains("none of its 2 rows") && text.contains("IMG_1.png"),
        "{text}"
    );
    assert!(
        text.contains("0000.png") && !text.contains("others are used"),
        "{text}"
    );
    let little = told(
        &[("labels.csv", b"file,smile\nx.png,1\ny.png,1\n0002.png,0\n")],
        &[],
    );
    let text = warnings(&little);
    assert!(
        text.contains("Only 1 of the 3 rows") && text.contains("x.png"),
        "{text}"
    );
}

#[test]
fn celebas_texts_may_have_a_mark_and_a_last_blank_line() {
    let attributes = "\u{feff}4\r\nMale Young\r\n0000.png 1 -1\r\n0001.png -1 1\r\n \r\n";
    let partition = "\u{feff}0000.png 0\r\n0001.png 2\r\n  \r\n";
    let told = told(
        &[
            ("list_attr_celeba.txt", attributes.as_bytes()),
            ("list_eval_partition.txt", partition.as_bytes()),
        ],
        &[],
    );
    assert_eq!(told["labels"].as_array().unwrap().len(), 5, "{told}");
    assert_eq!(told["labels"][2]["yes"], 1);
}

#[test]
fn a_written_table_starts_no_formula_and_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    pictures(&home.path().join("photos"), &numbered(2));
    let names =
        "file,=cmd|' /C calc'!A0,\"+a, \"\"b\"\"\",@c,-d\n0000.png,1,0,1,0.5\n0001.png,0,0,1,1\n";
    std::fs::write(home.path().join("photos/labels.csv"), names).unwrap();
    let look = |folder: &str| {
        let text = succeed(
            home.path(),
            &["data", &path(folder), "--size", "32", "--json"],
        );
        labels(&serde_json::from_str(&text).unwrap())
    };
    succeed(
        home.path(),
        &[
            "data",
            &path("photos"),
            "--size",
            "32",
            "--out",
            &path("out"),
        ],
    );
    let written = std::fs::read_to_string(home.path().join("out/labels.csv")).unwrap();
    let header = written.lines().next().unwrap();
    assert_eq!(
        header,
        "file,\"'=cmd|' /C calc'!A0\",\"'+a, \"\"b\"\"\",'@c,'-d"
    );
    let before = look("photos");
    assert_eq!((look("out"), before.len()), (before, 4));
}

#[cfg(unix)]
#[test]
fn what_a_killed_writer_leaves_is_not_called_complete() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("faces");
    let path = out.to_string_lossy().into_owned();
    let begin = |path: &str| {
        program(home.path())
            .args([
                "data", "starter", "--size", "32", "--count", "5000", "--out", path,
            ])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut child = begin(&path);
    let unfinished = home.path().join("faces.unfinished");
    while std::fs::read_dir(&unfinished).map_or(0, Iterator::count) < 3 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!out.exists() && unfinished.is_dir());
    // The next one takes what was left away.
    let draw = [
        "data", "starter", "--size", "32", "--count", "64", "--out", &path,
    ];
    succeed(home.path(), &draw);
    assert!(!unfinished.exists());
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 65);
    // Into a folder that was there, the table comes first.
    let given = home.path().join("given");
    std::fs::create_dir(&given).unwrap();
    let path = given.to_string_lossy().into_owned();
    let mut child = begin(&path);
    while std::fs::read_dir(&given).unwrap().count() < 3 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(given.join("labels.csv").is_file());
}

/// A model that was hardly trained.
fn model(home: &Path, latent: &str) -> String {
    let folder = home.join("run").to_string_lossy().into_owned();
    let mut arguments = small_run(&folder);
    let place = arguments.iter().position(|one| *one == "--latent").unwrap();
    arguments[place + 1] = latent;
    arguments.extend(["--steps", "2"]);
    succeed(home, &arguments);
    folder
}

#[test]
fn directions_of_a_large_latent_are_found() {
    let home = tempfile::tempdir().unwrap();
    let folder = model(home.path(), "512");
    for method in ["sefa", "pca"] {
        let found = succeed(
            home.path(),
            &[
                "directions",
                "--model",
                &folder,
                "--method",
                method,
                "--count",
                "3",
                "--json",
            ],
        );
        let found: Value = serde_json::from_str(&found).unwrap();
        let directions = found["directions"].as_array().unwrap();
        assert_eq!(directions.len(), 3);
        // Two directions of one kind have nothing in common.
        let sigma = |which: usize| {
            let numbers = directions[which]["sigma"].as_array().unwrap().iter();
            numbers.map(|x| x.as_f64().unwrap()).collect::<Vec<_>>()
        };
        let dot: f64 = sigma(0).iter().zip(sigma(1)).map(|(x, y)| x * y).sum();
        assert!(method == "pca" || dot.abs() < 1e-5, "{dot}");
    }
}

#[test]
fn directions_from_labels_say_what_is_wrong_with_the_labels() {
    let home = tempfile::tempdir().unwrap();
    let folder = model(home.path(), "8");
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let names = numbered(120);
    let sorted = names.iter().enumerate();
    let sorted: Vec<String> = sorted
        .map(|(number, name)| format!("{}/{name}", ["cat", "dog"][number % 2]))
        .collect();
    pictures(&home.path().join("sorted"), &sorted);
    let sorted = path("sorted");
    let labels = |more: &[&str]| {
        let all = ["directions", "--model", &folder, "--method", "labels"];
        [&all[..], more]
            .concat()
            .into_iter()
            .map(String::from)
            .collect::<Vec<_>>()
    };
    let failed = |more: &[&str]| {
        let arguments = labels(more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        fail(home.path(), &arguments, 1)
    };
    let text = failed(&["--data", &sorted]);
    assert!(text.contains("Use sub-folder names as labels"), "{text}");
    let text = failed(&["--data", &sorted, "--folder-labels", "--labels", "nolabel"]);
    assert!(text.contains("no label \"nolabel\""), "{text}");
    assert!(text.contains("cat") && text.contains("dog"), "{text}");
    let text = failed(&["--pictures", "3"]);
    assert!(
        text.contains("100 labelled pictures") && !text.contains("device"),
        "{text}"
    );
    let text = failed(&["--faces", "9"]);
    assert!(text.contains("random faces"), "{text}");
    pictures(&home.path().join("few"), &numbered(3));
    std::fs::write(home.path().join("few/labels.csv"), "file,a\nIMG.png,1\n").unwrap();
    let text = failed(&["--data", &path("few")]);
    assert!(text.contains("names a picture here"), "{text}");
    // The labels of folders are read, whatever so small a model can tell of them.
    let arguments = labels(&["--data", &sorted, "--folder-labels", "--faces", "60"]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run(home.path(), &arguments);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() || text.contains("No label of these"),
        "{text}"
    );
}

#[test]
fn what_has_no_end_or_no_meaning_is_refused() {
    let home = tempfile::tempdir().unwrap();
    for wrong in [
        "invert --model m --picture p --seconds nan",
        "invert --model m --picture p --seconds inf",
        "invert --model m --picture p --seconds=-1",
        "invert --model m --picture p --features nan",
        "invert --model m --picture p --dedupe",
        "invert --model m --picture p --mirror",
        "invert --model m --picture p --folder-labels",
        "bench invert --model m --seconds nan",
        "measure --model m --data starter --dedupe",
        "data starter --mirror",
        "directions --model m --apart nan",
        "directions --model m --count 0",
        "directions --model m --scale 2",
        "invert --model m --picture p --scale 2",
        "directions --model m --pictures 100000000",
        "--screenshot a.png --train-for inf",
        "train --lr-g nan",
        "train --ema inf",
        "train --beta1 nan",
        "train --smoothing nan",
        "train --instance-noise nan",
    ] {
        let arguments: Vec<&str> = wrong.split(' ').collect();
        let output = run(home.path(), &arguments);
        let code = output.status.code();
        let expected = if wrong.starts_with("train") { 1 } else { 2 };
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(code, Some(expected), "{wrong}: {text}");
    }
}

#[test]
fn options_of_another_method_are_refused() {
    let home = tempfile::tempdir().unwrap();
    for option in [
        "--check",
        "--data starter",
        "--labels a",
        "--pictures 200",
        "--folder-labels",
    ] {
        let arguments = format!("directions --model m --method sefa {option}");
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let text = fail(home.path(), &arguments, 1);
        assert!(text.contains("is for directions from labels"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_table_without_end_is_not_read() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("photos");
    pictures(&folder, &numbered(4));
    std::os::unix::fs::symlink("/dev/zero", folder.join("labels.csv")).unwrap();
    let path = folder.to_string_lossy().into_owned();
    let told = succeed(home.path(), &["data", &path, "--size", "32", "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert!(
        warnings(&told).contains("labels.csv cannot be used"),
        "{told}"
    );
}

#[test]
fn a_morph_needs_two_faces() {
    let home = tempfile::tempdir().unwrap();
    let folder = model(home.path(), "8");
    let out = home.path().join("a.gif").to_string_lossy().into_owned();
    let morph = ["morph", "--model", &folder, "--out", &out, "--seeds"];
    for seeds in ["1", "1,1,1"] {
        let text = fail(home.path(), &[&morph[..], &[seeds]].concat(), 1);
        assert!(text.contains("two different"), "{text}");
    }
    let text = fail(
        home.path(),
        &[&morph[..], &["1,2,3", "--frames", "2"]].concat(),
        1,
    );
    assert!(text.contains("3 frames"), "{text}");
    succeed(
        home.path(),
        &[&morph[..], &["1,2", "--frames", "4", "--scale", "1"]].concat(),
    );
}
