//! `explain CODE`: what a finding means, why it matters, an example, the fix.

use topology::explain::{Rule, explain, rules};

use crate::args::ExplainArgs;
use crate::command::schema::explain::page as schema_page;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::render::severity_word;
use crate::terminal::Terminal;

pub(crate) fn run(args: &ExplainArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let Some(code) = &args.code else {
        let list: String = rules().map(|rule| format!("{:<40} {}\n", rule.code, rule.summary)).collect();
        terminal.result(&list);
        return Ok(ExitStatus::Clean);
    };
    // `lint --against` and `schema check` report rules of the compatibility engine by their names.
    let pages: Vec<String> = schema::compatibility::rule(code).map(schema_page).collect();
    if !pages.is_empty() {
        terminal.result(&pages.join("\n"));
        return Ok(ExitStatus::Clean);
    }
    let rule = explain(code).ok_or_else(|| {
        let near = nearest(code).map(|near| format!("did you mean `{near}`? "));
        Failure::usage(format!("no finding has the code `{code}`"))
            .help(near.unwrap_or_default() + "`topology explain` without a code lists all of them")
    })?;
    terminal.result(&page(rule));
    Ok(ExitStatus::Clean)
}

fn nearest(code: &str) -> Option<&'static str> {
    rules()
        .map(|rule| (strsim::jaro_winkler(code, rule.code), rule.code))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, code)| code)
}

fn page(rule: &Rule) -> String {
    let mut page = format!("{} ({})\n\n", rule.code, severity_word(rule.severity));
    let sections = [
        ("What it finds", rule.summary),
        ("Why it matters", rule.why),
        ("Example", rule.example),
        ("Mended", rule.fix),
    ];
    for (title, text) in sections.into_iter().filter(|(_, text)| !text.is_empty()) {
        let indented: String = text.trim_end().lines().map(|line| format!("    {line}\n")).collect();
        page += &format!("{title}\n{indented}\n");
    }
    page
}
