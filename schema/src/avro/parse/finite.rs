//! Finds records that contain themselves without an end, so that no value of them exists.
//!
//! A record can be filled once each of its fields can; an array or a map can always be empty, a union needs one
//! branch. Records are settled from the bottom up with a work list; what is left over contains itself. Nothing here
//! recurses: schemas are input, and chains of records can be as long as a file.

use std::collections::BTreeSet;

use super::{Demand, Refusal};
use crate::Finding;
use crate::avro::model::{Field, NamedKind, Schemas, Type, TypeId};

pub(super) fn check(schemas: &Schemas, demand: Demand, findings: &mut Vec<Finding>) {
    let mut settling = Settling {
        schemas,
        is_finite: vec![false; schemas.types.len()],
        next_field: vec![0; schemas.types.len()],
        waiting: vec![Vec::new(); schemas.types.len()],
    };
    for (id, _) in schemas.iter() {
        settling.settle(id);
    }
    let mut cycles = Vec::new();
    settling.report_cycles(&mut cycles);
    findings.extend(cycles.into_iter().map(|finding| demand.judge(Refusal::Never, finding)));
}

struct Settling<'a> {
    schemas: &'a Schemas,
    is_finite: Vec<bool>,
    /// The first field of each record that is not known to be fillable.
    next_field: Vec<usize>,
    /// The records that wait for each type.
    waiting: Vec<Vec<TypeId>>,
}

impl<'a> Settling<'a> {
    fn settle(&mut self, id: TypeId) {
        let mut work = vec![id];
        while let Some(id) = work.pop() {
            let index = id.0 as usize;
            if !self.is_finite[index] && self.advance(id) {
                self.is_finite[index] = true;
                work.append(&mut self.waiting[index]);
            }
        }
    }

    /// Whether every field can be filled; otherwise the record waits for what it lacks.
    fn advance(&mut self, id: TypeId) -> bool {
        while let Some(field) = self.blocked_field(id) {
            let lacking = lacking(&field.schema, &self.is_finite);
            if !lacking.is_empty() {
                for other in lacking {
                    self.waiting[other.0 as usize].push(id);
                }
                return false;
            }
            self.next_field[id.0 as usize] += 1;
        }
        true
    }

    fn blocked_field(&self, id: TypeId) -> Option<&'a Field> {
        match &self.schemas.get(id).kind {
            NamedKind::Record(fields) => fields.get(self.next_field[id.0 as usize]),
            _ => None,
        }
    }

    /// Follows each endless record to what it lacks; every such walk ends in a circle, which is reported once.
    fn report_cycles(&self, findings: &mut Vec<Finding>) {
        let mut visited = BTreeSet::new();
        for (start, _) in self.schemas.iter() {
            let mut walk = Vec::new();
            let mut next = Some(start).filter(|id| !self.is_finite[id.0 as usize]);
            while let Some(id) = next.filter(|id| visited.insert(*id)) {
                walk.push(id);
                next =
                    self.blocked_field(id).and_then(|field| lacking(&field.schema, &self.is_finite).first().copied());
            }
            if let Some(entry) = walk.iter().position(|id| Some(*id) == next) {
                findings.extend(self.cycle_finding(&walk[entry..]));
            }
        }
    }

    fn cycle_finding(&self, cycle: &[TypeId]) -> Option<Finding> {
        const SHOWN: usize = 8;
        let step = |position: usize| {
            let record = self.schemas.get(cycle[position]);
            let next = self.schemas.get(cycle[(position + 1) % cycle.len()]);
            let field = self.blocked_field(cycle[position])?;
            let label = format!("field `{}` of `{}` always holds a `{}`", field.name, record.name, next.name);
            Some((field.place, label))
        };
        let (place, label) = step(0)?;
        let name = &self.schemas.get(cycle[0]).name;
        let finding = Finding::error("schema::infinite-type", place, format!("record `{name}` always contains itself"))
            .label(label)
            .note("A value would have no end, so none exists.")
            .help("make the field optional, `[\"null\", ...]`, or an array");
        let others = (1..cycle.len().min(SHOWN)).filter_map(step);
        Some(others.fold(finding, |finding, (place, label)| finding.also(place, label)))
    }
}

/// The named types that keep a type from being filled; none if it can be.
fn lacking(schema: &Type, is_finite: &[bool]) -> Vec<TypeId> {
    match schema {
        Type::Named(id) if !is_finite[id.0 as usize] => vec![*id],
        Type::Union(branches) => {
            let branches: Vec<_> = branches.iter().map(|branch| lacking(branch, is_finite)).collect();
            if branches.iter().any(Vec::is_empty) { Vec::new() } else { branches.concat() }
        }
        _ => Vec::new(),
    }
}
