//! Pictures are opened in a process of their own: this program once more, with the task as its argument and the file as
//! its input; what comes of it lies in a file, too. What a decoder takes there is given back when it ends, and a decoder that falls over takes nobody along.

use std::{
    fs::File,
    io::{self, BufRead as _, Write as _},
    os::{fd::AsFd as _, unix::process::ExitStatusExt as _},
    path::Path,
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, bail};
use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};
use tokio::{process::Command, sync::Semaphore, time::timeout};

use super::{
    model::Kind,
    picture::{self, Bounds, Clean, Refusal},
};
use crate::files::Content;

/// The hidden command that does a task.
const COMMAND: &str = "open-picture";
/// One at a time: each may take a hundred megabytes meanwhile. The others wait on the disk.
static TURNS: Semaphore = Semaphore::const_new(1);
/// Far more than the heaviest picture that is let in takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// Readers go first.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// A picture fit to be kept, on the disk.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) kind: Kind,
    pub(super) content: Content,
    /// Pixels.
    pub(super) width: i32,
    pub(super) height: i32,
}

#[derive(Debug, Serialize, Deserialize)]
enum Task {
    Clean(Bounds),
    Copies(Vec<i32>),
}

/// What came of a task, in one line; the bytes of the pictures follow it.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Clean {
        kind: Kind,
        width: i32,
        height: i32,
    },
    Refused(Refusal),
    /// Widths, and how many bytes each of them takes.
    Copies(Vec<(i32, u64)>),
}

/// Checks and cleans a file that somebody sent.
///
/// # Errors
/// `Ok(Err(…))`: the sentence for the sender. `Err(…)`: no process can be started.
pub(super) async fn clean(
    program: &Path,
    content: &Content,
    bounds: Bounds,
) -> anyhow::Result<Result<Kept, Refusal>> {
    Ok(match ask(program, &Task::Clean(bounds), content).await? {
        Some((Answer::Clean { kind, width, height }, content)) => Ok(Kept { kind, content, width, height }),
        Some((Answer::Refused(refusal), _)) => Err(refusal),
        // a decoder that stumbles over a file has not opened it
        Some((Answer::Copies(_), _)) | None => Err(Refusal::Damaged),
    })
}

/// Smaller copies of a picture that is kept, as WebP.
///
/// # Errors
/// It cannot be opened, or no process can be started.
pub(super) async fn copies(
    program: &Path,
    content: &Content,
    widths: Vec<i32>,
) -> anyhow::Result<Vec<(i32, Content)>> {
    let Some((Answer::Copies(lengths), copies)) = ask(program, &Task::Copies(widths), content).await? else {
        bail!("the copies of a picture could not be made");
    };
    let mut at = 0;
    let copies = lengths.into_iter().map(|(width, length)| {
        let copy = copies.part(at, length);
        at += length;
        (width, copy)
    });
    Ok(copies.collect())
}

/// Has a task done; `None`: the process fell over the picture.
async fn ask(program: &Path, task: &Task, content: &Content) -> anyhow::Result<Option<(Answer, Content)>> {
    let task = serde_json::to_string(task)?;
    let content = content.clone();
    let _turn = TURNS.acquire().await.context("opening pictures is shut down")?;
    let files =
        tokio::task::spawn_blocking(move || Ok::<_, io::Error>((content.file()?, tempfile::tempfile()?)));
    let (file, made) = files.await.context("was cut off")?.context("handing a picture on")?;
    let process = Command::new(program)
        .args([COMMAND, &task])
        .env_clear()
        // it has no use for memory that it gave back
        .env("MIMALLOC_PURGE_DELAY", "0")
        .stdin(file)
        .stdout(made.try_clone().context("handing a picture on")?)
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        // Ctrl+C is for the server, which lets what it has begun come to an end
        .process_group(0)
        .spawn()
        .context("starting a process for a picture")?;
    let Ok(output) = timeout(PATIENCE, process.wait_with_output()).await else {
        tracing::warn!(seconds = PATIENCE.as_secs(), "a picture took too long");
        return Ok(None);
    };
    let output = output.context("waiting for the process of a picture")?;
    if output.status.signal() == Some(Signal::SIGTERM as i32) {
        bail!("the process of a picture was told to end");
    }
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        tracing::warn!(status = %output.status, said = said.trim(), "a picture could not be opened");
        return Ok(None);
    }
    let read = tokio::task::spawn_blocking(move || read(made)).await.context("was cut off")?;
    Ok(Some(read.context("what came of a picture")?))
}

/// The line with the answer, and what follows it.
fn read(made: File) -> anyhow::Result<(Answer, Content)> {
    let made = Content::of(made)?;
    let mut line = String::new();
    let length = made.open().read_line(&mut line)? as u64;
    Ok((serde_json::from_str(&line)?, made.part(length, made.len() - length)))
}

/// Does a task that this program gave to itself: the file comes as standard input, the answer goes to standard output.
///
/// # Errors
/// A task that is none, or a picture that cannot be opened. A decoder may also panic.
pub fn open_picture(task: &str) -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        eprintln!("no lower priority: {error}");
    }
    let task = serde_json::from_str(task).context("not a task for a picture")?;
    let content = Content::of(File::from(io::stdin().as_fd().try_clone_to_owned()?))?;
    let mut out = io::stdout().lock();
    match task {
        Task::Clean(bounds) => match picture::clean(&content, bounds) {
            Ok(Clean { kind, bytes, width, height }) => {
                say(&mut out, &Answer::Clean { kind, width, height })?;
                out.write_all(&bytes)?;
            }
            Err(refusal) => say(&mut out, &Answer::Refused(refusal))?,
        },
        Task::Copies(widths) => {
            let copies = picture::copies(&content.read()?, &widths)?;
            say(
                &mut out,
                &Answer::Copies(copies.iter().map(|(width, copy)| (*width, copy.len() as u64)).collect()),
            )?;
            for (_, copy) in copies {
                out.write_all(&copy)?;
            }
        }
    }
    Ok(out.flush()?)
}

fn say(out: &mut impl io::Write, answer: &Answer) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, answer)?;
    Ok(out.write_all(b"\n")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds() -> Bounds {
        Bounds::new(1000, 1000)
    }

    #[tokio::test]
    async fn p10_a_process_that_falls_over_a_picture_is_an_answer_and_one_that_does_not_start_an_error() {
        let picture = Content::from("picture");
        let fallen = clean(Path::new("false"), &picture, bounds()).await.expect("it ran");
        assert_eq!(fallen.expect_err("refused"), Refusal::Damaged);
        assert!(copies(Path::new("false"), &picture, vec![480]).await.is_err());
        assert!(clean(Path::new("/no/such/program"), &picture, bounds()).await.is_err());
    }
}
