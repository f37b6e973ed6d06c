//! What was measured, as tables to read.

use super::processes::CpuTime;
use crate::knowledge::evaluation::metrics::Latencies;
use std::fmt::Write as _;

/// How long requests of one kind took, all in milliseconds.
pub struct Line {
    pub what: &'static str,
    p50: f64,
    p95: f64,
    p99: f64,
    /// Processor time of one request. None where the system doesn't tell.
    server: Option<f64>,
    database: Option<f64>,
}

impl Line {
    /// `spent` is the processor time of all `requests` together.
    pub fn new(what: &'static str, latencies: &mut Latencies, requests: u32, spent: CpuTime) -> Self {
        let [p50, p95, p99] = [50, 95, 99].map(|percent| latencies.percentile(percent));
        let each = |all: Option<f64>| all.map(|all| all / f64::from(requests.max(1)));
        Self { what, p50, p95, p99, server: each(spent.server_ms), database: each(spent.database_ms) }
    }

    fn processor(&self) -> Option<f64> {
        Some(self.server? + self.database?)
    }
}

/// A line for each kind of request.
pub fn times(lines: &[Line]) -> String {
    let mut table =
        format!("{:<26}{:>9}{:>9}{:>9}{:>12}{:>14}\n", "ms", "p50", "p95", "p99", "CPU server", "CPU database");
    for Line { what, p50, p95, p99, server, database } in lines {
        let [server, database] = [server, database].map(|time| in_words(*time));
        // Writing to a string can't fail.
        let _ = writeln!(table, "{what:<26}{p50:>9.1}{p95:>9.1}{p99:>9.1}{server:>12}{database:>14}");
    }
    table
}

/// How many times as long each kind of request took with more reports.
pub fn growth(fewer: &[Line], more: &[Line]) -> String {
    let mut table = format!("{:<26}{:>9}{:>9}{:>12}\n", "times as long", "p50", "p95", "CPU");
    for (before, after) in fewer.iter().zip(more) {
        let processor = before.processor().zip(after.processor()).map(|(before, after)| after / before);
        let (what, p50, p95) = (after.what, after.p50 / before.p50, after.p95 / before.p95);
        let _ = writeln!(
            table,
            "{what:<26}{p50:>9.2}{p95:>9.2}{:>12}",
            processor.map_or_else(|| "not known".to_owned(), |times| format!("{times:.2}"))
        );
    }
    table
}

fn in_words(milliseconds: Option<f64>) -> String {
    milliseconds.map_or_else(|| "not known".to_owned(), |time| format!("{time:.1}"))
}

#[cfg(test)]
mod tests {
    use super::{Line, growth, times};

    fn line(p50: f64, processor: Option<f64>) -> Line {
        Line { what: "record", p50, p95: 2.0 * p50, p99: 3.0 * p50, server: processor, database: processor }
    }

    #[test]
    fn times_and_growth_stand_under_their_names() {
        let (fewer, more) = ([line(10.0, Some(4.0))], [line(15.0, Some(5.0))]);
        assert_eq!(
            times(&more).lines().nth(1).unwrap().split_whitespace().collect::<Vec<_>>(),
            ["record", "15.0", "30.0", "45.0", "5.0", "5.0"]
        );
        assert_eq!(
            growth(&fewer, &more).lines().nth(1).unwrap().split_whitespace().collect::<Vec<_>>(),
            ["record", "1.50", "1.50", "1.25"]
        );
    }

    #[test]
    fn what_the_system_does_not_tell_is_not_known() {
        assert!(times(&[line(10.0, None)]).contains("not known"));
        assert!(growth(&[line(10.0, Some(1.0))], &[line(10.0, None)]).contains("not known"));
    }
}
