//! `supportsignal extract`: reads one file from its input and writes what it holds to its output, under
//! limits that it sets itself and can't lift again.

use super::{ReadingFault, read};
use crate::knowledge::{chunking::Cut, document::FileType};
use anyhow::Context;
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use std::{
    io::{Read, Write, stdin, stdout},
    panic, thread,
};

/// Memory that a parser may take.
const MAX_MEMORY_BYTES: u64 = 1024 * 1024 * 1024;
/// Time on a processor.
const MAX_CPU_SECONDS: u64 = 60;
/// Deeply nested files need a deep stack; one that nests without end runs out of it and ends here.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// What the process answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    Read(Cut),
    Fault(ReadingFault),
}

/// Reads the file and answers.
pub fn run(file_type: &str) -> anyhow::Result<()> {
    let file_type = FileType::parse(file_type).context("there is no such type of file")?;
    limit_itself()?;
    // What a parser says when it breaks may quote the file.
    panic::set_hook(Box::new(|_| {}));
    let mut file = Vec::new();
    stdin().lock().read_to_end(&mut file)?;
    let reading = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || read(file_type, file))?;
    let reply = match reading.join() {
        Ok(Ok(cut)) => Reply::Read(cut),
        Ok(Err(fault)) => Reply::Fault(fault),
        Err(_) => Reply::Fault(ReadingFault::Damaged),
    };
    let mut output = stdout().lock();
    serde_json::to_writer(&mut output, &reply)?;
    output.flush()?;
    Ok(())
}

fn limit_itself() -> anyhow::Result<()> {
    let limits = [
        (Resource::Data, MAX_MEMORY_BYTES),
        (Resource::As, 8 * MAX_MEMORY_BYTES),
        (Resource::Cpu, MAX_CPU_SECONDS),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }).context("a limit can't be set")?;
    }
    Ok(())
}
