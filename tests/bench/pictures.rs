//! How much memory pictures take. The real server, with its defaults, gets ten uploads at once, again and again: of
//! photographs as cameras make them, and of files that are made to take all the memory there is. Its peak, with that of
//! the process that opens them, may lie 150 MB above what it takes when it is idle; else the bench fails.
//!
//! `make bench-pictures`

mod children;
mod ground;
mod load;
mod process;

use std::{collections::BTreeMap, io::Cursor, process::ExitCode, time::Duration};

use axum::http::{Request, header};
use bytes::Bytes;
use http_body_util::Full;
use image::{DynamicImage, ImageFormat, RgbImage, codecs::gif::GifEncoder};
use quire::{session::Role, telemetry};

use ground::{Ground, PASSWORD};
use load::{Answer, Load, Pace, percentile};
use process::Server;

const AT_ONCE: u32 = 10;
const MOST_MB: u64 = 150;
const AUTHOR: &str = "author@example.org";

/// A file, and what becomes of it.
struct Kind {
    label: &'static str,
    bytes: Vec<u8>,
    taken: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::init("error", quire::config::LogFormat::Pretty).expect("a logger");
    let folder = tempfile::tempdir().expect("a folder");
    let ground = Ground::sown(folder.path(), 50, 50).await;
    ground.account("Author", AUTHOR, Role::Author).await;
    let newest = format!("/posts/{}", ground.newest_posts().await[0]);

    let server = Server::start(&ground.name, folder.path()).await;
    let fine = measure(&server, &newest).await;

    drop(server);
    ground.drop().await;
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::print_stdout, reason = "the figures are what a bench is for")]
async fn measure(server: &Server, page: &str) -> bool {
    let load = Load::on(server.address);
    let cookie = log_in(&load).await;
    let (_, idle) = server.watched(load.send(load.page(page))).await;
    let idle = idle.expect("the memory of a process: this bench needs Linux");

    println!("\n{AT_ONCE} uploads at once; idle the server takes {idle} MB");
    println!("{:<44} {:>8} {:>9} {:>9} {:>8}  answers", "", "file MB", "median s", "slowest s", "peak MB");
    let mut fine = true;
    for kind in kinds() {
        let (mb, cookie, taken) = (kind.bytes.len() >> 20, cookie.clone(), kind.taken);
        let pace = Pace { every: Duration::from_millis(1), during: Duration::from_millis(AT_ONCE.into()) };
        let sending = load.run(pace, move |load, n| upload(load, &cookie, &kind.bytes, n));
        let (answers, peak) = children::watched(server, sending).await;
        let peak = peak.unwrap_or(u64::MAX);
        let [median, slowest] = [50, 100].map(|percent| percentile(&answers, percent) / 1000.0);
        println!("{:<44} {mb:>8} {median:>9.1} {slowest:>9.1} {peak:>8}  {}", kind.label, statuses(&answers));
        fine &= peak <= idle + MOST_MB && answers.iter().all(|answer| is_right(answer, taken));
    }
    println!("\nat most {} MB are allowed", idle + MOST_MB);
    fine
}

fn is_right(answer: &Answer, taken: bool) -> bool {
    answer.status.is_some_and(|status| if taken { status == 303 } else { status == 422 })
}

fn kinds() -> Vec<Kind> {
    let photograph = |width, height| {
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
            // hills with some grain, about as large as what a camera makes of them
            let hill = (f64::from(x) / 300.0).sin() * 60.0 + f64::from(y) / 30.0;
            let grain = x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)) >> 13 & 15;
            let tone = |by: f64| level(hill * by + f64::from(grain) + 60.0);
            image::Rgb([tone(1.0), tone(0.8), tone(0.5)])
        }))
    };
    let large = encoded(&photograph(6_000, 4_000), ImageFormat::Jpeg);
    let mut padded = large.clone();
    padded.resize(30 << 20, 0);
    let mut huge = encoded(&photograph(10, 10), ImageFormat::Png);
    huge[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let mut polyglot = encoded(&photograph(4_000, 3_000), ImageFormat::Jpeg);
    polyglot.extend(b"<script>alert(1)</script>".repeat(10_000));
    let mut frames = Vec::new();
    {
        let mut encoder = GifEncoder::new_with_speed(&mut frames, 30);
        let frame = image::Frame::new(photograph(900, 600).into_rgba8());
        encoder.encode_frames(std::iter::repeat_n(frame, 30)).expect("encoded");
    }
    vec![
        Kind {
            label: "photographs of 12 megapixels",
            bytes: encoded(&photograph(4_000, 3_000), ImageFormat::Jpeg),
            taken: true,
        },
        Kind { label: "photographs of 24 megapixels", bytes: large, taken: true },
        Kind {
            label: "screenshots of 6 megapixels with alpha",
            bytes: encoded(
                &DynamicImage::ImageRgba8(photograph(3_000, 2_000).into_rgba8()),
                ImageFormat::Png,
            ),
            taken: true,
        },
        Kind { label: "JPEG of 30 MB", bytes: padded, taken: false },
        Kind { label: "PNG that says 50,000 × 50,000 pixels", bytes: huge, taken: false },
        Kind {
            label: "PNG of 25 megapixels that are all alike",
            bytes: encoded(&DynamicImage::ImageRgb8(RgbImage::new(5_000, 5_000)), ImageFormat::Png),
            taken: true,
        },
        Kind { label: "JPEG with a page behind it", bytes: polyglot, taken: true },
        Kind { label: "animation of 30 frames", bytes: frames, taken: true },
        Kind { label: "SVG of 4 MB", bytes: drawing(), taken: true },
    ]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a level is")]
fn level(tone: f64) -> u8 {
    tone.clamp(0.0, 255.0) as u8
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.write_to(&mut Cursor::new(&mut bytes), format).expect("encoded");
    bytes
}

fn drawing() -> Vec<u8> {
    let line = "<path d=\"M0 0L9 9\" onclick=\"alert(1)\"/><script>alert(1)</script>";
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">{}</svg>", line.repeat(60_000))
        .into_bytes()
}

/// Each a little different, so that none is known already.
fn upload(load: &Load, cookie: &str, picture: &[u8], n: u32) -> Request<Full<Bytes>> {
    let mut body = b"--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\n".to_vec();
    body.extend(picture);
    body.extend(format!("<!-- {n} -->\r\n--x--\r\n").bytes());
    load.post("/write/media", "multipart/form-data; boundary=x", ("192.0.2.2", cookie), body)
}

async fn log_in(load: &Load) -> String {
    let (_, headers) = load.send(load.login("192.0.2.2", AUTHOR, PASSWORD, "")).await.expect("an answer");
    let cookies = headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs: Vec<&str> = cookies.filter_map(|cookie| cookie.split(';').next()).collect();
    pairs.join("; ")
}

fn statuses(answers: &[Answer]) -> String {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.status.map_or(0, |status| status.as_u16())).or_insert(0) += 1;
    }
    let words: Vec<String> = counts.iter().map(|(status, count)| format!("{count} × {status}")).collect();
    words.join(", ")
}
