//! The program as a person at a terminal uses it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::common::{fail, objects, program, run, small_run, succeed};
use image::AnimationDecoder as _;

fn trained(home: &Path, name: &str, more: &[&str]) -> (String, Vec<serde_json::Value>) {
    let folder = home.join(name).to_string_lossy().into_owned();
    let mut arguments = small_run(&folder);
    arguments.extend(more);
    let out = succeed(home, &arguments);
    (folder, objects(&out))
}

fn steps(events: &[serde_json::Value]) -> Vec<&serde_json::Value> {
    events
        .iter()
        .filter(|event| event["event"] == "step")
        .collect()
}

#[test]
fn training_tells_its_steps_and_repeats_to_the_bit() {
    let home = tempfile::tempdir().unwrap();
    let (folder, first) = trained(home.path(), "a", &["--steps", "12"]);
    let (again, second) = trained(home.path(), "b", &["--steps", "12"]);
    assert_eq!(first[0]["event"], "started");
    assert_eq!(first[0]["config"]["seed"], 7);
    let (told, told_again) = (steps(&first), steps(&second));
    assert_eq!(told.len(), 12);
    for (number, (step, other)) in told.iter().zip(&told_again).enumerate() {
        assert_eq!(step["step"], number as u64 + 1);
        assert_eq!(step["images"], 16 * (number as u64 + 1));
        for key in ["loss_d", "loss_g", "d_real", "d_fake"] {
            assert!(step[key].as_f64().unwrap().is_finite(), "{step}");
            assert_eq!(step[key], other[key]);
        }
    }
    let last = first.last().unwrap();
    assert_eq!(
        (last["event"].as_str(), last["outcome"].as_str()),
        (Some("ended"), Some("completed"))
    );
    let model = std::fs::read(last["model"].as_str().unwrap()).unwrap();
    assert_eq!(
        model,
        std::fs::read(Path::new(&again).join("model.safetensors")).unwrap()
    );
    for file in [
        "config.toml",
        "metrics.csv",
        "losses.png",
        "samples/step-0000012.jpg",
        "measures.csv",
    ] {
        assert!(Path::new(&folder).join(file).is_file(), "{file} is missing");
    }
    assert!(first.iter().any(|event| event["event"] == "samples"));
    assert!(first.iter().any(|event| event["event"] == "saved"));
}

#[test]
fn epochs_end_a_run() {
    let home = tempfile::tempdir().unwrap();
    let (_, events) = trained(home.path(), "a", &["--epochs", "2"]);
    // 64 pictures make four batches of 16 an epoch.
    assert_eq!(steps(&events).len(), 8);
    assert_eq!(events[0]["total_steps"], 8);
    assert_eq!(events.last().unwrap()["outcome"], "completed");
}

#[test]
fn another_seed_gives_another_run() {
    let home = tempfile::tempdir().unwrap();
    let (_, first) = trained(home.path(), "a", &["--steps", "1"]);
    let folder = home.path().join("b").to_string_lossy().into_owned();
    let mut arguments = small_run(&folder);
    let at = arguments.iter().position(|a| *a == "7").unwrap();
    arguments[at] = "8";
    arguments.extend(["--steps", "1"]);
    let second = objects(&succeed(home.path(), &arguments));
    assert_ne!(steps(&first)[0]["loss_d"], steps(&second)[0]["loss_d"]);
}

#[test]
fn walls_and_morphs_come_out_of_a_model() {
    let home = tempfile::tempdir().unwrap();
    let (folder, _) = trained(home.path(), "a", &["--steps", "2"]);
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();

    let wall = path("wall.png");
    succeed(
        home.path(),
        &["sample", "--model", &folder, "--out", &wall, "--gap", "0"],
    );
    let picture = image::open(&wall).unwrap();
    assert_eq!((picture.width(), picture.height()), (8 * 32, 8 * 32));

    let latents = path("z.json");
    std::fs::write(&latents, "[[0,0,0,0,0,0,0,0],[1,-1,1,-1,0.5,2e-1,0,3]]").unwrap();
    let asked = [
        "sample",
        "--model",
        &folder,
        "--out",
        &wall,
        "--latents",
        &latents,
        "--gap",
        "1",
        "--scale",
        "2",
    ];
    succeed(home.path(), &asked);
    let picture = image::open(&wall).unwrap();
    assert_eq!((picture.width(), picture.height()), (2 * 64 + 1, 64));

    let gif = path("morph.gif");
    let asked = [
        "morph", "--model", &folder, "--seeds", "1,2,3", "--frames", "24", "--out", &gif, "--loop",
        "--scale", "2",
    ];
    succeed(home.path(), &asked);
    let file = BufReader::new(std::fs::File::open(&gif).unwrap());
    let frames = image::codecs::gif::GifDecoder::new(file)
        .unwrap()
        .into_frames();
    let frames = frames.collect_frames().unwrap();
    assert_eq!(frames.len(), 24);
    assert_eq!(frames[0].buffer().dimensions(), (64, 64));
    assert_ne!(frames[0].buffer(), frames[12].buffer());
}

#[test]
fn inspecting_says_what_a_path_is() {
    let home = tempfile::tempdir().unwrap();
    let (folder, _) = trained(home.path(), "a", &["--steps", "2"]);
    let look = |path: &str| objects(&succeed(home.path(), &["inspect", path, "--json"])).remove(0);
    let run = look(&folder);
    assert_eq!(
        (run["kind"].as_str(), run["steps"].as_u64()),
        (Some("run"), Some(2))
    );
    assert_eq!(run["model"]["images"], 32);
    assert_eq!(
        (&run["standing"], &run["checkpoints"][0]),
        (&"complete".into(), &2.into())
    );
    let model = look(&format!("{folder}/model.safetensors"));
    assert_eq!(
        (model["kind"].as_str(), model["size"].as_u64()),
        (Some("model"), Some(32))
    );
    assert_eq!(model["data"], "Starter faces");
    let pictures = look(&format!("{folder}/samples"));
    assert_eq!(pictures["kind"], "pictures");
    let text = succeed(home.path(), &["inspect", &folder]);
    assert!(
        text.contains("kind: run") && text.contains("width: 4"),
        "{text}"
    );
}

#[test]
fn a_run_leaves_a_page_and_event_files() {
    let home = tempfile::tempdir().unwrap();
    let (folder, _) = trained(home.path(), "a", &["--steps", "5", "--tensorboard"]);
    let resume = ["train", "--resume", &folder, "--steps", "8", "--json"];
    succeed(home.path(), &resume);
    let files = std::fs::read_dir(format!("{folder}/tensorboard")).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    // What they say is checked where they are written; here, that each process wrote its steps.
    let names = |path: &Path| {
        let bytes = std::fs::read(path).unwrap();
        let name = b"score/D(x)";
        bytes
            .windows(name.len())
            .filter(|part| part == name)
            .count()
    };
    let counts: Vec<_> = files.iter().map(|path| names(path)).collect();
    assert_eq!(counts, [5, 3]);

    let page = home.path().join("out.html").to_string_lossy().into_owned();
    succeed(home.path(), &["inspect", &folder, "--html", &page]);
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(text.contains("8 steps in "), "{text}");
    assert!(text.contains("worry about. 128 pictures seen"), "{text}");
    assert!(text.contains("resumed") && text.contains("data:image/jpeg;base64"));
    // A drawing for each chart of the window that every run has.
    assert_eq!(text.matches("<svg").count(), 5);
    for title in [
        "Losses",
        "Discriminator",
        "Gradients",
        "Inactive units",
        "Speed",
    ] {
        assert!(text.contains(title), "{title}");
    }
    let told = fail(home.path(), &["inspect", &page, "--html", &page], 1);
    assert!(told.contains("name a run folder"), "{told}");
}

#[test]
fn pictures_in_a_folder_train_and_broken_ones_are_named() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("pictures/deep");
    std::fs::create_dir_all(&folder).unwrap();
    for index in 0..70u8 {
        let picture = image::RgbImage::from_fn(40, 30, |x, y| {
            image::Rgb([index * 3, x as u8 * 6, y as u8 * 8])
        });
        let ending = ["png", "jpg", "webp", "bmp"][usize::from(index % 4)];
        picture
            .save(folder.join(format!("{index}.{ending}")))
            .unwrap();
    }
    std::fs::write(folder.join("broken.png"), b"not a picture").unwrap();
    let data = home.path().join("pictures").to_string_lossy().into_owned();
    let run_folder = home.path().join("r").to_string_lossy().into_owned();
    let mut arguments = small_run(&run_folder);
    arguments.extend(["--data", &data, "--steps", "6"]);
    let output = run(home.path(), &arguments);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    assert!(told.contains("1 of 71 files could not be used"), "{told}");
    assert!(told.contains("deep/broken.png"), "{told}");
    assert!(told.contains("only 70 pictures"), "{told}");
    let events = objects(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(events.last().unwrap()["outcome"], "completed");
}

#[test]
fn bad_arguments_and_files_get_one_sentence() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let told = fail(home.path(), &["train", "--size", "48"], 1);
    assert!(told.contains("size is 48; use 32, 64 or 128"), "{told}");
    assert!(fail(home.path(), &["train", "--size", "big"], 2).contains("--size"));
    assert!(fail(home.path(), &["train", "--steps", "1", "--epochs", "1"], 2).contains("--epochs"));
    let told = fail(home.path(), &["train", "--data", &path("gone")], 1);
    assert!(told.contains("nothing at this path"), "{told}");
    let garbage = path("garbage.safetensors");
    std::fs::write(&garbage, [7; 100]).unwrap();
    for model in [&path("gone.safetensors"), &garbage] {
        let told = fail(
            home.path(),
            &["sample", "--model", model, "--out", &path("x.png")],
            1,
        );
        assert!(
            told.contains("The model cannot be opened") && told.contains(model.as_str()),
            "{told}"
        );
    }
    assert!(!home.path().join("x.png").exists());
    assert!(fail(home.path(), &["inspect", &path("gone")], 1).contains("nothing at this path"));
    let few = home.path().join("few");
    std::fs::create_dir(&few).unwrap();
    image::RgbImage::new(9, 9).save(few.join("a.png")).unwrap();
    let told = fail(
        home.path(),
        &[
            "train",
            "--data",
            &few.to_string_lossy(),
            "--run",
            &path("few-run"),
        ],
        1,
    );
    assert!(
        told.contains("1 usable pictures in 1 files; training needs at least 64"),
        "{told}"
    );
}

#[test]
fn a_run_folder_is_never_written_over() {
    let home = tempfile::tempdir().unwrap();
    let (folder, _) = trained(home.path(), "a", &["--steps", "1"]);
    let before = std::fs::read(format!("{folder}/model.safetensors")).unwrap();
    let mut arguments = small_run(&folder);
    arguments.extend(["--steps", "2"]);
    let told = fail(home.path(), &arguments, 1);
    assert!(told.contains("a run in this folder already"), "{told}");
    assert_eq!(
        before,
        std::fs::read(format!("{folder}/model.safetensors")).unwrap()
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_cleanly_and_saves() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a").to_string_lossy().into_owned();
    let mut child = program(home.path())
        .args(small_run(&folder))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"step\":3,") {
        line.clear();
        assert!(
            lines.read_line(&mut line).unwrap() > 0,
            "it ended too early"
        );
    }
    let id = child.id().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert!(child.wait().unwrap().success());
    let last = objects(&rest).pop().unwrap();
    assert_eq!(last["outcome"], "stopped");
    assert!(Path::new(last["model"].as_str().unwrap()).is_file());
}

/// Where there is no display the plain command trains in the terminal and leaves pictures.
#[test]
fn without_a_display_the_main_job_runs_in_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    let begin = Instant::now();
    let output = program(home.path())
        .env("MORPHOGAN_DEMO_SECONDS", "2")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    assert!(told.starts_with("No display found"), "{told}");
    assert!(begin.elapsed() < Duration::from_secs(300));
    let out = String::from_utf8(output.stdout).unwrap();
    for name in ["run", "model", "wall", "losses", "morph"] {
        let line = out.lines().find(|line| line.starts_with(name)).unwrap();
        let path = line.split_once(' ').unwrap().1.trim();
        assert!(Path::new(path).exists(), "{line}");
        assert!(Path::new(path).starts_with(home.path()), "{line}");
    }
}

#[test]
fn starter_faces_walk_and_sub_folders_are_labels_on_request() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let tour = path("tour.gif");
    succeed(
        home.path(),
        &["data", "starter", "--size", "32", "--tour", &tour],
    );
    let file = BufReader::new(std::fs::File::open(&tour).unwrap());
    let frames = image::codecs::gif::GifDecoder::new(file)
        .unwrap()
        .into_frames();
    let frames = frames.collect_frames().unwrap();
    assert_eq!(frames.len(), 60);
    assert_eq!(frames[0].buffer().dimensions(), (128, 32));

    for name in ["a", "b"] {
        let out = path(&format!("faces/{name}"));
        let draw = ["data", "starter", "--count", "64", "--size", "32", "--out"];
        succeed(home.path(), &[&draw[..], &[out.as_str()]].concat());
        std::fs::remove_file(Path::new(&out).join("labels.csv")).unwrap();
    }
    let faces = path("faces");
    let look = ["data", &faces, "--size", "32", "--json"];
    let labels = |more: &[&str]| {
        let out = succeed(home.path(), &[&look[..], more].concat());
        let found: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(found["usable"], 128);
        let all = found["labels"].as_array().unwrap().clone();
        let name = |label: &serde_json::Value| label["name"].as_str().unwrap().to_owned();
        all.iter().map(name).collect::<Vec<_>>()
    };
    assert!(labels(&[]).is_empty());
    assert_eq!(labels(&["--folder-labels"]), ["a", "b"]);

    let told = fail(home.path(), &["data", &faces, "--tour", &tour], 1);
    assert!(told.contains("Only starter faces have factors"), "{told}");
}
