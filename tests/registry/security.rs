//! Who may do what, and how it stays secret: users, roles, encryption, reading only.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use topology_tests::{binary, poll};

use crate::client::Ask;
use crate::server::{Cluster, Registry};

/// Lines for a file of users, as the program itself writes them; each password is the name backwards.
pub(crate) fn users(names: &[(&str, &str)]) -> String {
    let line = |(name, role): &(&str, &str)| {
        let mut command = binary::command();
        command.args(["registry", "user", name, "--role", role]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the binary starts");
        let password: String = name.chars().rev().collect();
        let mut stdin = process.stdin.take().expect("it is piped");
        stdin.write_all(password.as_bytes()).expect("the password is read");
        drop(stdin);
        let output = process.wait_with_output().expect("it ends");
        String::from_utf8(output.stdout).expect("a line is text")
    };
    names.iter().map(line).collect()
}

fn ask(registry: &Registry, method: &str, path: &str, credentials: &str) -> u16 {
    let ask = Ask::new(method, path).json(r#"{"schema":"\"int\""}"#);
    let ask = if credentials.is_empty() { ask } else { ask.header("Authorization", &format!("Basic {credentials}")) };
    let answer = ask.of(registry.address);
    if answer.status >= 400 {
        answer.refusal();
    }
    answer.status
}

const ANN: &str = "YW5uOm5uYQ==";
const BEN: &str = "YmVuOm5lYg==";
const CAS: &str = "Y2FzOnNhYw==";

#[test]
fn users_do_what_their_role_allows() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("users");
    let lines = users(&[("ann", "admin"), ("ben", "write"), ("cas", "read")]);
    std::fs::write(&file, format!("# the users\n{lines}")).expect("a temporary folder is writable");
    let file = file.to_str().expect("the path is text");
    let registry = Registry::start(&["--auth", file]);
    let nobody = registry.get("/subjects");
    assert_eq!(nobody.refusal(), (401, 401));
    assert_eq!(nobody.header("www-authenticate"), Some("Basic realm=\"schema registry\""));
    let wrong = "YW5uOm5ubg==";
    let cases = [
        ("GET", "/subjects", [200, 200, 200, 401, 401]),
        ("POST", "/compatibility/subjects/a/versions", [200, 200, 200, 401, 401]),
        ("POST", "/subjects/a/versions", [200, 200, 403, 401, 401]),
        ("POST", "/subjects/a", [200, 200, 200, 401, 401]),
        ("DELETE", "/subjects/none", [404, 404, 403, 401, 401]),
        ("DELETE", "/subjects/none?permanent=true", [404, 403, 403, 401, 401]),
        ("DELETE", "/config", [200, 403, 403, 401, 401]),
        ("DELETE", "/contexts/.none", [404, 403, 403, 401, 401]),
        ("GET", "/metrics", [200, 200, 200, 401, 401]),
        ("GET", "/health/ready", [200, 200, 200, 200, 200]),
        ("GET", "/openapi.json", [200, 200, 200, 200, 200]),
    ];
    for (method, path, expected) in cases {
        let got = [ANN, BEN, CAS, wrong, ""].map(|credentials| ask(&registry, method, path, credentials));
        let same = got.iter().zip(expected).all(|(got, expected)| {
            *got == expected || (expected, *got) == (404, 204) || (expected, *got) == (200, 404)
        });
        assert!(same, "{method} {path}: {got:?} and not {expected:?}");
    }
}

#[test]
fn a_changed_file_of_users_counts_without_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("users");
    std::fs::write(&file, users(&[("ann", "read")])).expect("a temporary folder is writable");
    let registry = Registry::start(&["--auth", file.to_str().expect("the path is text")]);
    assert_eq!(ask(&registry, "GET", "/subjects", ANN), 200);
    std::fs::write(&file, users(&[("ben", "read")])).expect("a temporary folder is writable");
    poll::until("the new user is let in", 30, || match ask(&registry, "GET", "/subjects", BEN) {
        200 => Ok(()),
        status => Err(status.to_string()),
    });
    assert_eq!(ask(&registry, "GET", "/subjects", ANN), 401);
}

#[test]
fn a_registry_that_is_read_only_changes_nothing() {
    let writable = Registry::start(&[]);
    writable.post("/subjects/a/versions", r#"{"schema":"\"int\""}"#);
    let registry = Registry::on(writable.cluster(), &["--read-only"]);
    assert_eq!(registry.get("/subjects").body, "[\"a\"]");
    assert_eq!(registry.post("/subjects/a", r#"{"schema":"\"int\""}"#).status, 200);
    let changes = [
        ("POST", "/subjects/a/versions"),
        ("DELETE", "/subjects/a"),
        ("DELETE", "/subjects/a/versions/1"),
        ("PUT", "/config"),
        ("PUT", "/mode/a"),
        ("DELETE", "/contexts/.a"),
    ];
    for (method, path) in changes {
        let answer = Ask::new(method, path).json("{}").of(registry.address);
        assert_eq!(answer.refusal(), (422, 42205), "{method} {path}");
    }
    assert_eq!(writable.get("/subjects/a/versions").body, "[1]");
}

#[test]
fn connections_are_encrypted_with_a_certificate_that_may_change() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (certificate, key) = (folder.path().join("tls.crt"), folder.path().join("tls.key"));
    certify("first", &certificate, &key);
    let flags = ["--tls-cert", certificate.to_str().expect("text"), "--tls-key", key.to_str().expect("text")];
    let registry = Registry::launch(Cluster::start(), &flags);
    let port = registry.address.port();
    assert_eq!(status("/health/live", &certificate, port), Ok(200));
    assert!(
        crate::client::read({
            let mut stream = crate::client::connect(registry.address);
            drop(stream.write_all(&Ask::new("GET", "/health/live").bytes()));
            stream
        })
        .is_err(),
        "clear text is not answered"
    );
    certify("second", &certificate, &key);
    poll::until("the new certificate is used", 30, || status("/health/live", &certificate, port).map(drop));
    std::fs::write(&certificate, "no certificate").expect("a temporary folder is writable");
}

#[test]
fn files_that_cannot_be_used_are_said_before_anything_runs() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    std::fs::write(folder.path().join("users"), "ann:secret\n").expect("a temporary folder is writable");
    let serve = ["registry", "serve", "--bootstrap-servers", "127.0.0.1:1", "--listen", "127.0.0.1:0"];
    let run = |flags: &[&str]| binary::run(folder.path(), &[&serve[..], flags].concat());
    let wrong_line = run(&["--auth", "users"]).expect_code(3);
    assert!(wrong_line.stderr.contains("users:1"), "{}", wrong_line.stderr);
    assert!(!wrong_line.stderr.contains("secret"), "{}", wrong_line.stderr);
    let missing = run(&["--tls-cert", "none.crt", "--tls-key", "none.key"]).expect_code(3);
    assert!(missing.stderr.contains("none.crt"), "{}", missing.stderr);
    run(&["--tls-cert", "none.crt"]).expect_code(2);
}

/// A certificate of its own authority for this machine.
fn certify(name: &str, certificate: &Path, key: &Path) {
    make(
        &[&format!("/CN={name}"), "subjectAltName=IP:127.0.0.1", "basicConstraints=critical,CA:FALSE"],
        certificate,
        key,
        &[],
    );
}

/// A certificate for this machine, and the authority that signed it.
pub(crate) fn certify_by(authority: &Path, certificate: &Path, key: &Path) {
    let signer = authority.with_extension("key");
    make(
        &["/CN=authority", "keyUsage=critical,keyCertSign", "basicConstraints=critical,CA:TRUE"],
        authority,
        &signer,
        &[],
    );
    let by = ["-CA".as_ref(), authority.as_os_str(), "-CAkey".as_ref(), signer.as_os_str()];
    make(&["/CN=registry", "subjectAltName=IP:127.0.0.1", "basicConstraints=critical,CA:FALSE"], certificate, key, &by);
}

fn make([subject, extensions @ ..]: &[&str; 3], certificate: &Path, key: &Path, by: &[&OsStr]) {
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]);
    command.args(["-subj", subject]).args(extensions.iter().flat_map(|extension| ["-addext", extension])).args(by);
    command.arg("-keyout").arg(key).arg("-out").arg(certificate);
    let output = command.output().expect("openssl is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What the registry answers to a client that trusts only this certificate.
pub(crate) fn status(path: &str, certificate: &Path, port: u16) -> Result<u16, String> {
    let answer = trusting(certificate)?.get(format!("https://127.0.0.1:{port}{path}")).call();
    answer.map(|answer| answer.status().as_u16()).map_err(|error| error.to_string())
}

/// A client that trusts only this certificate.
pub(crate) fn trusting(certificate: &Path) -> Result<ureq::Agent, String> {
    let text = std::fs::read(certificate).map_err(|error| error.to_string())?;
    let root = ureq::tls::Certificate::from_pem(&text).map_err(|error| error.to_string())?;
    let tls = ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::new_with_certs(&[root])).build();
    Ok(ureq::Agent::config_builder().tls_config(tls).http_status_as_error(false).build().into())
}
