use axum::extract::ConnectInfo;

use super::*;

#[tokio::test]
async fn handlers_know_the_address_of_the_client() {
    let app = Router::new().fallback(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string());
    let server = Server::start(app, far(), None).await;
    let mut client = server.connect().await;
    let own = client.local_addr().expect("an address").to_string();
    assert!(ask(&mut client, GET_AND_CLOSE).await.ends_with(&own));
}

#[tokio::test]
async fn a_client_that_sends_its_head_too_slowly_is_cut_off() {
    let server = Server::start(greeting(), Limits { header_timeout: SHORT, ..far() }, None).await;
    let mut client = server.connect().await;
    let answer = ask(&mut client, "GET / HTTP/1.1\r\nHost: x\r\n").await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_client_that_says_nothing_is_cut_off() {
    let server = Server::start(greeting(), Limits { header_timeout: SHORT, ..far() }, None).await;
    assert_eq!(rest(&mut server.connect().await).await, "");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = Server::start(greeting(), Limits { header_timeout: 5 * SHORT, ..far() }, None).await;
    let mut client = server.connect().await;
    for _ in 0..2 {
        client.write_all(GET.as_bytes()).await.expect("sent");
        greeted(&mut client).await;
    }
    rest(&mut client).await;
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let server = Server::start(greeting(), Limits { head_bytes: 8192, ..far() }, None).await;
    let fits = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\nConnection: close\r\n\r\n", "x".repeat(4000));
    assert!(ask(&mut server.connect().await, &fits).await.starts_with("HTTP/1.1 200"));
    // exactly as much as is read, so that nothing unread turns the refusal into a reset
    let start = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
    let long = format!("{start}{}", "x".repeat(8192 - start.len()));
    let answer = ask(&mut server.connect().await, &long).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_connection_over_the_limit_waits_until_another_ends() {
    let server = Server::start(greeting(), Limits { connections: 1, ..far() }, None).await;
    let mut first = server.connect().await;
    first.write_all(GET.as_bytes()).await.expect("sent");
    greeted(&mut first).await;

    // the kernel takes the second connection, nobody else does
    let mut second = server.connect().await;
    second.write_all(GET_AND_CLOSE.as_bytes()).await.expect("sent");
    let early = tokio::time::timeout(SHORT, second.read_u8()).await;
    assert!(early.is_err(), "answered while the first was open");

    drop(first);
    assert!(rest(&mut second).await.ends_with("hi"));
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut_off() {
    let (app, mut given_up) = endless();
    let server = Server::start(app, Limits { stall: SHORT, ..far() }, None).await;
    let mut client = server.connect().await;
    client.write_all(GET.as_bytes()).await.expect("sent");
    tokio::time::timeout(PATIENT, given_up.recv()).await.expect("the server gives up");
}

#[tokio::test]
async fn an_answer_does_not_wait_for_a_body_that_nobody_reads() {
    let server = Server::start(greeting(), far(), None).await;
    let mut client = server.connect().await;
    let answer = ask(&mut client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbegun").await;
    assert!(answer.ends_with("hi"), "{answer}");
}

#[tokio::test]
async fn a_request_under_way_is_finished_before_the_server_stops() {
    let (app, mut entered, release) = held();
    let server = Server::start(app, far(), None).await;
    let mut client = server.connect().await;
    client.write_all(GET.as_bytes()).await.expect("sent");
    entered.recv().await.expect("under way");
    server.stop.send(()).expect("serving");
    release.send(()).await.expect("waiting");
    // ends although the client would have kept the connection
    assert!(rest(&mut client).await.ends_with("done"));
    server.served.await.expect("stopped");
}

#[tokio::test]
async fn a_client_that_never_reads_does_not_hold_up_the_stop() {
    let (app, mut given_up) = endless();
    let server = Server::start(app, Limits { drain: SHORT, ..far() }, None).await;
    let mut client = server.connect().await;
    client.write_all(GET.as_bytes()).await.expect("sent");
    client.read_u8().await.expect("the answer has begun");
    server.stop.send(()).expect("serving");
    tokio::time::timeout(PATIENT, server.served).await.expect("in time").expect("stopped");
    assert!(given_up.recv().await.is_none());
}
