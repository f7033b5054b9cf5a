//! stub
use std::future::Future;
/// id
#[derive(Debug, Clone)]
pub struct RequestId(String);
impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
/// s
pub async fn time_session<T>(f: impl Future<Output = T>) -> T {
    f.await
}
/// r
pub fn time_render<T>(f: impl FnOnce() -> T) -> T {
    f()
}
