//! `schema explain RULE`: what a compatibility rule means.

use schema::compatibility::{Effect, Rule, rule, rules};

use crate::args::SchemaExplainArgs;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub(crate) fn run(args: &SchemaExplainArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let Some(name) = &args.rule else {
        terminal.result(&list());
        return Ok(ExitStatus::Clean);
    };
    let pages: Vec<String> = rule(name).map(page).collect();
    if pages.is_empty() {
        let near = nearest(name).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        return Err(Failure::usage(format!("no compatibility rule is called `{name}`"))
            .help(near + "`topology schema explain` without a name lists all of them"));
    }
    terminal.result(&pages.join("\n"));
    Ok(ExitStatus::Clean)
}

fn list() -> String {
    rules()
        .map(|rule| format!("{:<12} {:<9} {:<60} {}\n", rule.format.as_str(), word(rule.effect), rule.name, rule.what))
        .collect()
}

fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Safe => "safe",
        Effect::Risky => "risky",
        Effect::Breaking => "breaking",
    }
}

/// The page of one rule, as `explain` shows it too.
pub(crate) fn page(rule: &Rule) -> String {
    let mut page = format!("{} ({}, {})\n\n", rule.name, rule.format, word(rule.effect));
    let mut sections = vec![("What it finds", rule.what), ("Why it matters", rule.why), ("What to do", rule.fix)];
    sections.extend(rule.forward_fix.map(|fix| ("What to do at FORWARD, where the old schema reads", fix)));
    for (title, text) in sections {
        page += &format!("{title}\n    {text}\n\n");
    }
    page.truncate(page.trim_end().len());
    page + "\n"
}

fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_uppercase();
    rules()
        .map(|rule| (strsim::jaro_winkler(&name, rule.name), rule.name))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
