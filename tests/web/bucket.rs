//! Uploads in a bucket: against a server in this process that speaks like S3 and checks signatures.

use std::path::Path;

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use quire::{
    config::{Config, MediaKeys},
    files::Files,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use sqlx::PgPool;

use super::{
    media::png,
    support::{Person, TestApp},
};

const ID: &str = "a-key";
const SECRET: &str = "its secret";

/// What `main` does; the second test of a process finds it done.
fn install_cryptography() {
    rustls::crypto::ring::default_provider().install_default().ok();
}

/// Serves the folders in `root` as buckets; the address.
async fn serve(root: &Path) -> String {
    install_cryptography();
    std::fs::create_dir(root.join("blog")).expect("a bucket");
    let mut service = S3ServiceBuilder::new(FileSystem::new(root).expect("a folder"));
    service.set_auth(SimpleAuth::from_single(ID, SECRET));
    let service = service.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                // a client that goes away is no failure of a test
                Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await.ok();
            });
        }
    });
    format!("http://{address}")
}

fn in_bucket(config: &mut Config, endpoint: &str, secret: &str) {
    config.media_url =
        format!("s3://blog/uploads?endpoint={endpoint}&region=eu-1").parse().expect("an address");
    config.media_keys = Some(MediaKeys { id: ID.to_owned(), secret: secret.into() });
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn pictures_live_in_a_bucket_as_they_do_in_a_folder(db: PgPool) {
    let root = tempfile::tempdir().expect("a folder");
    let endpoint = serve(root.path()).await;
    let app = TestApp::with(db, |config| in_bucket(config, &endpoint, SECRET)).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/media").await.form(".upload-form").file("files", "a.png", &png(600, 300));
    let page = ada.submit(form).await;
    let address = page.attr(".facts a", "href");
    app.run_jobs().await;
    ada.get(&page.url).await.shows("480 pixels wide");

    let key = address.trim_start_matches("/media/");
    assert!(root.path().join("blog/uploads").join(key).is_file(), "{key}");
    let copy = address.replace(".png", "-480.webp");
    for (path, kind) in [(&address, "image/png"), (&copy, "image/webp")] {
        let served = app.browser().get(path).await;
        served.assert_status(200);
        assert_eq!(served.header("content-type"), kind);
    }

    let asked = ada.get(&format!("{}/delete", page.url)).await;
    ada.submit(asked.form("main form")).await.shows("The picture is deleted.");
    app.run_jobs().await;
    for path in [&address, &copy] {
        app.browser().get(path).await.assert_status(404);
    }
    assert!(!root.path().join("blog/uploads").join(key).exists());
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_wrong_key_is_a_failure_that_no_reader_is_told_of(db: PgPool) {
    let root = tempfile::tempdir().expect("a folder");
    let endpoint = serve(root.path()).await;
    let app = TestApp::with(db, |config| in_bucket(config, &endpoint, "another secret")).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/media").await.form(".upload-form").file("files", "a.png", &png(60, 30));
    let failed = ada.submit(form).await;
    failed.assert_status(500).hides("Signature").hides("uploads/").hides("127.0.0.1");
    assert_eq!(app.count("select count(*) from media").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_address_that_says_too_little_is_told_at_the_start(db: PgPool) {
    install_cryptography();
    let app = TestApp::new(db).await;
    let mut config = (*app.state.config).clone();
    for (address, keys, complaint) in [
        ("s3://blog", false, "QUIRE_MEDIA_KEY_ID"),
        ("s3://blog?zone=1", true, "endpoint and region"),
        ("ftp://blog", true, "s3://bucket/prefix"),
    ] {
        config.media_url = address.parse().expect("an address");
        config.media_keys = keys.then(|| MediaKeys { id: ID.to_owned(), secret: SECRET.into() });
        let error = Files::open(&config).expect_err(address);
        assert!(format!("{error:#}").contains(complaint), "{error:#}");
    }
}
