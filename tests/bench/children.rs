//! How much memory a server takes with the processes that it starts.

use std::{pin::pin, time::Duration};

use super::process::{Server, peak};

/// As [`Server::watched`]; what the largest process took that the server started meanwhile is added, as if both had
/// taken the most at once.
pub(crate) async fn watched<T>(server: &Server, work: impl Future<Output = T>) -> (T, Option<u64>) {
    let mut largest = 0;
    let watching = async {
        let mut work = pin!(work);
        loop {
            if let Ok(done) = tokio::time::timeout(Duration::from_millis(4), &mut work).await {
                break done;
            }
            largest = started_by(server.child.id()).filter_map(peak).fold(largest, u64::max);
        }
    };
    let (done, own) = server.watched(watching).await;
    (done, own.map(|own| own + largest))
}

fn started_by(process: u32) -> impl Iterator<Item = u32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(move |id| parent(*id) == Some(process))
}

fn parent(process: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // the name of a program may hold brackets, too
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
