//! A stream that doesn't wait for ever until the other side takes what is written.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::activity::Activity;

/// A stream whose writes fail with `TimedOut` when not one byte is taken for a while. A flush is not timed: a socket
/// keeps nothing back.
pub(super) struct Impatient<S> {
    stream: S,
    stall: Duration,
    activity: Arc<Activity>,
    /// Set while a write waits.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<S> Impatient<S> {
    /// What is written also counts as movement in `activity`.
    pub(super) fn new(stream: S, stall: Duration, activity: Arc<Activity>) -> Self {
        Self { stream, stall, activity, deadline: None }
    }

    fn timed(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = written {
            self.deadline = None;
            self.activity.wrote(*written.as_ref().unwrap_or(&0));
            return Poll::Ready(written);
        }
        let stall = self.stall;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(stall)));
        ready!(deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.timed(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.timed(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    fn narrow(stall: Duration) -> (Impatient<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(4);
        (Impatient::new(ours, stall, Arc::new(Activity::new())), theirs)
    }

    #[tokio::test]
    async fn a_write_that_nobody_takes_fails() {
        let (mut ours, _theirs) = narrow(Duration::from_millis(20));
        let written = tokio::time::timeout(Duration::from_secs(10), ours.write_all(b"more than four")).await;
        let error = written.expect("the write ends").expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_reader_that_comes_back_ends_the_countdown() {
        let (mut ours, mut theirs) = narrow(Duration::from_secs(60));
        ours.write_all(b"four").await.expect("there is room");
        let waits = tokio::time::timeout(Duration::from_millis(1), ours.write(b"more")).await;
        assert!(waits.is_err() && ours.deadline.is_some());
        theirs.read_exact(&mut [0; 4]).await.expect("read");
        ours.write_all(b"more").await.expect("there is room again");
        assert!(ours.deadline.is_none());
    }
}
