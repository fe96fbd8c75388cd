//! The embedded cluster beside Apache Kafka 4.3.1: three brokers each, the same client, the same topic settings, the
//! same machine, one after the other in one run.
//!
//! Processor time is that of the brokers' processes. Each figure is printed for both, with the ratio.
#![expect(clippy::print_stdout, reason = "a benchmark prints figures")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with three digits")]

mod contender;
mod load;
mod report;

use contender::Contender;
use report::Report;

fn main() {
    let mut report = Report::default();
    for start in [Contender::embedded, Contender::kafka] {
        let (contender, seconds) = start();
        println!("{}: {} brokers after {seconds:.3} s", contender.name, 3);
        report.add("process start to 3 brokers answering Metadata, s", seconds);
        report.add("memory when idle, MB", contender.resident_megabytes());
        load::run(&contender, &mut report);
        report.next();
    }
    report.print();
}
