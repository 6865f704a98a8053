//! Puts the shipped models into the program where the source tree has them: one binary, no download.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

/// Models in `models/`, the one that the window opens on first. A new one is one line here.
const MODELS: [&str; 2] = ["starter-faces-128", "fashion-32"];

fn main() -> io::Result<()> {
    // The folder too: a model that is added later must be noticed.
    println!("cargo:rerun-if-changed=models");
    println!("cargo:rerun-if-changed=build.rs");
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let (folder, out) = (Path::new(&root).join("models"), Path::new(&out));
    println!("cargo:rustc-env=SHIPPED_MODEL={}", MODELS[0]);
    let mut rows = String::new();
    for name in MODELS {
        let file = format!("{name}.safetensors");
        let model = folder.join(&file);
        if !model.is_file() {
            continue;
        }
        println!("cargo:rerun-if-changed=models/{file}");
        // A copy, by a name without folders: the source tree may be moved with what was built in it.
        fs::write(out.join(&file), fs::read(model)?)?;
        let row = write!(
            rows,
            "Shipped {{ name: {name:?}, bytes: include_bytes!({file:?}) }},"
        );
        row.map_err(io::Error::other)?;
    }
    fs::write(out.join("shipped.rs"), format!("&[{rows}]"))
}
