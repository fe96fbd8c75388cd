//! `schema canonical` and `schema fingerprint`: what registries store of a schema, and how it is known.

use schema::identity::Identity;
use schema::{Document, Strictness};
use topology::source::Sources;

use super::{diff, text};
use crate::args::{CanonicalForm, Format, SchemaCanonicalArgs, SchemaFingerprintArgs, SchemaTextArgs};
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;

pub(crate) fn canonical(args: &SchemaCanonicalArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let document = document(&args.file, &args.text, scope)?;
    let text = match args.form {
        CanonicalForm::Stored => document.canonical(),
        CanonicalForm::Normalized => document.normalized(),
        CanonicalForm::Parsing => parsing(&document)?,
        other => document.formatted(other.registry_name()).ok_or_else(|| {
            Failure::usage(format!("{} schemas have no form `{}`", document.format(), other.registry_name()))
                .help("`resolved` and `parsing` are of Avro, `serialized` and `ignore-extensions` of Protobuf")
        })?,
    };
    scope.terminal.result(&format!("{}\n", text.trim_end_matches('\n')));
    Ok(ExitStatus::Clean)
}

pub(crate) fn fingerprint(args: &SchemaFingerprintArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let document = document(&args.file, &args.text, scope)?;
    let rows = rows(&document);
    match args.format {
        Format::Human => {
            let lines: String = rows.iter().map(|(name, value)| format!("{name:<15} {value}\n")).collect();
            scope.terminal.result(&lines);
        }
        Format::Json => {
            let members: serde_json::Map<String, serde_json::Value> =
                rows.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
            scope.terminal.result(&format!("{:#}\n", serde_json::Value::Object(members)));
        }
    }
    Ok(ExitStatus::Clean)
}

fn document(place: &str, args: &SchemaTextArgs, scope: &Scope) -> Result<Document, Failure> {
    let mut sources = Sources::default();
    let read = text::read(place, args, Strictness::Lenient, &mut sources)?;
    match read.document {
        Some(document) => Ok(document),
        None => Err(diff::unreadable(&sources, scope, &[&read])),
    }
}

fn parsing(document: &Document) -> Result<String, Failure> {
    match document {
        Document::Avro(avro) => Ok(avro.parsing_canonical_form()),
        other => Err(Failure::usage(format!("{} schemas have no Parsing Canonical Form", other.format()))),
    }
}

/// The names by which a schema is known, without references, metadata and rules, which a file does not have.
fn rows(document: &Document) -> Vec<(&'static str, String)> {
    let stored = Identity::of(&document.canonical(), [], None, None);
    let normalized = Identity::of(&document.normalized(), [], None, None);
    let mut rows = vec![
        ("guid", stored.to_string()),
        ("md5", hexadecimal(&stored.0)),
        ("normalized-guid", normalized.to_string()),
    ];
    if let Document::Avro(avro) = document {
        let prints = avro.fingerprints();
        rows.push(("crc-64-avro", format!("{:016x}", prints.crc_64_avro)));
        rows.push(("avro-md5", hexadecimal(&prints.md5)));
        rows.push(("avro-sha-256", hexadecimal(&prints.sha_256)));
    }
    rows
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
