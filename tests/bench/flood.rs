//! Whether readers notice a flood of logins. The real server, with its defaults, is read 50 times a second; for 70
//! seconds 200 logins a second come on top, each from a network of its own. The p99 of the pages may be three times
//! that of the quiet before or after, whichever is less; the memory may grow by 200 MB; and the browser with which the
//! owner logged in before must get in all the while. Else the bench fails.
//!
//! `make bench-flood`; `QUIRE_BENCH_SECONDS` makes the flood shorter or longer.

mod ground;
mod load;
mod process;

use std::{collections::BTreeMap, process::ExitCode, time::Duration};

use axum::http::{Request, header};
use bytes::Bytes;
use http_body_util::Full;
use quire::{session::Role, telemetry};

use ground::{Ground, PASSWORD, from_env};
use load::{Answer, Load, Pace, percentile};
use process::Server;

const READS: u32 = 50;
const LOGINS: u32 = 200;
const QUIET: Duration = Duration::from_secs(20);
/// Longer than the window in which tries are counted: at its start passwords are checked again.
const FLOOD_SECONDS: u32 = 70;
const WARM_UP: Duration = Duration::from_secs(5);

const OWNER: &str = "owner@example.org";
const MEMBERS: u32 = 50;

const MOST_TIMES_QUIET: f64 = 3.0;
const MOST_MB: u64 = 200;

/// What was seen in one stretch of time.
struct Phase {
    reads: Vec<Answer>,
    memory: Option<u64>,
}

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::init("error", quire::config::LogFormat::Pretty).expect("a logger");
    let folder = tempfile::tempdir().expect("a folder");
    let ground = Ground::sown(folder.path(), 1_000, 10_000).await;
    ground.account("Owner", OWNER, Role::Admin).await;
    for n in 0..MEMBERS {
        ground.account(&format!("Member {n}"), &member(n), Role::Reader).await;
    }
    let pages = ["/".to_owned(), format!("/posts/{}", ground.newest_posts().await[1])];

    let server = Server::start(&ground.name, folder.path()).await;
    let fine = measure(&server, &pages).await;

    drop(server);
    ground.drop().await;
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Quiet, flood, quiet again: whether it is as it should be.
async fn measure(server: &Server, pages: &[String; 2]) -> bool {
    let load = Load::on(server.address);
    let cookie = known_browser(&load).await;
    let flood = Duration::from_secs(from_env("QUIRE_BENCH_SECONDS", FLOOD_SECONDS).into());
    read(server, &load, pages, WARM_UP).await;

    let before = read(server, &load, pages, QUIET).await;
    let (during, logins, owner) = tokio::join!(
        read(server, &load, pages, flood),
        load.run(pace(LOGINS, flood), attempt),
        load.run(Pace { every: Duration::from_secs(2), during: flood }, move |load, _| {
            load.login("192.0.2.2", OWNER, PASSWORD, &cookie)
        }),
    );
    let after = read(server, &load, pages, QUIET).await;

    report(&before, &during, &after, (&logins, &owner))
}

async fn read(server: &Server, load: &Load, pages: &[String; 2], during: Duration) -> Phase {
    let pages = pages.clone();
    let reading = load.run(pace(READS, during), move |load, n| load.page(&pages[n as usize % pages.len()]));
    let (reads, memory) = server.watched(reading).await;
    Phase { reads, memory }
}

/// Half of the flood tries addresses that nobody has, a quarter those of members, a quarter the owner's.
fn attempt(load: &Load, n: u32) -> Request<Full<Bytes>> {
    let email = match n % 4 {
        0 => OWNER.to_owned(),
        1 => member(n / 4 % MEMBERS),
        _ => format!("stranger-{n}@example.net"),
    };
    let from = format!("10.{}.{}.7", n / 256 % 256, n % 256);
    load.login(&from, &email, &format!("guess number {n} of many"), "")
}

/// The cookies of a browser with which the owner has logged in.
async fn known_browser(load: &Load) -> String {
    let (_, headers) =
        load.send(load.login("192.0.2.2", OWNER, PASSWORD, "")).await.expect("the owner logs in");
    let cookies = headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let device = cookies.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.contains("device="));
    device.expect("a cookie that knows the browser").to_owned()
}

#[expect(clippy::print_stdout, reason = "the figures are what a bench is for")]
fn report(before: &Phase, during: &Phase, after: &Phase, (logins, owner): (&[Answer], &[Answer])) -> bool {
    println!("\n{READS} pages a second, milliseconds from the time at which each was due");
    println!(
        "{:<12} {:>6} {:>8} {:>8} {:>8} {:>8} {:>7} {:>8}",
        "", "pages", "median", "p95", "p99", "max", "failed", "MB"
    );
    for (label, phase) in [("quiet", before), ("flood", during), ("quiet again", after)] {
        let [median, p95, p99, max] = [50, 95, 99, 100].map(|percent| percentile(&phase.reads, percent));
        let (count, failed) = (phase.reads.len(), phase.reads.iter().filter(|read| !is_read(read)).count());
        let memory = phase.memory.map_or_else(|| "?".to_owned(), |mb| mb.to_string());
        println!(
            "{label:<12} {count:>6} {median:>8.2} {p95:>8.2} {p99:>8.2} {max:>8.2} {failed:>7} {memory:>8}"
        );
    }
    println!("\n{LOGINS} logins a second");
    for (label, answers) in [("strangers", logins), ("known browser", owner)] {
        let [median, p99] = [50, 99].map(|percent| percentile(answers, percent));
        println!("{label:<14} {}; median {median:.1}, p99 {p99:.1} ms", statuses(answers));
    }

    let quiet = percentile(&before.reads, 99).min(percentile(&after.reads, 99));
    let ratio = percentile(&during.reads, 99) / quiet;
    let growth =
        during.memory.max(after.memory).zip(before.memory).map_or(0, |(most, mb)| most - mb.min(most));
    let failed = [before, during, after].iter().flat_map(|phase| &phase.reads).any(|read| !is_read(read));
    let shut_out = owner.iter().filter(|answer| answer.status.is_none_or(|status| status != 303)).count();
    println!(
        "\np99 {ratio:.2} times that of the quieter quiet (at most {MOST_TIMES_QUIET}), {growth} MB more (at most {MOST_MB})"
    );
    println!("the known browser was refused {shut_out} of {} times", owner.len());
    ratio <= MOST_TIMES_QUIET && growth <= MOST_MB && !failed && shut_out == 0
}

fn is_read(answer: &Answer) -> bool {
    answer.status.is_some_and(|status| status == 200)
}

fn statuses(answers: &[Answer]) -> String {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.status.map_or(0, |status| status.as_u16())).or_insert(0) += 1;
    }
    let words: Vec<String> = counts.iter().map(|(status, count)| format!("{count} × {status}")).collect();
    words.join(", ")
}

fn pace(a_second: u32, during: Duration) -> Pace {
    Pace { every: Duration::from_secs(1) / a_second, during }
}

fn member(n: u32) -> String {
    format!("member-{n}@example.org")
}
