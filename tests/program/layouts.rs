//! Films of more than one face: before and after, grids that move together, captions; the raw pixels of `morph`.

use std::path::PathBuf;

use morphogan::config::CaptionPlace;
use morphogan::latent::animation::file::{AnimationFile, to_json};
use morphogan::latent::animation::{Animation, Company, MotionPath, Track};
use morphogan::latent::noise::face;
use morphogan::latent::{Direction, Latent, Method};
use tempfile::TempDir;

use crate::common::{fail, succeed};

/// Of the model that comes with the program, and the numbers of its latents.
const SIDE: usize = 128;
const LATENT: usize = 100;
const GROUND: [u8; 3] = [10, 200, 30];

/// A frame of raw pixels.
struct Frame {
    width: usize,
    rgb: Vec<u8>,
}

impl Frame {
    /// The square of a face whose upper left corner is there.
    fn face(&self, left: usize, top: usize) -> Vec<u8> {
        let row = |y: usize| &self.rgb[3 * (y * self.width + left)..][..3 * SIDE];
        (top..top + SIDE).flat_map(row).copied().collect()
    }

    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let at = 3 * (y * self.width + x);
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }
}

/// Whether two pictures are the same to the last bit of a rounding, which may fall otherwise among more faces.
fn near(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 1)
}

struct Films {
    home: TempDir,
}

impl Films {
    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The frames of an animation, drawn with these arguments, of this width and height.
    fn frames(
        &self,
        animation: &Animation,
        more: &[&str],
        (width, height): (usize, usize),
    ) -> Vec<Frame> {
        let file = AnimationFile {
            animation: animation.clone(),
            ..AnimationFile::default()
        };
        let (keys, out) = (self.path("film.morph.json"), self.path("film.rgb"));
        std::fs::write(&keys, to_json(&file).unwrap()).unwrap();
        let (keys, out) = (keys.to_str().unwrap(), out.to_str().unwrap());
        let asked = ["morph", "--keys", keys, "--scale", "1", "--out", out];
        let _ = std::fs::remove_file(out);
        succeed(self.home.path(), &[&asked[..], more].concat());
        let rgb = std::fs::read(out).unwrap();
        let size = 3 * width * height;
        assert_eq!(rgb.len(), animation.frames() * size, "{more:?}");
        let frames = rgb.chunks(size);
        let frame = |rgb: &[u8]| Frame {
            width,
            rgb: rgb.to_vec(),
        };
        frames.map(frame).collect()
    }
}

/// Three pictures of a way with a direction that changes.
fn animation() -> Animation {
    let faces = (1..3).map(|seed| face(seed, LATENT));
    let mut animation = Animation::evenly(faces, MotionPath::Slerp, false);
    animation.fps = 2;
    let direction = Direction {
        name: "smile".into(),
        method: Method::Label {
            quality: 0.9,
            effect: None,
        },
        sigma: face(9, LATENT).with_norm(1.0).0,
    };
    animation.tracks = vec![Track::sweep(direction, 3.0, 1.0)];
    animation
}

#[test]
fn before_and_after_stand_side_by_side() {
    let films = Films {
        home: tempfile::tempdir().unwrap(),
    };
    let moving = animation();
    let mut bare = moving.clone();
    bare.tracks.clear();
    let one = (SIDE, SIDE);
    let (film, without) = (
        films.frames(&moving, &[], one),
        films.frames(&bare, &[], one),
    );
    let two = (2 * SIDE, SIDE);
    let beside = films.frames(&moving, &["--beside", "unchanged"], two);
    let key = films.frames(&moving, &["--beside", "first-key"], two);
    for frame in 0..moving.frames() {
        assert!(near(&beside[frame].face(0, 0), &without[frame].rgb));
        assert!(near(&beside[frame].face(SIDE, 0), &film[frame].rgb));
        assert!(near(&key[frame].face(0, 0), &without[0].rgb));
        assert!(near(&key[frame].face(SIDE, 0), &film[frame].rgb));
    }
    assert!(!near(&film[1].rgb, &without[1].rgb), "the direction shows");

    // As the file says it, unless something else is asked for.
    let mut framed = moving.clone();
    framed.framing.company = Company::Unchanged;
    framed.framing.columns = 1;
    let said = films.frames(&framed, &[], (SIDE, 2 * SIDE));
    assert!(near(&said[1].face(0, SIDE), &film[1].rgb));
    let asked = films.frames(&framed, &["--beside", "nothing"], one);
    assert!(asked[1].rgb == film[1].rgb);
}

#[test]
fn faces_of_a_grid_move_together() {
    let films = Films {
        home: tempfile::tempdir().unwrap(),
    };
    let moving = animation();
    let film = films.frames(&moving, &[], (SIDE, SIDE));
    let grid = films.frames(&moving, &["--grid", "2x2"], (2 * SIDE, 2 * SIDE));
    for (alone, four) in film.iter().zip(&grid) {
        assert!(near(&four.face(0, 0), &alone.rgb));
        assert!(!near(&four.face(SIDE, 0), &four.face(0, SIDE)));
    }
    assert!(!near(&grid[0].face(SIDE, SIDE), &grid[2].face(SIDE, SIDE)));

    // Given ones begin as they are.
    let others: Vec<Latent> = (20..22).map(|seed| face(seed, LATENT)).collect();
    let path = films.path("others.json");
    let numbers: Vec<&Vec<f32>> = others.iter().map(|face| &face.0).collect();
    std::fs::write(&path, serde_json::to_string(&numbers).unwrap()).unwrap();
    let with = ["--with", path.to_str().unwrap(), "--grid", "3x1"];
    let row = films.frames(&moving, &with, (3 * SIDE, SIDE));
    let mut drawn = Animation::evenly(others, MotionPath::Lerp, false);
    drawn.fps = 1;
    let drawn = films.frames(&drawn, &[], (SIDE, SIDE));
    assert!(near(&row[0].face(SIDE, 0), &drawn[0].rgb));
    assert!(near(&row[0].face(2 * SIDE, 0), &drawn[1].rgb));

    let keys = films.path("film.morph.json");
    let keys = keys.to_str().unwrap();
    let told = fail(
        films.home.path(),
        &[
            "morph",
            "--keys",
            keys,
            "--beside",
            "first-key",
            "--with",
            "x.json",
            "--out",
            "a.gif",
        ],
        2,
    );
    assert!(told.contains("--beside"), "{told}");
}

#[test]
fn captions_and_borders_stand_around_the_faces() {
    let films = Films {
        home: tempfile::tempdir().unwrap(),
    };
    let mut moving = animation();
    let film = films.frames(&moving, &[], (SIDE, SIDE));
    let around = [
        "--beside",
        "first-key",
        "--gap",
        "6",
        "--border",
        "9",
        "--background",
        "#0ac81e",
    ];
    // Letters are a twelfth as high as the faces, and their line half as high again.
    let (width, height, line) = (2 * SIDE + 6 + 18, SIDE + 18, 15);
    let plain = films.frames(&moving, &around, (width, height));
    assert_eq!(
        (plain[1].pixel(0, 0), plain[1].pixel(9 + SIDE, 20)),
        (GROUND, GROUND)
    );
    assert!(near(&plain[1].face(9 + SIDE + 6, 9), &film[1].rgb));
    let caption = ["--caption", "picture {frame}", "--caption-at"];
    let with = |place: &str, height: usize| {
        let all = [&around[..], &caption, &[place]].concat();
        films.frames(&animation(), &all, (width, height))
    };
    let (above, below) = (with("above", height + line), with("below", height + line));
    assert!(near(&above[1].face(9 + SIDE + 6, 9 + line), &film[1].rgb));
    assert!(near(&below[1].face(9 + SIDE + 6, 9), &film[1].rgb));
    // The number of the picture is another one each time.
    let top = |frame: &Frame| frame.rgb[..3 * width * line].to_vec();
    assert!(top(&above[0]) != top(&above[1]));
    let over = with("over", height);
    let same = over[1].face(9 + SIDE + 6, 9);
    let rows = 3 * SIDE * (SIDE - line);
    assert!(
        near(&same[..rows], &film[1].rgb[..rows]) && !near(&same[rows..], &film[1].rgb[rows..])
    );

    // As the file says it.
    moving.framing.caption = "after".into();
    moving.framing.caption_place = CaptionPlace::Above;
    let said = films.frames(&moving, &[], (SIDE, SIDE + line));
    assert!(near(&said[1].face(0, line), &film[1].rgb));
}
