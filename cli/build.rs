//! Rebuilds the binary when the sources that it carries change: the macro that embeds them cannot say so itself.

fn main() {
    for folder in ["../runtime/src", "../runtime/Cargo.toml", "../codec/src", "../codec/Cargo.toml"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
