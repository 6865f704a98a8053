//! Puts the shipped model into the program where the source tree has it: one binary, no download.

use std::path::Path;
use std::{env, fs, io};

const MODEL: &str = "models/starter-faces-64.safetensors";

fn main() -> io::Result<()> {
    // The folder too: a model that is added later must be noticed.
    println!("cargo:rerun-if-changed=models");
    println!("cargo:rerun-if-changed=build.rs");
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let model = Path::new(&root).join(MODEL);
    let bytes = if model.is_file() {
        println!("cargo:rerun-if-changed={MODEL}");
        format!("Some(include_bytes!({:?}))", model.display().to_string())
    } else {
        "None".to_owned()
    };
    fs::write(Path::new(&out).join("shipped.rs"), bytes)
}
