//! Whose turn it is on a connection, and since when. Requests and bytes of answers count, packets do not: neither
//! pings nor heads that never end keep a connection open.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::time::Instant;

/// Less than this is no progress: acknowledgements and pings are written too.
const PROGRESS: usize = 1024;

/// What happens on one connection.
pub(super) struct Activity(Mutex<State>);

struct State {
    /// Pieces of work that the application has under way.
    working: usize,
    /// Bytes written since `moved`.
    written: usize,
    moved: Instant,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State { working: 0, written: 0, moved: Instant::now() }))
    }

    /// It is the application's turn until the returned value is dropped.
    pub(super) fn work(self: &Arc<Self>) -> Work {
        self.state().working += 1;
        Work(self.clone())
    }

    /// The client's side has taken `bytes`.
    pub(super) fn wrote(&self, bytes: usize) {
        let mut state = self.state();
        state.written += bytes;
        if state.written >= PROGRESS {
            state.moved();
        }
    }

    /// Resolves when, from now on, it has been the client's turn for `time` and nothing has moved; at the latest after
    /// twice the time.
    pub(super) async fn quiet_for(&self, time: Duration) {
        let start = Instant::now();
        loop {
            let since = self.quiet_since().unwrap_or_else(Instant::now);
            let until = since.max(start) + time;
            if until <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(until).await;
        }
    }

    fn quiet_since(&self) -> Option<Instant> {
        let state = self.state();
        (state.working == 0).then_some(state.moved)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // a count is never half written
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn moved(&mut self) {
        self.written = 0;
        self.moved = Instant::now();
    }
}

/// A piece of work that the application has under way.
pub(super) struct Work(Arc<Activity>);

impl Drop for Work {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.working -= 1;
        state.moved();
    }
}

/// The body of an answer. While the application makes the next piece it is at work; once made, it is the client's turn.
pub(super) struct Answer {
    body: Body,
    activity: Arc<Activity>,
    work: Option<Work>,
}

impl Answer {
    pub(super) fn new(body: Body, activity: Arc<Activity>) -> Self {
        Self { body, activity, work: None }
    }
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if polled.is_ready() {
            self.work = None;
        } else if self.work.is_none() {
            self.work = Some(self.activity.work());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const SHORT: Duration = Duration::from_millis(20);
    const PATIENT: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn it_is_not_quiet_while_the_application_works() {
        let activity = Arc::new(Activity::new());
        let works = [activity.work(), activity.work()];
        for work in works {
            assert!(timeout(3 * SHORT, activity.quiet_for(SHORT)).await.is_err());
            drop(work);
        }
        timeout(PATIENT, activity.quiet_for(SHORT)).await.expect("quiet");
    }

    #[tokio::test]
    async fn an_answer_is_work_until_its_next_piece_is_made() {
        let activity = Arc::new(Activity::new());
        let (sender, pieces) = tokio::sync::mpsc::channel::<Result<Bytes, std::convert::Infallible>>(1);
        let pieces = futures_util::stream::unfold(pieces, async |mut pieces| {
            let piece = pieces.recv().await?;
            Some((piece, pieces))
        });
        let mut answer = Answer::new(Body::from_stream(Box::pin(pieces)), activity.clone());
        assert!(activity.quiet_since().is_some());

        let mut frame = std::pin::pin!(http_body_util::BodyExt::frame(&mut answer));
        assert!(timeout(SHORT, frame.as_mut()).await.is_err());
        assert!(activity.quiet_since().is_none());

        sender.send(Ok(Bytes::from_static(b"piece"))).await.expect("wanted");
        frame.await.expect("a frame").expect("a piece");
        assert!(activity.quiet_since().is_some());
    }

    #[test]
    fn a_few_bytes_are_no_movement() {
        let activity = Activity::new();
        let before = activity.quiet_since();
        activity.wrote(17);
        assert_eq!(activity.quiet_since(), before);
        activity.wrote(PROGRESS);
        assert!(activity.quiet_since() > before);
    }
}
