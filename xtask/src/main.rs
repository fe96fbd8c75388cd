//! Project chores, run as `cargo xtask CHORE`.
//!
//! * [`mod@test`]: everything that must hold before a change lands; CI runs the same.
//! * [`guard`]: the directions between crates that the architecture promises.
//! * [`mod@bench`]: the figures of the README.
//! * [`shell`]: running other programs, echoed and timed.
#![expect(clippy::print_stderr, clippy::print_stdout, reason = "chores talk to the developer at the terminal")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with three digits")]

mod test;
mod guard;
mod bench;
mod shell;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask test | guard | bench [lint|codec|broker|schema|registry|up]";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => test::run(),
        ["guard"] => guard::run(),
        ["bench", names @ ..] => bench::run(names),
        ["measure", words @ ..] => bench::measured_child(words),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}
