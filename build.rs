//! Puts the shipped model into the program where the source tree has it: one binary, no download.

use std::path::Path;
use std::{env, fs, io};

const MODEL: &str = "models/starter-faces-128.safetensors";

fn main() -> io::Result<()> {
    // The folder too: a model that is added later must be noticed.
    println!("cargo:rerun-if-changed=models");
    println!("cargo:rerun-if-changed=build.rs");
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let (model, out) = (Path::new(&root).join(MODEL), Path::new(&out));
    // What it is called.
    let name = model.file_stem().unwrap_or_default().to_string_lossy();
    println!("cargo:rustc-env=SHIPPED_MODEL={name}");
    let bytes = if model.is_file() {
        println!("cargo:rerun-if-changed={MODEL}");
        // A copy, by a name without folders: the source tree may be moved with what was built in it.
        fs::write(out.join("shipped.safetensors"), fs::read(model)?)?;
        r#"Some(include_bytes!("shipped.safetensors"))"#
    } else {
        "None"
    };
    fs::write(out.join("shipped.rs"), bytes)
}
