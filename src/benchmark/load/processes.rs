//! What processes have used of the processor, as Linux tells it in `/proc` (proc(5)). Elsewhere it isn't known.

use std::fs;

/// The unit of the times in `/proc/*/stat`, which is the same on every Linux that user programs see.
const TICK_MS: f64 = 10.0;

/// Processor time in milliseconds since the processes began; none where it can't be told.
#[derive(Debug, Clone, Copy)]
pub struct CpuTime {
    pub server_ms: Option<f64>,
    pub database_ms: Option<f64>,
}

impl CpuTime {
    pub const NOTHING: Self = Self { server_ms: Some(0.0), database_ms: Some(0.0) };

    /// Of the server's process and of the database's, which are the children of `postmaster` and itself.
    pub fn now(server: u32, postmaster: u32) -> Self {
        let all = read_all();
        let of = |wanted: &dyn Fn(&Process) -> bool| {
            let found: Vec<f64> = all.iter().filter(|process| wanted(process)).map(|process| process.ticks).collect();
            (!found.is_empty()).then(|| found.iter().sum::<f64>() * TICK_MS)
        };
        Self {
            server_ms: of(&|process| process.id == server),
            database_ms: of(&|process| process.id == postmaster || process.parent == postmaster),
        }
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        let sum = |one: Option<f64>, other: Option<f64>| Some(one? + other?);
        Self { server_ms: sum(self.server_ms, other.server_ms), database_ms: sum(self.database_ms, other.database_ms) }
    }

    /// What was used since then.
    pub fn since(self, before: Self) -> Self {
        let difference = |now: Option<f64>, before: Option<f64>| Some(now? - before?);
        Self {
            server_ms: difference(self.server_ms, before.server_ms),
            database_ms: difference(self.database_ms, before.database_ms),
        }
    }
}

/// The process that started another one.
pub fn parent_of(id: u32) -> Option<u32> {
    read(id).map(|process| process.parent)
}

struct Process {
    id: u32,
    parent: u32,
    /// Its own time, and that of children that have ended.
    ticks: f64,
}

fn read_all() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries.filter_map(|entry| read(entry.ok()?.file_name().to_str()?.parse().ok()?)).collect()
}

fn read(id: u32) -> Option<Process> {
    parse(id, &fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

/// The name, which may hold anything, ends at the last bracket; then come state and parent, and as the 14th
/// to 17th field of the line the times of the process and of its children, in user and in system mode.
fn parse(id: u32, stat: &str) -> Option<Process> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11..15)?.iter().map(|field| field.parse::<f64>()).collect::<Result<Vec<_>, _>>().ok()?;
    Some(Process { id, parent: fields.get(1)?.parse().ok()?, ticks: ticks.iter().sum() })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_line_is_read_behind_any_name() {
        let stat = "42 (a) b (c) S 7 42 42 0 -1 4194304 100 0 0 0 11 22 3 4 20 0 1 0 500 1000 10";
        let process = parse(42, stat).unwrap();
        assert_eq!((process.id, process.parent), (42, 7));
        assert!((process.ticks - 40.0).abs() < f64::EPSILON);
        assert!(parse(1, "1 (x) S").is_none());
    }
}
