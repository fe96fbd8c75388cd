//! Projects on disk, for cargo.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use topology::Loaded;
use topology::ir::RuntimeSource;
use topology_codegen::{File, Options, generate};

/// A workspace in a folder that goes when the test ends.
pub(crate) struct Workspace {
    folder: tempfile::TempDir,
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

/// Loads a project of `tests/projects`, or one of `examples` whose schemas it shares.
pub(crate) fn load(manifest: &Path) -> Loaded {
    let folder = manifest.parent().expect("a manifest is in a folder");
    let shop = repository().join("examples/shop");
    let read = |path: &str| std::fs::read(folder.join(path)).or_else(|_| std::fs::read(shop.join(path)));
    let mut loaded = topology::load("topology.yaml", std::fs::read(manifest).expect("the manifest exists"), &read);
    if let Some(topology) = &mut loaded.topology {
        topology.runtime = RuntimeSource::Path(repository().display().to_string());
    }
    loaded
}

/// Everything that the generator makes of a project.
pub(crate) fn files(loaded: &Loaded) -> Vec<File> {
    assert!(loaded.is_whole(), "{:#?}", loaded.diagnostics);
    generate(loaded.topology.as_ref().expect("it is whole"), &Options::default())
}

impl Workspace {
    /// An empty workspace with the versions of the example's lock, so that nothing is built twice.
    pub(crate) fn new() -> Self {
        let workspace = Self { folder: tempfile::tempdir().expect("there is room for a folder") };
        let lock = repository().join("examples/shop/Cargo.lock");
        std::fs::copy(lock, workspace.path("Cargo.lock")).expect("the example has a lock");
        workspace
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a project into a folder of the workspace.
    pub(crate) fn write(&self, folder: &str, files: &[File]) {
        for file in files {
            let path = self.path(folder).join(&file.path);
            std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
            std::fs::write(path, &file.text).expect("files can be written");
        }
    }

    /// Runs cargo here. All workspaces share one target folder, so that librdkafka is compiled once.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", crate::shared_target())
            .env("RUSTDOCFLAGS", "-D warnings")
            .env("SCHEMAS", repository().join("codegen/tests/projects/formats/schemas"))
            .output()
            .expect("cargo starts")
    }
}
