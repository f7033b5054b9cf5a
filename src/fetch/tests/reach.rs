//! Who may be asked, and what goes along.

use std::sync::atomic::Ordering;

use reqwest::header::HeaderValue;

use super::peer::{Answer, INSIDE, OUTSIDE, Peer, Scripted, fetcher, get, nameless, opened, page, redirect};
use crate::fetch::{FetchError, FetchOptions, Fetcher, request::next_hop};

#[tokio::test]
async fn class_21_no_spelling_of_an_inside_address_reaches_it() {
    let trap = Peer::start((OUTSIDE, 0), |_| page("text/plain", "secret")).await;
    let options = FetchOptions { inside: vec![], per_minute: 1000, ..opened() };
    let fetcher = fetcher(options, &Scripted::new(&[&[OUTSIDE]]));
    let hosts = [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "127.255.255.254",
        "0x7f000001",
        "0x7f.1",
        "0X7F.0x0.0x0.0x1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "%31%32%37.0.0.1",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "0",
        "0.0.0.0",
        "[::]",
        "[::1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "10.0.0.1",
        "169.254.169.254",
        // names: the resolver says 127.0.0.1
        "localhost",
        "localhost.",
        "LOCALHOST",
        "a.localhost",
        "rebinding.example",
    ];
    for host in hosts {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{}/", trap.address.port()).parse().expect("an address");
            assert_refused!(get(&fetcher, &url).await, FetchError::PrivateAddress, "{url} for {host}");
        }
    }
    assert_eq!(trap.hits().await, 0);
}

#[tokio::test]
async fn class_21_the_names_of_the_system_are_judged_too() {
    let trap = Peer::start((OUTSIDE, 0), |_| page("text/plain", "secret")).await;
    rustls::crypto::ring::default_provider().install_default().ok();
    let url = format!("http://localhost:{}/", trap.address.port()).parse().expect("an address");

    let closed = Fetcher::new(FetchOptions { inside: vec![], ..opened() }).expect("a fetcher");
    assert_refused!(get(&closed, &url).await, FetchError::PrivateAddress, "closed");
    assert_eq!(trap.hits.load(Ordering::SeqCst), 0);

    // the other way round, the name does lead to the trap
    let everything = vec!["127.0.0.0/8".parse().expect("a network"), "::1/128".parse().expect("a network")];
    let open = Fetcher::new(FetchOptions { inside: everything, ..opened() }).expect("a fetcher");
    assert_eq!(get(&open, &url).await.expect("reached").bytes, "secret");
}

#[tokio::test]
async fn class_21_a_name_is_resolved_once_and_connected_to_what_was_judged() {
    let trap = Peer::trap(0).await;
    // it does not hang up: the next request could use the same connection
    let kept = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npublic";
    let peer = Peer::start((OUTSIDE, trap.address.port()), |_| Answer::Stall(kept.to_owned())).await;
    let names = Scripted::new(&[&[OUTSIDE], &[INSIDE]]);
    let fetcher = fetcher(opened(), &names);
    let url = format!("http://rebinding.example:{}/", peer.address.port()).parse().expect("an address");

    assert_eq!(get(&fetcher, &url).await.expect("the first answer").bytes, "public");
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);
    assert_refused!(get(&fetcher, &url).await, FetchError::PrivateAddress, "the second answer");
    assert_eq!(names.asked.load(Ordering::SeqCst), 2, "no answer and no connection outlives its request");
    assert_eq!(trap.hits().await, 0);
}

#[tokio::test]
async fn class_21_one_inside_address_among_others_refuses_the_name() {
    let trap = Peer::trap(0).await;
    let peer = Peer::start((OUTSIDE, trap.address.port()), |_| page("text/plain", "public")).await;
    for answer in [[OUTSIDE, INSIDE], [INSIDE, OUTSIDE]] {
        let fetcher = fetcher(opened(), &Scripted::new(&[&answer]));
        let url = format!("http://mixed.example:{}/", peer.address.port()).parse().expect("an address");
        assert_refused!(get(&fetcher, &url).await, FetchError::PrivateAddress, "{answer:?}");
    }
    assert_eq!((peer.hits().await, trap.hits().await), (0, 0));
}

#[tokio::test]
async fn a_name_without_an_address_is_not_found() {
    let url = "http://nobody.example/".parse().expect("an address");
    assert_refused!(get(&nameless(opened()), &url).await, FetchError::NotFound, "{url}");
}

#[tokio::test]
async fn class_21_every_hop_of_a_redirect_is_checked() {
    let trap = Peer::trap(0).await;
    let (inside, port) = (trap.address, trap.address.port());
    let targets = [
        format!("http://{inside}/"),
        format!("//127.2:{port}/"),
        format!("http://2130706434:{port}/"),
        format!("http://[::ffff:127.0.0.2]:{port}/"),
        format!("http://name.example:{port}/"),
    ];
    for target in targets {
        let to = target.clone();
        let peer = Peer::start((OUTSIDE, 0), move |_| redirect(&to)).await;
        let fetcher = fetcher(opened(), &Scripted::new(&[&[INSIDE]]));
        assert_refused!(get(&fetcher, &peer.url("/")).await, FetchError::PrivateAddress, "{target}");
        assert_eq!(peer.hits().await, 1);
    }
    assert_eq!(trap.hits().await, 0);
}

#[tokio::test]
async fn class_21_a_redirect_leads_to_no_other_port_scheme_or_account() {
    let trap = Peer::start((OUTSIDE, 0), |_| page("text/plain", "secret")).await;
    let to_port = format!("http://{}/", trap.address);
    let peer = Peer::start((OUTSIDE, 0), move |path| match path {
        "/port" => redirect(&to_port),
        "/scheme" => redirect("file:///etc/passwd"),
        "/script" => redirect("javascript:alert(1)"),
        _ => redirect("http://ada:secret@127.0.0.1/"),
    })
    .await;
    let port = peer.address.port();
    let fetcher = nameless(FetchOptions { ports: vec![port..=port], ..opened() });

    assert_refused!(get(&fetcher, &peer.url("/port")).await, FetchError::Port, "port");
    assert_refused!(get(&fetcher, &peer.url("/scheme")).await, FetchError::Scheme, "scheme");
    assert_refused!(get(&fetcher, &peer.url("/script")).await, FetchError::Scheme, "script");
    assert_refused!(get(&fetcher, &peer.url("/account")).await, FetchError::Credentials, "account");
    assert_eq!(trap.hits().await, 0);
}

#[test]
fn only_http_and_https_on_their_ports_without_credentials_and_inside_addresses() {
    let check = |url: &str| FetchOptions::default().check(&url.parse().expect("an address"));
    for url in [
        "http://example.org/",
        "https://example.org:443/",
        "http://93.184.215.14/",
        "https://[2606:4700::1]/",
    ] {
        check(url).expect("a public address");
    }
    for url in [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org:80/",
        "data:,x",
        "ws://example.org/",
    ] {
        assert_refused!(check(url), FetchError::Scheme, "{url}");
    }
    for url in ["http://ada@example.org/", "https://ada:secret@example.org/", "http://:secret@example.org/"] {
        assert_refused!(check(url), FetchError::Credentials, "{url}");
    }
    for port in [0, 1, 22, 25, 79, 81, 442, 444, 3000, 5432, 6379, 8080, 65535] {
        let url = format!("http://example.org:{port}/");
        assert_refused!(check(&url), FetchError::Port, "{url}");
    }
}

#[test]
fn a_redirect_never_leaves_https() {
    let hop = |from: &str, to| next_hop(&from.parse().expect("an address"), &HeaderValue::from_static(to));
    assert_refused!(hop("https://a.example/x", "http://a.example/x"), FetchError::Downgrade, "downgrade");
    assert_refused!(hop("https://a.example/x", "http://"), FetchError::Failed(_), "no address");
    for (from, to, expected) in [
        ("https://a.example/x", "/y", "https://a.example/y"),
        ("https://a.example/x", "//b.example/y", "https://b.example/y"),
        ("http://a.example/x", "https://b.example/y", "https://b.example/y"),
        ("http://a.example/x", "http://b.example/y", "http://b.example/y"),
    ] {
        assert_eq!(hop(from, to).expect("a hop").as_str(), expected);
    }
}

#[tokio::test]
async fn nothing_of_ours_goes_along() {
    let peer = Peer::start((OUTSIDE, 0), |path| match path {
        "/secret" => redirect("/next"),
        _ => page("text/plain", "there"),
    })
    .await;
    get(&nameless(opened()), &peer.url("/secret")).await.expect("a page");

    let heads = peer.heads();
    assert_eq!(heads.len(), 2);
    for head in heads {
        let mut names: Vec<_> = head.lines().skip(1).filter_map(|line| line.split_once(": ")).collect();
        names.sort_unstable();
        let host = peer.address.to_string();
        let expected =
            [("accept", "*/*"), ("accept-encoding", "identity"), ("host", &host), ("user-agent", "quire")];
        assert_eq!(names, expected);
    }
}

#[tokio::test]
async fn class_21_the_proxy_of_the_environment_is_not_asked() {
    let trap = Peer::trap(0).await;
    let proxy = trap.url("/").to_string();
    // the environment of this process is shared, so another one runs the simplest test
    let output = tokio::process::Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "fetch::tests::answers::a_page_is_fetched"])
        .envs([("http_proxy", &proxy), ("HTTP_PROXY", &proxy), ("ALL_PROXY", &proxy)])
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .await
        .expect("the other process");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!(trap.hits().await, 0);
}
