//! Reads all schema files of a project at once.
//!
//! Names work across files in any order, so reading takes four passes over trees that are already in memory:
//! `declare` gives every definition its id, `define` reads the definitions, `default` checks defaults against the
//! types that are now known, and `finite` finds records that no value can fill. Nothing stops at the first mistake:
//! a part that cannot be read becomes `null` in the model, and its file loses its root.

mod demand;
mod declare;
mod define;
mod attribute;
mod reference;
mod union;
mod logical;
mod default;
mod finite;

pub(super) use union::base_name;

use std::collections::BTreeMap;

pub(super) use demand::Demand;
use demand::Refusal;

use super::model::{FullName, NamedType, Place, Schemas, Type, TypeId};
use super::tree::{JsonRules, Notation, Tree, read_tree};
use crate::json::{DuplicateKey, Json, JsonError};
use crate::{Finding, Severity, Span};

/// One `.avsc`, `.avdl` or `.avpr` file.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its name, for telling files apart: two files of one name are one file. The extension tells the notation.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// What the files say, and what is wrong with them.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The types. A file with a finding of severity error has no root.
    pub schemas: Schemas,
    /// Everything that is wrong with any file, in the order of the files and of their text.
    pub findings: Vec<Finding>,
}

/// Reads schema files and links names across them, whatever their order.
///
/// One full name may be defined twice if both definitions say the same, as self-contained files of one system do.
pub fn parse(files: &[File<'_>]) -> Parsed {
    let mut findings = Vec::new();
    let read = |(position, file): (usize, &File<'_>)| {
        let notation = (Notation::of_path(file.name), JsonRules::Plain);
        read_tree((position, file.name), &file.text.into(), notation, &mut findings)
    };
    let trees: Vec<Option<Tree>> = files.iter().enumerate().map(read).collect();
    let linked = link(&trees, &first_positions(files), Demand::Project, findings);
    Parsed { schemas: linked.schemas, findings: linked.findings }
}

/// Schemas that were read together, with what only their texts know.
pub(super) struct Linked {
    pub(super) schemas: Schemas,
    /// The object that defines each type.
    pub(super) definitions: Vec<Place>,
    pub(super) findings: Vec<Finding>,
}

/// Links the names of trees. `distinct` holds for each file the position of the first one that is the same.
pub(super) fn link(trees: &[Option<Tree>], distinct: &[usize], demand: Demand, findings: Vec<Finding>) -> Linked {
    let is_idl = trees.iter().map(|tree| tree.as_ref().is_some_and(|tree| tree.notation == Notation::Idl)).collect();
    let mut parser = Parser { demand, is_idl, findings, ..Parser::default() };
    // The first file comes last: what it defines a second time is its own mistake, and not that of a reference.
    let order = if demand == Demand::Project { 0 } else { 1.min(trees.len()) };
    for file in (order..trees.len()).chain(0..order).filter(|file| distinct[*file] == *file) {
        if let Some(tree) = &trees[file] {
            let scope = Scope { file, namespace: tree.namespace.as_deref() };
            tree.items.iter().for_each(|json| parser.declare(json, scope));
        }
    }
    let mut roots: Vec<Option<Type>> = Vec::with_capacity(trees.len());
    for (file, tree) in trees.iter().enumerate() {
        let root = match tree {
            Some(_) if distinct[file] != file => roots[distinct[file]].clone(),
            Some(tree) => {
                let scope = Scope { file, namespace: tree.namespace.as_deref() };
                let types: Vec<Type> = tree.items.iter().map(|json| parser.schema(json, scope)).collect();
                tree.root.and_then(|root| types.into_iter().nth(root))
            }
            None => None,
        };
        roots.push(root);
    }
    parser.finish(roots, distinct)
}

pub(super) fn duplicate_finding(file: usize, duplicate: &DuplicateKey<'_>) -> Finding {
    Finding::error(
        "schema::duplicate-key",
        Place { file, span: duplicate.again },
        format!("key `{}` is given twice", duplicate.key),
    )
    .label("given again here")
    .also(Place { file, span: duplicate.first }, "given first here")
    .note("JSON readers disagree about which of the two counts, so two programs would see two schemas.")
    .help("remove one of the two")
}

pub(super) fn syntax_finding(file: usize, name: &str, error: &JsonError) -> Finding {
    let what = if name.is_empty() { "the schema".to_owned() } else { format!("schema file `{name}`") };
    let rules = "An Avro schema or protocol is one JSON value, without comments and trailing commas.";
    error.finding(file, Severity::Error, format!("{what} is {error}"), rules)
}

/// For each file the position of the first one of the same name.
fn first_positions(files: &[File<'_>]) -> Vec<usize> {
    let mut seen = BTreeMap::new();
    files.iter().enumerate().map(|(position, file)| *seen.entry(file.name).or_insert(position)).collect()
}

/// Where a piece of schema stands: its file and the namespace around it.
#[derive(Clone, Copy)]
struct Scope<'s> {
    file: usize,
    namespace: Option<&'s str>,
}

impl Scope<'_> {
    fn place(self, span: Span) -> Place {
        Place { file: self.file, span }
    }
}

/// The state of one run.
#[derive(Default)]
struct Parser<'a> {
    demand: Demand,
    /// Which files are Avro IDL.
    is_idl: Vec<bool>,
    types: Vec<NamedType>,
    names: BTreeMap<FullName, TypeId>,
    /// The definition of each type, for comparison with a second one of the same name.
    definitions: Vec<&'a Json>,
    /// The type that the object at this place defines.
    defined_at: BTreeMap<(usize, Span), TypeId>,
    findings: Vec<Finding>,
    /// How many unknown names were searched for a near one; the search is quadratic, so it has a limit.
    suggestions: usize,
}

impl Parser<'_> {
    /// Reports what Java's parser refuses under any circumstances, or what is no error to begin with.
    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Reports what Java's parser does not refuse, or not always.
    fn report_if(&mut self, refusal: Refusal, finding: Finding) {
        self.findings.push(self.demand.judge(refusal, finding));
    }

    fn finish(mut self, roots: Vec<Option<Type>>, distinct: &[usize]) -> Linked {
        let definitions = self.definitions.iter().zip(&self.types);
        let definitions = definitions.map(|(json, named)| Place { file: named.place.file, span: json.span }).collect();
        let mut schemas = Schemas { types: self.types, roots };
        default::check(&schemas, self.demand, &mut self.findings);
        finite::check(&schemas, self.demand, &mut self.findings);
        self.findings.sort_by_key(|finding| (finding.place.file, finding.place.span));
        // Fields of IDL can share the text of their type.
        self.findings.dedup();
        let mut is_broken = vec![false; distinct.len()];
        for finding in self.findings.iter().filter(|finding| finding.severity == Severity::Error) {
            is_broken[finding.place.file] = true;
        }
        for (file, root) in schemas.roots.iter_mut().enumerate() {
            if is_broken[distinct[file]] {
                *root = None;
            }
        }
        Linked { schemas, definitions, findings: self.findings }
    }
}
