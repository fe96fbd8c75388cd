//! Files of another revision, from the `git` program.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use crate::failure::Failure;

/// The bytes of a file at a revision; `path` is relative to `folder`.
pub(crate) fn file(folder: &Path, revision: &str, path: &Path) -> Result<Vec<u8>, Failure> {
    let output = run(folder, &["cat-file", "blob", &object(revision, path)])?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    // Where the revision itself is the matter, that is what to say.
    check_revision(folder, revision)?;
    Err(Failure::usage(format!("git has no file `{}` at revision `{revision}`", path.display()))
        .help(format!("git says: {}", said.trim().trim_start_matches("fatal: "))))
}

/// Whether a file is there at a revision.
pub(crate) fn has_file(folder: &Path, revision: &str, path: &Path) -> bool {
    let found = run(folder, &["cat-file", "-e", &object(revision, path)]);
    found.is_ok_and(|output| output.status.success())
}

/// Makes sure that a revision exists, so that a file that is not there means that it was not there.
pub(crate) fn check_revision(folder: &Path, revision: &str) -> Result<(), Failure> {
    let output =
        run(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])?;
    if output.status.success() {
        return Ok(());
    }
    let inside = run(folder, &["rev-parse", "--is-inside-work-tree"])?;
    if !inside.status.success() {
        return Err(Failure::usage(format!("`{}` is not in a git repository", folder.display()))
            .help("compare with a revision only where git knows the project"));
    }
    Err(Failure::usage(format!("git knows no revision `{revision}`"))
        .help("name a branch, a tag or a commit; a shallow clone in CI may have to fetch it first"))
}

/// `./` makes git take the path as relative to the folder.
fn object(revision: &str, path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    if path.starts_with('/') || path.starts_with("../") {
        format!("{revision}:{path}")
    } else {
        format!("{revision}:./{path}")
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Result<Output, Failure> {
    let mut command = Command::new("git");
    // Messages are matched nowhere, but they are shown: in one language.
    command.current_dir(folder).args(arguments).env("LC_ALL", "C").stdin(Stdio::null());
    command.output().map_err(|error| {
        Failure::world("`git` could not be started").because(&error).help("install git, or compare with a file")
    })
}

/// A revision whose files are read by one process: a project may have thousands.
#[derive(Debug)]
pub(crate) struct Revision {
    name: String,
    /// The object of each file of the folder: git looks a path up in time that grows with the folder, and an id at once.
    objects: BTreeMap<String, String>,
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Revision {
    /// Opens a revision; paths are relative to `folder`.
    pub(crate) fn open(folder: &Path, revision: &str) -> Result<Self, Failure> {
        let listed = run(folder, &["ls-tree", "-r", "-z", "--end-of-options", revision])?;
        let objects = objects(&String::from_utf8_lossy(&listed.stdout));
        let mut command = Command::new("git");
        command.current_dir(folder).args(["cat-file", "--batch"]).env("LC_ALL", "C");
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = started.map_err(|error| Failure::world("`git` could not be started").because(&error))?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::world("`git` could not be talked to"));
        };
        Ok(Self { name: revision.to_owned(), objects, child, requests, answers: BufReader::new(answers) })
    }

    /// The bytes of a file.
    pub(crate) fn file(&mut self, path: &str) -> io::Result<Vec<u8>> {
        // The protocol is one of lines, so such a path cannot be asked for; no schema has one.
        if path.contains('\n') {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
        match self.objects.get(path) {
            Some(id) => writeln!(self.requests, "{id}")?,
            // It is outside of the folder, or not there, of which git has the word.
            None => writeln!(self.requests, "{}", object(&self.name, Path::new(path)))?,
        }
        self.requests.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        // `<object> <type> <size>`, or the name and `missing`.
        let mut words = head.trim_end().rsplitn(3, ' ');
        let (size, kind) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let no_file = || io::Error::new(io::ErrorKind::NotFound, format!("git has no such file at `{}`", self.name));
        let size: usize = size.parse().map_err(|_| no_file())?;
        let mut bytes = vec![0; size];
        self.answers.read_exact(&mut bytes)?;
        self.answers.read_exact(&mut [0])?;
        // A folder has an answer too.
        if kind == "blob" { Ok(bytes) } else { Err(no_file()) }
    }
}

/// The lines of `git ls-tree -z`: `<mode> <type> <object>`, a tab and the path.
fn objects(listed: &str) -> BTreeMap<String, String> {
    let of_line = |line: &str| {
        let (entry, path) = line.split_once('\t')?;
        Some((path.to_owned(), entry.rsplit_once(' ')?.1.to_owned()))
    };
    listed.split('\0').filter_map(of_line).collect()
}

impl Drop for Revision {
    fn drop(&mut self) {
        // It has nothing to finish, and ends by itself where it is gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
