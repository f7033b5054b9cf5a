//! What may come back, and within which bounds.

use std::time::Duration;

use tokio::net::TcpListener;
use url::Url;

use super::peer::{Answer, OUTSIDE, Peer, get, get_as, nameless, opened, page, redirect};
use crate::fetch::{Accept, FetchError, FetchOptions, Fetcher};

#[tokio::test]
async fn a_page_is_fetched() {
    let peer = Peer::start((OUTSIDE, 0), |_| page("text/html; charset=utf-8", "hello")).await;
    let fetched = get(&nameless(opened()), &peer.url("/a?b")).await.expect("a page");
    assert_eq!(fetched.bytes, "hello");
    assert_eq!(fetched.content_type, "text/html; charset=utf-8");
    assert_eq!(fetched.final_url, peer.url("/a?b"));
}

#[tokio::test]
async fn three_redirects_are_followed_and_a_fourth_is_not() {
    let peer = Peer::start((OUTSIDE, 0), |path| match path {
        "/3" => redirect("/2"),
        "/2" => redirect("/1"),
        "/1" => redirect("/0"),
        "/0" => page("text/plain", "there"),
        _ => redirect("/loop"),
    })
    .await;
    let fetcher = nameless(opened());

    let fetched = get(&fetcher, &peer.url("/3")).await.expect("three are fine");
    assert_eq!((&*fetched.bytes, fetched.final_url), (&b"there"[..], peer.url("/0")));
    assert_refused!(get(&fetcher, &peer.url("/loop")).await, FetchError::TooManyRedirects, "a loop");
    assert_eq!(peer.hits().await, 8, "four requests each");
}

#[tokio::test]
async fn a_body_is_read_up_to_the_limit_and_not_a_byte_further() {
    let endless = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n";
    let announced = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1048577\r\n\r\n";
    let peer = Peer::start((OUTSIDE, 0), move |path| match path {
        "/endless" => Answer::Endless(endless.to_owned()),
        "/announced" => Answer::Stall(announced.to_owned()),
        "/full" => page("text/plain", &"a".repeat(100)),
        _ => Answer::Text(format!("{endless}{}", "a".repeat(101))),
    })
    .await;
    let fetcher = nameless(opened());
    let hundred = Accept { max_bytes: 100, ..Accept::default() };

    assert_refused!(get(&fetcher, &peer.url("/endless")).await, FetchError::TooLarge, "endless");
    assert_refused!(get(&fetcher, &peer.url("/announced")).await, FetchError::TooLarge, "announced");
    assert_eq!(get_as(&fetcher, &peer.url("/full"), hundred).await.expect("a page").bytes.len(), 100);
    assert_refused!(get_as(&fetcher, &peer.url("/101"), hundred).await, FetchError::TooLarge, "101");
}

#[tokio::test]
async fn a_slow_server_is_given_up() {
    let peer = Peer::start((OUTSIDE, 0), |path| match path {
        "/silent" => Answer::Stall(String::new()),
        _ => Answer::Stall("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_owned()),
    })
    .await;
    let fetcher = nameless(FetchOptions { timeout: Duration::from_millis(200), ..opened() });
    assert_refused!(get(&fetcher, &peer.url("/silent")).await, FetchError::Timeout, "no head");
    assert_refused!(get(&fetcher, &peer.url("/half")).await, FetchError::Timeout, "half a body");
}

#[tokio::test]
async fn a_server_that_does_not_finish_the_handshake_is_given_up_earlier() {
    let peer = Peer::start((OUTSIDE, 0), |_| Answer::Stall(String::new())).await;
    let options = FetchOptions {
        connect_timeout: Duration::from_millis(200),
        timeout: Duration::from_secs(3600),
        ..opened()
    };
    let url = format!("https://{}/", peer.address).parse().expect("an address");
    assert_refused!(get(&nameless(options), &url).await, FetchError::Timeout, "no handshake");
}

#[tokio::test]
async fn a_server_that_is_not_there_cannot_be_asked() {
    let listener = TcpListener::bind((OUTSIDE, 0)).await.expect("a port");
    let url: Url =
        format!("http://{}/?token=secret", listener.local_addr().expect("one")).parse().expect("one");
    drop(listener);
    let error = get(&nameless(opened()), &url).await.expect_err("nobody is there");
    let FetchError::Failed(cause) = &error else { panic!("{error:?}") };
    assert!(!format!("{cause:#} {cause:?} {error:?}").contains("token"), "{error:?}");
}

#[tokio::test]
async fn what_was_not_asked_for_is_refused_and_never_repeated() {
    let with = |status, header: &str| {
        Answer::Text(format!("HTTP/1.1 {status}\r\n{header}Content-Length: 6\r\n\r\nsecret"))
    };
    let peer = Peer::start((OUTSIDE, 0), move |path| match path {
        "/404" => with("404 secret", "Content-Type: image/png\r\n"),
        "/500" => with("500 secret", "Content-Type: image/png\r\n"),
        "/nowhere" => with("302 secret", "Content-Type: image/png\r\n"),
        "/html" => with("200 OK", "Content-Type: text/html; secret=1\r\n"),
        "/none" => with("200 OK", ""),
        "/gzip" => with("200 OK", "Content-Type: image/png\r\nContent-Encoding: gzip\r\n"),
        "/odd" => redirect("http://se:cr:et/"),
        "/identity" => with("200 OK", "Content-Type: IMAGE/png\r\nContent-Encoding: identity\r\n"),
        _ => Answer::Text("secret nonsense\r\n\r\n".to_owned()),
    })
    .await;
    let fetcher = nameless(opened());
    let images = Accept { types: &["image/"], ..Accept::default() };
    let ask = async |path| {
        let result = get_as(&fetcher, &peer.url(path), images).await;
        if let Err(error) = &result {
            assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        }
        result
    };

    assert_refused!(ask("/404").await, FetchError::Status(404), "404");
    assert_refused!(ask("/500").await, FetchError::Status(500), "500");
    assert_refused!(ask("/nowhere").await, FetchError::Status(302), "a redirect to nowhere");
    assert_refused!(ask("/html").await, FetchError::ContentType, "html");
    assert_refused!(ask("/none").await, FetchError::ContentType, "no type");
    assert_refused!(ask("/gzip").await, FetchError::Encoded, "gzip");
    assert_refused!(ask("/odd").await, FetchError::Failed(_), "no address");
    assert_refused!(ask("/nonsense").await, FetchError::Failed(_), "no HTTP");
    assert_eq!(ask("/identity").await.expect("a picture").bytes, "secret");
}

#[test]
fn a_type_is_asked_for_by_its_kind_or_by_its_name() {
    let asked = Accept { types: &["image/", "text/html"], ..Accept::default() };
    for taken in ["image/png", "Image/WebP", "text/html", "text/html;charset=utf-8", " TEXT/HTML ; x=y"] {
        assert!(asked.takes(taken), "{taken}");
    }
    for refused in ["", "image", "text/htmlx", "text/plain", "x; image/png", "application/image/png"] {
        assert!(!asked.takes(refused), "{refused}");
    }
    assert!(Accept::default().takes(""));
}

#[tokio::test]
async fn a_host_is_asked_ten_times_a_minute_redirects_included() {
    let peer = Peer::start((OUTSIDE, 0), |path| match path {
        "/hop" => redirect("/"),
        _ => page("text/plain", "there"),
    })
    .await;
    let fetcher = nameless(opened());
    for _ in 0..5 {
        get(&fetcher.clone(), &peer.url("/hop")).await.expect("two of ten");
    }
    assert_refused!(get(&fetcher, &peer.url("/")).await, FetchError::TooOften { .. }, "the eleventh");
    assert_eq!(peer.hits().await, 10);
}

#[tokio::test]
async fn a_request_waits_for_the_one_before_it() {
    let peer = Peer::start((OUTSIDE, 0), |_| page("text/plain", "there")).await;
    let fetcher = nameless(FetchOptions { timeout: Duration::from_millis(200), ..opened() });
    let turn = fetcher.hosts.enter("127.0.0.1").await.expect("free");
    assert_refused!(get(&fetcher, &peer.url("/")).await, FetchError::Timeout, "not its turn");
    assert_eq!(peer.heads().len(), 0);
    drop(turn);
    assert_eq!(get(&fetcher, &peer.url("/")).await.expect("its turn").bytes, "there");
}

#[test]
fn without_cryptography_there_is_no_fetcher_but_no_panic_either() {
    // each test is a process of its own under nextest; where another one has installed it, there is nothing to see
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        Fetcher::new(FetchOptions::default()).expect_err("no provider");
    }
}
