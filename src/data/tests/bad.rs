//! What goes wrong with people's files: each has its message, none a panic or a hang.

use super::make::{
    encoded, flat, folder, gz, how, idx, names, open, png, png_that_promises, put, refusal, tar,
    why, zip, zip_saying,
};

#[test]
fn broken_pictures_say_why() {
    let good = png(9, [1; 3]);
    let noise: Vec<u8> = (0..=255).cycle().take(3000).collect();
    let jpeg = encoded(&flat(64, [9; 3]), image::ImageFormat::Jpeg);
    let huge = png_that_promises(20_000, 20_000);
    let folder = folder(&[
        ("1 truncated.png", &good[..good.len() / 2]),
        ("2 empty.png", &[]),
        ("3 mislabelled.png", b"a letter to somebody"),
        ("4 noise.jpg", &noise),
        ("5 header only.jpg", &jpeg[..160]),
        ("6 tiny.png", &png(1, [0; 3])),
        ("7 huge.png", &huge),
        ("8 wide.png", &png_that_promises(16_000, 9_000)),
    ]);
    let source = open(folder.path()).unwrap();
    let why = |index| why(source.as_ref(), index);
    assert!(why(0).starts_with("not a usable picture"), "{}", why(0));
    assert_eq!(why(1), "the file is empty");
    for index in 2..5 {
        assert!(
            why(index).starts_with("not a usable picture"),
            "{index}: {}",
            why(index)
        );
    }
    assert_eq!(why(5), "1×1 pixels are too few (smallest: 8 a side)");
    let too_many = "pixels are too many (limit: 16384 a side, 64 million in all)";
    assert_eq!(why(6), format!("20000×20000 {too_many}"));
    assert_eq!(why(7), format!("16000×9000 {too_many}"));
}

#[test]
fn paths_that_are_no_sources_are_told_apart() {
    let folder = folder(&[
        ("note.txt", b"no"),
        ("one.png", &png(16, [0; 3])),
        ("empty", b""),
        ("sub/readme.txt", b""),
        ("labels", &idx(&[3], &[1, 2, 3])),
    ]);
    let at = |name: &str| refusal(&folder.path().join(name));
    let ends = |error: &str, name: &str| error.ends_with(name);
    assert!(at("gone").starts_with("there is nothing at this path; check its spelling: "));
    assert!(
        at("note.txt").starts_with("this is no source of pictures that Morphogan knows; give a")
    );
    assert!(at("one.png").starts_with("this is a single picture; give the folder"));
    assert!(at("empty").starts_with("this file is damaged: the file is empty; fetch"));
    assert!(at("sub").starts_with("there is no png, jpeg, webp, bmp, gif or tiff in it"));
    assert!(at("labels").starts_with("this IDX file holds labels, no pictures"));
    for name in ["gone", "note.txt", "one.png", "empty", "sub", "labels"] {
        assert!(ends(&at(name), name), "the path comes last: {}", at(name));
    }
}

#[test]
fn an_archive_bomb_is_refused_by_its_own_word_and_when_it_lies() {
    let zeros = vec![0; 40 << 20];
    let folder = folder(&[(
        "bomb.zip",
        &zip_saying(&[
            (b"honest.bmp", &zeros, zeros.len() as u32),
            (b"liar.bmp", &zeros, 1000),
            (b"huge.bmp", b"x", u32::MAX - 1),
        ]),
    )]);
    let source = open(&folder.path().join("bomb.zip")).unwrap();
    let why = |index| why(source.as_ref(), index);
    assert!(why(0).contains("refused as an archive bomb"), "{}", why(0));
    assert_eq!(why(1), "cannot be unpacked: its checksum is wrong");
    assert!(
        why(2).contains("bytes are too many for one picture"),
        "{}",
        why(2)
    );
}

#[test]
fn a_packed_tar_that_grows_without_measure_is_refused() {
    let bomb = gz(&tar(&[("a.bmp", &vec![0; 70 << 20])]));
    assert!(bomb.len() < 1 << 18);
    let folder = folder(&[("bomb.tgz", &bomb)]);
    let error = refusal(&folder.path().join("bomb.tgz"));
    assert!(error.contains("refused as an archive bomb"), "{error}");
}

#[test]
fn names_in_archives_are_never_paths() {
    let secret = png(16, [1; 3]);
    let inside = png(16, [200; 3]);
    let around = folder(&[("secret.png", &secret)]);
    let absolute = around.path().join("secret.png").display().to_string();
    let members: [(&str, &[u8]); 3] = [
        ("../secret.png", &inside),
        (&absolute, &inside),
        ("C:\\windows\\a\u{7}.png", &inside),
    ];
    for (name, bytes) in [("a.zip", zip(&members)), ("a.tar", tar(&members))] {
        let source = open(&put(around.path(), name, &bytes)).unwrap();
        for index in 0..3 {
            let picture = source.picture(index, &how(8)).unwrap().picture;
            assert_eq!(picture.rgb[..3], [200; 3], "{name} {index}");
        }
        assert_eq!(names(source.as_ref())[2], "C:/windows/a\u{fffd}.png");
    }
    assert_eq!(std::fs::read_dir(around.path()).unwrap().count(), 3);
}

#[test]
fn damaged_archives_say_so() {
    let good = zip(&[("a.png", &png(16, [1; 3]))]);
    let mut flipped = good.clone();
    flipped[50] ^= 0xff;
    let folder = folder(&[
        ("cut.zip", &good[..good.len() - 30]),
        ("flipped.zip", &flipped),
        ("cut.tgz", &gz(&tar(&[("a.png", &png(64, [1; 3]))]))[..100]),
        ("nothing.zip", &zip(&[("readme.txt", b"no")])),
        ("a.parquet", b"PAR1 and then nothing of the kind PAR1"),
    ]);
    let at = |name: &str| refusal(&folder.path().join(name));
    assert!(
        at("cut.zip").starts_with("this zip archive is damaged: "),
        "{}",
        at("cut.zip")
    );
    assert!(at("nothing.zip").starts_with("there is no png"));
    assert!(at("a.parquet").starts_with("this parquet file is damaged: "));
    assert!(at("cut.tgz").contains("damaged") || at("cut.tgz").contains("no png"));
    let source = open(&folder.path().join("flipped.zip")).unwrap();
    assert!(why(source.as_ref(), 0).starts_with("cannot be unpacked: "));
}

#[test]
fn an_idx_whose_header_lies_is_found_out() {
    let folder = folder(&[
        ("many", &idx(&[1000, 28, 28], &[0; 28 * 28 * 3])),
        ("few", &idx(&[2, 28, 28], &[0; 28 * 28 * 3])),
        ("vast", &idx(&[u32::MAX, 9999, 9999], &[0; 100])),
        ("packed", &gz(&idx(&[u32::MAX, 9999, 9999], &[0; 100]))),
        ("bomb", &gz(&idx(&[2, 28, 28], &vec![0; 30 << 20]))),
        ("thin", &idx(&[2, 2, 2], &[0; 8])),
        ("a-images-idx3-ubyte", &idx(&[2, 28, 28], &[0; 28 * 28 * 2])),
        ("a-labels-idx1-ubyte", &idx(&[9], &[0; 9])),
    ]);
    let at = |name: &str| refusal(&folder.path().join(name));
    assert!(
        at("many").contains(
            "its header promises 1000 pictures of 28×28, but there are 2352 bytes: enough for 3"
        ),
        "{}",
        at("many")
    );
    for name in ["few", "vast", "packed", "bomb"] {
        assert!(
            at(name).contains("its header promises"),
            "{name}: {}",
            at(name)
        );
    }
    assert!(at("thin").contains("too few"));
    let source = open(&folder.path().join("a-images-idx3-ubyte")).unwrap();
    assert!(source.labels().is_none());
    let warning = &source.warnings()[0];
    assert!(
        warning.details.contains("it has 9 labels for 2 pictures"),
        "{warning}"
    );
}

#[test]
fn a_source_that_shrinks_while_it_is_read_is_noticed() {
    let (a, b) = (png(64, [1; 3]), png(64, [2; 3]));
    let members: [(&str, &[u8]); 2] = [("a.png", &a), ("b.png", &b)];
    let around = folder(&[
        ("a.zip", &zip(&members)),
        ("a.tar", &tar(&members)),
        ("a", &idx(&[2, 28, 28], &[0; 28 * 28 * 2])),
    ]);
    for name in ["a.zip", "a.tar", "a"] {
        let path = around.path().join(name);
        let source = open(&path).unwrap();
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_len(100).unwrap();
        assert_eq!(
            why(source.as_ref(), 1),
            "it has become shorter while it was read; open the source again",
            "{name}"
        );
    }
    let plain = folder(&members);
    let source = open(plain.path()).unwrap();
    std::fs::remove_file(plain.path().join("b.png")).unwrap();
    assert!(why(source.as_ref(), 1).starts_with("cannot be read: "));
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn links_that_lead_in_circles_are_counted() {
        let folder = folder(&[("a/1.png", &png(16, [1; 3]))]);
        symlink(folder.path(), folder.path().join("a/again")).unwrap();
        symlink("self.png", folder.path().join("self.png")).unwrap();
        let source = open(folder.path()).unwrap();
        assert_eq!(names(source.as_ref()), ["a/1.png", "self.png"]);
        assert!(why(source.as_ref(), 1).starts_with("cannot be read: "));
        assert_eq!(
            source.warnings()[0].to_string(),
            "Links to folders are not followed (1); copy the folders or give them directly.\n  a/again"
        );
    }

    #[test]
    fn a_pipe_that_looks_like_a_picture_does_not_hang() {
        let folder = folder(&[("1.png", &png(16, [1; 3]))]);
        let pipe = folder.path().join("2.png");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let source = open(folder.path()).unwrap();
        assert_eq!(
            why(source.as_ref(), 1),
            "cannot be read: it is no ordinary file"
        );
        assert!(refusal(&pipe).contains("no ordinary file"));
    }

    #[test]
    fn names_that_are_not_utf_8_are_read_and_shown() {
        let folder = folder(&[]);
        let name = OsStr::from_bytes(b"caf\xe9.png");
        std::fs::write(folder.path().join(name), png(16, [7; 3])).unwrap();
        let source = open(folder.path()).unwrap();
        assert_eq!(names(source.as_ref()), ["caf\u{fffd}.png"]);
        assert!(source.picture(0, &how(8)).is_ok());
        let zip = zip_saying(&[(
            b"caf\xe9.png",
            &png(16, [7; 3]),
            png(16, [7; 3]).len() as u32,
        )]);
        let source = open(&put(folder.path(), "a.zip", &zip)).unwrap();
        assert!(source.picture(0, &how(8)).is_ok());
    }

    #[test]
    fn unreadable_folders_are_counted() {
        let folder = folder(&[("a/1.png", &png(16, [1; 3])), ("2.png", &png(16, [1; 3]))]);
        let closed = folder.path().join("a");
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
        let is_root = std::fs::read_dir(&closed).is_ok();
        let source = open(folder.path()).unwrap();
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
        if is_root {
            // Nothing is closed to root.
            return;
        }
        assert_eq!(names(source.as_ref()), ["2.png"]);
        assert!(
            source.warnings()[0]
                .summary
                .starts_with("Places below the folder that cannot be read are left out (1)")
        );
    }
}
