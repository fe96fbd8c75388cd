//! The source of the crates that generated services link, as this binary carries it.
//!
//! A project made anywhere builds with public crates and these two, which `generate` writes into it.

use codegen::File;
use include_dir::{Dir, include_dir};

static RUNTIME: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../runtime/src");
static CODEC: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../codec/src");

/// The files of `generated/runtime/` and `generated/codec/`.
pub(crate) fn files() -> Vec<File> {
    let mut files = vec![
        File::generated("generated/runtime/Cargo.toml", include_str!("../../runtime/Cargo.toml")),
        File::generated("generated/codec/Cargo.toml", include_str!("../../codec/Cargo.toml")),
    ];
    add(&RUNTIME, "generated/runtime/src", &mut files);
    add(&CODEC, "generated/codec/src", &mut files);
    files
}

fn add(folder: &Dir<'_>, prefix: &str, files: &mut Vec<File>) {
    for file in folder.files() {
        // Tests stay here, and so must what declares them: `cargo test` in a user's project builds this source too.
        let is_test = file.path().file_name().is_some_and(|name| name == "tests.rs");
        if let (Some(text), false) = (file.contents_utf8(), is_test) {
            let text = text.replace("#[cfg(test)]\nmod tests;\n", "");
            files.push(File::generated(
                format!("{prefix}/{}", file.path().display()),
                text.trim_end().to_owned() + "\n",
            ));
        }
    }
    for inner in folder.dirs() {
        add(inner, prefix, files);
    }
}
