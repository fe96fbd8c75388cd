//! References that lead nowhere, names that two schemas claim, and versions that nobody knows.

use super::super::{Document, Draft, Node, built_in, index, uri};
use super::near::nearest;
use crate::finding::{Finding, Severity};
use crate::json::{Json, JsonKind, Member};

/// How many references that lead nowhere get a suggestion; each looks at many names.
const SUGGESTIONS: usize = 50;

/// The references and names of all texts. What is wrong in the texts that a schema refers to is a warning: they are
/// in use.
pub(super) fn check(document: &Document, schemas: &[Node<'_>], findings: &mut Vec<Finding>) {
    let mut suggestions = 0;
    for &node in schemas {
        unknown_draft(node, findings);
        for member in node.references() {
            let reference = member.value.as_str().unwrap_or_default();
            if node.resolve(reference).is_none() {
                suggestions += 1;
                findings.push(unresolved(document, node, member, suggestions <= SUGGESTIONS));
            }
        }
        if let Some(member) = node.member("$ref").filter(|member| member.value.as_str().is_none()) {
            findings.push(not_a_text(node, member));
        }
        identifier(node, findings);
    }
    for clash in &document.index.clashes {
        let message = format!("two schemas are called `{}`", uri::shown_name(&clash.name));
        let finding = Finding::warning("schema::duplicate-id", clash.again, message)
            .label("called so again here")
            .also(clash.first, "called so first here")
            .note("References to this name lead to the first of the two; other validators may take the second.")
            .help("give one of the two another name");
        findings.push(finding);
    }
}

fn severity(node: Node<'_>) -> Severity {
    if node.own_place().file == 0 { Severity::Error } else { Severity::Warning }
}

fn not_a_text(node: Node<'_>, member: &Member) -> Finding {
    let message = format!("`$ref` must be a string, but this is {}", member.value.describe());
    Finding::new(severity(node), "schema::keyword-value", node.place_of(&member.value), message)
        .label(format!("{} here", member.value.describe()))
        .note("A `$ref` names another schema by its URI.")
        .help("write a reference such as `\"#/definitions/order\"`")
}

fn unresolved(document: &Document, node: Node<'_>, member: &Member, may_suggest: bool) -> Finding {
    let reference = member.value.as_str().unwrap_or_default();
    let (location, fragment) = uri::split_fragment(reference);
    let place = node.place_of(&member.value);
    let new = |message: String| {
        Finding::new(severity(node), "schema::unresolved-reference", place, message)
            .note("Nothing says which values are valid here, so a validator refuses the whole schema.")
    };
    let key = &member.key;
    let Some(root) = node.resource_root(location) else {
        let finding = new(format!("`{key}` refers to `{location}`, which is not among the references"))
            .label("no text and no `$id` has this name");
        let near = if may_suggest { near_text(document, location) } else { None };
        return finding.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add a reference named `{location}` to the schema"),
        });
    };
    if let Some(target) = root.fragment(fragment) {
        return new(format!("`{key}` refers to `{reference}`, which is no schema but {}", target.json().describe()))
            .label("this leads to a value that is no schema")
            .also(target.place_of(target.json()), format!("{} here", target.json().describe()))
            .help("refer to an object or a boolean");
    }
    let finding = new(format!("`{key}` refers to `{reference}`, which does not exist"));
    missing_part(finding, root, location, fragment, may_suggest)
}

/// Says how far a reference leads in a text that exists, and what may have been meant.
fn missing_part(finding: Finding, root: Node<'_>, location: &str, fragment: &str, may_suggest: bool) -> Finding {
    let decoded = uri::decode(fragment).unwrap_or_default();
    let Some(pointer) = decoded.strip_prefix('/') else {
        let near = nearest(&decoded, root.anchors().take(if may_suggest { usize::MAX } else { 0 }));
        return finding.label("no anchor has this name").help(match near {
            Some(near) => format!("did you mean `{location}#{near}`?"),
            None => {
                format!("name a schema with `\"$anchor\": \"{decoded}\"`, or use a JSON pointer such as `#/$defs/a`")
            }
        });
    };
    let mut found = root;
    let mut path = format!("{location}#");
    for token in pointer.split('/') {
        let Some(next) = found.pointer(&format!("/{token}")) else {
            return no_such_member(finding, found, &path, token, may_suggest);
        };
        found = next;
        path = format!("{path}/{token}");
    }
    finding
}

fn no_such_member(finding: Finding, at: Node<'_>, path: &str, token: &str, may_suggest: bool) -> Finding {
    let key = token.replace("~1", "/").replace("~0", "~");
    let members: &[Member] = match &at.json().kind {
        JsonKind::Object(members) if may_suggest => members,
        _ => &[],
    };
    let near = nearest(&key, members.iter().map(|member| &*member.key));
    let finding = finding.label(format!("`{path}` has no `{key}`"));
    if let Some(whole) = at.place_in_whole_text(path, token) {
        return finding
            .also(whole, "this is where the whole text has it")
            .also(at.place(), "the `$id` of this schema makes `#` mean this schema and not the whole text")
            .help("refer to it by the `$id` of the whole text, or remove the inner `$id`");
    }
    finding.help(match near {
        Some(near) => format!("did you mean `{path}/{}`?", near.replace('~', "~0").replace('/', "~1")),
        None => format!("define it at `{path}/{token}`"),
    })
}

fn near_text(document: &Document, location: &str) -> Option<String> {
    let names = document.index.names().map(uri::shown_name);
    Some(nearest(location, names)?.to_owned())
}

fn unknown_draft(node: Node<'_>, findings: &mut Vec<Finding>) {
    let Some(schema) = node.get("$schema").filter(|_| node.own_place().file == 0) else { return };
    let Some(uri) = schema.as_str() else { return };
    if Draft::of_metaschema(uri).is_some() {
        return;
    }
    let (location, _) = uri::split_fragment(uri);
    let is_named = built_in::metaschemas().named(None, location).is_some();
    let near = nearest(location, Draft::ALL.into_iter().map(Draft::metaschema));
    let finding =
        Finding::warning("schema::unknown-draft", node.place_of(schema), format!("`{uri}` is no known version"))
            .label(format!("read as {}", node.draft()))
            .note("A registry reads a schema of an unknown version as draft 7, whatever its author meant.");
    findings.push(finding.help(match near.filter(|_| !is_named) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write `{}`", Draft::Draft2020.metaschema()),
    }));
}

fn identifier(node: Node<'_>, findings: &mut Vec<Finding>) {
    let Some(id) = index::identifier(node.json(), node.draft()).filter(|_| node.own_place().file == 0) else { return };
    let (location, _) = uri::split_fragment(id);
    if uri::join(None, location).is_some() {
        return;
    }
    let key = node.draft().id_keyword();
    let value: &Json = node.get(key).unwrap_or(node.json());
    let finding = Finding::warning("schema::unreadable-id", node.place_of(value), format!("`{id}` is not a URI"))
        .label("this names nothing")
        .note("References are relative to this name; without it only those that start with `#` lead anywhere.")
        .help("write a URI such as `https://example.com/order.json`");
    findings.push(finding);
}
