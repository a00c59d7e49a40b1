//! Compiles the shim once for each set of TensorRT headers that this machine has, and lists the tables for `src/tables.rs`.

mod headers;
mod shim;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo:rerun-if-changed=shim");
    println!("cargo:rerun-if-changed=build");

    let sets = headers::find(&manifest);
    for set in &sets {
        shim::compile(set, &manifest.join("shim"), &out.join(set.tag()))?;
    }
    write_tables(&out.join("tables.rs"), &sets)?;
    Ok(())
}

/// One declaration and one array entry per compiled table.
fn write_tables(file: &Path, sets: &[headers::HeaderSet]) -> io::Result<()> {
    let symbols: Vec<String> = sets.iter().map(headers::HeaderSet::symbol).collect();
    let declarations: String = symbols
        .iter()
        .map(|symbol| format!("    fn {symbol}() -> *const TrtApi;\n"))
        .collect();
    let text = format!(
        "unsafe extern \"C\" {{\n{declarations}}}\n\nstatic TABLES: &[unsafe extern \"C\" fn() -> *const TrtApi] = &[{}];\n",
        symbols.join(", ")
    );
    fs::write(file, text)
}
