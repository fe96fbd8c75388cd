//! Who may use the registry: HTTP basic authentication against a file of users.
//!
//! A line of the file is `name:hash` or `name:hash:role`, where the hash is bcrypt's as `htpasswd -B` writes it and the
//! role is `read` (the default), `write` or `admin`. The file is read again when it changes.
//!
//! Checking a bcrypt hash is slow on purpose. A password that was right once is remembered as a keyed hash, so that
//! only the first request of a client, and every wrong guess, pays for it. Guesses get half of the processors: who guesses
//! keeps those waiting who log in for the first time, and nobody else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use crate::turns::{Turns, Undone, processors};

/// What a user may do; each role may also do what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// To read, and to compare without storing.
    Read,
    /// To register schemas, and to delete them so that they can be had back.
    Write,
    /// Everything: configurations, modes, and deletion for good.
    Admin,
}

/// A file of users that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The file cannot be read.
    #[error("the file of users {} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// A line is not a user.
    #[error("{}:{line}: {why}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

/// The users, and where they are kept.
#[derive(Debug)]
pub(crate) struct Users {
    path: PathBuf,
    loaded: RwLock<Arc<Loaded>>,
    checks: Turns,
}

/// A user who proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// They are not who they say, as far as can be told.
    Unknown,
    /// So many passwords wait already that this one was not looked at.
    Crowded { waiting: usize },
}

/// One reading of the file. Proofs belong to it: a changed file forgets them.
#[derive(Debug)]
struct Loaded {
    modified: Option<SystemTime>,
    entries: BTreeMap<String, Entry>,
    proofs: RwLock<BTreeMap<String, [u8; 32]>>,
    /// Makes proofs useless to whoever reads this process's memory later.
    salt: [u8; 32],
}

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    hash: String,
    role: Role,
}

/// A name and a password as a client sent them.
struct Credentials {
    name: String,
    password: String,
}

/// A hash that nobody knows a password for: an unknown name takes as long as a wrong password.
const NOBODY: &str = "$2y$10$6WR.D8SmJ9MVjkuJ2VKdyOYhK6yEOtAbOJBzzd1xqaT9bwvSAdx9O";

/// How often bcrypt is to turn, as a power of two: a tenth of a second for each guess, and for the first request.
const COST: u32 = 10;

/// How many passwords may wait for their turn: a few seconds' worth.
const MOST_WAITING: usize = 64;

/// More than this bcrypt does not read, and would not tell.
const LONGEST_PASSWORD: usize = 72;

impl Users {
    /// Reads the file of users.
    pub(crate) fn load(path: &Path) -> Result<Self, AuthError> {
        let loaded = Loaded::read(path)?;
        let (loaded, checks) = (RwLock::new(Arc::new(loaded)), Turns::new(processors() / 2, MOST_WAITING));
        Ok(Self { path: path.to_owned(), loaded, checks })
    }

    /// How many users there are.
    pub(crate) fn count(&self) -> usize {
        self.current().entries.len()
    }

    /// Reads the file again if it has changed; a file that cannot be used changes nothing.
    pub(crate) fn reload(&self) -> Result<bool, AuthError> {
        if modified(&self.path) == self.current().modified {
            return Ok(false);
        }
        let loaded = Loaded::read(&self.path)?;
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
        Ok(true)
    }

    /// Who sends this `Authorization` header, if they are who they say. A password that was not seen before is checked
    /// on a thread where that keeps nobody waiting.
    pub(crate) async fn check(&self, header: &str) -> Result<User, Denied> {
        let credentials = Credentials::parse(header).ok_or(Denied::Unknown)?;
        let loaded = self.current();
        if let Some(user) = loaded.remembered(&credentials) {
            return Ok(user);
        }
        // Clients begin with several requests at once: what the first of them has proved, the others need not.
        let check = move || loaded.remembered(&credentials).or_else(|| loaded.verify(&credentials));
        self.checks.run(check).await.map_err(Denied::from)?.ok_or(Denied::Unknown)
    }

    fn current(&self) -> Arc<Loaded> {
        Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl From<Undone> for Denied {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Crowded { waiting, .. } => Self::Crowded { waiting },
            Undone::Panicked => Self::Unknown,
        }
    }
}

impl Loaded {
    fn read(path: &Path) -> Result<Self, AuthError> {
        let modified = modified(path);
        let unreadable = |source| AuthError::Unreadable { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let entries = entries(&text).map_err(|(line, why)| AuthError::Line { path: path.to_owned(), line, why })?;
        Ok(Self { modified, entries, proofs: RwLock::default(), salt: salt() })
    }

    fn remembered(&self, credentials: &Credentials) -> Option<User> {
        let proofs = self.proofs.read().unwrap_or_else(PoisonError::into_inner);
        let right: bool = proofs.get(&credentials.name)?.ct_eq(&self.proof(credentials)).into();
        if right { self.user(&credentials.name) } else { None }
    }

    fn verify(&self, credentials: &Credentials) -> Option<User> {
        let hash = self.entries.get(&credentials.name).map_or(NOBODY, |entry| &entry.hash);
        let right = bcrypt::verify(&credentials.password, hash).unwrap_or(false);
        if !right || credentials.password.len() > LONGEST_PASSWORD {
            return None;
        }
        let user = self.user(&credentials.name)?;
        let mut proofs = self.proofs.write().unwrap_or_else(PoisonError::into_inner);
        proofs.insert(credentials.name.clone(), self.proof(credentials));
        Some(user)
    }

    fn user(&self, name: &str) -> Option<User> {
        self.entries.get(name).map(|entry| User { name: name.to_owned(), role: entry.role })
    }

    fn proof(&self, credentials: &Credentials) -> [u8; 32] {
        let hash = Sha256::new().chain_update(self.salt).chain_update(&credentials.password);
        hash.finalize().into()
    }
}

impl Credentials {
    fn parse(header: &str) -> Option<Self> {
        let (scheme, encoded) = header.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (name, password) = text.split_once(':')?;
        Some(Self { name: name.to_owned(), password: password.to_owned() })
    }
}

impl Role {
    /// The role's name in a file of users.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let roles = [Self::Read, Self::Write, Self::Admin];
        let role = roles.into_iter().find(|role| role.as_str() == text);
        role.ok_or_else(|| format!("`{text}` is not a role: read, write and admin are"))
    }
}

/// The line of a file of users that lets `name` in with `password`.
///
/// # Errors
///
/// A sentence, when the name cannot stand in such a file or the password is empty or longer than 72 bytes.
pub fn user_line(name: &str, password: &str, role: Role) -> Result<String, String> {
    if name.is_empty() || name.starts_with('#') || name.chars().any(|c| c == ':' || c.is_control()) {
        return Err(format!("`{name}` cannot be a user: a name is not empty and holds no colon and no line break"));
    }
    if password.is_empty() || password.len() > LONGEST_PASSWORD {
        return Err(format!("a password has 1 to {LONGEST_PASSWORD} bytes"));
    }
    let hash = bcrypt::hash_with_result(password, COST).map_err(|error| error.to_string())?;
    Ok(format!("{name}:{}:{}", hash.format_for_version(bcrypt::Version::TwoY), role.as_str()))
}

fn entries(text: &str) -> Result<BTreeMap<String, Entry>, (usize, String)> {
    let mut entries = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, entry) = entry(line).map_err(|why| (index + 1, why))?;
        if entries.insert(name.to_owned(), entry).is_some() {
            return Err((index + 1, format!("the user `{name}` is there twice")));
        }
    }
    if entries.is_empty() { Err((1, "there is no user in this file".to_owned())) } else { Ok(entries) }
}

fn entry(line: &str) -> Result<(&str, Entry), String> {
    let mut fields = line.splitn(3, ':').map(str::trim);
    let name = fields.next().filter(|name| !name.is_empty()).ok_or("the name is missing")?;
    let hash = fields.next().filter(|hash| !hash.is_empty()).ok_or("a line is written NAME:HASH:ROLE")?;
    // The hash itself is not repeated: the message goes into logs.
    hash.parse::<bcrypt::HashParts>().map_err(|_| {
        format!("the hash of `{name}` is not bcrypt's; make one with `htpasswd -nB {name}` or `topology registry user`")
    })?;
    let role = fields.next().map_or(Ok(Role::Read), str::parse)?;
    Ok((name, Entry { hash: hash.to_owned(), role }))
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// Random bytes: the standard library's hasher is seeded by the system.
fn salt() -> [u8; 32] {
    use std::hash::{BuildHasher as _, RandomState};
    let numbers = [1_u64, 2, 3, 4].map(|number| RandomState::new().hash_one(number).to_be_bytes());
    Sha256::digest(numbers.concat()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    /// As cheap as bcrypt goes: tests need many.
    fn line(name: &str, password: &str, role: &str) -> String {
        format!("{name}:{}{role}\n", bcrypt::hash(password, 4).unwrap())
    }

    fn basic(text: &str) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(text))
    }

    #[tokio::test]
    async fn lets_in_who_knows_the_password() {
        let (_folder, path) = file(&format!("# ours\n\n{}{}", line("ann", "a:b", ":admin"), line("ben", "c", "")));
        let users = Users::load(&path).unwrap();
        for _ in 0..2 {
            let ann = users.check(&basic("ann:a:b")).await;
            assert_eq!(ann, Ok(User { name: "ann".to_owned(), role: Role::Admin }));
            assert_eq!(users.check(&basic("ben:c")).await.unwrap().role, Role::Read);
            for wrong in ["ann:c", "ben:a:b", "cas:c", "ann", ":", "ann:"] {
                assert_eq!(users.check(&basic(wrong)).await, Err(Denied::Unknown), "{wrong}");
            }
        }
        for wrong in ["", "Basic", "Basic !", "Bearer YW5uOmE6Yg==", "Basic /w=="] {
            assert_eq!(users.check(wrong).await, Err(Denied::Unknown), "{wrong}");
        }
    }

    #[tokio::test]
    async fn who_was_let_in_once_does_not_wait_for_those_who_guess() {
        let (_folder, path) = file(&line("ann", "a", ""));
        let mut users = Users::load(&path).unwrap();
        users.checks = Turns::new(1, 1);
        assert!(users.check(&basic("ann:a")).await.is_ok());
        let (guesses, ann) = (["eve:1", "eve:2", "eve:3"].map(basic), basic("ann:a"));
        let (first, second, third, ann) = tokio::join!(
            users.check(&guesses[0]),
            users.check(&guesses[1]),
            users.check(&guesses[2]),
            users.check(&ann),
        );
        assert_eq!(
            [first, second, third].map(Result::unwrap_err),
            [Denied::Unknown, Denied::Unknown, Denied::Crowded { waiting: 1 }]
        );
        assert_eq!(ann.unwrap().name, "ann");
    }

    #[tokio::test]
    async fn forgets_who_is_taken_out_of_the_file() {
        let (_folder, path) = file(&line("ann", "a", ""));
        let users = Users::load(&path).unwrap();
        assert!(users.check(&basic("ann:a")).await.is_ok());
        assert!(!users.reload().unwrap());
        std::fs::write(&path, line("ben", "b", "")).unwrap();
        let later = SystemTime::now() + std::time::Duration::from_secs(2);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert!(users.reload().unwrap());
        assert!(users.check(&basic("ann:a")).await.is_err());
        assert!(users.check(&basic("ben:b")).await.is_ok());
    }

    #[test]
    fn says_which_line_is_wrong() {
        let wrong = |text: &str| Users::load(&file(text).1).unwrap_err().to_string();
        let good = line("ann", "a", "");
        for (text, line) in [("ann\n", 1), ("ann:secret\n", 1), (":x\n", 1), ("", 1)] {
            assert!(!wrong(text).is_empty(), "{line}");
        }
        assert_eq!(entries(&format!("{good}{good}")).unwrap_err().0, 2);
        assert_eq!(entries(&format!("{}:owner", good.trim_end())).unwrap_err().0, 1);
        assert!(!entries("ann:secret").unwrap_err().1.contains("secret"), "messages go into logs");
    }

    #[test]
    fn writes_lines_that_it_reads() {
        let line = user_line("ann", "secret", Role::Write).unwrap();
        let entries = entries(&line).unwrap();
        assert_eq!(entries["ann"].role, Role::Write);
        assert!(bcrypt::verify("secret", &entries["ann"].hash).unwrap());
        assert!(user_line("a:b", "x", Role::Read).is_err() && user_line("a", "", Role::Read).is_err());
    }

    #[test]
    fn nobody_has_a_hash_that_costs_what_others_cost() {
        let parts: bcrypt::HashParts = NOBODY.parse().unwrap();
        assert!(parts.get_cost() >= 10);
    }
}
