//! The process that reads a file, seen from the server: started, fed, waited for, and ended if it takes
//! too long.

use super::{ReadingFault, child::Reply};
use crate::{
    error::AppError,
    knowledge::{chunking::Cut, document::FileType},
    platform::{config::Config, files::FileStream},
};
use futures::StreamExt;
use std::{
    env, io,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, Command},
    time::timeout,
};

/// Longer than the time on a processor that the process allows itself, for a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);
/// The text and what is said about it.
const MAX_REPLY_BYTES: u64 = 64 * 1024 * 1024;
/// Ended by its own limits or by its own fault: CPU time, a broken memory access, an abort (which is how
/// Rust ends when memory or stack runs out), or the system, short of memory.
const FATAL_SIGNALS: [i32; 7] = [4, 5, 6, 7, 9, 11, 24];

/// Reads a file in a process of its own. The outer error is ours and may pass; the inner one is the file's.
pub async fn read_apart(
    config: &Config,
    file_type: FileType,
    file: FileStream,
) -> Result<Result<Cut, ReadingFault>, AppError> {
    let mut child = start(config, file_type).map_err(|error| broken("could not be started", &error))?;
    let finished = timeout(PATIENCE, converse(&mut child, file)).await;
    match finished {
        Ok(Ok((reply, status))) => judge(&reply, status),
        Ok(Err(error)) => {
            end(&mut child).await;
            Err(error)
        }
        Err(_) => {
            end(&mut child).await;
            Ok(Err(ReadingFault::TooDemanding))
        }
    }
}

/// It gets no environment: nothing in it is a parser's business.
fn start(config: &Config, file_type: FileType) -> io::Result<Child> {
    Command::new(program(config)?)
        .args(["extract", "--type", file_type.as_str()])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Ctrl-C at the server must not look like a fault of the file.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

/// The server's own program: on Linux as it was started, even if a new one has been put in its place.
fn program(config: &Config) -> io::Result<PathBuf> {
    const ITSELF: &str = "/proc/self/exe";
    match &config.extractor {
        Some(program) => Ok(program.clone()),
        None if cfg!(target_os = "linux") => Ok(PathBuf::from(ITSELF)),
        None => env::current_exe(),
    }
}

async fn converse(child: &mut Child, file: FileStream) -> Result<(Vec<u8>, ExitStatus), AppError> {
    let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(AppError::Internal);
    };
    let mut reply = Vec::new();
    let mut output = output.take(MAX_REPLY_BYTES);
    let (fed, read) = tokio::join!(feed(input, file), output.read_to_end(&mut reply));
    fed?;
    read.map_err(|error| broken("could not be heard", &error))?;
    // Whoever has more to say is not waited for.
    drop(output);
    let status = child.wait().await.map_err(|error| broken("was lost", &error))?;
    Ok((reply, status))
}

/// Hands the file over. A process that has read enough doesn't take the rest.
async fn feed(mut input: ChildStdin, mut file: FileStream) -> Result<(), AppError> {
    while let Some(bytes) = file.next().await {
        match input.write_all(&bytes?).await {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(broken("takes no file", &error)),
        }
    }
    Ok(())
}

fn judge(reply: &[u8], status: ExitStatus) -> Result<Result<Cut, ReadingFault>, AppError> {
    match (serde_json::from_slice(reply), status.signal()) {
        (Ok(Reply::Read(cut)), _) if status.success() => Ok(Ok(cut)),
        (Ok(Reply::Fault(fault)), _) if status.success() => Ok(Err(fault)),
        (_, Some(signal)) if FATAL_SIGNALS.contains(&signal) => Ok(Err(ReadingFault::TooDemanding)),
        _ => {
            tracing::error!(
                error.kind = "extractor",
                exit.code = status.code(),
                exit.signal = status.signal(),
                "the process that reads files broke off"
            );
            Err(AppError::Internal)
        }
    }
}

async fn end(child: &mut Child) {
    if let Err(error) = child.kill().await {
        tracing::warn!(error.kind = ?error.kind(), "the process that reads files could not be ended");
    }
}

fn broken(what: &str, error: &io::Error) -> AppError {
    tracing::error!(error.kind = ?error.kind(), "the process that reads files {what}");
    AppError::Internal
}
