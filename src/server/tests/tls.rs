use std::{fs, io, path::PathBuf};

use http_body_util::{BodyExt as _, Empty};
use hyper::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};
use tempfile::TempDir;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::*;

/// A certificate that signs itself, with its key, as PEM.
struct Made {
    root: CertificateDer<'static>,
    certificate: String,
    key: String,
}

impl Made {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        Self {
            root: made.cert.der().clone(),
            certificate: made.cert.pem(),
            key: made.signing_key.serialize_pem(),
        }
    }
}

/// Where the server finds its pair.
struct Folder(TempDir);

impl Folder {
    fn with(made: &Made) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.put(made);
        folder
    }

    fn put(&self, made: &Made) {
        fs::write(self.certificate(), &made.certificate).expect("written");
        fs::write(self.key(), &made.key).expect("written");
    }

    /// Another pair that is certain to have another length: two changes may share one tick of the file system's clock.
    fn put_longer(&self, made: &Made) {
        fs::write(self.certificate(), format!("{}\n\n\n\n\n\n\n\n\n\n", made.certificate)).expect("written");
        fs::write(self.key(), &made.key).expect("written");
    }

    fn certificate(&self) -> PathBuf {
        self.0.path().join("cert.pem")
    }

    fn key(&self) -> PathBuf {
        self.0.path().join("key.pem")
    }

    fn load(&self) -> anyhow::Result<Tls> {
        Tls::load(&self.certificate(), &self.key())
    }
}

/// Connects as a client that believes `made` only.
async fn connect(server: &Server, made: &Made, alpn: &[&str]) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(made.root.clone()).expect("a root");
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, server.connect().await).await
}

fn spoken(stream: &TlsStream<TcpStream>) -> Option<&[u8]> {
    stream.get_ref().1.alpn_protocol()
}

#[tokio::test]
async fn http1_is_spoken_over_tls() {
    let made = Made::new();
    let server = Server::start(greeting(), far(), Some(Folder::with(&made).load().expect("loaded"))).await;
    for alpn in [&["http/1.1"][..], &[]] {
        let mut client = connect(&server, &made, alpn).await.expect("a handshake");
        assert_eq!(spoken(&client), alpn.first().map(|name| name.as_bytes()));
        assert!(ask(&mut client, GET_AND_CLOSE).await.ends_with("hi"));
    }
}

#[tokio::test]
async fn http2_is_spoken_with_those_who_can() {
    let made = Made::new();
    let server = Server::start(greeting(), far(), Some(Folder::with(&made).load().expect("loaded"))).await;
    let client = connect(&server, &made, &["h2", "http/1.1"]).await.expect("a handshake");
    assert_eq!(spoken(&client), Some(&b"h2"[..]));

    let io = TokioIo::new(client);
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
    tokio::spawn(connection);
    let request = Request::get("https://localhost/").body(Empty::<Bytes>::new()).expect("a request");
    let response = sender.send_request(request).await.expect("an answer");
    assert_eq!(response.into_body().collect().await.expect("a body").to_bytes(), "hi");
}

#[tokio::test]
async fn a_client_that_never_shakes_hands_is_cut_off_and_holds_up_nobody() {
    let made = Made::new();
    let limits = Limits { header_timeout: Duration::from_secs(1), ..far() };
    let server = Server::start(greeting(), limits, Some(Folder::with(&made).load().expect("loaded"))).await;
    let mut silent = server.connect().await;
    let mut other = connect(&server, &made, &[]).await.expect("a handshake");
    assert!(ask(&mut other, GET_AND_CLOSE).await.ends_with("hi"));
    assert_eq!(rest(&mut silent).await, "");
}

#[tokio::test]
async fn a_handshake_takes_a_place_among_the_connections() {
    let made = Made::new();
    let limits = Limits { connections: 1, ..far() };
    let server = Server::start(greeting(), limits, Some(Folder::with(&made).load().expect("loaded"))).await;
    let silent = server.connect().await;
    let waits = connect(&server, &made, &[]);
    let mut waits = std::pin::pin!(waits);
    assert!(tokio::time::timeout(SHORT, waits.as_mut()).await.is_err(), "served over the limit");
    drop(silent);
    let mut client = waits.await.expect("a handshake");
    assert!(ask(&mut client, GET_AND_CLOSE).await.ends_with("hi"));
}

#[tokio::test]
async fn plain_http_on_the_tls_port_is_closed() {
    let made = Made::new();
    let server = Server::start(greeting(), far(), Some(Folder::with(&made).load().expect("loaded"))).await;
    let answer = ask(&mut server.connect().await, GET).await;
    assert!(!answer.contains("hi"), "{answer}");
}

#[tokio::test]
async fn a_stalled_client_is_cut_off_over_tls_too() {
    let made = Made::new();
    let (app, mut given_up) = endless();
    let limits = Limits { stall: SHORT, ..far() };
    let server = Server::start(app, limits, Some(Folder::with(&made).load().expect("loaded"))).await;
    let mut client = connect(&server, &made, &[]).await.expect("a handshake");
    client.write_all(GET.as_bytes()).await.expect("sent");
    client.flush().await.expect("sent");
    tokio::time::timeout(PATIENT, given_up.recv()).await.expect("the server gives up");
}

#[tokio::test]
async fn a_request_under_way_over_tls_is_finished_before_the_server_stops() {
    let made = Made::new();
    let (app, mut entered, release) = held();
    let server = Server::start(app, far(), Some(Folder::with(&made).load().expect("loaded"))).await;
    let silent = server.connect().await;
    let mut client = connect(&server, &made, &[]).await.expect("a handshake");
    client.write_all(GET.as_bytes()).await.expect("sent");
    entered.recv().await.expect("under way");
    server.stop.send(()).expect("serving");
    release.send(()).await.expect("waiting");
    assert!(rest(&mut client).await.ends_with("done"));
    tokio::time::timeout(PATIENT, server.served).await.expect("nobody else is waited for").expect("stopped");
    drop(silent);
}

#[tokio::test]
async fn a_new_certificate_is_served_without_a_restart() {
    let (old, new) = (Made::new(), Made::new());
    let folder = Folder::with(&old);
    let tls = folder.load().expect("loaded");
    tokio::spawn(tls.clone().follow_every(Duration::from_millis(5)));
    let server = Server::start(greeting(), far(), Some(tls)).await;
    let mut before = connect(&server, &old, &[]).await.expect("the old certificate");

    folder.put_longer(&new);
    let followed = async { while connect(&server, &new, &[]).await.is_err() {} };
    tokio::time::timeout(PATIENT, followed).await.expect("the new certificate");
    connect(&server, &old, &[]).await.expect_err("the old one is gone");
    // connections that stand are left alone
    assert!(ask(&mut before, GET_AND_CLOSE).await.ends_with("hi"));
}

#[tokio::test]
async fn a_broken_new_certificate_keeps_the_old_one() {
    let (old, new) = (Made::new(), Made::new());
    let folder = Folder::with(&old);
    let tls = folder.load().expect("loaded");
    let mut follower = tls.clone().follower();
    let server = Server::start(greeting(), far(), Some(tls)).await;

    fs::write(folder.certificate(), "half a certi").expect("written");
    follower.look().await;
    connect(&server, &old, &[]).await.expect("the old certificate");

    // the certificate has come, its key has not
    fs::write(folder.certificate(), &new.certificate).expect("written");
    follower.look().await;
    connect(&server, &old, &[]).await.expect("the old certificate");

    fs::remove_file(folder.key()).expect("removed");
    follower.look().await;
    connect(&server, &old, &[]).await.expect("the old certificate");

    folder.put(&new);
    follower.look().await;
    connect(&server, &new, &[]).await.expect("the new certificate");
}

#[test]
fn what_is_wrong_with_the_files_is_said_with_their_names() {
    let (made, other) = (Made::new(), Made::new());
    let refused = |spoil: fn(&Folder, &Made)| {
        let folder = Folder::with(&made);
        spoil(&folder, &other);
        format!("{:#}", folder.load().err().expect("refused"))
    };
    let gone = refused(|folder, _| fs::remove_file(folder.key()).expect("removed"));
    assert!(gone.contains("cannot read") && gone.contains("key.pem"), "{gone}");
    let empty = refused(|folder, _| fs::write(folder.certificate(), "").expect("written"));
    assert!(empty.contains("cert.pem holds no certificate"), "{empty}");
    let no_key = refused(|folder, other| fs::write(folder.key(), &other.certificate).expect("written"));
    assert!(no_key.contains("key.pem holds no private key"), "{no_key}");
    let foreign = refused(|folder, other| fs::write(folder.key(), &other.key).expect("written"));
    assert!(foreign.contains("key.pem belongs to another certificate"), "{foreign}");
}
