use super::*;

/// The preface and empty settings: a connection that promises requests.
const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// The same with `SETTINGS_INITIAL_WINDOW_SIZE` 0: the client takes not one byte of an answer.
const HELLO_WITHOUT_WINDOW: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0";
/// `GET / http x` on stream 1, complete.
const HEADERS: &[u8] = b"\0\0\x06\x01\x05\0\0\0\x01\x82\x86\x84\x41\x01x";
/// The first half of it, without END_HEADERS.
const HALF_HEADERS: &[u8] = b"\0\0\x03\x01\x01\0\0\0\x01\x82\x86\x84";

/// Sends `frames` and then nothing, not even the answers to pings; waits until the server closes.
async fn cut_off_after(frames: &[&[u8]]) {
    let server =
        Server::start(greeting(), Limits { header_timeout: SHORT, stall: SHORT, ..far() }, None).await;
    let mut client = server.connect().await;
    client.write_all(&frames.concat()).await.expect("sent");
    rest(&mut client).await;
}

#[tokio::test]
async fn a_client_that_never_ends_the_preface_is_cut_off() {
    cut_off_after(&[b"PRI * HTTP/2.0"]).await;
}

#[tokio::test]
async fn a_client_without_requests_is_cut_off() {
    cut_off_after(&[HELLO]).await;
}

#[tokio::test]
async fn a_client_that_never_ends_its_headers_is_cut_off() {
    cut_off_after(&[HELLO, HALF_HEADERS]).await;
}

#[tokio::test]
async fn a_client_that_was_answered_is_not_kept_for_ever() {
    cut_off_after(&[HELLO, HEADERS]).await;
}

#[tokio::test]
async fn a_client_that_lets_nothing_through_is_cut_off() {
    cut_off_after(&[HELLO_WITHOUT_WINDOW, HEADERS]).await;

    let (app, mut given_up) = endless();
    let server = Server::start(app, Limits { header_timeout: SHORT, stall: SHORT, ..far() }, None).await;
    let mut client = server.connect().await;
    client.write_all(&[HELLO_WITHOUT_WINDOW, HEADERS].concat()).await.expect("sent");
    tokio::time::timeout(PATIENT, given_up.recv()).await.expect("the server gives up");
}
