//! Guards the arrows of the architecture: who may know whom. `src/lib.rs` draws them.

// Helpers of tests stop where something unexpected is; clippy knows only test functions by itself.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Which folders each folder may use, itself and the files beside `lib.rs` aside.
const ALLOWED: [(&str, &[&str]); 14] = [
    (
        "ui",
        &[
            "session", "worker", "latent", "run", "data", "export", "gan",
        ],
    ),
    ("cli", &["worker", "latent", "ui", "data", "run", "export"]),
    ("session", &["worker", "latent", "run", "gan"]),
    (
        "worker",
        &["gan", "latent", "metrics", "data", "run", "export", "nn"],
    ),
    ("run", &["gan", "metrics", "latent", "nn"]),
    ("gan", &["nn", "latent"]),
    ("metrics", &["latent"]),
    ("data", &["latent"]),
    ("latent", &[]),
    ("export", &[]),
    ("atomic_file", &[]),
    ("config", &[]),
    ("nn", &[]),
    ("starter_faces", &[]),
];

/// Files beside `lib.rs` that have grown into folders: everyone may use them, they use nobody.
const BESIDE: [&str; 2] = ["atomic_file", "config"];

/// Where a library may appear.
const LIBRARIES: [(&str, &[&str]); 6] = [
    ("egui", &["ui/", "main.rs"]),
    ("eframe", &["ui/", "main.rs"]),
    (
        "candle_core",
        &["data/batches.rs", "nn/", "gan/", "run/", "worker/"],
    ),
    ("rayon", &["nn/"]),
    ("gemm", &["nn/cpu/"]),
    ("std::thread", &["worker/"]),
];

/// Where `unsafe` may appear.
const UNSAFE: [&str; 2] = ["nn/cpu/", "nn/cuda"];

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|e| e == "rs") {
                into.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    // The crates beside this one are folders like the others here.
    for (folder, prefix) in [
        (root.join("src"), ""),
        (root.join("crates/nn/src"), "nn/"),
        (root.join("crates/starter-faces/src"), "starter_faces/"),
    ] {
        let mut files = Vec::new();
        walk(&folder, &mut files);
        all.extend(files.iter().map(|path| {
            let inside = path.strip_prefix(&folder).unwrap().to_string_lossy();
            let name = format!("{prefix}{}", inside.replace('\\', "/"));
            (name, std::fs::read_to_string(path).unwrap())
        }));
    }
    all
}

/// Lines that run in the program: no comments, nothing after the tests begin.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .take_while(|line| !line.starts_with("mod tests"))
        .filter(|line| !line.trim_start().starts_with("//"))
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs")
}

/// Modules that `crate::…` paths name, in single and in braced imports.
fn modules_used(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for line in code(text) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            for name in rest.trim_start_matches('{').split([',', '{', '}']) {
                let name: String = name
                    .trim()
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                used.insert(name);
                if !rest.starts_with('{') {
                    break;
                }
            }
        }
    }
    used
}

#[test]
fn arrows_point_down_only() {
    let mut wrong = Vec::new();
    for (path, text) in sources().iter().filter(|(path, _)| !is_test(path)) {
        let Some((folder, _)) = path.split_once('/') else {
            continue;
        };
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == folder) else {
            wrong.push(format!(
                "{path}: the folder {folder} has no place in the architecture"
            ));
            continue;
        };
        for module in modules_used(text) {
            let known = ALLOWED.iter().any(|(name, _)| *name == module);
            let beside = BESIDE.contains(&module.as_str());
            if known && module != folder && !beside && !allowed.contains(&module.as_str()) {
                wrong.push(format!("{path}: {folder} must not know {module}"));
            }
            if !known && module == "cli" && folder != "cli" {
                wrong.push(format!("{path}: {folder} must not know cli"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (path, text) in sources().iter().filter(|(path, _)| !is_test(path)) {
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
            let uses = code(text)
                .any(|line| named(&line.replace("std::thread::available_parallelism", "")));
            if uses && !places.iter().any(|place| path.starts_with(place)) {
                wrong.push(format!(
                    "{path}: {library} belongs in {}",
                    places.join(", ")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where `println!` panics and foreign names command the terminal, this room does neither.
#[test]
fn one_room_prints() {
    let mut wrong = Vec::new();
    for (path, text) in sources().iter().filter(|(path, _)| !is_test(path)) {
        let prints = |line: &&str| {
            ["print!(", "println!(", "io::stdout()", "io::stderr()"]
                .iter()
                .any(|name| line.contains(name))
        };
        let may = ["cli/output.rs", "atomic_file/place.rs"].contains(&path.as_str());
        if !may && !path.starts_with("nn/") {
            wrong.extend(
                code(text)
                    .filter(prints)
                    .map(|line| format!("{path}: {line}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_stays_in_the_kernels_and_says_why() {
    for (path, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let bare = line.split("//").next().unwrap_or_default();
            // A function that is unsafe to call passes the duty on; its callers say why.
            if !bare.contains("unsafe {") && !bare.contains("unsafe impl") {
                continue;
            }
            assert!(
                UNSAFE.iter().any(|place| path.starts_with(place)),
                "{path}:{}: unsafe",
                index + 1
            );
            let near = &lines[index.saturating_sub(8)..=index];
            let says_why = near
                .iter()
                .any(|line| line.contains("SAFETY") || line.contains("# Safety"));
            assert!(
                says_why,
                "{path}:{}: unsafe without a SAFETY line",
                index + 1
            );
        }
    }
}

#[test]
fn one_egui_in_the_lock_file() {
    let lock =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    assert_eq!(lock.matches("\nname = \"egui\"\n").count(), 1);
}
