//! Whether the clock tells a right codename from a wrong one, or an inbox with answers from one without.
//!
//! `cargo bench -p sluss-tests --no-default-features --bench sign_in`: some minutes. Sign-ins of all classes in random
//! order, each the POST and the GET that follows, over loopback to a reception and a store in this process. Every pair of
//! classes that must look alike goes through a Kolmogorov–Smirnov test, corrected for how many there are (Bonferroni).
//! So that silence means something, two more classes are unknown codenames whose handler is 2 ms slower: before the beat,
//! which must stay hidden, and after it, which must be found.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, anyhow, ensure};
use hyper::header::HeaderName;
use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use sluss_core::cert::{Fingerprint, Kind};
use sluss_core::day::{Clock, Day};
use sluss_core::letter::{FORMAT, Letter, LetterKind, Text};
use sluss_core::limits::{self, Limits};
use sluss_core::open;
use sluss_drop::harden::wipe_stack;
use sluss_drop::reception::{Moment, Reception, Setup};
use sluss_drop::source::pace::BEAT;
use sluss_drop::store::{Guest, NewLetter, Pool, Return, Settings, Store};
use sluss_drop::visitor::Way;
use sluss_tests::house::House;
use sluss_tests::journey::ORGANISATION;
use sluss_tests::visitor::Visitor;
use sluss_web::conn::{Request, converse};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

const PEOPLE: [(&str, Kind); 3] =
    [("anna", Kind::PostQuantum), ("bertil", Kind::PostQuantum), ("reserv", Kind::PostQuantum)];
const VAULT: u64 = 32 * 1024 * 1024;
/// Sign-ins of one class.
const EACH: usize = 500;
/// Visitors at one time: the work of one seldom falls together with another's.
const LANES: usize = 10;
/// Longest pause between two sign-ins of a lane, in milliseconds, so that lanes do not fall into step.
const PAUSE: u64 = 120;
/// The report that is answered, and the name of its class.
const ANSWERED: &str = "answered";
/// Answers that wait, of the longest kind.
const ANSWERS: u32 = 3;
/// By how much the slow ones are slower.
const SLOW: Duration = Duration::from_millis(2);
/// The chance of a false alarm that is taken, over all pairs together.
const ALARM: f64 = 0.01;
/// The header by which a client asks this bench's server to be slow.
const SLOWED: HeaderName = HeaderName::from_static("x-slowed");

/// Where a handler loses time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slowed {
    Never,
    BeforeTheBeat,
    AfterTheBeat,
}

tokio::task_local! {
    /// At which look at the clock from now on the request in hand is to lose time; none is 0. The first look is before its
    /// turn, and the second amid its work.
    static LOSES: Cell<u32>;
}

/// One kind of sign-in.
struct Class {
    name: &'static str,
    codename: String,
    slowed: Slowed,
}

/// How long the answers of one class took: to the POST, and to the GET.
type Times = [Vec<f64>; 2];

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let day = Day::of(SystemTime::now())?;
    let house = House::new(&PEOPLE, day)?;
    let path = folder.path().join("store");
    Store::init(&path, VAULT, &mut rand::rng(), &mut |_, _| ())?;
    let store = Arc::new(Store::open(&path, &mut rand::rng(), Settings::default())?);
    let runtime =
        Builder::new_multi_thread().enable_all().on_thread_park(wipe_stack).on_thread_stop(wipe_stack).build()?;
    let address = serve(&runtime, &house, &store)?;

    let report = |text| runtime.block_on(report(address, text));
    let classes = [
        Class { name: "known", codename: report("known")?, slowed: Slowed::Never },
        Class { name: "answered", codename: report(ANSWERED)?, slowed: Slowed::Never },
        Class {
            name: "unknown",
            codename: "abacus abdomen abdominal abide abiding ability".into(),
            slowed: Slowed::Never,
        },
        Class { name: "malformed", codename: "?!\u{0} ".repeat(2_000), slowed: Slowed::Never },
        Class { name: "slow before", codename: "abacus abdomen abdominal abide".into(), slowed: Slowed::BeforeTheBeat },
        Class { name: "slow after", codename: "abacus abdomen abdominal".into(), slowed: Slowed::AfterTheBeat },
    ];
    answer(&house, &store, day)?;

    let times = sign_in_at_random(address, &classes)?;
    for (class, [posts, gets]) in classes.iter().zip(&times) {
        println!(
            "{:<12} median: {:7.2} ms to sign in, {:7.2} ms to the inbox",
            class.name,
            median(posts),
            median(gets)
        );
    }
    judge(&classes, &times)
}

/// Serves as the drop does, but for the time that it loses when asked to.
fn serve(runtime: &Runtime, house: &House, store: &Arc<Store>) -> Result<SocketAddr> {
    let lose = |losing: &Cell<u32>| {
        let looks = losing.get();
        losing.set(looks.saturating_sub(1));
        if looks == 1 {
            thread::sleep(SLOW);
        }
    };
    let reception = Reception::new(Setup {
        roster: Some(house.roster.file().verify()?),
        store: Arc::clone(store),
        limits: Limits::default(),
        houses: BTreeMap::new(),
        languages: BTreeMap::new(),
        demo: true,
        wait: Duration::ZERO,
        beat: BEAT,
        now: Arc::new(move || {
            // Threads that do the blocking work have no request in hand.
            let _ = LOSES.try_with(lose);
            Moment::now()
        }),
    })?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let reception = Arc::clone(&reception);
            tokio::spawn(async move {
                let (bounds, visitor) = (reception.bounds(), reception.visitor(Way::WithoutTor));
                converse(stream, bounds, |request| {
                    let (reception, slowed) = (Arc::clone(&reception), slowed(&request));
                    let visitor = Arc::clone(&visitor);
                    let losing = Cell::new(if slowed == Slowed::BeforeTheBeat { 2 } else { 0 });
                    LOSES.scope(losing, async move {
                        let answer = reception.answer(request, visitor).await;
                        if slowed == Slowed::AfterTheBeat {
                            thread::sleep(SLOW);
                        }
                        answer
                    })
                })
                .await
            });
        }
    });
    Ok(address)
}

fn slowed(request: &Request) -> Slowed {
    match request.header(&SLOWED) {
        Some("b") => Slowed::BeforeTheBeat,
        Some("a") => Slowed::AfterTheBeat,
        _ => Slowed::Never,
    }
}

/// Reports, and hands out the codename.
async fn report(address: SocketAddr, text: &str) -> Result<String> {
    let (mut visitor, path) = (Visitor::direct(address), format!("/sv/{ORGANISATION}/report"));
    let form = visitor.open(&path).await?.form(&path)?.fill("text", text)?;
    let words = visitor.submit(&form).await?.texts(".words li");
    ensure!(words.len() == 7, "no codename");
    Ok(words.join(" "))
}

/// Puts [`ANSWERS`] into the inbox of whoever reported [`ANSWERED`].
fn answer(house: &House, store: &Store, day: Day) -> Result<()> {
    let (anna, reserve) = (&house.people["anna"], house.people["reserv"].cert());
    let mut reports = Vec::new();
    for object in store.objects_for(&anna.fingerprint().into(), Some(1))? {
        let mut sealed = Vec::new();
        store.open_body(&object)?.read_to_end(&mut sealed)?;
        reports.push(open::open(std::io::Cursor::new(sealed), anna, std::io::Cursor::new(Vec::new()))?);
    }
    let answered = reports.iter().find(|report| report.text().expose().trim_end() == ANSWERED);
    let source = answered.context("it is not kept")?.source();
    for sequence in 1..=ANSWERS {
        let letter = Letter {
            format: FORMAT,
            drop: house.roster.drop_id(),
            organisation: ORGANISATION.to_owned(),
            source: source.fingerprint(),
            writer: anna.fingerprint(),
            sequence,
            previous: None,
            seen: Vec::new(),
            answers: None,
            kind: LetterKind::Question,
            day,
            text: Text::new("x".repeat(limits::LETTER_TEXT)),
        };
        let sealed = letter.seal(anna, source, &[&reserve], Clock::new(SystemTime::now())?)?.bytes;
        deliver(store, source.fingerprint(), anna.fingerprint(), sequence, &sealed, day)?;
    }
    Ok(())
}

fn deliver(store: &Store, source: Fingerprint, by: Fingerprint, number: u32, sealed: &[u8], day: Day) -> Result<()> {
    let mut slots = store.permit(sealed.len() as u64, Pool::Text, Guest::Known)?.writer();
    slots.write_all(sealed)?;
    let body = slots.finish()?;
    let letter = NewLetter { body, source, writer: by, number, addressees: vec![by], closing: false, day };
    let settled = store.settle(Return {
        bundle: rand::random(),
        by: by.into(),
        acknowledged: Vec::new(),
        receipts: Vec::new(),
        letters: vec![letter],
        skipped: Vec::new(),
        enrolments: Vec::new(),
        day,
    })?;
    ensure!(settled.letters.len() == 1, "the answer was not taken");
    Ok(())
}

/// Signs in as every class [`EACH`] times, in random order.
fn sign_in_at_random(address: SocketAddr, classes: &[Class]) -> Result<Vec<Times>> {
    let mut order: Vec<usize> = (0..classes.len()).flat_map(|class| std::iter::repeat_n(class, EACH)).collect();
    order.shuffle(&mut rand::rng());
    let (order, times) = (Mutex::new(order), Mutex::new(vec![Times::default(); classes.len()]));
    let lane = || -> Result<()> {
        loop {
            let Some(number) = order.lock().unwrap_or_else(PoisonError::into_inner).pop() else { return Ok(()) };
            let class = classes.get(number).context("no such class")?;
            let took = sign_in(address, class).with_context(|| class.name)?;
            let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
            for (times, took) in times.get_mut(number).into_iter().flatten().zip(took) {
                times.push(took.as_secs_f64() * 1e3);
            }
            drop(times);
            thread::sleep(Duration::from_millis(rand::rng().random_range(0..PAUSE)));
        }
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().try_for_each(|lane| lane.join().map_err(|_| anyhow!("a visitor broke"))?)
    })?;
    Ok(times.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Signs in, looks and leaves; how long the first two took.
fn sign_in(address: SocketAddr, class: &Class) -> Result<[Duration; 2]> {
    let slowed = match class.slowed {
        Slowed::Never => "n",
        Slowed::BeforeTheBeat => "b",
        Slowed::AfterTheBeat => "a",
    };
    let form = form_urlencoded::Serializer::new(String::new()).append_pair("codename", &class.codename).finish();
    let (signed, answer) = ask(address, "POST /sv/inbox", slowed, "", &form)?;
    ensure!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let cookie = answer.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next()).context("no session")?;
    let (shown, page) = ask(address, "GET /sv/inbox", slowed, cookie, "")?;
    ensure!(page.starts_with("HTTP/1.1 200") && page.contains("inbox/letter?") == (class.name == ANSWERED), "{page}");
    // Whoever knows a codename keeps their place for ten minutes otherwise, and there are a thousand.
    ask(address, "POST /sv/inbox/leave", "n", cookie, "")?;
    Ok([signed, shown])
}

fn ask(address: SocketAddr, line: &str, slowed: &str, cookie: &str, body: &str) -> Result<(Duration, String)> {
    let mut stream = TcpStream::connect(address)?;
    let request = format!(
        "{line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{SLOWED}: {slowed}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut answer = Vec::with_capacity(2 * limits::PAGE);
    let asked = Instant::now();
    stream.write_all(request.as_bytes())?;
    stream.read_to_end(&mut answer)?;
    Ok((asked.elapsed(), String::from_utf8(answer)?))
}

/// Prints how likely each pair's difference is by chance, and fails if one that must not be told apart is, or one that
/// must be is not.
fn judge(classes: &[Class], times: &[Times]) -> Result<()> {
    let numbered: Vec<(&Class, &Times)> = classes.iter().zip(times).collect();
    let pairs: Vec<_> = numbered
        .iter()
        .enumerate()
        .flat_map(|(at, one)| numbered.iter().skip(at + 1).map(move |two| (one, two)))
        .collect();
    let odd = |class: &Class| class.slowed == Slowed::AfterTheBeat;
    let tests = |odd_ones: bool| 2 * pairs.iter().filter(|(one, two)| (odd(one.0) || odd(two.0)) == odd_ones).count();
    println!("p, how likely so large a difference is by chance, times the number of pairs:");
    let (mut told, mut missed) = (Vec::new(), Vec::new());
    for ((one, one_times), (two, two_times)) in &pairs {
        let must_show = odd(one) || odd(two);
        for (what, a, b) in [("sign in", &one_times[0], &two_times[0]), ("inbox", &one_times[1], &two_times[1])] {
            let p = (kolmogorov_smirnov(a, b) * tests(must_show) as f64).min(1.0);
            println!("{:<12} {:<12} {what:<8} p = {p:.2e}", one.name, two.name);
            match (p < ALARM, must_show) {
                (true, false) => told.push((one.name, two.name, what)),
                (false, true) => missed.push((one.name, two.name, what)),
                _ => {}
            }
        }
    }
    ensure!(missed.is_empty(), "2 ms after the beat are not seen, so nothing else would be: {missed:?}");
    ensure!(told.is_empty(), "told apart by the clock: {told:?}");
    println!("{} sign-ins: nothing that must look alike is told apart; 2 ms after the beat are", EACH * classes.len());
    Ok(())
}

/// How likely two samples of one distribution differ at least as much (Smirnov's two-sample test, its limit for many).
fn kolmogorov_smirnov(one: &[f64], two: &[f64]) -> f64 {
    let share =
        |sample: &[f64], most: f64| sample.iter().filter(|time| **time <= most).count() as f64 / sample.len() as f64;
    let distance = one.iter().chain(two).map(|at| (share(one, *at) - share(two, *at)).abs()).fold(0.0, f64::max);
    let (n, m) = (one.len() as f64, two.len() as f64);
    let lambda = distance * (n * m / (n + m)).sqrt();
    // The series converges slowly only where the answer is 1.
    if lambda < 0.3 {
        return 1.0;
    }
    let term = |k: i32| (-2.0 * f64::from(k * k) * lambda * lambda).exp() * if k % 2 == 0 { -2.0 } else { 2.0 };
    (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0)
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
