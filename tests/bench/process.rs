//! The real program as a process of its own, and how much memory it takes.

use std::{
    fs::File,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command},
    time::Duration,
};

use super::{
    ground::{SECRET_KEY, url_of},
    load::Load,
};

/// `quire serve`, with the defaults of a real one; ended when dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Waits until it answers.
    pub(crate) async fn start(database: &str, folder: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("its address");
        drop(free);
        let log = folder.join("log");
        let child = Command::new(env!("CARGO_BIN_EXE_quire"))
            .arg("serve")
            .env_clear()
            .env("DATABASE_URL", url_of(database))
            .env("QUIRE_SECRET_KEY", SECRET_KEY)
            .env("QUIRE_DATA_DIR", folder)
            .env("QUIRE_LISTEN", address.to_string())
            .env("QUIRE_TRUSTED_PROXIES", "127.0.0.0/8")
            .stdout(File::create(folder.join("announced")).expect("a file"))
            .stderr(File::create(&log).expect("a file"))
            .spawn()
            .expect("the server starts");
        let server = Self { child, address };
        let load = Load::on(address);
        for _ in 0..300 {
            if load.send(load.page("/readyz")).await.is_some_and(|(status, _)| status.is_success()) {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no answer; its log: {}", std::fs::read_to_string(log).unwrap_or_default());
    }

    /// Does `work`: its result, and the most MB that the server took meanwhile (`None` where there is no /proc).
    pub(crate) async fn watched<T>(&self, work: impl Future<Output = T>) -> (T, Option<u64>) {
        // from now on, says proc(5); where it cannot be told so, since the start
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").ok();
        let done = work.await;
        (done, peak(self.child.id()))
    }
}

pub(crate) fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kb: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kb / 1024)
}

impl Drop for Server {
    fn drop(&mut self) {
        // gone already is as good
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
