//! A film of a run's training.

use std::path::Path;

use crate::common::{fail, small_run, succeed};

/// Frames of the film at `path`, which is bare RGB of `size` bytes a frame.
fn frames(path: &str, size: usize) -> Vec<Vec<u8>> {
    let rgb = std::fs::read(path).unwrap();
    assert_eq!(rgb.len() % size, 0);
    rgb.chunks(size).map(<[u8]>::to_vec).collect()
}

#[test]
fn a_run_is_shown_from_its_walls_and_exactly_where_it_has_checkpoints() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let run = path("run");
    let mut arguments = small_run(&run);
    arguments.extend(["--steps", "12", "--checkpoint-steps", "4"]);
    succeed(home.path(), &arguments);

    let film = path("film.rgb");
    let asked = [
        "morph",
        "--timelapse",
        &run,
        "--grid",
        "2x2",
        "--scale",
        "1",
        "--caption",
        "",
        "--out",
        &film,
    ];
    succeed(home.path(), &asked);
    let all = frames(&film, 64 * 64 * 3);
    let checkpoints: Vec<_> = std::fs::read_dir(Path::new(&run).join("checkpoints"))
        .unwrap()
        .collect();
    assert!(
        all.len() >= checkpoints.len() && all.len() >= 2,
        "{}",
        all.len()
    );

    // The last is of the run's own model, to the bit: the first row of the wall that its seed draws.
    let kept = Path::new(&run).join("samples/step-0000012.jpg");
    let wall = image::open(kept).unwrap().into_rgb8();
    let last = all.last().unwrap();
    let mut off = 0;
    for (x, y, pixel) in wall
        .enumerate_pixels()
        .filter(|(x, y, _)| *x < 128 && *y < 32)
    {
        // Four in a row of the wall are two rows of two.
        let (face, x) = (x as usize / 32, x as usize % 32);
        let at = 3 * ((face / 2 * 32 + y as usize) * 64 + face % 2 * 32 + x);
        off += (0..3)
            .map(|c| pixel.0[c].abs_diff(last[at + c]) as usize)
            .sum::<usize>();
    }
    let mean = off as f64 / (4 * 32 * 32 * 3) as f64;
    assert!(mean > 0.0, "JPEG is not exact, the checkpoint is");
    assert!(mean < 8.0, "{mean}");

    // Without checkpoints the walls are enough; more frames than moments show each for longer.
    std::fs::remove_dir_all(Path::new(&run).join("checkpoints")).unwrap();
    let mut more = asked.to_vec();
    more.extend(["--frames", "30", "--losses"]);
    let told = succeed(home.path(), &more);
    assert!(told.starts_with("30 frames"), "{told}");
    let strip = 32;
    let all = frames(&film, 64 * (64 + strip) * 3);
    assert_eq!(all.len(), 30);
    let below = |frame: &[u8]| frame[64 * 64 * 3..].to_vec();
    assert_ne!(below(&all[0]), below(&all[29]), "the losses run along");

    let told = fail(
        home.path(),
        &[
            "morph",
            "--timelapse",
            &path("none"),
            "--out",
            &path("a.gif"),
        ],
        1,
    );
    assert!(told.contains("no run in this folder"), "{told}");
    let mut many = asked.to_vec();
    many[4] = "8x8";
    assert!(fail(home.path(), &many, 1).contains("56 faces"));
    many.extend(["--loop"]);
    fail(home.path(), &many, 2);
}
