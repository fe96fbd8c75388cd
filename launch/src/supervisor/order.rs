//! In which order processes start and stop. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Others, ProcessSpec};
use crate::Error;

/// Checks that names are unique and fit for files, that dependencies exist, and that they form no cycle.
pub(super) fn check(
    specs: &[ProcessSpec],
    current: &BTreeMap<String, Arc<ProcessSpec>>,
    others: Others,
) -> Result<(), Error> {
    let mut all: BTreeMap<&str, &[String]> = BTreeMap::new();
    if others == Others::Keep {
        all.extend(current.iter().map(|(name, spec)| (name.as_str(), spec.depends_on.as_slice())));
    }
    let mut listed = BTreeSet::new();
    for spec in specs {
        if !is_file_name(&spec.name) {
            return Err(Error::Specification(format!(
                "`{}` cannot name a process: it names a log file too",
                spec.name
            )));
        }
        if !listed.insert(&spec.name) {
            return Err(Error::Specification(format!("two processes are named `{}`", spec.name)));
        }
        all.insert(&spec.name, &spec.depends_on);
    }
    for (name, dependencies) in &all {
        if let Some(missing) = dependencies.iter().find(|dependency| !all.contains_key(dependency.as_str())) {
            return Err(Error::Specification(format!(
                "`{name}` depends on `{missing}`, which is not among the processes"
            )));
        }
    }
    let leveled: usize = levels(&all).iter().map(Vec::len).sum();
    if leveled == all.len() {
        return Ok(());
    }
    let ordered: BTreeSet<String> = levels(&all).into_iter().flatten().collect();
    let cycle: Vec<&str> = all.keys().filter(|name| !ordered.contains(**name)).copied().collect();
    Err(Error::Specification(format!("these processes wait for each other: {}", cycle.join(", "))))
}

/// The processes in stop order: each level may stop at once, after every level before it has ended.
pub(super) fn stop_levels(specs: &BTreeMap<String, Arc<ProcessSpec>>) -> Vec<Vec<String>> {
    let all = specs.iter().map(|(name, spec)| (name.as_str(), spec.depends_on.as_slice())).collect();
    let mut levels = levels(&all);
    levels.reverse();
    levels
}

/// The processes in start order. Members of a cycle, and what depends on them, are in no level.
fn levels(all: &BTreeMap<&str, &[String]>) -> Vec<Vec<String>> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut levels = Vec::new();
    loop {
        let is_next = |(name, dependencies): &(&&str, &&[String])| {
            let known =
                |dependency: &String| !all.contains_key(dependency.as_str()) || done.contains(dependency.as_str());
            !done.contains(**name) && dependencies.iter().all(known)
        };
        let level: Vec<&str> = all.iter().filter(is_next).map(|(name, _)| *name).collect();
        if level.is_empty() {
            return levels;
        }
        done.extend(&level);
        levels.push(level.into_iter().map(str::to_owned).collect());
    }
}

fn is_file_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=200).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn spec(name: &str, depends_on: &[&str]) -> ProcessSpec {
        let mut spec = ProcessSpec::new(name, Kind::Service, "true");
        spec.depends_on = depends_on.iter().map(ToString::to_string).collect();
        spec
    }

    fn check_all(specs: &[ProcessSpec]) -> Result<(), String> {
        check(specs, &BTreeMap::new(), Others::Stop).map_err(|error| error.to_string())
    }

    #[test]
    fn stops_in_reverse_order_level_by_level() {
        let specs =
            [spec("b1", &[]), spec("b2", &[]), spec("registry", &["b1", "b2"]), spec("billing", &["registry", "b1"])];
        let specs = specs.into_iter().map(|spec| (spec.name.clone(), Arc::new(spec))).collect();
        assert_eq!(stop_levels(&specs), [vec!["billing"], vec!["registry"], vec!["b1", "b2"]]);
    }

    #[test]
    fn a_cycle_is_named() {
        let error = check_all(&[spec("a", &["b"]), spec("b", &["a"]), spec("c", &[])]).unwrap_err();
        assert_eq!(error, "these processes wait for each other: a, b");
    }

    #[test]
    fn a_missing_dependency_and_a_double_name_are_told() {
        assert!(check_all(&[spec("a", &["x"])]).unwrap_err().contains("depends on `x`"));
        assert!(check_all(&[spec("a", &[]), spec("a", &[])]).unwrap_err().contains("two processes"));
    }

    #[test]
    fn a_name_that_leaves_the_folder_is_refused() {
        assert!(check_all(&[spec("../a", &[])]).is_err());
        assert!(check_all(&[spec("", &[])]).is_err());
    }

    #[test]
    fn kept_processes_may_be_depended_on() {
        let current = BTreeMap::from([("b1".to_owned(), Arc::new(spec("b1", &[])))]);
        assert!(check(&[spec("a", &["b1"])], &current, Others::Keep).is_ok());
        assert!(check(&[spec("a", &["b1"])], &current, Others::Stop).is_err());
    }
}
