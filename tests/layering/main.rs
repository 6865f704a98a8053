//! Guards the arrows of the architecture: who may know whom. `ARCHITECTURE.md` draws them.

// Helpers of tests stop where something unexpected is; clippy knows only test functions by itself.
#![allow(clippy::unwrap_used)]

mod imports;

use std::path::{Path, PathBuf};

use imports::{Crate, File};

/// Which rooms each folder of `src/` may use, itself and [`BESIDE`] aside: whole folders, or single files whose
/// plain data and handles it shows or passes on.
const ALLOWED: [(&str, &[&str]); 11] = [
    (
        "ui",
        &[
            "session",
            "worker",
            "latent",
            "gan::info",
            "gan::invert",
            "gan::drag",
            "gan::paint",
            "gan::snapshot",
            "run::digest",
            "run::events",
            "run::history",
            "run::samples",
            "run::summary",
            "run::step_record",
            "run::eval_log",
            "data::labels",
            "export::ending",
            "export::film",
            "export::layout",
            "export::plot",
        ],
    ),
    (
        "cli",
        &[
            "worker",
            "latent",
            "ui",
            "data",
            "run",
            "export",
            "gan::snapshot",
            "gan::invert",
        ],
    ),
    (
        "session",
        &[
            "worker",
            "latent",
            "gan::health",
            "run::digest",
            "run::events",
            "run::history",
            "run::samples",
            "run::step_record",
            "run::eval_log",
        ],
    ),
    (
        "worker",
        &["gan", "latent", "metrics", "data", "run", "export"],
    ),
    ("run", &["gan", "metrics", "latent", "export"]),
    ("gan", &["latent"]),
    ("metrics", &["latent"]),
    ("data", &["latent"]),
    ("latent", &[]),
    ("export", &[]),
    ("config", &[]),
];

/// Rooms that everyone may use and that use nobody but each other.
const BESIDE: [&str; 9] = [
    "atomic_file",
    "config",
    "memory",
    "notice",
    "path_text",
    "picture",
    "regular_file",
    "readable",
    "statistics",
];

/// Where a library may appear.
const LIBRARIES: [(&str, &[&str]); 7] = [
    ("egui", &["src/ui/", "src/main.rs"]),
    ("eframe", &["src/ui/", "src/main.rs"]),
    (
        "candle_core",
        &[
            "src/data/batches.rs",
            "crates/nn/",
            "src/gan/",
            "src/run/",
            "src/worker/",
        ],
    ),
    ("rayon", &["crates/nn/"]),
    ("gemm", &[]),
    ("std::thread", &["src/worker/", "crates/nn/"]),
    (
        "morphogan_nn",
        &["src/memory.rs", "src/gan/", "src/run/", "src/worker/"],
    ),
];

/// Where `unsafe` may appear.
const UNSAFE: [&str; 2] = ["crates/nn/src/cpu/", "crates/nn/src/cuda"];

const CRATES: [&str; 3] = ["src", "crates/nn/src", "crates/starter-faces/src"];

fn root() -> PathBuf {
    env!("CARGO_MANIFEST_DIR").into()
}

/// Every file of the program, by its path from the root.
fn files() -> Vec<(String, File)> {
    let of = |folder: &'static str| {
        let files = Crate::read(&root().join(folder)).0.into_values();
        files.map(move |file| (format!("{folder}/{}", file.name), file))
    };
    CRATES.into_iter().flat_map(of).collect()
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn arrows_point_down_only() {
    let program = Crate::read(&root().join("src"));
    let mut wrong = Vec::new();
    for (module, file) in &program.0 {
        let Some(folder) = module.first() else {
            continue;
        };
        let beside = BESIDE.contains(&folder.as_str());
        let allowed = ALLOWED.iter().find(|(name, _)| name == folder);
        if allowed.is_none() && !beside {
            wrong.push(format!("{}: has no place in the architecture", file.name));
        }
        for (target, path) in program.imports(module) {
            let Some(room) = target.first() else { continue };
            let target = target.join("::");
            let may = |(_, rooms): &(_, &[&str])| {
                let inside = |room: &&str| {
                    let rest = target.strip_prefix(*room);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
                };
                rooms.iter().any(inside)
            };
            if room != folder && !BESIDE.contains(&room.as_str()) && !allowed.is_some_and(may) {
                wrong.push(format!("{}: {folder} must not know {path}", file.name));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn no_file_imports_itself_in_a_circle() {
    let mut wrong = Vec::new();
    for folder in CRATES {
        for circle in Crate::read(&root().join(folder)).circles() {
            wrong.push(format!("{folder}: {}", circle.join(", ")));
        }
    }
    assert_none(&wrong);
}

/// What two of them need stands beside them in `worker`.
#[test]
fn training_sampler_and_jobs_are_strangers() {
    let program = Crate::read(&root().join("src"));
    let room = |module: &[String]| match module {
        [worker, room, ..] if worker == "worker" => Some(room.clone()),
        _ => None,
    };
    let strangers = |room: &String| ["train", "sampler", "jobs"].contains(&room.as_str());
    let mut wrong = Vec::new();
    for (module, file) in &program.0 {
        let Some(own) = room(module).filter(strangers) else {
            continue;
        };
        for (target, path) in program.imports(module) {
            if room(&target)
                .filter(strangers)
                .is_some_and(|other| other != own)
            {
                wrong.push(format!("{}: {own} must not know {path}", file.name));
            }
        }
    }
    assert_none(&wrong);
}

/// Whoever needs a type imports it from its room, so that `use` lines show who knows whom.
#[test]
fn a_room_hands_on_only_what_is_its_own() {
    let program = Crate::read(&root().join("src"));
    let mut wrong = Vec::new();
    for (module, file) in &program.0 {
        for path in program.handed_on(module) {
            wrong.push(format!("{}: pub use {path}", file.name));
        }
    }
    assert_none(&wrong);
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (path, file) in files() {
        for (library, places) in LIBRARIES {
            let named = |line: &str| {
                line.match_indices(library).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    let after = line[at + library.len()..].chars().next();
                    !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"')
                        && after == Some(':')
                })
            };
            // Asking how many cores there are starts no thread.
            let mut lines = file.code.iter();
            let uses =
                lines.any(|line| named(&line.replace("std::thread::available_parallelism", "")));
            if uses && !places.iter().any(|place| path.starts_with(place)) {
                wrong.push(format!(
                    "{path}: {library} belongs in {}",
                    places.join(", ")
                ));
            }
        }
    }
    assert_none(&wrong);
}

/// Where `println!` panics and foreign names command the terminal, this room does neither.
#[test]
fn one_room_prints() {
    const MAY: [&str; 2] = ["src/cli/output.rs", "src/atomic_file/place.rs"];
    let mut wrong = Vec::new();
    for (path, file) in files() {
        let prints = |line: &&String| {
            ["print!(", "println!(", "io::stdout()", "io::stderr()"]
                .iter()
                .any(|name| line.contains(name))
        };
        if !MAY.contains(&path.as_str()) && path.starts_with("src/") {
            let lines = file.code.iter().filter(prints);
            wrong.extend(lines.map(|line| format!("{path}: {line}")));
        }
    }
    assert_none(&wrong);
}

/// egui's own tooltips cover what is wanted next: `Tip` puts them elsewhere.
#[test]
fn tooltips_are_placed_by_one_room() {
    let mut wrong = Vec::new();
    for (path, file) in files() {
        if path == "src/ui/widgets/tip.rs" || !path.starts_with("src/ui/") {
            continue;
        }
        let is_own = |line: &&String| {
            ["on_hover_text(", "on_hover_ui(", "on_disabled_hover_"]
                .iter()
                .any(|name| line.contains(name))
        };
        let lines = file.code.iter().filter(is_own);
        wrong.extend(lines.map(|line| format!("{path}: {line}")));
    }
    assert_none(&wrong);
}

#[test]
fn unsafe_code_stays_in_the_kernels_and_says_why() {
    for (path, _) in files() {
        let text = std::fs::read_to_string(root().join(&path)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let bare = line.split("//").next().unwrap_or_default();
            // A function that is unsafe to call passes the duty on; its callers say why.
            if !bare.contains("unsafe {") && !bare.contains("unsafe impl") {
                continue;
            }
            let place = format!("{path}:{}", index + 1);
            assert!(
                UNSAFE.iter().any(|place| path.starts_with(place)),
                "{place}: unsafe"
            );
            let near = &lines[index.saturating_sub(8)..=index];
            let says_why = near
                .iter()
                .any(|line| line.contains("SAFETY") || line.contains("# Safety"));
            assert!(says_why, "{place}: unsafe without a SAFETY line");
        }
    }
}

#[test]
fn files_are_short() {
    for (path, _) in files() {
        let text = std::fs::read_to_string(root().join(&path)).unwrap();
        let lines = text.lines().count();
        assert!(lines <= 450, "{path} has {lines} lines");
    }
}

#[test]
fn one_egui_in_the_lock_file() {
    let lock = std::fs::read_to_string(Path::new(&root()).join("Cargo.lock")).unwrap();
    assert_eq!(lock.matches("\nname = \"egui\"\n").count(), 1);
}
